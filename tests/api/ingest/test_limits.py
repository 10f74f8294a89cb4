"""What the bulk endpoint does not take on: bodies and files that are too large, and more than it can do."""

import gzip
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from api.client import Client, authorization
from ledger.setup import Databases
from tests.api.ingest.bulk import TYPED, Bulk, ndjson, row
from tests.service import Service, environment, start_service

MIB = 1 << 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingest")


@pytest.fixture(scope="module")
def narrow(databases: Databases, folder: Path) -> Iterator[Service]:
    """A service that takes little."""
    little = {"FOLDER": str(folder), "BODY_MIB": "1", "DECODED_MIB": "4", "WAITING": "2", "UPLOADS": "1"}
    named = {f"PARKLEDGER_INGEST_{name}": value for name, value in little.items()}
    found = start_service({**environment(databases), **named})
    yield found
    assert found.stop() in (0, -15)


@pytest.fixture
def bulk(narrow: Service) -> Iterator[Bulk]:
    with Client(narrow.url) as client:
        yield Bulk(narrow, client)


def files(folder: Path) -> list[Path]:
    return [path for name in ("incoming", "waiting") for path in (folder / name).glob("*")]


def test_a_body_that_is_too_long_is_refused_before_it_is_read(bulk: Bulk, folder: Path) -> None:
    head = f"POST /ingest/v1/activities?tenant={bulk.park.tenant} HTTP/1.1\r\nHost: x\r\n{TYPED}"
    with connected(bulk) as connection:
        connection.sendall(head.encode() + f"Content-Length: {MIB + 1}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert files(folder) == []


def test_a_body_of_unknown_length_is_refused_when_it_is_too_long(bulk: Bulk, folder: Path) -> None:
    answer = bulk.post(iter([b"x" * MIB, b"x" * MIB, b"x" * MIB]))
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"
    assert files(folder) == []


def test_a_file_that_unpacks_to_too_much_fails_and_posts_nothing(bulk: Bulk, folder: Path) -> None:
    bomb = gzip.compress(ndjson(row("a")) * 40_000)
    job = bulk.done(bulk.post(bomb, headers={"content-encoding": "gzip"}))
    assert (job["state"], job["failure"]["code"], job["rowCount"]) == ("FAILED", "TOO_LARGE", 0)
    assert "4 MiB" in job["failure"]["message"]
    assert files(folder) == []


def test_more_uploads_than_are_taken_are_told_to_come_again(bulk: Bulk, folder: Path) -> None:
    head = f"POST /ingest/v1/activities?tenant={bulk.park.tenant} HTTP/1.1\r\nHost: x\r\n{TYPED}"
    with connected(bulk) as connection:
        connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n" + b"{")
        wait_until_there(folder / "incoming")
        answer = bulk.post(ndjson(row("a")))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "are being received" in answer.json()["errors"][0]["message"]
    deadline = time.monotonic() + 20
    while (answer := bulk.post(ndjson(row("b")))).status_code == 503:
        assert time.monotonic() < deadline, "the place of a client that hung up is free again"
        time.sleep(0.02)
    assert bulk.done(answer)["acceptedCount"] == 1


def test_more_files_than_may_wait_are_told_to_come_again(bulk: Bulk, databases: Databases) -> None:
    with psycopg.connect(databases.owner_url) as blocking:
        blocking.execute("LOCK TABLE activities IN EXCLUSIVE MODE")
        taken = [bulk.post(ndjson(row(str(number)))).json()["id"] for number in range(2)]
        refused = bulk.post(ndjson(row("2")))
        unfinished = httpx.get(f"{bulk.url}{bulk.job(taken[0])['result']}", headers=authorization())
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (unfinished.status_code, unfinished.headers["retry-after"]) == (409, "1")
    assert [bulk.at_its_end(job)["acceptedCount"] for job in taken] == [1, 1], "they come to their end all the same"
    assert bulk.done(bulk.post(ndjson(row("2"))))["acceptedCount"] == 1


def connected(bulk: Bulk) -> socket.socket:
    address = urlsplit(bulk.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=20)


def wait_until_there(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while not list(folder.glob("*")):
        assert time.monotonic() < deadline, "a body is being received"
        time.sleep(0.02)
