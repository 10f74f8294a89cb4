"""The table of receipts, declared like those of `ledger.tables`, which hands it on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class ReportReceiptRow(SQLModel, table=True):
    """That a regulator acknowledged or returned an edition of a report. Never changed; written by `receive_report`."""

    __tablename__ = "report_receipts"
    tenant_id: UUID = Field(primary_key=True)
    receipt_id: UUID = Field(primary_key=True)
    report_id: UUID
    regulator: str = Field(sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    comment: str = Field(sa_type=sa.Text)
    reference: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()
