"""Spans of recordings with the sums of what they changed in the quantity cells.

A span ends with the recording that brings it to `SPAN_ROWS` rows. It begins where the one before ends, the first with
the ledger, so that the spans up to one add up to the cells as they were at its end. What a span touches of a month is
one row a cell: a month that is over is touched by few spans, so that an instant long past costs few rows of it.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from ledger.cells.known import BEGINNING, CHANGES
from ledger.connections import Connection
from ledger.database import Database
from ledger.taking_turns import take_turn

SPAN_ROWS: Final = 50_000
"""Rows a span has at least. A question reads at most half as many besides sums, or the rows since the last span."""

_NEXT: Final = """
WITH since AS (
    SELECT coalesce(max(until_at), %(beginning)s) AS after FROM change_spans WHERE tenant_id = %(tenant)s
), running AS (
    SELECT after, recording.recorded_at, sum(recording.row_count) OVER (ORDER BY recording.recorded_at) AS row_count
    FROM since JOIN recordings AS recording ON recording.tenant_id = %(tenant)s AND recording.row_count > 0
        AND recording.recorded_at > since.after AND recording.recorded_at <= %(told_at)s
)
SELECT after, recorded_at, row_count FROM running WHERE row_count >= %(span_rows)s
    OR (%(is_last)s AND recorded_at = (SELECT max(recorded_at) FROM running)) ORDER BY recorded_at LIMIT 1
"""
_SPAN: Final = "INSERT INTO change_spans (tenant_id, until_at, row_count) VALUES (%s, %s, %s)"
_CHANGES: Final = f"""
WITH plan AS (
    SELECT %(tenant)s::uuid AS tenant_id, %(after)s::timestamptz AS after, %(until)s::timestamptz AS until, 1 AS sign
), {CHANGES}
INSERT INTO cell_changes
    (tenant_id, month, site_id, activity_type, supplier, base_unit, quality, until_at, quantity, row_count)
SELECT tenant_id, month, site_id, activity_type, supplier, base_unit, quality, %(until)s, quantity, row_count
FROM changes WHERE quantity <> 0 OR row_count <> 0
ORDER BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  composed of constants
_TENANTS: Final = """
SELECT tenant_id FROM recordings AS recording
LEFT JOIN (SELECT tenant_id, max(until_at) AS until_at FROM change_spans GROUP BY 1) AS newest USING (tenant_id)
WHERE row_count > 0 AND recorded_at > coalesce(newest.until_at, '-infinity')
GROUP BY tenant_id HAVING sum(row_count) >= %s ORDER BY tenant_id
"""


async def make_spans(database: Database, span_rows: int = SPAN_ROWS, *, ends_now: bool = False) -> int:
    """Sum every span that is complete and return how many were made; a span is one transaction of its tenant.

    `ends_now` ends the last span of each tenant with what is recorded by now, however few rows it has.
    """
    told_at = await database.told_instant()
    if told_at is None:
        return 0
    async with database.snapshot() as connection:
        tenants = [
            tenant
            for (tenant,) in await (await connection.execute(_TENANTS, (1 if ends_now else span_rows,))).fetchall()
        ]
    made = 0
    for tenant in tenants:
        while await _made_one(database, tenant, told_at, span_rows, ends_now):
            made += 1
    return made


async def _made_one(database: Database, tenant: UUID, told_at: datetime, span_rows: int, is_last: bool) -> bool:
    """Sum the next span of a tenant, if it is complete."""
    async with database.write(tenant) as connection:
        await take_turn(connection, f"change spans of {tenant}")
        asked = {"tenant": tenant, "told_at": told_at, "span_rows": span_rows, "beginning": BEGINNING}
        asked |= {"is_last": is_last}
        found = await (await connection.execute(_NEXT, asked)).fetchone()
        if found is not None:
            await _sum(connection, tenant, *found)
    return found is not None


async def _sum(connection: Connection, tenant: UUID, after: datetime, until: datetime, row_count: int) -> None:
    await connection.execute(_SPAN, (tenant, until, row_count))
    months = {"first": date(1, 1, 1), "last": date(9999, 11, 1)}
    await connection.execute(_CHANGES.encode(), {"tenant": tenant, "after": after, "until": until, **months})
