"""The activities in an evidence pack: those of the report's months, and beside them what was posted with them.

The history hashes a posting whole, so that a digest can be compared only where all rows of it are there.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from api.reports.pack_archive import Archive, Beside
from api.reports.pack_intervals import days_of
from ledger.activities.known import archived_until, known_rows
from ledger.connections import Connection
from ledger.registry import sites_where, sources_where
from ledger.reports.published import PublishedReport
from reports.packs.columns import ROWS, csv_lines
from reports.packs.sheets import row_lines


async def add_rows(
    connection: Connection, archive: Archive, report: PublishedReport, tenants: Sequence[UUID]
) -> tuple[list[str], list[str]]:
    """Add the rows of tenants in a report's months, as known at its instant; return what is left out, and why, and the
    postings that are not there whole.
    """
    archived = await archived_until(connection, "activities")
    partial: list[str] = []
    for tenant in tenants:
        with archive.beside(f"rows/{tenant}-beside.csv", csv_lines([ROWS])) as beside:
            found = await _add(connection, archive, report, tenant, beside)
        partial += found if archived else []
    if archived is None:
        return [], partial
    return [f"rows/: activities that were recorded up to {archived:%Y-%m} are in the files of the archive"], partial


async def _add(
    connection: Connection, archive: Archive, report: PublishedReport, tenant: UUID, beside: Beside
) -> list[str]:
    """Add the rows of a tenant; return the postings that have rows which are not there."""
    sites = await sites_where(connection, tenant_id=tenant)
    sources = await sources_where(connection, tenant_id=tenant)
    codes = {one.site_id: one.code for one in sites} | {one.source_id: one.code for one in sources}
    partial = []
    with archive.entry(f"rows/{tenant}.csv") as entry:
        entry.write(csv_lines([ROWS]))
        async for batches in known_rows(connection, tenant, days_of(report), report.known_at):
            for batch, rows in batches:
                of_days = [one for one in rows if one.is_of_days]
                others = [one for one in rows if not one.is_of_days]
                entry.write(await asyncio.to_thread(row_lines, batch, of_days, codes))
                await asyncio.to_thread(beside.write, row_lines(batch, others, codes))
                partial += [f"{batch.id}"] if len(rows) != batch.row_count else []
    return partial
