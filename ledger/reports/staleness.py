"""Whether what a published report rests on has moved since: counted in recordings, at a cost that the years between do
not add to.

Each month up to the report's last is one look into an index of recordings by the first month that they touch, so
that what is posted of later months is never looked at. Counts end at `MOST`: a report is as stale with a thousand
changes as with a million. What was declared counts where a report of any kind may rest on it and it does not begin
after the report's months. What others recorded counts where the report's totals may have moved by it
(`ledger.reports.neighbours`): since when is told, not how often, nor by whom.
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
from accounting.supply.park_energy import BOUGHT
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.registry import tenants_where
from ledger.reporting.periods import newest_events
from ledger.reports import movements as report_movements
from ledger.reports.inputs import PREVIOUS_YEARS
from ledger.reports.neighbours import Span, Subject, Surroundings, surroundings
from ledger.reports.published import PublishedReport

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

_OF_NEIGHBOURS: Final = (
    DeclarationKind.PLANT,
    DeclarationKind.TRANSFER_TERMS,
    DeclarationKind.SUPPLY_CLOSING,
    DeclarationKind.HOLDING,
    DeclarationKind.LEASE,
    DeclarationKind.ENERGY_STOCK,
)
"""Kinds of others' declarations that a report may rest on."""


class StaleReason(StrEnum):
    """Why a published report may not say any more what the ledger says."""

    ACTIVITIES = "ACTIVITIES"
    """Activities of its months, or of months that share an instrument with them, were posted, corrected or voided
    since; counted are postings."""
    DECLARATIONS = "DECLARATIONS"
    """Something was declared since that a report may rest on, and that does not begin after its months."""
    INSTRUMENTS = "INSTRUMENTS"
    """An instrument claimed for its months, or for months that share one with them, was recorded or changed since."""
    SUPPLIER_FACTORS = "SUPPLIER_FACTORS"
    """A supplier's factor that is valid in its months was registered since."""
    FACTOR_RELEASE = "FACTOR_RELEASE"
    """There is a newer factor release than the one it rests on."""
    NEIGHBOURS = "NEIGHBOURS"
    """Others on whom it depends - who supply it with energy, share in that supply or are held by it - posted, corrected
    or declared something since: its totals may have moved. Counted once."""
    CERTIFICATES = "CERTIFICATES"
    """Others recorded or changed an instrument since that names certificates of its own: of what is cancelled twice one
    counts or none, so its totals may have moved. Counted once."""
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


_COUNTED: Final = {
    StaleReason.ACTIVITIES: report_movements.ACTIVITIES,
    StaleReason.DECLARATIONS: report_movements.DECLARATIONS,
    StaleReason.INSTRUMENTS: report_movements.INSTRUMENTS,
    StaleReason.SUPPLIER_FACTORS: report_movements.SUPPLIER_FACTORS,
    StaleReason.FACTOR_RELEASE: report_movements.RELEASES,
    StaleReason.SUPERSEDED: report_movements.SUPERSEDED,
}
_COUNTED_BEYOND: Final = {
    StaleReason.NEIGHBOURS: report_movements.NEIGHBOURS,
    StaleReason.CERTIFICATES: report_movements.CERTIFICATES,
}
_WHY: Final = "whether neighbours recorded what the totals of a published report rest on, and since when"


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
    async with beyond(connection, _WHY, {tenant for one in told.values() for tenant in one.tenants}):
        around = await surroundings(connection, {key: one.subject() for key, one in told.items()})
        given = {
            "asked": Jsonb([one.row(around[key]) for key, one in told.items()]),
            "not_read": [kind.value for kind in _NOT_READ],
            "of_neighbours": [kind.value for kind in _OF_NEIGHBOURS],
            "purchases": list(BOUGHT),
            "most": MOST,
        }
        others = [
            (reason, key, since)
            for reason, query in _COUNTED_BEYOND.items()
            for key, since, _ in await (await connection.execute(query, given)).fetchall()
        ]
    for reason, query in _COUNTED.items():
        for key, since, count in await (await connection.execute(query, given)).fetchall():
            found[key].append(Moved(reason, since, count))
    for reason, key, since in others:
        found[key].append(Moved(reason, since, 1))
    for key, moved in await _reopened(connection, [one.report for one in told.values()]):
        found[key].append(moved)
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A report of whom the caller is told: whose ledgers count, and the release that it rests on."""

    report: PublishedReport
    tenants: Sequence[UUID]
    release: int

    def subject(self) -> Subject:
        """Return of whom and of which months it is; a park's of a year shows the years before, too."""
        of = self.report.of
        is_compared = of.park is not None and of.kind == "PARK" and of.cadence == PeriodKind.YEAR
        first = of.first.replace(year=of.first.year - PREVIOUS_YEARS) if is_compared else of.first
        return Subject(self.tenants, first, self.report.last)

    def row(self, around: Surroundings) -> dict[str, Any]:
        of = self.subject()
        return {
            "report": str(self.report.id),
            **_spans(around.own, "tenants", "firsts", "lasts"),
            **_spans(around.others, "others", "other_firsts", "other_lasts"),
            "customers": [str(one) for one in around.customers],
            "sellers": [str(one) for one in around.sellers],
            "first": of.first.isoformat(),
            "last": of.last.isoformat(),
            "known_at": self.report.known_at.isoformat(),
            "release": self.release,
        }


def _spans(found: Iterable[Span], tenants: str, firsts: str, lasts: str) -> dict[str, list[str]]:
    """Return spans as the three lists that the statements read."""
    spans = list(found)
    return {
        tenants: [str(one.tenant) for one in spans],
        firsts: [one.first.isoformat() for one in spans],
        lasts: [one.last.isoformat() for one in spans],
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
