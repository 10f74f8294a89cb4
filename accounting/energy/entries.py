"""Entries of an energy balance, each with the quantities behind it, from what parties of a park posted month by month.

A delivery has the meters of both parties; one stands for both where the other is missing.

What is left of a party's pool of a carrier in a month, after all that is posted, it used itself: unless it supplies
neighbours from the pool, or meters what it uses of what it makes. Then the rest is nobody's use, and unaccounted; so
is what left above what came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from accounting.energy.balance import Cell, delivery_cells, flow_cell
from accounting.energy.flows import SUPPLY, Delivery, Flow, Stage
from accounting.energy.places import Kinds, Place, Pools
from accounting.energy.quantities import Pool, Quantity, Term, folded, total_of
from accounting.energy.roles import ROLES, RoleKind


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow or a delivery of a month with the quantities it is the sum of; of a delivery `terms` are the sender's
    meter's and `received` the receiver's.
    """

    of: Flow | Delivery
    month: date
    terms: tuple[Term, ...]
    received: tuple[Term, ...] = ()

    def parts(self) -> Iterator[tuple[Cell, tuple[Term, ...]]]:
        """Yield the cells of the balance it enters, each with what made it."""
        if isinstance(self.of, Flow):
            yield flow_cell(self.of), self.terms
        else:
            sent, arrived = delivery_cells(self.of)
            yield sent, self.terms
            yield arrived, self.received or self.terms


def entries(quantities: Iterable[Quantity], kinds: Kinds, only_site: UUID | None = None) -> list[Entry]:
    """Return the entries of everyone, but for how fuel was had, see `purchases`.

    With `only_site` those of one site: what it has from the rest of its party and gives to it comes in and goes out.
    """
    everything = list(quantities)
    pools = Pools(everything)
    chosen = [one for one in everything if only_site in (None, one.origin.site)]
    by_month: dict[tuple[str, date], list[Quantity]] = {}
    for one in chosen:
        by_month.setdefault((one.party, one.month), []).append(one)
    found = [entry for posted in by_month.values() for entry in _at_sites(posted, kinds, pools)]
    found += _deliveries(chosen)
    rests = _rests(found)
    if only_site is None:
        return found + [
            _own_use(pool, terms) for pool, terms in rests if pool not in pools.open and total_of(terms) > 0
        ]
    bought = {one.pool for one in chosen if one.role.kind is RoleKind.BOUGHT}
    return found + [_with_party(pool, terms, pool in bought - pools.open) for pool, terms in rests if total_of(terms)]


def fuels(quantities: Iterable[Quantity], only_site: UUID | None = None) -> list[Quantity]:
    """Return the quantities of fuel burnt."""
    found = [one for one in quantities if one.role.kind is RoleKind.FUEL]
    return [one for one in found if only_site in (None, one.origin.site)]


def _at_sites(posted: Sequence[Quantity], kinds: Kinds, pools: Pools) -> Iterator[Entry]:
    """Yield what stands by itself, deliveries and rests apart, of one party and month."""
    by_site: dict[UUID, list[Quantity]] = {}
    for one in posted:
        by_site.setdefault(one.origin.site, []).append(one)
    for site, own in by_site.items():
        place = Place(str(site), kinds.get((site, own[0].month)), own, pools)
        for one in own:
            for stage, detail, plant in place.stages(one):
                yield Entry(Flow(stage, one.carrier, one.party, one.quantity, plant, detail), one.month, (one.term,))


def _deliveries(quantities: Iterable[Quantity]) -> Iterator[Entry]:
    """Yield deliveries, both sides joined by supplier, consumer, carrier and month."""
    sides: dict[tuple[str, str, str, date], tuple[list[Term], list[Term]]] = {}
    for one in quantities:
        if one.role.kind is RoleKind.SUPPLIED and one.neighbour:
            sides.setdefault((one.party, one.neighbour, one.carrier, one.month), ([], []))[0].append(one.term)
        elif one.is_supply:
            sides.setdefault((one.neighbour, one.party, one.carrier, one.month), ([], []))[1].append(one.term)
    for (supplier, consumer, carrier, month), (sent, received) in sides.items():
        delivery = Delivery(
            carrier, supplier, consumer, total_of(sent or received), total_of(received) if received else None
        )
        yield Entry(delivery, month, tuple(sent or received), tuple(received))


_SIGNS: Final[Mapping[Stage, int]] = {
    **SUPPLY,
    Stage.CONVERSION_INPUT: -1,
    Stage.CONVERSION_OUTPUT: 1,
    Stage.LOSS: -1,
    Stage.FINAL_USE: -1,
}
"""How a stage counts towards what is left: available + conversion - losses - final use."""


def _rests(found: Iterable[Entry]) -> list[tuple[Pool, tuple[Term, ...]]]:
    """Return what is left of each pool as the terms it is the sum of; fuel is had as it is burnt."""
    pools: dict[Pool, list[Term]] = {}
    for entry in found:
        for cell, terms in entry.parts():
            sign = _SIGNS[cell.stage]
            energy = [term for term in terms if ROLES[term.origin.activity_type].kind is not RoleKind.FUEL]
            signed = [Term(origin, sign * quantity) for origin, quantity in energy]
            pools.setdefault(Pool(cell.party, cell.carrier, entry.month), []).extend(signed)
    return [(pool, folded(terms)) for pool, terms in pools.items()]


def _own_use(pool: Pool, terms: tuple[Term, ...]) -> Entry:
    return Entry(Flow(Stage.FINAL_USE, pool.carrier, pool.party, total_of(terms)), pool.month, terms)


def _with_party(pool: Pool, terms: tuple[Term, ...], is_used: bool) -> Entry:
    """Return what a site used of its rest, gave to its party, or had from it."""
    rest = total_of(terms)
    if rest > 0:
        stage = Stage.FINAL_USE if is_used else Stage.TRANSFER_OUT
        return Entry(Flow(stage, pool.carrier, pool.party, rest), pool.month, terms)
    taken = tuple(Term(origin, -quantity) for origin, quantity in terms)
    return Entry(Flow(Stage.TRANSFER_IN, pool.carrier, pool.party, -rest), pool.month, taken)
