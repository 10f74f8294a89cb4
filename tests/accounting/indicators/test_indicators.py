"""Indicators: the national system on the worked park, what is missing or waived, a system of one's own, and trends."""

import copy
import json
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.indicators.documents import indicator_system
from accounting.indicators.indicators import Assessment, IndicatorResult, Status, assess, trends
from accounting.indicators.inputs import BadIndicatorInput, ParkYear, ProductEnergy, Stated, Waiver
from accounting.indicators.national import CORE, NATIONAL
from accounting.indicators.systems import BadIndicatorSystem, Role

PASS, FAIL, NOT_DEFINED, WAIVED, INCOMPLETE = Status
CLEAN, PRODUCTS = "CLEAN_ENERGY_SHARE", "UNIT_PRODUCT_ENERGY"
SOLID, WASTE_ENERGY, WATER = "SOLID_WASTE_UTILISATION", "WASTE_ENERGY_UTILISATION", "WATER_REUSE"
DIRECT = "DIRECT_SUPPLY_SHARE"

WORKED = {
    "PARK_EMISSIONS": "117490.66427",
    "TOTAL_ENERGY": "223312",
    "ELECTRICITY": "600000",
    "NON_FOSSIL_ELECTRICITY": "550000",
    "DIRECT_ELECTRICITY": "320000",
    "EQUIVALENT_COEFFICIENT": "0.3",
    "NON_FOSSIL_HEAT": "0",
    "BIOMASS_AND_HYDROGEN": "0",
    "WASTE_GENERATED": "1000",
    "WASTE_UTILISED": "800",
    "STOCK_UTILISED": "50",
    "WASTE_HEAT": "40000",
    "WASTE_COLD": "10000",
    "WASTE_PRESSURE": "2000",
    "WASTE_HEAT_USED": "22000",
    "WASTE_COLD_USED": "3000",
    "WASTE_PRESSURE_USED": "1000",
    "WATER_REUSED": "800",
    "WATER_FRESH": "150",
}
"""The worked park of notice 910 (V19) with the shares of V21."""

DIRECT_CONNECTION: dict[str, Any] = {
    "code": "GREEN_DIRECT_688",
    "name_zh": "绿电直连",
    "name_en": "Multi-user green direct connection",
    "source": "发改能源〔2026〕688号",
    "inputs": [
        {"code": "GENERATED", "name_zh": "可用发电量", "name_en": "available generation", "unit": "GWh"},
        {"code": "LOAD", "name_zh": "总用电量", "name_en": "load", "unit": "GWh"},
        {"code": "SENT", "name_zh": "上网电量", "name_en": "sent to the grid", "unit": "GWh", "part_of": "GENERATED"},
    ],
    "indicators": [
        {
            "code": "SELF_CONSUMPTION",
            "name_zh": "自发自用比例",
            "name_en": "share of generation used",
            "definition": "Generation not sent out over generation",
            "numerator": ["GENERATED", "-SENT"],
            "denominator": ["GENERATED"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [{"threshold": "0.6"}],
            "role": "CORE",
            "source": "发改能源〔2026〕688号",
        },
        {
            "code": "COVER",
            "name_zh": "总用电量占比",
            "name_en": "share of load covered",
            "definition": "Generation not sent out over load",
            "numerator": ["GENERATED", "-SENT"],
            "denominator": ["LOAD"],
            "unit": "1",
            "direction": "AT_LEAST",
            "bands": [
                {"below": "1000", "threshold": "0.3"},
                {"least": "1000", "below": "2000", "threshold": "0.35"},
                {"least": "3000", "threshold": "0.4"},
            ],
            "banded_by": "LOAD",
            "role": "GUIDING",
            "is_waivable": True,
            "source": "发改能源〔2026〕688号",
        },
    ],
}
"""A system of somebody's own; 60 % and 30 % are the notice's, the bands of the second are made up."""


def stated(changed: Mapping[str, str | None] = {}, without: str = "") -> dict[str, Stated]:
    amounts: dict[str, str | None] = {**WORKED, **changed}
    amounts.pop(without, None)
    found = {}
    for code, amount in amounts.items():
        definition = NATIONAL.definition(code)
        assert definition is not None
        found[code] = Stated(None if amount is None else Fraction(amount), definition.unit, (f"key of {code}",))
    return found


def product(name: str, consumption: str | None, quota: str | None = "100") -> ProductEnergy:
    used, allowed = (None if text is None else Fraction(text) for text in (consumption, quota))
    return ProductEnergy(name, "kgce/t", used, allowed, "GB 21258", (f"key of {name}",))


def year(
    changed: Mapping[str, str | None] = {},
    without: str = "",
    products: Any = (),
    **waivers: str,
) -> ParkYear:
    return ParkYear(stated(changed, without), products, {code: Waiver(reason) for code, reason in waivers.items()})


def assessed(*arguments: Any, **named: Any) -> Assessment:
    return assess(NATIONAL, year(*arguments, **named))


def result(found: Assessment, code: str) -> IndicatorResult:
    one = found.result(code)
    assert one is not None
    return one


def core(*arguments: Any, **named: Any) -> IndicatorResult:
    return result(assessed(*arguments, **named), CORE.code)


def digits(value: Fraction | None, places: str) -> Decimal:
    assert value is not None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places), ROUND_HALF_EVEN)


def test_the_worked_park_fails() -> None:
    found = core()  # V19
    assert found.value == Fraction("117490.66427") / 223312
    assert digits(found.value, "0.000001") == Decimal("0.526128")
    assert (found.threshold, found.status, found.missing) == (Fraction("0.2"), FAIL, ())
    assert (found.numerator, found.denominator) == (Fraction("117490.66427"), Fraction(223312))
    assert [(one.definition.code, one.stated.amount) for one in found.inputs if one.stated] == [
        ("PARK_EMISSIONS", Fraction("117490.66427")),
        ("TOTAL_ENERGY", Fraction(223312)),
    ]
    assert [one.stated.activities for one in found.inputs if one.stated] == [
        ("key of PARK_EMISSIONS",),
        ("key of TOTAL_ENERGY",),
    ]


def test_the_shares_of_the_worked_park() -> None:
    found = assessed()
    shares = {one.indicator.code: (digits(one.value, "0.0001"), one.status) for one in found.results if one.value}
    assert shares == {
        CORE.code: (Decimal("0.5261"), FAIL),
        CLEAN: (Decimal("0.7389"), FAIL),
        SOLID: (Decimal("0.8095"), PASS),  # V21
        WASTE_ENERGY: (Decimal("0.5000"), PASS),
        WATER: (Decimal("0.8421"), PASS),
        DIRECT: (Decimal("0.5333"), PASS),
    }
    assert result(found, CLEAN).value == Fraction(165_000, 223_312)
    assert result(found, WASTE_ENERGY).value == Fraction(1, 2)
    assert not found.is_core_met
    assert [one.indicator.code for one in found.open] == [CORE.code, CLEAN, PRODUCTS]


@pytest.mark.parametrize(
    ("emissions", "energy", "threshold", "status"),
    [
        ("110000", "500000", "0.2", FAIL),  # park-totals-02
        ("330000", "1200000", "0.3", PASS),  # park-totals-04
        ("40000", "200000", "0.2", PASS),
        ("40000.000000000001", "200000", "0.2", FAIL),
        ("199999", "999999.999", "0.2", PASS),
        ("300000", "1000000", "0.3", PASS),
        ("0", "199999.999999", None, NOT_DEFINED),
        ("9999999", "199999.999999", None, NOT_DEFINED),
        ("-5", "300000", "0.2", PASS),
        ("0", "0", None, NOT_DEFINED),
    ],
)
def test_the_threshold_goes_by_the_size_of_the_park(
    emissions: str, energy: str, threshold: str | None, status: Status
) -> None:
    found = core({"PARK_EMISSIONS": emissions, "TOTAL_ENERGY": energy})
    assert (found.threshold, found.status) == (None if threshold is None else Fraction(threshold), status)
    assert found.value == (Fraction(emissions) / Fraction(energy) if energy != "0" else None)
    assert found.reference_thresholds == (() if threshold else (Fraction("0.2"), Fraction("0.3")))


def test_a_park_with_its_core_met() -> None:
    found = assessed(
        {"PARK_EMISSIONS": "40000", "NON_FOSSIL_HEAT": "40000"},
        products=[product("glass", "100")],
    )
    assert (found.is_core_met, found.open) == (True, ())


@pytest.mark.parametrize("code", list(WORKED))
def test_an_input_that_is_missing_is_named_and_never_zero(code: str) -> None:
    affected = {one.code for one in NATIONAL.indicators if code in one.inputs}
    assert affected
    for found in (assessed(without=code), assessed({code: None})):
        incomplete = {one.indicator.code: one for one in found.results if one.status is INCOMPLETE}
        assert set(incomplete) == affected
        for one in incomplete.values():
            assert [missing.code for missing in one.missing] == [code]
            assert one.missing[0].name_zh
            assert (one.value, one.numerator, one.denominator) == (None, None, None)


def test_what_a_missing_total_lacks_is_named() -> None:
    inputs = stated() | {"PARK_EMISSIONS": Stated(None, "tCO2", lacking=("HEAT is not stated",))}
    found = result(assess(NATIONAL, ParkYear(inputs)), CORE.code)
    assert [one.parts for one in found.missing] == [("HEAT is not stated",)]
    assert (found.status, found.threshold) == (INCOMPLETE, Fraction("0.2"))
    with pytest.raises(BadIndicatorInput, match="lacks heat"):
        Stated(Fraction(1), "tCO2", lacking=("heat",))


def test_incomplete_goes_before_not_defined() -> None:
    found = core({"PARK_EMISSIONS": None, "TOTAL_ENERGY": "90000"})
    assert (found.status, found.threshold) == (INCOMPLETE, None)


@pytest.mark.parametrize(
    ("products", "value", "status"),
    [
        (["80", "100"], "1", PASS),
        (["100.01", "20"], "1.0001", FAIL),
        (["0"], "0", PASS),
        ([], None, NOT_DEFINED),
        ([None, "20"], None, INCOMPLETE),
        ([None, "200"], None, INCOMPLETE),
    ],
)
def test_products_are_as_good_as_the_worst_of_them(products: list[str], value: str | None, status: Status) -> None:
    listed = [product(f"product {at}", used) for at, used in enumerate(products)]
    found = result(assessed(products=listed), PRODUCTS)
    assert (found.value, found.status) == (None if value is None else Fraction(value), status)
    assert found.products == tuple(listed)
    assert found.inputs == ()


def test_what_is_missing_of_products_is_named() -> None:
    found = result(assessed(products=[product("glass", None, None), product("steel", "1")]), PRODUCTS)
    assert [(one.name_en, one.parts) for one in found.missing] == [
        ("glass", ("unit energy consumption", "grade 2 quota"))
    ]
    unlisted = result(assessed(products=None), PRODUCTS)
    assert (unlisted.status, [one.code for one in unlisted.missing]) == (INCOMPLETE, ["PRODUCTS"])


def test_quotas_of_products_weigh_each_in_its_own_unit() -> None:
    light, heavy = product("vials", "9", "10"), product("ammonia", "1150", "1200")
    found = result(assessed(products=[light, heavy]), PRODUCTS)
    assert (found.numerator, found.denominator) == (heavy.consumption, heavy.quota)
    assert found.value == Fraction(1150, 1200)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"WATER_FRESH": "800"}, WAIVED),  # would fail
        ({"WATER_FRESH": None}, WAIVED),  # would be incomplete
        ({"WATER_FRESH": "0", "WATER_REUSED": "0"}, WAIVED),  # would not be defined
        ({}, PASS),  # needs no waiver
    ],
)
def test_a_waiver_stands_for_all_but_a_pass(changed: dict[str, str | None], status: Status) -> None:
    found = assessed(changed, **{WATER: "dry industry, 3 m3 a day"})
    assert result(found, WATER).status is status
    assert result(found, WATER).waiver == Waiver("dry industry, 3 m3 a day")
    assert WATER not in [one.indicator.code for one in found.open]


@pytest.mark.parametrize(
    ("code", "words"),
    [(CORE.code, "is CORE and not waived"), (DIRECT, "is INFORMATIVE"), ("WINDMILLS", "is no indicator")],
)
def test_only_guiding_indicators_are_waived(code: str, words: str) -> None:
    with pytest.raises(BadIndicatorInput, match=words) as caught:
        assessed(**{code: "we would rather not"})
    assert caught.value.field == "waivers"


@pytest.mark.parametrize(
    ("build", "field", "words"),
    [
        (lambda: Waiver(" "), "reason", "no reason"),
        (lambda: assessed({"WATER_FRESH": "-1"}), "WATER_FRESH", "is -1 m3"),
        (lambda: assessed({"WASTE_HEAT_USED": "40001"}), "WASTE_HEAT_USED", "part of WASTE_HEAT, which is 40000"),
        (
            lambda: assessed({"DIRECT_ELECTRICITY": "600001", "NON_FOSSIL_ELECTRICITY": None}),
            "DIRECT_ELECTRICITY",
            "part of ELECTRICITY, which is 600000",
        ),
        (lambda: assess(NATIONAL, ParkYear({"WINDMILLS": Stated(None, "t")})), "WINDMILLS", "asks for no 'WINDMILLS'"),
        (
            lambda: assess(NATIONAL, ParkYear({"WATER_FRESH": Stated(Fraction(1), "t")})),
            "WATER_FRESH",
            "in 't'; accepted is m3",
        ),
        (lambda: assessed(products=[product("glass", "1")] * 2), "products", "glass is stated twice"),
        (lambda: product("glass", "-1"), "consumption", "takes -1 kgce/t"),
        (lambda: product("glass", "1", "0"), "quota", "is 0 kgce/t"),
        (lambda: product(" ", "1"), "products", "not named"),
        (lambda: ProductEnergy("glass", "t", None, Fraction(1), ""), "standard", "names no standard"),
    ],
)
def test_what_cannot_be_stated_is_refused(build: Callable[[], object], field: str, words: str) -> None:
    with pytest.raises(BadIndicatorInput, match=words) as caught:
        build()
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("NON_FOSSIL_ELECTRICITY", "ELECTRICITY"),
        ("DIRECT_ELECTRICITY", "NON_FOSSIL_ELECTRICITY"),
        ("NON_FOSSIL_HEAT", "TOTAL_ENERGY"),
        ("BIOMASS_AND_HYDROGEN", "TOTAL_ENERGY"),
        ("WASTE_UTILISED", "WASTE_GENERATED"),
        ("WASTE_HEAT_USED", "WASTE_HEAT"),
        ("WASTE_COLD_USED", "WASTE_COLD"),
        ("WASTE_PRESSURE_USED", "WASTE_PRESSURE"),
    ],
)
def test_no_part_is_above_its_whole(part: str, whole: str) -> None:
    assert assessed({part: WORKED[whole]}).results
    with pytest.raises(BadIndicatorInput, match=f"{part} is .* and part of {whole}"):
        assessed({part: f"{WORKED[whole]}.01"})


def test_the_national_system() -> None:
    roles = [one.role for one in NATIONAL.indicators]
    assert (roles.count(Role.CORE), roles.count(Role.GUIDING), roles.count(Role.INFORMATIVE)) == (1, 5, 1)
    assert {one.code for one in NATIONAL.indicators if one.is_own_definition} == {CLEAN, SOLID, WASTE_ENERGY, WATER}
    assert all(one.is_waivable is (one.role is Role.GUIDING) for one in NATIONAL.indicators)
    assert {one.code: one.bands[0].threshold for one in NATIONAL.indicators[1:]} == {
        CLEAN: Fraction("0.9"),
        PRODUCTS: Fraction(1),
        SOLID: Fraction("0.8"),
        WASTE_ENERGY: Fraction("0.5"),
        WATER: Fraction("0.8"),
        DIRECT: Fraction("0.5"),
    }
    assert all("910" in one.source for one in NATIONAL.indicators)
    asked = {code for one in NATIONAL.indicators for code in one.inputs}
    assert asked == {one.code for one in NATIONAL.inputs}
    assert (NATIONAL.indicator(CORE.code), NATIONAL.indicator("WINDMILLS")) == (CORE, None)


def connected(load: str, generated: str = "100", sent: str = "34") -> Assessment:
    system = indicator_system(json.loads(json.dumps(DIRECT_CONNECTION)))
    amounts = {"GENERATED": generated, "LOAD": load, "SENT": sent}
    return assess(system, ParkYear({code: Stated(Fraction(text), "GWh") for code, text in amounts.items()}))


def test_a_system_of_ones_own() -> None:
    found = connected("180")
    assert [(one.value, one.status) for one in found.results] == [
        (Fraction("0.66"), PASS),
        (Fraction(66, 180), PASS),
    ]
    assert found.is_core_met
    with pytest.raises(BadIndicatorInput, match="SENT is 101 GWh and part of GENERATED"):
        connected("180", sent="101")


@pytest.mark.parametrize(
    ("load", "threshold"),
    [("999.9", "0.3"), ("1000", "0.35"), ("1999", "0.35"), ("2000", None), ("2999", None), ("3000", "0.4")],
)
def test_bands_are_open_above_and_may_leave_a_gap(load: str, threshold: str | None) -> None:
    found = result(connected(load, "2000", "0"), "COVER")
    assert found.threshold == (None if threshold is None else Fraction(threshold))
    assert (found.status is NOT_DEFINED) is (threshold is None)


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (_set("windmills", to=1), "document", "'windmills' is not known"),
        (_set("code", to="park one"), "code", "no code"),
        (_set("code", to=7), "code", "is 7; accepted is a text"),
        (_set("name_zh", to=" "), "name_zh", "name_zh is empty"),
        (_set("source", to=""), "source", "source is empty"),
        (_set("indicators", to=[]), "indicators", "has no indicator"),
        (_set("indicators", to={}), "indicators", "accepted is a list"),
        (_set("indicators", 0, to="COVER"), "indicators[0]", "is no mapping"),
        (_set("inputs", 0, "height", to="9"), "inputs[0]", "'height' is not known"),
        (_set("inputs", 1, "code", to="GENERATED"), "inputs", "GENERATED comes twice"),
        (_set("inputs", 0, "unit", to=""), "inputs.GENERATED.unit", "is empty"),
        (_set("inputs", 2, "part_of", to="WIND"), "inputs.SENT.part_of", "'WIND', which is no input"),
        (_set("inputs", 0, "unit", to="MWh"), "inputs.SENT.part_of", "in GWh is part of GENERATED in MWh"),
        (_set("inputs", 0, "part_of", to="SENT"), "inputs.GENERATED.part_of", "in the end, part of itself"),
        (_set("inputs", 0, "is_signed", to="yes"), "inputs[0].is_signed", "accepted is true or false"),
        (_set("indicators", 0, "code", to="COVER"), "indicators", "COVER comes twice"),
        (_set("indicators", 0, "definition", to=""), "indicators.SELF_CONSUMPTION.definition", "is empty"),
        (_set("indicators", 0, "numerator", to=["WIND"]), "indicators.SELF_CONSUMPTION", "'WIND'"),
        (_set("indicators", 0, "numerator", to=["SENT *"]), "indicators.SELF_CONSUMPTION", "''"),
        (_set("indicators", 0, "numerator", to=[1]), "indicators[0].numerator", "1 is no term"),
        (_set("indicators", 0, "denominator", to=[]), "indicators.SELF_CONSUMPTION.form", "is a ratio"),
        (_set("indicators", 0, "form", to="PRODUCT_QUOTAS"), "indicators.SELF_CONSUMPTION.form", "from products"),
        (_set("indicators", 0, "form", to="SUM"), "indicators[0].form", "accepted are RATIO, PRODUCT_QUOTAS"),
        (_set("indicators", 0, "direction", to=""), "indicators[0].direction", "accepted are AT_MOST, AT_LEAST"),
        (_set("indicators", 0, "is_waivable", to=True), "indicators.SELF_CONSUMPTION.is_waivable", "is CORE"),
        (_set("indicators", 0, "bands", 0, "threshold", to=0.6), "indicators[0].bands[0].threshold", "not exact"),
        (_set("indicators", 0, "bands", 0, to={}), "bands", "has no threshold"),
        (_set("indicators", 0, "banded_by", to="LOAD"), "indicators.SELF_CONSUMPTION.bands", "bounded bands"),
        (_set("indicators", 1, "banded_by", to=""), "indicators.COVER.bands", "bounded bands"),
        (_set("indicators", 1, "banded_by", to="WIND"), "indicators.COVER", "'WIND'"),
        (_set("indicators", 1, "bands", 1, "least", to="999"), "indicators.COVER.bands", "overlap"),
        (_set("indicators", 1, "bands", 0, to={"threshold": "1"}), "indicators.COVER.bands", "overlap"),
        (_set("indicators", 1, "bands", 1, "below", to="1000"), "indicators.COVER.bands", "ends at 1000"),
    ],
)
def test_a_system_out_of_form_is_refused(change: Callable[[dict[str, Any]], None], field: str, words: str) -> None:
    document = copy.deepcopy(DIRECT_CONNECTION)
    change(document)
    with pytest.raises(BadIndicatorSystem, match=words) as caught:
        indicator_system(document)
    assert caught.value.field == field


def test_quotas_are_upper_limits() -> None:
    document = copy.deepcopy(DIRECT_CONNECTION)
    document["indicators"][0] |= {"form": "PRODUCT_QUOTAS", "numerator": [], "denominator": []}
    with pytest.raises(BadIndicatorSystem, match="accepted is AT_MOST"):
        indicator_system(document)
    with pytest.raises(BadIndicatorSystem, match="no mapping"):
        indicator_system("NDRC_910_2025")  # type: ignore[arg-type]


def test_the_trend_over_years() -> None:
    years = {
        2027: year({"PARK_EMISSIONS": "40000"}),
        2024: year({"PARK_EMISSIONS": "150000"}),
        2025: year(),
        2028: year({"PARK_EMISSIONS": None}),
    }
    found = {trend.indicator.code: trend.points for trend in trends(NATIONAL, years)}
    assert list(found) == [one.code for one in NATIONAL.indicators]
    points = found[CORE.code]
    assert [(one.year, one.result.status) for one in points] == [
        (2024, FAIL),
        (2025, FAIL),
        (2027, PASS),
        (2028, INCOMPLETE),
    ]
    assert [one.change for one in points] == [None, Fraction("-32509.33573") / 223312, None, None]
    assert [one.is_better for one in points] == [None, True, None, None]
    assert [one.change for one in found[WATER]] == [None, 0, None, 0]
    assert [one.is_better for one in found[WATER]] == [None] * 4


@pytest.mark.parametrize(("fresh", "is_better"), [("100", True), ("200", False)])
def test_more_is_better_where_the_threshold_is_a_lower_limit(fresh: str, is_better: bool) -> None:
    found = trends(NATIONAL, {2025: year(), 2026: year({"WATER_FRESH": fresh})})
    points = {trend.indicator.code: trend.points for trend in found}
    assert points[WATER][1].is_better is is_better


AMOUNTS = st.integers(0, 10**7).map(str)


@given(AMOUNTS, AMOUNTS, st.integers(1, 2 * 10**6).map(str))
def test_more_emissions_never_turn_a_fail_into_a_pass(one: str, other: str, energy: str) -> None:
    less, more = sorted((one, other), key=Fraction)
    before = core({"PARK_EMISSIONS": less, "TOTAL_ENERGY": energy})
    after = core({"PARK_EMISSIONS": more, "TOTAL_ENERGY": energy})
    assert (before.status, after.status) != (FAIL, PASS)
    assert (before.status is NOT_DEFINED) is (after.status is NOT_DEFINED) is (int(energy) < 200_000)


@given(AMOUNTS, AMOUNTS, st.sampled_from(list(WORKED)))
def test_no_indicator_passes_with_an_input_missing(emissions: str, fresh: str, code: str) -> None:
    changed: dict[str, str | None] = {"PARK_EMISSIONS": emissions, "WATER_FRESH": fresh, code: None}
    for one in assessed(changed).results:
        if code in one.indicator.inputs:
            assert (one.status, one.value) == (INCOMPLETE, None)
        else:
            assert one.status is not INCOMPLETE
