"""How a footprint is related to the denominators that its tenants declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounting.basis import Basis
from accounting.change.denominators import DenominatorMonth, Wanted, gathered, months_between
from accounting.change.intensity import BadDenominator
from accounting.grouping import Totals
from ledger.footprints.denominators import denominators_of, tenants_with_emissions
from ledger.footprints.footprints import Boundary
from schema.context import Context
from schema.enums import IntensityDenominator
from schema.errors import BadInput
from schema.types.denominators import FootprintIntensity


@dataclass(frozen=True, slots=True)
class Related:
    """The footprint that is related: its totals, and what it was asked on. Months are included on both ends."""

    totals: Totals
    basis: Basis
    boundary: Boundary
    first: date
    last: date


async def related(
    context: Context, found: Related, denominator: IntensityDenominator, product: str, unit: str
) -> FootprintIntensity:
    """Relate a footprint to a denominator; raises `BadInput`.

    A group's denominator is that of its tenants with emissions in these months. Where nobody has any, everyone in the
    boundary is asked for it.
    """
    declared, tenants = await _declared(context, found)
    try:
        wanted = Wanted(denominator, product.strip(), unit, found.boundary.site)
        whole = gathered(wanted, tenants, months_between(found.first, found.last), declared)
    except BadDenominator as error:
        raise BadInput(f"{error.field}: {error}") from None
    beside = [tenant for tenant in found.boundary.tenants if tenant not in tenants]
    left_out = [tenant for tenant in beside if any(map(wanted.takes, declared.get(tenant, ())))]
    return FootprintIntensity.of(whole, wanted, found.totals, found.basis.regime, left_out)


async def _declared(
    context: Context, found: Related
) -> tuple[Mapping[UUID, Sequence[DenominatorMonth]], Sequence[UUID]]:
    """Return what was declared, and the tenants whose denominators count."""
    boundary, basis = found.boundary, found.basis
    async with context.read() as connection:
        declared = await denominators_of(connection, boundary.tenants, basis.known_at)
        if len(boundary.tenants) == 1:
            return declared, boundary.tenants
        reporting = await tenants_with_emissions(connection, basis, boundary, found.first, found.last)
    return declared, reporting or boundary.tenants
