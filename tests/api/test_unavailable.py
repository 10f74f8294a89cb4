"""A database that cannot be reached: said at once and in a form that clients wait upon, and nothing is lost."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from api.client import Client
from ledger.setup import Databases
from tests.api.ingest.bulk import Bulk, ndjson
from tests.api.ingest.bulk import row as bulk_row
from tests.api.ingest.test_subscription import PROGRESS, greeted, received, subscribe
from tests.api.test_flows import Park, row
from tests.api.test_secrets import INSTRUMENTS
from tests.locks import WAITING
from tests.network import Way, way_to
from tests.service import Service, environment, start_service

ASKED = '{"query": "{ __typename }"}'


@dataclass(frozen=True)
class Far:
    """A service that reaches its database over a way that can be cut."""

    way: Way
    service: Service
    client: Client
    park: Park


@pytest.fixture(scope="module")
def _far(databases: Databases) -> Iterator[Far]:
    with way_to(databases.service_url) as way:
        service = start_service(environment(replace(databases, service_url=way.url)))
        with Client(service.url) as client:
            yield Far(way, service, client, Park(client))
        assert service.stop() == 0


@pytest.fixture
def far(_far: Far) -> Iterator[Far]:
    yield _far
    _far.way.mend()
    assert _far.client.ask("{ __typename }") == {"__typename": "Query"}


def test_every_endpoint_says_so_and_when_to_come_again(far: Far) -> None:
    bulk = Bulk(far.service, far.client, far.park)
    asked: dict[str, Callable[[], httpx.Response]] = {
        "readiness": lambda: far.service.get("/readyz"),
        "GraphQL": lambda: far.service.post(ASKED),
        "a file": lambda: bulk.post(ndjson(bulk_row("far"))),
        "a job": lambda: far.service.get(f"/ingest/v1/jobs/{uuid4()}"),
        "evidence": lambda: far.service.get(f"/evidence/v1/{uuid4()}"),
    }
    far.way.cut()
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = dict(zip(asked, pool.map(lambda ask: ask(), asked.values()), strict=True))
    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(asked, 503)
    assert {one.headers["retry-after"] for one in answers.values()} == {"2"}
    errors = [one.json()["errors"][0] for one in answers.values()]
    assert {error["extensions"]["code"] for error in errors} == {"UNAVAILABLE"}
    assert {error["message"].partition(";")[0] for error in errors} == {"the database does not answer now"}
    by_id = answers["GraphQL"].json()["errors"][0]["extensions"]["requestId"]
    assert by_id == answers["GraphQL"].headers["x-request-id"]
    assert far.service.get("/livez").text == "ok"


@pytest.mark.long
def test_a_database_that_says_nothing_is_not_ready(far: Far) -> None:
    assert far.service.get("/readyz").status_code == 200
    far.way.silence()
    answer = far.service.get("/readyz")
    far.way.cut()
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")


def test_an_operation_whose_connection_is_lost_says_so(databases: Databases, far: Far) -> None:
    body = json.dumps({"query": INSTRUMENTS, "variables": {"t": far.park.tenant}})
    with ThreadPoolExecutor(1) as pool, psycopg.connect(databases.owner_url) as owner:
        owner.execute("LOCK TABLE instruments")
        asked = pool.submit(far.service.post, body)
        while owner.execute(f"{WAITING} AND relation = 'instruments'::regclass".encode()).fetchone() == (0,):
            assert not asked.done()
        far.way.cut()
        answer = asked.result(timeout=60)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    (error,) = answer.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["instruments"], "UNAVAILABLE")
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


def test_a_websocket_is_told_to_come_later(far: Far) -> None:
    far.way.cut()
    with pytest.raises(ConnectionClosed) as closed, greeted(far.service.url):
        pass
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


def test_an_operation_on_a_websocket_says_so(far: Far) -> None:
    with greeted(far.service.url) as connection:
        far.way.cut()
        subscribe(connection, "1", "{ __typename }")
        told = received(connection)
        far.way.mend()
        assert (told["type"], told["id"]) == ("error", "1"), told
        assert [error["extensions"]["code"] for error in told["payload"]] == ["UNAVAILABLE"]
        subscribe(connection, "2", "{ __typename }")
        assert received(connection)["payload"]["data"] == {"__typename": "Query"}, "the connection is kept"


def test_who_listens_is_told(far: Far) -> None:
    bulk = Bulk(far.service, far.client, far.park)
    job = bulk.post(ndjson(*(bulk_row(str(number)) for number in range(60_000)))).json()["id"]
    with greeted(far.service.url) as connection:
        subscribe(connection, "1", PROGRESS, id=job)
        assert received(connection)["payload"]["data"]["ingestJobProgress"]["state"] != "DONE"
        far.way.cut()
        while (told := received(connection))["type"] == "next" and not told["payload"].get("errors"):
            assert told["payload"]["data"]["ingestJobProgress"]["state"] != "DONE"
        far.way.mend()
        assert [error["extensions"]["code"] for error in told["payload"]["errors"]] == ["UNAVAILABLE"]
        assert received(connection) == {"type": "complete", "id": "1"}
    assert bulk.at_its_end(job)["acceptedCount"] == 60_000


def test_who_posts_meanwhile_is_answered_when_it_is_back(far: Far) -> None:
    rows, key = [row(f"{uuid4()}", "electricity.grid", "1.1", "kWh") for _ in range(3)], str(uuid4())
    far.way.cut()
    while far.way.refused.acquire(blocking=False):
        pass
    with ThreadPoolExecutor(1) as pool:
        posted = pool.submit(far.park.post, *rows, key=key)
        assert far.way.refused.acquire(timeout=30), "an attempt to connect"
        far.way.mend()
        assert posted.result(timeout=60)["acceptedCount"] == 3
    again = far.park.post(*rows, key=key)
    assert (again["acceptedCount"], again["isReplay"]) == (3, True)
    assert [one["outcome"] for one in far.park.post(*rows)["outcomes"]] == ["DUPLICATE"] * 3
