"""A dashboard's question and a posting, over one kept HTTP connection, timed from the first byte to the last."""

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from api.client import authorization
from benchmarks.filling import HOURS
from benchmarks.large_parks import TIME_ZONE, LargePark, Stream
from emission_factors.decimals import plain, shown
from schema.global_ids import encode

QUESTION: Final = """query ($park: ID!, $months: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: {parkId: $park}, period: $months, basis: $basis,
    groupBy: [SCOPE, CATEGORY, MONTH]) {
    groups { scope category month totals {
      scope1 { co2e } scope2Location { co2e } scope2Market { co2e } scope3 { co2e } outside { co2e } } } } }"""
"""What a dashboard draws: every scope by category and month."""
POSTING: Final = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { acceptedCount } ... on Refusal { code field message } } }"""
_CLOCK: Final = ZoneInfo(TIME_ZONE)
_ASK_S: Final = 0.05
"""Seconds between two questions whether a job is done; the last of them counts against us."""
_SILENT_S: Final = 2
"""Seconds of silence after which a connection is renewed; the service ends one after 5 (uvicorn's keep-alive)."""

Key = tuple[str, str, str]
Groups = dict[Key, dict[str, str]]
"""Scope, category and month -> totals by their names in the API, kg CO2e."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a question, and after how many seconds."""

    body: bytes
    seconds: float

    def groups(self) -> Groups:
        """Return the totals by scope, category and month, as the service shows numbers.

        Raises `RuntimeError` where the answer is an error.
        """
        found = msgspec.json.decode(self.body)
        if found.get("errors"):
            raise RuntimeError(f"the service answered {self.body[:500].decode()}")
        groups = found["data"]["footprint"]["groups"]
        return {(group["scope"], group["category"], group["month"]): _totals(group["totals"]) for group in groups}


def _totals(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: plain(shown(Decimal(amount["co2e"]))) for name, amount in found.items()}


class Service:
    """One service, spoken to over one connection that is kept, and renewed where it was silent for long."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)
        self._used = time.monotonic()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _renew(self) -> None:
        """Connect anew where the service may have ended the connection."""
        if time.monotonic() - self._used > _SILENT_S:
            self._connection.close()
            self._connection.connect()

    def ask(self, body: bytes) -> Answer:
        """Send a body and read its answer to the end."""
        self._renew()
        begun = time.perf_counter()
        self._connection.request("POST", "/graphql", body, authorization() | {"content-type": "application/json"})
        found = self._connection.getresponse().read()
        taken, self._used = time.perf_counter() - begun, time.monotonic()
        return Answer(found, taken)

    def post(self, park: LargePark, batch: int, count: int = 1) -> float:
        """Post a batch and return the seconds; raises `RuntimeError` where a row was not accepted."""
        answer = self.ask(posting_body(park, batch, count))
        found = msgspec.json.decode(answer.body).get("data") or {}
        if found.get("postActivities", {}).get("acceptedCount") != count:
            raise RuntimeError(f"the service did not accept a row: {answer.body[:500].decode()}")
        return answer.seconds

    def upload(self, park: LargePark, batch: int, count: int) -> float:
        """Send a batch as a file of NDJSON and return the seconds until its rows are in the ledger.

        Raises `RuntimeError` where one was not accepted.
        """
        tenant, rows = more_rows(park, batch, count)
        body = b"\n".join(map(msgspec.json.encode, rows))
        self._renew()
        begun = time.perf_counter()
        path = f"/ingest/v1/activities?tenant={encode('Tenant', tenant)}"
        job = self._told("POST", path, body, authorization() | {"content-type": "application/x-ndjson"})
        while job["state"] in ("QUEUED", "RUNNING"):
            time.sleep(_ASK_S)
            job = self._told("GET", f"/ingest/v1/jobs/{job['id']}", None, authorization())
        if (job["state"], job["acceptedCount"]) != ("DONE", count):
            raise RuntimeError(f"the service did not accept a file: {job}")
        return time.perf_counter() - begun

    def _told(self, *request: Any) -> dict[str, Any]:
        self._connection.request(*request)
        found: dict[str, Any] = msgspec.json.decode(self._connection.getresponse().read())
        self._used = time.monotonic()
        if "state" not in found:
            raise RuntimeError(f"the service refuses a file: {found}")
        return found


@contextmanager
def connected(url: str) -> Iterator[Service]:
    """Connect to a service for as long as the block lasts."""
    service = Service(url)
    try:
        yield service
    finally:
        service.close()


def question_body(park: LargePark, basis: Mapping[str, object] | None = None) -> bytes:
    """Return the question for the whole park and all its months."""
    months = park.months()
    asked = {"first": f"{months[0]:%Y-%m}", "last": f"{months[-1]:%Y-%m}"}
    variables = {"park": encode("Park", park.park_id), "months": asked, "basis": basis}
    return msgspec.json.encode({"query": QUESTION, "variables": variables})


def posting_body(park: LargePark, batch: int, count: int = 1) -> bytes:
    """Return the posting of `more_rows`, with an idempotency key of its own."""
    tenant, rows = more_rows(park, batch, count)
    given = {"tenantId": encode("Tenant", tenant), "idempotencyKey": str(uuid4()), "rows": rows}
    return msgspec.json.encode({"query": POSTING, "variables": {"input": given}})


def more_rows(park: LargePark, batch: int, count: int) -> tuple[UUID, list[dict[str, str]]]:
    """Return a tenant and rows of it in one month, as a client sends them, into cells that are there.

    The number of the batch makes its facts: whoever posts it again posts duplicates.
    """
    tenant, streams = park.tenants[batch % len(park.tenants)]
    month = park.months()[batch % park.size.months]
    return tenant, [_row(streams[(batch + row) % len(streams)], month, batch, row) for row in range(count)]


def _row(stream: Stream, month: date, batch: int, row: int) -> dict[str, str]:
    starts = datetime(month.year, month.month, 1, tzinfo=_CLOCK) + timedelta(hours=row % HOURS)
    return {
        "source": stream.code,
        "externalId": f"more-{batch:06}-{row:06}",
        "activityType": stream.kind.activity_type,
        "quantity": f"{(batch + row) % 997 + 1}.{row % 10}",
        "unit": stream.kind.unit,
        "periodStart": starts.isoformat(),
        "periodEnd": (starts + timedelta(hours=1)).isoformat(),
        "supplier": stream.kind.supplier,
        "quality": stream.kind.quality,
    }
