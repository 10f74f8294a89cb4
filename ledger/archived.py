"""What the service knows of archived months: that they were archived, and how to say so."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection

_READINGS: Final = """
SELECT min(month) FROM archived_months WHERE relation = 'interval_readings'
    AND month >= date_trunc('month', %(start)s AT TIME ZONE 'UTC') AND month AT TIME ZONE 'UTC' < %(end)s
"""
_MONTHS: Final = "SELECT month FROM archived_months WHERE relation = 'interval_readings'"
_ACTIVITY: Final = """
SELECT month FROM archived_months WHERE relation = 'activities' AND %(id)s >= id_bound(month AT TIME ZONE 'UTC')
    AND %(id)s < id_bound((month + interval '1 month') AT TIME ZONE 'UTC')
"""
_ACTIVITIES: Final = """
SELECT min(month) FROM archived_cells WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND row_count <> 0
    AND (%(site)s::uuid IS NULL OR site_id = %(site)s) AND month BETWEEN %(first)s AND %(last)s
"""
REPEATED: Final = (
    "{!r} of this source was posted before; what it said then was archived, so that it cannot be compared, and the "
    "ledger keeps it"
)


async def refuse_archived_readings(connection: Connection, start: datetime, end: datetime, field: str) -> None:
    """Raise `Refused` where readings from `start` to `end` lie in a month that was archived."""
    row = await (await connection.execute(_READINGS, {"start": start, "end": end})).fetchone()
    if row is not None and row[0] is not None:
        raise archived_readings(row[0], field)


async def refuse_archived_activities(
    connection: Connection, tenants: Collection[UUID], site: UUID | None, first: date, last: date
) -> None:
    """Raise `Refused` where activities of the months `first` to `last` were archived, of tenants or one site of them:
    their sums are in the cells, but of which source they came, only the rows said.
    """
    asked = {"tenants": list(tenants), "site": site, "first": first, "last": last}
    row = await (await connection.execute(_ACTIVITIES, asked)).fetchone()
    if row is not None and row[0] is not None:
        message = f"activities of {row[0]:%Y-%m} were archived: which source posted them is in the files of the archive"
        raise Refused(RefusalCode.ARCHIVED, "period", f"{message}; accepted are months of which none was")


def archived_readings(month: date, field: str) -> Refused:
    """Return the refusal of readings of an archived month."""
    message = f"readings of {month:%Y-%m} were archived; what is there is in the files of the archive"
    return Refused(RefusalCode.ARCHIVED, field, message)


async def archived_reading_months(connection: Connection) -> frozenset[date]:
    """Return the months, UTC, whose readings were archived, by their first days."""
    return frozenset(month for (month,) in await (await connection.execute(_MONTHS)).fetchall())


async def archived_month_of(connection: Connection, activity: UUID) -> date | None:
    """Return the month in which an activity was recorded, if the activities of that month were archived."""
    row = await (await connection.execute(_ACTIVITY, {"id": activity})).fetchone()
    return row[0] if row else None
