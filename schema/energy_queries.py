"""Questions about energy as such: the balance of a park, tenant or site."""

from calendar import monthrange
from typing import Annotated

import strawberry

from accounting.energy.flows import EnergyValue as Value
from ledger.management.energy_balances import AskedEnergy, energy_books
from schema.asking import BasisArgument, basis_of, check_months
from schema.enums import EnergyValue
from schema.types.energy_balance import EnergyBalance
from schema.types.energy_parts import Asked
from schema.types.footprints import BoundaryInput, MonthsInput
from schema.types.info import Info


@strawberry.type(description="Questions about energy.")
class EnergyQueries:
    """The queries of energy."""

    @strawberry.field(
        description="The energy balance of a park, tenant or site: what came, was converted, lost and used, and what "
        "is unaccounted. What is left of a tenant's purchases after all that was posted it used itself, unless it "
        "supplies neighbours, or meters what it uses of what it makes. Of a site, what the rest of its tenant gave it "
        "or had from it comes in and goes out."
    )
    async def energy_balance(
        self,
        info: Info,
        boundary: Annotated[BoundaryInput, strawberry.argument(description="Whose energy.")],
        period: Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")],
        value: Annotated[
            EnergyValue | None,
            strawberry.argument(description="What amounts are stated in; null for each carrier's own unit."),
        ] = Value.EQUAL,
        is_upper: Annotated[
            bool | None,
            strawberry.argument(
                description="Which end of a published range of coefficients applies, as of natural gas; if left out "
                "the net calorific value decides."
            ),
        ] = None,
        basis: BasisArgument = None,
    ) -> EnergyBalance:
        """Return the balance; an empty one where nothing was posted."""
        check_months(period)
        within, on = await basis_of(info.context, boundary, basis)
        asked = AskedEnergy(within.tenants, period.first, period.last, within.site, is_upper)
        async with info.context.read() as connection:
            found = await energy_books(connection, on, asked)
        last = period.last.replace(day=monthrange(period.last.year, period.last.month)[1])
        return EnergyBalance(asked=Asked(found, found.balance.sheet(value), period.first, last), on=on)
