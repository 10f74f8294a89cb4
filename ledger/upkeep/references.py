"""What the rows of the ledger refer to, checked as sets: every site and source of a row is in the tenant's registry.

The database checks no such reference row by row; docs/decisions/0018-references-as-sets.md says why none can come to
lead nowhere.
"""

from typing import Final

from ledger.connections import Connection

_LOST: Final = """
SELECT (
    SELECT count(*) FROM (SELECT DISTINCT tenant_id, site_id FROM activities) AS named
    WHERE NOT EXISTS (
        SELECT FROM sites WHERE sites.tenant_id = named.tenant_id AND sites.site_id = named.site_id
    )
) + (
    SELECT count(*) FROM (
        SELECT tenant_id, source_id FROM activities UNION SELECT tenant_id, source_id FROM activity_versions
    ) AS named
    WHERE NOT EXISTS (
        SELECT FROM sources WHERE sources.tenant_id = named.tenant_id AND sources.source_id = named.source_id
    )
)
"""


async def lost_references(connection: Connection) -> int:
    """Return how many sites and sources rows name that their tenant does not have; zero is the proof."""
    row = await (await connection.execute(_LOST)).fetchone()
    return int(row[0]) if row else 0
