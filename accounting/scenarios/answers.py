"""Scenarios: a reference year's quantity cells carried to later years, changed by levers in order, and what that emits.

    E(year) = sum of quantity x product of the levers' multipliers x factor x product of the factor levers' multipliers

Nothing is stored: a scenario transforms cells when it is asked. Factors are those of the reference year, as nobody
publishes those of years to come; a factor lever says how they move. Multipliers are exact ratios, so that a lever and
its inverse give 1. Only their product is rounded (`_ended`), where it is no finite decimal; every product and sum after
it is exact, so that the steps of a year add up to its difference to the last digit, and tenants to the park.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import Cell
from accounting.judgement.headline_totals import Total
from accounting.lines import Gap, OwnFactors
from accounting.scenarios.levers import FactorCut, FactorPath
from accounting.scenarios.parts import Multipliers, Part, Strand, Whose
from accounting.scenarios.prices import APART, Price, PricedLine, priced
from accounting.scenarios.reaches import Worked, by_whose, moves_line
from accounting.scenarios.states import Quantities, State, States, Strands, gathered, states_of
from accounting.scenarios.steps import BadScenario, Scenario
from emission_factors import decimals
from emission_factors.activity_types import ActivityType, activity_type

ENDED_BITS: Final = 600
"""Bits of the denominator up to which a finite decimal stays one, with as many digits after the point at most: products
with quantities then fit `decimals.EXACT`.
"""


class Scopes(NamedTuple):
    """Kilograms of CO2e; the two of scope 2 are never added to each other."""

    scope_1: Decimal
    scope_2_location: Decimal
    scope_2_market: Decimal
    scope_3: Decimal

    def of(self, total: Total) -> Decimal:
        """Return one of the totals, exactly."""
        if total in APART:
            return self[APART.index(total)]
        left_out = Total.SCOPE_2_MARKET if total is Total.TOTAL_LOCATION else Total.SCOPE_2_LOCATION
        return decimals.total(value for value, apart in zip(self, APART, strict=True) if apart is not left_out)


NOTHING: Final = Scopes(*(Decimal(0) for _ in APART))
"""No emissions."""


@dataclass(frozen=True, slots=True)
class StepEffect:
    """What a step changes in a year, kg CO2e, negative where it abates, and what is emitted after it."""

    code: str
    change: Scopes
    after: Scopes


@dataclass(frozen=True, slots=True)
class ScenarioYear:
    """A year of a scenario, of one tenant or where it is None of what was not kept apart, or of all:
    `baseline + sum of changes = after the last step`, exactly. The baseline is the reference year carried over.
    """

    tenant: UUID | None
    year: int
    baseline: Scopes
    steps: tuple[StepEffect, ...]

    @property
    def emissions(self) -> Scopes:
        """What is emitted after the last step."""
        return self.steps[-1].after if self.steps else self.baseline


@dataclass(frozen=True, slots=True)
class ScenarioGap:
    """A line missing from every total: of the cells themselves, `step` then being empty, or of what a step made of
    them.
    """

    step: str
    activity: ActivityType
    region: str
    supplier: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class ScenarioAnswer:
    """A scenario answered: each tenant and the whole by year, what is missing from both, and what it rests on."""

    scenario: Scenario
    by_tenant: tuple[ScenarioYear, ...]
    whole: tuple[ScenarioYear, ...]
    gaps: tuple[ScenarioGap, ...]
    worked: Worked


def answered(scenario: Scenario, basis: Basis, cells: Iterable[Cell], own: Mapping[UUID, OwnFactors]) -> ScenarioAnswer:
    """Return what a scenario emits by year and tenant, after each step in order.

    `cells` are those of the reference year, `own` the factors of tenants. Instruments keep their share of what is left
    of a cell. Raises `BadScenario`.
    """
    quantities = gathered(scenario, cells, Strands(scenario, basis, own))
    states = states_of(scenario, basis, quantities)
    made = _everything(quantities, states)
    prices = priced(basis, own, (cell for one in made for cell in (one.source, one.cell) if cell))
    _check_moves(made, prices)
    _check_kinds(scenario, basis, prices)
    whole, by_tenant = _summed(scenario, quantities, states, prices)
    years = [year for tenant in sorted(by_tenant, key=str) for year in _years(scenario, tenant, by_tenant[tenant])]
    return ScenarioAnswer(
        scenario,
        tuple(years),
        _years(scenario, None, whole),
        _gaps(scenario, made, prices),
        Worked(quantities, states, prices),
    )


def transformed(
    scenario: Scenario, basis: Basis, cells: Sequence[Cell], own: Mapping[UUID, OwnFactors], year: int
) -> tuple[Cell, ...]:
    """Return the cells of a year after the last step, to be folded like any others.

    A cell keeps its day in the reference year, which decides its factor; factor levers are not in it. A quantity that
    is no finite decimal is rounded to `decimals.FACTOR_DIGITS` digits. Raises `BadScenario`.
    """
    if year not in scenario.years:
        raise BadScenario("", "year", f"the scenario is not asked for {year}; accepted is one of {scenario.years}")
    divided = Strands(scenario, basis, own)
    states = states_of(scenario, basis, gathered(scenario, cells, divided))
    at = scenario.years.index(year)
    return tuple(
        made
        for cell in cells
        for strand, quantity in divided.of(cell)
        for part, found in states[strand][-1].parts.items()
        if (made := _at(cell, divided.whose(cell).of(part), Fraction(quantity) * found[at])).quantity
    )


_Rows = tuple[tuple[Decimal, ...], ...]
"""kg CO2e by year, then by the totals `APART`."""
_Sums = list[list[list[Decimal]]]
"""kg CO2e by step, the start first, then as `_Rows`."""


_Rates = tuple[tuple[PricedLine, ...], ...]
"""The lines of each part of a strand, in the order of its parts."""


class _UnitEmissions:
    """What one base unit of a strand emits after each step. Whose it is decides rates, never multipliers."""

    def __init__(
        self, scenario: Scenario, strand: Strand, states: Sequence[State], prices: Mapping[Cell, Price]
    ) -> None:
        self._months = strand.months(scenario.years)
        self._states = states
        self._prices = prices
        there = [[(part, found) for part, found in state.parts.items() if any(found)] for state in states]
        self._places = {
            part: place for place, part in enumerate(dict.fromkeys(part for one in there for part, _ in one))
        }
        self._parts = [[(part, self._places[part], found) for part, found in one] for one in there]
        self._weights: dict[tuple[int, int, tuple[bool, ...]], tuple[Decimal, ...]] = {}

    def by_rates(
        self, held: Mapping[tuple[UUID | None, Whose], Decimal]
    ) -> Mapping[_Rates, Mapping[UUID | None, Decimal]]:
        """Return the quantities by what a unit emits, then by tenant: months and tenants of one rate are one."""
        found: dict[_Rates, dict[UUID | None, Decimal]] = {}
        for whose, by_tenant in by_whose(held).items():
            alike = found.setdefault(tuple(self._prices[whose.of(part)].lines for part in self._places), {})
            for tenant, quantity in by_tenant.items():
                alike[tenant] = decimals.EXACT.add(alike.get(tenant, Decimal(0)), quantity)
        return found

    def changes(self, rates: _Rates) -> list[_Rows | None]:
        """Return what the start emits and what each step changes of it; None where a step changes nothing."""
        found: list[_Rows | None] = [before := self._emitted(0, rates)]
        for number, (last, state) in enumerate(pairwise(self._states), 1):
            if state is last:
                found.append(None)
                continue
            now = self._emitted(number, rates)
            found.append(_difference(before, now))
            before = now
        return found

    def _emitted(self, number: int, rates: _Rates) -> _Rows:
        sums = [list(NOTHING) for _ in self._months]
        levers = self._states[number].factors
        for part, place, there in self._parts[number]:
            for line in rates[place]:
                moves = tuple(moves_line(lever, part, line) for lever in levers)
                for row, weight in zip(sums, self._weighted(number, place, there, moves), strict=True):
                    emitted = decimals.EXACT.multiply(weight, line.rate)
                    row[line.total] = decimals.EXACT.add(row[line.total], emitted)
        return tuple(tuple(row) for row in sums)

    def _weighted(self, number: int, place: int, there: Multipliers, moves: tuple[bool, ...]) -> tuple[Decimal, ...]:
        """Return the multipliers of a part, with those of a line's factor in them: the one rounding."""
        found = self._weights.get((number, place, moves))
        if found is None:
            for lever, is_moved in zip(self._states[number].factors, moves, strict=True):
                if is_moved:
                    factors = (lever.multiplier(month) for month in self._months)
                    there = tuple(value * factor for value, factor in zip(there, factors, strict=True))
            found = self._weights[number, place, moves] = tuple(_ended(value) for value in there)
        return found


def _summed(
    scenario: Scenario, quantities: Quantities, states: States, prices: Mapping[Cell, Price]
) -> tuple[_Sums, Mapping[UUID | None, _Sums]]:
    """Return the sums of the whole and of each tenant."""
    whole = _empty(scenario)
    sums: dict[UUID | None, _Sums] = {}
    for strand, held in quantities.items():
        emissions = _UnitEmissions(scenario, strand, states[strand], prices)
        for rates, by_tenant in emissions.by_rates(held).items():
            changes = emissions.changes(rates)
            _add(whole, decimals.total(by_tenant.values()), changes)
            for tenant, quantity in by_tenant.items():
                if tenant not in sums:
                    sums[tenant] = _empty(scenario)
                _add(sums[tenant], quantity, changes)
    return whole, sums


def _empty(scenario: Scenario) -> _Sums:
    return [[list(NOTHING) for _ in scenario.years] for _ in range(len(scenario.steps) + 1)]


def _add(sums: _Sums, quantity: Decimal, changes: Sequence[_Rows | None]) -> None:
    for of_step, rows in zip(sums, changes, strict=True):
        for of_year, row in zip(of_step, rows or (), strict=rows is not None):
            for total, value in enumerate(row):
                if value:
                    of_year[total] = decimals.EXACT.add(of_year[total], decimals.EXACT.multiply(quantity, value))


def _years(scenario: Scenario, tenant: UUID | None, sums: _Sums) -> tuple[ScenarioYear, ...]:
    return tuple(_year(scenario, tenant, at, sums) for at in range(len(scenario.years)))


def _year(scenario: Scenario, tenant: UUID | None, at: int, sums: list[list[list[Decimal]]]) -> ScenarioYear:
    after = baseline = Scopes(*sums[0][at])
    steps = []
    for step, of_state in zip(scenario.steps, sums[1:], strict=True):
        change = Scopes(*of_state[at])
        after = Scopes(*map(decimals.EXACT.add, after, change))
        steps.append(StepEffect(step.code, change, after))
    return ScenarioYear(tenant, scenario.years[at], baseline, tuple(steps))


@dataclass(frozen=True, slots=True)
class _Made:
    """One base unit of a cell that a step made of another, or of one that was there: step and source are then empty."""

    step: str
    source: Cell | None
    cell: Cell


def _everything(quantities: Quantities, states: States) -> list[_Made]:
    """Return all that is in a scenario after some step, with whose it is, in the order of the steps by strand."""
    found: dict[_Made, None] = {}
    for strand, held in quantities.items():
        parts = dict.fromkeys(part for state in states[strand] for part, there in state.parts.items() if any(there))
        for whose in by_whose(held):
            cells = {part: whose.of(part) for part in parts}
            for part, cell in cells.items():
                last = part.trail[-1] if part.trail else None
                source = whose.of(Part(last.source, part.trail[:-1])) if last else None
                found[_Made(last.step if last else "", source, cell)] = None
    return list(found)


def _check_moves(made: Iterable[_Made], prices: Mapping[Cell, Price]) -> None:
    """Refuse a move between what has factors and what has none: it would abate by what is missing."""
    for one in made:
        if one.source is None or prices[one.source].is_missing == prices[one.cell].is_missing:
            continue
        lacking = one.cell if prices[one.cell].is_missing else one.source
        error = prices[lacking].gaps[0].error
        message = f"{lacking.activity_type} in {lacking.region} has no factor ({error}); give a factor of your own"
        raise BadScenario(one.step, "to", f"{message} before anything is moved from or to it")


def _check_kinds(scenario: Scenario, basis: Basis, prices: Mapping[Cell, Price]) -> None:
    known = {line.kind for price in prices.values() for line in price.lines}
    for step in scenario.steps:
        for kind in sorted(step.lever.kinds - known) if isinstance(step.lever, FactorCut | FactorPath) else ():
            if not basis.catalogue.knows_kind(kind):
                message = f"the release has no factor of the kind {kind!r}; search emissionFactors for its kinds"
                raise BadScenario(step.code, "kinds", message)


def _gaps(scenario: Scenario, made: Iterable[_Made], prices: Mapping[Cell, Price]) -> tuple[ScenarioGap, ...]:
    """Return each missing line once, with the first step that leads to it."""
    order = {"": 0} | {step.code: number for number, step in enumerate(scenario.steps, 1)}
    found: dict[tuple[str, ...], ScenarioGap] = {}
    for one in sorted(made, key=lambda one: order[one.step]):
        cell = one.cell
        for gap in prices[cell].gaps:
            key = (cell.activity_type, cell.region, cell.supplier, gap.line.code, str(gap.error))
            activity = activity_type(cell.activity_type)
            found.setdefault(key, ScenarioGap(one.step, activity, cell.region, cell.supplier, gap))
    return tuple(found.values())


def _at(cell: Cell, part: Cell, quantity: Fraction) -> Cell:
    """Return a part of a cell as a cell of its tenant and site."""
    amount = _ended(quantity)
    covered = tuple(replace(one, quantity=amount) for one in part.covered)
    return replace(part, tenant=cell.tenant, site=cell.site, quantity=amount, row_count=cell.row_count, covered=covered)


def _difference(before: _Rows, after: _Rows) -> _Rows | None:
    if before == after:
        return None
    return tuple(tuple(map(decimals.EXACT.subtract, new, old)) for old, new in zip(before, after, strict=True))


def _ended(value: Fraction) -> Decimal:
    """Return a ratio as the decimal it is, rounded to `decimals.FACTOR_DIGITS` digits if it does not end soon."""
    return decimals.exact(value) if value.denominator.bit_length() <= ENDED_BITS else decimals.rounded(value)
