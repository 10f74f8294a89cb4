"""The tables of factors, published and tenants' own, declared like those of `ledger.tables`, which hands them on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from ledger.tables.columns import list_of, stamped


class FactorDataset(SQLModel, table=True):
    """One published edition, kept byte for byte."""

    __tablename__ = "factor_datasets"
    dataset_id: str = Field(primary_key=True, sa_type=sa.Text)
    details: dict[str, str] = Field(sa_column=sa.Column("metadata", JSONB, nullable=False))
    factors: str = Field(sa_type=sa.Text)
    properties: str = Field(sa_type=sa.Text)
    sha256: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class FactorRelease(SQLModel, table=True):
    """An immutable, numbered set of data sets."""

    __tablename__ = "factor_releases"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=sa.Text)
    published_on: date
    content_hash: str = Field(sa_type=sa.Text, unique=True)
    note: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class FactorReleaseMember(SQLModel, table=True):
    """A data set of a release."""

    __tablename__ = "factor_release_members"
    number: int = Field(primary_key=True, foreign_key="factor_releases.number")
    dataset_id: str = Field(primary_key=True, sa_type=sa.Text, foreign_key="factor_datasets.dataset_id")


class OwnFactorRow(SQLModel, table=True):
    """A supplier's or a tenant's own factor."""

    __tablename__ = "own_factors"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    factor_id: UUID = Field(primary_key=True)
    origin: str = Field(sa_type=sa.Text)
    supplier: str = Field(sa_type=sa.Text)
    activity_type: str = Field(sa_type=sa.Text)
    lines: list[str] = list_of(sa.Text)
    name: str = Field(sa_type=sa.Text)
    unit: str = Field(sa_type=sa.Text)
    parts: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    gwp_set: str = Field(sa_type=sa.Text)
    source: str = Field(sa_type=sa.Text)
    evidence: list[str] = list_of(sa.Text)
    valid_from: date
    valid_to: date | None
    supersedes: UUID | None
    recorded_at: datetime | None = stamped()
