"""Publishing reports."""

from typing import Annotated

import strawberry

from ledger.reports.published import NAMED
from reports.addressing import address, withdraw_address
from reports.publishing import Desk, publish
from schema.global_ids import decode_uuid
from schema.types.info import Info
from schema.types.reports import (
    AddressReportInput,
    AddressReportResult,
    PublishReportInput,
    PublishReportResult,
    Report,
    ReportAddressed,
    ReportAddressWithdrawn,
    ReportPublished,
    WithdrawReportAddressInput,
    WithdrawReportAddressResult,
)


@strawberry.type(description="Publishing reports.")
class ReportMutations:
    """The mutations of reports."""

    @strawberry.mutation(
        description="Publish a report of a closed period: assembled on the basis that the closing pinned, signed, "
        "appended to the ledger and never changed. A tenant publishes its own, the operator that of its park. What is "
        "published already is restated by an edition that supersedes it, with a reason; that has the adjustments made "
        "since, and a table of what changed."
    )
    async def publish_report(
        self, info: Info, input: Annotated[PublishReportInput, strawberry.argument(description="The report.")]
    ) -> PublishReportResult:
        """Publish an edition."""
        service = info.context.service
        desk = Desk(service.database, service.catalogues, service.signing_key)
        return ReportPublished(report=Report.of(await publish(desk, input.asked())))

    @strawberry.mutation(
        description="Publish a report that is published already to further regulators: the same bytes, by whoever may "
        "publish it. It is an event of the history. The same again writes nothing."
    )
    async def address_report(
        self, info: Info, input: Annotated[AddressReportInput, strawberry.argument(description="To whom.")]
    ) -> AddressReportResult:
        """Address an edition."""
        key = decode_uuid(input.report_id, "Report")
        found = await address(info.context.service.database, key, input.regulators)
        return ReportAddressed(
            report=Report.of(found.report), added=[None if one == NAMED else one for one in found.added]
        )

    @strawberry.mutation(
        description="Withdraw the address of a published report to a regulator, by whoever may publish it: the "
        "regulator sees it no longer, the report stays what it is, and the withdrawal is an event of the history. It "
        "is final for the edition, and refused where the regulator has acknowledged or returned it. What was fetched "
        "before stays where it is. The same again writes nothing."
    )
    async def withdraw_report_address(
        self, info: Info, input: Annotated[WithdrawReportAddressInput, strawberry.argument(description="Whose.")]
    ) -> WithdrawReportAddressResult:
        """Withdraw an address."""
        key = decode_uuid(input.report_id, "Report")
        report, is_new = await withdraw_address(info.context.service.database, key, input.regulator, input.reason)
        return ReportAddressWithdrawn(report=Report.of(report), is_new=is_new)
