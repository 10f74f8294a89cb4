"""The fifteen scope 3 categories of a footprint, with what the tenants decided about each."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.footprints import Footprint
from accounting.judgement.data_quality import PrimaryShare
from accounting.value_chain import scope3 as pure
from accounting.value_chain.screening import CategoryScreening as Screened
from accounting.value_chain.screening import Decision
from emission_factors.activity_types import Scope
from ledger.declarations import declarations_of
from schema.context import Context
from schema.enums import DeclarationKind, Scope3Finding, Scope3Status, ScreeningDecision
from schema.scalars import ExactDecimal
from schema.types.data_quality import PrimaryDataShare
from schema.types.emissions import Emissions
from schema.types.screening import CategoryScreening

_PRIMARY: Final = (
    "Percent of its emissions by what they rest on: a supplier's figure and CO2e reported by the other party are "
    "primary data, a published factor is not, a factor of the tenant's own does not say; none where nothing is emitted."
)


@strawberry.type(description="How many tenants decided one way about a category.")
class ScreeningCount:
    """A count."""

    decision: ScreeningDecision | None = strawberry.field(description="The decision; none for those that made none.")
    tenant_count: int = strawberry.field(description="Tenants of the boundary.")


@strawberry.type(description="One of the fifteen scope 3 categories.")
class Scope3Category:
    """A category."""

    number: int = strawberry.field(description="Number, 1 to 15.")
    name: str = strawberry.field(description="Name.")
    emissions: Emissions = strawberry.field(description="Its emissions.")
    line_count: int = strawberry.field(description="Lines in it; none posted is not the same as zero emissions.")
    gap_count: int = strawberry.field(description="Lines in it that have no factor.")
    status: Scope3Status = strawberry.field(description="Whether it is reported, and why not.")
    finding: Scope3Finding | None = strawberry.field(
        description="Where what is posted contradicts what was decided; with several tenants, whoever posted it."
    )
    screening: CategoryScreening | None = strawberry.field(
        description="The screening in force, of a boundary of one tenant; none if it made none."
    )
    screening_counts: list[ScreeningCount] = strawberry.field(description="The boundary's tenants by their decision.")
    primary_data_share: PrimaryDataShare | None = strawberry.field(description=_PRIMARY)


async def scope3_categories_of(
    context: Context, found: Footprint, basis: Basis, tenants: Sequence[UUID], *, is_whole: bool
) -> list[Scope3Category]:
    """Return the categories of a footprint of tenants, `is_whole` where it is no part of one."""
    screened = await _screenings(context, basis, tenants)
    has_scope_3 = Scope.SCOPE_3 in basis.regime.scopes
    categories = []
    for category in pure.categories(found):
        of_tenants = [screened.get((tenant, category.number)) for tenant in tenants]
        where = pure.standing(category.is_posted, of_tenants, has_scope_3=has_scope_3, is_whole=is_whole)
        categories.append(_category(category, where, of_tenants[0] if len(of_tenants) == 1 else None))
    return categories


async def _screenings(context: Context, basis: Basis, tenants: Sequence[UUID]) -> Mapping[tuple[UUID, int], Screened]:
    async with context.read() as connection:
        declared = await declarations_of(connection, tenants, [DeclarationKind.SCREENING], basis.known_at)
    return {(one.tenant, one.content.category): one.content for one in declared}


def _category(found: pure.Category, where: pure.Standing, screened: Screened | None) -> Scope3Category:
    return Scope3Category(
        number=found.number,
        name=found.name,
        emissions=Emissions(amounts=found.amounts),
        line_count=found.line_count,
        gap_count=found.gap_count,
        status=where.status,
        finding=where.finding,
        screening=CategoryScreening.of(screened) if screened else None,
        screening_counts=_counts(where),
        primary_data_share=_share(found.primary),
    )


def _counts(where: pure.Standing) -> list[ScreeningCount]:
    counts = [(decision, where.decisions.get(decision, 0)) for decision in Decision]
    return [
        ScreeningCount(decision=decision, tenant_count=count)
        for decision, count in (*counts, (None, where.not_screened))
        if count
    ]


def _share(found: PrimaryShare | None) -> PrimaryDataShare | None:
    if found is None:
        return None
    return PrimaryDataShare(
        primary_percent=ExactDecimal(found.primary_percent),
        secondary_percent=ExactDecimal(found.secondary_percent),
        undeclared_percent=ExactDecimal(found.undeclared_percent),
    )
