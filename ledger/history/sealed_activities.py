"""The digest of the activities of a recording, within PostgreSQL, over the rows as they are stored, ordered by id.

    form 2      SHA-256 over record_send of ROW(first row, streams, texts): what most rows have in common with the
                first is not hashed again with each, and what differs is hashed column by column, without its name
    form 1      SHA-256 over record_send of each row, one after the other: more than twice the bytes

Either has every byte of every row, and no two sequences of rows have the same bytes: the values of a stream are of one
length or tell their own, and before a text stands how long it is. `proofs.row_digests` makes both of them from texts,
without a database.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.connections import Connection
from ledger.history.sealables import ROW_BY_ROW, TOLD_IN_FULL, Contents, Key, Sealable, named

ACTIVITY_COLUMNS: Final = (
    "activity_id, source_id, site_id, external_id, version, kind, supersedes, reason, activity_type, "
    "supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start, local_end, quality, "
    "document"
)
_COMMON: Final = ("site_id", "version", "kind", "supersedes", "reason", "supplier", "quality", "document")
"""Columns that rows mostly have in common with the first of their recording."""
_TEXTS: Final = ("external_id", "activity_type", "unit", "base_unit")
_LONGEST: Final = 50_000
_GIVEN: Final = """
FROM unnest(%(tenants)s::uuid[], %(ids)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[])
    AS given (tenant, id, first, last)
"""
_ROWS: Final = """
FROM activities AS activity WHERE tenant_id = given.tenant AND activity_id BETWEEN given.first AND given.last
    AND posting_id = given.id ORDER BY activity_id
"""


def _is_same(name: str) -> str:
    """Return the condition that a row says what the first says, to the byte."""
    if name == "supersedes":
        return "activity.supersedes IS NULL"
    is_text = name not in ("site_id", "version")
    return f"activity.{name} = lead.{name}" + (' COLLATE "C"' if is_text else "")


def _joined(name: str) -> str:
    """Return the texts of a column, before each but the first the character whose code is its bytes and one.

    No text of the ledger has as many bytes as the largest code; beyond that there would be codes of no character.
    """
    return f"string_agg({name}, chr(least(octet_length({name}), {_LONGEST}) + 1)) AS {name}"


_AGAIN: Final = ", ".join(f"activity.{name}" for name in _COMMON)
_BY_COLUMN: Final = f"""
SELECT given.tenant, given.id, found.count, encode(sha256(record_send(
        ROW(lead.sent, common, sources, periods, locals, quantities, {", ".join(_TEXTS)})
    )), 'hex'),
    CASE WHEN found.count = 1 OR octet_length(common) = 17 * found.count - 16 THEN ARRAY[lead.kind]
        ELSE ARRAY[]::text[] END
{_GIVEN} CROSS JOIN LATERAL (
    SELECT record_send(ROW({ACTIVITY_COLUMNS})) AS sent, {", ".join(_COMMON)} {_ROWS} LIMIT 1
) AS lead CROSS JOIN LATERAL (
    SELECT count(*),
        string_agg(common, uuid_send(activity_id)) AS common,
        string_agg(uuid_send(source_id), ''::bytea) AS sources,
        string_agg(timestamptz_send(period_end), timestamptz_send(period_start)) AS periods,
        string_agg(timestamp_send(local_end), timestamp_send(local_start)) AS locals,
        string_agg(numeric_send(base_quantity), numeric_send(quantity)) AS quantities,
        {", ".join(_joined(name) for name in _TEXTS)}
    FROM (
        SELECT activity.*, CASE WHEN {" AND ".join(_is_same(name) for name in _COMMON)} THEN '\\x00'::bytea
            ELSE '\\x01'::bytea || record_send(ROW({_AGAIN})) END AS common
        {_ROWS}
    ) AS rows
) AS found
"""  # noqa: S608  composed of constants
"""Each stream has what stands before a value but for the first, whose row is there whole. A row that has all in common
with the first adds 17 bytes to `common`, its id and a zero: 16 less for the first.
"""
_KINDS: Final = ", ".join(
    f"CASE WHEN bool_or(kind = '{kind}') THEN '{kind}' END" for kind in ("CORRECTION", "ORIGINAL", "VOID")
)
"""Which kinds there are; distinct ones would be sorted."""
_BY_ROW: Final = f"""
SELECT given.tenant, given.id, found.* {_GIVEN} CROSS JOIN LATERAL (
    SELECT count(*), encode(sha256(coalesce(string_agg(sent, ''::bytea), ''::bytea)), 'hex'),
        array_remove(ARRAY[{_KINDS}], NULL)
    FROM (SELECT record_send(ROW({ACTIVITY_COLUMNS})) AS sent, kind {_ROWS}) AS rows
) AS found
"""  # noqa: S608  composed of constants
_OF_KINDS: Final = f"""
SELECT given.tenant, given.id, array_remove(ARRAY[{_KINDS}], NULL) {_GIVEN} CROSS JOIN LATERAL (
    SELECT kind {_ROWS}
) AS rows GROUP BY 1, 2
"""
IN_TEXTS: Final = "(SELECT jsonb_object_agg(key, value) FROM ({}) AS one, jsonb_each_text(to_jsonb(one)))"
"""A row as an object of texts, which have the digits that are stored; a null is a null."""
_VERSION: Final = f"""
SELECT {ACTIVITY_COLUMNS} FROM activities WHERE tenant_id = changed.tenant_id AND activity_id = changed.
""".rstrip()  # noqa: S608  composed of constants
_CORRECTIONS: Final = f"""
SELECT {IN_TEXTS.format(f"{_VERSION}supersedes")}, {IN_TEXTS.format(f"{_VERSION}activity_id")}
{_GIVEN} CROSS JOIN LATERAL (SELECT * {_ROWS} LIMIT %(most)s) AS changed ORDER BY changed.activity_id
"""
_ORIGINAL: Final = ("ORIGINAL",)


async def add_activities(
    connection: Connection, found: Sequence[Sealable], contents: Mapping[Key, Contents], forms: Mapping[Key, int]
) -> None:
    """Add to contents what recordings wrote of activities: the digest in the form that is stated of a recording, in the
    newest where none is.
    """
    older = [one for one in found if forms.get(one.key) == ROW_BY_ROW]
    await _add_digests(connection, _BY_ROW, older, contents)
    await _add_digests(connection, _BY_COLUMN, [one for one in found if forms.get(one.key) != ROW_BY_ROW], contents)
    mixed = [one for one in found if contents[one.key].count("activities") and not contents[one.key].kinds]
    if mixed:
        for tenant, key, kinds in await (await connection.execute(_OF_KINDS.encode(), named(mixed))).fetchall():
            contents[tenant, key].kinds = tuple(kinds)
    for one in found:
        if contents[one.key].kinds not in ((), _ORIGINAL):
            await _add_corrections(connection, one, contents[one.key])


async def _add_digests(
    connection: Connection, query: str, found: Sequence[Sealable], contents: Mapping[Key, Contents]
) -> None:
    if not found:
        return
    for tenant, key, count, digest, kinds in await (await connection.execute(query.encode(), named(found))).fetchall():
        contents[tenant, key].rows["activities"] = {"count": count, "sha256": digest}
        contents[tenant, key].kinds = tuple(kinds)


async def _add_corrections(connection: Connection, one: Sealable, contents: Contents) -> None:
    parameters = named([one]) | {"most": TOLD_IN_FULL}
    for old, new in await (await connection.execute(_CORRECTIONS.encode(), parameters)).fetchall():
        contents.changes.append({"table": "activities", "before": old, "after": new})
