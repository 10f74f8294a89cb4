"""Targets of webhooks: added, given another secret, removed, read. None is changed: what becomes of it is a row.

A secret is never stored: it follows from the pepper, the target's id and its number, which the service counts up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.registry import NotRegistered, tenants_where
from ledger.statements import run
from ledger.tables import WebhookChangeRow, WebhookTargetRow
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_CODE, check_text, reason_of

MOST_TARGETS: Final = 20
"""Living targets of a tenant."""
LONGEST_URL: Final = 500


class WebhookEvent(StrEnum):
    """What a webhook tells of."""

    REPORT_PUBLISHED = "REPORT_PUBLISHED"
    """A report was published for the first time; told again with `regulator` when it is addressed to one later."""
    REPORT_RESTATED = "REPORT_RESTATED"
    """A report was published again and supersedes the one before; addressed later, it is told as above."""
    REPORT_RETURNED = "REPORT_RETURNED"
    """A regulator returned a report with comments."""
    REPORT_ACKNOWLEDGED = "REPORT_ACKNOWLEDGED"
    """A regulator acknowledged a report."""
    PERIOD_CLOSED = "PERIOD_CLOSED"
    """A reporting period was closed."""
    PERIOD_REOPENED = "PERIOD_REOPENED"
    """A reporting period that was submitted, reviewed or closed was opened again."""


class Coverage(StrEnum):
    """Whose events a target is told."""

    TENANT = "TENANT"
    """The tenant's own."""
    PARK = "PARK"
    """Those of every tenant of the park; for its operator alone."""


class TargetState(StrEnum):
    """Whether a target is told anything."""

    LIVE = "LIVE"
    """It is."""
    DISABLED = "DISABLED"
    """It said that it is gone for good (HTTP 410), and is told nothing more."""
    REMOVED = "REMOVED"
    """It was removed."""


class TargetNotFound(Exception):
    """There is no such target, or none that is still told anything."""


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target to be added."""

    tenant: UUID
    url: str
    events: Sequence[WebhookEvent]
    covers: Coverage
    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target with what became of it; `secret_number` counts from 1, the one before it ended at `rotated_at`."""

    tenant: UUID
    id: UUID
    url: str
    events: tuple[WebhookEvent, ...]
    covers: Coverage
    name: str
    recorded_at: datetime
    secret_number: int
    rotated_at: datetime | None
    state: TargetState
    reason: str


TARGETS: Final = """
SELECT target.tenant_id, target.target_id, target.url, target.events, target.covers, target.name, target.recorded_at,
    coalesce(secret.number, 1), secret.recorded_at, coalesce(ended.kind, 'LIVE'), coalesce(ended.reason, '')
FROM webhook_targets AS target
LEFT JOIN LATERAL (
    SELECT one.secret_number AS number, one.recorded_at FROM webhook_changes AS one
    WHERE one.tenant_id = target.tenant_id AND one.target_id = target.target_id AND one.kind = 'SECRET_ROTATED'
    ORDER BY one.secret_number DESC LIMIT 1
) AS secret ON true
LEFT JOIN LATERAL (
    SELECT one.kind, one.reason FROM webhook_changes AS one
    WHERE one.tenant_id = target.tenant_id AND one.target_id = target.target_id AND one.kind IN ('DISABLED', 'REMOVED')
    ORDER BY one.kind DESC LIMIT 1
) AS ended ON true
"""
_OF_TENANT: Final = f"{TARGETS} WHERE target.tenant_id = %s ORDER BY target.target_id"
_BY_ID: Final = f"{TARGETS} WHERE target.target_id = ANY(%s::uuid[]) ORDER BY target.target_id"


async def add_target(database: Database, new: NewTarget) -> Target:
    """Add a target; raises `Refused`, or `NotRegistered` for a tenant that is not there for the caller."""
    check_text(new.name, "name", LONGEST_CODE)
    check_text(new.url, "url", LONGEST_URL)
    if not new.events:
        raise Refused(RefusalCode.BAD_WEBHOOK_TARGET, "events", "no event is named; accepted is at least one")
    async with database.write_registry(new.tenant) as connection:
        await _check_place(connection, new)
        target = new_id()
        row = {
            "tenant_id": new.tenant,
            "target_id": target,
            "url": new.url,
            "events": sorted({one.value for one in new.events}),
            "covers": new.covers.value,
            "name": new.name,
        }
        await run(connection, sa.insert(WebhookTargetRow).values(**row))
        return await _living(connection, target)


async def rotate_secret(database: Database, target: Target) -> Target:
    """Count a target's secret up; for a while the one before signs too. Raises `TargetNotFound`."""
    async with database.write_registry(target.tenant) as connection:
        known = await _turn(connection, target)
        await _change(connection, known, "SECRET_ROTATED", "", secret_number=known.secret_number + 1)
        return await _living(connection, target.id)


async def remove_target(database: Database, target: Target, reason: str) -> Target:
    """Let a target be told nothing more; raises `TargetNotFound` or `Refused`."""
    why = reason_of(reason)
    async with database.write_registry(target.tenant) as connection:
        known = await _turn(connection, target)
        await _change(connection, known, "REMOVED", why)
        return (await targets_by_id(connection, [target.id]))[0]


async def disable(connection: Connection, target: Target, reason: str) -> None:
    """Note that a target is gone, in a transaction bound to its tenant."""
    await _change(connection, target, "DISABLED", reason)


async def ask_again(connection: Connection, target: Target, delivery: UUID, after_attempt: int) -> None:
    """Note that a delivery is to be sent again, in a transaction bound to its tenant."""
    await _change(connection, target, "REDELIVERY_ASKED", "", delivery_id=delivery, after_attempt=after_attempt)


async def targets_of(connection: Connection, tenant: UUID) -> list[Target]:
    """Return a tenant's targets, ended ones included, in the order of their making."""
    return [_target(*row) for row in await (await connection.execute(_OF_TENANT.encode(), (tenant,))).fetchall()]


async def targets_by_id(connection: Connection, ids: Collection[UUID]) -> list[Target]:
    """Return those of these targets that the transaction sees."""
    return [_target(*row) for row in await (await connection.execute(_BY_ID.encode(), (list(ids),))).fetchall()]


async def _check_place(connection: Connection, new: NewTarget) -> None:
    tenants = await tenants_where(connection, tenant_id=new.tenant)
    if not tenants:
        raise NotRegistered(f"there is no tenant {new.tenant}")
    if new.covers is Coverage.PARK and not tenants[0].is_operator:
        message = "PARK is for the company that operates the park; this one is told its own events, TENANT"
        raise Refused(RefusalCode.BAD_WEBHOOK_TARGET, "covers", message)
    await take_turn(connection, f"webhooks of {new.tenant}")
    living = [one for one in await targets_of(connection, new.tenant) if one.state is TargetState.LIVE]
    if len(living) >= MOST_TARGETS:
        message = f"the tenant has {len(living)} targets, as many as it may; remove one of them first"
        raise Refused(RefusalCode.BAD_WEBHOOK_TARGET, "tenantId", message)


async def _turn(connection: Connection, target: Target) -> Target:
    await take_turn(connection, f"webhooks of {target.tenant}")
    return await _living(connection, target.id)


async def _living(connection: Connection, target: UUID) -> Target:
    found = await targets_by_id(connection, [target])
    if not found or found[0].state is not TargetState.LIVE:
        raise TargetNotFound(f"there is no living target {target}")
    return found[0]


async def _change(connection: Connection, target: Target, kind: str, reason: str, **more: Any) -> None:
    row = {
        "tenant_id": target.tenant,
        "change_id": new_id(),
        "target_id": target.id,
        "kind": kind,
        "reason": reason,
        **more,
    }
    await run(connection, sa.insert(WebhookChangeRow).values(**row))


def _target(*row: Any) -> Target:
    tenant, target_id, url, events, covers, name, recorded_at, number, rotated_at, state, reason = row
    return Target(
        tenant, target_id, url, tuple(map(WebhookEvent, events)), Coverage(covers), name, recorded_at, number,
        rotated_at, TargetState(state), reason,
    )  # fmt: skip
