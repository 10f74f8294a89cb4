"""Posting: a whole batch checked, each row given its outcome in input order, the facts and their sums in one statement.

    row -> REJECTED (code, field)            it says nothing that can be kept
        -> DUPLICATE                         the same fact was posted before, with the same content
        -> CONFLICT (fields)                 the same fact was posted before, with other content; nothing is overwritten
        -> ACCEPTED                          it is in the ledger, once, and in its quantity cells

The path is the one row security allows: COPY into a temporary table, then one statement that takes facts and cells in
the order of their keys, so that two batches never wait for each other in a circle.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from emission_factors.catalogue import Catalogue
from ledger import staging
from ledger.adding import ADD, ADD_CAREFULLY
from ledger.batches import Batch, RowOutcome, read, stored
from ledger.checking import Checker
from ledger.database import Connection, Database
from ledger.earlier import earlier_versions
from ledger.identifiers import new_id
from ledger.recordings import RECORD_POSTING, recording_of
from ledger.rows import CheckedRow, PostedRow, is_text
from ledger.sources import source_places

MOST_ROWS: Final = 1000
"""Rows one posting may hold; more go through the bulk endpoint."""


@dataclass(frozen=True, slots=True)
class PostingResult:
    """The outcomes in input order; `is_replay` where the idempotency key had been used for the same batch before."""

    posting_id: UUID
    outcomes: tuple[RowOutcome, ...]
    recorded_at: datetime
    is_replay: bool


class IdempotencyKeyReused(Exception):
    """The idempotency key was used before for another batch."""


class _RecordedMeanwhile(Exception):
    """Another request recorded the same idempotency key while this one worked; this one's work is undone."""


_FIND: Final = """
SELECT posting_id, fingerprint, outcomes, recorded_at FROM postings WHERE tenant_id = %s AND idempotency_key = %s
"""


async def post(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    idempotency_key: UUID,
    rows: Sequence[PostedRow],
    now: datetime,
) -> PostingResult:
    """Post a batch and return the outcome of each row, committed before this returns.

    The same key with the same rows answers what it answered first. Raises `IdempotencyKeyReused` for other rows; a
    database error passes through with nothing written.
    """
    fingerprint = fingerprint_of(rows)
    try:
        return await _attempt(database, catalogue, tenant, idempotency_key, fingerprint, rows, now, ADD)
    except (UniqueViolation, _RecordedMeanwhile):  # another request did something of the same at this moment
        return await _attempt(database, catalogue, tenant, idempotency_key, fingerprint, rows, now, ADD_CAREFULLY)


async def _attempt(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    key: UUID,
    fingerprint: bytes,
    rows: Sequence[PostedRow],
    now: datetime,
    adding: str,
) -> PostingResult:
    async with database.write(tenant) as connection:
        known = await _posted_before(connection, tenant, key, fingerprint)
        return known or await _post(connection, catalogue, tenant, key, fingerprint, rows, now, adding)


def fingerprint_of(rows: Sequence[PostedRow]) -> bytes:
    """Return the SHA-256 over the rows as they were sent; equal batches have equal fingerprints."""
    try:
        written = msgspec.msgpack.encode(rows)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
        written = "\n".join(repr(row) for row in rows).encode(errors="backslashreplace")
    return hashlib.sha256(written).digest()


async def _posted_before(connection: Connection, tenant: UUID, key: UUID, fingerprint: bytes) -> PostingResult | None:
    row = await (await connection.execute(_FIND, (tenant, key))).fetchone()
    if row is None:
        return None
    posting_id, earlier, outcomes, recorded_at = row
    if bytes(earlier) != fingerprint:
        raise IdempotencyKeyReused(f"idempotency key {key} was used at {recorded_at} for another batch; make a new one")
    return PostingResult(posting_id, tuple(read(outcomes)), recorded_at, True)


async def _post(
    connection: Connection,
    catalogue: Catalogue,
    tenant: UUID,
    key: UUID,
    fingerprint: bytes,
    rows: Sequence[PostedRow],
    now: datetime,
    adding: str,
) -> PostingResult:
    posting_id = new_id()
    places = await source_places(connection, tenant, {row.source for row in rows if is_text(row.source)})
    checker = Checker(places, catalogue, now)
    batch = Batch([checker.check(row) for row in rows])
    there = await _insert(connection, tenant, posting_id, batch.staged.values(), adding)
    earlier = await earlier_versions(connection, tenant, batch.repeated(there))
    outcomes = batch.outcomes(there, earlier)
    spans = ((found, row.period.local_start, row.period.local_end) for found, row in batch.staged.values())
    parameters = recording_of(tenant, posting_id, spans if len(there) < len(batch.staged) else ()).parameters()
    parameters |= {"key": key, "fingerprint": fingerprint, "outcomes": Jsonb(outcomes, dumps=stored)}
    recorded = await (await connection.execute(RECORD_POSTING, parameters)).fetchone()
    if recorded is None:
        raise _RecordedMeanwhile
    return PostingResult(posting_id, tuple(outcomes), recorded[0], False)


async def _insert(
    connection: Connection, tenant: UUID, posting_id: UUID, staged: Collection[tuple[UUID, CheckedRow]], adding: str
) -> set[UUID]:
    """Stage and post the rows; return the ids of those whose fact was in the ledger already."""
    if not staged:
        return set()
    async with connection.cursor() as cursor:
        async with cursor.copy(staging.COPY) as copy:
            await copy.write(staging.copied(staged))
        await cursor.execute(adding.encode(), {"tenant": tenant, "posting": posting_id})
        return {activity_id for (activity_id,) in await cursor.fetchall()}
