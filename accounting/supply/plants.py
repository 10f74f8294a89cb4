"""Plants of a park: what a party runs at a site to make energy carriers, and how one that makes two divides its total.

A plant is a site of its own, so that its fuel is what is posted there. The allocation rule is declared; supplier and
customers have the same one, as the customer's factor is the supplier's (WRI/WBCSD CHP tool v1.0, 2006).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.supply import allocation
from emission_factors import decimals


class PlantKind(StrEnum):
    """What a plant is."""

    BOILER = "BOILER"
    """Boiler."""
    CHP = "CHP"
    """Combined heat and power."""
    CHILLER = "CHILLER"
    """Chiller."""
    HEAT_PUMP = "HEAT_PUMP"
    """Heat pump."""
    COMPRESSOR = "COMPRESSOR"
    """Air compressor."""
    PHOTOVOLTAICS = "PHOTOVOLTAICS"
    """Photovoltaics."""
    STORAGE = "STORAGE"
    """Battery or heat storage."""
    WASTEWATER_WORKS = "WASTEWATER_WORKS"
    """Wastewater works."""
    VEHICLE_CHARGING = "VEHICLE_CHARGING"
    """Charging of vehicles."""
    GRID_CONNECTION = "GRID_CONNECTION"
    """Connection to the electricity grid."""
    GAS_CONNECTION = "GAS_CONNECTION"
    """Connection to the gas grid."""


class AllocationRule(StrEnum):
    """How a plant that makes heat and power divides what it emits."""

    EFFICIENCY = "EFFICIENCY"
    """By the fuel that heat and power would need apart; the default."""
    ENERGY_CONTENT = "ENERGY_CONTENT"
    """A GJ of power counts as a GJ of heat."""
    TWICE_FOR_POWER = "TWICE_FOR_POWER"
    """A GJ of power counts as two GJ of heat."""
    WORK_POTENTIAL = "WORK_POTENTIAL"
    """By the work the steam could do; needs its enthalpy and entropy."""
    CARNOT = "CARNOT"
    """By exergy at the temperature of supply."""


class BadPlant(ValueError):
    """A plant cannot be as declared; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Plant:
    """The plant at a site of the declaring tenant, from `valid_from` to `valid_to`, both included.

    Efficiencies are fractions, None for the method's defaults; `enthalpy` kJ/kg and `entropy` kJ/(kg K) are those of
    the steam, `supply_k` the temperature of supply. `capacity` is a number with its unit, as the plate says. Raises
    `BadPlant` where the rule lacks what it needs, or the plant ends before it begins.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.PLANT

    site: UUID
    plant_kind: PlantKind
    name_en: str
    name_zh: str
    rule: AllocationRule
    heat_efficiency: Decimal | None
    power_efficiency: Decimal | None
    enthalpy: Decimal | None
    entropy: Decimal | None
    supply_k: Decimal | None
    capacity: str
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadPlant("valid_to", f"the plant ends on {self.valid_to}, before it begins on {self.valid_from}")
        if self.rule is AllocationRule.WORK_POTENTIAL and (self.enthalpy is None or self.entropy is None):
            raise BadPlant("enthalpy", "work potential needs the enthalpy and the entropy of the steam")
        if self.rule is AllocationRule.CARNOT and self.supply_k is None:
            raise BadPlant("supply_k", "the Carnot rule needs the temperature of supply in K")

    @property
    def subject(self) -> str:
        """The site and the first day."""
        return f"{self.site} {self.valid_from}"

    def holds_on(self, day: date) -> bool:
        """Whether the plant is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def heat_share(plant: Plant | None, heat_mj: Fraction, power_mj: Fraction, carrier: allocation.Carrier) -> Fraction:
    """Return the share of what a plant emits that belongs to its heat; the default rule where none is declared.

    Raises `allocation.BadAllocation`.
    """
    heat_gj, power_mwh = decimals.exact(heat_mj / 1000), decimals.exact(power_mj / 3600)
    outputs = allocation.Outputs(heat_gj, power_mwh, carrier)
    return allocation.heat_share(outputs, _rule(plant, heat_gj))


def _rule(plant: Plant | None, heat_gj: Decimal) -> allocation.Rule:
    if plant is None or plant.rule is AllocationRule.EFFICIENCY:
        return allocation.Efficiency(*((plant.heat_efficiency, plant.power_efficiency) if plant else (None, None)))
    if plant.rule is AllocationRule.ENERGY_CONTENT:
        return allocation.EnergyContent()
    if plant.rule is AllocationRule.TWICE_FOR_POWER:
        return allocation.TwiceForPower()
    if plant.rule is AllocationRule.CARNOT and plant.supply_k is not None:
        return allocation.Carnot(plant.supply_k)
    if plant.enthalpy is None or plant.entropy is None:
        raise BadPlant("enthalpy", "work potential needs the enthalpy and the entropy of the steam")
    return allocation.WorkPotential((allocation.steam_carrying(heat_gj, plant.enthalpy, plant.entropy),))
