"""What each source posted month by month, and which sources there are: read for the completeness matrix and findings.

The quantity cells do not know the source, so this sums the rows themselves, each in the months of its site's clock that
its period touches.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.completeness import MatrixRow, PostedMonth, Stream, matrix
from ledger.archived import refuse_archived_activities
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.recordings import KNOWN_ROWS

_ONE_MONTH: Final = "date_trunc('month', local_start) = date_trunc('month', local_end - interval '1 microsecond')"
_NOW: Final = """
    SELECT * FROM activities AS activity
    WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND (%(site)s::uuid IS NULL OR site_id = %(site)s)
        AND local_start < %(until)s::date AND kind <> 'VOID' AND NOT EXISTS (
            SELECT FROM activity_versions AS later WHERE later.tenant_id = activity.tenant_id
                AND later.source_id = activity.source_id AND later.external_id = activity.external_id
                AND later.version > activity.version)
"""
_THEN: Final = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (tenant_id, source_id, external_id) * FROM ({KNOWN_ROWS}) AS known
        ORDER BY tenant_id, source_id, external_id, version DESC
    ) AS newest
    WHERE kind <> 'VOID' AND local_start < %(until)s::date AND (%(site)s::uuid IS NULL OR site_id = %(site)s)
"""  # noqa: S608  composed of constants
_SUMS: Final = """
WITH facts AS MATERIALIZED ({facts})
SELECT tenant_id, site_id, source_id, activity_type, base_unit, month, sum(part), count(*)
FROM (
    SELECT tenant_id, site_id, source_id, activity_type, base_unit,
           date_trunc('month', local_start)::date AS month, base_quantity AS part
    FROM facts WHERE {one_month}
    UNION ALL
    SELECT tenant_id, site_id, source_id, activity_type, base_unit, split.month, split.part
    FROM facts, month_parts(local_start, local_end, base_quantity) AS split WHERE NOT {one_month}
) AS parts
WHERE month < %(until)s::date
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""
_SUMS_NOW: Final = _SUMS.format(facts=_NOW, one_month=_ONE_MONTH).encode()
_SUMS_THEN: Final = _SUMS.format(facts=_THEN, one_month=_ONE_MONTH).encode()
_STREAMS: Final = """
SELECT tenant_id, site_id, source_id FROM sources
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND (%(site)s::uuid IS NULL OR site_id = %(site)s)
    AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY array_position(%(tenants)s::uuid[], tenant_id), site_id, source_id
"""


@dataclass(frozen=True, slots=True)
class Within:
    """Whose sources: of tenants, of one site of them if it is named, as known at an instant; None is now."""

    tenants: Sequence[UUID]
    site: UUID | None = None
    known_at: datetime | None = None


async def posted_months(connection: Connection, within: Within, last: date) -> list[PostedMonth]:
    """Return what sources posted from their first month to that of `last`, of current versions."""
    values = _values(within) | {"until": _after(last)}
    cursor = await connection.execute(_SUMS_THEN if within.known_at else _SUMS_NOW, values)
    return [PostedMonth(*row) for row in await cursor.fetchall()]


async def streams_of(connection: Connection, within: Within) -> list[Stream]:
    """Return the sources, tenant by tenant in the order given."""
    return [Stream(*row) for row in await (await connection.execute(_STREAMS, _values(within))).fetchall()]


async def completeness(
    connection: Connection, within: Within, months: Sequence[date], today: date
) -> tuple[list[MatrixRow], list[PostedMonth]]:
    """Return the matrix over `months`, and what it was made from; raises `Refused` for months with archived rows."""
    await refuse_archived_activities(connection, within.tenants, within.site, months[0], months[-1])
    posted = await posted_months(connection, within, months[-1])
    declared = await declarations_of(connection, within.tenants, [DeclarationKind.EXPECTATION], within.known_at)
    expected = [(one.tenant, one.content) for one in declared]
    streams = await streams_of(connection, within)
    reached = {stream.source for stream in streams}
    mine = [(tenant, one) for tenant, one in expected if one.source in reached or _is_at(one.site, within.site)]
    return matrix(streams, mine, posted, months, today), posted


async def sites_of_sources(connection: Connection, tenants: Collection[UUID]) -> dict[UUID, UUID]:
    """Return source -> site."""
    return {stream.source: stream.site for stream in await streams_of(connection, Within(list(tenants)))}


def _is_at(site: UUID | None, only: UUID | None) -> bool:
    return site is not None and only in (None, site)


def _values(within: Within) -> dict[str, Any]:
    return {"tenants": list(within.tenants), "site": within.site, "known_at": within.known_at}


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
