"""Where a tenant's sources are: source code -> site and clock, read in the posting's own transaction."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from ledger.activities.rows import SourcePlace
from ledger.connections import Connection

_PLACES: Final = """
SELECT source.code, source.source_id, source.site_id, site.time_zone
FROM sources AS source JOIN sites AS site USING (tenant_id, site_id)
WHERE source.tenant_id = %s AND source.code = ANY(%s)
"""


async def source_places(connection: Connection, tenant: UUID, codes: Collection[str]) -> dict[str, SourcePlace]:
    """Return source code -> place for the codes the tenant has."""
    cursor = await connection.execute(_PLACES, (tenant, list(codes)))
    return {code: SourcePlace(source_id, site_id, zone) for code, source_id, site_id, zone in await cursor.fetchall()}
