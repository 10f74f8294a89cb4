"""Giving and taking back what keys and claims may do. A grant is never changed: what changes is a new one, and its end.

A system has at most two live keys, so that it can change from one to the other without a pause.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.identity.api_keys import ApiKey, digest_of
from ledger.identity.grant_checks import NewGrant, check_grantor, check_new, check_places
from ledger.identity.grant_rows import Grant, GrantKind, GrantState, grants_of
from ledger.identity.principals import Principal
from ledger.statements import run
from ledger.tables import GrantRow, RevocationRow
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_CODE, LONGEST_TEXT, check_text, reason_of

LIVE_KEYS: Final = 2
"""Live keys a system may have."""
LONGEST_OVERLAP: Final = timedelta(days=30)
"""How long the old key of a rotation may go on."""
_IS_LIVE: Final = (GrantState.WAITING, GrantState.LIVE, GrantState.ENDING)


class GrantNotFound(Exception):
    """The tenant has no grant of this id, or none that has not ended."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of an identity provider's tokens, such as `groups`, and the value that is granted something."""

    issuer: str
    name: str
    value: str

    @property
    def handle(self) -> str:
        """How a grant is found by it; the parts cannot run into one another."""
        return "\n".join((self.issuer, self.name, self.value))


async def create_key(database: Database, pepper: bytes, new: NewGrant, key: ApiKey, by: Principal) -> Grant:
    """Grant something to a new key, of which the digest alone is stored.

    Raises `Refused`, or `NotRegistered` for a tenant or site that is not there for the grantor.
    """
    whole = new.of_role()
    check_grantor(by, whole)
    check_text(whole.system, "system", LONGEST_CODE)
    async with database.write_registry(whole.tenant) as connection:
        await _refuse_third(connection, whole)
        return await _added(connection, whole, GrantKind.KEY, key.id, digest_of(pepper, key), by)


async def grant_claim(database: Database, new: NewGrant, claim: Claim, by: Principal) -> Grant:
    """Grant something to whoever presents a claim in a token; raises as `create_key` does."""
    whole = new.of_role()
    check_grantor(by, whole)
    for name, text in (("issuer", claim.issuer), ("claim", claim.name), ("value", claim.value)):
        check_text(text, name, LONGEST_TEXT)
        if "\n" in text:
            raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, name, f"{text[:40]!r} is not accepted: one line is")
    async with database.write_registry(whole.tenant) as connection:
        return await _added(connection, whole, GrantKind.CLAIM, claim.handle, None, by)


async def rotate_key(
    database: Database, pepper: bytes, tenant: UUID, grant_id: UUID, key: ApiKey, by: Principal, overlap: timedelta
) -> Grant:
    """Grant a new key what an old one may do, and end the old one after `overlap`.

    Raises `GrantNotFound`, `Refused` or `NotRegistered`.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        message = f"the old key would go on for {overlap}; accepted is up to {LONGEST_OVERLAP.days} days"
        raise Refused(RefusalCode.BAD_GRANT, "overlapHours", message)
    async with database.write_registry(tenant) as connection:
        now = await _now(connection)
        old = await _living(connection, tenant, grant_id, now)
        if old.kind is not GrantKind.KEY:
            raise Refused(RefusalCode.BAD_GRANT, "id", "the grant is of a claim, which has no key to rotate")
        new = NewGrant(tenant, old.system, old.role, old.rights, old.sites, old.named, now, old.expires_at)
        check_grantor(by, new)
        await _refuse_third(connection, new)
        made = await _added(connection, new, GrantKind.KEY, key.id, digest_of(pepper, key), by)
        await _end(connection, old, now + overlap, "rotated", by)
    return made


async def revoke(database: Database, tenant: UUID, grant_id: UUID, reason: str, by: Principal) -> Grant:
    """End a grant now; the next request with it is refused. Raises `GrantNotFound`, `Refused` or `NotRegistered`."""
    why = reason_of(reason)
    async with database.write_registry(tenant) as connection:
        now = await _now(connection)
        found = await _living(connection, tenant, grant_id, now)
        await _end(connection, found, now, why, by)
    return replace(found, revoked_at=now)


async def _refuse_third(connection: Connection, new: NewGrant) -> None:
    """Raise `Refused` where the system has two live keys; two requests at a time are judged in turn."""
    await take_turn(connection, f"keys of {new.tenant} {new.system}")
    now = await _now(connection)
    live = [
        one
        for one in await grants_of(connection, [new.tenant])
        if (one.kind, one.system) == (GrantKind.KEY, new.system) and one.state_at(now) in _IS_LIVE
    ]
    if len(live) >= LIVE_KEYS:
        ids = " and ".join(one.handle for one in live)
        message = f"{new.system} has {len(live)} live keys, {ids}; revoke one of them first"
        raise Refused(RefusalCode.TOO_MANY_KEYS, "system", message)


async def _added(
    connection: Connection, new: NewGrant, kind: GrantKind, handle: str, digest: bytes | None, by: Principal
) -> Grant:
    now = await _now(connection)
    check_new(new, now)
    await check_places(connection, new)
    row = {
        "tenant_id": new.tenant,
        "grant_id": new_id(),
        "kind": kind.value,
        "handle": handle,
        "digest": digest,
        "system": new.system,
        "role": new.role.value,
        "rights": sorted(right.value for right in new.rights),
        "sites": None if new.sites is None else list(new.sites),
        "named": list(new.named),
        "not_before": new.not_before or now,
        "expires_at": new.expires_at,
        "granted_by": by.actor,
    }
    await run(connection, sa.insert(GrantRow).values(**row))
    (found,) = [one for one in await grants_of(connection, [new.tenant]) if one.id == row["grant_id"]]
    return found


async def _living(connection: Connection, tenant: UUID, grant_id: UUID, now: datetime) -> Grant:
    found = [one for one in await grants_of(connection, [tenant]) if one.id == grant_id]
    if not found or found[0].state_at(now) not in _IS_LIVE:
        raise GrantNotFound(f"there is no live grant {grant_id}")
    return found[0]


async def _end(connection: Connection, grant: Grant, at: datetime, reason: str, by: Principal) -> None:
    row = {
        "tenant_id": grant.tenant,
        "revocation_id": new_id(),
        "grant_id": grant.id,
        "effective_at": at,
        "reason": reason,
        "revoked_by": by.actor,
    }
    await run(connection, sa.insert(RevocationRow).values(**row))


async def _now(connection: Connection) -> datetime:
    """Return the database's time, which every process of the service judges grants by."""
    row = await (await connection.execute("SELECT now()")).fetchone()
    assert row is not None  # noqa: S101  a select without a table has a row
    found: datetime = row[0]
    return found
