"""Targets: the published examples, what a later base year owes, and what cannot be a target."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.scenarios.targets import (
    RATES,
    Ambition,
    BadTarget,
    Framework,
    Metric,
    Pathway,
    Rate,
    Starting,
    TargetMethod,
    absolute_contraction,
    annual_cut,
    economic_intensity,
    intensity_cut,
    own_percentage,
    progress,
    published_rate,
    sectoral_decarbonisation,
    total_after,
)
from emission_factors.activity_types import Method, Scope

CONTRACTION, SECTORAL, ECONOMIC, OWN, CUT = TargetMethod
DIRECT = frozenset({Scope.SCOPE_1, Scope.SCOPE_2})
INDIRECT = frozenset({Scope.SCOPE_3})
CEMENT = Pathway(Decimal("0.70"), Decimal("0.35"), Decimal("0.05"), "SBTi sectoral pathway, power")


def starting(base: str = "50000", first: int = 2020, last: int = 2030, **more: Any) -> Starting:
    given = {"framework": Framework.SBTI_V1, "scopes": DIRECT, "scope_2_method": Method.MARKET, **more}
    return Starting(base_year=first, base_value=Decimal(base), target_year=last, **given)


def rate(annual: str = "0.042", counts_from: int | None = None) -> Rate:
    return Rate(Decimal(annual), "policy 7", counts_from)


def test_absolute_contraction_of_the_published_example() -> None:
    found = absolute_contraction(starting(), published_rate(Framework.SBTI_V1, CONTRACTION, DIRECT))  # V29
    assert (found.value, found.reduction) == (Decimal(29000), Decimal("0.42"))
    assert (found.method.metric, found.base_value) == (Metric.ABSOLUTE, Decimal(50000))
    assert "4.2 %" in found.source


@pytest.mark.parametrize(
    ("first", "last", "reduction"),
    [(2015, 2030, "0.63"), (2019, 2030, "0.462"), (2020, 2030, "0.42"), (2022, 2030, "0.42"), (2025, 2031, "0.462")],
)
def test_a_base_year_after_2020_owes_the_years_before(first: int, last: int, reduction: str) -> None:
    found = absolute_contraction(starting(first=first, last=last), rate(counts_from=2020))
    assert found.reduction == Decimal(reduction)


def test_without_a_first_year_reductions_count_from_the_base_year() -> None:
    assert absolute_contraction(starting(first=2022), rate()).reduction == Decimal("0.336")
    least = published_rate(Framework.SBTI_V1, CONTRACTION, INDIRECT)
    of_scope_3 = starting("30000", scopes=INDIRECT, scope_2_method=None)
    assert absolute_contraction(of_scope_3, least).value == 22500


def test_nothing_below_zero_is_a_target() -> None:
    assert absolute_contraction(starting(last=2043), rate()).value == Decimal(50000) * (1 - 23 * Decimal("0.042"))
    with pytest.raises(BadTarget, match=r"24 years at 0\.042 take off more than all"):
        absolute_contraction(starting(last=2044), rate())


def test_sectoral_decarbonisation_of_the_published_example() -> None:
    found = sectoral_decarbonisation(starting("0.60"), CEMENT)  # V29
    exact = Fraction(55, 100) * Fraction(30, 65) + Fraction(5, 100)
    assert abs(Fraction(found.value) - exact) < Fraction(1, 10**49)
    assert round(found.value, 6) == Decimal("0.303846")
    assert found.method.metric is Metric.INTENSITY


def test_who_grows_faster_than_the_sector_falls_faster() -> None:
    growing = Pathway(Decimal("0.70"), Decimal("0.35"), Decimal("0.05"), "path", Decimal("0.5"))
    found = sectoral_decarbonisation(starting("0.70"), growing)
    assert found.value == Decimal("0.65") * Decimal("0.30") / Decimal("0.65") / 2 + Decimal("0.05")


def test_who_is_where_the_sector_is_follows_its_path() -> None:
    assert sectoral_decarbonisation(starting("0.70"), CEMENT).value == CEMENT.target
    assert sectoral_decarbonisation(starting("0.05"), CEMENT).value == CEMENT.final


def test_economic_intensity_compounds() -> None:
    rate_of_7 = published_rate(Framework.SBTI_V1, ECONOMIC, DIRECT)
    found = economic_intensity(starting("1", last=2028), rate_of_7)  # V29
    assert found.value == Decimal("0.93") ** 8 == Decimal("0.5595818096650401")
    assert round(found.value, 6) == Decimal("0.559582")


def test_progress_is_the_part_of_the_way_gone() -> None:
    target = absolute_contraction(starting(), rate())
    assert round(target.progress(Decimal(42000)), 3) == Decimal("0.381")
    assert target.progress(Decimal(42000)) == progress(Decimal(50000), Decimal(29000), Decimal(42000))
    assert [target.progress(Decimal(now)) for now in (50000, 29000, 71000, 8000)] == [0, 1, -1, 2]
    with pytest.raises(BadTarget, match="base and target are both 5"):
        progress(Decimal(5), Decimal("5.0"), Decimal(4))


def test_a_cut_of_17_percent_in_five_years() -> None:
    a_year = annual_cut(Decimal("0.17"), 5)
    assert round(a_year * 100, 3) == Decimal("3.658")
    assert abs((1 - Fraction(a_year)) ** 5 - Fraction(83, 100)) < Fraction(1, 10**48)
    assert annual_cut(Decimal("0.17"), 1) == Decimal("0.17")
    assert annual_cut(Decimal(0), 5) == 0


def test_an_intensity_may_fall_while_the_total_rises() -> None:
    found = total_after(Decimal(100), Decimal("0.17"), Decimal("0.05"), 5)
    assert found == Decimal("105.9313696875")
    assert total_after(Decimal(100), Decimal("0.17"), Decimal(0), 5) == 83


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (lambda: starting(last=2020), "targetYear", "runs 0 years"),
        (lambda: starting(last=2121), "targetYear", "runs 101 years"),
        (lambda: starting("0"), "baseValue", "base value is 0"),
        (lambda: starting(scopes=frozenset()), "scopes", "one or more"),
        (lambda: starting(scopes=frozenset({Scope.OUTSIDE})), "scopes", "one or more"),
        (lambda: starting(scope_2_method=None), "scope2Method", "names its scope 2 method"),
        (lambda: starting(scopes=INDIRECT), "scope2Method", "and only there"),
        (lambda: rate("0"), "rate", "the rate is 0 a year"),
        (lambda: rate("4.2"), "rate", "the rate is 4.2 a year"),
        (lambda: Rate(Decimal("0.042"), " "), "source", "names no document"),
        (lambda: Pathway(Decimal(1), Decimal(2), Decimal(0), "x"), "pathway", "path is 1, 2, 0"),
        (lambda: Pathway(Decimal(1), Decimal(1), Decimal(1), "x"), "pathway", "path is 1, 1, 1"),
        (lambda: Pathway(Decimal(1), Decimal(1), Decimal(0), "x", Decimal(0)), "marketShare", "shares is 0"),
        (lambda: Pathway(Decimal(1), Decimal(1), Decimal(0), ""), "source", "names no document"),
        (lambda: sectoral_decarbonisation(starting("0.04"), CEMENT), "baseValue", "of 0.04 is below"),
        (lambda: annual_cut(Decimal(1), 5), "cut", "the cut is 1"),
        (lambda: annual_cut(Decimal("0.1"), 0), "years", "runs 0 years"),
        (lambda: total_after(Decimal(1), Decimal(0), Decimal(-1), 1), "growth", "grows by -1"),
        (lambda: published_rate(Framework.SBTI_V2, CONTRACTION, DIRECT), "rate", "no rate of SBTI_V2"),
        (lambda: published_rate(Framework.OWN, ECONOMIC, DIRECT), "rate", "no rate of OWN"),
    ],
)
def test_what_cannot_be_a_target_is_told(asked: Any, field: str, words: str) -> None:
    with pytest.raises(BadTarget, match=words) as error:
        asked()
    assert error.value.field == field


def test_the_least_a_framework_accepts_depends_on_the_scopes() -> None:
    assert published_rate(Framework.SBTI_V1, CONTRACTION, DIRECT | INDIRECT).annual == Decimal("0.042")
    assert published_rate(Framework.SBTI_V1, CONTRACTION, INDIRECT).annual == Decimal("0.025")
    assert published_rate(Framework.SBTI_V1, CONTRACTION, DIRECT, Ambition.WELL_BELOW_TWO).annual == Decimal("0.025")
    assert all(found.source for found in RATES.values())


@given(st.decimals("0.01", "10000", places=2), st.integers(1, 20), st.integers(1, 13))
def test_a_target_is_linear_in_the_base_and_falls_year_by_year(base: Decimal, times: int, years: int) -> None:
    sooner, later = (starting(str(base), last=2020 + span) for span in (years, years + 1))
    larger = starting(str(base * times), last=2020 + years)
    for method in (absolute_contraction, economic_intensity):
        assert Fraction(method(larger, rate()).value) == Fraction(method(sooner, rate()).value) * times
        assert method(later, rate()).value < method(sooner, rate()).value


@given(st.decimals("0", "0.99", places=4), st.integers(1, 100))
def test_the_cut_a_year_compounds_to_the_cut(cut: Decimal, years: int) -> None:
    again = 1 - (1 - Fraction(annual_cut(cut, years))) ** years
    assert abs(again - Fraction(cut)) < Fraction(1, 10**46)


def test_an_own_percentage_is_of_the_base_value() -> None:
    found = own_percentage(starting("40000"), Decimal("0.3"), "park plan")
    assert (found.value, found.reduction, found.source) == (Decimal(28000), Decimal("0.3"), "park plan")
    assert (found.method, OWN.metric) == (OWN, Metric.ABSOLUTE)


def test_a_cut_of_an_intensity_is_reached_by_the_same_percentage_a_year() -> None:
    found = intensity_cut(starting("2", last=2025), Decimal("0.17"), "fifteenth five-year plan")
    assert (found.value, found.method, CUT.metric) == (Decimal("1.66"), CUT, Metric.INTENSITY)
    ratio = 1 - Fraction(annual_cut(Decimal("0.17"), 5))
    for year in range(2020, 2026):
        assert abs(Fraction(found.value_in(year)) - 2 * ratio ** (year - 2020)) < Fraction(1, 10**47)


def test_the_way_to_an_absolute_target_is_a_straight_line() -> None:
    found = absolute_contraction(starting(), rate())
    years = (2000, 2020, 2021, 2024, 2029, 2030, 2050)
    assert [found.value_in(year) for year in years] == [50000, 50000, 47900, 41600, 31100, 29000, 29000]
    assert found.progress(found.value_in(2025)) == Decimal("0.5")


def test_the_way_of_value_added_compounds() -> None:
    found = economic_intensity(starting("1", last=2028), rate("0.07"))
    assert abs(found.value_in(2023) - Decimal("0.93") ** 3) < Decimal("1e-48")
    assert (found.value_in(2020), found.value_in(2028)) == (Decimal(1), Decimal("0.93") ** 8)


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (lambda: own_percentage(starting(), Decimal(0), "plan"), "cut", "the cut is 0; accepted is above 0"),
        (lambda: own_percentage(starting(), Decimal("1.01"), "plan"), "cut", "the cut is 1.01"),
        (lambda: own_percentage(starting(), Decimal("0.1"), " "), "source", "names no document"),
        (lambda: intensity_cut(starting(), Decimal(1), "plan"), "cut", "below 1"),
    ],
)
def test_cuts_that_are_no_targets(asked: Any, field: str, words: str) -> None:
    with pytest.raises(BadTarget, match=words) as error:
        asked()
    assert error.value.field == field
