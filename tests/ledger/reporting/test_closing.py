"""Who closes, who posts and who waits for whom."""

import asyncio
from dataclasses import replace

import pytest

from accounting.management.reporting_periods import PeriodStep
from accounting.refusals import RefusalCode, Refused
from ledger.activities.closed_months import closed_months
from ledger.bulk import activities as bulk
from ledger.bulk.outcomes import Merged
from ledger.connections import Connection
from ledger.reporting import steps as period_steps
from ledger.reporting.periods import events_of
from ledger.setup import Databases
from ledger.turns import Overloaded, Turns
from tests.ledger.reporting.closed_periods import chunk, codes, counts, told, waits_for
from tests.periods import MARCH, close, closed, step
from tests.world import NOW, row, world

pytestmark = pytest.mark.anyio


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
