"""What must hold after every fault, read from the stored rows and not from the service."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import TupleRow

from ledger.connections import Connection
from ledger.database import Database
from ledger.history.reading import consistency_proof
from ledger.setup import Databases
from proofs.checkpoints import open_checkpoint
from proofs.keys import PublicKey
from proofs.log_verification import verify_growth
from proofs.ranges import CompactRange
from proofs.rotations import tenures
from proofs.signatures import verify_document
from reports.reading import read_document
from reports.signed_reports import PURPOSE
from schema.global_ids import decode_uuid
from tests.faults.clients import Ledgered, Violated

_ACTIVITIES: Final = "SELECT external_id, activity_id FROM activities"
_TENANTS: Final = "SELECT DISTINCT tenant_id FROM checkpoints"
_LEAVES: Final = "SELECT leaf_index, leaf FROM history WHERE tenant_id = %s ORDER BY leaf_index"
_HEADS: Final = "SELECT size, root, note FROM checkpoints WHERE tenant_id = %s ORDER BY size"
_REPORTS: Final = "SELECT report_id, sha256, content, signature FROM reports"
_PUBLISHED: Final = 'SELECT event FROM history WHERE event LIKE \'%"kind":"publishReport"%\''


Stored = psycopg.Connection[TupleRow]
"""A connection of the owner in one snapshot, which sees every tenant's rows."""


@dataclass(slots=True)
class Seen:
    """What was seen before, and has to be there for ever."""

    key: PublicKey
    leaves: dict[UUID, list[bytes]] = field(default_factory=dict)
    heads: dict[UUID, list[str]] = field(default_factory=dict)
    reports: dict[UUID, tuple[str, str]] = field(default_factory=dict)


@contextmanager
def stored(databases: Databases) -> Iterator[Stored]:
    """Open a snapshot of everything that is stored."""
    with psycopg.connect(databases.owner_url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        yield connection


def check_rows(connection: Stored, clients: Sequence[Ledgered]) -> int:
    """Check that what was acknowledged is stored, once, and nothing that nobody sent; return how many rows."""
    acknowledged = {name: decode_uuid(key, "Activity") for one in clients for name, key in one.stored().items()}
    rows: list[tuple[str, UUID]] = connection.execute(_ACTIVITIES).fetchall()
    there = dict(rows)
    lost = sorted(name for name, key in acknowledged.items() if there.get(name) != key)
    if lost:
        raise Violated(f"{len(lost)} acknowledged rows are lost, such as {lost[0]}, of {len(acknowledged)}")
    if len(there) != len(rows):
        raise Violated(f"{len(rows) - len(there)} rows are stored twice")
    strange = there.keys() - set().union(*(one.names() for one in clients))
    if strange:
        raise Violated(f"{len(strange)} rows are stored that nobody sent, such as {min(strange)}")
    return len(rows)


def check_histories(connection: Stored, seen: Seen) -> int:
    """Check that every history starts with what was seen of it and ends at a signed head; return how many events."""
    tenants = [tenant for (tenant,) in connection.execute(_TENANTS).fetchall()]
    missing = seen.heads.keys() - set(tenants)
    if missing:
        raise Violated(f"the sealed histories of {sorted(map(str, missing))} are lost")
    return sum(_check_history(connection, tenant, seen) for tenant in tenants)


def _check_history(connection: Stored, tenant: UUID, seen: Seen) -> int:
    leaves = [bytes(leaf) for _, leaf in connection.execute(_LEAVES, (tenant,)).fetchall()]
    heads = connection.execute(_HEADS, (tenant,)).fetchall()
    known, kept = seen.leaves.get(tenant, []), seen.heads.get(tenant, [])
    notes = [note for _, _, note in heads]
    if leaves[: len(known)] != known or notes[: len(kept)] != kept:
        raise Violated(f"the sealed prefix of {tenant} changed: {len(known)} events and {len(kept)} heads were seen")
    if heads[-1][0] != len(leaves):
        raise Violated(f"the history of {tenant} has {len(leaves)} events, and its last head {heads[-1][0]}")
    state = CompactRange()
    for size, root, note in heads:
        state = state.extended(leaves[state.size : size])
        signed = open_checkpoint(note.encode(), f"{seen.key.name}/{tenant}", [seen.key]).checkpoint
        if not state.root == bytes(root) == signed.root or not state.size == size == signed.size:
            raise Violated(f"the head of {size} events of {tenant} is not that of its leaves")
    seen.leaves[tenant], seen.heads[tenant] = leaves, notes
    return len(leaves)


def check_reports(connection: Stored, seen: Seen, published: Iterable[UUID]) -> int:
    """Check that every report is whole, none that was seen is lost or changed, and return how many there are."""
    rows = connection.execute(_REPORTS).fetchall()
    for key, digest, content, signature in rows:
        if key in seen.reports:
            if seen.reports[key] != (digest, signature):
                raise Violated(f"the report {key} changed")
            continue
        if sha256(content).hexdigest() != digest:
            raise Violated(f"the report {key} is not whole")
        read_document(bytes(content))
        verify_document(bytes(content), signature, PURPOSE, [seen.key])
    there = {key: (digest, signature) for key, digest, _, signature in rows}
    lost = (seen.reports.keys() | set(published)) - there.keys()
    if lost:
        raise Violated(f"{len(lost)} reports that were published are lost")
    seen.reports = there
    return len(there)


def check_publications(connection: Stored, seen: Seen) -> None:
    """Check, once everything is sealed, that each report has one event and each such event its report."""
    events = [event for (event,) in connection.execute(_PUBLISHED).fetchall()]
    digests = sorted(digest for digest, _ in seen.reports.values())
    named = sorted(digest for event in events for digest in digests if digest in event)
    if named != digests or len(events) != len(digests):
        raise Violated(f"{len(digests)} reports are stored, and {len(events)} events publish {len(named)} of them")


def check_growth(databases: Databases, seen: Seen) -> int:
    """Check by the ledger's own proofs that the newest head continues each head before; return how many."""
    return asyncio.run(_check_growth(databases, seen))


async def _check_growth(databases: Databases, seen: Seen) -> int:
    database = Database(databases.service_url, 1)
    await database.open()
    try:
        async with database.snapshot() as connection:
            return sum([await _grown(connection, tenant, notes, seen.key) for tenant, notes in seen.heads.items()])
    finally:
        await database.close()


async def _grown(connection: Connection, tenant: UUID, notes: Sequence[str], key: PublicKey) -> int:
    origin = f"{key.name}/{tenant}"
    sizes = [open_checkpoint(note.encode(), origin, [key]).checkpoint.size for note in notes]
    for size, note in zip(sizes, notes, strict=True):
        proof = await consistency_proof(connection, tenant, size, sizes[-1])
        verdict = verify_growth(note.encode(), notes[-1].encode(), proof, origin, tenures(origin, key))
        if not verdict.holds:
            raise Violated("\n".join(verdict.told()))
    return len(notes)
