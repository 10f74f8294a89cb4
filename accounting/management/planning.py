"""A park with those who may come: their projected loads as quantity cells, folded by the ordinary footprint.

A planned year is laid over a reference year: what a neighbour supplies is taken at the neighbour's factor of the same
month of the reference year, as one more customer of the pool that was. What the customer is given leaves the supplier's
plant, so that adding it to the customer alone counts it once. Nothing is stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import Cell, FootprintGap, FootprintLine, fold
from accounting.grouping import Totals, totals
from accounting.lines import NoSupply, OwnFactors
from accounting.management.prospects import ProjectedLoad, Prospect
from accounting.supply.network import Pool, Transfer
from accounting.supply.park_energy import FLOWS, Carrier, Flow
from accounting.supply.park_supply import MonthOfSupply, ParkSupply
from accounting.supply.supply import Supply
from accounting.supply.supply_factors import factors_of_supply
from emission_factors import decimals

MONTHS: Final = 12
"""Months of a year, over which a year's load is spread evenly."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned for: the `year`, the `reference` year whose factors apply, and the park's `region`."""

    year: int
    reference: int
    region: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prospect with the declaration that it is known by."""

    declaration: UUID
    prospect: Prospect

    def months(self, year: int) -> tuple[int, ...]:
        """Return the months of a year in which it is there, 1 to 12."""
        starts = self.prospect.starts
        return tuple(month for month in range(1, MONTHS + 1) if date(year, month, 1) >= starts)


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    """A load with what falls on the year in base units, what that emits, and the lines without a factor."""

    load: ProjectedLoad
    quantity: Decimal
    totals: Totals
    gaps: tuple[FootprintGap, ...]


@dataclass(frozen=True, slots=True)
class PlannedProspect:
    """A prospect in the planned year."""

    candidate: Candidate
    months: tuple[int, ...]
    loads: tuple[PlannedLoad, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class CarrierDemand:
    """Base units of a carrier: what the park had to bring up in the reference year, and what prospects add; of that
    `by_neighbours` is supplied by parties of the park.
    """

    carrier: Carrier
    reference: Decimal
    added: Decimal
    by_neighbours: Decimal


def planned(
    basis: Basis, asked: Planned, candidates: Sequence[Candidate], supply: ParkSupply | None, codes: Iterable[str]
) -> list[PlannedProspect]:
    """Return each prospect with what its loads emit in the planned year.

    `supply` is what parties supplied to each other in the reference year, None where nobody did; `codes` are those of
    all tenants of the park. What a party is to supply that supplied nothing of the kind in a month is a gap.
    """
    inside = frozenset(codes)
    own = {one.declaration: _own_factors(one, supply) for one in candidates} if supply else {}
    cells = [cell for one in candidates for cell in _cells(one, asked, own.get(one.declaration, {}), inside)]
    found = fold(basis, cells, own, keeps_months=False)
    lines: dict[tuple[UUID | None, UUID | None], list[FootprintLine]] = {}
    for line in found.lines:
        lines.setdefault((line.tenant, line.site), []).append(line)
    return [_planned(one, asked, lines, found.gaps) for one in candidates]


def demand(
    reference: Iterable[Cell], candidates: Iterable[PlannedProspect], codes: Iterable[str]
) -> list[CarrierDemand]:
    """Return the energy that the park needs by carrier, without and with the prospects; carriers of neither left out.

    Of the reference year: bought or made by its tenants, less what they supplied on, so that energy between neighbours
    is not counted twice.
    """
    inside = frozenset(codes)
    had = dict.fromkeys(Carrier, Decimal(0))
    for cell in reference:
        flow, carrier = FLOWS.get(cell.activity_type, (None, None))
        if carrier is not None and flow in _SIGNS:
            had[carrier] = decimals.total((had[carrier], decimals.product(cell.quantity, _SIGNS[flow])))
    added, inner = dict.fromkeys(Carrier, Decimal(0)), dict.fromkeys(Carrier, Decimal(0))
    for one in (load for found in candidates for load in found.loads):
        flow, carrier = FLOWS.get(one.load.activity_type, (None, None))
        if carrier is None or flow is not Flow.BOUGHT:
            continue
        added[carrier] = decimals.EXACT.add(added[carrier], one.quantity)
        if one.load.supplier in inside:
            inner[carrier] = decimals.EXACT.add(inner[carrier], one.quantity)
    return [CarrierDemand(one, had[one], added[one], inner[one]) for one in Carrier if had[one] or added[one]]


_SIGNS: Final[Mapping[Flow | None, Decimal]] = {
    Flow.BOUGHT: Decimal(1),
    Flow.GENERATED: Decimal(1),
    Flow.SUPPLIED: Decimal(-1),
}


def _cells(candidate: Candidate, asked: Planned, own: OwnFactors, inside: frozenset[str]) -> Iterator[Cell]:
    """Yield a cell of the reference year for every load and month; its site is the number of the load."""
    for number, load in enumerate(candidate.prospect.loads):
        for month in candidate.months(asked.year):
            cell = Cell(
                activity_type=load.activity_type,
                base_unit=load.base_unit,
                supplier=load.supplier,
                region=asked.region,
                day=date(asked.reference, month, 1),
                tenant=candidate.declaration,
                site=UUID(int=number),
                own_tenant=candidate.declaration if own else None,
                quantity=_part(load.base_quantity, month),
                row_count=0,
            )
            yield replace(cell, unbounded=_no_supply(cell)) if _lacks(cell, own, inside) else cell


def _part(whole: Decimal, month: int) -> Decimal:
    """Return a twelfth of a year's quantity, as the difference of rounded running sums: twelve add up to the whole."""
    until, before = (
        decimals.exact(round(Fraction(whole) * count / MONTHS, decimals.MAX_FRACTION_DIGITS))
        for count in (month, month - 1)
    )
    return decimals.EXACT.subtract(until, before)


def _lacks(cell: Cell, own: OwnFactors, inside: frozenset[str]) -> bool:
    """Whether a party of the park is to supply what it has no factor for in the month."""
    flow, _ = FLOWS.get(cell.activity_type, (None, None))
    if flow is not Flow.BOUGHT or cell.supplier not in inside:
        return False
    factors = [factor for (code, _), found in own.items() if code == cell.activity_type for factor in found]
    return not any(one.supplier == cell.supplier and one.valid_from == cell.day for one in factors)


def _no_supply(cell: Cell) -> NoSupply:
    return NoSupply(
        f"{cell.supplier} supplied nobody with what {cell.activity_type} is in {cell.day:%Y-%m}, so that no factor of "
        "the reference year is known"
    )


def _own_factors(candidate: Candidate, supply: ParkSupply) -> OwnFactors:
    """Return the factors of neighbours' pools, as a customer of each would have had them."""
    months = {month: _with_customer(found, candidate) for month, found in supply.months.items()}
    joined = replace(supply, codes={**supply.codes, candidate.declaration: _code(candidate)}, months=months)
    return factors_of_supply(joined, {candidate.declaration}).get(candidate.declaration, {})


def _with_customer(found: MonthOfSupply, candidate: Candidate) -> MonthOfSupply:
    by_location, by_market = (_joined(supply, candidate) for supply in (found.by_location, found.by_market))
    return replace(found, by_location=by_location, by_market=by_market)


def _joined(supply: Supply, candidate: Candidate) -> Supply:
    """Return a supply in which each wanted pool with a factor hands a unit to the candidate too."""
    code = _code(candidate)
    wanted = {
        Pool(load.supplier, FLOWS[load.activity_type][1].value)
        for load in candidate.prospect.loads
        if load.activity_type in FLOWS
    }
    joining = tuple(
        Transfer(f"{pool.party} {code} {pool.carrier}", pool, code, Fraction(1))
        for pool, one in supply.pools.items()
        if pool in wanted and one.factor is not None
    )
    network = supply.network
    return replace(supply, network=replace(network, transfers=(*network.transfers, *joining)))


def _code(candidate: Candidate) -> str:
    """Return what a prospect is called beside the codes of tenants."""
    return f"prospect {candidate.prospect.code}"


def _planned(
    candidate: Candidate,
    asked: Planned,
    lines: Mapping[tuple[UUID | None, UUID | None], Sequence[FootprintLine]],
    gaps: Sequence[FootprintGap],
) -> PlannedProspect:
    months, key = candidate.months(asked.year), candidate.declaration
    mine = [lines.get((key, UUID(int=number)), ()) for number in range(len(candidate.prospect.loads))]
    loads = [
        PlannedLoad(
            load=load,
            quantity=decimals.total(_part(load.base_quantity, month) for month in months),
            totals=totals(mine[number]),
            gaps=tuple(gap for gap in gaps if (gap.tenant, gap.site) == (key, UUID(int=number))),
        )
        for number, load in enumerate(candidate.prospect.loads)
    ]
    return PlannedProspect(candidate, months, tuple(loads), totals(line for found in mine for line in found))
