from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounting.estimates import Estimate, estimate, majority_year
from accounting.regimes import RegimeCode
from accounting.steam_heat import SteamConditions
from emission_factors.decimals import shown
from emission_factors.factors import Origin
from emission_factors.gases import GwpSet
from emission_factors.units import all_units, unit
from tests.build import basis, dataset, factor, made, own, request, shipped, term

GBT = RegimeCode.GBT_32150_2025
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


def lines(found: Estimate) -> dict[str, Decimal]:
    """Return line -> kg CO2e as it leaves the service."""
    return {item.resolved.line.code: shown(item.amounts.co2e) for item in found.lines}


def carbon_dioxide(found: Estimate) -> Decimal:
    return found.lines[0].amounts.gases["CO2"]


@pytest.mark.parametrize(
    ("activity_type", "quantity", "in_unit", "tonnes", "places"),
    [
        ("stationary.natural_gas", "1200000", "Nm3", "2594.6266", 4),
        ("stationary.natural_gas", "120", "10^4 Nm3", "2594.6266", 4),
        ("stationary.diesel", "30", "t", "92.8773", 4),
        ("stationary.diesel", "30000", "kg", "92.8773", 4),
        ("process.carbonate/CaCO3", "9", "t", "3.96", 2),
    ],
)
def test_golden_vectors_of_the_industrial_guides(
    activity_type: str, quantity: str, in_unit: str, tonnes: str, places: int
) -> None:
    """standards.md V13 and V14, and its example of 10 t of limestone of 90 % purity."""
    found = estimate(basis(regime=GBT), request(activity_type, quantity, in_unit))
    assert round(carbon_dioxide(found) / 1000, places) == Decimal(tonnes)


def test_purity_is_a_multiplier() -> None:
    pure = estimate(basis(regime=GBT), request("process.carbonate/CaCO3", "9", "t"))
    impure = estimate(basis(regime=GBT), request("process.carbonate/CaCO3", "10", "t", multipliers=(term("90", "%"),)))
    assert impure.lines[0].amounts == pure.lines[0].amounts
    assert (impure.quantity, impure.unit.code) == (Decimal(9000), "kg")


def test_5000_t_of_hot_water_at_70_degrees_are_1046_7_gj() -> None:
    """standards.md V16."""
    hot = SteamConditions(None, Decimal(70))
    found = estimate(basis(regime=GBT), request("heat.hot_water", "5000", "t", steam=hot))
    assert (found.quantity, found.unit.code) == (Decimal(1046700), "MJ")
    assert found.steam is not None
    assert found.steam.megajoules == 1046700
    assert lines(found) == {"location": Decimal("1046.7") * 110}


def test_multipliers_apply_to_the_heat_of_steam_too() -> None:
    given_steam = {"steam": SteamConditions(Decimal(1), None)}
    half = estimate(
        basis(regime=GBT), request("steam.purchased", "1000", "t", multipliers=(term("50", "%"),), **given_steam)
    )
    assert (
        half.lines[0].amounts
        == estimate(basis(regime=GBT), request("steam.purchased", "500", "t", **given_steam)).lines[0].amounts
    )


def test_a_load_over_a_distance_is_freight() -> None:
    found = estimate(basis(), request("freight.hgv", "5", "t", region="GB", multipliers=(term("100", "km"),)))
    direct = estimate(basis(), request("freight.hgv", "500", "t.km", region="GB"))
    assert (found.quantity, found.unit.code) == (Decimal(500_000), "kg.km")
    assert lines(found) == lines(direct)


def test_both_scope_2_totals_stand_side_by_side() -> None:
    """standards.md 1.2: 9000 MWh by location, 3000 MWh by market, and V04, V05."""
    found = lines(estimate(basis(), request("electricity.grid", "9000", "MWh")))
    assert found == {"location": Decimal(3977100), "market": Decimal(5486400)}
    rest = lines(estimate(basis(), request("electricity.grid", "3000", "MWh")))
    assert rest["market"] == 1828800


def test_a_line_without_factor_is_a_gap_of_the_estimate() -> None:
    found = estimate(basis(), request("electricity.grid", "1", "MWh"))
    assert [gap.line.code for gap in found.gaps] == ["upstream", "losses"]
    assert set(lines(found)) == {"location", "market"}


def test_blends_are_weighted_from_their_components() -> None:
    for gwp_set, value in ((GwpSet.AR4, "2087.5"), (GwpSet.AR5, "1923.5"), (GwpSet.AR6, "2255.5")):
        found = estimate(basis(gwp_set=gwp_set), request("refrigerant.leaked/R-410A", "1", "kg"))
        assert lines(found) == {"main": Decimal(value)}
    ozone = estimate(basis(), request("refrigerant.leaked/R-22", "3", "kg")).lines[0].amounts
    assert (ozone.co2e, ozone.gases, dict(ozone.outside)) == (Decimal(0), {}, {"HCFC-22": Decimal(3)})


def test_what_reduces_a_balance_is_negative() -> None:
    found = estimate(basis(), request("refrigerant.closing_stock/R-410A", "2", "kg"))
    assert lines(found) == {"main": Decimal(-4511)}


def test_a_factor_of_the_caller_replaces_the_server_s_for_one_line() -> None:
    given_factor = own({"CO2": term("2.5", "tCO2/t"), "CH4": term("1", "kg/t")})
    found = estimate(basis(gwp_set=GwpSet.AR5), request("stationary.diesel", "2", "t", own_factor=given_factor))
    assert lines(found) == {"combustion": Decimal(5000 + 2 * 28)}
    assert found.lines[0].resolved.selection.factor.origin is Origin.CALLER
    market = own({"CO2E": term("0.1", "kgCO2e/kWh")})
    both = estimate(basis(), request("electricity.grid", "1", "MWh", own_factor=market, line="market"))
    assert [item.resolved.line.code for item in both.lines] == ["market", "location"]
    assert lines(both)["market"] == 100


def test_a_catalogue_factor_is_used_by_its_id() -> None:
    found = estimate(basis(), request("electricity.grid", "1000", "kWh", factor_id="cn-mee-electricity-2021:CN"))
    assert lines(found)["location"] == Decimal("556.8")
    assert lines(found)["market"] == Decimal("609.6")


def test_a_supplier_s_registered_figure_is_found_by_the_supplier() -> None:
    rate = factor(
        "rate", gases={"CO2": "0.2"}, unit="kWh", origin=Origin.SUPPLIER, supplier="Grid Co", of=dataset("own")
    )
    registered = {("electricity.grid", "market"): [rate]}
    with_supplier = estimate(basis(), request("electricity.grid", "1", "MWh", supplier="Grid Co"), registered)
    without = estimate(basis(), request("electricity.grid", "1", "MWh"), registered)
    assert [lines(found)["market"] for found in (with_supplier, without)] == [200, Decimal("609.6")]
    assert lines(with_supplier)["location"] == lines(without)["location"]


@given(
    st.decimals(0, 10**20 - 1, places=18, allow_nan=False),
    st.sampled_from([found.code for found in all_units() if found.dimension in ("mass", "freight", "energy")]),
)
@example(Decimal("98765432109876543210.123456789012345677"), "short_ton.mile")
def test_an_estimate_counts_the_quantity_the_ledger_would_keep(quantity: Decimal, code: str) -> None:
    """An estimate and a posted activity hold the same base quantity, to the last of up to 53 digits."""
    dimension = unit(code).dimension
    activity_type = {"mass": "other.process", "freight": "other.category_04", "energy": "other.stationary"}[dimension]
    any_factor = own({"CO2": term("1", f"kg/{unit(code).base}")})
    found = estimate(basis(made()), request(activity_type, f"{quantity:f}", code, own_factor=any_factor))
    assert found.quantity == unit(code).in_base(quantity)
    assert found.lines[0].amounts.co2e == found.quantity


@pytest.mark.parametrize(
    ("first", "last", "year"),
    [
        ("2024-01-01", "2024-12-31", 2024),
        ("2024-07-01", "2025-06-30", 2024),
        ("2024-07-03", "2025-07-01", 2024),
        ("2024-07-02", "2025-07-02", 2024),
        ("2024-07-03", "2025-07-02", 2025),
        ("2024-07-03", "2025-07-03", 2025),
        ("2024-12-31", "2025-01-01", 2024),
        ("2024-12-31", "2025-01-02", 2025),
        ("2023-12-15", "2025-01-31", 2024),
        ("2023-06-01", "2026-06-30", 2024),
        ("9999-12-31", "9999-12-31", 9999),
    ],
)
def test_a_period_is_of_the_year_most_of_its_days_lie_in_the_earlier_on_a_tie(first: str, last: str, year: int) -> None:
    assert majority_year(date.fromisoformat(first), date.fromisoformat(last)) == year


@given(DAYS, st.integers(0, 1200))
def test_the_majority_year_is_the_one_a_count_of_days_gives(first: date, length: int) -> None:
    counts: dict[int, int] = {}
    for day in range(length + 1):
        year = (first + timedelta(days=day)).year
        counts[year] = counts.get(year, 0) + 1
    most = max(counts.values())
    assert majority_year(first, first + timedelta(days=length)) == min(y for y, days in counts.items() if days == most)


def test_the_year_of_the_period_chooses_the_factor() -> None:
    def chosen(first: date, last: date) -> str:
        found = estimate(basis(), request("electricity.grid", "1", "kWh", first_day=first, last_day=last))
        return found.lines[0].resolved.selection.factor.factor_id

    assert chosen(date(2022, 12, 31), date(2023, 1, 1)) == "cn-mee-electricity-2022:CN-GD"
    assert chosen(date(2022, 12, 31), date(2023, 1, 2)) == "cn-mee-electricity-2023:CN-GD"
    assert chosen(date(2022, 4, 1), date(2023, 3, 31)) == "cn-mee-electricity-2022:CN-GD"


def test_the_release_of_the_basis_is_the_one_asked() -> None:
    of_2023 = {"first_day": date(2023, 1, 1), "last_day": date(2023, 12, 31)}
    first = estimate(basis(shipped(1)), request("electricity.grid", "1", "MWh", **of_2023))
    third = estimate(basis(shipped(3)), request("electricity.grid", "1", "MWh", **of_2023))
    assert [lines(found)["location"] for found in (first, third)] == [Decimal("440.3"), Decimal("441.9")]


@given(st.decimals(0, 10**9, places=6, allow_nan=False), st.integers(1, 1000))
def test_an_estimate_is_linear_in_its_quantity(quantity: Decimal, times: int) -> None:
    catalogue = made(
        factor(co2e="2.6", gases={"CO2": "2.5", "CH4": "0.07"}, biogenic="0.4", kinds=("fuel.diesel.combustion",))
    )
    asked: dict[str, Any] = {"activity_type": "stationary.diesel", "in_unit": "t"}
    once = estimate(basis(catalogue), request(quantity=f"{quantity:f}", **asked)).lines[0].amounts
    often = estimate(basis(catalogue), request(quantity=f"{quantity * times:f}", **asked)).lines[0].amounts
    assert Fraction(often.co2e) == Fraction(once.co2e) * times
    assert {gas: mass * times for gas, mass in once.gases.items()} == often.gases
    assert often.biogenic == once.biogenic * times
