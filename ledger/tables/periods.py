"""The tables of reporting periods, declared like those of `ledger.tables`, which hands them on."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import list_of, stamped


class PeriodEventRow(SQLModel, table=True):
    """A state that a reporting period reached; the highest sequence holds. Never changed."""

    __tablename__ = "period_events"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    event_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=sa.Text)
    first_month: date
    sequence: int
    state: str = Field(sa_type=sa.Text)
    reason: str = Field(default="", sa_type=sa.Text)
    basis: str | None = Field(default=None, sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class PeriodCommentRow(SQLModel, table=True):
    """What somebody says of a reporting period. Never changed."""

    __tablename__ = "period_comments"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    comment_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=sa.Text)
    first_month: date
    comment: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class EvidenceRow(SQLModel, table=True):
    """A file that proves something of a period, activity, instrument or declaration; the file is not here."""

    __tablename__ = "evidence"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    evidence_id: UUID = Field(primary_key=True)
    sha256: str = Field(sa_type=sa.Text)
    media_type: str = Field(sa_type=sa.Text)
    byte_count: int = Field(sa_type=sa.BigInteger)
    file_name: str = Field(sa_type=sa.Text)
    subject_kind: str = Field(sa_type=sa.Text)
    subject: str = Field(sa_type=sa.Text)
    note: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class AdjustmentRow(SQLModel, table=True):
    """A posting that changed closed months on purpose, and why. Never changed."""

    __tablename__ = "adjustments"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    posting_id: UUID = Field(primary_key=True)
    months: list[date] = list_of(sa.Date)
    reason: str = Field(sa_type=sa.Text)
