"""Electricity lost on the way, and what that emits."""

from decimal import Decimal
from typing import Final

import strawberry

from accounting.scope2 import grid_losses as pure
from schema.scalars import ExactDecimal

_SOURCE: Final = "GHG Protocol Technical Guidance for Calculating Scope 3 Emissions (2013), category 3, activity C"


@strawberry.type(
    description="Electricity lost for what was consumed: scope 3 category 3 (c). A report says by which reading of the "
    "rate. All are rounded to 50 digits."
)
class GridLosses:
    """Losses."""

    lost: ExactDecimal = strawberry.field(
        description="Lost, the rate being of what enters the grid: consumed times rate / (1 - rate)."
    )
    emissions: ExactDecimal = strawberry.field(description="What `lost` emits.")
    lost_simply: ExactDecimal = strawberry.field(description="Lost, the rate being of what is consumed.")
    emissions_simply: ExactDecimal = strawberry.field(description="What `lostSimply` emits.")
    source: str = strawberry.field(description="Document and clause.")


def losses_of(consumed: Decimal, loss_rate: Decimal, factor: Decimal) -> GridLosses:
    """Return the losses; raises `BadLosses`."""
    found = pure.grid_losses(consumed, loss_rate, factor)
    return GridLosses(
        lost=ExactDecimal(found.lost),
        emissions=ExactDecimal(found.emissions),
        lost_simply=ExactDecimal(found.lost_simply),
        emissions_simply=ExactDecimal(found.emissions_simply),
        source=_SOURCE,
    )
