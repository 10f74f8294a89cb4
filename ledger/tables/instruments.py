"""The table of contractual instruments, declared like those of `ledger.tables`, which hands it on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class InstrumentRow(SQLModel, table=True):
    """One version of a contractual instrument. Never changed."""

    __tablename__ = "instruments"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    instrument_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=sa.Text)
    version: int
    supersedes: UUID | None
    change: str = Field(sa_type=sa.Text)
    reason: str = Field(sa_type=sa.Text)
    kind: str = Field(sa_type=sa.Text)
    carrier: str = Field(sa_type=sa.Text)
    attribute: str = Field(sa_type=sa.Text)
    market: str = Field(sa_type=sa.Text)
    first_month: date
    last_month: date
    quantity: Decimal = Field(sa_type=sa.Numeric)
    rate: Decimal | None = Field(sa_type=sa.Numeric)
    site_id: UUID | None
    claimed_from: date
    claimed_to: date
    cancelled_on: date | None
    cancelled_quantity: Decimal | None = Field(sa_type=sa.Numeric)
    batch: str = Field(sa_type=sa.Text)
    first_serial: Decimal | None = Field(sa_type=sa.Numeric)
    last_serial: Decimal | None = Field(sa_type=sa.Numeric)
    is_sold: bool
    is_tradable: bool
    generator_id: UUID | None
    evidence: list[dict[str, str]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    criteria: dict[str, dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    counterparty_id: UUID | None = None
    counterpart_id: UUID | None = None
    moved_quantity: Decimal | None = Field(default=None, sa_type=sa.Numeric)
    transferred_on: date | None = None
    recorded_at: datetime | None = stamped()
