"""Readings by interval of a span of days as they were known at an instant, as `known_rows` has activities.

Every version is there that was known then, and all that was posted with it; some postings at a time, however many.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.refusals import Refused
from ledger.activities.known import BATCHES, Batch, at_once
from ledger.archived import refuse_archived_readings
from ledger.connections import Connection
from ledger.intervals.reading import instants_of
from ledger.intervals.series import IntervalSeries, series_where
from ledger.intervals.spans import posted_value


@dataclass(frozen=True, slots=True)
class KnownReading:
    """A version of an interval: `value` in the unit of its series and as it is `stored`, None where it was withdrawn.

    `is_current` where it was the newest known, `is_of_days` where it begins on the days that were asked for.
    """

    series: UUID
    start: datetime
    version: int
    value: Decimal | None
    stored: Decimal | None
    reason: str
    is_current: bool
    is_of_days: bool


@dataclass(frozen=True, slots=True)
class SeriesDays:
    """A series, and when days begin and end on its site's clock."""

    series: IntervalSeries
    start: datetime
    end: datetime


_AT_ONCE: Final = 2000
_TOUCHED: Final = BATCHES.format(
    """
    SELECT reading.posting_id FROM unnest(%(series)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS given (series_id, first, past)
    JOIN interval_readings AS reading ON reading.tenant_id = %(tenant)s AND reading.series_id = given.series_id
        AND reading.start >= given.first AND reading.start < given.past
    """
)
_SEALED: Final = """
SELECT recording_id, (event::jsonb #>> '{body,rows,interval_readings,count}')::integer FROM history
WHERE tenant_id = %(tenant)s AND recording_id = ANY(%(ids)s::uuid[]) AND event IS NOT NULL
"""
_READINGS: Final = """
SELECT reading.posting_id, reading.series_id, reading.start, reading.version, reading.value, reading.reason,
    NOT EXISTS (
        SELECT FROM interval_readings AS later JOIN recordings AS known
            ON known.tenant_id = later.tenant_id AND known.recording_id = later.posting_id
        WHERE later.tenant_id = reading.tenant_id AND later.series_id = reading.series_id
            AND later.start = reading.start AND later.version > reading.version AND known.recorded_at <= %(known_at)s
    ),
    coalesce(reading.start >= given.first AND reading.start < given.past, false)
FROM interval_readings AS reading
LEFT JOIN unnest(%(series)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS given (series_id, first, past) ON given.series_id = reading.series_id
WHERE reading.tenant_id = %(tenant)s AND reading.posting_id = ANY(%(ids)s::uuid[])
ORDER BY reading.posting_id, reading.series_id, reading.start, reading.version
"""


async def known_series(connection: Connection, tenant: UUID, known_at: datetime) -> list[IntervalSeries]:
    """Return the series of a tenant that were known at an instant, oldest first."""
    found = await series_where(connection, tenants=[tenant])
    return [one for one in found if one.recorded_at <= known_at]


async def readable_days(
    connection: Connection, found: Sequence[IntervalSeries], days: tuple[date, date]
) -> tuple[list[SeriesDays], dict[UUID, str]]:
    """Return the series whose readings of days, both included, are there, and why those of others are not."""
    readable, archived = [], {}
    for series in found:
        start, end = instants_of(*days, series.time_zone)
        try:
            await refuse_archived_readings(connection, start, end, "days")
        except Refused as error:
            archived[series.id] = str(error)
            continue
        readable.append(SeriesDays(series, start, end))
    return readable, archived


async def known_readings(
    connection: Connection, tenant: UUID, asked: Sequence[SeriesDays], known: Sequence[IntervalSeries],
    known_at: datetime,
) -> AsyncIterator[list[tuple[Batch, int, list[KnownReading]]]]:  # fmt: skip
    """Yield every posting known at an instant that has a reading of the days of a series: by id, some at a time, each
    with how many readings its event counts and all that there are of it, by series, start and version.

    `known` are the series of the tenant, whose units the readings were posted in.
    """
    to_base = {one.id: one.to_base for one in known}
    given: dict[str, Any] = {
        "tenant": tenant,
        "known_at": known_at,
        "series": [one.series.id for one in asked],
        "starts": [one.start for one in asked],
        "ends": [one.end for one in asked],
    }
    batches = [Batch(*row) for row in await (await connection.execute(_TOUCHED.encode(), given)).fetchall()]
    counts = await _sealed(connection, tenant, batches)
    for some in at_once(batches, [counts.get(one.id, 0) for one in batches], _AT_ONCE):
        found: dict[UUID, list[KnownReading]] = {one.id: [] for one in some}
        rows = await (await connection.execute(_READINGS, given | {"ids": list(found)})).fetchall()
        for posting, series, start, version, stored, *more in rows:
            value = None if stored is None else posted_value(stored, to_base[series])
            found[posting].append(KnownReading(series, start, version, value, stored, *more))
        yield [(one, counts.get(one.id, 0), found[one.id]) for one in some]


async def _sealed(connection: Connection, tenant: UUID, batches: Sequence[Batch]) -> dict[UUID, int]:
    given = {"tenant": tenant, "ids": [one.id for one in batches]}
    return {key: count or 0 for key, count in await (await connection.execute(_SEALED, given)).fetchall()}
