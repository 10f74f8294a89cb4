"""What a recording wrote, as it is sealed: counts and SHA-256 over the stored rows, and small changes in full.

    activities              SHA-256 over their binary form, see `sealed_activities`
    readings                SHA-256 over the rows' binary form (PostgreSQL's record_send) in the order of their keys;
                            so are what a request posted and why an adjustment was made
    everything else         SHA-256 over a canonical JSON object a row, each with a newline, in the order of their keys

Columns are named one by one, so that one that is added later does not change what was sealed: it makes a new `FORM`.
Quantity cells and other sums are not sealed: `parkledger check` proves that they follow from what is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from ledger.connections import Connection
from ledger.history.sealables import FORM, TOLD_IN_FULL, Contents, Key, Sealable, named
from ledger.history.sealed_activities import IN_TEXTS, add_activities
from ledger.identity.principals import NO_TENANT_ID
from proofs.canonical import Json, canonical_bytes

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
    "report_withdrawals": Administered("withdrawal_id", "report_id, regulator, reason, actor"),
    "period_events": Administered("event_id", "kind, first_month, sequence, state, reason, basis, actor"),
    "period_comments": Administered("comment_id", "kind, first_month, comment, actor"),
    "evidence": Administered(
        "evidence_id", "sha256, media_type, byte_count, file_name, subject_kind, subject, note, actor"
    ),
}


_SETTINGS: Final = (
    b"SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; "
    b"SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"
)
"""What the text of a value depends on, and the order in which rows are joined."""
_READINGS: Final = f"""
SELECT tenant_id, posting_id, count(*),
    encode(sha256(string_agg(record_send(ROW({READING_COLUMNS})), ''::bytea ORDER BY series_id, start, version)), 'hex')
FROM interval_readings WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND posting_id = ANY(%(ids)s::uuid[])
GROUP BY tenant_id, posting_id
"""  # noqa: S608  composed of constants
_ONE_EACH: Final = """
SELECT given.tenant, given.id, 1, encode(sha256(row.sent), 'hex')
FROM unnest(%(tenants)s::uuid[], %(ids)s::uuid[]) AS given (tenant, id) CROSS JOIN LATERAL (
    SELECT record_send(ROW({columns})) AS sent FROM {table}
    WHERE tenant_id = given.tenant AND posting_id = given.id OFFSET 0
) AS row
"""
"""OFFSET keeps each look-up a look-up in the index."""
_POSTINGS: Final = _ONE_EACH.format(columns=POSTING_COLUMNS, table="postings")
_ADJUSTMENTS: Final = _ONE_EACH.format(columns=ADJUSTMENT_COLUMNS, table="adjustments")


async def contents_of(
    connection: Connection, found: Sequence[Sealable], forms: Mapping[Key, int] = MappingProxyType({})
) -> dict[Key, Contents]:
    """Return what each recording wrote, from the rows as they are stored now, hashed in the form that `forms` states of
    it, otherwise in the newest.
    """
    await connection.execute(_SETTINGS, prepare=False)
    contents = {one.key: Contents(forms.get(one.key, FORM)) for one in found}
    await add_activities(connection, [one for one in found if one.row_count], contents, forms)
    await _add_counted(connection, "postings", _POSTINGS, found, contents)
    await _add_counted(connection, "adjustments", _ADJUSTMENTS, found, contents)
    others = [one for one in found if not one.row_count]
    await _add_counted(connection, "interval_readings", _READINGS, others, contents)
    await _add_administered(connection, [one for one in others if one.is_first], contents)
    return contents


async def _add_counted(
    connection: Connection, table: str, query: str, found: Sequence[Sealable], contents: Mapping[Key, Contents]
) -> None:
    if not found:
        return
    for tenant, key, count, digest in await (await connection.execute(query.encode(), named(found))).fetchall():
        if one := contents.get((tenant, key)):
            one.rows[table] = {"count": count, "sha256": digest}


async def _add_administered(
    connection: Connection, found: Sequence[Sealable], contents: Mapping[Key, Contents]
) -> None:
    """Add what was changed in each table at the instants of recordings."""
    if not found:
        return
    keys = {(one.tenant, one.recorded_at): one.key for one in found}
    parameters = {"tenants": [one.tenant for one in found], "instants": [one.recorded_at for one in found]}
    changed: dict[tuple[Key, str], list[tuple[Json, Json]]] = defaultdict(list)
    for table, tenant, instant, old, new in await (await connection.execute(_CHANGES, parameters)).fetchall():
        changed[keys[tenant, instant], table].append((old, new))
    for (key, table), rows in changed.items():
        _tell(contents[key], table, rows)


def _tell(contents: Contents, table: str, changed: Sequence[tuple[Json, Json]]) -> None:
    digest = sha256()
    for _, new in changed:
        digest.update(canonical_bytes(new) + b"\n")
    contents.rows[table] = {"count": len(changed), "sha256": digest.hexdigest()}
    told = changed[: TOLD_IN_FULL - len(contents.changes)]
    contents.changes += [{"table": table, "before": old, "after": new} for old, new in told]


def _administered(number: int, name: str, table: Administered) -> str:
    """Return the query of the rows of instants, each with the one it replaces, its table's number and its key."""
    columns = f"{table.key}, {table.columns}"
    tenant = f"'{NO_TENANT_ID}'::uuid" if table.is_of_service else "changed.tenant_id"
    of_tenant = "" if table.is_of_service else "AND tenant_id = changed.tenant_id"
    row = f"SELECT {columns} FROM {name} WHERE {table.key} = changed.{{}} {of_tenant}"  # noqa: S608
    before = IN_TEXTS.format(row.format(table.supersedes)) if table.supersedes else "NULL::jsonb"
    return f"""
    SELECT {number} AS place, '{name}' AS name, {tenant} AS tenant, changed.recorded_at, {before} AS before,
        {IN_TEXTS.format(row.format(table.key))} AS after, changed.{table.key}::text COLLATE "C" AS key
    FROM unnest(%(tenants)s::uuid[], %(instants)s::timestamptz[]) AS given (tenant, instant)
    JOIN {name} AS changed ON changed.recorded_at = given.instant AND {tenant} = given.tenant
    """  # noqa: S608  composed of constants


_CHANGES: Final = f"""
SELECT name, tenant, recorded_at, before, after FROM (
    {" UNION ALL ".join(_administered(number, *one) for number, one in enumerate(ADMINISTERED.items()))}
) AS changed ORDER BY place, key
""".encode()  # noqa: S608  composed of constants
"""What was changed in every table, in the order of the tables and of their keys."""
