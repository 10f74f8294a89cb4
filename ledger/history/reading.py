"""The history as it is read: events, heads, exports, and proofs looked up in what each leaf completed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.connections import Connection
from ledger.history.sealables import NEXT_UNSEALED
from ledger.identity.principals import NO_TENANT_ID
from proofs.errors import BadEvent
from proofs.exports import ExportedEvent
from proofs.merkle import HASH_BYTES, Span, consistency_spans, inclusion_spans, joined

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """One event as it is stored: `text` and `salt` are None where they were erased by law."""

    index: int
    recording: UUID
    salt: bytes | None
    text: str | None
    leaf: bytes

    def line(self) -> bytes:
        """Return the line of the export. One that cannot be exported is told as it is, for a verifier to find."""
        text = None if self.text is None else self.text.encode()
        try:
            return ExportedEvent(self.index, self.leaf, self.salt, text).line()
        except BadEvent as error:
            return f"{error}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head of a history as it was signed: `note` is a C2SP checkpoint."""

    size: int
    root: bytes
    note: str
    sealed_at: datetime


class NotSealed(Exception):
    """The history has no event of this index or no tree of this size; the message says how far it goes."""


_EVENTS: Final = """
SELECT leaf_index, recording_id, salt, event, leaf FROM history
WHERE tenant_id = %s AND leaf_index >= %s ORDER BY leaf_index LIMIT %s
"""
_HEADS: Final = "SELECT size, root, note, sealed_at FROM checkpoints WHERE tenant_id = %s ORDER BY size"
_NEWEST: Final = f"{_HEADS} DESC LIMIT 1"
_ROTATIONS: Final = "SELECT note FROM log_rotations WHERE tenant_id = %s ORDER BY size"
_SUBTREES: Final = """
SELECT leaf_index, leaf, subtrees FROM history WHERE tenant_id = %s AND leaf_index = ANY(%s::bigint[])
"""
_TENANTS: Final = "SELECT tenant_id FROM recordings UNION SELECT tenant_id FROM history ORDER BY tenant_id"
_WAITING: Final = f"""
SELECT greatest(ceil(extract(epoch FROM clock_timestamp() - min(next.recorded_at))), 0)::integer
FROM (SELECT tenant_id FROM tenants UNION ALL VALUES ('{NO_TENANT_ID}'::uuid)) AS one {NEXT_UNSEALED}
"""  # noqa: S608  composed of constants


async def histories(connection: Connection) -> list[UUID]:
    """Return the tenants that have a history or something to be sealed, that of the whole service first."""
    return [tenant for (tenant,) in await (await connection.execute(_TENANTS)).fetchall()]


async def waiting_s(connection: Connection) -> int:
    """Return for how many seconds the oldest recording that is not sealed has waited, by the database's clock; 0 where
    all is sealed. In a snapshot that sees everything.
    """
    row = await (await connection.execute(_WAITING.encode())).fetchone()
    return row[0] if row else 0


async def events_of(connection: Connection, tenant: UUID, first: int, most: int) -> list[Stored]:
    """Return events from index `first` on, `most` at most, in their order."""
    cursor = await connection.execute(_EVENTS, (tenant, first, most))
    return [Stored(*row) for row in await cursor.fetchall()]


async def all_events(connection: Connection, tenant: UUID) -> AsyncIterator[Stored]:
    """Yield every event in order, some at a time."""
    first = 0
    while found := await events_of(connection, tenant, first, _AT_ONCE):
        for one in found:
            yield one
        first = found[-1].index + 1


async def newest_head(connection: Connection, tenant: UUID) -> SignedHead | None:
    """Return the last head that was signed, None of a history without events."""
    row = await (await connection.execute(_NEWEST, (tenant,))).fetchone()
    return SignedHead(*row) if row else None


async def heads_of(connection: Connection, tenant: UUID) -> list[SignedHead]:
    """Return every head that was signed, smallest first."""
    return [SignedHead(*row) for row in await (await connection.execute(_HEADS, (tenant,))).fetchall()]


async def rotations_of(connection: Connection, tenant: UUID) -> list[bytes]:
    """Return the statements that handed the history on to another key, in order."""
    return [note.encode() for (note,) in await (await connection.execute(_ROTATIONS, (tenant,))).fetchall()]


async def inclusion_proof(connection: Connection, tenant: UUID, index: int, size: int) -> list[bytes]:
    """Return the proof that the event `index` is in the tree of the first `size` (RFC 9162, 2.1.3.1); `NotSealed`."""
    await _check_inside(connection, tenant, size)
    if not 0 <= index < size:
        raise NotSealed(f"the index is {index}; accepted is 0 to {size - 1} in a tree of {size} events")
    return await _roots(connection, tenant, inclusion_spans(index, size))


async def consistency_proof(connection: Connection, tenant: UUID, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` events starts with that of `old` (RFC 9162, 2.1.4.1); `NotSealed`."""
    await _check_inside(connection, tenant, new)
    if not 0 <= old <= new:
        raise NotSealed(f"the older size is {old}; accepted is 0 to {new}")
    return await _roots(connection, tenant, consistency_spans(old, new))


async def _check_inside(connection: Connection, tenant: UUID, size: int) -> None:
    head = await newest_head(connection, tenant)
    there = head.size if head else 0
    if not 0 < size <= there:
        raise NotSealed(f"a tree of {size} events; the history of the tenant has {there}")


async def _roots(connection: Connection, tenant: UUID, spans: Sequence[Span]) -> list[bytes]:
    """Return the root of each span. A complete subtree is stored with its last leaf; a span that is none is joined."""
    parts = [_complete(first, last) for first, last in spans]
    ends = [last - 1 for complete in parts for _, last in complete]
    rows = await (await connection.execute(_SUBTREES, (tenant, ends))).fetchall()
    stored = {index: leaf + subtrees for index, leaf, subtrees in rows}
    return [joined([_root(stored[last - 1], last - first) for first, last in complete]) for complete in parts]


def _complete(first: int, last: int) -> list[Span]:
    """Return the largest complete subtrees of a span whose start is one's too, left to right."""
    spans = []
    while first < last:
        size = 1 << (last - first).bit_length() - 1
        spans.append((first, first + size))
        first += size
    return spans


def _root(hashes: bytes, size: int) -> bytes:
    level = size.bit_length() - 1
    return hashes[level * HASH_BYTES : (level + 1) * HASH_BYTES]
