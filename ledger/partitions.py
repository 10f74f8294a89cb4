"""Partitions by month: made ahead, and where none was made, when a month is first written to.

A month that is missing is never an error for who posts. Activities lie in the month in which they are recorded, so that
a process looks once a month; readings lie in the month they are of, which may be years back.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.access import EVERYTHING
from ledger.archived import refuse_archived_readings
from ledger.database import Database

MONTHS_AHEAD: Final = 12


async def make_partitions(database: Database, months_ahead: int = MONTHS_AHEAD) -> int:
    """Make the partitions of last month, this one and those to come that do not exist; return how many were made."""
    async with database.write_registry() as connection:
        row = await (await connection.execute("SELECT make_partitions(%s)", (months_ahead,))).fetchone()
    return int(row[0]) if row else 0


async def make_interval_months(database: Database, starts: Iterable[datetime]) -> None:
    """Make the partitions that readings from `starts` lie in, those that this database object has not made before.

    Raises `Refused` for a month that was archived.
    """
    months = _months_of(starts) - database.interval_months
    for month in sorted(months):
        await _make_interval_month(database, month)
        database.interval_months.add(month)


async def refuse_archived_since(database: Database, starts: Iterable[datetime]) -> None:
    """Look anew at months that were believed to have partitions, of whose rows one found none; raises `Refused` for one
    that was archived meanwhile.
    """
    months = list(starts)
    database.interval_months.difference_update(_months_of(months))
    await make_interval_months(database, months)


def _months_of(starts: Iterable[datetime]) -> set[date]:
    return {start.astimezone(UTC).date().replace(day=1) for start in starts}


async def _make_interval_month(database: Database, month: date) -> None:
    """Make one month, whoever needs it first: a partition shows nothing of those whose readings will lie in it."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    async with database.within(EVERYTHING).write_registry() as connection:
        await refuse_archived_readings(connection, start, start + timedelta(days=1), "start")
        await connection.execute("SELECT make_interval_partitions(%s, %s)", (start, start))
