"""What parties of a park supply to each other, read for a footprint: only where somebody supplies somebody."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.footprints import Cell, Footprint
from accounting.supply.park_energy import FLOWS, Flow, Reading, suppliers
from accounting.supply.park_supply import ParkSupply, park_supply
from accounting.supply.plants import Plant
from ledger.cell_sums import Wanted, cell_sums
from ledger.database import Connection
from ledger.declarations import declarations_of

Posted = Callable[[Sequence[UUID]], Awaitable[Footprint]]
"""tenants -> their footprint as posted, by tenant, site and month."""

_PARKS: Final = """
SELECT park_id, tenant_id, code FROM tenants
WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%s::uuid[])) ORDER BY park_id, tenant_id
"""
_SUPPLIED: Final = """
SELECT EXISTS (
    SELECT FROM quantity_cells WHERE tenant_id = ANY(%(tenants)s::uuid[])
        AND (activity_type = ANY(%(flows)s::text[])
             OR (activity_type = ANY(%(purchases)s::text[]) AND supplier = ANY(%(codes)s::text[])))
)
"""
"""Whether anybody makes or supplies energy, or names a neighbour as the supplier of what it bought."""
_PURCHASES: Final = [code for code, (flow, _) in FLOWS.items() if flow is Flow.BOUGHT]
_FLOWS: Final = [code for code, (flow, _) in FLOWS.items() if flow is not Flow.BOUGHT]


@dataclass(frozen=True, slots=True)
class AskedSupply:
    """Of whom and when: `first` and `last` are first days of months. `is_whole` takes everyone's purchases in, not only
    those that enter a supplier's pool.
    """

    tenants: Collection[UUID]
    first: date
    last: date
    is_whole: bool = False


async def park_supplies(connection: Connection, basis: Basis, asked: AskedSupply, posted: Posted) -> list[ParkSupply]:
    """Return the internal supply of each park of the tenants, parks without any left out."""
    cursor = await connection.execute(_PARKS, (list(asked.tenants),))
    parks: dict[UUID, dict[UUID, str]] = {}
    for park, tenant, code in await cursor.fetchall():
        parks.setdefault(park, {})[tenant] = code
    found = [await _supply_of(connection, basis, asked, codes, posted) for codes in parks.values()]
    return [supply for supply in found if supply is not None]


async def _supply_of(
    connection: Connection, basis: Basis, asked: AskedSupply, codes: Mapping[UUID, str], posted: Posted
) -> ParkSupply | None:
    given = {"tenants": list(codes), "codes": list(codes.values()), "flows": _FLOWS, "purchases": _PURCHASES}
    row = await (await connection.execute(_SUPPLIED, given)).fetchone()
    if row is None or not row[0]:
        return None
    readings = [_reading(cell, codes) for cell in await _cells(connection, basis, asked, list(codes))]
    by_month: dict[date, list[Reading]] = {}
    for month, reading in readings:
        by_month.setdefault(month, []).append(reading)
    supplying = {tenant for found in by_month.values() for tenant in _supplying(found, codes)}
    if not supplying and not asked.is_whole:
        return None
    parties = list(codes) if asked.is_whole else [tenant for tenant in codes if tenant in supplying]
    declared = await declarations_of(connection, list(codes), [DeclarationKind.PLANT], basis.known_at)
    plants: dict[UUID, list[Plant]] = {}
    for one in declared:
        plants.setdefault(one.tenant, []).append(one.content)
    chosen = {month: _of_parties(found, parties, codes) for month, found in by_month.items()}
    return park_supply(codes, chosen, await posted(parties), plants)


async def _cells(connection: Connection, basis: Basis, asked: AskedSupply, tenants: Sequence[UUID]) -> list[Cell]:
    wanted = Wanted(
        tenants=tenants,
        only_site=None,
        first=asked.first,
        last=asked.last,
        keeps_tenant=True,
        keeps_site=True,
        served=(),
        holders=(),
        known_at=basis.known_at,
        types=tuple(FLOWS),
    )
    return await cell_sums(connection, wanted)


def _reading(cell: Cell, codes: Mapping[UUID, str]) -> tuple[date, Reading]:
    if cell.tenant is None or cell.site is None:
        raise RuntimeError("a reading was read without its tenant and site")
    party = codes[cell.tenant]
    return cell.day, Reading(cell.tenant, party, cell.site, cell.activity_type, cell.supplier, cell.quantity)


def _supplying(readings: Sequence[Reading], codes: Mapping[UUID, str]) -> list[UUID]:
    """Return who supplies others in a month."""
    found = suppliers(readings)
    return [tenant for tenant, code in codes.items() if code in found]


def _of_parties(readings: Sequence[Reading], parties: Sequence[UUID], codes: Mapping[UUID, str]) -> list[Reading]:
    """Return what parties post, and what others bought from them: the customer's side of their transfers."""
    inside = {codes[tenant] for tenant in parties}
    return [
        one for one in readings if one.tenant in parties or (one.flow is Flow.BOUGHT and one.counterparty in inside)
    ]
