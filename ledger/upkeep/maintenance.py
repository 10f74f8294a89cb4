"""What has to be done ahead or checked now and then: partitions for the months to come, sums of spans, cells against
rows.
"""

from dataclasses import dataclass
from typing import Final

from ledger.cells.cells import Mismatch, counts, mismatches
from ledger.cells.change_spans import make_spans
from ledger.connections import Connection
from ledger.database import Database
from ledger.intervals.cells import IntervalMismatch, interval_counts, interval_mismatches
from ledger.partitions import make_partitions
from ledger.upkeep.references import lost_references

_UNRECORDED: Final = """
SELECT count(*) FROM activities AS activity WHERE NOT EXISTS (
    SELECT FROM recordings AS recording
    WHERE recording.tenant_id = activity.tenant_id AND recording.recording_id = activity.posting_id
        AND activity.activity_id BETWEEN recording.first_id AND recording.last_id
        AND recording.first_month <= date_trunc('month', activity.local_start)
        AND recording.last_month >= date_trunc('month', activity.local_end))
"""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done: partitions made, spans summed."""

    partitions: int
    spans: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared: `mismatches` are cells that differ from their rows, `interval_mismatches` hourly cells that
    differ from their readings, `unrecorded` rows that no recording tells when they became known, `lost` the sites and
    sources that rows name and no tenant has.
    """

    mismatches: list[Mismatch]
    cells: int
    rows: int
    interval_mismatches: list[IntervalMismatch]
    interval_cells: int
    readings: int
    unrecorded: int
    lost: int


async def maintain(database: Database) -> Upkeep:
    """Do what is to be done; safe to repeat, and beside a service that works."""
    return Upkeep(await make_partitions(database), await make_spans(database))


async def check(database: Database) -> Checked:
    """Compare cells with rows and readings, and rows with recordings and with the registry, in one snapshot."""
    async with database.snapshot() as connection:
        return Checked(
            await mismatches(connection),
            *await counts(connection),
            await interval_mismatches(connection),
            *await interval_counts(connection),
            await _unrecorded(connection),
            await lost_references(connection),
        )


async def _unrecorded(connection: Connection) -> int:
    row = await (await connection.execute(_UNRECORDED)).fetchone()
    return int(row[0]) if row else 0
