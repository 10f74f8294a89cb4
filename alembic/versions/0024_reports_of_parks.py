"""Published reports of parks: the park is that of the tenant, which operates it.

Until now the database took whatever park a row named. The key holds for whoever writes, the policy for the service: a
report of a park is a row of one of its operators (docs/decisions/0029-published-reports.md).
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEYS = """
ALTER TABLE tenants ADD CONSTRAINT tenants_park_key UNIQUE (tenant_id, park_id);
ALTER TABLE reports ADD CONSTRAINT reports_park_fkey
    FOREIGN KEY (tenant_id, park_id) REFERENCES tenants (tenant_id, park_id);
"""
OPERATED = """
tenant_id = (SELECT bound_tenant()) AND (park_id IS NULL OR EXISTS (
    SELECT FROM tenants WHERE tenants.tenant_id = reports.tenant_id AND tenants.park_id = reports.park_id
        AND tenants.is_operator
))
"""
BOUND = "tenant_id = (SELECT bound_tenant())"


def append(check: str) -> str:
    """Return the statements that let the service append reports that meet a check."""
    return f"""
    DROP POLICY reports_append ON reports;
    CREATE POLICY reports_append ON reports FOR INSERT WITH CHECK ({check});
    """


def upgrade() -> None:
    """Add the keys and the policy; fails where a report names a park that its tenant is not in."""
    op.execute(KEYS)
    op.execute(append(OPERATED))


def downgrade() -> None:
    """Take them away."""
    op.execute(append(BOUND))
    op.execute("ALTER TABLE reports DROP CONSTRAINT reports_park_fkey")
    op.execute("ALTER TABLE tenants DROP CONSTRAINT tenants_park_key")
