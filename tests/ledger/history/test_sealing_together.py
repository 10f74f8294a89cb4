"""Histories sealed in one transaction: each ends at its own head, and the fault of one is not that of others."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import pytest

from ledger.connections import Connection
from ledger.history import sealing
from ledger.history.heads import HistoryDamaged, WrongKey
from ledger.history.reading import histories, newest_head, waiting_s
from ledger.history.sealing import seal
from ledger.history.verification import verify_history
from ledger.identity.principals import NO_TENANT_ID
from ledger.setup import Databases
from proofs.keys import PrivateKey, make_key
from tests.conftest import Server
from tests.ledger.history.sealed_world import superuser
from tests.ledger.history.test_sealing import stored
from tests.world import World, row, world

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"together_{worker_id}")
    server.drop(f"together_{worker_id}")


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return make_key("tests")


@pytest.fixture
async def three(own_databases: Databases, key: PrivateKey) -> AsyncIterator[list[World]]:
    """Three tenants whose registration is sealed, in the order in which they are sealed."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(world(own_databases)) for _ in range(3)]
        await seal(found[0].database, key)
        yield sorted(found, key=lambda one: one.tenant)


async def sizes(worlds: list[World]) -> list[int]:
    return [len(await stored(one.database, one.tenant)) for one in worlds]


async def test_each_history_ends_at_its_head_however_many_are_sealed_at_once(
    three: list[World], key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = three
    for number in range(5):
        await first.post(row(f"{number}", str(number)))
    await second.post(row("a"), row("b"))
    monkeypatch.setattr(sealing, "TENANTS_AT_ONCE", 2)
    monkeypatch.setattr(sealing, "EVENTS_AT_ONCE", 3)
    before = await sizes(three)
    assert (await seal(first.database, key))[0] == 6
    assert await sizes(three) == [before[0] + 5, before[1] + 1, before[2]]
    async with first.database.snapshot() as connection:
        for tenant in await histories(connection):
            verdict = await verify_history(connection, tenant, key.public)
            assert verdict.holds, verdict.told()
            assert verdict.log.proved == verdict.event_count > 0


async def test_a_transaction_takes_as_many_rows_as_it_may(
    three: list[World], key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in three:
        for name in "abc":
            await one.post(row(name), row(f"{name}{name}"))
    taken = []

    async def noted(connection: Connection, *given: object) -> None:
        taken.append([one.row_count for one in given[-1]])  # type: ignore[attr-defined]
        await append(connection, *given)  # type: ignore[arg-type]

    append = sealing._append
    monkeypatch.setattr(sealing, "_append", noted)
    monkeypatch.setattr(sealing, "ROWS_AT_ONCE", 7)
    assert (await seal(three[0].database, key))[0] == 9
    assert taken == [[2, 2, 2]] * 3
    async with three[0].database.snapshot() as connection:
        assert all([(await verify_history(connection, one.tenant, key.public)).holds for one in three])


@asynccontextmanager
async def damaged(databases: Databases, tenant: UUID) -> AsyncIterator[None]:
    """Take the last event out of a history, and put it back."""
    last = "tenant_id = %(tenant)s AND leaf_index = (SELECT max(leaf_index) FROM history WHERE tenant_id = %(tenant)s)"
    async with await Connection.connect(databases.owner_url, autocommit=True) as connection:
        await connection.execute("ALTER TABLE history DISABLE TRIGGER USER")
        await connection.execute("CREATE TABLE taken AS SELECT * FROM history WITH NO DATA")
        taken = f"WITH gone AS (DELETE FROM history WHERE {last} RETURNING *) INSERT INTO taken SELECT * FROM gone"
        assert (await connection.execute(taken.encode(), {"tenant": tenant})).rowcount == 1
        try:
            yield
        finally:
            await connection.execute("INSERT INTO history SELECT * FROM taken")
            await connection.execute("DROP TABLE taken")
            await connection.execute("ALTER TABLE history ENABLE ALWAYS TRIGGER history_no_change")
            await connection.execute("ALTER TABLE history ENABLE ALWAYS TRIGGER history_no_truncate")


async def test_a_damaged_history_keeps_no_other_from_being_sealed(
    three: list[World], own_databases: Databases, key: PrivateKey
) -> None:
    first, *others = three
    for one in three:
        await one.post(row("a"))
    before = await sizes(three)
    async with damaged(own_databases, first.tenant):
        with pytest.raises(HistoryDamaged, match=f"the history of {first.tenant} has {before[0] - 1} events"):
            await seal(first.database, key)
        assert await sizes(three) == [before[0] - 1, *(size + 1 for size in before[1:])]
        async with first.database.snapshot() as connection:
            assert (await verify_history(connection, others[0].tenant, key.public)).holds
            head = await newest_head(connection, first.tenant)
        assert head is not None
        assert head.size == before[0], "nothing was signed on top"
    assert (await seal(first.database, key))[0] == 1


@pytest.mark.usefixtures("three")
async def test_another_key_signs_nothing_of_those_that_are_new_either(
    own_databases: Databases, key: PrivateKey
) -> None:
    async with world(own_databases) as new:
        with pytest.raises(WrongKey):
            await seal(new.database, make_key("tests"))
        assert await stored(new.database, new.tenant) == []
        await seal(new.database, key)


async def test_it_is_told_how_long_what_was_recorded_waits(three: list[World], own_databases: Databases) -> None:
    async with superuser(own_databases) as connection:
        assert await waiting_s(connection) == 0
        for tenant, age in ((three[0].tenant, 90), (three[1].tenant, 20), (NO_TENANT_ID, 30)):
            query = "INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count) SELECT %s, "
            query += "gen_random_uuid(), clock_timestamp() - make_interval(secs => %s), 0"
            await connection.execute("DELETE FROM checkpoints WHERE tenant_id = %s", (tenant,))
            await connection.execute("DELETE FROM recordings WHERE tenant_id = %s", (tenant,))
            await connection.execute(query, (tenant, age))
        assert 90 <= await waiting_s(connection) < 120
        await connection.execute("DELETE FROM recordings WHERE tenant_id = %s", (three[0].tenant,))
        assert 30 <= await waiting_s(connection) < 60
