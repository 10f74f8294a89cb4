"""The tables of published reports, declared like those of `ledger.tables`, which hands them on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


def _instant() -> Any:
    return Field(sa_type=sa.DateTime(timezone=True))


class ReportRow(SQLModel, table=True):
    """One edition of a report as it was published: the bytes, their signature, what it supersedes. Never changed."""

    __tablename__ = "reports"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    report_id: UUID = Field(primary_key=True)
    park_id: UUID | None
    kind: str = Field(sa_type=sa.Text)
    cadence: str = Field(sa_type=sa.Text)
    first_month: date
    last_month: date
    version: int
    supersedes: UUID | None
    reason: str = Field(sa_type=sa.Text)
    known_at: datetime = _instant()
    sha256: str = Field(sa_type=sa.Text)
    content: bytes
    signature: str = Field(sa_type=sa.Text)
    signed_by: str = Field(sa_type=sa.Text)
    published_at: datetime = _instant()
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime = _instant()


class ReportRecipientRow(SQLModel, table=True):
    """A regulator that an edition was published to, by the system of its grant; empty for each that is named."""

    __tablename__ = "report_recipients"
    tenant_id: UUID = Field(primary_key=True)
    recipient_id: UUID = Field(primary_key=True)
    report_id: UUID
    regulator: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime = _instant()


class ReportWithdrawalRow(SQLModel, table=True):
    """An address of an edition that was withdrawn, and why."""

    __tablename__ = "report_withdrawals"
    tenant_id: UUID = Field(primary_key=True)
    withdrawal_id: UUID = Field(primary_key=True)
    report_id: UUID
    regulator: str = Field(sa_type=sa.Text)
    reason: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime = _instant()
