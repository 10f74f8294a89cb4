"""Publishing reports."""

from typing import Annotated

import strawberry

from reports.publishing import Desk, publish
from schema.types.info import Info
from schema.types.reports import PublishReportInput, PublishReportResult, Report, ReportPublished


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
