"""Posting: a whole batch checked, each row given its outcome in input order, the facts and their sums in one statement.

    row -> REJECTED (code, field)            it says nothing that can be kept
        -> DUPLICATE                         the same fact was posted before, with the same content
        -> CONFLICT (fields)                 the same fact was posted before, with other content; nothing is overwritten
        -> ACCEPTED                          it is in the ledger, once, and in its quantity cells

The path is the one row security allows: COPY into a temporary table, then one `INSERT ... ON CONFLICT` with the cells
upserted in key order, so that two batches never wait for each other in a circle.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from emission_factors.catalogue import Catalogue
from ledger.batches import Batch, NaturalKey, RowOutcome, Versions
from ledger.cells import CELLS_OF_FACTS
from ledger.database import Connection, Database
from ledger.identifiers import new_id
from ledger.rows import CheckedRow, Content, PostedRow, check
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


_STAGE: Final = """
COPY stage (activity_id, source_id, site_id, external_id, activity_type, supplier, quantity, unit, base_quantity,
    base_unit, period_start, period_end, local_start, local_end, quality, document) FROM STDIN (FORMAT BINARY)
"""
_STAGE_TYPES: Final = [
    "uuid",
    "uuid",
    "uuid",
    "text",
    "text",
    "text",
    "numeric",
    "text",
    "numeric",
    "text",
    "timestamptz",
    "timestamptz",
    "timestamp",
    "timestamp",
    "text",
    "text",
]

_POST: Final = f"""
WITH fresh AS (
    INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
    SELECT %(tenant)s, source_id, external_id, 1, activity_id FROM stage ORDER BY source_id, external_id
    ON CONFLICT DO NOTHING
    RETURNING activity_id
), facts AS (
    INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
        supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
        local_start, local_end, quality, document)
    SELECT %(tenant)s, activity_id, %(posting)s, source_id, site_id, external_id, 1, 'ORIGINAL', NULL, '',
        activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start,
        local_end, quality, document
    FROM stage JOIN fresh USING (activity_id)
    ON CONFLICT DO NOTHING
    RETURNING tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity,
        1 AS sign
), cells AS ({CELLS_OF_FACTS})
SELECT activity_id FROM fresh
"""  # noqa: S608  composed of constants

_RECORD: Final = """
INSERT INTO postings (tenant_id, posting_id, idempotency_key, fingerprint, outcomes)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING recorded_at
"""
_FIND: Final = """
SELECT posting_id, fingerprint, outcomes, recorded_at FROM postings WHERE tenant_id = %s AND idempotency_key = %s
"""
_EARLIER: Final = """
SELECT version.source_id, version.external_id, activity.activity_id, activity.activity_type, activity.quantity,
       activity.unit, activity.period_start, activity.period_end, activity.supplier, activity.quality, activity.document
FROM unnest(%(sources)s::uuid[], %(externals)s::text[]) AS asked (source_id, external_id)
JOIN activity_versions AS version ON version.tenant_id = %(tenant)s AND version.source_id = asked.source_id
    AND version.external_id = asked.external_id
JOIN activities AS activity ON activity.tenant_id = version.tenant_id AND activity.activity_id = version.activity_id
ORDER BY version.version
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
        async with database.write(tenant) as connection:
            known = await _posted_before(connection, tenant, idempotency_key, fingerprint)
            return known or await _post(connection, catalogue, tenant, idempotency_key, fingerprint, rows, now)
    except _RecordedMeanwhile:
        async with database.write(tenant) as connection:
            known = await _posted_before(connection, tenant, idempotency_key, fingerprint)
            if known is None:
                raise
            return known


def fingerprint_of(rows: Iterable[PostedRow]) -> bytes:
    """Return the SHA-256 over the rows as they were sent; equal batches have equal fingerprints."""
    return hashlib.sha256("\n".join(repr(row) for row in rows).encode()).digest()


async def _posted_before(connection: Connection, tenant: UUID, key: UUID, fingerprint: bytes) -> PostingResult | None:
    row = await (await connection.execute(_FIND, (tenant, key))).fetchone()
    if row is None:
        return None
    posting_id, earlier, outcomes, recorded_at = row
    if bytes(earlier) != fingerprint:
        raise IdempotencyKeyReused(f"idempotency key {key} was used at {recorded_at} for another batch; make a new one")
    return PostingResult(posting_id, tuple(msgspec.convert(outcomes, list[RowOutcome])), recorded_at, True)


async def _post(
    connection: Connection,
    catalogue: Catalogue,
    tenant: UUID,
    key: UUID,
    fingerprint: bytes,
    rows: Sequence[PostedRow],
    now: datetime,
) -> PostingResult:
    posting_id = new_id()
    places = await source_places(connection, tenant, {row.source for row in rows})
    batch = Batch([check(row, places, catalogue, now) for row in rows])
    accepted = await _insert(connection, tenant, posting_id, batch.staged.values())
    earlier = await _earlier(connection, tenant, batch.not_among(accepted))
    outcomes = batch.outcomes(accepted, earlier)
    stored = Jsonb(msgspec.to_builtins(outcomes))
    cursor = await connection.execute(_RECORD, (tenant, posting_id, key, fingerprint, stored))
    recorded = await cursor.fetchone()
    if recorded is None:
        raise _RecordedMeanwhile
    return PostingResult(posting_id, tuple(outcomes), recorded[0], False)


async def _insert(
    connection: Connection, tenant: UUID, posting_id: UUID, staged: Collection[tuple[UUID, CheckedRow]]
) -> set[UUID]:
    """Stage and post the rows; return the ids of those whose fact was not in the ledger."""
    if not staged:
        return set()
    async with connection.cursor() as cursor:
        async with cursor.copy(_STAGE) as copy:
            copy.set_types(_STAGE_TYPES)
            for activity_id, row in staged:
                await copy.write_row(_staged(activity_id, row))
        await cursor.execute(_POST, {"tenant": tenant, "posting": posting_id})
        return {activity_id for (activity_id,) in await cursor.fetchall()}


def _staged(activity_id: UUID, row: CheckedRow) -> tuple[object, ...]:
    return (
        activity_id,
        row.place.source_id,
        row.place.site_id,
        row.external_id,
        row.activity_type,
        row.supplier,
        row.quantity,
        row.unit,
        row.base_quantity,
        row.base_unit,
        row.period.start,
        row.period.end,
        row.period.local_start,
        row.period.local_end,
        row.quality,
        row.document,
    )


async def _earlier(connection: Connection, tenant: UUID, keys: Sequence[NaturalKey]) -> dict[NaturalKey, Versions]:
    """Return the versions of facts that were there before, the current one last."""
    if not keys:
        return {}
    sources, externals = [source for source, _ in keys], [external for _, external in keys]
    cursor = await connection.execute(_EARLIER, {"tenant": tenant, "sources": sources, "externals": externals})
    found: dict[NaturalKey, list[tuple[UUID, Content]]] = {}
    for source_id, external_id, activity_id, *content in await cursor.fetchall():
        found.setdefault((source_id, external_id), []).append((activity_id, Content(*content)))
    return dict(found)
