"""Partitions: made ahead, made when a month is first written to, guarded like their parents; never a client's error."""

import asyncio
from datetime import UTC, datetime

import psycopg
import pytest

from ledger.database import Database
from ledger.partitions import make_interval_months, make_partitions
from ledger.setup import Databases, prepare
from tests.world import opened, row, world

pytestmark = pytest.mark.anyio
PARTITIONS = """
SELECT relname, relrowsecurity AND relforcerowsecurity,
       (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgenabled = 'A' AND NOT tgisinternal)
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = %s::regclass ORDER BY relname
"""


async def partitions(database: Database, table: str) -> list[tuple[str, bool, int]]:
    async with database.snapshot() as connection:
        rows = await (await connection.execute(PARTITIONS, (table,))).fetchall()
    return [(name, is_secured, guards) for name, is_secured, guards in rows]


@pytest.mark.parametrize("table", ["activities", "interval_readings"])
async def test_last_month_and_a_year_ahead_are_there_and_guarded(databases: Databases, table: str) -> None:
    async with opened(databases) as database:
        await make_partitions(database)
        assert await make_partitions(database) == 0, "nothing is made twice"
        found = await partitions(database, table)
    today = datetime.now(UTC)
    months = [today.year * 12 + today.month - 1 + ahead for ahead in range(-1, 13)]
    wanted = {f"{table}_{month // 12}_{month % 12 + 1:02}" for month in months}
    assert wanted <= {name for name, _, _ in found}
    assert {(is_secured, guards) for _, is_secured, guards in found} == {(True, 2)}


async def test_months_of_readings_are_made_when_asked_for_by_many_at_once(databases: Databases) -> None:
    async with opened(databases) as one, opened(databases) as other:
        months = [datetime(2001, month, 1, tzinfo=UTC) for month in range(1, 7)]
        await asyncio.gather(*(make_interval_months(database, months) for database in (one, other, one, other)))
        found = {name for name, _, _ in await partitions(one, "interval_readings")}
        assert {f"interval_readings_2001_{month:02}" for month in range(1, 7)} <= found


async def test_months_beyond_any_reading_are_refused(databases: Databases) -> None:
    async with opened(databases) as database:
        with pytest.raises(psycopg.errors.RaiseException, match="accepted is 1990"):
            await make_interval_months(database, [datetime(1889, 1, 1, tzinfo=UTC)])


async def test_a_ledger_left_alone_for_years_is_written_to_without_an_error(fresh: Databases) -> None:
    """Nobody made partitions since the migration: the first write does."""
    prepare(fresh)
    with psycopg.connect(fresh.owner_url) as connection:
        names = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'activities'::regclass"
        )
        for (name,) in names.fetchall():
            connection.execute(f"ALTER TABLE activities DETACH PARTITION {name}; DROP TABLE {name}".encode())
    async with world(fresh) as here:
        [outcome] = await here.post(row("a"))
    assert outcome.outcome.value == "ACCEPTED"
