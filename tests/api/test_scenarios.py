"""Scenarios over real HTTP: the published examples, inverses, 24 tenants at once, what is kept, and refusals."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import REGISTER_TENANT, Park, row
from tests.service import Service

SERIES = "scope1 scope2Location scope2Market scope3 totalLocation totalMarket"
COURSE = f"baseline {{ {SERIES} }} steps {{ code change {{ {SERIES} }} after {{ {SERIES} }} }} emissions {{ {SERIES} }}"
ANSWER = f"""isComplete hasInternalSupply years referenceYear basis {{ regime }} definition {{ code assumptions }}
  whole {{ {COURSE} }} tenants {{ tenant {{ code }} course {{ {COURSE} }} }}
  gaps {{ step activityType gap {{ code }} }}
  steps {{ code nameEn cost {{ investment }} factorMultipliers
    reached {{ activityType nameZh unit before after activities {{ nodes {{ externalId }} }} }} }}"""
SCENARIO = f"""query ($boundary: BoundaryInput!, $year: Int! = 2024, $years: [Int!]!, $steps: [ScenarioStepInput!]!,
    $basis: BasisInput) {{
  scenario(boundary: $boundary, referenceYear: $year, years: $years, steps: $steps, basis: $basis) {{ {ANSWER} }} }}"""
CURVE = """query ($boundary: BoundaryInput!, $steps: [ScenarioStepInput!]!, $total: HeadlineTotal!,
    $basis: BasisInput) {
  scenario(boundary: $boundary, referenceYear: 2024, years: [2025], steps: $steps, basis: $basis) {
    abatementCurve(year: 2025, total: $total) { year total
      blocks { step avoidedTonnes cumulativeTonnes recoveryFactor annualCost costPerTonne }
      withoutCost { step avoidedTonnes } withoutAbatement { step avoidedTonnes } } } }"""
DECLARE = """mutation ($tenant: ID!, $scenario: ScenarioDefinitionInput!) {
  declareScenario(tenantId: $tenant, scenario: $scenario) {
    ... on DeclarationsAdded { declarations { kind subject version isNew content { ... on ScenarioDefinition {
      code nameEn referenceYear years assumptions steps { code nameEn cost { investment operatingChange } lever {
        __typename
        ... on EfficiencyLever { saving ramp { start values } reach { activityTypes tenants { code } sites { code } } }
        ... on SubstitutionLever { to ratio per fromUnit toUnit extent { kind unit ramp { values } } }
        ... on HeatPumpLever { boilerEfficiency performance calorificValue fromUnit }
        ... on SupplyLever { kind rate isSold } ... on GrowthLever { rate since } ... on UndoLever { step }
        ... on FactorCutLever { kinds cut } ... on FactorPathLever { kinds rate since } } } } } } }
    ... on Refusal { code field message } } }"""
KEPT = f"""query ($tenant: ID!, $code: String!, $basis: BasisInput) {{
  keptScenario(tenantId: $tenant, code: $code, basis: $basis) {{ {ANSWER} }} }}"""
TOTALS = """query ($boundary: BoundaryInput!, $period: MonthsInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: $period, basis: $basis) { totals { scope1 { co2e } scope2Location { co2e }
    scope2Market { co2e } scope3 { co2e } totalLocation { co2e } totalMarket { co2e } } } }"""
GRID, GAS, PROPELLANT = "electricity.grid", "stationary.natural_gas", "use.gas_released/HFC-134a"
KINDS = ["electricity.grid", "electricity.market"]
NOW = {"start": "2025-01"}
ALL = {"ramp": NOW}
LEVERS: list[dict[str, Any]] = [
    {"growth": {"rate": "0.03", "since": 2024}},
    {"efficiency": {"reach": {"activityTypes": [GRID]}, "saving": "0.1", "ramp": {**NOW, "values": ["0.5", "1"]}}},
    {"efficiency": {"reach": {"activityTypes": [GAS]}, "saving": "0.07", "ramp": NOW}},
    {
        "heatPump": {
            "reach": {"activityTypes": [GAS]},
            "extent": {"ramp": {**NOW, "values": ["0.1", "0.3"]}},
            "boilerEfficiency": "0.92",
            "performance": "3.1",
            "calorificValue": "38.931",
            "fromUnit": "Nm3",
        }
    },
    {
        "substitution": {
            "reach": {"activityTypes": ["refrigerant.leaked/R-410A"]},
            "extent": {"ramp": {**NOW, "values": ["0.2", "0.6", "1"]}},
            "to": "refrigerant.leaked/R-32",
            "ratio": "7",
            "per": "10",
            "fromUnit": "kg",
            "toUnit": "kg",
        }
    },
    {"supply": {"extent": {"kind": "QUANTITY", "ramp": {**NOW, "values": ["120"]}, "unit": "MWh"}, "kind": "SELF_USE"}},
    {"supply": {"extent": {"ramp": {**NOW, "values": ["0.3"]}}, "kind": "GEC"}},
    {"factorPath": {"kinds": KINDS, "rate": "0.011", "since": 2024}},
    {"factorCut": {"kinds": ["electricity.market"], "cut": "0.2", "ramp": {**NOW, "values": ["0", "1"]}}},
    {"efficiency": {"saving": "0.013", "ramp": NOW}},
]
YEARS = list(range(2025, 2035))
TENANTS = 24


def steps(*levers: dict[str, Any], **costs: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"code": f"s{place}", "nameEn": next(iter(lever)), "lever": lever, "cost": costs.get(f"s{place}")}
        for place, lever in enumerate(levers, 1)
    ]


def less(code: str, saving: str, **more: Any) -> dict[str, Any]:
    return {"efficiency": {"reach": {"activityTypes": [code], **more}, "saving": saving, "ramp": NOW}}


def to_152a() -> dict[str, Any]:
    given = {"reach": {"activityTypes": [PROPELLANT]}, "extent": ALL, "fromUnit": "kg", "toUnit": "kg"}
    return {"substitution": {**given, "to": "use.gas_released/HFC-152a"}}


def ask(park: Park, levers: list[dict[str, Any]], years: list[int] | None = None, **more: Any) -> dict[str, Any]:
    given = {"boundary": {"tenantId": park.tenant}, "years": years or [2025], "steps": levers, **more}
    answer: dict[str, Any] = park.client.ask(SCENARIO, given)["scenario"]
    return answer


@pytest.fixture(scope="module")
def own_client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture(scope="module")
def small(own_client: Client) -> Park:
    """A tenant with 9,000 MWh of grid power, gas, and two million inhalers of 18.8 g."""
    park = Park(own_client)
    posted = park.post(
        row("e", GRID, "9000", "MWh"),
        row("g", GAS, "100", "10^4 Nm3"),
        row("p", PROPELLANT, "37600", "kg"),
        row("d", "stationary.diesel", "10", "t"),
    )
    assert posted["acceptedCount"] == 4
    return park


@pytest.fixture(scope="module")
def large(own_client: Client) -> Park:
    """24 tenants with five activity types in each month of 2024."""
    park = Park(own_client)
    tenants = [park.tenant, *(park.add_tenant(f"t{number}")[0] for number in range(2, TENANTS + 1))]
    for number, tenant in enumerate(tenants, 1):
        rows = [
            row(f"{code} {month}", code, f"{quantity * number}.{month}", unit, **months(month))
            for month in range(1, 13)
            for code, quantity, unit in (
                (GRID, 90, "MWh"),
                (GAS, 4000, "Nm3"),
                ("refrigerant.leaked/R-410A", 1, "kg"),
                ("stationary.diesel", 300, "L"),
                (PROPELLANT, 20, "kg"),
            )
        ]
        assert park.post(*rows, tenant=tenant)["acceptedCount"] == len(rows)
    return park


def months(month: int) -> dict[str, str]:
    after = f"2024-{month + 1:02}" if month < 12 else "2025-01"
    return {"periodStart": f"2024-{month:02}-01T00:00:00+08:00", "periodEnd": f"{after}-01T00:00:00+08:00"}


def test_two_efficiencies_multiply_as_in_the_published_example(small: Park) -> None:
    found = ask(small, steps(less(GRID, "0.10"), less(GRID, "0.05")))
    whole = found["whole"]
    assert whole["baseline"]["scope2Location"] == ["3977100"]
    assert [step["change"]["scope2Location"] for step in whole["steps"]] == [["-397710"], ["-178969.5"]]
    assert whole["emissions"]["scope2Location"] == ["3400420.5"]  # 3,400.4 t, standards.md 7.3
    assert [step["reached"][0] for step in found["steps"]] == [
        {
            "activityType": GRID,
            "nameZh": "外购电力（电网）",
            "unit": "kWh",
            "before": [before],
            "after": [after],
            "activities": {"nodes": [{"externalId": "e"}]},
        }
        for before, after in (("9000000", "8100000"), ("8100000", "7695000"))
    ]


def test_the_propellant_of_inhalers_is_switched_mass_for_mass(small: Park) -> None:
    found = ask(small, steps(to_152a()))
    [before], [after] = (found["whole"][name]["scope3"] for name in ("baseline", "emissions"))
    assert Decimal(before) - Decimal(after) == Decimal(57_528_000) - Decimal("6166400")
    reached = {one["activityType"]: (one["before"], one["after"]) for one in found["steps"][0]["reached"]}
    assert reached == {PROPELLANT: (["37600"], ["0"]), "use.gas_released/HFC-152a": (["0"], ["37600"])}


def test_the_baseline_is_the_footprint_of_the_reference_year(small: Park) -> None:
    period = {"first": "2024-01", "last": "2024-12"}
    for regime in ("GHG_PROTOCOL", "NDRC_910_2025"):
        basis = {"regime": regime}
        asked = {"boundary": {"tenantId": small.tenant}, "period": period, "basis": basis}
        totals = small.client.ask(TOTALS, asked)["footprint"]["totals"]
        found = ask(small, [], basis=basis)
        assert found["basis"]["regime"] == regime
        given = found["whole"]["baseline"]
        names = [name for name in totals if given[name] is not None]
        assert {name: given[name] for name in names} == {name: [totals[name]["co2e"]] for name in names}
        hidden = set() if regime == "GHG_PROTOCOL" else {"scope2Market", "totalMarket", "scope3"}
        assert set(given) - set(names) == hidden


def test_abatement_costs_of_the_published_example(small: Park) -> None:
    """12 million at 8 % over 15 years, 0.9 million saved a year, 1,500 t: 334.64 (V30)."""
    cost = {"investment": "12000000", "interest": "0.08", "years": 15, "operatingChange": "-900000"}
    mwh = str(round(Decimal(1500) / Decimal("0.4419"), 18))
    quantity = {"kind": "QUANTITY", "ramp": {**NOW, "values": [mwh]}, "unit": "MWh"}
    pv = {"supply": {"extent": quantity, "kind": "SELF_USE"}}
    asked = {
        "boundary": {"tenantId": small.tenant},
        "steps": steps(pv, less("stationary.diesel", "0.5"), less("travel.taxi", "0.5"), s1=cost, s3=cost),
        "total": "SCOPE_2_LOCATION",
    }
    curve = small.client.ask(CURVE, asked)["scenario"]["abatementCurve"]
    [block] = curve["blocks"]
    assert Decimal(block["avoidedTonnes"]).quantize(Decimal("1e-9")) == Decimal(1500)
    assert round(Decimal(block["recoveryFactor"]), 5) == Decimal("0.11683")
    assert round(Decimal(block["costPerTonne"]), 2) == Decimal("334.64")
    assert (curve["withoutCost"], curve["withoutAbatement"]) == (
        [{"step": "s2", "avoidedTonnes": "0"}],
        [{"step": "s3", "avoidedTonnes": "0"}],
    )
    with pytest.raises(ServiceError, match="NDRC_910_2025 has no TOTAL_MARKET"):
        small.client.ask(CURVE, {**asked, "total": "TOTAL_MARKET", "basis": {"regime": "NDRC_910_2025"}})


def test_a_scenario_and_its_inverse_give_back_the_baseline_to_the_digit(large: Park) -> None:
    forth = steps(*LEVERS)
    back = [{"code": f"undo {step['code']}", "lever": {"undo": step["code"]}} for step in reversed(forth)]
    found = ask(large, [*forth, *back], [2025, 2027, 2034], boundary={"parkId": large.park})
    courses = [found["whole"], *(one["course"] for one in found["tenants"])]
    assert len(courses) == TENANTS + 1
    for course in courses:
        assert course["emissions"] == course["baseline"]
        assert course["steps"][9]["after"] != course["baseline"]
    assert [one["after"] for one in found["steps"][-1]["reached"]] == [
        one["before"] for one in found["steps"][0]["reached"]
    ]


def test_ten_levers_ten_years_and_24_tenants_in_one_request(large: Park) -> None:
    found = ask(large, steps(*LEVERS), YEARS, boundary={"parkId": large.park})
    # Steps make nothing that lacks a factor which the reference year has.
    assert {(gap["step"], gap["activityType"], gap["gap"]["code"]) for gap in found["gaps"]} == {
        ("", GRID, "NO_FACTOR")
    }
    assert not found["isComplete"]
    assert len({one["tenant"]["code"] for one in found["tenants"]}) == len(found["tenants"]) == TENANTS
    for name in SERIES.split():
        for at in range(len(YEARS)):
            changes = sum(Decimal(step["change"][name][at]) for step in found["whole"]["steps"])
            summed = Decimal(found["whole"]["baseline"][name][at]) + changes
            # Twelve numbers, each shown at a nanogram.
            assert abs(summed - Decimal(found["whole"]["emissions"][name][at])) < Decimal("1e-11")
            tenants = sum(Decimal(one["course"]["emissions"][name][at]) for one in found["tenants"])
            assert abs(tenants - Decimal(found["whole"]["emissions"][name][at])) < Decimal("1e-10")
    by_code = {step["code"]: step for step in found["steps"]}
    assert by_code["s8"]["factorMultipliers"][1] == "0.978121"
    assert {one["activityType"] for one in by_code["s8"]["reached"]} == {GRID}
    assert by_code["s9"]["factorMultipliers"] == ["1", *["0.8"] * 9]
    assert all(step["reached"] for step in found["steps"])


def test_a_lever_may_reach_one_tenant_or_site_alone(large: Park) -> None:
    only = {"tenantIds": [large.tenant], "siteIds": [large.site]}
    found = ask(large, steps(less(GRID, "1", **only)), boundary={"parkId": large.park})
    left = {one["tenant"]["code"]: one["course"]["emissions"]["scope2Location"] for one in found["tenants"]}
    assert left.pop("t1") == ["0"]
    assert len(left) == TENANTS - 1
    assert ["0"] not in left.values()


def test_a_kept_scenario_is_its_definition_and_answers_from_the_ledger_of_today(own_client: Client) -> None:
    park = Park(own_client)
    operator = own_client.ask(
        REGISTER_TENANT,
        {"input": {"parkId": park.park, "code": "op", "nameEn": "Op", "nameZh": "运营", "isOperator": True}},
    )["registerTenant"]["tenant"]["id"]
    park.post(row("e", GRID, "1000", "MWh"))
    cost = {"investment": "10", "interest": "0.08", "years": 15, "operatingChange": "-9.50"}
    definition = {
        "code": "roof",
        "nameEn": "Roofs",
        "referenceYear": 2024,
        "years": [2025, 2030],
        "steps": [*steps(*LEVERS[:5], *LEVERS[6:], s1=cost), {"code": "back", "lever": {"undo": "s9"}}],
        "assumptions": "As the plan of 2026 says.",
    }
    added = own_client.ask(DECLARE, {"tenant": operator, "scenario": definition})["declareScenario"]["declarations"]
    [one] = added
    assert (one["kind"], one["subject"], one["version"], one["isNew"]) == ("SCENARIO", "roof", 1, True)
    content = one["content"]
    assert (content["years"], content["assumptions"]) == ([2025, 2030], "As the plan of 2026 says.")
    assert [step["lever"]["__typename"] for step in content["steps"]] == [
        "GrowthLever",
        "EfficiencyLever",
        "EfficiencyLever",
        "HeatPumpLever",
        "SubstitutionLever",
        "SupplyLever",
        "FactorPathLever",
        "FactorCutLever",
        "EfficiencyLever",
        "UndoLever",
    ]
    assert content["steps"][1]["lever"]["ramp"] == {"start": "2025-01", "values": ["0.5", "1"]}
    assert (content["steps"][4]["lever"]["ratio"], content["steps"][4]["lever"]["per"]) == ("7", "10")
    assert content["steps"][0]["cost"] == {"investment": "10", "operatingChange": "-9.5"}
    again = own_client.ask(DECLARE, {"tenant": operator, "scenario": definition})["declareScenario"]
    assert [(one["version"], one["isNew"]) for one in again["declarations"]] == [(1, False)]

    kept = own_client.ask(KEPT, {"tenant": operator, "code": "roof"})["keptScenario"]
    assert kept["definition"] == {"code": "roof", "assumptions": "As the plan of 2026 says."}
    stated = ask(park, definition["steps"], [2025, 2030], boundary={"parkId": park.park})  # type: ignore[arg-type]
    assert {**kept, "definition": None} == stated
    assert kept["whole"]["baseline"]["scope2Location"] == ["441900", "441900"]
    park.post(row("f", GRID, "1000", "MWh"))
    later = own_client.ask(KEPT, {"tenant": operator, "code": "roof"})["keptScenario"]
    assert later["whole"]["baseline"]["scope2Location"] == ["883800", "883800"]
    with pytest.raises(ServiceError, match="keeps no scenario 'wall'; it keeps roof"):
        own_client.ask(KEPT, {"tenant": operator, "code": "wall"})


@pytest.mark.parametrize(
    ("lever", "step", "field", "words"),
    [
        (less("travel.rocket", "0.1"), "s2", "activityTypes", "travel.rocket"),
        (less(GRID, "1.5"), "s2", "saving", "the saving is 1.5; accepted is 0 to 1"),
        ({"undo": "s2"}, "s2", "undo", "'s2' is not the last step that stands"),
        (
            {
                "supply": {
                    "extent": {"kind": "QUANTITY", "ramp": {**NOW, "values": ["9001"]}, "unit": "MWh"},
                    "kind": "SELF_USE",
                }
            },
            "s2",
            "ramp",
            "there are 30780000",
        ),
        ({"factorCut": {"kinds": ["electricity.gird"], "cut": "0.1", "ramp": NOW}}, "s2", "kinds", "electricity.gird"),
    ],
)
def test_an_error_names_the_step_and_the_field(
    small: Park, service: Service, lever: dict[str, Any], step: str, field: str, words: str
) -> None:
    variables = {"boundary": {"tenantId": small.tenant}, "years": [2025], "steps": steps(less(GRID, "0.05"), lever)}
    answer = service.post(json.dumps({"query": SCENARIO, "variables": variables})).json()
    [error] = answer["errors"]
    extensions = error["extensions"]
    assert (extensions["code"], extensions["step"], extensions["field"]) == ("BAD_USER_INPUT", step, field)
    assert words in error["message"]


def test_what_cannot_be_kept_is_refused_with_its_place(small: Park) -> None:
    given = {"code": "x", "referenceYear": 2024, "years": [2025], "steps": steps(less(GRID, "0.05"), less(GRID, "2"))}
    found = small.client.ask(DECLARE, {"tenant": small.tenant, "scenario": given})["declareScenario"]
    assert (found["code"], found["field"]) == ("BAD_SCENARIO", "steps[1].saving")
    given["steps"] = steps(less(GRID, "0.05"), s1={"investment": "-1", "interest": "0.08", "years": 15})
    found = small.client.ask(DECLARE, {"tenant": small.tenant, "scenario": given})["declareScenario"]
    assert (found["code"], found["field"]) == ("BAD_SCENARIO", "steps[0].investment")
    given |= {"steps": [], "years": []}
    found = small.client.ask(DECLARE, {"tenant": small.tenant, "scenario": given})["declareScenario"]
    assert (found["code"], found["field"]) == ("BAD_SCENARIO", "years")


def test_a_question_too_large_is_refused_before_it_is_worked_out(large: Park) -> None:
    many = [{"code": str(number), "lever": less(GRID, "0.01")} for number in range(50)]
    with pytest.raises(ServiceError, match="make 63750 values of each total; at most 50000"):
        ask(large, many, list(range(2024, 2074)), boundary={"parkId": large.park})
    with pytest.raises(ServiceError, match="referenceYear: 1989"):
        ask(large, [], [1990], year=1989)
