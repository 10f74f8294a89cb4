"""Every unit of the table against its published definition, worked out here and not read from our table."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors.units import BASE_UNITS, all_units, base_of, unit

LB = Fraction("0.45359237")  # international yard and pound agreement of 1959, as the foot
FOOT = Fraction("0.3048")
INCH = FOOT / 12
MILE = 5280 * FOOT / 1000  # km
GALLON = 231 * INCH**3  # m3
KCAL = Fraction("4186.8") / 10**6  # MJ, International Table calorie
BTU = KCAL * LB / Fraction("1.8")  # one pound of water by one degree Fahrenheit
KWH = Fraction(3600 * 1000, 10**6)
MASSES: dict[str, Fraction | int] = {
    "kg": 1,
    "g": Fraction(1, 1000),
    "mg": Fraction(1, 10**6),
    "t": 1000,
    "kt": 10**6,
    "Mt": 10**9,
    "Gg": 10**6,
    "lb": LB,
    "oz": LB / 16,
    "short_ton": 2000 * LB,
    "long_ton": 2240 * LB,
}
ENERGIES: dict[str, Fraction | int] = {
    "J": Fraction(1, 10**6),
    "kJ": Fraction(1, 1000),
    "MJ": 1,
    "GJ": 10**3,
    "TJ": 10**6,
    "PJ": 10**9,
    "Wh": KWH / 1000,
    "kWh": KWH,
    "MWh": KWH * 10**3,
    "GWh": KWH * 10**6,
    "10^4kWh": KWH * 10**4,
    "kcal": KCAL,
    "Btu": BTU,
    "mmBtu": BTU * 10**6,
    "therm": BTU * 10**5,
    "kgce": 7000 * KCAL,
    "tce": 7000 * KCAL * 1000,
    "10^4tce": 7000 * KCAL * 10**7,
    "toe": 10**7 * KCAL,
}
GROSS: dict[str, Fraction | int] = {
    f"{name}_gross": ENERGIES[name] for name in ("MJ", "kWh", "MWh", "GJ", "mmBtu", "therm")
}  # the same numbers of another quantity
VOLUMES: dict[str, Fraction | int] = {
    "m3": 1,
    "L": Fraction(1, 1000),
    "mL": Fraction(1, 10**6),
    "10^4m3": 10**4,
    "million_litres": 1000,
    "gal": GALLON,
    "gal_imp": Fraction("0.00454609"),
    "bbl": 42 * GALLON,
    "scf": FOOT**3,
    "ccf": 100 * FOOT**3,
    "Mcf": 1000 * FOOT**3,
    "MMscf": 10**6 * FOOT**3,
}
OTHERS: dict[str, Fraction | int] = {
    "Nm3": 1,
    "10^4Nm3": 10**4,
    "km": 1,
    "m": Fraction(1, 1000),
    "mile": MILE,
    "nmi": Fraction("1.852"),
    "t.km": 1000,
    "kg.km": 1,
    "short_ton.mile": 2000 * LB * MILE,
    "passenger": 1,
    "passenger.km": 1,
    "passenger.mile": MILE,
    "m2": 1,
    "sqft": FOOT**2,
    "ha": 10**4,
    "item": 1,
    "vial": 1,
    "dose": 1,
    "room.night": 1,
    "h": 1,
    "d": 24,
    "yr": 365 * 24,
    "working_hour": 1,
    "bed.day": 1,
    "animal": 1,
    "fraction": 1,
    "%": Fraction(1, 100),
}
DEFINITIONS: dict[str, Fraction | int] = MASSES | ENERGIES | GROSS | VOLUMES | OTHERS
"""Unit -> base units in one of it, from the published definitions and not from our table."""

CODES = [found.code for found in all_units()]


def test_every_unit_has_its_published_size() -> None:
    assert {found.code: found.to_base for found in all_units()} == DEFINITIONS


@pytest.mark.parametrize("code", CODES)
def test_every_unit_converts_to_the_base_of_its_dimension_by_a_finite_decimal(code: str) -> None:
    found = unit(code)
    base = unit(found.base)
    assert base.to_base == 1
    assert found.base == BASE_UNITS[found.dimension]
    assert found.powers == base.powers
    left = found.to_base.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    assert left == 1
    assert Fraction(found.in_base(Decimal("12345678901234567890.123456789012345678"))) == found.to_base * Fraction(
        "12345678901234567890.123456789012345678"
    )


def test_every_dimension_has_a_base_unit_of_its_own() -> None:
    powers = {name: unit(code).powers for name, code in BASE_UNITS.items()}
    assert len(set(powers.values())) == len(BASE_UNITS)
    assert {name: base_of(found) for name, found in powers.items()} == {
        name: unit(code) for name, code in BASE_UNITS.items()
    }
    assert base_of((("energy", 1), ("mass", -1))) is None


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_ratios_are_exact_both_ways(left: str, right: str) -> None:
    a, b = unit(left), unit(right)
    if a.powers == b.powers:
        assert a.ratio_to(b) * b.ratio_to(a) == 1
        assert a.ratio_to(b) * DEFINITIONS[right] == DEFINITIONS[left]
