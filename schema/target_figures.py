"""How the progress of targets is put together: which targets, on which basis, each year read once."""

from dataclasses import replace
from datetime import date

from accounting.basis import Basis
from accounting.grouping import Dimension
from accounting.scenarios.declared_targets import DeclaredTarget, PinnedBasis
from accounting.scenarios.target_progress import progress_of
from ledger.declarations import Declaration
from ledger.footprints.footprints import Boundary
from ledger.management.target_years import TargetYear, figure_of, restatement_of, target_year, targets_of
from ledger.registry import tenants_where
from schema.asking import basis_of, boundary_of
from schema.context import Context
from schema.errors import BadInput
from schema.scalars import Day, Instant, Month
from schema.types.basis import BasisInput, resolved
from schema.types.footprints import BoundaryInput, Footprint, MonthsInput
from schema.types.target_progress import TargetProgress


async def progress_in(
    context: Context, boundary: BoundaryInput, year: int, basis: BasisInput | None
) -> list[TargetProgress]:
    """Return the progress of each target in force, by declaring tenant and code; raises `BadInput` or `NotFound`."""
    if boundary.site_id:
        raise BadInput("boundary: a target is of a tenant or of a park; name one of them")
    within, _ = await boundary_of(context, boundary)
    known_at = basis.known_at if basis else None
    async with context.read() as connection:
        declaring = within.tenants
        if boundary.park_id:
            operators = await tenants_where(connection, tenant_id=list(within.tenants), is_operator=True)
            declaring = tuple(tenant.tenant_id for tenant in operators)
        found = await targets_of(connection, declaring, known_at, of_park=bool(boundary.park_id))
    years = _Years(context, boundary, within, basis)
    return [await _progress(years, one, year) for one in found]


async def _progress(years: "_Years", declaration: Declaration, year: int) -> TargetProgress:
    declared: DeclaredTarget = declaration.content
    on = await years.basis(declared.basis)
    actual = await years.read(on, year)
    base = None
    if declared.base_value is None:
        base = await years.read(await years.basis_of_base(declared.basis), declared.base_year)
    restated_of = None if declared.is_of_park else declaration.tenant
    async with years.context.read() as connection:
        figure = await figure_of(connection, declared, actual)
        of_base = await figure_of(connection, declared, base) if base else None
        restated = (
            await restatement_of(connection, declared, restated_of, actual.basis.known_at) if restated_of else None
        )
    return TargetProgress.of(
        progress_of(declared, of_base, restated, figure),
        declaration,
        _shown(base) if base else None,
        _shown(actual),
        of_base,
        is_comparable=_is_comparable(declared.basis, actual.basis),
    )


class _Years:
    """Reads each year of each basis once."""

    def __init__(self, context: Context, boundary: BoundaryInput, within: Boundary, asked: BasisInput | None) -> None:
        self.context = context
        self._boundary = boundary
        self._within = within
        self._asked = asked
        self._bases: dict[PinnedBasis | None, Basis] = {}
        self._read: list[TargetYear] = []

    async def basis(self, pinned: PinnedBasis) -> Basis:
        """Return the basis of the year asked for: as named, otherwise the target's with factors of its time."""
        key = None if self._asked else pinned
        if key not in self._bases:
            named = BasisInput(
                regime=pinned.regime,
                gwp_set=pinned.gwp_set,
                proxy_regions=list(pinned.proxies),
                approach=pinned.approach,
            )
            _, self._bases[key] = await basis_of(self.context, self._boundary, self._asked or named)
        return self._bases[key]

    async def basis_of_base(self, pinned: PinnedBasis) -> Basis:
        """Return the basis of a base year as it is kept, with what was known when the question asks."""
        knowledge = await self.context.knowledge(self._asked.known_at if self._asked else None)
        kept = BasisInput(
            regime=pinned.regime,
            gwp_set=pinned.gwp_set,
            release=pinned.release,
            published_by=Day(pinned.published_by) if pinned.published_by else None,
            proxy_regions=list(pinned.proxies),
            approach=pinned.approach,
            known_at=Instant(knowledge.known_at) if knowledge.known_at else None,
        )
        found = resolved(kept, await self.context.catalogue(pinned.release), ())
        return replace(found, told_at=knowledge.told_at)

    async def read(self, basis: Basis, year: int) -> TargetYear:
        """Return a year, read once for each basis."""
        for found in self._read:
            if (found.basis, found.year) == (basis, year):
                return found
        is_park, is_over = bool(self._boundary.park_id), year < self.context.service.clock().year
        async with self.context.read() as connection:
            made = await target_year(connection, basis, self._within, year, is_park=is_park, is_over=is_over)
        self._read.append(made)
        return made


def _shown(found: TargetYear) -> Footprint:
    months = MonthsInput(first=Month(date(found.year, 1, 1)), last=Month(date(found.year, 12, 1)))
    return Footprint.of(
        found.footprint, found.basis, months, [Dimension.TENANT], found.boundary.tenants, found.boundary.site
    )


def _is_comparable(pinned: PinnedBasis, basis: Basis) -> bool:
    found = basis.regime.code, basis.gwp_set, basis.approach
    return found == (pinned.regime, pinned.gwp_set, pinned.approach)
