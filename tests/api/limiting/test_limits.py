"""Limits over real HTTP: what is refused, how it is told, and that nothing of it is written."""

import json
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.client import Client, ServiceError, authorization
from api.ingress.signatures import secret_of
from ledger.setup import Databases
from schema.limits import BODY_BYTES, OPERATION_POINTS
from tests.api.egress.receiver import receiver
from tests.api.identity.replayed import granted, identity
from tests.api.ingest.bulk import Bulk, ndjson
from tests.api.ingest.bulk import row as bulk_row
from tests.api.ingest.test_subscription import opened, received, subscribe
from tests.api.ingress.test_webhooks import BILLS, Platform
from tests.api.test_flows import POST, Park, row
from tests.api.test_ingest_profiles import declared
from tests.service import EVERYTHING, Service, environment, start_service

SECRET = "whsec_" + "QUJD" * 11
VIEWER = "{ viewer { actor } }"
COSTLY = "{ " + " ".join(f"a{n}: parks(first: 500) {{ nodes {{ id }} }}" for n in range(60)) + " }"
"""600 points."""


@dataclass
class Narrow:
    """A service of little patience, and a tenant of it that has ways in of every kind."""

    service: Service
    park: Park
    databases: Databases

    def key(self, role: str = "TENANT_ADMINISTRATOR") -> "Caller":
        return Caller(self, granted(self.park.client, self.park.tenant, role)["key"])

    def rows(self) -> int:
        with psycopg.connect(self.databases.owner_url) as connection:
            connection.execute("SET app.reach = 'all'")
            tenant = identity(self.park.tenant)
            found = connection.execute("SELECT count(*) FROM activities WHERE tenant_id = %s", (tenant,)).fetchone()
        assert found
        return int(found[0])


@dataclass
class Caller:
    """Somebody with a key of its own, and so with a budget of its own."""

    narrow: Narrow
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return authorization(self.secret) | {"content-type": "application/json"}

    def ask(self, document: str, **variables: Any) -> httpx.Response:
        return self.send(json.dumps({"query": document, "variables": variables}).encode())

    def send(self, body: Any) -> httpx.Response:
        return httpx.post(f"{self.narrow.service.url}/graphql", content=body, headers=self.headers, timeout=60)

    @staticmethod
    def left(answer: httpx.Response) -> int:
        """Return the points that are left of a budget, as the answer says."""
        assert answer.status_code == 200, answer.text
        return int(answer.headers["ratelimit"].partition('"cost";r=')[2].partition(";")[0])

    def post(self, count: int, key: str = "") -> httpx.Response:
        rows = [row(uuid4().hex, "electricity.grid", "1", "kWh") for _ in range(count)]
        tenant = self.narrow.park.tenant
        return self.ask(POST, input={"tenantId": tenant, "idempotencyKey": key or str(uuid4()), "rows": rows})


@pytest.fixture(scope="module")
def narrow(databases: Databases, service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Narrow]:
    with Client(service.url) as client:
        park = Park(client)
        assert declared(client, park, BILLS)
        secrets: Path = tmp_path_factory.mktemp("limits") / "secrets.json"
        secrets.write_text(json.dumps({park.tenant: [SECRET]}))
        little = {"ROWS": "40", "COST": "300", "SOCKETS": "2", "WAITING": "1", "FAILURES": "8"}
        named = {f"PARKLEDGER_LIMIT_{name}": value for name, value in little.items()}
        own = {"PARKLEDGER_WEBHOOK_SECRETS": str(secrets), "PARKLEDGER_CONNECTIONS": "2"}
        own["PARKLEDGER_INGEST_FOLDER"] = str(secrets.parent / "ingest")
        found = start_service({**environment(databases), **named, **own})
        yield Narrow(found, park, databases)
        assert found.stop() in (0, -15)


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


def left(answer: httpx.Response) -> int:
    """Return the rows that are left of a budget, as the answer says."""
    return int(answer.headers["ratelimit"].partition('"rows";r=')[2].partition(";")[0])


def test_rows_of_a_minute_have_an_end(narrow: Narrow) -> None:
    caller, before = narrow.key(), narrow.rows()
    taken = caller.post(30)
    assert taken.json()["data"]["postActivities"]["acceptedCount"] == 30
    assert taken.headers["ratelimit-policy"] == '"cost";q=300;w=60, "rows";q=40;w=60'
    assert 10 <= left(taken) <= 20
    refused = caller.post(25)
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["retry-after"]) <= 23
    assert "data" not in refused.json()
    assert narrow.rows() == before + 30, "nothing of what was refused is written"
    assert caller.ask(VIEWER).status_code == 200, "questions have a budget of their own"
    assert narrow.key().post(25).status_code == 200, "so has another key"


def test_cost_of_a_minute_has_an_end_before_a_body_is_read(narrow: Narrow) -> None:
    caller = narrow.key()
    assert caller.ask(COSTLY).status_code == 200, "the bucket is full, and owes as much afterwards"
    refused = caller.ask(VIEWER)
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert 30 <= int(refused.headers["retry-after"]) <= 61
    assert refused.headers["ratelimit"].startswith('"cost";r=0;t=1')
    assert caller.send(b"no JSON at all").status_code == 429
    assert narrow.key().send(b"no JSON at all").status_code == 400


def test_a_file_of_evidence_counts_by_its_size_when_it_is_handed_out(narrow: Narrow) -> None:
    caller, mib = narrow.key(), 1 << 20
    about = {"tenant": narrow.park.tenant, "kind": "PERIOD", "subject": "MONTH 2024-03", "name": "readings.txt"}
    paths = []
    for size in (10, 20 * mib):
        url = f"{narrow.service.url}/evidence/v1"
        sent = httpx.post(url, params=about, headers=caller.headers, content=b"x" * size, timeout=60)
        paths.append(sent.json()["path"])
    small, large = (f"{narrow.service.url}{path}" for path in paths)
    other = narrow.key("AUDITOR")
    costs = [other.left(httpx.get(url, headers=other.headers, timeout=60)) for url in (small, large)]
    assert 50 <= costs[0] - costs[1] <= 101, "20 MiB are 100 points more, of which a second brings back five"
    taken = [httpx.get(large, headers=other.headers, timeout=60).status_code for _ in range(4)]
    assert (taken[0], taken[-1]) == (200, 429)
    assert httpx.get(small, headers=other.headers, timeout=60).status_code == 200, "what is left is for smaller ones"


def test_an_operation_that_costs_too_much_is_refused_whoever_asks(narrow: Narrow) -> None:
    deep = "{ parks(first: 500) { nodes { tenants(first: 500) { nodes { sites(first: 500) { nodes { id } } } } } } }"
    answer = narrow.key().ask(deep)
    assert code_of(answer) == "BAD_USER_INPUT"
    assert f"accepted are up to {OPERATION_POINTS}" in answer.text


def test_who_says_nothing_about_itself_is_limited_by_address(narrow: Narrow) -> None:
    url = narrow.service.url
    asked = {"query": "{ " + " ".join(f"a{n}: __typename" for n in range(90)) + " }"}
    assert httpx.post(f"{url}/graphql", json=asked, timeout=60).status_code == 200, "the bucket is full"
    bad = httpx.post(f"{url}/graphql", json=asked, timeout=60, headers={"authorization": "Bearer nothing"})
    assert bad.status_code == 401
    assert "ratelimit" not in bad.headers
    refused = httpx.post(f"{url}/graphql", json=asked, timeout=60)
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert refused.headers["ratelimit-policy"] == '"cost";q=30;w=60, "rows";q=4;w=60'
    assert [httpx.get(f"{url}{path}", timeout=60).status_code for path in ("/", "/examples.json")] == [429, 429]
    assert httpx.get(f"{url}/livez", timeout=60).status_code == 200
    assert narrow.key().ask(VIEWER).status_code == 200


def test_who_presents_many_bad_keys_is_told_to_wait_and_a_good_one_is_not(narrow: Narrow) -> None:
    url, caller = narrow.service.url, narrow.key()
    bad = {"authorization": f"Bearer {caller.secret[:-1]}{'a' if caller.secret[-1] != 'a' else 'b'}"}
    asked = [httpx.post(f"{url}/graphql", json={"query": VIEWER}, headers=bad, timeout=60) for _ in range(10)]
    assert {one.status_code for one in asked} <= {401, 429}
    refused = asked[-1]
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["retry-after"]) <= 8
    for path in ("/evidence/v1/x", "/reports/v1/x.json", "/ingest/v1/jobs/x"):
        assert httpx.get(f"{url}{path}", headers=bad, timeout=60).status_code == 429, path
    with opened(url) as socket:
        socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": bad["authorization"]}}))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=30)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1013
    assert caller.ask(VIEWER).status_code == 200, "from the same address"


def test_rows_of_a_file_are_taken_when_they_are_posted(narrow: Narrow) -> None:
    caller = narrow.key()
    bulk = Bulk(narrow.service, narrow.park.client, narrow.park)
    body = ndjson(*(bulk_row(uuid4().hex) for _ in range(60)))
    answer = bulk.post(body, headers=authorization(caller.secret))
    assert answer.status_code == 202
    assert left(answer) in (39, 40)
    bulk.at_its_end(answer.json()["id"])
    before = narrow.rows()
    refused = bulk.post(ndjson(bulk_row(uuid4().hex)), headers=authorization(caller.secret))
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) > 1
    assert caller.post(1).status_code == 429
    assert narrow.rows() == before
    told = httpx.get(f"{narrow.service.url}/ingest/v1/jobs/{answer.json()['id']}", headers=caller.headers, timeout=60)
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")


def test_webhooks_of_a_tenant_have_a_budget(narrow: Narrow) -> None:
    platform = Platform(narrow.service.url, narrow.park)  # type: ignore[arg-type]
    before = narrow.rows()
    records = [{"kwh": "1", "month": "2024-03", "no": uuid4().hex, "device": "m1"} for _ in range(30)]
    taken = platform.send("platform", records, secret=secret_of(SECRET))
    assert taken.status_code == 200, taken.text
    assert 10 <= left(taken) <= 20
    refused = platform.send("platform", records, secret=secret_of(SECRET))
    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    assert narrow.rows() == before + 30
    assert platform.send("platform", records, secret=b"x" * 32).status_code in (401, 429)


def test_a_body_of_unknown_length_has_an_end(narrow: Narrow) -> None:
    answer = narrow.key().send(b" " * (1 << 20) for _ in range(9))
    assert answer.status_code == 413
    assert str(BODY_BYTES) in answer.text


def test_sockets_of_a_caller_and_an_address_have_an_end(narrow: Narrow) -> None:
    caller = narrow.key()
    greeting = json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {caller.secret}"}})
    url = narrow.service.url
    with opened(url) as one, opened(url) as two, opened(url) as three:
        for connection in (one, two):
            connection.send(greeting)
            assert received(connection) == {"type": "connection_ack"}
        three.send(greeting)
        with pytest.raises(ConnectionClosed) as closed:
            three.recv(timeout=30)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1013
        one.close()
    with opened(url) as again:
        again.send(greeting)
        assert received(again) == {"type": "connection_ack"}, "who closes one may open another"
        subscribe(again, "1", COSTLY)
        assert received(again)["type"] == "next"
        assert received(again)["type"] == "complete"
        subscribe(again, "2", VIEWER)
        told = received(again)
        errors = told["payload"] if told["type"] == "error" else told["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["RATE_LIMITED"]


def test_sockets_that_say_nothing_are_counted_too(narrow: Narrow) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(opened(narrow.service.url))
        with pytest.raises(InvalidStatus), opened(narrow.service.url):
            pytest.fail("a ninth was let in")


def test_a_message_that_is_too_long_ends_the_socket(narrow: Narrow) -> None:
    with opened(narrow.service.url) as connection:
        connection.send("x" * ((1 << 20) + 1))
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=30)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1009


def test_where_too_many_wait_the_next_is_told_at_once(narrow: Narrow) -> None:
    callers, before = [narrow.key() for _ in range(3)], narrow.rows()
    keys = [str(uuid4()) for _ in callers]
    with ThreadPoolExecutor(3) as pool:
        with psycopg.connect(narrow.databases.owner_url) as blocking:
            blocking.execute("LOCK TABLE recordings IN EXCLUSIVE MODE")
            posts = {pool.submit(callers[number].post, 3, keys[number]): number for number in range(3)}
            (first, *_), _ = wait(posts, return_when=FIRST_COMPLETED, timeout=60)
            refused = first.result()
            assert (refused.status_code, code_of(refused)) == (503, "OVERLOADED")
            assert refused.headers["retry-after"] == "1"
        others = [one.result() for one in posts if one is not first]
        assert [one.status_code for one in others] == [200, 200]
    assert narrow.rows() == before + 6
    again = callers[posts[first]].post(3, keys[posts[first]])
    assert again.json()["data"]["postActivities"]["acceptedCount"] == 3
    assert narrow.rows() == before + 9, "nothing is lost for who comes again"


def test_the_client_comes_again_when_it_is_told_to() -> None:
    slept: list[float] = []
    with receiver() as there:
        there.statuses, there.headers = [429, 503, 200], {"retry-after": "3"}
        there.answer = b'{"data": {"a": 1}}'
        with Client(f"http://{there.host}", key="", sleep=slept.append) as client:
            assert client.ask("{ a }") == {"a": 1}
        assert len({one.body for one in there.came}) == 1
        assert len(slept) == 2
        assert all(3 <= one <= 3.75 for one in slept)
        there.statuses, there.headers = [429], {"retry-after": "50"}
        there.answer = b'{"errors": [{"message": "spent", "extensions": {"code": "RATE_LIMITED"}}]}'
        slept.clear()
        impatient = Client(f"http://{there.host}", key="", sleep=slept.append)
        with impatient, pytest.raises(ServiceError, match="spent"):
            impatient.ask("{ a }")
        assert 1 <= len(slept) <= 2, "no longer than is bearable"


def test_everybody_else_is_not_limited(service: Service) -> None:
    answer = service.post(json.dumps({"query": VIEWER}))
    assert EVERYTHING.id in answer.text
    assert answer.headers["ratelimit-policy"] == '"cost";q=1000000;w=60, "rows";q=6000000;w=60'
