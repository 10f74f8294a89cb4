"""What the ledger holds of facts already: all their versions, to tell a repeated row from one that says otherwise."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ledger.activities.batches import NaturalKey, Versions
from ledger.activities.rows import Content
from ledger.connections import Connection

_VERSIONS: Final = """
SELECT version.source_id, version.external_id, version.activity_id
FROM unnest(%(sources)s::uuid[], %(externals)s::text[]) AS asked (source_id, external_id)
CROSS JOIN LATERAL (
    SELECT * FROM activity_versions WHERE tenant_id = %(tenant)s AND source_id = asked.source_id
        AND external_id = asked.external_id
    OFFSET 0
) AS version
ORDER BY version.version
"""
"""OFFSET 0 keeps the look-ups look-ups: for many keys the planner would rather read the whole register."""
_CONTENTS: Final = """
SELECT activity_id, activity_type, quantity, unit, period_start, period_end, supplier, quality, document
FROM activities WHERE tenant_id = %(tenant)s AND activity_id = ANY(%(ids)s)
"""
"""Asked for by a list: joined, the planner looks ids up in the index by start while it knows nothing of a new month."""
_REGISTERED: Final = """
SELECT asked.source_id, asked.external_id
FROM unnest(%(sources)s::uuid[], %(externals)s::text[]) AS asked (source_id, external_id)
CROSS JOIN LATERAL (
    SELECT FROM activity_versions WHERE tenant_id = %(tenant)s AND source_id = asked.source_id
        AND external_id = asked.external_id
    LIMIT 1
) AS version
"""


async def registered(connection: Connection, tenant: UUID, keys: Sequence[NaturalKey]) -> set[NaturalKey]:
    """Return those of these facts that were ever posted, whether or not they were archived since."""
    sources, externals = [source for source, _ in keys], [external for _, external in keys]
    cursor = await connection.execute(_REGISTERED, {"tenant": tenant, "sources": sources, "externals": externals})
    return {(source_id, external_id) for source_id, external_id in await cursor.fetchall()}


async def earlier_versions(
    connection: Connection, tenant: UUID, keys: Sequence[NaturalKey]
) -> dict[NaturalKey, Versions]:
    """Return the versions of facts that are in the ledger, the current one last; archived ones are missing."""
    if not keys:
        return {}
    sources, externals = [source for source, _ in keys], [external for _, external in keys]
    parameters = {"tenant": tenant, "sources": sources, "externals": externals}
    versions = await (await connection.execute(_VERSIONS, parameters)).fetchall()
    asked = {"tenant": tenant, "ids": [activity_id for _, _, activity_id in versions]}
    rows = await (await connection.execute(_CONTENTS, asked)).fetchall()
    contents = {activity_id: Content(*content) for activity_id, *content in rows}
    found: dict[NaturalKey, list[tuple[UUID, Content]]] = {}
    for source_id, external_id, activity_id in versions:
        if activity_id in contents:
            found.setdefault((source_id, external_id), []).append((activity_id, contents[activity_id]))
    return dict(found)
