"""Energy by intervals: what a source measures every 15, 30 or 60 minutes, and the readings with their versions.

- `interval_series` says what a source's readings are: carrier, role, unit and length of interval.
- `interval_readings` is narrow and append-only: a corrected reading is the next version of the same interval, one that
  was withdrawn has no value. It is partitioned by month of the start; `make_interval_partitions` makes the months that
  readings fall into, years back where someone loads what his meters kept.
- What a request posted is told again from `postings`, as for activities.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE interval_series (
    tenant_id uuid NOT NULL,
    series_id uuid NOT NULL,
    source_id uuid NOT NULL,
    carrier text NOT NULL,
    role text NOT NULL,
    unit text NOT NULL,
    minutes smallint NOT NULL,
    has_attribute boolean NOT NULL,
    activity_type text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT interval_series_pkey PRIMARY KEY (tenant_id, series_id),
    CONSTRAINT interval_series_role_key UNIQUE (tenant_id, source_id, carrier, role),
    CONSTRAINT interval_series_minutes_check CHECK (minutes IN (15, 30, 60)),
    CONSTRAINT interval_series_source_fkey
        FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, source_id)
);
CREATE TABLE interval_readings (
    tenant_id uuid NOT NULL,
    series_id uuid NOT NULL,
    start timestamptz NOT NULL,
    version integer NOT NULL,
    value numeric,
    posting_id uuid NOT NULL,
    reason text NOT NULL,
    CONSTRAINT interval_readings_pkey PRIMARY KEY (tenant_id, series_id, start, version),
    CONSTRAINT interval_readings_value_check CHECK (value >= 0 AND value <> 'NaN' AND value < 'Infinity'),
    CONSTRAINT interval_readings_chain_check CHECK (
        version >= 1 AND (version = 1) = (reason = '') AND (version > 1 OR value IS NOT NULL)
    ),
    CONSTRAINT interval_readings_series_fkey
        FOREIGN KEY (tenant_id, series_id) REFERENCES interval_series (tenant_id, series_id)
) PARTITION BY RANGE (start);
"""

PARTITIONS = """
CREATE FUNCTION make_interval_partitions(first timestamptz, last timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Makes the months from that of first to that of last that do not exist. Attached, not created as partitions: that
-- lets readings be read and written meanwhile.
DECLARE
    starts timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
    name text;
    made integer := 0;
BEGIN
    IF first < '1989-12-01 00:00+00' OR last > now() + interval '11 years' THEN
        RAISE EXCEPTION 'months from % to %, accepted is 1990 to ten years from now', first, last;
    END IF;
    WHILE starts <= last AT TIME ZONE 'UTC' LOOP
        name := 'interval_readings_' || to_char(starts, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            LOCK TABLE interval_readings IN SHARE UPDATE EXCLUSIVE MODE;  -- as attaching does; waits for who is at it
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE interval_readings INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                    name);
                EXECUTE format('ALTER TABLE interval_readings ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                    starts AT TIME ZONE 'UTC', (starts + interval '1 month') AT TIME ZONE 'UTC');
                -- As for activities: what a partition does not take over from its parent.
                EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER interval_readings_no_change', name);
                EXECUTE format('CREATE TRIGGER interval_readings_no_truncate BEFORE TRUNCATE ON %I '
                    'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
                EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER interval_readings_no_truncate', name);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
                made := made + 1;
            END IF;
        END IF;
        starts := starts + interval '1 month';
    END LOOP;
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION make_interval_partitions(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_interval_partitions(timestamptz, timestamptz) TO parkledger_service;
"""

APPEND_ONLY = ("interval_series", "interval_readings")


def secure(table: str) -> str:
    """Return the statements that refuse changes to everyone and force row security on a table."""
    return f"""
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT
        USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
    GRANT SELECT, INSERT ON {table} TO parkledger_service;
    """


def upgrade() -> None:
    """Create both tables with their guards and policies, and the partitions of the last month and a year to come."""
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(secure(table))
    op.execute(PARTITIONS)
    op.execute("SELECT make_interval_partitions(now() - interval '1 month', now() + interval '12 months')")


def downgrade() -> None:
    """Drop both tables."""
    op.execute("DROP FUNCTION make_interval_partitions(timestamptz, timestamptz)")
    op.execute("DROP TABLE interval_readings, interval_series")
