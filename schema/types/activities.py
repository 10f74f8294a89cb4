"""Activities: facts as they were posted, with their versions."""

from typing import Annotated
from uuid import UUID

import strawberry

from ledger.activities import reading as ledger
from ledger.activities.reading import ActivityFilter, ActivityRecord
from ledger.texts import is_storable
from schema.context import Context
from schema.enums import Quality
from schema.errors import BadInput
from schema.global_ids import decode_uuid, encode
from schema.pages import Connection, cursor, instant_position, page, page_size
from schema.scalars import Day, ExactDecimal, Instant
from schema.types.info import Info
from schema.types.nodes import Node
from schema.types.registry import Site, Source, Tenant, present


@strawberry.type(description="One posted fact, or one version of it. Never changed; a correction is another version.")
class Activity(Node):
    """An activity."""

    record: strawberry.Private[ActivityRecord]

    @strawberry.field(description="Id the row has in the system it came from; unique for its source.")
    def external_id(self) -> str:
        """Return the external id."""
        return self.record.external_id

    @strawberry.field(description="Number of this version of the fact, from 1.")
    def version(self) -> int:
        """Return the version."""
        return self.record.version

    @strawberry.field(description="ORIGINAL, CORRECTION or VOID.")
    def kind(self) -> str:
        """Return the kind of version."""
        return self.record.kind

    @strawberry.field(description="Why the version was made; empty for an original.")
    def reason(self) -> str:
        """Return the reason."""
        return self.record.reason

    @strawberry.field(description="Whether it is the version that counts.")
    def is_current(self) -> bool:
        """Return whether no later version exists and the fact is not void."""
        return self.record.is_current and self.record.kind != "VOID"

    @strawberry.field(description="Activity type, qualifier included.")
    def activity_type(self) -> str:
        """Return the activity type."""
        return self.record.activity_type

    @strawberry.field(description="Supplier, empty if none.")
    def supplier(self) -> str:
        """Return the supplier."""
        return self.record.supplier

    @strawberry.field(description="Quantity as posted.")
    def quantity(self) -> ExactDecimal:
        """Return the quantity."""
        return ExactDecimal(self.record.quantity)

    @strawberry.field(description="Unit as posted.")
    def unit(self) -> str:
        """Return the unit."""
        return self.record.unit

    @strawberry.field(description="Quantity in the base unit, converted exactly.")
    def base_quantity(self) -> ExactDecimal:
        """Return the base quantity."""
        return ExactDecimal(self.record.base_quantity)

    @strawberry.field(description="Base unit.")
    def base_unit(self) -> str:
        """Return the base unit."""
        return self.record.base_unit

    @strawberry.field(description="Start of the period.")
    def period_start(self) -> Instant:
        """Return the start."""
        return Instant(self.record.period_start)

    @strawberry.field(description="End of the period, not part of it.")
    def period_end(self) -> Instant:
        """Return the end."""
        return Instant(self.record.period_end)

    @strawberry.field(description="How the quantity came about.")
    def quality(self) -> Quality:
        """Return the data quality."""
        return Quality(self.record.quality)

    @strawberry.field(description="Document that proves it, such as an invoice number.")
    def document(self) -> str:
        """Return the document."""
        return self.record.document

    @strawberry.field(description="When this version was recorded.")
    def recorded_at(self) -> Instant:
        """Return the time of recording."""
        return Instant(self.record.recorded_at)

    @strawberry.field(description="Id of the version this one replaces.")
    def supersedes(self) -> strawberry.ID | None:
        """Return the version superseded."""
        return strawberry.ID(encode("Activity", self.record.supersedes)) if self.record.supersedes else None

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other activities."""
        return Tenant.of(present(await info.context.tenants.load(self.record.tenant_id)))

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site with those of the other activities."""
        return Site.of(present(await info.context.sites.load(self.record.site_id)))

    @strawberry.field(description="The source.")
    async def source(self, info: Info) -> Source:
        """Load the source with those of the other activities."""
        return Source.of(present(await info.context.sources.load(self.record.source_id)))

    @strawberry.field(description="Every version of the fact, oldest first.")
    async def versions(self, info: Info) -> list["Activity"]:
        """Read the fact's versions."""
        async with info.context.read() as connection:
            return [Activity.of(record) for record in await ledger.activity_history(connection, self.record)]

    @classmethod
    def of(cls, record: ActivityRecord) -> "Activity":
        """Make the type of a ledger row."""
        return cls(id=strawberry.ID(encode("Activity", record.activity_id)), record=record)


@strawberry.input(description="Which activities; what is left out does not restrict.")
class ActivityFilterInput:
    """A filter."""

    tenant_id: strawberry.ID | None = strawberry.field(default=None, description="Tenant.")
    site_id: strawberry.ID | None = strawberry.field(default=None, description="Site.")
    source_id: strawberry.ID | None = strawberry.field(default=None, description="Source.")
    activity_types: list[str] = strawberry.field(default_factory=list, description="Activity types, any of them.")
    supplier: str | None = strawberry.field(default=None, description="Supplier.")
    external_id: str | None = strawberry.field(default=None, description="Id in the system it came from.")
    first_day: Day | None = strawberry.field(default=None, description="Only periods that end after this day began.")
    last_day: Day | None = strawberry.field(default=None, description="Only periods that begin by the end of this day.")
    include_superseded: bool = strawberry.field(
        default=False, description="Also versions that were replaced, and voided facts."
    )
    known_at: Instant | None = strawberry.field(
        default=None, description="As they were known at this instant; now if not given."
    )


First = Annotated[int | None, strawberry.argument(description="How many items at most, 1 to 500; 50 if not given.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the item to continue after.")]


async def activity_connection(
    context: Context, wanted: ActivityFilter, first: int | None, after: str | None
) -> Connection[Activity]:
    """Return a page of activities by start of period and id."""
    size, start = page_size(first), instant_position(after)
    if start is None and wanted.is_transfer:
        found = await context.first_activities.load((wanted, size + 1))
    else:
        async with context.read() as connection:
            found = await ledger.activity_page(connection, wanted, start, size + 1)
    return page(found, size, after, Activity.of, lambda record: cursor(record.period_start, record.activity_id))


def filter_of(given: ActivityFilterInput, tenants: tuple[UUID, ...]) -> ActivityFilter:
    """Return the ledger's filter; `tenants` are those in reach. Raises `BadInput` for a text that no row can have."""
    for text in (given.supplier, given.external_id, *given.activity_types):
        if text is not None and not is_storable(text):
            raise BadInput(f"filter: {text[:40]!r} holds NUL or half a character; accepted are texts without")
    wanted = (decode_uuid(given.tenant_id, "Tenant"),) if given.tenant_id else tenants
    return ActivityFilter(
        tenants=wanted,
        site=decode_uuid(given.site_id, "Site") if given.site_id else None,
        source=decode_uuid(given.source_id, "Source") if given.source_id else None,
        activity_types=tuple(given.activity_types),
        supplier=given.supplier,
        external_id=given.external_id,
        first=given.first_day,
        last=given.last_day,
        current_only=not given.include_superseded,
        known_at=given.known_at,
    )
