"""Steps of reporting periods: submitted, reviewed, closed, reopened, commented on."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounting.management.reporting_periods import PeriodStep
from accounting.management.reporting_periods import ReportingPeriod as Period
from ledger.reporting.periods import events_of
from ledger.reporting.steps import AskedStep, comment, take_step
from schema.context import Context
from schema.global_ids import decode_uuid
from schema.types.info import Info
from schema.types.reporting_periods import (
    CommentOnPeriodInput,
    PeriodChanged,
    PeriodRecord,
    PeriodResult,
    PeriodStepInput,
    ReopenPeriodInput,
    ReportingPeriod,
)

Step = Annotated[PeriodStepInput, strawberry.argument(description="The period.")]


@strawberry.type(description="Steps of reporting periods.")
class PeriodMutations:
    """The mutations of reporting periods."""

    @strawberry.mutation(
        description="Say that the data of a period are complete, once it is over. For who collects them: a contributor "
        "or an administrator."
    )
    async def submit_period(self, info: Info, input: Step) -> PeriodResult:
        """Submit a period."""
        return await _taken(info.context, input, PeriodStep.SUBMIT)

    @strawberry.mutation(
        description="Say that the data of a submitted period were reviewed. For a reviewer or the park's operator, "
        "never for who submitted it."
    )
    async def review_period(self, info: Info, input: Step) -> PeriodResult:
        """Review a period."""
        return await _taken(info.context, input, PeriodStep.REVIEW)

    @strawberry.mutation(
        description="Close a reviewed period: pins the basis of every regime as it is adopted now, and all that is "
        "known now. From then on new data of its months are rejected, unless they are an adjustment. For an "
        "administrator or the park's operator."
    )
    async def close_period(self, info: Info, input: Step) -> PeriodResult:
        """Close a period."""
        return await _taken(info.context, input, PeriodStep.CLOSE)

    @strawberry.mutation(
        description="Open a submitted, reviewed or closed period again, and say why. What was pinned stays in its "
        "history. For an administrator or the park's operator."
    )
    async def reopen_period(
        self, info: Info, input: Annotated[ReopenPeriodInput, strawberry.argument(description="The period.")]
    ) -> PeriodResult:
        """Reopen a period."""
        return await _taken(info.context, input, PeriodStep.REOPEN)

    @strawberry.mutation(description="Say something of a period, in whatever state it is.")
    async def comment_on_period(
        self, info: Info, input: Annotated[CommentOnPeriodInput, strawberry.argument(description="The comment.")]
    ) -> PeriodResult:
        """Comment on a period."""
        tenant, period = decode_uuid(input.tenant_id, "Tenant"), input.period
        await comment(info.context.service.database, tenant, period, input.comment)
        return await _changed(info.context, tenant, period)


async def _taken(context: Context, given: PeriodStepInput | ReopenPeriodInput, step: PeriodStep) -> PeriodChanged:
    service, tenant = context.service, decode_uuid(given.tenant_id, "Tenant")
    asked = AskedStep(tenant, given.period, step, context.principal.role or "", given.reason)
    await take_step(service.database, service.catalogues, asked, service.clock)
    return await _changed(context, tenant, given.period)


async def _changed(context: Context, tenant: UUID, period: Period) -> PeriodChanged:
    async with context.read() as connection:
        events = await events_of(connection, tenant, period)
    return PeriodChanged(period=ReportingPeriod(record=PeriodRecord(tenant, period, events)))
