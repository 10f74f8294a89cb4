from decimal import Decimal
from fractions import Fraction

import pytest

from accounting.estimates import estimate
from accounting.regimes import RegimeCode
from accounting.steam_heat import SteamConditions, heat_of
from emission_factors.properties import NotConvertible
from emission_factors.steam import OutsideTable
from emission_factors.units import unit
from tests.build import basis, request

SATURATED = SteamConditions(Decimal(1), None)


def heat(mass: str, in_unit: str, pressure: str | None, temperature: str | None, reference: str = "0") -> Fraction:
    conditions = SteamConditions(pressure and Decimal(pressure), temperature and Decimal(temperature))  # type: ignore[arg-type]
    return heat_of(Decimal(mass), unit(in_unit), conditions, Decimal(reference)).megajoules


@pytest.mark.parametrize(
    ("mass", "in_unit", "pressure", "temperature", "reference", "gigajoules"),
    [
        ("1000", "t", "1", None, "0", "2777"),
        ("1000", "t", "1", None, "83.74", "2693.26"),
        ("1000000", "kg", "1", None, "0", "2777"),
        ("1", "kt", "1.05", None, "0", "2778.7"),
        ("1000", "t", "1", "300", "0", "3051.3"),
        ("1000", "t", "1", "310", "83.74", "2988.84"),
        ("5000", "t", None, "70", "0", "1046.7"),
        ("5000", "t", None, "70", "83.74", "1046.7"),
        ("1", "t", None, "20", "0", "0"),
    ],
)
def test_heat_is_mass_times_enthalpy_and_of_hot_water_mass_times_rise(
    mass: str, in_unit: str, pressure: str | None, temperature: str | None, reference: str, gigajoules: str
) -> None:
    assert heat(mass, in_unit, pressure, temperature, reference) == Fraction(gigajoules) * 1000


def test_the_answer_says_how_it_was_found() -> None:
    steam = heat_of(Decimal(1), unit("t"), SATURATED, Decimal("83.74"))
    assert steam.enthalpy is not None
    assert (steam.enthalpy.value, steam.enthalpy.table, steam.reference) == (Decimal(2777), "C.4", Decimal("83.74"))
    assert steam.formula == "Q = m x (h - h_ref)"
    water = heat_of(Decimal(1), unit("t"), SteamConditions(None, Decimal(70)), Decimal("83.74"))
    assert (water.enthalpy, water.reference) == (None, Decimal(0))
    assert water.formula == "Q = m x (T - 20) x 4.1868 / 1000"


@pytest.mark.parametrize(
    ("in_unit", "pressure", "temperature", "message"),
    [
        ("GJ", "1", None, "heat from a steam condition needs a mass, and GJ measures energy"),
        ("t", None, None, "a steam condition needs a pressure, a temperature or both"),
    ],
)
def test_what_gives_no_heat_is_refused(
    in_unit: str, pressure: str | None, temperature: str | None, message: str
) -> None:
    with pytest.raises(NotConvertible) as caught:
        heat("1", in_unit, pressure, temperature)
    assert str(caught.value) == message


@pytest.mark.parametrize(("pressure", "temperature"), [("25", None), ("0.0005", None), ("1", "601"), (None, "19.9")])
def test_outside_the_tables_there_is_no_heat(pressure: str | None, temperature: str | None) -> None:
    with pytest.raises(OutsideTable):
        heat("1", "t", pressure, temperature)


@pytest.mark.parametrize(
    ("regime", "tonnes"), [("GBT_32150_2025", "305.47"), ("GHG_PROTOCOL", "305.47"), ("NDRC_910_2025", "296.2586")]
)
def test_1000_t_of_steam_at_1_mpa_under_each_regime(regime: str, tonnes: str) -> None:
    """standards.md V15: 2777 GJ or, with the reference enthalpy subtracted, 2693.26 GJ, times 0.11 tCO2/GJ."""
    found = estimate(basis(regime=RegimeCode(regime)), request("steam.purchased", "1000", "t", steam=SATURATED))
    assert found.lines[0].amounts.co2e == Decimal(tonnes) * 1000
    assert found.unit.code == "MJ"
