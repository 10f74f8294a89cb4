"""The statements that take the facts of a chunk from the stage into the ledger.

Plain statements do what one `INSERT ... ON CONFLICT` does for a posting, in half the time: PostgreSQL inserts much
faster where it need not be ready for a conflict. So a file is taken for new until the database finds a fact it has;
then what is there is looked up first. Where another writer is in between even then, ON CONFLICT bears it.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Final
from uuid import UUID

from ledger.bulk.copying import COPY_FACTS, COPY_KINDS, STAGE, STAGED, STRIKE, Copied
from ledger.bulk.sums import CellSums
from ledger.connections import Connection

_BEGIN: Final = f"{STAGE}; SET LOCAL work_mem = '32MB'"
"""Memory for sorting a chunk; the default of 4 MB would send it through files."""

_THERE: Final = f"""
SELECT stage.activity_id::text, (
    SELECT version.activity_id::text
    FROM activity_versions AS version CROSS JOIN LATERAL (
        SELECT * FROM activities
        WHERE tenant_id = %(tenant)s AND activity_id = version.activity_id AND period_start = stage.period_start
        OFFSET 0
    ) AS said
    WHERE version.tenant_id = %(tenant)s AND version.source_id = stage.source_id
        AND version.external_id = stage.external_id
        AND (said.activity_type, said.quantity, said.unit, said.period_end, said.supplier,
             said.quality, said.document)
            = (stage.activity_type, stage.quantity, stage.unit, stage.period_end, stage.supplier,
               stage.quality, stage.document)
    ORDER BY version.version LIMIT 1
)
FROM {STAGED} AS stage CROSS JOIN LATERAL (
    SELECT FROM activity_versions AS version
    WHERE version.tenant_id = %(tenant)s AND version.source_id = stage.source_id
        AND version.external_id = stage.external_id AND version.version = 1
    LIMIT 1
) AS known
"""  # noqa: S608  composed of constants
"""The staged facts that are in the ledger, each with the first of its versions that says the same, if one does.

LIMIT and OFFSET keep each look-up a look-up in the index. By id and start, because in the partition of a new month, of
which the planner knows nothing yet, it may take the index by start for either.
"""
_TAKE_OFF: Final = """
DELETE FROM bulk_facts AS fact USING unnest(%(known)s::uuid[]) AS known (activity_id)
WHERE fact.activity_id = known.activity_id
"""
"""Joined, because a search in the array itself would be one through the whole of it for every row."""
_VERSIONS: Final = """
INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
SELECT %(tenant)s, source_id, external_id, 1, activity_id FROM bulk_facts JOIN bulk_kinds USING (kind)
ORDER BY source_id, external_id
"""
"""Sorted by key, as postings are: two writers of the same facts wait for each other in one order."""
_VERSIONS_CAREFULLY: Final = f"{_VERSIONS} ON CONFLICT DO NOTHING RETURNING activity_id"
_ACTIVITIES: Final = f"""
INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
    supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
    local_start, local_end, quality, document)
SELECT %(tenant)s, activity_id, %(posting)s, source_id, site_id, external_id, 1, 'ORIGINAL', NULL, '',
    activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start,
    local_end, quality, document
FROM {STAGED} AS stage
"""  # noqa: S608  composed of constants
_ACTIVITIES_CAREFULLY: Final = f"{_ACTIVITIES} ON CONFLICT DO NOTHING"
_CELLS: Final = f"""
INSERT INTO quantity_cells AS cell
    (tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count)
SELECT %(tenant)s, site_id, activity_type, supplier, base_unit, quality, month, sum(part), sum(row_count)
FROM (
    SELECT * FROM unnest(%(sites)s::uuid[], %(types)s::text[], %(suppliers)s::text[], %(units)s::text[],
        %(qualities)s::text[], %(months)s::date[], %(quantities)s::numeric[], %(counts)s::bigint[])
        AS summed (site_id, activity_type, supplier, base_unit, quality, month, part, row_count)
    UNION ALL
    SELECT site_id, activity_type, supplier, base_unit, quality, split.month, split.part, 1
    FROM {STAGED} AS stage JOIN unnest(%(split)s::uuid[]) AS split_facts (activity_id) USING (activity_id),
        month_parts(local_start, local_end, base_quantity) AS split
) AS parts
GROUP BY 2, 3, 4, 5, 6, 7
ORDER BY 2, 3, 4, 5, 6, 7
ON CONFLICT (tenant_id, site_id, activity_type, supplier, base_unit, quality, month) DO UPDATE
    SET quantity = cell.quantity + excluded.quantity, row_count = cell.row_count + excluded.row_count
"""  # noqa: S608  composed of constants
"""Sums of what happened in one month, and what spans several, split by the one rule. Sorted as postings are."""


class Way(IntEnum):
    """How facts are added, each way slower and bearing more than the one before."""

    FRESH = 0
    """As if none of them was in the ledger: the first that is undoes the transaction."""
    LOOKING = 1
    """Those that are in the ledger are taken off first; one that another writer adds meanwhile undoes it."""
    CAREFUL = 2
    """With ON CONFLICT: nothing undoes it."""


async def stage(connection: Connection, data: Copied) -> None:
    """Put facts on the stage, where they stay until `strike`."""
    await connection.execute(_BEGIN.encode(), prepare=False)
    for statement, lines in ((COPY_KINDS, data.kinds), (COPY_FACTS, data.facts)):
        async with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            await copy.write(lines)


Known = Mapping[str, str | None]
"""Staged facts that the ledger had already: id on the stage -> id of a version that says the same, None where none is
known to.
"""


async def add_facts(connection: Connection, tenant: UUID, posting: UUID, staged: Collection[str], way: Way) -> Known:
    """Add the staged facts that are not in the ledger, and return the others, taken off the stage.

    `staged` are the ids of all. Raises `psycopg.errors.UniqueViolation` where the way does not bear what is there.
    """
    parameters = {"tenant": tenant, "posting": posting}
    known: dict[str, str | None] = {}
    if way is Way.CAREFUL:
        cursor = await connection.execute(_VERSIONS_CAREFULLY.encode(), parameters)
        known = dict.fromkeys(set(staged) - {str(activity_id) for (activity_id,) in await cursor.fetchall()})
    elif way is Way.LOOKING:
        known = dict(await (await connection.execute(_THERE.encode(), parameters)).fetchall())
    if known:
        await connection.execute(_TAKE_OFF.encode(), {"known": list(known)})
    if way is not Way.CAREFUL:
        await connection.execute(_VERSIONS.encode(), parameters)
    await connection.execute((_ACTIVITIES_CAREFULLY if way is Way.CAREFUL else _ACTIVITIES).encode(), parameters)
    return known


async def add_to_cells(connection: Connection, tenant: UUID, sums: CellSums) -> None:
    """Add what is on the stage, of which these are the sums, to the quantity cells."""
    parameters = {
        "tenant": tenant,
        "sites": [UUID(site) for site in sums.cells["site_id"]],
        "types": sums.cells["activity_type"].to_list(),
        "suppliers": sums.cells["supplier"].to_list(),
        "units": sums.cells["base_unit"].to_list(),
        "qualities": sums.cells["quality"].to_list(),
        "months": sums.cells["month"].to_list(),
        "quantities": sums.quantities,
        "counts": sums.counts,
        "split": [UUID(activity_id) for activity_id in sums.split],
    }
    await connection.execute(_CELLS.encode(), parameters)


async def strike(connection: Connection) -> None:
    """Take the stage down; what was on it is added, to the cells too."""
    await connection.execute(STRIKE.encode(), prepare=False)
