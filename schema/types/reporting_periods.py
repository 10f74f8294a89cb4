"""Reporting periods: how far one is, what happened to it, what it pins, and what came since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.management import reporting_periods as pure
from ledger.activities import adjustments as ledger_adjustments
from ledger.reporting import periods as ledger
from ledger.reporting.evidence import EvidenceSubject as Subject
from ledger.reporting.evidence import evidence_of
from schema.errors import Refusal
from schema.pages import Connection, cursor, instant_position, page, page_size
from schema.period_enums import PeriodKind, PeriodState
from schema.scalars import Instant, Month
from schema.types.evidence import Evidence
from schema.types.info import Info
from schema.types.pinned_bases import PinnedRegimeBasis
from schema.types.registry import After, First, Tenant, present


@strawberry.input(description="A reporting period of a tenant, and why a step of it is taken.")
class PeriodStepInput:
    """A step."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    kind: PeriodKind = strawberry.field(description="Month, quarter or year.")
    first: Month = strawberry.field(description="Its first month.")
    reason: str = strawberry.field(default="", description="Why, or what is to be noted with it.")

    @property
    def period(self) -> pure.ReportingPeriod:
        """Return the period; raises `Refused` where none begins there."""
        return pure.ReportingPeriod(self.kind, self.first)


@strawberry.input(description="A reporting period to be reopened, and why.")
class ReopenPeriodInput:
    """A reopening."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    kind: PeriodKind = strawberry.field(description="Month, quarter or year.")
    first: Month = strawberry.field(description="Its first month.")
    reason: str = strawberry.field(description="Why it is opened again.")

    @property
    def period(self) -> pure.ReportingPeriod:
        """Return the period; raises `Refused` where none begins there."""
        return pure.ReportingPeriod(self.kind, self.first)


@strawberry.input(description="Something to be said of a reporting period.")
class CommentOnPeriodInput:
    """A comment."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    kind: PeriodKind = strawberry.field(description="Month, quarter or year.")
    first: Month = strawberry.field(description="Its first month.")
    comment: str = strawberry.field(description="What is said, up to 1,000 characters.")

    @property
    def period(self) -> pure.ReportingPeriod:
        """Return the period; raises `Refused` where none begins there."""
        return pure.ReportingPeriod(self.kind, self.first)


@strawberry.type(description="A state that a reporting period reached.")
class PeriodEvent:
    """An event."""

    state: PeriodState = strawberry.field(description="The state reached.")
    actor: str = strawberry.field(description="Who took the step: id of a key or subject of a token.")
    reason: str = strawberry.field(description="Why, if it was said; a reopening always says it.")
    recorded_at: Instant = strawberry.field(description="When.")

    @classmethod
    def of(cls, found: ledger.PeriodEvent) -> "PeriodEvent":
        """Make the type of an event."""
        return cls(state=found.state, actor=found.actor, reason=found.reason, recorded_at=Instant(found.recorded_at))


@strawberry.type(description="What somebody said of a reporting period.")
class PeriodComment:
    """A comment."""

    comment: str = strawberry.field(description="What was said.")
    actor: str = strawberry.field(description="Who said it.")
    recorded_at: Instant = strawberry.field(description="When.")


@strawberry.type(description="What a closed period pins: the knowledge of an instant, and the basis of every regime.")
class PinnedPeriod:
    """What is pinned."""

    known_at: Instant = strawberry.field(
        description="The instant of its closing, whose knowledge counts: `basis { knownAt }` asks a footprint as of it."
    )
    closed_by: str = strawberry.field(description="Who closed it.")
    bases: list[PinnedRegimeBasis] = strawberry.field(description="The basis of each regime.")

    @classmethod
    def of(cls, found: ledger.PeriodEvent) -> "PinnedPeriod | None":
        """Make the type of a closing; none of another event."""
        if found.basis is None:
            return None
        bases = [PinnedRegimeBasis.of(regime, one) for regime, one in found.basis.regimes.items()]
        return cls(known_at=Instant(found.recorded_at), closed_by=found.actor, bases=bases)


@strawberry.type(description="A posting, correction or voiding that changed closed months on purpose.")
class Adjustment:
    """An adjustment."""

    posting_id: strawberry.ID = strawberry.field(
        description="Id of the posting; of a correction or voiding that of the version it made."
    )
    months: list[Month] = strawberry.field(description="The closed months that it changed.")
    reason: str = strawberry.field(description="Why.")
    actor: str = strawberry.field(description="Who did it.")
    recorded_at: Instant = strawberry.field(description="When.")

    @classmethod
    def of(cls, found: ledger_adjustments.Adjustment) -> "Adjustment":
        """Make the type of an adjustment."""
        return cls(
            posting_id=strawberry.ID(str(found.posting)),
            months=[Month(month) for month in found.months],
            reason=found.reason,
            actor=found.actor,
            recorded_at=Instant(found.recorded_at),
        )


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period with its events, in order."""

    tenant: UUID
    period: pure.ReportingPeriod
    events: Sequence[ledger.PeriodEvent]

    @property
    def closing(self) -> ledger.PeriodEvent | None:
        """The event that closed it, where it is closed."""
        return self.events[-1] if self.events and self.events[-1].state is PeriodState.CLOSED else None


@strawberry.type(
    description="A month, quarter or year of a tenant on its way from open to closed. A month takes no new data while "
    "any closed period covers it, unless they are an adjustment."
)
class ReportingPeriod:
    """A reporting period."""

    record: strawberry.Private[PeriodRecord]

    @strawberry.field(description="Whether it is a month, a quarter or a year.")
    def kind(self) -> PeriodKind:
        """Return the kind."""
        return self.record.period.kind

    @strawberry.field(description="Its first month.")
    def first(self) -> Month:
        """Return the first month."""
        return Month(self.record.period.first)

    @strawberry.field(description="Its last month.")
    def last(self) -> Month:
        """Return the last month."""
        return Month(self.record.period.last)

    @strawberry.field(description="How far it is; open where nothing was said of it.")
    def state(self) -> PeriodState:
        """Return the state."""
        return self.record.events[-1].state if self.record.events else PeriodState.OPEN

    @strawberry.field(description="The states it reached, in order.")
    def history(self) -> list[PeriodEvent]:
        """Return the events."""
        return [PeriodEvent.of(one) for one in self.record.events]

    @strawberry.field(description="What it pins; none unless it is closed.")
    def pinned(self) -> PinnedPeriod | None:
        """Return what is pinned."""
        return PinnedPeriod.of(self.record.closing) if self.record.closing else None

    @strawberry.field(description="What was said of it, in order.")
    async def comments(self, info: Info) -> list[PeriodComment]:
        """Read the comments."""
        async with info.context.read() as connection:
            found = await ledger.comments_of(connection, self.record.tenant, self.record.period)
        return [
            PeriodComment(comment=one.comment, actor=one.actor, recorded_at=Instant(one.recorded_at)) for one in found
        ]

    @strawberry.field(description="Files about it, in order.")
    async def evidence(self, info: Info) -> list[Evidence]:
        """Read the evidence."""
        async with info.context.read() as connection:
            found = await evidence_of(connection, self.record.tenant, Subject.PERIOD, [self.record.period.text])
        return [Evidence.of(one) for one in found]

    @strawberry.field(
        description="What changed its months since it was closed, in the order of recording; empty unless it is closed."
    )
    async def adjustments(self, info: Info, first: First = None, after: After = None) -> Connection[Adjustment]:
        """Page through the adjustments."""
        size, came_after = page_size(first), instant_position(after)
        if self.record.closing is None:
            return page([], size, after, Adjustment.of, _cursor)
        async with info.context.read() as connection:
            found = await ledger_adjustments.adjustments_of(
                connection,
                self.record.tenant,
                self.record.period,
                self.record.closing.recorded_at,
                size + 1,
                came_after,
            )
        return page(found, size, after, Adjustment.of, _cursor)

    @strawberry.field(
        description="Whether its months were changed since it was closed: its reports are to be restated. A period "
        "that is not closed is never stale."
    )
    async def is_stale(self, info: Info) -> bool:
        """Ask whether there is any adjustment."""
        if self.record.closing is None:
            return False
        since = self.record.closing.recorded_at
        async with info.context.read() as connection:
            return await ledger_adjustments.is_adjusted(connection, self.record.tenant, self.record.period, since)

    @strawberry.field(description="Whose it is.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.record.tenant)))


@strawberry.type(description="The step was taken, or the comment was written.")
class PeriodChanged:
    """The period as it is now."""

    period: ReportingPeriod = strawberry.field(description="The period as it is now.")


PeriodResult = Annotated[
    PeriodChanged | Refusal,
    strawberry.union("PeriodResult", description="The period as it is now, or why nothing was written."),
]


def _cursor(one: ledger_adjustments.Adjustment) -> str:
    return cursor(one.recorded_at.isoformat(), one.posting)
