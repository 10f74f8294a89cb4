"""Scope 3 of a park: which lines of its members' footprints repeat what another member reports, and what is left.

Eliminated are lines that name a neighbour which answers for the same emission: category 3 of energy it supplied (its
own fuel and purchases have their upstream), 5 of what its works treat, 8 and 13 of what one leases to the other; and
3(d), as what customers use of it is in scope 2. Lines of other categories stay as they are reported.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.footprints import Footprint, FootprintLine
from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.park_energy import FLOWS, Flow
from accounting.supply.park_supply import MonthOfSupply, ParkSupply, vector
from accounting.supply.park_totals import ParkTotals
from accounting.supply.park_value_chain import InternalPair, ValueChain
from accounting.supply.plants import PlantKind
from emission_factors import decimals
from emission_factors.activity_types import Method, Scope

RESALE_LINE: Final = "resale"
"""Inventory line of energy bought and sold on, category 3(d); the network states it exactly."""
_TREATMENT: Final = "waste"
"""Group of the activity types of who treats waste or wastewater itself."""
_LEASES: Final = (8, 13)


class Elimination(StrEnum):
    """Why a line of scope 3 is counted elsewhere in the park."""

    RESALE = "RESALE"
    """Energy bought and sold on, category 3 (d): what customers use of it is in the park's scope 2."""
    UPSTREAM = "UPSTREAM"
    """Upstream of energy that a neighbour supplied: the neighbour reports the upstream of its fuel and purchases."""
    TREATMENT = "TREATMENT"
    """Waste or wastewater that a neighbour treats: what its works emit and use is in its scopes 1 and 2."""
    LEASE = "LEASE"
    """A leased asset whose other party is a neighbour, which reports its fuel and energy in scopes 1 and 2."""


@dataclass(frozen=True, slots=True)
class Eliminated:
    """Lines of one tenant that one neighbour answers for; codes of tenants. `counterparty` is empty for resale, whose
    customers the transfers name; `quantity` in `unit`, None where the network states no quantity.
    """

    tenant: str
    category: int
    counterparty: str
    activity_type: str
    why: Elimination
    quantity: Decimal | None
    unit: str
    removed: Emissions


@dataclass(frozen=True, slots=True)
class Works:
    """What the wastewater works at a tenant's sites emit, and with the energy they use from its own supply.

    `reported` is what the members state of it in category 5.
    """

    tenant: str
    direct: Emissions
    energy: Emissions
    reported: Emissions

    @property
    def emitted(self) -> Emissions:
        """All that the works answer for."""
        return self.direct + self.energy


@dataclass(frozen=True, slots=True)
class ParkScope3:
    """Scope 3 of a park and the sums of scopes 1 to 3 that follow, in both ways."""

    chain: ValueChain
    lines: tuple[Eliminated, ...]
    works: tuple[Works, ...]

    @property
    def reported(self) -> Emissions:
        """The naive sum of what the members report, resale included."""
        return self.chain.scope_3 + self.chain.park.resold_import + self.chain.park.resold_internal

    @property
    def internal(self) -> Emissions:
        """What is counted elsewhere in the park."""
        return summed(one.removed for one in self.lines)

    @property
    def leaving(self) -> Emissions:
        """Imports that leave a park in the park again with what its members supply; they stay its category 3(d)."""
        return self.chain.park.reexported

    @property
    def by_elimination(self) -> Emissions:
        """What is left of scope 3."""
        return self.reported - self.internal + self.leaving


Members = Mapping[date, Collection[str]]
"""Month -> codes of the members whose scope 3 is asked for; months that are missing are left out."""


def park_scope_3(
    found: Footprint, supply: ParkSupply, totals: ParkTotals, members: Members, method: Method
) -> ParkScope3:
    """Return scope 3 of a park whose scopes 1 and 2 are `totals`.

    `found` is the footprint of the members' operations by tenant, site and month, with what neighbours supply.
    """
    inside = [line for line in found.lines if line.month and _party(supply, line) in members.get(line.month, ())]
    lines = [line for line in inside if line.line.scope is Scope.SCOPE_3 and line.line.code != RESALE_LINE]
    answered = _Answered(inside, supply)
    removed = _gathered(supply, _removed(lines, supply, members, answered))
    resold = [
        Eliminated(party, 3, "", "", Elimination.RESALE, None, "", one.resale)
        for party, one in totals.statements.items()
        if one.resale != NOTHING
    ]
    pairs = tuple(
        InternalPair(
            " ".join((one.tenant, one.counterparty, one.activity_type, str(one.category))),
            one.category,
            one.counterparty,
            one.tenant,
            None,
            one.removed,
        )
        for one in removed
    )
    chain = ValueChain(totals.park, summed(vector(line.amounts) for line in lines), pairs)
    return ParkScope3(chain, (*removed, *resold), tuple(_works(inside, supply, members, method, removed)))


class _Answered:
    """What members answer for themselves, by code and month."""

    def __init__(self, lines: Iterable[FootprintLine], supply: ParkSupply) -> None:
        self.upstream: set[tuple[str, date | None]] = set()
        self.treatment: set[tuple[str, date | None]] = set()
        self.scopes_1_and_2: set[tuple[str, date | None]] = set()
        sites = works_of(supply)
        for line in lines:
            key = (_party(supply, line), line.month)
            if _number(line) == 3 and line.line.code != RESALE_LINE:
                self.upstream.add(key)
            if line.line.scope in (Scope.SCOPE_1, Scope.SCOPE_2):
                self.scopes_1_and_2.add(key)
                if line.activity.group == _TREATMENT or line.site in sites:
                    self.treatment.add(key)

    def why(self, line: FootprintLine) -> Elimination | None:
        """Return why the neighbour that a line names answers for it, None where it does not."""
        key, number = (line.supplier, line.month), _number(line)
        is_bought = FLOWS.get(line.activity.code, (None, None))[0] is Flow.BOUGHT
        if number == 3 and is_bought and key in self.upstream:
            return Elimination.UPSTREAM
        if number == 5 and key in self.treatment:
            return Elimination.TREATMENT
        return Elimination.LEASE if number in _LEASES and key in self.scopes_1_and_2 else None


def works_of(supply: ParkSupply) -> frozenset[UUID]:
    """Return the sites with declared wastewater works."""
    return frozenset(
        plant.site
        for plants in supply.declared.plants.values()
        for plant in plants
        if plant.plant_kind is PlantKind.WASTEWATER_WORKS
    )


def _removed(
    lines: Iterable[FootprintLine], supply: ParkSupply, members: Members, answered: _Answered
) -> Iterator[tuple[Elimination, FootprintLine]]:
    for line in lines:
        is_inside = line.month is not None and line.supplier in members[line.month]
        why = answered.why(line) if is_inside and line.supplier != _party(supply, line) else None
        if why is not None:
            yield why, line


def _gathered(supply: ParkSupply, found: Iterable[tuple[Elimination, FootprintLine]]) -> list[Eliminated]:
    """Add up the months and inventory lines of one activity type; a quantity counts once for each month and site."""
    lines: dict[tuple[str, int, str, str, Elimination], list[FootprintLine]] = {}
    for why, line in found:
        key = (_party(supply, line), _number(line) or 0, line.supplier, line.activity.code, why)
        lines.setdefault(key, []).append(line)
    return [
        Eliminated(*key, _quantity(of_key), of_key[0].unit.code, summed(vector(line.amounts) for line in of_key))
        for key, of_key in sorted(lines.items())
    ]


def _quantity(lines: Iterable[FootprintLine]) -> Decimal:
    quantities = {(line.site, line.month, line.region, line.resolved.line.code): line.quantity for line in lines}
    first = min(code for *_, code in quantities)
    return decimals.total(quantity for (*_, code), quantity in quantities.items() if code == first)


def _works(
    lines: Iterable[FootprintLine],
    supply: ParkSupply,
    members: Members,
    method: Method,
    removed: Iterable[Eliminated],
) -> Iterator[Works]:
    sites, found = works_of(supply), list(removed)
    direct: dict[str, list[Emissions]] = {}
    for line in lines:
        if line.site in sites and line.line.scope is Scope.SCOPE_1:
            direct.setdefault(_party(supply, line), []).append(vector(line.amounts))
    energy: dict[str, list[Emissions]] = {}
    for day, month in supply.months.items():
        for party, emitted in _energy(month, sites, method):
            if party in members.get(day, ()):
                energy.setdefault(party, []).append(emitted)
    for party in sorted(direct.keys() | energy.keys()):
        stated = [one.removed for one in found if (one.why, one.counterparty) == (Elimination.TREATMENT, party)]
        yield Works(party, summed(direct.get(party, ())), summed(energy.get(party, ())), summed(stated))


def _energy(month: MonthOfSupply, sites: Collection[UUID], method: Method) -> Iterator[tuple[str, Emissions]]:
    """Yield what the energy carries that works use of their party's own supply, by the factor of its pool."""
    for one in month.readings:
        pool = month.by(method).pools.get(one.pool)
        if one.site in sites and one.flow is Flow.USED and pool is not None and pool.factor is not None:
            yield one.party, pool.factor * Fraction(one.quantity)


def _party(supply: ParkSupply, line: FootprintLine) -> str:
    if line.tenant is None:
        raise RuntimeError("a line was read without its tenant")
    return supply.codes[line.tenant]


def _number(line: FootprintLine) -> int | None:
    """Return the number of the scope 3 category of a line, None outside scope 3."""
    return int(line.line.category) if line.line.scope is Scope.SCOPE_3 and line.line.category.isdigit() else None
