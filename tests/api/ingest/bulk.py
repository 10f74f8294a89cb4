"""A client of the bulk endpoint, for tests: files of rows, jobs waited for, results read."""

import base64
import hashlib
import json
import time
from typing import Any

import httpx

from api.client import Client, authorization
from tests.api.test_flows import Park
from tests.service import EVERYTHING, Service

NDJSON = "application/x-ndjson"
TYPED = f"Content-Type: {NDJSON}\r\nAuthorization: Bearer {EVERYTHING.text}\r\n"
JOB = """query ($id: ID!) { ingestJob(id: $id) { id state dataset format coding profile isDryRun run digest byteCount
  rowCount expectedRowCount acceptedCount duplicateCount conflictCount rejectedCount failure { code message } result
  recordedAt startedAt finishedAt tenant { id } } }"""


def row(external_id: str, **more: Any) -> dict[str, Any]:
    """Return a row of the meter m1: electricity of January 2024, unless told otherwise."""
    return {
        "source": "m1",
        "externalId": external_id,
        "activityType": "electricity.grid",
        "quantity": "1.25",
        "unit": "kWh",
        "periodStart": "2024-01-01T00:00:00+08:00",
        "periodEnd": "2024-01-02T00:00:00+08:00",
        **more,
    }


def ndjson(*rows: dict[str, Any]) -> bytes:
    """Return rows as a file."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()


def digest_of(body: bytes) -> str:
    """Return a body's Content-Digest."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


class Bulk:
    """A tenant's bulk postings to a service."""

    def __init__(self, service: Service, client: Client, park: Park | None = None) -> None:
        self.url, self.client = service.url, client
        self.park = park or Park(client)

    def post(self, body: Any, dataset: str = "activities", **more: Any) -> httpx.Response:
        """Post a file; what is not a header is a parameter."""
        headers = {"content-type": more.pop("type", NDJSON), **authorization(), **more.pop("headers", {})}
        asked = {"tenant": self.park.tenant, **more}
        return httpx.post(f"{self.url}/ingest/v1/{dataset}", content=body, headers=headers, params=asked, timeout=60)

    def done(self, answer: httpx.Response) -> dict[str, Any]:
        """Wait until a job that was taken is at its end, and return it."""
        assert answer.status_code in (200, 202), answer.text
        return self.at_its_end(answer.json()["id"])

    def at_its_end(self, job: str) -> dict[str, Any]:
        """Wait until a job is at its end, and return it."""
        deadline = time.monotonic() + 60
        while (found := self.job(job))["state"] in ("QUEUED", "RUNNING"):
            assert time.monotonic() < deadline, f"the job did not end: {found}"
            time.sleep(0.02)
        return found

    def job(self, job: str) -> dict[str, Any]:
        """Return a job as GraphQL tells it."""
        found: dict[str, Any] = self.client.ask(JOB, {"id": job})["ingestJob"]
        return found

    def result(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the outcomes of a job."""
        answer = httpx.get(f"{self.url}{job['result']}", headers=authorization(), timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(NDJSON)
        return [json.loads(line) for line in answer.text.splitlines()]
