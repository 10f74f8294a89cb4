"""Postings that meet: the same facts and the same keys from two sides, and batches that only just can be kept."""

import asyncio
import json
from collections.abc import Awaitable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.refusals import RefusalCode
from ledger.activities import posting
from ledger.activities.adding import ADD, ADD_CAREFULLY
from ledger.activities.batches import Outcome, RowOutcome, read, stored
from ledger.activities.checking import Checker
from ledger.activities.closed_months import NONE_CLOSED
from ledger.activities.posting import fingerprint_of
from ledger.activities.rows import PostedRow
from ledger.activities.sources import source_places
from ledger.bulk import stage as bulk_stage
from ledger.bulk.activities import merge
from ledger.bulk.sums import CellSums
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id, new_ids
from ledger.setup import Databases
from ledger.turns import Turns
from tests.bulk import chunk_of
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
_WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database()
"""


async def blocked_by(database: Database, waiting: Awaitable[object], wait: int = 1) -> "asyncio.Task[object]":
    """Start what has to wait for another transaction, and return it once so many wait."""
    task = asyncio.ensure_future(waiting)
    for _ in range(1000):
        async with database.snapshot() as connection:
            found = await (await connection.execute(_WAITING.encode())).fetchone()
        if found and found[0] >= wait:
            return task
        await asyncio.sleep(0.01)
    raise AssertionError("nothing waited")


async def under_way(here: World, connection: Connection, *rows: PostedRow) -> None:
    """Post rows in a transaction that is still open."""
    await added(here, connection, ADD, *rows)


async def added(here: World, connection: Connection, adding: str, *rows: PostedRow) -> posting.Added:
    """Add rows by one of the two statements and commit nothing."""
    places = await source_places(connection, here.tenant, {row.source for row in rows})
    request = posting.Request(here.tenant, uuid4(), rows, NOW, b"", "")
    return await posting._add(connection, request, Checker(places, here.catalogue, NOW), adding, NONE_CLOSED)


async def test_a_fact_that_another_adds_at_this_moment_is_a_duplicate(databases: Databases) -> None:
    async with world(databases) as here:
        async with here.database.write(here.tenant) as connection:
            await under_way(here, connection, row("a"), row("b", "2"))
            task = await blocked_by(here.database, here.post(row("a"), row("b", "3"), row("c")))
        outcomes = await task
        assert isinstance(outcomes, list)
        assert [found.outcome for found in outcomes] == [Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.ACCEPTED]
        assert await here.row_count() == 3
        assert await here.mismatches() == []


async def test_a_fact_that_another_takes_back_at_this_moment_is_accepted(databases: Databases) -> None:
    class TakenBackError(Exception):
        """The other transaction comes to nothing."""

    async with world(databases) as here:
        try:
            async with here.database.write(here.tenant) as connection:
                await under_way(here, connection, row("a"))
                task = await blocked_by(here.database, here.post(row("a")))
                raise TakenBackError
        except TakenBackError:
            outcomes = await task
        assert isinstance(outcomes, list)
        assert [found.outcome for found in outcomes] == [Outcome.ACCEPTED]
        assert await here.row_count() == 1


async def test_who_waits_for_a_fact_holds_no_cell(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has added a fact and not its cells yet: a posting that waits for the fact lets it have the cells first."""
    add = bulk_stage.add_to_cells
    async with world(databases) as here:
        waiting: list[asyncio.Task[object]] = []

        async def delayed(connection: Connection, tenant: UUID, sums: CellSums) -> None:
            waiting.append(await blocked_by(here.database, here.post(row("a"), row("b"))))
            await add(connection, tenant, sums)

        monkeypatch.setattr(bulk_stage, "add_to_cells", delayed)
        found = await merge(here.database, here.catalogue, here.tenant, chunk_of([row("a"), row("c")]), NOW)
        assert found.counts[Outcome.ACCEPTED] == 2
        outcomes = await waiting[0]
        assert isinstance(outcomes, list)
        assert [one.outcome for one in outcomes] == [Outcome.DUPLICATE, Outcome.ACCEPTED]
        assert await here.row_count() == 3
        assert await here.mismatches() == []


async def test_one_key_at_once_beside_another_batch_is_one_posting(databases: Databases) -> None:
    """All three add one fact: the two of the key both come again, and the second finds the key taken meanwhile."""
    async with world(databases) as here:
        here.database.turns = Turns(3)  # what one process has no turns for, several do
        key = uuid4()
        async with here.database.write(here.tenant) as connection:
            await under_way(here, connection, row("a"))
            tasks = [await blocked_by(here.database, here.post(row("a"), row("b"), key=key), wait) for wait in (1, 2)]
        first, second = await asyncio.gather(*tasks)
        assert first == second
        assert await here.row_count() == 2
        assert await here.mismatches() == []


async def test_many_at_once_keep_each_fact_once(databases: Databases) -> None:
    async with world(databases) as here:
        batches = [[row(f"r{(start + step) % 30}") for step in range(20)] for start in range(0, 30, 5)]
        answers = await asyncio.gather(*(here.post(*batch) for batch in batches))
        told = [found.outcome for outcomes in answers for found in outcomes]
        assert told.count(Outcome.ACCEPTED) == 30
        assert told.count(Outcome.DUPLICATE) == len(told) - 30
        assert await here.row_count() == 30
        assert await here.mismatches() == []


async def test_one_key_at_once_is_one_posting(databases: Databases) -> None:
    async with world(databases) as here:
        key = uuid4()
        answers = await asyncio.gather(*(here.post(row("a"), row("b", "-1"), key=key) for _ in range(6)))
        assert all(found == answers[0] for found in answers)
        assert [found.outcome for found in answers[0]] == [Outcome.ACCEPTED, Outcome.REJECTED]
        assert await here.row_count() == 1


@pytest.mark.parametrize("adding", [ADD, ADD_CAREFULLY], ids=["ADD", "ADD_CAREFULLY"])
async def test_both_statements_do_the_same(databases: Databases, adding: str) -> None:
    async with world(databases) as here:
        await here.post(row("a"), row("c", "2", source="m2"))
        async with here.database.write(here.tenant) as connection:
            rows = [row("a"), row("b"), row("c", "3", source="m2"), row("c", source="m3"), row("b")]
            found = await added(here, connection, adding, *rows)
        expected = [Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.CONFLICT, Outcome.ACCEPTED, Outcome.DUPLICATE]
        assert [outcome.outcome for outcome in found.outcomes] == expected
        assert await here.row_count() == 4
        assert await here.mismatches() == []


async def test_half_a_character_rejects_its_row_alone(databases: Databases) -> None:
    async with world(databases) as here:
        half = "\ud83d"
        outcomes = await here.post(
            row(half), row("b", source=half), row("c", source="\x00"), row("d", supplier=half), row("e"), row("f", half)
        )
        text, source = RefusalCode.TEXT_NOT_ACCEPTED, RefusalCode.UNKNOWN_SOURCE
        codes = [text, source, source, text, None, RefusalCode.NOT_A_NUMBER]
        assert [found.code for found in outcomes] == codes
        assert await here.row_count() == 1


def test_fingerprints_are_of_the_rows_as_sent() -> None:
    batches: list[list[PostedRow]] = [
        [row("a"), row("b")],
        [row("b"), row("a")],
        [row("a")],
        [row("ab")],
        *(
            [row("a", quantity)]
            for quantity in ("1.0", 1, True, 1.0, 10**30, 10**31, [1], ["1"], {"1": 1}, float("nan"))
        ),
        [row("a", supplier="\ud83d")],
        [row("a", supplier="\ud83e")],
        [row("a", document="1")],
    ]
    assert len({fingerprint_of(batch) for batch in batches}) == len(batches)
    assert fingerprint_of([row("a"), row("b")]) == fingerprint_of([row("a"), row("b")])
    assert fingerprint_of([row("a", 10**30)]) == fingerprint_of([row("a", 10**30)])


OUTCOMES = st.lists(
    st.one_of(
        st.builds(RowOutcome, st.just(Outcome.ACCEPTED), st.builds(new_id)),
        st.builds(RowOutcome, st.just(Outcome.DUPLICATE), st.builds(new_id)),
        st.builds(
            RowOutcome,
            st.just(Outcome.REJECTED),
            st.none(),
            st.sampled_from(RefusalCode),
            st.just("unit"),
            st.text(st.characters(exclude_categories=["Cs"])),
        ),
        st.builds(
            RowOutcome,
            st.just(Outcome.CONFLICT),
            st.builds(new_id),
            message=st.text(st.characters(exclude_categories=["Cs"])),
            conflicting_fields=st.just(("quantity", "unit")),
        ),
    )
)


@given(OUTCOMES)
def test_outcomes_that_are_kept_are_told_again(outcomes: list[RowOutcome]) -> None:
    kept = json.loads(stored(outcomes))
    assert read(kept) == outcomes


def test_ids_sort_in_the_order_of_their_making() -> None:
    made = [new_id(), *new_ids(5000), new_id(), *new_ids(2)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(found.version, found.variant) for found in made} == {(7, "specified in RFC 4122")}
    assert new_ids(0) == []
