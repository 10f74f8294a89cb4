"""Questions about a park as one system: its total counted once, its transfers, the factors of what it supplies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.supply.park_scope3 import Members
from accounting.supply.park_supply import ParkSupply
from accounting.supply.park_totals import park_totals, sum_of_parks
from accounting.supply.transfers import metered_transfers
from emission_factors.activity_types import Method
from ledger.footprints.park_supplies import AskedSupply
from ledger.management.zones import UnknownZone, zone_members
from schema.asking import BasisArgument, basis_of, check_months
from schema.context import Context
from schema.enums import Scope2Method
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.types.basis import BasisInput
from schema.types.energy_transfers import EnergyTransfer
from schema.types.footprints import BoundaryInput, MonthsInput
from schema.types.info import Info
from schema.types.park_supply import Consolidated, ParkAmongParks, ParkConsolidation, ParksConsolidation
from schema.types.supply_factors import SupplyFactor

PARKS_PER_CONSOLIDATION: Final = 50
"""Parks one question may consolidate."""

ParkId = Annotated[strawberry.ID, strawberry.argument(description="The park.")]
Period = Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")]
ByMethod = Annotated[
    Scope2Method, strawberry.argument(description="Which factors purchases from outside are taken at.")
]


@strawberry.type(description="Questions about parks as one system.")
class ParkQueries:
    """The queries of parks."""

    @strawberry.field(description="A park's scopes 1 and 2, counted once, in two ways that agree; or a zone's in it.")
    async def park_consolidation(
        self,
        info: Info,
        park_id: ParkId,
        period: Period,
        basis: BasisArgument = None,
        scope2_method: ByMethod = Method.LOCATION,
        zone: Annotated[
            str | None,
            strawberry.argument(
                description="Code of a zone: the total of its members, to whom the rest of the park is outside."
            ),
        ] = None,
    ) -> ParkConsolidation | None:
        """Consolidate a park; none where nothing was posted."""
        found = await _supplies(info.context, park_id, period, basis)
        if found is None:
            return None
        inside = None if zone is None else await _zone(info.context, park_id, zone, found)
        return _consolidated(found, scope2_method, inside)

    @strawberry.field(
        description="Several parks side by side, and their sum. What one of them supplies to another stands as an "
        "import: transfers are between tenants of one park."
    )
    async def parks_consolidation(
        self,
        info: Info,
        park_ids: Annotated[list[strawberry.ID], strawberry.argument(description="1 to 50 parks, each once.")],
        period: Period,
        basis: BasisArgument = None,
        scope2_method: ByMethod = Method.LOCATION,
    ) -> ParksConsolidation:
        """Consolidate parks."""
        if not 1 <= len(set(park_ids)) == len(park_ids) <= PARKS_PER_CONSOLIDATION:
            raise BadInput(f"parkIds: accepted are 1 to {PARKS_PER_CONSOLIDATION} parks, each once")
        read = [(one, await _supplies(info.context, one, period, basis)) for one in park_ids]
        found = [(park, supplies) for park, supplies in read if supplies is not None]
        _check_one_basis([supplies.basis for _, supplies in found])
        parks = [
            ParkAmongParks(park_key=decode_uuid(park, "Park"), consolidation=_consolidated(supplies, scope2_method))
            for park, supplies in found
        ]
        sums = [one.consolidation.park for one in parks]
        return ParksConsolidation(park=sum_of_parks(sums, [code for one in sums for code in one.members]), parks=parks)

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
        supply, keys = found.supply, found.keys
        return [
            EnergyTransfer.of(one, supply.months[one.month], scope2_method, keys, supply.declared.terms)
            for one in metered_transfers(supply)
        ]

    @strawberry.field(
        description="What a unit of what tenants of a park supply carries, with what made it so. In a month that the "
        "supplier closed it is frozen, and `current` says what it would be today."
    )
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
        supply, keys = found.supply, found.keys
        return [
            one
            for month in supply.months.values()
            for one in SupplyFactor.all_of(month, scope2_method, keys, supply.declared.terms)
        ]


@dataclass(frozen=True, slots=True)
class _Supplies:
    """A park's supply as asked for."""

    supply: ParkSupply
    basis: Basis
    first: date
    last: date

    @property
    def keys(self) -> Mapping[str, UUID]:
        """Code -> tenant."""
        return {code: tenant for tenant, code in self.supply.codes.items()}


async def _supplies(
    context: Context, park_id: strawberry.ID, period: MonthsInput, asked: BasisInput | None
) -> _Supplies | None:
    check_months(period)
    within, basis = await basis_of(context, BoundaryInput(park_id=park_id), asked)
    if not basis.regime.has_approaches:
        raise BadInput(
            f"basis: {basis.regime.code} takes averages for what neighbours supply and deducts what is sent out, so "
            f"that tenants' totals already add up to the park ({basis.regime.source}); ask footprint for the park"
        )
    asked_supply = AskedSupply(within.tenants, period.first, period.last, is_whole=True)
    found = await context.park_supplies.load((basis, asked_supply))
    if not found or not (found[0].months or found[0].failed):
        return None
    return _Supplies(found[0], basis, period.first, period.last)


async def _zone(context: Context, park_id: strawberry.ID, code: str, found: _Supplies) -> Members:
    """Return the codes of a zone's members by month; raises `NotFound`."""
    months, known_at = (found.first, found.last), found.basis.known_at
    try:
        async with context.read() as connection:
            members = await zone_members(connection, decode_uuid(park_id, "Park"), code, months, known_at)
    except UnknownZone as error:
        raise NotFound(str(error)) from None
    codes = found.supply.codes
    return {month: frozenset(codes[tenant] for tenant in tenants) for month, tenants in members.items()}


def _consolidated(found: _Supplies, method: Method, zone: Members | None = None) -> ParkConsolidation:
    totals = park_totals(found.supply, method, zone)
    everyone = frozenset(found.supply.codes.values())
    months = [month for month in found.supply.months if zone is None or month in zone]
    members = {month: everyone if zone is None else zone[month] for month in months}
    asked = Consolidated(found.supply, found.basis, found.first, found.last, method, members)
    return ParkConsolidation(park=totals.park, found=totals, asked=asked)


def _check_one_basis(bases: Sequence[Basis]) -> None:
    """Raise `BadInput` where parks adopted different bases, whose sum would mean nothing."""
    for one in bases:
        is_same = one.catalogue is bases[0].catalogue
        if not is_same or (one.regime, one.gwp_set) != (bases[0].regime, bases[0].gwp_set):
            raise BadInput("basis: the parks adopted different bases; state regime, gwpSet and release for all of them")
