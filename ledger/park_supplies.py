"""What parties of a park supply to each other, read for a footprint: only where somebody supplies somebody."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.footprints import Cell, Footprint
from accounting.supply.closings import Closed, closed_before, instants
from accounting.supply.park_energy import FLOWS, Flow, Reading, suppliers
from accounting.supply.park_supply import (
    ClosedMonth,
    ClosedSuppliers,
    Declared,
    MonthOfSupply,
    ParkSupply,
    park_supply,
)
from accounting.supply.plants import Plant
from accounting.supply.transfer_terms import TransferTerms
from ledger.cell_sums import Wanted, cell_sums
from ledger.database import Connection
from ledger.declarations import declarations_of
from ledger.supply_closings import closings_of

Posted = Callable[[Basis, Sequence[UUID], date, date], Awaitable[Footprint]]
"""basis, tenants, first and last month -> their footprint as posted, by tenant, site and month."""

_PARKS: Final = """
SELECT park_id, tenant_id, code FROM tenants
WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%s::uuid[])) ORDER BY park_id, tenant_id
"""
_SUPPLIED: Final = """
SELECT EXISTS (
    SELECT FROM quantity_cells WHERE tenant_id = ANY(%(tenants)s::uuid[])
        AND (activity_type = ANY(%(supplies)s::text[])
             OR (activity_type = ANY(%(purchases)s::text[]) AND supplier = ANY(%(codes)s::text[])))
)
"""
"""Whether anybody supplied energy, or named a neighbour as the supplier of what it bought, at any time."""
_PURCHASES: Final = [code for code, (flow, _) in FLOWS.items() if flow is Flow.BOUGHT]
_SUPPLIES: Final = [code for code, (flow, _) in FLOWS.items() if flow is Flow.SUPPLIED]


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
    if not asked.is_whole and not await _is_any(connection, codes):
        return None
    closed = await _closed(connection, basis, asked, codes, posted)
    return await _solved(connection, basis, asked, codes, posted, closed)


async def _is_any(connection: Connection, codes: Mapping[UUID, str]) -> bool:
    """Whether anybody of a park supplies anybody."""
    given = {"tenants": list(codes), "codes": list(codes.values()), "supplies": _SUPPLIES, "purchases": _PURCHASES}
    row = await (await connection.execute(_SUPPLIED, given)).fetchone()
    return bool(row and row[0])


async def _closed(
    connection: Connection, basis: Basis, asked: AskedSupply, codes: Mapping[UUID, str], posted: Posted
) -> dict[date, ClosedSuppliers]:
    """Return who closed which months, each with the month as it was known then.

    Earlier instants first: what was closed at one of them is in what others, closing the month later, knew of it.
    """
    history = await closings_of(connection, list(codes), basis.known_at)
    history = [one for one in history if asked.first <= one.month <= asked.last]
    known: dict[tuple[datetime, date], MonthOfSupply] = {}
    for instant, months in instants(history).items():
        then = replace(basis, known_at=instant)
        before = _suppliers(closed_before(history, instant), known, codes)
        within = AskedSupply(asked.tenants, months[0], months[-1])
        supply = await _solved(connection, then, within, codes, posted, before)
        found = supply.months if supply else {}
        known |= {(instant, month): found[month] for month in months if month in found}
    return _suppliers(closed_before(history), known, codes)


def _suppliers(
    closed: Closed, known: Mapping[tuple[datetime, date], MonthOfSupply], codes: Mapping[UUID, str]
) -> dict[date, ClosedSuppliers]:
    """Return what each supplier closed its months with; a month that had no factors then stays open."""
    return {
        month: {
            codes[tenant]: ClosedMonth(at, known[at, month]) for tenant, at in of_month.items() if (at, month) in known
        }
        for month, of_month in closed.items()
    }


async def _solved(
    connection: Connection,
    basis: Basis,
    asked: AskedSupply,
    codes: Mapping[UUID, str],
    posted: Posted,
    closed: Mapping[date, ClosedSuppliers],
) -> ParkSupply | None:
    """Return the supply as known on the basis, what suppliers closed at what they closed it with."""
    by_month: dict[date, list[Reading]] = {}
    for cell in await _cells(connection, basis, asked, list(codes)):
        by_month.setdefault(cell.day, []).append(_reading(cell, codes))
    supplying = {tenant for found in by_month.values() for tenant in _supplying(found, codes)}
    if not supplying and not asked.is_whole:
        return None
    parties = list(codes) if asked.is_whole else [tenant for tenant in codes if tenant in supplying]
    footprint = await posted(basis, parties, asked.first, asked.last)
    if asked.is_whole:  # months without energy have direct emissions too
        by_month |= {one.month: [] for one in footprint.lines if one.month and one.month not in by_month}
    chosen = {month: _of_parties(found, parties, codes) for month, found in by_month.items()}
    return park_supply(codes, chosen, footprint, await _declared(connection, basis, codes, closed))


async def _declared(
    connection: Connection, basis: Basis, codes: Mapping[UUID, str], closed: Mapping[date, ClosedSuppliers]
) -> Declared:
    kinds = (DeclarationKind.PLANT, DeclarationKind.TRANSFER_TERMS)
    plants: dict[UUID, list[Plant]] = {}
    terms: dict[str, list[TransferTerms]] = {}
    for one in await declarations_of(connection, list(codes), kinds, basis.known_at):
        if isinstance(one.content, Plant):
            plants.setdefault(one.tenant, []).append(one.content)
        else:
            terms.setdefault(codes[one.tenant], []).append(one.content)
    return Declared(plants, terms, closed)


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


def _reading(cell: Cell, codes: Mapping[UUID, str]) -> Reading:
    if cell.tenant is None or cell.site is None:
        raise RuntimeError("a reading was read without its tenant and site")
    party = codes[cell.tenant]
    return Reading(cell.tenant, party, cell.site, cell.activity_type, cell.supplier, cell.quantity)


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
