"""Selection from the shipped catalogue, through the lines that activity types yield."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from accounting.effective import Flag
from accounting.lines import Place, ResolvedLine, resolve
from accounting.regimes import RegimeCode
from emission_factors.activity_types import activity_type
from emission_factors.selection import Reason, SelectionError
from emission_factors.units import unit
from tests.build import basis, shipped


def electricity(region: str, year: int, regime: str = "GHG_PROTOCOL", **fields: Any) -> dict[str, ResolvedLine]:
    place = Place(region, date(year, 3, 1), year)
    found, _ = resolve(
        basis(regime=RegimeCode(regime), **fields), activity_type("electricity.grid"), place, unit("kWh"), {}
    )
    return {item.line.code: item for item in found}


def per_kwh(found: ResolvedLine) -> Fraction:
    """Return kg CO2 per kWh as published."""
    return dict(found.selection.factor.gases)["CO2"] * found.selection.conversion.ratio


@pytest.mark.parametrize(
    ("region", "year", "regime", "value", "factor_id"),
    [
        ("CN-GD", 2021, "GHG_PROTOCOL", "0.4715", "cn-mee-electricity-2021:CN-GD"),
        ("CN-GD", 2022, "GHG_PROTOCOL", "0.4403", "cn-mee-electricity-2022:CN-GD"),
        ("CN-GD", 2023, "GHG_PROTOCOL", "0.4419", "cn-mee-electricity-2023:CN-GD"),
        ("CN-GD", 2025, "GHG_PROTOCOL", "0.4419", "cn-mee-electricity-2023:CN-GD"),
        ("CN-GD", 2023, "ISO_14064_1", "0.4419", "cn-mee-electricity-2023:CN-GD"),
        ("CN-GRID-SOUTH", 2023, "GHG_PROTOCOL", "0.4042", "cn-mee-electricity-2023:CN-GRID-SOUTH"),
        ("CN", 2023, "GHG_PROTOCOL", "0.5306", "cn-mee-electricity-2023:CN"),
        ("CN-GD", 2023, "GBT_32150_2025", "0.5306", "cn-mee-electricity-2023:CN"),
        ("CN-GD", 2022, "GBT_32150_2025", "0.5366", "cn-mee-electricity-2022:CN"),
        ("CN-GD", 2021, "GBT_32150_2025", "0.5568", "cn-mee-electricity-2021:CN"),
        ("CN-GD", 2023, "NDRC_910_2025", "0.8325", "cn-notice-910-2025:electricity_other"),
        ("CN-GD", 2026, "NDRC_910_2025", "0.8325", "cn-notice-910-2025:electricity_other"),
    ],
)
def test_the_average_each_regime_takes_for_electricity(
    region: str, year: int, regime: str, value: str, factor_id: str
) -> None:
    found = electricity(region, year, regime)["location"]
    assert (per_kwh(found), found.selection.factor.factor_id) == (Fraction(value), factor_id)
    assert not found.selection.is_proxy


def test_a_carried_year_is_flagged_and_an_exact_one_is_not() -> None:
    exact, carried = electricity("CN-GD", 2023)["location"], electricity("CN-GD", 2025)["location"]
    assert exact.flags == {Flag.CO2_ONLY}
    assert carried.flags == {Flag.CO2_ONLY, Flag.NEAREST_EARLIER_YEAR}
    assert carried.selection.rule == "published for CN-GD; nearest earlier data year 2023 for 2025"


def test_carrying_ends_after_five_years() -> None:
    assert "location" in electricity("CN-GD", 2028)
    assert "location" not in electricity("CN-GD", 2029)


def test_what_was_known_by_a_day() -> None:
    """On 30 June 2024 the announcement of the 2021 factors was the newest."""
    found = electricity("CN", 2023, "GBT_32150_2025", published_by=date(2024, 6, 30))["location"]
    assert per_kwh(found) == Fraction("0.5568")
    lost = {verdict.factor.factor_id: verdict.reason for verdict in found.selection.lost}
    assert lost["cn-mee-electricity-2023:CN"] is Reason.NOT_YET_PUBLISHED
    assert lost["cn-mee-electricity-2022:CN"] is Reason.NOT_YET_PUBLISHED
    by_2025 = electricity("CN", 2023, "GBT_32150_2025", published_by=date(2025, 6, 30))["location"]
    assert per_kwh(by_2025) == Fraction("0.5366")


def test_an_older_release_does_not_know_newer_factors() -> None:
    assert per_kwh(electricity("CN-GD", 2023, catalogue=shipped(1))["location"]) == Fraction("0.4403")
    assert per_kwh(electricity("CN-GD", 2023, catalogue=shipped(2))["location"]) == Fraction("0.4419")


def test_the_market_based_line_takes_the_average_without_traded_green_power() -> None:
    found = electricity("CN-GD", 2023)["market"]
    assert per_kwh(found) == Fraction("0.6096")
    assert Flag.NO_RESIDUAL_MIX not in found.flags
    assert per_kwh(electricity("CN-GD", 2022)["market"]) == Fraction("0.5856")


def test_where_no_residual_mix_is_published_the_grid_average_stands_in_and_says_so() -> None:
    found = electricity("GB", 2024)
    assert found["location"].selection.factor == found["market"].selection.factor
    assert found["market"].flags == {Flag.NO_RESIDUAL_MIX}
    assert found["location"].flags == frozenset()
    assert found["location"].factor.co2e_total == found["market"].factor.co2e_total


@pytest.mark.parametrize("regime", ["GBT_32150_2025", "NDRC_910_2025"])
def test_a_regime_without_a_market_based_total_has_no_such_line(regime: str) -> None:
    assert list(electricity("CN-GD", 2024, regime)) == ["location"]


def test_notice_910_counts_carbon_dioxide_alone() -> None:
    found = electricity("CN-GD", 2024, "NDRC_910_2025")["location"]
    assert found.flags == frozenset()
    assert set(found.factor.masses) == {"CO2"}
    assert found.factor.co2e_total == Decimal("0.23125")


def test_the_quarantined_factor_is_never_chosen() -> None:
    place = Place("CN-GD", date(2026, 3, 1), 2026)
    park = basis(regime=RegimeCode.NDRC_910_2025)
    line, *_ = resolve(park, activity_type("stationary.natural_gas"), place, unit("Nm3"), {})[0]
    assert line.selection.factor.factor_id == "cn-gbt-32151-34-2024:natural_gas"
    lost = {verdict.factor.factor_id: verdict.reason for verdict in line.selection.lost}
    assert lost["cn-ncsc-efdb:ncsc_natural_gas"] is Reason.QUARANTINED


def test_another_country_s_upstream_figure_stands_in_only_by_name() -> None:
    place, diesel = Place("CN-GD", date(2024, 3, 1), 2024), activity_type("stationary.diesel")
    _, gaps = resolve(basis(), diesel, place, unit("t"), {})
    assert [gap.line.code for gap in gaps] == ["upstream"]
    found, gaps = resolve(basis(proxies=("GB",)), diesel, place, unit("t"), {})
    assert gaps == []
    upstream = next(item for item in found if item.line.code == "upstream")
    assert Flag.PROXY_REGION in upstream.flags
    assert upstream.selection.factor.region == "GB"
    assert [item.line.code for item in found] == ["combustion", "upstream"]


def test_a_density_from_abroad_is_used_only_where_its_region_is_named() -> None:
    place, diesel = Place("CN-GD", date(2024, 3, 1), 2024), activity_type("stationary.diesel")
    _, gaps = resolve(basis(), diesel, place, unit("L"), {})
    assert "from L (volume) to " in str(gaps[0].error)
    (combustion, *_), _ = resolve(basis(proxies=("GB",)), diesel, place, unit("L"), {})
    used = [step.via.property_id for step in combustion.selection.conversion.steps if step.via]
    assert (combustion.selection.factor.region, used[0].partition(":")[0]) == ("CN", "uk-desnz-2025-properties")


@pytest.mark.parametrize(("code", "in_unit"), [("electricity.grid", "MJ"), ("stationary.natural_gas", "Nm3")])
def test_every_loser_says_why(code: str, in_unit: str) -> None:
    place = Place("CN-GD", date(2024, 3, 1), 2024)
    found, gaps = resolve(basis(proxies=("GB",)), activity_type(code), place, unit(in_unit), {})
    verdicts = [verdict for item in found for verdict in item.selection.lost]
    errors = [gap.error for gap in gaps if isinstance(gap.error, SelectionError)]
    assert len(errors) == len(gaps)
    verdicts += [verdict for error in errors for verdict in error.verdicts]
    asked = {kind for line in activity_type(code).lines for kind in line.kind.split(">")}
    candidates = {factor.factor_id for kind in asked for factor in shipped().of_kind(kind)}
    winners = {item.selection.factor.factor_id for item in found}
    assert {verdict.factor.factor_id for verdict in verdicts} | winners == candidates
    assert all(verdict.detail for verdict in verdicts)
