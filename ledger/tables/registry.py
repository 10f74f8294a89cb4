"""The tables of parks, tenants, sites and sources, declared like those of `ledger.tables`, which hands them on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ledger.tables.columns import list_of, stamped


class Park(SQLModel, table=True):
    """A park: its tenants share a region's factors and one set of proxy regions."""

    __tablename__ = "parks"
    park_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=sa.Text, unique=True)
    name_en: str = Field(sa_type=sa.Text)
    name_zh: str = Field(sa_type=sa.Text)
    region: str = Field(sa_type=sa.Text)
    time_zone: str = Field(sa_type=sa.Text)
    proxy_regions: list[str] = list_of(sa.Text, default="'{}'")
    recorded_at: datetime | None = stamped()


class Tenant(SQLModel, table=True):
    """A company in the park; the operator is one too."""

    __tablename__ = "tenants"
    tenant_id: UUID = Field(primary_key=True)
    park_id: UUID = Field(foreign_key="parks.park_id")
    code: str = Field(sa_type=sa.Text)
    name_en: str = Field(sa_type=sa.Text)
    name_zh: str = Field(sa_type=sa.Text)
    is_operator: bool = False
    industry_code: str = Field(default="", sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class Site(SQLModel, table=True):
    """A place of a tenant; its region chooses factors, its time zone decides which month an instant belongs to."""

    __tablename__ = "sites"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    site_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=sa.Text)
    name_en: str = Field(sa_type=sa.Text)
    name_zh: str = Field(sa_type=sa.Text)
    region: str = Field(sa_type=sa.Text)
    time_zone: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()


class Source(SQLModel, table=True):
    """A meter or other stream of data at a site; `code` is what the tenant's own system calls it."""

    __tablename__ = "sources"
    tenant_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True)
    site_id: UUID
    code: str = Field(sa_type=sa.Text)
    name_en: str = Field(sa_type=sa.Text)
    name_zh: str = Field(sa_type=sa.Text)
    kind: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = stamped()
