"""The metered intervals in an evidence pack: what each series is of, its readings, and what was posted with them."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from accounting.management.validity import last_day
from api.reports.pack_archive import Archive, Beside
from ledger.activities.known import archived_until
from ledger.connections import Connection
from ledger.intervals.known import known_readings, known_series, readable_days
from ledger.intervals.series import IntervalSeries
from ledger.registry import sites_where
from ledger.reports.published import PublishedReport
from reports.packs.columns import READINGS, SERIES, csv_lines
from reports.packs.sheets import reading_lines, series_lines


def days_of(report: PublishedReport) -> tuple[date, date]:
    """Return the first and the last day of a report."""
    return report.of.first, last_day(report.last)


async def add_intervals(
    connection: Connection, archive: Archive, report: PublishedReport, tenants: Sequence[UUID]
) -> tuple[list[str], list[str]]:
    """Add the readings of tenants in a report's months, as known at its instant; return what is left out, and why, and
    the postings that are not there whole.
    """
    told, left_out, partial = [csv_lines([SERIES])], [], []
    is_archived = await archived_until(connection, "interval_readings") is not None
    for tenant in tenants:
        codes = {one.site_id: one.code for one in await sites_where(connection, tenant_id=tenant)}
        found = await known_series(connection, tenant, report.known_at)
        told.append(series_lines(found, codes))
        if found:
            with archive.beside(f"intervals/{tenant}-beside.csv", csv_lines([READINGS])) as beside:
                missing, incomplete = await _add(connection, archive, report, found, beside)
            left_out += missing
            partial += incomplete if is_archived else []
    await asyncio.to_thread(archive.add, "intervals/series.csv", b"".join(told))
    return left_out, partial


async def _add(
    connection: Connection, archive: Archive, report: PublishedReport, found: Sequence[IntervalSeries], beside: Beside
) -> tuple[list[str], list[str]]:
    """Add the readings of the series of a tenant; return what is left out, and the postings that are not whole."""
    tenant, partial = found[0].tenant, []
    asked, archived = await readable_days(connection, found, days_of(report))
    with archive.entry(f"intervals/{tenant}.csv") as entry:
        entry.write(csv_lines([READINGS]))
        async for batches in known_readings(connection, tenant, asked, found, report.known_at):
            for batch, count, readings in batches:
                of_days = [one for one in readings if one.is_of_days]
                others = [one for one in readings if not one.is_of_days]
                await asyncio.to_thread(entry.write, reading_lines(batch, of_days))
                await asyncio.to_thread(beside.write, reading_lines(batch, others))
                partial += [f"{batch.id}"] if len(readings) != count else []
    return [f"intervals/ {series}: {reason}" for series, reason in archived.items()], partial
