"""Reporting periods in the ledger: steps one at a time, what a closing pins, and what it keeps out."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import polars as pl
import pytest

from accounting.change.adoption import Adoption
from accounting.consolidation import Approach
from accounting.intervals.roles import SeriesRole
from accounting.management.reporting_periods import PeriodKind, PeriodStep, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.gases import GwpSet
from ledger import bulk, period_steps
from ledger.access import Access, NotRegistered
from ledger.adjustments import Adjustment, adjustments_of, is_adjusted
from ledger.batches import Outcome, RowOutcome
from ledger.bulk_chunks import Chunk
from ledger.bulk_outcomes import Merged
from ledger.closed_months import closed_months
from ledger.corrections import NewContent, correct, void
from ledger.database import Connection
from ledger.declarations import declare
from ledger.history import all_events
from ledger.history_verification import verify_history
from ledger.interval_posting import correct_intervals, post_intervals
from ledger.period_steps import AskedStep, comment, take_step
from ledger.pinned_bases import as_basis, read_pinned
from ledger.posting import IdempotencyKeyReused, post
from ledger.principals import NO_TENANT_ID, Role
from ledger.releases import Catalogues
from ledger.reporting_periods import comments_of, events_of
from ledger.rows import PostedRow
from ledger.sealing import seal
from ledger.setup import Databases
from ledger.turns import Overloaded, Turns
from proofs.events import read_event
from proofs.keys import make_key
from tests.conftest import Server
from tests.ledger.test_interval_cells import add, span
from tests.periods import MARCH, REVIEWER, SUBMITTER, close, closed, step
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
YEAR = ReportingPeriod(PeriodKind.YEAR, date(2025, 1, 1))
QUARTER = ReportingPeriod(PeriodKind.QUARTER, date(2025, 1, 1))
APRIL = {"period_start": "2025-04-01T00:00:00+08:00", "period_end": "2025-05-01T00:00:00+08:00"}
BOTH = {"period_start": "2025-03-31T23:00:00+08:00", "period_end": "2025-04-01T01:00:00+08:00"}


async def counts(here: World) -> tuple[int, ...]:
    tables = ("activities", "activity_versions", "adjustments", "period_events", "interval_readings", "postings")
    async with here.database.snapshot() as connection:
        found = []
        for table in tables:
            query = f"SELECT count(*) FROM {table} WHERE tenant_id = %s".encode()
            row_ = await (await connection.execute(query, (here.tenant,))).fetchone()
            found.append(int(row_[0]) if row_ else 0)
    return tuple(found)


async def adjusted(here: World, period: ReportingPeriod = MARCH) -> list[Adjustment]:
    since = (await closed(here, period)).known_at
    async with here.database.snapshot() as connection:
        found = list(await adjustments_of(connection, here.tenant, period, since))
        assert await is_adjusted(connection, here.tenant, period, since) == bool(found)
    return found


async def adjust(here: World, *rows: PostedRow, reason: str) -> list[RowOutcome]:
    found = await post(here.database, Catalogues(here.catalogue), here.tenant, uuid4(), rows, NOW, reason)
    return list(found.outcomes)


def codes(outcomes: list[RowOutcome]) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.code.value if one.code else None) for one in outcomes]


async def test_a_period_goes_from_open_to_closed_and_back(databases: Databases) -> None:
    async with world(databases) as here:
        found = await close(here)
        assert (found.period, found.closed_by) == (MARCH, "submitter")
        await step(here, MARCH, PeriodStep.REOPEN, reason="a meter was misread")
        async with here.database.snapshot() as connection:
            events = await events_of(connection, here.tenant, MARCH)
        assert [(one.sequence, one.state.value, one.actor, one.reason) for one in events] == [
            (1, "SUBMITTED", "submitter", ""),
            (2, "REVIEWED", "reviewer", ""),
            (3, "CLOSED", "submitter", ""),
            (4, "OPEN", "submitter", "a meter was misread"),
        ]
        assert events[2].recorded_at == found.known_at
        assert events[2].basis == found.bases


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (PeriodStep.REVIEW, "PERIOD_STATE"),
        (PeriodStep.CLOSE, "PERIOD_STATE"),
        (PeriodStep.REOPEN, "PERIOD_STATE"),
    ],
)
async def test_what_is_refused_leaves_nothing(databases: Databases, taken: PeriodStep, code: str) -> None:
    async with world(databases) as here:
        before = await counts(here)
        with pytest.raises(Refused) as refused:
            await step(here, MARCH, taken)
        assert refused.value.code.value == code
        assert await counts(here) == before


async def test_who_may_not_is_told_so(databases: Databases) -> None:
    async with world(databases) as here:
        catalogues, before = Catalogues(here.catalogue), await counts(here)
        wrong = AskedStep(here.tenant, MARCH, PeriodStep.SUBMIT, Role.REVIEWER)
        with pytest.raises(Refused, match="SUBMIT is not for a REVIEWER"):
            await take_step(here.database, catalogues, wrong, lambda: NOW)
        narrowed = here.database.within(
            Access(frozenset({here.tenant}), frozenset({here.tenant}), sites=frozenset({here.site}))
        )
        of_site = replace(wrong, role=Role.CONTRIBUTOR)
        with pytest.raises(Refused, match="some sites of the tenant alone"):
            await take_step(narrowed, catalogues, of_site, lambda: NOW)
        with pytest.raises(NotRegistered):
            await take_step(here.database.within(Access()), catalogues, of_site, lambda: NOW)
        with pytest.raises(NotRegistered):
            await take_step(here.database, catalogues, replace(of_site, tenant=NO_TENANT_ID), lambda: NOW)
        with pytest.raises(Refused, match="the reason is empty"):
            await take_step(
                here.database, catalogues, AskedStep(here.tenant, MARCH, PeriodStep.REOPEN, "SERVICE"), lambda: NOW
            )
        assert await counts(here) == before
        await step(here, MARCH, PeriodStep.SUBMIT)
        alone = AskedStep(here.tenant, MARCH, PeriodStep.REVIEW, Role.SERVICE)
        with pytest.raises(Refused, match="submitted by submitter too") as refused:
            await take_step(here.database.written_by(SUBMITTER), catalogues, alone, lambda: NOW)
        assert refused.value.code is RefusalCode.FOUR_EYES


async def test_a_reviewer_writes_the_workflow_and_nothing_else(databases: Databases) -> None:
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        own = frozenset({here.tenant})
        reviewing = here.database.within(Access(own, reviews=own)).written_by(REVIEWER)
        review = AskedStep(here.tenant, MARCH, PeriodStep.REVIEW, Role.REVIEWER, "looks right")
        await take_step(reviewing, Catalogues(here.catalogue), review, lambda: NOW)
        await comment(reviewing, here.tenant, MARCH, " well done ")
        with pytest.raises(NotRegistered):
            async with reviewing.write(here.tenant):
                pass
        async with here.database.snapshot() as connection:
            said = await comments_of(connection, here.tenant, MARCH)
        assert [(one.comment, one.actor) for one in said] == [("well done", "reviewer")]


async def test_a_period_is_over_by_the_clock_of_the_park(databases: Databases) -> None:
    async with world(databases) as here:
        almost = datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC)
        with pytest.raises(Refused, match="today is 2025-03-31"):
            await step(here, MARCH, PeriodStep.SUBMIT, almost)
        await step(here, MARCH, PeriodStep.SUBMIT, datetime(2025, 3, 31, 16, 0, tzinfo=UTC))


async def test_closing_pins_the_basis_of_every_regime(databases: Databases) -> None:
    async with world(databases) as here:
        adopted = Adoption(RegimeCode.GHG_PROTOCOL, GwpSet.AR5, 2, Approach.EQUITY_SHARE, date(2025, 6, 30), preview="")
        [said] = await declare(here.database, here.tenant, [adopted], "decided")
        found = await close(here)
        newest = here.catalogue.release
        other = found.bases.regimes[RegimeCode.NDRC_910_2025]
        assert set(found.bases.regimes) == set(RegimeCode)
        assert (other.gwp_set, other.approach, other.adopted_by) == (
            REGIMES[RegimeCode.NDRC_910_2025].default_gwp_set,
            None,
            None,
        )
        assert (other.release.number, other.release.content_hash) == (newest.number, newest.content_hash)
        own = found.bases.regimes[RegimeCode.GHG_PROTOCOL]
        assert (own.gwp_set, own.approach, own.published_by, own.release.number, own.proxy_regions) == (
            GwpSet.AR5,
            Approach.EQUITY_SHARE,
            date(2025, 6, 30),
            2,
            ("GB",),
        )
        assert own.adopted_by is not None
        assert (own.adopted_by.tenant, own.adopted_by.declaration) == (here.tenant, said.id)
        assert read_pinned(found.bases.text()) == found.bases
        basis = as_basis(RegimeCode.NDRC_910_2025, other, here.catalogue)
        assert (basis.regime.code, basis.catalogue, basis.proxies) == (
            RegimeCode.NDRC_910_2025,
            here.catalogue,
            ("GB",),
        )
        with pytest.raises(ValueError, match="is not the pinned one, 2"):
            as_basis(RegimeCode.GHG_PROTOCOL, own, here.catalogue)
        await declare(here.database, here.tenant, [replace(adopted, gwp_set=GwpSet.AR6)], "changed my mind")
        assert (await closed(here)).bases == found.bases


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


async def test_of_two_who_close_one_does(databases: Databases) -> None:
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        await step(here, MARCH, PeriodStep.REVIEW)
        told = await asyncio.gather(*(step(here, MARCH, PeriodStep.CLOSE) for _ in range(3)), return_exceptions=True)
        refused = [one for one in told if one is not None]
        assert [one.code for one in refused if isinstance(one, Refused)] == [RefusalCode.PERIOD_STATE] * 2
        async with here.database.snapshot() as connection:
            assert len(await events_of(connection, here.tenant, MARCH)) == 3


async def test_of_two_who_submit_one_does(databases: Databases) -> None:
    async with world(databases) as here:
        told = await asyncio.gather(*(step(here, MARCH, PeriodStep.SUBMIT) for _ in range(4)), return_exceptions=True)
        assert [type(one) for one in told].count(type(None)) == 1
        assert all(one is None or (isinstance(one, Refused) and one.code is RefusalCode.PERIOD_STATE) for one in told)


async def waits_for(here: World, task: "asyncio.Task[object]") -> bool:
    """Wait until somebody waits for the tenant's periods; false where the task ended instead."""
    query = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
    while not task.done():
        async with here.database.snapshot() as connection:
            found = await (await connection.execute(query)).fetchone()
        if found == (True,):
            return True
        await asyncio.sleep(0.005)
    return False


async def test_who_closes_waits_for_who_posts(databases: Databases) -> None:
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        await step(here, MARCH, PeriodStep.REVIEW)
        async with here.database.write(here.tenant) as posting:
            assert not await closed_months(posting, here.tenant)
            closing = asyncio.create_task(step(here, MARCH, PeriodStep.CLOSE))
            assert await waits_for(here, closing)
            instant = await (await posting.execute("SELECT recorded_instant()")).fetchone()
        await closing
        assert instant is not None
        assert instant[0] < (await closed(here)).known_at


async def test_who_waits_to_close_keeps_nobody_from_writing(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('periods of ' || %s::uuid, 0))"
    monkeypatch.setattr(period_steps, "_TURN", lock)  # for as long as it takes, not for a second at a time
    async with world(databases) as here, world(databases) as other:
        for taken in (PeriodStep.SUBMIT, PeriodStep.REVIEW):
            await step(here, MARCH, taken)
        here.database.turns = Turns(1)
        async with here.database.write_registry(here.tenant) as posting:
            await closed_months(posting, here.tenant)
            closing = asyncio.create_task(step(here, MARCH, PeriodStep.CLOSE))
            assert await waits_for(here, closing)
            elsewhere = replace(here, tenant=other.tenant)
            async with asyncio.timeout(10):
                assert codes(await elsewhere.post(row("a"))) == [("ACCEPTED", None)]
            assert not closing.done(), "one turn, and who closes does not have it"
        await closing
        assert (await closed(here)).period == MARCH


async def test_so_many_may_wait_to_close(databases: Databases) -> None:
    async with world(databases) as here:
        here.database.turns = Turns(1, waiting=2)
        async with here.database.turns.aside(), here.database.turns.aside():
            before = await counts(here)
            with pytest.raises(Overloaded, match="2 wait for those who write"):
                await step(here, MARCH, PeriodStep.CLOSE)
            assert await counts(here) == before


async def test_who_posts_waits_for_who_closes(databases: Databases) -> None:
    async with world(databases) as here:
        await close(here)
        await step(here, MARCH, PeriodStep.REOPEN)
        async with here.database.write(here.tenant) as closing:
            await closing.execute("SELECT closing_turn(%s)", (here.tenant,))
            posting = asyncio.create_task(here.post(row("a")))
            assert await waits_for(here, posting)
            await closing.execute(
                "INSERT INTO period_events (tenant_id, event_id, kind, first_month, sequence, state, basis) "
                "SELECT tenant_id, gen_random_uuid(), kind, first_month, 5, state, basis FROM period_events "
                "WHERE tenant_id = %s AND state = 'CLOSED'",
                (here.tenant,),
            )
        assert codes(await posting) == [("REJECTED", "PERIOD_CLOSED")]


async def test_who_cannot_close_in_time_is_told_so(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(period_steps, "TRIES", 1)
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        await step(here, MARCH, PeriodStep.REVIEW)
        async with here.database.write(here.tenant) as posting:
            await closed_months(posting, here.tenant)
            with pytest.raises(Refused, match="month 2025-03 is as it was, try again") as refused:
                await step(here, MARCH, PeriodStep.CLOSE)
        assert refused.value.code is RefusalCode.PERIOD_BUSY
        await step(here, MARCH, PeriodStep.CLOSE)


def chunk(first: int, *rows: PostedRow) -> Chunk:
    """Return rows as a file has them."""
    names = {
        "source": "source", "externalId": "external_id", "activityType": "activity_type", "quantity": "quantity",
        "unit": "unit", "periodStart": "period_start", "periodEnd": "period_end", "quality": "quality",
    }  # fmt: skip
    said = [{name: str(getattr(one, field)) for name, field in names.items()} for one in rows]
    return Chunk(first, pl.DataFrame(said))


def told(merged: Merged) -> list[tuple[object, ...]]:
    columns = ("outcome", "code", "field", "message", "conflictingFields")
    return [(*values[:4], tuple(values[4] or ())) for values in merged.outcomes.select(columns).iter_rows()]


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


async def test_closing_while_a_file_is_merged(databases: Databases) -> None:
    """What was merged before the closing is known to it, what comes after is rejected, and neither waits for ever."""
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        await step(here, MARCH, PeriodStep.REVIEW)
        chunks = [chunk(number * 2, row(f"{number}"), row(f"{number}x")) for number in range(8)]
        closing: list[asyncio.Task[None]] = []

        async def begin(_connection: Connection, merged: Merged) -> None:
            if merged.first_row == 2:
                closing.append(asyncio.create_task(step(here, MARCH, PeriodStep.CLOSE)))

        outcomes = []
        async for merged in bulk.merge_all(here.database, here.catalogue, here.tenant, chunks, NOW, begin):
            outcomes += [one[0] for one in told(merged)]
            if closing and merged.first_row > 4:
                await closing[0]  # no later than now: the merge is not ahead of who reads it by more than two chunks
        await closing[0]
        accepted = outcomes.count("ACCEPTED")
        assert outcomes == ["ACCEPTED"] * accepted + ["REJECTED"] * (16 - accepted)
        assert 4 <= accepted < 16
        known_at = (await closed(here)).known_at
        async with here.database.snapshot() as connection:
            query = "SELECT count(*), max(recorded_at) FROM recordings WHERE tenant_id = %s AND row_count > 0"
            found = await (await connection.execute(query, (here.tenant,))).fetchone()
        assert found is not None
        assert found[0] * 2 == accepted
        assert found[1] < known_at
        assert await here.mismatches() == []


async def test_all_of_it_is_sealed(server: Server, worker_id: str) -> None:
    own = server.create(f"periods_{worker_id}")  # one that no service seals by its own key
    async with world(own) as here:
        key = make_key("tests")
        await close(here)
        await comment(here.database, here.tenant, MARCH, "looks right")
        await adjust(here, row("a"), reason="a late bill")
        await step(here, MARCH, PeriodStep.REOPEN, reason="restated")
        await seal(here.database, key)
        async with here.database.snapshot() as connection:
            verdict = await verify_history(connection, here.tenant, key.public)
            texts = [one.text or "" async for one in all_events(connection, here.tenant)]
        assert verdict.holds, verdict.told()
        kinds = [read_event(text.encode()).kind for text in texts[5:]]
        steps = ["submitPeriod", "reviewPeriod", "closePeriod"]
        assert kinds == [*steps, "commentOnPeriod", "postActivities", "reopenPeriod"]
        assert '"adjustments":{"count":1' in texts[9]
    server.drop(f"periods_{worker_id}")
