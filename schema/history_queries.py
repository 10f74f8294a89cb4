"""Questions about the history: events, the newest signed head, proofs."""

from typing import Annotated

import strawberry

from ledger.history.reading import NotSealed, consistency_proof, events_of, inclusion_proof, newest_head
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.pages import Connection, cursor, page, page_size, position
from schema.types.history import ConsistencyProof, HistoryCheckpoint, HistoryEvent, InclusionProof
from schema.types.info import Info
from schema.types.registry import After, First

TenantId = Annotated[strawberry.ID, strawberry.argument(description="The tenant.")]


@strawberry.type(description="Questions about the history.")
class HistoryQueries:
    """The queries of the history."""

    @strawberry.field(
        description="Every change of a tenant's ledger in the order in which it was seen: who, when, what, before and "
        "after. What was recorded appears when it is sealed, some seconds later."
    )
    async def history(
        self, info: Info, tenant_id: TenantId, first: First = None, after: After = None
    ) -> Connection[HistoryEvent]:
        """Page through the events."""
        size, came_after = page_size(first), position(after, 1)
        start = _index(came_after[0]) + 1 if came_after else 0
        async with info.context.read() as connection:
            found = await events_of(connection, decode_uuid(tenant_id, "Tenant"), start, size + 1)
        return page(found, size, after, HistoryEvent.of, lambda one: cursor(one.index))

    @strawberry.field(
        description="The newest signed head of a tenant's history; none while nothing is sealed. Kept outside, it "
        "proves later that nothing before was changed."
    )
    async def checkpoint(self, info: Info, tenant_id: TenantId) -> HistoryCheckpoint | None:
        """Find the head."""
        async with info.context.read() as connection:
            found = await newest_head(connection, decode_uuid(tenant_id, "Tenant"))
        return HistoryCheckpoint.of(found) if found else None

    @strawberry.field(description="Proof that an event is under the root of a signed head.")
    async def inclusion_proof(
        self,
        info: Info,
        tenant_id: TenantId,
        index: Annotated[int, strawberry.argument(description="Place of the event, from 0.")],
        size: Annotated[int, strawberry.argument(description="Events of the head.")],
    ) -> InclusionProof:
        """Look the proof up."""
        async with info.context.read() as connection:
            try:
                found = await inclusion_proof(connection, decode_uuid(tenant_id, "Tenant"), index, size)
            except NotSealed as error:
                raise BadInput(str(error)) from None
        return InclusionProof(index=index, size=size, hashes=[one.hex() for one in found])

    @strawberry.field(description="Proof that the history of one signed head starts with that of an earlier one.")
    async def consistency_proof(
        self,
        info: Info,
        tenant_id: TenantId,
        old: Annotated[int, strawberry.argument(description="Events of the earlier head.")],
        new: Annotated[int, strawberry.argument(description="Events of the later head.")],
    ) -> ConsistencyProof:
        """Look the proof up."""
        async with info.context.read() as connection:
            try:
                found = await consistency_proof(connection, decode_uuid(tenant_id, "Tenant"), old, new)
            except NotSealed as error:
                raise BadInput(str(error)) from None
        return ConsistencyProof(old=old, new=new, hashes=[one.hex() for one in found])


def _index(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise BadInput(f"{text[:60]!r} is not a cursor of this list")
    return int(text)
