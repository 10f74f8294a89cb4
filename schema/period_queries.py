"""Questions about reporting periods, and about the files that prove something."""

from typing import Annotated

import strawberry

from accounting.management import reporting_periods as pure
from ledger.registry import tenants_where
from ledger.reporting.evidence import evidence_of
from ledger.reporting.periods import events_of, events_of_year
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.pages import Connection, sliced
from schema.period_enums import EvidenceSubject, PeriodKind
from schema.scalars import Month
from schema.types.evidence import Evidence, subject_of
from schema.types.info import Info
from schema.types.registry import After, First
from schema.types.reporting_periods import PeriodRecord, ReportingPeriod

TenantId = Annotated[strawberry.ID, strawberry.argument(description="The tenant.")]


@strawberry.type(description="Questions about reporting periods.")
class PeriodQueries:
    """The queries of reporting periods."""

    @strawberry.field(description="A month, quarter or year of a tenant: how far it is, and what it pins once closed.")
    async def period(
        self,
        info: Info,
        tenant_id: TenantId,
        kind: Annotated[PeriodKind, strawberry.argument(description="Month, quarter or year.")],
        first: Annotated[Month, strawberry.argument(description="Its first month.")],
    ) -> ReportingPeriod:
        """Find a period; what nothing was said of is open."""
        tenant, period = decode_uuid(tenant_id, "Tenant"), pure.ReportingPeriod(kind, first)
        async with info.context.read() as connection:
            if not await tenants_where(connection, tenant_id=tenant):
                raise NotFound(f"there is no tenant {tenant}")
            events = await events_of(connection, tenant, period)
        return ReportingPeriod(record=PeriodRecord(tenant, period, events))

    @strawberry.field(
        description="All months, quarters and years of a tenant that begin in a calendar year: first the months, then "
        "the quarters, then the year; also those of which nothing was said yet."
    )
    async def periods(
        self,
        info: Info,
        tenant_id: TenantId,
        year: Annotated[int, strawberry.argument(description="The calendar year.")],
        kind: Annotated[PeriodKind | None, strawberry.argument(description="Only these; all if not given.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[ReportingPeriod]:
        """Page through the periods of a year."""
        if not pure.EARLIEST_YEAR <= year <= pure.LATEST_YEAR:
            raise BadInput(f"year is {year}; accepted is {pure.EARLIEST_YEAR} to {pure.LATEST_YEAR}")
        tenant = decode_uuid(tenant_id, "Tenant")
        async with info.context.read() as connection:
            if not await tenants_where(connection, tenant_id=tenant):
                raise NotFound(f"there is no tenant {tenant}")
            events = await events_of_year(connection, tenant, year)
        found = [
            PeriodRecord(tenant, one, events.get(one, ()))
            for one in pure.periods_of(year)
            if kind is None or one.kind is kind
        ]
        return sliced(found, first, after, lambda one: ReportingPeriod(record=one), lambda one: one.period.text)

    @strawberry.field(description="Files about a reporting period, activity, instrument or declaration, in order.")
    async def evidence(
        self,
        info: Info,
        tenant_id: TenantId,
        subject_kind: Annotated[EvidenceSubject, strawberry.argument(description="What they are about.")],
        subject: Annotated[
            str,
            strawberry.argument(
                description="What exactly: the id, or of a reporting period kind and first month: QUARTER 2025-04."
            ),
        ],
        first: First = None,
        after: After = None,
    ) -> Connection[Evidence]:
        """Page through the evidence."""
        tenant, stored = decode_uuid(tenant_id, "Tenant"), subject_of(subject_kind, subject)
        async with info.context.read() as connection:
            found = await evidence_of(connection, tenant, subject_kind, [stored])
        return sliced(found, first, after, Evidence.of, lambda one: str(one.id))
