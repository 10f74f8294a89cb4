"""The history: every recording becomes an event of its tenant's Merkle tree, whose heads are signed.

- `recordings` says who made a change and in which request: what the transaction sets as `app.actor` and `app.request`.
  A file's job keeps who sent it, for what is posted of it later.
- Parks, factor releases and grants have recordings too. Those of no tenant are of the tenant that stands for the whole
  service, as grants of the whole service are.
- `history` has the events in the order of their trees: the text that was hashed, its salt, its leaf, and the roots of
  the subtrees that the leaf completes, so that any proof is a few look-ups. `checkpoints` are the signed heads, each
  with the state that the next events are appended to; `log_rotations` are the statements that hand a history on to
  another key. See docs/decisions/0027-history.md.
"""

from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

AUTHORS = """
ALTER TABLE recordings ADD COLUMN actor text NOT NULL DEFAULT 'unknown';
ALTER TABLE recordings ADD COLUMN request_id text NOT NULL DEFAULT 'none';
ALTER TABLE recordings
    ALTER actor SET DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service'),
    ALTER request_id SET DEFAULT coalesce(nullif(current_setting('app.request', true), ''), 'none');
ALTER TABLE ingest_jobs ADD COLUMN actor text NOT NULL DEFAULT 'unknown';
ALTER TABLE ingest_jobs ALTER actor SET DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service');
CREATE INDEX recordings_order_idx ON recordings (tenant_id, recorded_at, recording_id);
CREATE INDEX interval_readings_posting_idx ON interval_readings
    USING brin (posting_id) WITH (pages_per_range = 32, autosummarize = on);
"""

TABLES = """
CREATE TABLE history (
    tenant_id uuid NOT NULL,
    leaf_index bigint NOT NULL,
    recording_id uuid NOT NULL,
    salt bytea,
    event text,
    leaf bytea NOT NULL,
    subtrees bytea NOT NULL,
    CONSTRAINT history_pkey PRIMARY KEY (tenant_id, leaf_index),
    CONSTRAINT history_recording_key UNIQUE (tenant_id, recording_id),
    CONSTRAINT history_leaf_check CHECK (leaf_index >= 0 AND octet_length(leaf) = 32),
    CONSTRAINT history_event_check CHECK ((salt IS NULL) = (event IS NULL) AND octet_length(salt) = 16)
);
CREATE TABLE checkpoints (
    tenant_id uuid NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    state bytea NOT NULL,
    note text NOT NULL,
    until_at timestamptz NOT NULL,
    until_id uuid NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, size),
    CONSTRAINT checkpoints_size_check CHECK (size > 0 AND octet_length(root) = 32)
);
CREATE TABLE log_rotations (
    tenant_id uuid NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT log_rotations_pkey PRIMARY KEY (tenant_id, size)
);
"""

SERVICE = "'00000000-0000-0000-0000-000000000000'"

FUNCTIONS = f"""
CREATE FUNCTION recorded_of_service() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- The instant of this transaction, with a recording of the whole service: the default of what is of no tenant.
DECLARE
    reach text := coalesce(current_setting('app.reach', true), '');
BEGIN
    IF coalesce(current_setting('app.recorded_at', true), '') = '' THEN
        PERFORM set_config('app.reach', 'all', true);
        INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count)
        VALUES ({SERVICE}, gen_random_uuid(), recording_instant(), 0);
        PERFORM set_config('app.reach', reach, true);
    END IF;
    RETURN recording_instant();
END
$$;
"""  # noqa: S608  a constant

OF_SERVICE = ("parks", "factor_datasets", "factor_releases")
OF_TENANTS = ("access_grants", "access_revocations")
BEFORE = {
    "parks": "now()",
    "factor_datasets": "now()",
    "factor_releases": "recording_instant()",
    "access_grants": "now()",
    "access_revocations": "now()",
}
DATED = ("tenants", "sites", "sources", "declarations", "instruments", "own_factors", "interval_series")
NEW = ("history", "checkpoints", "log_rotations")
REACHED = (
    "tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[]) "
    "OR (SELECT reaches_all())"
)


def of_old_rows() -> str:
    """Return the statement that gives a recording to every instant of a change that has none."""
    of_tenants = [f"SELECT tenant_id, recorded_at FROM {table}" for table in (*DATED, *OF_TENANTS)]  # noqa: S608
    of_service = [f"SELECT {SERVICE}::uuid, recorded_at FROM {table}" for table in OF_SERVICE]  # noqa: S608
    return f"""
    INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count, actor)
    SELECT tenant_id, gen_random_uuid(), recorded_at, 0, 'unknown' FROM (
        {" UNION ".join([*of_tenants, *of_service])}
    ) AS changed WHERE NOT EXISTS (
        SELECT FROM recordings AS known
        WHERE known.tenant_id = changed.tenant_id AND known.recorded_at = changed.recorded_at
    )
    """  # noqa: S608  composed of constants


def guard(table: str) -> str:
    """Return the statements that refuse changes to everyone."""
    return f"""
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def secure(table: str) -> str:
    """Return the statements that force row security on a table and let the service read and append."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT USING ({REACHED});
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
    GRANT SELECT, INSERT ON {table} TO parkledger_service;
    """


def forced(tables: tuple[str, ...], word: str) -> None:
    """Lift or restore row security for the owner, who is bound by it too."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def upgrade() -> None:
    """Make the tables of the history, and give every change a recording."""
    secured = (*DATED, *OF_TENANTS, "parks", "recordings")
    op.execute(AUTHORS)
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    forced(secured, "NO FORCE")
    op.execute(of_old_rows())
    forced(secured, "FORCE")
    op.execute(
        "CREATE POLICY recordings_append_of_service ON recordings FOR INSERT "
        f"WITH CHECK (tenant_id = {SERVICE} AND (SELECT reaches_all()))"
    )
    for table in OF_SERVICE:
        op.execute(f"ALTER TABLE {table} ALTER recorded_at SET DEFAULT recorded_of_service()")
    for table in (*OF_TENANTS, "log_rotations"):
        op.execute(f"ALTER TABLE {table} ALTER recorded_at SET DEFAULT recorded_instant()")
    for table in NEW:
        op.execute(guard(table))
        op.execute(secure(table))


def downgrade() -> None:
    """Drop the history. Recordings of what had none before stay: they say nothing that is not so."""
    op.execute("DROP TABLE log_rotations, checkpoints, history")
    for table, default in BEFORE.items():
        op.execute(f"ALTER TABLE {table} ALTER recorded_at SET DEFAULT {default}")
    op.execute("DROP POLICY recordings_append_of_service ON recordings")
    op.execute("DROP FUNCTION recorded_of_service()")
    op.execute("DROP INDEX interval_readings_posting_idx, recordings_order_idx")
    op.execute("ALTER TABLE ingest_jobs DROP COLUMN actor")
    op.execute("ALTER TABLE recordings DROP COLUMN request_id, DROP COLUMN actor")
