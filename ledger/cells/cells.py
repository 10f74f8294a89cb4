"""Quantity cells: the exact monthly sums that every footprint reads, and the proof that they equal the rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from ledger.connections import Connection

_ONE_MONTH: Final = "date_trunc('month', local_start) = date_trunc('month', local_end - interval '1 microsecond')"

PARTS_OF_FACTS: Final = f"""
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, sign,
           date_trunc('month', local_start)::date AS month, base_quantity AS part
    FROM facts WHERE {_ONE_MONTH}
    UNION ALL
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, sign, split.month, split.part
    FROM facts, month_parts(local_start, local_end, base_quantity) AS split WHERE NOT {_ONE_MONTH}
"""  # noqa: S608  composed of constants
"""The parts of `facts` (a relation of rows with a sign) by month; only a period that spans months is split."""

CELLS_OF_FACTS: Final = f"""
    INSERT INTO quantity_cells AS cell
        (tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count)
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, sum(sign * part), sum(sign)
    FROM ({PARTS_OF_FACTS}) AS parts
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (tenant_id, site_id, activity_type, supplier, base_unit, quality, month) DO UPDATE
        SET quantity = cell.quantity + excluded.quantity, row_count = cell.row_count + excluded.row_count
"""  # noqa: S608  composed of constants
"""Adds `facts` to the cells. Sorted by key: two batches that touch the same cells take their locks in one order."""

_MISMATCHES: Final = f"""
WITH facts AS (
    SELECT activity.tenant_id, activity.site_id, activity.activity_type, activity.supplier, activity.base_unit,
           activity.quality, activity.local_start, activity.local_end, activity.base_quantity, 1 AS sign
    FROM (
        SELECT DISTINCT ON (tenant_id, source_id, external_id) tenant_id, activity_id
        FROM activity_versions ORDER BY tenant_id, source_id, external_id, version DESC
    ) AS newest
    JOIN activities AS activity USING (tenant_id, activity_id)
    WHERE activity.kind <> 'VOID'
), sums AS (
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, sum(quantity) AS quantity,
           sum(row_count) AS row_count
    FROM (
        SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, part AS quantity, 1 AS row_count
        FROM ({PARTS_OF_FACTS}) AS parts
        UNION ALL
        SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count
        FROM archived_cells
    ) AS all_parts
    GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, cell.quantity, sums.quantity,
       cell.row_count, sums.row_count
FROM sums
FULL JOIN quantity_cells AS cell USING (tenant_id, site_id, activity_type, supplier, base_unit, quality, month)
WHERE coalesce(cell.quantity, 0) <> coalesce(sums.quantity, 0)
    OR coalesce(cell.row_count, 0) <> coalesce(sums.row_count, 0)
ORDER BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  composed of constants


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A cell that is not the sum of its current rows; None where one of the two is missing altogether."""

    tenant_id: UUID
    site_id: UUID
    activity_type: str
    supplier: str
    base_unit: str
    quality: str
    month: date
    cell_quantity: Decimal | None
    row_sum: Decimal | None
    cell_row_count: int | None
    row_count: int | None


async def mismatches(connection: Connection) -> list[Mismatch]:
    """Compare every cell with the exact sum over the current rows; an empty list is the proof that they agree."""
    cursor = await connection.execute(_MISMATCHES.encode())
    return [Mismatch(*row) for row in await cursor.fetchall()]


async def counts(connection: Connection) -> tuple[int, int]:
    """Return how many cells and how many activity rows there are."""
    query = b"SELECT (SELECT count(*) FROM quantity_cells), (SELECT count(*) FROM activities)"
    row = await (await connection.execute(query)).fetchone()
    return row if row is not None else (0, 0)
