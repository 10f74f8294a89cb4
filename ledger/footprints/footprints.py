"""Where the database meets the arithmetic: cells summed to the grain the factors depend on, then folded.

Tenant and site are kept only where the question asks for them, where a tenant has a factor of its own for the activity
type, where it holds instruments that have to be matched with its energy month by month, or where shares of its
operations were declared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.boundary import Part
from accounting.consolidation import NoStake, Placement
from accounting.footprints import ONE, Cell, Footprint, fold
from accounting.grouping import Dimension
from accounting.lines import OwnFactors
from accounting.scope2.coverage import ENERGY_UNIT, Covered, Supplied, covered
from accounting.scope2.instruments import Instrument, Load
from accounting.scope2.matching import Matching
from accounting.supply.park_energy import BOUGHT
from accounting.supply.park_supply import ParkSupply
from accounting.supply.supply_factors import as_supplied, factors_of_supply
from emission_factors.factors import Factor
from ledger.beyond import beyond
from ledger.cells.sums import Wanted, cell_sums, energy_of
from ledger.connections import Connection
from ledger.footprints.aside import worked_out
from ledger.footprints.boundaries import Reach, reach_of
from ledger.footprints.own_factors import own_factor_rows, own_factors_of
from ledger.footprints.park_supplies import AskedSupply, park_supplies
from ledger.instruments.instruments import instruments_of

_WHY: Final = "supply factors of neighbours, certificates cancelled by others too, operations held through others"
MOST_MONTHS: Final = 240
"""Months one footprint may span."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Whose footprint: the tenants in it, and the one site if it is narrower than a tenant."""

    tenants: tuple[UUID, ...]
    site: UUID | None = None


@dataclass(frozen=True, slots=True)
class FootprintCells:
    """What a footprint is folded from: cells, tenants' own factors with those of what neighbours supply, and what
    instruments cover.
    """

    cells: Sequence[Cell]
    own: Mapping[UUID, OwnFactors]
    matching: Matching | None
    has_internal_supply: bool


_NEIGHBOURS: Final = """
SELECT tenant_id FROM tenants WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(%(tenants)s::uuid[]))
"""


async def footprint(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date, by: Sequence[Dimension]
) -> Footprint:
    """Return the footprint of a boundary from the month of `first` to the month of `last`, both included.

    `by` names the dimensions to keep apart; the sum over any of them is the same total, to the last digit. Whoever was
    told the same instant, reaches the same and asks the same gets the same object (decision 0026).
    """

    async def computed() -> Footprint:
        async with beyond(connection, _WHY, boundary.tenants):
            reach = await reach_of(connection, basis, boundary.tenants)
            supplies = await supplies_of(connection, basis, AskedSupply(reach.operations, first, last))
            return await _computed(connection, basis, boundary, (first, last), by, reach, supplies)

    if connection.kept is None or basis.told_at is None:
        return await computed()
    asked = (connection.access, connection.is_widened, basis, boundary, first, last, tuple(by))
    return await connection.kept.footprints.of(asked, computed)


async def supplies_of(connection: Connection, basis: Basis, asked: AskedSupply) -> list[ParkSupply]:
    """Return what parties of a park supply to each other, where a regime counts it by the supplier's own factors.

    The Chinese regimes take the average for what is bought, and deduct what a supplier sends out at the same.
    """
    if not basis.regime.has_approaches:
        return []

    async def posted(on: Basis, tenants: Sequence[UUID], first: date, last: date) -> Footprint:
        return await operations_of(connection, on, AskedSupply(tenants, first, last), [])

    return await park_supplies(connection, basis, asked, posted)


_POSTED: Final = (Dimension.TENANT, Dimension.SITE, Dimension.MONTH)


async def operations_of(
    connection: Connection, basis: Basis, asked: AskedSupply, supplies: Sequence[ParkSupply]
) -> Footprint:
    """Return the footprint of tenants' operations whole, whoever holds them, by tenant, site and month; `supplies` were
    read before, and what neighbours supply has no factor without them.
    """
    within, whole = Boundary(tuple(asked.tenants)), replace(basis, approach=None)
    reach = Reach(within.tenants, (), None)
    return await _computed(connection, whole, within, (asked.first, asked.last), _POSTED, reach, supplies)


async def cells_of(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date, by: Sequence[Dimension]
) -> FootprintCells:
    """Return the cells that the footprint of a boundary is folded from, month by month."""
    async with beyond(connection, _WHY, boundary.tenants):
        reach = await reach_of(connection, basis, boundary.tenants)
        supplies = await supplies_of(connection, basis, AskedSupply(reach.operations, first, last))
        return await _read(connection, basis, boundary, (first, last), by, reach, supplies)


async def _computed(
    connection: Connection,
    basis: Basis,
    boundary: Boundary,
    months: tuple[date, date],
    by: Sequence[Dimension],
    reach: Reach,
    supplies: Sequence[ParkSupply],
) -> Footprint:
    found = await _read(connection, basis, boundary, months, by, reach, supplies)
    folded = await worked_out(
        len(found.cells), lambda: fold(basis, found.cells, found.own, keeps_months=Dimension.MONTH in by)
    )
    return replace(folded, matching=found.matching)


async def _read(
    connection: Connection,
    basis: Basis,
    boundary: Boundary,
    months: tuple[date, date],
    by: Sequence[Dimension],
    reach: Reach,
    supplies: Sequence[ParkSupply],
) -> FootprintCells:
    registered = own_factors_of(await own_factor_rows(connection, reach.operations, basis.known_at))
    own = _with_supplies(registered, supplies, frozenset(reach.operations))
    claims = await _claims(connection, basis, reach.operations)
    asked = _Asked(
        basis=basis,
        boundary=boundary,
        reach=reach,
        parties=_parties(reach, supplies),
        first=months[0].replace(day=1),
        last=months[1].replace(day=1),
        by=by,
        served=frozenset((tenant, activity_type) for tenant, found in own.items() for activity_type, _ in found),
        holders=frozenset(claim.tenant for claim in claims) & frozenset(reach.operations),
        supplies=tuple(supplies),
    )
    matched, matching = await _matched(connection, asked, claims)
    cells = [*await cell_sums(connection, asked.wanted()), *await _apart(connection, asked), *matched]
    return FootprintCells(cells, own, matching, has_internal_supply=bool(supplies))


def _with_supplies(
    own: Mapping[UUID, OwnFactors], supplies: Sequence[ParkSupply], tenants: Collection[UUID]
) -> dict[UUID, OwnFactors]:
    """Add the factors of what neighbours supply to `tenants`; a figure that a tenant registered of the same supplier
    goes first.
    """
    found: dict[UUID, dict[tuple[str, str], list[Factor]]] = {
        tenant: {key: list(factors) for key, factors in of_tenant.items()} for tenant, of_tenant in own.items()
    }
    for supply in supplies:
        for tenant, of_tenant in factors_of_supply(supply, tenants).items():
            for key, factors in of_tenant.items():
                registered = found.setdefault(tenant, {}).setdefault(key, [])
                named = {factor.supplier for factor in registered}
                registered += [factor for factor in factors if factor.supplier not in named]
    return dict(found)


def _parties(reach: Reach, supplies: Sequence[ParkSupply]) -> frozenset[UUID]:
    """Return whose bought energy is read by site and month, so that each month has its factor and its resale."""
    return frozenset(reach.whole) & {tenant for supply in supplies for tenant in supply.parties}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: months included on both ends; `served` are (tenant, activity type) with factors of their own,
    `holders` the tenants reached that hold instruments, `supplies` what neighbours supply to each other, `parties` the
    tenants reported whole that take part in it.
    """

    basis: Basis
    boundary: Boundary
    reach: Reach
    first: date
    last: date
    by: Sequence[Dimension]
    served: frozenset[tuple[UUID, str]]
    holders: frozenset[UUID]
    supplies: tuple[ParkSupply, ...]
    parties: frozenset[UUID]

    def wanted(self) -> Wanted:
        """Return which cells are read of tenants that are reported whole, but for the energy that parties bought."""
        return Wanted(
            tenants=self.reach.whole,
            only_site=self.boundary.site,
            first=self.first,
            last=self.last,
            keeps_tenant=Dimension.TENANT in self.by,
            keeps_site=Dimension.SITE in self.by,
            served=self.served,
            holders=self.holders,
            known_at=self.basis.known_at,
            keeps_quality=Dimension.QUALITY in self.by,
            parties=self.parties,
        )

    def wanted_apart(self) -> Iterator[Wanted]:
        """Yield which cells are read by site: of tenants of whom something is declared, and what parties bought."""
        by_site = replace(self.wanted(), keeps_tenant=True, keeps_site=True, parties=())
        yield replace(by_site, tenants=self.reach.apart)
        yield replace(by_site, tenants=sorted(self.parties), types=BOUGHT)

    def is_apart(self, tenant: UUID | None) -> bool:
        """Whether what a tenant bought of energy is read by site."""
        return tenant in self.parties or tenant in self.reach.apart

    def holds(self, one: Supplied | Load) -> bool:
        """Whether a month and site are within the question."""
        return self.first <= one.month <= self.last and self.boundary.site in (None, one.site)


async def _apart(connection: Connection, asked: _Asked) -> list[Cell]:
    """Return the cells that are read by site, each as what it stands for and with its shares."""
    found = [cell for wanted in asked.wanted_apart() for cell in await cell_sums(connection, wanted)]
    return [part for cell in found for part in _shared(cell, asked)]


def _shared(posted: Cell, asked: _Asked) -> Iterator[Cell]:
    """Yield what a posted cell with its tenant and site stands for, and what holders in the question report of it."""
    of_tenant = [supply for supply in asked.supplies if posted.tenant in supply.codes]
    for cell in as_supplied(of_tenant[0], posted) if of_tenant else (posted,):
        yield from _held(cell, asked)


def _held(cell: Cell, asked: _Asked) -> Iterator[Cell]:
    tenant, site, boundaries = cell.tenant, cell.site, asked.reach.boundaries
    if tenant is None or site is None:
        raise RuntimeError("a cell to be shared was read without its tenant and site")
    try:
        whole = (Part(tenant, ONE, Placement.SCOPE_1_AND_2),)
        parts = whole if boundaries is None else boundaries.parts(tenant, site, cell.day)
    except NoStake as error:
        if tenant in asked.boundary.tenants:
            yield _at_grain(replace(cell, unbounded=error), asked)
        return
    for part in parts:
        if part.holder in asked.boundary.tenants:
            yield _at_grain(_reported_by(part, cell), asked)


def _reported_by(part: Part, cell: Cell) -> Cell:
    """Return what a holder reports of a cell; most cells are their tenant's own, whole and as they are."""
    if (part.holder, part.share, part.placement) == (cell.tenant, cell.share, cell.placement):
        return cell
    return replace(cell, tenant=part.holder, share=part.share, placement=part.placement)


def _at_grain(cell: Cell, asked: _Asked) -> Cell:
    """Drop the tenant and the site where the question does not keep them apart."""
    tenant = cell.tenant if Dimension.TENANT in asked.by else None
    site = cell.site if Dimension.SITE in asked.by else None
    return cell if (tenant, site) == (cell.tenant, cell.site) else replace(cell, tenant=tenant, site=site)


async def _claims(connection: Connection, basis: Basis, tenants: Sequence[UUID]) -> list[Instrument]:
    """Return the instruments of everyone in the parks of `tenants`: a certificate cancelled twice shows only there."""
    cursor = await connection.execute(_NEIGHBOURS, {"tenants": list(tenants)})
    return await instruments_of(connection, [tenant for (tenant,) in await cursor.fetchall()], basis.known_at)


async def _matched(
    connection: Connection, asked: _Asked, claims: Sequence[Instrument]
) -> tuple[list[Cell], Matching | None]:
    """Return the energy cells of holders within the question, with what instruments cover, and the matching."""
    if not asked.holders:
        return [], None
    claimed = [claim for claim in claims if claim.tenant in asked.holders]
    first = min(asked.first, *(claim.claimed_from for claim in claimed))
    last = max(asked.last, *(claim.claimed_to for claim in claimed))
    keeps_quality = Dimension.QUALITY in asked.by
    rows = await energy_of(connection, asked.holders, first, last, asked.basis.known_at, keeps_quality=keeps_quality)
    parts, found = covered(list(rows), claims, asked.basis.regime)
    cells = [_cell(one, count, asked, parts.get(one, ())) for one, count in rows.items() if asked.holds(one)]
    return list(_reported(cells, asked)), _shown(found, asked)


def _reported(cells: Iterable[Cell], asked: _Asked) -> Iterator[Cell]:
    for cell in cells:
        if asked.is_apart(cell.tenant):
            yield from _shared(cell, asked)
        else:
            yield _at_grain(cell, asked)


def _cell(one: Supplied, count: int, asked: _Asked, parts: tuple[Covered, ...]) -> Cell:
    return Cell(
        activity_type=one.activity_type,
        base_unit=ENERGY_UNIT,
        supplier=one.supplier,
        region=one.region,
        day=one.month,
        tenant=one.tenant,
        site=one.site,
        own_tenant=one.tenant if (one.tenant, one.activity_type) in asked.served else None,
        quantity=one.quantity,
        row_count=count,
        covered=parts,
        quality=one.quality,
    )


def _shown(found: Matching, asked: _Asked) -> Matching:
    """Keep what is within the question; others' instruments were read for their certificate numbers alone."""
    return Matching(
        tuple(one for one in found.matches if asked.holds(one.load)),
        tuple(one for one in found.rejections if one.instrument.tenant in asked.holders),
        tuple(one for one in found.unmatched if asked.holds(one.load)),
    )
