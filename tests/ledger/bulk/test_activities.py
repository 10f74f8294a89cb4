"""Bulk: a file in chunks has the outcomes, the rows and the cells that postings of the same rows have."""

import asyncio
import weakref
from collections.abc import Iterator, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from uuid import UUID, uuid4

import polars as pl
import psycopg
import pytest
from psycopg import Rollback

from ledger.activities.batches import NaturalKey, Outcome, RowOutcome, Versions
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.rows import PostedRow
from ledger.bulk import activities as bulk
from ledger.bulk import stage as bulk_stage
from ledger.bulk.activities import SameTransaction, merge, merge_all, nothing_more, preview
from ledger.bulk.chunks import Chunk
from ledger.bulk.outcomes import OUTCOME, Merged
from ledger.bulk.stage import Known, Way
from ledger.connections import Connection
from ledger.recordings import Recording, record
from ledger.setup import Databases
from ledger.upkeep.references import lost_references
from tests.bulk import chunk_of, chunks_of, rows_of
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio

ROWS = """
SELECT source.code, activity.external_id, activity.version, activity.kind, activity.reason, activity.activity_type,
       activity.supplier, activity.quantity::text, activity.unit, activity.base_quantity::text, activity.base_unit,
       activity.period_start, activity.period_end, activity.local_start, activity.local_end, activity.quality,
       activity.document, activity.site_id = source.site_id, activity.supersedes IS NULL
FROM activities AS activity JOIN sources AS source USING (tenant_id, source_id)
WHERE activity.tenant_id = %s ORDER BY source.code, activity.external_id, activity.version
"""
VERSIONS = """
SELECT activity_id FROM activity_versions
    JOIN activities USING (tenant_id, source_id, external_id, version, activity_id)
WHERE tenant_id = %s
"""


async def merged(
    here: World, rows: Sequence[PostedRow], size: int = 40, hook: SameTransaction = nothing_more
) -> list[Merged]:
    chunks = chunks_of(rows, size)
    return [found async for found in merge_all(here.database, here.catalogue, here.tenant, chunks, NOW, hook)]


def told(found: Sequence[Merged]) -> list[tuple[object, ...]]:
    """Outcome, code, field, message and conflicting fields, in the order of the file."""
    names = ["outcome", "code", "field", "message", "conflictingFields"]
    return [line for one in found for line in one.outcomes.select(names).iter_rows()]


def posted(found: Sequence[RowOutcome]) -> list[tuple[object, ...]]:
    return [
        (
            one.outcome.value,
            one.code.value if one.code else None,
            one.field or None,
            one.message or None,
            list(one.conflicting_fields) or None,
        )
        for one in found
    ]


async def rows_in(here: World) -> list[tuple[object, ...]]:
    async with here.database.snapshot() as connection:
        return list(await (await connection.execute(ROWS, (here.tenant,))).fetchall())


async def prepared(here: World) -> None:
    """What was there before: some rows, one of them corrected, one void, one corrected back."""
    before = await here.post(*rows_of(7, 60, bad=0), row("c", "1"), row("v", "1"), row("r", "1"))
    corrected, voided, restored = [found.activity_id for found in before[-3:]]
    assert corrected
    assert voided
    assert restored
    await correct(here.database, here.catalogue, here.tenant, corrected, NewContent(quantity="2"), "misread", NOW)
    await void(here.database, here.catalogue, here.tenant, voided, "not ours", NOW)
    again = await correct(here.database, here.catalogue, here.tenant, restored, NewContent(quantity="3"), "no", NOW)
    await correct(here.database, here.catalogue, here.tenant, again, NewContent(quantity="1"), "yes", NOW)


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_file_is_what_postings_of_its_rows_are(
    databases: Databases, seed: int, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "FIRST_WAY", way)
    file = [*rows_of(seed, 400, bad=0.4), row("c", "1"), row("c", "2"), row("c", "3"), row("v", "1"), row("r", "3")]
    file += rows_of(7, 60, bad=0)
    async with world(databases, "Europe/Berlin") as here, world(databases, "Europe/Berlin") as there:
        for place in (here, there):
            await prepared(place)
        outcomes = await merged(here, file)
        expected = await there.post(*file)
        assert told(outcomes) == posted(expected)
        assert {outcome for outcome, *_ in told(outcomes)} == set(Outcome)
        assert await rows_in(here) == await rows_in(there)
        assert await here.cells() == await there.cells()
        assert await here.mismatches() == []


async def test_outcomes_name_the_facts_that_are_in_the_ledger(databases: Databases) -> None:
    async with world(databases) as here:
        file = [row("a"), row("b", "-1"), row("a"), row("c")]
        (first,) = await merged(here, file)
        assert first.outcomes.schema == OUTCOME
        assert first.outcomes["row"].to_list() == [0, 1, 2, 3]
        assert first.counts == {"ACCEPTED": 2, "DUPLICATE": 1, "CONFLICT": 0, "REJECTED": 1}
        ids = first.outcomes["activityId"].to_list()
        assert ids[0] == ids[2]
        assert ids[1] is None
        async with here.database.snapshot() as connection:
            rows = await (await connection.execute(VERSIONS, (here.tenant,))).fetchall()
            posting = await (
                await connection.execute(
                    "SELECT DISTINCT posting_id FROM activities WHERE tenant_id = %s", (here.tenant,)
                )
            ).fetchall()
        assert {UUID(found) for found in ids if found} == {found for (found,) in rows}
        assert posting == [(first.posting_id,)]
        (again,) = await merged(here, file)
        assert again.counts == {"ACCEPTED": 0, "DUPLICATE": 3, "CONFLICT": 0, "REJECTED": 1}
        assert again.outcomes["activityId"].to_list() == ids
        assert await here.row_count() == 2


async def test_rows_are_numbered_as_in_the_file(databases: Databases) -> None:
    async with world(databases) as here:
        found = await merge(here.database, here.catalogue, here.tenant, chunk_of([row("a"), row("")], 1000), NOW)
        assert (found.first_row, found.outcomes["row"].to_list()) == (1000, [1000, 1001])


async def test_chunks_are_committed_in_their_order_with_the_callers_note(databases: Databases) -> None:
    """The first row that says a fact counts, also where the second is in the chunk right behind it."""
    async with world(databases) as here:
        noted: list[tuple[int, int]] = []

        async def note(connection: Connection, found: Merged) -> None:
            query = "SELECT count(*) FROM activities WHERE tenant_id = %s"
            count = await (await connection.execute(query, (here.tenant,))).fetchone()
            assert count
            noted.append((found.first_row, count[0]))

        file = [row(str(number), str(number)) for number in range(50)]
        file += [row("49", "7"), *(row(str(number)) for number in range(50, 99)), row("0", "0")]
        found = await merged(here, file, 10, note)
        assert noted == [(start, min(start + 10 - (start >= 50), 99)) for start in range(0, 101, 10)]
        assert [one.first_row for one in found] == list(range(0, 101, 10))
        outcomes = told(found)
        assert [number for number, line in enumerate(outcomes) if line[0] != "ACCEPTED"] == [50, 100]
        assert outcomes[50][0] == "CONFLICT"
        assert outcomes[100][0] == "DUPLICATE"


def held(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> None:
    """Hold the first chunk back until the second begins to put its facts in, or has had the time to."""
    add, second_begins = bulk_stage.add_facts, asyncio.Event()

    async def adding(connection: Connection, tenant: UUID, posting: UUID, staged: Sequence[str], way: Way) -> Known:
        seen.append("add")
        if seen == ["add"]:
            with suppress(TimeoutError):
                await asyncio.wait_for(second_begins.wait(), 0.5)
        second_begins.set()
        return await add(connection, tenant, posting, staged, way)

    monkeypatch.setattr(bulk_stage, "add_facts", adding)


@pytest.mark.parametrize("second", ["a", "b"])
async def test_a_chunk_that_overtakes_waits(databases: Databases, monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    """One with facts of its own goes ahead and waits before its end; one that repeats a fact does not begin."""
    async with world(databases) as here:
        seen: list[str] = []

        async def note(_: Connection, found: Merged) -> None:
            seen.append(f"note {found.first_row}")

        held(monkeypatch, seen)
        found = await merged(here, [row("a"), row(second, "2")], 1, note)
        # The repeat is taken for new, finds that it is not, and is looked up.
        repeats = ["add", "note 0", "add", "add", "note 1"]
        assert seen == (["add", "add", "note 0", "note 1"] if second == "b" else repeats)
        assert [line[0] for line in told(found)] == ["ACCEPTED", "ACCEPTED" if second == "b" else "CONFLICT"]


async def test_a_note_that_fails_undoes_its_chunk_and_those_behind_it(databases: Databases) -> None:
    async with world(databases) as here:

        async def note(connection: Connection, found: Merged) -> None:
            if found.first_row == 20:
                await connection.execute("SELECT 1 / 0")

        with pytest.raises(psycopg.errors.DivisionByZero):
            await merged(here, [row(str(number)) for number in range(60)], 10, note)
        assert await here.row_count() == 20
        assert await here.mismatches() == []
        found = await merged(here, [row(str(number)) for number in range(60)], 10)
        assert sum(one.counts[Outcome.ACCEPTED] for one in found) == 40
        assert await here.mismatches() == []


async def test_whoever_stops_leaves_whole_chunks_and_takes_up_where_it_was(databases: Databases) -> None:
    async with world(databases) as here:
        file = [row(str(number)) for number in range(100)]
        merging = merge_all(here.database, here.catalogue, here.tenant, chunks_of(file, 10), NOW)
        async with aclosing(merging) as done:
            async for found in done:
                if found.first_row == 30:
                    break
        left = await here.row_count()
        assert left % 10 == 0
        assert 40 <= left <= 60
        assert await here.mismatches() == []
        again = await merged(here, file, 10)
        assert sum(one.counts[Outcome.ACCEPTED] for one in again) == 100 - left
        assert await here.row_count() == 100


async def test_a_file_that_cannot_be_read_on_leaves_what_was_committed(databases: Databases) -> None:
    def chunks() -> Iterator[Chunk]:
        yield from chunks_of([row(str(number)) for number in range(20)], 10)
        raise OSError("the disk is gone")

    async with world(databases) as here:
        with pytest.raises(OSError, match="the disk is gone"):
            async for _ in merge_all(here.database, here.catalogue, here.tenant, chunks(), NOW):
                pass
        assert await here.row_count() in (0, 10, 20)
        assert await here.mismatches() == []


async def test_a_stage_is_struck_before_its_chunk_takes_its_instant(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a commit has to truncate or to remove, whoever reads would have to wait for."""
    stages = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname IN ('bulk_facts', 'bulk_kinds')"
    left: list[object] = []

    async def counted(connection: Connection, recording: Recording) -> datetime:
        left.append(await (await connection.execute(stages)).fetchone())
        return await record(connection, recording)

    monkeypatch.setattr(bulk, "record", counted)
    async with world(databases) as here:
        await merged(here, [row(str(number)) for number in range(10)], 5)
        assert left == [(0,), (0,)]
        assert await here.mismatches() == []


async def test_chunks_are_not_kept(databases: Databases) -> None:
    """Memory does not grow with the file: at most those under way, the one being read and the one just yielded."""
    alive: list[weakref.ref[pl.DataFrame]] = []
    most = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal most
        for number in range(30):
            chunk = chunk_of([row(f"{number}-{place}") for place in range(5)], number * 5)
            alive.append(weakref.ref(chunk.frame))
            most = max(most, sum(found() is not None for found in alive))
            yield chunk
            del chunk

    async with world(databases) as here:
        async for _ in merge_all(here.database, here.catalogue, here.tenant, chunks(), NOW):
            pass
        assert await here.row_count() == 150
    assert 0 < most <= 5


async def test_a_row_posted_meanwhile_is_a_duplicate(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking what is there and inserting it another writer is faster: the chunk is merged the careful way."""
    async with world(databases) as here:
        add = bulk_stage.add_facts
        ways: list[Way] = []

        async def overtaken(
            connection: Connection, tenant: UUID, posting: UUID, staged: Sequence[str], way: Way
        ) -> Known:
            ways.append(way)
            if way is Way.FRESH:
                await asyncio.gather(here.post(row("5")), here.post(row("6", "77")))
                # What is looked up next is as if it was not there yet.
                monkeypatch.setattr(bulk_stage, "_THERE", "SELECT '', '' WHERE %(tenant)s IS NULL")
            return await add(connection, tenant, posting, staged, way)

        monkeypatch.setattr(bulk_stage, "add_facts", overtaken)
        (found,) = await merged(here, [row(str(number)) for number in range(10)])
        assert ways == [Way.FRESH, Way.LOOKING, Way.CAREFUL]
        assert [line[0] for line in told([found])] == ["ACCEPTED"] * 5 + ["DUPLICATE", "CONFLICT"] + ["ACCEPTED"] * 3
        assert await here.row_count() == 10
        assert await here.mismatches() == []


async def test_writers_of_the_same_facts_end(databases: Databases) -> None:
    """Files and postings with the same facts in other orders, at once: every fact once, nobody waits for ever."""
    async with world(databases) as here:
        file = [row(str(number), source=f"m{number % 3 + 1}") for number in range(300)]
        files = [file, file[::-1], file[100:] + file[:100]]
        await asyncio.gather(*(merged(here, rows, 60) for rows in files), *(here.post(*rows) for rows in files))
        assert await here.row_count() == 300
        assert await here.mismatches() == []


async def test_a_fact_that_was_archived_is_a_conflict(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is in the register, what it said is not in the database any more."""

    async def none_left(*_: object) -> dict[NaturalKey, Versions]:
        return {}

    async with world(databases) as here:
        await here.post(row("a"))
        monkeypatch.setattr(bulk, "earlier_versions", none_left)
        file = [row("a", "2"), row("n"), row("n", "3")]
        (found,) = await merged(here, file)
        outcomes = told([found])
        assert [line[:3] for line in outcomes] == [
            ("CONFLICT", "ARCHIVED", "externalId"),
            ("ACCEPTED", None, None),
            ("CONFLICT", None, "externalId"),
        ]
        assert "what it said then was archived" in str(outcomes[0][3])
        previewed = await preview(here.database, here.catalogue, here.tenant, chunk_of(file), NOW)
        assert told([previewed])[0] == outcomes[0]


async def test_a_preview_tells_what_would_be_and_writes_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        before = await here.post(row("a"), row("b"))
        file = [row("a"), row("b", "2"), row("n"), row("n"), row("bad", "-1")]
        found = await preview(here.database, here.catalogue, here.tenant, chunk_of(file, 5), NOW)
        assert [line[0] for line in told([found])] == ["DUPLICATE", "CONFLICT", "ACCEPTED", "DUPLICATE", "REJECTED"]
        ids = [str(one.activity_id) for one in before]
        assert found.outcomes["activityId"].to_list() == [*ids, None, None, None]
        assert found.outcomes["row"].to_list() == [5, 6, 7, 8, 9]
        assert await here.row_count() == 2


async def test_nothing_lands_with_another_tenant(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as there:
        await merged(here, [row(str(number)) for number in range(30)])
        assert await there.row_count() == 0
        assert await there.cells() == {}
        # Sources are a tenant's own: the same code means another source there.
        assert [one.counts[Outcome.ACCEPTED] for one in await merged(there, [row("1")])] == [1]


async def test_check_finds_rows_that_lead_nowhere(databases: Databases) -> None:
    async with world(databases) as here:
        (found,) = await merged(here, [row("a")])
        assert found.counts[Outcome.ACCEPTED] == 1
        async with here.database.snapshot() as connection:
            assert await lost_references(connection) == 0
        async with here.database.write_registry(here.tenant) as connection:
            await connection.execute(STRAY, (here.tenant, uuid4()))
            assert await lost_references(connection) == 1
            raise Rollback


STRAY = "INSERT INTO activity_versions VALUES (%s, %s, 'a', 1, gen_random_uuid())"


async def test_an_empty_file_and_one_of_bad_rows_write_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        assert await merged(here, []) == []
        (found,) = await merged(here, [row("a", "-1"), row("b", source="\x00")])
        assert found.counts[Outcome.REJECTED] == 2
        query = "SELECT count(*) FROM recordings WHERE tenant_id = %s AND recording_id = %s"
        async with here.database.snapshot() as connection:
            assert await (await connection.execute(query, (here.tenant, found.posting_id))).fetchone() == (0,)


@pytest.mark.parametrize("table", ["sites", "sources"])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET tenant_id = '{}'", "UPDATE {} SET {}_id = '{}'"],
)
async def test_what_rows_refer_to_stays(databases: Databases, table: str, statement: str) -> None:
    """No reference is checked row by row, because none can come to lead nowhere: not even the owner can remove one."""
    async with world(databases) as here:
        await here.post(row("a"))
        text = statement.replace("{}_id", f"{table[:-1]}_id").replace("'{}'", f"'{uuid4()}'").format(table).encode()
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
            with pytest.raises(psycopg.errors.RestrictViolation, match=f"on {table} is refused"):
                owner.execute(text)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with here.database.write(here.tenant) as connection:
                await connection.execute(text)
