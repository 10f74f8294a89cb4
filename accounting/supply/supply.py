"""What the pools of a network carry per unit, and what each party therefore reports, under one set of factors.

The seller's direct emissions and imports become the factor of what it sells (GHG Protocol Scope 2 Guidance, chapter 6,
supplier-specific; chapter 5 for losses and resale). A location-based, a market-based and a notice 910 view are one
network with different burdens. A plant's emissions come here already divided between its products, see `allocation`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.network import Network, Pool, Transfer
from accounting.supply.pool_balances import Balance, balances
from accounting.supply.pool_factors import Flows, pool_factors

_NONE: Final[Mapping[Pool, Emissions]] = MappingProxyType({})


class MissingBurden(ValueError):
    """Nobody said what a plant's product or an import emits; where it is nothing, that has to be said too."""


class UnknownBurden(ValueError):
    """Emissions are stated of a plant's product that the network does not have, and would be lost."""


@dataclass(frozen=True, slots=True)
class Burdens:
    """What enters a network, in one unit of mass.

    `made` is all that a plant emitted for one product, by plant and pool; `imported` per unit, by the import's code;
    `elsewhere` direct emissions that enter no pool, by party, such as those of a wastewater works.
    """

    made: Mapping[tuple[str, Pool], Emissions]
    imported: Mapping[str, Emissions]
    elsewhere: Mapping[str, Emissions]


class InputKind(StrEnum):
    """How emissions enter a pool."""

    GENERATION = "GENERATION"
    """With what a plant of the party makes: the plant's direct emissions."""
    IMPORT = "IMPORT"
    """With energy from outside the network."""
    DRAW = "DRAW"
    """With what the plant takes from another pool of the party."""
    TRANSFER = "TRANSFER"
    """With what another party supplies."""


_ORDER: Final = {kind: place for place, kind in enumerate(InputKind)}


@dataclass(frozen=True, slots=True)
class Input:
    """One of the inputs that make a pool's factor. `code` is that of the plant, import or transfer.

    `quantity` of a draw is in the unit of the `source` pool; `source` is None but for draws and transfers.
    """

    kind: InputKind
    code: str
    source: Pool | None
    quantity: Fraction
    emissions: Emissions


@dataclass(frozen=True, slots=True)
class PoolSupply:
    """One pool with its inputs and what a unit of it carries: `factor = entering / balance.bearing`.

    `factor` is None where the pool distributes nothing; what entered then stays with its party. `closed` is what a unit
    carried when the month was closed, and does to customers since, whatever became known later.
    """

    pool: Pool
    balance: Balance
    inputs: tuple[Input, ...]
    factor: Emissions | None
    closed: Emissions | None = None

    @property
    def entering(self) -> Emissions:
        """All that its inputs bring."""
        return summed(one.emissions for one in self.inputs)

    @property
    def to_others(self) -> Emissions:
        """What is allocated to customers inside and outside the network."""
        return NOTHING if self.handed is None else self.handed * self.balance.to_others

    @property
    def handed(self) -> Emissions | None:
        """What a unit carries to a customer."""
        return self.factor if self.closed is None else self.closed

    @property
    def drift(self) -> Emissions:
        """What customers would be allocated above what they are, were a closed month closed again today."""
        return NOTHING if self.closed is None else self._carried(self.balance.to_others) - self.to_others

    @property
    def drawn(self) -> Emissions:
        """What goes on into other pools of the party."""
        return self._carried(self.balance.drawn)

    @property
    def kept(self) -> Emissions:
        """What stays with the party: own use and the losses it bears."""
        return self.entering if self.factor is None else self._carried(self.balance.kept)

    @property
    def unallocated(self) -> Emissions:
        """Closure: entering less to others, drawn, kept and drift. Nothing, exactly."""
        return self.entering - self.to_others - self.drawn - self.kept - self.drift

    @property
    def resale_share(self) -> Fraction:
        """The share of all that enters that leaves the party with what it passes on, 0 to 1."""
        to_others = self.balance.to_others
        return to_others / self.balance.bearing if to_others else to_others

    def _carried(self, quantity: Fraction) -> Emissions:
        return NOTHING if self.factor is None else self.factor * quantity


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party reports of the network: direct emissions, and what it bought, used or passed on.

    What its own plants emit is in scope 1 alone: own use is scope 2 by the bought share only. What a plant draws is
    used, for a new carrier is made of it; what is passed on as it was bought is resold.
    """

    scope_1: Emissions
    used_import: Emissions
    used_internal: Emissions
    resold_import: Emissions
    resold_internal: Emissions

    @property
    def scope_2(self) -> Emissions:
        """Bought and used (GHG Protocol Scope 2 Guidance, chapter 5)."""
        return self.used_import + self.used_internal

    @property
    def resale(self) -> Emissions:
        """Bought and sold on: scope 3 category 3(d)."""
        return self.resold_import + self.resold_internal


@dataclass(frozen=True, slots=True)
class Closure:
    """Where everything went that entered the pools of one party: to its customers, or it stayed; `drift` is what became
    known after a month was closed and was allocated to nobody.
    """

    entering: Emissions
    to_others: Emissions
    kept: Emissions
    drift: Emissions = NOTHING

    @property
    def unallocated(self) -> Emissions:
        """Entering less to others, kept and drift. Nothing, exactly."""
        return self.entering - self.to_others - self.kept - self.drift


@dataclass(frozen=True, slots=True)
class Supply:
    """A network under one set of burdens."""

    network: Network
    burdens: Burdens
    pools: Mapping[Pool, PoolSupply]
    _statements: dict[str, Statement] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone who has a pool or direct emissions, in order."""
        return tuple(sorted({pool.party for pool in self.pools} | self.burdens.elsewhere.keys()))

    def carried(self, transfer: Transfer) -> Emissions:
        """Return what a transfer hands from the supplier to the consumer: the supplier's quantity x its factor."""
        factor = self.pools[transfer.source].handed
        return NOTHING if factor is None else factor * transfer.quantity

    def restated(self, transfer: Transfer) -> Emissions:
        """Return what a transfer would hand over above what it does, were its month closed again; else nothing."""
        pool = self.pools[transfer.source]
        known = NOTHING if pool.factor is None else pool.factor * transfer.quantity
        return NOTHING if pool.closed is None else known - self.carried(transfer)

    def direct(self, party: str) -> Emissions:
        """Return the scope 1 of a party: its plants and what enters no pool."""
        made = [emissions for (_, pool), emissions in self.burdens.made.items() if pool.party == party]
        return summed([*made, self.burdens.elsewhere.get(party, NOTHING)])

    def statement(self, party: str) -> Statement:
        """Return what a party reports; worked out when it is first asked for."""
        if party not in self._statements:
            own = self._of(party)
            imported, received = _bought(own, InputKind.IMPORT), _bought(own, InputKind.TRANSFER)
            self._statements[party] = Statement(self.direct(party), imported[0], received[0], imported[1], received[1])
        return self._statements[party]

    def closure(self, party: str) -> Closure:
        """Return the closure of a party's pools together; what they draw from each other is not counted twice."""
        own = self._of(party)
        inputs = [part for one in own for part in one.inputs if part.kind != InputKind.DRAW]
        entering = summed(part.emissions for part in inputs)
        to_others, kept = summed(one.to_others for one in own), summed(one.kept for one in own)
        return Closure(entering, to_others, kept, summed(one.drift for one in own))

    def _of(self, party: str) -> list[PoolSupply]:
        return [one for pool, one in self.pools.items() if pool.party == party]


def supplied(
    network: Network,
    burdens: Burdens,
    closed: Mapping[Pool, Emissions] = _NONE,
    found: Mapping[Pool, Balance] | None = None,
) -> Supply:
    """Return the factor of every pool with the inputs that made it.

    `closed` are the emissions per unit that pools hand over in a closed month; what their party uses and draws itself
    is at what is known. `found` are the network's balances, where the caller has them from other burdens. Raises
    `MissingBurden`, `UnknownBurden`, and `pool_factors.CircularSupply` where pools feed only each other.
    """
    _check(network, burdens)
    found = balances(network) if found is None else found
    known = [*_from_outside(network, burdens), *_from_closed(network, closed)]
    sums = _entering(known)
    factors = pool_factors({pool: one.bearing for pool, one in found.items()}, sums, _flows(network, closed))
    inputs: dict[Pool, list[Input]] = {}
    for pool, one in (*known, *_from_pools(network, factors, closed)):
        inputs.setdefault(pool, []).append(one)
    pools = {
        pool: PoolSupply(pool, balance, _in_order(inputs.get(pool, ())), factors.get(pool), closed.get(pool))
        for pool, balance in found.items()
    }
    return Supply(network, burdens, pools)


def _entering(inputs: Iterable[tuple[Pool, Input]]) -> Mapping[Pool, Emissions]:
    parts: dict[Pool, list[Emissions]] = {}
    for pool, one in inputs:
        parts.setdefault(pool, []).append(one.emissions)
    return {pool: summed(emitted) for pool, emitted in parts.items()}


def transfer_flows(transfers: Iterable[Transfer]) -> Flows:
    """Return what goes from pool to pool between parties, all meters of two pools added up."""
    return _added(((part.source, part.target), part.quantity) for part in transfers)


def _flows(network: Network, closed: Mapping[Pool, Emissions]) -> Flows:
    """Return what carries a factor that is not known yet from pool to pool."""
    drawn = [((part.source, part.target), part.quantity) for part in network.draws]
    open_ones = [part for part in network.transfers if part.source not in closed]
    return _added([*drawn, *transfer_flows(open_ones).items()])


def _added(parts: Iterable[tuple[tuple[Pool, Pool], Fraction]]) -> Flows:
    sums: dict[tuple[Pool, Pool], Fraction] = {}
    for way, quantity in parts:
        sums[way] = sums.get(way, Fraction(0)) + quantity
    return sums


def _from_outside(network: Network, burdens: Burdens) -> Iterator[tuple[Pool, Input]]:
    for made in network.generations:
        emissions = burdens.made[made.plant, made.pool]
        yield made.pool, Input(InputKind.GENERATION, made.plant, None, made.quantity, emissions)
    for bought in network.imports:
        emissions = burdens.imported[bought.code] * bought.quantity
        yield bought.pool, Input(InputKind.IMPORT, bought.code, None, bought.quantity, emissions)


def _from_closed(network: Network, closed: Mapping[Pool, Emissions]) -> Iterator[tuple[Pool, Input]]:
    for part in network.transfers:
        if part.source in closed:
            yield part.target, _transferred(part, closed)


def _from_pools(
    network: Network, factors: Mapping[Pool, Emissions], closed: Mapping[Pool, Emissions]
) -> Iterator[tuple[Pool, Input]]:
    for draw in network.draws:
        emissions = _carried(draw.source, draw.quantity, factors)
        yield draw.target, Input(InputKind.DRAW, draw.plant, draw.source, draw.quantity, emissions)
    for part in network.transfers:
        if part.source not in closed:
            yield part.target, _transferred(part, factors)


def _transferred(part: Transfer, factors: Mapping[Pool, Emissions]) -> Input:
    emissions = _carried(part.source, part.quantity, factors)
    return Input(InputKind.TRANSFER, part.code, part.source, part.quantity, emissions)


def _carried(source: Pool, quantity: Fraction, factors: Mapping[Pool, Emissions]) -> Emissions:
    # A pool without a factor distributes nothing, so that the quantity is zero.
    return factors[source] * quantity if quantity else NOTHING


def _in_order(inputs: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(sorted(inputs, key=lambda one: (_ORDER[one.kind], one.code, one.source or ())))


def _bought(pools: Iterable[PoolSupply], kind: InputKind) -> tuple[Emissions, Emissions]:
    """Return what was bought in one way, as used by the party and as sold on."""
    resold = [(one.resale_share, part.emissions) for one in pools for part in one.inputs if part.kind == kind]
    return (
        summed(emissions * (1 - share) for share, emissions in resold),
        summed(emissions * share for share, emissions in resold),
    )


def _check(network: Network, burdens: Burdens) -> None:
    made = {(part.plant, part.pool) for part in network.generations}
    for plant, pool in sorted(made - burdens.made.keys()):
        raise MissingBurden(f"what {plant} emits for the {pool.carrier} of {pool.party} is missing; zero is stated too")
    for plant, pool in sorted(burdens.made.keys() - made):
        raise UnknownBurden(f"{plant} makes no {pool.carrier} of {pool.party} in the network; state how much it makes")
    for code in sorted({part.code for part in network.imports} - burdens.imported.keys()):
        raise MissingBurden(f"the factor of the import {code} is missing; zero is stated too")
