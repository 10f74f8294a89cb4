"""What is due from whom and when, and how far it is: declared obligations against reports, receipts and periods.

Which rows are there row security decides: a tenant sees what it declares and what the operator of its park declares of
it, a regulator what names it of tenants that it is named for, and of these neither activities nor periods.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from accounting.management.obligations import (
    Obligation,
    ObligationState,
    Publication,
    Receipt,
    periods_due,
    state_of,
)
from accounting.management.reporting_periods import EARLIEST_YEAR, LATEST_YEAR, PeriodState, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from emission_factors.duties import Bearer, Duty, duty
from ledger.connections import Connection
from ledger.periods import zone_of
from ledger.registry import parks_where, tenants_where
from ledger.reporting.periods import states_of
from ledger.reports.published import NAMED
from ledger.reports.receipts import ReportReceipt, receipts_of
from ledger.tables import Park, Tenant

_DECLARED: Final = """
SELECT tenant_id, declaration_id, content FROM (
    SELECT DISTINCT ON (tenant_id, subject) tenant_id, declaration_id, subject, is_withdrawn, content
    FROM declarations WHERE kind = 'OBLIGATION' ORDER BY tenant_id, subject, version DESC
) AS newest WHERE NOT is_withdrawn ORDER BY tenant_id, subject
"""
_PUBLISHED: Final = """
SELECT report.tenant_id, report.park_id, report.kind, report.cadence, report.first_month, recipient.regulator,
    report.report_id, report.version, CASE WHEN recipient.recorded_at > report.recorded_at
        THEN recipient.recorded_at ELSE report.published_at END, gone.recorded_at
FROM reports AS report JOIN report_recipients AS recipient
    ON recipient.tenant_id = report.tenant_id AND recipient.report_id = report.report_id
LEFT JOIN report_withdrawals AS gone ON gone.tenant_id = recipient.tenant_id AND gone.report_id = recipient.report_id
    AND gone.regulator = recipient.regulator
WHERE report.tenant_id = ANY(%s::uuid[]) AND report.first_month BETWEEN %s AND %s
ORDER BY report.version, recipient.recorded_at DESC
"""
"""Whom it was addressed to later it was published to then; of a report twice for one regulator the earlier comes last.
"""


@dataclass(frozen=True, slots=True)
class AskedObligations:
    """Of a park with all that is seen of it, of one tenant, or of all that is seen where neither is named.

    What is due from `first` to `last`, both included, judged `on` a day: with what was published and said by its end,
    in the park; None is the day that `now` is there.
    """

    first: date
    last: date
    now: datetime
    on: date | None = None
    park: UUID | None = None
    tenant: UUID | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """An edition that is published to the regulator of an obligation, until its address was withdrawn."""

    report: UUID
    version: int
    at: datetime
    withdrawn_at: datetime | None = None

    def is_told_at(self, instant: datetime) -> bool:
        """Return whether it was published to the regulator before an instant, and not withdrawn by then."""
        return self.at < instant and (self.withdrawn_at is None or self.withdrawn_at >= instant)


@dataclass(frozen=True, slots=True)
class DueReport:
    """One period of one obligation. `published` are its editions by version; `receipts` what was said of them.

    `tenant` owes it, for its `park` where it is the park's. `period_state` None is not for the caller to know.
    """

    declaration: UUID
    declared_by: UUID
    obligation: Obligation
    duty: Duty
    tenant: UUID
    park: UUID
    period: ReportingPeriod
    due: date
    on: date
    state: ObligationState
    is_late: bool
    period_state: PeriodState | None
    published: tuple[Published, ...]
    receipts: tuple[ReportReceipt, ...]


@dataclass(frozen=True, slots=True)
class _Declared:
    tenant: UUID
    id: UUID
    content: Obligation

    @property
    def bearer(self) -> UUID:
        return self.content.bearer or self.tenant


@dataclass(frozen=True, slots=True)
class _Known:
    """What obligations are compared with."""

    zones: Mapping[UUID, ZoneInfo]
    published: Mapping[tuple[Any, ...], Sequence[tuple[str, Published]]]
    receipts: Mapping[UUID, Sequence[ReportReceipt]]
    periods: Mapping[tuple[UUID, ReportingPeriod], PeriodState]


async def due_reports(connection: Connection, asked: AskedObligations) -> list[DueReport]:
    """Return what is due, by day, tenant, duty, regulator and period; nothing of what the caller does not see.

    Raises `Refused` for days so early or late that there is no period or no day after them.
    """
    _check_days(asked)
    tenants, parks = await _places(connection, asked)
    declared = [one for one in await _declared(connection) if _is_asked(one, asked, tenants)]
    waiting = [
        (one, period, due) for one in declared for period, due in periods_due(one.content, asked.first, asked.last)
    ]
    bearers = {one.bearer for one in declared}
    known = await _known(connection, bearers, [period for _, period, _ in waiting], parks)
    found = [_due(one, period, due, tenants[one.bearer], known, asked) for one, period, due in waiting]
    codes = {key: one.code for key, one in tenants.items()}
    return sorted(found, key=lambda one: _order(one, codes))


def _check_days(asked: AskedObligations) -> None:
    for name, day in (("from", asked.first), ("to", asked.last), ("on", asked.on)):
        if day is not None and not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            message = f"{name} is {day}; accepted are days of the years {EARLIEST_YEAR} to {LATEST_YEAR - 1}"
            raise Refused(RefusalCode.BAD_PERIOD, name, message)


async def _places(connection: Connection, asked: AskedObligations) -> tuple[dict[UUID, Tenant], dict[UUID, Park]]:
    tenants = {one.tenant_id: one for one in await tenants_where(connection)}
    parks = {one.park_id: one for one in await parks_where(connection)}
    wanted = {
        key: one
        for key, one in tenants.items()
        if asked.tenant in (None, key) and asked.park in (None, one.park_id) and one.park_id in parks
    }
    return wanted, parks


def _is_asked(one: _Declared, asked: AskedObligations, tenants: Mapping[UUID, Tenant]) -> bool:
    """Whether it is of whom is asked about; what a park owes is asked of the park, not of its operator."""
    is_of_park = duty(one.content.duty).bearer is Bearer.PARK
    return one.bearer in tenants and not (is_of_park and asked.tenant is not None)


async def _declared(connection: Connection) -> list[_Declared]:
    rows = await (await connection.execute(_DECLARED)).fetchall()
    return [_Declared(tenant, key, msgspec.convert(content, Obligation)) for tenant, key, content in rows]


async def _known(
    connection: Connection, bearers: Collection[UUID], periods: Sequence[ReportingPeriod], parks: Mapping[UUID, Park]
) -> _Known:
    published: dict[tuple[Any, ...], list[tuple[str, Published]]] = {}
    own = [one for one in bearers if connection.access.covers([one])]
    states = {(tenant, period): PeriodState.OPEN for tenant in own for period in periods}
    if periods:
        firsts = [period.first for period in periods]
        first, last = min(firsts), max(firsts)
        states |= await states_of(connection, own, first, last)
        cursor = await connection.execute(_PUBLISHED, (list(bearers), first, last))
        for *key, regulator, report, version, at, gone in await cursor.fetchall():
            published.setdefault(tuple(key), []).append((regulator, Published(report, version, at, gone)))
    receipts: dict[UUID, list[ReportReceipt]] = {}
    for one in await receipts_of(connection, {found.report for of in published.values() for _, found in of}):
        receipts.setdefault(one.report, []).append(one)
    zones = {key: zone_of(park.time_zone) for key, park in parks.items()}
    return _Known(zones, published, receipts, states)


def _due(
    one: _Declared, period: ReportingPeriod, due: date, tenant: Tenant, known: _Known, asked: AskedObligations
) -> DueReport:
    of, zone = duty(one.content.duty), known.zones[tenant.park_id]
    on = asked.on or asked.now.astimezone(zone).date()
    until = _end_of(on, zone)
    published = _published(one, of, period, tenant, known, until)
    receipts = tuple(
        receipt
        for edition in published
        for receipt in known.receipts.get(edition.report, ())
        if receipt.regulator == one.content.regulator and receipt.recorded_at < until
    )
    editions = [Publication(edition.report, edition.version) for edition in published]
    state = state_of(of, due, on, editions, [Receipt(receipt.report, receipt.state) for receipt in receipts])
    return DueReport(
        declaration=one.id,
        declared_by=one.tenant,
        obligation=one.content,
        duty=of,
        tenant=tenant.tenant_id,
        park=tenant.park_id,
        period=period,
        due=due,
        on=on,
        state=state,
        is_late=_is_late(state, due, published, zone),
        period_state=known.periods.get((tenant.tenant_id, period)),
        published=published,
        receipts=receipts,
    )


def _published(
    one: _Declared, of: Duty, period: ReportingPeriod, tenant: Tenant, known: _Known, until: datetime
) -> tuple[Published, ...]:
    park = tenant.park_id if of.bearer is Bearer.PARK else None
    addressed = (NAMED, one.content.regulator)
    there = known.published.get((tenant.tenant_id, park, of.report_kind, period.kind.value, period.first), ())
    found = {edition.report: edition for to, edition in there if to in addressed and edition.is_told_at(until)}
    return tuple(found.values())


def _is_late(state: ObligationState, due: date, published: Iterable[Published], zone: ZoneInfo) -> bool:
    """Whether the first edition came after the day, or none has come and it is over."""
    first = min((edition.at for edition in published), default=None)
    return state is ObligationState.OVERDUE if first is None else first.astimezone(zone).date() > due


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day ends on a wall clock."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _order(one: DueReport, codes: Mapping[UUID, str]) -> tuple[Any, ...]:
    of = one.obligation
    return one.due, codes[one.tenant], of.duty, of.regulator, one.period.first, one.declaration.int
