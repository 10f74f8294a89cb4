"""Uncertainty and data quality of a footprint over real HTTP: posted by quality, declared, asked for."""

from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import CORRECT, YEAR, Park, row

DECLARE = """mutation ($tenant: ID!, $uncertainties: [DeclaredUncertaintyInput!]!, $reason: String! = "") {
  declareUncertainties(tenantId: $tenant, uncertainties: $uncertainties, reason: $reason) {
    ... on DeclarationsAdded { declarations { id version isNew subject recordedAt content {
      ... on DeclaredUncertainty { activityType factorId quality form spread document site { code }
        scored { gsd2 assumed } } } } }
    ... on Refusal { code field message } } }"""
WITHDRAW = """mutation ($tenant: ID!, $id: ID!) {
  withdrawDeclaration(tenantId: $tenant, declarationId: $id, reason: "wrong") {
    ... on DeclarationsAdded { declarations { isWithdrawn } } ... on Refusal { code message } } }"""
_TOTAL = """total covered spread low high flags undeclaredCount sharedCount shared
    undeclared { activityType quality factorId lacksQuantity lacksFactor co2e lineCount } wide { quality }"""
UNCERTAINTY = f"""query (
    $boundary: BoundaryInput!, $period: MonthsInput!, $form: UncertaintyForm!, $groupBy: [FootprintDimension!],
    $basis: BasisInput
) {{ footprint(boundary: $boundary, period: $period, groupBy: $groupBy, basis: $basis) {{
    totals {{ totalLocation {{ co2e }} }}
    uncertainty(form: $form) {{ source scope2Location {{ {_TOTAL} }} scope2Market {{ {_TOTAL} }}
      totalLocation {{ {_TOTAL} }}
      lines(first: 100) {{ nodes {{ activityType method quality factorId co2e spread tenant {{ code }} site {{ code }}
        ofQuantity {{ code spread statedAs document }} ofFactor {{ code spread statedAs document }} }} }} }}
    groups {{ quality month gas category
      uncertainty(form: $form) {{ scope2Location {{ total covered spread }} }} }} }} }}"""
SIMULATION = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $seed: Int!, $draws: Int) {
  footprint(boundary: $boundary, period: $period) { simulation(seed: $seed, draws: $draws) { source
    scope1 { mean } scope2Location { mean median low high standardError isStable draws seed generator undeclaredCount }
  } } }"""
QUALITY = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $groupBy: [FootprintDimension!]) {
  footprint(boundary: $boundary, period: $period, groupBy: $groupBy) {
    dataQuality { source scope1 { shares { undeclaredPercent } }
      scope2Location { shares { shares { quality percent } undeclaredPercent }
        primaryShare { primaryPercent secondaryPercent undeclaredPercent } rating { score undeclaredPercent }
        indicators { indicator rating { score undeclaredPercent } } }
      totalLocation { shares { shares { quality percent } undeclaredPercent } } }
    groups { quality totals { scope2Location { co2e } }
      dataQuality { scope2Location { shares { shares { quality percent } } } } }
    lines(first: 100) { nodes { quality rowCount activities { nodes { externalId } } } } } }"""
GRID = "cn-mee-electricity-2023:CN-GD"
PLACE = {"period": YEAR, "form": "PERCENT"}


def percent(value: str, activity_type: str = "electricity.grid", **more: Any) -> dict[str, Any]:
    return {"activityType": activity_type, "uncertainty": {"percent": value}, "document": "calibration 7", **more}


def of_factor(value: str, factor: str = GRID) -> dict[str, Any]:
    return {"factorId": factor, "uncertainty": {"percent": value}, "document": "study"}


def declare(park: Park, *given: dict[str, Any], tenant: str = "") -> dict[str, Any]:
    variables = {"tenant": tenant or park.tenant, "uncertainties": list(given)}
    answer: dict[str, Any] = park.client.ask(DECLARE, variables)["declareUncertainties"]
    return answer


def ask(park: Park, query: str, **more: Any) -> dict[str, Any]:
    variables = {"boundary": {"tenantId": park.tenant}, **PLACE, **more}
    used = {name: value for name, value in variables.items() if f"${name}:" in query}
    answer: dict[str, Any] = park.client.ask(query, used)["footprint"]
    return answer


@pytest.fixture
def park(client: Client) -> Park:
    """A tenant with 600 MWh measured and 400 MWh billed: 265,140 and 176,760 kg by location."""
    found = Park(client)
    found.post(
        row("a", "electricity.grid", "500", "MWh", quality="MEASURED"),
        row("b", "electricity.grid", "100", "MWh", quality="MEASURED"),
        row("c", "electricity.grid", "400", "MWh", quality="BILLED"),
    )
    return found


def test_the_interval_of_a_total_from_what_is_declared(park: Park) -> None:
    added = declare(park, percent("2", quality="MEASURED"), percent("5", "electricity."), of_factor("4"))
    assert [one["subject"] for one in added["declarations"]] == [
        "electricity.grid MEASURED *",
        "electricity. * *",
        f"factor:{GRID}",
    ]
    found = ask(park, UNCERTAINTY)["uncertainty"]
    by_location = found["scope2Location"]
    # √((0.6 x 2)² + (0.4 x 5)² + 4²) = √21.44 %, of 441,900 kg.
    spread = Decimal("21.44").sqrt()
    assert by_location["total"] == by_location["covered"] == "441900"
    assert abs(Decimal(by_location["spread"]) - spread) < Decimal("1e-11")
    half = spread * 4419
    assert abs(Decimal(by_location["low"]) - (441900 - half)) < Decimal("1e-8")
    assert abs(Decimal(by_location["high"]) - (441900 + half)) < Decimal("1e-8")
    assert (by_location["flags"], by_location["shared"]) == (["CORRELATED"], [f"factor:{GRID}"])
    assert (by_location["undeclaredCount"], by_location["undeclared"], by_location["wide"]) == (0, [], [])
    by_market = found["scope2Market"]
    assert (by_market["total"], by_market["covered"], by_market["spread"], by_market["low"]) == (
        "609600",
        "0",
        None,
        None,
    )
    assert [
        (one["quality"], one["co2e"], one["lacksQuantity"], one["lacksFactor"]) for one in by_market["undeclared"]
    ] == [
        ("MEASURED", "365760", False, True),
        ("BILLED", "243840", False, True),
    ]
    lines = [one for one in found["lines"]["nodes"] if one["method"] == "LOCATION"]
    assert [(one["quality"], one["co2e"], one["ofQuantity"]["spread"], one["ofFactor"]["spread"]) for one in lines] == [
        ("MEASURED", "265140", "2", "4"),
        ("BILLED", "176760", "5", "4"),
    ]
    assert lines[0]["ofQuantity"]["document"] == "calibration 7"
    assert (lines[0]["tenant"]["code"], lines[0]["site"]["code"]) == ("t1", "s1")
    assert abs(Decimal(lines[0]["spread"]) - Decimal(20).sqrt()) < Decimal("1e-11")


def test_it_does_not_depend_on_group_by_and_groups_have_their_own(park: Park) -> None:
    declare(park, percent("2", quality="MEASURED"), percent("5", "electricity."), of_factor("4"))
    plain = ask(park, UNCERTAINTY)
    for by in (["MONTH"], ["QUALITY", "GAS"], ["SCOPE", "TENANT"]):
        assert ask(park, UNCERTAINTY, groupBy=by)["uncertainty"] == plain["uncertainty"]
    groups = {
        one["quality"]: one["uncertainty"]["scope2Location"]
        for one in ask(park, UNCERTAINTY, groupBy=["QUALITY"])["groups"]
    }
    assert {quality: one["total"] for quality, one in groups.items()} == {"MEASURED": "265140", "BILLED": "176760"}
    assert abs(Decimal(groups["BILLED"]["spread"]) - Decimal(41).sqrt()) < Decimal("1e-11")
    months = ask(park, UNCERTAINTY, groupBy=["MONTH", "GAS"])["groups"]
    by_location = [one["uncertainty"]["scope2Location"]["total"] for one in months]
    assert (months[0]["month"], months[0]["gas"], by_location[0]) == ("2024-03", "CO2", "441900")


def test_a_shared_factor_alone_is_the_parks_uncertainty(park: Park) -> None:
    other, _ = park.add_tenant("t2")
    park.post(row("a", "electricity.grid", "3000", "MWh"), tenant=other)
    for tenant in (park.tenant, other):
        declare(park, percent("0", "*"), of_factor("4"), tenant=tenant)
    found = ask(park, UNCERTAINTY, boundary={"parkId": park.park})["uncertainty"]["scope2Location"]
    assert (found["total"], found["spread"], found["low"], found["high"]) == ("1767600", "4", "1696896", "1838304")


def test_the_lognormal_form_and_scores(park: Park) -> None:
    scores = {"reliability": 2, "completeness": 2, "time": 2, "geography": 2, "technology": 2}
    scored = {"scored": {"set": "GHG_PROTOCOL", "scores": scores, "basic": {"kind": "DEMAND"}}}
    added = declare(park, percent("5"), {"factorId": GRID, "uncertainty": scored, "document": "pedigree"})
    content = added["declarations"][1]["content"]
    assert (content["form"], round(Decimal(content["scored"]["gsd2"]), 4)) == ("GSD2", Decimal("1.2685"))
    found = ask(park, UNCERTAINTY, form="GSD2")["uncertainty"]["scope2Location"]
    # Two qualities of one declaration are two sources: ln 1.05 of 0.6 and 0.4 of the total, ln 1.2685 of all of it.
    quantity, factor = Decimal("1.05").ln(), Decimal(content["scored"]["gsd2"]).ln()
    gsd2 = ((quantity * Decimal("0.6")) ** 2 + (quantity * Decimal("0.4")) ** 2 + factor**2).sqrt().exp()
    assert abs(Decimal(found["spread"]) - gsd2) < Decimal("1e-11")
    assert abs(Decimal(found["high"]) - 441900 * gsd2) < Decimal("1e-5")


def test_sampling_agrees_and_its_seed_gives_the_same_digits(park: Park) -> None:
    declare(park, percent("2", quality="MEASURED"), percent("5", "electricity."), of_factor("4"))
    found = ask(park, SIMULATION, seed=20261122, draws=50_000)["simulation"]
    assert found["scope1"] is None
    total = found["scope2Location"]
    assert (total["seed"], total["draws"], total["undeclaredCount"]) == (20261122, 50_000, 0)
    assert float(total["mean"]) == pytest.approx(441900, rel=0.001)
    assert float(total["high"]) - float(total["low"]) == pytest.approx(2 * 4419 * 21.44**0.5, rel=0.02)
    assert ask(park, SIMULATION, seed=20261122, draws=50_000)["simulation"] == found
    assert ask(park, SIMULATION, seed=1)["simulation"]["scope2Location"]["mean"] != total["mean"]
    with pytest.raises(ServiceError, match="accepted is 10000"):
        ask(park, SIMULATION, seed=1, draws=5)


def test_what_a_footprint_rests_on(park: Park) -> None:
    found = ask(park, QUALITY)
    quality = found["dataQuality"]["scope2Location"]
    assert quality["shares"]["shares"] == [
        {"quality": "MEASURED", "percent": "60"},
        {"quality": "BILLED", "percent": "40"},
    ]
    assert quality["primaryShare"] == {"primaryPercent": "100", "secondaryPercent": "0", "undeclaredPercent": "0"}
    scores = {one["indicator"]: one["rating"]["score"] for one in quality["indicators"]}
    # The grid factor is Guangdong's of 2023; a meter's reading nobody verified is the second level.
    assert scores == {"RELIABILITY": "2", "COMPLETENESS": None, "TIME": "1", "GEOGRAPHY": "1", "TECHNOLOGY": None}
    assert quality["rating"]["score"][:8] == "1.333333"
    assert found["dataQuality"]["scope1"]["shares"] is None
    whole = found["dataQuality"]["totalLocation"]["shares"]
    assert abs(sum((Decimal(one["percent"]) for one in whole["shares"]), Decimal(-100))) < Decimal("1e-20")
    assert {line["quality"] for line in found["lines"]["nodes"]} == {None}, "lines stay summed unless asked apart"


def test_quality_is_a_dimension_and_follows_corrections(park: Park) -> None:
    posted = park.post(row("d", "electricity.grid", "1000", "MWh", quality="ESTIMATED"))
    found = ask(park, QUALITY, groupBy=["QUALITY"])
    totals = {one["quality"]: one["totals"]["scope2Location"]["co2e"] for one in found["groups"]}
    assert totals == {"MEASURED": "265140", "BILLED": "176760", "ESTIMATED": "441900"}
    assert found["groups"][0]["dataQuality"]["scope2Location"]["shares"]["shares"][0]["percent"] == "100"
    behind = {
        line["quality"]: {one["externalId"] for one in line["activities"]["nodes"]} for line in found["lines"]["nodes"]
    }
    assert behind == {"MEASURED": {"a", "b"}, "BILLED": {"c"}, "ESTIMATED": {"d"}}
    change = {"activityId": posted["outcomes"][0]["activityId"], "reason": "the bill came", "quality": "BILLED"}
    park.client.ask(CORRECT, {"input": change})
    found = ask(park, QUALITY, groupBy=["QUALITY"])
    totals = {one["quality"]: one["totals"]["scope2Location"]["co2e"] for one in found["groups"]}
    assert totals == {"MEASURED": "265140", "BILLED": "618660"}


def test_declaring_again_withdrawing_and_an_earlier_day(park: Park) -> None:
    first = declare(park, percent("5", "*"), of_factor("0"))["declarations"]
    again = declare(park, percent("5", "*"))["declarations"][0]
    assert (again["version"], again["isNew"]) == (1, False)
    changed = declare(park, percent("8", "*"))["declarations"][0]
    assert (changed["version"], changed["isNew"]) == (2, True)
    gone = park.client.ask(WITHDRAW, {"tenant": park.tenant, "id": changed["id"]})["withdrawDeclaration"]
    assert gone["declarations"] == [{"isWithdrawn": True}]
    assert ask(park, UNCERTAINTY)["uncertainty"]["scope2Location"]["covered"] == "0"
    then = ask(park, UNCERTAINTY, basis={"knownAt": changed["recordedAt"]})["uncertainty"]["scope2Location"]
    # 8 % of each of two parts, 0.6 and 0.4 of the total.
    assert then["covered"] == "441900"
    assert abs(Decimal(then["spread"]) - 8 * Decimal("0.52").sqrt()) < Decimal("1e-11")
    assert first[0]["content"]["activityType"] == "*"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (percent("-1"), "[0]", "0 or more"),
        (percent("5", "electricity"), "[0]", "is not an activity type"),
        (percent("5", "electricty."), "[0]", "no activity type begins with"),
        (percent("5", factorId=GRID), "[0]", "one of the two"),
        (percent("5", document=" "), "[0]", "names no document"),
        (of_factor("5", "cn-mee-electricity-2023:CN-XX"), "[0].factorId", "has no factor"),
    ],
)
def test_what_cannot_be_declared_is_refused(park: Park, given: dict[str, Any], field: str, said: str) -> None:
    refused = declare(park, given)
    assert (refused["code"], refused["field"]) == ("BAD_DECLARATION", field)
    assert said in refused["message"]


def test_another_tenants_site_is_refused(park: Park) -> None:
    _, site = park.add_tenant("t2")
    assert declare(park, percent("5", siteId=site))["code"] == "NOT_REGISTERED"
