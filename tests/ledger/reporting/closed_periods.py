"""What tests of closed periods share: rows in and about a closed month, what was adjusted, who waits."""

import asyncio
from datetime import date
from uuid import uuid4

import polars as pl

from accounting.management.reporting_periods import PeriodKind, ReportingPeriod
from ledger.activities.adjustments import Adjustment, adjustments_of, is_adjusted
from ledger.activities.batches import RowOutcome
from ledger.activities.posting import post
from ledger.activities.rows import PostedRow
from ledger.bulk.chunks import Chunk
from ledger.bulk.outcomes import Merged
from ledger.releases import Catalogues
from tests.locks import WAITING
from tests.periods import MARCH, closed
from tests.world import NOW, World

YEAR = ReportingPeriod(PeriodKind.YEAR, date(2025, 1, 1))
QUARTER = ReportingPeriod(PeriodKind.QUARTER, date(2025, 1, 1))
APRIL = {"period_start": "2025-04-01T00:00:00+08:00", "period_end": "2025-05-01T00:00:00+08:00"}
BOTH = {"period_start": "2025-03-31T23:00:00+08:00", "period_end": "2025-04-01T01:00:00+08:00"}


async def counts(here: World) -> tuple[int, ...]:
    tables = ("activities", "activity_versions", "adjustments", "period_events", "interval_readings", "postings")
    async with here.database.snapshot() as connection:
        found = []
        for table in tables:
            query = f"SELECT count(*) FROM {table} WHERE tenant_id = %s".encode()
            row_ = await (await connection.execute(query, (here.tenant,))).fetchone()
            found.append(int(row_[0]) if row_ else 0)
    return tuple(found)


async def adjusted(here: World, period: ReportingPeriod = MARCH) -> list[Adjustment]:
    since = (await closed(here, period)).known_at
    async with here.database.snapshot() as connection:
        found = list(await adjustments_of(connection, here.tenant, period, since))
        assert await is_adjusted(connection, here.tenant, period, since) == bool(found)
    return found


async def adjust(here: World, *rows: PostedRow, reason: str) -> list[RowOutcome]:
    found = await post(here.database, Catalogues(here.catalogue), here.tenant, uuid4(), rows, NOW, reason)
    return list(found.outcomes)


def codes(outcomes: list[RowOutcome]) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.code.value if one.code else None) for one in outcomes]


async def waits_for(here: World, task: "asyncio.Task[object]") -> bool:
    """Wait until somebody waits for the tenant's periods; false where the task ended instead."""
    query = f"{WAITING} AND locktype = 'advisory'".encode()
    while not task.done():
        async with here.database.snapshot() as connection:
            found = await (await connection.execute(query)).fetchone()
        if found != (0,):
            return True
        await asyncio.sleep(0.005)
    return False


def chunk(first: int, *rows: PostedRow) -> Chunk:
    """Return rows as a file has them."""
    names = {
        "source": "source", "externalId": "external_id", "activityType": "activity_type", "quantity": "quantity",
        "unit": "unit", "periodStart": "period_start", "periodEnd": "period_end", "quality": "quality",
    }  # fmt: skip
    said = [{name: str(getattr(one, field)) for name, field in names.items()} for one in rows]
    return Chunk(first, pl.DataFrame(said))


def told(merged: Merged) -> list[tuple[object, ...]]:
    columns = ("outcome", "code", "field", "message", "conflictingFields")
    return [(*values[:4], tuple(values[4] or ())) for values in merged.outcomes.select(columns).iter_rows()]
