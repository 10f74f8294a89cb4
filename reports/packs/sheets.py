"""The sheets of a pack of what the ledger holds, as CSV: rows, readings, tenants, and what the evidence is about.

Every number is the exact decimal, in plain notation; quantities and what is stored of readings have every digit that is
stored, so that the history's digests follow from the sheets. A text stands as it was given, whatever it begins with, so
a spreadsheet is to import the columns as text.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from emission_factors import decimals
from ledger.activities.known import Batch, KnownRow
from ledger.intervals.known import KnownReading
from ledger.intervals.series import IntervalSeries
from ledger.reporting.evidence import Evidence
from ledger.tables import Tenant
from proofs.row_forms import instant_text
from reports.packs.columns import EVIDENCE, TENANTS, csv_lines


def row_lines(batch: Batch, rows: Iterable[KnownRow], codes: Mapping[UUID, str]) -> bytes:
    """Return rows of a batch as lines; `codes` name sites and sources."""
    return csv_lines(_row(batch, one, codes) for one in rows)


def series_lines(found: Iterable[IntervalSeries], codes: Mapping[UUID, str]) -> bytes:
    """Return series as lines; `codes` name sites."""
    return csv_lines(
        (
            one.id, one.tenant, codes[one.site], one.source_code, one.carrier, one.role, one.activity_type, one.unit,
            one.minutes, "yes" if one.has_attribute else "no",
        )
        for one in found
    )  # fmt: skip


def reading_lines(batch: Batch, readings: Iterable[KnownReading]) -> bytes:
    """Return readings of a batch as lines."""
    return csv_lines(
        (
            one.series, instant_text(one.start), one.version, "" if one.value is None else decimals.plain(one.value),
            instant_text(batch.recorded_at), batch.actor, _yes(is_so=one.is_current), one.reason, batch.adjustment,
            "" if one.stored is None else f"{one.stored:f}", batch.id, _days(batch),
        )
        for one in readings
    )  # fmt: skip


def evidence_lines(found: Iterable[tuple[str, Evidence]]) -> bytes:
    """Return the index of evidence: path in the pack and what is known of it."""
    return csv_lines([EVIDENCE, *(_evidence(path, one) for path, one in found)])


def tenant_lines(found: Iterable[Tenant]) -> bytes:
    """Return who the tenants are."""
    return csv_lines([TENANTS, *((one.tenant_id, one.code, one.name_en, one.name_zh) for one in found)])


def _row(batch: Batch, one: KnownRow, codes: Mapping[UUID, str]) -> tuple[object, ...]:
    row = one.activity
    return (
        row.activity_id, row.version, row.kind, row.external_id, codes[row.site_id], codes[row.source_id],
        row.activity_type, row.supplier, f"{row.quantity:f}", row.unit, f"{row.base_quantity:f}",
        row.base_unit, instant_text(row.period_start), instant_text(row.period_end), row.quality, row.document,
        instant_text(batch.recorded_at), batch.actor, _yes(is_so=row.is_current), row.supersedes or "", row.reason,
        batch.adjustment, row.site_id, row.source_id, one.local_start.isoformat(), one.local_end.isoformat(), batch.id,
        _days(batch),
    )  # fmt: skip


def _days(batch: Batch) -> str:
    return " ".join(day.isoformat() for day in batch.adjusted)


def _yes(*, is_so: bool) -> str:
    return "yes" if is_so else "no"


def _evidence(path: str, one: Evidence) -> tuple[object, ...]:
    new = one.new
    return (
        path, new.sha256, new.byte_count, new.media_type, new.tenant, new.kind, new.subject, new.name, new.note,
        one.actor, instant_text(one.recorded_at), one.id,
    )  # fmt: skip
