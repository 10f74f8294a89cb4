"""Questions about published reports, and what one would say."""

import asyncio
from typing import Annotated

import strawberry

from accounting.basis import Basis
from accounting.management.reporting_periods import ReportingPeriod
from accounting.refusals import Refused
from ledger.registry import parks_where, tenants_where
from ledger.reports.inputs import AskedReport
from ledger.reports.published import ReportFilter, report_of, reports_where
from ledger.reports.published import ReportNotFound as NoReport
from ledger.snapshots import shared_snapshot
from ledger.tables import Park
from reports.asked_reports import Asked, checked
from reports.assembling.forms import REGIMES_OF
from reports.document import Cadence
from reports.drafting import day_in, previewed, read_inputs
from schema.asking import basis_of
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.pages import Connection, cursor, id_position, page, page_size
from schema.period_enums import PeriodKind
from schema.report_enums import ReportKind
from schema.scalars import Month
from schema.types.basis import BasisInput
from schema.types.footprints import BoundaryInput
from schema.types.info import Info
from schema.types.registry import After, First
from schema.types.reports import Report, ReportPreview, ReportPreviewInput, stated


@strawberry.type(description="Questions about reports.")
class ReportQueries:
    """The queries of reports."""

    @strawberry.field(description="A published report.")
    async def report(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The report.")]
    ) -> Report:
        """Find a report; a foreign one is as one that does not exist."""
        key = decode_uuid(id, "Report")
        try:
            async with info.context.read() as connection:
                return Report.of(await report_of(connection, key))
        except NoReport:
            raise NotFound("there is no such report") from None

    @strawberry.field(
        description="Published reports that the caller may read, the newest first: a tenant's for who reads the "
        "tenant, a park's for who reads the whole park, and for a regulator those that were published to it."
    )
    async def reports(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of a tenant alone.")] = None,
        park_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of a park as a whole.")] = None,
        kind: Annotated[ReportKind | None, strawberry.argument(description="Of a kind.")] = None,
        cadence: Annotated[PeriodKind | None, strawberry.argument(description="Of months, quarters or years.")] = None,
        from_: Annotated[
            Month | None, strawberry.argument(name="from", description="Of periods that end in this month or later.")
        ] = None,
        to: Annotated[
            Month | None, strawberry.argument(description="Of periods that begin in this month or earlier.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Report]:
        """Page through reports."""
        wanted = ReportFilter(
            decode_uuid(tenant_id, "Tenant") if tenant_id else None,
            decode_uuid(park_id, "Park") if park_id else None,
            kind.value if kind else None,
            cadence.value if cadence else None,
            from_,
            to,
        )
        size, start = page_size(first), id_position(after)
        async with info.context.read() as connection:
            found = await reports_where(connection, wanted, size + 1, start)
        return page(found, size, after, Report.of, lambda one: cursor(one.id))

    @strawberry.field(
        description="What a first edition of a report would say, of a period that may be open, on any basis. It is not "
        "stored, not signed, and rests on no head of the history: it is for who prepares a report, not for who gets it."
    )
    async def report_preview(
        self, info: Info, input: Annotated[ReportPreviewInput, strawberry.argument(description="The report.")]
    ) -> ReportPreview:
        """Assemble a report and show it."""
        return await info.context.while_asked(_preview(info.context, input, _checked(input)))


async def _preview(context: Context, given: ReportPreviewInput, asked: Asked) -> ReportPreview:
    boundary = BoundaryInput(park_id=given.park_id, tenant_id=None if given.park_id else given.tenant_id)
    wanted = given.basis or BasisInput(regime=REGIMES_OF[given.kind][0])
    database = context.service.database
    async with database.beside.turn() as turn:  # before there is a snapshot: who waits holds no connection
        _, on = await basis_of(context, boundary, wanted)
        days = _on(on, await _park(context, asked), asked.period, asked)
        async with context.read() as connection:
            shared = await shared_snapshot(connection)
        try:
            inputs = await database.read_beside(turn, lambda found: read_inputs(found, on, days), shared)
            document = await asyncio.to_thread(previewed, inputs, asked.kind, asked.identifiers or {})
        except Refused as error:
            raise BadInput(f"{error.field}: {error}" if error.field else str(error)) from None
        return await asyncio.to_thread(ReportPreview.of, document)


def _checked(given: ReportPreviewInput) -> Asked:
    """Return what is asked for; raises `BadInput`."""
    asked = Asked(
        kind=given.kind,
        cadence=Cadence(given.cadence),
        first=given.first,
        tenant=decode_uuid(given.tenant_id, "Tenant") if given.tenant_id else None,
        park=decode_uuid(given.park_id, "Park") if given.park_id else None,
        regime=given.basis.regime if given.basis else None,
        identifiers=stated(given.identifiers),
        is_upper=given.is_upper,
    )
    try:
        return checked(asked)
    except Refused as error:
        raise BadInput(f"{error.field}: {error}" if error.field else str(error)) from None


async def _park(context: Context, asked: Asked) -> Park:
    """Return the park, or that of the tenant; raises `NotFound`."""
    key = asked.park
    async with context.read() as connection:
        if asked.tenant is not None:
            found = await tenants_where(connection, tenant_id=asked.tenant)
            key = found[0].park_id if found else None
        parks = await parks_where(connection, park_id=key) if key else []
    if not parks:
        raise NotFound("there is no such tenant")
    return parks[0]


def _on(on: Basis, park: Park, period: ReportingPeriod, asked: Asked) -> AskedReport:
    known_at = on.known_at or on.told_at
    if known_at is None:
        raise BadInput("a change is being written that does not come to its end; what is known now cannot be told")
    return AskedReport(park.park_id, asked.tenant, period.first, period.last, day_in(park, known_at), asked.is_upper)
