"""Declarations of tenants: ownership, leases, denominators and the like; append-only, versions by subject."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE declarations (
    tenant_id uuid NOT NULL,
    declaration_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    supersedes uuid,
    is_withdrawn boolean NOT NULL,
    reason text NOT NULL,
    content jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT declarations_pkey PRIMARY KEY (tenant_id, declaration_id),
    CONSTRAINT declarations_version_key UNIQUE (tenant_id, kind, subject, version),
    CONSTRAINT declarations_kind_check CHECK (kind IN (
        'HOLDING', 'LEASE', 'DENOMINATOR', 'UNCERTAINTY', 'SCREENING', 'BASE_YEAR', 'BASE_YEAR_CHANGE',
        'REPORTED_YEAR', 'ADOPTION'
    )),
    CONSTRAINT declarations_subject_check CHECK (subject <> '' AND length(subject) <= 400),
    CONSTRAINT declarations_chain_check CHECK (version >= 1 AND (version = 1) = (supersedes IS NULL)),
    CONSTRAINT declarations_first_check CHECK (NOT (version = 1 AND is_withdrawn)),
    CONSTRAINT declarations_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
ALTER TABLE declarations ENABLE ROW LEVEL SECURITY;
ALTER TABLE declarations FORCE ROW LEVEL SECURITY;
CREATE POLICY declarations_read ON declarations FOR SELECT
    USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
CREATE POLICY declarations_append ON declarations FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT, INSERT ON declarations TO parkledger_service;
CREATE TRIGGER declarations_no_change BEFORE UPDATE OR DELETE ON declarations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE declarations ENABLE ALWAYS TRIGGER declarations_no_change;
CREATE TRIGGER declarations_no_truncate BEFORE TRUNCATE ON declarations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE declarations ENABLE ALWAYS TRIGGER declarations_no_truncate;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop the table."""
    op.execute("DROP TABLE declarations")
