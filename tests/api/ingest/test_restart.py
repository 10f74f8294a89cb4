"""A service that dies or stops while it posts a file goes on with it: every row once, every outcome told."""

import time
from pathlib import Path

import pytest

from api.client import Client
from ledger import embedded
from tests.api.ingest.bulk import Bulk, ndjson, row
from tests.api.ingest.test_subscription import PROGRESS, greeted, received, subscribe
from tests.api.test_crash import cells_equal_rows, kill_everything, start, stored_ids
from tests.service import Service

pytestmark = pytest.mark.long

ROWS = 120_000


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the processes of the database in /proc")
def test_a_file_is_posted_whole_and_once_through_kills_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    service = start(folder)
    try:
        with Client(service.url) as client:
            bulk = Bulk(service, client)
            body = ndjson(*(row(str(number), quantity="1") for number in range(ROWS)))
            job = bulk.post(body).json()["id"]
            done = under_way(bulk, job)
        kill_everything(service, folder)
        service = start(folder)
        with Client(service.url) as client:
            bulk = Bulk(service, client, bulk.park)
            assert bulk.job(job)["rowCount"] >= done, "what was told is there"
            done = under_way(bulk, job, more_than=done)
        stop_under_a_listener(service, job)
        service = start(folder)
        with Client(service.url) as client:
            bulk = Bulk(service, client, bulk.park)
            assert bulk.job(job)["rowCount"] >= done
            found = bulk.at_its_end(job)
            told = bulk.result(found)
            again = bulk.post(body)
            assert again.json()["id"] == job
            assert again.json()["state"] == "DONE"
        assert (found["state"], found["rowCount"], found["acceptedCount"]) == ("DONE", ROWS, ROWS)
        assert [one["row"] for one in told] == list(range(1, ROWS + 1))
        assert len({one["activityId"] for one in told}) == ROWS, "each row has a fact of its own"
        stored = stored_ids(folder)
        assert len(stored) == len(set(stored)) == ROWS
        assert cells_equal_rows(folder)
        assert list((folder / "ingest" / "waiting").iterdir()) == []
    finally:
        service.stop()
        if embedded.is_running(folder):
            embedded.start(folder).stop()


def under_way(bulk: Bulk, job: str, more_than: int = 0) -> int:
    """Wait until some more rows are posted but not all, and return how many."""
    deadline = time.monotonic() + 60
    while (found := bulk.job(job))["rowCount"] <= more_than:
        assert time.monotonic() < deadline, f"the job does not go on: {found}"
        time.sleep(0.005)
    assert found["state"] == "RUNNING", f"too late to be stopped: {found}"
    return int(found["rowCount"])


def stop_under_a_listener(service: Service, job: str) -> None:
    """Ask the service to end while somebody listens to the job; it does, and says so."""
    with greeted(service.url) as connection:
        subscribe(connection, "1", PROGRESS, id=job)
        assert received(connection)["type"] == "next"
        assert service.stop() in (0, -15)
