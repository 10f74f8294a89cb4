"""The base year over real HTTP: years recorded once, changes judged, both series, and the year computed anew."""

from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import CORRECT, SUPPLIER, Park, row

MASSES = "{ scope1 scope2Location scope2Market scope3 total(of: SCOPES_1_AND_2_LOCATION) }"
CONTENT = f"""declarations {{ id kind subject version isNew reason content {{
  ... on BaseYearPolicy {{ year total approach thresholdPercent document }}
  ... on ReportedYearsChange {{ code kind effectiveOn reason document deltas {{ year delta {MASSES} }} }}
  ... on ReportedYear {{ year gapCount figures {MASSES} basis {{
    regime gwpSet release contentHash approach proxyRegions publishedBy electricityKgcePerKwh knownAt }} }} }} }}"""
RESULT = f"{{ ... on DeclarationsAdded {{ {CONTENT} }} ... on Refusal {{ code field message }} }}"
POLICY = f"""mutation ($tenantId: ID!, $policy: BaseYearPolicyInput!) {{
  declareBaseYear(tenantId: $tenantId, policy: $policy) {RESULT} }}"""
CHANGES = f"""mutation ($tenantId: ID!, $changes: [ReportedYearsChangeInput!]!) {{
  declareBaseYearChanges(tenantId: $tenantId, changes: $changes) {RESULT} }}"""
RECORD = f"""mutation ($tenantId: ID!, $year: Int!, $basis: BasisInput) {{
  recordReportedYear(tenantId: $tenantId, year: $year, basis: $basis) {RESULT} }}"""
WITHDRAW = f"""mutation ($tenantId: ID!, $id: ID!) {{
  withdrawDeclaration(tenantId: $tenantId, declarationId: $id, reason: "mistaken") {RESULT} }}"""
BASE_YEAR = f"""query ($tenantId: ID!, $knownAt: DateTime) {{ baseYear(tenantId: $tenantId, knownAt: $knownAt) {{
  policy {{ year thresholdPercent document }}
  judgements {{ day judgement {{ emissions delta percent thresholdPercent isTriggered restated
    counted {{ kind delta reason effectiveOn }} notCounted {{ kind }} }} }}
  series {{ year gapCount asFirstReported {MASSES} restated {MASSES} basis {{ release knownAt }}
    changes {{ state delta {MASSES} change {{ code kind }} }}
    recomputed {{ gapCount figures {MASSES} difference {MASSES}
      effects(scope2Method: MARKET) {{ activity factor gwp boundary method }} }} }} }} }}"""
HISTORY = """query ($tenantId: ID!, $kind: DeclarationKind!) {
  declarations(tenantId: $tenantId, kind: $kind, includeHistory: true) { nodes { subject version isWithdrawn } } }"""


class Reporter(Park):
    """A park whose tenant bought 500,000 GJ of steam at 100 kg/GJ in 2023, and 490,000 GJ in 2024."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        part = {"gas": "CO2", "terms": [{"value": "100", "unit": "kg/GJ"}]}
        given = {
            "tenantId": self.tenant,
            "supplier": "Utility",
            "activityType": "steam.purchased",
            "unit": "GJ",
            "validFrom": "2023-01-01",
            "factor": {"name": "boiler", "parts": [part], "source": "contract 7"},
        }
        assert client.ask(SUPPLIER, {"input": given})["addSupplierFactor"]["lines"] == ["location", "market"]
        posted = self.post(self.steam("S23", "500000", 2023), self.steam("S24", "490000", 2024))
        self.activity = posted["outcomes"][0]["activityId"]

    @staticmethod
    def steam(external_id: str, gigajoules: str, year: int) -> dict[str, Any]:
        period = {"periodStart": f"{year}-03-01T00:00:00+08:00", "periodEnd": f"{year}-04-01T00:00:00+08:00"}
        return row(external_id, "steam.purchased", gigajoules, "GJ", supplier="Utility", **period)

    def do(self, operation: str, **variables: Any) -> dict[str, Any]:
        (answer,) = self.client.ask(operation, {"tenantId": self.tenant, **variables}).values()
        found: dict[str, Any] = answer
        return found

    def policy(self, **more: Any) -> dict[str, Any]:
        given = {
            "year": 2023,
            "total": "SCOPES_1_AND_2_LOCATION",
            "approach": "OPERATIONAL_CONTROL",
            "thresholdPercent": "5",
            "document": "policy 2024, section 3",
        }
        return self.do(POLICY, policy={**given, **more})

    def record(self, *years: int, **basis: Any) -> None:
        for year in years:
            assert self.do(RECORD, year=year, basis=basis or None)["declarations"][0]["isNew"]

    def change(self, *changes: tuple[str, str, str, dict[int, str]]) -> dict[str, Any]:
        """Declare (code, kind, day, year -> kg of scope 1)."""
        return self.do(CHANGES, changes=[changed(*one) for one in changes])

    def history(self, kind: str) -> list[tuple[str, int, bool]]:
        nodes = self.do(HISTORY, kind=kind)["nodes"]
        return [(node["subject"], node["version"], node["isWithdrawn"]) for node in nodes]

    def totals(self) -> list[tuple[int, str, str]]:
        """Return year, first and restated total in kg."""
        series = self.do(BASE_YEAR)["series"]
        return [(one["year"], one["asFirstReported"]["total"], one["restated"]["total"]) for one in series]


def changed(code: str, kind: str, day: str, years: dict[int, str]) -> dict[str, Any]:
    deltas = [{"year": year, "scope1": delta} for year, delta in years.items()]
    return {"code": code, "kind": kind, "effectiveOn": day, "reason": f"why {code}", "deltas": deltas}


@pytest.fixture
def reporter(client: Client) -> Reporter:
    return Reporter(client)


def test_a_year_is_computed_by_the_service_and_recorded_with_its_basis(reporter: Reporter) -> None:
    answer = reporter.do(RECORD, year=2023, basis={"gwpSet": "AR5", "release": 2})
    (declared,) = answer["declarations"]
    found = declared["content"]
    assert (declared["kind"], declared["subject"], declared["version"]) == ("REPORTED_YEAR", "2023", 1)
    assert found["figures"]["scope2Location"] == found["figures"]["scope2Market"] == "50000000"
    assert (found["figures"]["scope1"], found["figures"]["total"]) == ("0", "50000000")
    release = next(
        one
        for one in reporter.client.ask("{ factorReleases { number contentHash } }")["factorReleases"]
        if one["number"] == 2
    )
    basis = found["basis"]
    assert basis.pop("knownAt")
    assert basis == {
        "regime": "GHG_PROTOCOL",
        "gwpSet": "AR5",
        "release": 2,
        "contentHash": release["contentHash"],
        "approach": "OPERATIONAL_CONTROL",
        "proxyRegions": ["GB"],
        "publishedBy": None,
        "electricityKgcePerKwh": None,
    }


def test_an_acquisition_restates_the_base_year(reporter: Reporter) -> None:
    reporter.record(2023, 2024)
    assert reporter.policy()["declarations"][0]["version"] == 1
    reporter.change(("ACQ", "STRUCTURAL", "2025-06-01", {2023: "3100000", 2024: "3200000"}))
    found = reporter.do(BASE_YEAR)
    assert found["policy"] == {"year": 2023, "thresholdPercent": "5", "document": "policy 2024, section 3"}
    change = {"kind": "STRUCTURAL", "delta": "3100000", "reason": "why ACQ", "effectiveOn": "2025-06-01"}
    assert found["judgements"] == [
        {
            "day": "2025-06-01",
            "judgement": {
                "emissions": "50000000",
                "delta": "3100000",
                "percent": "6.2",
                "thresholdPercent": "5",
                "isTriggered": True,
                "restated": "53100000",
                "counted": [change],
                "notCounted": [],
            },
        }
    ]
    assert reporter.totals() == [(2023, "50000000", "53100000"), (2024, "49000000", "52200000")]
    base = found["series"][0]
    assert (base["restated"]["scope1"], base["restated"]["scope2Location"]) == ("3100000", "50000000")
    assert [(one["state"], one["change"]["code"], one["delta"]["scope1"]) for one in base["changes"]] == [
        ("RESTATED", "ACQ", "3100000")
    ]


def test_three_small_errors_wait_until_they_are_significant_together(reporter: Reporter) -> None:
    reporter.record(2023, 2024)
    reporter.policy()
    small = [("E1", "ERROR", "2025-01-05", {2023: "900000"}), ("E2", "ERROR", "2025-02-05", {2023: "700000"})]
    reporter.change(*small)
    found = reporter.do(BASE_YEAR)
    assert [(one["judgement"]["percent"], one["judgement"]["isTriggered"]) for one in found["judgements"]] == [
        ("1.8", False),
        ("3.2", False),
    ]
    assert [one["state"] for one in found["series"][0]["changes"]] == ["WAITING", "WAITING"]
    assert reporter.totals()[0] == (2023, "50000000", "50000000")
    reporter.change(("E3", "ERROR", "2025-03-05", {2023: "1100000"}))
    last = reporter.do(BASE_YEAR)["judgements"][-1]["judgement"]
    assert (last["percent"], last["isTriggered"], last["restated"]) == ("5.4", True, "52700000")
    assert reporter.totals() == [(2023, "50000000", "52700000"), (2024, "49000000", "49000000")]


def test_growth_restates_nothing(reporter: Reporter) -> None:
    reporter.record(2023, 2024)
    reporter.policy()
    kinds = ("ORGANIC", "NEW_SOURCE", "SCOPE_MOVE")
    reporter.change(*((kind, kind, "2025-01-01", {2023: "40000000"}) for kind in kinds))
    found = reporter.do(BASE_YEAR)
    assert [one["judgement"]["isTriggered"] for one in found["judgements"]] == [False]
    assert len(found["judgements"][0]["judgement"]["notCounted"]) == 3
    assert {one["state"] for one in found["series"][0]["changes"]} == {"NOT_COUNTED"}
    assert reporter.totals()[0] == (2023, "50000000", "50000000")


def test_a_change_is_corrected_and_withdrawn_and_the_past_is_remembered(reporter: Reporter) -> None:
    reporter.record(2023)
    reporter.policy()
    reporter.change(("ACQ", "STRUCTURAL", "2025-06-01", {2023: "3100000"}))
    second = reporter.change(("ACQ", "STRUCTURAL", "2025-06-01", {2023: "100"}))["declarations"][0]
    assert second["version"] == 2
    assert reporter.totals() == [(2023, "50000000", "50000000")]
    assert reporter.do(WITHDRAW, id=second["id"])["declarations"][0]["version"] == 3
    assert reporter.do(BASE_YEAR)["judgements"] == []
    assert reporter.do(BASE_YEAR, knownAt="2024-01-01T00:00:00Z") == {"policy": None, "judgements": [], "series": []}


def test_a_year_is_recorded_once(reporter: Reporter) -> None:
    reporter.record(2023)
    activity = {"activityId": reporter.activity, "reason": "misread", "quantity": "510000"}
    assert reporter.client.ask(CORRECT, {"input": activity})["correctActivity"]["activity"]["version"] == 2
    refused = reporter.do(RECORD, year=2023)
    assert refused["code"] == "ALREADY_REPORTED"
    assert refused["message"].startswith("2023 was reported on 20")
    (declared,) = reporter.client.ask(
        """query ($id: ID!) { declarations(tenantId: $id, kind: REPORTED_YEAR) { nodes { id } } }""",
        {"id": reporter.tenant},
    )["declarations"]["nodes"]
    assert reporter.do(WITHDRAW, id=declared["id"])["code"] == "ALREADY_REPORTED"
    assert reporter.history("REPORTED_YEAR") == [("2023", 1, False)]
    (year,) = reporter.do(BASE_YEAR)["series"]
    assert (year["asFirstReported"]["total"], year["restated"]["total"]) == ("50000000", "50000000")
    assert year["recomputed"]["figures"]["total"] == "51000000"
    difference = year["recomputed"]["difference"]
    assert (difference["scope1"], difference["scope2Location"], difference["scope2Market"]) == (
        "0",
        "1000000",
        "1000000",
    )
    nothing = {"factor": "0", "gwp": "0", "boundary": "0", "method": "0"}
    assert year["recomputed"]["effects"] == {"activity": "1000000", **nothing}


def test_a_year_as_it_was_known_then(reporter: Reporter) -> None:
    activity = {"activityId": reporter.activity, "reason": "misread", "quantity": "510000"}
    versions = """query ($id: ID!) { node(id: $id) { ... on Activity { recordedAt } } }"""
    then = reporter.client.ask(versions, {"id": reporter.activity})["node"]["recordedAt"]
    reporter.client.ask(CORRECT, {"input": activity})
    reporter.record(2023, knownAt=then)
    (year,) = reporter.do(BASE_YEAR)["series"]
    assert (year["asFirstReported"]["total"], year["basis"]["knownAt"]) == ("50000000", then)
    assert year["recomputed"]["figures"]["total"] == "51000000"


def test_a_year_posted_in_the_same_request_is_in_the_figures(reporter: Reporter) -> None:
    both = (
        """mutation ($input: PostActivitiesInput!, $tenantId: ID!) {
      postActivities(input: $input) { ... on ActivitiesPosted { acceptedCount } }
      recordReportedYear(tenantId: $tenantId, year: 2023) """
        + RESULT
        + "}"
    )
    key = "00000000-0000-7000-8000-000000000001"
    given = {"tenantId": reporter.tenant, "idempotencyKey": key, "rows": [reporter.steam("L", "10", 2023)]}
    found = reporter.client.ask(both, {"input": given, "tenantId": reporter.tenant})
    assert found["recordReportedYear"]["declarations"][0]["content"]["figures"]["scope2Location"] == "50001000"


@pytest.mark.parametrize(
    ("year", "code", "message"),
    [
        (2022, "BAD_DECLARATION", "nothing of 2022 has emissions; what is not posted is missing, not zero"),
        (2100, "PERIOD_IN_FUTURE", "2100 has not ended yet"),
        (1989, "BAD_TIME", "1989 lies before 1990"),
    ],
)
def test_a_year_that_cannot_be_recorded(reporter: Reporter, year: int, code: str, message: str) -> None:
    refused = reporter.do(RECORD, year=year)
    assert (refused["code"], refused["field"]) == (code, "year")
    assert refused["message"].startswith(message)
    assert reporter.history("REPORTED_YEAR") == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (("A", "ERROR", "2025-01-01", {2022: "1"}), "declarations", "2022 was not reported; accepted are 2023"),
        (
            ("A", "STRUCTURAL", "2025-01-01", {2023: "-1"}),
            "declarations",
            "by 2025-01-01 changes take 1 kg off scope 1 of 2023, which holds 0",
        ),
        (("A", "ERROR", "2025-01-01", {}), "[1]", "the change names the years []; accepted is at least one"),
        ((" ", "ERROR", "2025-01-01", {2023: "1"}), "[1]", "the code of the change is empty"),
    ],
)
def test_a_change_that_is_refused_is_not_written(
    reporter: Reporter, change: tuple[str, str, str, dict[int, str]], field: str, message: str
) -> None:
    reporter.record(2023)
    reporter.policy()
    refused = reporter.change(("GOOD", "METHOD", "2025-01-01", {2023: "9000000"}), change) if field == "[1]" else None
    refused = refused or reporter.change(change)
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", field)
    assert refused["message"].startswith(message)
    assert reporter.history("BASE_YEAR_CHANGE") == []
    assert reporter.totals() == [(2023, "50000000", "50000000")]


@pytest.mark.parametrize(
    ("policy", "field", "message"),
    [
        ({"thresholdPercent": "0"}, "policy", "the threshold is 0 %; accepted is above 0 % and below 100 %"),
        ({"document": " "}, "policy", "the policy names no document"),
        ({"year": 1900}, "policy", "the base year is 1900; accepted is 1990 to 2100"),
        (
            {"approach": "EQUITY_SHARE"},
            "declarations",
            "2023 was reported by OPERATIONAL_CONTROL, not by EQUITY_SHARE",
        ),
    ],
)
def test_a_policy_that_is_refused_is_not_written(
    reporter: Reporter, policy: dict[str, Any], field: str, message: str
) -> None:
    reporter.record(2023)
    refused = reporter.policy(**policy)
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", field)
    assert refused["message"].startswith(message)
    assert reporter.history("BASE_YEAR") == []
    assert reporter.do(BASE_YEAR)["policy"] is None


def test_a_base_year_that_its_policy_does_not_fit_is_not_recorded(reporter: Reporter) -> None:
    reporter.policy(total="SCOPES_1_AND_2_MARKET", approach=None)
    refused = reporter.do(RECORD, year=2023, basis={"regime": "MEE_332_2023"})
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", "declarations")
    assert "2023 was reported under MEE_332_2023, which has no SCOPES_1_AND_2_MARKET" in refused["message"]
    assert reporter.history("REPORTED_YEAR") == []


def test_tenants_that_are_not_there(reporter: Reporter) -> None:
    unknown = "VGVuYW50OjAwMDAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA"
    assert reporter.do(RECORD, tenantId=unknown, year=2023)["code"] == "NOT_REGISTERED"
    with pytest.raises(ServiceError, match="there is no such tenant"):
        reporter.do(BASE_YEAR, tenantId=unknown)
