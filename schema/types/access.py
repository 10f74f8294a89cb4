"""Who asks, and what keys and claims of identity providers may do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry

from ledger.identity.grant_checks import NewGrant
from ledger.identity.grant_rows import Grant
from ledger.identity.grants import Claim
from ledger.identity.principals import NO_TENANT_ID, Principal
from schema.access_enums import GrantKind, GrantState, Right, Role
from schema.errors import Refusal
from schema.global_ids import decode_uuid, encode
from schema.scalars import Instant
from schema.types.info import Info
from schema.types.registry import Park, Site, Tenant, present


@strawberry.type(description="Who asks.")
class Viewer:
    """The caller."""

    actor: str = strawberry.field(description="Id of the key, or subject of the token; empty for nobody.")
    role: Role | None = strawberry.field(description="Role; none for a caller that does not say who it is.")
    rights: list[Right] = strawberry.field(description="What the caller may begin, sorted.")
    expires_at: Instant | None = strawberry.field(description="Until when; none for no end.")
    found: strawberry.Private[Principal]

    @strawberry.field(description="The tenant it is of; none of the whole service or of nobody.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant."""
        row = await info.context.tenants.load(self.found.tenant) if self.found.tenant else None
        return Tenant.of(row) if row else None

    @strawberry.field(description="Parks of which it sees anything.")
    async def parks(self, info: Info) -> list[Park]:
        """Load the parks."""
        rows = await info.context.parks.load_many(sorted(self.found.access.parks))
        return [Park.of(row) for row in rows if row]

    @strawberry.field(description="Sites it is narrowed to; none where it is not.")
    async def sites(self, info: Info) -> list[Site] | None:
        """Load the sites."""
        narrowed = self.found.access.sites
        if narrowed is None:
            return None
        return [Site.of(row) for row in await info.context.sites.load_many(sorted(narrowed)) if row]

    @classmethod
    def of(cls, found: Principal) -> "Viewer":
        """Make the type of a principal."""
        ends = Instant(found.expires_at) if found.expires_at else None
        return cls(
            actor=found.actor,
            role=Role(found.role) if found.role else None,
            rights=_sorted(found.rights),
            expires_at=ends,
            found=found,
        )


@strawberry.type(description="A claim in tokens of an identity provider, to which something is granted.")
class GrantedClaim:
    """A claim."""

    issuer: str = strawberry.field(description="The provider, as its tokens name it.")
    name: str = strawberry.field(description="The claim: sub, or one such as groups that the service looks at.")
    value: str = strawberry.field(description="The value to which it is granted.")


@strawberry.type(description="What one API key, or whoever presents one claim, may do.")
class AccessGrant:
    """A grant."""

    id: strawberry.ID = strawberry.field(description="Id of the grant.")
    kind: GrantKind = strawberry.field(description="How its bearer proves who it is.")
    key_id: str | None = strawberry.field(description="Public id of the key, the 8 characters after its prefix.")
    claim: GrantedClaim | None = strawberry.field(description="The claim, where it is one.")
    system: str = strawberry.field(description="What it is for: a system of the tenant, never a person.")
    role: Role = strawberry.field(description="Role.")
    rights: list[Right] = strawberry.field(description="Rights, sorted.")
    not_before: Instant = strawberry.field(description="From when on it holds.")
    expires_at: Instant | None = strawberry.field(description="Until when; none for no end.")
    revoked_at: Instant | None = strawberry.field(description="From when on it is taken back; none while it is not.")
    last_used_at: Instant | None = strawberry.field(description="When it was last used, to the minute.")
    state: GrantState = strawberry.field(description="Whether it holds now.")
    granted_by: str = strawberry.field(description="Who granted it: id of a key, subject of a token, or the service.")
    recorded_at: Instant = strawberry.field(description="When it was granted.")
    found: strawberry.Private[Grant]

    @strawberry.field(description="The tenant it is of; none where it is of the whole service.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other grants."""
        if self.found.tenant == NO_TENANT_ID:
            return None
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant)))

    @strawberry.field(description="Sites it is narrowed to; none where it is not.")
    async def sites(self, info: Info) -> list[Site] | None:
        """Load the sites."""
        if self.found.sites is None:
            return None
        return [Site.of(present(row)) for row in await info.context.sites.load_many(list(self.found.sites))]

    @strawberry.field(description="Tenants a regulator is named for.")
    async def named(self, info: Info) -> list[Tenant]:
        """Load the tenants."""
        return [Tenant.of(present(row)) for row in await info.context.tenants.load_many(list(self.found.named))]

    @classmethod
    def of(cls, found: Grant, now: datetime) -> "AccessGrant":
        """Make the type of a grant as it stands at an instant."""
        is_key = found.kind is GrantKind.KEY
        return cls(
            id=grant_id(found.id),
            kind=GrantKind(found.kind),
            key_id=found.handle if is_key else None,
            claim=None if is_key else _claim(found.handle),
            system=found.system,
            role=Role(found.role),
            rights=_sorted(found.rights),
            not_before=Instant(found.not_before),
            expires_at=_instant(found.expires_at),
            revoked_at=_instant(found.revoked_at),
            last_used_at=_instant(found.last_used_at),
            state=GrantState(found.state_at(now)),
            granted_by=found.granted_by,
            recorded_at=Instant(found.recorded_at),
            found=found,
        )


@strawberry.input(description="What is to be granted.")
class GrantInput:
    """A grant to be made."""

    tenant_id: strawberry.ID | None = strawberry.field(
        default=None, description="The tenant it is of; none for the whole service, which PLATFORM alone is of."
    )
    system: str = strawberry.field(description="What it is for, 1 to 80 characters; two live keys are one system's.")
    role: Role = strawberry.field(description="Role.")
    rights: list[Right] = strawberry.field(
        default_factory=list, description="Rights, all of the role if left out; none that the role cannot have."
    )
    site_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Sites that a contributor is narrowed to; every one if left out."
    )
    named_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Tenants a regulator is named for, whose registry it reads."
    )
    not_before: Instant | None = strawberry.field(default=None, description="From when on; now if left out.")
    expires_at: Instant | None = strawberry.field(
        default=None, description="Until when; no end if left out, which a regulator's must have."
    )

    def new(self) -> NewGrant:
        """Return the grant; raises `BadInput` for an id that is none."""
        return NewGrant(
            decode_uuid(self.tenant_id, "Tenant") if self.tenant_id else NO_TENANT_ID,
            self.system.strip(),
            Role(self.role),
            frozenset(Right(one) for one in self.rights),
            None if self.site_ids is None else [decode_uuid(one, "Site") for one in self.site_ids],
            [decode_uuid(one, "Tenant") for one in self.named_ids],
            self.not_before,
            self.expires_at,
        )


@strawberry.input(description="A claim in tokens of an identity provider that the service trusts.")
class ClaimInput:
    """A claim."""

    issuer: str = strawberry.field(description="The provider, as its tokens name it.")
    name: str = strawberry.field(default="sub", description="The claim; the subject if left out.")
    value: str = strawberry.field(description="The value.")

    def claim(self) -> Claim:
        """Return the claim."""
        return Claim(self.issuer, self.name, self.value)


@strawberry.input(description="A key that is to be replaced by another.")
class RotateApiKeyInput:
    """A rotation."""

    id: strawberry.ID = strawberry.field(description="The grant of the old key.")
    overlap_hours: int = strawberry.field(
        default=24, description="Hours for which the old key goes on, 0 to 720; revoking it ends it at once."
    )

    @property
    def overlap(self) -> timedelta:
        """How long the old key goes on; what is out of range is refused where keys are."""
        return timedelta(hours=max(-1, min(self.overlap_hours, 10_000)))


@strawberry.input(description="A key or claim that is to be taken back.")
class RevokeApiKeyInput:
    """A revocation."""

    id: strawberry.ID = strawberry.field(description="The grant.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A new key. It is shown this once: what is stored does not tell it.")
class ApiKeyCreated:
    """The outcome of creating or rotating."""

    key: str = strawberry.field(description="The key; sent as `Authorization: Bearer ...`.")
    grant: AccessGrant = strawberry.field(description="What it may do.")


@strawberry.type(description="What a claim may do from now on.")
class ClaimGranted:
    """The outcome of granting to a claim."""

    grant: AccessGrant = strawberry.field(description="The grant.")


@strawberry.type(description="A grant that holds no more.")
class ApiKeyRevoked:
    """The outcome of revoking."""

    grant: AccessGrant = strawberry.field(description="The grant.")


CreateApiKeyResult = Annotated[
    ApiKeyCreated | Refusal, strawberry.union("CreateApiKeyResult", description="The key, or why not.")
]
GrantClaimResult = Annotated[
    ClaimGranted | Refusal, strawberry.union("GrantClaimResult", description="The grant, or why not.")
]
RevokeApiKeyResult = Annotated[
    ApiKeyRevoked | Refusal, strawberry.union("RevokeApiKeyResult", description="The grant, or why not.")
]


def grant_id(key: UUID) -> strawberry.ID:
    """Return the global id of a grant."""
    return strawberry.ID(encode("AccessGrant", key))


def _claim(handle: str) -> GrantedClaim:
    issuer, name, value = handle.split("\n")
    return GrantedClaim(issuer=issuer, name=name, value=value)


def _instant(found: datetime | None) -> Instant | None:
    return Instant(found) if found else None


def _sorted(rights: Sequence[Right] | frozenset[Right]) -> list[Right]:
    return [Right(one) for one in sorted(rights)]
