"""Posting: a whole batch checked, each row given its outcome in input order, the facts and their sums in one statement.

    row -> REJECTED (code, field)            it says nothing that can be kept
        -> DUPLICATE                         the same fact was posted before, with the same content
        -> CONFLICT (fields)                 the same fact was posted before, with other content; nothing is overwritten
        -> REJECTED (PERIOD_CLOSED)          it is new and lies in a month that was closed, and is no adjustment
        -> ACCEPTED                          it is in the ledger, once, and in its quantity cells

The path is the one row security allows: COPY into a temporary table, then one statement that takes facts and cells in
the order of their keys, so that two batches never wait for each other in a circle.
"""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from accounting.refusals import RefusalCode
from ledger.activities import staging
from ledger.activities.adding import ADD, ADD_CAREFULLY
from ledger.activities.batches import Batch, RowOutcome, read, stored
from ledger.activities.checking import Checker
from ledger.activities.closed_months import CLOSED, ClosedMonths, mark_adjustment, read_closed
from ledger.activities.earlier import earlier_versions, registered
from ledger.activities.rows import CheckedRow, PostedRow, Refusal, is_text
from ledger.activities.sources import source_places
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.recordings import RECORD_NEW_POSTING, Recording, recording_of
from ledger.registry import NotRegistered
from ledger.releases import Catalogues

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


@dataclass(frozen=True, slots=True)
class Request:
    """A batch as it was asked for: whose, under which key, and `now` for the clocks of its rows; `adjustment` is why it
    may change closed months, empty where it may not.
    """

    tenant: UUID
    key: UUID
    rows: Sequence[PostedRow]
    now: datetime
    fingerprint: bytes
    adjustment: str


_KNOWN: Final = """
SELECT EXISTS (SELECT FROM tenants WHERE tenant_id = %(tenant)s), (SELECT max(number) FROM factor_releases),
       posting_id, fingerprint, outcomes, recorded_at
FROM (VALUES (%(key)s::uuid)) AS asked (key)
LEFT JOIN postings ON postings.tenant_id = %(tenant)s AND postings.idempotency_key = asked.key
"""
"""Whether the tenant is registered, the newest release, and what the key was used for; one row."""


async def post(
    database: Database,
    catalogues: Catalogues,
    tenant: UUID,
    idempotency_key: UUID,
    rows: Sequence[PostedRow],
    now: datetime,
    adjustment: str = "",
) -> PostingResult:
    """Post a batch and return the outcome of each row, committed before this returns.

    Rows are judged by the newest release; those of closed months are rejected, unless `adjustment` says why not. The
    same key with the same rows answers what it answered first. Raises `NotRegistered` for a tenant that is not there
    and `IdempotencyKeyReused` for other rows; a database error passes through with nothing written.
    """
    request = Request(tenant, idempotency_key, rows, now, fingerprint_of(rows, adjustment), adjustment)
    try:
        return await _attempt(database, catalogues, request, ADD)
    except UniqueViolation:  # another request did something of the same at this moment
        with suppress(UniqueViolation):
            return await _attempt(database, catalogues, request, ADD_CAREFULLY)
    return await _attempt(database, catalogues, request, ADD_CAREFULLY)  # it recorded the key, and is told again


async def _attempt(database: Database, catalogues: Catalogues, request: Request, adding: str) -> PostingResult:
    async with database.write(request.tenant) as connection:
        async with connection.pipeline():
            parameters = {"tenant": request.tenant, "key": request.key}
            known = await connection.execute(_KNOWN, parameters)
            closed = await connection.execute(CLOSED, (request.tenant,))
            codes = {row.source for row in request.rows if is_text(row.source)}
            places = await source_places(connection, request.tenant, codes)
            is_registered, release, *earlier = await known.fetchone() or (False, None, None)
            months = read_closed(await closed.fetchone())
        if earlier[0] is not None:
            return _replayed(request, *earlier)
        if not is_registered:
            raise NotRegistered("there is no such tenant")
        checker = Checker(places, await catalogues.get(connection, release), request.now)
        return await _commit(connection, request, await _add(connection, request, checker, adding, months))


def fingerprint_of(rows: Sequence[PostedRow], adjustment: str = "") -> bytes:
    """Return the SHA-256 over the rows as they were sent; equal batches have equal fingerprints."""
    try:
        written = msgspec.msgpack.encode(rows)
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, or a number beyond 64 bits
        written = "\n".join(repr(row) for row in rows).encode(errors="backslashreplace")
    said = adjustment.encode(errors="backslashreplace")
    return hashlib.sha256(written + said).digest()


def _replayed(
    request: Request, posting_id: UUID, fingerprint: bytes, outcomes: Sequence[object], recorded_at: datetime
) -> PostingResult:
    if bytes(fingerprint) != request.fingerprint:
        key = request.key
        raise IdempotencyKeyReused(f"idempotency key {key} was used at {recorded_at} for another batch; make a new one")
    return PostingResult(posting_id, tuple(read(outcomes)), recorded_at, True)


@dataclass(frozen=True, slots=True)
class Added:
    """What was added but not recorded yet: the outcomes in input order, and where the rows are found again."""

    outcomes: Sequence[RowOutcome]
    recording: Recording


async def _add(connection: Connection, request: Request, checker: Checker, adding: str, closed: ClosedMonths) -> Added:
    """Check the rows and add those that are new, with their cells."""
    checked = [checker.check(row) for row in request.rows]
    late = _late(checked, closed) if closed else {}
    if late and not request.adjustment:
        checked = await _without(connection, request, checked, late, closed)
    batch, posting_id = Batch(checked), new_id()
    there = await _insert(connection, request.tenant, posting_id, batch.staged, adding)
    if late and request.adjustment:
        added = [row.period for found, row in batch.staged if found not in there]
        months = {month for one in added for month in closed.months(one.local_start, one.local_end)}
        await mark_adjustment(connection, request.tenant, posting_id, months, request.adjustment)
    earlier = await earlier_versions(connection, request.tenant, batch.repeated(there))
    spans = ((found, row.period.local_start, row.period.local_end) for found, row in batch.staged)
    recording = recording_of(request.tenant, posting_id, spans if len(there) < len(batch.staged) else ())
    return Added(batch.outcomes(there, earlier), recording)


def _late(checked: Sequence[CheckedRow | Refusal], closed: ClosedMonths) -> dict[int, CheckedRow]:
    """Return the rows that have a part in closed months, by their place in the batch."""
    latest = closed.spans[-1][1]
    return {
        number: row
        for number, row in enumerate(checked)
        if isinstance(row, CheckedRow)
        and row.period.local_start < latest
        and closed.touches(row.period.local_start, row.period.local_end)
    }


async def _without(
    connection: Connection,
    request: Request,
    checked: Sequence[CheckedRow | Refusal],
    late: dict[int, CheckedRow],
    closed: ClosedMonths,
) -> list[CheckedRow | Refusal]:
    """Refuse the late rows whose fact the ledger does not have: a retry of what was posted before is none."""
    there = await registered(connection, request.tenant, [row.natural_key for row in late.values()])
    found = list(checked)
    for number, row in late.items():
        if row.natural_key not in there:
            message = closed.message(row.period.local_start, row.period.local_end)
            found[number] = Refusal(RefusalCode.PERIOD_CLOSED, "periodStart", message)
    return found


async def _commit(connection: Connection, request: Request, added: Added) -> PostingResult:
    """Record what was added and commit, in one message: from its instant to its commit a posting keeps readers waiting,
    and nobody who is at work here meanwhile may make that longer.

    Raises `UniqueViolation` where another request recorded the key while this one worked.
    """
    parameters = added.recording.parameters() | {
        "key": request.key,
        "fingerprint": request.fingerprint,
        "outcomes": Jsonb(added.outcomes, dumps=stored),
    }
    async with connection.pipeline():
        recorded = await connection.execute(RECORD_NEW_POSTING, parameters)
        await connection.commit()
        row = await recorded.fetchone()
    if row is None:
        raise RuntimeError(f"posting {added.recording.id} is in the ledger already")
    return PostingResult(added.recording.id, tuple(added.outcomes), row[0], False)


async def _insert(
    connection: Connection, tenant: UUID, posting_id: UUID, staged: Collection[tuple[UUID, CheckedRow]], adding: str
) -> set[UUID]:
    """Stage and post the rows; return the ids of those whose fact was in the ledger already."""
    if not staged:
        return set()
    parameters = {"tenant": tenant, "posting": posting_id, "staged": staging.staged(staged)}
    cursor = await connection.execute(adding.encode(), parameters)
    return {activity_id for (activity_id,) in await cursor.fetchall()}
