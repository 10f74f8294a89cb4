"""Base years of tenants: what a calendar year's figures are, and what was declared and reported."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounting.basis import Basis
from accounting.change.base_year_declarations import ReportedYear, ScopeMasses
from accounting.change.base_year_series import BaseYearSeries, series
from accounting.change.bridge_lines import Side
from accounting.change.footprint_bridge import FootprintBridge, footprint_bridge
from accounting.grouping import Dimension, totals
from emission_factors.activity_types import Method
from ledger.connections import Connection
from ledger.declarations import BASE_YEAR_KINDS, declarations_of
from ledger.footprints.footprints import Boundary, footprint


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A calendar year of a tenant: masses in kg CO2e, lines they are the sum of, and lines without a factor."""

    masses: ScopeMasses
    line_count: int
    gap_count: int


async def figures_of(connection: Connection, basis: Basis, tenant: UUID, year: int) -> YearFigures:
    """Return the figures of a tenant's calendar year on a basis."""
    found = await footprint(connection, basis, Boundary((tenant,)), date(year, 1, 1), date(year, 12, 1), ())
    return YearFigures(ScopeMasses.of(totals(found.lines), basis), len(found.lines), len(found.gaps))


async def bridge_since(
    connection: Connection, first: ReportedYear, today: Basis, tenant: UUID, scope_2: Method
) -> FootprintBridge:
    """Return what leads from a reported year, as the ledger was known then, to the same year and basis `today`."""
    before = await _side(connection, replace(today, known_at=first.basis.known_at), tenant, first.year)
    return footprint_bridge(before, await _side(connection, today, tenant, first.year), scope_2)


async def base_year_of(connection: Connection, tenant: UUID, known_at: datetime | None = None) -> BaseYearSeries:
    """Return a tenant's policy, judgements and both series, as they were known at `known_at`."""
    declared = await declarations_of(connection, [tenant], BASE_YEAR_KINDS, known_at)
    return series(one.content for one in declared)


async def _side(connection: Connection, basis: Basis, tenant: UUID, year: int) -> Side:
    by = [Dimension.TENANT, Dimension.SITE]
    first, last = date(year, 1, 1), date(year, 12, 1)
    return Side(await footprint(connection, basis, Boundary((tenant,)), first, last, by), basis, year)
