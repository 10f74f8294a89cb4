"""Questions about who may do what."""

from typing import Annotated

import strawberry

from ledger.identity.grant_rows import grants_of
from schema.global_ids import decode_uuid
from schema.pages import Connection, sliced
from schema.types.access import AccessGrant, Viewer
from schema.types.info import Info
from schema.types.registry import After, First


@strawberry.type(description="Questions about who may do what.")
class AccessQueries:
    """The queries of access."""

    @strawberry.field(description="Who asks, in which role, with which rights.")
    def viewer(self, info: Info) -> Viewer:
        """Return the caller."""
        return Viewer.of(info.context.principal)

    @strawberry.field(
        description="Keys of a tenant and what is granted to claims, ended ones included, in the order of granting."
    )
    async def api_keys(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant.")],
        first: First = None,
        after: After = None,
    ) -> Connection[AccessGrant]:
        """Page through the grants."""
        async with info.context.read() as connection:
            found = await grants_of(connection, [decode_uuid(tenant_id, "Tenant")])
        now = info.context.service.clock()
        return sliced(found, first, after, lambda one: AccessGrant.of(one, now), lambda one: str(one.id))
