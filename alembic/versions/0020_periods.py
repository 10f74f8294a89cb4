"""Reporting periods: what is submitted, reviewed, closed and reopened; comments, evidence, adjustments.

- `period_events` says how far a period is: the last event of a kind and first month holds, and a period without any is
  open. At its closing the basis is pinned as canonical JSON; what was known then is what was recorded up to that event.
- `closed_periods` tells whoever is to write data of a tenant which of its periods are closed, and from then on keeps
  them from being closed until that transaction ends. `closing_turn` waits for all of those, and keeps others out.
- `adjustments` marks postings that changed closed months on purpose. Its instant is that of the posting's recording.
- `evidence` is what is known of a file; the file itself lies in a folder under its hash.
- A file posted in bulk keeps why it is an adjustment, for what is posted of it later.
See docs/decisions/0028-periods.md.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ACTOR = "DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service')"
ALIGNED = """extract(day FROM first_month) = 1 AND CASE kind WHEN 'YEAR' THEN extract(month FROM first_month) = 1
        WHEN 'QUARTER' THEN extract(month FROM first_month) IN (1, 4, 7, 10) ELSE true END"""

TABLES = f"""
CREATE TABLE period_events (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    kind text NOT NULL,
    first_month date NOT NULL,
    sequence integer NOT NULL,
    state text NOT NULL,
    reason text NOT NULL DEFAULT '',
    basis text,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT period_events_pkey PRIMARY KEY (tenant_id, event_id),
    CONSTRAINT period_events_sequence_key UNIQUE (tenant_id, kind, first_month, sequence),
    CONSTRAINT period_events_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT period_events_kind_check CHECK (kind IN ('MONTH', 'QUARTER', 'YEAR')),
    CONSTRAINT period_events_first_check CHECK ({ALIGNED}),
    CONSTRAINT period_events_sequence_check CHECK (sequence >= 1),
    CONSTRAINT period_events_state_check CHECK (state IN ('OPEN', 'SUBMITTED', 'REVIEWED', 'CLOSED')),
    CONSTRAINT period_events_basis_check CHECK ((state = 'CLOSED') = (basis IS NOT NULL)),
    CONSTRAINT period_events_reason_check CHECK (state <> 'OPEN' OR reason <> '')
);
CREATE TABLE period_comments (
    tenant_id uuid NOT NULL,
    comment_id uuid NOT NULL,
    kind text NOT NULL,
    first_month date NOT NULL,
    comment text NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT period_comments_pkey PRIMARY KEY (tenant_id, comment_id),
    CONSTRAINT period_comments_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT period_comments_kind_check CHECK (kind IN ('MONTH', 'QUARTER', 'YEAR')),
    CONSTRAINT period_comments_first_check CHECK ({ALIGNED})
);
CREATE INDEX period_comments_period_idx ON period_comments (tenant_id, kind, first_month);
CREATE TABLE evidence (
    tenant_id uuid NOT NULL,
    evidence_id uuid NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    byte_count bigint NOT NULL,
    file_name text NOT NULL,
    subject_kind text NOT NULL,
    subject text NOT NULL,
    note text NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT evidence_pkey PRIMARY KEY (tenant_id, evidence_id),
    CONSTRAINT evidence_subject_key UNIQUE (tenant_id, subject_kind, subject, sha256),
    CONSTRAINT evidence_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT evidence_sha256_check CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    CONSTRAINT evidence_subject_check CHECK (subject_kind IN ('PERIOD', 'ACTIVITY', 'INSTRUMENT', 'DECLARATION'))
);
CREATE TABLE adjustments (
    tenant_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    months date[] NOT NULL,
    reason text NOT NULL,
    CONSTRAINT adjustments_pkey PRIMARY KEY (tenant_id, posting_id),
    CONSTRAINT adjustments_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT adjustments_content_check CHECK (cardinality(months) > 0 AND reason <> '')
);
"""

# Each statement of a volatile function sees what was committed before it began: what is read here is read in turn.
FUNCTIONS = """
CREATE FUNCTION closed_periods(of_tenant uuid) RETURNS TABLE (kind text, first_month date, closed_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('periods of ' || of_tenant, 0));
    RETURN QUERY SELECT newest.kind, newest.first_month, newest.recorded_at FROM (
        SELECT DISTINCT ON (one.first_month, one.kind COLLATE "C") one.kind, one.first_month, one.state, one.recorded_at
        FROM period_events AS one WHERE one.tenant_id = of_tenant
        ORDER BY one.first_month, one.kind COLLATE "C", one.sequence DESC
    ) AS newest WHERE newest.state = 'CLOSED';
END
$$;
CREATE FUNCTION closing_turn(of_tenant uuid) RETURNS void LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('periods of ' || of_tenant, 0));
END
$$;
"""

NEW = ("period_events", "period_comments", "evidence", "adjustments")
REACHED = (
    "tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[]) "
    "OR (SELECT reaches_all())"
)


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


def upgrade() -> None:
    """Make the tables of periods."""
    op.execute(TABLES)
    op.execute("ALTER TABLE ingest_jobs ADD COLUMN adjustment text NOT NULL DEFAULT ''")
    op.execute(FUNCTIONS)
    for table in NEW:
        op.execute(guard(table))
        op.execute(secure(table))


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION closing_turn(uuid), closed_periods(uuid)")
    op.execute("ALTER TABLE ingest_jobs DROP COLUMN adjustment")
    op.execute("DROP TABLE adjustments, evidence, period_comments, period_events")
