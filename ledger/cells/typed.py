"""Cells of some activity types as their tenants posted them, for what is worked out beside the lines of a footprint."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from accounting.footprints import Cell
from accounting.supply.park_energy import FLOWS, Reading
from ledger.cells.sums import Wanted, cell_sums
from ledger.connections import Connection


async def cells_of_types(
    connection: Connection,
    tenants: Iterable[UUID],
    types: Iterable[str],
    first: date,
    last: date,
    known_at: datetime | None,
    *,
    keeps_places: bool = True,
) -> list[Cell]:
    """Return the sums of `types` in the months from `first` to `last`, both included, as known at an instant or now.

    By tenant and site, or of all together without `keeps_places`; quantities are in the base unit of the type.
    """
    wanted = Wanted(
        tenants=list(tenants),
        only_site=None,
        first=first,
        last=last,
        keeps_tenant=keeps_places,
        keeps_site=keeps_places,
        served=(),
        holders=(),
        known_at=known_at,
        types=tuple(types),
    )
    return await cell_sums(connection, wanted)


async def readings_of(
    connection: Connection, codes: Mapping[UUID, str], first: date, last: date, known_at: datetime | None
) -> dict[date, list[Reading]]:
    """Return by month what tenants, each with its code, metered of energy they bought, made, supplied or used.

    Takes the months from `first` to `last`, both included. Raises `RuntimeError` where a cell does not say whose it is.
    """
    found: dict[date, list[Reading]] = {}
    for cell in await cells_of_types(connection, codes, FLOWS, first, last, known_at):
        if cell.tenant is None or cell.site is None:
            raise RuntimeError("a reading was read without its tenant and site")
        code = codes[cell.tenant]
        reading = Reading(cell.tenant, code, cell.site, cell.activity_type, cell.supplier, cell.quantity)
        found.setdefault(cell.day, []).append(reading)
    return found
