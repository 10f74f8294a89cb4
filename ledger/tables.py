"""The database tables, declared once. Alembic makes them; a test compares these declarations with what it made.

Hot reads and posting are SQL of their own; these classes serve administrative writes and small reads.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from ledger.access_tables import GrantRow as GrantRow
from ledger.access_tables import RevocationRow as RevocationRow
from ledger.access_tables import UseRow as UseRow
from ledger.history_tables import CheckpointRow as CheckpointRow
from ledger.history_tables import HistoryRow as HistoryRow
from ledger.history_tables import LogRotationRow as LogRotationRow
from ledger.ingest_tables import IngestJobRow as IngestJobRow
from ledger.ingest_tables import IngestStepRow as IngestStepRow
from ledger.interval_tables import IntervalCell as IntervalCell
from ledger.interval_tables import IntervalReading as IntervalReading
from ledger.interval_tables import IntervalSeriesRow as IntervalSeriesRow
from ledger.known_tables import ArchivedCell as ArchivedCell
from ledger.known_tables import ArchivedMonth as ArchivedMonth
from ledger.known_tables import ArchivedVersion as ArchivedVersion
from ledger.known_tables import CellChange as CellChange
from ledger.known_tables import ChangeSpan as ChangeSpan
from ledger.known_tables import RecordingRow as RecordingRow
from ledger.period_tables import AdjustmentRow as AdjustmentRow
from ledger.period_tables import EvidenceRow as EvidenceRow
from ledger.period_tables import PeriodCommentRow as PeriodCommentRow
from ledger.period_tables import PeriodEventRow as PeriodEventRow
from ledger.receipt_tables import ReportReceiptRow as ReportReceiptRow
from ledger.report_tables import ReportRecipientRow as ReportRecipientRow
from ledger.report_tables import ReportRow as ReportRow
from ledger.webhook_tables import WebhookAttemptRow as WebhookAttemptRow
from ledger.webhook_tables import WebhookChangeRow as WebhookChangeRow
from ledger.webhook_tables import WebhookDeliveryRow as WebhookDeliveryRow
from ledger.webhook_tables import WebhookTargetRow as WebhookTargetRow

metadata = SQLModel.metadata

_RECORDED = {"server_default": sa.text("now()")}


def _text_list() -> Any:
    return sa.Column(ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"))


class Park(SQLModel, table=True):
    """A park: its tenants share a region's factors and one set of proxy regions."""

    __tablename__ = "parks"
    park_id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=sa.Text, unique=True)
    name_en: str = Field(sa_type=sa.Text)
    name_zh: str = Field(sa_type=sa.Text)
    region: str = Field(sa_type=sa.Text)
    time_zone: str = Field(sa_type=sa.Text)
    proxy_regions: list[str] = Field(sa_column=_text_list())
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


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
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


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
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


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
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


class FactorDataset(SQLModel, table=True):
    """One published edition, kept byte for byte."""

    __tablename__ = "factor_datasets"
    dataset_id: str = Field(primary_key=True, sa_type=sa.Text)
    details: dict[str, str] = Field(sa_column=sa.Column("metadata", JSONB, nullable=False))
    factors: str = Field(sa_type=sa.Text)
    properties: str = Field(sa_type=sa.Text)
    sha256: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


class FactorRelease(SQLModel, table=True):
    """An immutable, numbered set of data sets."""

    __tablename__ = "factor_releases"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=sa.Text)
    published_on: date
    content_hash: str = Field(sa_type=sa.Text, unique=True)
    note: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


class FactorReleaseMember(SQLModel, table=True):
    """A data set of a release."""

    __tablename__ = "factor_release_members"
    number: int = Field(primary_key=True, foreign_key="factor_releases.number")
    dataset_id: str = Field(primary_key=True, sa_type=sa.Text, foreign_key="factor_datasets.dataset_id")


class Posting(SQLModel, table=True):
    """One accepted batch: its idempotency key, the fingerprint of what was sent, and the outcome of every row."""

    __tablename__ = "postings"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    posting_id: UUID = Field(primary_key=True)
    idempotency_key: UUID
    fingerprint: bytes
    outcomes: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


class ActivityVersion(SQLModel, table=True):
    """The natural key of a fact and its versions; version 1 is the original, the highest is the current one."""

    __tablename__ = "activity_versions"
    tenant_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True)
    external_id: str = Field(primary_key=True, sa_type=sa.Text)
    version: int = Field(primary_key=True)
    activity_id: UUID


class Activity(SQLModel, table=True):
    """One posted fact, or one version of it. Never changed."""

    __tablename__ = "activities"
    __table_args__: ClassVar[dict[str, str]] = {"postgresql_partition_by": "RANGE (activity_id)"}
    tenant_id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(primary_key=True)
    posting_id: UUID
    source_id: UUID
    site_id: UUID
    external_id: str = Field(sa_type=sa.Text)
    version: int
    kind: str = Field(sa_type=sa.Text)
    supersedes: UUID | None
    reason: str = Field(sa_type=sa.Text)
    activity_type: str = Field(sa_type=sa.Text)
    supplier: str = Field(sa_type=sa.Text)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    unit: str = Field(sa_type=sa.Text)
    base_quantity: Decimal = Field(sa_type=sa.Numeric)
    base_unit: str = Field(sa_type=sa.Text)
    period_start: datetime = Field(sa_type=sa.DateTime(timezone=True))
    period_end: datetime = Field(sa_type=sa.DateTime(timezone=True))
    local_start: datetime = Field(sa_type=sa.DateTime)
    local_end: datetime = Field(sa_type=sa.DateTime)
    quality: str = Field(sa_type=sa.Text)
    document: str = Field(sa_type=sa.Text)
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


class QuantityCell(SQLModel, table=True):
    """The exact sum of current quantities of a tenant, site, activity type, supplier, base unit, quality and month."""

    __tablename__ = "quantity_cells"
    tenant_id: UUID = Field(primary_key=True)
    site_id: UUID = Field(primary_key=True)
    activity_type: str = Field(primary_key=True, sa_type=sa.Text)
    supplier: str = Field(primary_key=True, sa_type=sa.Text)
    base_unit: str = Field(primary_key=True, sa_type=sa.Text)
    quality: str = Field(primary_key=True, sa_type=sa.Text)
    month: date = Field(primary_key=True)
    quantity: Decimal = Field(sa_type=sa.Numeric)
    row_count: int = Field(sa_type=sa.BigInteger)


class OwnFactorRow(SQLModel, table=True):
    """A supplier's or a tenant's own factor."""

    __tablename__ = "own_factors"
    tenant_id: UUID = Field(primary_key=True, foreign_key="tenants.tenant_id")
    factor_id: UUID = Field(primary_key=True)
    origin: str = Field(sa_type=sa.Text)
    supplier: str = Field(sa_type=sa.Text)
    activity_type: str = Field(sa_type=sa.Text)
    lines: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    name: str = Field(sa_type=sa.Text)
    unit: str = Field(sa_type=sa.Text)
    parts: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    gwp_set: str = Field(sa_type=sa.Text)
    source: str = Field(sa_type=sa.Text)
    evidence: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    valid_from: date
    valid_to: date | None
    supersedes: UUID | None
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


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
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )


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
    recorded_at: datetime | None = Field(
        default=None, sa_type=sa.DateTime(timezone=True), sa_column_kwargs=_RECORDED, nullable=False
    )
