"""Webhooks out, from what was recorded to a real receiver: order, signatures, retries, ends; time is a number here."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.egress.addresses import AddressRules
from api.egress.delivering import CONNECTIONS, IDS, Deliveries, Done
from api.egress.receivers import Receivers
from api.egress.sending import MOST_BYTES, Sender
from api.ingress.signatures import secret_of, verify
from ledger.access import Access
from ledger.database import Database
from ledger.registry import NewTenant, register_tenant
from ledger.setup import Databases
from ledger.webhooks.deliveries import (
    WAITS,
    Attempt,
    AttemptOutcome,
    DeliveryState,
    attempts_of,
    deliveries_of,
    redeliver,
)
from ledger.webhooks.events import EVENTS
from ledger.webhooks.targets import (
    Coverage,
    NewTarget,
    Target,
    TargetNotFound,
    TargetState,
    WebhookEvent,
    add_target,
    remove_target,
    rotate_secret,
    targets_of,
)
from schema.global_ids import encode
from tests.api.egress.receiver import Receiver, receiver
from tests.conftest import Server
from tests.world import World, world

pytestmark = pytest.mark.anyio
PEPPER = b"webhooks-9fQ2vL0xYb3kR7mWz1cT5nJ9"
PERIODS = [WebhookEvent.PERIOD_CLOSED, WebhookEvent.PERIOD_REOPENED]
EVENT = """
INSERT INTO period_events (tenant_id, event_id, kind, first_month, sequence, state, reason, basis)
VALUES (%s, %s, 'MONTH', %s, %s, %s, %s, %s)
"""


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database from which no service delivers."""
    yield server.create(f"egress_{worker_id}")
    server.drop(f"egress_{worker_id}")


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@dataclass
class Told:
    """A tenant whose events are told to a receiver; `now` is the time."""

    here: World
    deliveries: Deliveries
    receivers: Receivers
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    drawn: float = 0.0
    sequence: int = 0

    @property
    def database(self) -> Database:
        return self.here.database

    async def add(self, url: str, covers: Coverage = Coverage.TENANT, tenant: UUID | None = None) -> Target:
        return await add_target(self.database, NewTarget(tenant or self.here.tenant, url, PERIODS, covers, "hooks"))

    async def happens(self, state: str = "CLOSED", tenant: UUID | None = None) -> UUID:
        """Let a period reach a state; return the event."""
        self.sequence += 1
        event, of = uuid4(), tenant or self.here.tenant
        basis, reason = ("{}", "") if state == "CLOSED" else (None, "late invoice")
        async with self.database.write_registry(of) as connection:
            await connection.execute(EVENT, (of, event, "2026-03-01", self.sequence, state, reason, basis))
        return event

    async def deliver(self, after: timedelta = timedelta(0)) -> Done:
        self.now += after
        return await self.deliveries.deliver()

    async def attempts(self, target: Target) -> list[list[Attempt]]:
        async with self.database.snapshot() as connection:
            found = await deliveries_of(connection, target.id, 100)
            return list((await attempts_of(connection, [one.id for one in reversed(found)])).values())

    async def states(self, target: Target) -> list[DeliveryState]:
        async with self.database.snapshot() as connection:
            return [one.state for one in reversed(await deliveries_of(connection, target.id, 100))]

    async def target(self, known: Target) -> Target:
        async with self.database.snapshot() as connection:
            return next(one for one in await targets_of(connection, known.tenant) if one.id == known.id)


@asynccontextmanager
async def told(databases: Databases, there: Receiver, *, patience_s: float = 10) -> AsyncIterator[Told]:
    async with world(databases) as here:
        rules = AddressRules(inside=frozenset({there.host}))
        receivers = Receivers(rules, PEPPER)
        database = Database(databases.service_url, CONNECTIONS)
        await database.open()
        try:
            made: Told
            deliveries = Deliveries(
                database, receivers, Sender(rules, patience_s), lambda: made.now, lambda: made.drawn
            )
            made = Told(here, deliveries, receivers)
            yield made
            await _end_all(here.database)
        finally:
            await database.close()


async def _end_all(database: Database) -> None:
    """Leave no target that the next test would tell of something."""
    async with database.snapshot() as connection:
        rows = await (await connection.execute("SELECT DISTINCT tenant_id FROM webhook_targets")).fetchall()
        found = [one for (tenant,) in rows for one in await targets_of(connection, tenant)]
    for one in found:
        if one.state is TargetState.LIVE:
            await remove_target(database, one, "the test is over")


async def test_an_event_is_told_once_in_a_thin_signed_message(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it:
        await it.happens()
        target = await it.add(there.url)
        event = await it.happens()
        assert await it.deliver() == Done(made=1, delivered=1, failed=0)
        assert await it.deliver(timedelta(days=1)) == Done()
        (came,) = there.came
        secret = secret_of(it.receivers.secret(target.id, 1))
        assert verify(came.headers, came.body, [secret], it.now - timedelta(days=1)) == came.headers["webhook-id"]
        message = json.loads(came.body)
        data = {"tenantId": encode("Tenant", it.here.tenant), "kind": "MONTH", "first": "2026-03"}
        assert message["type"] == "period.closed"
        assert message["data"] == data, "ids and what the period is, no figure"
        assert message["timestamp"].endswith("Z")
        assert (came.path, came.headers["content-type"]) == ("/hooks", "application/json")
        ((attempt,),) = await it.attempts(target)
        assert (attempt.number, attempt.outcome, attempt.status) == (1, AttemptOutcome.DELIVERED, 204)
        async with it.database.snapshot() as connection:
            (delivery,) = await deliveries_of(connection, target.id, 10)
        assert delivery.event_id == event
        assert came.headers["webhook-id"] == delivery.message_id


async def test_what_fails_is_tried_again_when_the_schedule_says(own_databases: Databases, there: Receiver) -> None:
    there.statuses = [500]
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        assert await it.deliver() == Done(made=1, failed=1)
        for wait in WAITS:
            assert await it.deliver(wait - timedelta(microseconds=1)) == Done(), f"not before {wait}"
            assert await it.deliver(timedelta(microseconds=1)) == Done(failed=1)
        assert await it.deliver(timedelta(days=30)) == Done()
        (attempts,) = await it.attempts(target)
        assert [one.outcome for one in attempts] == [AttemptOutcome.REFUSED] * 9 + [AttemptOutcome.GIVEN_UP]
        assert attempts[0].problem == "answered 500 with 0 bytes"
        assert len({one.headers["webhook-id"] for one in there.came}) == 1, "receivers know it again"
        assert len({one.headers["webhook-timestamp"] for one in there.came}) == 10, "each try is signed anew"
        assert len({one.body for one in there.came}) == 1
        assert await it.states(target) == [DeliveryState.FAILED]
        assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


async def test_waits_are_spread(own_databases: Databases, there: Receiver) -> None:
    there.statuses = [503, 204]
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        it.drawn = 0.5
        await it.deliver()
        ((attempt,),) = await it.attempts(target)
        assert attempt.next_at == it.now + timedelta(seconds=5.25)
        assert await it.deliver(timedelta(seconds=5.2)) == Done()
        assert await it.deliver(timedelta(seconds=0.05)) == Done(delivered=1)


async def test_who_is_gone_is_told_nothing_more(own_databases: Databases, there: Receiver) -> None:
    there.statuses = [410]
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        await it.happens("OPEN")
        assert await it.deliver() == Done(made=2, failed=1), "nothing else is sent in the same turn"
        ended = await it.target(target)
        assert ended.state is TargetState.DISABLED
        assert ended.reason.startswith("answered 410")
        await it.happens()
        assert await it.deliver(timedelta(days=9)) == Done()
        assert len(there.came) == 1


async def test_a_redirection_is_not_followed(own_databases: Databases, there: Receiver) -> None:
    there.statuses, there.headers = [302], {"location": f"http://{there.host}/inside"}
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        await it.deliver()
        assert [one.path for one in there.came] == ["/hooks"]
        ((attempt,),) = await it.attempts(target)
        assert attempt.problem == "answered 302 with 0 bytes; redirections are not followed"


async def test_of_a_long_answer_little_is_read_and_nothing_kept(own_databases: Databases, there: Receiver) -> None:
    there.statuses, there.answer = [500], b"secret" * 1_000_000
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        await it.deliver()
        ((attempt,),) = await it.attempts(target)
        assert attempt.problem == f"answered 500 with {MOST_BYTES} bytes and more"


async def test_who_does_not_answer_is_waited_for_no_longer(own_databases: Databases) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(mute, "127.0.0.1", 0)
    silent = Receiver(listener.sockets[0].getsockname()[1])
    async with listener, told(own_databases, silent, patience_s=0.1) as it:
        target = await it.add(silent.url)
        await it.happens()
        assert await it.deliver() == Done(made=1, failed=1)
        ((attempt,),) = await it.attempts(target)
        assert (attempt.status, attempt.problem) == (None, "no answer within 0.1 s")


async def test_during_a_rotation_both_secrets_sign(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        old = secret_of(it.receivers.secret(target.id, 1))
        target = await rotate_secret(it.database, target)
        new = secret_of(it.receivers.secret(target.id, target.secret_number))
        assert old != new
        await it.happens()
        await it.deliver()
        both = there.came[-1]
        assert len(both.headers["webhook-signature"].split()) == 2
        for secret in (old, new):
            assert verify(both.headers, both.body, [secret], it.now)
        it.now += timedelta(hours=24, minutes=1)
        await it.happens("OPEN")
        await it.deliver()
        after = there.came[-1]
        stamped = f"{after.headers['webhook-id']}.{after.headers['webhook-timestamp']}.".encode() + after.body
        expected = base64.b64encode(hmac.digest(new, stamped, hashlib.sha256)).decode()
        assert after.headers["webhook-signature"] == f"v1,{expected}", "the new secret alone"


async def test_a_secret_is_in_no_table(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        assert it.receivers.secret(target.id, 1) != it.receivers.secret(target.id, 2)
        assert it.receivers.secret(target.id, 1) != it.receivers.secret(uuid4(), 1)
        assert it.receivers.secret(target.id, 1) != Receivers(AddressRules(), b"x" * 32).secret(target.id, 1)
        assert PEPPER.decode() not in repr(it.receivers)


async def test_a_park_is_told_to_its_operator_alone(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it:
        new = NewTenant(it.here.park, "op", "Operator", "运营", True, "")
        operator = (await register_tenant(it.database, new)).tenant_id
        whole = await it.add(f"{there.url}/whole", Coverage.PARK, operator)
        own = await it.add(f"{there.url}/own", Coverage.TENANT, operator)
        await it.happens()
        async with world(own_databases) as other:
            await it.happens(tenant=other.tenant)
        assert (await it.deliver()).made == 1
        assert [one.path for one in there.came] == ["/hooks/whole"]
        assert (len(await it.attempts(whole)), len(await it.attempts(own))) == (1, 0)


async def test_what_is_asked_for_again_comes_again(own_databases: Databases, there: Receiver) -> None:
    there.statuses = [204, 500, 204]
    async with told(own_databases, there) as it:
        target = await it.add(there.url)
        await it.happens()
        await it.deliver()
        async with it.database.snapshot() as connection:
            (delivery,) = await deliveries_of(connection, target.id, 10)
        assert (await redeliver(it.database, delivery, it.now)).state is DeliveryState.WAITING
        await redeliver(it.database, delivery, it.now)
        assert await it.deliver() == Done(failed=1), "once, however often it was asked for"
        assert await it.deliver(WAITS[0]) == Done(delivered=1), "its series of waits began anew"
        assert await it.deliver(timedelta(days=9)) == Done()
        assert len({one.headers["webhook-id"] for one in there.came}) == 1
        await remove_target(it.database, target, "moved")
        with pytest.raises(TargetNotFound):
            await redeliver(it.database, delivery, it.now)


async def test_nothing_is_told_past_a_transaction_that_is_under_way(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it:
        await it.add(there.url)
        await it.deliver()
        async with it.database.write(it.here.tenant) as slow:
            await slow.execute("SELECT recording_instant()")
            await it.happens()
            assert (await it.deliver()).made == 0, "no instant can be told"
        assert (await it.deliver()).made == 1


async def test_two_deliverers_take_turns(own_databases: Databases, there: Receiver) -> None:
    async with told(own_databases, there) as it, told(own_databases, there) as other:
        await it.add(there.url)
        for state in ("CLOSED", "OPEN", "CLOSED"):
            await it.happens(state)
        await asyncio.gather(it.deliver(), other.deliver())
        await it.deliver()
        assert [json.loads(one.body)["type"] for one in there.came] == [
            "period.closed",
            "period.reopened",
            "period.closed",
        ]


async def test_one_that_fails_does_not_keep_others_waiting(own_databases: Databases, there: Receiver) -> None:
    with receiver() as bad:
        bad.statuses = [500]
        async with told(own_databases, there) as it:
            broken = await it.add(bad.url)
            await it.add(there.url)
            await it.happens()
            assert await it.deliver() == Done(made=2, delivered=1, failed=1)
            ((attempt,),) = await it.attempts(broken)
            assert attempt.problem.startswith("the address is not accepted"), "judged again whenever it is sent to"


def test_every_kind_of_event_has_a_source() -> None:
    assert set(EVENTS) == {one.value for one in WebhookEvent}


async def test_every_source_is_read_as_it_is(own_databases: Databases, there: Receiver) -> None:
    """Reports and receipts as their tables have them, told as ids alone."""
    async with told(own_databases, there) as it:
        new = NewTarget(it.here.tenant, there.url, list(WebhookEvent), Coverage.TENANT, "all")
        await add_target(it.database, new)
        first, second = uuid4(), uuid4()
        await _publish(it, first, 1, None)
        await _publish(it, second, 2, first)
        await _receive(it, second)
        assert (await it.deliver()).delivered == 4
        messages: list[dict[str, Any]] = [json.loads(one.body) for one in there.came]
        assert [one["type"] for one in messages] == [
            "report.published",
            "report.restated",
            "report.acknowledged",
            "report.returned",
        ]
        assert "supersedesId" not in messages[0]["data"]
        assert messages[1]["data"] == {
            "tenantId": encode("Tenant", it.here.tenant),
            "reportId": encode("Report", second),
            "supersedesId": encode("Report", first),
            "kind": "ENTERPRISE",
            "cadence": "MONTH",
            "first": "2026-03",
            "version": 2,
        }
        assert messages[3]["data"]["regulator"] == "bureau"
        assert {name for one in messages for name in one["data"] if name.endswith("Id")} == set(IDS)


async def test_a_report_that_is_addressed_later_is_told_as_one_that_is_published(
    own_databases: Databases, there: Receiver
) -> None:
    async with told(own_databases, there) as it:
        events = [WebhookEvent.REPORT_PUBLISHED, WebhookEvent.REPORT_RESTATED]
        await add_target(it.database, NewTarget(it.here.tenant, there.url, events, Coverage.TENANT, "all"))
        first, second = uuid4(), uuid4()
        await _publish(it, first, 1, None)
        await _address(it, first, "province")
        await _address(it, first, "")
        await _publish(it, second, 2, first)
        await _address(it, second, "province")
        assert await it.deliver() == Done(made=5, delivered=5)
        assert await it.deliver() == Done()
        messages: list[dict[str, Any]] = [json.loads(one.body) for one in there.came]
        assert [(one["type"], one["data"]["version"], one["data"].get("regulator")) for one in messages] == [
            ("report.published", 1, None),
            ("report.published", 1, "province"),
            ("report.published", 1, ""),
            ("report.restated", 2, None),
            ("report.restated", 2, "province"),
        ]
        published, addressed = (one["data"] for one in messages[3:])
        assert addressed == published | {"regulator": "province"}
        assert len({one.headers["webhook-id"] for one in there.came}) == 5


PUBLISH = """
INSERT INTO reports (tenant_id, report_id, kind, cadence, first_month, last_month, version, supersedes, reason,
    known_at, sha256, content, signature, signed_by, published_at)
VALUES (%s, %s, 'ENTERPRISE', 'MONTH', '2026-03-01', '2026-03-01', %s, %s, 'late invoice', now(),
    encode(sha256('{}'), 'hex'), '{}', 'signature', 'key', now())
"""
ADDRESS = "INSERT INTO report_recipients (tenant_id, recipient_id, report_id, regulator) VALUES (%s, %s, %s, %s)"
RECEIVE = "SELECT receive_report(%s, %s, %s, %s, 'please', '')"


async def _publish(it: Told, report: UUID, version: int, supersedes: UUID | None) -> None:
    async with it.database.write_registry(it.here.tenant) as connection:
        await connection.execute(PUBLISH, (it.here.tenant, report, version, supersedes))
        await connection.execute(ADDRESS, (it.here.tenant, uuid4(), report, "bureau"))


async def _address(it: Told, report: UUID, regulator: str) -> None:
    async with it.database.write_registry(it.here.tenant) as connection:
        await connection.execute(ADDRESS, (it.here.tenant, uuid4(), report, regulator))


async def _receive(it: Told, report: UUID) -> None:
    """Let a regulator acknowledge and then return a report."""
    asks = Access(named=frozenset({it.here.tenant}), regulator="bureau")
    for state in ("ACKNOWLEDGED", "RETURNED"):
        async with it.database.within(asks).receive() as connection:
            cursor = await connection.execute(RECEIVE, (it.here.tenant, report, uuid4(), state))
            assert await cursor.fetchone() != (None,)
