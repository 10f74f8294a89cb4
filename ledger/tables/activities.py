"""The tables of activities and quantity cells, declared like those of `ledger.tables`, which hands them on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class Posting(SQLModel, table=True):
    """One accepted batch: its idempotency key, the fingerprint of what was sent, and the outcome of every row."""

    __tablename__ = "postings"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    posting_id: UUID = Field(primary_key=True)
    idempotency_key: UUID
    fingerprint: bytes
    outcomes: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    recorded_at: datetime | None = stamped()


class ActivityVersion(SQLModel, table=True):
    """The natural key of a fact and its versions; version 1 is the original, the highest is the current one."""

    __tablename__ = "activity_versions"
    tenant_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True)
    external_id: str = Field(primary_key=True, sa_type=sa.Text)
    version: int = Field(primary_key=True)
    activity_id: UUID


class Activity(SQLModel, table=True):
    """One posted fact, or one version of it. Never changed."""

    __tablename__ = "activities"
    __table_args__: ClassVar[dict[str, str]] = {"postgresql_partition_by": "RANGE (activity_id)"}
    tenant_id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(primary_key=True)
    posting_id: UUID
    source_id: UUID
    site_id: UUID
    external_id: str = Field(sa_type=sa.Text)
    version: int
    kind: str = Field(sa_type=sa.Text)
    supersedes: UUID | None
    reason: str = Field(sa_type=sa.Text)
    activity_type: str = Field(sa_type=sa.Text)
    supplier: str = Field(sa_type=sa.Text)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    unit: str = Field(sa_type=sa.Text)
    base_quantity: Decimal = Field(sa_type=sa.Numeric)
    base_unit: str = Field(sa_type=sa.Text)
    period_start: datetime = Field(sa_type=sa.DateTime(timezone=True))
    period_end: datetime = Field(sa_type=sa.DateTime(timezone=True))
    local_start: datetime = Field(sa_type=sa.DateTime)
    local_end: datetime = Field(sa_type=sa.DateTime)
    quality: str = Field(sa_type=sa.Text)
    document: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class QuantityCell(SQLModel, table=True):
    """The exact sum of current quantities of a tenant, site, activity type, supplier, base unit, quality and month."""

    __tablename__ = "quantity_cells"
    tenant_id: UUID = Field(primary_key=True)
    site_id: UUID = Field(primary_key=True)
    activity_type: str = Field(primary_key=True, sa_type=sa.Text)
    supplier: str = Field(primary_key=True, sa_type=sa.Text)
    base_unit: str = Field(primary_key=True, sa_type=sa.Text)
    quality: str = Field(primary_key=True, sa_type=sa.Text)
    month: date = Field(primary_key=True)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    row_count: int = Field(sa_type=sa.BigInteger)
