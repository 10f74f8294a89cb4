"""Indicators of zero-carbon parks over real HTTP: the worked park of notice 910, what is missing, and other systems."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.api.test_flows import Park, row
from tests.api.test_instruments import CHANGES
from tests.api.test_park_consolidation import PLANTS, worked
from tests.service import Service

REGISTER_TENANT = """mutation ($input: RegisterTenantInput!) { registerTenant(input: $input) {
  ... on TenantRegistered { tenant { id } } ... on Refusal { code message } } }"""
AMOUNT = "amount unit source lacking activities { tenant { id code } site { id } activityType firstDay lastDay }"
RESULT = f"""indicator {{ code nameZh unit role isOwnDefinition }} value numerator denominator threshold
  referenceThresholds status missing {{ code parts }} products {{ product ratio }} waiver {{ reason document }}
  inputs {{ definition {{ code isComputed }} used {{ {AMOUNT} }} computed {{ amount }} overrideReason }}"""
HEADROOM = """used allowed needed room isReachable intensityWithout leavesBand unit"""
ASK = f"""query ($park: ID!, $year: Int!, $system: String, $basis: BasisInput, $isUpper: Boolean) {{
  parkIndicators(parkId: $park, year: $year, system: $system, basis: $basis, isUpper: $isUpper) {{
    isCoreMet openCodes system {{ code }} basis {{ regime }} results {{ {RESULT} }}
    emissions {{ fuel conversion electricity heat indirect energy process park reported internal missing
      lines {{ part name fuelUse electricityKind heatKind side quantity unit factor source emissions
        activities {{ tenant {{ id }} site {{ id }} activityType firstDay lastDay }} }} }}
    headroom {{ lacking thresholds {{ threshold isReference excess greenPercentAllElectric gasPercentAllGreen
      green {{ {HEADROOM} }} gas {{ {HEADROOM} }} }} }} }} }}"""
TRENDS = """query ($park: ID!, $years: [Int!]!, $isUpper: Boolean) {
  indicatorTrends(parkId: $park, years: $years, isUpper: $isUpper) { indicator { code }
    points { year change isBetter result { value status } } } }"""
SYSTEMS = """query ($park: ID!) { indicatorSystems(parkId: $park) {
  code isNational inputs { code isComputed } indicators { code numerator bands { threshold least below } } } }"""
STATE = """mutation ($tenant: ID!, $statement: IndicatorYearInput!) {
  stateIndicatorYear(tenantId: $tenant, statement: $statement) {
    ... on DeclarationsAdded { declarations { version isNew recordedAt content { ... on StatedIndicatorYear { year
      inputs { code amount overrideReason } products { product } waivers { indicator } } } } }
    ... on Refusal { code field message } } }"""
DECLARE = """mutation ($tenant: ID!, $document: JSON!) {
  declareIndicatorSystem(tenantId: $tenant, document: $document) {
    ... on DeclarationsAdded { declarations { version content { ... on DeclaredIndicatorSystem {
      code system { indicators { code } } } } } }
    ... on Refusal { code field message } } }"""
ACTIVITIES = """query ($filter: ActivityFilterInput!) { activities(filter: $filter) { nodes { quantity unit } } }"""

STATISTICS = "park statistics 2025"
SHARES = {
    "WASTE_GENERATED": ("1000", "t"),
    "WASTE_UTILISED": ("800", "t"),
    "STOCK_UTILISED": ("50", "t"),
    "WASTE_HEAT": ("40000", "GJ"),
    "WASTE_COLD": ("10000", "GJ"),
    "WASTE_PRESSURE": ("2000", "GJ"),
    "WASTE_HEAT_USED": ("22000", "GJ"),
    "WASTE_COLD_USED": ("3000", "GJ"),
    "WASTE_PRESSURE_USED": ("1000", "GJ"),
    "WATER_REUSED": ("800", "m3"),
    "WATER_FRESH": ("150", "m3"),
}
"""V21: utilisation of waste energy 50.0 %, water reuse 84.21 %, solid waste 80.95 %."""
COEFFICIENT = {"EQUIVALENT_COEFFICIENT": ("0.300", "kgce/kWh")}
PROVINCE: dict[str, Any] = {
    "code": "GD_TRIAL",
    "name_zh": "广东省零碳园区指标（示例）",
    "name_en": "A province's own indicators, made up",
    "source": "made up for a test",
    "inputs": [
        {"code": "PARK_EMISSIONS", "name_zh": "碳排放", "name_en": "emissions", "unit": "tCO2", "is_signed": True},
        {"code": "ELECTRICITY", "name_zh": "用电量", "name_en": "electricity", "unit": "MWh"},
        {"code": "RESPONSE", "name_zh": "需求响应能力", "name_en": "demand response", "unit": "MWh"},
    ],
    "indicators": [
        {
            "code": "DEMAND_RESPONSE",
            "name_zh": "需求响应能力占比",
            "name_en": "share of demand response",
            "definition": "demand response over electricity",
            "numerator": ["RESPONSE"],
            "denominator": ["ELECTRICITY"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [{"threshold": "0.03"}],
            "role": "CORE",
            "source": "made up for a test",
        }
    ],
}


class IndicatorPark(Park):
    """A park with an operator that declares, beside the tenant that posts."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        given = {"parkId": self.park, "code": "op", "nameEn": "Operator", "nameZh": "运营方", "isOperator": True}
        self.operator = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]

    def book(self, code: str, quantity: str, unit: str, year: int = 2025, **more: Any) -> None:
        when = {"periodStart": f"{year}-03-01T00:00:00+08:00", "periodEnd": f"{year}-04-01T00:00:00+08:00"}
        posted = self.post(row(f"{code} {year} {more}", code, quantity, unit, **when), **more)
        assert posted["acceptedCount"] == 1, posted

    def declare_solar(self, **dates: str) -> None:
        plant = {"siteId": self.site, "kind": "PHOTOVOLTAICS", "nameEn": "Roofs", "nameZh": "屋顶光伏", **dates}
        given = {"tenant": self.tenant, "plants": [{"validFrom": "2024-01-01", **plant}]}
        assert self.client.ask(PLANTS, given)["declarePlants"]["declarations"]

    def claim(self, kind: str, quantity: str) -> None:
        """Record an instrument of 2025 with all its proofs; certificates are cancelled."""
        given = {
            "tenantId": self.tenant,
            "code": kind,
            "kind": kind,
            "carrier": "ELECTRICITY",
            "attribute": "NON_FOSSIL",
            "market": "CN",
            "firstMonth": "2025-01",
            "lastMonth": "2025-12",
            "quantityMwh": quantity,
            "rate": "0",
            "claimedFrom": "2025-01",
            "claimedTo": "2025-12",
            "evidence": [
                {"document": f"{kind} {one}", "kind": one} for one in ("CONTRACT", "SETTLEMENT", "CERTIFICATE")
            ],
        }
        serials = {"batch": f"{kind} {self.code}", "first": "1", "last": quantity}
        more = {} if kind == "DIRECT_SUPPLY" else {"serials": serials}
        made = self.client.ask(CHANGES["recordInstrument"], {"input": {**given, **more}})["recordInstrument"]
        if kind == "GEC":
            cancelled = {"instrumentId": made["instrument"]["id"], "cancelledOn": "2026-01-15"}
            self.client.ask(CHANGES["cancelInstrument"], {"input": cancelled})

    def state(self, year: int = 2025, tenant: str = "", **more: Any) -> dict[str, Any]:
        """State a year; `amounts` by code, each with its unit."""
        amounts = more.pop("amounts", {})
        reasons = more.pop("reasons", {})
        inputs = [
            {
                "code": code,
                "amount": amount,
                "unit": unit,
                "source": STATISTICS,
                "overrideReason": reasons.get(code, ""),
            }
            for code, (amount, unit) in amounts.items()
        ]
        given = {"tenant": tenant or self.operator, "statement": {"year": year, "inputs": inputs, **more}}
        answer: dict[str, Any] = self.client.ask(STATE, given)["stateIndicatorYear"]
        return answer

    def declare(self, document: Any, tenant: str = "") -> dict[str, Any]:
        given = {"tenant": tenant or self.operator, "document": document}
        answer: dict[str, Any] = self.client.ask(DECLARE, given)["declareIndicatorSystem"]
        return answer

    def indicators(self, year: int = 2025, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.client.ask(ASK, {"park": self.park, "year": year, **more})["parkIndicators"]
        return found


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture(scope="module")
def park(client: Client) -> IndicatorPark:
    """The worked park of notice 910 in 2025, grid power alone in 2024, and a tenant whose HFC dominates."""
    made = IndicatorPark(client)
    made.declare_solar()
    made.book("stationary.natural_gas", "3000", "10^4Nm3")
    made.book("electricity.own_generation", "60000", "MWh")
    made.book("electricity.direct_line", "260000", "MWh")
    made.book("electricity.grid", "280000", "MWh")
    made.book("steam.purchased", "100000", "GJ")
    made.book("refrigerant.leaked/HFC-134a", "1000000", "kg")
    made.claim("DIRECT_SUPPLY", "260000")
    made.claim("GEC", "130000")
    made.claim("GREEN_POWER_TRADE", "100000")
    made.book("stationary.natural_gas", "3000", "10^4Nm3", 2024)
    made.book("electricity.grid", "600000", "MWh", 2024)
    assert "declarations" in made.state(2024, amounts=COEFFICIENT)
    stated = made.state(
        amounts={**COEFFICIENT, **SHARES},
        products=[{"product": "ampoules", "unit": "kgce/t", "consumption": "90", "quota": "100", "standard": "GB 1"}],
        waivers=[{"indicator": "CLEAN_ENERGY_SHARE", "reason": "no land for more sun", "document": "letter 7"}],
    )
    assert [one["version"] for one in stated["declarations"]] == [1]
    return made


def by_code(found: dict[str, Any]) -> dict[str, Any]:
    return {one["indicator"]["code"]: one for one in found["results"]}


def used(result: dict[str, Any]) -> dict[str, Any]:
    return {one["definition"]["code"]: one["used"] for one in result["inputs"]}


def rounded(text: str, places: int) -> str:
    return f"{Decimal(text):.{places}f}"


def test_the_worked_park_fails_by_its_lines(park: IndicatorPark) -> None:
    found = park.indicators(isUpper=True)  # V19
    emissions = found["emissions"]
    assert {name: emissions[name] for name in ("fuel", "conversion", "electricity", "heat", "process", "park")} == {
        "fuel": "64865.66427",
        "conversion": "0",
        "electricity": "41625",
        "heat": "11000",
        "process": "0",
        "park": "117490.66427",
    }
    assert (emissions["indirect"], emissions["energy"]) == ("52625", "117490.66427")
    assert (emissions["reported"], emissions["internal"], emissions["missing"]) == ("117490.66427", "0", [])
    lines = [(one["electricityKind"], one["quantity"], one["factor"]) for one in emissions["lines"]]
    assert sorted((kind, quantity, factor) for kind, quantity, factor in lines if kind) == [
        ("DIRECT_NON_FOSSIL", "260000", "0"),
        ("DIRECT_NON_FOSSIL", "60000", "0"),
        ("GREEN_CERTIFICATE", "130000", "0"),
        ("GREEN_TRADE", "100000", "0"),
        ("GRID", "50000", "0.8325"),
    ]
    core = by_code(found)["CARBON_PER_ENERGY"]
    assert (core["numerator"], core["denominator"]) == ("117490.66427", "223312")
    assert (rounded(core["value"], 6), core["threshold"], core["status"]) == ("0.526128", "0.2", "FAIL")
    assert not found["isCoreMet"]
    assert found["basis"]["regime"] == "NDRC_910_2025"


def test_sources_of_lines_are_cited(park: IndicatorPark) -> None:
    lines = park.indicators()["emissions"]["lines"]
    by_kind = {one["electricityKind"] or one["part"]: one["source"] for one in lines}
    assert "910" in by_kind["GRID"]
    assert "GEC CERTIFICATE" in by_kind["GREEN_CERTIFICATE"]
    assert "32151" in by_kind["FUEL"]


def test_hfc_is_no_line_of_a_method_that_counts_co2(park: IndicatorPark) -> None:
    behind = [one["activityType"] for line in park.indicators()["emissions"]["lines"] for one in line["activities"]]
    assert behind
    assert not any(code.startswith("refrigerant") for code in behind)
    asked = {"parkId": park.park}
    whole = park.footprint(asked, period={"first": "2025-01", "last": "2025-12"})["totals"]["scope1"]["co2e"]
    assert Decimal(whole) > 1_000_000, "1,000 t of HFC-134a are more than a million t CO2e"


def test_the_guiding_indicators(park: IndicatorPark) -> None:
    found = by_code(park.indicators(isUpper=True))
    percent = {code: rounded(str(100 * Decimal(one["value"])), 2) for code, one in found.items()}
    assert percent == {
        "CARBON_PER_ENERGY": "52.61",
        "CLEAN_ENERGY_SHARE": "73.89",  # V19: 73.9
        "UNIT_PRODUCT_ENERGY": "90.00",
        "SOLID_WASTE_UTILISATION": "80.95",  # V21
        "WASTE_ENERGY_UTILISATION": "50.00",
        "WATER_REUSE": "84.21",
        "DIRECT_SUPPLY_SHARE": "53.33",  # V19: 53.3
    }
    assert {code: one["status"] for code, one in found.items()} == {
        "CARBON_PER_ENERGY": "FAIL",
        "CLEAN_ENERGY_SHARE": "WAIVED",
        "UNIT_PRODUCT_ENERGY": "PASS",
        "SOLID_WASTE_UTILISATION": "PASS",
        "WASTE_ENERGY_UTILISATION": "PASS",
        "WATER_REUSE": "PASS",
        "DIRECT_SUPPLY_SHARE": "PASS",
    }
    clean = found["CLEAN_ENERGY_SHARE"]
    assert clean["waiver"] == {"reason": "no land for more sun", "document": "letter 7"}
    assert clean["numerator"] == "165000"
    assert clean["indicator"]["isOwnDefinition"]
    assert used(found["WATER_REUSE"])["WATER_FRESH"] == {
        "amount": "150",
        "unit": "m3",
        "source": STATISTICS,
        "lacking": [],
        "activities": [],
    }
    assert found["DIRECT_SUPPLY_SHARE"]["indicator"]["role"] == "INFORMATIVE"
    assert found["UNIT_PRODUCT_ENERGY"]["products"] == [{"product": "ampoules", "ratio": "0.9"}]


def test_an_input_leads_down_to_its_activities(park: IndicatorPark) -> None:
    direct = used(by_code(park.indicators())["DIRECT_SUPPLY_SHARE"])["DIRECT_ELECTRICITY"]
    assert direct["amount"] == "320000"
    asked = [
        {
            "tenantId": one["tenant"]["id"],
            "siteId": one["site"]["id"],
            "activityTypes": [one["activityType"]],
            "firstDay": one["firstDay"],
            "lastDay": one["lastDay"],
        }
        for one in direct["activities"]
    ]
    nodes = [park.client.ask(ACTIVITIES, {"filter": one})["activities"]["nodes"] for one in asked]
    assert sorted(one["quantity"] for [one] in nodes) == ["260000", "60000"]


def test_headrooms_in_shares_and_amounts(park: IndicatorPark) -> None:
    [found] = park.indicators()["headroom"]["thresholds"]
    assert (found["threshold"], found["isReference"]) == ("0.2", False)
    assert rounded(found["greenPercentAllElectric"], 3) == "92.793"  # V20
    assert rounded(found["gasPercentAllGreen"], 3) == "12.287"  # V20
    green, gas = found["green"], found["gas"]
    assert (green["used"], green["unit"], gas["used"], gas["unit"]) == ("50000", "MWh", "30000000", "Nm3")
    # All of the power green, gas and steam alone are above the threshold; so is what is left without gas.
    assert (green["isReachable"], green["needed"]) == (False, None)
    assert (gas["isReachable"], gas["needed"]) == (False, None)
    assert Decimal(green["intensityWithout"]) > Decimal("0.2")
    total = Decimal(used(by_code(park.indicators())["CARBON_PER_ENERGY"])["TOTAL_ENERGY"]["amount"])
    assert abs(Decimal(found["excess"]) - (Decimal("117490.66427") - total / 5)) < Decimal("1e-9")


def test_green_power_that_is_needed_gives_just_the_threshold(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "1000000", "MWh")
    made.state(amounts=COEFFICIENT)
    [found] = made.indicators()["headroom"]["thresholds"]
    # 300,000 tce at 0.2 are 60,000 t, which are 72,072.07 MWh of other power
    assert rounded(found["green"]["allowed"], 2) == "72072.07"
    assert rounded(found["green"]["needed"], 2) == "927927.93"
    assert (found["gas"]["used"], found["excess"]) == ("0", "772500")
    made.book("electricity.direct_line", "1", "MWh")
    core = by_code(made.indicators(basis={"electricityKgcePerKwh": "0.310"}))["CARBON_PER_ENERGY"]
    assert core["denominator"] == "310000.31", "what the question gives goes before what is stated"
    [grid] = made.indicators()["emissions"]["lines"][:1]
    assert (grid["electricityKind"], grid["factor"]) == ("GRID", "0.8325")
    assert len({one["electricityKind"] for one in made.indicators()["emissions"]["lines"]}) == 1, "a line needs proof"


def test_an_override_shows_both(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "100000", "MWh")
    refused = made.state(amounts={**COEFFICIENT, "TOTAL_ENERGY": ("31000", "tce")})
    assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", "statement.TOTAL_ENERGY")
    reasons = {"TOTAL_ENERGY": "as the statistics bureau published it"}
    assert made.state(amounts={**COEFFICIENT, "TOTAL_ENERGY": ("31000", "tce")}, reasons=reasons)["declarations"]
    core = by_code(made.indicators())["CARBON_PER_ENERGY"]
    [_, total] = core["inputs"]
    assert (total["used"]["amount"], total["computed"], total["overrideReason"]) == (
        "31000",
        {"amount": "30000"},
        reasons["TOTAL_ENERGY"],
    )
    assert core["denominator"] == "31000"


def test_a_small_park_has_no_threshold_and_says_what_is_missing(client: Client) -> None:
    made = IndicatorPark(client)
    nothing = by_code(made.indicators())
    assert nothing["CARBON_PER_ENERGY"]["status"] == "INCOMPLETE"
    assert nothing["CARBON_PER_ENERGY"]["missing"][0]["parts"] == ["nothing is posted for the year"]
    made.book("electricity.grid", "10000", "MWh")
    made.book("electricity.own_generation", "500", "MWh")
    found = by_code(made.indicators())
    assert found["CARBON_PER_ENERGY"]["missing"] == [
        {"code": "TOTAL_ENERGY", "parts": ["coefficient of electricity at equivalent value"]}
    ]
    assert made.indicators()["headroom"]["lacking"] == ["TOTAL_ENERGY", "EQUIVALENT_COEFFICIENT"]
    assert [one["code"] for one in found["UNIT_PRODUCT_ENERGY"]["missing"]] == ["PRODUCTS"]
    made.state(amounts=COEFFICIENT)
    found = by_code(made.indicators())
    core = found["CARBON_PER_ENERGY"]
    assert (core["status"], core["threshold"], core["referenceThresholds"]) == ("NOT_DEFINED", None, ["0.2", "0.3"])
    assert core["numerator"] == "8325"
    assert [one["isReference"] for one in made.indicators()["headroom"]["thresholds"]] == [True, True]
    assert found["CLEAN_ENERGY_SHARE"]["status"] == "INCOMPLETE"
    assert found["CLEAN_ENERGY_SHARE"]["missing"][0] == {
        "code": "NON_FOSSIL_ELECTRICITY",
        "parts": ["what makes the electricity at t1/s1: declare its plant"],
    }
    made.declare_solar(validTo="2024-12-31")
    assert by_code(made.indicators())["CLEAN_ENERGY_SHARE"]["status"] == "INCOMPLETE", "the plant was gone"
    made.declare_solar(validFrom="2025-03-01")
    assert by_code(made.indicators())["CLEAN_ENERGY_SHARE"]["numerator"] == "150"


def test_a_factor_that_is_missing_leaves_the_park_incomplete(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("cooling.chilled_water", "100", "MWh")
    made.state(amounts=COEFFICIENT)
    found = made.indicators()
    assert found["emissions"]["missing"] == ["factor of purchased chilled water"]
    assert (found["emissions"]["park"], found["emissions"]["fuel"]) == (None, "0")
    assert by_code(found)["CARBON_PER_ENERGY"]["status"] == "INCOMPLETE"


def test_a_trend_of_two_years(park: IndicatorPark) -> None:
    given = {"park": park.park, "years": [2025, 2024], "isUpper": True}
    found = {one["indicator"]["code"]: one["points"] for one in park.client.ask(TRENDS, given)["indicatorTrends"]}
    first, second = found["CARBON_PER_ENERGY"]
    # Gas and grid power alone: 564,365.66427 t over 219,900 tce.
    assert (first["year"], rounded(first["result"]["value"], 6), first["change"]) == (2024, "2.566465", None)
    assert (second["year"], rounded(second["change"], 6), second["isBetter"]) == (2025, "-2.040337", True)
    assert [one["result"]["status"] for one in found["WATER_REUSE"]] == ["INCOMPLETE", "PASS"]
    with pytest.raises(ServiceError, match="years: 2 are given; accepted are 1 to 10, each once"):
        park.client.ask(TRENDS, {**given, "years": [2025, 2025]})


def test_the_park_of_the_consolidation_counts_what_it_imports(client: Client) -> None:
    made = worked(client)
    found = client.ask(ASK, {"park": made.park, "year": 2024})["parkIndicators"]["emissions"]
    # Fuel and 60 t of the works, which the case counts as methane, and 9,000 MWh of grid power at 0.8325.
    assert rounded(str(Decimal(found["park"]) - 60), 1) == "15157.0"
    assert (found["electricity"], found["internal"]) == ("7492.5", "0")
    assert found["reported"] == found["park"]
    uses = {one["fuelUse"]: one["activities"][0]["activityType"] for one in found["lines"] if one["part"] == "FUEL"}
    assert uses == {"THERMAL_POWER": "stationary.natural_gas"}
    made.book(made.a, "m1", "electricity.clean_room", "20", "MWh", "t1")
    again = client.ask(ASK, {"park": made.park, "year": 2024})["parkIndicators"]["emissions"]
    assert (again["park"], again["internal"]) == (found["park"], "16.65"), "meters that differ do not move the park"


def test_a_provinces_own_system(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "10000", "MWh")
    declared = made.declare(PROVINCE)["declarations"]
    assert declared == [
        {"version": 1, "content": {"code": "GD_TRIAL", "system": {"indicators": [{"code": "DEMAND_RESPONSE"}]}}}
    ]
    listed = client.ask(SYSTEMS, {"park": made.park})["indicatorSystems"]
    assert [(one["code"], one["isNational"]) for one in listed] == [("NDRC_910_2025", True), ("GD_TRIAL", False)]
    assert listed[1]["inputs"][1:] == [
        {"code": "ELECTRICITY", "isComputed": True},
        {"code": "RESPONSE", "isComputed": False},
    ]
    assert listed[0]["indicators"][0]["bands"][0] == {"threshold": "0.2", "least": "200000", "below": "1000000"}
    [found] = made.indicators(system="GD_TRIAL")["results"]
    assert (found["status"], found["missing"]) == ("INCOMPLETE", [{"code": "RESPONSE", "parts": []}])
    made.state(amounts={"RESPONSE": ("400", "MWh")})
    asked = made.indicators(system="GD_TRIAL")
    assert asked["isCoreMet"]
    assert (asked["results"][0]["value"], asked["system"]["code"]) == ("0.04", "GD_TRIAL")
    assert asked["headroom"]["thresholds"] == []
    with pytest.raises(ServiceError, match="the park has no 'XX'; accepted are NDRC_910_2025, GD_TRIAL"):
        made.indicators(system="XX")


@pytest.mark.parametrize(
    ("document", "field", "words"),
    [
        ({**PROVINCE, "code": "NDRC_910_2025"}, "document.code", "is the national system"),
        ({**PROVINCE, "more": "x"}, "document.document", "'more' is not known"),
        ({**PROVINCE, "indicators": []}, "document.indicators", "has no indicator"),
        (
            {**PROVINCE, "inputs": [{**PROVINCE["inputs"][0], "unit": "t"}, *PROVINCE["inputs"][1:]]},
            "document.inputs.PARK_EMISSIONS.unit",
            "computed in tCO2, not in t",
        ),
        (["GD"], "document", "no object"),
    ],
)
def test_a_system_that_cannot_be_is_refused(park: IndicatorPark, document: Any, field: str, words: str) -> None:
    refused = park.declare(document)
    assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", field)
    assert words in refused["message"]
    assert [one["code"] for one in park.client.ask(SYSTEMS, {"park": park.park})["indicatorSystems"]] == [
        "NDRC_910_2025"
    ]


def test_numbers_of_a_document_are_texts(park: IndicatorPark) -> None:
    band = {**PROVINCE["indicators"][0], "bands": [{"threshold": 0.03}]}
    with pytest.raises(ServiceError, match=r"JSON: 0.03 is a number; send it as a string"):
        park.declare({**PROVINCE, "indicators": [band]})


@pytest.mark.parametrize(
    ("statement", "field", "words"),
    [
        ({"amounts": {"NOBODYS": ("1", "t")}}, "statement.NOBODYS", "asks for 'NOBODYS'"),
        ({"amounts": {"WASTE_HEAT": ("1", "t")}}, "statement.WASTE_HEAT", "accepted is GJ"),
        (
            {"amounts": {"WASTE_HEAT": ("1", "GJ"), "WASTE_HEAT_USED": ("2", "GJ")}},
            "statement.WASTE_HEAT_USED",
            "at most that",
        ),
        ({"waivers": [{"indicator": "CARBON_PER_ENERGY", "reason": "x"}]}, "statement.waivers", "not waived"),
        ({"waivers": [{"indicator": "WATER_REUSE", "reason": " "}]}, "statement.reason", "gives no reason"),
        ({"year": 1800}, "statement.year", "no year of a park"),
        ({"products": [{"product": "x", "unit": "kgce/t", "quota": "1"}]}, "statement.standard", "names no standard"),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    park: IndicatorPark, statement: dict[str, Any], field: str, words: str
) -> None:
    before = park.indicators()
    refused = park.state(**statement)
    assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", field)
    assert words in refused["message"]
    assert park.indicators() == before


def test_only_the_operator_speaks_for_the_park(park: IndicatorPark) -> None:
    for refused in (park.state(tenant=park.tenant), park.declare(PROVINCE, tenant=park.tenant)):
        assert (refused["code"], refused["field"]) == ("BAD_INDICATOR", "tenantId")


def test_stating_the_same_writes_nothing_and_the_past_is_kept(client: Client) -> None:
    made = IndicatorPark(client)
    made.book("electricity.grid", "10000", "MWh")
    first = made.state(amounts=COEFFICIENT)["declarations"]
    again = made.state(amounts=COEFFICIENT)["declarations"]
    assert ([one["isNew"] for one in (*first, *again)], again[0]["version"]) == ([True, False], 1)
    assert made.state(amounts={"EQUIVALENT_COEFFICIENT": ("0.31", "kgce/kWh")})["declarations"][0]["version"] == 2
    assert by_code(made.indicators())["CARBON_PER_ENERGY"]["denominator"] == "3100"
    then = made.indicators(basis={"knownAt": first[0]["recordedAt"]})
    assert by_code(then)["CARBON_PER_ENERGY"]["denominator"] == "3000"


def test_two_operators_that_contradict_each_other_are_an_error(client: Client) -> None:
    made = IndicatorPark(client)
    made.state(amounts=COEFFICIENT)
    given = {"parkId": made.park, "code": "op2", "nameEn": "Second", "nameZh": "第二", "isOperator": True}
    second = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]
    made.state(tenant=second, amounts=COEFFICIENT)
    assert made.indicators()["results"], "they say the same"
    made.state(tenant=second, amounts=SHARES)
    with pytest.raises(ServiceError, match="two operators of the park declare INDICATOR_YEAR 2025, not alike"):
        made.indicators()
