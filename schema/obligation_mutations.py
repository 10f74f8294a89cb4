"""Declaring what is due to regulators, and what they say of what they are given."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.management.obligations import Obligation
from accounting.refusals import RefusalCode, Refused
from emission_factors.duties import Bearer, duty
from ledger.registry import NotRegistered, tenants_where
from ledger.reports.receipts import NewerEdition, Said, receive
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.duties import ObligationInput
from schema.types.info import Info
from schema.types.receipts import (
    AcknowledgeReportInput,
    ReceiveReportResult,
    ReportReceipt,
    ReportReceived,
    ReportSuperseded,
    ReturnReportInput,
)


@strawberry.type(description="Changes of what is due to regulators.")
class ObligationMutations:
    """The mutations of obligations."""

    @strawberry.mutation(
        description="Declare which duties of the reporting calendar are owed, to whom and from when: by who owes them, "
        "or by the operator of its park. The same again writes nothing."
    )
    async def declare_obligations(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        obligations: Annotated[
            list[ObligationInput], strawberry.argument(description="Obligations, all taken or none.")
        ],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare obligations."""
        tenant = decode_uuid(tenant_id, "Tenant")
        found = [replace(one, bearer=None) if one.bearer == tenant else one for one in contents(obligations)]
        await _check_bearers(info.context, tenant, found)
        return await declared(info.context, tenant, found, reason)

    @strawberry.mutation(
        description="Acknowledge a report that is published to the caller, a regulator. The same again writes nothing."
    )
    async def acknowledge_report(
        self, info: Info, input: Annotated[AcknowledgeReportInput, strawberry.argument(description="The receipt.")]
    ) -> ReceiveReportResult:
        """Acknowledge a report."""
        return await _received(info.context, input.said())

    @strawberry.mutation(
        description="Return a report that is published to the caller, a regulator, and say what is wrong. Its tenant "
        "reopens the period with that as its reason, corrects, and publishes another edition. The same again writes "
        "nothing."
    )
    async def return_report(
        self, info: Info, input: Annotated[ReturnReportInput, strawberry.argument(description="The return.")]
    ) -> ReceiveReportResult:
        """Return a report."""
        return await _received(info.context, input.said())


async def _received(context: Context, said: Said) -> ReportReceived | ReportSuperseded:
    try:
        return ReportReceived(receipt=ReportReceipt.of(await receive(context.service.database, said)))
    except NewerEdition as error:
        return ReportSuperseded.of(error)


async def _check_bearers(context: Context, tenant: UUID, found: Collection[Obligation]) -> None:
    """Raise `Refused` where a tenant declares what another owes, or a park, and does not operate that park."""
    async with context.read() as connection:
        own = await tenants_where(connection, tenant_id=tenant)
        if not own:
            raise NotRegistered(f"there is no tenant {tenant}")
        named = {one.bearer for one in found if one.bearer is not None}
        known = {one.tenant_id for one in await tenants_where(connection, tenant_id=named, park_id=own[0].park_id)}
    if not own[0].is_operator:
        for index, one in enumerate(found):
            if one.bearer is not None or duty(one.duty).bearer is Bearer.PARK:
                message = f"{own[0].code} does not operate the park; what others or the park owe its operator declares"
                raise Refused(RefusalCode.BAD_DECLARATION, f"[{index}].bearer", message)
    for missing in named - known:
        raise NotRegistered(f"there is no tenant {missing}")
