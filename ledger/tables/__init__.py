"""The database tables, declared once. Alembic makes them; a test compares these declarations with what it made.

Hot reads and posting are SQL of their own; these classes serve administrative writes and small reads.
"""

from sqlmodel import SQLModel

from ledger.tables.access import GrantRow as GrantRow
from ledger.tables.access import RevocationRow as RevocationRow
from ledger.tables.access import UseRow as UseRow
from ledger.tables.activities import Activity as Activity
from ledger.tables.activities import ActivityVersion as ActivityVersion
from ledger.tables.activities import Posting as Posting
from ledger.tables.activities import QuantityCell as QuantityCell
from ledger.tables.declarations import DeclarationRow as DeclarationRow
from ledger.tables.factors import FactorDataset as FactorDataset
from ledger.tables.factors import FactorRelease as FactorRelease
from ledger.tables.factors import FactorReleaseMember as FactorReleaseMember
from ledger.tables.factors import OwnFactorRow as OwnFactorRow
from ledger.tables.history import CheckpointRow as CheckpointRow
from ledger.tables.history import HistoryRow as HistoryRow
from ledger.tables.history import LogRotationRow as LogRotationRow
from ledger.tables.ingest import IngestJobRow as IngestJobRow
from ledger.tables.ingest import IngestStepRow as IngestStepRow
from ledger.tables.instruments import InstrumentRow as InstrumentRow
from ledger.tables.intervals import IntervalCell as IntervalCell
from ledger.tables.intervals import IntervalReading as IntervalReading
from ledger.tables.intervals import IntervalSeriesRow as IntervalSeriesRow
from ledger.tables.known import ArchivedCell as ArchivedCell
from ledger.tables.known import ArchivedMonth as ArchivedMonth
from ledger.tables.known import ArchivedVersion as ArchivedVersion
from ledger.tables.known import CellChange as CellChange
from ledger.tables.known import ChangeSpan as ChangeSpan
from ledger.tables.known import RecordingRow as RecordingRow
from ledger.tables.periods import AdjustmentRow as AdjustmentRow
from ledger.tables.periods import EvidenceRow as EvidenceRow
from ledger.tables.periods import PeriodCommentRow as PeriodCommentRow
from ledger.tables.periods import PeriodEventRow as PeriodEventRow
from ledger.tables.receipts import ReportReceiptRow as ReportReceiptRow
from ledger.tables.registry import Park as Park
from ledger.tables.registry import Site as Site
from ledger.tables.registry import Source as Source
from ledger.tables.registry import Tenant as Tenant
from ledger.tables.reports import ReportRecipientRow as ReportRecipientRow
from ledger.tables.reports import ReportRow as ReportRow
from ledger.tables.webhooks import WebhookAttemptRow as WebhookAttemptRow
from ledger.tables.webhooks import WebhookChangeRow as WebhookChangeRow
from ledger.tables.webhooks import WebhookDeliveryRow as WebhookDeliveryRow
from ledger.tables.webhooks import WebhookTargetRow as WebhookTargetRow

metadata = SQLModel.metadata
