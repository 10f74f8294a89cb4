"""Plants may be declared."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = """
    'HOLDING', 'LEASE', 'DENOMINATOR', 'UNCERTAINTY', 'SCREENING', 'BASE_YEAR', 'BASE_YEAR_CHANGE', 'REPORTED_YEAR',
    'ADOPTION'
"""


def accept(kinds: str) -> str:
    """Return the statement by which the table accepts these kinds and no other."""
    return f"""
    ALTER TABLE declarations DROP CONSTRAINT declarations_kind_check,
        ADD CONSTRAINT declarations_kind_check CHECK (kind IN ({kinds}))
    """


def upgrade() -> None:
    """Accept plants."""
    op.execute(accept(f"{BEFORE}, 'PLANT'"))


def downgrade() -> None:
    """Accept no plants; fails while there are any."""
    op.execute(accept(BEFORE))
