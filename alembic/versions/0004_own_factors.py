"""Supplier and custom factors of tenants: append-only; a later row for the same purpose is a later version."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE own_factors (
    tenant_id uuid NOT NULL,
    factor_id uuid NOT NULL,
    origin text NOT NULL,
    supplier text NOT NULL,
    activity_type text NOT NULL,
    lines text[] NOT NULL,
    name text NOT NULL,
    unit text NOT NULL,
    parts jsonb NOT NULL,
    gwp_set text NOT NULL,
    source text NOT NULL,
    evidence text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    supersedes uuid,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT own_factors_pkey PRIMARY KEY (tenant_id, factor_id),
    CONSTRAINT own_factors_origin_check CHECK (origin IN ('SUPPLIER', 'CUSTOM')),
    CONSTRAINT own_factors_supplier_check CHECK ((origin = 'SUPPLIER') = (supplier <> '')),
    CONSTRAINT own_factors_validity_check CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT own_factors_supersedes_key UNIQUE (tenant_id, supersedes),
    CONSTRAINT own_factors_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT own_factors_supersedes_fkey
        FOREIGN KEY (tenant_id, supersedes) REFERENCES own_factors (tenant_id, factor_id)
);
ALTER TABLE own_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE own_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY own_factors_read ON own_factors FOR SELECT
    USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
CREATE POLICY own_factors_append ON own_factors FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT, INSERT ON own_factors TO parkledger_service;
CREATE TRIGGER own_factors_no_change BEFORE UPDATE OR DELETE ON own_factors
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE own_factors ENABLE ALWAYS TRIGGER own_factors_no_change;
CREATE TRIGGER own_factors_no_truncate BEFORE TRUNCATE ON own_factors
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE own_factors ENABLE ALWAYS TRIGGER own_factors_no_truncate;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop the table."""
    op.execute("DROP TABLE own_factors")
