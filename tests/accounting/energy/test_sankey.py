"""The diagram of an energy balance: it closes at every node."""

from fractions import Fraction

import pytest
from hypothesis import given

from accounting.energy.balance import MissingCoefficient, balance
from accounting.energy.flows import ConversionKind, Delivery, EnergyCarrier, EnergyValue, Flow, Stage
from accounting.energy.sankey import Link, Node, NodeKind, Sankey, sankey
from tests.energy import CARRIERS, COLD, GAS, POWER, STEAM, WORKED, flow, parks, worked

Park = tuple[tuple[Flow, ...], tuple[Delivery, ...]]
ENDS = (NodeKind.OUTFLOW, NodeKind.CONVERSION_LOSS, NodeKind.LOSS, NodeKind.FINAL_USE)


def drawn(value: EnergyValue = EnergyValue.EQUAL) -> Sankey:
    return sankey(worked(), value)


def test_the_diagram_of_the_worked_park() -> None:
    found = drawn()
    sources = {node.name: found.leaving(node) for node in found.nodes if node.kind is NodeKind.SOURCE}
    assert sources == {"PRIMARY_PRODUCTION": Fraction("368.7"), "TRANSFER_IN": Fraction("16106.1")}
    loss = found.entering(Node(NodeKind.CONVERSION_LOSS))
    assert round(loss, 3) == Fraction("879.589")
    assert found.entering(Node(NodeKind.LOSS, "DISTRIBUTION")) == Fraction("61.45")
    assert sum(found.entering(node) for node in found.nodes if node.kind in ENDS) == Fraction("16474.8")
    assert not any(node.kind in (NodeKind.UNACCOUNTED, NodeKind.GAIN) for node in found.nodes)


def test_the_links_of_a_plant() -> None:
    chp = Node(NodeKind.PLANT, "CHP")
    links = [link for link in drawn(EnergyValue.JOULES).links if chp in (link.source, link.target)]
    assert set(links) == {
        Link(Node(NodeKind.CARRIER, "NATURAL_GAS"), chp, "NATURAL_GAS", Fraction(129_000_000)),
        Link(chp, Node(NodeKind.CARRIER, "ELECTRICITY"), "ELECTRICITY", Fraction(43_200_000)),
        Link(chp, Node(NodeKind.CARRIER, "STEAM"), "STEAM", Fraction(60_000_000)),
        Link(chp, Node(NodeKind.CONVERSION_LOSS), "", Fraction(25_800_000)),
    }


def test_a_service_is_drawn_beside() -> None:
    found = drawn(EnergyValue.JOULES)
    chiller, cold = Node(NodeKind.PLANT, "chiller"), Node(NodeKind.SERVICE, COLD.code)
    assert found.services == (Link(chiller, cold, COLD.code, Fraction(28_800_000)),)
    assert found.entering(cold) == 0
    assert found.nodes[0].kind is NodeKind.SOURCE
    assert found.nodes[-1] == cold


def test_what_is_unaccounted_is_drawn_on_its_side() -> None:
    came, used = flow(Stage.TRANSFER_IN, POWER, "A", 10), flow(Stage.FINAL_USE, POWER, "A", 7)
    power, rest = Node(NodeKind.CARRIER, POWER.code), Node(NodeKind.UNACCOUNTED)
    more = sankey(balance([came, used], CARRIERS), EnergyValue.JOULES)
    assert Link(power, rest, POWER.code, Fraction(3 * 3600)) in more.links
    fewer = sankey(balance([used], CARRIERS), EnergyValue.JOULES)
    assert Link(rest, power, POWER.code, Fraction(7 * 3600)) in fewer.links


def test_stock_that_was_built_flows_out() -> None:
    found = sankey(balance([flow(Stage.STOCK_CHANGE, GAS, "A", -2)], CARRIERS), EnergyValue.JOULES)
    gas = Node(NodeKind.CARRIER, GAS.code)
    assert Link(gas, Node(NodeKind.OUTFLOW, "STOCK_CHANGE"), GAS.code, Fraction(2000)) in found.links


def test_a_plant_that_gives_more_than_it_takes_shows_the_gain() -> None:
    pump = [
        flow(Stage.CONVERSION_INPUT, POWER, "A", 10, "pump", ConversionKind.HEAT),
        flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 100, "pump", ConversionKind.HEAT),
    ]
    found = sankey(balance(pump, CARRIERS), EnergyValue.JOULES)
    gain = Link(Node(NodeKind.GAIN, "pump"), Node(NodeKind.PLANT, "pump"), "", Fraction(64_000))
    assert gain in found.links


def test_a_missing_coefficient_is_told() -> None:
    power = EnergyCarrier("ELECTRICITY", "MWh", None, None, None)
    with pytest.raises(MissingCoefficient, match="ELECTRICITY have no coefficient for JOULES"):
        sankey(balance(WORKED, (GAS, power, STEAM, COLD)), EnergyValue.JOULES)


@given(parks)
def test_every_node_between_closes_and_so_does_the_whole(park: Park) -> None:
    for value in (EnergyValue.JOULES, EnergyValue.EQUIVALENT):
        found = sankey(balance(park[0], CARRIERS, park[1]), value)
        assert all(link.amount > 0 for link in found.links)
        for node in found.nodes:
            if node.kind in (NodeKind.CARRIER, NodeKind.PLANT):
                assert found.entering(node) == found.leaving(node)
        ins = [link.amount for link in found.links if link.source.kind in (NodeKind.SOURCE, NodeKind.GAIN)]
        outs = [link.amount for link in found.links if link.target.kind in ENDS]
        rest = Node(NodeKind.UNACCOUNTED)
        assert sum(ins) + found.leaving(rest) == sum(outs) + found.entering(rest)
