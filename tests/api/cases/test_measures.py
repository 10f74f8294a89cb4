"""Units of case files in the words of the service."""

from decimal import Decimal
from fractions import Fraction

import pytest

from api.cases.measures import UnknownMeasure, alike, decimal_of, inverse, is_close, measure
from tests.api.cases.builders import figure


@pytest.mark.parametrize(
    ("text", "sent", "substance"),
    [
        ("t HFC-134a", "t HFC-134a", "HFC-134a"),
        ("t CH4 flared", "t CH4 flared", "CH4"),
        ("fraction HFC-32", "fraction", "HFC-32"),
        ("kg CH4/kg COD", "kg CH4/kg COD", "CH4"),
        ("lb CO2/MWh", "lb CO2/MWh", "CO2"),
        ("kgCO2e/p.km", "kgCO2e/p.km", "CO2e"),
        ("per year", "1/year", ""),
        ("kgCO2e per GBP", "kgCO2e/GBP", "CO2e"),
        ("kgCO2/gallon", "kgCO2/gal", "CO2"),
        ("imperial gallon", "imperial gallon", ""),
        ("lb/cylinder", "lb/item", ""),
        ("tCO2/power plant", "tCO2/item", "CO2"),
        ("t C/acre/yr", "t C/item", "C"),
        ("kW", "kWh/h", ""),
        ("nights", "room.night", ""),
        ("g N2O/person/year", "g N2O/person", "N2O"),
        ("ratio", "item/item", ""),
        ("kWh (gross CV)", "kWh (gross CV)", ""),
    ],
)
def test_a_unit_is_read(text: str, sent: str, substance: str) -> None:
    found = measure(text)
    assert (found.text, found.substance) == (sent, substance)


@pytest.mark.parametrize(("text", "bare"), [("t HFC-134a", "t"), ("tCO2e", "t"), ("10^4 Nm3", "10^4 Nm3")])
def test_a_unit_is_told_from_its_substance(text: str, bare: str) -> None:
    assert measure(text).bare == bare


@pytest.mark.parametrize("text", ["boolean", "price ratio", "documents", "degC", "", "kgCO2e/Foo-Bar", "Xyz"])
def test_what_measures_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnknownMeasure):
        measure(text)


def test_sizes_are_exact() -> None:
    assert measure("lb CO2/MWh").to_base == Fraction("0.45359237") / 3600
    assert measure("%").to_base == Fraction(1, 100)
    assert measure("kgC/mmBtu").to_base == 1 / Fraction("1055.05585262")


def test_gross_and_net_are_alike_in_checks_only() -> None:
    gross, net = measure("kWh (gross CV)"), measure("kWh")
    assert gross.powers != net.powers
    assert alike(gross.powers) == alike(net.powers) == (("energy", 1),)
    assert alike(measure("Nm3").powers) == alike(measure("m3").powers)
    assert alike(measure("USD 2022").powers) == alike(measure("USD").powers)


def test_a_divisor_is_turned_around() -> None:
    found = inverse(figure("MPG", "22.8", "mile/gallon"))
    assert (found.name, found.unit) == ("1/MPG", "gal/mile")
    assert found.value == Decimal("0.043859649122807018")
    assert inverse(figure("N", "8", "plant")).unit == "1/item"


def test_a_share_divided_by_is_no_share_any_more() -> None:
    found = inverse(figure("L", "80", "%"))
    assert (found.value, found.unit) == (Decimal("1.25"), "item/item")


def test_ratios_fit_what_the_service_takes() -> None:
    assert decimal_of(Fraction(1, 8)) == Decimal("0.125")
    assert str(decimal_of(Fraction(1, 3))) == "0.333333333333333333"


def test_printed_conversions_are_close_enough() -> None:
    assert is_close(Fraction("2204.6"), Fraction("2204.62262184878"))
    assert is_close(Fraction("1.609"), Fraction("1.609344"))
    assert not is_close(Fraction("1.02"), Fraction(1))
