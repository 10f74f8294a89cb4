"""A park with its prospects: what its operator declares, what the park was in a reference year, and the arithmetic."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.footprints import Footprint
from accounting.management.planning import Candidate, CarrierDemand, Planned, PlannedProspect, demand, planned
from accounting.management.prospects import Stage
from accounting.supply.park_energy import FLOWS
from ledger.cells.typed import cells_of_types
from ledger.connections import Connection
from ledger.declarations import Declaration, declarations_of
from ledger.footprints.footprints import Boundary, footprint, supplies_of
from ledger.footprints.park_supplies import AskedSupply
from ledger.registry import tenants_where


@dataclass(frozen=True, slots=True)
class PlannedPark:
    """The footprint of the reference year, every prospect asked for in the planned year, and what energy they add."""

    reference: Footprint
    prospects: list[PlannedProspect]
    demands: list[CarrierDemand]


async def prospects_of(
    connection: Connection, basis: Basis | None, park: UUID, stages: Collection[Stage], *, has_come: bool = False
) -> list[Declaration]:
    """Return the prospects that the operators of a park declare, by stage; those that became tenants if `has_come`."""
    operators = [one.tenant_id for one in await tenants_where(connection, park_id=park, is_operator=True)]
    known_at = basis.known_at if basis else None
    found = await declarations_of(connection, operators, [DeclarationKind.PROSPECT], known_at)
    return [one for one in found if one.content.stage in stages and (has_come or one.content.became is None)]


async def planned_park(
    connection: Connection, basis: Basis, park: UUID, asked: Planned, stages: Collection[Stage]
) -> PlannedPark:
    """Return a park as it would be in a year with those of its prospects that are at one of `stages`."""
    tenants = await tenants_where(connection, park_id=park)
    codes, keys = [one.code for one in tenants], tuple(one.tenant_id for one in tenants)
    first, last = date(asked.reference, 1, 1), date(asked.reference, 12, 1)
    reference = await footprint(connection, basis, Boundary(keys), first, last, [])
    supplies = await supplies_of(connection, basis, AskedSupply(keys, first, last, is_whole=True))
    declared = await prospects_of(connection, basis, park, stages)
    candidates = [Candidate(one.id, one.content) for one in declared]
    found = planned(basis, asked, candidates, supplies[0] if supplies else None, codes)
    cells = await cells_of_types(connection, keys, FLOWS, first, last, basis.known_at, keeps_places=False)
    return PlannedPark(reference, found, demand(cells, found, codes))
