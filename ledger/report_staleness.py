"""Whether what a published report rests on has moved since: counted in recordings, at a cost that the years between do
not add to.

Each month up to the report's last is one look into an index of recordings by the first month that they touch, so
that what is posted of later months is never looked at. Counts end at `MOST`: a report is as stale with a thousand
changes as with a million. What was declared counts where a report of any kind may rest on it and it does not begin
after the report's months. What a neighbour corrected, whose supply factor a report used, is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.reporting_periods import PeriodKind, PeriodState
from ledger.database import Connection
from ledger.published_reports import PublishedReport
from ledger.registry import tenants_where
from ledger.reporting_periods import newest_events

MOST: Final = 1000
"""Changes that are counted of each reason."""
_NOT_READ: Final = (
    DeclarationKind.INGEST_PROFILE,
    DeclarationKind.TARGET,
    DeclarationKind.PROSPECT,
    DeclarationKind.ADOPTION,
    DeclarationKind.OBLIGATION,
)
"""Kinds of declarations that no report reads; what was adopted is pinned when a period is closed."""


class StaleReason(StrEnum):
    """Why a published report may not say any more what the ledger says."""

    ACTIVITIES = "ACTIVITIES"
    """Activities of its months were posted, corrected or voided since; counted are postings."""
    DECLARATIONS = "DECLARATIONS"
    """Something was declared since that a report may rest on, and that does not begin after its months."""
    INSTRUMENTS = "INSTRUMENTS"
    """An instrument claimed for its months was recorded or changed since."""
    SUPPLIER_FACTORS = "SUPPLIER_FACTORS"
    """A supplier's factor that is valid in its months was registered since."""
    FACTOR_RELEASE = "FACTOR_RELEASE"
    """There is a newer factor release than the one it rests on."""
    REOPENED = "REOPENED"
    """Its period was reopened."""
    SUPERSEDED = "SUPERSEDED"
    """A later edition was published."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved: why, since when, and how often, at most `MOST`."""

    reason: StaleReason
    since: datetime
    count: int


_ACTIVITIES: Final = """
SELECT min(recorded_at), count(*) FROM (
    SELECT found.recorded_at FROM unnest(%(tenants)s::uuid[]) AS tenant
    CROSS JOIN LATERAL (
        SELECT first_month AS earliest FROM recordings
        WHERE tenant_id = tenant AND row_count > 0 ORDER BY first_month LIMIT 1
    ) AS begun
    CROSS JOIN LATERAL generate_series(begun.earliest, %(last)s::date, interval '1 month') AS month
    CROSS JOIN LATERAL (
        SELECT recorded_at FROM recordings
        WHERE tenant_id = tenant AND row_count > 0 AND first_month = month::date AND recorded_at > %(known_at)s
            AND last_month >= %(first)s
        ORDER BY recorded_at LIMIT %(most)s
    ) AS found
    LIMIT %(most)s
) AS one
"""
_DECLARATIONS: Final = """
SELECT min(recorded_at), count(*) FROM (
    SELECT recorded_at FROM declarations
    WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND recorded_at > %(known_at)s AND kind <> ALL(%(not_read)s::text[])
        AND coalesce((content ->> 'month')::date, (content ->> 'day')::date - 1, (content ->> 'valid_from')::date,
            make_date((content ->> 'year')::integer, 1, 1), '-infinity') < %(last)s::date + interval '1 month'
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_INSTRUMENTS: Final = """
SELECT min(recorded_at), count(*) FROM (
    SELECT recorded_at FROM instruments
    WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND recorded_at > %(known_at)s
        AND claimed_from <= %(last)s AND claimed_to >= %(first)s
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_SUPPLIER_FACTORS: Final = """
SELECT min(recorded_at), count(*) FROM (
    SELECT recorded_at FROM own_factors
    WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND recorded_at > %(known_at)s
        AND valid_from < %(last)s::date + interval '1 month' AND coalesce(valid_to, 'infinity') >= %(first)s
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_RELEASES: Final = "SELECT min(recorded_at), count(*) FROM factor_releases WHERE number > %(release)s"
_SUPERSEDED: Final = "SELECT min(recorded_at), count(*) FROM reports WHERE supersedes = %(report)s"
_COUNTED: Final = {
    StaleReason.ACTIVITIES: _ACTIVITIES,
    StaleReason.DECLARATIONS: _DECLARATIONS,
    StaleReason.INSTRUMENTS: _INSTRUMENTS,
    StaleReason.SUPPLIER_FACTORS: _SUPPLIER_FACTORS,
    StaleReason.FACTOR_RELEASE: _RELEASES,
    StaleReason.SUPERSEDED: _SUPERSEDED,
}


async def moved_since(connection: Connection, report: PublishedReport, release: int) -> list[Moved] | None:
    """Return what moved since what a report knows, which rests on a factor release; nothing where nothing did.

    None for a caller that does not read the ledger of its subject, who would see less than moved.
    """
    tenants, access = await _tenants(connection, report), connection.access
    if not access.covers(tenants) or (report.of.park is not None and not access.has_whole_park(report.of.park)):
        return None
    asked = {
        "tenants": tenants,
        "first": report.of.first,
        "last": report.last,
        "known_at": report.known_at,
        "not_read": [kind.value for kind in _NOT_READ],
        "release": release,
        "report": report.id,
        "most": MOST,
    }
    found = [await _moved(connection, reason, query, asked) for reason, query in _COUNTED.items()]
    return [one for one in [*found, await _reopened(connection, report)] if one]


async def _tenants(connection: Connection, report: PublishedReport) -> Sequence[UUID]:
    if report.of.park is None:
        return [report.of.tenant]
    return [one.tenant_id for one in await tenants_where(connection, park_id=report.of.park)]


async def _moved(connection: Connection, reason: StaleReason, query: str, asked: dict[str, Any]) -> Moved | None:
    row = await (await connection.execute(query.encode(), asked)).fetchone()
    return Moved(reason, *row) if row and row[1] else None


async def _reopened(connection: Connection, report: PublishedReport) -> Moved | None:
    """Return that the period on which the report rests is open again: that of its tenant, of a park of the operator."""
    kind = PeriodKind(report.of.cadence)
    for event in await newest_events(connection, [report.of.tenant], kind, report.of.first):
        if event.state is not PeriodState.CLOSED:
            return Moved(StaleReason.REOPENED, event.recorded_at, 1)
    return None
