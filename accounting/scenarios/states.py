"""What a scenario's levers make of the cells of its reference year, step by step.

Cells that every lever treats alike are one strand; only a lever stated as a quantity looks at all of them together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import ONE, Cell
from accounting.lines import OwnFactors
from accounting.scenarios.levers import (
    BadLever,
    Efficiency,
    ExtentKind,
    FactorCut,
    FactorLever,
    FactorPath,
    Growth,
    ScalingLever,
)
from accounting.scenarios.moving_levers import MovingLever
from accounting.scenarios.parts import (
    Multipliers,
    Part,
    Parts,
    Strand,
    Whose,
    moved,
    moved_back,
    reciprocal,
    scaled,
    share_of_quantity,
    shares_of,
    taken,
    takes,
)
from accounting.scenarios.steps import BadScenario, Scenario, Step, Undo
from emission_factors import decimals

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class State:
    """What a strand is after a step: its parts, and the factor levers that stand."""

    parts: Parts
    factors: tuple[FactorLever, ...] = ()


Quantities = Mapping[Strand, Mapping[tuple[UUID | None, Whose], Decimal]]
"""Strand -> tenant and what decides the factors -> base units of the reference year."""
States = Mapping[Strand, Sequence[State]]


class Strands:
    """Divides cells into strands, which are worked out once for all whose cells are in them."""

    def __init__(self, scenario: Scenario, basis: Basis, own: Mapping[UUID, OwnFactors]) -> None:
        self._steps = scenario.steps
        self._months = scenario.start_months
        self._is_yearly = basis.catalogue.is_yearly
        made = scenario.made_types
        self._operators = {tenant for tenant, factors in own.items() if any(code in made for code, _ in factors)}

    def of(self, cell: Cell) -> Iterator[tuple[Strand, Decimal]]:
        """Yield the strands of a cell with their quantities: what each instrument covers, and what none does."""
        month = max(month for month in self._months if month <= cell.day.month)
        one = replace(
            cell,
            supplier="",
            day=date(cell.day.year, month, 1),
            tenant=None,
            site=None,
            own_tenant=None,
            quantity=ONE,
            row_count=1,
            covered=(),
        )
        reached = tuple(_is_reached(step, cell) for step in self._steps)
        for part in cell.covered:
            yield Strand(replace(one, covered=(replace(part, quantity=ONE),)), reached), part.quantity
        rest = decimals.EXACT.subtract(cell.quantity, decimals.total(part.quantity for part in cell.covered))
        if rest or not cell.covered:
            yield Strand(one, reached), rest

    def whose(self, cell: Cell) -> Whose:
        """Return what decides the factors of a cell, as the cell has it; a holder of a share operates nothing."""
        operator = cell.own_tenant
        if operator is None and cell.share == ONE:
            operator = cell.tenant
        return Whose(cell.own_tenant, operator if operator in self._operators else None, cell.supplier, cell.day)

    def priced_as(self, cell: Cell) -> Whose:
        """Return what decides the factors of a cell, less what moves none of them: without own factors no supplier
        does, nor does a month where published factors are for years.
        """
        whose = self.whose(cell)
        if whose.own_tenant is None and whose.operator is None:
            return replace(whose, supplier="", day=date(cell.day.year, 1, 1) if self._is_yearly else cell.day)
        return whose


def gathered(scenario: Scenario, cells: Iterable[Cell], divided: Strands) -> Quantities:
    """Return the quantity of each strand by tenant and by what decides the factors."""
    found: dict[Strand, dict[tuple[UUID | None, Whose], Decimal]] = {}
    for cell in cells:
        if cell.day.year != scenario.reference_year:
            message = f"a cell of {cell.activity_type} is of {cell.day}; accepted are cells of the reference year"
            raise BadScenario("", "referenceYear", f"{message} {scenario.reference_year}")
        key = (cell.tenant, divided.priced_as(cell))
        for strand, quantity in divided.of(cell):
            held = found.setdefault(strand, {})
            held[key] = decimals.EXACT.add(held.get(key, Decimal(0)), quantity)
    return found


def _is_reached(step: Step, cell: Cell) -> bool:
    try:
        return isinstance(step.lever, Undo) or step.lever.reach.is_at(cell)
    except BadLever as error:
        raise BadScenario(step.code, error.field, str(error)) from None


def states_of(scenario: Scenario, basis: Basis, quantities: Quantities) -> States:
    """Return what each strand is before the first step and after each."""
    found = {strand: [_start(strand, len(scenario.years))] for strand in quantities}
    for number, step in enumerate(scenario.steps):
        try:
            now = {strand: states[-1] for strand, states in found.items()}
            for strand, state in _after(scenario, basis, number, quantities, now).items():
                found[strand].append(state)
        except BadLever as error:
            raise BadScenario(step.code, error.field, str(error)) from None
    return found


def _start(strand: Strand, years: int) -> State:
    return State({Part(strand.cell): (Fraction(1),) * years})


def _after(
    scenario: Scenario, basis: Basis, number: int, quantities: Quantities, now: Mapping[Strand, State]
) -> Mapping[Strand, State]:
    """Return the strands after a step; one that is not reached stays the same object."""
    lever = scenario.steps[number].lever
    if isinstance(lever, Undo):
        undone = next(at for at, step in enumerate(scenario.steps) if step.code == lever.step)
        return {strand: _undone(scenario, undone, strand, state) for strand, state in now.items()}
    shares: Mapping[int, Fraction] = {}
    if not isinstance(lever, Efficiency | Growth | FactorCut | FactorPath) and lever.extent.kind is ExtentKind.QUANTITY:
        shares = _yearly_shares(scenario, number, lever, quantities, now)
    return {
        strand: _changed(scenario, basis, number, strand, state, shares) if strand.reached[number] else state
        for strand, state in now.items()
    }


def _changed(
    scenario: Scenario, basis: Basis, number: int, strand: Strand, state: State, yearly: Mapping[int, Fraction]
) -> State:
    step, months = scenario.steps[number], strand.months(scenario.years)
    lever = step.lever
    assert not isinstance(lever, Undo)  # noqa: S101  undone elsewhere
    if isinstance(lever, FactorCut | FactorPath):
        return replace(state, factors=(*state.factors, lever))
    if isinstance(lever, Efficiency | Growth):
        return replace(state, parts=scaled(state.parts, lever, _multipliers(lever, strand, scenario)))
    if not any(takes(lever, part) for part in state.parts):
        return state
    if lever.extent.kind is ExtentKind.QUANTITY:
        start = lever.extent.ramp.start
        shares = tuple(yearly[month.year] if month >= start else _ZERO for month in months)
    else:
        shares = shares_of(state.parts, lever, months)
    return replace(state, parts=moved(state.parts, step.code, lever, shares, basis))


def _multipliers(lever: ScalingLever, strand: Strand, scenario: Scenario) -> Multipliers:
    return tuple(lever.multiplier(month) for month in strand.months(scenario.years))


def _undone(scenario: Scenario, number: int, strand: Strand, state: State) -> State:
    """Return a strand after the inverse of a step: scaled back by the reciprocal, or moved back by the trail."""
    step = scenario.steps[number]
    if not strand.reached[number]:
        return state
    if isinstance(step.lever, FactorCut | FactorPath):
        return replace(state, factors=state.factors[:-1])
    if isinstance(step.lever, Efficiency | Growth):
        back = reciprocal(_multipliers(step.lever, strand, scenario))
        return replace(state, parts=scaled(state.parts, step.lever, back))
    return replace(state, parts=moved_back(state.parts, step.code))


def _yearly_shares(
    scenario: Scenario, number: int, lever: MovingLever, quantities: Quantities, now: Mapping[Strand, State]
) -> Mapping[int, Fraction]:
    """Return the share by year of what a quantity lever reaches: the same of all strands, so that none is preferred."""
    there = dict.fromkeys(scenario.years, _ZERO)
    base_unit = ""
    for strand, state in now.items():
        units = {part.cell.base_unit for part in state.parts if strand.reached[number] and takes(lever, part)}
        if not units:
            continue
        base_unit = units.pop()
        lever.extent.base_quantity(scenario.reference_year, base_unit)
        held = Fraction(decimals.total(quantities[strand].values()))
        left = taken(state.parts, lever, len(scenario.years))
        for month, value in zip(strand.months(scenario.years), left, strict=True):
            if month >= lever.extent.ramp.start:
                there[month.year] += held * value
    if not base_unit:
        raise BadLever(
            "activityTypes", "the lever takes a quantity of what the cells do not hold; accepted is its reach"
        )
    return {year: share_of_quantity(lever.extent, year, base_unit, value) for year, value in there.items()}
