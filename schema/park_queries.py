"""Questions about a park as one system: its total counted once, its transfers, the factors of what it supplies."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.supply.park_supply import ParkSupply
from accounting.supply.park_totals import park_totals
from accounting.supply.supply import Supply
from emission_factors.activity_types import Method
from ledger.footprints import supplies_of
from ledger.park_supplies import AskedSupply
from schema.asking import BasisArgument, basis_of, check_months
from schema.context import Context
from schema.enums import Scope2Method
from schema.errors import BadInput
from schema.types.basis import BasisInput
from schema.types.footprints import BoundaryInput, MonthsInput
from schema.types.info import Info
from schema.types.park_supply import EnergyTransfer, ParkConsolidation, SupplyFactor

ParkId = Annotated[strawberry.ID, strawberry.argument(description="The park.")]
Period = Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")]
ByMethod = Annotated[
    Scope2Method, strawberry.argument(description="Which factors purchases from outside are taken at.")
]


@strawberry.type(description="Questions about parks as one system.")
class ParkQueries:
    """The queries of parks."""

    @strawberry.field(description="A park's scopes 1 and 2, counted once, in two ways that agree.")
    async def park_consolidation(
        self,
        info: Info,
        park_id: ParkId,
        period: Period,
        basis: BasisArgument = None,
        scope2_method: ByMethod = Method.LOCATION,
    ) -> ParkConsolidation | None:
        """Consolidate a park; none where nobody in it supplies anybody or makes energy."""
        found = await _supplies(info.context, park_id, period, basis)
        if found is None:
            return None
        return ParkConsolidation(found=park_totals(found, scope2_method), keys=_keys(found))

    @strawberry.field(description="What tenants of a park deliver to each other, month by month, at both meters.")
    async def energy_transfers(
        self,
        info: Info,
        park_id: ParkId,
        period: Period,
        basis: BasisArgument = None,
        scope2_method: ByMethod = Method.LOCATION,
    ) -> list[EnergyTransfer]:
        """Return the transfers by month, supplier, customer and carrier."""
        found = await _supplies(info.context, park_id, period, basis)
        if found is None:
            return []
        keys = _keys(found)
        return [
            EnergyTransfer.of(month, transfer, solved, keys)
            for month, solved in _months(found, scope2_method)
            for transfer in solved.network.transfers
        ]

    @strawberry.field(description="What a unit of what tenants of a park supply carries, with what made it so.")
    async def supply_factors(
        self,
        info: Info,
        park_id: ParkId,
        period: Period,
        basis: BasisArgument = None,
        scope2_method: ByMethod = Method.LOCATION,
    ) -> list[SupplyFactor]:
        """Return the factors of pools that supply others, by month."""
        found = await _supplies(info.context, park_id, period, basis)
        if found is None:
            return []
        keys = _keys(found)
        return [
            SupplyFactor.of(month, pool, pool.factor, keys[pool.pool.party])
            for month, solved in _months(found, scope2_method)
            for pool in solved.pools.values()
            if pool.factor is not None and pool.balance.to_others
        ]


async def _supplies(
    context: Context, park_id: strawberry.ID, period: MonthsInput, asked: BasisInput | None
) -> ParkSupply | None:
    check_months(period)
    within, basis = await basis_of(context, BoundaryInput(park_id=park_id), asked)
    if not basis.regime.has_approaches:
        raise BadInput(
            f"basis: {basis.regime.code} takes averages for what neighbours supply and deducts what is sent out, so "
            f"that tenants' totals already add up to the park ({basis.regime.source}); ask footprint for the park"
        )
    async with context.read() as connection:
        asked_supply = AskedSupply(within.tenants, period.first, period.last, is_whole=True)
        found = await supplies_of(connection, basis, asked_supply)
    return found[0] if found else None


def _months(found: ParkSupply, method: Method) -> Iterator[tuple[date, Supply]]:
    for month, supply in found.months.items():
        yield month, supply.by_market if method is Method.MARKET else supply.by_location


def _keys(found: ParkSupply) -> Mapping[str, UUID]:
    return {code: tenant for tenant, code in found.codes.items()}
