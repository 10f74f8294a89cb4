"""The tables of grants, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import list_of, stamped


class GrantRow(SQLModel, table=True):
    """What one API key, or whoever presents one claim, may do. Never changed."""

    __tablename__ = "access_grants"
    tenant_id: UUID = Field(primary_key=True)
    grant_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=sa.Text)
    handle: str = Field(sa_type=sa.Text)
    digest: bytes | None
    system: str = Field(sa_type=sa.Text)
    role: str = Field(sa_type=sa.Text)
    rights: list[str] = list_of(sa.Text)
    sites: list[UUID] | None = list_of(sa.Uuid, is_nullable=True)
    named: list[UUID] = list_of(sa.Uuid)
    not_before: datetime = Field(sa_type=sa.DateTime(timezone=True))
    expires_at: datetime | None = Field(sa_type=sa.DateTime(timezone=True))
    granted_by: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class RevocationRow(SQLModel, table=True):
    """From when on a grant holds no more; the earliest of a grant counts. Never changed."""

    __tablename__ = "access_revocations"
    tenant_id: UUID = Field(primary_key=True)
    revocation_id: UUID = Field(primary_key=True)
    grant_id: UUID
    effective_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    reason: str = Field(sa_type=sa.Text)
    revoked_by: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class UseRow(SQLModel, table=True):
    """When a grant was last used, to the minute; the one thing about it that changes."""

    __tablename__ = "access_uses"
    tenant_id: UUID = Field(primary_key=True)
    grant_id: UUID = Field(primary_key=True)
    last_used_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
