"""The table of what tenants declare, declared like those of `ledger.tables`, which hands it on."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class DeclarationRow(SQLModel, table=True):
    """One version of what a tenant declares on a subject. Never changed."""

    __tablename__ = "declarations"

    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    declaration_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=sa.Text)
    subject: str = Field(sa_type=sa.Text)
    version: int
    supersedes: UUID | None
    is_withdrawn: bool
    reason: str = Field(sa_type=sa.Text)
    content: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False))
    recorded_at: datetime | None = stamped()
