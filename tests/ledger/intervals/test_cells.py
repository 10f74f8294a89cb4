"""Hourly cells: kept to the digit by whatever writes readings, and what a park is matched by."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import polars as pl
import psycopg
import pytest

from accounting.intervals.hourly_matching import Incomplete, Matching
from accounting.intervals.roles import SeriesRole
from accounting.intervals.series import BadSeries
from accounting.refusals import Refused
from accounting.scope2.instruments import EnergyCarrier
from ledger.bulk import intervals as bulk_intervals
from ledger.bulk.chunks import Chunk
from ledger.footprints.footprints import Boundary
from ledger.intervals import matching as interval_matching
from ledger.intervals.cells import IntervalMismatch, interval_mismatches
from ledger.intervals.matching import AskedMatching, matching_of, totals_in, wires_of
from ledger.intervals.posting import correct_intervals, post_intervals
from ledger.intervals.series import IntervalSeries, NewSeries, add_series
from ledger.intervals.spans import Span
from ledger.registry import NewSource, add_source
from ledger.setup import Databases
from tests.world import NOW, World, world

pytestmark = pytest.mark.anyio
MIDNIGHT = datetime(2025, 2, 28, 16, tzinfo=UTC)
"""Midnight of the first of March in Shanghai."""
DAY = date(2025, 3, 1)
HOUR = timedelta(hours=1)
Cells = dict[tuple[str, bool, datetime], tuple[Decimal, int]]


async def add(
    here: World, role: SeriesRole = SeriesRole.LOAD, minutes: int = 15, *, has_attribute: bool = False
) -> IntervalSeries:
    code = uuid4().hex
    source = await add_source(here.database, NewSource(here.tenant, here.site, code, "Meter", "电表", "METER"))
    unit = "%" if role is SeriesRole.GRID_CFE else "kWh"
    new = NewSeries(here.tenant, source.source_id, EnergyCarrier.ELECTRICITY, role, unit, minutes, has_attribute)
    return (await add_series(here.database, here.catalogue, new))[0]


def span(series: IntervalSeries, *values: object, start: datetime = MIDNIGHT) -> Span:
    given = [None if value is None else Decimal(str(value)) for value in values]
    return Span(series.id, start, series.minutes, given)


async def post(here: World, *spans: Span) -> None:
    await post_intervals(here.database, here.tenant, uuid4(), spans, NOW)


async def correct(here: World, *spans: Span) -> None:
    await correct_intervals(here.database, here.tenant, uuid4(), spans, "read again", NOW)


async def cells(here: World) -> Cells:
    """The tenant's cells in kWh."""
    query = "SELECT role, has_attribute, start, quantity, minutes FROM interval_cells WHERE tenant_id = %s"
    async with here.database.snapshot() as connection:
        rows = await (await connection.execute(query, (here.tenant,))).fetchall()
    return {(role, own, start): (quantity / Decimal("3.6"), minutes) for role, own, start, quantity, minutes in rows}


async def mismatches(here: World) -> list[IntervalMismatch]:
    async with here.database.snapshot() as connection:
        return [one for one in await interval_mismatches(connection) if one.tenant_id == here.tenant]


async def matching(here: World, days: int = 1, minutes: int = 60, **more: object) -> Matching | Incomplete:
    last = DAY + timedelta(days=days - 1)
    asked = AskedMatching(Boundary((here.tenant,)), DAY, last, "Asia/Shanghai", minutes, **more)  # type: ignore[arg-type]
    async with here.database.snapshot() as connection:
        return (await matching_of(connection, asked)).found


async def test_readings_of_an_hour_are_one_cell_of_all_meters(databases: Databases) -> None:
    async with world(databases) as here:
        quarters, halves, hours = await add(here), await add(here, minutes=30), await add(here, minutes=60)
        sun = await add(here, SeriesRole.GENERATION, 60, has_attribute=True)
        share = await add(here, SeriesRole.GRID_CFE, 60)
        await post(here, span(quarters, 1, "2.5", None, 4, 8), span(halves, 16), span(hours, 32, 64), span(share, 40))
        await post(here, span(sun, 7))
        assert await cells(here) == {
            ("LOAD", False, MIDNIGHT): (Decimal("55.5"), 135),
            ("LOAD", False, MIDNIGHT + HOUR): (Decimal(72), 75),
            ("GENERATION", True, MIDNIGHT): (Decimal(7), 60),
        }
        assert await mismatches(here) == []


async def test_what_is_there_is_not_added_again(databases: Databases) -> None:
    async with world(databases) as here:
        one = await add(here)
        await post(here, span(one, 1, 2))
        await post(here, span(one, 1, 3, 4))
        assert await cells(here) == {("LOAD", False, MIDNIGHT): (Decimal(7), 45)}
        assert await mismatches(here) == []


async def test_a_correction_takes_away_and_adds(databases: Databases) -> None:
    async with world(databases) as here:
        one, other = await add(here), await add(here)
        await post(here, span(one, 1, 2, 3, 4), span(other, 10))
        await correct(here, span(one, "0.1", 2, None))
        assert await cells(here) == {("LOAD", False, MIDNIGHT): (Decimal("16.1"), 60)}
        await correct(here, span(one, 1, 2, 3))
        assert await cells(here) == {("LOAD", False, MIDNIGHT): (Decimal(20), 75)}
        assert await mismatches(here) == []


async def test_what_is_refused_adds_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        one = await add(here)
        with pytest.raises(Refused, match="negative"):
            await post(here, span(one, 1), span(one, -1, start=MIDNIGHT + HOUR))
        await post(here, span(one, 1))
        with pytest.raises(Refused, match="never posted"):
            await correct(here, span(one, 2, 3))
        assert await cells(here) == {("LOAD", False, MIDNIGHT): (Decimal(1), 15)}


async def test_a_reading_that_reaches_over_the_full_hour_of_utc_is_in_no_cell(databases: Databases) -> None:
    async with world(databases, "Asia/Kolkata") as here:
        hours, quarters = await add(here, minutes=60), await add(here)
        sun = await add(here, SeriesRole.GENERATION, has_attribute=True)
        local = datetime(2025, 2, 28, 18, 30, tzinfo=UTC)
        days = (span(hours, *[4] * 24, start=local), span(quarters, *[1] * 96, start=local))
        await post(here, *days, span(sun, *[1] * 96, start=local))
        assert {minutes for (role, *_), (_, minutes) in (await cells(here)).items() if role == "LOAD"} == {30, 60}
        assert await mismatches(here) == []
        asked = AskedMatching(Boundary((here.tenant,)), DAY, DAY, "Asia/Kolkata", 60)
        async with here.database.snapshot() as connection:
            found = (await matching_of(connection, asked)).found
        assert isinstance(found, Matching)
        assert (found.load_total, found.score(found.hourly)) == (Decimal("691.2"), Fraction(1, 2))
        with pytest.raises(BadSeries, match="begins its intervals at other minutes than 2025-02-28T16:00:00Z"):
            await matching(here)


async def test_bulk_files_and_requests_at_once_lose_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        series = [await add(here) for _ in range(4)]
        rows = [
            {"series": str(one.id), "start": (MIDNIGHT + timedelta(minutes=15 * n)).isoformat(), "value": "1.25"}
            for one in series
            for n in range(40)
        ]

        async def file(part: Sequence[dict[str, str]]) -> None:
            merging = bulk_intervals.merge_all(here.database, here.tenant, [Chunk(0, pl.DataFrame(part))], NOW)
            async with aclosing(merging) as merged:
                async for _ in merged:
                    pass

        posts = [post(here, *(span(one, *["1.25"] * 60) for one in order)) for order in (series, series[::-1])]
        await asyncio.gather(file(rows), file(rows[::-1]), *posts)
        found = await cells(here)
        assert found == {("LOAD", False, MIDNIGHT + HOUR * n): (Decimal(20), 240) for n in range(15)}
        assert await mismatches(here) == []


async def test_cells_stay_sums_whatever_is_posted_and_corrected(databases: Databases) -> None:
    dice = random.Random(20261123)  # noqa: S311  repeatable, no secret
    async with world(databases) as here:
        series = [await add(here, minutes=minutes) for minutes in (15, 15, 30, 60)]
        for one in series:
            await post(here, span(one, *(dice.randrange(10**6) / Decimal(1000) for _ in range(24))))
        for _ in range(12):
            one = dice.choice(series)
            start = MIDNIGHT + timedelta(minutes=one.minutes * dice.randrange(20))
            values = [dice.choice([None, 0, dice.randrange(10**9) / Decimal(10**6)]) for _ in range(4)]
            await correct(here, span(one, *values, start=start))
        assert await mismatches(here) == []


async def test_a_cell_that_was_changed_behind_the_ledgers_back_is_found(databases: Databases) -> None:
    async with world(databases) as here:
        one = await add(here)
        await post(here, span(one, 1))
        with psycopg.connect(databases.owner_url) as connection:
            connection.execute(f"SET app.tenant = '{here.tenant}'")
            connection.execute("UPDATE interval_cells SET quantity = quantity + 1 WHERE start = %s", (MIDNIGHT,))
        [found] = await mismatches(here)
        assert (found.start, found.cell_quantity, found.reading_sum) == (MIDNIGHT, Decimal("4.6"), Decimal("3.6"))
        assert (found.cell_minutes, found.reading_minutes, found.role) == (15, 15, "LOAD")


async def park_of_meters(here: World) -> list[IntervalSeries]:
    """Three meters of load and a plant, two days whole but for an hour of one meter; returns the meters."""
    meters = [await add(here, minutes=minutes) for minutes in (15, 30, 60)]
    sun = await add(here, SeriesRole.GENERATION, 60, has_attribute=True)
    sold = await add(here, SeriesRole.GENERATION, 60)
    for one in meters:
        per_day = 1440 // one.minutes
        values: list[object] = [Decimal(n % 7) / 4 for n in range(2 * per_day)]
        values[per_day] = None
        await post(here, span(one, *(values if one.minutes == 30 else [value or 0 for value in values])))
    await post(here, span(sun, *(n % 5 for n in range(48))), span(sold, 1))
    return meters


async def test_sums_answer_as_the_readings_do(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(databases) as here:
        meters = await park_of_meters(here)
        whole, gap = await matching(here), await matching(here, 2)
        assert isinstance(whole, Matching)
        assert isinstance(gap, Incomplete)
        assert [(one.series, one.start, one.intervals) for one in gap.missing] == [
            (str(meters[1].id), MIDNIGHT + 24 * HOUR, 1)
        ]
        monkeypatch.setattr(interval_matching, "_is_in_cells", lambda _: False)
        assert await matching(here) == whole
        assert await matching(here, 2) == gap


async def test_sums_answer_where_readings_are_too_many(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(databases) as here:
        meters = await park_of_meters(here)
        monkeypatch.setattr(interval_matching, "MOST_INTERVALS", 60)
        assert isinstance(await matching(here), Matching)
        with pytest.raises(BadSeries, match="5 series over 1 days are 216 intervals; at most 60"):
            await matching(here, known_at=NOW)
        asked = AskedMatching(Boundary((here.tenant,)), DAY, DAY, "Asia/Shanghai", 60)
        async with here.database.snapshot() as connection:
            assert await totals_in(connection, asked, meters[1:2]) == {meters[1].id: Decimal("126.9")}
            with pytest.raises(BadSeries, match="are 96 intervals; at most 60"):
                await totals_in(connection, asked, meters[:1])
        monkeypatch.setattr(interval_matching, "MOST_INTERVALS", 6)
        with pytest.raises(BadSeries, match="readings are missing in 1 hours; to tell of which of 3 series takes 7"):
            await matching(here, 2)


async def test_series_that_are_named_are_read_themselves(databases: Databases) -> None:
    async with world(databases) as here:
        meters = await park_of_meters(here)
        sun = await add(here, SeriesRole.GENERATION, 60, has_attribute=True)
        await post(here, span(sun, *[0] * 24))
        found = await matching(here, only=[meters[2].id, sun.id])
        assert isinstance(found, Matching)
        assert found.load_total == Decimal("59.4")


async def test_direct_wires_are_matched_by_sums_too(databases: Databases) -> None:
    async with world(databases) as here:
        load, wire = await add(here), await add(here, SeriesRole.DIRECT_WIRE, 60, has_attribute=True)
        await post(here, span(load, *["0.5"] * 96), span(wire, *[1, 3] * 12))
        asked = AskedMatching(Boundary((here.tenant,)), DAY, DAY, "Asia/Shanghai", 60)
        async with here.database.snapshot() as connection:
            found, series = await wires_of(connection, asked)
        assert not isinstance(found, Incomplete)
        assert (found.generated, found.used) == (Decimal("172.8"), Decimal("129.6"))
        assert {one.id for one in series} == {load.id, wire.id}


async def test_nobody_writes_the_cells_of_another_tenant(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        one = await add(here)
        await post(here, span(one, 1))
        async with here.database.write(other.tenant) as connection:
            changed = await connection.execute("UPDATE interval_cells SET minutes = 0")
            assert changed.rowcount == 0
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute("DELETE FROM interval_cells")
        assert await cells(here) == {("LOAD", False, MIDNIGHT): (Decimal(1), 15)}
