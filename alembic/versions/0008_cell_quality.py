"""Quantity cells are kept apart by how their quantities came about, so that a footprint knows what it rests on.

The cells cannot say it of what they hold, so that they are made again from the current versions of the rows, by the
rule that fills them: a quantity is split over the months of its period on the site's clock. Going down sums the cells.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UP = """
-- The owner of the tables is bound by their policies too, unless they are lifted for as long as this takes.
ALTER TABLE activities NO FORCE ROW LEVEL SECURITY;
ALTER TABLE activity_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE quantity_cells NO FORCE ROW LEVEL SECURITY;
TRUNCATE quantity_cells;
ALTER TABLE quantity_cells
    DROP CONSTRAINT quantity_cells_pkey,
    ADD COLUMN quality text NOT NULL,
    ADD CONSTRAINT quantity_cells_pkey
        PRIMARY KEY (tenant_id, site_id, activity_type, supplier, base_unit, quality, month);
INSERT INTO quantity_cells
    (tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count)
SELECT activity.tenant_id, activity.site_id, activity.activity_type, activity.supplier, activity.base_unit,
       activity.quality, split.month, sum(split.part), count(*)
FROM (
    SELECT DISTINCT ON (tenant_id, source_id, external_id) tenant_id, activity_id
    FROM activity_versions ORDER BY tenant_id, source_id, external_id, version DESC
) AS newest
JOIN activities AS activity USING (tenant_id, activity_id),
    month_parts(activity.local_start, activity.local_end, activity.base_quantity) AS split
WHERE activity.kind <> 'VOID'
GROUP BY 1, 2, 3, 4, 5, 6, 7;
ALTER TABLE quantity_cells FORCE ROW LEVEL SECURITY;
ALTER TABLE activity_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE activities FORCE ROW LEVEL SECURITY;
"""

DOWN = """
ALTER TABLE quantity_cells NO FORCE ROW LEVEL SECURITY;
CREATE TEMPORARY TABLE sums ON COMMIT DROP AS
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, month, sum(quantity) AS quantity,
           sum(row_count)::bigint AS row_count
    FROM quantity_cells GROUP BY 1, 2, 3, 4, 5, 6;
TRUNCATE quantity_cells;
ALTER TABLE quantity_cells
    DROP CONSTRAINT quantity_cells_pkey,
    DROP COLUMN quality,
    ADD CONSTRAINT quantity_cells_pkey PRIMARY KEY (tenant_id, site_id, activity_type, supplier, base_unit, month);
INSERT INTO quantity_cells (tenant_id, site_id, activity_type, supplier, base_unit, month, quantity, row_count)
SELECT tenant_id, site_id, activity_type, supplier, base_unit, month, quantity, row_count FROM sums;
DROP TABLE sums;
ALTER TABLE quantity_cells FORCE ROW LEVEL SECURITY;
"""


def upgrade() -> None:
    """Add the quality to the key and make the cells again from the rows."""
    op.execute(UP)


def downgrade() -> None:
    """Sum the cells over the quality again."""
    op.execute(DOWN)
