"""The statement that adds what is staged, an array of `staged_activity`: natural keys, activities and cells, in one.

PostgreSQL inserts in half the time where it need not be ready for a conflict. So facts that are in the ledger already
are looked up first and left out. Should another writer add one of the others in between, the database refuses the whole
transaction, and the posting is done again by the statement that is ready for it.
"""

from typing import Final

from ledger.cells.cells import CELLS_OF_FACTS

_STAGE: Final = "stage AS MATERIALIZED (SELECT * FROM unnest(%(staged)s::staged_activity[]))"
_THERE: Final = """ranges AS MATERIALIZED (
    SELECT source_id, min(external_id) AS least, max(external_id) AS greatest FROM stage GROUP BY source_id
), crossed AS MATERIALIZED (
    SELECT source_id FROM ranges CROSS JOIN LATERAL (
        SELECT FROM activity_versions AS version
        WHERE version.tenant_id = %(tenant)s AND version.source_id = ranges.source_id
            AND version.external_id BETWEEN ranges.least AND ranges.greatest
        LIMIT 1
    ) AS between_them
), there AS MATERIALIZED (
    SELECT stage.activity_id FROM stage JOIN crossed USING (source_id) CROSS JOIN LATERAL (
        SELECT FROM activity_versions AS version
        WHERE version.tenant_id = %(tenant)s AND version.source_id = stage.source_id
            AND version.external_id = stage.external_id AND version.version = 1
        LIMIT 1
    ) AS known
)
"""
"""The staged facts that are in the ledger. LIMIT keeps each look-up a look-up in the index; a source of which the
ledger has no id between the least and the greatest of the stage is done with one.
"""

_VERSIONS: Final = """
    INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
    SELECT %(tenant)s, source_id, external_id, 1, activity_id FROM stage
"""
_ACTIVITIES: Final = """
    INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
        supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
        local_start, local_end, quality, document)
    SELECT %(tenant)s, activity_id, %(posting)s, source_id, site_id, external_id, 1, 'ORIGINAL', NULL, '',
        activity_type, supplier, quantity::numeric, unit, base_quantity::numeric, base_unit, period_start, period_end,
        local_start, local_end, quality, document
    FROM stage
"""
_ADDED: Final = """
    RETURNING tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity,
        1 AS sign
"""

ADDING: Final = f"""
{_THERE}, facts AS (
    {_ACTIVITIES} WHERE activity_id NOT IN (SELECT activity_id FROM there) {_ADDED}
), cells AS ({CELLS_OF_FACTS}), fresh AS (
    {_VERSIONS} WHERE activity_id NOT IN (SELECT activity_id FROM there) ORDER BY source_id, external_id
)
SELECT activity_id FROM there
"""  # noqa: S608  composed of constants
"""What is done with the rows of `stage`, wherever they come from."""
ADD: Final = f"WITH {_STAGE}, {ADDING}"
"""Adds the staged facts of `tenant` that are new, as of `posting`, and returns the ids of the others. Raises a unique
violation where another writer adds one of them at this moment.

`fresh` is the last, because PostgreSQL runs the changes that nothing reads from the last to the first: who waits for a
fact of another writer must not hold a cell that the other one needs, and all others take facts before cells.
"""

ADD_CAREFULLY: Final = f"""
WITH {_STAGE}, fresh AS (
    {_VERSIONS} ORDER BY source_id, external_id ON CONFLICT DO NOTHING RETURNING activity_id
), facts AS (
    {_ACTIVITIES} JOIN fresh USING (activity_id) ON CONFLICT DO NOTHING {_ADDED}
), cells AS ({CELLS_OF_FACTS})
SELECT activity_id FROM stage EXCEPT SELECT activity_id FROM fresh
"""  # noqa: S608  composed of constants
"""Does the same whatever other writers do. Both go through the facts in one order, so that none waits in a circle."""
