"""The tables of the history, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class HistoryRow(SQLModel, table=True):
    """One event of a tenant's tree. Never changed; text and salt alone can be erased by law, and the leaf stays."""

    __tablename__ = "history"
    tenant_id: UUID = Field(primary_key=True)
    leaf_index: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    recording_id: UUID
    salt: bytes | None
    event: str | None = Field(sa_type=sa.Text)
    leaf: bytes
    subtrees: bytes


class CheckpointRow(SQLModel, table=True):
    """A signed head of a tenant's tree, and the state that the next events are appended to. Never changed."""

    __tablename__ = "checkpoints"
    tenant_id: UUID = Field(primary_key=True)
    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    root: bytes
    state: bytes
    note: str = Field(sa_type=sa.Text)
    until_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    until_id: UUID
    sealed_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class LogRotationRow(SQLModel, table=True):
    """The statement, signed by both, that another key signs the heads of a history from `size` on. Never changed."""

    __tablename__ = "log_rotations"
    tenant_id: UUID = Field(primary_key=True)
    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    note: str = Field(sa_type=sa.Text)
    recorded_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
