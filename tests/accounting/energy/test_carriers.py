"""Carriers: one unit each, quantities turned into it exactly, coefficients published or missing."""

from fractions import Fraction

import pytest

from accounting.energy.carriers import Converter, Kind, described
from accounting.energy.flows import EnergyCarrier
from tests.build import basis, made

GAS = Kind("natural_gas", "Nm3")


def of(kind: Kind, *places: str, is_upper: bool | None = None, kgce: str | None = None) -> EnergyCarrier:
    on = basis(electricity_kgce_per_kwh=Fraction(kgce) if kgce else None)
    return described(on, kind, places or ("CN-GD",), 2024, is_upper=is_upper).carrier


@pytest.mark.parametrize(
    ("code", "base_unit", "carrier", "ratio"),
    [
        ("electricity.grid", "MJ", Kind("electricity", "MWh"), Fraction(1, 3600)),
        ("heat.district", "MJ", Kind("hot_water", "GJ"), Fraction(1, 1000)),
        ("stationary.natural_gas", "Nm3", GAS, Fraction(1)),
        ("stationary.natural_gas", "MJ", GAS, Fraction(1000, 38931)),
        ("stationary.natural_gas", "m3", Kind("natural_gas", "m3", is_usual=False), Fraction(1)),
        ("mobile.diesel", "kg", Kind("diesel", "t"), Fraction(1, 1000)),
        ("offroad.diesel", "m3", Kind("diesel", "m3", is_usual=False), Fraction(1)),
    ],
)
def test_quantities_become_the_carriers_unit_or_stay_in_their_own(
    code: str, base_unit: str, carrier: Kind, ratio: Fraction
) -> None:
    assert Converter(basis()).carrier(code, base_unit, "CN-GD", 2024) == (carrier, ratio)


def test_a_carrier_in_an_unusual_unit_has_the_unit_in_its_code() -> None:
    assert (GAS.code, Kind("natural_gas", "m3", is_usual=False).code) == ("natural_gas", "natural_gas/m3")


def test_of_a_range_the_calorific_value_decides_unless_an_end_is_named() -> None:
    assert of(GAS).tce == Fraction("38.931") / Fraction("29307.6")
    assert of(GAS, is_upper=True).tce == Fraction("0.00133")
    assert of(GAS, is_upper=False).tce == of(GAS, is_upper=False).tce_equivalent == Fraction("0.0011")


def test_a_range_without_a_calorific_value_is_missing() -> None:
    volume = Kind("natural_gas", "m3", is_usual=False)
    assert (of(volume).tce, of(volume).megajoules) == (None, None)
    assert of(volume, is_upper=True).tce == Fraction("0.00133")


def test_power_has_an_equivalent_value_of_its_own_and_fuel_has_its_heat() -> None:
    power = Kind("electricity", "MWh")
    assert (of(power).tce, of(power).tce_equivalent) == (Fraction("0.1229"), None)
    assert of(power, kgce="0.3").tce_equivalent == Fraction("0.3")
    diesel = of(Kind("diesel", "t"))
    assert diesel.tce == diesel.tce_equivalent == Fraction("1.4571")


def test_a_fuel_without_a_published_coefficient_has_its_calorific_value_in_coal() -> None:
    pellets = described(basis(), Kind("wood_pellets", "t"), ["CN-GD"], 2024)
    assert pellets.carrier.tce == Fraction(15600) / Fraction("29307.6")
    assert [source.name for source in pellets.sources] == ["NCV"]


def test_a_coefficient_on_which_places_disagree_is_missing() -> None:
    british = of(Kind("diesel", "t"), "GB").megajoules
    assert british not in (None, of(Kind("diesel", "t")).megajoules)
    assert of(Kind("diesel", "t"), "CN-GD", "GB").megajoules is None


def test_services_are_services_and_a_coefficient_may_be_missing() -> None:
    cold, air = of(Kind("chilled_water", "GJ")), of(Kind("compressed_air", "Nm3"))
    assert (cold.is_service, cold.megajoules) == (True, Fraction(1000))
    assert (air.is_service, air.megajoules, air.tce) == (True, None, None)
    bare = described(basis(made()), Kind("diesel", "t"), ["CN-GD"], 2024).carrier
    assert (bare.megajoules, bare.tce, bare.tce_equivalent) == (None, None, None)
