"""Questions about webhooks: the targets of a tenant, and what was delivered to one."""

from typing import Annotated

import strawberry

from ledger.webhooks.deliveries import deliveries_of
from ledger.webhooks.targets import targets_of
from schema.global_ids import decode_uuid
from schema.pages import Connection, cursor, id_position, page, page_size, sliced
from schema.types.info import Info
from schema.types.registry import After, First
from schema.types.webhooks import TARGET, WebhookDelivery, WebhookTarget


@strawberry.type(description="Questions about webhooks.")
class WebhookQueries:
    """The queries of webhooks."""

    @strawberry.field(description="Targets of a tenant, ended ones included, in the order of their making.")
    async def webhook_targets(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant.")],
        first: First = None,
        after: After = None,
    ) -> Connection[WebhookTarget]:
        """Page through the targets."""
        async with info.context.read() as connection:
            found = await targets_of(connection, decode_uuid(tenant_id, "Tenant"))
        return sliced(found, first, after, WebhookTarget.of, lambda one: str(one.id))

    @strawberry.field(description="What was and is to be delivered to a target, the newest first.")
    async def webhook_deliveries(
        self,
        info: Info,
        target_id: Annotated[strawberry.ID, strawberry.argument(description="The target.")],
        first: First = None,
        after: After = None,
    ) -> Connection[WebhookDelivery]:
        """Page through the deliveries."""
        target, size, before = decode_uuid(target_id, TARGET), page_size(first), id_position(after)
        async with info.context.read() as connection:
            found = await deliveries_of(connection, target, size + 1, before)
        return page(found, size, after, WebhookDelivery.of, lambda one: cursor(one.id))
