"""The tables of files posted in bulk, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import stamped


class IngestJobRow(SQLModel, table=True):
    """A file that was taken, as it was taken. Never changed."""

    __tablename__ = "ingest_jobs"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    job_id: UUID = Field(primary_key=True)
    dataset: str = Field(sa_type=sa.Text)
    format: str = Field(sa_type=sa.Text)
    coding: str = Field(sa_type=sa.Text)
    digest: bytes
    byte_count: int = Field(sa_type=sa.BigInteger)
    profile: str = Field(sa_type=sa.Text)
    profile_id: UUID | None
    is_dry_run: bool
    run: int
    adjustment: str = Field(default="", sa_type=sa.Text)
    recorded_at: datetime | None = stamped()
    actor: str = Field(sa_type=sa.Text)


class IngestStepRow(SQLModel, table=True):
    """How far a job is: its state and its sums so far; the last step holds. Never changed."""

    __tablename__ = "ingest_steps"
    tenant_id: UUID = Field(primary_key=True)
    job_id: UUID = Field(primary_key=True)
    step: int = Field(primary_key=True)
    state: str = Field(sa_type=sa.Text)
    total_rows: int | None = Field(sa_type=sa.BigInteger)
    row_count: int = Field(sa_type=sa.BigInteger)
    accepted: int = Field(sa_type=sa.BigInteger)
    duplicates: int = Field(sa_type=sa.BigInteger)
    conflicts: int = Field(sa_type=sa.BigInteger)
    rejected: int = Field(sa_type=sa.BigInteger)
    result_bytes: int = Field(sa_type=sa.BigInteger)
    code: str = Field(sa_type=sa.Text)
    message: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()
