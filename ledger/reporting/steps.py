"""Steps of reporting periods: submitted, reviewed, closed, reopened, commented on. Each is an event with who and why.

One who closes waits for the writes of the tenant that are under way, as they hold its periods open, and those that
come later wait for the closing. It waits a second at a time and lets others pass in between: of two chunks of one file
the second holds the lock while it waits for the first, which may not have asked for it yet. While it waits it has no
turn to write and no connection of those who write (`Database.write_aside`), or one tenant's closing would keep all
others from writing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from accounting.management.reporting_periods import (
    PeriodState,
    PeriodStep,
    ReportingPeriod,
    check_four_eyes,
    check_over,
    check_role,
    state_after,
)
from accounting.refusals import RefusalCode, Refused
from ledger.access import NO_TENANT, NotRegistered
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.periods import zone_of
from ledger.registry import tenants_where
from ledger.releases import Catalogues
from ledger.reporting.periods import PeriodEvent, check_whole, events_of
from ledger.reporting.pinned_bases import bases_to_pin, park_of
from ledger.texts import LONGEST_REASON, check_text, reason_of

TRIES: Final = 30
"""How often closing waits a second for writes under way before it is refused."""
_TURN: Final = "SELECT closing_turn(%s)"
_ACTOR: Final = "SELECT coalesce(nullif(current_setting('app.actor', true), ''), 'service')"
_APPEND: Final = """
INSERT INTO period_events (tenant_id, event_id, kind, first_month, sequence, state, reason, basis)
VALUES (%(tenant)s, %(event)s, %(kind)s, %(first)s, %(sequence)s, %(state)s, %(reason)s, %(basis)s)
ON CONFLICT DO NOTHING RETURNING event_id
"""
_COMMENT: Final = """
INSERT INTO period_comments (tenant_id, comment_id, kind, first_month, comment) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING comment_id
"""


@dataclass(frozen=True, slots=True)
class AskedStep:
    """A step to be taken: of which period, by a caller of which role (empty for none), and why."""

    tenant: UUID
    period: ReportingPeriod
    step: PeriodStep
    role: str
    reason: str = ""


async def take_step(
    database: Database, catalogues: Catalogues, asked: AskedStep, clock: Callable[[], datetime]
) -> None:
    """Take a step, committed before this returns.

    Raises `Refused` where the role, the state or the reason does not allow it, or another step was taken meanwhile;
    `NotRegistered` for a tenant that is not there for the caller.
    """
    check_role(asked.step, asked.role)
    check_whole(database.access)
    why = reason_of(asked.reason, is_needed=asked.step is PeriodStep.REOPEN)
    if asked.step is PeriodStep.SUBMIT:
        database.access.check_write(asked.tenant)
    is_waiting = asked.step is PeriodStep.CLOSE
    for _ in range(TRIES):
        writing = database.write_aside(asked.tenant) if is_waiting else database.write(asked.tenant, is_review=True)
        try:
            async with writing as connection:
                await _take(connection, catalogues, asked, why, clock)
                return
        except psycopg.errors.LockNotAvailable:
            continue  # in a new transaction: while this one waited, none of the tenant could begin to write
    message = f"data of the tenant were being written for {TRIES} seconds; {asked.period.shown} is as it was, try again"
    raise Refused(RefusalCode.PERIOD_BUSY, "", message)


async def comment(database: Database, tenant: UUID, period: ReportingPeriod, text: str) -> UUID:
    """Say something of a period and return the comment's id; raises `Refused` or `NotRegistered`."""
    check_text(text, "comment", LONGEST_REASON)
    check_whole(database.access)
    key = new_id()
    async with database.write(tenant, is_review=True) as connection:
        await _check_tenant(connection, tenant)
        values = (tenant, key, period.kind, period.first, text.strip())
        if await (await connection.execute(_COMMENT, values)).fetchone() is None:
            raise RuntimeError(f"comment {key} is there already")
    return key


async def _take(
    connection: Connection, catalogues: Catalogues, asked: AskedStep, why: str, clock: Callable[[], datetime]
) -> None:
    if asked.step is PeriodStep.CLOSE:
        await connection.execute(_TURN, (asked.tenant,))
    await _check_tenant(connection, asked.tenant)
    events = await events_of(connection, asked.tenant, asked.period)
    state = state_after(asked.period, events[-1].state if events else PeriodState.OPEN, asked.step)
    if asked.step is PeriodStep.SUBMIT:
        zone = zone_of((await park_of(connection, asked.tenant)).time_zone)
        check_over(asked.period, clock().astimezone(zone).date())
    if asked.step is PeriodStep.REVIEW:
        check_four_eyes(asked.period, events[-1].actor, await _actor(connection))
    basis = None
    if asked.step is PeriodStep.CLOSE:
        basis = (await bases_to_pin(connection, catalogues, asked.tenant)).text()
    await _append(connection, asked, events, {"state": state, "reason": why, "basis": basis})


async def _append(connection: Connection, asked: AskedStep, events: list[PeriodEvent], reached: dict[str, Any]) -> None:
    """Write the next event; of two who do so at once the first one has it."""
    values = reached | {
        "tenant": asked.tenant,
        "event": new_id(),
        "kind": asked.period.kind,
        "first": asked.period.first,
        "sequence": len(events) + 1,
    }
    if await (await connection.execute(_APPEND, values)).fetchone() is None:
        message = f"somebody else took a step of {asked.period.shown} at this moment; look again"
        raise Refused(RefusalCode.PERIOD_STATE, "", message)


async def _check_tenant(connection: Connection, tenant: UUID) -> None:
    if not await tenants_where(connection, tenant_id=tenant):
        raise NotRegistered(NO_TENANT)


async def _actor(connection: Connection) -> str:
    """Return who this transaction is noted to be of."""
    row = await (await connection.execute(_ACTOR)).fetchone()
    return str(row[0]) if row else ""
