"""Reporting periods as they are read: how far one is, what happened to it, and what a closed one pins.

A period that has no event is open. What is known of a closed one is what was recorded up to the event that closed it:
whoever writes data of the tenant keeps it from being closed, and whoever closes it keeps them from writing, so that
nothing slips in between.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from accounting.management.reporting_periods import PeriodKind, PeriodState, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from ledger.access import Access
from ledger.connections import Connection
from ledger.reporting.pinned_bases import PinnedBases, read_pinned


@dataclass(frozen=True, slots=True)
class PeriodEvent:
    """A state that a period reached, by whom and why; at its closing with what was pinned."""

    tenant: UUID
    id: UUID
    period: ReportingPeriod
    sequence: int
    state: PeriodState
    reason: str
    basis: PinnedBases | None
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A period that is closed: `bases` by regime, and `known_at`, the instant whose knowledge is pinned.

    That is the instant of its closing: everything recorded up to it counts, and nothing later.
    """

    tenant: UUID
    period: ReportingPeriod
    bases: PinnedBases
    known_at: datetime
    closed_by: str
    event: UUID


@dataclass(frozen=True, slots=True)
class PeriodComment:
    """What somebody said of a period."""

    id: UUID
    comment: str
    actor: str
    recorded_at: datetime


_COLUMNS: Final = "tenant_id, event_id, kind, first_month, sequence, state, reason, basis, actor, recorded_at"
_EVENTS: Final = f"""
SELECT {_COLUMNS} FROM period_events WHERE tenant_id = %s AND kind = %s AND first_month = %s ORDER BY sequence
"""  # noqa: S608  composed of constants
_OF_YEAR: Final = f"""
SELECT {_COLUMNS} FROM period_events WHERE tenant_id = %s AND first_month BETWEEN %s AND %s ORDER BY sequence
"""  # noqa: S608  composed of constants
_NEWEST: Final = f"""
SELECT DISTINCT ON (tenant_id, kind, first_month) {_COLUMNS} FROM period_events
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(first)s::date IS NULL OR first_month = %(first)s)
    AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY tenant_id, kind, first_month, sequence DESC
"""  # noqa: S608  composed of constants
_STATES: Final = """
SELECT DISTINCT ON (tenant_id, kind, first_month) tenant_id, kind, first_month, state FROM period_events
WHERE tenant_id = ANY(%s::uuid[]) AND first_month BETWEEN %s AND %s
ORDER BY tenant_id, kind, first_month, sequence DESC
"""
_COMMENTS: Final = """
SELECT comment_id, comment, actor, recorded_at FROM period_comments
WHERE tenant_id = %s AND kind = %s AND first_month = %s ORDER BY recorded_at, comment_id
"""


def check_whole(access: Access) -> None:
    """Raise `Refused` for a caller that is narrowed to sites: a period and what proves it are of the whole tenant."""
    if access.sites is not None:
        message = "the caller reaches some sites of the tenant alone; reporting periods are of the whole tenant"
        raise Refused(RefusalCode.PERIOD_ROLE, "", message)


async def closed_period(
    connection: Connection, tenant: UUID, kind: PeriodKind, first: date, known_at: datetime | None = None
) -> ClosedPeriod | None:
    """Return a period with what it pins where it is closed, None where it is not; as it was known at `known_at`.

    A year is closed by itself alone: not by its twelve months. Raises `Refused` where no period begins there.
    """
    period = ReportingPeriod(kind, first)
    for event in await newest_events(connection, [tenant], kind, first, known_at):
        if event.state is PeriodState.CLOSED and event.basis is not None:
            return ClosedPeriod(tenant, period, event.basis, event.recorded_at, event.actor, event.id)
    return None


async def newest_events(
    connection: Connection,
    tenants: Collection[UUID],
    kind: PeriodKind | None = None,
    first: date | None = None,
    known_at: datetime | None = None,
) -> list[PeriodEvent]:
    """Return the last event of each period that has any, by tenant, kind and first month."""
    asked = {"tenants": list(tenants), "kind": kind, "first": first, "known_at": known_at}
    return [_event(row) for row in await (await connection.execute(_NEWEST, asked)).fetchall()]


async def states_of(
    connection: Connection, tenants: Collection[UUID], first: date, last: date
) -> dict[tuple[UUID, ReportingPeriod], PeriodState]:
    """Return how far each period is that has any event and begins from one month to another, both included."""
    rows = await (await connection.execute(_STATES, (list(tenants), first, last))).fetchall()
    return {
        (tenant, ReportingPeriod(PeriodKind(kind), month)): PeriodState(state) for tenant, kind, month, state in rows
    }


async def events_of(connection: Connection, tenant: UUID, period: ReportingPeriod) -> list[PeriodEvent]:
    """Return what happened to a period, in order."""
    cursor = await connection.execute(_EVENTS, (tenant, period.kind, period.first))
    return [_event(row) for row in await cursor.fetchall()]


async def events_of_year(connection: Connection, tenant: UUID, year: int) -> dict[ReportingPeriod, list[PeriodEvent]]:
    """Return what happened to each period of a calendar year that has any event, in order."""
    cursor = await connection.execute(_OF_YEAR, (tenant, date(year, 1, 1), date(year, 12, 31)))
    found: dict[ReportingPeriod, list[PeriodEvent]] = {}
    for event in map(_event, await cursor.fetchall()):
        found.setdefault(event.period, []).append(event)
    return found


async def comments_of(connection: Connection, tenant: UUID, period: ReportingPeriod) -> list[PeriodComment]:
    """Return what was said of a period, in order."""
    cursor = await connection.execute(_COMMENTS, (tenant, period.kind, period.first))
    return [PeriodComment(*row) for row in await cursor.fetchall()]


def _event(row: Sequence[Any]) -> PeriodEvent:
    tenant, key, kind, first, sequence, state, reason, basis, actor, recorded_at = row
    period = ReportingPeriod(PeriodKind(kind), first)
    pinned = None if basis is None else read_pinned(basis)
    return PeriodEvent(tenant, key, period, sequence, PeriodState(state), reason, pinned, actor, recorded_at)
