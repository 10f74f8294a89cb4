"""The rows of a span of days as they were known at an instant, with who recorded them and what they adjusted.

Every version is there that was known then, so that a reader sees what a report counted and what it superseded; and all
that was posted with them, since the history hashes a posting whole (`ledger/history/sealed_rows.py`).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ledger.activities.reading import ActivityRecord
from ledger.connections import Connection


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row with its times on the site's clock; `is_of_days` where those touch the days that were asked for."""

    activity: ActivityRecord
    local_start: datetime
    local_end: datetime
    is_of_days: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What one recording posted: when, by whom, how much, and the closed months that it changed, with the reason."""

    id: UUID
    recorded_at: datetime
    actor: str
    first: UUID | None
    last: UUID | None
    row_count: int
    adjusted: Sequence[date]
    adjustment: str


_AT_ONCE: Final = 1000
BATCHES: Final = """
SELECT one.recording_id, one.recorded_at, one.actor, one.first_id, one.last_id, one.row_count,
    coalesce(adjustment.months, '{{}}'), coalesce(adjustment.reason, '')
FROM recordings AS one LEFT JOIN adjustments AS adjustment
    ON adjustment.tenant_id = one.tenant_id AND adjustment.posting_id = one.recording_id
WHERE one.tenant_id = %(tenant)s AND one.recorded_at <= %(known_at)s AND one.recording_id IN ({})
ORDER BY one.recording_id
"""
"""The columns of `Batch`, of recordings known at an instant; lacks which they are."""
_TOUCHED: Final = BATCHES.format(
    """
    WITH touched AS (
        SELECT tenant_id, source_id, external_id, version, posting_id FROM activities
        WHERE tenant_id = %(tenant)s AND local_end > %(first)s::date AND local_start < %(last)s::date + 1
    )
    SELECT posting_id FROM touched
    UNION SELECT later.posting_id FROM touched
    JOIN activity_versions AS known ON known.tenant_id = touched.tenant_id AND known.source_id = touched.source_id
        AND known.external_id = touched.external_id AND known.version > touched.version
    JOIN activities AS later ON later.tenant_id = known.tenant_id AND later.activity_id = known.activity_id
    """
)
_ROWS: Final = """
SELECT activity.tenant_id, activity.activity_id, activity.posting_id, activity.source_id, activity.site_id,
    activity.external_id, activity.version, activity.kind, activity.supersedes, activity.reason, activity.activity_type,
    activity.supplier, activity.quantity, activity.unit, activity.base_quantity, activity.base_unit,
    activity.period_start, activity.period_end, activity.quality, activity.document, given.recorded_at,
    NOT EXISTS (SELECT FROM activity_versions AS version
        JOIN activities AS later USING (tenant_id, activity_id)
        JOIN recordings AS recording ON recording.tenant_id = later.tenant_id
            AND recording.recording_id = later.posting_id AND recording.recorded_at <= %(known_at)s
        WHERE version.tenant_id = activity.tenant_id AND version.source_id = activity.source_id
            AND version.external_id = activity.external_id AND version.version > activity.version),
    activity.local_start, activity.local_end,
    activity.local_end > %(first)s::date AND activity.local_start < %(last)s::date + 1
FROM unnest(%(ids)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[], %(instants)s::timestamptz[])
    AS given (id, first, last, recorded_at)
JOIN activities AS activity ON activity.tenant_id = %(tenant)s
    AND activity.activity_id BETWEEN given.first AND given.last AND activity.posting_id = given.id
ORDER BY activity.posting_id, activity.activity_id
"""
_ARCHIVED: Final = "SELECT max(month) FROM archived_months WHERE relation = %s"
_OF_ACTIVITY: Final = 22
"""Columns of `_ROWS` that are those of an `ActivityRecord`."""


async def known_rows(
    connection: Connection, tenant: UUID, days: tuple[date, date], known_at: datetime
) -> AsyncIterator[list[tuple[Batch, list[KnownRow]]]]:
    """Yield every posting known at an instant of which a row touches days, both included, on its site's clock, or is a
    later version of one that does: by id, some at a time, each with all of its rows by id.
    """
    asked = {"tenant": tenant, "first": days[0], "last": days[1], "known_at": known_at}
    batches = [Batch(*row) for row in await (await connection.execute(_TOUCHED.encode(), asked)).fetchall()]
    for some in at_once(batches, [one.row_count for one in batches], _AT_ONCE):
        found: dict[UUID, list[KnownRow]] = {one.id: [] for one in some}
        for row in await (await connection.execute(_ROWS, asked | _given(some))).fetchall():
            known = KnownRow(ActivityRecord(*row[:_OF_ACTIVITY]), *row[_OF_ACTIVITY:])
            found[known.activity.posting_id].append(known)
        yield [(one, found[one.id]) for one in some]


async def archived_until(connection: Connection, relation: str) -> date | None:
    """Return the newest month of a table that was archived."""
    row = await (await connection.execute(_ARCHIVED, (relation,))).fetchone()
    return row[0] if row else None


def at_once(batches: Sequence[Batch], counts: Sequence[int], most: int) -> Iterator[list[Batch]]:
    """Yield batches some at a time: as many as have `most` rows, or one that has more."""
    some: list[Batch] = []
    rows = 0
    for one, count in zip(batches, counts, strict=True):
        if some and rows + count > most:
            yield some
            some, rows = [], 0
        some.append(one)
        rows += count
    if some:
        yield some


def _given(some: Sequence[Batch]) -> dict[str, Any]:
    return {
        "ids": [one.id for one in some],
        "firsts": [one.first for one in some],
        "lasts": [one.last for one in some],
        "instants": [one.recorded_at for one in some],
    }
