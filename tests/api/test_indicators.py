"""Indicators of zero-carbon parks over real HTTP: the worked park of notice 910, what is missing, and trends."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from api.client import Client, ServiceError
from tests.indicator_park import ACTIVITIES, ASK, COEFFICIENT, SHARES, STATISTICS, TRENDS, IndicatorPark, by_code
from tests.service import Service
from tests.worked_park import worked


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as found:
        yield found


@pytest.fixture(scope="module")
def park(client: Client) -> IndicatorPark:
    """The worked park of notice 910 in 2025, grid power alone in 2024, and a tenant whose HFC dominates."""
    made = IndicatorPark(client)
    made.work()
    made.book("refrigerant.leaked/HFC-134a", "1000000", "kg")
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
