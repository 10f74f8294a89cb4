"""The abatement cost curve of a scenario: its steps by what a tonne costs, with what they avoid together.

A step avoids what it changes at its place in the order, so that no tonne is counted twice and the steps add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from accounting.judgement.headline_totals import Total
from accounting.scenarios.abatement import Abatement, BadMeasure, Measure, abatement
from accounting.scenarios.answers import ScenarioYear
from emission_factors import decimals

_TONNES_AVOIDED: Final = Decimal("-0.001")
"""Tonnes avoided per kilogram of change."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step costs: an investment at the start that lasts `years`, the discount rate a year as a fraction, and
    what running costs change by a year, negative where money is saved; in one currency at the prices of one year.
    """

    investment: Decimal
    interest: Decimal
    years: int
    operating_change: Decimal


@dataclass(frozen=True, slots=True)
class Block:
    """One step of the curve: tonnes avoided in the year, its cost, and the tonnes of it and all cheaper ones."""

    step: str
    avoided: Decimal
    cost: Abatement
    cumulative: Decimal


@dataclass(frozen=True, slots=True)
class AbatementCurve:
    """Blocks by cost per tonne, the cheapest first, equal ones in the scenario's order.

    `without_cost` are steps whose cost nobody stated, `without_abatement` those with a cost that avoid nothing in the
    year; both with the tonnes they avoid, so that blocks and they add up to what the scenario changes, but for growth
    and undone steps, which stand among the first.
    """

    blocks: tuple[Block, ...]
    without_cost: Mapping[str, Decimal]
    without_abatement: Mapping[str, Decimal]


def abatement_curve(of: ScenarioYear, costs: Mapping[str, Cost], total: Total) -> AbatementCurve:
    """Return the curve of a year of a scenario, tonnes of CO2e of one total.

    Each cost is `(investment x recovery factor + change of running costs) / tonnes avoided in the year`. Raises
    `BadMeasure` for a cost that cannot be, or of a step that the scenario does not have.
    """
    avoided = {step.code: _tonnes(step.change.of(total)) for step in of.steps}
    if unknown := sorted(costs.keys() - avoided.keys()):
        raise BadMeasure("step", f"the scenario has no step {unknown[0]!r}; accepted are {', '.join(avoided)}")
    measured = [
        (code, abatement(_measure(costs[code], avoided[code]))) for code in avoided if _counts(code, costs, avoided)
    ]
    blocks: list[Block] = []
    reached = Decimal(0)
    for code, cost in sorted(measured, key=lambda one: one[1].cost_per_tonne):
        reached = decimals.EXACT.add(reached, avoided[code])
        blocks.append(Block(code, avoided[code], cost, reached))
    return AbatementCurve(
        tuple(blocks),
        {code: tonnes for code, tonnes in avoided.items() if code not in costs},
        {code: avoided[code] for code in avoided if code in costs and avoided[code] <= 0},
    )


def _counts(code: str, costs: Mapping[str, Cost], avoided: Mapping[str, Decimal]) -> bool:
    return code in costs and avoided[code] > 0


def _measure(cost: Cost, avoided: Decimal) -> Measure:
    return Measure(cost.investment, cost.interest, cost.years, cost.operating_change, avoided)


def _tonnes(change: Decimal) -> Decimal:
    """Return the tonnes avoided of a change in kilograms, exactly."""
    return decimals.product(change, _TONNES_AVOIDED)
