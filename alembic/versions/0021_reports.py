"""Published reports: the canonical bytes, their signature, what they supersede, and to whom they were published.

- `reports` has one row for each edition. The row is of the tenant whose report it is; a park's is of the tenant that
  operates the park, and has the park. `content` are the bytes that were signed, from which every rendering is made.
- `report_recipients` says which regulators an edition was published to, by the name of the system of their grant; empty
  for each that is named for the tenant of the row.
- A tenant's reports are read by whoever reads the tenant, a park's by whoever reads the whole park (`app.whole`), and
  both by regulators to whom they were published.
- The index of `recordings` finds what was recorded of a period since an instant, by the first month that it touches.

See docs/decisions/0029-published-reports.md.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ACTOR = "DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service')"

TABLES = f"""
CREATE TABLE reports (
    tenant_id uuid NOT NULL,
    report_id uuid NOT NULL,
    park_id uuid,
    kind text NOT NULL,
    cadence text NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    version integer NOT NULL,
    supersedes uuid,
    reason text NOT NULL,
    known_at timestamptz NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    signature text NOT NULL,
    signed_by text NOT NULL,
    published_at timestamptz NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT reports_pkey PRIMARY KEY (tenant_id, report_id),
    CONSTRAINT reports_edition_key
        UNIQUE NULLS NOT DISTINCT (tenant_id, park_id, kind, cadence, first_month, version),
    CONSTRAINT reports_supersedes_key UNIQUE (tenant_id, supersedes),
    CONSTRAINT reports_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT reports_supersedes_fkey FOREIGN KEY (tenant_id, supersedes) REFERENCES reports (tenant_id, report_id),
    CONSTRAINT reports_kind_check CHECK (kind IN ('ENTERPRISE', 'PARK', 'GHG_PROTOCOL', 'ISO_14064', 'ESRS_E1')),
    CONSTRAINT reports_cadence_check CHECK (cadence IN ('MONTH', 'QUARTER', 'YEAR')),
    CONSTRAINT reports_chain_check CHECK ((version = 1) = (supersedes IS NULL) AND version >= 1),
    CONSTRAINT reports_reason_check CHECK (version = 1 OR reason <> ''),
    CONSTRAINT reports_content_check CHECK (sha256 = encode(sha256(content), 'hex'))
);
CREATE TABLE report_recipients (
    tenant_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    report_id uuid NOT NULL,
    regulator text NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT report_recipients_pkey PRIMARY KEY (tenant_id, recipient_id),
    CONSTRAINT report_recipients_once_key UNIQUE (tenant_id, report_id, regulator),
    CONSTRAINT report_recipients_report_fkey
        FOREIGN KEY (tenant_id, report_id) REFERENCES reports (tenant_id, report_id)
);
CREATE INDEX recordings_months_idx ON recordings (tenant_id, first_month, recorded_at) WHERE row_count > 0;
"""

FUNCTIONS = """
CREATE FUNCTION whole_parks() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.whole', true), '')::uuid[]
$$;
"""

NEW = ("reports", "report_recipients")
ADDRESSED = (
    "tenant_id = ANY ((SELECT named_tenants())::uuid[]) AND {regulator} "
    "IN ('', (SELECT coalesce(current_setting('app.regulator', true), '')))"
)
READ = {
    "reports": f"""
        tenant_id = (SELECT bound_tenant())
        OR (park_id IS NULL AND tenant_id = ANY ((SELECT reached_tenants())::uuid[]))
        OR park_id = ANY ((SELECT whole_parks())::uuid[])
        OR EXISTS (
            SELECT FROM report_recipients AS recipient WHERE recipient.tenant_id = reports.tenant_id
                AND recipient.report_id = reports.report_id
                AND reports.{ADDRESSED.format(regulator="recipient.regulator")}
        )
        OR (SELECT reaches_all())
    """,  # noqa: S608  composed of constants
    "report_recipients": f"""
        tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[])
        OR ({ADDRESSED.format(regulator="regulator")}) OR (SELECT reaches_all())
    """,
}  # fmt: skip


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
    CREATE POLICY {table}_read ON {table} FOR SELECT USING ({READ[table]});
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
    GRANT SELECT, INSERT ON {table} TO parkledger_service;
    """


def upgrade() -> None:
    """Make the tables of published reports."""
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    for table in NEW:
        op.execute(guard(table))
        op.execute(secure(table))


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP POLICY reports_read ON reports")  # which reads the other table
    op.execute("DROP TABLE report_recipients, reports")
    op.execute("DROP FUNCTION whole_parks()")
    op.execute("DROP INDEX recordings_months_idx")
