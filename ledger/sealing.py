"""The sealer: recordings become events of their tenant's Merkle tree, in the one order that is safe, and heads are
signed.

    told instant -> recordings up to it, by (recorded_at, recording_id) -> rows hashed -> events, leaves, signed head

Up to the told instant everything that will ever be is there, so that nothing slips in before what is sealed. Events and
their head are one transaction: a sealer that dies leaves a history that ends at a head. One seals at a time.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.database import Connection, Database
from ledger.history_events import event_of
from ledger.principals import NO_TENANT_ID
from ledger.sealed_rows import RECORDINGS, Sealable, contents_of
from proofs.checkpoints import Checkpoint, sign_checkpoint
from proofs.events import SALT_BYTES, event_leaf
from proofs.keys import PrivateKey, PublicKey
from proofs.merkle import node_hash, push
from proofs.notes import parse_note
from proofs.ranges import CompactRange, parse_range
from proofs.rotations import sign_rotation, stated_rotation

EVENTS_AT_ONCE: Final = 500
"""Events that one transaction appends."""
ROWS_AT_ONCE: Final = 200_000
"""Posted rows that one transaction hashes; one recording may have more."""


class HistoryDamaged(Exception):
    """The stored history is not what was sealed last; nothing is signed on top of it."""


class WrongKey(Exception):
    """Another key signs this history; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last head of a history: its state, and the recording of its last event."""

    range: CompactRange
    until_at: datetime
    until_id: UUID


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event that is to be stored; `subtrees` are the roots that its leaf completes, smallest first."""

    recording: UUID
    salt: bytes
    event: bytes
    hash: bytes
    subtrees: bytes


_LOCK: Final = "SELECT pg_try_advisory_xact_lock(7309453620184221)"
_BEHIND: Final = """
SELECT tenant_id FROM (SELECT DISTINCT tenant_id FROM recordings
    WHERE recorded_at > coalesce(%(since)s::timestamptz, '-infinity') AND recorded_at <= %(told)s) AS changed
WHERE EXISTS (
    SELECT FROM recordings AS one WHERE one.tenant_id = changed.tenant_id AND one.recorded_at <= %(told)s
        AND (one.recorded_at, one.recording_id) > (
            coalesce((SELECT until_at FROM checkpoints AS head WHERE head.tenant_id = changed.tenant_id
                ORDER BY size DESC LIMIT 1), '-infinity'),
            coalesce((SELECT until_id FROM checkpoints AS head WHERE head.tenant_id = changed.tenant_id
                ORDER BY size DESC LIMIT 1), '00000000-0000-0000-0000-000000000000'))
) ORDER BY tenant_id
"""
_HEAD: Final = """
SELECT state, until_at, until_id, note,
    (SELECT note FROM log_rotations WHERE tenant_id = %(tenant)s ORDER BY size DESC LIMIT 1),
    (SELECT max(leaf_index) FROM history WHERE tenant_id = %(tenant)s)
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
    SELECT state, until_at, until_id, note FROM checkpoints WHERE tenant_id = %(tenant)s ORDER BY size DESC LIMIT 1
) AS head ON true
"""
_UNSEALED: Final = f"""
{RECORDINGS} WHERE tenant_id = %(tenant)s AND recorded_at <= %(told)s
    AND (recorded_at, recording_id) > (%(until_at)s, %(until_id)s)
ORDER BY recorded_at, recording_id LIMIT %(most)s
"""
_APPEND: Final = """
INSERT INTO history (tenant_id, leaf_index, recording_id, salt, event, leaf, subtrees)
SELECT %(tenant)s, %(size)s + position - 1, recording, salt, event, leaf, subtrees
FROM unnest(%(recordings)s::uuid[], %(salts)s::bytea[], %(events)s::text[], %(leaves)s::bytea[], %(subtrees)s::bytea[])
    WITH ORDINALITY AS given (recording, salt, event, leaf, subtrees, position)
"""
_SIGN: Final = """
INSERT INTO checkpoints (tenant_id, size, root, state, note, until_at, until_id)
VALUES (%(tenant)s, %(size)s, %(root)s, %(state)s, %(note)s, %(until_at)s, %(until_id)s)
"""
_WAIT: Final = "SELECT pg_advisory_xact_lock(7309453620184221)"
_SEALED: Final = "SELECT DISTINCT tenant_id FROM checkpoints ORDER BY tenant_id"
_ROTATE: Final = "INSERT INTO log_rotations (tenant_id, size, note) VALUES (%s, %s, %s)"
_START: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


def origin_of(key_name: str, tenant: UUID) -> str:
    """Return the name of a tenant's history: that of the log's key, a slash, the tenant."""
    return f"{key_name}/{tenant}"


async def seal(database: Database, key: PrivateKey, since: datetime | None = None) -> tuple[int, datetime | None]:
    """Seal everything recorded up to now; return how many events were made and the instant that it is up to.

    `since` is what an earlier call returned: all before it is known to be sealed. The instant is `since` again where
    another sealer is at work or no instant could be told. Raises `HistoryDamaged`, with nothing signed.
    """
    told = await database.told_instant()
    if told is None or told == since:
        return 0, since
    async with database.snapshot() as connection:
        rows = await (await connection.execute(_BEHIND, {"since": since, "told": told})).fetchall()
    made = 0
    for (tenant,) in rows:
        found = await _seal_tenant(database, key, tenant, told)
        if found is None:
            return made, since
        made += found
    return made, told


async def seal_tenants(database: Database, key: PrivateKey, tenants: Iterable[UUID], until: datetime) -> bool:
    """Seal what some tenants recorded up to an instant; return False where another sealer is at work, or writers are
    not through with it, so that it is to be tried again. Raises `HistoryDamaged` or `WrongKey`.
    """
    told = await database.told_instant()
    if told is None or told < until:
        return False
    for tenant in tenants:
        if await _seal_tenant(database, key, tenant, told) is None:
            return False
    return True


async def _seal_tenant(database: Database, key: PrivateKey, tenant: UUID, told: datetime) -> int | None:
    """Seal what a tenant recorded up to an instant; return the number of events, None where another sealer is at
    work.
    """
    made, has_more = 0, True
    while has_more:
        async with database.write_registry(tenant) as connection:
            if await (await connection.execute(_LOCK)).fetchone() != (True,):
                return None
            head = await head_of(connection, tenant, key.public)
            recordings, has_more = _at_once(await _unsealed(connection, tenant, head, told))
            if recordings:
                await _append(connection, key, tenant, head, recordings)
        made += len(recordings)
    return made


async def head_of(connection: Connection, tenant: UUID, key: PublicKey) -> Head:
    """Return the last head of a tenant's history, which `key` is to continue.

    Raises `HistoryDamaged` where the events do not end at it, `WrongKey` where another key signs this history.
    """
    row = await (await connection.execute(_HEAD, {"tenant": tenant})).fetchone()
    state, until_at, until_id, note, rotation, last = row if row else (None,) * 6
    head = Head(parse_range(state), until_at, until_id) if state else Head(CompactRange(), _START, NO_TENANT_ID)
    there = 0 if last is None else last + 1
    if there != head.range.size:
        raise HistoryDamaged(
            f"the history of {tenant} has {there} events, its last head says {head.range.size}; nothing is signed "
            "on top of it. `parkledger verify log` names the first bad one"
        )
    if note:
        _check_key(tenant, key, note, rotation)
    return head


def _check_key(tenant: UUID, key: PublicKey, note: str, rotation: str | None) -> None:
    """Raise `WrongKey` unless the key signed the last head, or the last rotation hands the history on to it."""
    signed = {f"{one.name}+{one.key_id.hex()}" for one in parse_note(note.encode()).signatures}
    handed = {stated_rotation(rotation.encode()).new.label} if rotation else signed
    if key.label not in handed:
        raise WrongKey(
            f"the history of {tenant} is signed by {', '.join(sorted(handed))}, this key is {key.label}. Set the "
            "key that signed it (PARKLEDGER_SIGNING_KEY_FILE), or hand the history on: parkledger history rotate"
        )


async def _unsealed(connection: Connection, tenant: UUID, head: Head, told: datetime) -> list[Sealable]:
    asked = {"tenant": tenant, "told": told, "until_at": head.until_at, "until_id": head.until_id}
    cursor = await connection.execute(_UNSEALED.encode(), asked | {"most": EVENTS_AT_ONCE})
    return [Sealable(*row) for row in await cursor.fetchall()]


async def rotate(database: Database, old: PrivateKey, new: PrivateKey) -> int:
    """Hand every history on from one key to another, each by a statement that both sign; return their number.

    All that was recorded is sealed by the old key first; the statement is itself an event, the first that the new key
    seals. A service that still has the old key signs nothing more. Raises as `seal` does.
    """
    await seal(database, old)
    async with database.snapshot() as connection:
        rows = await (await connection.execute(_SEALED)).fetchall()
    for (tenant,) in rows:
        async with database.write_registry(tenant) as connection:
            await connection.execute(_WAIT)
            size = (await head_of(connection, tenant, old.public)).range.size
            note = sign_rotation(origin_of(old.name, tenant), old, new, size)
            await connection.execute(_ROTATE, (tenant, size, note.decode()))
    return len(rows)


def _at_once(found: Sequence[Sealable]) -> tuple[Sequence[Sealable], bool]:
    """Return as many recordings as one transaction seals, and whether there may be more."""
    rows = 0
    for number, one in enumerate(found):
        rows += one.row_count
        if number and rows > ROWS_AT_ONCE:
            return found[:number], True
    return found, len(found) == EVENTS_AT_ONCE


async def _append(
    connection: Connection, key: PrivateKey, tenant: UUID, head: Head, recordings: Sequence[Sealable]
) -> None:
    contents = await contents_of(connection, tenant, recordings)
    size, peaks, leaves = head.range.size, list(head.range.peaks), []
    for number, one in enumerate(recordings, size):
        event = event_of(tenant, number, one, contents[one.id]).canonical()
        leaves.append(_leaf(one.id, event, number, peaks))
    grown = CompactRange(size + len(leaves), tuple(peaks))
    note = sign_checkpoint(Checkpoint(origin_of(key.name, tenant), grown.size, grown.root), key)
    await connection.execute(_APPEND, _columns(tenant, size, leaves))
    signed = {"tenant": tenant, "size": grown.size, "root": grown.root, "state": grown.serialised()}
    last = {"until_at": recordings[-1].recorded_at, "until_id": recordings[-1].id}
    await connection.execute(_SIGN, {**signed, **last, "note": note.decode()})


def _leaf(recording: UUID, event: bytes, index: int, peaks: list[bytes]) -> Leaf:
    salt = secrets.token_bytes(SALT_BYTES)
    leaf = event_leaf(salt, event)
    return Leaf(recording, salt, event, leaf, completed(peaks, index, leaf))


def completed(peaks: list[bytes], index: int, leaf: bytes) -> bytes:
    """Add a leaf to `peaks` in place, and return the roots of the subtrees that it completes, smallest first."""
    roots: list[bytes] = []
    found, at = leaf, index
    while at & 1:
        found = node_hash(peaks[-1 - len(roots)], found)
        roots.append(found)
        at >>= 1
    push(peaks, index, leaf)
    return b"".join(roots)


def _columns(tenant: UUID, size: int, leaves: Sequence[Leaf]) -> dict[str, object]:
    return {
        "tenant": tenant,
        "size": size,
        "recordings": [leaf.recording for leaf in leaves],
        "salts": [leaf.salt for leaf in leaves],
        "events": [leaf.event.decode() for leaf in leaves],
        "leaves": [leaf.hash for leaf in leaves],
        "subtrees": [leaf.subtrees for leaf in leaves],
    }
