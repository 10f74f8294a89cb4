"""The books of a park's energy: a balance with what stands behind each of its cells.

Activities are consumption, so fuel bought is what was burnt and what stock rose by. Biogas that names no supplier is
made inside the boundary; any other fuel comes from outside it, also where a neighbour is named as its supplier.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.energy.balance import Balance, Cell, balance
from accounting.energy.carriers import Described
from accounting.energy.entries import Entry, entries, fuels
from accounting.energy.flows import Delivery, Flow, Stage
from accounting.energy.places import Kinds
from accounting.energy.quantities import Quantity, Term, folded, total_of
from accounting.energy.stocks import MissingLevel, StockChange

EMPTY: Final = Balance({}, frozenset(), {})
"""The balance of nobody and nothing."""


@dataclass(frozen=True, slots=True)
class Books:
    """A balance of members with its sources. `terms` add up to the amount of each cell, but where more fuel left a
    store than was burnt: what was bought is then zero, and the rest unaccounted.

    `missing_levels` are stores whose change is not known and left out.
    """

    balance: Balance
    terms: Mapping[Cell, tuple[Term, ...]]
    carriers: Mapping[str, Described]
    missing_levels: tuple[MissingLevel, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted and declared of everyone in the months of a balance, in the units of its carriers."""

    quantities: tuple[Quantity, ...]
    kinds: Kinds
    carriers: Mapping[str, Described]
    changes: tuple[StockChange, ...] = ()
    missing_levels: tuple[MissingLevel, ...] = ()


def books(posted: Posted, members: Collection[str], only_site: UUID | None = None) -> Books:
    """Return the books of `members`, or of one site of theirs; members without energy have none."""
    changes = [one for one in posted.changes if only_site in (None, one.store.site)]
    found = entries(posted.quantities, posted.kinds, only_site)
    found += fuel_entries(fuels(posted.quantities, only_site), changes)
    terms = {cell: made for cell, made in _terms(found).items() if cell.party in members}
    missing = tuple(one for one in posted.missing_levels if _is_asked(one, members, only_site))
    if not terms:
        return Books(EMPTY, MappingProxyType({}), MappingProxyType({}), missing)
    carriers = {code: posted.carriers[code] for code in sorted({cell.carrier for cell in terms})}
    return Books(_balance(found, posted.carriers, carriers, {cell.party for cell in terms}), terms, carriers, missing)


def fuel_entries(burnt: Iterable[Quantity], changes: Iterable[StockChange]) -> Iterator[Entry]:
    """Yield how the fuel of each party was had: bought or made inside the boundary, and drawn from stock.

    bought = burnt + closing - opening stock, at least zero.
    """
    had: dict[tuple[Stage, str, str], list[Term]] = {}
    last = date.min
    for one in burnt:
        last = max(last, one.month)
        is_made = one.role.is_made_here and not one.origin.counterparty
        stage = Stage.PRIMARY_PRODUCTION if is_made else Stage.TRANSFER_IN
        had.setdefault((stage, one.carrier, one.party), []).append(one.term)
    for change in changes:
        yield Entry(Flow(Stage.STOCK_CHANGE, change.carrier, change.party, change.drawn), last, (change.term,))
        made = (Stage.PRIMARY_PRODUCTION, change.carrier, change.party)
        bought = (Stage.TRANSFER_IN, change.carrier, change.party)
        key = made if made in had and bought not in had else bought
        had.setdefault(key, []).append(Term(change.term.origin, -change.drawn))
    for (stage, carrier, party), terms in had.items():
        if total_of(terms) > 0:
            yield Entry(Flow(stage, carrier, party, total_of(terms)), last, folded(terms))


def _terms(found: Iterable[Entry]) -> Mapping[Cell, tuple[Term, ...]]:
    """Return what stands behind each cell, months added up."""
    gathered: dict[Cell, list[Term]] = {}
    for entry in found:
        for cell, terms in entry.parts():
            gathered.setdefault(cell, []).extend(terms)
    return {cell: folded(terms) for cell, terms in gathered.items()}


def _balance(
    found: Iterable[Entry], described: Mapping[str, Described], shown: Mapping[str, Described], members: Collection[str]
) -> Balance:
    """Return the balance; the carriers of others are described to it, and then left out."""
    listed = list(found)
    flows = [one.of for one in listed if isinstance(one.of, Flow)]
    deliveries = [one.of for one in listed if isinstance(one.of, Delivery)]
    whole = balance(flows, [one.carrier for one in described.values()], deliveries, members)
    return Balance({code: one.carrier for code, one in shown.items()}, whole.members, whole.cells)


def _is_asked(missing: MissingLevel, members: Collection[str], only_site: UUID | None) -> bool:
    return str(missing.store.tenant) in members and only_site in (None, missing.store.site)
