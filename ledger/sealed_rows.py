"""What a recording wrote, as it is sealed: counts and SHA-256 over the stored rows, and small changes in full.

    activities, readings    SHA-256 over the rows' binary form (PostgreSQL's record_send) in the order of their keys;
                            so are what a request posted and why an adjustment was made
    everything else         SHA-256 over a canonical JSON object a row, each with a newline, in the order of their keys

Columns are named one by one, so that one that is added later does not change what was sealed: it makes a new `FORM`.
Quantity cells and other sums are not sealed: `parkledger check` proves that they follow from what is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from ledger.database import Connection
from ledger.principals import NO_TENANT_ID
from proofs.canonical import Json, canonical_bytes

FORM: Final = 1
"""Of the bytes that are hashed; stands in every event."""
TOLD_IN_FULL: Final = 50
"""Changed rows of one recording that its event shows in full; all of them are counted and hashed."""
_ORIGINAL: Final = "ORIGINAL"

ACTIVITY_COLUMNS: Final = (
    "activity_id, source_id, site_id, external_id, version, kind, supersedes, reason, activity_type, "
    "supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start, local_end, quality, "
    "document"
)
READING_COLUMNS: Final = "series_id, start, version, value, posting_id, reason"
POSTING_COLUMNS: Final = "posting_id, idempotency_key, fingerprint"
ADJUSTMENT_COLUMNS: Final = "posting_id, months, reason"


@dataclass(frozen=True, slots=True)
class Administered:
    """A table whose rows belong to the instant they were recorded at: its key, what names the row that one replaces,
    and the other columns, or expressions of them.
    """

    key: str
    columns: str
    supersedes: str = ""
    is_of_service: bool = False


_NAMED: Final = "code, name_en, name_zh"
ADMINISTERED: Final[Mapping[str, Administered]] = {
    "parks": Administered("park_id", f"{_NAMED}, region, time_zone, proxy_regions", is_of_service=True),
    "factor_datasets": Administered(
        "dataset_id",
        "metadata, sha256(convert_to(factors, 'UTF8')) AS factors, sha256(convert_to(properties, 'UTF8')) AS "
        "properties, sha256",
        is_of_service=True,
    ),
    "factor_releases": Administered("number", "name, published_on, content_hash, note", is_of_service=True),
    "tenants": Administered("tenant_id", f"park_id, {_NAMED}, is_operator, industry_code"),
    "sites": Administered("site_id", f"{_NAMED}, region, time_zone"),
    "sources": Administered("source_id", f"site_id, {_NAMED}, kind"),
    "interval_series": Administered(
        "series_id", "source_id, carrier, role, unit, minutes, has_attribute, activity_type"
    ),
    "declarations": Administered(
        "declaration_id", "kind, subject, version, supersedes, is_withdrawn, reason, content", "supersedes"
    ),
    "instruments": Administered(
        "instrument_id",
        "code, version, supersedes, change, reason, kind, carrier, attribute, market, first_month, last_month, "
        "quantity, rate, site_id, claimed_from, claimed_to, cancelled_on, cancelled_quantity, batch, first_serial, "
        "last_serial, is_sold, is_tradable, generator_id, evidence, criteria, counterparty_id, counterpart_id, "
        "moved_quantity, transferred_on",
        "supersedes",
    ),
    "own_factors": Administered(
        "factor_id",
        "origin, supplier, activity_type, lines, name, unit, parts, gwp_set, source, evidence, valid_from, valid_to, "
        "supersedes",
        "supersedes",
    ),
    # Not the digest of a key: the service's role cannot select it.
    "access_grants": Administered(
        "grant_id", "kind, handle, system, role, rights, sites, named, not_before, expires_at, granted_by"
    ),
    "access_revocations": Administered("revocation_id", "grant_id, effective_at, reason, revoked_by"),
    "webhook_targets": Administered("target_id", "url, events, covers, name, actor"),
    "webhook_changes": Administered(
        "change_id", "target_id, kind, secret_number, delivery_id, after_attempt, reason, actor"
    ),
    "log_rotations": Administered("size", "note"),
    "report_receipts": Administered("receipt_id", "report_id, regulator, state, comment, reference, actor"),
    # What a report supersedes is in its row, and the bytes by their hash, stated and as it is of what is stored.
    "reports": Administered(
        "report_id",
        "park_id, kind, cadence, first_month, last_month, version, supersedes, reason, known_at, sha256, "
        "encode(sha256(content), 'hex') AS content, signature, signed_by, published_at, actor",
    ),
    "report_recipients": Administered("recipient_id", "report_id, regulator, actor"),
    "period_events": Administered("event_id", "kind, first_month, sequence, state, reason, basis, actor"),
    "period_comments": Administered("comment_id", "kind, first_month, comment, actor"),
    "evidence": Administered(
        "evidence_id", "sha256, media_type, byte_count, file_name, subject_kind, subject, note, actor"
    ),
}


@dataclass(frozen=True, slots=True)
class Sealable:
    """A recording that is to be sealed, or was. Of several at one instant the first has what has the instant alone."""

    id: UUID
    recorded_at: datetime
    actor: str
    request_id: str
    row_count: int
    first_id: UUID | None
    last_id: UUID | None
    is_first: bool


@dataclass(slots=True)
class Contents:
    """What a recording wrote: the count and digest of each table's rows, the kinds of its activities, and `changes`,
    each the table with the row before and after.
    """

    rows: dict[str, Json] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    changes: list[dict[str, Json]] = field(default_factory=list)

    def count(self, table: str) -> int:
        """Return how many rows of a table there are."""
        stated = self.rows.get(table)
        return int(stated["count"]) if isinstance(stated, Mapping) else 0  # type: ignore[arg-type]


RECORDINGS: Final = """
SELECT recording_id, recorded_at, actor, request_id, row_count, first_id, last_id, NOT EXISTS (
    SELECT FROM recordings AS other WHERE other.tenant_id = one.tenant_id AND other.recorded_at = one.recorded_at
        AND other.recording_id < one.recording_id
) FROM recordings AS one
"""
"""The columns of `Sealable`."""
_TEXTS: Final = (
    b"SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; SET LOCAL jit = off"
)
"""What the text of a value depends on."""
_KINDS: Final = ", ".join(
    f"CASE WHEN bool_or(kind = '{kind}') THEN '{kind}' END" for kind in ("CORRECTION", "ORIGINAL", "VOID")
)
"""Which kinds there are; distinct ones would be sorted, at a third of what the digest takes."""
_ACTIVITIES: Final = f"""
SELECT given.id, found.count, found.digest, found.kinds
FROM unnest(%(ids)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[]) AS given (id, first, last)
CROSS JOIN LATERAL (
    SELECT count(*), encode(sha256(coalesce(string_agg(sent, ''::bytea), ''::bytea)), 'hex') AS digest,
        array_remove(ARRAY[{_KINDS}], NULL) AS kinds
    FROM (
        SELECT record_send(ROW({ACTIVITY_COLUMNS})) AS sent, kind FROM activities AS activity
        WHERE tenant_id = %(tenant)s AND activity_id BETWEEN given.first AND given.last AND posting_id = given.id
        ORDER BY activity_id
    ) AS rows
) AS found
"""  # noqa: S608  composed of constants
_READINGS: Final = f"""
SELECT posting_id, count(*),
    encode(sha256(string_agg(record_send(ROW({READING_COLUMNS})), ''::bytea ORDER BY series_id, start, version)), 'hex')
FROM interval_readings WHERE tenant_id = %(tenant)s AND posting_id = ANY(%(ids)s::uuid[]) GROUP BY posting_id
"""  # noqa: S608  composed of constants
_POSTINGS: Final = f"""
SELECT posting_id, 1, encode(sha256(record_send(ROW({POSTING_COLUMNS}))), 'hex')
FROM postings WHERE tenant_id = %(tenant)s AND posting_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608  composed of constants
_ADJUSTMENTS: Final = f"""
SELECT posting_id, 1, encode(sha256(record_send(ROW({ADJUSTMENT_COLUMNS}))), 'hex')
FROM adjustments WHERE tenant_id = %(tenant)s AND posting_id = ANY(%(ids)s::uuid[])
"""  # noqa: S608  composed of constants
_IN_TEXTS: Final = "(SELECT jsonb_object_agg(key, value) FROM ({}) AS one, jsonb_each_text(to_jsonb(one)))"
"""A row as an object of texts, which have the digits that are stored; a null is a null."""
_VERSION: Final = f"SELECT {ACTIVITY_COLUMNS} FROM activities WHERE tenant_id = %(tenant)s AND activity_id = changed."  # noqa: S608
_CORRECTIONS: Final = f"""
SELECT changed.posting_id, {_IN_TEXTS.format(f"{_VERSION}supersedes")}, {_IN_TEXTS.format(f"{_VERSION}activity_id")}
FROM unnest(%(ids)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[]) AS given (id, first, last)
JOIN activities AS changed ON changed.tenant_id = %(tenant)s AND changed.posting_id = given.id
    AND changed.activity_id BETWEEN given.first AND given.last
ORDER BY changed.activity_id LIMIT %(most)s
"""  # noqa: S608  composed of constants


async def contents_of(connection: Connection, tenant: UUID, found: Sequence[Sealable]) -> dict[UUID, Contents]:
    """Return what each recording wrote, from the rows as they are stored now."""
    await connection.execute(_TEXTS, prepare=False)
    contents = {one.id: Contents() for one in found}
    await _add_activities(connection, tenant, [one for one in found if one.row_count], contents)
    ids = {"tenant": tenant, "ids": [one.id for one in found]}
    await _add_counted(connection, "postings", _POSTINGS, ids, contents)
    await _add_counted(connection, "adjustments", _ADJUSTMENTS, ids, contents)
    others = [one for one in found if not one.row_count]
    ids["ids"] = [one.id for one in others]
    await _add_counted(connection, "interval_readings", _READINGS, ids, contents)
    instants = {one.recorded_at: one.id for one in others if one.is_first}
    await _add_administered(connection, tenant, instants, contents)
    return contents


async def _add_counted(
    connection: Connection, table: str, query: str, parameters: Mapping[str, Any], contents: Mapping[UUID, Contents]
) -> None:
    if not parameters["ids"]:
        return
    for key, count, digest in await (await connection.execute(query.encode(), parameters)).fetchall():
        contents[key].rows[table] = {"count": count, "sha256": digest}


async def _add_activities(
    connection: Connection, tenant: UUID, found: Sequence[Sealable], contents: Mapping[UUID, Contents]
) -> None:
    if not found:
        return
    parameters = _ranges(tenant, found)
    for key, count, digest, kinds in await (await connection.execute(_ACTIVITIES.encode(), parameters)).fetchall():
        contents[key].rows["activities"] = {"count": count, "sha256": digest}
        contents[key].kinds = tuple(kinds)
    corrected = [one for one in found if set(contents[one.id].kinds) - {_ORIGINAL}]
    for one in corrected:
        parameters = _ranges(tenant, [one]) | {"most": TOLD_IN_FULL}
        for key, old, new in await (await connection.execute(_CORRECTIONS.encode(), parameters)).fetchall():
            contents[key].changes.append({"table": "activities", "before": old, "after": new})


def _ranges(tenant: UUID, found: Sequence[Sealable]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "ids": [one.id for one in found],
        "firsts": [one.first_id for one in found],
        "lasts": [one.last_id for one in found],
    }


async def _add_administered(
    connection: Connection, tenant: UUID, instants: Mapping[datetime, UUID], contents: Mapping[UUID, Contents]
) -> None:
    if not instants:
        return
    for name, table in ADMINISTERED.items():
        if table.is_of_service and tenant != NO_TENANT_ID:
            continue
        parameters = {"tenant": tenant, "instants": list(instants)}
        rows = await (await connection.execute(_administered(name, table).encode(), parameters)).fetchall()
        by_recording: dict[UUID, list[tuple[Json, Json]]] = defaultdict(list)
        for instant, old, new in rows:
            by_recording[instants[instant]].append((old, new))
        for key, changed in by_recording.items():
            _tell(contents[key], name, changed)


def _tell(contents: Contents, table: str, changed: Sequence[tuple[Json, Json]]) -> None:
    digest = sha256()
    for _, new in changed:
        digest.update(canonical_bytes(new) + b"\n")
    contents.rows[table] = {"count": len(changed), "sha256": digest.hexdigest()}
    told = changed[: TOLD_IN_FULL - len(contents.changes)]
    contents.changes += [{"table": table, "before": old, "after": new} for old, new in told]


def _administered(name: str, table: Administered) -> str:
    """Return the query of the rows of instants in the order of their key, each with the one it replaces."""
    columns, tenant = f"{table.key}, {table.columns}", "" if table.is_of_service else "AND tenant_id = %(tenant)s"
    row = f"SELECT {columns} FROM {name} WHERE {table.key} = changed.{{}} {tenant}"  # noqa: S608
    before = _IN_TEXTS.format(row.format(table.supersedes)) if table.supersedes else "NULL::jsonb"
    return f"""
    SELECT changed.recorded_at, {before}, {_IN_TEXTS.format(row.format(table.key))}
    FROM {name} AS changed WHERE recorded_at = ANY(%(instants)s::timestamptz[]) {tenant}
    ORDER BY changed.{table.key}::text COLLATE "C"
    """  # noqa: S608  composed of constants
