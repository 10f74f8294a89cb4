"""The tables of what was known when, declared like those of `ledger.tables`, which hands them on."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class RecordingRow(SQLModel, table=True):
    """The instant of one transaction, and where its activities are. Never changed."""

    __tablename__ = "recordings"
    tenant_id: UUID = Field(primary_key=True)
    recording_id: UUID = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    first_id: UUID | None
    last_id: UUID | None
    row_count: int
    first_month: date | None
    last_month: date | None
    actor: str = Field(sa_type=sa.Text)
    request_id: str = Field(sa_type=sa.Text)


class ChangeSpan(SQLModel, table=True):
    """A span of a tenant's recordings whose changes are summed: from the end of the span before to its own. Never
    changed.
    """

    __tablename__ = "change_spans"
    tenant_id: UUID = Field(primary_key=True)
    until_at: datetime = Field(primary_key=True, sa_type=sa.DateTime(timezone=True))
    row_count: int = Field(sa_type=sa.BigInteger)


class CellChange(SQLModel, table=True):
    """What the activities of a span changed in one quantity cell. Never changed."""

    __tablename__ = "cell_changes"
    tenant_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    site_id: UUID = Field(primary_key=True)
    activity_type: str = Field(primary_key=True, sa_type=sa.Text)
    supplier: str = Field(primary_key=True, sa_type=sa.Text)
    base_unit: str = Field(primary_key=True, sa_type=sa.Text)
    quality: str = Field(primary_key=True, sa_type=sa.Text)
    until_at: datetime = Field(primary_key=True, sa_type=sa.DateTime(timezone=True))
    quantity: Decimal = Field(sa_type=sa.Numeric)
    row_count: int = Field(sa_type=sa.BigInteger)


class ArchivedMonth(SQLModel, table=True):
    """A partition that was written to Parquet and detached; `digest` is that of its rows in canonical order. Never
    changed.
    """

    __tablename__ = "archived_months"
    relation: str = Field(primary_key=True, sa_type=sa.Text)
    month: date = Field(primary_key=True)
    row_count: int = Field(sa_type=sa.BigInteger)
    digest: str = Field(sa_type=sa.Text)
    archived_at: datetime | None = stamped()


class ArchivedCell(SQLModel, table=True):
    """What the current activities of an archived partition add to a quantity cell. Never changed."""

    __tablename__ = "archived_cells"
    tenant_id: UUID = Field(primary_key=True)
    archived_month: date = Field(primary_key=True)
    site_id: UUID = Field(primary_key=True)
    activity_type: str = Field(primary_key=True, sa_type=sa.Text)
    supplier: str = Field(primary_key=True, sa_type=sa.Text)
    base_unit: str = Field(primary_key=True, sa_type=sa.Text)
    quality: str = Field(primary_key=True, sa_type=sa.Text)
    month: date = Field(primary_key=True)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    row_count: int = Field(sa_type=sa.BigInteger)


class ArchivedVersion(SQLModel, table=True):
    """What is needed of an archived activity that one in the ledger supersedes. Never changed."""

    __tablename__ = "archived_versions"
    tenant_id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(primary_key=True)
    site_id: UUID
    activity_type: str = Field(sa_type=sa.Text)
    supplier: str = Field(sa_type=sa.Text)
    base_unit: str = Field(sa_type=sa.Text)
    quality: str = Field(sa_type=sa.Text)
    local_start: datetime = Field(sa_type=sa.DateTime)
    local_end: datetime = Field(sa_type=sa.DateTime)
    base_quantity: Decimal = Field(sa_type=sa.Numeric)
    kind: str = Field(sa_type=sa.Text)
