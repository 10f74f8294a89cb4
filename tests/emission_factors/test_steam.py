from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors.steam import OutsideTable, hot_water, points, saturated, steam_heat, superheated


def test_every_cell_of_both_tables_is_there_and_the_misprints_are_flagged() -> None:
    cells = points()
    assert Counter(cell.table for cell in cells) == {"C.4": 70, "C.5": 372}
    assert sum(cell.is_suspect for cell in cells) == 15


@pytest.mark.parametrize(
    ("pressure", "enthalpy", "temperature"),
    [
        ("1", "2777", "179.88"),
        ("1.75", "2794.45", "205.7"),
        ("1.05", "2778.7", "181.97"),
        ("0.001", "2513.8", "6.98"),
    ],
)
def test_saturated_steam(pressure: str, enthalpy: str, temperature: str) -> None:
    found = saturated(Decimal(pressure))
    assert (found.value, found.temperature_c) == (Decimal(enthalpy), Decimal(temperature))
    assert (found.table, found.warnings) == ("C.4", ())
    assert len(found.points) == (2 if pressure in ("1.75", "1.05") else 1)


def test_interpolation_does_not_round_before_fifty_digits() -> None:
    found = saturated(Decimal("2.9"))
    assert found.value == Decimal("2801.8")
    thirds = saturated(Decimal("0.31")).value
    assert Fraction(thirds) == Fraction("2725.5") + Fraction(1, 5) * (Fraction("2732.5") - Fraction("2725.5"))


@pytest.mark.parametrize(
    ("pressure", "temperature", "enthalpy"),
    [
        ("1", "300", "3051.3"),
        ("1", "310", "3072.58"),
        ("2", "300", "3022.75"),
        ("4", "325", "3026.125"),
    ],
)
def test_superheated_steam_is_bilinear(pressure: str, temperature: str, enthalpy: str) -> None:
    found = superheated(Decimal(pressure), Decimal(temperature))
    assert found.value == Decimal(enthalpy)
    assert (found.table, found.temperature_c, found.warnings) == ("C.5", Decimal(temperature), ())


def test_next_to_saturation_no_cell_of_water_is_used() -> None:
    """At 0.8 MPa and 175 degC the table has water at 1 MPa and 160 degC; a bilinear value would lose 300 kJ/kg."""
    found = superheated(Decimal("0.8"), Decimal(175))
    assert Decimal(2775) < found.value < Decimal(2790)
    assert min(point.enthalpy for point in found.points) > 2700
    assert found.warnings == (
        "next to saturation: interpolated between saturated steam (table C.4) and superheated steam (table C.5)",
    )


def test_a_misprint_is_used_with_a_warning() -> None:
    found = superheated(Decimal("0.5"), Decimal(400))
    assert found.value == Decimal("3217.8")
    assert found.warnings == ("suspected misprint in table C.5: 3217.8 kJ/kg at 0.5 MPa and 400 degC",)
    assert "suspected misprint" in saturated(Decimal(22)).warnings[0]
    assert superheated(Decimal(30), Decimal(430)).warnings


@pytest.mark.parametrize(
    ("pressure", "temperature", "message"),
    [
        ("0.0005", None, "pressure 0.0005 MPa is outside table C.4 of GB/T 32151.34-2024: 0.001 to 22 MPa is accepted"),
        ("25", None, "pressure 25 MPa is outside table C.4 of GB/T 32151.34-2024: 0.001 to 22 MPa is accepted"),
        ("0.001", "300", "pressure 0.001 MPa is outside table C.5 of GB/T 32151.34-2024: 0.01 to 30 MPa is accepted"),
        ("1", "601", "temperature 601 degC is outside table C.5 of GB/T 32151.34-2024: 0 to 600 degC is accepted"),
        ("0.8", "170", "at 0.8 MPa steam is saturated at 170.42 degC; 170 degC is not above it"),
    ],
)
def test_outside_the_tables_there_is_no_value(pressure: str, temperature: str | None, message: str) -> None:
    with pytest.raises(OutsideTable) as caught:
        saturated(Decimal(pressure)) if temperature is None else superheated(Decimal(pressure), Decimal(temperature))
    assert str(caught.value).startswith(message)


def test_supercritical_pressures_are_interpolated_plainly() -> None:
    assert superheated(Decimal("27.5"), Decimal(500)).value == Decimal("3124.45")


def test_heat_of_steam_and_hot_water() -> None:
    assert steam_heat(Decimal(1000), saturated(Decimal(1)).value) == 2777
    assert steam_heat(Decimal(1000), Decimal("2777.0"), Decimal("83.74")) == Fraction("2693.26")
    assert hot_water(Decimal(500), Decimal(80)) == Fraction("125.604")
    assert hot_water(Fraction(5000), Decimal(70)) == Fraction("1046.7")
    with pytest.raises(OutsideTable, match="below 20 degC"):
        hot_water(Decimal(1), Decimal(15))


@given(st.decimals(Decimal("0.001"), Decimal(22), places=4, allow_nan=False))
def test_saturated_values_lie_between_their_points(pressure: Decimal) -> None:
    found = saturated(pressure)
    values = [point.enthalpy for point in found.points]
    assert min(values) <= found.value <= max(values)


@given(
    st.decimals(Decimal("0.01"), Decimal(30), places=3, allow_nan=False),
    st.decimals(Decimal(0), Decimal(600), places=1, allow_nan=False),
)
def test_superheated_steam_is_never_mixed_with_water(pressure: Decimal, temperature: Decimal) -> None:
    try:
        found = superheated(pressure, temperature)
    except OutsideTable:
        return
    values = [point.enthalpy for point in found.points]
    assert min(values) <= found.value <= max(values)
    if pressure <= 20:
        assert found.value > 2400
