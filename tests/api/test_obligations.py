"""What is due to a regulator, over real HTTP: declared, published, acknowledged, returned, reopened, restated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.client import Client
from ledger.setup import Databases
from tests.api.identity.replayed import Asker
from tests.api.test_flows import CORRECT, row
from tests.api.test_history import sealed
from tests.managed_park import REFUSED
from tests.published import Reported
from tests.service import EVERYTHING, Service

DECLARE = f"""mutation ($tenant: ID!, $given: [ObligationInput!]!) {{
  declareObligations(tenantId: $tenant, obligations: $given) {{ {REFUSED} ... on DeclarationsAdded {{ declarations {{
    id subject isNew content {{ __typename ... on ReportingObligation {{
      duty {{ code bearer confidence reportKind }} regulator due {{ days month day }} dueReason bearer {{ code }}
    }} }} }} }} }} }}"""
DUE = """query ($from: Date!, $to: Date!, $park: ID, $tenant: ID, $on: Date, $states: [ObligationState!], $first: Int,
    $after: String) {
  obligations(from: $from, to: $to, parkId: $park, tenantId: $tenant, on: $on, states: $states, first: $first,
      after: $after) {
    nodes { declarationId obligation { duty { code nameZh } regulator } tenant { code } park { code } period firstMonth
      lastMonth due on state isLate periodState editions { id version } receipts { state comment reference regulator } }
    pageInfo { hasNextPage endCursor } } }"""
SAY = """mutation ($input: {kind}ReportInput!) {{ {field}(input: $input) {{ __typename
  ... on ReportReceived {{ receipt {{ id reportId regulator state comment reference actor isNew }} }}
  ... on ReportSuperseded {{ message newerId version }} ... on Refusal {{ code field message }} }} }}"""
ACKNOWLEDGE = SAY.format(kind="Acknowledge", field="acknowledgeReport")
RETURN = SAY.format(kind="Return", field="returnReport")
REOPEN = """mutation ($input: ReopenPeriodInput!) { reopenPeriod(input: $input) { __typename
  ... on PeriodChanged { period { state history { state reason } } } ... on Refusal { code message } } }"""
RECEIPTS = "query ($id: ID!) { report(id: $id) { receipts { state comment reference regulator } } }"
HISTORY = "query ($t: ID!) { history(tenantId: $t, first: 100) { nodes { kind } } }"
CALENDAR = """{ reportingCalendar { code nameEn nameZh bearer cadence reportKind due { days month day } document number
  clause confidence validFrom validTo note conditionEn conditionZh } }"""
ALL = {"from": "2024-01-01", "to": "2024-12-31"}
MONTHLY = {"duty": "agreed-tenant-month", "validFrom": "2024-01-01", "dueDays": 15, "dueReason": "park rules 4"}
COUNTED = """SELECT (SELECT count(*) FROM declarations), (SELECT count(*) FROM report_receipts),
  (SELECT count(*) FROM recordings)"""


@pytest.fixture(scope="module")
def park(service: Service) -> Iterator[Reported]:
    with Client(service.url) as client:
        yield Reported(service, client)


def told(asker: Asker, document: str, **variables: Any) -> Any:
    answer = asker.ask(document, variables).json()
    assert "errors" not in answer, answer
    (found,) = answer["data"].values()
    return found


def code(asker: Asker, document: str, **variables: Any) -> str:
    return str(asker.ask(document, variables).json()["errors"][0]["extensions"]["code"])


def declared(by: Asker, tenant: str, **given: Any) -> Any:
    return told(by, DECLARE, tenant=tenant, given=[{**MONTHLY, **given}])


def due(asker: Asker, **variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(asker, DUE, **{**ALL, **variables})["nodes"]
    return found


def counts(databases: Databases) -> Any:
    with psycopg.connect(databases.owner_url) as connection:
        return connection.execute(COUNTED).fetchone()


def named(asker: Asker) -> str:
    return str(told(asker, "{ viewer { actor } }")["actor"])


def test_the_calendar_is_for_everyone(service: Service) -> None:
    found = {one["code"]: one for one in told(Asker(service, ""), CALENDAR)}
    assert len(found) == 18
    monthly = found["cn-ets-monthly-evidence"]
    assert (monthly["due"], monthly["reportKind"]) == ({"days": 40, "month": None, "day": None}, None)
    annual = found["cn-ets-annual-report"]
    assert (annual["due"]["month"], annual["due"]["day"], annual["reportKind"]) == (3, 31, "ENTERPRISE")
    assert (found["cn-910-park-report"]["due"], found["cn-910-park-report"]["confidence"]) == (None, "M")


def test_from_publication_to_return_and_back(park: Reported, databases: Databases) -> None:
    bureau = f"bureau-{uuid4().hex[:6]}"
    regulator = park.regulator(park.tenant, system=bureau)
    found = declared(park.admin, park.tenant, regulator=bureau)["declarations"][0]
    assert found["content"]["due"] == {"days": 15, "month": None, "day": None}
    assert found["content"]["duty"]["reportKind"] == "ENTERPRISE"
    activity = park.post(row("a", "electricity.grid", "1000", "kWh"))["outcomes"][0]["activityId"]

    def march(asker: Asker, **more: Any) -> dict[str, Any]:
        (one,) = due(asker, **{"from": "2024-04-15", "to": "2024-04-15", **more})
        return one

    assert [one["firstMonth"] for one in due(regulator, on="2024-02-01")][:2] == ["2024-01", "2024-02"]
    before = march(regulator, on="2024-04-10")
    assert (before["state"], before["due"], before["isLate"]) == ("DUE_SOON", "2024-04-15", False)
    assert (before["tenant"], before["park"], before["periodState"]) == ({"code": "t1"}, None, None)
    assert march(park.admin)["periodState"] == "OPEN"

    park.close("MONTH", "2024-03")
    assert (march(park.admin)["periodState"], march(park.admin)["state"]) == ("CLOSED", "OVERDUE")
    first = park.publish(kind="ENTERPRISE", regulators=[bureau])
    assert march(regulator)["state"] == "PUBLISHED"
    assert march(regulator)["editions"] == [{"id": first["id"], "version": 1}]
    assert park.pull(first, "json", regulator).status_code == 200

    given = {"reportId": first["id"], "reference": "2024-88"}
    answer = told(regulator, ACKNOWLEDGE, input=given)
    assert answer["receipt"] == {
        "id": answer["receipt"]["id"], "reportId": first["id"], "regulator": bureau, "state": "ACKNOWLEDGED",
        "comment": "", "reference": "2024-88", "actor": named(regulator), "isNew": True,
    }  # fmt: skip
    assert told(regulator, ACKNOWLEDGE, input=given)["receipt"] == answer["receipt"] | {"isNew": False}
    assert march(park.admin)["state"] == "ACKNOWLEDGED"
    comment = "the meter of building 3 is missing"
    assert told(regulator, RETURN, input={"reportId": first["id"], "comment": comment})["receipt"]["isNew"]
    assert march(park.admin)["state"] == "RETURNED"
    said = [{"state": "ACKNOWLEDGED", "comment": "", "reference": "2024-88", "regulator": bureau},
            {"state": "RETURNED", "comment": comment, "reference": "", "regulator": bureau}]  # fmt: skip
    assert told(park.admin, RECEIPTS, id=first["id"])["receipts"] == said
    assert march(park.operating, park=park.park)["receipts"] == said

    reopened = told(park.admin, REOPEN, input={
        "tenantId": park.tenant, "kind": "MONTH", "first": "2024-03", "reason": f"returned by {bureau}: {comment}"
    })  # fmt: skip
    assert reopened["period"]["state"] == "OPEN"
    changed = {"activityId": activity, "quantity": "1500", "reason": "building 3"}
    assert told(park.admin, CORRECT, input=changed)["activity"]["quantity"] == "1500"
    assert march(park.admin)["periodState"] == "OPEN"
    park.close("MONTH", "2024-03")
    second = park.publish(
        kind="ENTERPRISE", supersedes=first["id"], reason=f"returned by {bureau}", regulators=[bureau]
    )
    assert march(regulator)["state"] == "RESTATED", "the first was acknowledged before it was returned"
    assert [one["version"] for one in march(regulator)["editions"]] == [1, 2]
    late = told(regulator, RETURN, input={"reportId": first["id"], "comment": "another thing"})
    assert (late["__typename"], late["code"]) == ("Refusal", "ALREADY_RECEIVED")
    assert told(regulator, ACKNOWLEDGE, input={"reportId": second["id"]})["receipt"]["state"] == "ACKNOWLEDGED"
    assert march(regulator)["state"] == "ACKNOWLEDGED"
    sealed(databases)
    signed = park.pull(first, "signed.json", regulator).json()
    assert signed["report"]["version"] == 1, "what it pulls, it can verify"
    kinds = [one["kind"] for one in told(park.admin, HISTORY, t=park.tenant)["nodes"]]
    wanted = ("declare:OBLIGATION", "publishReport", "acknowledgeReport", "returnReport", "reopenPeriod")
    assert [one for one in kinds if one in wanted] == [*wanted, "publishReport", "acknowledgeReport"]


def test_a_superseded_report_tells_the_newer_one(park: Reported, databases: Databases) -> None:
    regulator = park.regulator(park.tenant)
    park.post(row("s", "electricity.grid", "10", "kWh", periodStart="2024-05-01T00:00:00+08:00",
                  periodEnd="2024-06-01T00:00:00+08:00"))  # fmt: skip
    park.close("MONTH", "2024-05")
    first = park.publish(first="2024-05")
    second = park.publish(first="2024-05", supersedes=first["id"], reason="better words")
    before = counts(databases)
    answer = told(regulator, ACKNOWLEDGE, input={"reportId": first["id"]})
    assert (answer["__typename"], answer["newerId"], answer["version"]) == ("ReportSuperseded", second["id"], 2)
    assert counts(databases) == before


def test_what_is_not_ones_own_is_refused_and_nothing_is_written(park: Reported, databases: Databases) -> None:
    park.close("MONTH", "2024-06")
    report = park.publish(first="2024-06", regulators=["customs"])
    stranger, other = park.regulator(park.tenant, system="tax"), park.regulator(park.operator, system="customs")
    customs = park.regulator(park.tenant, system="customs")
    before = counts(databases)
    for asker in (stranger, other):
        answer = told(asker, ACKNOWLEDGE, input={"reportId": report["id"]})
        assert (answer["__typename"], answer["code"]) == ("Refusal", "REPORT_NOT_FOUND")
    for asker in (park.admin, park.reviewer, park.operating):
        assert code(asker, ACKNOWLEDGE, input={"reportId": report["id"]}) == "FORBIDDEN"
        assert code(asker, RETURN, input={"reportId": report["id"], "comment": "x"}) == "FORBIDDEN"
    everything = Asker(park.service, EVERYTHING.text)
    assert told(everything, ACKNOWLEDGE, input={"reportId": report["id"]})["code"] == "NOT_A_RECIPIENT"
    for comment in ("", "  "):
        answer = told(customs, RETURN, input={"reportId": report["id"], "comment": comment})
        assert (answer["code"], answer["field"]) == ("TEXT_NOT_ACCEPTED", "comment")
    assert code(customs, DECLARE, tenant=park.tenant, given=[]) == "FORBIDDEN"
    assert counts(databases) == before
    assert told(customs, ACKNOWLEDGE, input={"reportId": report["id"]})["receipt"]["state"] == "ACKNOWLEDGED"


def test_a_regulator_sees_what_names_it_and_nothing_else_of_the_ledger(park: Reported) -> None:
    bureau = f"bureau-{uuid4().hex[:6]}"
    name = f"n{uuid4().hex[:6]}"
    neighbour, _ = park.add_tenant(name)
    declared(park.admin, park.tenant, regulator=bureau, validTo="2024-01-31")
    declared(park.operating, park.operator, regulator=bureau, bearerId=neighbour, validTo="2024-01-31")
    declared(park.admin, park.tenant, regulator=f"{bureau}-2", validTo="2024-01-31")
    regulator = park.regulator(park.tenant, system=bureau)
    assert [one["tenant"]["code"] for one in due(regulator)] == ["t1"]
    assert [one["tenant"]["code"] for one in due(regulator, park=park.park)] == ["t1"]
    both = park.regulator(park.tenant, neighbour, system=bureau)
    assert sorted(one["tenant"]["code"] for one in due(both)) == sorted(["t1", name])
    assert code(regulator, DUE, **ALL, tenant=neighbour) == "NOT_FOUND"
    for document in (
        "query ($t: ID!) { declarations(tenantId: $t, kind: OBLIGATION) { nodes { id } } }",
        "query ($t: ID!) { history(tenantId: $t) { nodes { kind } } }",
        "query ($t: ID!) { activities(filter: {tenantId: $t}) { nodes { id } } }",
    ):
        assert code(regulator, document, t=park.tenant) == "FORBIDDEN"
    own = [one["obligation"]["regulator"] for one in due(park.admin) if bureau in one["obligation"]["regulator"]]
    assert own == [bureau, f"{bureau}-2"], "the tenant sees what it owes, and not what its neighbour does"
    asked = park.asker(neighbour, "TENANT_ADMINISTRATOR")
    assert [one["tenant"]["code"] for one in due(asked)] == [name], "what its operator declares of it"
    assert code(asked, DUE, **ALL, park=park.park) == "NOT_FOUND"
    assert code(asked, DUE, **ALL, tenant=park.tenant) == "NOT_FOUND"


def test_a_regulator_sees_nothing_before_and_after_its_time(park: Reported) -> None:
    bureau, now = f"bureau-{uuid4().hex[:6]}", datetime.now(UTC)
    declared(park.admin, park.tenant, regulator=bureau, validTo="2024-01-31")
    times = {"system": bureau, "namedIds": [park.tenant]}
    early = park.asker(
        park.operator, "REGULATOR", **times, notBefore=(now + timedelta(days=1)).isoformat(),
        expiresAt=(now + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    short = park.asker(park.operator, "REGULATOR", **times, expiresAt=(now + timedelta(seconds=2)).isoformat())
    assert code(early, DUE, **ALL) == "UNAUTHENTICATED"
    answers = [short.ask(DUE, ALL).json()]
    while "errors" not in answers[-1] and datetime.now(UTC) < now + timedelta(seconds=20):
        answers.append(short.ask(DUE, ALL).json())
    assert all(len(one["data"]["obligations"]["nodes"]) == 1 for one in answers[:-1])
    assert answers[-1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert code(short, ACKNOWLEDGE, input={"reportId": "UmVwb3J0OjA"}) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"duty": "cn-ets"}, "[0]"),
        ({"duty": "cn-ets-verification-power"}, "[0]"),
        ({"dueDays": None, "dueReason": ""}, "[0]"),
        ({"dueMonth": 3, "dueDay": 31}, "[0]"),
        ({"dueDays": None, "dueMonth": 3, "dueDay": 31}, "[0]"),
        ({"dueReason": ""}, "[0]"),
        ({"duty": "agreed-park-month"}, "[0].bearer"),
        ({"bearerId": "neighbour"}, "[0].bearer"),
    ],
)
def test_an_obligation_that_is_refused(park: Reported, databases: Databases, given: dict[str, Any], field: str) -> None:
    given = {name: park.operator if one == "neighbour" else one for name, one in given.items()}
    before = counts(databases)
    answer = declared(park.admin, park.tenant, regulator="x", **given)
    assert (answer["code"], answer["field"]) == ("BAD_DECLARATION", field)
    assert counts(databases) == before


def test_an_operator_declares_for_its_own_park_alone(park: Reported, databases: Databases) -> None:
    other = Reported(park.service, park.client)
    before = counts(databases)
    for asker in (park.operating, Asker(park.service, EVERYTHING.text)):
        answer = declared(asker, park.operator, regulator="x", bearerId=other.tenant)
        assert answer["code"] == "NOT_REGISTERED"
    assert counts(databases) == before
    own = declared(park.operating, park.operator, regulator="y", bearerId=park.operator, validTo="2024-01-31")
    assert own["declarations"][0]["content"]["bearer"] is None, "what it names itself for is its own"


def test_pages_states_and_days(park: Reported) -> None:
    bureau = f"bureau-{uuid4().hex[:6]}"
    declared(park.operating, park.operator, regulator=bureau, duty="agreed-park-quarter", dueDays=30)
    regulator = park.regulator(park.operator, system=bureau)
    days = [one["due"] for one in due(regulator, to="2025-12-31")]
    assert days == ["2024-04-30", "2024-07-30", "2024-10-30", "2025-01-30", "2025-04-30", "2025-07-30", "2025-10-30"]
    first = told(regulator, DUE, **ALL, first=2)
    assert [one["due"] for one in first["nodes"]] == days[:2]
    rest = told(regulator, DUE, **ALL, first=2, after=first["pageInfo"]["endCursor"])
    assert ([one["due"] for one in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (days[2:3], False)
    assert due(regulator)[0]["park"] == {"code": park.code}
    assert [one["due"] for one in due(regulator, on="2024-07-20", states=["DUE_SOON", "OVERDUE"])] == days[:2]
    assert due(regulator, states=["ACKNOWLEDGED"]) == []
    for wrong in ({"to": "2023-12-31"}, {"to": "2027-01-06"}):
        assert code(regulator, DUE, **{**ALL, **wrong}) == "BAD_USER_INPUT"
    assert due(regulator, to="2027-01-05")[-1]["due"] == "2026-10-30"
