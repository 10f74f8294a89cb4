"""Readings by interval as series: the newest version known at an instant counts; what has none is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.intervals.series import BadSeries, Series, from_points
from ledger.archived import refuse_archived_readings
from ledger.database import Connection
from ledger.interval_series import IntervalSeries
from ledger.interval_spans import posted_value
from ledger.periods import zone_of
from ledger.recordings import WAS_KNOWN

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReadingVersion:
    """One version of an interval, in the unit of its series; no value where it was withdrawn."""

    version: int
    value: Decimal | None
    reason: str
    recorded_at: datetime


_READ: Final = f"""
WITH newest AS (
    SELECT DISTINCT ON (reading.series_id, reading.start) reading.series_id, reading.start, reading.value
    FROM unnest(%(tenants)s::uuid[], %(series)s::uuid[]) AS asked (tenant_id, series_id)
    JOIN interval_readings AS reading USING (tenant_id, series_id)
    WHERE reading.start >= %(start)s AND reading.start < %(end)s
        AND {WAS_KNOWN.format(posting="reading.posting_id")}
    ORDER BY reading.series_id, reading.start, reading.version DESC
)
SELECT series_id, floor(extract(epoch FROM newest.start - %(start)s) / (60 * asked.minutes))::integer AS position,
       sum(value), count(value) * asked.own_minutes
FROM newest JOIN unnest(%(series)s::uuid[], %(minutes)s::integer[], %(own)s::integer[])
    AS asked (series_id, minutes, own_minutes) USING (series_id)
GROUP BY series_id, position, asked.own_minutes
"""  # noqa: S608  composed of constants
"""Sums by longer intervals, with the minutes that are known of each."""
_VERSIONS: Final = """
SELECT reading.version, reading.value, reading.reason, recording.recorded_at
FROM interval_readings AS reading JOIN recordings AS recording
    ON recording.tenant_id = reading.tenant_id AND recording.recording_id = reading.posting_id
WHERE reading.tenant_id = %s AND reading.series_id = %s AND reading.start = %s ORDER BY reading.version
"""


async def read_series(
    connection: Connection,
    asked: Sequence[IntervalSeries],
    start: datetime,
    end: datetime,
    minutes: int | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, Series]:
    """Return each series from `start` to `end`, UTC, in its base unit and in intervals of `minutes`, or its own.

    A longer interval is missing where a part of it is. Raises `BadSeries` where a series has longer intervals than
    asked for, or begins them at other minutes than `start`.
    """
    lengths = {one.id: minutes or one.minutes for one in asked}
    for one in asked:
        if one.minutes > lengths[one.id]:
            message = f"{one.source_code} is read every {one.minutes} minutes, which shows none of {minutes}"
            raise BadSeries("minutes", message)
    parameters = {
        "tenants": [one.tenant for one in asked],
        "series": [one.id for one in asked],
        "minutes": [lengths[one.id] for one in asked],
        "own": [one.minutes for one in asked],
        "start": start,
        "end": end,
        "known_at": known_at,
    }
    await refuse_archived_readings(connection, start, end, "from")
    points: dict[UUID, dict[datetime, Decimal]] = {one.id: {} for one in asked}
    for key, position, total, known in await (await connection.execute(_READ, parameters)).fetchall():
        if known == lengths[key]:
            points[key][start + timedelta(minutes=lengths[key] * position)] = total
    return {key: from_points(found, start, end, lengths[key]) for key, found in points.items()}


async def versions_of(connection: Connection, series: IntervalSeries, start: datetime) -> list[ReadingVersion]:
    """Return every version of the interval from `start`, in order; none where it was never posted."""
    cursor = await connection.execute(_VERSIONS, (series.tenant, series.id, start))
    return [
        ReadingVersion(version, None if value is None else posted_value(value, series.to_base), reason, recorded_at)
        for version, value, reason, recorded_at in await cursor.fetchall()
    ]


def instants_of(first: date, last: date, time_zone: str) -> tuple[datetime, datetime]:
    """Return when days begin and end on the wall clock of a zone, both days included, UTC; raises `Refused`."""
    zone = zone_of(time_zone)
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + _DAY))
    return start, end
