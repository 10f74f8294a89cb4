"""The energy of the worked park, and random parks."""

from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from accounting.energy.balance import Balance, balance
from accounting.energy.flows import ConversionKind, Delivery, EndUse, EnergyCarrier, Flow, Stage

KGCE: Final = Fraction("29.3076")
GAS: Final = EnergyCarrier("NATURAL_GAS", "GJ", Fraction(1000), 1 / KGCE, 1 / KGCE)
POWER: Final = EnergyCarrier("ELECTRICITY", "MWh", Fraction(3600), Fraction("0.1229"), Fraction("0.300"))
STEAM: Final = EnergyCarrier("STEAM", "GJ", Fraction(1000), Fraction("0.03412"), Fraction("0.03412"))
COLD: Final = EnergyCarrier("CHILLED_WATER", "MWh", Fraction(3600), Fraction("3.6") / KGCE, None, is_service=True)
CARRIERS: Final = (GAS, POWER, STEAM, COLD)


def flow(
    stage: Stage,
    carrier: EnergyCarrier,
    party: str,
    quantity: str | int | Fraction,
    plant: str = "",
    detail: ConversionKind | EndUse | None = None,
) -> Flow:
    """Return a flow."""
    return Flow(stage, carrier.code, party, Fraction(quantity), plant, detail)


def delivery(carrier: EnergyCarrier, consumer: str, quantity: int, received: int | None = None) -> Delivery:
    """Return what the operator delivers to a tenant."""
    arrived = None if received is None else Fraction(received)
    return Delivery(carrier.code, "Operator", consumer, Fraction(quantity), arrived)


GAS_USED: Final = 15000 * KGCE - 129000
WORKED: Final = (
    flow(Stage.TRANSFER_IN, GAS, "Operator", 129000),
    flow(Stage.TRANSFER_IN, GAS, "B", GAS_USED),
    flow(Stage.TRANSFER_IN, POWER, "Operator", 5000),
    flow(Stage.TRANSFER_IN, POWER, "B", 4000),
    flow(Stage.PRIMARY_PRODUCTION, POWER, "Operator", 3000, "PV"),
    flow(Stage.CONVERSION_INPUT, GAS, "Operator", 129000, "CHP", ConversionKind.POWER),
    flow(Stage.CONVERSION_OUTPUT, POWER, "Operator", 12000, "CHP", ConversionKind.POWER),
    flow(Stage.CONVERSION_OUTPUT, STEAM, "Operator", 60000, "CHP", ConversionKind.HEAT),
    flow(Stage.CONVERSION_OUTPUT, COLD, "Operator", 8000, "chiller", ConversionKind.REFRIGERATION),
    flow(Stage.LOSS, POWER, "Operator", 500),
    flow(Stage.FINAL_USE, POWER, "Operator", 2000, "chiller", EndUse.REFRIGERATION),
    flow(Stage.FINAL_USE, POWER, "Operator", 500, "works", EndUse.AUXILIARY),
    flow(Stage.FINAL_USE, POWER, "A", 10000, "", EndUse.MAIN),
    flow(Stage.FINAL_USE, STEAM, "A", 40000),
    flow(Stage.FINAL_USE, COLD, "A", 5000),
    flow(Stage.FINAL_USE, POWER, "B", 11000, "", EndUse.MAIN),
    flow(Stage.FINAL_USE, STEAM, "B", 20000),
    flow(Stage.FINAL_USE, COLD, "B", 3000),
    flow(Stage.FINAL_USE, GAS, "B", GAS_USED),
)
DELIVERIES: Final = (
    delivery(POWER, "A", 10000),
    delivery(POWER, "B", 7000),
    delivery(STEAM, "A", 40000),
    delivery(STEAM, "B", 20000),
    delivery(COLD, "A", 5000),
    delivery(COLD, "B", 3000),
)


def worked(*members: str) -> Balance:
    """Return the balance of the worked park, or of some of its members."""
    return balance(WORKED, CARRIERS, DELIVERIES, members or None)


_amounts = st.integers(0, 10**9).map(lambda number: Fraction(number, 1000))
_parties = st.sampled_from(("Operator", "A", "B"))
_carriers = st.sampled_from(CARRIERS)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Draw any flow; a chiller alone makes a service, of what it uses."""
    stage, carrier = draw(st.sampled_from(Stage)), draw(_carriers)
    is_converted = stage in (Stage.CONVERSION_INPUT, Stage.CONVERSION_OUTPUT)
    plant = draw(st.sampled_from(("CHP", "boiler"))) if is_converted else ""
    if carrier.is_service and is_converted:
        stage, plant = Stage.CONVERSION_OUTPUT, "chiller"
    sign = draw(st.sampled_from((1, -1))) if stage == Stage.STOCK_CHANGE else 1
    return flow(stage, carrier, draw(_parties), sign * draw(_amounts), plant)


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    """Draw a delivery from the operator to a tenant, with or without a second meter."""
    received = draw(st.none() | _amounts)
    return Delivery(draw(_carriers).code, "Operator", draw(st.sampled_from("AB")), draw(_amounts), received)


parks = st.tuples(st.lists(flows(), max_size=20).map(tuple), st.lists(deliveries(), max_size=8).map(tuple))
"""Flows and deliveries of three parties, which need not balance."""
