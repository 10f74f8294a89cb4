"""The energy balance as a Sankey diagram: nodes and links in one value, whose sums close at every node."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from accounting.energy.balance import Balance, MissingCoefficient
from accounting.energy.columns import Column, PlantBalance
from accounting.energy.flows import EnergyValue

_ZERO: Final = Fraction(0)


class NodeKind(StrEnum):
    """What a node stands for, in the order the energy passes."""

    SOURCE = "SOURCE"
    """A row of I that brings energy, by its stage."""
    CARRIER = "CARRIER"
    """All that is had of one carrier."""
    PLANT = "PLANT"
    """Where carriers are turned into others."""
    GAIN = "GAIN"
    """What a plant gives above its input: heat of the surroundings, waste heat, or the equivalent value of power."""
    OUTFLOW = "OUTFLOW"
    """A row of I that takes energy away, by its stage."""
    CONVERSION_LOSS = "CONVERSION_LOSS"
    """Input less output of the plants."""
    LOSS = "LOSS"
    """Lost in storage or distribution."""
    FINAL_USE = "FINAL_USE"
    """Used, by party."""
    UNACCOUNTED = "UNACCOUNTED"
    """The balance difference; a source of the carriers of which more went than came."""
    SERVICE = "SERVICE"
    """An output that draws on the surroundings; no link of energy ends here."""


class Node(NamedTuple):
    """One node; `name` is a stage, carrier, plant, kind of loss or party, empty where the kind says all."""

    kind: NodeKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An amount above zero from one node to another; `carrier` is what flows, empty for losses and gains of plants."""

    source: Node
    target: Node
    carrier: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Sankey:
    """All links in one value. `services` are drawn beside: what plants make of their power and the surroundings."""

    value: EnergyValue
    links: tuple[Link, ...]
    services: tuple[Link, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node once, in the order the energy passes."""
        kinds = list(NodeKind)
        found = {node for link in (*self.links, *self.services) for node in (link.source, link.target)}
        return tuple(sorted(found, key=lambda node: (kinds.index(node.kind), node.name)))

    def entering(self, node: Node) -> Fraction:
        """Return the sum of the links that end at a node; services are not in it."""
        return sum((link.amount for link in self.links if link.target == node), _ZERO)

    def leaving(self, node: Node) -> Fraction:
        """Return the sum of the links that begin at a node; services are not in it."""
        return sum((link.amount for link in self.links if link.source == node), _ZERO)


def sankey(balance: Balance, value: EnergyValue) -> Sankey:
    """Return the diagram of a balance: what enters each carrier and plant leaves it, exactly.

    Raises `MissingCoefficient` where a carrier of the balance cannot be valued.
    """
    sheet = balance.sheet(value)
    if sheet.missing:
        raise MissingCoefficient(f"{', '.join(sheet.missing)} have no coefficient for {value}; state it")
    plants = [balance.plant(code, value) for code in balance.plants]
    links = [link for code, column in sheet.columns.items() for link in _links(code, column)]
    links += [link for plant in plants for link in _difference(plant)]
    return Sankey(value, _drawn(links), _drawn(link for plant in plants for link in _services(plant)))


def _links(carrier: str, column: Column) -> Iterator[Link]:
    here = Node(NodeKind.CARRIER, carrier)
    for stage, amount in column.supply.items():
        yield _signed(Node(NodeKind.SOURCE, stage), here, Node(NodeKind.OUTFLOW, stage), amount)
    for plant, amount in column.outputs.items():
        yield Link(Node(NodeKind.PLANT, plant), here, carrier, amount)
    for plant, amount in column.inputs.items():
        yield Link(here, Node(NodeKind.PLANT, plant), carrier, amount)
    for kind, amount in column.losses.items():
        yield Link(here, Node(NodeKind.LOSS, kind), carrier, amount)
    for party, amount in column.final.items():
        yield Link(here, Node(NodeKind.FINAL_USE, party), carrier, amount)
    unaccounted = Node(NodeKind.UNACCOUNTED)
    yield _signed(unaccounted, here, unaccounted, -column.unaccounted)


def _signed(source: Node, carrier: Node, sink: Node, amount: Fraction) -> Link:
    """Return a link into the carrier, or out of it where the amount is negative."""
    if amount < 0:
        return Link(carrier, sink, carrier.name, -amount)
    return Link(source, carrier, carrier.name, amount)


def _difference(plant: PlantBalance) -> Iterator[Link]:
    """Close a plant: its loss, or what it gives above its input."""
    here = Node(NodeKind.PLANT, plant.plant)
    if plant.lost >= 0:
        yield Link(here, Node(NodeKind.CONVERSION_LOSS), "", plant.lost)
    else:
        yield Link(Node(NodeKind.GAIN, plant.plant), here, "", -plant.lost)


def _services(plant: PlantBalance) -> Iterator[Link]:
    for code, amount in plant.services.items():
        yield Link(Node(NodeKind.PLANT, plant.plant), Node(NodeKind.SERVICE, code), code, amount)


def _drawn(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(link for link in links if link.amount)
