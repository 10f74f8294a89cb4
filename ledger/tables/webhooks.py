"""The tables of webhooks out, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import list_of, stamped


class WebhookTargetRow(SQLModel, table=True):
    """An address that is told of events. Never changed."""

    __tablename__ = "webhook_targets"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    target_id: UUID = Field(primary_key=True)
    url: str = Field(sa_type=sa.Text)
    events: list[str] = list_of(sa.Text)
    covers: str = Field(sa_type=sa.Text)
    name: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class WebhookChangeRow(SQLModel, table=True):
    """What became of a target. Never changed."""

    __tablename__ = "webhook_changes"
    tenant_id: UUID = Field(primary_key=True)
    change_id: UUID = Field(primary_key=True)
    target_id: UUID
    kind: str = Field(sa_type=sa.Text)
    secret_number: int | None = None
    delivery_id: UUID | None = None
    after_attempt: int | None = None
    reason: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class WebhookDeliveryRow(SQLModel, table=True):
    """One event that is told to one target. Never changed."""

    __tablename__ = "webhook_deliveries"
    tenant_id: UUID = Field(primary_key=True)
    delivery_id: UUID = Field(primary_key=True)
    target_id: UUID
    event: str = Field(sa_type=sa.Text)
    event_id: UUID
    content: str = Field(sa_type=sa.Text)
    happened_at: datetime = Field(sa_type=sa.DateTime(timezone=True))


class WebhookAttemptRow(SQLModel, table=True):
    """What became of one try. Never changed."""

    __tablename__ = "webhook_attempts"
    tenant_id: UUID = Field(primary_key=True)
    delivery_id: UUID = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    outcome: str = Field(sa_type=sa.Text)
    status: int | None = None
    problem: str = Field(sa_type=sa.Text)
    attempted_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    took_ms: int
    next_at: datetime | None = Field(default=None, sa_type=sa.DateTime(timezone=True))
