"""Declarations about inventories: denominators, the base year and its changes, and years as first reported."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.change.base_year import BadBaseYear
from accounting.change.base_year_declarations import RecordedBasis, ReportedYear
from accounting.refusals import RefusalCode, Refused
from ledger.footprints.base_years import figures_of
from schema.asking import BasisArgument, basis_of
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import check_places, contents, declared
from schema.global_ids import decode_uuid
from schema.types.base_year import BaseYearPolicyInput, ReportedYearsChangeInput
from schema.types.basis import BasisInput
from schema.types.declarations import DeclareResult
from schema.types.denominators import DenominatorInput
from schema.types.footprints import BoundaryInput
from schema.types.info import Info

_FIRST_YEAR = 1990
"""Before it no activity can be posted."""


@strawberry.type(description="Declarations about inventories.")
class InventoryMutations:
    """The mutations of inventories."""

    @strawberry.mutation(
        description="Declare what a tenant or its sites produced, occupied or earned, month by month; at most 1,000. "
        "Another value for the same month is its next version; the same again writes nothing."
    )
    async def declare_denominators(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        rows: Annotated[list[DenominatorInput], strawberry.argument(description="Months, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare denominators."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(rows)
        return await declared(info.context, tenant, found, reason, {one.site for one in found if one.site})

    @strawberry.mutation(description="Declare the base year, its total and the threshold of recalculation.")
    async def declare_base_year(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        policy: Annotated[BaseYearPolicyInput, strawberry.argument(description="The policy.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare a policy."""
        tenant = decode_uuid(tenant_id, "Tenant")
        try:
            found = policy.content()
        except BadBaseYear as error:
            raise Refused(RefusalCode.BAD_DECLARATION, "policy", str(error)) from None
        return await declared(info.context, tenant, [found], reason)

    @strawberry.mutation(
        description="Declare what changes the figures of reported years. A change that counts restates them once it is "
        "significant, alone or with others since the last recalculation."
    )
    async def declare_base_year_changes(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        changes: Annotated[
            list[ReportedYearsChangeInput], strawberry.argument(description="Changes, all taken or none.")
        ],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare changes."""
        return await declared(info.context, decode_uuid(tenant_id, "Tenant"), contents(changes), reason)

    @strawberry.mutation(
        description="Record the figures of a calendar year as first reported: the service computes the tenant's "
        "footprint on the basis and keeps its totals. A year is recorded once; what changes it is declared as a change."
    )
    async def record_reported_year(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        year: Annotated[int, strawberry.argument(description="A calendar year that has ended.")],
        basis: BasisArgument = None,
        reason: Reason = "",
    ) -> DeclareResult:
        """Record a year."""
        tenant = decode_uuid(tenant_id, "Tenant")
        _check_ended(year, info.context.service.clock().date())
        # A snapshot of its own: what the same request changed before belongs to the figures.
        await info.context.end_operation()
        info.context.begin_operation()
        await check_places(info.context, tenant, ())
        found = await _reported(info.context, tenant, tenant_id, year, basis)
        return await declared(info.context, tenant, [found], reason)


async def _reported(
    context: Context, tenant: UUID, tenant_id: strawberry.ID, year: int, asked: BasisInput | None
) -> ReportedYear:
    now = context.service.clock()
    _, basis = await basis_of(context, BoundaryInput(tenant_id=tenant_id), asked)
    async with context.read() as connection:
        found = await figures_of(connection, basis, tenant, year)
    if not found.line_count:
        message = f"nothing of {year} has emissions; what is not posted is missing, not zero"
        raise Refused(RefusalCode.BAD_DECLARATION, "year", message)
    known_at = basis.told_at or min(basis.known_at or now, now)
    return ReportedYear(year, found.masses, RecordedBasis.of(basis, known_at), found.gap_count)


def _check_ended(year: int, today: date) -> None:
    if year < _FIRST_YEAR:
        raise Refused(RefusalCode.BAD_TIME, "year", f"{year} lies before {_FIRST_YEAR}")
    if year >= today.year:
        raise Refused(RefusalCode.PERIOD_IN_FUTURE, "year", f"{year} has not ended yet; today is {today}")
