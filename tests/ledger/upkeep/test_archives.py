"""Archives: what is detached is in the files, proved; footprints do not change; what cannot be answered says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import polars as pl
import psycopg
import pytest

from accounting.intervals.roles import SeriesRole
from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import EnergyCarrier
from ledger import identifiers
from ledger.activities import corrections
from ledger.activities.batches import Outcome
from ledger.activities.corrections import ActivityNotFound, NewContent, correct
from ledger.archived import archived_reading_months
from ledger.bulk import intervals as bulk_intervals
from ledger.bulk.chunks import Chunk
from ledger.cells.change_spans import make_spans
from ledger.connections import Connection
from ledger.history.sealing import seal
from ledger.intervals.posting import post_intervals
from ledger.intervals.reading import read_series
from ledger.intervals.series import NewSeries, add_series
from ledger.intervals.spans import Span
from ledger.management.posted_months import Within, completeness
from ledger.recordings import Recording, record
from ledger.registry import sources_where
from ledger.setup import Databases
from ledger.upkeep import archives
from ledger.upkeep.archive_files import ArchiveDamaged, Manifest, verify, write
from ledger.upkeep.archives import CannotArchive, Partition, archive, partitions_before
from ledger.upkeep.maintenance import check
from proofs.keys import make_key
from tests.conftest import Server
from tests.ledger.cells.test_known import known, told_sums
from tests.locks import WAITING
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
JANUARY = Partition("activities", date(2024, 1, 1))
READINGS = Partition("interval_readings", date(2001, 1, 1))
TODAY = date(2026, 11, 22)


@pytest.fixture
def own(server: Server, worker_id: str) -> Iterator[Databases]:
    """A migrated database of the test's own with a partition of January 2024, as one has that is years old."""
    name = f"archives_{worker_id}_{uuid4().hex[:8]}"
    databases = server.create(name)
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute(
            "CREATE TABLE activities_2024_01 PARTITION OF activities FOR VALUES FROM (id_bound('2024-01-01 00:00+00'))"
            " TO (id_bound('2024-02-01 00:00+00'))"
        )
    yield databases
    server.drop(name)


@asynccontextmanager
async def in_january(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What is posted meanwhile has the ids of January 2024."""
    instant = datetime(2024, 1, 15, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(identifiers, "_last", 0)
        patch.setattr("time.time_ns", lambda: int(instant.timestamp() * 10**9))
        yield
    identifiers._last = 0


async def archived(own: Databases, here: World, folder: Path) -> Manifest:
    await make_spans(here.database, ends_now=True)
    return archive(own.owner_url, JANUARY, folder)


async def test_everything_stays_what_it_was_but_the_rows(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(own) as here:
        before = await told_sums(here)
        async with in_january(monkeypatch):
            outcomes = await here.post(*[row(str(number), f"{number}.5") for number in range(5)])
            between = await told_sums(here)
            await here.post(row("more", "7"))
        first, second = (outcome.activity_id for outcome in outcomes[:2])
        assert first is not None
        assert second is not None
        posted = await told_sums(here)
        given = NewContent(quantity="1000")
        await correct(here.database, here.catalogue, here.tenant, first, given, "misread", NOW)
        now = await told_sums(here)

        manifest = await archived(own, here, tmp_path)
        assert (manifest.row_count, manifest.table) == (6, "activities_2024_01")
        assert verify(tmp_path / "activities_2024_01") == manifest
        for instant, sums in (before, posted, now):
            assert await known(here, instant) == sums
        assert (await told_sums(here))[1] == now[1]
        with pytest.raises(Refused, match="lies among activities that were archived") as refused:
            await known(here, between[0])
        assert refused.value.code is RefusalCode.ARCHIVED
        found = await check(here.database)
        assert (found.mismatches, found.unrecorded, found.rows) == ([], 0, 1)

        again, new = await here.post(row("2", "2.5"), row("new"))
        assert (again.outcome, again.code, again.activity_id) == (Outcome.CONFLICT, RefusalCode.ARCHIVED, None)
        assert new.outcome is Outcome.ACCEPTED
        with pytest.raises(ActivityNotFound, match="recorded in 2024-01 were archived"):
            await correct(here.database, here.catalogue, here.tenant, second, given, "misread", NOW)


async def test_the_files_hold_the_rows(own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a", "0.10", "MWh"), row("b", "12345678901234567890.123", "kWh"))
        await archived(own, here, tmp_path)
    frame = pl.read_parquet(tmp_path / "activities_2024_01" / "*.parquet")
    rows = {one["external_id"]: one for one in frame.to_dicts()}
    assert (rows["a"]["quantity"], rows["a"]["base_quantity"], rows["a"]["unit"]) == ("0.10", "360", "MWh")
    assert rows["b"]["quantity"] == "12345678901234567890.123"
    assert rows["a"]["supersedes"] is None
    assert rows["a"]["period_start"] == "2025-02-28T16:00:00.000000Z"
    with psycopg.connect(own.owner_url) as connection:
        connection.execute("SET app.reach = 'all'")
        kept = connection.execute("SELECT count(*) FROM pg_class WHERE relname = 'archived_activities_2024_01'")
        assert kept.fetchone() == (1,), "nothing is deleted"
        assert connection.execute("SELECT relation, month, row_count FROM archived_months").fetchall() == [
            ("activities", date(2024, 1, 1), 2)
        ]


async def until_it_waits(own: Databases) -> None:
    """Return once somebody waits for the table of activities, or for those who read."""
    query = f"{WAITING} AND relation = ANY('{{activities,archived_months}}'::regclass[])".encode()
    async with await psycopg.AsyncConnection.connect(own.owner_url, autocommit=True) as connection:
        for _ in range(1000):
            if await (await connection.execute(query)).fetchone() != (0,):
                return
            await asyncio.sleep(0.01)
    raise AssertionError("nobody waited")


async def test_a_row_that_is_corrected_meanwhile_keeps_its_month(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stays of the month was read before the correction, and would have counted the row for ever."""
    archiving: list[asyncio.Task[Manifest]] = []

    async def late(connection: Connection, recording: Recording) -> datetime:
        archiving.append(asyncio.create_task(asyncio.to_thread(archive, own.owner_url, JANUARY, tmp_path)))
        await until_it_waits(own)
        return await record(connection, recording)

    async with world(own) as here:
        async with in_january(monkeypatch):
            [posted, _] = await here.post(row("a", "1"), row("b", "2"))
        before = await told_sums(here)
        await make_spans(here.database, ends_now=True)
        assert posted.activity_id is not None
        with monkeypatch.context() as patch:
            patch.setattr(corrections, "record", late)
            given = NewContent(quantity="1000")
            await correct(here.database, here.catalogue, here.tenant, posted.activity_id, given, "misread", NOW)
        with pytest.raises(CannotArchive, match="rows were corrected while they were written; try again"):
            await archiving[0]
        now = await told_sums(here)
        await archived(own, here, tmp_path)
        assert (await check(here.database)).mismatches == []
        assert [await known(here, instant) for instant, _ in (before, now)] == [before[1], now[1]]


async def test_a_question_that_has_begun_reads_what_is_archived_meanwhile(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its snapshot does not say that the month was archived, so that the rows would be missing in silence."""
    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a", "1"), row("b", "2"))
        await make_spans(here.database, ends_now=True)
        async with here.database.told_snapshot() as told:
            archiving = asyncio.create_task(asyncio.to_thread(archive, own.owner_url, JANUARY, tmp_path))
            await until_it_waits(own)
            found = await told.connection.execute("SELECT count(*) FROM activities")
            assert await found.fetchone() == (2,)
        assert (await archiving).row_count == 2


async def test_who_reads_on_and_on_keeps_the_month(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "TRIES", 1)
    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a"))
        await make_spans(here.database, ends_now=True)
        async with here.database.snapshot():
            with pytest.raises(CannotArchive, match="in 1 tries, as somebody was reading all the time"):
                await asyncio.to_thread(archive, own.owner_url, JANUARY, tmp_path)
        found = await check(here.database)
        assert (found.rows, found.mismatches) == (1, [])


async def test_what_cannot_be_read_back_is_not_detached(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(folder: Path, table: str, columns: list[str], rows: Iterator[tuple[str | None, ...]]) -> Manifest:
        told = write(folder, table, columns, rows)
        write(folder, table, columns, [])
        return told

    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a"))
        monkeypatch.setattr(archives, "write", forgetful)
        with pytest.raises(ArchiveDamaged, match="does not hold what was written"):
            await archived(own, here, tmp_path)
        assert (await check(here.database)).rows == 1
        [again] = await here.post(row("a"))
        assert again.outcome is Outcome.DUPLICATE


async def test_rows_in_no_span_are_not_archived(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a"))
        with pytest.raises(CannotArchive, match="in no span yet"):
            archive(own.owner_url, JANUARY, tmp_path)


async def test_rows_that_are_not_sealed_are_not_archived(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key("archives.example")
    async with world(own) as here:
        await seal(here.database, key)
        async with in_january(monkeypatch):
            await here.post(row("a"))
        with pytest.raises(CannotArchive, match="are not sealed yet"):
            await archived(own, here, tmp_path)
        assert (await check(here.database)).rows == 1
        await seal(here.database, key)
        assert (await archived(own, here, tmp_path)).row_count == 1


async def test_which_source_posted_archived_months_is_refused_not_missing(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(own) as here:
        async with in_january(monkeypatch):
            await here.post(row("a"))
        within, months = Within([here.tenant]), [date(2025, 2, 1), date(2025, 3, 1)]
        async with here.database.snapshot() as connection:
            rows, _ = await completeness(connection, within, months, TODAY)
        assert rows
        await archived(own, here, tmp_path)
        async with here.database.snapshot() as connection:
            with pytest.raises(Refused, match="activities of 2025-03 were archived") as refused:
                await completeness(connection, within, months, TODAY)
            assert refused.value.code is RefusalCode.ARCHIVED
            rows, _ = await completeness(connection, Within([here.tenant], uuid4()), months, TODAY)
            assert rows == []
            await completeness(connection, within, months[:1], TODAY)


async def test_readings_of_an_archived_month_are_refused_not_missing(
    own: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(own) as here:
        async with here.database.snapshot() as connection:
            [source, *_] = await sources_where(connection, tenant_id=here.tenant)
        new = NewSeries(here.tenant, source.source_id, EnergyCarrier.ELECTRICITY, SeriesRole.LOAD, "kWh", 60)
        series, _ = await add_series(here.database, here.catalogue, new)
        start = datetime(2001, 1, 15, tzinfo=UTC)

        async def post(begins: datetime) -> None:
            span = Span(series.id, begins, 60, (Decimal("1.50"), Decimal(2)))
            await post_intervals(here.database, here.tenant, uuid4(), [span], NOW)

        await post(start)
        manifest = archive(own.owner_url, READINGS, tmp_path)
        assert (manifest.row_count, [one.row_count for one in manifest.sums]) == (2, [2])
        known_months = here.database.interval_months
        assert known_months == {date(2001, 1, 1)}, "this process does not know that it was archived"
        for _ in range(2):
            with pytest.raises(Refused, match="readings of 2001-01 were archived"):
                await post(start)
            assert known_months == set()
        await post(datetime(2001, 2, 1, tzinfo=UTC))
        known_months.add(date(2001, 1, 1))  # as before it was archived, and so is what the file is checked against
        monkeypatch.setattr(bulk_intervals, "archived_reading_months", once(frozenset(), archived_reading_months))
        starts = ["2001-01-15T00:00:00Z", "2001-02-02T00:00:00Z"]
        chunk = Chunk(0, pl.DataFrame({"series": [str(series.id)] * 2, "start": starts, "value": ["1.5", "3"]}))
        [merged] = [one async for one in bulk_intervals.merge_all(here.database, here.tenant, [chunk], NOW)]
        told = merged.outcomes.select("outcome", "code", "field").rows()
        assert told == [("REJECTED", "ARCHIVED", "start"), ("ACCEPTED", None, None)]
        async with here.database.snapshot() as connection:
            with pytest.raises(Refused, match="readings of 2001-01 were archived"):
                await read_series(connection, [series], start, datetime(2001, 2, 3, tzinfo=UTC))
            later = datetime(2001, 2, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC)
            assert sum(one is None for one in (await read_series(connection, [series], *later))[series.id].values) == 22


def once(first: frozenset[date], then: Callable[..., Awaitable[frozenset[date]]]) -> Callable[..., Any]:
    """Return what answers differently the first time."""
    answers = iter([first])

    async def asked(*given: object) -> frozenset[date]:
        found = next(answers, None)
        return await then(*given) if found is None else found

    return asked


def test_only_months_long_past_are_archived(own: Databases) -> None:
    assert partitions_before(own.owner_url, date(2024, 2, 1), TODAY) == [JANUARY]
    assert partitions_before(own.owner_url, date(2024, 1, 1), TODAY) == []
    with pytest.raises(CannotArchive, match="2026-09 is too late: months before 2026-08"):
        partitions_before(own.owner_url, date(2026, 9, 1), TODAY)


COLUMNS = ["tenant_id", "series_id", "start", "version", "value", "posting_id", "reason", "recorded_at"]


@pytest.mark.parametrize(
    ("file", "damage", "said"),
    [
        ("interval_readings_2001_01.0000.parquet", lambda text: text[:-9] + b"X" + text[-8:], "has the SHA-256"),
        ("manifest.json", lambda text: text.replace(b'"row_count": 3', b'"row_count": 4', 1), "row_count of the rows"),
        ("manifest.json", lambda text: text.replace(b'"digest": "', b'"digest": "0', 1), "digest of the rows"),
        ("manifest.json", lambda text: text.replace(b'"4.75"', b'"4.76"', 1), "sums of the rows"),
        ("manifest.json", lambda text: text[:-20], "cannot be read"),
        ("interval_readings_2001_01.0001.parquet", None, "cannot be read"),
    ],
)
def test_damage_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, damage: object, said: str) -> None:
    monkeypatch.setattr("ledger.upkeep.archive_files.ROWS_PER_FILE", 2)
    given = [
        ("t", "s", f"2001-01-01T0{hour}", "1", value, "p", "", "r") for hour, value in enumerate(("1.50", "3.25", None))
    ]
    manifest = write(tmp_path, "interval_readings_2001_01", COLUMNS, given)
    assert verify(tmp_path) == manifest
    assert [(one.key, one.quantity, one.row_count) for one in manifest.sums] == [(("t", "s"), "4.75", 3)]
    path = tmp_path / file
    if callable(damage):
        path.write_bytes(damage(path.read_bytes()))
    else:
        path.unlink()
    with pytest.raises(ArchiveDamaged, match=said):
        verify(tmp_path)


def test_the_digest_is_over_the_rows_in_their_order(tmp_path: Path) -> None:
    rows = [("t", "s", "b", "1", "1", "p", "", "r"), ("t", "s", "a", "1", "1", "p", "", "r")]
    one = write(tmp_path / "one", "interval_readings_2001_01", COLUMNS, rows)
    other = write(tmp_path / "other", "interval_readings_2001_01", COLUMNS, rows[::-1])
    assert one.digest != other.digest
    assert one.sums == other.sums
    assert msgspec.json.decode((tmp_path / "one" / "manifest.json").read_bytes())["row_count"] == 2
