"""Contractual instruments: certificates and contracts claimed for purchased energy, with their versions."""

from uuid import UUID

import strawberry

from accounting.scope2 import instruments as pure
from ledger.instruments import rows as ledger
from ledger.instruments.content import InstrumentContent
from ledger.instruments.rows import InstrumentRecord
from ledger.registry import tenants_where
from schema.context import Context
from schema.enums import (
    EnergyAttribute,
    EnergyCarrier,
    EvidenceKind,
    InstrumentChange,
    InstrumentCriterion,
    InstrumentKind,
)
from schema.errors import BadInput
from schema.global_ids import decode_uuid, encode
from schema.pages import Connection, cursor, id_position, page, page_size
from schema.scalars import Day, ExactDecimal, Instant, Month
from schema.types.info import Info
from schema.types.nodes import Node
from schema.types.registry import Site, Tenant, present


@strawberry.type(description="That an instrument was cancelled for its tenant.")
class InstrumentCancellation:
    """A cancellation."""

    cancelled_on: Day = strawberry.field(description="Day of cancellation.")
    quantity_mwh: ExactDecimal = strawberry.field(description="MWh cancelled; the rest of the instrument is not.")


@strawberry.type(description="Certificates of a batch by number, both ends included.")
class CertificateSerials:
    """Certificates."""

    batch: str = strawberry.field(description="Batch the numbers count in.")
    first: ExactDecimal = strawberry.field(description="First number.")
    last: ExactDecimal = strawberry.field(description="Last number.")


@strawberry.type(description="A document that proves a claim.")
class InstrumentEvidence:
    """Evidence."""

    document: str = strawberry.field(description="Id of the document in the tenant's own files.")
    kind: EvidenceKind = strawberry.field(description="What it is.")


@strawberry.type(description="Whether a quality criterion of the GHG Protocol Scope 2 Guidance (table 7.1) holds.")
class InstrumentCheck:
    """A check."""

    criterion: InstrumentCriterion = strawberry.field(description="The criterion.")
    holds: bool | None = strawberry.field(description="Whether it holds; none if that was not checked.")
    evidence: list[str] = strawberry.field(description="Documents that show it.")


@strawberry.type(
    description="What went from one instrument to another when a version was made, as seen from that version: split "
    "off, or handed over to another tenant."
)
class InstrumentMovement:
    """A movement."""

    tenant_id: strawberry.Private[UUID]
    instrument_id: strawberry.ID = strawberry.field(
        description="Id of the version on the other side: the first of what was taken, or the one it was taken from."
    )
    quantity_mwh: ExactDecimal = strawberry.field(description="MWh that moved.")
    transferred_on: Day | None = strawberry.field(
        description="Day on which the certificates changed hands; none where they stayed with the tenant."
    )

    @strawberry.field(description="The tenant on the other side; the same one where a part was split off.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with the others."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_id)))


@strawberry.type(
    description="A certificate or contract claimed for energy a tenant consumes, in one version. Never changed; each "
    "change is another version."
)
class Instrument(Node):
    """An instrument."""

    record: strawberry.Private[InstrumentRecord]
    content: strawberry.Private[InstrumentContent]

    @strawberry.field(description="The tenant's own name of it, unique for the tenant.")
    def code(self) -> str:
        """Return the code."""
        return self.record.row.code

    @strawberry.field(description="Number of this version, from 1.")
    def version(self) -> int:
        """Return the version."""
        return self.record.row.version

    @strawberry.field(description="What made this version.")
    def change(self) -> InstrumentChange:
        """Return the change."""
        return ledger.Change(self.record.row.change)

    @strawberry.field(description="Why this version was made; may be empty.")
    def reason(self) -> str:
        """Return the reason."""
        return self.record.row.reason

    @strawberry.field(description="Whether no later version replaces it and it is not withdrawn.")
    def is_current(self) -> bool:
        """Return whether the version counts."""
        return self.record.is_current and self.record.row.change != ledger.Change.WITHDRAWN

    @strawberry.field(description="What it is.")
    def kind(self) -> InstrumentKind:
        """Return the kind."""
        return self.content.kind

    @strawberry.field(description="Energy it is for.")
    def carrier(self) -> EnergyCarrier:
        """Return the carrier."""
        return self.content.carrier

    @strawberry.field(description="What the energy was made from.")
    def attribute(self) -> EnergyAttribute:
        """Return the attribute."""
        return self.content.attribute

    @strawberry.field(description="Area within which it is issued and cancelled, such as CN.")
    def market(self) -> str:
        """Return the market."""
        return self.content.market

    @strawberry.field(description="First month of generation.")
    def first_month(self) -> Month:
        """Return the first month."""
        return Month(self.content.first_month)

    @strawberry.field(description="Last month of generation, included.")
    def last_month(self) -> Month:
        """Return the last month."""
        return Month(self.content.last_month)

    @strawberry.field(description="MWh it is for.")
    def quantity_mwh(self) -> ExactDecimal:
        """Return the quantity."""
        return ExactDecimal(self.content.quantity)

    @strawberry.field(description="Emission rate it conveys, kg CO2e/MWh; none where it states none.")
    def rate(self) -> ExactDecimal | None:
        """Return the rate."""
        return None if self.content.rate is None else ExactDecimal(self.content.rate)

    @strawberry.field(description="First month of consumption it is claimed for.")
    def claimed_from(self) -> Month:
        """Return the first month claimed for."""
        return Month(self.content.claimed_from)

    @strawberry.field(description="Last month of consumption it is claimed for, included.")
    def claimed_to(self) -> Month:
        """Return the last month claimed for."""
        return Month(self.content.claimed_to)

    @strawberry.field(description="Its cancellation for the tenant; none while there is none.")
    def cancellation(self) -> InstrumentCancellation | None:
        """Return the cancellation."""
        found = ledger.cancellation_of(self.record.row)
        if found is None:
            return None
        return InstrumentCancellation(cancelled_on=Day(found.on), quantity_mwh=ExactDecimal(found.quantity))

    @strawberry.field(description="Certificates cancelled, or those that go with the energy; none where not given.")
    def serials(self) -> CertificateSerials | None:
        """Return the certificates."""
        found = self.record.row
        if found.first_serial is None or found.last_serial is None:
            return None
        first, last = ExactDecimal(found.first_serial), ExactDecimal(found.last_serial)
        return CertificateSerials(batch=found.batch, first=first, last=last)

    @strawberry.field(description="Whether the certificates were sold to others, or all of them handed over.")
    def is_sold(self) -> bool:
        """Return whether it was sold."""
        return self.record.row.is_sold

    @strawberry.field(description="Whether it can be traded; what cannot is its generator's alone.")
    def is_tradable(self) -> bool:
        """Return whether it can be traded."""
        return self.content.is_tradable

    @strawberry.field(description="Documents that prove the claim.")
    def evidence(self) -> list[InstrumentEvidence]:
        """Return the evidence."""
        return [InstrumentEvidence(document=found.id, kind=found.kind) for found in self.content.evidence]

    @strawberry.field(description="The eight quality criteria, in order.")
    def criteria(self) -> list[InstrumentCheck]:
        """Return the checks."""
        checks = [(criterion, self.content.criteria.of(criterion)) for criterion in pure.Criterion]
        return [
            InstrumentCheck(criterion=criterion, holds=check.holds, evidence=list(check.evidence))
            for criterion, check in checks
        ]

    @strawberry.field(description="When this version was recorded.")
    def recorded_at(self) -> Instant:
        """Return the time of recording."""
        return Instant(present(self.record.row.recorded_at))

    @strawberry.field(description="Id of the version this one replaces.")
    def supersedes(self) -> strawberry.ID | None:
        """Return the version superseded."""
        replaced = self.record.row.supersedes
        return strawberry.ID(encode("Instrument", replaced)) if replaced else None

    @strawberry.field(
        description="What moved to or from another instrument with this version, and where it went or came from; none "
        "where nothing did. A transfer stands in the version it made, so the versions show all of them."
    )
    def movement(self) -> InstrumentMovement | None:
        """Return the movement."""
        row = self.record.row
        if row.counterparty_id is None or row.counterpart_id is None or row.moved_quantity is None:
            return None
        return InstrumentMovement(
            tenant_id=row.counterparty_id,
            instrument_id=strawberry.ID(encode("Instrument", row.counterpart_id)),
            quantity_mwh=ExactDecimal(row.moved_quantity),
            transferred_on=Day(row.transferred_on) if row.transferred_on else None,
        )

    @strawberry.field(description="The tenant whose consumption it is claimed for.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other instruments."""
        return Tenant.of(present(await info.context.tenants.load(self.record.row.tenant_id)))

    @strawberry.field(description="The site it is claimed for; none for any of the tenant's.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other instruments."""
        key = self.content.site
        return Site.of(present(await info.context.sites.load(key))) if key else None

    @strawberry.field(description="The tenant that generates, where it is one of the park's.")
    async def generator(self, info: Info) -> Tenant | None:
        """Load the generator with those of the other instruments."""
        key = self.content.generator
        return Tenant.of(present(await info.context.tenants.load(key))) if key else None

    @strawberry.field(description="Every version of the instrument, oldest first.")
    async def versions(self, info: Info) -> list["Instrument"]:
        """Read the versions."""
        async with info.context.read() as connection:
            found = await ledger.instrument_history(connection, self.record.row)
        return [Instrument.of(record) for record in found]

    @classmethod
    def of(cls, record: InstrumentRecord) -> "Instrument":
        """Make the type of a version."""
        key = strawberry.ID(encode("Instrument", record.row.instrument_id))
        return cls(id=key, record=record, content=ledger.content_of(record.row))


async def instrument_connection(
    context: Context, tenants: list[UUID], includes_withdrawn: bool, first: int | None, after: str | None
) -> Connection[Instrument]:
    """Return a page of current instruments in the order of recording; a change does not move one."""
    size, start = page_size(first), id_position(after)
    async with context.read() as connection:
        found = await ledger.instrument_rows(connection, tenants, start, size + 1, includes_withdrawn)
    return page(found, size, after, Instrument.of, lambda record: cursor(record.original_id))


async def tenants_asked(context: Context, tenant_id: str | None, park_id: str | None) -> list[UUID]:
    """Return the tenant, those of the park, or all in reach; raises `BadInput` where both are named."""
    if tenant_id and park_id:
        raise BadInput("tenantId and parkId are both given; name one of them, or neither for all")
    wanted = {"park_id": decode_uuid(park_id, "Park")} if park_id else {}
    if tenant_id:
        wanted = {"tenant_id": decode_uuid(tenant_id, "Tenant")}
    async with context.read() as connection:
        return [tenant.tenant_id for tenant in await tenants_where(connection, **wanted)]
