"""Regulators: as whom one asks, which obligations it is named in, and what it says of a report.

- `found_grants` tells the system of a grant too; transactions of a regulator set it as `app.regulator`.
- A declaration of the kind OBLIGATION is seen by the tenant that it says owes something, and by the regulator that it
  names, of tenants for which that regulator is named.
- `report_receipts` are acknowledgements and returns. The role of the service cannot insert them: `receive_report` does,
  for a regulator that the report was published to, with the recording that makes an event of it. Its transaction is
  bound to no tenant, so that it can append nothing else.

See docs/obligations.md.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = """
    'HOLDING', 'LEASE', 'DENOMINATOR', 'UNCERTAINTY', 'SCREENING', 'BASE_YEAR', 'BASE_YEAR_CHANGE', 'REPORTED_YEAR',
    'ADOPTION', 'PLANT', 'TENANCY', 'PROSPECT', 'METER', 'EXPECTATION', 'TRANSFER_TERMS', 'SUPPLY_CLOSING', 'ZONE',
    'ENERGY_STOCK', 'STORAGE', 'INDICATOR_SYSTEM', 'INDICATOR_YEAR', 'TARGET', 'SCENARIO', 'INGEST_PROFILE'
"""

FOUND_GRANTS = """
DROP FUNCTION found_grants(text[]);
CREATE FUNCTION found_grants(handles text[]) RETURNS TABLE (
    tenant_id uuid, grant_id uuid, handle text, digest bytea, role text, rights text[], sites uuid[], named uuid[],
    not_before timestamptz, expires_at timestamptz, revoked_at timestamptz, park_id uuid, park_tenants uuid[],
    named_parks uuid[], used_at timestamptz, at timestamptz{column}
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What the handles presented may do; nothing of any other. A function may be made with SET app.reach by a superuser
-- alone, and the owner of a database need not be one.
#variable_conflict use_column
DECLARE
    reach text := coalesce(current_setting('app.reach', true), '');
BEGIN
    PERFORM set_config('app.reach', 'all', true);
    RETURN QUERY SELECT found.tenant_id, found.grant_id, found.handle, found.digest, found.role, found.rights,
        found.sites, found.named, found.not_before, found.expires_at,
        (SELECT min(gone.effective_at) FROM access_revocations AS gone
         WHERE gone.tenant_id = found.tenant_id AND gone.grant_id = found.grant_id),
        tenant.park_id,
        CASE WHEN found.role = 'PARK_OPERATOR'
            THEN ARRAY(SELECT other.tenant_id FROM tenants AS other WHERE other.park_id = tenant.park_id)
            ELSE '{{}}'::uuid[] END,
        ARRAY(SELECT DISTINCT other.park_id FROM tenants AS other WHERE other.tenant_id = ANY(found.named)),
        (SELECT use.last_used_at FROM access_uses AS use
         WHERE use.tenant_id = found.tenant_id AND use.grant_id = found.grant_id),
        statement_timestamp(){value}
    FROM access_grants AS found LEFT JOIN tenants AS tenant ON tenant.tenant_id = found.tenant_id
    WHERE found.handle = ANY(handles)
    ORDER BY found.tenant_id, found.grant_id;
    PERFORM set_config('app.reach', reach, true);
END
$$;
REVOKE ALL ON FUNCTION found_grants(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION found_grants(text[]) TO parkledger_service;
"""

ASKING = """
CREATE FUNCTION asking_regulator() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.regulator', true), '')
$$;
CREATE POLICY declarations_obligations ON declarations FOR SELECT USING (
    CASE WHEN kind = 'OBLIGATION' THEN
        coalesce((content ->> 'bearer')::uuid = ANY ((SELECT reached_tenants())::uuid[]), false)
        OR (
            content ->> 'regulator' = (SELECT asking_regulator())
            AND coalesce((content ->> 'bearer')::uuid, tenant_id) = ANY ((SELECT named_tenants())::uuid[])
        )
    ELSE false END
);
"""

TABLE = """
CREATE TABLE report_receipts (
    tenant_id uuid NOT NULL,
    receipt_id uuid NOT NULL,
    report_id uuid NOT NULL,
    regulator text NOT NULL,
    state text NOT NULL,
    comment text NOT NULL,
    reference text NOT NULL,
    actor text NOT NULL DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service'),
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT report_receipts_pkey PRIMARY KEY (tenant_id, receipt_id),
    CONSTRAINT report_receipts_once_key UNIQUE (tenant_id, report_id, regulator, state),
    CONSTRAINT report_receipts_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES reports (tenant_id, report_id),
    CONSTRAINT report_receipts_regulator_check CHECK (regulator <> ''),
    CONSTRAINT report_receipts_state_check CHECK (state IN ('ACKNOWLEDGED', 'RETURNED')),
    CONSTRAINT report_receipts_comment_check CHECK (state <> 'RETURNED' OR comment <> '')
);
CREATE TRIGGER report_receipts_no_change BEFORE UPDATE OR DELETE ON report_receipts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE report_receipts ENABLE ALWAYS TRIGGER report_receipts_no_change;
CREATE TRIGGER report_receipts_no_truncate BEFORE TRUNCATE ON report_receipts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE report_receipts ENABLE ALWAYS TRIGGER report_receipts_no_truncate;
ALTER TABLE report_receipts ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_receipts FORCE ROW LEVEL SECURITY;
CREATE POLICY report_receipts_read ON report_receipts FOR SELECT USING (
    tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[])
    OR (regulator = (SELECT asking_regulator()) AND tenant_id = ANY ((SELECT named_tenants())::uuid[]))
    OR (SELECT reaches_all())
);
CREATE POLICY report_receipts_append ON report_receipts FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT ON report_receipts TO parkledger_service;
"""

# It runs as the owner of the tables, who is bound by their policies too: for the two rows it is bound to the tenant.
RECEIVE = """
CREATE FUNCTION receive_report(
    of_tenant uuid, of_report uuid, as_receipt uuid, is_state text, with_comment text, with_reference text
) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What a regulator says of a report that was published to it; null where nothing was.
DECLARE
    asks text := asking_regulator();
    bound text := coalesce(current_setting('app.tenant', true), '');
    instant timestamptz;
BEGIN
    IF asks IS NULL OR NOT coalesce(of_tenant = ANY (named_tenants()), false) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('app.tenant', of_tenant::text, true);
    IF EXISTS (
        SELECT FROM report_recipients AS one
        WHERE one.tenant_id = of_tenant AND one.report_id = of_report AND one.regulator IN ('', asks)
    ) THEN
        INSERT INTO report_receipts (tenant_id, receipt_id, report_id, regulator, state, comment, reference)
        VALUES (of_tenant, as_receipt, of_report, asks, is_state, with_comment, with_reference)
        RETURNING recorded_at INTO instant;
    END IF;
    PERFORM set_config('app.tenant', bound, true);
    RETURN instant;
END
$$;
REVOKE ALL ON FUNCTION receive_report(uuid, uuid, uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION receive_report(uuid, uuid, uuid, text, text, text) TO parkledger_service;
"""


def accept(kinds: str) -> str:
    """Return the statement by which declarations accept these kinds and no other."""
    return f"""
    ALTER TABLE declarations DROP CONSTRAINT declarations_kind_check,
        ADD CONSTRAINT declarations_kind_check CHECK (kind IN ({kinds}))
    """


def upgrade() -> None:
    """Tell as whom a regulator asks, accept obligations as declarations, and take receipts."""
    op.execute(FOUND_GRANTS.format(column=", system text", value=", found.system"))
    op.execute(ASKING)
    op.execute(TABLE)
    op.execute(RECEIVE)
    op.execute(accept(f"{BEFORE}, 'OBLIGATION'"))


def downgrade() -> None:
    """Drop the receipts and accept no obligations; fails while there are any."""
    op.execute(accept(BEFORE))
    op.execute("DROP FUNCTION receive_report(uuid, uuid, uuid, text, text, text)")
    op.execute("DROP TABLE report_receipts")
    op.execute("DROP POLICY declarations_obligations ON declarations")
    op.execute("DROP FUNCTION asking_regulator()")
    op.execute(FOUND_GRANTS.format(column="", value=""))
