"""Heads: where a history ends, and which key may continue it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.connections import Connection
from ledger.identity.principals import NO_TENANT_ID
from proofs.keys import PublicKey
from proofs.notes import parse_note
from proofs.ranges import CompactRange, parse_range
from proofs.rotations import stated_rotation

_HEADS: Final = """
SELECT asked.tenant, head.state, head.until_at, head.until_id, head.note,
    (SELECT note FROM log_rotations WHERE tenant_id = asked.tenant ORDER BY size DESC LIMIT 1),
    (SELECT max(leaf_index) FROM history WHERE tenant_id = asked.tenant)
FROM unnest(%(tenants)s::uuid[]) AS asked (tenant) LEFT JOIN LATERAL (
    SELECT state, until_at, until_id, note FROM checkpoints WHERE tenant_id = asked.tenant ORDER BY size DESC LIMIT 1
) AS head ON true
"""
BEGINNING: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


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


def origin_of(key_name: str, tenant: UUID) -> str:
    """Return the name of a tenant's history: that of the log's key, a slash, the tenant."""
    return f"{key_name}/{tenant}"


async def head_of(connection: Connection, tenant: UUID, key: PublicKey) -> Head:
    """Return the last head of a tenant's history, which `key` is to continue.

    Raises `HistoryDamaged` where the events do not end at it, `WrongKey` where another key signs this history.
    """
    heads, damages = await heads_of(connection, [tenant], key)
    if damages:
        raise damages[0]
    return heads[tenant]


async def heads_of(
    connection: Connection, tenants: Collection[UUID], key: PublicKey
) -> tuple[dict[UUID, Head], list[HistoryDamaged]]:
    """Return the last head of each history that is sound, and what is wrong with others; raises `WrongKey`."""
    heads, damages = dict[UUID, Head](), list[HistoryDamaged]()
    for row in await (await connection.execute(_HEADS, {"tenants": sorted(tenants)})).fetchall():
        tenant, state, until_at, until_id, note, rotation, last = row
        head = Head(parse_range(state), until_at, until_id) if state else Head(CompactRange(), BEGINNING, NO_TENANT_ID)
        there = 0 if last is None else last + 1
        if there != head.range.size:
            damages.append(_damage(tenant, there, head.range.size))
            continue
        if note:
            _check_key(tenant, key, note, rotation)
        heads[tenant] = head
    return heads, damages


def _damage(tenant: UUID, there: int, size: int) -> HistoryDamaged:
    return HistoryDamaged(
        f"the history of {tenant} has {there} events, its last head says {size}; nothing is signed "
        "on top of it. `parkledger verify log` names the first bad one"
    )


def _check_key(tenant: UUID, key: PublicKey, note: str, rotation: str | None) -> None:
    """Raise `WrongKey` unless the key signed the last head, or the last rotation hands the history on to it."""
    signed = {f"{one.name}+{one.key_id.hex()}" for one in parse_note(note.encode()).signatures}
    handed = {stated_rotation(rotation.encode()).new.label} if rotation else signed
    if key.label not in handed:
        raise WrongKey(
            f"the history of {tenant} is signed by {', '.join(sorted(handed))}, this key is {key.label}. Set the "
            "key that signed it (PARKLEDGER_SIGNING_KEY_FILE), or hand the history on: parkledger history rotate"
        )
