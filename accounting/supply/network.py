"""Who supplies whom with what in one period: plants, imports, transfers and losses around pools, as quantities.

A pool is what one party distributes or consumes of one carrier. What is here knows no emissions, so that one network
answers under every factor; those and the factors of the pools that follow are in `supply`. Not here: stocks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple


class Pool(NamedTuple):
    """What one party has of one carrier, such as the operator's ELECTRICITY; quantities are in the carrier's unit."""

    party: str
    carrier: str


class BadNetwork(ValueError):
    """A network contradicts itself; `field` names the list at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Generation:
    """What a plant of the pool's party makes of the pool's carrier: a CHP plant one of power and one of steam."""

    plant: str
    pool: Pool
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Import:
    """Energy from outside the network into a pool, such as from the grid. `code` says from where.

    Own generation whose certificates were sold is imported too: by location with nothing emitted, by market at the
    residual mix (GHG Protocol Scope 2 Guidance, chapter 6).
    """

    code: str
    pool: Pool
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Draw:
    """What a plant takes from a pool of its party to make another carrier: a chiller's power. Unit of the source."""

    plant: str
    source: Pool
    target: Pool
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a pool supplies to another party, which has it in its pool of the same carrier.

    `quantity` at the supplier's meter decides what is emitted; `received` at the consumer's, None where it has none,
    what the consumer has to use or to pass on.
    """

    code: str
    source: Pool
    consumer: str
    quantity: Fraction
    received: Fraction | None = None

    @property
    def target(self) -> Pool:
        """The consumer's pool."""
        return Pool(self.consumer, self.source.carrier)

    @property
    def arriving(self) -> Fraction:
        """What the consumer has: by its own meter, or the supplier's."""
        return self.quantity if self.received is None else self.received

    @property
    def mismatch(self) -> Fraction:
        """What the supplier's meter shows above the consumer's."""
        return self.quantity - self.arriving


@dataclass(frozen=True, slots=True)
class Export:
    """What leaves a pool to outside the network."""

    code: str
    pool: Pool
    quantity: Fraction


class LossBearer(StrEnum):
    """Whose emissions the losses of a pool's network are."""

    SUPPLIER = "SUPPLIER"
    """The pool's party: losses count as its own use (GHG Protocol Scope 2 Guidance, chapter 5: who owns the wires)."""
    CUSTOMERS = "CUSTOMERS"
    """Everyone supplied from the pool, its party too: losses raise the factor of what is delivered."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost in a pool's network, and who bears it by the park's declared rule."""

    pool: Pool
    quantity: Fraction
    borne_by: LossBearer = LossBearer.SUPPLIER


@dataclass(frozen=True, slots=True)
class OwnUse:
    """What a pool's party uses itself, metered, the draws of its plants apart."""

    pool: Pool
    quantity: Fraction


Between = Draw | Transfer
"""What leaves one pool and enters another."""


@dataclass(frozen=True, slots=True)
class Network:
    """One period. A pool without a metered own use is taken to use itself what is supplied and goes nowhere else.

    Raises `BadNetwork` where a quantity is negative, a code or a plant's output comes twice, somebody supplies
    itself, energy arrives that was not sent, leaves a pool that nothing was made for or imported into, or a plant
    draws from another party or for what it does not make.
    """

    generations: tuple[Generation, ...] = ()
    imports: tuple[Import, ...] = ()
    draws: tuple[Draw, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    exports: tuple[Export, ...] = ()
    losses: tuple[Loss, ...] = ()
    own_use: tuple[OwnUse, ...] = ()

    def __post_init__(self) -> None:
        fault = next(_faults(self), None)
        if fault is not None:
            raise BadNetwork(*fault)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Every pool once, in the order of party and carrier."""
        found = {part.pool for part in (*self.entering, *self.leaving)}
        return tuple(sorted(found | {pool for part in self.between for pool in (part.source, part.target)}))

    @property
    def entering(self) -> tuple[Generation | Import, ...]:
        """What comes from no other pool."""
        return (*self.generations, *self.imports)

    @property
    def between(self) -> tuple[Between, ...]:
        """What goes from pool to pool."""
        return (*self.draws, *self.transfers)

    @property
    def leaving(self) -> tuple[Export | Loss | OwnUse, ...]:
        """What goes to no other pool."""
        return (*self.exports, *self.losses, *self.own_use)


_LISTS: Final[Mapping[type, str]] = {
    Generation: "generations",
    Import: "imports",
    Draw: "draws",
    Transfer: "transfers",
    Export: "exports",
    Loss: "losses",
    OwnUse: "own_use",
}


def _faults(network: Network) -> Iterator[tuple[str, str]]:
    """Yield every contradiction as the list it stands in and what is wrong."""
    yield from _negative(network)
    yield from _repeated(network)
    yield from _transfer_faults(network.transfers)
    yield from _draw_faults(network)
    yield from _from_nothing(network)


def _negative(network: Network) -> Iterator[tuple[str, str]]:
    for part in (*network.entering, *network.leaving, *network.between):
        lowest = min(part.quantity, part.arriving) if isinstance(part, Transfer) else part.quantity
        if lowest < 0:
            yield _LISTS[type(part)], f"{part} has a quantity of {lowest}; accepted is zero or more"


def _repeated(network: Network) -> Iterator[tuple[str, str]]:
    keys: Mapping[str, list[object]] = {
        "generations": [(part.plant, part.pool) for part in network.generations],
        "imports": [part.code for part in network.imports],
        "draws": [(part.plant, part.source, part.target) for part in network.draws],
        "transfers": [part.code for part in network.transfers],
        "exports": [part.code for part in network.exports],
        "losses": [part.pool for part in network.losses],
        "own_use": [part.pool for part in network.own_use],
    }
    for name, found in keys.items():
        for key, times in Counter(found).items():
            if times > 1:
                yield name, f"{key} is stated {times} times; state it once, or it counts {times} times"


def _transfer_faults(transfers: Iterable[Transfer]) -> Iterator[tuple[str, str]]:
    for part in transfers:
        if part.consumer == part.source.party:
            yield "transfers", f"in {part.code} {part.consumer} supplies itself; state it as own use or a draw"
        if part.arriving > 0 and part.quantity == 0:
            message = f"in {part.code} {part.arriving} arrive of which none was sent; state the supplier's quantity"
            yield "transfers", message


def _draw_faults(network: Network) -> Iterator[tuple[str, str]]:
    made = {(part.plant, part.pool) for part in network.generations}
    for part in network.draws:
        if part.source.party != part.target.party:
            message = (
                f"{part.plant} of {part.target.party} draws from {part.source.party}; state a transfer between them"
            )
            yield "draws", message
        if (part.plant, part.target) not in made:
            yield "draws", f"{part.plant} draws for {part.target}, of which it makes none; state what it makes"


def _from_nothing(network: Network) -> Iterator[tuple[str, str]]:
    """A pool that nothing feeds would have a factor of zero, and nobody would see that something is missing."""
    fed = _fed(network)
    leaving = [(part, part.source) for part in network.between] + [(part, part.pool) for part in network.leaving]
    for part, pool in leaving:
        if part.quantity and pool not in fed:
            message = f"{part.quantity} leave the {pool.carrier} of {pool.party}, which no plant or import feeds"
            yield _LISTS[type(part)], message


def _fed(network: Network) -> set[Pool]:
    """Return the pools that something made or imported reaches."""
    following = [part.pool for part in network.entering if part.quantity]
    reached = set(following)
    supplied: dict[Pool, set[Pool]] = {}
    for part in network.transfers:
        if part.quantity:
            supplied.setdefault(part.source, set()).add(part.target)
    while following:
        new = supplied.get(following.pop(), set()) - reached
        reached |= new
        following += new
    return reached
