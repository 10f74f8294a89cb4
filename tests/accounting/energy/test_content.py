from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from accounting.energy.content import EnergyContent, energy_content
from emission_factors.activity_types import activity_type
from emission_factors.units import unit
from tests.build import activity, basis, item, made


def content(code: str, quantity: str, in_unit: str, region: str = "CN-GD", **fields: Any) -> EnergyContent | None:
    return energy_content(basis(**fields), activity_type(code), Fraction(quantity), unit(in_unit), region, 2024)


@pytest.mark.parametrize(
    ("code", "quantity", "in_unit", "gigajoules", "tce"),
    [
        ("electricity.grid", "10000000", "kWh", "36000", "1229"),
        ("stationary.diesel", "30", "t", "1279.56", "43.713"),
        ("stationary.gasoline", "1000", "kg", "43.07", "1.4714"),
        ("stationary.lng", "10", "t", "514.98", "17.572"),
        ("steam.purchased", "1000", "GJ", "1000", "34.12"),
        ("heat.hot_water", "1000", "GJ", "1000", "34.12"),
        ("heat.district", "100", "GJ", "100", "3.412"),
    ],
)
def test_energy_and_standard_coal_by_the_coefficients_of_gbt_2589(
    code: str, quantity: str, in_unit: str, gigajoules: str, tce: str
) -> None:
    found = content(code, quantity, in_unit)
    assert found is not None
    assert (found.megajoules, found.tce) == (Fraction(gigajoules) * 1000, Fraction(tce))
    assert found.tce_high is not None
    assert [source.name for source in found.sources] == ["TCE"]


def test_a_printed_range_gives_two_figures() -> None:
    found = content("stationary.natural_gas", "1000", "Nm3")
    assert found is not None
    assert (found.tce, found.tce_high) == (Fraction("1.1"), Fraction("1.33"))
    assert found.megajoules == Fraction("38931")


def test_the_equivalent_value_of_electricity_is_missing_unless_it_is_given() -> None:
    without = content("electricity.grid", "1000", "MWh")
    given = content("electricity.grid", "1000", "MWh", electricity_kgce_per_kwh=Decimal("0.2"))
    assert without is not None
    assert given is not None
    assert (without.tce, without.tce_equivalent) == (Fraction("122.9"), None)
    assert (given.tce, given.tce_equivalent) == (Fraction("122.9"), Fraction(200))


def test_the_equivalent_value_of_a_fuel_is_its_own_heat() -> None:
    found = content("stationary.diesel", "1", "t", electricity_kgce_per_kwh=Decimal("0.3"))
    assert found is not None
    assert found.tce_equivalent == found.tce == Fraction("1.4571")


def test_what_no_coefficient_is_published_for_is_missing_and_not_zero() -> None:
    found = content("stationary.diesel", "1", "t", region="GB", catalogue=made())
    assert found == EnergyContent(None, None, None, None, ())
    volume = content("stationary.diesel", "1000", "L")
    assert volume == EnergyContent(None, None, None, None, ())
    coal = content("stationary.bituminous_coal", "100", "t")
    assert coal == EnergyContent(Fraction(1957000), None, None, None, ())


def test_joules_of_a_carrier_without_coefficient_are_standard_coal_by_29307_6() -> None:
    found = content("stationary.waste_oil", "29307.6", "GJ", catalogue=made())
    assert found == EnergyContent(Fraction(29307600), Fraction(1000), Fraction(1000), Fraction(1000), ())


def test_what_is_no_energy_has_none() -> None:
    assert content("freight.hgv", "1", "t.km") is None
    assert content("refrigerant.leaked/R-410A", "1", "kg") is None


def test_a_coefficient_of_another_country_is_not_taken() -> None:
    coal = made(properties=[item("TCE", "1.4571", "kgce/kg")])
    found = energy_content(basis(coal), activity(), Fraction(1), unit("kg"), "GB", 2024)
    assert found is not None
    assert found.tce is None
    proxy = energy_content(basis(coal, proxies=("CN",)), activity(), Fraction(1), unit("kg"), "GB", 2024)
    assert proxy is not None
    assert proxy.tce == Fraction("0.0014571")
