"""Heat in purchased steam and hot water, from mass and condition: what regimes call AD of purchased heat.

Q = m x (h - h_ref) for steam, with h from the enthalpy tables of GB/T 32151.34-2024 and h_ref a parameter of the regime
(0, or 83.74 kJ/kg in the NDRC guides); Q = m x (T - 20) x 4.1868 kJ/kg for hot water.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from emission_factors.properties import NotConvertible
from emission_factors.steam import Enthalpy, hot_water, saturated, steam_heat, superheated
from emission_factors.units import Unit, unit


@dataclass(frozen=True, slots=True)
class SteamConditions:
    """Pressure in MPa and temperature in degC. Pressure alone is saturated steam, both superheated, temperature alone
    hot water.
    """

    pressure_mpa: Decimal | None
    temperature_c: Decimal | None


@dataclass(frozen=True, slots=True)
class SteamHeat:
    """The heat found, and how: `enthalpy` is None for hot water."""

    megajoules: Fraction
    enthalpy: Enthalpy | None
    reference: Decimal
    formula: str


def heat_of(mass: Decimal | Fraction, given: Unit, conditions: SteamConditions, reference: Decimal) -> SteamHeat:
    """Return the heat of a mass of steam or hot water in MJ; `reference` in kJ/kg is subtracted from steam's enthalpy.

    Raises `OutsideTable`, or `NotConvertible` where the quantity is no mass or no condition is given.
    """
    if given.dimension != "mass":
        raise NotConvertible(f"heat from a steam condition needs a mass, and {given.code} measures {given.measures}")
    tonnes = Fraction(mass) * given.ratio_to(unit("t"))
    if conditions.pressure_mpa is not None:
        enthalpy = enthalpy_of(conditions.pressure_mpa, conditions.temperature_c)
        heat = steam_heat(tonnes, enthalpy.value, reference)
        return SteamHeat(heat * 1000, enthalpy, reference, "Q = m x (h - h_ref)")
    if conditions.temperature_c is None:
        raise NotConvertible("a steam condition needs a pressure, a temperature or both")
    heat = hot_water(tonnes, conditions.temperature_c)
    return SteamHeat(heat * 1000, None, Decimal(0), "Q = m x (T - 20) x 4.1868 / 1000")


def enthalpy_of(pressure_mpa: Decimal, temperature_c: Decimal | None) -> Enthalpy:
    """Return the enthalpy of saturated steam, or of superheated steam where a temperature is given."""
    return saturated(pressure_mpa) if temperature_c is None else superheated(pressure_mpa, temperature_c)
