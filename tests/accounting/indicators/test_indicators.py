"""Indicators: the national system on the worked park, what is missing or waived, and trends."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.indicators.indicators import Status, assess, trends
from accounting.indicators.inputs import BadIndicatorInput, ParkYear, ProductEnergy, Stated, Waiver
from accounting.indicators.national import CORE, NATIONAL
from tests.accounting.indicators.assessments import (
    CLEAN,
    DIRECT,
    FAIL,
    INCOMPLETE,
    NOT_DEFINED,
    PASS,
    PRODUCTS,
    SOLID,
    WAIVED,
    WASTE_ENERGY,
    WATER,
    WORKED,
    assessed,
    core,
    digits,
    product,
    result,
    stated,
    year,
)


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
