"""The lines that the accounting method of zero-carbon parks adds up, each with its quantity, factor and source.

CO2 only, t of a calendar year; what counts as zero and what at which figure is the method's (发改环资〔2025〕910号,
annex 4). What the lines make of a park is in `park_method`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from emission_factors import decimals


class BadParkLine(ValueError):
    """A line of the park method contradicts the method or another line; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Part(StrEnum):
    """The parts of `E_park`."""

    FUEL = "FUEL"
    """Fuels burnt: final use, thermal power, heat supply. Feedstock is no fuel and has no line."""
    CONVERSION = "CONVERSION"
    """Fuels made of fuels: carbon put in less carbon come out, all of it oxidised."""
    ELECTRICITY = "ELECTRICITY"
    """Net electricity received."""
    HEAT = "HEAT"
    """Net heat received."""
    PROCESS = "PROCESS"
    """Industrial processes, by output of their products."""


class Side(StrEnum):
    """Whether a quantity adds to emissions or is deducted."""

    IN = "IN"
    """Burnt, made, received from outside, or put into conversion."""
    OUT = "OUT"
    """Sent out of the park, or come out of conversion."""


class FuelUse(StrEnum):
    """What a fuel is used for (annex 4, types of activity)."""

    FINAL = "FINAL"
    """Final consumption, without what is used as feedstock."""
    THERMAL_POWER = "THERMAL_POWER"
    """Thermal power generation."""
    HEAT_SUPPLY = "HEAT_SUPPLY"
    """Heat supply."""
    RECOVERED_ENERGY = "RECOVERED_ENERGY"
    """Energy recovered and burnt."""


class Conversion(StrEnum):
    """How a fuel is made of another (annex 4, types of activity)."""

    REFINING = "REFINING"
    """Oil refining and coal to liquids."""
    GAS_MAKING = "GAS_MAKING"
    """Gas making."""


class ElectricityKind(StrEnum):
    """What electricity is, which decides its factor."""

    DIRECT_NON_FOSSIL = "DIRECT_NON_FOSSIL"
    """Non-fossil electricity supplied directly, by a wire or a roof of the park's own; zero."""
    GREEN_CERTIFICATE = "GREEN_CERTIFICATE"
    """Covered by cancelled green electricity certificates (GEC); zero."""
    GREEN_TRADE = "GREEN_TRADE"
    """Bought in green power trade; zero."""
    GRID = "GRID"
    """All other electricity received."""
    OWN_FOSSIL = "OWN_FOSSIL"
    """Of the park's own fossil plants and sent out. What stays in the park is counted by its fuel."""

    @property
    def is_green(self) -> bool:
        """Whether the method counts it as zero."""
        return self not in (ElectricityKind.GRID, ElectricityKind.OWN_FOSSIL)


class HeatKind(StrEnum):
    """What heat is made of."""

    FOSSIL = "FOSSIL"
    """Of fossil fuels: at the supplier's measured factor, or the method's."""
    NON_FOSSIL = "NON_FOSSIL"
    """Of non-fossil energy; zero."""


@dataclass(frozen=True, slots=True)
class MethodFactors:
    """Figures the method prints: `electricity` in kg CO2/kWh, which is t/MWh, `heat` in t CO2/GJ.

    A later edition may print others: the factor that 0.8325 repeats, of fossil power alone in 2022, became 0.8273.
    """

    electricity: Decimal
    heat: Decimal
    source: str


NOTICE_910: Final = MethodFactors(
    electricity=Decimal("0.8325"),
    heat=Decimal("0.11"),
    source="发改环资〔2025〕910号 annex 4: other electricity 0.8325 kgCO2/kWh, fossil heat 0.11 tCO2/GJ",
)


@dataclass(frozen=True, slots=True)
class ParkLine:
    """One line: `quantity` in `unit`, at `factor` t CO2 per unit, which `source` says; None is missing, not zero.

    `kind` is the use of a fuel, the way of conversion or the kind of energy. `activities` are keys of what the
    quantity sums. Fuel of international bunkers is in the total and shown apart. Raises `BadParkLine`.
    """

    part: Part
    name: str
    kind: FuelUse | Conversion | ElectricityKind | HeatKind | None
    side: Side
    quantity: Fraction | None
    unit: str
    factor: Fraction | None
    source: str
    activities: tuple[str, ...] = ()
    is_bunker: bool = False
    name_zh: str = ""

    def __post_init__(self) -> None:
        for field, value in (("quantity", self.quantity), ("factor", self.factor)):
            if value is not None and value < 0:
                raise BadParkLine(field, f"the {field} of {self.name} is {_plain(value)}; accepted is zero or more")
        if self.factor is not None and not self.source.strip():
            raise BadParkLine("source", f"the factor of {self.name} names no source; accepted is where it is stated")
        if self.is_bunker and self.part is not Part.FUEL:
            raise BadParkLine("isBunker", f"{self.name} is of {self.part}; only fuel is bunkered")

    @property
    def emissions(self) -> Fraction | None:
        """T CO2: `quantity x factor`, less than zero where it is deducted; None where either is missing."""
        if self.quantity is None or self.factor is None:
            return None
        return self.quantity * self.factor * (1 if self.side is Side.IN else -1)

    @property
    def missing(self) -> tuple[str, ...]:
        """What of the line is missing, by name."""
        found = (("quantity", self.quantity), ("factor", self.factor))
        return tuple(f"{field} of {self.name}" for field, value in found if value is None)


def fuel(
    name: str,
    use: FuelUse,
    quantity: Fraction | None,
    unit: str,
    factor: Fraction | None,
    source: str,
    activities: tuple[str, ...] = (),
    *,
    is_bunker: bool = False,
) -> ParkLine:
    """Return a fuel burnt for one use, at t CO2 per unit of the national factor database or a measured one."""
    return ParkLine(Part.FUEL, name, use, Side.IN, quantity, unit, factor, source, activities, is_bunker)


def conversion(
    name: str,
    way: Conversion,
    side: Side,
    quantity: Fraction | None,
    unit: str,
    factor: Fraction | None,
    source: str,
    activities: tuple[str, ...] = (),
) -> ParkLine:
    """Return a fuel put into conversion or come out of it; its factor is all carbon oxidised (oxidation 100 %)."""
    return ParkLine(Part.CONVERSION, name, way, side, quantity, unit, factor, source, activities)


def electricity(
    name: str,
    kind: ElectricityKind,
    side: Side,
    megawatt_hours: Fraction | None,
    activities: tuple[str, ...] = (),
    factors: MethodFactors = NOTICE_910,
) -> ParkLine:
    """Return electricity received or sent out; green power sent out gives no credit. Raises `BadParkLine`."""
    if kind is ElectricityKind.OWN_FOSSIL and side is Side.IN:
        raise BadParkLine("kind", f"{name} is made in the park, where its fuel counts; accepted is what is sent out")
    factor = Fraction(0) if kind.is_green else Fraction(factors.electricity)
    return ParkLine(Part.ELECTRICITY, name, kind, side, megawatt_hours, "MWh", factor, factors.source, activities)


def heat(
    name: str,
    kind: HeatKind,
    side: Side,
    gigajoules: Fraction | None,
    activities: tuple[str, ...] = (),
    factors: MethodFactors = NOTICE_910,
    *,
    measured: Fraction | None = None,
    measured_source: str = "",
) -> ParkLine:
    """Return heat received or sent out; `measured` t CO2/GJ of a fossil supplier goes before the method's figure.

    Raises `BadParkLine` where non-fossil heat has a measured factor, or a measured factor has no source.
    """
    if measured is not None and kind is HeatKind.NON_FOSSIL:
        raise BadParkLine("measured", f"{name} is non-fossil, which the method counts as zero; accepted is no factor")
    default = Fraction(0) if kind is HeatKind.NON_FOSSIL else Fraction(factors.heat)
    factor, source = (default, factors.source) if measured is None else (measured, measured_source)
    return ParkLine(Part.HEAT, name, kind, side, gigajoules, "GJ", factor, source, activities)


def process(
    product: str,
    quantity: Fraction | None,
    unit: str,
    factor: Fraction | None,
    source: str,
    activities: tuple[str, ...] = (),
) -> ParkLine:
    """Return the process emissions of a product's output, at the factor of provincial inventory or verified data."""
    return ParkLine(Part.PROCESS, product, None, Side.IN, quantity, unit, factor, source, activities)


def given(
    part: Part, name: str, tonnes: Fraction | None, source: str, activities: tuple[str, ...] = (), side: Side = Side.IN
) -> ParkLine:
    """Return t CO2 that another calculation found, such as a total of the footprint under NDRC_910_2025.

    A net amount below zero, as more sent out than received makes it, is given by its size and side OUT.
    """
    return ParkLine(part, name, None, side, tonnes, "tCO2", Fraction(1), source, activities)


def _plain(value: Fraction) -> str:
    return decimals.plain(decimals.exact(value))
