"""What a unit of each pool carries, when pools feed each other, in chains or in circles: a linear system, exactly.

For every pool `bearing x factor = entering + sum over its suppliers of flow x factor of the supplier`. Solved by
Gaussian elimination of one pool after the other: each hands its emissions and its suppliers on to those it supplies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.network import Pool

_ZERO: Final = Fraction(0)

Flows = Mapping[tuple[Pool, Pool], Fraction]
"""(from, to) -> quantity in the unit of the first pool's carrier."""


class CircularSupply(ValueError):
    """Pools feed each other and nobody else, so that what enters them goes to no one; `pools` are in the circle."""

    def __init__(self, pools: Sequence[Pool]) -> None:
        named = ", ".join(f"{pool.party} {pool.carrier}" for pool in pools)
        super().__init__(
            f"{named}: all that is supplied goes round and to no use; state the own use or the quantities that leave"
        )
        self.pools = tuple(pools)


@dataclass(frozen=True, slots=True)
class _Eliminated:
    """One pool in terms of those eliminated after it: `pivot x factor = entering + sum of inflow x factor`."""

    pool: Pool
    pivot: Fraction
    entering: Emissions
    inflows: Mapping[Pool, Fraction]


def pool_factors(
    bearing: Mapping[Pool, Fraction], entering: Mapping[Pool, Emissions], flows: Flows
) -> Mapping[Pool, Emissions]:
    """Return the emissions per unit of every pool that distributes anything.

    `bearing` is the quantity the emissions are divided by, all flows out of the pool included; `entering` what comes
    from no other pool. A pool that distributes nothing has no factor. Raises `CircularSupply`.
    """
    system = _System(bearing, entering, flows)
    eliminated = [system.eliminate(pool) for pool in system.order() if bearing[pool]]
    found: dict[Pool, Emissions] = {}
    for step in reversed(eliminated):
        handed = [found[supplier] * quantity for supplier, quantity in step.inflows.items()]
        found[step.pool] = summed([step.entering, *handed]) / step.pivot
    return found


class _System:
    """What is left of the system while pools are eliminated."""

    def __init__(self, bearing: Mapping[Pool, Fraction], entering: Mapping[Pool, Emissions], flows: Flows) -> None:
        self._bearing = bearing
        self._entering = dict(entering)
        self._into: dict[Pool, dict[Pool, Fraction]] = {pool: {} for pool in bearing}
        self._out_of: dict[Pool, dict[Pool, Fraction]] = {pool: {} for pool in bearing}
        self._flows = flows
        for (source, target), quantity in flows.items():
            if quantity:
                self._add(source, target, quantity)

    def order(self) -> list[Pool]:
        """Return the pools as they are eliminated: first those that feed no other, which hand nothing on."""
        return sorted(self._bearing, key=lambda pool: (bool(self._out_of[pool]), pool))

    def eliminate(self, pool: Pool) -> _Eliminated:
        """Take a pool out, joining its suppliers to its customers.

        No pivoting is needed: a pool's flows out are at most what it bears, and stay so. The pivot is zero only where
        all that the pool supplies comes back to it.
        """
        inflows, outflows = self._into.pop(pool), self._out_of.pop(pool)
        pivot = self._bearing[pool] - outflows.pop(pool, _ZERO)
        inflows.pop(pool, None)
        if pivot == 0:
            raise CircularSupply(_reached(pool, self._flows))
        entering = self._entering.get(pool, NOTHING)
        for supplier in inflows:
            del self._out_of[supplier][pool]
        for customer, quantity in outflows.items():
            del self._into[customer][pool]
            share = quantity / pivot
            self._entering[customer] = self._entering.get(customer, NOTHING) + entering * share
            for supplier, inflow in inflows.items():
                self._add(supplier, customer, inflow * share)
        return _Eliminated(pool, pivot, entering, inflows)

    def _add(self, source: Pool, target: Pool, quantity: Fraction) -> None:
        self._into[target][source] = self._into[target].get(source, _ZERO) + quantity
        self._out_of[source][target] = self._out_of[source].get(target, _ZERO) + quantity


def _reached(pool: Pool, flows: Flows) -> Sequence[Pool]:
    """Return the pools that a pool supplies in the end, itself among them where it stands in a circle."""
    found: set[Pool] = set()
    following = [pool]
    while following:
        one = following.pop()
        reached = {target for (source, target), quantity in flows.items() if quantity and source == one} - found
        found |= reached
        following += reached
    return sorted(found)
