"""The tables of energy by intervals, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class IntervalSeriesRow(SQLModel, table=True):
    """What the readings of a source are. Never changed."""

    __tablename__ = "interval_series"
    tenant_id: UUID = Field(primary_key=True)
    series_id: UUID = Field(primary_key=True)
    source_id: UUID
    carrier: str = Field(sa_type=sa.Text)
    role: str = Field(sa_type=sa.Text)
    unit: str = Field(sa_type=sa.Text)
    minutes: int = Field(sa_type=sa.SmallInteger)
    has_attribute: bool
    activity_type: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class IntervalReading(SQLModel, table=True):
    """One version of one interval, in the base unit of the series; no value where it was withdrawn. Never changed."""

    __tablename__ = "interval_readings"
    __table_args__: ClassVar[dict[str, str]] = {"postgresql_partition_by": "RANGE (start)"}
    tenant_id: UUID = Field(primary_key=True)
    series_id: UUID = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=sa.DateTime(timezone=True))
    version: int = Field(primary_key=True)
    value: Decimal | None = Field(sa_type=sa.Numeric)
    posting_id: UUID
    reason: str = Field(sa_type=sa.Text)


class IntervalCell(SQLModel, table=True):
    """The sum of readings of a site, carrier and role in an hour of UTC, MJ, and the minutes they cover. Kept by what
    writes readings.
    """

    __tablename__ = "interval_cells"
    tenant_id: UUID = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=sa.DateTime(timezone=True))
    site_id: UUID = Field(primary_key=True)
    carrier: str = Field(primary_key=True, sa_type=sa.Text)
    role: str = Field(primary_key=True, sa_type=sa.Text)
    has_attribute: bool = Field(primary_key=True)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    minutes: int = Field(sa_type=sa.BigInteger)
