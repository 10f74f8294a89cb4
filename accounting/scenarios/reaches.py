"""What each step of a scenario reached: activity types, their quantities before and after, factors that move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from accounting.footprints import Cell
from accounting.scenarios.levers import FactorCut, FactorLever, FactorPath
from accounting.scenarios.parts import Part, Parts, Strand, Whose
from accounting.scenarios.prices import Price, PricedLine
from accounting.scenarios.states import Quantities, State, States
from accounting.scenarios.steps import Scenario, Step
from emission_factors import decimals
from emission_factors.activity_types import ActivityType, activity_type
from emission_factors.factors import Origin
from emission_factors.units import Unit, unit


@dataclass(frozen=True, slots=True)
class Worked:
    """What an answer rests on: quantities by strand, what the levers made of them, and what a unit emits."""

    quantities: Quantities
    states: States
    prices: Mapping[Cell, Price]


@dataclass(frozen=True, slots=True)
class Reached:
    """Quantities of an activity type in all that a step reached, base units by year, before and after it."""

    activity: ActivityType
    unit: Unit
    before: tuple[Decimal, ...]
    after: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class StepReach:
    """What a step reached, by activity type, and for a lever on factors what they are multiplied by in December of each
    year, as then all months of a ramp count; None for other steps.
    """

    code: str
    types: tuple[Reached, ...]
    factor_multipliers: tuple[Decimal, ...] | None


def reaches(scenario: Scenario, worked: Worked) -> tuple[StepReach, ...]:
    """Return what each step reached; where a quantity is no finite decimal it is rounded as `decimals.exact` does.

    A type is reached where the step changes its quantity in a year, or a factor of one of its lines.
    """
    held = {strand: Fraction(decimals.total(found.values())) for strand, found in worked.quantities.items()}
    return tuple(_reach(scenario, number, step, worked, held) for number, step in enumerate(scenario.steps))


def moves_line(lever: FactorLever, part: Part, line: PricedLine) -> bool:
    """Whether a factor lever moves a line: a path what is published, a cut also what is answered for by others."""
    if line.kind not in lever.kinds or not lever.reach.has_type(part.cell.activity_type):
        return False
    is_path = isinstance(lever, FactorPath)
    return line.origin is Origin.CATALOGUE if is_path else line.origin is not Origin.INSTRUMENT


def by_whose(held: Mapping[tuple[UUID | None, Whose], Decimal]) -> Mapping[Whose, Mapping[UUID | None, Decimal]]:
    """Return the quantities of a strand by what decides their factors, then by tenant."""
    found: dict[Whose, dict[UUID | None, Decimal]] = {}
    for (tenant, whose), quantity in held.items():
        found.setdefault(whose, {})[tenant] = quantity
    return found


_Sums = dict[tuple[str, str], tuple[Fraction, ...]]
"""(activity type, base unit) -> quantity by year."""


def _reach(scenario: Scenario, number: int, step: Step, worked: Worked, held: Mapping[Strand, Fraction]) -> StepReach:
    before: _Sums = {}
    after: _Sums = {}
    changed: dict[tuple[str, str], None] = {}
    for strand, states in worked.states.items():
        last, state = states[number], states[number + 1]
        if last is state:
            continue
        changed |= dict.fromkeys(_changed(last, state, strand, worked))
        _add(before, last.parts, held[strand])
        _add(after, state.parts, held[strand])
    nothing = (Fraction(0),) * len(scenario.years)
    types = tuple(_reached(key, before.get(key, nothing), after.get(key, nothing)) for key in sorted(changed))
    return StepReach(step.code, types, _multipliers(step, scenario.years))


def _changed(last: State, state: State, strand: Strand, worked: Worked) -> Iterator[tuple[str, str]]:
    """Yield the types of which a step changes the quantity, or by a factor lever that came or went what they emit."""
    for part in {**last.parts, **state.parts}:
        before, after = last.parts.get(part, ()), state.parts.get(part, ())
        if before != after and any((*before, *after)):
            yield part.cell.activity_type, part.cell.base_unit
    fewer, more = sorted((last.factors, state.factors), key=len)
    for lever in more[len(fewer) :]:
        for part in state.parts:
            if _is_moved(lever, part, strand, worked):
                yield part.cell.activity_type, part.cell.base_unit


def _is_moved(lever: FactorLever, part: Part, strand: Strand, worked: Worked) -> bool:
    if not lever.reach.has_type(part.cell.activity_type):
        return False
    prices = (worked.prices.get(whose.of(part)) for whose in by_whose(worked.quantities[strand]))
    return any(moves_line(lever, part, line) for price in prices if price for line in price.lines)


def _add(sums: _Sums, parts: Parts, held: Fraction) -> None:
    for part, multipliers in parts.items():
        key = part.cell.activity_type, part.cell.base_unit
        quantities = tuple(held * value for value in multipliers)
        there = sums.get(key)
        sums[key] = quantities if there is None else _sum(there, quantities)


def _sum(one: Iterable[Fraction], other: Iterable[Fraction]) -> tuple[Fraction, ...]:
    return tuple(left + right for left, right in zip(one, other, strict=True))


def _reached(key: tuple[str, str], before: Sequence[Fraction], after: Sequence[Fraction]) -> Reached:
    code, base_unit = key
    return Reached(
        activity_type(code), unit(base_unit), tuple(map(decimals.exact, before)), tuple(map(decimals.exact, after))
    )


def _multipliers(step: Step, years: Sequence[int]) -> tuple[Decimal, ...] | None:
    if not isinstance(step.lever, FactorCut | FactorPath):
        return None
    return tuple(decimals.exact(step.lever.multiplier(date(year, 12, 1))) for year in years)
