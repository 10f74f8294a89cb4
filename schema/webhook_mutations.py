"""Changes of webhooks: each an event, none of a row that is there."""

from typing import Annotated

import strawberry

from ledger.webhooks.deliveries import DeliveryNotFound, deliveries_by_id, redeliver
from ledger.webhooks.targets import Target, TargetNotFound, add_target, remove_target, rotate_secret, targets_by_id
from schema.context import Context, Receivers
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.info import Info
from schema.types.webhooks import (
    DELIVERY,
    TARGET,
    AddWebhookTargetInput,
    AddWebhookTargetResult,
    RedeliverResult,
    RedeliveryAsked,
    RemoveWebhookTargetInput,
    RemoveWebhookTargetResult,
    WebhookDelivery,
    WebhookTarget,
    WebhookTargetAdded,
    WebhookTargetRemoved,
)


@strawberry.type(description="Changes of webhooks.")
class WebhookMutations:
    """The mutations of webhooks."""

    @strawberry.mutation(
        description="Add an address that is told of events. Its secret is shown in the answer and never again."
    )
    async def add_webhook_target(
        self, info: Info, input: Annotated[AddWebhookTargetInput, strawberry.argument(description="The target.")]
    ) -> AddWebhookTargetResult:
        """Add a target."""
        receivers, new = _receivers(info.context), input.new()
        receivers.check(new.url)
        return _shown(receivers, await add_target(info.context.service.database, new))

    @strawberry.mutation(
        description="Give a target another secret. For a day messages are signed with both, so that its receiver can "
        "change over."
    )
    async def rotate_webhook_secret(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The target.")]
    ) -> AddWebhookTargetResult:
        """Rotate a secret."""
        receivers, known = _receivers(info.context), await _known(info.context, id)
        return _shown(receivers, await rotate_secret(info.context.service.database, known))

    @strawberry.mutation(description="Let a target be told nothing more, at once and finally.")
    async def remove_webhook_target(
        self, info: Info, input: Annotated[RemoveWebhookTargetInput, strawberry.argument(description="The removal.")]
    ) -> RemoveWebhookTargetResult:
        """Remove a target."""
        known = await _known(info.context, input.id)
        found = await remove_target(info.context.service.database, known, input.reason)
        return WebhookTargetRemoved(target=WebhookTarget.of(found))

    @strawberry.mutation(
        description="Send a delivery again, whatever became of it, under the id it has. One that is still to be sent "
        "stays as it is."
    )
    async def redeliver(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The delivery.")]
    ) -> RedeliverResult:
        """Ask for a delivery again."""
        context, key = info.context, decode_uuid(id, DELIVERY)
        async with context.read() as connection:
            found = await deliveries_by_id(connection, [key])
        if not found:
            raise DeliveryNotFound(f"there is no delivery {key}")
        again = await redeliver(context.service.database, found[0], context.service.clock())
        return RedeliveryAsked(delivery=WebhookDelivery.of(again))


async def _known(context: Context, text: str) -> Target:
    key = decode_uuid(text, TARGET)
    async with context.read() as connection:
        found = await targets_by_id(connection, [key])
    if not found:
        raise TargetNotFound(f"there is no living target {key}")
    return found[0]


def _receivers(context: Context) -> Receivers:
    if context.service.receivers is None:
        raise BadInput("this service sends no webhooks: it was started without a pepper")
    return context.service.receivers


def _shown(receivers: Receivers, found: Target) -> WebhookTargetAdded:
    secret = receivers.secret(found.id, found.secret_number)
    return WebhookTargetAdded(secret=secret, target=WebhookTarget.of(found))
