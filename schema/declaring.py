"""How a mutation declares: contents made, referred tenants and sites looked up, all written or none."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from accounting.declarations import Declared
from accounting.refusals import RefusalCode, Refused
from ledger.declarations import declare
from ledger.registry import NotRegistered, neighbours_among, sites_where, tenants_where
from schema.context import Context
from schema.types.declarations import DeclarationsAdded

C_co = TypeVar("C_co", bound=Declared, covariant=True)


class Given(Protocol[C_co]):
    """An input that becomes the content of a declaration."""

    def content(self) -> C_co:
        """Return the content; raises a `ValueError` of the arithmetic where it cannot be."""


def contents(given: Iterable[Given[C_co]]) -> list[C_co]:
    """Return the contents of inputs; raises `Refused` with the place of the one that cannot be."""
    found = []
    for index, one in enumerate(given):
        try:
            found.append(one.content())
        except ValueError as error:
            raise Refused(RefusalCode.BAD_DECLARATION, f"[{index}]", str(error)) from None
    return found


async def declared(
    context: Context, tenant: UUID, found: Sequence[Declared], reason: str, sites: Collection[UUID] = ()
) -> DeclarationsAdded:
    """Declare and answer with what is in force; `sites` are those that the contents name.

    Raises `NotRegistered` or `Refused` with nothing written.
    """
    await check_places(context, tenant, sites)
    return DeclarationsAdded.of(await declare(context.service.database, tenant, found, reason))


async def check_places(context: Context, tenant: UUID, sites: Collection[UUID]) -> None:
    """Raise `NotRegistered` for a tenant that does not exist or a site that is not the tenant's."""
    async with context.read() as connection:
        if not await tenants_where(connection, tenant_id=tenant):
            raise NotRegistered(f"there is no tenant {tenant}")
        known = {site.site_id for site in await sites_where(connection, tenant_id=tenant)}
    for site in sites:
        if site not in known:
            raise NotRegistered(f"the tenant has no site {site}")


async def check_tenants(context: Context, of: UUID, tenants: Collection[UUID]) -> None:
    """Raise `NotRegistered` for a tenant that is neither in reach nor a neighbour of the one that declares."""
    async with context.read() as connection:
        known = {found.tenant_id for found in await tenants_where(connection, tenant_id=list(tenants))}
        if not known.issuperset(tenants):
            known |= await neighbours_among(connection, of, tenants)
    for tenant in tenants:
        if tenant not in known:
            raise NotRegistered(f"there is no tenant {tenant}")
