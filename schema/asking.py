"""What questions about footprints have in common: whose, over which months, on which basis."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.change.adoption import BadAdoption, completed
from accounting.footprints import Footprint
from accounting.grouping import Dimension, Group, grouped
from ledger.declarations import Declaration
from ledger.footprints.adoptions import adoption_of_park, adoption_of_tenant
from ledger.footprints.aside import MANY
from ledger.footprints.footprints import Boundary, footprint
from ledger.registry import parks_where, sites_where, tenants_where
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.limits import MONTHS_PER_FOOTPRINT
from schema.scalars import Instant
from schema.types.basis import BasisInput, choice_of, resolved, with_choice
from schema.types.footprints import BoundaryInput, MonthsInput

BasisArgument = Annotated[
    BasisInput | None,
    strawberry.argument(description="Regime, GWP set, factor release and the like; defaults if left out."),
]
_NOT_WHOLE: Final = (
    "not all of this park is read by the caller, and a part never passes for the whole: ask about a tenant"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A footprint with what it was asked on, and the boundary as resolved."""

    footprint: Footprint
    basis: Basis
    boundary: Boundary


async def answered(
    context: Context,
    asked: BoundaryInput,
    period: MonthsInput,
    basis: BasisInput | None,
    by: Sequence[Dimension] = (),
) -> Answered:
    """Compute a footprint in the operation's snapshot; raises `BadInput` or `NotFound`."""
    check_months(period)
    within, on = await basis_of(context, asked, basis)
    async with context.read() as connection:
        found = await footprint(connection, on, within, period.first, period.last, by)
    return Answered(found, on, within)


async def long_groups(found: Footprint, by: Sequence[Dimension]) -> list[Group] | None:
    """Return the groups of a footprint of many lines, made aside from the loop; None for any other.

    Those of others are made where they are asked for: a resolver of groups that waits costs each answer a turn of the
    loop, which is long while many post.
    """
    if not by or len(found.lines) < MANY:
        return None
    return await asyncio.to_thread(grouped, found.lines, by)


async def basis_of(context: Context, asked: BoundaryInput, given: BasisInput | None) -> tuple[Boundary, Basis]:
    """Return the boundary, and the basis that its footprints are on: what is given, and what it leaves out as adopted.

    Raises `BadInput` or `NotFound`.
    """
    within, proxies = await boundary_of(context, asked)
    knowledge = await context.knowledge(given.known_at if given else None)
    wanted = replace(given or BasisInput(), known_at=Instant(knowledge.known_at) if knowledge.known_at else None)
    adoption = await _adoption(context, asked, within, wanted)
    choice = choice_of(wanted)
    chosen = completed(choice, adoption.content) if adoption else choice
    known = await context.catalogue(chosen.release, knowledge.known_at)
    decided = adoption.id if adoption and chosen != choice else None
    basis = resolved(with_choice(wanted, chosen), known, proxies, decided)
    return within, replace(basis, told_at=knowledge.told_at)


async def boundary_of(context: Context, asked: BoundaryInput) -> tuple[Boundary, list[str]]:
    """Return the boundary and the proxy regions of its park; raises `NotFound`."""
    async with context.read() as connection:
        if asked.park_id:
            key = decode_uuid(asked.park_id, "Park")
            parks = await parks_where(connection, park_id=key)
            tenants = await tenants_where(connection, park_id=key)
            if not parks:
                raise NotFound("there is no such park")
            if not context.principal.access.has_whole_park(key):
                raise NotFound(_NOT_WHOLE)
            return Boundary(tuple(tenant.tenant_id for tenant in tenants)), parks[0].proxy_regions
        tenant_id, site_id = None, None
        if asked.site_id:
            sites = await sites_where(connection, site_id=decode_uuid(asked.site_id, "Site"))
            if not sites:
                raise NotFound("there is no such site")
            tenant_id, site_id = sites[0].tenant_id, sites[0].site_id
        elif asked.tenant_id:
            tenant_id = decode_uuid(asked.tenant_id, "Tenant")
        tenants = await tenants_where(connection, tenant_id=tenant_id)
        if not tenants:
            raise NotFound("there is no such tenant")
        parks = await parks_where(connection, park_id=tenants[0].park_id)
    return Boundary((tenants[0].tenant_id,), site_id), parks[0].proxy_regions


async def all_tenants(context: Context) -> tuple[UUID, ...]:
    """Return every tenant of the service."""
    async with context.read() as connection:
        return tuple(tenant.tenant_id for tenant in await tenants_where(connection))


async def _adoption(context: Context, asked: BoundaryInput, within: Boundary, wanted: BasisInput) -> Declaration | None:
    """Return the adoption that applies: of the park, otherwise of the tenant."""
    try:
        async with context.read() as connection:
            if asked.park_id:
                park = decode_uuid(asked.park_id, "Park")
                return await adoption_of_park(connection, park, wanted.regime, wanted.known_at)
            return await adoption_of_tenant(connection, within.tenants[0], wanted.regime, wanted.known_at)
    except BadAdoption as error:
        raise BadInput(str(error)) from None


def check_months(period: MonthsInput) -> None:
    """Raise `BadInput` for a period that is reversed or too long."""
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    if not 1 <= months <= MONTHS_PER_FOOTPRINT:
        raise BadInput(f"the period spans {months} months; accepted is 1 to {MONTHS_PER_FOOTPRINT}, first before last")
