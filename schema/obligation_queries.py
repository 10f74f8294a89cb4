"""Questions about what is due to regulators."""

from typing import Annotated
from uuid import UUID

import strawberry

from emission_factors.duties import duties
from ledger.identity.principals import Role
from ledger.registry import parks_where, tenants_where
from ledger.reports.obligations import AskedObligations, due_reports
from ledger.reports.obligations import DueReport as Record
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.obligation_enums import ObligationState
from schema.pages import Connection, sliced
from schema.scalars import Day
from schema.types.duties import ReportingDuty
from schema.types.info import Info
from schema.types.obligations import DueReport
from schema.types.registry import After, First

MOST_DAYS = 1100
"""Days that may be asked about at once: three years."""


@strawberry.type(description="Questions about what is due to regulators.")
class ObligationQueries:
    """The queries of obligations."""

    @strawberry.field(
        description="The reporting calendar: what rules ask for, of whom and by when, with where it stands and how "
        "sure that is. Whom it applies to is declared with `declareObligations`."
    )
    async def reporting_calendar(self) -> list[ReportingDuty]:
        """Return every duty."""
        return [ReportingDuty.of(one) for one in duties()]

    @strawberry.field(
        description="What is due from whom and when, by day: as declared, with the reports that answer it and what "
        "their regulator said. A regulator sees what names it, of tenants that it is named for."
    )
    async def obligations(
        self,
        info: Info,
        since: Annotated[Day, strawberry.argument(name="from", description="Due on this day or later.")],
        to: Annotated[Day, strawberry.argument(description="Due on this day or earlier, up to 1,100 days after.")],
        park_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Of the park and of its tenants; a tenant instead, or all that is seen."),
        ] = None,
        tenant_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of the tenant.")] = None,
        on: Annotated[
            Day | None,
            strawberry.argument(description="The day it is judged on; today by the park's clock if left out."),
        ] = None,
        states: Annotated[
            list[ObligationState] | None, strawberry.argument(description="How far; any if left out.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[DueReport]:
        """Page through what is due."""
        if not 0 <= (to - since).days <= MOST_DAYS:
            raise BadInput(f"from {since} to {to} is not accepted: from comes first, to at most {MOST_DAYS} days later")
        context = info.context
        asked = AskedObligations(since, to, context.service.clock(), on, *await _of(context, park_id, tenant_id))
        async with context.read() as connection:
            found = await due_reports(connection, asked)
        shown = [one for one in found if states is None or one.state in states]
        return sliced(shown, first, after, DueReport.of, _key)


async def _of(
    context: Context, park_id: strawberry.ID | None, tenant_id: strawberry.ID | None
) -> tuple[UUID | None, UUID | None]:
    """Return the park and tenant asked about; raises `NotFound` for what the caller does not see."""
    park = decode_uuid(park_id, "Park") if park_id else None
    tenant = decode_uuid(tenant_id, "Tenant") if tenant_id else None
    async with context.read() as connection:
        if tenant and not await tenants_where(connection, tenant_id=tenant):
            raise NotFound("there is no such tenant")
        if park and not (await parks_where(connection, park_id=park) and _may_ask(context, park)):
            raise NotFound("there is no such park")
    return park, tenant


def _may_ask(context: Context, park: UUID) -> bool:
    """Whether a caller is answered about a park: a part of it would pass for the whole, but not for a regulator."""
    who = context.principal
    return who.access.has_whole_park(park) or who.role is Role.REGULATOR


def _key(one: Record) -> str:
    return f"{one.declaration} {one.period.text}"
