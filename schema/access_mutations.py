"""Changes of who may do what: each an event, none of a row that is there."""

from typing import Annotated
from uuid import UUID

import strawberry

from ledger.identity.api_keys import new_key
from ledger.identity.grant_rows import Grant, grants_by_id
from ledger.identity.grants import GrantNotFound, create_key, grant_claim, revoke, rotate_key
from schema.context import Context
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.access import (
    AccessGrant,
    ApiKeyCreated,
    ApiKeyRevoked,
    ClaimGranted,
    ClaimInput,
    CreateApiKeyResult,
    GrantClaimResult,
    GrantInput,
    RevokeApiKeyInput,
    RevokeApiKeyResult,
    RotateApiKeyInput,
)
from schema.types.info import Info


@strawberry.type(description="Changes of who may do what.")
class AccessMutations:
    """The mutations of access."""

    @strawberry.mutation(description="Create an API key for a system. It is shown in the answer and never again.")
    async def create_api_key(
        self, info: Info, input: Annotated[GrantInput, strawberry.argument(description="What it may do.")]
    ) -> CreateApiKeyResult:
        """Create a key."""
        context, key = info.context, new_key()
        found = await create_key(context.service.database, _pepper(context), input.new(), key, context.principal)
        return ApiKeyCreated(key=key.text, grant=_shown(context, found))

    @strawberry.mutation(
        description="Replace a key by another that may do the same. The old one goes on for some hours, so that its "
        "system can change over."
    )
    async def rotate_api_key(
        self, info: Info, input: Annotated[RotateApiKeyInput, strawberry.argument(description="The rotation.")]
    ) -> CreateApiKeyResult:
        """Rotate a key."""
        context, key = info.context, new_key()
        old = await _known(context, input.id)
        found = await rotate_key(
            context.service.database, _pepper(context), old.tenant, old.id, key, context.principal, input.overlap
        )
        return ApiKeyCreated(key=key.text, grant=_shown(context, found))

    @strawberry.mutation(description="Grant something to whoever presents a claim in a token of an identity provider.")
    async def grant_claim(
        self,
        info: Info,
        claim: Annotated[ClaimInput, strawberry.argument(description="The claim.")],
        input: Annotated[GrantInput, strawberry.argument(description="What it may do.")],
    ) -> GrantClaimResult:
        """Grant to a claim."""
        context = info.context
        found = await grant_claim(context.service.database, input.new(), claim.claim(), context.principal)
        return ClaimGranted(grant=_shown(context, found))

    @strawberry.mutation(description="Take a key or a claim's grant back, at once and finally.")
    async def revoke_api_key(
        self, info: Info, input: Annotated[RevokeApiKeyInput, strawberry.argument(description="The revocation.")]
    ) -> RevokeApiKeyResult:
        """Revoke a grant."""
        context = info.context
        old = await _known(context, input.id)
        found = await revoke(context.service.database, old.tenant, old.id, input.reason, context.principal)
        return ApiKeyRevoked(grant=_shown(context, found))


async def _known(context: Context, text: str) -> Grant:
    key: UUID = decode_uuid(text, "AccessGrant")
    async with context.read() as connection:
        found = await grants_by_id(connection, [key])
    if not found:
        raise GrantNotFound(f"there is no live grant {key}")
    return found[0]


def _pepper(context: Context) -> bytes:
    if context.service.pepper is None:
        raise BadInput("this service has no API keys: it was started without a pepper")
    return context.service.pepper


def _shown(context: Context, found: Grant) -> AccessGrant:
    """Return the grant as it stands now; the database's clock may be a moment ahead of ours."""
    return AccessGrant.of(found, max(context.service.clock(), found.recorded_at, found.revoked_at or found.recorded_at))
