"""Files posted in bulk over real HTTP: taken once, posted whole, each row told what became of it."""

import base64
import gzip
import hashlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.client import Client, ServiceError, authorization
from ledger.setup import Databases
from tests.api.identity.replayed import granted
from tests.api.ingest.bulk import TYPED, Bulk, digest_of, ndjson, row
from tests.service import Service, ingest_folder

COUNTS = ("acceptedCount", "duplicateCount", "conflictCount", "rejectedCount")


@pytest.fixture
def bulk(service: Service, client: Client) -> Bulk:
    return Bulk(service, client)


def counts(job: dict[str, int]) -> tuple[int, ...]:
    return tuple(job[name] for name in COUNTS)


def test_every_row_has_its_outcome_in_the_order_of_the_file(bulk: Bulk) -> None:
    body = ndjson(
        row("a", quantity="2"),
        row("b", unit="apples"),
        row("a", quantity="2"),
        row("a", quantity="3"),
        row("c", source="m9"),
        row("d", quantity="0.75"),
    )
    answer = bulk.post(body, headers={"content-digest": digest_of(body)})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/ingest/v1/jobs/{answer.json()['id']}"
    job = bulk.done(answer)
    assert (job["state"], job["rowCount"], job["expectedRowCount"], job["failure"]) == ("DONE", 6, 6, None)
    assert counts(job) == (2, 1, 1, 2)
    assert job["digest"] == hashlib.sha256(body).hexdigest()
    assert job["byteCount"] == str(len(body))
    assert job["tenant"]["id"] == bulk.park.tenant
    told = bulk.result(job)
    assert [one["row"] for one in told] == [1, 2, 3, 4, 5, 6]
    outcomes = ["ACCEPTED", "REJECTED", "DUPLICATE", "CONFLICT", "REJECTED", "ACCEPTED"]
    assert [one["outcome"] for one in told] == outcomes
    assert told[0]["activityId"] == told[2]["activityId"] == told[3]["activityId"]
    assert told[3]["conflictingFields"] == ["quantity"]
    assert (told[1]["code"], told[1]["field"]) == ("UNKNOWN_UNIT", "unit")
    assert "line 2" in told[1]["message"]
    assert "apples" in told[1]["message"]
    assert told[4]["code"] == "UNKNOWN_SOURCE"
    query = "query ($id: ID!) { node(id: $id) { ... on Activity { externalId quantity unit } } }"
    known = bulk.client.ask(query, {"id": told[5]["activityId"]})["node"]
    assert known == {"externalId": "d", "quantity": "0.75", "unit": "kWh"}


def test_what_was_posted_in_bulk_is_in_the_footprint(bulk: Bulk) -> None:
    bulk.done(bulk.post(ndjson(*(row(str(number), quantity="1000") for number in range(7)))))
    [line] = [
        line
        for line in bulk.park.footprint()["lines"]["nodes"]
        if line["scope"] == "SCOPE_2" and line["method"] == "LOCATION"
    ]
    assert (line["quantity"], line["rowCount"]) == ("7000", 7)


def test_the_same_bytes_are_the_same_job_and_are_posted_once(bulk: Bulk, databases: Databases) -> None:
    body = ndjson(row("a"), row("b"))
    first = bulk.done(bulk.post(body))
    again = bulk.post(body)
    assert again.status_code == 200, "it is done already"
    assert again.json()["id"] == first["id"]
    assert bulk.job(first["id"]) == first
    packed = bulk.done(bulk.post(gzip.compress(body), headers={"content-encoding": "gzip"}))
    assert packed["id"] != first["id"]
    assert counts(packed) == (0, 2, 0, 0)
    assert leftovers(databases) == []


def test_a_run_on_purpose_posts_what_was_refused_before(bulk: Bulk) -> None:
    body = ndjson(row("a"), row("b", source="late"))
    assert counts(bulk.done(bulk.post(body))) == (1, 0, 0, 1)
    given = {"siteId": bulk.park.site, "code": "late", "nameEn": "Late", "nameZh": "晚"}
    added = "mutation ($input: AddSourceInput!) { addSource(input: $input) { __typename } }"
    bulk.client.ask(added, {"input": given})
    assert counts(bulk.done(bulk.post(body))) == (1, 0, 0, 1), "the same job"
    assert counts(bulk.done(bulk.post(body, run=2))) == (1, 1, 0, 0)


def test_a_dry_run_tells_and_writes_nothing(bulk: Bulk) -> None:
    body = ndjson(row("a"), row("b", activityType="外购电力"))
    dry = bulk.done(bulk.post(body, dryRun="true"))
    assert counts(dry) == (1, 0, 0, 1)
    assert dry["isDryRun"] is True
    accepted, unknown = bulk.result(dry)
    assert accepted == {"row": 1, "outcome": "ACCEPTED"}
    assert (unknown["code"], unknown["candidates"][0]) == ("UNKNOWN_ACTIVITY_TYPE", "electricity.grid")
    assert bulk.park.footprint()["lines"]["nodes"] == []
    real = bulk.done(bulk.post(body))
    assert real["id"] != dry["id"]
    assert counts(real) == (1, 0, 0, 1)


def test_a_profile_says_how_a_file_is_read(bulk: Bulk) -> None:
    declare = """mutation ($tenant: ID!, $profiles: [IngestProfileInput!]!) {
      declareIngestProfiles(tenantId: $tenant, profiles: $profiles) { __typename ... on Refusal { message } } }"""
    profile = {
        "name": "账单",
        "delimiter": ";",
        "decimalMark": ",",
        "timeZone": "Asia/Shanghai",
        "idColumns": ["账单号"],
        "columns": [{"header": "备注", "field": ""}],
        "fixed": [{"field": "source", "value": "m1"}],
        "values": [{"field": "activityType", "text": "外购电", "means": "electricity.grid"}],
    }
    file = "账单号;账期;能源品种;用量;单位;备注\n7;2024-03;外购电;1500,5;kWh;好\n8;2024-04;外购电;1.5;kWh;\n".encode()

    def posted() -> dict[str, Any]:
        bulk.client.ask(declare, {"tenant": bulk.park.tenant, "profiles": [profile]})
        return bulk.done(bulk.post(file, type="text/csv; charset=utf-8", profile="账单"))

    first = posted()
    assert (counts(first), first["profile"], first["format"]) == ((1, 0, 0, 1), "账单", "CSV")
    assert "line 3, column '用量': '1.5'" in bulk.result(first)[1]["message"]
    assert posted()["id"] == first["id"], "the profile is what it was"
    profile["decimalMark"], profile["thousandsMark"] = ".", ","
    assert posted()["id"] != first["id"], "read another way, it is another job"


def test_jobs_of_a_tenant_are_paged_newest_first(bulk: Bulk) -> None:
    ids = [bulk.done(bulk.post(ndjson(row(str(number)))))["id"] for number in range(3)]
    query = """query ($tenant: ID!, $after: String) { ingestJobs(tenantId: $tenant, first: 2, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }"""
    page = bulk.client.ask(query, {"tenant": bulk.park.tenant})["ingestJobs"]
    rest = bulk.client.ask(query, {"tenant": bulk.park.tenant, "after": page["pageInfo"]["endCursor"]})["ingestJobs"]
    assert [node["id"] for node in page["nodes"] + rest["nodes"]] == ids[::-1]
    assert not rest["pageInfo"]["hasNextPage"]


def test_a_file_that_cannot_be_read_fails_and_posts_nothing(bulk: Bulk, databases: Databases) -> None:
    whole = gzip.compress(ndjson(*(row(str(number)) for number in range(2000))))
    job = bulk.done(bulk.post(whole[:-20], headers={"content-encoding": "gzip"}))
    assert job["state"] == "FAILED"
    assert job["failure"]["code"] == "COMPRESSION"
    assert job["rowCount"] == 0
    assert bulk.result(job) == []
    assert bulk.park.footprint()["lines"]["nodes"] == []
    assert leftovers(databases) == []
    again = bulk.done(bulk.post(whole[:-20], headers={"content-encoding": "gzip"}))
    assert (again["id"], again["failure"]) == (job["id"], job["failure"]), "tried again, to the same end"


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"tenant": ""}, 400, "tenant is missing"),
        ({"tenant": "UGFyazox"}, 400, "of a Tenant is needed"),
        ({"type": "text/plain"}, 415, "text/plain"),
        ({"format": "doc"}, 415, "'doc'"),
        ({"headers": {"content-encoding": "br"}}, 415, "'br'"),
        ({"dryRun": "yes"}, 400, "'yes'"),
        ({"run": "0"}, 400, "'0'"),
        ({"colour": "red"}, 400, "'colour'"),
        ({"profile": "none such"}, 404, "'none such'"),
        ({"dataset": "meters"}, 404, "'meters'"),
        ({"headers": {"content-digest": "sha-256=abc"}}, 400, "sha-256=abc"),
        ({"headers": {"content-digest": digest_of(b"other")}}, 400, "Content-Digest states"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    bulk: Bulk, databases: Databases, given: dict[str, str], status: int, says: str
) -> None:
    answer = bulk.post(ndjson(row("a")), **given)
    assert answer.status_code == status, answer.text
    assert says in answer.json()["errors"][0]["message"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert leftovers(databases) == []


def test_an_unknown_tenant_is_not_found(bulk: Bulk) -> None:
    stranger = base64.urlsafe_b64encode(b"Tenant:00000000-0000-4000-8000-000000000000").decode().rstrip("=")
    assert bulk.post(b"{}", tenant=stranger).status_code == 404


def test_who_is_narrowed_to_a_site_has_no_files(bulk: Bulk, databases: Databases) -> None:
    """A file is merged later, by the service itself: who reaches one site would post to all of them by it."""
    tenant = bulk.park.tenant
    job = bulk.done(bulk.post(ndjson(row("a"))))
    key = granted(bulk.client, tenant, "CONTRIBUTOR", siteIds=[bulk.park.site])["key"]
    narrowed = {"authorization": f"Bearer {key}"}
    posted = bulk.post(ndjson(row("b")), headers=narrowed)
    result = httpx.get(f"{bulk.url}{job['result']}", headers=narrowed, timeout=60)
    for answer in (posted, result):
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert "post its rows by postActivities" in answer.json()["errors"][0]["message"]
    jobs = bulk.client.ask("query ($t: ID!) { ingestJobs(tenantId: $t) { nodes { id } } }", {"t": tenant})
    assert [one["id"] for one in jobs["ingestJobs"]["nodes"]] == [job["id"]]
    assert not list((ingest_folder(databases) / "incoming").iterdir())


def test_a_client_that_hangs_up_half_way_leaves_nothing(bulk: Bulk, databases: Databases) -> None:
    address = urlsplit(bulk.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        head = f"POST /ingest/v1/activities?tenant={bulk.park.tenant} HTTP/1.1\r\nHost: x\r\n{TYPED}"
        connection.sendall(head.encode() + b"Content-Length: 3000000\r\n\r\n" + ndjson(row("a")) * 6000)
        wait_for(lambda: bool(leftovers(databases)), "the body is being received")
    wait_for(lambda: not leftovers(databases), "what was received is removed")
    query = "query ($tenant: ID!) { ingestJobs(tenantId: $tenant) { nodes { id } } }"
    assert bulk.client.ask(query, {"tenant": bulk.park.tenant})["ingestJobs"]["nodes"] == []


def test_a_result_is_not_told_before_the_end_nor_of_an_unknown_job(bulk: Bulk) -> None:
    unknown = base64.urlsafe_b64encode(b"IngestJob:00000000-0000-4000-8000-000000000000").decode().rstrip("=")
    asked = httpx.Client(base_url=f"{bulk.url}/ingest/v1/jobs", headers=authorization())
    with asked:
        assert asked.get(f"/{unknown}").status_code == 404
        assert asked.get(f"/{unknown}/result").status_code == 404
        assert asked.get("/..%2f..%2fpasswd/result").status_code in (400, 404)
    with pytest.raises(ServiceError, match="there is no job"):
        bulk.job(unknown)


def test_interval_readings_go_the_same_way(bulk: Bulk) -> None:
    add = """mutation ($input: AddIntervalSeriesInput!) { addIntervalSeries(input: $input) {
      ... on IntervalSeriesAdded { series { id } } ... on Refusal { code message } } }"""
    sources = "query ($id: ID!) { node(id: $id) { ... on Site { sources { nodes { id code } } } } }"
    [source] = bulk.client.ask(sources, {"id": bulk.park.site})["node"]["sources"]["nodes"]
    given = {"sourceId": source["id"], "carrier": "ELECTRICITY", "role": "LOAD", "unit": "kWh", "minutes": 15}
    series = bulk.client.ask(add, {"input": given})["addIntervalSeries"]["series"]["id"]

    def reading(minute: int, value: str, name: str = "m1") -> dict[str, str]:
        return {"series": name, "start": f"2024-05-01T00:{minute:02}:00+08:00", "value": value}

    body = ndjson(
        reading(0, "1.5"),
        reading(15, "2", "m1/ELECTRICITY/LOAD"),
        reading(30, "0", series),
        reading(0, "1.50"),
        reading(0, "1.6"),
        reading(5, "1"),
        reading(45, "1", "m7"),
        reading(45, "one"),
    )
    job = bulk.done(bulk.post(body, dataset="intervals"))
    assert job["failure"] is None
    told = bulk.result(job)
    accepted, rejected = "ACCEPTED", "REJECTED"
    outcomes = [accepted, accepted, accepted, "DUPLICATE", "CONFLICT", rejected, rejected, rejected]
    assert [one["outcome"] for one in told] == outcomes
    assert "correctIntervals" in told[4]["message"]
    assert [one["code"] for one in told[5:]] == ["BAD_INTERVALS", "UNKNOWN_SERIES", "NOT_A_NUMBER"]
    again = bulk.done(bulk.post(body, dataset="intervals", run=2))
    assert counts(again) == (0, 4, 1, 3)


def wait_for(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def leftovers(databases: Databases) -> list[Path]:
    """Return files that wait or are being received."""
    folder = ingest_folder(databases)
    return [path for name in ("incoming", "waiting") if (folder / name).is_dir() for path in (folder / name).iterdir()]
