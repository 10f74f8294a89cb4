"""Reporting periods over real HTTP: who may take which step, what a closed one keeps out, what it shows."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from api.client import Client, ServiceError
from tests.api.identity.replayed import granted
from tests.api.ingest.bulk import Bulk, ndjson
from tests.api.test_flows import CORRECT, POST, REGISTER_TENANT, VOID, Park, row
from tests.service import Service

PERIOD = """kind first last state isStale tenant { id } history { state actor reason }
  comments { comment actor } evidence { fileName mediaType }
  pinned { knownAt closedBy bases { regime gwpSet release releaseHash approach publishedBy proxyRegions adoptedBy
    adoptedByTenant { id } } }
  adjustments(first: 2) { nodes { postingId months reason actor recordedAt } pageInfo { hasNextPage endCursor } }"""
STEP = """mutation ($input: %sInput!) { %s(input: $input) {
  ... on PeriodChanged { period { %s } } ... on Refusal { code field message } } }"""
INPUTS = {"reopenPeriod": "ReopenPeriod", "commentOnPeriod": "CommentOnPeriod"}
ASK = f"""query ($tenant: ID!, $kind: PeriodKind!, $first: YearMonth!) {{
  period(tenantId: $tenant, kind: $kind, first: $first) {{ {PERIOD} }} }}"""
MORE = """query ($tenant: ID!, $after: String) { period(tenantId: $tenant, kind: MONTH, first: "2024-03") {
  adjustments(first: 2, after: $after) { nodes { reason } pageInfo { hasNextPage } } } }"""
LIST = """query ($tenant: ID!, $year: Int!, $kind: PeriodKind, $after: String) {
  periods(tenantId: $tenant, year: $year, kind: $kind, first: 10, after: $after) {
    nodes { kind first state } pageInfo { hasNextPage endCursor } } }"""
ADOPT = """mutation ($t: ID!) { adoptBasis(tenantId: $t, basis: {regime: GHG_PROTOCOL, release: 2, gwpSet: AR5},
  reason: "decided") { ... on DeclarationsAdded { declarations { id } } ... on Refusal { message } } }"""
MARCH = {"kind": "MONTH", "first": "2024-03"}


class Company:
    """A tenant with whoever works for it: each a client with a key of its own."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client, self.park = service, client, Park(client)
        self.tenant = self.park.tenant
        given = {"parkId": self.park.park, "code": "op", "nameEn": "Op", "nameZh": "运营", "isOperator": True}
        self.operator = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
        roles = ("CONTRIBUTOR", "TENANT_ADMINISTRATOR", "REVIEWER", "AUDITOR")
        self.by = {role: self._key(self.tenant, role) for role in roles}
        self.by["PARK_OPERATOR"] = self._key(self.operator, "PARK_OPERATOR")

    def _key(self, tenant: str, role: str) -> Client:
        return Client(self.service.url, key=granted(self.client, tenant, role)["key"])

    def step(self, name: str, role: str, **more: Any) -> dict[str, Any]:
        """Take a step in a role and return what is told."""
        document = STEP % (INPUTS.get(name, "PeriodStep"), name, PERIOD)
        given = {"tenantId": self.tenant, **MARCH, **more}
        answer: dict[str, Any] = self.by[role].ask(document, {"input": given})[name]
        return answer

    def close(self, **more: Any) -> dict[str, Any]:
        """Submit, review and close a period, and return it."""
        self.step("submitPeriod", "CONTRIBUTOR", **more)
        self.step("reviewPeriod", "REVIEWER", **more)
        found: dict[str, Any] = self.step("closePeriod", "TENANT_ADMINISTRATOR", **more)["period"]
        return found

    def period(self, **more: Any) -> dict[str, Any]:
        """Return a period as anybody sees it who reads the tenant."""
        found: dict[str, Any] = self.by["AUDITOR"].ask(ASK, {"tenant": self.tenant, **MARCH, **more})["period"]
        return found

    def post(self, *rows: dict[str, Any], reason: str = "") -> dict[str, Any]:
        """Post rows, as an adjustment where a reason is given."""
        given = {"tenantId": self.tenant, "idempotencyKey": str(uuid4()), "rows": list(rows)}
        said = {"adjustment": {"reason": reason}} if reason else {}
        answer: dict[str, Any] = self.client.ask(POST, {"input": {**given, **said}})["postActivities"]
        return answer


@pytest.fixture
def company(service: Service, client: Client) -> Iterator[Company]:
    found = Company(service, client)
    yield found
    for one in found.by.values():
        one.__exit__()


def test_from_open_to_closed_and_back(company: Company) -> None:
    adopted = company.client.ask(ADOPT, {"t": company.tenant})["adoptBasis"]["declarations"][0]["id"]
    assert (company.period()["state"], company.period()["pinned"]) == ("OPEN", None)
    assert company.step("submitPeriod", "CONTRIBUTOR", reason="all bills")["period"]["state"] == "SUBMITTED"
    assert company.step("commentOnPeriod", "REVIEWER", comment="INV-3?")["period"]["comments"][0]["comment"] == "INV-3?"
    assert company.step("reviewPeriod", "REVIEWER")["period"]["state"] == "REVIEWED"
    found = company.step("closePeriod", "TENANT_ADMINISTRATOR")["period"]
    assert [(one["state"], one["reason"]) for one in found["history"]] == [
        ("SUBMITTED", "all bills"),
        ("REVIEWED", ""),
        ("CLOSED", ""),
    ]
    assert len({one["actor"] for one in found["history"]}) == 3
    bases = {one["regime"]: one for one in found["pinned"]["bases"]}
    own = bases["GHG_PROTOCOL"]
    assert (own["gwpSet"], own["release"], own["approach"], own["adoptedBy"]) == (
        "AR5",
        2,
        "OPERATIONAL_CONTROL",
        adopted,
    )
    assert own["adoptedByTenant"] == {"id": company.tenant}
    assert (bases["NDRC_910_2025"]["adoptedBy"], bases["NDRC_910_2025"]["proxyRegions"]) == (None, ["GB"])
    assert len(bases["ISO_14064_1"]["releaseHash"]) == 64
    again = company.step("reopenPeriod", "PARK_OPERATOR", reason="a bill came late")["period"]
    assert (again["state"], again["pinned"], again["history"][-1]["reason"]) == ("OPEN", None, "a bill came late")
    assert again == company.period()


REFUSED = [
    ("submitPeriod", "TENANT_ADMINISTRATOR", {"first": "2999-03"}, "PERIOD_NOT_OVER"),
    ("submitPeriod", "TENANT_ADMINISTRATOR", {"kind": "QUARTER"}, "BAD_PERIOD"),
    ("reviewPeriod", "TENANT_ADMINISTRATOR", {}, "PERIOD_ROLE"),
    ("reviewPeriod", "REVIEWER", {}, "PERIOD_STATE"),
    ("closePeriod", "CONTRIBUTOR", {}, "PERIOD_ROLE"),
    ("closePeriod", "TENANT_ADMINISTRATOR", {}, "PERIOD_STATE"),
    ("reopenPeriod", "TENANT_ADMINISTRATOR", {"reason": " "}, "TEXT_NOT_ACCEPTED"),
    ("submitPeriod", "PARK_OPERATOR", {}, "NOT_REGISTERED"),
    ("commentOnPeriod", "REVIEWER", {"comment": ""}, "TEXT_NOT_ACCEPTED"),
]


def test_what_is_refused_says_why_and_leaves_nothing(company: Company) -> None:
    for name, role, more, code in REFUSED:
        assert company.step(name, role, **more).get("code") == code, (name, role)
    for name, role in (("submitPeriod", "REVIEWER"), ("reviewPeriod", "CONTRIBUTOR"), ("commentOnPeriod", "AUDITOR")):
        with pytest.raises(ServiceError) as refused:
            company.step(name, role, **({"comment": "x"} if name == "commentOnPeriod" else {}))
        assert refused.value.code == "FORBIDDEN"
    found = company.period()
    assert (found["history"], found["comments"]) == ([], [])


def test_the_operator_reviews_but_never_what_it_submitted(company: Company) -> None:
    own = {"tenantId": company.operator}
    company.step("submitPeriod", "PARK_OPERATOR", **own)
    assert company.step("reviewPeriod", "PARK_OPERATOR", **own)["code"] == "FOUR_EYES"
    company.step("submitPeriod", "CONTRIBUTOR")
    assert company.step("reviewPeriod", "PARK_OPERATOR")["period"]["state"] == "REVIEWED"
    assert company.step("closePeriod", "PARK_OPERATOR")["period"]["state"] == "CLOSED"


def test_what_a_closed_period_keeps_out_and_what_adjusts_it(company: Company) -> None:
    first = company.post(row("r1", "electricity.grid", "1", "kWh"))["outcomes"][0]["activityId"]
    pinned = company.close()["pinned"]
    told = company.post(row("r2", "electricity.grid", "2", "kWh"), row("r1", "electricity.grid", "1", "kWh"))
    assert [(one["outcome"], one["code"], one["field"]) for one in told["outcomes"]] == [
        ("REJECTED", "PERIOD_CLOSED", "periodStart"),
        ("DUPLICATE", None, ""),
    ]
    assert "month 2024-03, closed since 20" in told["outcomes"][0]["message"]
    for document, name, more in ((CORRECT, "correctActivity", {"quantity": "3"}), (VOID, "voidActivity", {})):
        given = {"activityId": first, "reason": "misread", **more}
        assert company.client.ask(document, {"input": given})[name]["code"] == "PERIOD_CLOSED"
        empty = {**given, "adjustment": {"reason": " "}}
        assert company.client.ask(document, {"input": empty})[name]["field"] == "adjustment.reason"
    assert (company.period()["isStale"], company.period()["adjustments"]["nodes"]) == (False, [])
    assert company.post(row("r2", "electricity.grid", "2", "kWh"), reason="late")["acceptedCount"] == 1
    given = {"activityId": first, "reason": "misread", "quantity": "3", "adjustment": {"reason": "audit"}}
    new = company.client.ask(CORRECT, {"input": given})["correctActivity"]["activity"]["id"]
    given = {"activityId": new, "reason": "never was", "adjustment": {"reason": "audit 2"}}
    assert company.client.ask(VOID, {"input": given})["voidActivity"]["activity"]["kind"] == "VOID"
    found = company.period()
    assert (found["isStale"], found["pinned"]) == (True, pinned)
    page = found["adjustments"]
    assert [(one["months"], one["reason"]) for one in page["nodes"]] == [(["2024-03"], "late"), (["2024-03"], "audit")]
    asked = {"tenant": company.tenant, "after": page["pageInfo"]["endCursor"]}
    rest = company.client.ask(MORE, asked)["period"]["adjustments"]
    assert rest == {"nodes": [{"reason": "audit 2"}], "pageInfo": {"hasNextPage": False}}
    known = company.park.footprint(basis={"knownAt": pinned["knownAt"], "gwpSet": "AR6"})
    assert [one["quantity"] for one in known["lines"]["nodes"] if one["method"] == "LOCATION"] == ["1"]
    assert company.period(kind="YEAR", first="2024-01")["isStale"] is False


def test_a_file_into_a_closed_month(company: Company) -> None:
    company.close()
    bulk = Bulk(company.service, company.client, company.park)
    body = ndjson(row("f1", "electricity.grid", "2", "kWh"))
    refused = bulk.post(body, adjustment=" ")
    assert (refused.status_code, refused.json()["errors"][0]["message"][:11]) == (400, "adjustment:")
    job = bulk.done(bulk.post(body))
    assert (job["rejectedCount"], bulk.result(job)[0]["code"]) == (1, "PERIOD_CLOSED")
    other = bulk.done(bulk.post(body, adjustment="late bills"))
    assert (other["acceptedCount"], other["id"] != job["id"]) == (1, True)
    assert [one["reason"] for one in company.period()["adjustments"]["nodes"]] == ["late bills"]


def test_the_periods_of_a_year(company: Company) -> None:
    company.close(kind="QUARTER", first="2024-01")
    asked = {"tenant": company.tenant, "year": 2024}
    page = company.by["AUDITOR"].ask(LIST, asked)["periods"]
    rest = company.by["AUDITOR"].ask(LIST, {**asked, "after": page["pageInfo"]["endCursor"]})["periods"]
    found = [*page["nodes"], *rest["nodes"]]
    assert len(found) == 17
    assert [one for one in found if one["state"] != "OPEN"] == [
        {"kind": "QUARTER", "first": "2024-01", "state": "CLOSED"}
    ]
    years = company.by["CONTRIBUTOR"].ask(LIST, {**asked, "kind": "YEAR"})["periods"]["nodes"]
    assert years == [{"kind": "YEAR", "first": "2024-01", "state": "OPEN"}]
    with pytest.raises(ServiceError, match="year is 1989"):
        company.client.ask(LIST, {**asked, "year": 1989})
    foreign = Park(company.client).tenant
    with pytest.raises(ServiceError, match="there is no tenant"):
        company.by["AUDITOR"].ask(LIST, {**asked, "tenant": foreign})
