"""The rows of a span of days as they were known at an instant, with who recorded them and what they adjusted.

Every version is there that was known then, so that a reader sees what a report counted and what it superseded.
"""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ledger.activities import ActivityFilter, ActivityRecord, activity_page
from ledger.database import Connection


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row, who recorded it, and why its posting changed closed months; empty where it changed none."""

    activity: ActivityRecord
    actor: str
    adjustment: str


_AT_ONCE: Final = 1000
_RECORDED: Final = """
SELECT one.recording_id, one.actor, coalesce(adjustment.reason, '')
FROM recordings AS one LEFT JOIN adjustments AS adjustment
    ON adjustment.tenant_id = one.tenant_id AND adjustment.posting_id = one.recording_id
WHERE one.tenant_id = %s AND one.recording_id = ANY(%s::uuid[])
"""


async def known_rows(
    connection: Connection, tenant: UUID, days: tuple[date, date], known_at: datetime
) -> AsyncIterator[list[KnownRow]]:
    """Yield every version of the activities that touch days, both included, on their site's clock, as known at an
    instant: by start and id, some at a time.
    """
    wanted = ActivityFilter((tenant,), first=days[0], last=days[1], current_only=False, known_at=known_at)
    after = None
    while found := await activity_page(connection, wanted, after, _AT_ONCE):
        recorded = await _recorded(connection, tenant, {one.posting_id for one in found})
        yield [KnownRow(one, *recorded[one.posting_id]) for one in found]
        after = found[-1].period_start, found[-1].activity_id


async def _recorded(connection: Connection, tenant: UUID, postings: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = await (await connection.execute(_RECORDED, (tenant, list(postings)))).fetchall()
    return {posting: (actor, reason) for posting, actor, reason in rows}
