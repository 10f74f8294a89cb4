"""A tenant with something of everything, its neighbour, and another park: whom the replay is about, and who asks."""

import atexit
import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from api.client import Client
from schema.global_ids import encode
from tests.api.ingest.bulk import Bulk, ndjson
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, REGISTER_TENANT, Park, row
from tests.managed_park import ADD_SERIES
from tests.service import EVERYTHING, Service

CREATE = """mutation ($input: GrantInput!) { createApiKey(input: $input) {
  ... on ApiKeyCreated { key grant { id keyId } } ... on Refusal { code field message } } }"""
RECORD = """mutation ($input: RecordInstrumentInput!) { recordInstrument(input: $input) {
  ... on InstrumentVersionAdded { instrument { id } } ... on Refusal { message } } }"""
DENOMINATORS = """mutation ($t: ID!, $rows: [DenominatorInput!]!) { declareDenominators(tenantId: $t, rows: $rows) {
  ... on DeclarationsAdded { declarations { id } } ... on Refusal { message } } }"""
SCENARIO = """mutation ($t: ID!, $scenario: ScenarioDefinitionInput!) {
  declareScenario(tenantId: $t, scenario: $scenario) { __typename ... on Refusal { message } } }"""
LEVER = {
    "efficiency": {"reach": {"activityTypes": ["electricity.grid"]}, "saving": "0.08", "ramp": {"start": "2026-01"}}
}
STEPS = [{"code": "x1", "lever": LEVER}]
POST_INTERVALS = """mutation ($input: PostIntervalsInput!) { postIntervals(input: $input) { __typename
  ... on Refusal { message } } }"""
STEP = """mutation ($input: PeriodStepInput!) {{ {}(input: $input) {{ __typename ... on Refusal {{ message }} }} }}"""
PUBLISH = """mutation ($input: PublishReportInput!) { publishReport(input: $input) {
  ... on ReportPublished { report { id } } ... on Refusal { message } } }"""
ADD_TARGET = """mutation ($input: AddWebhookTargetInput!) { addWebhookTarget(input: $input) {
  ... on WebhookTargetAdded { target { id } } ... on Refusal { message } } }"""
OBLIGATION = """mutation ($t: ID!, $given: [ObligationInput!]!) {
  declareObligations(tenantId: $t, obligations: $given) { __typename ... on Refusal { message } } }"""
INSTRUMENT = {
    "kind": "GEC",
    "carrier": "ELECTRICITY",
    "attribute": "NON_FOSSIL",
    "market": "CN",
    "firstMonth": "2024-01",
    "lastMonth": "2024-12",
    "quantityMwh": "7319640",
    "claimedFrom": "2024-01",
    "claimedTo": "2024-12",
    "rate": "0",
    "serials": {"batch": "GD-7319640", "first": "1", "last": "7319640"},
    "criteria": [],
    "evidence": [{"document": "secret contract 7319640", "kind": "CONTRACT"}],
}


HTTP = httpx.Client(timeout=60)
"""One for all: to make one takes longer than most answers."""
atexit.register(HTTP.close)


@dataclass
class Asker:
    """Sends operations with one key, or none, always under the same request id."""

    service: Service
    key: str
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"x-request-id": "replay", "content-type": "application/json"}
        if self.key:
            self.headers["authorization"] = f"Bearer {self.key}"

    def ask(self, document: str, variables: dict[str, Any]) -> httpx.Response:
        """Return the answer as it came."""
        return self.send("POST", "/graphql", content=json.dumps({"query": document, "variables": variables}))

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return the answer to any request."""
        return HTTP.request(method, f"{self.service.url}{path}", headers=self.headers, **more)


def granted(client: Client, tenant: str | None, role: str, **more: Any) -> dict[str, Any]:
    """Create a key and return it with its grant."""
    given = {"tenantId": tenant, "system": uuid4().hex[:8], "role": role, **more}
    answer = client.ask(CREATE, {"input": given})["createApiKey"]
    assert "key" in answer, answer
    return dict(answer)


class Replayed:
    """The parks of the replay."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self.park, self.other = Park(client), Park(client)
        self.operator = self._operator(self.park)
        self.other_operator = self._operator(self.other)
        self.secret = f"secret{uuid4().hex[:8]}"
        self.tenant, self.site, self.source = self._tenant(self.secret)
        self.neighbour = self.park.tenant
        self.ids = {"tenantId": self.tenant, "siteId": self.site, "sourceId": self.source, "parkId": self.park.park}
        self._fill()

    def asker(self, tenant: str, role: str, **more: Any) -> Asker:
        """Return somebody with a key of a role."""
        return Asker(self.service, granted(self.client, tenant, role, **more)["key"])

    def secrets(self) -> list[str]:
        """Return what of the tenant nobody else may be told: codes, names, figures, ids as they are and inside ids."""
        ids = [one for name, one in self.ids.items() if name != "parkId"]
        return [self.secret, "7319640", *ids, *(identity(one) for one in ids)]

    def _operator(self, park: Park) -> str:
        given = {"parkId": park.park, "code": "op", "nameEn": "Op", "nameZh": "运营", "isOperator": True}
        answer = self.client.ask(REGISTER_TENANT, {"input": given})
        return str(answer["registerTenant"]["tenant"]["id"])

    def _tenant(self, secret: str) -> tuple[str, str, str]:
        named = {"nameEn": f"{secret} Ltd", "nameZh": secret}
        given = {"parkId": self.park.park, "code": secret, **named}
        tenant = self.client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
        site = self.client.ask(ADD_SITE, {"input": {"tenantId": tenant, "code": secret, **named}})
        key = site["addSite"]["site"]["id"]
        query = ADD_SOURCE.replace("code", "id code", 1) if "{ id" not in ADD_SOURCE else ADD_SOURCE
        source = self.client.ask(query, {"input": {"siteId": key, "code": "m1", **named}})
        return tenant, key, source["addSource"]["source"]["id"]

    def _fill(self) -> None:
        """Give the tenant an activity, an instrument, a declaration, a series with readings, a job and a key."""
        told = self.park.post(row("r1", "electricity.grid", "7319640.5", "kWh"), tenant=self.tenant)
        self.ids["activityId"] = told["outcomes"][0]["activityId"]
        given = {"tenantId": self.tenant, "code": self.secret, "siteId": self.site, **INSTRUMENT}
        recorded = self.client.ask(RECORD, {"input": given})["recordInstrument"]
        self.ids["instrumentId"] = recorded["instrument"]["id"]
        rows = [{"denominator": "HEADCOUNT", "month": "2024-03", "value": "7319640"}]
        declared = self.client.ask(DENOMINATORS, {"t": self.tenant, "rows": rows})["declareDenominators"]
        self.ids["declarationId"] = declared.get("declarations", [{"id": declared}])[0]["id"]
        kept = {"code": "x1", "referenceYear": 2024, "years": [2030], "steps": STEPS}
        declared = self.client.ask(SCENARIO, {"t": self.tenant, "scenario": kept})["declareScenario"]
        assert declared == {"__typename": "DeclarationsAdded"}
        asked = {"sourceId": self.source, "role": "LOAD", "unit": "kWh", "minutes": 60, "hasAttribute": False}
        series = self.client.ask(ADD_SERIES, {"input": asked})["addIntervalSeries"]
        self.ids["seriesId"] = series["series"]["id"]
        readings = {"seriesId": self.ids["seriesId"], "start": "2024-03-01T00:00:00+08:00", "minutes": 60}
        posted = {
            "tenantId": self.tenant,
            "idempotencyKey": str(uuid4()),
            "readings": [readings | {"values": ["7319640"]}],
        }
        assert self.client.ask(POST_INTERVALS, {"input": posted})["postIntervals"]["__typename"] == "IntervalsPosted"
        bulk = Bulk(self.service, self.client, self.park)
        job = bulk.done(bulk.post(ndjson(row("r2", "electricity.grid", "7319640", "kWh")), tenant=self.tenant))
        self.ids["ingestJobId"] = job["id"]
        self.ids["grantId"] = granted(self.client, self.tenant, "AUDITOR")["grant"]["id"]
        given = {"tenant": self.tenant, "kind": "PERIOD", "subject": "MONTH 2024-03", "name": "secret bill 7319640"}
        everything = Asker(self.service, EVERYTHING.text)
        evidence = everything.send("POST", "/evidence/v1", content=b"7319640", params=given)
        assert evidence.status_code == 201, evidence.text
        self.ids["reportId"] = self._publish()
        hooks = {"tenantId": self.tenant, "name": "secret 7319640", "url": f"https://{self.secret}.invalid/7319640"}
        added = self.client.ask(ADD_TARGET, {"input": {**hooks, "events": ["REPORT_RETURNED"]}})["addWebhookTarget"]
        self.ids["webhookTargetId"] = added["target"]["id"]
        self.ids["webhookDeliveryId"] = encode("WebhookDelivery", uuid4())

    def _publish(self) -> str:
        """Close a month of the tenant, publish a report of it to every regulator that is named, and owe it to one."""
        admin, reviewer = (self.asker(self.tenant, role) for role in ("TENANT_ADMINISTRATOR", "REVIEWER"))
        month = {"tenantId": self.tenant, "kind": "MONTH", "first": "2024-03"}
        for name, asker in (("submitPeriod", admin), ("reviewPeriod", reviewer), ("closePeriod", admin)):
            told = asker.ask(STEP.format(name), {"input": month}).json()
            assert told["data"][name]["__typename"] == "PeriodChanged", told
        owed = {"duty": "cn-ets-annual-report", "regulator": "bureau", "validFrom": "2023-12-31"}
        declared = self.client.ask(OBLIGATION, {"t": self.tenant, "given": [owed]})["declareObligations"]
        assert declared == {"__typename": "DeclarationsAdded"}
        asked = {"tenantId": self.tenant, "kind": "GHG_PROTOCOL", "cadence": "MONTH", "first": "2024-03"}
        return str(self.client.ask(PUBLISH, {"input": asked})["publishReport"]["report"]["id"])


def identity(global_id: str) -> str:
    """Return the UUID within a global id."""
    return base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().partition(":")[2]


def elsewhere(global_id: str) -> str:
    """Return an id of the same type that nothing has."""
    type_name = base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().partition(":")[0]
    return base64.urlsafe_b64encode(f"{type_name}:{uuid4()}".encode()).decode().rstrip("=")
