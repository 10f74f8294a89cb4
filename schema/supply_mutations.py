"""Declarations of supply the API takes: terms of transfers, closed months, zones of a park."""

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.refusals import RefusalCode, Refused
from accounting.supply.transfer_terms import TransferTerms
from ledger.footprints.supply_closings import ToClose, close_supply
from ledger.periods import zone_of
from ledger.registry import NotRegistered, sources_where, tenants_where
from ledger.tables import Tenant
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.scalars import Month
from schema.types.declarations import DeclarationsAdded, DeclareResult
from schema.types.info import Info
from schema.types.registry import present
from schema.types.supply_declarations import TransferTermsInput, ZoneInput


@strawberry.type(description="Declarations of supply.")
class SupplyMutations:
    """The mutations of supply."""

    @strawberry.mutation(
        description="Declare on what terms a tenant supplies others: meters, by how much they may differ, who bears "
        "losses. The same again writes nothing."
    )
    async def declare_transfer_terms(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        terms: Annotated[list[TransferTermsInput], strawberry.argument(description="Terms, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare terms."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(terms)
        await _check_terms(info.context, tenant, found)
        return await declared(info.context, tenant, found, reason)

    @strawberry.mutation(
        description="Close months of what a tenant supplies: from now on a unit of it carries what is known of it now, "
        "whatever is posted later. A closed month stays as it is, unless it is closed again: that is a restatement, "
        "needs a reason, and restates the customers."
    )
    async def close_supply(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The supplier.")],
        months: Annotated[list[Month], strawberry.argument(description="Months that have ended, each once.")],
        again: Annotated[bool, strawberry.argument(description="Close closed months again.")] = False,
        reason: Reason = "",
    ) -> DeclareResult:
        """Close months."""
        service = info.context.service
        tenant, wanted = decode_uuid(tenant_id, "Tenant"), ToClose(months, again, reason)
        park = present(await info.context.parks.load((await _registered(info.context, tenant)).park_id))
        today = service.clock().astimezone(zone_of(park.time_zone)).date()
        found = await close_supply(service.database, tenant, wanted, today)
        return DeclarationsAdded.of(found)

    @strawberry.mutation(
        description="Declare zones of a park, parks within it. The park's operator does. The same again writes nothing."
    )
    async def declare_zones(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        zones: Annotated[list[ZoneInput], strawberry.argument(description="Zones, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare zones."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(zones)
        operator = await _registered(info.context, tenant)
        if not operator.is_operator:
            message = f"{operator.code} does not operate the park; accepted is the tenant that does"
            raise Refused(RefusalCode.BAD_DECLARATION, "tenantId", message)
        await _check_members(info.context, operator, {member for one in found for member in one.members})
        return await declared(info.context, tenant, found, reason)


async def _registered(context: Context, tenant: UUID) -> Tenant:
    async with context.read() as connection:
        found = await tenants_where(connection, tenant_id=tenant)
    if not found:
        raise NotRegistered(f"there is no tenant {tenant}")
    return found[0]


async def _check_members(context: Context, operator: Tenant, members: Collection[UUID]) -> None:
    async with context.read() as connection:
        known = {one.tenant_id for one in await tenants_where(connection, park_id=operator.park_id)}
    for member in members:
        if member not in known:
            raise NotRegistered(f"the park has no tenant {member}")


async def _check_terms(context: Context, tenant: UUID, terms: Sequence[TransferTerms]) -> None:
    """Raise `Refused` for a customer that is no neighbour, or a meter that its side has no source for."""
    supplier = await _registered(context, tenant)
    async with context.read() as connection:
        tenants = await tenants_where(connection, park_id=supplier.park_id)
        neighbours = {one.code: one.tenant_id for one in tenants if one.tenant_id != tenant}
        asked = [tenant, *(neighbours[one.customer] for one in terms if one.customer in neighbours)]
        sources = await sources_where(connection, tenant_id=asked)
    known = {(source.tenant_id, source.code) for source in sources}
    for index, one in enumerate(terms):
        if one.customer not in neighbours:
            message = f"{one.customer!r} is no code of another tenant of the park"
            raise Refused(RefusalCode.BAD_DECLARATION, f"[{index}].customer", message)
        meters = (
            ("supplierMeter", tenant, one.supplier_meter),
            ("customerMeter", neighbours[one.customer], one.customer_meter),
        )
        _check_meters(index, meters, known)


def _check_meters(index: int, meters: Iterable[tuple[str, UUID, str]], known: Collection[tuple[UUID, str]]) -> None:
    for field, side, meter in meters:
        if meter and (side, meter) not in known:
            message = f"{meter!r} is no source of that side; accepted is the code of one, or nothing"
            raise Refused(RefusalCode.UNKNOWN_SOURCE, f"[{index}].{field}", message)
