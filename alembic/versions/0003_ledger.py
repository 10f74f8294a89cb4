"""The ledger: postings, activity versions, activities by month of recording, and the monthly quantity cells.

- `activity_versions` keeps the natural key (tenant, source, external id) unique for ever, whatever the period; each
  correction or voiding is the next version.
- `activities` holds the rows, partitioned by range of `activity_id`. The id is a UUIDv7 and begins with the instant of
  recording, so a partition is a month of recording, an id finds its partition, and a correction may move the period.
- `quantity_cells` holds exact sums per tenant, site, activity type, supplier, base unit and month of happening.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE postings (
    tenant_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    idempotency_key uuid NOT NULL,
    fingerprint bytea NOT NULL,
    outcomes jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT postings_pkey PRIMARY KEY (tenant_id, posting_id),
    CONSTRAINT postings_idempotency_key UNIQUE (tenant_id, idempotency_key),
    CONSTRAINT postings_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
CREATE TABLE activity_versions (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    external_id text NOT NULL,
    version integer NOT NULL,
    activity_id uuid NOT NULL,
    CONSTRAINT activity_versions_pkey PRIMARY KEY (tenant_id, source_id, external_id, version),
    CONSTRAINT activity_versions_source_fkey
        FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, source_id)
);
CREATE TABLE activities (
    tenant_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    source_id uuid NOT NULL,
    site_id uuid NOT NULL,
    external_id text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    supersedes uuid,
    reason text NOT NULL,
    activity_type text NOT NULL,
    supplier text NOT NULL,
    quantity numeric NOT NULL,
    unit text NOT NULL,
    base_quantity numeric NOT NULL,
    base_unit text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    local_start timestamp NOT NULL,
    local_end timestamp NOT NULL,
    quality text NOT NULL,
    document text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT activities_pkey PRIMARY KEY (tenant_id, activity_id),
    CONSTRAINT activities_kind_check CHECK (kind IN ('ORIGINAL', 'CORRECTION', 'VOID')),
    CONSTRAINT activities_quantity_check CHECK (quantity >= 0 AND quantity <> 'NaN' AND quantity < 'Infinity'),
    CONSTRAINT activities_period_check CHECK (period_end > period_start AND local_end > local_start),
    CONSTRAINT activities_chain_check CHECK ((version = 1) = (supersedes IS NULL)),
    CONSTRAINT activities_site_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, site_id)
) PARTITION BY RANGE (activity_id);
CREATE INDEX activities_period_idx ON activities (tenant_id, period_start, activity_id);
CREATE TABLE quantity_cells (
    tenant_id uuid NOT NULL,
    site_id uuid NOT NULL,
    activity_type text NOT NULL,
    supplier text NOT NULL,
    base_unit text NOT NULL,
    month date NOT NULL,
    quantity numeric NOT NULL,
    row_count bigint NOT NULL,
    CONSTRAINT quantity_cells_pkey PRIMARY KEY (tenant_id, site_id, activity_type, supplier, base_unit, month),
    CONSTRAINT quantity_cells_site_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, site_id)
) WITH (fillfactor = 80);
"""

MONTH_PARTS = """
CREATE FUNCTION month_parts(starts timestamp, ends timestamp, quantity numeric)
RETURNS TABLE (month date, part numeric) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Split by wall-clock time, so that whole days count as days, and by differences of rounded running totals, so that
    -- the parts add up to the whole to the last digit. div() is exact where numeric division would round.
    WITH spans AS (
        SELECT m::date AS month,
               extract(epoch FROM greatest(starts, m) - starts) AS since,
               extract(epoch FROM least(ends, m + interval '1 month') - starts) AS until,
               extract(epoch FROM ends - starts) AS whole,
               greatest(scale(quantity), 12) AS digits
        FROM generate_series(date_trunc('month', starts), ends - interval '1 microsecond', interval '1 month') AS m
    ), running AS (
        SELECT month, digits,
               div(2 * quantity * ('1e' || digits)::numeric * since + whole, 2 * whole) AS before,
               div(2 * quantity * ('1e' || digits)::numeric * until + whole, 2 * whole) AS after
        FROM spans
    )
    SELECT month, (after - before) * ('1e-' || digits)::numeric FROM running
$$;
"""

PARTITIONS = """
CREATE FUNCTION id_bound(instant timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (rpad(lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0'), 32, '0'))::uuid
$$;
CREATE FUNCTION make_activity_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamptz := date_trunc('month', now(), 'UTC');
    starts timestamptz;
    name text;
    made integer := 0;
BEGIN
    IF months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead is %, accepted is 0 to 120', months_ahead;
    END IF;
    FOR ahead IN 0..months_ahead LOOP
        starts := (first AT TIME ZONE 'UTC' + make_interval(months => ahead)) AT TIME ZONE 'UTC';
        name := 'activities_' || to_char(starts AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF activities FOR VALUES FROM (%L) TO (%L)', name, id_bound(starts),
            id_bound((starts AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
        -- TRUNCATE on a partition does not fire the parent's statement trigger, and a cloned row trigger is not ALWAYS.
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER activities_no_change', name);
        EXECUTE format('CREATE TRIGGER activities_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER activities_no_truncate', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION make_activity_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_activity_partitions(integer) TO parkledger_service;
"""

APPEND_ONLY = ("postings", "activity_versions", "activities")


def guard(table: str) -> str:
    """Return the statements that refuse UPDATE, DELETE and TRUNCATE to everyone, replication mode included."""
    return f"""
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def secure(table: str) -> str:
    """Return the statements that force row security on a tenant table and let the service read and append."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT
        USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
    GRANT SELECT, INSERT ON {table} TO parkledger_service;
    """


def upgrade() -> None:
    """Create the ledger with its guards, policies and the partitions of this month and the twelve to come."""
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(guard(table))
    for table in (*APPEND_ONLY, "quantity_cells"):
        op.execute(secure(table))
    op.execute(
        "CREATE POLICY quantity_cells_add ON quantity_cells FOR UPDATE "
        "USING (tenant_id = (SELECT bound_tenant())) WITH CHECK (tenant_id = (SELECT bound_tenant()))"
    )
    op.execute("GRANT UPDATE ON quantity_cells TO parkledger_service")
    op.execute(MONTH_PARTS)
    op.execute(PARTITIONS)
    op.execute("SELECT make_activity_partitions(12)")


def downgrade() -> None:
    """Drop the ledger."""
    op.execute("DROP FUNCTION make_activity_partitions(integer), id_bound(timestamptz)")
    op.execute("DROP TABLE quantity_cells, activities, activity_versions, postings")
    op.execute("DROP FUNCTION month_parts(timestamp, timestamp, numeric)")
