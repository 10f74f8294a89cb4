"""Scopes 1, 2 and 3 of a park together: what one member reports of another's emissions goes, once and visibly.

Energy passed on (category 3(d)) follows from the network. Any other pair is declared: wastewater to the operator's
works (category 5), upstream of fuel that the operator reports too (3), leased assets (8, 13). GHG Protocol Scope 3
Standard, chapter 5, and Corporate Standard, chapter 4, on double counting; two companies' scope 3 may hold one
emission, a park's may not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.park import BadPark, Park

_CATEGORIES: Final = range(1, 16)

Reported = Mapping[tuple[str, int], Emissions]
"""What a party reports in a scope 3 category, 3(d) of the network apart; keys are (party, category)."""


@dataclass(frozen=True, slots=True)
class InternalPair:
    """One emission that two parties report: the `emitter` as its own, the `reporter` in a scope 3 category.

    `emitted` is what the emitter's own inventory holds for it, None where it is not kept apart there; `reported` the
    reporter's line, which may be estimated in another way. The line is what is eliminated.
    """

    code: str
    category: int
    emitter: str
    reporter: str
    emitted: Emissions | None
    reported: Emissions

    @property
    def difference(self) -> Emissions | None:
        """What the emitter states above the reporter's line; the park total holds the emitter's figure."""
        return None if self.emitted is None else self.emitted - self.reported


@dataclass(frozen=True, slots=True)
class ValueChain:
    """Scopes 1 to 3 of a park. `scope_3` is the sum of what members report; `pairs` are those between members."""

    park: Park
    scope_3: Emissions
    pairs: tuple[InternalPair, ...]

    @property
    def reported(self) -> Emissions:
        """The naive sum of scopes 1 to 3, energy passed on included."""
        return self.park.reported + self.park.resold_import + self.park.resold_internal + self.scope_3

    @property
    def eliminated(self) -> Emissions:
        """The lines of the pairs."""
        return summed(pair.reported for pair in self.pairs)

    @property
    def by_elimination(self) -> Emissions:
        """The naive sum without what is in it twice; an import passed on only moves from scope 3 to scope 2."""
        twice = self.park.internal + self.park.resold_internal + self.eliminated
        return self.reported - twice - self.park.credited

    @property
    def by_imports(self) -> Emissions:
        """Direct and imported, and the scope 3 that is left; imports that leave the park are its own 3(d)."""
        return self.park.by_imports + self.park.reexported + self.scope_3 - self.eliminated

    @property
    def difference(self) -> Emissions:
        """The first way less the second. Nothing, exactly."""
        return self.by_elimination - self.by_imports


def value_chain(park: Park, reported: Reported, pairs: Sequence[InternalPair]) -> ValueChain:
    """Return scopes 1 to 3 of a park; pairs with a party outside it are left as they are reported.

    Raises `BadPark` where a code comes twice, a category is not 1 to 15, a party is paired with itself, or more is to
    be eliminated from a category than its party reports there.
    """
    fault = next(_faults(reported, pairs), None)
    if fault is not None:
        raise BadPark("pairs", fault)
    inside = tuple(pair for pair in pairs if {pair.emitter, pair.reporter} <= set(park.members))
    scope_3 = summed(emissions for (party, _), emissions in reported.items() if party in park.members)
    return ValueChain(park, scope_3, tuple(sorted(inside, key=lambda pair: pair.code)))


def _faults(reported: Reported, pairs: Sequence[InternalPair]) -> Iterator[str]:
    for code, times in Counter(pair.code for pair in pairs).items():
        if times > 1:
            yield f"the pair {code} is stated {times} times; state it once, or it is eliminated {times} times"
    for pair in pairs:
        if pair.category not in _CATEGORIES:
            yield f"the pair {pair.code} is of category {pair.category}; accepted is 1 to 15"
        if pair.emitter == pair.reporter:
            yield f"in the pair {pair.code} {pair.emitter} is paired with itself; accepted are two parties"
    for party, category in sorted({(pair.reporter, pair.category) for pair in pairs}):
        lines = [pair.reported for pair in pairs if (pair.reporter, pair.category) == (party, category)]
        left = reported.get((party, category), NOTHING) - summed(lines)
        if min(left.parts.values(), default=0) < 0:
            yield f"the pairs eliminate more from category {category} of {party} than it reports there"
