"""Declarations of a park's management: tenancies, prospects, meters, and what sources are to post."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.refusals import RefusalCode, Refused
from ledger.registry import NotRegistered, sources_where, tenants_where
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import check_tenants, contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.expected_data import ExpectationInput, MeterInput
from schema.types.info import Info
from schema.types.prospects import ProspectInput
from schema.types.tenancies import TenancyInput


@strawberry.type(description="Declarations of a park's management.")
class ManagementMutations:
    """The mutations of management."""

    @strawberry.mutation(description="Declare what a tenant rents in the park. The same again writes nothing.")
    async def declare_tenancies(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        tenancies: Annotated[list[TenancyInput], strawberry.argument(description="Tenancies, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare tenancies."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(tenancies)
        return await declared(info.context, tenant, found, reason, {one.site for one in found if one.site})

    @strawberry.mutation(
        description="Declare companies that may come to the park, with their projected loads; by its operator. One "
        "that came names the tenant it became; one that does not come is withdrawn with `withdrawDeclaration`."
    )
    async def declare_prospects(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The park's operator, which declares.")],
        prospects: Annotated[list[ProspectInput], strawberry.argument(description="Prospects, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare prospects."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(prospects)
        await _check_operator(info.context, tenant)
        await check_tenants(info.context, tenant, {one.became for one in found if one.became})
        return await declared(info.context, tenant, found, reason)

    @strawberry.mutation(description="Declare what sources measure with. The same again writes nothing.")
    async def declare_meters(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        meters: Annotated[list[MeterInput], strawberry.argument(description="Meters, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare meters."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(meters)
        await _check_sources(info.context, tenant, {one.source for one in found})
        return await declared(info.context, tenant, found, reason)

    @strawberry.mutation(
        description="Declare what sources or sites are to post, and for which months nothing is due. The same again "
        "writes nothing."
    )
    async def declare_expectations(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        expectations: Annotated[
            list[ExpectationInput], strawberry.argument(description="Expectations, all taken or none.")
        ],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare expectations."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(expectations)
        await _check_sources(info.context, tenant, {one.source for one in found if one.source})
        return await declared(info.context, tenant, found, reason, {one.site for one in found if one.site})


async def _check_operator(context: Context, tenant: UUID) -> None:
    """Raise `Refused` for a tenant that does not operate its park; `NotRegistered` for none."""
    async with context.read() as connection:
        found = await tenants_where(connection, tenant_id=tenant)
    if not found:
        raise NotRegistered(f"there is no tenant {tenant}")
    if not found[0].is_operator:
        message = f"{found[0].code} does not operate the park; prospects are declared by the tenant that does"
        raise Refused(RefusalCode.BAD_DECLARATION, "tenantId", message)


async def _check_sources(context: Context, tenant: UUID, sources: Collection[UUID]) -> None:
    """Raise `NotRegistered` for a source that is not the tenant's."""
    async with context.read() as connection:
        known = {found.source_id for found in await sources_where(connection, tenant_id=tenant)}
    for source in sources:
        if source not in known:
            raise NotRegistered(f"the tenant has no source {source}")
