"""Adjustments as they are read: what changed closed months on purpose, since when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.management.reporting_periods import ReportingPeriod
from ledger.connections import Connection


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A posting that changed closed months; `months` are their first days. Who and when is what its recording says."""

    posting: UUID
    months: tuple[date, ...]
    reason: str
    actor: str
    recorded_at: datetime


_SINCE: Final = """
SELECT one.posting_id, one.months, one.reason, recording.actor, recording.recorded_at
FROM adjustments AS one JOIN recordings AS recording
    ON recording.tenant_id = one.tenant_id AND recording.recording_id = one.posting_id
WHERE one.tenant_id = %(tenant)s AND one.months && %(months)s::date[] AND recording.recorded_at > %(since)s
    AND (%(after_at)s::timestamptz IS NULL OR (recording.recorded_at, one.posting_id) > (%(after_at)s, %(after_id)s))
ORDER BY recording.recorded_at, one.posting_id LIMIT %(limit)s
"""
_IS_ADJUSTED: Final = """
SELECT EXISTS (
    SELECT FROM adjustments AS one JOIN recordings AS recording
        ON recording.tenant_id = one.tenant_id AND recording.recording_id = one.posting_id
    WHERE one.tenant_id = %s AND one.months && %s::date[] AND recording.recorded_at > %s
)
"""


async def adjustments_of(
    connection: Connection,
    tenant: UUID,
    period: ReportingPeriod,
    since: datetime,
    limit: int | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Adjustment]:
    """Return what changed months of a period after an instant, in the order of recording, from `after` on."""
    at, key = after or (None, None)
    asked = {
        "tenant": tenant, "months": list(period.months), "since": since, "after_at": at, "after_id": key,
        "limit": limit,
    }  # fmt: skip
    rows = await (await connection.execute(_SINCE, asked)).fetchall()
    return [Adjustment(posting, tuple(months), *others) for posting, months, *others in rows]


async def is_adjusted(connection: Connection, tenant: UUID, period: ReportingPeriod, since: datetime) -> bool:
    """Whether anything changed months of a period after an instant."""
    row = await (await connection.execute(_IS_ADJUSTED, (tenant, list(period.months), since))).fetchone()
    return bool(row and row[0])
