"""Webhooks out: who is told of what, and every attempt to tell it.

- `webhook_targets` are the addresses of a tenant, or of a whole park at its operator, with the kinds of events that are
  told there. Nothing in here is secret: what deliveries are signed with follows from the pepper and the target's id.
- `webhook_changes` are what became of a target: a new secret, an end, a delivery that is asked for again.
- `webhook_deliveries` has one message for each target and event, made of what was recorded, in its order;
  `webhook_attempts` what became of each try. They are the service's own notes, not changes of the ledger: no event is
  made of them. See docs/decisions/0030-limits-and-deliveries.md.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ACTOR = "DEFAULT coalesce(nullif(current_setting('app.actor', true), ''), 'service')"

TABLES = f"""
CREATE TABLE webhook_targets (
    tenant_id uuid NOT NULL,
    target_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    covers text NOT NULL,
    name text NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT webhook_targets_pkey PRIMARY KEY (tenant_id, target_id),
    CONSTRAINT webhook_targets_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id),
    CONSTRAINT webhook_targets_covers_check CHECK (covers IN ('TENANT', 'PARK')),
    CONSTRAINT webhook_targets_events_check CHECK (cardinality(events) > 0 AND events <@ ARRAY['REPORT_PUBLISHED',
        'REPORT_RESTATED', 'REPORT_RETURNED', 'REPORT_ACKNOWLEDGED', 'PERIOD_CLOSED', 'PERIOD_REOPENED'])
);
CREATE TABLE webhook_changes (
    tenant_id uuid NOT NULL,
    change_id uuid NOT NULL,
    target_id uuid NOT NULL,
    kind text NOT NULL,
    secret_number integer,
    delivery_id uuid,
    after_attempt integer,
    reason text NOT NULL,
    actor text NOT NULL {ACTOR},
    recorded_at timestamptz NOT NULL DEFAULT recorded_instant(),
    CONSTRAINT webhook_changes_pkey PRIMARY KEY (tenant_id, change_id),
    CONSTRAINT webhook_changes_secret_key UNIQUE (tenant_id, target_id, secret_number),
    CONSTRAINT webhook_changes_target_fkey
        FOREIGN KEY (tenant_id, target_id) REFERENCES webhook_targets (tenant_id, target_id),
    CONSTRAINT webhook_changes_kind_check
        CHECK (kind IN ('SECRET_ROTATED', 'DISABLED', 'REMOVED', 'REDELIVERY_ASKED')),
    CONSTRAINT webhook_changes_number_check CHECK ((kind = 'SECRET_ROTATED') = (secret_number IS NOT NULL)),
    CONSTRAINT webhook_changes_delivery_check CHECK (
        (kind = 'REDELIVERY_ASKED') = (delivery_id IS NOT NULL)
        AND (delivery_id IS NULL) = (after_attempt IS NULL)
    )
);
CREATE INDEX webhook_changes_delivery_idx ON webhook_changes (tenant_id, delivery_id) WHERE delivery_id IS NOT NULL;
CREATE TABLE webhook_deliveries (
    tenant_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    target_id uuid NOT NULL,
    event text NOT NULL,
    event_id uuid NOT NULL,
    content text NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (tenant_id, delivery_id),
    CONSTRAINT webhook_deliveries_once_key UNIQUE (tenant_id, target_id, event_id),
    CONSTRAINT webhook_deliveries_target_fkey
        FOREIGN KEY (tenant_id, target_id) REFERENCES webhook_targets (tenant_id, target_id)
);
CREATE INDEX webhook_deliveries_happened_idx ON webhook_deliveries (happened_at);
CREATE TABLE webhook_attempts (
    tenant_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    outcome text NOT NULL,
    status integer,
    problem text NOT NULL,
    attempted_at timestamptz NOT NULL,
    took_ms integer NOT NULL,
    next_at timestamptz,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (tenant_id, delivery_id, attempt),
    CONSTRAINT webhook_attempts_delivery_fkey
        FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_deliveries (tenant_id, delivery_id),
    CONSTRAINT webhook_attempts_attempt_check CHECK (attempt >= 1 AND took_ms >= 0),
    CONSTRAINT webhook_attempts_outcome_check CHECK (outcome IN ('DELIVERED', 'REFUSED', 'GIVEN_UP', 'GONE')),
    CONSTRAINT webhook_attempts_next_check CHECK ((outcome = 'REFUSED') = (next_at IS NOT NULL))
);
"""

NEW = ("webhook_targets", "webhook_changes", "webhook_deliveries", "webhook_attempts")
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
    """Make the tables of webhooks out."""
    op.execute(TABLES)
    for table in NEW:
        op.execute(guard(table))
        op.execute(secure(table))


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE webhook_attempts, webhook_deliveries, webhook_changes, webhook_targets")
