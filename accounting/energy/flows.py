"""Energy flows of a period as quantities: what came, was converted, lost and used, by carrier, party and plant.

Here are the words of an energy balance and what contradicts itself in them; the balance is in `balance`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from accounting.energy.content import EnergyContent


class BadFlow(ValueError):
    """A flow, delivery or carrier contradicts itself or another one; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class EnergyValue(StrEnum):
    """What a quantity of a carrier is turned into, so that carriers can be added."""

    JOULES = "JOULES"
    """MJ on the net calorific basis."""
    EQUAL = "EQUAL"
    """tce by the own heat content (当量值)."""
    EQUIVALENT = "EQUIVALENT"
    """tce by the primary energy spent on it (等价值); differs from the equal value for electricity."""


@dataclass(frozen=True, slots=True)
class EnergyCarrier:
    """A carrier and what one `unit` of it is: MJ, and tce by the equal and the equivalent value (GB/T 2589-2020).

    A coefficient of None is missing. A service is an output that draws on the surroundings, such as chilled water or
    compressed air: its plant's power is in the totals, so that it never is.
    """

    code: str
    unit: str
    megajoules: Fraction | None
    tce: Fraction | None
    tce_equivalent: Fraction | None
    is_service: bool = False

    def coefficient(self, value: EnergyValue) -> Fraction | None:
        """Return what one unit is in `value`; None where it is missing."""
        found = {
            EnergyValue.JOULES: self.megajoules,
            EnergyValue.EQUAL: self.tce,
            EnergyValue.EQUIVALENT: self.tce_equivalent,
        }
        return found[value]


def carrier_of(code: str, unit: str, content: EnergyContent, is_upper: bool | None = None) -> EnergyCarrier:
    """Return a carrier by the published coefficients; `content` is that of one unit, see `content.energy_content`.

    Where a range is published (natural gas, 1.1000 to 1.3300 kgce/m³) the caller says which end: raises `BadFlow`
    without.
    """
    is_range = content.tce != content.tce_high
    if is_range and is_upper is None:
        raise BadFlow(
            "carriers", f"{code} has {content.tce} to {content.tce_high} tce per {unit}; say which end applies"
        )
    if not is_range or not is_upper:
        return EnergyCarrier(code, unit, content.megajoules, content.tce, content.tce_equivalent)
    # Only electricity has an equivalent value of its own, and no range is published for it.
    return EnergyCarrier(code, unit, content.megajoules, content.tce_high, content.tce_high)


class Stage(StrEnum):
    """Where in the balance a flow stands. Quantities are zero or more, but for the change of stock."""

    PRIMARY_PRODUCTION = "PRIMARY_PRODUCTION"
    """I 1: taken from nature inside the boundary, such as power of a PV plant."""
    TRANSFER_IN = "TRANSFER_IN"
    """I 2: from elsewhere in the country, the grid included."""
    IMPORT = "IMPORT"
    """I 3: from abroad."""
    BUNKERS_ABROAD = "BUNKERS_ABROAD"
    """I 4: what own ships and aircraft took abroad."""
    TRANSFER_OUT = "TRANSFER_OUT"
    """I 5, deducted: to elsewhere in the country."""
    EXPORT = "EXPORT"
    """I 6, deducted: abroad."""
    FOREIGN_BUNKERS = "FOREIGN_BUNKERS"
    """I 7, deducted: what foreign ships and aircraft took here."""
    STOCK_CHANGE = "STOCK_CHANGE"
    """I 8: opening less closing stock; positive where stock was drawn."""
    CONVERSION_INPUT = "CONVERSION_INPUT"
    """II, deducted: what a plant turns into another carrier."""
    CONVERSION_OUTPUT = "CONVERSION_OUTPUT"
    """II: what a plant makes; of a service too."""
    LOSS = "LOSS"
    """III: lost in storage, transport and distribution."""
    FINAL_USE = "FINAL_USE"
    """IV: used, and not turned into another carrier; by a plant that makes a service too."""
    FEEDSTOCK = "FEEDSTOCK"
    """IV: used as a material; part of the final use."""
    USEFUL = "USEFUL"
    """No row of the regional form: what of the final use took effect, as measured at the equipment."""


SUPPLY: Final[Mapping[Stage, int]] = {
    Stage.PRIMARY_PRODUCTION: 1,
    Stage.TRANSFER_IN: 1,
    Stage.IMPORT: 1,
    Stage.BUNKERS_ABROAD: 1,
    Stage.TRANSFER_OUT: -1,
    Stage.EXPORT: -1,
    Stage.FOREIGN_BUNKERS: -1,
    Stage.STOCK_CHANGE: 1,
}
"""The rows of I, energy available, with their sign."""


class ConversionKind(StrEnum):
    """The rows of II in the regional form, the columns of conversion in that of an enterprise."""

    POWER = "POWER"
    """Thermal power; the power station of an enterprise."""
    HEAT = "HEAT"
    """Heat supply: boilers, and the heat of a CHP plant."""
    COAL_WASHING = "COAL_WASHING"
    """Washing of raw coal."""
    COKING = "COKING"
    """Coke and coke-oven gas."""
    REFINING = "REFINING"
    """Oil refining and coal to liquids."""
    GAS_MAKING = "GAS_MAKING"
    """Gas made of coal or oil."""
    LIQUEFACTION = "LIQUEFACTION"
    """LNG."""
    COAL_PRODUCTS = "COAL_PRODUCTS"
    """Briquettes and the like."""
    RECOVERY = "RECOVERY"
    """Waste heat, cold and pressure taken back; an output without input."""
    REFRIGERATION = "REFRIGERATION"
    """Cold, which is a service."""
    OTHER = "OTHER"
    """Any other conversion, or nobody said which."""


class EndUse(StrEnum):
    """What energy is used for (GB/T 28751)."""

    MAIN = "MAIN"
    """Main production."""
    AUXILIARY = "AUXILIARY"
    """Auxiliary production, such as a wastewater works or compressors."""
    HVAC = "HVAC"
    """Heating, ventilation and air conditioning."""
    LIGHTING = "LIGHTING"
    """Lighting."""
    TRANSPORT = "TRANSPORT"
    """Transport."""
    REFRIGERATION = "REFRIGERATION"
    """What a chiller takes; final use in the regional form, a column of conversion in that of an enterprise."""
    OTHER = "OTHER"
    """Any other use."""
    UNSPECIFIED = "UNSPECIFIED"
    """Nobody said what for."""


class LossKind(StrEnum):
    """Where energy is lost between supply and use."""

    STORAGE = "STORAGE"
    """In storage, before it is converted or distributed."""
    DISTRIBUTION = "DISTRIBUTION"
    """In transport and distribution."""


Detail = ConversionKind | EndUse | LossKind


@dataclass(frozen=True, slots=True)
class Flow:
    """A quantity of a carrier in its unit at one stage, of one party; `plant` where a plant takes or makes it.

    Without `detail` a conversion is OTHER, a use UNSPECIFIED and a loss one of DISTRIBUTION.
    """

    stage: Stage
    carrier: str
    party: str
    quantity: Fraction
    plant: str = ""
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one party supplied to another, by the supplier's meter and, where there is one, the consumer's.

    Between members of one balance it is eliminated; what the two meters differ by is then unaccounted.
    """

    carrier: str
    supplier: str
    consumer: str
    quantity: Fraction
    received: Fraction | None = None

    @property
    def arriving(self) -> Fraction:
        """What the consumer has: by its own meter, or the supplier's."""
        return self.quantity if self.received is None else self.received


DETAILS: Final[Mapping[Stage, Detail]] = {
    Stage.CONVERSION_INPUT: ConversionKind.OTHER,
    Stage.CONVERSION_OUTPUT: ConversionKind.OTHER,
    Stage.LOSS: LossKind.DISTRIBUTION,
    Stage.FINAL_USE: EndUse.UNSPECIFIED,
    Stage.FEEDSTOCK: EndUse.UNSPECIFIED,
    Stage.USEFUL: EndUse.UNSPECIFIED,
}
"""The detail of a stage where none is stated; its kind is the only one accepted there."""


def check(flows: Iterable[Flow], deliveries: Iterable[Delivery], carriers: Mapping[str, EnergyCarrier]) -> None:
    """Raise `BadFlow` for the first contradiction: a negative quantity, an unknown carrier, a conversion without plant,
    a detail of another stage, a delivery to oneself, or a plant of services whose input is no final use.
    """
    known = tuple(flows)
    fault = next(_faults(known, tuple(deliveries), carriers), None)
    if fault is not None:
        raise BadFlow(*fault)


def _faults(
    flows: tuple[Flow, ...], deliveries: tuple[Delivery, ...], carriers: Mapping[str, EnergyCarrier]
) -> Iterator[tuple[str, str]]:
    used = [*(flow.carrier for flow in flows), *(one.carrier for one in deliveries)]
    for code in used:
        if code not in carriers:
            accepted = ", ".join(sorted(carriers)) or "none"
            yield "carriers", f"the carrier {code!r} is not described; accepted are {accepted}"
    for flow in flows:
        yield from _flow_faults(flow)
    for delivery in deliveries:
        yield from _delivery_faults(delivery)
    yield from _service_faults(flows, carriers)


def _flow_faults(flow: Flow) -> Iterator[tuple[str, str]]:
    if flow.quantity < 0 and flow.stage != Stage.STOCK_CHANGE:
        yield "flows", f"{flow} has a quantity of {flow.quantity}; accepted is zero or more"
    if flow.stage in (Stage.CONVERSION_INPUT, Stage.CONVERSION_OUTPUT) and not flow.plant:
        yield "flows", f"{flow} names no plant; state which one converts"
    default = DETAILS.get(flow.stage)
    if flow.detail is not None and type(flow.detail) is not type(default):
        accepted = ", ".join(type(default)) if default else "none"
        yield "flows", f"{flow.detail} is no detail of {flow.stage}; accepted are {accepted}"


def _delivery_faults(delivery: Delivery) -> Iterator[tuple[str, str]]:
    if min(delivery.quantity, delivery.arriving) < 0:
        yield "deliveries", f"{delivery} has a negative quantity; accepted is zero or more"
    if delivery.supplier == delivery.consumer:
        yield "deliveries", f"{delivery.supplier} delivers to itself; state it as use"


def _service_faults(flows: tuple[Flow, ...], carriers: Mapping[str, EnergyCarrier]) -> Iterator[tuple[str, str]]:
    """Power that a chiller takes would be a conversion loss altogether, for no output of it is energy."""
    made: dict[str, set[bool]] = {}
    for flow in flows:
        if flow.stage == Stage.CONVERSION_OUTPUT:
            made.setdefault(flow.plant, set()).add(carriers[flow.carrier].is_service)
    for flow in flows:
        if flow.stage == Stage.CONVERSION_INPUT and made.get(flow.plant) == {True}:
            yield "flows", f"{flow.plant} makes services only; state what it takes as FINAL_USE"
