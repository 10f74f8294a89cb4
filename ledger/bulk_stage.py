"""The facts of a chunk as the bytes of a text COPY into the stage, and the statements that take them from there.

Plain statements do what one `INSERT ... ON CONFLICT` does for a posting, in half the time: PostgreSQL inserts much
faster where it need not be ready for a conflict. So a file is taken for new until the database finds a fact it has;
then what is there is looked up first. Where another writer is in between even then, ON CONFLICT bears it.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Final
from uuid import UUID

import polars as pl

from ledger.bulk_sums import CellSums
from ledger.database import Connection

_INSTANTS: Final = ("period_start", "period_end")
_WALL_CLOCKS: Final = ("local_start", "local_end")
_TEXTS: Final = ("external_id", "activity_type", "supplier", "unit", "base_unit", "document")
"""Columns that may hold what a text COPY takes for its own: tabs, ends of line, backslashes."""
_COLUMNS: Final = (
    "activity_id",
    "source_id",
    "site_id",
    "external_id",
    "activity_type",
    "supplier",
    "quantity",
    "unit",
    "base_quantity",
    "base_unit",
    "period_start",
    "period_end",
    "local_start",
    "local_end",
    "quality",
    "document",
)
_COPY: Final = f"COPY stage ({', '.join(_COLUMNS)}) FROM STDIN"
_SORTS: Final = "SET LOCAL work_mem = '32MB'"
"""What sorting a chunk takes; the default of 4 MB would send it through files."""

_THERE: Final = """
SELECT stage.activity_id::text, (
    SELECT version.activity_id::text
    FROM activity_versions AS version CROSS JOIN LATERAL (
        SELECT * FROM activities
        WHERE tenant_id = %(tenant)s AND activity_id = version.activity_id OFFSET 0
    ) AS said
    WHERE version.tenant_id = %(tenant)s AND version.source_id = stage.source_id
        AND version.external_id = stage.external_id
        AND (said.activity_type, said.quantity, said.unit, said.period_start, said.period_end, said.supplier,
             said.quality, said.document)
            = (stage.activity_type, stage.quantity, stage.unit, stage.period_start, stage.period_end, stage.supplier,
               stage.quality, stage.document)
    ORDER BY version.version LIMIT 1
)
FROM stage CROSS JOIN LATERAL (
    SELECT FROM activity_versions AS version
    WHERE version.tenant_id = %(tenant)s AND version.source_id = stage.source_id
        AND version.external_id = stage.external_id AND version.version = 1
    LIMIT 1
) AS known
"""
"""The staged facts that are in the ledger, each with the first of its versions that says the same, if one does.

LIMIT and OFFSET keep each look-up a look-up in the index.
"""
_TAKE_OFF: Final = "DELETE FROM stage WHERE activity_id = ANY(%(known)s::uuid[])"
_VERSIONS: Final = """
INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
SELECT %(tenant)s, source_id, external_id, 1, activity_id FROM stage ORDER BY source_id, external_id
"""
"""Sorted by key, as postings are: two writers of the same facts wait for each other in one order."""
_VERSIONS_CAREFULLY: Final = f"{_VERSIONS} ON CONFLICT DO NOTHING RETURNING activity_id"
_ACTIVITIES: Final = """
INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
    supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
    local_start, local_end, quality, document)
SELECT %(tenant)s, activity_id, %(posting)s, source_id, site_id, external_id, 1, 'ORIGINAL', NULL, '',
    activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start,
    local_end, quality, document
FROM stage
"""
_ACTIVITIES_CAREFULLY: Final = f"{_ACTIVITIES} ON CONFLICT DO NOTHING"
_CELLS: Final = """
INSERT INTO quantity_cells AS cell
    (tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count)
SELECT %(tenant)s, site_id, activity_type, supplier, base_unit, quality, month, sum(part), sum(row_count)
FROM (
    SELECT * FROM unnest(%(sites)s::uuid[], %(types)s::text[], %(suppliers)s::text[], %(units)s::text[],
        %(qualities)s::text[], %(months)s::date[], %(quantities)s::numeric[], %(counts)s::bigint[])
        AS summed (site_id, activity_type, supplier, base_unit, quality, month, part, row_count)
    UNION ALL
    SELECT site_id, activity_type, supplier, base_unit, quality, split.month, split.part, 1
    FROM stage, month_parts(local_start, local_end, base_quantity) AS split WHERE activity_id = ANY(%(split)s::uuid[])
) AS parts
GROUP BY 2, 3, 4, 5, 6, 7
ORDER BY 2, 3, 4, 5, 6, 7
ON CONFLICT (tenant_id, site_id, activity_type, supplier, base_unit, quality, month) DO UPDATE
    SET quantity = cell.quantity + excluded.quantity, row_count = cell.row_count + excluded.row_count
"""
"""Sums of what happened in one month, and what spans several, split by the one rule. Sorted as postings are."""


class Way(IntEnum):
    """How facts are added, each way slower and bearing more than the one before."""

    FRESH = 0
    """As if none of them was in the ledger: the first that is undoes the transaction."""
    LOOKING = 1
    """Those that are in the ledger are taken off first; one that another writer adds meanwhile undoes it."""
    CAREFUL = 2
    """With ON CONFLICT: nothing undoes it."""


def copied(facts: pl.DataFrame) -> bytes:
    """Return facts as the data of a text COPY into the stage."""
    columns = {name: pl.col(name) for name in _COLUMNS}
    columns |= {name: pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S%.f+00") for name in _INSTANTS}
    columns |= {name: pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S%.f") for name in _WALL_CLOCKS}
    columns |= {name: _escaped(name) for name in _TEXTS}
    written = facts.select(column.alias(name) for name, column in columns.items())
    return written.write_csv(include_header=False, separator="\t", quote_style="never").encode()


def _escaped(name: str) -> pl.Expr:
    column = pl.col(name).str.replace_all("\\", "\\\\", literal=True)
    for character, letter in (("\t", "t"), ("\n", "n"), ("\r", "r")):
        column = column.str.replace_all(character, f"\\{letter}", literal=True)
    return column


async def stage(connection: Connection, data: bytes) -> None:
    """Put facts on the stage, where they stay until the transaction ends."""
    await connection.execute(_SORTS.encode())
    async with connection.cursor() as cursor, cursor.copy(_COPY.encode()) as copy:
        await copy.write(data)


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
