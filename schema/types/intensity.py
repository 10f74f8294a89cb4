"""Emissions per unit of output, area, revenue and the like: what is asked, and what is missing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final

import strawberry

from accounting.change import intensity as pure
from schema.enums import IntensityDenominator, IntensityStatus
from schema.errors import BadInput
from schema.scalars import ExactDecimal, Month

_SOURCE: Final = "GHG Protocol Corporate Standard (2004), chapter 9, ratio indicators"


@strawberry.input(description="A denominator in one month.")
class DenominatorMonthInput:
    """A month."""

    month: Month = strawberry.field(description="The month, stated once.")
    value: ExactDecimal = strawberry.field(description="Value, 0 or more.")
    unit: str = strawberry.field(
        default="", description="Unit; of OUTPUT and REVENUE it is named, the others have one of their own."
    )


@strawberry.type(description="Emissions per unit of a denominator.")
class Intensity:
    """An intensity."""

    status: IntensityStatus = strawberry.field(description="Whether there is an intensity.")
    tonnes_per_unit: ExactDecimal | None = strawberry.field(
        description="t CO2e per `per`, rounded to 50 digits; none unless DEFINED."
    )
    per: str = strawberry.field(description="Unit of the denominator; empty where no month names one.")
    denominator: ExactDecimal | None = strawberry.field(
        description="Sum or mean of the months that are stated; none where no month is."
    )
    missing: list[Month] = strawberry.field(description="Months that are not stated, in order.")
    source: str = strawberry.field(description="Document and clause.")
    co2e_kg: strawberry.Private[Decimal]

    @strawberry.field(
        description="t CO2e to be saved for an intensity, 0 if it is reached: emissions less limit times denominator; "
        "none unless DEFINED."
    )
    def reduction_needed(
        self, limit: Annotated[ExactDecimal, strawberry.argument(description="Intensity to reach, in t CO2e per unit.")]
    ) -> ExactDecimal | None:
        """Return what is to be saved."""
        if self.denominator is None or self.status is not IntensityStatus.DEFINED:
            return None
        try:
            return ExactDecimal(pure.reduction_needed(self.co2e_kg, self.denominator, limit))
        except pure.BadDenominator as error:
            raise BadInput(str(error)) from None


def related(
    co2e_kg: Decimal, kind: IntensityDenominator, months: Sequence[Month], given: Sequence[DenominatorMonthInput]
) -> Intensity:
    """Relate emissions to a denominator; raises `BadDenominator`, `DenominatorConflict`."""
    stated = [pure.Month(one.month, one.value, one.unit or kind.unit) for one in given]
    found = pure.intensity(co2e_kg, kind, months, stated)
    return Intensity(
        status=found.status,
        tonnes_per_unit=_optional(found.tonnes_per_unit),
        per=found.per,
        denominator=_optional(found.denominator),
        missing=[Month(month) for month in found.missing],
        source=_SOURCE,
        co2e_kg=co2e_kg,
    )


def _optional(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
