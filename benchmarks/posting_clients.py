"""Clients that post all at a time, in a process of their own, and what the service acknowledged to each.

They do what clients of a real network do: post, post again under the same key where an answer was lost, post what a
neighbour posts at this moment, post once more what was posted long ago, and correct. Every answer is compared with what
was told before; a client stops at the first thing that should not be, and says what it was.

`python -m benchmarks.posting_clients < plan > what was acknowledged`; both are JSON.
"""

import http.client
import itertools
import random
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from api.client import authorization
from benchmarks import parks
from benchmarks.acknowledged import Acknowledged, Fact
from benchmarks.ingest_mutation import MUTATION
from benchmarks.parks import HOURS, SeededTenant
from schema.global_ids import encode

CORRECTION: Final = """mutation ($input: CorrectActivityInput!) { correctActivity(input: $input) {
  ... on ActivityVersionAdded { activity { id quantity } } ... on Refusal { code field message } } }"""

LOST_ANSWERS: Final = 0.06
NEIGHBOURS: Final = 0.06
REPEATS: Final = 0.06
CORRECTIONS: Final = 0.12
"""Shares of the turns in which a client does something else than post rows of its own and read the answer."""


class Plan(msgspec.Struct, frozen=True):
    """What the clients are to do; `turn` keeps apart what several runs post."""

    url: str
    tenants: list[SeededTenant]
    clients: int
    rows: int
    seconds: float
    turn: int = 0


class NotAsExpected(Exception):
    """The service said something that contradicts what it said before, or refused."""


@dataclass(slots=True)
class Shared:
    """What the clients know of each other: batches that others may post too, and the facts by external id."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    batches: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    facts: dict[tuple[int, str], Fact] = field(default_factory=dict)

    def offer(self, tenant: int, rows: list[dict[str, Any]]) -> None:
        """Let others post a batch of a tenant."""
        with self.lock:
            self.batches[tenant] = rows

    def told(self, tenant: int, key: str, row: Mapping[str, Any], activity_id: str) -> None:
        """Keep what was told of a row; raises `NotAsExpected` where another id was told of it before."""
        with self.lock:
            external_id, quantity = row["externalId"], row["quantity"]
            made = Fact(
                key, row["source"], external_id, activity_id, quantity, row["periodStart"], activity_id, quantity
            )
            fact = self.facts.setdefault((tenant, external_id), made)
            if fact.activity_id != activity_id:
                raise NotAsExpected(f"{external_id} was {fact.activity_id}, and is {activity_id} now")


class Client:
    """One client with a connection of its own; `number` says which readings are its."""

    def __init__(self, plan: Plan, shared: Shared, number: int) -> None:
        self._plan = plan
        self._shared = shared
        self._at = number % len(plan.tenants)
        self._tenant = plan.tenants[self._at]
        self._key = encode("Tenant", self._tenant.tenant_id)
        cycle = HOURS * len(self._tenant.meters)
        self._next = (1 + plan.turn * plan.clients + number) * cycle
        self._random = random.Random(number + 1000 * plan.turn)  # noqa: S311  no secret
        self._connection = http.client.HTTPConnection(urlsplit(plan.url).netloc, timeout=120)
        self._posted: list[tuple[str, list[dict[str, Any]], list[str]]] = []
        self.found = Acknowledged()

    def work(self, until: float) -> None:
        """Take turns until the time is over; what is begun is brought to its end."""
        try:
            while time.monotonic() < until:
                self._turn()
        except (NotAsExpected, OSError, http.client.HTTPException) as error:
            self.found.errors.append(f"{type(error).__name__}: {error}")
        finally:
            self._connection.close()

    def _turn(self) -> None:
        chance = self._random.random()
        turns = (
            (LOST_ANSWERS, self._lose_an_answer),
            (NEIGHBOURS, self._post_as_neighbour),
            (REPEATS, self._repeat),
            (CORRECTIONS, self._correct),
        )
        bounds = itertools.accumulate(share for share, _ in turns)
        for bound, (_, act) in zip(bounds, turns, strict=True):
            if chance < bound:
                act()
                return
        self._post(str(uuid4()), self._take(), {"ACCEPTED", "DUPLICATE"})

    def _take(self) -> list[dict[str, Any]]:
        first, self._next = self._next, self._next + self._plan.rows
        rows = list(parks.readings(self._tenant, first, self._plan.rows))
        if self._random.random() < 2 * NEIGHBOURS:
            self._shared.offer(self._at, rows)
        return rows

    def _lose_an_answer(self) -> None:
        """Send a batch, hang up, and post it again under the same key, while the first may still be worked on."""
        key, rows = str(uuid4()), self._take()
        self._connection.request("POST", "/graphql", self._body(key, rows), _HEADERS)
        time.sleep(self._random.random() / 50)
        self._connection.close()
        self._post(key, rows, {"ACCEPTED", "DUPLICATE"})
        self.found.lost_answers += 1

    def _post_as_neighbour(self) -> None:
        """Post what another client of the tenant has posted, or is posting."""
        rows = self._shared.batches.get(self._at)
        if rows:
            self._post(str(uuid4()), rows, {"ACCEPTED", "DUPLICATE"})

    def _repeat(self) -> None:
        """Post something again: under its own key the same answer, under another nothing but duplicates."""
        if not self._posted:
            return
        key, rows, ids = self._random.choice(self._posted)
        again = self._send(key, rows)
        if [each["activityId"] for each in again] != ids:
            raise NotAsExpected(f"batch {key} was answered otherwise before")
        self._post(str(uuid4()), rows, {"DUPLICATE"})
        self.found.repeats += 1

    def _correct(self) -> None:
        """Correct a row of this client's own; nobody else does."""
        if not self._posted:
            return
        _, rows, _ = self._random.choice(self._posted)
        fact = self._shared.facts[self._at, self._random.choice(rows)["externalId"]]
        quantity = f"{self._random.randrange(10**6) / 1000:.3f}"
        given = {"activityId": fact.current_id, "quantity": quantity, "reason": "read again"}
        answer = self._answer(msgspec.json.encode({"query": CORRECTION, "variables": {"input": given}}))
        activity = answer["correctActivity"].get("activity")
        if not activity or Decimal(activity["quantity"]) != Decimal(quantity):
            raise NotAsExpected(f"{fact.external_id} was not corrected: {answer}")
        fact.current_id, fact.current_quantity = activity["id"], quantity
        fact.corrections += 1
        self.found.corrections += 1

    def _post(self, key: str, rows: list[dict[str, Any]], expected: set[str]) -> None:
        outcomes = self._send(key, rows)
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome["outcome"] not in expected:
                raise NotAsExpected(f"{row['externalId']}: {outcome}")
            self._shared.told(self._at, str(self._tenant.tenant_id), row, outcome["activityId"])
        if all(outcome["outcome"] == "ACCEPTED" for outcome in outcomes):
            self._posted.append((key, rows, [outcome["activityId"] for outcome in outcomes]))
        self.found.accepted += sum(outcome["outcome"] == "ACCEPTED" for outcome in outcomes)

    def _send(self, key: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = self._answer(self._body(key, rows))["postActivities"]
        if len(answer.get("outcomes", ())) != len(rows):
            raise NotAsExpected(f"batch {key}: {answer}")
        outcomes: list[dict[str, Any]] = answer["outcomes"]
        return outcomes

    def _body(self, key: str, rows: list[dict[str, Any]]) -> bytes:
        given = {"tenantId": self._key, "idempotencyKey": key, "rows": rows}
        return msgspec.json.encode({"query": MUTATION, "variables": {"input": given}})

    def _answer(self, body: bytes) -> dict[str, Any]:
        self._connection.request("POST", "/graphql", body, _HEADERS)
        response = self._connection.getresponse()
        text = response.read()
        found: dict[str, Any] = msgspec.json.decode(text) if response.status == 200 else {"errors": text[:500].decode()}
        if found.get("errors"):
            raise NotAsExpected(f"{response.status}: {found['errors']}")
        self.found.answered += 1
        data: dict[str, Any] = found["data"]
        return data


_HEADERS: Final = authorization() | {"content-type": "application/json"}


def posted(plan: Plan) -> Acknowledged:
    """Let the clients work and return what all of them were told."""
    shared = Shared()
    clients = [Client(plan, shared, number) for number in range(plan.clients)]
    begun = time.monotonic()
    with ThreadPoolExecutor(plan.clients) as pool:
        list(pool.map(lambda client: client.work(begun + plan.seconds), clients))
    taken = time.monotonic() - begun
    found = [client.found for client in clients]
    return Acknowledged(
        facts=list(shared.facts.values()),
        accepted=sum(one.accepted for one in found),
        answered=sum(one.answered for one in found),
        seconds=taken,
        lost_answers=sum(one.lost_answers for one in found),
        repeats=sum(one.repeats for one in found),
        corrections=sum(one.corrections for one in found),
        errors=[error for one in found for error in one.errors],
    )


def main() -> None:
    """Read the plan, work, and write what was acknowledged."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(posted(plan)))


if __name__ == "__main__":
    main()
