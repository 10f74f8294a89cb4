"""Days of knowledge: a footprint asked for as of an instant is what was answered then, whatever was recorded since."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from accounting.boundary import Holding, LeasedSite
from accounting.consolidation import Approach, FinancialControl, LeaseKind, Party
from accounting.footprints import Footprint
from accounting.grouping import Dimension, grouped, totals
from accounting.own_factors import OwnFactor, Part
from emission_factors.chains import Term
from ledger import registry
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.rows import Quality
from ledger.declarations import declare, withdraw
from ledger.footprints.footprints import Boundary, footprint
from ledger.footprints.own_factors import NewOwnFactor, add_own_factor
from ledger.instruments.instruments import (
    NewCancellation,
    NewInstrument,
    cancel_instrument,
    correct_instrument,
    record_instrument,
    sell_instrument,
    withdraw_instrument,
)
from ledger.instruments.transfers import Part as SplitPart
from ledger.instruments.transfers import split_instrument
from ledger.registry import NewTenant
from ledger.setup import Databases
from tests.build import basis
from tests.ledger.footprints.test_instruments import CERTIFICATE, ROOF
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
FIRST, LAST = date(2023, 1, 1), date(2024, 12, 1)
APART = [Dimension.TENANT, Dimension.SITE, Dimension.MONTH, Dimension.ACTIVITY_TYPE, Dimension.GAS, Dimension.QUALITY]
KINDS = [
    ("electricity.grid", "MWh", ""),
    ("electricity.own_generation", "MWh", ""),
    ("stationary.natural_gas", "10^4Nm3", ""),
    ("steam.purchased", "GJ", "Utility"),
    ("refrigerant.leaked/R-410A", "kg", ""),
    ("travel.taxi", "passenger.km", ""),
]
STEPS = 30
Answer = dict[str, Any]


@dataclass
class History:
    """A tenant whose data changes step by step, by chance, and what can still be changed of it."""

    here: World
    partner: UUID
    chance: random.Random
    activities: list[UUID] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)
    factor: UUID | None = None
    instruments: list[UUID] = field(default_factory=list)
    declarations: list[UUID] = field(default_factory=list)
    count: int = 0

    async def step(self) -> str:
        """Make one change that is possible now, and return its name."""
        self.count += 1
        steps: list[Callable[[], Awaitable[None]]] = [self.post, self.set_factor, self.record, self.hold, self.lease]
        if self.activities:
            steps += [self.correct, self.correct, self.void]
        if self.voided:
            steps += [self.restore]
        if self.instruments:
            steps += [self.cancel, self.sell, self.withdraw_instrument, self.correct_instrument, self.split]
        if self.declarations:
            steps += [self.withdraw_declaration]
        chosen = self.chance.choice(steps) if self.count > 1 else self.post
        await chosen()
        return chosen.__name__

    async def post(self) -> None:
        rows = []
        for number in range(self.chance.randint(2, 5)):
            code, in_unit, supplier = self.chance.choice(KINDS)
            first = self.chance.randint(0, 21)
            last = first + self.chance.choice([1, 1, 3])
            start, end = (f"{2023 + month // 12}-{month % 12 + 1:02}-01T00:00:00+08:00" for month in (first, last))
            quantity = f"{self.chance.randint(1, 10**6)}.{self.chance.randint(0, 999):03}"
            more: dict[str, object] = {
                "activity_type": code,
                "supplier": supplier,
                "period_start": start,
                "period_end": end,
            }
            more["quality"] = self.chance.choice(list(Quality))
            rows.append(row(f"{self.count}-{number}", quantity, in_unit, **more))
        outcomes = await self.here.post(*rows)
        self.activities += [one.activity_id for one in outcomes if one.activity_id]
        assert {one.outcome.value for one in outcomes} == {"ACCEPTED"}

    async def correct(self) -> None:
        await self._correct(self.activities, self.activities)

    async def restore(self) -> None:
        await self._correct(self.voided, self.activities)

    async def _correct(self, source: list[UUID], target: list[UUID]) -> None:
        given = NewContent(quantity=str(self.chance.randint(1, 10**5)))
        place = self.here
        key = self._taken(source)
        target.append(await correct(place.database, place.catalogue, place.tenant, key, given, "misread", NOW))

    async def void(self) -> None:
        key, place = self._taken(self.activities), self.here
        self.voided.append(await void(place.database, place.catalogue, place.tenant, key, "twice", NOW))

    async def set_factor(self) -> None:
        rate = Term("EF", Decimal(self.chance.randint(50, 90)), "kg/GJ")
        own = OwnFactor("boiler", (Part("CO2", (rate,)),), "contract")
        new = NewOwnFactor(
            self.here.tenant, "Utility", "steam.purchased", (), "GJ", own, date(2023, 4, 1), None, self.factor
        )
        self.factor = (await add_own_factor(self.here.database, self.here.catalogue, new)).factor_id

    async def record(self) -> None:
        content = replace(
            self.chance.choice([CERTIFICATE, ROOF]),
            claimed_to=LAST,
            quantity=Decimal(self.chance.choice([100, 1000])),
            serials=None,
        )
        new = NewInstrument(self.here.tenant, f"i{self.count}", content)
        self.instruments.append((await record_instrument(self.here.database, new)).instrument_id)

    async def cancel(self) -> None:
        key, given = self._taken(self.instruments), NewCancellation(date(2023, 12, 20))
        await cancel_instrument(self.here.database, self.here.tenant, key, given, NOW)

    async def sell(self) -> None:
        await sell_instrument(self.here.database, self.here.tenant, self._taken(self.instruments))

    async def withdraw_instrument(self) -> None:
        await withdraw_instrument(self.here.database, self.here.tenant, self._taken(self.instruments), "in error")

    async def correct_instrument(self) -> None:
        content = replace(ROOF, claimed_to=LAST, quantity=Decimal(self.chance.randint(1, 500)))
        key = self._taken(self.instruments)
        found = await correct_instrument(self.here.database, self.here.tenant, key, content, "misread")
        self.instruments.append(found.instrument_id)

    async def split(self) -> None:
        part = SplitPart(f"s{self.count}", Decimal(1))
        await split_instrument(self.here.database, self.here.tenant, self._taken(self.instruments), part)

    async def hold(self) -> None:
        own = self.chance.randint(10, 100)
        shares = [(self.here.tenant, Decimal(own), True), (self.partner, Decimal(100 - own), False)]
        stakes = [
            Holding(holder, None, share, _control(runs_it), runs_it, FIRST, None, "")
            for holder, share, runs_it in shares
        ]
        self._declared([one.id for one in await declare(self.here.database, self.here.tenant, stakes)])

    async def lease(self) -> None:
        is_run = self.chance.random() < 0.5
        lease = LeasedSite(
            self.here.site, Party.LESSOR, LeaseKind.OPERATING, is_run, date(2023, 7, 1), date(2024, 3, 31), "", ""
        )
        self._declared([one.id for one in await declare(self.here.database, self.here.tenant, [lease])])

    async def withdraw_declaration(self) -> None:
        """Holdings and leases are superseded by subject, so that only the newest declaration is sure to be current."""
        key = self.declarations.pop()
        self.declarations.clear()
        await withdraw(self.here.database, self.here.tenant, key, "not so")

    def _declared(self, found: list[UUID]) -> None:
        self.declarations = found[-1:]

    def _taken(self, among: list[UUID]) -> UUID:
        return among.pop(self.chance.randrange(len(among)))


def _control(runs_it: bool) -> FinancialControl:
    return FinancialControl.SOLE if runs_it else FinancialControl.NONE


async def now(here: World) -> datetime:
    """The database's clock, which dates what is recorded."""
    async with here.database.snapshot() as connection:
        found = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    assert found is not None
    instant: datetime = found[0]
    return instant


async def asked(here: World, partner: UUID, known_at: datetime | None = None) -> Answer:
    """Everything a reader sees, by two approaches: the totals, the groups, the gaps, and what instruments cover."""
    answer: Answer = {}
    for approach in (Approach.OPERATIONAL_CONTROL, Approach.EQUITY_SHARE):
        on = basis(here.catalogue, proxies=("GB",), approach=approach, known_at=known_at)
        async with here.database.snapshot() as connection:
            found = await footprint(connection, on, Boundary((here.tenant, partner)), FIRST, LAST, APART)
        answer[approach] = seen(found)
    return answer


def seen(found: Footprint) -> Answer:
    gaps = {(gap.activity.code, gap.gap.line.code, str(gap.gap.error)): gap.quantity for gap in found.gaps}
    matching = found.matching
    return {
        "totals": totals(found.lines),
        "groups": {tuple(group.key.values()): group.totals for group in grouped(found.lines, APART)},
        "gaps": gaps,
        "matched": matching and (matching.matched_mwh, matching.unmatched_mwh, len(matching.rejections)),
    }


@pytest.mark.parametrize("seed", [1, *(pytest.param(more, marks=pytest.mark.long) for more in (2, 3))])
async def test_every_answer_can_be_had_again(databases: Databases, seed: int) -> None:
    async with world(databases) as here:
        partner = await registry.register_tenant(here.database, NewTenant(here.park, "partner", "Partner", "合资方"))
        history = History(here, partner.tenant_id, random.Random(seed))  # noqa: S311  a test that can be repeated
        answers: list[tuple[str, datetime, Answer]] = [("nothing", await now(here), await asked(here, history.partner))]
        for _ in range(STEPS):
            name = await history.step()
            answers.append((name, await now(here), await asked(here, history.partner)))
        for index, (name, instant, answer) in enumerate(answers):
            again = await asked(here, history.partner, instant)
            assert again == answer, f"step {index}, {name}"
        changed = sum(one[2] != other[2] for one, other in pairwise(answers))
        assert changed > STEPS // 3, "the steps hardly change anything, so that the test shows nothing"
