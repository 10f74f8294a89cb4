"""Webhooks of a meter platform over real HTTP: signed, in its own form, answered once they are committed."""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.client import Client
from api.ingress.signatures import signature
from ledger.setup import Databases
from tests.api.test_ingest_profiles import declared
from tests.api.test_intervals import Metered
from tests.service import Service, environment, start_service

SECRET = bytes(range(32))
BILLS: dict[str, Any] = {
    "name": "platform",
    "timeZone": "Asia/Shanghai",
    "columns": [
        {"header": "kwh", "field": "quantity"},
        {"header": "month", "field": "period"},
        {"header": "no", "field": "externalId"},
        {"header": "device", "field": "source"},
        {"header": "sent"},
    ],
    "fixed": [{"field": "unit", "value": "kWh"}, {"field": "activityType", "value": "electricity.grid"}],
}
NOTHING: Mapping[str, str] = {}
METERS: dict[str, Any] = {
    "name": "meters",
    "dataset": "INTERVALS",
    "timeZone": "Asia/Shanghai",
    "columns": [
        {"header": "device", "field": "series"},
        {"header": "at", "field": "start"},
        {"header": "v", "field": "value"},
    ],
}


class Platform:
    """Sends webhooks to a service, signed for a tenant."""

    def __init__(self, url: str, park: Metered) -> None:
        self._url = url
        self.park = park

    def send(
        self,
        profile: str,
        content: Any,
        *,
        name: str = "",
        secret: bytes = SECRET,
        changed: Mapping[str, str] = NOTHING,
    ) -> httpx.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        name, stamp = name or uuid4().hex, str(int(time.time()))
        signed = {
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature(secret, name, stamp, body)}",
        }
        address = f"{self._url}/ingest/v1/webhook/{profile}"
        return httpx.post(
            address, params={"tenant": self.park.tenant}, content=body, headers={**signed, **changed}, timeout=60
        )

    def posted(self) -> set[str]:
        """The quantities of the tenant's footprint."""
        found = self.park.footprint(period={"first": "2025-03", "last": "2025-03"})
        return {line["quantity"] for line in found["lines"]["nodes"]}


@pytest.fixture(scope="module")
def platform(service: Service, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Client(service.url) as client:
        park = Metered(client)
        declared(client, park, BILLS, METERS)
        path: Path = tmp_path_factory.mktemp("secrets") / "secrets.json"
        path.write_text(json.dumps({park.tenant: [f"whsec_{base64.b64encode(SECRET).decode()}"]}))
        signed = start_service({**environment(databases), "PARKLEDGER_WEBHOOK_SECRETS": str(path)})
        yield Platform(signed.url, park)
        assert signed.stop() in (0, -15)


def record(number: str, quantity: object, **more: object) -> dict[str, object]:
    return {"no": number, "device": "m1", "month": "2025-03", "kwh": quantity, "sent": "now", **more}


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def test_records_are_posted_once_whatever_is_sent_again(platform: Platform) -> None:
    body = b'{"type": "bill.made", "data": [{"no": "a", "device": "m1",\n "month": "2025-03", "kwh": 1000.10}]}'
    first = platform.send("platform", body, name="msg_1")
    assert (first.status_code, first.json()["acceptedCount"], first.json()["isReplay"]) == (200, 1, False)
    assert platform.posted() == {"1000.1"}
    again = platform.send("platform", body, name="msg_1")
    assert (again.status_code, again.json()) == (200, {**first.json(), "isReplay": True})
    assert platform.send("platform", body).json()["duplicateCount"] == 1
    other = platform.send("platform", record("b", 5), name="msg_1")
    assert told(other) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert platform.posted() == {"1000.1"}


def test_what_is_not_signed_is_401_and_writes_nothing(platform: Platform) -> None:
    before = platform.posted()
    wrong = platform.send("platform", record("x", 7), secret=bytes(32))
    unsigned = platform.send("platform", record("x", 7), changed={"webhook-signature": ""})
    late = platform.send("platform", record("x", 7), changed={"webhook-timestamp": "1614265330"})
    assert [told(one) for one in (wrong, unsigned, late)] == [(401, "BAD_SIGNATURE")] * 3
    other = Platform(platform._url, Metered(platform.park.client))
    assert told(other.send("platform", record("x", 7))) == (401, "BAD_SIGNATURE")
    assert platform.posted() == before


def test_a_record_that_is_refused_is_told_and_the_others_land(platform: Platform) -> None:
    mixed = platform.send("platform", [record("m-1", 1), record("m-2", "many"), record("m-3", 1, device="none")])
    assert (mixed.status_code, mixed.json()["acceptedCount"], mixed.json()["rejectedCount"]) == (200, 1, 2)
    rows = [(one["row"], one["outcome"], one["code"], one["field"]) for one in mixed.json()["outcomes"]]
    assert rows == [(1, "REJECTED", "NOT_A_NUMBER", "quantity"), (2, "REJECTED", "UNKNOWN_SOURCE", "source")]
    assert "'many'" in mixed.json()["outcomes"][0]["message"]
    none = platform.send("platform", record("m-1", 2))
    assert (none.status_code, none.json()["outcomes"][0]["conflictingFields"]) == (422, ["quantity"])


@pytest.mark.parametrize("body", [b"", b"kwh=4", b"[1]", b"[]", b'"text"', b"[{}", b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_422(platform: Platform, body: bytes) -> None:
    answer = platform.send("platform", body)
    assert answer.status_code == 422, answer.text


def test_a_profile_that_is_not_there_and_a_body_that_is_too_long(platform: Platform) -> None:
    missing = platform.send("other", record("x", 1))
    assert told(missing) == (404, "NOT_FOUND")
    assert "it has 'meters', 'platform'" in missing.text
    assert told(platform.send("platform", b" " * (4 * 2**20 + 1))) == (413, "TOO_LARGE")
    assert told(platform.send("platform", [record(str(n), 1) for n in range(1001)])) == (422, "UNREADABLE")


def test_readings_are_posted_all_or_none(platform: Platform) -> None:
    park = platform.park
    series = park.add("LOAD", "kWh")
    days = [
        {"device": series_name(park, series), "at": f"2025-03-01 0{hour}:00", "v": hour + 0.25} for hour in range(3)
    ]
    bad = platform.send("meters", [*days, {**days[0], "at": "2025-03-01 03:07"}])
    assert (bad.status_code, bad.json()["errors"][0]["extensions"]["field"]) == (422, "readings[3].start")
    unknown = platform.send("meters", [*days, {**days[0], "device": "nothing"}])
    assert told(unknown) == (422, "UNKNOWN_SERIES")
    assert [one["value"] for one in park.readings(series, first=3)["rows"]["nodes"]] == [None] * 3
    done = platform.send("meters", days)
    assert (done.status_code, done.json()["acceptedCount"]) == (200, 3)
    assert [one["value"] for one in park.readings(series, first=3)["rows"]["nodes"]] == ["0.25", "1.25", "2.25"]
    changed = platform.send("meters", {**days[0], "v": 9})
    assert (changed.status_code, changed.json()["outcomes"][0]["outcome"]) == (422, "CONFLICT")


def series_name(park: Metered, series: str) -> str:
    asked = "query ($boundary: BoundaryInput!) { intervalSeries(boundary: $boundary) { nodes { id source { code } } } }"
    nodes = park.client.ask(asked, {"boundary": {"tenantId": park.tenant}})["intervalSeries"]["nodes"]
    return next(str(one["source"]["code"]) for one in nodes if one["id"] == series)


def test_without_secrets_there_is_no_way_in(service: Service) -> None:
    assert httpx.post(f"{service.url}/ingest/v1/webhook/platform", content=b"{}").status_code in (404, 405)
