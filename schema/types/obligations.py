"""What is due from whom and when, and how far it is."""

from uuid import UUID

import strawberry

from emission_factors.duties import Bearer
from ledger.reports.obligations import DueReport as Record
from schema.global_ids import encode
from schema.obligation_enums import ObligationState
from schema.period_enums import PeriodKind, PeriodState
from schema.scalars import Day, Month
from schema.types.duties import ReportingObligation
from schema.types.info import Info
from schema.types.receipts import ReportReceipt
from schema.types.registry import Park, Tenant, present
from schema.types.reports import Report


@strawberry.type(description="One period of what somebody owes to a regulator: when it is due and how far it is.")
class DueReport:
    """A period of an obligation."""

    declaration_id: strawberry.ID = strawberry.field(description="The obligation's declaration.")
    obligation: ReportingObligation = strawberry.field(description="The obligation.")
    period: PeriodKind = strawberry.field(description="How long the period is.")
    first_month: Month = strawberry.field(description="Its first month.")
    last_month: Month = strawberry.field(description="Its last month.")
    due: Day = strawberry.field(description="The last day on which it is in time, by the park's calendar.")
    on: Day = strawberry.field(description="The day it is judged on: by what was published and said by its end.")
    state: ObligationState = strawberry.field(description="How far it is.")
    is_late: bool = strawberry.field(
        description="Whether its first edition came after the day, or none has come and the day is over."
    )
    period_state: PeriodState | None = strawberry.field(
        description="How far the data of the period are, of the operator's where a park owes it; none for a regulator."
    )
    receipts: list[ReportReceipt] = strawberry.field(description="What the regulator said of them, in order.")
    tenant_key: strawberry.Private[UUID]
    park_key: strawberry.Private[UUID | None]
    edition_keys: strawberry.Private[list[UUID]]

    @strawberry.field(description="Who owes it; where a park does, the tenant that operates it.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other obligations."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="The park, where it is the park that owes it.")
    async def park(self, info: Info) -> Park | None:
        """Load the park."""
        return Park.of(present(await info.context.parks.load(self.park_key))) if self.park_key else None

    @strawberry.field(description="The editions of the report that are published to the regulator, the oldest first.")
    async def editions(self, info: Info) -> list[Report]:
        """Load the editions with those of the other obligations."""
        return [Report.of(one) for one in await info.context.reports.by_id.load_many(self.edition_keys) if one]

    @classmethod
    def of(cls, found: Record) -> "DueReport":
        """Make the type of a period."""
        return cls(
            declaration_id=strawberry.ID(encode("Declaration", found.declaration)),
            obligation=ReportingObligation.of(found.obligation),
            period=found.period.kind,
            first_month=Month(found.period.first),
            last_month=Month(found.period.last),
            due=Day(found.due),
            on=Day(found.on),
            state=found.state,
            is_late=found.is_late,
            period_state=found.period_state,
            receipts=[ReportReceipt.of(one) for one in found.receipts],
            tenant_key=found.tenant,
            edition_keys=[one.report for one in found.published],
            park_key=found.park if found.duty.bearer is Bearer.PARK else None,
        )
