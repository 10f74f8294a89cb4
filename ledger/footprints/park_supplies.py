"""What parties of a park supply to each other, read for a footprint: only where somebody supplies somebody."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.declarations import DeclarationKind
from accounting.footprints import Footprint
from accounting.supply.closings import Closed, closed_before, instants
from accounting.supply.park_energy import BOUGHT, SUPPLIED, Flow, Reading, suppliers
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
from ledger.cells.typed import readings_of
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.aside import worked_out
from ledger.footprints.supply_closings import closings_of
from ledger.remembered import Kept

Posted = Callable[[Basis, Sequence[UUID], date, date], Awaitable[Footprint]]
"""basis, tenants, first and last month -> their footprint as posted, by tenant, site and month."""

_PARKS: Final = """
SELECT park_id, tenant_id, code FROM tenants
WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%(tenants)s::uuid[]))
    AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY park_id, tenant_id
"""
"""What was bought of a name is bought from outside until somebody of that code is registered."""
_SUPPLIED: Final = """
SELECT EXISTS (
    SELECT FROM quantity_cells WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND activity_type = ANY(%(supplies)s::text[])
) OR EXISTS (
    SELECT FROM quantity_cells WHERE tenant_id = ANY(%(tenants)s::uuid[])
        AND activity_type = ANY(%(purchases)s::text[]) AND supplier = ANY(%(codes)s::text[])
)
"""
"""Whether anybody supplied energy, or named a neighbour as the supplier of what it bought, at any time.

Two questions, for each of which the primary key skips to the activity types asked for.
"""


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
    parks = await codes_by_park(connection, asked.tenants, basis.known_at)
    found = [await _remembered(connection, basis, asked, park, codes, posted) for park, codes in parks.items()]
    return [supply for supply in found if supply is not None]


async def codes_by_park(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None
) -> dict[UUID, dict[UUID, str]]:
    """Return everyone of the parks of `tenants`, as known at an instant or now: park -> tenant -> its code."""
    parks: dict[UUID, dict[UUID, str]] = {}
    given = {"tenants": list(tenants), "known_at": known_at}
    for park, tenant, code in await (await connection.execute(_PARKS, given)).fetchall():
        parks.setdefault(park, {})[tenant] = code
    return parks


async def _remembered(
    connection: Connection, basis: Basis, asked: AskedSupply, park: UUID, codes: Mapping[UUID, str], posted: Posted
) -> ParkSupply | None:
    """Return a park's supply, which every question about the park or one of its tenants needs, worked out once for all
    that see all of it and are told the same instant.
    """
    # Neither the boundary nor who chose moves it: operations are taken whole.
    on = replace(basis, approach=None, adopted_by=None)

    async def solve() -> ParkSupply | None:
        return await _supply_of(connection, on, asked, codes, posted)

    kept = _shared(connection, on)
    if kept is None:
        return await solve()
    return await kept.supplies.of((on, park, asked.first, asked.last, asked.is_whole), solve)


def _shared(connection: Connection, basis: Basis) -> Kept | None:
    """Return what is kept for those who see all of a park and were told an instant; None for anybody else."""
    if basis.told_at is None or not (connection.access.is_all or connection.is_widened):
        return None
    return connection.kept


async def _supply_of(
    connection: Connection, basis: Basis, asked: AskedSupply, codes: Mapping[UUID, str], posted: Posted
) -> ParkSupply | None:
    if not asked.is_whole and not await _is_any(connection, codes):
        return None
    closed = await _closed(connection, basis, asked, codes, posted)
    return await _solved(connection, basis, asked, codes, posted, closed)


async def _is_any(connection: Connection, codes: Mapping[UUID, str]) -> bool:
    """Whether anybody of a park supplies anybody."""
    types = {"supplies": list(SUPPLIED), "purchases": list(BOUGHT)}
    given = {"tenants": list(codes), "codes": list(codes.values()), **types}
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
    earlier: list[tuple[datetime, tuple[date, ...]]] = []
    for instant, months in instants(history).items():
        then = replace(basis, known_at=instant)
        before = _suppliers(closed_before(history, instant), known, codes)
        within = AskedSupply(asked.tenants, months[0], months[-1])
        earlier.append((instant, tuple(months)))
        # What was known then never changes (decision 0019); it is of who is in the park and of what was closed before.
        key = (tuple(earlier), tuple(one for one in history if one.at < instant), frozenset(codes.items()))
        supply = await _as_closed(connection, then, within, codes, posted, before, key)
        found = supply.months if supply else {}
        known |= {(instant, month): found[month] for month in months if month in found}
    return _suppliers(closed_before(history), known, codes)


async def _as_closed(
    connection: Connection,
    then: Basis,
    within: AskedSupply,
    codes: Mapping[UUID, str],
    posted: Posted,
    before: Mapping[date, ClosedSuppliers],
    key: Hashable,
) -> ParkSupply | None:
    """Return months as they were known when they were closed, worked out once whatever was recorded since."""

    async def solve() -> ParkSupply | None:
        return await _solved(connection, then, within, codes, posted, before)

    kept = _shared(connection, then)
    if kept is None:
        return await solve()
    return await kept.closed.of((replace(then, told_at=None), key), solve)


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
    by_month = await readings_of(connection, codes, asked.first, asked.last, basis.known_at)
    supplying = {tenant for found in by_month.values() for tenant in _supplying(found, codes)}
    if not supplying and not asked.is_whole:
        return None
    parties = list(codes) if asked.is_whole else [tenant for tenant in codes if tenant in supplying]
    footprint = await posted(basis, parties, asked.first, asked.last)
    if asked.is_whole:  # months without energy have direct emissions too
        by_month |= {one.month: [] for one in footprint.lines if one.month and one.month not in by_month}
    chosen = {month: _of_parties(found, parties, codes) for month, found in by_month.items()}
    declared = await _declared(connection, basis, codes, closed)
    return await worked_out(len(footprint.lines), lambda: park_supply(codes, chosen, footprint, declared))


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
