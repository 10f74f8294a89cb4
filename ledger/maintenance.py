"""What has to be done ahead or checked now and then: partitions for the months to come, cells against rows."""

from typing import Final

from ledger.cells import Mismatch, counts, mismatches
from ledger.database import Database

MONTHS_AHEAD: Final = 12


async def make_partitions(database: Database, months_ahead: int = MONTHS_AHEAD) -> int:
    """Make the partitions of this month and of months to come that do not exist yet; return how many were made."""
    async with database.write_registry() as connection:
        cursor = await connection.execute("SELECT make_activity_partitions(%s)", (months_ahead,))
        row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def check(database: Database) -> tuple[list[Mismatch], int, int]:
    """Compare cells with rows in one snapshot; return mismatches, the number of cells, the number of rows."""
    async with database.snapshot() as connection:
        found = await mismatches(connection)
        cells, rows = await counts(connection)
    return found, cells, rows
