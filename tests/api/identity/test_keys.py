"""API keys over real HTTP: what they may do, for how long, how they are changed, and who may make them."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.client import Client
from ledger.identity.api_keys import ALPHABET, new_key, parse
from ledger.setup import Databases
from tests.api.identity.replayed import CREATE, Asker, granted
from tests.api.test_flows import POST, REGISTER_TENANT, Park, row
from tests.service import PEPPER, Service

ROTATE = """mutation ($i: RotateApiKeyInput!) { rotateApiKey(input: $i) {
  ... on ApiKeyCreated { key grant { id keyId role rights system state } } ... on Refusal { code message } } }"""
REVOKE = """mutation ($i: RevokeApiKeyInput!) { revokeApiKey(input: $i) {
  ... on ApiKeyRevoked { grant { state } } ... on Refusal { code field message } } }"""
KEYS = """query ($t: ID!) { apiKeys(tenantId: $t) { nodes {
  id keyId system role state grantedBy lastUsedAt sites { code } named { code } tenant { id } } } }"""
SITES = "query ($t: ID!) { sites(tenantId: $t) { nodes { code } } }"
FOOTPRINT = """query ($t: ID!) { footprint(boundary: {tenantId: $t}, period: {first: "2024-01", last: "2024-12"}) {
  isComplete } }"""


def status(service: Service, key: str, tenant: str, document: str = SITES) -> int:
    return Asker(service, key).ask(document, {"t": tenant}).status_code


def told(service: Service, key: str, document: str, **variables: Any) -> dict[str, Any]:
    answer: dict[str, Any] = Asker(service, key).ask(document, variables).json()
    return answer


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def test_a_key_is_shown_once_and_stored_as_a_digest(park: Park, databases: Databases) -> None:
    made = granted(park.client, park.tenant, "CONTRIBUTOR")
    key = parse(made["key"])
    with psycopg.connect(databases.owner_url) as connection:
        rows = connection.execute("SELECT * FROM access_grants WHERE handle = %s", (key.id,)).fetchall()
        dumped = connection.execute("SELECT string_agg(access_grants::text, ' ') FROM access_grants").fetchone()
    assert len(rows) == 1
    assert dumped is not None
    assert key.secret not in dumped[0]
    assert PEPPER not in dumped[0]


def test_the_service_cannot_read_a_digest(databases: Databases) -> None:
    with psycopg.connect(databases.service_url) as connection:
        connection.execute("SET ROLE parkledger_service")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT digest FROM access_grants")


@pytest.mark.parametrize("position", [-1, -20, 30, 10])
def test_a_typing_error_is_told_as_such(park: Park, service: Service, position: int) -> None:
    key = granted(park.client, park.tenant, "CONTRIBUTOR")["key"]
    other = ALPHABET[(ALPHABET.index(key[position]) + 1) % len(ALPHABET)]
    wrong = f"{key[:position]}{other}{key[position:][1:]}"
    answer = told(service, wrong, SITES, t=park.tenant)
    assert "typing error" in answer["errors"][0]["message"]


def test_a_key_that_nobody_made_is_nobody(park: Park, service: Service) -> None:
    assert status(service, new_key().text, park.tenant) == 401
    known = parse(granted(park.client, park.tenant, "CONTRIBUTOR")["key"])
    guessed = type(known)(known.id, new_key().secret).text
    assert status(service, guessed, park.tenant) == 401


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "pk_live_x", "Bearer pk_live_x", "Bearer a b"])
def test_another_authorization_is_refused(service: Service, header: str) -> None:
    asker = Asker(service, "")
    asker.headers["authorization"] = header
    answer = asker.ask("{ viewer { actor } }", {})
    assert (answer.status_code, code_of(answer.json())) == (401, "UNAUTHENTICATED")


def test_a_revoked_key_is_refused_by_the_next_request(park: Park, service: Service) -> None:
    made = granted(park.client, park.tenant, "TENANT_ADMINISTRATOR")
    assert status(service, made["key"], park.tenant) == 200
    found = park.client.ask(REVOKE, {"i": {"id": made["grant"]["id"], "reason": "lost"}})["revokeApiKey"]
    assert found == {"grant": {"state": "REVOKED"}}
    assert status(service, made["key"], park.tenant) == 401
    again = park.client.ask(REVOKE, {"i": {"id": made["grant"]["id"], "reason": "lost"}})["revokeApiKey"]
    assert again["code"] == "GRANT_NOT_FOUND"


def test_a_key_holds_between_its_instants(park: Park, service: Service) -> None:
    soon, later = datetime.now(UTC) + timedelta(seconds=1.5), datetime.now(UTC) + timedelta(days=1)
    short = granted(park.client, park.tenant, "CONTRIBUTOR", expiresAt=soon.isoformat())["key"]
    waiting = granted(park.client, park.tenant, "CONTRIBUTOR", notBefore=later.isoformat())["key"]
    assert status(service, waiting, park.tenant) == 401
    deadline = time.monotonic() + 20
    while status(service, short, park.tenant) == 200:
        assert time.monotonic() < deadline, "the key expires"
    assert "expired" in told(service, short, SITES, t=park.tenant)["errors"][0]["message"]


def test_two_keys_live_at_a_time_and_one_is_rotated_into_the_other(park: Park, service: Service) -> None:
    first = granted(park.client, park.tenant, "CONTRIBUTOR", system="meters")
    rotated = park.client.ask(ROTATE, {"i": {"id": first["grant"]["id"]}})["rotateApiKey"]
    assert (rotated["grant"]["system"], rotated["grant"]["role"]) == ("meters", "CONTRIBUTOR")
    assert [status(service, one["key"], park.tenant) for one in (first, rotated)] == [200, 200]
    third = {"tenantId": park.tenant, "system": "meters", "role": "CONTRIBUTOR"}
    assert park.client.ask(CREATE, {"input": third})["createApiKey"]["code"] == "TOO_MANY_KEYS"
    states = {one["keyId"]: one["state"] for one in park.client.ask(KEYS, {"t": park.tenant})["apiKeys"]["nodes"]}
    assert states == {first["grant"]["keyId"]: "ENDING", rotated["grant"]["keyId"]: "LIVE"}
    park.client.ask(REVOKE, {"i": {"id": first["grant"]["id"], "reason": "changed over"}})
    assert [status(service, one["key"], park.tenant) for one in (first, rotated)] == [401, 200]
    assert "key" in park.client.ask(ROTATE, {"i": {"id": rotated["grant"]["id"], "overlapHours": 0}})["rotateApiKey"]
    assert status(service, rotated["key"], park.tenant) == 401


def test_rights_decide_what_a_key_may_begin(park: Park, service: Service) -> None:
    poster = granted(park.client, park.tenant, "CONTRIBUTOR")["key"]
    reader = granted(park.client, park.tenant, "AUDITOR")["key"]
    given = {
        "tenantId": park.tenant,
        "idempotencyKey": str(uuid4()),
        "rows": [row("a", "electricity.grid", "1", "kWh")],
    }
    assert told(service, poster, POST, input=given)["data"]["postActivities"]["acceptedCount"] == 1
    assert code_of(told(service, poster, FOOTPRINT, t=park.tenant)) == "FORBIDDEN"
    assert told(service, reader, FOOTPRINT, t=park.tenant)["data"]["footprint"]
    assert code_of(told(service, reader, POST, input=given)) == "FORBIDDEN"
    narrow = granted(park.client, park.tenant, "TENANT_ADMINISTRATOR", rights=["REGISTRY_READ"])["key"]
    assert status(service, narrow, park.tenant) == 200
    assert code_of(told(service, narrow, FOOTPRINT, t=park.tenant)) == "FORBIDDEN"
    hidden = "query ($t: ID!) { ...f } fragment f on Query { ... { footprint(boundary: {tenantId: $t}, period: {first: "
    hidden += '"2024-01", last: "2024-12"}) { isComplete } } }'
    assert code_of(told(service, narrow, hidden, t=park.tenant)) == "FORBIDDEN"


def test_a_key_of_one_site_meets_that_site_alone(park: Park, service: Service, databases: Databases) -> None:
    client = park.client
    site = client.ask(
        "mutation ($i: AddSiteInput!) { addSite(input: $i) { ... on SiteAdded { site { id } } } }",
        {"i": {"tenantId": park.tenant, "code": "s2", "nameEn": "S", "nameZh": "厂"}},
    )["addSite"]["site"]["id"]
    source = {"siteId": site, "code": "m2", "nameEn": "M", "nameZh": "表"}
    client.ask("mutation ($i: AddSourceInput!) { addSource(input: $i) { __typename } }", {"i": source})
    key = granted(client, park.tenant, "CONTRIBUTOR", siteIds=[site])["key"]
    rows = [row(one, "electricity.grid", "1", "kWh", source=one) for one in ("m1", "m2", "m3")]
    given = {"tenantId": park.tenant, "idempotencyKey": str(uuid4()), "rows": rows}
    answer = told(service, key, POST.replace("acceptedCount", "acceptedCount", 1), input=given)["data"][
        "postActivities"
    ]
    assert answer["acceptedCount"] == 1
    assert told(service, key, SITES, t=park.tenant)["data"]["sites"]["nodes"] == [{"code": "s2"}]
    with psycopg.connect(databases.owner_url) as connection:
        posted = connection.execute("SELECT external_id FROM activities JOIN sites USING (tenant_id, site_id) "
                                    "WHERE code = 's2'").fetchall()  # fmt: skip
    assert ("m2",) in posted


def test_a_regulator_sees_the_registry_it_is_named_for_and_nothing_else(park: Park, service: Service) -> None:
    named = {"parkId": park.park, "code": "op", "nameEn": "Op", "nameZh": "运营", "isOperator": True}
    operator = park.client.ask(REGISTER_TENANT, {"input": named})["registerTenant"]["tenant"]["id"]
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    key = granted(park.client, operator, "REGULATOR", namedIds=[park.tenant], expiresAt=until)["key"]
    tenants = told(service, key, "{ tenants { nodes { code sites { nodes { code sources { nodes { code } } } } } } }")
    assert tenants["data"]["tenants"]["nodes"] == [
        {"code": "t1", "sites": {"nodes": [{"code": "s1", "sources": {"nodes": []}}]}}
    ]
    assert code_of(told(service, key, FOOTPRINT, t=park.tenant)) == "FORBIDDEN"
    endless = {"tenantId": operator, "system": "x", "role": "REGULATOR", "namedIds": [park.tenant]}
    assert park.client.ask(CREATE, {"input": endless})["createApiKey"]["field"] == "expiresAt"


def test_nobody_gives_more_than_it_may(park: Park, service: Service) -> None:
    administrator = granted(park.client, park.tenant, "TENANT_ADMINISTRATOR", rights=["KEY_WRITE", "REGISTRY_READ"])
    other, _ = park.add_tenant("t2")
    wanted: list[tuple[dict[str, Any], str | None]] = [
        ({"tenantId": park.tenant, "role": "PARK_OPERATOR"}, "GRANT_NOT_ALLOWED"),
        ({"tenantId": None, "role": "PLATFORM"}, "GRANT_NOT_ALLOWED"),
        ({"tenantId": park.tenant, "role": "CONTRIBUTOR"}, "GRANT_NOT_ALLOWED"),
        ({"tenantId": park.tenant, "role": "CONTRIBUTOR", "rights": ["REGISTRY_READ"]}, None),
        ({"tenantId": other, "role": "CONTRIBUTOR", "rights": ["REGISTRY_READ"]}, "NOT_REGISTERED"),
        ({"tenantId": park.tenant, "role": "REGULATOR", "namedIds": [park.tenant]}, "GRANT_NOT_ALLOWED"),
    ]
    for given, code in wanted:
        answer = told(service, administrator["key"], CREATE, input={"system": "x", **given})["data"]["createApiKey"]
        assert answer.get("code") == code, given
    own = granted(park.client, park.tenant, "CONTRIBUTOR")["key"]
    assert code_of(told(service, own, CREATE, input={"system": "x", **wanted[3][0]})) == "FORBIDDEN"


def test_what_cannot_go_together_is_refused(park: Park) -> None:
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    refused: list[tuple[dict[str, Any], str]] = [
        ({"role": "CONTRIBUTOR", "rights": ["KEY_WRITE"]}, "rights"),
        ({"role": "AUDITOR", "siteIds": [park.site]}, "siteIds"),
        ({"role": "CONTRIBUTOR", "siteIds": []}, "siteIds"),
        ({"role": "AUDITOR", "namedIds": [park.tenant]}, "tenantIds"),
        ({"role": "AUDITOR", "expiresAt": past}, "expiresAt"),
        ({"role": "PARK_OPERATOR"}, "role"),
        ({"role": "AUDITOR", "system": " "}, "system"),
        ({"role": "AUDITOR", "system": "erp\x00"}, "system"),
    ]
    for given, field in refused:
        answer = park.client.ask(CREATE, {"input": {"tenantId": park.tenant, "system": "x", **given}})["createApiKey"]
        assert answer["field"] == field, given


def test_a_use_is_noted_to_the_minute(park: Park, service: Service) -> None:
    made = granted(park.client, park.tenant, "CONTRIBUTOR")
    used = {one["keyId"]: one["lastUsedAt"] for one in park.client.ask(KEYS, {"t": park.tenant})["apiKeys"]["nodes"]}
    assert used == {made["grant"]["keyId"]: None}
    assert status(service, made["key"], park.tenant) == 200
    [found] = park.client.ask(KEYS, {"t": park.tenant})["apiKeys"]["nodes"]
    assert found["lastUsedAt"].endswith(":00Z")


def test_a_part_of_a_park_never_passes_for_the_whole(park: Park, service: Service) -> None:
    key = granted(park.client, park.tenant, "TENANT_ADMINISTRATOR")["key"]
    query = FOOTPRINT.replace("tenantId: $t", "parkId: $t")
    answer = told(service, key, query, t=park.park)
    assert (code_of(answer), answer["errors"][0]["message"]) == (
        "NOT_FOUND",
        "not all of this park is read by the caller, and a part never passes for the whole: ask about a tenant",
    )
    assert told(service, key, "{ parks { nodes { id } } }")["data"]["parks"]["nodes"] == [{"id": park.park}]
