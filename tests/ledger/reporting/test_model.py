"""Reporting periods against a small model: random steps, postings, adjustments over months, quarters and a year."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounting.management.reporting_periods import PeriodKind, PeriodState, PeriodStep, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from ledger.activities.adjustments import adjustments_of
from ledger.activities.batches import Outcome
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.posting import post
from ledger.releases import Catalogues
from ledger.reporting.periods import closed_period, newest_events
from ledger.setup import Databases
from tests.periods import step
from tests.world import NOW, World, row, world

T = TypeVar("T")
PERIODS = [
    *(ReportingPeriod(PeriodKind.MONTH, date(2025, month, 1)) for month in range(1, 5)),
    *(ReportingPeriod(PeriodKind.QUARTER, date(2025, month, 1)) for month in (1, 4)),
    ReportingPeriod(PeriodKind.YEAR, date(2025, 1, 1)),
]
ORDER = [PeriodState.OPEN, PeriodState.SUBMITTED, PeriodState.REVIEWED, PeriodState.CLOSED]
FORWARD = [PeriodStep.SUBMIT, PeriodStep.REVIEW, PeriodStep.CLOSE]


class Model:
    """What the ledger should do, in lists: no clock, no lock, no table."""

    def __init__(self) -> None:
        self.place: Counter[ReportingPeriod] = Counter()
        self.facts: dict[UUID, tuple[int, int]] = {}
        self.pinned: dict[ReportingPeriod, int] = {}
        self.adjusted: dict[ReportingPeriod, list[set[int]]] = {}

    def step(self, period: ReportingPeriod, taken: PeriodStep) -> bool:
        at = self.place[period]
        if at == 0 if taken is PeriodStep.REOPEN else at != FORWARD.index(taken):
            return False
        self.place[period] = 0 if taken is PeriodStep.REOPEN else at + 1
        self.pinned.pop(period, None)
        if self.place[period] == 3:
            self.pinned[period], self.adjusted[period] = self.total(), []
        return True

    def is_closed(self, month: int) -> bool:
        return any(at == 3 and one.covers(date(2025, month, 1)) for one, at in self.place.items())

    def takes(self, months: set[int], *, is_adjustment: bool) -> bool:
        closed = {month for month in months if self.is_closed(month)}
        if closed and is_adjustment:
            for one in self.pinned:
                if touched := {month for month in closed if one.covers(date(2025, month, 1))}:
                    self.adjusted[one].append(touched)
        return is_adjustment or not closed

    def total(self) -> int:
        return sum(quantity for _, quantity in self.facts.values())


class Periods(RuleBasedStateMachine):
    """The same done to a tenant and to the model."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()  # a runner would print every result on the way, the catalogue too
        self.stack = AsyncExitStack()
        self.model = Model()
        self.count = 0

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(doing)

    @initialize()
    def begin(self) -> None:
        self.here: World = self.run(self.stack.enter_async_context(world(self.databases)))

    @rule(period=st.sampled_from(PERIODS), taken=st.sampled_from([*FORWARD, *FORWARD, PeriodStep.REOPEN]))
    def take(self, period: ReportingPeriod, taken: PeriodStep) -> None:
        self._take(period, taken)

    @rule(period=st.sampled_from(PERIODS))
    def take_all(self, period: ReportingPeriod) -> None:
        for taken in FORWARD:
            self._take(period, taken)

    def _take(self, period: ReportingPeriod, taken: PeriodStep) -> None:
        code = None
        try:
            self.run(step(self.here, period, taken))
        except Refused as error:
            code = error.code
        assert code == (None if self.model.step(period, taken) else RefusalCode.PERIOD_STATE)

    @rule(month=st.integers(1, 5), spans=st.integers(0, 1), quantity=st.integers(1, 9), is_adjustment=st.booleans())
    def add(self, month: int, spans: int, quantity: int, is_adjustment: bool) -> None:
        self.count += 1
        end = date(2025, month + spans + 1, 1)
        period = {"period_start": f"2025-{month:02}-01T00:00:00+08:00", "period_end": f"{end}T00:00:00+08:00"}
        fact = row(f"r{self.count}", str(quantity), "MJ", **period)
        given = self.here.database, Catalogues(self.here.catalogue), self.here.tenant, uuid4(), [fact], NOW
        [found] = self.run(post(*given, "late" if is_adjustment else "")).outcomes
        if self.model.takes(set(range(month, month + spans + 1)), is_adjustment=is_adjustment):
            assert found.activity_id is not None
            assert found.outcome is Outcome.ACCEPTED
            if not spans:
                self.model.facts[found.activity_id] = month, quantity
            else:
                self._void(found.activity_id, set(range(month, month + spans + 1)))
        else:
            assert found.code is RefusalCode.PERIOD_CLOSED

    def _void(self, key: UUID, months: set[int]) -> None:
        """Take a fact of two months back, as what it adds to each is not the model's to know."""
        self.run(void(self.here.database, self.here.catalogue, self.here.tenant, key, "a test", NOW, "late"))
        assert self.model.takes(months, is_adjustment=True)

    @rule(data=st.data(), month=st.integers(1, 5), is_adjustment=st.booleans(), is_void=st.booleans())
    def change(self, data: st.DataObject, month: int, is_adjustment: bool, is_void: bool) -> None:
        if not self.model.facts:
            return
        key = data.draw(st.sampled_from(sorted(self.model.facts)))
        before, quantity = self.model.facts[key]
        said = "late" if is_adjustment else ""
        given = self.here.database, self.here.catalogue, self.here.tenant, key
        start, end = (f"{date(2025, one, 1)}T00:00:00+08:00" for one in (month, month + 1))
        moved = NewContent(quantity=str(quantity + 1), period_start=start, period_end=end)
        code, new = None, None
        try:
            doing = void(*given, "gone", NOW, said) if is_void else correct(*given, moved, "moved", NOW, said)
            new = self.run(doing)
        except Refused as error:
            code = error.code
        months = {before} if is_void else {before, month}
        taken = self.model.takes(months, is_adjustment=is_adjustment)
        assert code == (None if taken else RefusalCode.PERIOD_CLOSED)
        if new is not None:
            del self.model.facts[key]
            if not is_void:
                self.model.facts[new] = month, quantity + 1

    @invariant()
    def as_the_model_says(self) -> None:
        if hasattr(self, "here"):
            self.run(self._compare())

    async def _compare(self) -> None:
        sums: Counter[date] = Counter()
        for month, quantity in self.model.facts.values():
            sums[date(2025, month, 1)] += quantity
        cells = {key[3]: total for key, (total, _) in (await self.here.cells()).items() if total}
        assert cells == dict(sums)
        async with self.here.database.snapshot() as connection:
            states = {one.period: one.state for one in await newest_events(connection, [self.here.tenant])}
            assert states == {one: ORDER[at] for one, at in self.model.place.items() if one in states}
            for period, quantity in self.model.pinned.items():
                found = await closed_period(connection, self.here.tenant, period.kind, period.first)
                assert found is not None
                since = await adjustments_of(connection, self.here.tenant, period, found.known_at)
                touched = [{month.month for month in one.months if period.covers(month)} for one in since]
                assert touched == self.model.adjusted[period]
                known = await connection.execute(KNOWN, {"tenant": self.here.tenant, "known_at": found.known_at})
                assert await known.fetchone() == (Decimal(quantity),)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()


KNOWN = """
SELECT coalesce(sum(quantity) FILTER (WHERE kind <> 'VOID'), 0) FROM (
    SELECT DISTINCT ON (external_id) activity.* FROM activities AS activity
    JOIN recordings AS one ON one.tenant_id = activity.tenant_id AND one.recording_id = activity.posting_id
    WHERE activity.tenant_id = %(tenant)s AND one.recorded_at <= %(known_at)s ORDER BY external_id, version DESC
) AS current
"""


@pytest.mark.long
def test_periods_do_what_the_model_does(databases: Databases) -> None:
    class OnThisDatabase(Periods):
        pass

    OnThisDatabase.databases = databases
    few = settings(
        max_examples=6,
        stateful_step_count=18,
        deadline=None,
        phases=[Phase.generate],  # to shrink takes minutes, and what is printed is short
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OnThisDatabase, settings=few)
