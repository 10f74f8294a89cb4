"""What a park's operator declares for its indicators."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.indicators.inputs import BadIndicatorInput
from accounting.indicators.statements import DeclaredSystem, IndicatorYear, check_statement
from accounting.indicators.systems import BadIndicatorSystem
from accounting.refusals import RefusalCode, Refused
from ledger.management.indicators import statements_of
from ledger.registry import NotRegistered
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import declared
from schema.global_ids import decode_uuid
from schema.scalars import Json
from schema.types.declarations import DeclareResult
from schema.types.indicator_declarations import IndicatorYearInput
from schema.types.info import Info


@strawberry.type(description="Declarations for the indicators of parks.")
class IndicatorMutations:
    """The mutations of indicators."""

    @strawberry.mutation(
        description="Declare an authority's own system of indicators for the park that the tenant operates: a document "
        "with `code`, `name_zh`, `name_en`, `source`, `inputs` and `indicators`, whose names are those by which "
        "`indicatorSystems` shows the national one, in small letters with underscores. The same code again is its next "
        "version."
    )
    async def declare_indicator_system(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        document: Annotated[Json, strawberry.argument(description="The system; numbers in it are strings.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare a system."""
        tenant = decode_uuid(tenant_id, "Tenant")
        await _operated(info.context, tenant)
        if not isinstance(document, Mapping):
            raise Refused(RefusalCode.BAD_INDICATOR, "document", "the document is no object of names and values")
        try:
            found = DeclaredSystem.of(document)
        except BadIndicatorSystem as error:
            raise Refused(RefusalCode.BAD_INDICATOR, f"document.{error.field}", str(error)) from None
        return await declared(info.context, tenant, [found], reason)

    @strawberry.mutation(
        description="State what a park's indicators need of a year and the ledger cannot know: waste heat, water, "
        "solid waste, products with quotas, waivers, the standard coal of electricity. The tenant operates the park. "
        "The year is stated whole; the same again writes nothing."
    )
    async def state_indicator_year(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        statement: Annotated[IndicatorYearInput, strawberry.argument(description="The year.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """State a year."""
        tenant = decode_uuid(tenant_id, "Tenant")
        park = await _operated(info.context, tenant)
        return await declared(info.context, tenant, [await _checked(info.context, park, statement)], reason)


async def _operated(context: Context, tenant: UUID) -> UUID:
    """Return the park that a tenant operates; raises `NotRegistered` or `Refused`."""
    found = await context.tenants.load(tenant)
    if found is None:
        raise NotRegistered(f"there is no tenant {tenant}")
    if not found.is_operator:
        message = f"{found.code} does not operate its park; what the park as a whole states is declared by who does"
        raise Refused(RefusalCode.BAD_INDICATOR, "tenantId", message)
    return found.park_id


async def _checked(context: Context, park: UUID, statement: IndicatorYearInput) -> IndicatorYear:
    """Return a statement that contradicts no system of its park."""
    try:
        found = statement.content()
        async with context.read() as connection:
            systems = (await statements_of(connection, park, None)).systems
        check_statement(found, list(systems.values()))
    except BadIndicatorInput as error:
        raise Refused(RefusalCode.BAD_INDICATOR, f"statement.{error.field}", str(error)) from None
    return found
