"""Declarations of how a tenant's files are read."""

from typing import Annotated

import strawberry

from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.info import Info
from schema.types.ingest_profiles import IngestProfileInput


@strawberry.type(description="Declarations of how files are read.")
class IngestProfileMutations:
    """The mutation of ingest profiles."""

    @strawberry.mutation(
        description="Declare how files are read that are sent to the bulk endpoint with `profile=NAME`. The same again "
        "writes nothing; another content is the next version, which files sent from then on are read by."
    )
    async def declare_ingest_profiles(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        profiles: Annotated[list[IngestProfileInput], strawberry.argument(description="Profiles, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare ingest profiles."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(profiles)
        return await declared(info.context, tenant, found, reason)
