"""Files posted in bulk: what was taken as a job and how far it is, step by step; profiles that say how one is read.

Both tables are append-only like the ledger. A step is written in the transaction of the rows it counts, and its number
is in the key, so that no chunk of a file can be counted twice, whoever works on it.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE ingest_jobs (
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    dataset text NOT NULL,
    format text NOT NULL,
    coding text NOT NULL,
    digest bytea NOT NULL,
    byte_count bigint NOT NULL,
    profile text NOT NULL,
    profile_id uuid,
    is_dry_run boolean NOT NULL,
    run integer NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ingest_jobs_pkey PRIMARY KEY (tenant_id, job_id),
    CONSTRAINT ingest_jobs_dataset_check CHECK (dataset IN ('ACTIVITIES', 'INTERVALS')),
    CONSTRAINT ingest_jobs_digest_check CHECK (octet_length(digest) = 32 AND byte_count >= 0),
    CONSTRAINT ingest_jobs_profile_check CHECK ((profile = '') = (profile_id IS NULL)),
    CONSTRAINT ingest_jobs_run_check CHECK (run >= 1),
    CONSTRAINT ingest_jobs_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
CREATE INDEX ingest_jobs_newest_idx ON ingest_jobs (tenant_id, recorded_at, job_id);
CREATE INDEX ingest_jobs_id_idx ON ingest_jobs (job_id);
CREATE TABLE ingest_steps (
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    step integer NOT NULL,
    state text NOT NULL,
    total_rows bigint,
    row_count bigint NOT NULL,
    accepted bigint NOT NULL,
    duplicates bigint NOT NULL,
    conflicts bigint NOT NULL,
    rejected bigint NOT NULL,
    result_bytes bigint NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ingest_steps_pkey PRIMARY KEY (tenant_id, job_id, step),
    CONSTRAINT ingest_steps_state_check CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    CONSTRAINT ingest_steps_first_check CHECK (step >= 0 AND (step > 0 OR state = 'QUEUED')),
    CONSTRAINT ingest_steps_failure_check CHECK ((state = 'FAILED') = (code <> '')),
    CONSTRAINT ingest_steps_rows_check CHECK (row_count = accepted + duplicates + conflicts + rejected),
    CONSTRAINT ingest_steps_job_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES ingest_jobs (tenant_id, job_id)
);
"""

BEFORE = """
    'HOLDING', 'LEASE', 'DENOMINATOR', 'UNCERTAINTY', 'SCREENING', 'BASE_YEAR', 'BASE_YEAR_CHANGE', 'REPORTED_YEAR',
    'ADOPTION', 'PLANT', 'TENANCY', 'PROSPECT', 'METER', 'EXPECTATION', 'TRANSFER_TERMS', 'SUPPLY_CLOSING', 'ZONE',
    'ENERGY_STOCK', 'STORAGE', 'INDICATOR_SYSTEM', 'INDICATOR_YEAR', 'TARGET', 'SCENARIO'
"""

APPEND_ONLY = ("ingest_jobs", "ingest_steps")


def accept(kinds: str) -> str:
    """Return the statement by which declarations accept these kinds and no other."""
    return f"""
    ALTER TABLE declarations DROP CONSTRAINT declarations_kind_check,
        ADD CONSTRAINT declarations_kind_check CHECK (kind IN ({kinds}))
    """


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
    """Create both tables with their guards and policies, and accept profiles as declarations."""
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(secure(table))
    op.execute(accept(f"{BEFORE}, 'INGEST_PROFILE'"))


def downgrade() -> None:
    """Drop both tables and accept no profiles; fails while there are any."""
    op.execute(accept(BEFORE))
    op.execute("DROP TABLE ingest_steps, ingest_jobs")
