"""Contractual instruments of tenants: append-only; each change is the next version of the code it is recorded under."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE instruments (
    tenant_id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    supersedes uuid,
    change text NOT NULL,
    reason text NOT NULL,
    kind text NOT NULL,
    carrier text NOT NULL,
    attribute text NOT NULL,
    market text NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    quantity numeric NOT NULL,
    rate numeric,
    site_id uuid,
    claimed_from date NOT NULL,
    claimed_to date NOT NULL,
    cancelled_on date,
    cancelled_quantity numeric,
    batch text NOT NULL,
    first_serial numeric,
    last_serial numeric,
    is_sold boolean NOT NULL,
    is_tradable boolean NOT NULL,
    generator_id uuid,
    evidence jsonb NOT NULL,
    criteria jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT instruments_pkey PRIMARY KEY (tenant_id, instrument_id),
    CONSTRAINT instruments_version_key UNIQUE (tenant_id, code, version),
    CONSTRAINT instruments_supersedes_key UNIQUE (tenant_id, supersedes),
    CONSTRAINT instruments_change_check CHECK (change IN ('RECORDED', 'CANCELLED', 'SOLD', 'CORRECTED', 'WITHDRAWN')),
    CONSTRAINT instruments_chain_check
        CHECK (version >= 1 AND (version = 1) = (supersedes IS NULL) AND (version = 1) = (change = 'RECORDED')),
    CONSTRAINT instruments_months_check CHECK (
        first_month <= last_month AND claimed_from <= claimed_to AND extract(day FROM first_month) = 1
        AND extract(day FROM last_month) = 1 AND extract(day FROM claimed_from) = 1 AND extract(day FROM claimed_to) = 1
    ),
    CONSTRAINT instruments_quantity_check CHECK (quantity > 0 AND quantity <> 'NaN' AND quantity < 'Infinity'),
    CONSTRAINT instruments_rate_check CHECK (rate >= 0 AND rate <> 'NaN' AND rate < 'Infinity'),
    CONSTRAINT instruments_cancellation_check CHECK (
        (cancelled_on IS NULL) = (cancelled_quantity IS NULL) AND cancelled_quantity > 0
        AND cancelled_quantity <= quantity
    ),
    CONSTRAINT instruments_serials_check CHECK (
        (batch = '') = (first_serial IS NULL) AND (batch = '') = (last_serial IS NULL) AND first_serial >= 0
        AND first_serial <= last_serial AND first_serial = trunc(first_serial) AND last_serial = trunc(last_serial)
    ),
    CONSTRAINT instruments_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT instruments_site_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, site_id),
    CONSTRAINT instruments_supersedes_fkey
        FOREIGN KEY (tenant_id, supersedes) REFERENCES instruments (tenant_id, instrument_id)
);
ALTER TABLE instruments ENABLE ROW LEVEL SECURITY;
ALTER TABLE instruments FORCE ROW LEVEL SECURITY;
CREATE POLICY instruments_read ON instruments FOR SELECT
    USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
CREATE POLICY instruments_append ON instruments FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT, INSERT ON instruments TO parkledger_service;
CREATE TRIGGER instruments_no_change BEFORE UPDATE OR DELETE ON instruments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE instruments ENABLE ALWAYS TRIGGER instruments_no_change;
CREATE TRIGGER instruments_no_truncate BEFORE TRUNCATE ON instruments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE instruments ENABLE ALWAYS TRIGGER instruments_no_truncate;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drop the table."""
    op.execute("DROP TABLE instruments")
