"""What no event knows of: recordings before the last event, and rows that were put in beside what was recorded."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.history.sealables import RECORDINGS, Sealable
from ledger.history.sealed_rows import ADMINISTERED
from ledger.history.walk import Fault, Walk
from ledger.identity.principals import NO_TENANT_ID

_LATE: Final = f"""
{RECORDINGS} WHERE tenant_id = %(tenant)s AND NOT EXISTS (
    SELECT FROM history WHERE history.tenant_id = one.tenant_id AND history.recording_id = one.recording_id
) ORDER BY recorded_at, recording_id
"""
_STRAY_ACTIVITIES: Final = """
SELECT posting_id, count(*), min(activity_id::text)::uuid FROM activities AS activity
WHERE tenant_id = %(tenant)s AND NOT EXISTS (
    SELECT FROM recordings AS one WHERE one.tenant_id = activity.tenant_id AND one.recording_id = activity.posting_id
        AND activity.activity_id BETWEEN one.first_id AND one.last_id
) GROUP BY posting_id ORDER BY posting_id
"""
_STRAY_READINGS: Final = """
SELECT posting_id, count(*), posting_id FROM interval_readings AS reading
WHERE tenant_id = %(tenant)s AND NOT EXISTS (
    SELECT FROM recordings AS one WHERE one.tenant_id = reading.tenant_id AND one.recording_id = reading.posting_id
) GROUP BY posting_id ORDER BY posting_id
"""
_STRAY_ADJUSTMENTS: Final = """
SELECT posting_id, count(*), posting_id FROM adjustments AS one
WHERE tenant_id = %(tenant)s AND NOT EXISTS (
    SELECT FROM recordings AS known WHERE known.tenant_id = one.tenant_id AND known.recording_id = one.posting_id
) GROUP BY posting_id ORDER BY posting_id
"""
_STRAYS: Final = {
    "activities": _STRAY_ACTIVITIES,
    "interval_readings": _STRAY_READINGS,
    "adjustments": _STRAY_ADJUSTMENTS,
}


async def add_late(walk: Walk) -> int:
    """Find recordings before the last event that no event seals; return how many wait to be sealed after it."""
    rows = await (await walk.connection.execute(_LATE.encode(), {"tenant": walk.tenant})).fetchall()
    late = [one for one in (Sealable(*row) for row in rows) if (one.recorded_at, one.id) < walk.last]
    for one in late:
        message = f"a recording of {one.recorded_at}, {one.id}, was inserted in the past, or its event was deleted"
        walk.faults.append(Fault(walk.index_at(one.recorded_at), message))
    return len(rows) - len(late)


async def add_strays(walk: Walk) -> None:
    """Find rows that no recording, or no event, knows of."""
    for table, query in _STRAYS.items():
        cursor = await walk.connection.execute(query, {"tenant": walk.tenant})
        for posting, count, key in await cursor.fetchall():
            index = walk.places.get(posting, walk.index_at(_instant_of(key)))
            walk.faults.append(Fault(index, f"{count} rows of {table}, of posting {posting}, were never recorded"))
    for name in ADMINISTERED:
        await _add_stray_administered(walk, name)


async def _add_stray_administered(walk: Walk, name: str) -> None:
    """Compare how many rows of a table there are at each instant with what the events say."""
    is_of_service = ADMINISTERED[name].is_of_service
    if is_of_service and walk.tenant != NO_TENANT_ID:
        return
    where = "" if is_of_service else "WHERE tenant_id = %(tenant)s"
    query = f"SELECT recorded_at, count(*) FROM {name} {where} GROUP BY 1 ORDER BY 1"  # noqa: S608  names of ours
    rows = await (await walk.connection.execute(query.encode(), {"tenant": walk.tenant})).fetchall()
    waiting = await _waiting(walk) if any(instant >= walk.last[0] for instant, _ in rows) else set()
    told = {fault.index for fault in walk.faults}
    for instant, count in rows:
        stated = walk.stated[name, instant]
        index = walk.index_at(instant)
        if count > stated and instant not in waiting and index not in told:
            message = f"{count} rows of {name} are of {instant}, the history knows of {stated}: some were put in"
            walk.faults.append(Fault(index, message))


async def _waiting(walk: Walk) -> set[datetime]:
    """Return the instants of recordings after the last event."""
    query = "SELECT recorded_at FROM recordings WHERE tenant_id = %s AND (recorded_at, recording_id) > (%s, %s)"
    cursor = await walk.connection.execute(query, (walk.tenant, *walk.last))
    return {row[0] for row in await cursor.fetchall()}


def _instant_of(key: UUID) -> datetime:
    """Return when an id of ours was made (RFC 9562, 5.7: milliseconds in the first 48 bits)."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=key.int >> 80)
