"""Where the database meets the arithmetic: cells summed to the grain the factors depend on, then folded.

A few thousand sums leave the database whatever the number of rows: tenant, site and month are kept only where the
question asks for them or a factor depends on them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import Cell, Dimension, Footprint, fold
from ledger.database import Connection
from ledger.own_factors import own_factor_rows, own_factors_of

MOST_MONTHS: Final = 240
"""Months one footprint may span."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Whose footprint: the tenants in it, and the one site if it is narrower than a tenant."""

    tenants: tuple[UUID, ...]
    site: UUID | None = None


_CELLS: Final = """
SELECT cell.activity_type, cell.base_unit, cell.supplier, site.region, cell.month,
       CASE WHEN %(keeps_tenant)s THEN cell.tenant_id END AS tenant,
       CASE WHEN %(keeps_site)s THEN cell.site_id END AS site,
       CASE WHEN cell.tenant_id = ANY(%(own)s::uuid[]) THEN cell.tenant_id END AS own_tenant,
       sum(cell.quantity), sum(cell.row_count)
FROM quantity_cells AS cell JOIN sites AS site USING (tenant_id, site_id)
WHERE cell.tenant_id = ANY(%(tenants)s::uuid[]) AND cell.month >= %(first)s AND cell.month <= %(last)s
    AND (%(only_site)s::uuid IS NULL OR cell.site_id = %(only_site)s) AND cell.row_count > 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 6, 7, 1, 2, 3, 4, 5, 8
"""


async def footprint(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date, by: Sequence[Dimension]
) -> Footprint:
    """Return the footprint of a boundary from the month of `first` to the month of `last`, both included.

    `by` names the dimensions to keep apart; the sum over any of them is the same total, to the last digit.
    """
    rows = await own_factor_rows(connection, boundary.tenants)
    own = own_factors_of(rows)
    cells = await _cells(connection, boundary, first, last, by, own.keys())
    return fold(basis, cells, own, Dimension.MONTH in by)


async def _cells(
    connection: Connection,
    boundary: Boundary,
    first: date,
    last: date,
    by: Sequence[Dimension],
    own: Collection[UUID],
) -> list[Cell]:
    parameters = {
        "tenants": list(boundary.tenants),
        "only_site": boundary.site,
        "first": first.replace(day=1),
        "last": last.replace(day=1),
        "keeps_tenant": Dimension.TENANT in by,
        "keeps_site": Dimension.SITE in by,
        "own": list(own),
    }
    cursor = await connection.execute(_CELLS, parameters)
    return [
        Cell(code, base, supplier, region, month, tenant, site, own_tenant, quantity, int(rows))
        for code, base, supplier, region, month, tenant, site, own_tenant, quantity, rows in await cursor.fetchall()
    ]
