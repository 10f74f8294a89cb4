"""Intervals in the ledger: two writers at once, and the same energy by intervals and by bills."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import polars as pl
import pytest

from accounting.intervals.roles import SeriesRole
from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import EnergyCarrier
from ledger.bulk.chunks import Chunk
from ledger.bulk.intervals import merge_all
from ledger.intervals.checks import IntervalDifference, interval_differences
from ledger.intervals.posting import correct_intervals, post_intervals
from ledger.intervals.reading import versions_of
from ledger.intervals.series import IntervalSeries, NewSeries, add_series
from ledger.intervals.spans import Span, SpanOutcome
from ledger.registry import sources_where
from ledger.setup import Databases
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
MARCH = datetime(2025, 2, 28, 16, tzinfo=UTC)
"""Midnight of the first of March in Shanghai."""


async def add(here: World, unit: str = "kWh", activity_type: str = "electricity.grid") -> IntervalSeries:
    async with here.database.snapshot() as connection:
        [source] = await sources_where(connection, tenant_id=here.tenant, code="m1")
    new = NewSeries(
        tenant=here.tenant,
        source=source.source_id,
        carrier=EnergyCarrier.ELECTRICITY,
        role=SeriesRole.LOAD,
        unit=unit,
        minutes=60,
        activity_type=activity_type,
    )
    return (await add_series(here.database, here.catalogue, new))[0]


async def post(here: World, series: UUID, *values: str | None, start: datetime = MARCH) -> SpanOutcome:
    given = [None if value is None else Decimal(value) for value in values]
    posted = await post_intervals(here.database, here.tenant, uuid4(), [Span(series, start, 60, given)], NOW)
    return posted.outcomes[0]


async def differences(here: World, first: int = 3, last: int = 3, **more: datetime) -> list[IntervalDifference]:
    async with here.database.snapshot() as connection:
        return await interval_differences(connection, [here.tenant], date(2025, first, 1), date(2025, last, 1), **more)


async def test_two_that_post_the_same_at_once_write_it_once(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here)
        found = await asyncio.gather(*(post(here, series.id, *["1"] * 500) for _ in range(4)))
        assert sum(one.accepted for one in found) == 500
        assert sum(one.duplicates for one in found) == 1500
        other = await asyncio.gather(*(post(here, series.id, f"{n}", start=NOW.replace(year=2024)) for n in (2, 3, 4)))
        assert sorted((one.accepted, one.conflicts) for one in other) == [(0, 1), (0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (datetime.max.replace(tzinfo=UTC), 60),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), 60),
        (MARCH, 2**31 - 1),
    ],
)
async def test_what_is_on_no_calendar_is_refused(databases: Databases, start: datetime, minutes: int) -> None:
    async with world(databases) as here:
        span = Span((await add(here)).id, start, minutes, [Decimal(1)] * 3)
        for change in (partial(post_intervals, now=NOW), partial(correct_intervals, reason="misread", now=NOW)):
            with pytest.raises(Refused, match="is no time of a reading") as refused:
                await change(here.database, here.tenant, uuid4(), [span])
            assert (refused.value.code, refused.value.field) == (RefusalCode.BAD_TIME, "readings[0].start")
        frame = pl.DataFrame({"series": ["m1"], "start": ["9999-12-31T23:00:00Z"], "value": ["1"]})
        [merged] = [one async for one in merge_all(here.database, here.tenant, [Chunk(0, frame)], NOW)]
        assert merged.outcomes.select("outcome", "code", "field").rows() == [("REJECTED", "BAD_TIME", "start")]


async def test_the_same_key_at_once_is_one_posting(databases: Databases) -> None:
    async with world(databases) as here:
        series, key = await add(here), uuid4()
        span = Span(series.id, MARCH, 60, [Decimal(1)] * 200)
        found = await asyncio.gather(*(post_intervals(here.database, here.tenant, key, [span], NOW) for _ in range(4)))
        assert {one.posting_id for one in found} == {found[0].posting_id}
        assert {one.outcomes[0].accepted for one in found} == {200}
        assert sorted(one.is_replay for one in found) == [False, True, True, True]


async def test_corrections_at_once_make_versions_in_turn(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here)
        await post(here, series.id, "1")
        spans = [Span(series.id, MARCH, 60, [Decimal(value)]) for value in (2, 3, 4)]
        await asyncio.gather(
            *(correct_intervals(here.database, here.tenant, uuid4(), [one], "again", NOW) for one in spans)
        )
        async with here.database.snapshot() as connection:
            found = await versions_of(connection, series, MARCH)
        assert [one.version for one in found] == [1, 2, 3, 4]
        assert {one.value for one in found} == {Decimal(value) for value in (1, 2, 3, 4)}


async def test_a_reading_comes_back_to_the_digit(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here, "MWh")
        await post(here, series.id, "12345678901234567890.123456789012345678")
        async with here.database.snapshot() as connection:
            [found] = await versions_of(connection, series, MARCH)
        assert found.value == Decimal("12345678901234567890.123456789012345678")


async def test_intervals_and_bills_are_compared_by_month(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here)
        await post(here, series.id, *["1"] * (31 * 24))
        [found] = await differences(here)
        assert (found.month, found.metered, found.posted, found.difference) == (
            date(2025, 3, 1),
            Decimal("2678.4"),
            None,
            None,
        )
        assert (found.missing, found.unit, found.source_code, found.series) == (0, "MJ", "m1", series.id)
        await here.post(row("bill", "744"))
        assert await differences(here) == []


async def test_what_differs_is_told_with_the_gap_that_may_explain_it(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here)
        await post(here, series.id, *["1"] * 24, None, *["1"] * (30 * 24 - 1))
        await here.post(row("bill", "744"))
        [found] = await differences(here)
        assert (found.difference, found.missing) == (Decimal("-3.6"), 1)


async def test_a_bill_over_two_months_is_split_and_the_past_compares_as_known(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here)
        await post(here, series.id, *["1"] * (61 * 24))
        await here.post(row("bill", str(61 * 24), period_end="2025-05-01T00:00:00+08:00"))
        assert await differences(here, 3, 4) == []
        async with here.database.snapshot() as connection:
            row_of_now = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
        assert row_of_now is not None
        changed = [Span(series.id, MARCH, 60, [Decimal(3)])]
        await correct_intervals(here.database, here.tenant, uuid4(), changed, "wrong", NOW)
        assert [one.difference for one in await differences(here, 3, 4)] == [Decimal("7.2")]
        assert await differences(here, 3, 4, known_at=row_of_now[0]) == []


async def test_months_are_those_of_the_sites_clock_and_other_activities_do_not_count(databases: Databases) -> None:
    async with world(databases, "Europe/Berlin") as here:
        series = await add(here)
        # The clock goes forward in March: 743 hours, and the hour before them is of February.
        start = datetime(2025, 2, 28, 22, tzinfo=UTC)
        await post(here, series.id, *["1"] * 744, start=start)
        times = {"period_start": "2025-03-01T00:00:00+01:00", "period_end": "2025-04-01T00:00:00+02:00"}
        await here.post(row("bill", "743", **times), row("other", "5", activity_type="electricity.exported", **times))
        assert await differences(here) == []
        [found] = await differences(here, 2, 3)
        assert (found.month, found.metered, found.missing) == (date(2025, 2, 1), Decimal("3.6"), 671)
        await here.post(row("elsewhere", "1000", source="m2", **times))
        assert await differences(here) == []


async def test_a_series_that_names_no_activity_type_is_not_compared(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here, activity_type="")
        await post(here, series.id, "1")
        assert await differences(here) == []
