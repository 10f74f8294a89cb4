"""What a closed period keeps out, and what is an adjustment to it."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from accounting.intervals.roles import SeriesRole
from accounting.management.reporting_periods import PeriodKind, PeriodStep, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from ledger.activities.adjustments import adjustments_of
from ledger.activities.batches import Outcome
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.posting import IdempotencyKeyReused, post
from ledger.bulk import activities as bulk
from ledger.intervals.posting import correct_intervals, post_intervals
from ledger.releases import Catalogues
from ledger.reporting.periods import events_of
from ledger.setup import Databases
from tests.ledger.intervals.test_cells import add, span
from tests.ledger.reporting.closed_periods import (
    APRIL,
    BOTH,
    QUARTER,
    YEAR,
    adjust,
    adjusted,
    chunk,
    codes,
    counts,
    told,
)
from tests.periods import MARCH, close, step
from tests.world import NOW, row, world

pytestmark = pytest.mark.anyio


async def test_rows_of_a_closed_month_are_rejected(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a", "1"))
        found = await close(here)
        before = await counts(here)
        outcomes = await here.post(row("a", "1"), row("a", "2"), row("b"), row("c", **BOTH))
        assert codes(outcomes) == [
            ("DUPLICATE", None),
            ("CONFLICT", None),
            ("REJECTED", "PERIOD_CLOSED"),
            ("REJECTED", "PERIOD_CLOSED"),
        ]
        assert outcomes[2].field == "periodStart"
        assert outcomes[2].message == (
            f"the data lie in month 2025-03, closed since {found.known_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}; send "
            "them as an adjustment with a reason, or have the period reopened"
        )
        assert (await counts(here))[:3] == before[:3]
        assert codes(await here.post(row("d", **APRIL))) == [("ACCEPTED", None)]
        await step(here, MARCH, PeriodStep.REOPEN)
        assert codes(await here.post(row("b"))) == [("ACCEPTED", None)]


async def test_a_month_is_closed_while_any_period_that_covers_it_is(databases: Databases) -> None:
    async with world(databases) as here:
        await close(here, YEAR)
        await close(here, QUARTER)
        assert codes(await here.post(row("a"), row("b", **APRIL))) == [("REJECTED", "PERIOD_CLOSED")] * 2
        await step(here, YEAR, PeriodStep.REOPEN)
        [march, april] = await here.post(row("a"), row("b", **APRIL))
        assert "quarter 2025-Q1" in march.message
        assert "year" not in march.message
        assert april.outcome is Outcome.ACCEPTED
        async with here.database.snapshot() as connection:
            assert await events_of(connection, here.tenant, MARCH) == [], "a month is not closed by its quarter"
        await close(here, MARCH)
        await step(here, QUARTER, PeriodStep.REOPEN)
        [march] = await here.post(row("a"))
        assert "month 2025-03" in march.message


async def test_an_adjustment_is_accepted_and_marked(databases: Databases) -> None:
    async with world(databases) as here:
        [first, second] = await here.post(row("a", "1"), row("z", "5", **APRIL))
        assert first.activity_id is not None
        assert second.activity_id is not None
        await close(here)
        assert await adjusted(here) == []
        assert codes(await adjust(here, row("z2", **APRIL), reason="not needed")) == [("ACCEPTED", None)]
        assert await adjusted(here) == [], "it touches no closed month"
        outcomes = await adjust(here, row("b", "2"), row("c", **BOTH), row("a", "1"), reason="a late bill")
        assert codes(outcomes) == [("ACCEPTED", None), ("ACCEPTED", None), ("DUPLICATE", None)]
        given = here.database, here.catalogue, here.tenant
        with pytest.raises(Refused) as refused:
            await correct(*given, first.activity_id, NewContent(quantity="7"), "misread", NOW)
        assert refused.value.code is RefusalCode.PERIOD_CLOSED
        with pytest.raises(Refused, match="month 2025-03"):
            await correct(*given, second.activity_id, NewContent(period_start=BOTH["period_start"]), "moved", NOW)
        with pytest.raises(Refused, match="month 2025-03"):
            await void(*given, first.activity_id, "never was", NOW)
        assert await here.row_count() == 5
        new = await correct(*given, first.activity_id, NewContent(quantity="7"), "misread", NOW, "an audit")
        moved = await correct(
            *given, second.activity_id, NewContent(period_start=BOTH["period_start"]), "moved", NOW, "an audit too"
        )
        gone = await void(*given, new, "never was", NOW, "found out")
        found = await adjusted(here)
        assert [(one.posting, one.months, one.reason) for one in found[1:]] == [
            (new, (date(2025, 3, 1),), "an audit"),
            (moved, (date(2025, 3, 1),), "an audit too"),
            (gone, (date(2025, 3, 1),), "found out"),
        ]
        assert (found[0].months, found[0].reason, found[0].actor) == ((date(2025, 3, 1),), "a late bill", "service")
        async with here.database.snapshot() as connection:
            since = found[0].recorded_at, found[0].posting
            rest = await adjustments_of(connection, here.tenant, MARCH, datetime.min.replace(tzinfo=UTC), 2, since)
            assert rest == found[1:3]
            april = ReportingPeriod(PeriodKind.MONTH, date(2025, 4, 1))
            assert await adjustments_of(connection, here.tenant, april, datetime.min.replace(tzinfo=UTC)) == []
        assert await here.mismatches() == []


async def test_another_adjustment_is_another_batch(databases: Databases) -> None:
    async with world(databases) as here:
        await close(here)
        given = (here.database, Catalogues(here.catalogue), here.tenant, uuid4(), [row("a")], NOW)
        first = await post(*given, "a late bill")
        assert (await post(*given, "a late bill")).posting_id == first.posting_id
        with pytest.raises(IdempotencyKeyReused):
            await post(*given)


async def test_readings_of_a_closed_month(databases: Databases) -> None:
    async with world(databases) as here:
        series = await add(here, SeriesRole.LOAD, 60)
        january = ReportingPeriod(PeriodKind.MONTH, date(2025, 3, 1))
        there, new = span(series, 1, 2), span(series, 1, 2, 3)
        given = here.database, here.tenant
        await post_intervals(*given, uuid4(), [there], NOW)
        await close(here, january)
        before = await counts(here)
        with pytest.raises(Refused, match="month 2025-03") as refused:
            await post_intervals(*given, uuid4(), [new], NOW)
        assert refused.value.code is RefusalCode.PERIOD_CLOSED
        with pytest.raises(Refused, match="month 2025-03"):
            await correct_intervals(*given, uuid4(), [span(series, 9)], "misread", NOW)
        assert await counts(here) == before
        again = await post_intervals(*given, uuid4(), [there], NOW)
        assert again.outcomes[0].duplicates == 2
        await post_intervals(*given, uuid4(), [new], NOW, "a late file")
        key, same = uuid4(), [span(series, 1)]
        await correct_intervals(*given, key, same, "misread\nan audit", NOW)
        with pytest.raises(IdempotencyKeyReused):
            await correct_intervals(*given, key, same, "misread", NOW, "an audit")
        await correct_intervals(*given, uuid4(), [span(series, 9)], "misread", NOW, "an audit")
        assert [one.reason for one in await adjusted(here, january)] == ["a late file", "an audit"]


async def test_a_file_has_the_outcomes_of_a_posting(databases: Databases) -> None:
    async with world(databases) as here:
        await here.post(row("a", "1"))
        await close(here)
        rows = [
            row("a", "1"), row("a", "2"), row("b"), row("c", **APRIL), row("b", "3", **APRIL), row("b", "3"),
            row("d", **BOTH), row("e", "x"), row("c", **APRIL),
        ]  # fmt: skip
        given = here.database, here.catalogue, here.tenant, chunk(0, *rows), NOW
        previewed = told(await bulk.preview(*given))
        merged = told(await bulk.merge(*given))
        assert merged == previewed
        assert [one[:2] for one in merged] == [
            ("DUPLICATE", None), ("CONFLICT", None), ("REJECTED", "PERIOD_CLOSED"), ("ACCEPTED", None),
            ("ACCEPTED", None), ("REJECTED", "PERIOD_CLOSED"), ("REJECTED", "PERIOD_CLOSED"),
            ("REJECTED", "NOT_A_NUMBER"), ("DUPLICATE", None),
        ]  # fmt: skip
    async with world(databases) as there:
        await there.post(row("a", "1"))
        found = await close(there)
        posted = await there.post(*rows)
        since = f"{found.known_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        assert codes(posted) == [one[:2] for one in merged]
        assert sum(since in one.message for one in posted) == 3


async def test_a_file_that_adjusts(databases: Databases) -> None:
    async with world(databases) as here:
        await close(here)
        rows = [row("a", "1"), row("b", **APRIL)]
        given = here.database, here.catalogue, here.tenant, chunk(0, *rows), NOW
        found = await bulk.merge(*given, adjustment="a late file")
        assert [one[0] for one in told(found)] == ["ACCEPTED", "ACCEPTED"]
        assert [(one.posting, one.months, one.reason) for one in await adjusted(here)] == [
            (found.posting_id, (date(2025, 3, 1),), "a late file")
        ]
        assert await here.mismatches() == []
