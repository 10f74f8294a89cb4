"""Reading activities: filtered, newest period first or last, by keyset so that a page never shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from ledger.connections import Connection


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One row of the ledger, with whether it is the current version of its fact."""

    tenant_id: UUID
    activity_id: UUID
    posting_id: UUID
    source_id: UUID
    site_id: UUID
    external_id: str
    version: int
    kind: str
    supersedes: UUID | None
    reason: str
    activity_type: str
    supplier: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    base_unit: str
    period_start: datetime
    period_end: datetime
    quality: str
    document: str
    recorded_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which activities; empty means any. `first` and `last` are days on the site's clock that the period touches;
    `known_at` shows those that were known, and current, at an instant.
    """

    tenants: tuple[UUID, ...]
    site: UUID | None = None
    source: UUID | None = None
    activity_types: tuple[str, ...] = ()
    supplier: str | None = None
    base_unit: str | None = None
    region: str | None = None
    quality: str | None = None
    external_id: str | None = None
    first: date | None = None
    last: date | None = None
    current_only: bool = True
    known_at: datetime | None = None

    @property
    def is_transfer(self) -> bool:
        """Whether it is of what one tenant has of one other side over days, as known now: see `first_activities`."""
        named = len(self.tenants) == 1 and bool(self.activity_types) and self.supplier is not None
        if not named or self.first is None or self.last is None:
            return False
        whole = ActivityFilter(
            self.tenants, activity_types=self.activity_types, supplier=self.supplier, first=self.first, last=self.last
        )
        return self == whole


Position = tuple[datetime, UUID]
"""Where a page ended: start of the period, then id."""

_COLUMNS: Final = """
    activity.tenant_id, activity.activity_id, activity.posting_id, activity.source_id, activity.site_id,
    activity.external_id, activity.version, activity.kind, activity.supersedes, activity.reason, activity.activity_type,
    activity.supplier, activity.quantity, activity.unit, activity.base_quantity, activity.base_unit,
    activity.period_start, activity.period_end, activity.quality, activity.document,
    coalesce((SELECT recording.recorded_at FROM recordings AS recording WHERE recording.tenant_id = activity.tenant_id
        AND recording.recording_id = activity.posting_id), activity.recorded_at)
"""
_IS_CURRENT: Final = """
    NOT EXISTS (SELECT FROM activity_versions AS later WHERE later.tenant_id = activity.tenant_id
        AND later.source_id = activity.source_id AND later.external_id = activity.external_id
        AND later.version > activity.version)
"""
_WAS_KNOWN: Final = """
    EXISTS (SELECT FROM recordings AS recording WHERE recording.tenant_id = activity.tenant_id
        AND recording.recording_id = activity.posting_id AND recording.recorded_at <= %(known_at)s)
"""
_WAS_CURRENT: Final = """
    NOT EXISTS (SELECT FROM activity_versions AS version
        JOIN activities AS later USING (tenant_id, activity_id)
        JOIN recordings AS recording ON recording.tenant_id = later.tenant_id
            AND recording.recording_id = later.posting_id AND recording.recorded_at <= %(known_at)s
        WHERE version.tenant_id = activity.tenant_id AND version.source_id = activity.source_id
            AND version.external_id = activity.external_id AND version.version > activity.version)
"""
_PAGE: Final = f"""
SELECT {_COLUMNS}, {{is_current}}
FROM activities AS activity
WHERE {{is_known}} AND activity.tenant_id = ANY(%(tenants)s::uuid[])
    AND (%(site)s::uuid IS NULL OR activity.site_id = %(site)s)
    AND (%(source)s::uuid IS NULL OR activity.source_id = %(source)s)
    AND (%(types)s::text[] IS NULL OR activity.activity_type = ANY(%(types)s))
    AND (%(supplier)s::text IS NULL OR activity.supplier = %(supplier)s)
    AND (%(base_unit)s::text IS NULL OR activity.base_unit = %(base_unit)s)
    AND (%(region)s::text IS NULL OR (activity.tenant_id, activity.site_id) IN (
        SELECT tenant_id, site_id FROM sites WHERE region = %(region)s))
    AND (%(quality)s::text IS NULL OR activity.quality = %(quality)s)
    AND (%(external)s::text IS NULL OR activity.external_id = %(external)s)
    AND (%(first)s::date IS NULL OR activity.local_end > %(first)s::date)
    AND (%(last)s::date IS NULL OR activity.local_start < %(last)s::date + 1)
    AND (NOT %(current)s OR (activity.kind <> 'VOID' AND {{is_current}}))
    AND (%(after_start)s::timestamptz IS NULL
        OR (activity.period_start, activity.activity_id) > (%(after_start)s, %(after_id)s))
ORDER BY activity.period_start, activity.activity_id
LIMIT %(limit)s
"""  # noqa: S608  composed of constants
_PAGE_NOW: Final = _PAGE.format(is_known="TRUE", is_current=_IS_CURRENT).encode()
_PAGE_THEN: Final = _PAGE.format(is_known=_WAS_KNOWN, is_current=_WAS_CURRENT).encode()
_ASKED: Final = """
unnest(%(numbers)s::int[], %(whose)s::uuid[], %(types)s::text[], %(suppliers)s::text[], %(firsts)s::date[],
       %(lasts)s::date[]) AS asked (number, tenant_id, activity_type, supplier, first, last)
"""
_FIRST_OF_EACH: Final = f"""
WITH found AS MATERIALIZED (
    SELECT activity.*, asked.number,
           row_number() OVER (PARTITION BY asked.number ORDER BY activity.period_start, activity.activity_id) AS place
    FROM {_ASKED} JOIN activities AS activity USING (tenant_id, activity_type, supplier)
    WHERE activity.tenant_id = ANY(%(tenants)s::uuid[]) AND activity.local_end > asked.first
        AND activity.local_start < asked.last + 1 AND activity.kind <> 'VOID' AND {_IS_CURRENT}
)
SELECT activity.number, {_COLUMNS}, TRUE FROM found AS activity WHERE activity.place <= %(limit)s
ORDER BY activity.number, activity.place
""".encode()  # noqa: S608  composed of constants
_BY_ID: Final = f"""
SELECT {_COLUMNS}, {_IS_CURRENT} FROM tenants JOIN activities AS activity USING (tenant_id)
WHERE activity.activity_id = ANY(%s)
"""  # noqa: S608  composed of constants
_HISTORY: Final = f"""
SELECT {_COLUMNS}, {_IS_CURRENT} FROM activities AS activity
JOIN activity_versions AS version USING (tenant_id, activity_id)
WHERE version.tenant_id = %s AND version.source_id = %s AND version.external_id = %s
ORDER BY version.version
"""  # noqa: S608  composed of constants


async def activity_page(
    connection: Connection, wanted: ActivityFilter, after: Position | None, limit: int
) -> list[ActivityRecord]:
    """Return up to `limit` activities after a position, by start of period and id."""
    parameters: dict[str, Any] = {
        "tenants": list(wanted.tenants),
        "site": wanted.site,
        "source": wanted.source,
        "types": list(wanted.activity_types) or None,
        "supplier": wanted.supplier,
        "base_unit": wanted.base_unit,
        "external": wanted.external_id,
        "region": wanted.region,
        "quality": wanted.quality,
        "first": wanted.first,
        "last": wanted.last,
        "current": wanted.current_only,
        "after_start": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
        "known_at": wanted.known_at,
    }
    query = _PAGE_THEN if wanted.known_at else _PAGE_NOW
    return [ActivityRecord(*row) for row in await (await connection.execute(query, parameters)).fetchall()]


async def first_activities(
    connection: Connection, asked: Sequence[ActivityFilter], limit: int
) -> list[list[ActivityRecord]]:
    """Return the first page of each filter, in one pass over the tenants' rows, as `activity_page` returns it.

    Raises `ValueError` for a filter that is not `is_transfer`.
    """
    if not all(one.is_transfer for one in asked):
        raise ValueError("a filter names more or less than one tenant, its activity types, a supplier and days")
    by_type = [(number, one, code) for number, one in enumerate(asked) for code in one.activity_types]
    parameters = {
        "numbers": [number for number, _, _ in by_type],
        "whose": [one.tenants[0] for _, one, _ in by_type],
        "types": [code for _, _, code in by_type],
        "suppliers": [one.supplier for _, one, _ in by_type],
        "firsts": [one.first for _, one, _ in by_type],
        "lasts": [one.last for _, one, _ in by_type],
        "tenants": list({one.tenants[0] for one in asked}),
        "limit": limit,
    }
    found: list[list[ActivityRecord]] = [[] for _ in asked]
    for number, *row in await (await connection.execute(_FIRST_OF_EACH, parameters)).fetchall():
        found[number].append(ActivityRecord(*row))
    return found


async def activities_by_id(connection: Connection, ids: list[UUID]) -> dict[UUID, ActivityRecord]:
    """Return id -> activity for the ids that exist. The id is the partition key, so few partitions are looked into."""
    rows = await (await connection.execute(_BY_ID, (ids,))).fetchall()
    return {row[1]: ActivityRecord(*row) for row in rows}


async def activity_history(connection: Connection, record: ActivityRecord) -> list[ActivityRecord]:
    """Return every version of an activity's fact, oldest first."""
    key = (record.tenant_id, record.source_id, record.external_id)
    return [ActivityRecord(*row) for row in await (await connection.execute(_HISTORY, key)).fetchall()]
