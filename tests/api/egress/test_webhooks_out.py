"""Webhooks out over the API: who may add targets, what is refused, and a closed month that is told to a receiver."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from api.client import Client
from api.ingress.signatures import secret_of, verify
from ledger.setup import Databases
from tests import forking
from tests.api.egress.receiver import Receiver, receiver
from tests.api.identity.replayed import STEP, Asker, granted
from tests.api.test_flows import Park
from tests.conftest import Server
from tests.service import EVERYTHING, Service, environment, start_service

ADD = """mutation ($input: AddWebhookTargetInput!) { addWebhookTarget(input: $input) {
  ... on WebhookTargetAdded { secret target { id name url events covers state tenant { id } } }
  ... on Refusal { code field message } } }"""
TARGETS = """query ($t: ID!) { webhookTargets(tenantId: $t) { nodes { id state reason rotatedAt } } }"""
LOG = """query ($t: ID!, $n: Int, $a: String) { webhookDeliveries(targetId: $t, first: $n, after: $a) {
  nodes { id messageId event state attemptCount subjectId attempts { number outcome status problem nextAt } }
  pageInfo { hasNextPage endCursor } } }"""
ROTATE = """mutation ($t: ID!) { rotateWebhookSecret(id: $t) {
  ... on WebhookTargetAdded { secret target { rotatedAt } } ... on Refusal { code } } }"""
REMOVE = """mutation ($input: RemoveWebhookTargetInput!) { removeWebhookTarget(input: $input) {
  ... on WebhookTargetRemoved { target { state reason } } ... on Refusal { code } } }"""
REDELIVER = """mutation ($d: ID!) { redeliver(id: $d) {
  ... on RedeliveryAsked { delivery { state } } ... on Refusal { code } } }"""


@dataclass
class Telling:
    """A service that may send to a receiver inside, with a tenant of it."""

    service: Service
    env: dict[str, str]
    park: Park
    there: Receiver

    def asker(self, role: str = "TENANT_ADMINISTRATOR", tenant: str = "") -> Asker:
        return Asker(self.service, granted(self.park.client, tenant or self.park.tenant, role)["key"])

    def add(self, asker: Asker, **more: Any) -> dict[str, Any]:
        given = {"tenantId": self.park.tenant, "name": "hooks", "url": self.there.url, "events": ["PERIOD_CLOSED"]}
        answer = asker.ask(ADD, {"input": given | more}).json()
        found: dict[str, Any] = answer["data"]["addWebhookTarget"] if answer.get("data") else answer["errors"][0]
        return found


@pytest.fixture(scope="module")
def telling(server: Server, worker_id: str) -> Iterator[Telling]:
    """On a database of its own: no other service sends to what it names inside."""
    databases: Databases = server.create(f"telling_{worker_id}")
    with receiver() as there:
        env = {**environment(databases), "PARKLEDGER_WEBHOOK_INSIDE": json.dumps([there.host])}
        started = start_service(env)
        with Client(started.url) as client:
            yield Telling(started, env, Park(client), there)
        assert started.stop() in (0, -15)
    server.drop(f"telling_{worker_id}")


def asked(asker: Asker, document: str, **variables: Any) -> Any:
    """Return the one field of an answer."""
    (found,) = asker.ask(document, variables).json()["data"].values()
    return found


def close(telling: Telling, first: str) -> None:
    """Let a month of the tenant go from open to closed."""
    admin, reviewer = telling.asker(), telling.asker("REVIEWER")
    month = {"tenantId": telling.park.tenant, "kind": "MONTH", "first": first}
    for name, asker in (("submitPeriod", admin), ("reviewPeriod", reviewer), ("closePeriod", admin)):
        assert asked(asker, STEP.format(name), input=month)["__typename"] == "PeriodChanged"


def log(asker: Asker, target: str, state: str) -> dict[str, Any]:
    """Return the one delivery of a target once it is in a state."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        nodes = asked(asker, LOG, t=target)["nodes"]
        if [one["state"] for one in nodes] == [state]:
            return dict(nodes[0])
        time.sleep(0.1)
    raise AssertionError(f"not {state}: {nodes}")


def test_a_closed_month_is_told(telling: Telling) -> None:
    admin, there = telling.asker(), telling.there
    added = telling.add(admin)
    target = added["target"]
    assert target["covers"] == "TENANT"
    assert target["state"] == "LIVE"
    close(telling, "2024-03")
    told = forking.run("deliver", env=telling.env)
    assert told.returncode == 0, told.stderr
    assert "new messages" in told.stdout
    delivery = log(admin, target["id"], "DELIVERED")
    (attempt,) = delivery["attempts"]
    assert (attempt["outcome"], attempt["status"], attempt["problem"]) == ("DELIVERED", 204, "")
    (came,) = there.came
    assert verify(came.headers, came.body, [secret_of(added["secret"])], datetime.now(UTC)) == delivery["messageId"]
    message = json.loads(came.body)
    assert message["type"] == "period.closed"
    assert message["data"] == {"tenantId": telling.park.tenant, "kind": "MONTH", "first": "2024-03"}
    assert asked(admin, REDELIVER, d=delivery["id"])["delivery"]["state"] == "WAITING"
    assert forking.run("deliver", env=telling.env).returncode == 0
    again = log(admin, target["id"], "DELIVERED")
    assert again["attemptCount"] == 2
    assert there.came[1].headers["webhook-id"] == delivery["messageId"]
    assert asked(admin, LOG, t=target["id"], n=1)["pageInfo"]["hasNextPage"] is False
    stranger = telling.asker(tenant=telling.park.add_tenant("t2")[0])
    assert asked(stranger, REDELIVER, d=delivery["id"]) == {"code": "DELIVERY_NOT_FOUND"}
    assert asked(stranger, LOG, t=target["id"])["nodes"] == []
    assert asked(stranger, ROTATE, t=target["id"]) == {"code": "WEBHOOK_TARGET_NOT_FOUND"}


def test_a_target_is_rotated_and_removed(telling: Telling) -> None:
    admin = telling.asker()
    added = telling.add(admin, events=["REPORT_PUBLISHED", "REPORT_RESTATED"])
    target = added["target"]["id"]
    rotated = asked(admin, ROTATE, t=target)
    assert rotated["secret"] != added["secret"]
    assert rotated["target"]["rotatedAt"]
    removed = asked(admin, REMOVE, input={"id": target, "reason": "moved"})
    assert removed["target"] == {"state": "REMOVED", "reason": "moved"}
    assert asked(admin, REMOVE, input={"id": target, "reason": "again"}) == {"code": "WEBHOOK_TARGET_NOT_FOUND"}
    assert asked(admin, ROTATE, t=target) == {"code": "WEBHOOK_TARGET_NOT_FOUND"}
    listed = {one["id"]: one["state"] for one in asked(admin, TARGETS, t=telling.park.tenant)["nodes"]}
    assert listed[target] == "REMOVED"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://user:pass@example.org/"}, "url"),
        ({"url": "https://example.org/" + "x" * 500}, "url"),
        ({"events": []}, "events"),
        ({"covers": "PARK"}, "covers"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_a_target_is_refused(telling: Telling, more: dict[str, Any], field: str) -> None:
    admin = telling.asker()
    before = asked(admin, TARGETS, t=telling.park.tenant)["nodes"]
    refused = telling.add(admin, **more)
    assert (refused["code"] in ("BAD_WEBHOOK_TARGET", "TEXT_NOT_ACCEPTED"), refused["field"]) == (True, field)
    assert "pass" not in refused["message"]
    assert asked(admin, TARGETS, t=telling.park.tenant)["nodes"] == before


def test_targets_are_for_who_administers(telling: Telling) -> None:
    for role in ("CONTRIBUTOR", "REVIEWER", "AUDITOR"):
        assert telling.add(telling.asker(role))["extensions"]["code"] == "FORBIDDEN"
    other = telling.asker(tenant=telling.park.add_tenant("t3")[0])
    assert telling.add(other)["code"] == "NOT_REGISTERED"
    everything = Asker(telling.service, EVERYTHING.text)
    assert telling.add(everything)["target"]["tenant"]["id"] == telling.park.tenant


def test_a_tenant_has_so_many_targets(telling: Telling) -> None:
    tenant, _ = telling.park.add_tenant("t4")
    admin = telling.asker(tenant=tenant)
    for _ in range(20):
        assert "secret" in telling.add(admin, tenantId=tenant)
    assert telling.add(admin, tenantId=tenant)["code"] == "BAD_WEBHOOK_TARGET"
