"""Screening of scope 3, share of primary data and what stands beside the scopes, over real HTTP."""

from typing import Any

import pytest

from api.client import Client
from tests.api.test_flows import SUPPLIER, YEAR, Park, row

DECLARE = """mutation ($tenant: ID!, $screenings: [CategoryScreeningInput!]!) {
  declareScreenings(tenantId: $tenant, screenings: $screenings, reason: "first screening") {
    ... on DeclarationsAdded { declarations { id kind subject version isNew recordedAt
      content { ... on CategoryScreening {
      category isRelevant decision justification estimatedPercent document screenedOn
      relevance { criterion isRelevant reason } } } } }
    ... on Refusal { code field message } } }"""
WITHDRAW = """mutation ($tenant: ID!, $id: ID!) {
  withdrawDeclaration(tenantId: $tenant, declarationId: $id, reason: "decided otherwise") {
    ... on DeclarationsAdded { declarations { isWithdrawn version } } ... on Refusal { code message } } }"""
CATEGORIES = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: $period, basis: $basis) { scope3Categories {
    number status finding lineCount gapCount emissions { co2e }
    screening { decision justification } screeningCounts { decision tenantCount }
    primaryDataShare { primaryPercent secondaryPercent undeclaredPercent } } } }"""
OUTSIDE = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: $period, basis: $basis) { isComplete
    totals { scope1 { co2e } scope2Location { co2e } scope2Market { co2e } scope3 { co2e } outside { co2e biogenicCo2 }
      totalLocation { co2e } totalMarket { co2e } }
    outsideScopes { biogenicCo2(unit: TONNE) nonKyotoGases { gas mass } notCountedGases { gas mass co2e }
      memo { co2e } avoided removals(unit: TONNE) offsets { bought cancelled(unit: TONNE) sold } }
    lines { nodes { scope activityType emissions { co2e } activities { nodes { document } } } } } }"""


def screening(category: int, decision: str = "REPORTED", **more: Any) -> dict[str, Any]:
    needed = {"EXCLUDED": {"justification": "below 1 % of scope 3", "estimatedPercent": "0.4"},
              "NOT_APPLICABLE": {"justification": "nothing of the kind"}}.get(decision, {})  # fmt: skip
    judged = [{"criterion": "SIZE", "isRelevant": decision == "REPORTED", "reason": "spend of 2024"}]
    return {"category": category, "relevance": judged, "decision": decision, "screenedOn": "2025-02-01",
            "document": "screening.pdf", **needed, **more}  # fmt: skip


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def declare(park: Park, *screenings: dict[str, Any], tenant: str = "") -> dict[str, Any]:
    variables = {"tenant": tenant or park.tenant, "screenings": list(screenings)}
    answer: dict[str, Any] = park.client.ask(DECLARE, variables)["declareScreenings"]
    return answer


def categories(park: Park, boundary: dict[str, str] | None = None, **basis: Any) -> dict[int, dict[str, Any]]:
    variables = {"boundary": boundary or {"tenantId": park.tenant}, "period": YEAR, "basis": basis or None}
    found = park.client.ask(CATEGORIES, variables)["footprint"]["scope3Categories"]
    assert [one["number"] for one in found] == list(range(1, 16))
    return {one["number"]: one for one in found}


def outside(park: Park, **basis: Any) -> dict[str, Any]:
    variables = {"boundary": {"tenantId": park.tenant}, "period": YEAR, "basis": basis or None}
    answer: dict[str, Any] = park.client.ask(OUTSIDE, variables)["footprint"]
    return answer


def test_a_screening_is_declared_once_and_read_back_and_its_next_version_replaces_it(park: Park) -> None:
    first = declare(park, screening(9, "EXCLUDED"), screening(1))["declarations"]
    assert [(one["kind"], one["subject"], one["version"], one["isNew"]) for one in first] == [
        ("SCREENING", "category 09", 1, True),
        ("SCREENING", "category 01", 1, True),
    ]
    assert first[0]["content"] == {
        "category": 9,
        "isRelevant": False,
        "decision": "EXCLUDED",
        "justification": "below 1 % of scope 3",
        "estimatedPercent": "0.4",
        "document": "screening.pdf",
        "screenedOn": "2025-02-01",
        "relevance": [{"criterion": "SIZE", "isRelevant": False, "reason": "spend of 2024"}],
    }
    (again,) = declare(park, screening(9, "EXCLUDED"))["declarations"]
    assert (again["id"], again["isNew"]) == (first[0]["id"], False)
    (changed,) = declare(park, screening(9))["declarations"]
    assert (changed["version"], changed["content"]["decision"]) == (2, "REPORTED")
    assert categories(park)[9]["screening"] == {"decision": "REPORTED", "justification": ""}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (screening(9, "EXCLUDED", justification=""), "category 9 is EXCLUDED and nothing says why (GHG Protocol Scope"),
        (screening(9, "EXCLUDED", estimatedPercent=None), "category 9 is excluded without an estimate"),
        (
            screening(9, "EXCLUDED", relevance=[{"criterion": "RISK", "isRelevant": True}]),
            "category 9 is relevant by RISK and excluded",
        ),
        (screening(16), "there is no scope 3 category 16"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_nothing_is_written(
    park: Park, given: dict[str, Any], message: str
) -> None:
    refused = declare(park, screening(1), given)
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", "[1]")
    assert refused["message"].startswith(message)
    assert all(one["screening"] is None for one in categories(park).values())


def test_a_footprint_sets_what_is_posted_beside_what_was_decided(park: Park) -> None:
    declare(park, screening(1), screening(2), screening(5, "EXCLUDED"), screening(6, "EXCLUDED"),
            screening(10, "NOT_APPLICABLE"), screening(15, "NOT_APPLICABLE"))  # fmt: skip
    assert park.post(
        row("g", "goods.reported", "5", "t"),
        row("w", "waste.reported", "2", "t"),
        row("t", "commute.average", "600", "passenger"),
        row("i", "investment.reported", "3", "t"),
    )["acceptedCount"] == 4  # fmt: skip
    found = categories(park)
    assert {number: (one["status"], one["finding"]) for number, one in found.items() if number in (1, 2, 3, 5, 6)} == {
        1: ("REPORTED", None),
        2: ("NOTHING_POSTED", "DECLARED_REPORTED_NOTHING_POSTED"),
        3: ("NOT_SCREENED", None),
        5: ("REPORTED", "DECLARED_EXCLUDED_YET_POSTED"),
        6: ("EXCLUDED", None),
    }
    assert (found[7]["status"], found[7]["gapCount"], found[7]["primaryDataShare"]) == ("REPORTED", 1, None)
    assert (found[10]["status"], found[10]["finding"]) == ("NOT_APPLICABLE", None)
    assert found[15]["finding"] == "DECLARED_NOT_APPLICABLE_YET_POSTED"
    assert found[5]["emissions"]["co2e"] == "2000", "what is posted is in the total, whatever was decided"
    at_site = categories(park, {"siteId": park.site})
    assert (at_site[2]["status"], at_site[2]["finding"]) == ("NOTHING_POSTED", None)
    chinese = categories(park, regime="GBT_32150_2025")
    assert {(one["status"], one["finding"]) for one in chinese.values()} == {("NOT_IN_REGIME", None)}


def test_a_withdrawn_screening_does_not_count_and_the_day_of_knowledge_does(park: Park) -> None:
    (declared,) = declare(park, screening(2))["declarations"]
    answer = park.client.ask(WITHDRAW, {"tenant": park.tenant, "id": declared["id"]})["withdrawDeclaration"]
    assert answer["declarations"] == [{"isWithdrawn": True, "version": 2}]
    assert (categories(park)[2]["status"], categories(park)[2]["screening"]) == ("NOT_SCREENED", None)
    as_known_then = categories(park, knownAt=declared["recordedAt"])[2]
    assert (as_known_then["status"], as_known_then["screening"]["decision"]) == ("NOTHING_POSTED", "REPORTED")


def test_a_park_counts_the_decisions_of_its_tenants(park: Park) -> None:
    other, _ = park.add_tenant("t2")
    park.add_tenant("t3")
    declare(park, screening(2), screening(12, "EXCLUDED"))
    declare(park, screening(12, "EXCLUDED"), tenant=other)
    found = categories(park, {"parkId": park.park})
    assert found[12]["screeningCounts"] == [
        {"decision": "EXCLUDED", "tenantCount": 2},
        {"decision": None, "tenantCount": 1},
    ]
    assert (found[12]["status"], found[12]["screening"]) == ("NOT_SCREENED", None)
    assert (found[2]["status"], found[2]["finding"]) == ("NOTHING_POSTED", "DECLARED_REPORTED_NOTHING_POSTED")
    assert found[4]["screeningCounts"] == [{"decision": None, "tenantCount": 3}]


def test_the_share_of_primary_data_is_that_of_suppliers_figures(park: Park) -> None:
    terms = [{"value": "1.1", "unit": "t/t"}]
    figure = {"name": "Vials", "source": "EPD 2024", "parts": [{"gas": "CO2E", "terms": terms}]}
    added = {"tenantId": park.tenant, "supplier": "Glassworks", "activityType": "goods.glass", "unit": "t",
             "factor": figure, "validFrom": "2024-01-01"}  # fmt: skip
    assert park.client.ask(SUPPLIER, {"input": added})["addSupplierFactor"]["lines"] == ["main"]
    mine = {**added, "supplier": "", "activityType": "goods.spend", "unit": "CNY_2024"}
    mine["factor"] = {**figure, "parts": [{"gas": "CO2E", "terms": [{"value": "0.00012", "unit": "t/CNY_2024"}]}]}
    park.client.ask(SUPPLIER, {"input": mine})
    park.post(
        row("a", "goods.glass", "800", "t", supplier="Glassworks"),
        row("b", "goods.spend", "1000000", "CNY_2024"),
    )
    first = categories(park)[1]
    assert first["emissions"]["co2e"] == "1000000"
    assert first["primaryDataShare"] == {"primaryPercent": "88", "secondaryPercent": "0", "undeclaredPercent": "12"}
    park.post(row("c", "freight.hgv", "1000", "t.km"))
    assert categories(park)[4]["primaryDataShare"]["secondaryPercent"] == "100"


def test_spend_without_a_price_year_is_refused_when_it_is_posted(park: Park) -> None:
    (outcome,) = park.post(row("s", "goods.spend", "5000000", "CNY"))["outcomes"]
    assert (outcome["code"], outcome["field"]) == ("PRICE_YEAR_MISSING", "unit")


def test_offsets_and_avoided_emissions_change_no_total_and_stand_beside_the_scopes(park: Park) -> None:
    park.post(
        row("e", "electricity.grid", "10", "MWh"),
        row("f", "process.fermentation_glucose", "1000", "t"),
        row("r", "refrigerant.leaked/R-22", "3", "kg"),
        row("h", "refrigerant.leaked/HFC-134a", "2", "kg"),
        row("v", "process.solvent_emitted/acetone", "0.4", "t"),
    )
    before = outside(park)
    park.post(
        row("o1", "memo.offset_bought", "100", "t"),
        row("o2", "memo.offset_cancelled", "60", "t", document="CCER 2024, serial 0001-0060"),
        row("o3", "memo.avoided_emissions", "7.5", "kg"),
        row("o4", "memo.removal", "0.25", "t"),
    )
    after = outside(park)
    assert after["totals"] == before["totals"]
    assert (
        before["outsideScopes"]
        | {
            "avoided": "7.5",
            "removals": "0.25",
            "offsets": {"bought": "100000", "cancelled": "60", "sold": None},
        }
        == after["outsideScopes"]
    )
    assert before["outsideScopes"]["avoided"] is None, "nothing posted is not zero"
    assert round(float(after["outsideScopes"]["biogenicCo2"]), 1) == 488.6
    assert after["outsideScopes"]["nonKyotoGases"] == [{"gas": "HCFC-22", "mass": "3"}]
    assert after["outsideScopes"]["notCountedGases"] == []
    assert after["totals"]["outside"]["co2e"] == after["outsideScopes"]["memo"]["co2e"]
    (cancelled,) = (one for one in after["lines"]["nodes"] if one["activityType"] == "memo.offset_cancelled")
    assert (cancelled["scope"], cancelled["emissions"]["co2e"]) == ("OUTSIDE", "60000")
    assert cancelled["activities"]["nodes"] == [{"document": "CCER 2024, serial 0001-0060"}]
    under_park_method = outside(park, regime="NDRC_910_2025")["outsideScopes"]
    assert [one["gas"] for one in under_park_method["notCountedGases"]] == ["HFC-134a"]
    assert under_park_method["offsets"] == after["outsideScopes"]["offsets"]
