"""Targets of webhooks, and the log of what was delivered to them."""

import json
from typing import Annotated

import strawberry

from ledger.webhooks import deliveries as webhook_deliveries
from ledger.webhooks import targets as webhook_targets
from schema.errors import Refusal
from schema.global_ids import decode_uuid, encode
from schema.scalars import Instant
from schema.types.info import Info
from schema.types.registry import Tenant, present
from schema.webhook_enums import AttemptOutcome, Coverage, DeliveryState, TargetState, WebhookEvent

TARGET = "WebhookTarget"
DELIVERY = "WebhookDelivery"
_OWN = Coverage.TENANT


@strawberry.type(description="An address that is told of events by signed webhooks (Standard Webhooks).")
class WebhookTarget:
    """A target."""

    id: strawberry.ID = strawberry.field(description="Id of the target.")
    name: str = strawberry.field(description="What it is called.")
    url: str = strawberry.field(description="The address.")
    events: list[WebhookEvent] = strawberry.field(description="What it is told of, sorted.")
    covers: Coverage = strawberry.field(description="Whose events it is told.")
    state: TargetState = strawberry.field(description="Whether it is told anything.")
    reason: str = strawberry.field(description="Why it has ended; empty while it has not.")
    recorded_at: Instant = strawberry.field(description="From when on it is told; what was before is not.")
    rotated_at: Instant | None = strawberry.field(
        description="When its present secret was made; none where it is the first. For a day the one before signs too."
    )
    found: strawberry.Private[webhook_targets.Target]

    @strawberry.field(description="The tenant it is of.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant)))

    @classmethod
    def of(cls, found: webhook_targets.Target) -> "WebhookTarget":
        """Make the type of a target."""
        return cls(
            id=strawberry.ID(encode(TARGET, found.id)),
            name=found.name,
            url=found.url,
            events=[WebhookEvent(one) for one in found.events],
            covers=Coverage(found.covers),
            state=TargetState(found.state),
            reason=found.reason,
            recorded_at=Instant(found.recorded_at),
            rotated_at=Instant(found.rotated_at) if found.rotated_at else None,
            found=found,
        )


@strawberry.type(description="One try to deliver.")
class WebhookAttempt:
    """An attempt."""

    number: int = strawberry.field(description="Which one, from 1.")
    outcome: AttemptOutcome = strawberry.field(description="What became of it.")
    status: int | None = strawberry.field(description="Status of the answer; none where there was none.")
    problem: str = strawberry.field(description="Why it failed; empty where it did not.")
    attempted_at: Instant = strawberry.field(description="When.")
    took_ms: int = strawberry.field(description="Milliseconds until the answer, or until it was given up.")
    next_at: Instant | None = strawberry.field(description="When it is tried again; none where it is not.")

    @classmethod
    def of(cls, found: webhook_deliveries.Attempt) -> "WebhookAttempt":
        """Make the type of an attempt."""
        return cls(
            number=found.number,
            outcome=AttemptOutcome(found.outcome),
            status=found.status,
            problem=found.problem,
            attempted_at=Instant(found.attempted_at),
            took_ms=found.took_ms,
            next_at=Instant(found.next_at) if found.next_at else None,
        )


@strawberry.type(description="One event that is told to one target.")
class WebhookDelivery:
    """A delivery."""

    id: strawberry.ID = strawberry.field(description="Id of the delivery.")
    message_id: str = strawberry.field(
        description="The header webhook-id, the same at every attempt: receivers know by it what they have already."
    )
    event: WebhookEvent = strawberry.field(description="What is told.")
    happened_at: Instant = strawberry.field(description="When it was recorded.")
    state: DeliveryState = strawberry.field(description="How far it is.")
    attempt_count: int = strawberry.field(description="Attempts so far.")
    subject_id: strawberry.ID | None = strawberry.field(
        description="The report that it is about; none where it is about a period."
    )
    found: strawberry.Private[webhook_deliveries.Delivery]

    @strawberry.field(description="The attempts, in their order.")
    async def attempts(self, info: Info) -> list[WebhookAttempt]:
        """Read the attempts."""
        async with info.context.read() as connection:
            found = await webhook_deliveries.attempts_of(connection, [self.found.id])
        return [WebhookAttempt.of(one) for one in found[self.found.id]]

    @classmethod
    def of(cls, found: webhook_deliveries.Delivery) -> "WebhookDelivery":
        """Make the type of a delivery."""
        report = json.loads(found.content).get("reportId")
        return cls(
            id=strawberry.ID(encode(DELIVERY, found.id)),
            message_id=found.message_id,
            event=WebhookEvent(found.event),
            happened_at=Instant(found.happened_at),
            state=DeliveryState(found.state),
            attempt_count=found.tried,
            subject_id=strawberry.ID(encode("Report", report)) if report else None,
            found=found,
        )


@strawberry.input(description="An address to be told of events.")
class AddWebhookTargetInput:
    """A new target."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant it is of.")
    name: str = strawberry.field(description="What it is called, 1 to 80 characters.")
    url: str = strawberry.field(
        description="The address, https at port 443; at most 500 characters. It is shown to who administers targets, "
        "so no secret belongs into it."
    )
    events: list[WebhookEvent] = strawberry.field(description="What it is to be told of, at least one.")
    covers: Coverage = strawberry.field(
        default=_OWN, description="Whose events; those of the whole park for its operator alone."
    )

    def new(self) -> webhook_targets.NewTarget:
        """Return the target; raises `BadInput` for an id that is none."""
        events = [webhook_targets.WebhookEvent(one) for one in self.events]
        tenant = decode_uuid(self.tenant_id, "Tenant")
        return webhook_targets.NewTarget(
            tenant, self.url, events, webhook_targets.Coverage(self.covers), self.name.strip()
        )


@strawberry.input(description="A target that is to be told nothing more.")
class RemoveWebhookTargetInput:
    """A removal."""

    id: strawberry.ID = strawberry.field(description="The target.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A target with its secret, which is shown this once and stored nowhere.")
class WebhookTargetAdded:
    """The outcome of adding or rotating."""

    secret: str = strawberry.field(description="The secret that its messages are signed with, whsec_ and base64.")
    target: WebhookTarget = strawberry.field(description="The target.")


@strawberry.type(description="A target that is told nothing more.")
class WebhookTargetRemoved:
    """The outcome of removing."""

    target: WebhookTarget = strawberry.field(description="The target.")


@strawberry.type(description="A delivery that is sent again.")
class RedeliveryAsked:
    """The outcome of asking again."""

    delivery: WebhookDelivery = strawberry.field(description="The delivery.")


AddWebhookTargetResult = Annotated[
    WebhookTargetAdded | Refusal,
    strawberry.union("AddWebhookTargetResult", description="The target with its secret, or why not."),
]
RemoveWebhookTargetResult = Annotated[
    WebhookTargetRemoved | Refusal, strawberry.union("RemoveWebhookTargetResult", description="The target, or why not.")
]
RedeliverResult = Annotated[
    RedeliveryAsked | Refusal, strawberry.union("RedeliverResult", description="The delivery, or why not.")
]
