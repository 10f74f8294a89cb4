"""Withdrawals of addresses: a regulator that a report was addressed to by mistake sees it no longer.

Appended like everything else; the address stays, with the report. Who withdraws says why. An address that was withdrawn
is not given again for the same edition: the row that it is of is there once. See docs/reports.md.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE report_withdrawals (
    tenant_id uuid NOT NULL,
    withdrawal_id uuid NOT NULL,
    report_id uuid NOT NULL,
    regulator text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service'),
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT report_withdrawals_pkey PRIMARY KEY (tenant_id, withdrawal_id),
    CONSTRAINT report_withdrawals_once_key UNIQUE (tenant_id, report_id, regulator),
    CONSTRAINT report_withdrawals_address_fkey FOREIGN KEY (tenant_id, report_id, regulator)
        REFERENCES report_recipients (tenant_id, report_id, regulator),
    CONSTRAINT report_withdrawals_reason_check CHECK (reason <> '')
);
CREATE TRIGGER report_withdrawals_no_change BEFORE UPDATE OR DELETE ON report_withdrawals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE report_withdrawals ENABLE ALWAYS TRIGGER report_withdrawals_no_change;
CREATE TRIGGER report_withdrawals_no_truncate BEFORE TRUNCATE ON report_withdrawals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE report_withdrawals ENABLE ALWAYS TRIGGER report_withdrawals_no_truncate;
ALTER TABLE report_withdrawals ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_withdrawals FORCE ROW LEVEL SECURITY;
CREATE POLICY report_withdrawals_read ON report_withdrawals FOR SELECT USING (
    tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[])
    OR (
        tenant_id = ANY ((SELECT named_tenants())::uuid[])
        AND regulator IN ('', (SELECT coalesce(current_setting('app.regulator', true), '')))
    )
    OR (SELECT reaches_all())
);
CREATE POLICY report_withdrawals_append ON report_withdrawals FOR INSERT
    WITH CHECK (tenant_id = (SELECT bound_tenant()));
GRANT SELECT, INSERT ON report_withdrawals TO parkledger_service;
"""

# What a regulator sees of recipients decides what it sees of reports: their policy asks for a row of these.
RECIPIENTS = """
DROP POLICY report_recipients_read ON report_recipients;
CREATE POLICY report_recipients_read ON report_recipients FOR SELECT USING (
    tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[])
    OR (
        tenant_id = ANY ((SELECT named_tenants())::uuid[])
        AND regulator IN ('', (SELECT coalesce(current_setting('app.regulator', true), ''))){standing}
    )
    OR (SELECT reaches_all())
);
"""
STANDING = """
        AND NOT EXISTS (
            SELECT FROM report_withdrawals AS gone WHERE gone.tenant_id = report_recipients.tenant_id
                AND gone.report_id = report_recipients.report_id AND gone.regulator = report_recipients.regulator
        )"""

RECEIVE = """
CREATE OR REPLACE FUNCTION receive_report(
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
        WHERE one.tenant_id = of_tenant AND one.report_id = of_report AND one.regulator IN ('', asks){standing}
    ) THEN
        INSERT INTO report_receipts (tenant_id, receipt_id, report_id, regulator, state, comment, reference)
        VALUES (of_tenant, as_receipt, of_report, asks, is_state, with_comment, with_reference)
        RETURNING recorded_at INTO instant;
    END IF;
    PERFORM set_config('app.tenant', bound, true);
    RETURN instant;
END
$$;
"""
RECEIVE_STANDING = """
            AND NOT EXISTS (SELECT FROM report_withdrawals AS gone WHERE gone.tenant_id = one.tenant_id
                AND gone.report_id = one.report_id AND gone.regulator = one.regulator)"""


def upgrade() -> None:
    """Take withdrawals, and show a regulator no report whose address was withdrawn."""
    op.execute(TABLE)
    op.execute(RECIPIENTS.format(standing=STANDING))
    op.execute(RECEIVE.format(standing=RECEIVE_STANDING))


def downgrade() -> None:
    """Drop them: who was addressed sees the reports again."""
    op.execute(RECEIVE.format(standing=""))
    op.execute(RECIPIENTS.format(standing=""))
    op.execute("DROP TABLE report_withdrawals")
