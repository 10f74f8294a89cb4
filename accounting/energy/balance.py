"""The energy balance of a park, a plant or a tenant: available, converted, lost, used, and what is unaccounted.

Per carrier `I + II - III - IV = V` (regional form of the energy statistics of China). V is stated, never spread over
the other rows. Everything is a sum of flows, so that balances add up over months and parties. Not here: the printed
forms, see `forms`; the picture, see `sankey`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from accounting.energy.columns import Column, PlantBalance, Sheet, Sums, added, summed, total
from accounting.energy.flows import (
    DETAILS,
    SUPPLY,
    BadFlow,
    Delivery,
    EnergyCarrier,
    EnergyValue,
    Flow,
    Stage,
    check,
)


class MissingCoefficient(ValueError):
    """A carrier has no coefficient in the value asked for, so that it cannot be added to others."""


class Cell(NamedTuple):
    """What a balance sums by; a delivery has a `counterparty`, in a cell of each of its two parties."""

    stage: Stage
    carrier: str
    party: str
    plant: str
    detail: str
    counterparty: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of the members' flows. Balances of the same months of other members, and of other months of the same
    members, may be added with `+`; deliveries between members are then eliminated by themselves.
    """

    carriers: Mapping[str, EnergyCarrier]
    members: frozenset[str]
    cells: Mapping[Cell, Fraction]

    def __add__(self, other: "Balance") -> "Balance":
        for code in self.carriers.keys() & other.carriers.keys():
            if self.carriers[code] != other.carriers[code]:
                raise BadFlow("carriers", f"{code} has other coefficients in the two balances; value each by itself")
        cells = added([*self.cells.items(), *other.cells.items()])
        return Balance({**self.carriers, **other.carriers}, self.members | other.members, cells)

    def column(self, carrier: str) -> Column:
        """Return the balance of one carrier in its unit."""
        cells = [(cell, amount) for cell, amount in self.cells.items() if cell.carrier == carrier]
        final = [(cell, amount) for cell, amount in cells if cell.stage in (Stage.FINAL_USE, Stage.FEEDSTOCK)]
        return Column(
            self._supply(cells),
            _by(cells, Stage.CONVERSION_INPUT, lambda cell: cell.plant),
            _by(cells, Stage.CONVERSION_OUTPUT, lambda cell: cell.plant),
            _by(cells, Stage.LOSS, lambda cell: cell.detail),
            added((cell.party, amount) for cell, amount in final),
            total(amount for cell, amount in final if cell.stage == Stage.FEEDSTOCK),
            -total(SUPPLY[cell.stage] * amount for cell, amount in cells if self.is_internal(cell)),
        )

    def sheet(self, value: EnergyValue | None) -> Sheet:
        """Return the balance of every carrier in one value, with their total; in its own unit without a value."""
        if value is None:
            return self._physical()
        found = {code: (one, one.coefficient(value)) for code, one in sorted(self.carriers.items())}
        columns = {code: self.column(code).scaled(one) for code, (_, one) in found.items() if one is not None}
        energy = {code: column for code, column in columns.items() if not found[code][0].is_service}
        services = {code: column for code, column in columns.items() if found[code][0].is_service}
        missing = tuple(code for code, (one, _) in found.items() if code not in columns and not one.is_service)
        return Sheet(value, energy, services, None if missing else summed(energy.values()), missing)

    def plant(self, code: str, value: EnergyValue) -> PlantBalance:
        """Return the balance of one plant; raises `MissingCoefficient`, and `BadFlow` for a plant without flows."""
        cells = [(cell, amount) for cell, amount in self.cells.items() if cell.plant == code]
        if not cells:
            raise BadFlow("plant", f"no flow names the plant {code!r}; accepted are {', '.join(self.plants) or 'none'}")
        energy = self._valued(cells, value, is_service=False)
        services = self._valued(cells, value, is_service=True)
        return PlantBalance(
            code,
            _by(energy, Stage.CONVERSION_INPUT, lambda cell: cell.carrier),
            _by(energy, Stage.CONVERSION_OUTPUT, lambda cell: cell.carrier),
            _by(energy, Stage.FINAL_USE, lambda cell: cell.carrier),
            _by(services, Stage.CONVERSION_OUTPUT, lambda cell: cell.carrier),
            _by(energy, Stage.PRIMARY_PRODUCTION, lambda cell: cell.carrier),
        )

    def is_internal(self, cell: Cell) -> bool:
        """Whether the cell is a side of a delivery between members."""
        return cell.counterparty in self.members

    @property
    def plants(self) -> tuple[str, ...]:
        """Every plant that a flow names, in order."""
        return tuple(sorted({cell.plant for cell in self.cells if cell.plant}))

    def coefficient(self, carrier: str, value: EnergyValue) -> Fraction:
        """Return what one unit of a carrier is in `value`; raises `MissingCoefficient`."""
        one = self.carriers[carrier]
        found = one.coefficient(value)
        if found is None:
            raise MissingCoefficient(f"the coefficient of {carrier} per {one.unit} is missing for {value}; state it")
        return found

    def _valued(
        self, cells: Iterable[tuple[Cell, Fraction]], value: EnergyValue, is_service: bool
    ) -> list[tuple[Cell, Fraction]]:
        """Value cells of energy, or of services; a service is in no total, and left out without a coefficient."""
        own = [(cell, amount) for cell, amount in cells if self.carriers[cell.carrier].is_service == is_service]
        if is_service:
            own = [one for one in own if self.carriers[one[0].carrier].coefficient(value) is not None]
        return [(cell, amount * self.coefficient(cell.carrier, value)) for cell, amount in own]

    def _supply(self, cells: Iterable[tuple[Cell, Fraction]]) -> Mapping[Stage, Fraction]:
        """Return the rows of I; what members delivered to each other neither came nor left."""
        outside = [(cell, amount) for cell, amount in cells if cell.stage in SUPPLY and not self.is_internal(cell)]
        found = added((cell.stage, SUPPLY[cell.stage] * amount) for cell, amount in outside)
        return {stage: found[stage] for stage in SUPPLY if stage in found}

    def _physical(self) -> Sheet:
        columns = {code: self.column(code) for code in sorted(self.carriers)}
        energy = {code: column for code, column in columns.items() if not self.carriers[code].is_service}
        return Sheet(None, energy, {code: columns[code] for code in columns.keys() - energy.keys()}, None, ())


def balance(
    flows: Iterable[Flow],
    carriers: Iterable[EnergyCarrier],
    deliveries: Iterable[Delivery] = (),
    members: Collection[str] | None = None,
) -> Balance:
    """Return the balance of `members`, the flows of others left out; without `members` of everyone named.

    Raises `BadFlow`, see `energy_flows.check`, and where a carrier is described twice or a member has no flow.
    """
    described = _described(carriers)
    known, delivered = tuple(flows), tuple(deliveries)
    check(known, delivered, described)
    everyone = {flow.party for flow in known} | {name for one in delivered for name in (one.supplier, one.consumer)}
    strangers = sorted(set(members or ()) - everyone)
    if strangers:
        raise BadFlow("members", f"{', '.join(strangers)} have no flow; accepted are {', '.join(sorted(everyone))}")
    inside = frozenset(everyone if members is None else members)
    cells = added((cell, amount) for cell, amount in _cells(known, delivered) if cell.party in inside)
    return Balance(described, inside, cells)


def _described(carriers: Iterable[EnergyCarrier]) -> Mapping[str, EnergyCarrier]:
    found: dict[str, EnergyCarrier] = {}
    for one in carriers:
        if found.setdefault(one.code, one) != one:
            raise BadFlow("carriers", f"{one.code} is described twice, and not alike; state its coefficients once")
    return MappingProxyType(found)


def flow_cell(flow: Flow) -> Cell:
    """Return the cell a flow is summed in."""
    return Cell(flow.stage, flow.carrier, flow.party, flow.plant, flow.detail or DETAILS.get(flow.stage) or "", "")


def delivery_cells(one: Delivery) -> tuple[Cell, Cell]:
    """Return the cells a delivery is summed in: of its supplier, and of its consumer."""
    sent = Cell(Stage.TRANSFER_OUT, one.carrier, one.supplier, "", "", one.consumer)
    return sent, Cell(Stage.TRANSFER_IN, one.carrier, one.consumer, "", "", one.supplier)


def _cells(flows: Iterable[Flow], deliveries: Iterable[Delivery]) -> Iterator[tuple[Cell, Fraction]]:
    for flow in flows:
        yield flow_cell(flow), flow.quantity
    for one in deliveries:
        sent, arrived = delivery_cells(one)
        yield sent, one.quantity
        yield arrived, one.arriving


def _by(cells: Iterable[tuple[Cell, Fraction]], stage: Stage, key: Callable[[Cell], str]) -> Sums:
    return added((key(cell), amount) for cell, amount in cells if cell.stage == stage)
