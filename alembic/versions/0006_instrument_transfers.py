"""Instruments are divided and handed over: what moved, to or from whom, on which day, is kept on both sides.

The version that gives names what it gave away and the version that took it; the first version of what was taken names
the one that gave. No key of the database leads to another tenant, so the two sides are one transaction's promise. Going
down fails where something moved: the older table cannot say it.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE instruments
    ADD COLUMN counterparty_id uuid,
    ADD COLUMN counterpart_id uuid,
    ADD COLUMN moved_quantity numeric,
    ADD COLUMN transferred_on date,
    DROP CONSTRAINT instruments_change_check,
    DROP CONSTRAINT instruments_chain_check;
ALTER TABLE instruments
    ADD CONSTRAINT instruments_change_check CHECK (change IN (
        'RECORDED', 'CANCELLED', 'SOLD', 'CORRECTED', 'WITHDRAWN', 'SPLIT', 'SPLIT_OFF', 'TRANSFERRED', 'RECEIVED'
    )),
    ADD CONSTRAINT instruments_chain_check CHECK (
        version >= 1 AND (version = 1) = (supersedes IS NULL)
        AND (version = 1) = (change IN ('RECORDED', 'SPLIT_OFF', 'RECEIVED'))
    ),
    ADD CONSTRAINT instruments_movement_check CHECK (
        (counterpart_id IS NOT NULL) = (change IN ('SPLIT', 'SPLIT_OFF', 'TRANSFERRED', 'RECEIVED'))
        AND (counterpart_id IS NULL) = (counterparty_id IS NULL) AND (counterpart_id IS NULL) = (moved_quantity IS NULL)
        AND (transferred_on IS NOT NULL) = (change IN ('TRANSFERRED', 'RECEIVED'))
        AND (counterparty_id = tenant_id) = (change IN ('SPLIT', 'SPLIT_OFF'))
        AND moved_quantity > 0 AND moved_quantity <> 'NaN' AND moved_quantity < 'Infinity'
        AND (change NOT IN ('SPLIT_OFF', 'RECEIVED') OR moved_quantity = quantity)
        AND (change <> 'TRANSFERRED' OR NOT is_sold OR moved_quantity = quantity)
        AND (change NOT IN ('SPLIT', 'SPLIT_OFF', 'RECEIVED') OR NOT is_sold)
    ),
    ADD CONSTRAINT instruments_counterpart_key UNIQUE (tenant_id, counterpart_id);
"""

DOWN = """
ALTER TABLE instruments
    DROP CONSTRAINT instruments_counterpart_key,
    DROP CONSTRAINT instruments_movement_check,
    DROP CONSTRAINT instruments_chain_check,
    DROP CONSTRAINT instruments_change_check;
ALTER TABLE instruments
    ADD CONSTRAINT instruments_change_check
        CHECK (change IN ('RECORDED', 'CANCELLED', 'SOLD', 'CORRECTED', 'WITHDRAWN')),
    ADD CONSTRAINT instruments_chain_check
        CHECK (version >= 1 AND (version = 1) = (supersedes IS NULL) AND (version = 1) = (change = 'RECORDED')),
    DROP COLUMN transferred_on,
    DROP COLUMN moved_quantity,
    DROP COLUMN counterpart_id,
    DROP COLUMN counterparty_id;
"""


def upgrade() -> None:
    """Let instruments be divided and handed over."""
    op.execute(UP)


def downgrade() -> None:
    """Take that back; fails where one was."""
    op.execute(DOWN)
