"""Whether what a published report rests on has moved since: counted in recordings, at a cost that the years between do
not add to.

Each month up to the report's last is one look into an index of recordings by the first month that they touch, so
that what is posted of later months is never looked at. Counts end at `MOST`: a report is as stale with a thousand
changes as with a million. What was declared counts where a report of any kind may rest on it and it does not begin
after the report's months. What a neighbour corrected, whose supply factor a report used, is not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

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


_OF_EACH: Final = """
SELECT asked.report, found.since, found.changes FROM jsonb_to_recordset(%(asked)s::jsonb)
    AS asked (report uuid, tenants uuid[], first date, last date, known_at timestamptz, release integer)
CROSS JOIN LATERAL ({}) AS found WHERE found.changes > 0
"""
"""What moved of each report that is asked about; one statement for a page of them."""
_ACTIVITIES: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT found.recorded_at FROM unnest(asked.tenants) AS tenant
    CROSS JOIN LATERAL (
        SELECT first_month AS earliest FROM recordings
        WHERE tenant_id = tenant AND row_count > 0 ORDER BY first_month LIMIT 1
    ) AS begun
    CROSS JOIN LATERAL generate_series(begun.earliest, asked.last, interval '1 month') AS month
    CROSS JOIN LATERAL (
        SELECT recorded_at FROM recordings
        WHERE tenant_id = tenant AND row_count > 0 AND first_month = month::date AND recorded_at > asked.known_at
            AND last_month >= asked.first
        ORDER BY recorded_at LIMIT %(most)s
    ) AS found
    LIMIT %(most)s
) AS one
"""
_DECLARATIONS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM declarations
    WHERE tenant_id = ANY(asked.tenants) AND recorded_at > asked.known_at AND kind <> ALL(%(not_read)s::text[])
        AND coalesce((content ->> 'month')::date, (content ->> 'day')::date - 1, (content ->> 'valid_from')::date,
            make_date((content ->> 'year')::integer, 1, 1), '-infinity') < asked.last + interval '1 month'
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_INSTRUMENTS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM instruments
    WHERE tenant_id = ANY(asked.tenants) AND recorded_at > asked.known_at
        AND claimed_from <= asked.last AND claimed_to >= asked.first
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_SUPPLIER_FACTORS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM own_factors
    WHERE tenant_id = ANY(asked.tenants) AND recorded_at > asked.known_at
        AND valid_from < asked.last + interval '1 month' AND coalesce(valid_to, 'infinity') >= asked.first
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_RELEASES: Final = (
    "SELECT min(recorded_at) AS since, count(*) AS changes FROM factor_releases WHERE number > asked.release"
)
_SUPERSEDED: Final = (
    "SELECT min(recorded_at) AS since, count(*) AS changes FROM reports WHERE supersedes = asked.report"
)
_COUNTED: Final = {
    reason: _OF_EACH.format(query).encode()
    for reason, query in (
        (StaleReason.ACTIVITIES, _ACTIVITIES),
        (StaleReason.DECLARATIONS, _DECLARATIONS),
        (StaleReason.INSTRUMENTS, _INSTRUMENTS),
        (StaleReason.SUPPLIER_FACTORS, _SUPPLIER_FACTORS),
        (StaleReason.FACTOR_RELEASE, _RELEASES),
        (StaleReason.SUPERSEDED, _SUPERSEDED),
    )
}


async def moved_since(connection: Connection, asked: Sequence[tuple[PublishedReport, int]]) -> list[list[Moved] | None]:
    """Return what moved since what each of these reports knows, which rests on a factor release; nothing where nothing
    did. As many statements for a page of reports as for one.

    None for a caller that does not read the ledger of its subject, who would see less than moved.
    """
    of_parks = await _of_parks(connection, [report for report, _ in asked])
    told = {
        report.id: _Told(report, of_parks[report.of.park] if report.of.park else [report.of.tenant], release)
        for report, release in asked
        if _is_covered(connection, report, of_parks)
    }
    found = await _moved(connection, told) if told else {}
    return [found.get(report.id) for report, _ in asked]


async def _moved(connection: Connection, told: Mapping[UUID, "_Told"]) -> dict[UUID, list[Moved]]:
    found: dict[UUID, list[Moved]] = {key: [] for key in told}
    given = {
        "asked": Jsonb([one.row() for one in told.values()]),
        "not_read": [kind.value for kind in _NOT_READ],
        "most": MOST,
    }
    for reason, query in _COUNTED.items():
        for key, since, count in await (await connection.execute(query, given)).fetchall():
            found[key].append(Moved(reason, since, count))
    for key, moved in await _reopened(connection, [one.report for one in told.values()]):
        found[key].append(moved)
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A report of whom the caller is told: whose ledgers count, and the release that it rests on."""

    report: PublishedReport
    tenants: Sequence[UUID]
    release: int

    def row(self) -> dict[str, Any]:
        return {
            "report": str(self.report.id),
            "tenants": [str(one) for one in self.tenants],
            "first": self.report.of.first.isoformat(),
            "last": self.report.last.isoformat(),
            "known_at": self.report.known_at.isoformat(),
            "release": self.release,
        }


async def _of_parks(connection: Connection, reports: Iterable[PublishedReport]) -> dict[UUID, list[UUID]]:
    """Return the tenants of each park that a report is of."""
    parks = {report.of.park for report in reports if report.of.park}
    found: dict[UUID, list[UUID]] = {park: [] for park in parks}
    for one in await tenants_where(connection, park_id=list(parks)) if parks else ():
        found[one.park_id].append(one.tenant_id)
    return found


def _is_covered(connection: Connection, report: PublishedReport, of_parks: Mapping[UUID, Sequence[UUID]]) -> bool:
    access, park = connection.access, report.of.park
    return access.covers([report.of.tenant] if park is None else of_parks[park]) and (
        park is None or access.has_whole_park(park)
    )


async def _reopened(connection: Connection, reports: Sequence[PublishedReport]) -> list[tuple[UUID, Moved]]:
    """Return of which reports the period is open again: that of the tenant, of a park's that of the operator."""
    kinds, firsts = {PeriodKind(one.of.cadence) for one in reports}, {one.of.first for one in reports}
    kind, first = (kinds.pop() if len(kinds) == 1 else None), (firsts.pop() if len(firsts) == 1 else None)
    events = await newest_events(connection, {one.of.tenant for one in reports}, kind, first)
    opened = {
        (event.tenant, event.period.kind, event.period.first): event.recorded_at
        for event in events
        if event.state is not PeriodState.CLOSED
    }
    asked = {one.id: (one.of.tenant, PeriodKind(one.of.cadence), one.of.first) for one in reports}
    return [(key, Moved(StaleReason.REOPENED, opened[of], 1)) for key, of in asked.items() if of in opened]
