import csv
from collections import Counter
from fractions import Fraction

import pytest

from emission_factors.resources import open_data
from emission_factors.units import CURRENCIES, IncompatibleUnits, UnknownUnit, multiplied, unit

LB = Fraction("0.45359237")
MILE = Fraction("1.609344")
KWH = Fraction("3.6")


def test_no_name_stands_for_two_units() -> None:
    with open_data("units.csv") as lines:
        rows = list(csv.DictReader(lines))
    names = Counter(name for row in rows for name in {row["name_zh"], row["code"], *row["aliases"].split("|")} if name)
    assert [name for name, count in names.items() if count > 1] == []
    for row in rows:
        for name in filter(None, (row["name_zh"], *row["aliases"].split("|"))):
            assert unit(name).code == row["code"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("度", "kWh"),
        ("千瓦时", "kWh"),
        ("吨", "t"),
        ("kWh (Gross CV)", "kWh_gross"),
        ("kWh (Net CV)", "kWh"),
        ("10^4 Nm3", "10^4Nm3"),
        ("万立方米", "10^4m3"),
        ("tonne.km", "t.km"),
        (" t ", "t"),
        ("US gallon", "gal"),
        ("吨标煤", "tce"),
        ("Room per night", "room.night"),
    ],
)
def test_names_that_publishers_and_meters_use(text: str, code: str) -> None:
    assert unit(text).code == code


@pytest.mark.parametrize(
    ("text", "base", "size", "powers"),
    [
        ("GJ/t", "MJ/kg", Fraction(1), (("energy", 1), ("mass", -1))),
        ("kWh per km", "MJ/km", KWH, (("energy", 1), ("length", -1))),
        ("kg/kWh", "kg/MJ", Fraction(5, 18), (("energy", -1), ("mass", 1))),
        ("lb/MWh", "kg/MJ", LB / 3600, (("energy", -1), ("mass", 1))),
        ("GJ/10^4Nm3", "MJ/Nm3", Fraction(1, 10), (("energy", 1), ("normal_volume", -1))),
        ("%/yr", "fraction/h", Fraction(1, 876000), (("time", -1),)),
        ("/yr", "fraction/h", Fraction(1, 8760), (("time", -1),)),
        ("kg/kg", "kg/kg", Fraction(1), ()),
    ],
)
def test_compound_units(text: str, base: str, size: Fraction, powers: tuple[tuple[str, int], ...]) -> None:
    found = unit(text)
    assert (found.base, found.to_base, found.powers, found.dimension) == (base, size, powers, "")


@pytest.mark.parametrize(("text", "size"), [("t.km", 1000), ("kg*km", 1), ("lb·mile", LB * MILE), ("km.t", 1000)])
def test_a_product_of_a_known_dimension_is_a_unit_of_it(text: str, size: Fraction) -> None:
    found = unit(text)
    assert (found.dimension, found.base, found.to_base) == ("freight", "kg.km", size)


def test_what_each_unit_measures_is_said_in_words() -> None:
    said = {code: unit(code).measures for code in ("kWh_gross", "GJ/t", "kg/kg", "CNY_2024", "m2")}
    assert said == {
        "kWh_gross": "gross energy",
        "GJ/t": "energy mass^-1",
        "kg/kg": "a number",
        "CNY_2024": "money",
        "m2": "area",
    }


@pytest.mark.parametrize(
    ("text", "code", "base", "size"),
    [
        ("CNY_2024", "CNY_2024", "CNY_2024", 1),
        ("CNY 2024", "CNY_2024", "CNY_2024", 1),
        ("万CNY_2024", "10^4CNY_2024", "CNY_2024", 10000),
        ("10^4 CNY_2024", "10^4CNY_2024", "CNY_2024", 10000),
        ("USD", "USD", "USD", 1),
    ],
)
def test_money_has_its_price_year(text: str, code: str, base: str, size: int) -> None:
    found = unit(text)
    assert (found.code, found.base, found.dimension) == (code, base, "money")
    assert found.to_base == size


def test_money_of_two_years_or_currencies_does_not_convert() -> None:
    assert unit("万CNY_2024").ratio_to(unit("CNY_2024")) == 10000
    assert unit("kg/GBP_2009").powers == (("mass", 1), ("money GBP_2009", -1))
    for other in ("CNY_2023", "USD_2024", "CNY"):
        with pytest.raises(IncompatibleUnits, match=f"CNY_2024 measures money and {other} measures money"):
            unit("CNY_2024").ratio_to(unit(other))
    assert {"CNY", "USD", "EUR", "GBP", "HKD"} <= CURRENCIES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mt", "'mt' is not a unit of the table; near it are"),
        ("kwhs", "'kwhs' is not a unit of the table; near it are kWh"),
        ("gallon", "'gallon' is not a unit of the table; near it are gal"),
        ("ton", "'ton' is not a unit of the table; near it are t, "),
        ("litre/parsec", "'litre/parsec' is not a unit of the table"),
        ("XYZ_2024", "'XYZ_2024' is not a unit of the table; money is written with its price year, such as CNY_2024"),
        ("CNY_1800", "'CNY_1800' is not a unit of the table"),
        ("10^4CNY_2024/t", "'10^4CNY_2024/t' is not a unit of the table"),
        ("a/b/c", "'a/b/c' is not a unit of the table"),
        ("", "'' is not a unit of the table"),
        ("/", "'/' is not a unit of the table"),
        ("kg..km", "'kg..km' is not a unit of the table"),
        ("2 kg", "'2 kg' is not a unit of the table"),
        ("kg**2", "is not a unit of the table"),
        ("__import__('os')", "is not a unit of the table"),
    ],
)
def test_a_text_that_is_no_unit_is_refused_with_what_is_near(text: str, message: str) -> None:
    with pytest.raises(UnknownUnit) as caught:
        unit(text)
    assert message in str(caught.value)


def test_a_long_text_is_neither_read_nor_quoted() -> None:
    with pytest.raises(UnknownUnit) as caught:
        unit("kg." * 100_000 + "kg")
    assert len(str(caught.value)) < 250


def test_other_dimensions_do_not_convert_by_a_number_alone() -> None:
    with pytest.raises(IncompatibleUnits) as caught:
        unit("L").ratio_to(unit("t"))
    assert str(caught.value) == (
        "L measures volume and t measures mass: converting one into the other needs a property of the substance"
    )
    for left, right in (("kWh", "kWh_gross"), ("m3", "Nm3"), ("item", "dose")):
        with pytest.raises(IncompatibleUnits):
            unit(left).ratio_to(unit(right))


def test_dimensions_multiply_and_cancel() -> None:
    energy, per_mass = (("energy", 1),), (("energy", -1), ("mass", 1))
    assert multiplied(energy, per_mass) == (("mass", 1),)
    assert multiplied() == ()
    assert multiplied(energy, energy) == (("energy", 2),)
