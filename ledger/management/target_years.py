"""What a calendar year of a tenant or park comes to, as a target asks for it, and the targets that are declared."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting.basis import Basis
from accounting.change.base_year_declarations import ScopeMasses
from accounting.change.denominators import gathered, months_between
from accounting.declarations import DeclarationKind
from accounting.footprints import Footprint
from accounting.grouping import Dimension, totals
from accounting.scenarios.declared_targets import DeclaredTarget
from accounting.scenarios.target_progress import Restatement, YearFigure, gaps_in, takes
from accounting.scenarios.targets import BadTarget
from accounting.supply.park_supply import ParkSupply
from accounting.supply.park_totals import amounts_of, park_totals
from emission_factors.activity_types import Method
from emission_factors.decimals import EXACT
from ledger.connections import Connection
from ledger.declarations import Declaration, declarations_of
from ledger.footprints.base_years import base_year_of
from ledger.footprints.denominators import denominators_of
from ledger.footprints.footprints import Boundary, footprint, supplies_of
from ledger.footprints.park_supplies import AskedSupply


@dataclass(frozen=True, slots=True)
class TargetYear:
    """A calendar year on a basis: its footprint, masses in kg CO2e of which a park's scopes 1 and 2 are counted once,
    and months of internal supply that are missing from them. `is_over` says whether the year has ended.
    """

    year: int
    basis: Basis
    boundary: Boundary
    footprint: Footprint
    masses: ScopeMasses
    failed: tuple[date, ...]
    is_over: bool


async def targets_of(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None, *, of_park: bool
) -> list[Declaration]:
    """Return the targets that tenants declared for themselves, or for the park that they operate."""
    found = await declarations_of(connection, tenants, [DeclarationKind.TARGET], known_at)
    return [one for one in found if one.content.is_of_park is of_park]


async def target_year(
    connection: Connection, basis: Basis, boundary: Boundary, year: int, *, is_park: bool, is_over: bool
) -> TargetYear:
    """Return a calendar year of a tenant, or of everyone in a park."""
    first, last = date(year, 1, 1), date(year, 12, 1)
    found = await footprint(connection, basis, boundary, first, last, [Dimension.TENANT])
    masses = ScopeMasses.of(totals(found.lines), basis)
    failed: tuple[date, ...] = ()
    supplies: list[ParkSupply] = []
    if is_park:
        supplies = await supplies_of(connection, basis, AskedSupply(boundary.tenants, first, last, is_whole=True))
    for supply in supplies:
        masses, failed = _counted_once(supply, masses), tuple(supply.failed)
    return TargetYear(year, basis, boundary, found, masses, failed, is_over)


async def figure_of(connection: Connection, declared: DeclaredTarget, found: TargetYear) -> YearFigure:
    """Return what a year comes to in the scopes of a target, with its denominator."""
    missing = [] if found.is_over else [f"{found.year} has not ended"]
    missing += [f"internal supply of {month:%Y-%m} has no factors" for month in found.failed]
    missing += gaps_in(declared, found.footprint.gaps)
    tonnes = None
    if any(takes(declared, line.line) for line in found.footprint.lines):
        try:
            tonnes = declared.of(found.masses)
        except BadTarget as error:
            missing.append(str(error))
    else:
        missing.append(f"nothing of {found.year} in the scopes of the target is posted")
    size, unstated = await _size(connection, declared, found)
    return YearFigure(found.year, tonnes, size, (*missing, *unstated))


async def restatement_of(
    connection: Connection, declared: DeclaredTarget, tenant: UUID, known_at: datetime | None
) -> Restatement | None:
    """Return what a recalculation made of the base year, None where the tenant did not report that year."""
    series = await base_year_of(connection, tenant, known_at)
    for year in series.years:
        if year.reported.year == declared.base_year:
            try:
                return Restatement(declared.of(year.reported.masses), declared.of(year.restated))
            except BadTarget:
                return None
    return None


def _counted_once(supply: ParkSupply, masses: ScopeMasses) -> ScopeMasses:
    """Return the masses of a park with scopes 1 and 2 as direct emissions and what crossed its boundary."""
    by_location, by_market = (park_totals(supply, method).park for method in (Method.LOCATION, Method.MARKET))
    direct = amounts_of(by_location.direct).co2e
    location, market = (
        EXACT.subtract(amounts_of(park.by_imports).co2e, amounts_of(park.direct).co2e)
        for park in (by_location, by_market)
    )
    reported = None if masses.scope_2_market is None else market
    return replace(masses, scope_1=direct, scope_2_location=location, scope_2_market=reported)


async def _size(
    connection: Connection, declared: DeclaredTarget, found: TargetYear
) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the denominator of the tenants that have emissions in the year, and who did not state which of it."""
    if declared.per is None:
        return None, ()
    footprint_of, boundary = found.footprint, found.boundary
    reporting = {line.tenant for line in footprint_of.lines} | {gap.tenant for gap in footprint_of.gaps}
    tenants = [tenant for tenant in boundary.tenants if tenant in reporting] or boundary.tenants
    stated = await denominators_of(connection, boundary.tenants, found.basis.known_at)
    asked = months_between(date(found.year, 1, 1), date(found.year, 12, 1))
    whole = gathered(declared.per.wanted(), tenants, asked, stated)
    size = whole.intensity(Decimal(0))
    named = f"{declared.per.denominator} {declared.per.product}".strip()
    if whole.missing:
        months = {month for missing in whole.missing.values() for month in missing}
        message = f"{named} in {whole.unit} of {len(whole.missing)} tenants lacks {len(months)} months of {found.year}"
        return None, (message,)
    return size.denominator, () if size.denominator else (f"{named} of {found.year} is zero",)
