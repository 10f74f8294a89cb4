"""Deliveries: which are due, what became of each attempt, and when the next one is.

Due is what was never tried, what was refused and whose time has come, and what was asked for again. Over is what was
delivered, given up after the last wait, or answered 410, with which the target ends.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from ledger.connections import Connection
from ledger.database import Database
from ledger.webhooks.targets import (
    Target,
    TargetNotFound,
    TargetState,
    WebhookEvent,
    ask_again,
    disable,
    targets_by_id,
)

WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Waits between the attempts of one delivery, three days in all (Standard Webhooks 1.0, section on retries)."""
KEPT: Final = timedelta(days=400)
"""How old an event may be that is still told, so that looking for what is due stays as fast in ten years."""
MOST_DUE: Final = 100
"""Deliveries that are taken at a time."""


class AttemptOutcome(StrEnum):
    """What became of an attempt."""

    DELIVERED = "DELIVERED"
    """The target answered with a status of 200 to 299."""
    REFUSED = "REFUSED"
    """It did not; it is tried again."""
    GIVEN_UP = "GIVEN_UP"
    """It did not, and that was the last attempt."""
    GONE = "GONE"
    """It answered 410: it is gone for good, and told nothing more."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "WAITING"
    """It is to be sent, or sent again."""
    DELIVERED = "DELIVERED"
    """The target took it."""
    FAILED = "FAILED"
    """It was given up, or its target has ended."""


class DeliveryNotFound(Exception):
    """There is no delivery of this id."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `status` is None where no answer came; `problem` says why it failed, empty where it did not."""

    number: int
    outcome: AttemptOutcome
    status: int | None
    problem: str
    attempted_at: datetime
    took_ms: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that is told to one target; `content` is canonical JSON, `tried_since` counts the attempts of the
    present series, which asking for it again begins anew.
    """

    tenant: UUID
    id: UUID
    target: UUID
    event: WebhookEvent
    event_id: UUID
    content: str
    happened_at: datetime
    tried: int
    tried_since: int
    last: AttemptOutcome | None
    is_asked: bool

    @property
    def state(self) -> DeliveryState:
        """How far it is."""
        if self.is_asked or self.last in (None, AttemptOutcome.REFUSED):
            return DeliveryState.WAITING
        return DeliveryState.DELIVERED if self.last is AttemptOutcome.DELIVERED else DeliveryState.FAILED

    @property
    def message_id(self) -> str:
        """What receivers know it by, at every attempt."""
        return f"msg_{self.id.hex}"

    def wait(self) -> timedelta | None:
        """Return how long to wait after one more attempt that fails, None where that is the last."""
        return WAITS[self.tried_since] if self.tried_since < len(WAITS) else None


_DELIVERIES: Final = """
SELECT one.tenant_id, one.delivery_id, one.target_id, one.event, one.event_id, one.content, one.happened_at,
    coalesce(last.attempt, 0), coalesce(last.attempt, 0) - coalesce(asked.after_attempt, 0), last.outcome,
    coalesce(asked.after_attempt >= coalesce(last.attempt, 0), false) AS is_asked
FROM webhook_deliveries AS one
LEFT JOIN LATERAL (
    SELECT attempt, outcome, next_at FROM webhook_attempts AS tried
    WHERE tried.tenant_id = one.tenant_id AND tried.delivery_id = one.delivery_id ORDER BY attempt DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT max(after_attempt) AS after_attempt FROM webhook_changes AS change
    WHERE change.tenant_id = one.tenant_id AND change.delivery_id = one.delivery_id
) AS asked ON true
"""
_DUE: Final = f"""
{_DELIVERIES} WHERE one.happened_at >= %(oldest)s
    AND (last.attempt IS NULL OR last.next_at <= %(now)s OR asked.after_attempt >= last.attempt)
    AND NOT EXISTS (SELECT FROM webhook_changes AS ended WHERE ended.tenant_id = one.tenant_id
        AND ended.target_id = one.target_id AND ended.kind IN ('DISABLED', 'REMOVED'))
ORDER BY row_number() OVER (PARTITION BY one.target_id ORDER BY one.happened_at, one.delivery_id), one.happened_at,
    one.delivery_id LIMIT %(most)s
"""
_OF_TARGET: Final = f"""
{_DELIVERIES} WHERE one.target_id = %(target)s AND (%(before)s::uuid IS NULL OR one.delivery_id < %(before)s::uuid)
ORDER BY one.delivery_id DESC LIMIT %(most)s
"""
_BY_ID: Final = f"{_DELIVERIES} WHERE one.delivery_id = ANY(%(ids)s::uuid[])"
_ATTEMPTS: Final = """
SELECT delivery_id, attempt, outcome, status, problem, attempted_at, took_ms, next_at FROM webhook_attempts
WHERE delivery_id = ANY(%s::uuid[]) ORDER BY delivery_id, attempt
"""
_ADD: Final = """
INSERT INTO webhook_attempts (tenant_id, delivery_id, attempt, outcome, status, problem, attempted_at, took_ms, next_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


async def due(connection: Connection, now: datetime) -> list[Delivery]:
    """Return deliveries that are to be sent now: of each target its oldest event first, then of each the next."""
    return await _read(connection, _DUE, {"now": now, "oldest": now - KEPT, "most": MOST_DUE})


async def note_attempt(database: Database, target: Target, delivery: Delivery, attempt: Attempt) -> None:
    """Note what became of an attempt; a target that is gone ends with it."""
    values = (
        delivery.tenant, delivery.id, attempt.number, attempt.outcome.value, attempt.status, attempt.problem,
        attempt.attempted_at, attempt.took_ms, attempt.next_at,
    )  # fmt: skip
    async with database.write_registry(delivery.tenant) as connection:
        await connection.execute(_ADD, values)
        if attempt.outcome is AttemptOutcome.GONE:
            await disable(connection, target, f"answered 410 to delivery {delivery.id}")


async def redeliver(database: Database, delivery: Delivery, now: datetime) -> Delivery:
    """Ask for a delivery again, whatever became of it; raises `TargetNotFound` where its target has ended, and
    `DeliveryNotFound` where its event is too old.
    """
    if delivery.happened_at < now - KEPT:
        raise DeliveryNotFound(f"the delivery is of {delivery.happened_at:%Y-%m-%d}; told again are {KEPT.days} days")
    async with database.write_registry(delivery.tenant) as connection:
        found = await targets_by_id(connection, [delivery.target])
        if not found or found[0].state is not TargetState.LIVE:
            raise TargetNotFound(f"there is no living target {delivery.target}")
        (known,) = await deliveries_by_id(connection, [delivery.id])
        if known.state is not DeliveryState.WAITING:
            await ask_again(connection, found[0], known.id, known.tried)
        return (await deliveries_by_id(connection, [delivery.id]))[0]


async def deliveries_of(
    connection: Connection, target: UUID, most: int, before: UUID | None = None
) -> Sequence[Delivery]:
    """Return deliveries of a target, the newest first; `before` is the one to go on after."""
    return await _read(connection, _OF_TARGET, {"target": target, "before": before, "most": most})


async def deliveries_by_id(connection: Connection, ids: Collection[UUID]) -> list[Delivery]:
    """Return those of these deliveries that the transaction sees."""
    return await _read(connection, _BY_ID, {"ids": list(ids)})


async def attempts_of(connection: Connection, deliveries: Collection[UUID]) -> dict[UUID, list[Attempt]]:
    """Return the attempts of deliveries, in their order."""
    found: dict[UUID, list[Attempt]] = {one: [] for one in deliveries}
    for delivery, number, outcome, *rest in await (await connection.execute(_ATTEMPTS, (list(deliveries),))).fetchall():
        found[delivery].append(Attempt(number, AttemptOutcome(outcome), *rest))
    return found


async def _read(connection: Connection, query: str, parameters: dict[str, Any]) -> list[Delivery]:
    return [_delivery(*row) for row in await (await connection.execute(query.encode(), parameters)).fetchall()]


def _delivery(*row: Any) -> Delivery:
    tenant, key, target, event, event_id, content, happened_at, tried, tried_since, last, is_asked = row
    outcome = AttemptOutcome(last) if last else None
    return Delivery(
        tenant, key, target, WebhookEvent(event), event_id, content, happened_at, tried, tried_since, outcome, is_asked
    )
