"""The sealer: recordings become events of their tenant's Merkle tree, in the one order that is safe, and heads are
signed.

    told instant -> recordings up to it, by (recorded_at, recording_id) -> rows hashed -> events, leaves, signed head

Up to the told instant everything that will ever be is there, so that nothing slips in before what is sealed. Events and
their head are one transaction: a sealer that dies leaves a history that ends at a head. One seals at a time.
"""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.connections import Connection, bind
from ledger.database import Database
from ledger.history.events import event_of
from ledger.history.heads import BEGINNING, Head, HistoryDamaged, heads_of, origin_of
from ledger.history.sealables import NEXT_UNSEALED, RECORDINGS, Contents, Key, Sealable
from ledger.history.sealed_rows import contents_of
from proofs.checkpoints import Checkpoint, sign_checkpoint
from proofs.events import SALT_BYTES, event_leaf
from proofs.keys import PrivateKey
from proofs.merkle import node_hash, push
from proofs.ranges import CompactRange

TENANTS_AT_ONCE: Final = 50
"""Histories that one transaction appends to."""
EVENTS_AT_ONCE: Final = 500
"""Events that one transaction appends, one of each of its histories at least."""
ROWS_AT_ONCE: Final = 200_000
"""Posted rows that one transaction hashes; one recording may have more."""


class SealingBusy(Exception):
    """Another sealer, or a writer who is not through, does not let this one come to its end."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event that is to be stored; `subtrees` are the roots that its leaf completes, smallest first."""

    recording: UUID
    salt: bytes
    event: bytes
    hash: bytes
    subtrees: bytes


SEALERS: Final = 7309453620184221
"""The advisory lock of whoever appends to histories."""
_LOCK: Final = f"SELECT pg_try_advisory_xact_lock({SEALERS})"
_BEHIND: Final = f"""
SELECT one.tenant_id
FROM (SELECT DISTINCT tenant_id FROM recordings WHERE recorded_at > %(since)s AND recorded_at <= %(told)s) AS one
{NEXT_UNSEALED} WHERE next.recorded_at <= %(told)s ORDER BY one.tenant_id
"""  # noqa: S608  composed of constants
_UNSEALED: Final = f"""
SELECT found.* FROM unnest(%(tenants)s::uuid[], %(until_at)s::timestamptz[], %(until_id)s::uuid[])
    AS head (tenant, until_at, until_id) CROSS JOIN LATERAL (
        SELECT tenant_id, recorded_at, recording_id FROM recordings WHERE tenant_id <= head.tenant
            AND (tenant_id, recorded_at, recording_id) > (head.tenant, head.until_at, head.until_id)
        ORDER BY tenant_id, recorded_at, recording_id LIMIT %(most)s
    ) AS next CROSS JOIN LATERAL (
        {RECORDINGS} WHERE one.tenant_id = next.tenant_id AND one.recording_id = next.recording_id OFFSET 0
    ) AS found
WHERE next.recorded_at <= %(told)s ORDER BY next.tenant_id, next.recorded_at, next.recording_id
"""  # noqa: S608  composed of constants
"""Compared as in `NEXT_UNSEALED`, for the same reason: what it looks for is in one index, and nothing else is."""
_APPEND: Final = """
WITH events AS (
    INSERT INTO history (tenant_id, leaf_index, recording_id, salt, event, leaf, subtrees)
    SELECT %(tenant)s, %(first)s + position - 1, recording, salt, event, leaf, subtrees
    FROM unnest(%(recordings)b::uuid[], %(salts)b::bytea[], %(events)b::text[], %(leaves)b::bytea[],
        %(subtrees)b::bytea[]) WITH ORDINALITY AS given (recording, salt, event, leaf, subtrees, position)
)
INSERT INTO checkpoints (tenant_id, size, root, state, note, until_at, until_id)
VALUES (%(tenant)s, %(size)s, %(root)s, %(state)s, %(note)s, %(until_at)s, %(until_id)s)
"""
"""Events and the head that signs them. In binary form: the quotes of an event are not escaped one by one."""
TRIES: Final = 50
WAIT_S: Final = 0.2
"""Ten seconds in all: another sealer is through with a transaction sooner."""


async def seal(database: Database, key: PrivateKey, since: datetime | None = None) -> tuple[int, datetime | None]:
    """Seal everything recorded up to now; return how many events were made and the instant that it is up to.

    `since` is what an earlier call returned: all before it is known to be sealed. The instant is `since` again where
    another sealer is at work or no instant could be told. Raises `HistoryDamaged` once the others are sealed, with
    nothing signed on top of the damage, and `WrongKey`.
    """
    told = await database.told_instant()
    if told is None or told == since:
        return 0, since
    async with database.snapshot() as connection:
        rows = await (
            await connection.execute(_BEHIND.encode(), {"since": since or BEGINNING, "told": told})
        ).fetchall()
    made, is_done = await _seal_all(database, key, [tenant for (tenant,) in rows], told)
    return made, told if is_done else since


async def seal_everything(database: Database, key: PrivateKey) -> int:
    """Seal everything recorded up to now, and return how many events were made.

    Waits for another sealer that is at work: one that was killed holds its turn until the database notices. Raises as
    `seal` does, and `SealingBusy` after ten seconds.
    """
    made = 0
    for _ in range(TRIES):
        more, instant = await seal(database, key)
        made += more
        if instant is not None:
            return made
        await asyncio.sleep(WAIT_S)
    raise SealingBusy("another process seals the history, or a writer does not end; stop the services and try again")


async def seal_tenants(database: Database, key: PrivateKey, tenants: Iterable[UUID], until: datetime) -> bool:
    """Seal what some tenants recorded up to an instant; return False where another sealer is at work, or writers are
    not through with it, so that it is to be tried again. Raises `HistoryDamaged` or `WrongKey`.
    """
    told = await database.told_instant()
    if told is None or told < until:
        return False
    _, is_done = await _seal_all(database, key, sorted(set(tenants)), told)
    return is_done


async def _seal_all(database: Database, key: PrivateKey, tenants: Sequence[UUID], told: datetime) -> tuple[int, bool]:
    """Seal what tenants recorded up to an instant; return the number of events, and False where another sealer is at
    work.
    """
    made, damages = 0, list[HistoryDamaged]()
    for first in range(0, len(tenants), TENANTS_AT_ONCE):
        waiting = set(tenants[first : first + TENANTS_AT_ONCE])
        while waiting:
            async with database.write_registry() as connection:
                if await (await connection.execute(_LOCK.encode())).fetchone() != (True,):
                    return made, False
                heads, damaged = await heads_of(connection, waiting, key.public)
                recordings, waiting = _at_once(*await _unsealed(connection, heads, told))
                await _append(connection, key, heads, recordings)
            damages += damaged
            made += len(recordings)
    if damages:
        raise damages[0]
    return made, True


async def _unsealed(connection: Connection, heads: Mapping[UUID, Head], told: datetime) -> tuple[list[Sealable], int]:
    """Return the next recordings of each history, and how many of one at most."""
    if not heads:
        return [], 1
    most = -(-EVENTS_AT_ONCE // len(heads))
    asked = {
        "tenants": list(heads),
        "until_at": [head.until_at for head in heads.values()],
        "until_id": [head.until_id for head in heads.values()],
    }
    cursor = await connection.execute(_UNSEALED.encode(), asked | {"told": told, "most": most})
    return [Sealable(*row) for row in await cursor.fetchall()], most


def _at_once(found: Sequence[Sealable], most: int) -> tuple[Sequence[Sealable], set[UUID]]:
    """Return as many recordings as one transaction seals, and the tenants that may have more; of one, `most` were
    asked for.
    """
    full = {tenant for tenant, count in Counter(one.tenant for one in found).items() if count == most}
    rows = 0
    for number, one in enumerate(found):
        rows += one.row_count
        if number and rows > ROWS_AT_ONCE:
            return found[:number], full | {left.tenant for left in found[number:]}
    return found, full


async def _append(
    connection: Connection, key: PrivateKey, heads: Mapping[UUID, Head], recordings: Sequence[Sealable]
) -> None:
    """Append the events of recordings, and a signed head to each history that they are of."""
    if not recordings:
        return
    contents = await contents_of(connection, recordings)
    histories = defaultdict[UUID, list[Sealable]](list)
    for one in recordings:
        histories[one.tenant].append(one)
    async with connection.pipeline():
        for tenant, found in histories.items():
            await bind(connection, tenant)
            await connection.execute(_APPEND, _grown(key, heads[tenant], found, contents))


def _grown(
    key: PrivateKey, head: Head, recordings: Sequence[Sealable], contents: Mapping[Key, Contents]
) -> dict[str, object]:
    """Return what appends events to a history and signs it."""
    tenant, size, peaks, leaves = recordings[0].tenant, head.range.size, list(head.range.peaks), []
    for number, one in enumerate(recordings, size):
        leaves.append(_leaf(one.id, event_of(number, one, contents[one.key]).canonical(), number, peaks))
    grown = CompactRange(size + len(leaves), tuple(peaks))
    note = sign_checkpoint(Checkpoint(origin_of(key.name, tenant), grown.size, grown.root), key)
    signed = {"size": grown.size, "root": grown.root, "state": grown.serialised(), "note": note.decode()}
    last = {"until_at": recordings[-1].recorded_at, "until_id": recordings[-1].id}
    return {"tenant": tenant, "first": size, **_columns(leaves), **signed, **last}


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


def _columns(leaves: Sequence[Leaf]) -> dict[str, object]:
    return {
        "recordings": [leaf.recording for leaf in leaves],
        "salts": [leaf.salt for leaf in leaves],
        "events": [leaf.event.decode() for leaf in leaves],
        "leaves": [leaf.hash for leaf in leaves],
        "subtrees": [leaf.subtrees for leaf in leaves],
    }
