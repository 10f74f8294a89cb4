"""Corrections: a new version of a fact that names what it supersedes and why. The old row stays as it was."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from emission_factors.catalogue import Catalogue
from ledger.activities.closed_months import closed_months, mark_adjustment
from ledger.activities.rows import CheckedRow, PostedRow, Quality, SourcePlace, check_content
from ledger.archived import archived_month_of
from ledger.cells.cells import CELLS_OF_FACTS
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.recordings import Recording, record
from ledger.texts import reason_of


class ActivityNotFound(Exception):
    """The tenant has no activity of this id."""


class Superseded(Exception):
    """The activity is not the current version of its fact; the message names the one that is."""


@dataclass(frozen=True, slots=True)
class NewContent:
    """What a fact should say; None keeps what it says now."""

    activity_type: str | None = None
    quantity: object = None
    unit: str | None = None
    period_start: object = None
    period_end: object = None
    supplier: str | None = None
    quality: Quality | None = None
    document: str | None = None


_CURRENT: Final = """
SELECT activity.source_id, activity.site_id, site.time_zone, activity.external_id, activity.version, activity.kind,
       activity.activity_type, activity.quantity::text, activity.unit, activity.period_start, activity.period_end,
       activity.supplier, activity.quality, activity.document, activity.local_start, activity.local_end,
       (SELECT newest.activity_id FROM activity_versions AS newest
        WHERE newest.tenant_id = activity.tenant_id
            AND newest.source_id = activity.source_id AND newest.external_id = activity.external_id
        ORDER BY newest.version DESC LIMIT 1)
FROM activities AS activity JOIN sites AS site USING (tenant_id, site_id)
WHERE activity.tenant_id = %s AND activity.activity_id = %s
"""

_SUPERSEDE: Final = f"""
WITH claimed AS (
    INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
    VALUES (%(tenant)s, %(source)s, %(external)s, %(version)s, %(activity)s)
    ON CONFLICT DO NOTHING
    RETURNING activity_id
), added AS (
    INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
        supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
        local_start, local_end, quality, document)
    SELECT %(tenant)s, activity_id, activity_id, %(source)s, %(site)s, %(external)s, %(version)s, %(kind)s,
        %(superseded)s, %(reason)s, %(activity_type)s, %(supplier)s, %(quantity)s, %(unit)s, %(base_quantity)s,
        %(base_unit)s, %(period_start)s, %(period_end)s, %(local_start)s, %(local_end)s, %(quality)s, %(document)s
    FROM claimed
    ON CONFLICT DO NOTHING
    RETURNING tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity,
        kind
), facts AS (
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity,
           1 AS sign
    FROM added WHERE kind <> 'VOID'
    UNION ALL
    SELECT old.tenant_id, old.site_id, old.activity_type, old.supplier, old.base_unit, old.quality, old.local_start,
           old.local_end, old.base_quantity, -1
    FROM activities AS old, claimed
    WHERE old.tenant_id = %(tenant)s AND old.activity_id = %(superseded)s AND old.kind <> 'VOID'
), cells AS ({CELLS_OF_FACTS})
SELECT date_trunc('month', least(%(local_start)s::timestamp, old.local_start))::date,
       date_trunc('month', greatest(%(local_end)s::timestamp, old.local_end))::date
FROM claimed, activities AS old WHERE old.tenant_id = %(tenant)s AND old.activity_id = %(superseded)s
"""  # noqa: S608  composed of constants
"""The new version and both sides of the change in the cells; the months it touches. Only one correction can claim a
version.
"""


async def correct(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    activity_id: UUID,
    change: NewContent,
    reason: str,
    now: datetime,
    adjustment: str = "",
) -> UUID:
    """Add a version with changed content and return its id.

    Raises `ActivityNotFound`, `Superseded`, or `Refused` where the new content could not be posted either, or old or
    new lie in closed months and `adjustment` does not say why. A voided fact may be corrected: that restores it.
    """
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, activity_id)
        row = check_content(_changed(current.row, change), current.place, catalogue, now)
        said = _Said("CORRECTION", reason_of(reason), adjustment)
        return await _supersede(connection, tenant, activity_id, current, row, said)


async def void(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    activity_id: UUID,
    reason: str,
    now: datetime,
    adjustment: str = "",
) -> UUID:
    """Add a version that says the fact did not happen and return its id.

    Raises `ActivityNotFound`, `Superseded`, or `Refused` where it lies in closed months without `adjustment`.
    """
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, activity_id)
        if current.kind == "VOID":
            raise Superseded("the activity is void already; correctActivity restores it")
        row = check_content(current.row, current.place, catalogue, now)
        said = _Said("VOID", reason_of(reason), adjustment)
        return await _supersede(connection, tenant, activity_id, current, row, said)


@dataclass(frozen=True, slots=True)
class _Current:
    place: SourcePlace
    version: int
    kind: str
    row: PostedRow
    local: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Said:
    """What is done, why, and why it may change closed months."""

    kind: str
    reason: str
    adjustment: str


async def _current(connection: Connection, tenant: UUID, activity_id: UUID) -> _Current:
    found = await (await connection.execute(_CURRENT, (tenant, activity_id))).fetchone()
    if found is None:
        month = await archived_month_of(connection, activity_id)
        if month is not None:
            raise ActivityNotFound(f"activities recorded in {month:%Y-%m} were archived, and can be corrected no more")
        raise ActivityNotFound(f"the tenant has no activity {activity_id}")
    source, site, zone, external, version, kind, activity_type, quantity, unit, start, end, *rest, newest = found
    if newest != activity_id:
        raise Superseded(f"activity {activity_id} is not current any more; {newest} is, correct that one")
    supplier, quality, document, *local = rest
    row = PostedRow(
        "",
        external,
        activity_type,
        quantity,
        unit,
        start.isoformat(),
        end.isoformat(),
        supplier,
        Quality(quality),
        document,
    )
    return _Current(SourcePlace(source, site, zone), version, kind, row, (local[0], local[1]))


def _changed(row: PostedRow, change: NewContent) -> PostedRow:
    def pick(new: Any, old: Any) -> Any:
        return old if new is None else new

    return PostedRow(
        row.source,
        row.external_id,
        str(pick(change.activity_type, row.activity_type)),
        pick(change.quantity, row.quantity),
        str(pick(change.unit, row.unit)),
        pick(change.period_start, row.period_start),
        pick(change.period_end, row.period_end),
        str(pick(change.supplier, row.supplier)),
        change.quality or row.quality,
        str(pick(change.document, row.document)),
    )


async def _supersede(
    connection: Connection,
    tenant: UUID,
    superseded: UUID,
    current: _Current,
    row: CheckedRow,
    said: _Said,
) -> UUID:
    activity_id = new_id()
    months = await _closed_of(connection, tenant, current, row, said)
    parameters = {
        "tenant": tenant,
        "source": current.place.source_id,
        "site": current.place.site_id,
        "external": row.external_id,
        "version": current.version + 1,
        "activity": activity_id,
        "kind": said.kind,
        "superseded": superseded,
        "reason": said.reason,
        "activity_type": row.activity_type,
        "supplier": row.supplier,
        "quantity": row.quantity,
        "unit": row.unit,
        "base_quantity": row.base_quantity,
        "base_unit": row.base_unit,
        "period_start": row.period.start,
        "period_end": row.period.end,
        "local_start": row.period.local_start,
        "local_end": row.period.local_end,
        "quality": row.quality,
        "document": row.document,
    }
    claimed = await (await connection.execute(_SUPERSEDE, parameters)).fetchone()
    if claimed is None:
        raise Superseded(f"activity {superseded} was corrected by someone else at this moment; look again")
    await mark_adjustment(connection, tenant, activity_id, months, said.adjustment)
    await record(connection, Recording(tenant, activity_id, 1, activity_id, activity_id, *claimed))
    return activity_id


async def _closed_of(
    connection: Connection, tenant: UUID, current: _Current, row: CheckedRow, said: _Said
) -> set[date]:
    """Return the closed months that the old content or the new one touches; raises `Refused` where that may not be."""
    closed = await closed_months(connection, tenant)
    periods = (current.local, (row.period.local_start, row.period.local_end))
    for start, end in periods:
        if closed.touches(start, end) and not said.adjustment:
            raise closed.refused(start, end, "periodStart")
    return {month for start, end in periods for month in closed.months(start, end)}
