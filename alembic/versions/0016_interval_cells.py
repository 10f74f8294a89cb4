"""Hourly cells: the exact sums of readings by interval that questions about a whole park read.

A reading counts in the hour, of UTC, that it lies in as a whole; `minutes` are those that the readings of a cell cover,
so that whoever knows how many series there are sees whether an hour is complete. Shares are not added up and have no
cells, nor have readings that reach over the full hour of UTC, as on a clock half an hour off. What writes readings
writes cells (`ledger.intervals.cells`), and `parkledger check` proves that they agree. See
docs/decisions/0022-hourly-cells.md.
"""

from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE interval_cells (
    tenant_id uuid NOT NULL,
    start timestamptz NOT NULL,
    site_id uuid NOT NULL,
    carrier text NOT NULL,
    role text NOT NULL,
    has_attribute boolean NOT NULL,
    quantity numeric NOT NULL,
    minutes bigint NOT NULL,
    CONSTRAINT interval_cells_pkey PRIMARY KEY (tenant_id, start, site_id, carrier, role, has_attribute),
    CONSTRAINT interval_cells_hour_check CHECK (start = date_bin('1 hour', start, '2000-01-01 00:00+00')),
    CONSTRAINT interval_cells_site_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, site_id)
) WITH (fillfactor = 70);
ALTER TABLE interval_cells ENABLE ROW LEVEL SECURITY;
CREATE POLICY interval_cells_read ON interval_cells FOR SELECT
    USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
CREATE POLICY interval_cells_append ON interval_cells FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
CREATE POLICY interval_cells_add ON interval_cells FOR UPDATE
    USING (tenant_id = (SELECT bound_tenant())) WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT, INSERT, UPDATE ON interval_cells TO parkledger_service;
"""

READ_BACK = ("sources", "interval_series", "interval_readings")
OF_OLD_READINGS = """
INSERT INTO interval_cells (tenant_id, start, site_id, carrier, role, has_attribute, quantity, minutes)
SELECT tenant_id, date_bin('1 hour', start, '2000-01-01 00:00+00'), source.site_id, series.carrier, series.role,
       series.has_attribute, sum(newest.value), sum(series.minutes)
FROM (
    SELECT DISTINCT ON (tenant_id, series_id, start) tenant_id, series_id, start, value FROM interval_readings
    ORDER BY tenant_id, series_id, start, version DESC
) AS newest
JOIN interval_series AS series USING (tenant_id, series_id) JOIN sources AS source USING (tenant_id, source_id)
WHERE newest.value IS NOT NULL AND series.role <> 'GRID_CFE'
    AND date_bin('1 hour', start, '2000-01-01 00:00+00') + interval '1 hour'
        >= start + make_interval(mins => series.minutes)
GROUP BY 1, 2, 3, 4, 5, 6
"""


def upgrade() -> None:
    """Make the cells of the readings that are there."""
    op.execute(TABLE)
    # The owner of the tables is bound by their policies too, unless they are lifted for as long as this takes.
    for table in READ_BACK:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(OF_OLD_READINGS)
    for table in READ_BACK:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE interval_cells FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Drop the cells."""
    op.execute("DROP TABLE interval_cells")
