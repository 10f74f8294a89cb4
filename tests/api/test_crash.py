"""kill -9 of the service and of the database while rows are posted: every acknowledged row is there, once."""

import os
import threading
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import psycopg
import pytest

from api.client import Client, ServiceError
from ledger import embedded
from tests.api.test_flows import POST, Park, row
from tests.ledger.embedded.processes import kill_all, server_pids
from tests.service import PEPPER, Service, let_in, start_service

NAMESPACE = UUID("6f1f5a52-0000-4000-8000-000000000000")
ROUNDS = 2
BATCHES_BEFORE_THE_KILL = 12


def start(folder: Path) -> Service:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARKLEDGER_DATABASE")}
    own = {"PARKLEDGER_DATA": str(folder), "PARKLEDGER_KEY_PEPPER": PEPPER, "PYTHONUNBUFFERED": "1"}
    started = start_service({**env, **own})
    let_in(embedded.start(folder).service_url)
    return started


def kill_everything(service: Service, folder: Path) -> None:
    """Kill the service and every process of the database, without a chance to say good-bye."""
    processes = server_pids(folder)
    assert len(processes) > 3, "a postmaster and its children"
    service.kill()
    kill_all(processes)


class Poster(threading.Thread):
    """Posts batches until the service is gone; remembers which batches it was told are in, and which it sent."""

    def __init__(self, url: str, tenant: str, name: str, enough: threading.Semaphore) -> None:
        super().__init__()
        self.url, self.tenant, self.prefix, self.enough = url, tenant, name, enough
        self.sent: list[list[dict[str, Any]]] = []
        self.acknowledged: set[str] = set()

    def run(self) -> None:
        with Client(self.url, timeout_s=20) as client:
            while True:
                number = len(self.sent)
                batch = [row(f"{self.prefix}-{number}-{i}", "electricity.grid", "1.1", "kWh") for i in range(50)]
                self.sent.append(batch)
                try:
                    outcomes = client.ask(POST, {"input": self.given(number)})["postActivities"]["outcomes"]
                except (httpx.TransportError, ServiceError):
                    return
                ids = {
                    item["externalId"]
                    for item, told in zip(batch, outcomes, strict=True)
                    if told["outcome"] == "ACCEPTED"
                }
                self.acknowledged |= ids
                self.enough.release()

    def given(self, number: int) -> dict[str, Any]:
        key = str(uuid5(NAMESPACE, f"{self.prefix}-{number}"))
        return {"tenantId": self.tenant, "idempotencyKey": key, "rows": self.sent[number]}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the processes of the database in /proc")
@pytest.mark.long
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    service = start(folder)
    try:
        with Client(service.url) as client:
            tenant = Park(client).tenant
        acknowledged: set[str] = set()
        everything: set[str] = set()
        for attempt in range(ROUNDS):
            enough = threading.Semaphore(0)
            posters = [Poster(service.url, tenant, f"{attempt}-{number}", enough) for number in range(3)]
            for poster in posters:
                poster.start()
            for _ in range(BATCHES_BEFORE_THE_KILL):
                assert enough.acquire(timeout=60), "posting goes on"
            kill_everything(service, folder)
            for poster in posters:
                poster.join(timeout=60)
            acknowledged |= set().union(*(poster.acknowledged for poster in posters))
            service = start(folder)
            stored = stored_ids(folder)
            assert acknowledged <= set(stored), "an acknowledged row is lost"
            assert len(stored) == len(set(stored)), "a row is there twice"
            everything |= retry_all(service, posters)
        assert len(acknowledged) >= ROUNDS * BATCHES_BEFORE_THE_KILL * 50
        assert sorted(stored_ids(folder)) == sorted(everything), "after the retries every row is there, once"
        assert cells_equal_rows(folder)
    finally:
        service.stop()
        if embedded.is_running(folder):
            embedded.start(folder).stop()


def retry_all(service: Service, posters: list[Poster]) -> set[str]:
    """Send every batch again, as a client does that never got its answer; return all ids ever sent."""
    with Client(service.url) as client:
        for poster in posters:
            for number in range(len(poster.sent)):
                answer = client.ask(POST, {"input": poster.given(number)})["postActivities"]
                assert {told["outcome"] for told in answer["outcomes"]} <= {"ACCEPTED", "DUPLICATE"}
    return {item["externalId"] for poster in posters for batch in poster.sent for item in batch}


def stored_ids(folder: Path) -> list[str]:
    with psycopg.connect(embedded.start(folder).owner_url) as connection:
        return [name for (name,) in connection.execute("SELECT external_id FROM activities").fetchall()]


def cells_equal_rows(folder: Path) -> bool:
    query = "SELECT (SELECT sum(quantity) FROM quantity_cells) = (SELECT sum(base_quantity) FROM activities)"
    with psycopg.connect(embedded.start(folder).owner_url) as connection:
        return connection.execute(query).fetchone() == (True,)
