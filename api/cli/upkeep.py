"""`parkledger migrate`, `maintain` and `check`: bring the database up to date, do what is to be done now and then, and
prove that its sums are right.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from api.cli.printing import err, out

if TYPE_CHECKING:
    from ledger.cells.cells import Mismatch
    from ledger.database import Database
    from ledger.intervals.cells import IntervalMismatch


def migrate() -> None:
    """Bring the database's tables and factor releases up to date, and make the partitions of the year to come."""
    from api.cli.preparing import with_database
    from api.settings import Settings
    from ledger.upkeep import maintenance

    done = with_database(Settings(), maintenance.maintain)
    out.print(f"up to date; {done.partitions} new partitions")


def maintain() -> None:
    """Make the partitions of the year to come, and the sums that answer for instants long past, as a service that runs
    does every day; and remove files of evidence, a day old and older, that no row names.

    For a service that is started now and then, run it from a timer, on the machine that has the files.
    """
    from api.cli.preparing import with_database
    from api.evidence.folder import EvidenceFolder
    from api.evidence.routes import evidence_settings
    from api.evidence.strays import Strays, remove_strays
    from api.settings import Settings
    from ledger.upkeep import maintenance

    settings = Settings()
    folder = EvidenceFolder(evidence_settings(settings).folder)

    async def done(database: "Database") -> tuple[maintenance.Upkeep, Strays]:
        upkeep = await maintenance.maintain(database)
        return upkeep, await remove_strays(database, folder, datetime.now(UTC))

    made, strays = with_database(settings, done)
    out.print(f"{made.partitions} new partitions, {made.spans} spans of recordings summed")
    out.print(f"{strays.removed} files of evidence without a row removed, {strays.byte_count} bytes")
    if strays.foreign:
        err.print(f"{strays.foreign} files of evidence are of tenants that this database does not have: left alone")
    if strays.is_put_off:
        err.print("files of evidence were being kept meanwhile: some were not looked at, run it again")


def check() -> None:
    """Compare every quantity cell with the exact sum over its rows, and every hourly cell with that over its readings.

    Exits with 1 and names the cells if any differs.
    """
    from api.cli.preparing import with_database
    from api.settings import Settings
    from ledger.upkeep import maintenance

    found = with_database(Settings(), maintenance.check)
    for mismatch in found.mismatches:
        err.print(_told(mismatch), style="red")
    for differing in found.interval_mismatches:
        err.print(_told_hour(differing), style="red")
    if found.unrecorded:
        err.print(f"{found.unrecorded} rows have no recording that says when they became known", style="red")
    if found.lost:
        err.print(f"{found.lost} sites and sources that rows name are not in the registry", style="red")
    out.print(f"{found.cells} cells of {found.rows} rows compared, {len(found.mismatches)} differ")
    hours = f"{found.interval_cells} hourly cells of {found.readings} readings compared"
    out.print(f"{hours}, {len(found.interval_mismatches)} differ")
    if found.mismatches or found.interval_mismatches or found.unrecorded or found.lost:
        raise typer.Exit(1)


def schema() -> None:
    """Print the GraphQL schema, as it is committed in schema/schema.graphql."""
    from schema.service import printed

    out.print(printed(), end="")


def _told(found: "Mismatch") -> str:
    key = f"{found.activity_type} {found.supplier or '-'} {found.month:%Y-%m} in {found.base_unit}"
    return f"tenant {found.tenant_id} site {found.site_id} {key}: cell {found.cell_quantity}, rows {found.row_sum}"


def _told_hour(found: "IntervalMismatch") -> str:
    key = (
        f"{found.carrier} {found.role}{' with attribute' if found.has_attribute else ''} {found.start:%Y-%m-%dT%H:%MZ}"
    )
    cell, readings = (
        f"{quantity} MJ in {minutes} minutes"
        for quantity, minutes in (
            (found.cell_quantity, found.cell_minutes),
            (found.reading_sum, found.reading_minutes),
        )
    )
    return f"tenant {found.tenant_id} site {found.site_id} {key}: cell {cell}, readings {readings}"
