"""What was known at an instant: every change of the ledger has one instant, in the order in which changes were seen.

- `recordings` has a row for each transaction that changed what a footprint is made of: its instant, and for activities
  the ids and months of its rows. The instant is taken at the end of the transaction under a shared lock, so that
  whoever holds the lock alone for a moment knows that everything up to the newest instant can be seen, and that
  everything to come is later. `told_instant()` does that; decision 0019 says why.
- `archived_months` are partitions that were written to Parquet and detached (`parkledger archive`). What the rest still
  needs of them stays: what they add to the cells, for the proof that cells are sums, and the versions that others
  supersede.
- `cell_changes` are sums of what activities changed in the quantity cells, span by span of recordings; `change_spans`
  says where the spans end. The cells at an instant are the sum of the spans before it and of few rows, or the cells of
  now without the rows recorded since.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE recordings (
    tenant_id uuid NOT NULL,
    recording_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    first_id uuid,
    last_id uuid,
    row_count integer NOT NULL,
    first_month date,
    last_month date,
    CONSTRAINT recordings_pkey PRIMARY KEY (tenant_id, recording_id),
    CONSTRAINT recordings_rows_check CHECK (
        (row_count > 0) = (first_id IS NOT NULL AND last_id IS NOT NULL AND first_month IS NOT NULL
            AND last_month IS NOT NULL)
    )
);
CREATE INDEX recordings_newest_idx ON recordings (recorded_at);
CREATE INDEX recordings_rows_idx ON recordings (tenant_id, recorded_at) WHERE row_count > 0;
CREATE TABLE change_spans (
    tenant_id uuid NOT NULL,
    until_at timestamptz NOT NULL,
    row_count bigint NOT NULL,
    CONSTRAINT change_spans_pkey PRIMARY KEY (tenant_id, until_at)
);
CREATE TABLE cell_changes (
    tenant_id uuid NOT NULL,
    month date NOT NULL,
    site_id uuid NOT NULL,
    activity_type text NOT NULL,
    supplier text NOT NULL,
    base_unit text NOT NULL,
    quality text NOT NULL,
    until_at timestamptz NOT NULL,
    quantity numeric NOT NULL,
    row_count bigint NOT NULL,
    CONSTRAINT cell_changes_pkey
        PRIMARY KEY (tenant_id, month, site_id, activity_type, supplier, base_unit, quality, until_at),
    CONSTRAINT cell_changes_span_fkey FOREIGN KEY (tenant_id, until_at) REFERENCES change_spans (tenant_id, until_at)
);
CREATE TABLE archived_months (
    relation text NOT NULL,
    month date NOT NULL,
    row_count bigint NOT NULL,
    digest text NOT NULL,
    archived_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT archived_months_pkey PRIMARY KEY (relation, month),
    CONSTRAINT archived_months_relation_check CHECK (relation IN ('activities', 'interval_readings'))
);
CREATE TABLE archived_cells (
    tenant_id uuid NOT NULL,
    archived_month date NOT NULL,
    site_id uuid NOT NULL,
    activity_type text NOT NULL,
    supplier text NOT NULL,
    base_unit text NOT NULL,
    quality text NOT NULL,
    month date NOT NULL,
    quantity numeric NOT NULL,
    row_count bigint NOT NULL,
    CONSTRAINT archived_cells_pkey
        PRIMARY KEY (tenant_id, archived_month, site_id, activity_type, supplier, base_unit, quality, month)
);
CREATE TABLE archived_versions (
    tenant_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    site_id uuid NOT NULL,
    activity_type text NOT NULL,
    supplier text NOT NULL,
    base_unit text NOT NULL,
    quality text NOT NULL,
    local_start timestamp NOT NULL,
    local_end timestamp NOT NULL,
    base_quantity numeric NOT NULL,
    kind text NOT NULL,
    CONSTRAINT archived_versions_pkey PRIMARY KEY (tenant_id, activity_id)
);
"""

# 'park' is in the number: one lock for a database, which no other use of advisory locks takes.
FUNCTIONS = """
CREATE FUNCTION newest_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- Of all tenants: what is told is the order of changes, nothing of what they were.
DECLARE
    reach text := coalesce(current_setting('app.reach', true), '');
    newest timestamptz;
BEGIN
    PERFORM set_config('app.reach', 'all', true);
    newest := greatest((SELECT max(recorded_at) FROM recordings), (SELECT max(recorded_at) FROM factor_releases));
    PERFORM set_config('app.reach', reach, true);
    RETURN newest;
END
$$;
CREATE FUNCTION told_instant() RETURNS timestamptz LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
-- The newest instant, once every transaction that has taken an instant has ended; none if one does not end in time.
BEGIN
    PERFORM pg_advisory_xact_lock(7309453620184219);
    RETURN newest_instant();
EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;
END
$$;
CREATE FUNCTION recording_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- The one instant of this transaction, taken when it is first asked for; it must commit soon after.
DECLARE
    instant timestamptz := nullif(current_setting('app.recorded_at', true), '')::timestamptz;
BEGIN
    IF instant IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared(7309453620184219);
        -- Later than all that can be seen, also after a clock was set back.
        instant := greatest(clock_timestamp(), newest_instant() + interval '1 microsecond');
        PERFORM set_config('app.recorded_at', instant::text, true);
    END IF;
    RETURN instant;
END
$$;
CREATE FUNCTION recorded_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- The instant of this transaction, with a recording that says there was one: the default of what is no activity.
BEGIN
    IF coalesce(current_setting('app.recorded_at', true), '') = '' THEN
        INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count)
        VALUES (bound_tenant(), gen_random_uuid(), recording_instant(), 0);
    END IF;
    RETURN recording_instant();
END
$$;
"""

PARTITIONS = """
CREATE FUNCTION make_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Makes the months ahead of activities and readings. Of activities the last one too, which is missing in a new ledger:
-- a service whose clock is behind writes into it on the first of a month.
DECLARE
    starts timestamp := date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month';
    name text := 'activities_' || to_char(starts, 'YYYY_MM');
    made integer;
BEGIN
    LOCK TABLE activities IN SHARE UPDATE EXCLUSIVE MODE;  -- one at a time, and each sees what the one before made
    made := make_activity_partitions(months_ahead);
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF activities FOR VALUES FROM (%L) TO (%L)', name,
            id_bound(starts AT TIME ZONE 'UTC'), id_bound((starts + interval '1 month') AT TIME ZONE 'UTC'));
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER activities_no_change', name);
        EXECUTE format('CREATE TRIGGER activities_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER activities_no_truncate', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        made := made + 1;
    END IF;
    RETURN made + make_interval_partitions(now() - interval '1 month', now() + make_interval(months => months_ahead));
END
$$;
REVOKE ALL ON FUNCTION make_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_partitions(integer) TO parkledger_service;
"""

OF_OLD_ROWS = """
INSERT INTO recordings
    (tenant_id, recording_id, recorded_at, first_id, last_id, row_count, first_month, last_month)
SELECT activity.tenant_id, activity.posting_id, max(activity.recorded_at),
       (array_agg(activity.activity_id ORDER BY activity.activity_id))[1],
       (array_agg(activity.activity_id ORDER BY activity.activity_id DESC))[1], count(*),
       date_trunc('month', min(least(activity.local_start, old.local_start))),
       date_trunc('month', max(greatest(activity.local_end, old.local_end)))
FROM activities AS activity
LEFT JOIN activities AS old ON old.tenant_id = activity.tenant_id AND old.activity_id = activity.supersedes
GROUP BY activity.tenant_id, activity.posting_id;
INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count)
SELECT tenant_id, posting_id, recorded_at, 0 FROM postings ON CONFLICT DO NOTHING;
INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count)
SELECT tenant_id, gen_random_uuid(), max(recorded_at), 0 FROM (
    SELECT tenant_id, recorded_at FROM tenants UNION ALL SELECT tenant_id, recorded_at FROM sites
    UNION ALL SELECT tenant_id, recorded_at FROM sources UNION ALL SELECT tenant_id, recorded_at FROM declarations
    UNION ALL SELECT tenant_id, recorded_at FROM instruments UNION ALL SELECT tenant_id, recorded_at FROM own_factors
    UNION ALL SELECT tenant_id, recorded_at FROM interval_series
) AS others GROUP BY tenant_id;
"""

ARCHIVED = ("archived_cells", "archived_versions")
APPEND_ONLY = ("recordings", "change_spans", "cell_changes")
DATED = ("tenants", "sites", "sources", "declarations", "instruments", "own_factors", "interval_series")
READ_BACK = (*DATED, "activities", "postings")


def guard(table: str) -> str:
    """Return the statements that refuse changes to everyone."""
    return f"""
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def secure(table: str, may_append: str, rights: str) -> str:
    """Return the statements that force row security on a table and let the service do what it has a right to."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT
        USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK ({may_append});
    GRANT {rights} ON {table} TO parkledger_service;
    """


def upgrade() -> None:
    """Give every change its recording, and what is written from now on its instant by the new rule."""
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    op.execute(PARTITIONS)
    # The owner of the tables is bound by their policies too, unless they are lifted for as long as this takes.
    for table in READ_BACK:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(OF_OLD_ROWS)
    for table in READ_BACK:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in (*APPEND_ONLY, *ARCHIVED, "archived_months"):
        op.execute(guard(table))
    for table in APPEND_ONLY:
        op.execute(secure(table, "tenant_id = (SELECT bound_tenant())", "SELECT, INSERT"))
    for table in ARCHIVED:
        op.execute(secure(table, "(SELECT reaches_all())", "SELECT"))
    op.execute("GRANT SELECT ON archived_months TO parkledger_service")
    for table in DATED:
        op.execute(f"ALTER TABLE {table} ALTER recorded_at SET DEFAULT recorded_instant()")
    op.execute("ALTER TABLE factor_releases ALTER recorded_at SET DEFAULT recording_instant()")


def downgrade() -> None:
    """Date changes by the start of their transaction again."""
    for table in (*DATED, "factor_releases"):
        op.execute(f"ALTER TABLE {table} ALTER recorded_at SET DEFAULT now()")
    op.execute("DROP FUNCTION make_partitions(integer)")
    op.execute("DROP FUNCTION recorded_instant(), recording_instant(), told_instant(), newest_instant()")
    op.execute("DROP TABLE archived_versions, archived_cells, archived_months, cell_changes, change_spans, recordings")
