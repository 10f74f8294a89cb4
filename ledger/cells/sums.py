"""Sums of quantity cells as a footprint asks for them, from the cells of now or the rows known at an instant.

The cells answer for now: a few thousand sums leave the database whatever the number of rows. For an instant in the past
the cells are made as they were known then; see `ledger.cells.known`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from accounting.footprints import Cell
from accounting.scope2.coverage import LOADS, Supplied
from accounting.supply.park_energy import BOUGHT
from ledger.cells.known import KNOWN, plan_parameters, plans_of
from ledger.connections import Connection

_SUMS: Final = """
SELECT cell.activity_type, cell.base_unit, cell.supplier, site.region, cell.month,
       CASE WHEN %(keeps_tenant)s THEN cell.tenant_id END AS tenant,
       CASE WHEN %(keeps_site)s THEN cell.site_id END AS site,
       {own_tenant} AS own_tenant,
       CASE WHEN %(keeps_quality)s THEN cell.quality ELSE '' END AS quality,
       sum(cell.quantity), sum(cell.row_count)
FROM {cells} AS cell JOIN sites AS site USING (tenant_id, site_id) {own}
WHERE cell.tenant_id = ANY(%(tenants)s::uuid[]) AND cell.month >= %(first)s AND cell.month <= %(last)s
    AND (%(only_site)s::uuid IS NULL OR cell.site_id = %(only_site)s) AND cell.row_count > 0
    AND (%(types)s::text[] IS NULL OR cell.activity_type = ANY(%(types)s::text[]))
    AND NOT (cell.tenant_id = ANY(%(holders)s::uuid[]) AND cell.activity_type = ANY(%(matched)s::text[])
             AND cell.base_unit = 'MJ')
    AND NOT (cell.tenant_id = ANY(%(parties)s::uuid[]) AND cell.activity_type = ANY(%(bought)s::text[]))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, '0'::xid
ORDER BY 6, 7, 1, 2, 3, 4, 5, 8, 9
"""
"""A transaction id can be hashed and not be sorted: with one among what is grouped by, PostgreSQL hashes the cells.

Otherwise it sorts them all by five texts, three times as long: row security hides from it how many there are.
"""
_OWN: Final = """
LEFT JOIN unnest(%(own_tenants)s::uuid[], %(own_types)s::text[]) AS own (tenant_id, activity_type)
    ON own.tenant_id = cell.tenant_id AND own.activity_type = cell.activity_type
"""


def _statement(*, is_known: bool, is_served: bool) -> bytes:
    """Return the sums of cells now or known; of a park that nobody serves with own factors nothing is joined."""
    cells = "known_cells" if is_known else "quantity_cells"
    own_tenant, own = ("own.tenant_id", _OWN) if is_served else ("NULL::uuid", "")
    return ((KNOWN if is_known else "") + _SUMS.format(cells=cells, own_tenant=own_tenant, own=own)).encode()


_STATEMENTS: Final = {
    (is_known, is_served): _statement(is_known=is_known, is_served=is_served)
    for is_known in (False, True)
    for is_served in (False, True)
}

_ENERGY: Final = """
SELECT cell.tenant_id, cell.site_id, cell.month, site.region, cell.activity_type, cell.supplier,
       CASE WHEN %(keeps_quality)s THEN cell.quality ELSE '' END AS quality, sum(cell.quantity), sum(cell.row_count)
FROM {cells} AS cell JOIN sites AS site USING (tenant_id, site_id)
WHERE cell.tenant_id = ANY(%(tenants)s::uuid[]) AND cell.activity_type = ANY(%(matched)s::text[])
    AND cell.base_unit = 'MJ' AND cell.month >= %(first)s AND cell.month <= %(last)s AND cell.row_count > 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, '0'::xid
ORDER BY 1, 2, 3, 5, 6, 7
"""
_ENERGY_NOW: Final = _ENERGY.format(cells="quantity_cells").encode()
_ENERGY_KNOWN: Final = (KNOWN + _ENERGY.format(cells="known_cells")).encode()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cells: months included on both ends; `served` are (tenant, activity type) with factors of their own,
    `holders` the tenants that hold instruments, whose energy is asked for by `energy_of`; `parties` those without what
    they bought of energy; `types` the only activity types wanted, all if None.
    """

    tenants: Sequence[UUID]
    only_site: UUID | None
    first: date
    last: date
    keeps_tenant: bool
    keeps_site: bool
    served: Collection[tuple[UUID, str]]
    holders: Collection[UUID]
    known_at: datetime | None
    keeps_quality: bool = False
    types: tuple[str, ...] | None = None
    parties: Collection[UUID] = ()


async def cell_sums(connection: Connection, wanted: Wanted) -> list[Cell]:
    """Return the sums at the grain asked for, in a fixed order."""
    if not wanted.tenants:
        return []
    parameters = {
        "types": None if wanted.types is None else list(wanted.types),
        "tenants": list(wanted.tenants),
        "only_site": wanted.only_site,
        "first": wanted.first,
        "last": wanted.last,
        "keeps_tenant": wanted.keeps_tenant,
        "keeps_site": wanted.keeps_site,
        "keeps_quality": wanted.keeps_quality,
        "own_tenants": [tenant for tenant, _ in wanted.served],
        "own_types": [activity_type for _, activity_type in wanted.served],
        "holders": list(wanted.holders),
        "matched": list(LOADS),
        "parties": list(wanted.parties),
        "bought": list(BOUGHT),
    }
    parameters |= await _plan(connection, wanted.tenants, wanted.first, wanted.last, wanted.known_at)
    statement = _STATEMENTS[wanted.known_at is not None, bool(wanted.served)]
    cursor = await connection.execute(statement, parameters)
    return [_cell(row) for row in await cursor.fetchall()]


async def energy_of(
    connection: Connection,
    tenants: Collection[UUID],
    first: date,
    last: date,
    known_at: datetime | None,
    *,
    keeps_quality: bool = False,
) -> dict[Supplied, int]:
    """Return the energy cells of tenants, month by month, with the number of rows in each."""
    parameters = {
        "tenants": list(tenants),
        "matched": list(LOADS),
        "first": first,
        "last": last,
        "keeps_quality": keeps_quality,
    }
    parameters |= await _plan(connection, list(tenants), first, last, known_at)
    cursor = await connection.execute(_ENERGY_KNOWN if known_at else _ENERGY_NOW, parameters)
    return {
        Supplied(tenant, site, month, region, code, supplier, quantity, quality): int(rows)
        for tenant, site, month, region, code, supplier, quality, quantity, rows in await cursor.fetchall()
    }


async def _plan(
    connection: Connection, tenants: Sequence[UUID], first: date, last: date, known_at: datetime | None
) -> dict[str, Any]:
    return plan_parameters(await plans_of(connection, tenants, first, last, known_at)) if known_at else {}


def _cell(row: Sequence[Any]) -> Cell:
    code, base, supplier, region, month, tenant, site, own_tenant, quality, quantity, rows = row
    return Cell(code, base, supplier, region, month, tenant, site, own_tenant, quantity, int(rows), quality=quality)
