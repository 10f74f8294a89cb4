"""Where the database meets the arithmetic: cells summed to the grain the factors depend on, then folded.

A few thousand sums leave the database whatever the number of rows: tenant and site are kept only where the question
asks for them, or where a tenant has a factor of its own for the activity type.
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
       own.tenant_id AS own_tenant,
       sum(cell.quantity), sum(cell.row_count)
FROM quantity_cells AS cell JOIN sites AS site USING (tenant_id, site_id)
LEFT JOIN unnest(%(own_tenants)s::uuid[], %(own_types)s::text[]) AS own (tenant_id, activity_type)
    ON own.tenant_id = cell.tenant_id AND own.activity_type = cell.activity_type
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
    served = {(tenant, activity_type) for tenant, factors in own.items() for activity_type, _ in factors}
    cells = await _cells(connection, boundary, first, last, by, served)
    return fold(basis, cells, own, Dimension.MONTH in by)


async def _cells(
    connection: Connection,
    boundary: Boundary,
    first: date,
    last: date,
    by: Sequence[Dimension],
    own: Collection[tuple[UUID, str]],
) -> list[Cell]:
    parameters = {
        "tenants": list(boundary.tenants),
        "only_site": boundary.site,
        "first": first.replace(day=1),
        "last": last.replace(day=1),
        "keeps_tenant": Dimension.TENANT in by,
        "keeps_site": Dimension.SITE in by,
        "own_tenants": [tenant for tenant, _ in own],
        "own_types": [activity_type for _, activity_type in own],
    }
    cursor = await connection.execute(_CELLS, parameters)
    return [
        Cell(code, base, supplier, region, month, tenant, site, own_tenant, quantity, int(rows))
        for code, base, supplier, region, month, tenant, site, own_tenant, quantity, rows in await cursor.fetchall()
    ]
