"""What a park's operator and its tenants say for planning and managing it may be declared."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = """
    'HOLDING', 'LEASE', 'DENOMINATOR', 'UNCERTAINTY', 'SCREENING', 'BASE_YEAR', 'BASE_YEAR_CHANGE', 'REPORTED_YEAR',
    'ADOPTION', 'PLANT'
"""
ADDED = """
    'TENANCY', 'PROSPECT', 'METER', 'EXPECTATION', 'TRANSFER_TERMS', 'SUPPLY_CLOSING', 'ZONE', 'ENERGY_STOCK',
    'STORAGE', 'INDICATOR_SYSTEM', 'INDICATOR_YEAR', 'TARGET', 'SCENARIO'
"""


def accept(kinds: str) -> str:
    """Return the statement by which the table accepts these kinds and no other."""
    return f"""
    ALTER TABLE declarations DROP CONSTRAINT declarations_kind_check,
        ADD CONSTRAINT declarations_kind_check CHECK (kind IN ({kinds}))
    """


def upgrade() -> None:
    """Accept what a park is managed and planned by."""
    op.execute(accept(f"{BEFORE}, {ADDED}"))


def downgrade() -> None:
    """Accept none of it; fails while there is any."""
    op.execute(accept(BEFORE))
