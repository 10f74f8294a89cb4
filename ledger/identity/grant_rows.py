"""Grants as they are read: by whoever administers them, and by the handle that a caller presents."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from ledger.access import EVERYTHING, Access
from ledger.connections import Connection
from ledger.identity.principals import RIGHTS, Principal, Right, Role

_GRANTS: Final = """
SELECT found.tenant_id, found.grant_id, found.kind, found.handle, found.system, found.role, found.rights, found.sites,
    found.named, found.not_before, found.expires_at, found.granted_by, found.recorded_at,
    (SELECT min(gone.effective_at) FROM access_revocations AS gone
     WHERE gone.tenant_id = found.tenant_id AND gone.grant_id = found.grant_id) AS revoked_at,
    (SELECT used.last_used_at FROM access_uses AS used
     WHERE used.tenant_id = found.tenant_id AND used.grant_id = found.grant_id) AS last_used_at
FROM access_grants AS found
"""
_OF_TENANTS: Final = f"{_GRANTS} WHERE found.tenant_id = ANY(%s::uuid[]) ORDER BY found.grant_id"
_BY_ID: Final = f"{_GRANTS} WHERE found.grant_id = ANY(%s::uuid[]) ORDER BY found.grant_id"
_BY_HANDLE: Final = "SELECT * FROM found_grants(%s::text[])"
_NOTE_USE: Final = "SELECT note_use(%s, %s, %s)"
HOLDS: Final = ("LIVE", "ENDING")
"""States in which a grant holds."""
_GRAIN: Final = timedelta(minutes=1)


class GrantKind(StrEnum):
    """How a caller proves who it is."""

    KEY = "KEY"
    """By an API key."""
    CLAIM = "CLAIM"
    """By a token of an identity provider with a claim that is named."""


class GrantState(StrEnum):
    """Whether a grant holds."""

    WAITING = "WAITING"
    """It begins later."""
    LIVE = "LIVE"
    """It holds."""
    ENDING = "ENDING"
    """It holds, and an instant of its end has been set."""
    EXPIRED = "EXPIRED"
    """Its time is over."""
    REVOKED = "REVOKED"
    """It was taken back."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as its administrators see it; what it is proved by is not in it."""

    tenant: UUID
    id: UUID
    kind: GrantKind
    handle: str
    system: str
    role: Role
    rights: frozenset[Right]
    sites: tuple[UUID, ...] | None
    named: tuple[UUID, ...]
    not_before: datetime
    expires_at: datetime | None
    granted_by: str
    recorded_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state_at(self, now: datetime) -> GrantState:
        """Return whether it holds at an instant."""
        return state_at(now, self.not_before, self.expires_at, self.revoked_at)


def state_at(
    now: datetime, not_before: datetime, expires_at: datetime | None, revoked_at: datetime | None
) -> GrantState:
    """Return whether a grant of these instants holds at `now`."""
    if revoked_at is not None and revoked_at <= now:
        return GrantState.REVOKED
    if expires_at is not None and expires_at <= now:
        return GrantState.EXPIRED
    if now < not_before:
        return GrantState.WAITING
    return GrantState.LIVE if revoked_at is None else GrantState.ENDING


@dataclass(frozen=True, slots=True)
class Presented:
    """A grant by the handle that was presented, with what it reaches; `digest` is of a key's secret, `at` the time of
    the database, by which every process judges alike.
    """

    tenant: UUID
    id: UUID
    handle: str
    digest: bytes | None = field(repr=False)
    role: Role
    rights: frozenset[Right]
    sites: frozenset[UUID] | None
    named: frozenset[UUID]
    not_before: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    park: UUID | None
    park_tenants: frozenset[UUID]
    named_parks: frozenset[UUID]
    used_at: datetime | None
    at: datetime
    system: str

    @property
    def state(self) -> GrantState:
        """Whether it holds."""
        return state_at(self.at, self.not_before, self.expires_at, self.revoked_at)

    def principal(self, actor: str) -> Principal:
        """Return who is behind it."""
        rights = self.rights & RIGHTS[self.role]
        tenant = None if self.role is Role.PLATFORM else self.tenant
        return Principal(actor, self.role, rights, self._access(), tenant, self.expires_at)

    def _access(self) -> Access:
        own, parks = frozenset({self.tenant}), frozenset({self.park} if self.park else ())
        if self.role is Role.PLATFORM:
            return EVERYTHING
        if self.role is Role.PARK_OPERATOR:
            return Access(
                self.park_tenants, own, self.park_tenants, self.named, parks | self.named_parks, parks, self.sites,
                reviews=self.park_tenants,
            )  # fmt: skip
        if self.role is Role.REGULATOR:
            return Access(named=self.named, parks=self.named_parks, regulator=self.system)
        writes = own if self.role in (Role.TENANT_ADMINISTRATOR, Role.CONTRIBUTOR) else frozenset[UUID]()
        registers = own if self.role is Role.TENANT_ADMINISTRATOR else frozenset[UUID]()
        reviews = own if self.role is Role.REVIEWER else frozenset[UUID]()
        return Access(
            own, writes, registers, self.named, parks | self.named_parks, frozenset(), self.sites, reviews=reviews
        )


async def grants_of(connection: Connection, tenants: Collection[UUID]) -> list[Grant]:
    """Return the grants of tenants that the transaction sees, in the order of recording."""
    return [_grant(*row) for row in await (await connection.execute(_OF_TENANTS, (list(tenants),))).fetchall()]


async def grants_by_id(connection: Connection, ids: Collection[UUID]) -> list[Grant]:
    """Return those of these grants that the transaction sees."""
    return [_grant(*row) for row in await (await connection.execute(_BY_ID, (list(ids),))).fetchall()]


async def presented(connection: Connection, handles: Sequence[str]) -> list[Presented]:
    """Return what the handles may do, whether or not it holds; needs no transaction and reveals no other handle's."""
    return [_presented(*row) for row in await (await connection.execute(_BY_HANDLE, (list(handles),))).fetchall()]


def is_noted(used: Presented, noted_at: datetime | None = None) -> bool:
    """Whether the use of a grant is noted for this minute: in the ledger, or at `noted_at` by who asks."""
    return any(at is not None and used.at - at < _GRAIN for at in (used.used_at, noted_at))


async def note_use(connection: Connection, used: Presented) -> None:
    """Note that a grant was used."""
    await connection.execute(_NOTE_USE, (used.tenant, used.id, used.at))


def _grant(*row: Any) -> Grant:
    tenant, key, kind, handle, system, role, rights, sites, named, *others = row
    return Grant(
        tenant,
        key,
        GrantKind(kind),
        handle,
        system,
        Role(role),
        frozenset(map(Right, rights)),
        None if sites is None else tuple(sites),
        tuple(named),
        *others,
    )


def _presented(*row: Any) -> Presented:
    tenant, key, handle, digest, role, rights, sites, named, not_before, expires, revoked, *reached = row
    park, others, parks, used, at, system = reached
    return Presented(
        tenant=tenant,
        id=key,
        handle=handle,
        digest=None if digest is None else bytes(digest),
        role=Role(role),
        rights=frozenset(map(Right, rights)),
        sites=None if sites is None else frozenset(sites),
        named=frozenset(named),
        not_before=not_before,
        expires_at=expires,
        revoked_at=revoked,
        park=park,
        park_tenants=frozenset(others),
        named_parks=frozenset(parks),
        used_at=used,
        at=at,
        system=system,
    )
