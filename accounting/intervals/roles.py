"""What a series of readings is: the role of its meter in matching, and the units it may be counted in."""

from enum import StrEnum
from typing import Final

from accounting.intervals.series import BadSeries
from accounting.scope2.instruments import EnergyCarrier
from emission_factors.units import Unit


class SeriesRole(StrEnum):
    """What the readings of a series are."""

    LOAD = "LOAD"
    """What was used, without what storage took."""
    GENERATION = "GENERATION"
    """What a plant within the park made."""
    DIRECT_WIRE = "DIRECT_WIRE"
    """What a plant outside the grid had available for the park on a direct wire."""
    CONTRACT = "CONTRACT"
    """What a plant generated under a contract with a tenant, delivered over the grid."""
    STORAGE_CHARGE = "STORAGE_CHARGE"
    """What storage took."""
    STORAGE_DISCHARGE = "STORAGE_DISCHARGE"
    """What storage gave."""
    GRID_CFE = "GRID_CFE"
    """The share of carbon-free energy in what the grid supplied, 0 to 1 or in percent; of electricity."""


SUPPLY: Final = (SeriesRole.GENERATION, SeriesRole.DIRECT_WIRE, SeriesRole.CONTRACT)
"""Roles that supply load, and can have attributes."""
ENERGY_UNIT: Final = "MJ"
"""Unit that readings of energy are stored and matched in."""
SHARE_UNIT: Final = "fraction"
"""Unit that shares are stored in."""


def check_series(role: SeriesRole, carrier: EnergyCarrier, counted_in: Unit, has_attribute: bool) -> None:
    """Raise `BadSeries` where the unit, the carrier or the attribute does not go with the role."""
    base = base_unit(role)
    if counted_in.base != base:
        accepted = "energy, such as kWh, MWh, GJ" if base == ENERGY_UNIT else "a share: fraction or %"
        raise BadSeries("unit", f"{role} in {counted_in.code}; accepted is {accepted}")
    if role is SeriesRole.GRID_CFE and carrier is not EnergyCarrier.ELECTRICITY:
        raise BadSeries("carrier", f"{role} of {carrier}; accepted is {EnergyCarrier.ELECTRICITY}")
    if has_attribute and role not in SUPPLY:
        raise BadSeries("hasAttribute", f"{role} has no attributes; accepted with them are {', '.join(SUPPLY)}")


def base_unit(role: SeriesRole) -> str:
    """Return the unit readings of a role are stored in."""
    return SHARE_UNIT if role is SeriesRole.GRID_CFE else ENERGY_UNIT
