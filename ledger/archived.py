"""What the service knows of archived months: that they were archived, and how to say so."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.database import Connection

_READINGS: Final = """
SELECT min(month) FROM archived_months WHERE relation = 'interval_readings'
    AND month >= date_trunc('month', %(start)s AT TIME ZONE 'UTC') AND month AT TIME ZONE 'UTC' < %(end)s
"""
_ACTIVITY: Final = """
SELECT month FROM archived_months WHERE relation = 'activities' AND %(id)s >= id_bound(month AT TIME ZONE 'UTC')
    AND %(id)s < id_bound((month + interval '1 month') AT TIME ZONE 'UTC')
"""
REPEATED: Final = (
    "{!r} of this source was posted before; what it said then was archived, so that it cannot be compared, and the "
    "ledger keeps it"
)


async def refuse_archived_readings(connection: Connection, start: datetime, end: datetime, field: str) -> None:
    """Raise `Refused` where readings from `start` to `end` lie in a month that was archived."""
    row = await (await connection.execute(_READINGS, {"start": start, "end": end})).fetchone()
    if row is not None and row[0] is not None:
        message = f"readings of {row[0]:%Y-%m} were archived; what is there is in the files of the archive"
        raise Refused(RefusalCode.ARCHIVED, field, message)


async def archived_month_of(connection: Connection, activity: UUID) -> date | None:
    """Return the month in which an activity was recorded, if the activities of that month were archived."""
    row = await (await connection.execute(_ACTIVITY, {"id": activity})).fetchone()
    return row[0] if row else None
