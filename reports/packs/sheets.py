"""The sheets of a pack, as CSV (RFC 4180, UTF-8, lines that end in LF): rows, factors, and what the evidence is about.

Every number is the exact decimal, in plain notation; quantities and what is stored of readings have every digit that is
stored, so that the history's digests follow from the sheets. A text stands as it was given, whatever it begins with, so
a spreadsheet is to import the columns as text.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from emission_factors import decimals
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor
from ledger.activities.known import Batch, KnownRow
from ledger.intervals.known import KnownReading
from ledger.intervals.series import IntervalSeries
from ledger.reporting.evidence import Evidence
from ledger.tables import Tenant
from proofs.row_forms import instant_text
from reports.packs.columns import EVIDENCE, TENANTS

FACTORS: Final = (
    "factorId", "origin", "name", "nameZh", "publisher", "document", "edition", "table", "year", "region", "validFrom",
    "validTo", "unit", "basis", "co2e", "gases", "biogenicCo2", "asPrinted", "status", "licence", "licenceUrl",
    "attribution", "source", "note",
)  # fmt: skip
"""Columns of the factors. Those of origin LEDGER are in no release: the report's own table says what it knows."""
_LEDGER: Final = "LEDGER"


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    r"""Return rows as lines of CSV.

    >>> csv_lines([("a,b", 1)])
    b'"a,b",1\n'
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


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


def factor_lines(document: Mapping[str, Any], catalogue: Catalogue) -> bytes:
    """Return the factors that a report's document used: those of the catalogue by id, then others by the report."""
    used = {key for line in document["lines"] for key in line["factors"]}
    published = [_factor(catalogue.factors[key]) for key in sorted(used & catalogue.factors.keys())]
    return csv_lines([FACTORS, *published, *_others(document, catalogue)])


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


def _factor(one: Factor) -> tuple[object, ...]:
    of = one.dataset
    gases = "; ".join(f"{gas}={decimals.plain(decimals.exact(amount))}" for gas, amount in one.gases)
    co2e, biogenic = (
        "" if value is None else decimals.plain(decimals.exact(value)) for value in (one.co2e, one.co2_biogenic)
    )
    return (
        one.factor_id, one.origin, one.name_en, one.name_zh, of.publisher, of.title, of.edition, one.locator,
        one.data_year, one.region, one.valid_from, one.valid_to or "", one.unit, one.basis, co2e, gases, biogenic,
        one.printed, one.status, of.licence, of.licence_url, of.attribution, of.source_url, one.note,
    )  # fmt: skip


def _others(document: Mapping[str, Any], catalogue: Catalogue) -> Iterable[tuple[object, ...]]:
    """Yield what the report's table of factors says of those that no release holds."""
    for table in document["tables"]:
        if not table["code"].endswith("FACTORS"):
            continue
        names = [column["code"] for column in table["columns"]]
        for row in table["rows"]:
            told = dict(zip(names, row["cells"], strict=True))
            if told["id"] not in catalogue.factors:
                yield _other(row["heading"], told)


def _other(heading: Mapping[str, str], told: Mapping[str, str | None]) -> tuple[object, ...]:
    known = {
        "factorId": told["id"], "origin": _LEDGER, "name": heading["en"], "nameZh": heading["zh"],
        "publisher": told["publisher"], "document": told["document"], "year": told["year"], "region": told["region"],
        "unit": told["unit"], "asPrinted": told["published"], "note": told["flags"],
    }  # fmt: skip
    return tuple(known.get(name) or "" for name in FACTORS)


def _evidence(path: str, one: Evidence) -> tuple[object, ...]:
    new = one.new
    return (
        path, new.sha256, new.byte_count, new.media_type, new.tenant, new.kind, new.subject, new.name, new.note,
        one.actor, instant_text(one.recorded_at), one.id,
    )  # fmt: skip
