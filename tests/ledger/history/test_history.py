"""The history: what its events say, that it only grows, and what `verify` names where a superuser changed anything."""

import json
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import pytest

from ledger.declarations import declare
from ledger.history.heads import HistoryDamaged, WrongKey, head_of, origin_of
from ledger.history.key_rotations import rotate
from ledger.history.reading import NotSealed, Stored, consistency_proof, inclusion_proof
from ledger.history.sealing import seal
from ledger.setup import Databases
from proofs.checkpoints import Checkpoint, sign_checkpoint
from proofs.keys import make_key
from proofs.merkle import root_of, verify_consistency, verify_inclusion
from tests.conftest import Server
from tests.ledger.history.sealed_world import Sealed, floor, sealed_world, superuser
from tests.ledger.history.tamperings import EVENTS, ROWS

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"history_{worker_id}")
    server.drop(f"history_{worker_id}")


@pytest.fixture(scope="module")
async def sealed(own_databases: Databases) -> AsyncIterator[Sealed]:
    async with sealed_world(own_databases) as found:
        yield found


def changes(stored: Stored) -> list[dict[str, Any]]:
    """Return what an event shows of changed rows."""
    assert stored.text is not None
    found: list[dict[str, Any]] = json.loads(stored.text)["body"]["changes"]
    return found


async def test_events_say_who_did_what_when_in_which_request(sealed: Sealed) -> None:
    events = await sealed.events()
    assert [event.kind for event in events] == [
        "registerTenant",
        "addSite",
        "addSource",
        "addSource",
        "addSource",
        "postActivities",
        "postActivities",
        "correctActivity",
        "declare:DENOMINATOR",
        "declare:DENOMINATOR",
    ]
    assert [(event.actor, event.request_id) for event in events] == [("service", "none")] * 5 + [
        ("pk-7", "request-1")
    ] * 5
    assert [event.sequence for event in events] == list(range(10))
    assert all(one.recorded_at < next_one.recorded_at for one, next_one in pairwise(events))


async def test_an_event_shows_what_was_before_and_after(sealed: Sealed) -> None:
    stored = await sealed.stored()
    [changed] = changes(stored[7])
    assert changed["table"] == "activities"
    assert (changed["before"]["quantity"], changed["after"]["quantity"]) == ("1", "9.50")
    assert changed["after"]["reason"] == "misread"
    assert changed["after"]["activity_id"] == str(sealed.corrected)
    assert changed["after"]["supersedes"] == changed["before"]["activity_id"]
    [declared] = changes(stored[9])
    assert '"value": "40"' in declared["before"]["content"]
    assert '"value": "41"' in declared["after"]["content"]


async def test_what_was_sealed_holds(sealed: Sealed) -> None:
    verdict = await sealed.verified()
    assert verdict.holds, verdict.told()
    assert (verdict.first_bad_index, verdict.open) == (None, ())
    assert verdict.log.proved == verdict.event_count == 10
    assert "✓ The rows that 10 events recorded are as they were sealed." in verdict.told()


@pytest.mark.parametrize(("index", "statements"), [*EVENTS.values(), *ROWS.values()], ids=[*EVENTS, *ROWS])
async def test_verify_names_the_first_bad_index(sealed: Sealed, index: int, statements: str) -> None:
    at = "tenant_id = {tenant} AND leaf_index ="
    beside = (
        "(substr(activity_id::text, 1, 35) || CASE right(activity_id::text, 1) WHEN 'f' THEN 'e' ELSE 'f' END)::uuid"
    )
    for name, text in {"{at}": at, "{beside}": beside, "{{value}}": "{value}"}.items():
        statements = statements.replace(name, text)
    verdict = await sealed.tampered(*statements.split("; "))
    assert not verdict.holds, verdict.told()
    assert verdict.first_bad_index == index, verdict.told()
    assert verdict.told()[0] == f"The history {verdict.log.origin} DOES NOT HOLD."
    assert verdict.told()[-1] == f"First bad index: {index}."


async def test_nothing_of_that_was_kept(sealed: Sealed) -> None:
    assert (await sealed.verified()).holds


async def test_a_head_kept_outside_finds_what_nothing_inside_tells(sealed: Sealed) -> None:
    statements = EVENTS["the tail cut off with its heads, recordings and rows"][1].split("; ")
    assert (await sealed.tampered(*statements, kept=())).holds
    assert (await sealed.tampered(*statements, kept=sealed.kept[:1])).holds
    assert (await sealed.tampered(*statements, kept=sealed.kept[1:])).first_bad_index == 8


async def test_a_forged_head_is_not_believed(sealed: Sealed) -> None:
    stored = await sealed.stored()
    head = Checkpoint(origin_of(sealed.key.name, sealed.world.tenant), 10, root_of([one.leaf for one in stored]))
    forged = sign_checkpoint(head, make_key(sealed.key.name)).decode()
    verdict = await sealed.tampered(
        f"UPDATE checkpoints SET note = '{forged}' WHERE tenant_id = {{tenant}} AND size = 10"
    )
    assert not verdict.holds
    assert any("Checkpoint 2 of those given is not accepted" in line for line in verdict.told())


async def test_proofs_of_every_index_and_size(sealed: Sealed) -> None:
    leaves = [one.leaf for one in await sealed.stored()]
    roots = [root_of(leaves[:size]) for size in range(len(leaves) + 1)]
    async with sealed.world.database.snapshot() as connection:
        for size in range(1, len(leaves) + 1):
            for index in range(size):
                proof = await inclusion_proof(connection, sealed.world.tenant, index, size)
                verify_inclusion(leaves[index], index, size, proof, roots[size])
            for old in range(size + 1):
                proof = await consistency_proof(connection, sealed.world.tenant, old, size)
                verify_consistency(old, roots[old], size, roots[size], proof)
        with pytest.raises(NotSealed, match="a tree of 11 events; the history of the tenant has 10"):
            await inclusion_proof(connection, sealed.world.tenant, 0, 11)
        with pytest.raises(NotSealed, match="the index is 4; accepted is 0 to 3"):
            await inclusion_proof(connection, sealed.world.tenant, 4, 4)


async def test_nothing_is_signed_on_top_of_a_damaged_history(sealed: Sealed) -> None:
    async with superuser(sealed.databases) as connection:
        await connection.execute("DELETE FROM history WHERE tenant_id = %s AND leaf_index = 9", (sealed.world.tenant,))
        with pytest.raises(HistoryDamaged, match="has 9 events, its last head says 10"):
            await head_of(connection, sealed.world.tenant, sealed.key.public)


async def test_another_key_does_not_go_on(sealed: Sealed) -> None:
    other = make_key("tests.parkledger")
    await declare(sealed.world.database, sealed.world.tenant, [floor("42")])
    before = await sealed.stored()
    with pytest.raises(WrongKey, match="parkledger history rotate"):
        await seal(sealed.world.database, other)
    assert await sealed.stored() == before
    assert (await sealed.verified()).open == ("Recordings that wait to be sealed: 1.",)
    await seal(sealed.world.database, sealed.key)
    after = await sealed.stored()
    assert (after[:-1], len(after)) == (before, 11)


@pytest.fixture
def another(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database of one test's own."""
    yield server.create(f"another_{worker_id}")
    server.drop(f"another_{worker_id}")


async def test_a_key_hands_the_history_on(another: Databases) -> None:
    async with sealed_world(another) as sealed:
        new = make_key("tests.parkledger")
        await rotate(sealed.world.database, sealed.key, new)
        with pytest.raises(WrongKey):
            await seal(sealed.world.database, sealed.key)
        await seal(sealed.world.database, new)
        verdict = await sealed.verified()
        assert verdict.holds, verdict.told()
        assert (await sealed.events())[-1].kind == "rotateLogKey"
        assert f"✓ The checkpoint of 11 events is signed by {new.public.label}." in verdict.told()
