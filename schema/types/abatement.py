"""What it costs to avoid a tonne."""

from decimal import Decimal
from typing import Final

import strawberry

from accounting.scenarios import abatement as pure
from schema.scalars import ExactDecimal

_SOURCE: Final = "Annuity of engineering economics: i (1 + i)^n / ((1 + i)^n - 1); cost per tonne avoided"


@strawberry.input(description="An abatement measure; money in one currency at the prices of one year.")
class AbatementInput:
    """A measure."""

    investment: ExactDecimal = strawberry.field(description="Paid at the start, 0 or more.")
    interest: ExactDecimal = strawberry.field(description="Discount rate a year as a fraction, such as 0.08.")
    years: int = strawberry.field(description="How long the investment lasts, 1 to 100 years.")
    operating_change: ExactDecimal = strawberry.field(
        default=ExactDecimal(Decimal(0)), description="What running costs change by a year; below 0 for a saving."
    )
    avoided_tonnes: ExactDecimal = strawberry.field(description="Tonnes avoided a year, above 0.")


@strawberry.type(description="What an abatement measure costs, in the currency and prices given.")
class Abatement:
    """A cost."""

    recovery_factor: ExactDecimal = strawberry.field(
        description="Share of the investment that is paid a year, rounded to 50 digits; 1/years without interest."
    )
    annual_cost: ExactDecimal = strawberry.field(
        description="Investment times recovery factor, with the change of running costs, rounded to 50 digits."
    )
    cost_per_tonne: ExactDecimal = strawberry.field(
        description="Annual cost per tonne avoided, rounded to 50 digits; below 0 where the measure saves money."
    )
    source: str = strawberry.field(description="The method.")


def abated(given: AbatementInput) -> Abatement:
    """Return what a measure costs; raises `BadMeasure`."""
    measure = pure.Measure(given.investment, given.interest, given.years, given.operating_change, given.avoided_tonnes)
    found = pure.abatement(measure)
    return Abatement(
        recovery_factor=ExactDecimal(found.recovery_factor),
        annual_cost=ExactDecimal(found.annual_cost),
        cost_per_tonne=ExactDecimal(found.cost_per_tonne),
        source=_SOURCE,
    )
