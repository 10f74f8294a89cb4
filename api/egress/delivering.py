"""Deliveries are made of what was recorded, sent where they are due, and noted. One process does it at a time.

A message may come twice - whoever dies after sending and before noting sends again - under the same `webhook-id`.
"""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn
from uuid import UUID

import structlog

from api.egress.receivers import Receivers
from api.egress.sending import Answer, Sender
from ledger.database import Database
from ledger.pools import FAILURES
from ledger.webhooks.deliveries import Attempt, AttemptOutcome, Delivery, due, note_attempt
from ledger.webhooks.events import make_deliveries
from ledger.webhooks.targets import Target, targets_by_id
from schema.context import Clock
from schema.global_ids import encode

EVERY_S: Final = 5
"""Seconds from one look to the next."""
AFTER_FAILURE_S: Final = 60
CONNECTIONS: Final = 3
"""One holds the lock, the others read what is due and note what became of it."""
AT_ONCE: Final = 8
"""Targets that are sent to at a time; one target's messages go one after the other."""
JITTER: Final = 0.1
"""Share by which a wait is longer at most, so that what failed together does not come again together."""
GONE: Final = 410
IDS: Final = {"tenantId": "Tenant", "reportId": "Report", "supersedesId": "Report"}
"""Members of a message that are ids -> the type that the API knows them by."""
_LOCK: Final = "SELECT pg_try_advisory_lock(7309453620184223)"
_UNLOCK: Final = "SELECT pg_advisory_unlock(7309453620184223)"

Draw = Callable[[], float]
"""A random number from 0 to 1."""

log: Final = structlog.get_logger("parkledger.webhooks")


@dataclass(slots=True)
class Done:
    """What one look did."""

    made: int = 0
    delivered: int = 0
    failed: int = 0


class Deliveries:
    """The deliveries of one ledger."""

    def __init__(
        self, database: Database, receivers: Receivers, sender: Sender, clock: Clock, draw: Draw = random.random
    ) -> None:
        self._database, self._receivers, self._sender = database, receivers, sender
        self._clock, self._draw = clock, draw
        self._since: datetime | None = None

    async def deliver(self) -> Done:
        """Make the deliveries of what was recorded, and send those that are due now; nothing where another does."""
        done = Done()
        async with self._alone() as is_alone:
            if not is_alone:
                return done
            done.made, self._since = await make_deliveries(self._database, self._since)
            async with self._database.snapshot() as connection:
                waiting = await due(connection, self._clock())
                targets = {one.id: one for one in await targets_by_id(connection, {one.target for one in waiting})}
            by_target: dict[UUID, list[Delivery]] = defaultdict(list)
            for one in waiting:
                by_target[one.target].append(one)
            at_once = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._to(targets[key], found, at_once, done) for key, found in by_target.items()))
        return done

    async def _to(self, target: Target, found: Sequence[Delivery], at_once: asyncio.Semaphore, done: Done) -> None:
        async with at_once:
            for delivery in found:
                attempt = await self._tried(target, delivery)
                await note_attempt(self._database, target, delivery, attempt)
                is_delivered = attempt.outcome is AttemptOutcome.DELIVERED
                done.delivered += is_delivered
                done.failed += not is_delivered
                if not is_delivered:
                    return  # what else is for it waits for another look, and others do not wait for it

    async def _tried(self, target: Target, delivery: Delivery) -> Attempt:
        now, began, body = self._clock(), time.monotonic(), body_of(delivery)
        headers = self._receivers.headers(target, delivery.message_id, body, now)
        answer = await self._sender.send(target.url, headers, body)
        took_ms = round(1000 * (time.monotonic() - began))
        outcome, next_at = self._judged(delivery, answer, now)
        if outcome is not AttemptOutcome.DELIVERED:
            log.warning(
                "not delivered", target=target.id, delivery=delivery.id, problem=answer.problem, next_at=next_at
            )
        return Attempt(delivery.tried + 1, outcome, answer.status, answer.problem, now, took_ms, next_at)

    def _judged(self, delivery: Delivery, answer: Answer, now: datetime) -> tuple[AttemptOutcome, datetime | None]:
        if answer.is_taken:
            return AttemptOutcome.DELIVERED, None
        if answer.status == GONE:
            return AttemptOutcome.GONE, None
        wait = delivery.wait()
        if wait is None:
            return AttemptOutcome.GIVEN_UP, None
        return AttemptOutcome.REFUSED, now + wait * (1 + JITTER * self._draw())

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        """Hold the lock that one deliverer has, outside of any transaction: sending takes its time."""
        async with self._database.outside() as connection:
            is_alone = await (await connection.execute(_LOCK)).fetchone() == (True,)
            try:
                yield is_alone
            finally:
                if is_alone and not connection.closed:
                    await connection.execute(_UNLOCK)


async def delivered_continually(url: str, receivers: Receivers, clock: Clock) -> NoReturn:
    """Deliver until cancelled, over connections of its own: one is held as long as something is sent. A failure is
    logged and tried again, whatever it is: nobody else would tell that nothing is delivered any more.
    """
    while True:
        database = Database(url, CONNECTIONS)
        try:
            await database.open()
            deliveries = Deliveries(database, receivers, Sender(receivers.rules), clock)
            while True:
                await deliveries.deliver()
                await asyncio.sleep(EVERY_S)
        except FAILURES as error:
            log.error("webhooks could not be delivered", error=str(error))
        except Exception:
            log.exception("webhooks could not be delivered")
        finally:
            await database.close()
        await asyncio.sleep(AFTER_FAILURE_S)


def body_of(delivery: Delivery) -> bytes:
    """Return the body of a message, always the same bytes: what happened and when, and ids to ask for the rest with."""
    content: dict[str, Any] = json.loads(delivery.content)
    data = {
        name: encode(IDS[name], value) if name in IDS else value
        for name, value in sorted(content.items())
        if value is not None
    }
    happened = delivery.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    message = {"type": delivery.event.lower().replace("_", ".", 1), "timestamp": happened, "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
