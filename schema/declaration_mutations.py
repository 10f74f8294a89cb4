"""Declarations the API takes: who holds and controls sites, what is leased; and how one is withdrawn."""

from typing import Annotated

import strawberry

from ledger.declarations import withdraw
from schema.declaring import check_tenants, contents, declared
from schema.global_ids import decode_uuid
from schema.types.boundary_declarations import LeasedSiteInput, SiteHoldingInput
from schema.types.declarations import DeclarationsAdded, DeclareResult
from schema.types.info import Info
from schema.types.plants import PlantInput

DeclaringTenant = Annotated[strawberry.ID, strawberry.argument(description="The tenant that declares.")]
Reason = Annotated[str, strawberry.argument(description="Why, if it is worth saying.")]


@strawberry.type(description="Declarations.")
class DeclarationMutations:
    """The mutations of declarations."""

    @strawberry.mutation(
        description="Declare who holds what of a tenant's sites and who controls them. The same again writes nothing."
    )
    async def declare_holdings(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        holdings: Annotated[list[SiteHoldingInput], strawberry.argument(description="Holdings, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare holdings."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(holdings)
        await check_tenants(info.context, tenant, {one.holder for one in found})
        return await declared(info.context, tenant, found, reason, {one.site for one in found if one.site})

    @strawberry.mutation(description="Declare that sites are leased in or let. The same again writes nothing.")
    async def declare_leases(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        leases: Annotated[list[LeasedSiteInput], strawberry.argument(description="Leases, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare leases."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(leases)
        return await declared(info.context, tenant, found, reason, {one.site for one in found})

    @strawberry.mutation(description="Declare the plants at a tenant's sites. The same again writes nothing.")
    async def declare_plants(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        plants: Annotated[list[PlantInput], strawberry.argument(description="Plants, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare plants."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(plants)
        return await declared(info.context, tenant, found, reason, {one.site for one in found})

    @strawberry.mutation(
        description="Say that a declaration does not hold any more: a last version of its subject, with the reason."
    )
    async def withdraw_declaration(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        declaration_id: Annotated[strawberry.ID, strawberry.argument(description="The current version.")],
        reason: Annotated[str, strawberry.argument(description="Why.")],
    ) -> DeclareResult:
        """Withdraw a declaration."""
        tenant, key = decode_uuid(tenant_id, "Tenant"), decode_uuid(declaration_id, "Declaration")
        return DeclarationsAdded.of([await withdraw(info.context.service.database, tenant, key, reason)])
