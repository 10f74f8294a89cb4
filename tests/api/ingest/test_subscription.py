"""Progress of a job over a real WebSocket, by the protocol graphql-transport-ws."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from api.client import Client
from tests.api.ingest.bulk import Bulk, ndjson, row
from tests.service import EVERYTHING, Service

PROTOCOL = Subprotocol("graphql-transport-ws")
PROGRESS = """subscription ($id: ID!) { ingestJobProgress(id: $id) {
  id state rowCount expectedRowCount acceptedCount tenant { id code } } }"""


@contextmanager
def opened(url: str, **more: Any) -> Iterator[ClientConnection]:
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    with connect(address, subprotocols=[PROTOCOL], open_timeout=20, proxy=None, **more) as found:
        yield found


@contextmanager
def greeted(url: str) -> Iterator[ClientConnection]:
    with opened(url) as found:
        found.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {EVERYTHING.text}"}}))
        assert received(found) == {"type": "connection_ack"}
        yield found


def received(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv(timeout=30))
    return message


def subscribe(connection: ClientConnection, key: str, query: str, **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    connection.send(json.dumps({"id": key, "type": "subscribe", "payload": payload}))


def events_of(connection: ClientConnection) -> list[dict[str, Any]]:
    events = []
    while (message := received(connection))["type"] == "next":
        events.append(message["payload"])
    assert message["type"] == "complete"
    return events


def test_progress_is_told_to_the_end(service: Service, client: Client) -> None:
    bulk = Bulk(service, client)
    job = bulk.post(ndjson(*(row(str(number)) for number in range(45_000)))).json()["id"]
    with greeted(service.url) as connection:
        subscribe(connection, "1", PROGRESS, id=job)
        events = [event["data"]["ingestJobProgress"] for event in events_of(connection)]
    assert [event["id"] for event in events] == [job] * len(events)
    rows = [event["rowCount"] for event in events]
    assert rows == sorted(rows)
    assert (events[-1]["state"], events[-1]["acceptedCount"]) == ("DONE", 45_000)
    assert events[-1]["tenant"]["id"] == bulk.park.tenant
    assert len(events) >= 2, "it was told before the end, too"


def test_a_job_that_is_done_is_told_once(service: Service, client: Client) -> None:
    bulk = Bulk(service, client)
    job = bulk.done(bulk.post(ndjson(row("a"))))["id"]
    with greeted(service.url) as connection:
        subscribe(connection, "1", PROGRESS, id=job)
        assert [event["data"]["ingestJobProgress"]["state"] for event in events_of(connection)] == ["DONE"]


def test_an_unknown_job_is_an_error_with_a_code(service: Service) -> None:
    with greeted(service.url) as connection:
        subscribe(connection, "1", PROGRESS, id="SW5nZXN0Sm9iOjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMA")
        [event] = events_of(connection)
    [error] = event["errors"]
    assert "there is no job" in error["message"]
    assert error["extensions"]["code"] == "NOT_FOUND"


def test_operations_of_one_connection_do_not_share_a_snapshot(service: Service, client: Client) -> None:
    bulk = Bulk(service, client)
    job = bulk.post(ndjson(*(row(str(number)) for number in range(25_000)))).json()["id"]
    query = "query ($id: ID!) { ingestJob(id: $id) { state tenant { code } } }"
    with greeted(service.url) as connection:
        subscribe(connection, "progress", PROGRESS, id=job)
        for number in range(10):
            subscribe(connection, str(number), query, id=job)
        told: dict[str, list[Any]] = {}
        ended: set[str] = set()
        while len(ended) < 11:
            message = received(connection)
            if message["type"] == "next":
                told.setdefault(message["id"], []).append(message["payload"])
            else:
                assert message["type"] == "complete"
                ended.add(message["id"])
    assert all("errors" not in event for events in told.values() for event in events)
    assert told["progress"][-1]["data"]["ingestJobProgress"]["state"] == "DONE"


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "no json",
        '{"type": 7}',
        '{"id": "1", "type": "subscribe", "payload": "q"}',
        '{"id": 1, "type": "complete"}',
    ],
)
def test_what_is_no_message_closes_the_connection(service: Service, message: str) -> None:
    with greeted(service.url) as connection:
        connection.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


def test_a_page_of_another_site_may_not_listen(service: Service) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(service.url, origin=Origin("https://elsewhere.example")):
        pass
    assert refused.value.response.status_code == 403
