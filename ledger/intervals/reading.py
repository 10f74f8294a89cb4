"""Readings by interval as series: the newest version known at an instant counts; what has none is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.intervals.series import BadSeries, Series, from_points
from ledger.archived import refuse_archived_readings
from ledger.connections import Connection
from ledger.intervals.series import IntervalSeries
from ledger.intervals.spans import posted_value, shown
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


Ends = tuple[datetime | None, datetime | None]
"""Where the first and the last interval read of a series begin; None where there is none."""

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
       sum(value), count(value) * asked.own_minutes,
       bool_or(mod(extract(epoch FROM newest.start - %(start)s), 60 * asked.own_minutes) <> 0)
FROM newest JOIN unnest(%(series)s::uuid[], %(minutes)s::integer[], %(own)s::integer[])
    AS asked (series_id, minutes, own_minutes) USING (series_id)
GROUP BY series_id, position, asked.own_minutes
"""  # noqa: S608  composed of constants
"""Sums by longer intervals, with the minutes that are known of each, and whether a reading begins beside the grid."""
_TOTALS: Final = f"""
SELECT series_id, sum(value), count(value) FROM (
    SELECT DISTINCT ON (reading.series_id, reading.start) reading.series_id, reading.start, reading.value
    FROM unnest(%(tenants)s::uuid[], %(series)s::uuid[]) AS asked (tenant_id, series_id)
    JOIN interval_readings AS reading USING (tenant_id, series_id)
    WHERE reading.start >= %(start)s AND reading.start < %(end)s
        AND {WAS_KNOWN.format(posting="reading.posting_id")}
    ORDER BY reading.series_id, reading.start, reading.version DESC
) AS newest
GROUP BY series_id
"""  # noqa: S608  composed of constants
_KNOWN: Final = """
SELECT asked.series_id, sum(readings.known)::bigint
FROM unnest(%(tenants)s::uuid[], %(series)s::uuid[]) AS asked (tenant_id, series_id)
CROSS JOIN unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS run (first, until)
CROSS JOIN LATERAL (
    SELECT count(newest.value) AS known FROM (
        SELECT DISTINCT ON (reading.start) reading.value FROM interval_readings AS reading
        WHERE reading.tenant_id = asked.tenant_id AND reading.series_id = asked.series_id
            AND reading.start >= run.first AND reading.start < run.until
        ORDER BY reading.start, reading.version DESC
    ) AS newest
) AS readings
GROUP BY asked.series_id
"""
"""How many readings series have in runs of time, those known now."""
_ENDS: Final = """
SELECT asked.series_id, ends.first, ends.last
FROM unnest(%(tenants)s::uuid[], %(series)s::uuid[]) AS asked (tenant_id, series_id)
CROSS JOIN LATERAL (
    SELECT min(reading.start) AS first, max(reading.start) AS last FROM interval_readings AS reading
    WHERE reading.tenant_id = asked.tenant_id AND reading.series_id = asked.series_id
) AS ends
"""
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
        **_named(asked),
        "minutes": [lengths[one.id] for one in asked],
        "own": [one.minutes for one in asked],
        "start": start,
        "end": end,
        "known_at": known_at,
    }
    await refuse_archived_readings(connection, start, end, "from")
    points: dict[UUID, dict[datetime, Decimal]] = {one.id: {} for one in asked}
    codes = {one.id: one.source_code for one in asked}
    for key, position, total, known, is_beside in await (await connection.execute(_READ, parameters)).fetchall():
        if is_beside:
            message = f"{codes[key]} begins its intervals at other minutes than {shown(start)}; ask by its site's clock"
            raise BadSeries("minutes", message)
        if known == lengths[key]:
            points[key][start + timedelta(minutes=lengths[key] * position)] = total
    return {key: from_points(found, start, end, lengths[key]) for key, found in points.items()}


async def totals_of(
    connection: Connection,
    asked: Sequence[IntervalSeries],
    start: datetime,
    end: datetime,
    known_at: datetime | None = None,
) -> dict[UUID, Decimal | None]:
    """Return the sum of each series from `start` to `end`, UTC, in its base unit; None where an interval is missing."""
    await refuse_archived_readings(connection, start, end, "from")
    parameters = {**_named(asked), "start": start, "end": end, "known_at": known_at}
    rows = await (await connection.execute(_TOTALS, parameters)).fetchall()
    found = {key: (total, count) for key, total, count in rows}
    minutes = (end - start) // timedelta(minutes=1)
    wholes = {one.id: minutes // one.minutes for one in asked}
    return {key: found[key][0] if key in found and found[key][1] == count else None for key, count in wholes.items()}


async def incomplete_in(
    connection: Connection, asked: Sequence[IntervalSeries], runs: Sequence[tuple[datetime, datetime]]
) -> list[IntervalSeries]:
    """Return the series that lack a reading, of those known now, in one of the runs of time: half-open, UTC."""
    parameters = {**_named(asked), "starts": [start for start, _ in runs], "ends": [end for _, end in runs]}
    known: dict[UUID, int] = dict(await (await connection.execute(_KNOWN, parameters)).fetchall())
    minutes = sum((end - start for start, end in runs), timedelta()) // timedelta(minutes=1)
    return [one for one in asked if known[one.id] * one.minutes < minutes]


async def ends_of(connection: Connection, asked: Sequence[IntervalSeries]) -> dict[UUID, Ends]:
    """Return where the readings of each series begin and end."""
    rows = await (await connection.execute(_ENDS, _named(asked))).fetchall()
    return {key: (first, last) for key, first, last in rows}


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


def _named(asked: Sequence[IntervalSeries]) -> dict[str, Any]:
    return {"tenants": [one.tenant for one in asked], "series": [one.id for one in asked]}
