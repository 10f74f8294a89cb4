"""The rows of a pack against the history: of each posting the digest that its event has is made again from the sheets.

    rows/TENANT.csv  rows/TENANT-beside.csv    by posting and id, so that both are read once, side by side
    intervals/...                              the same, by posting, series, start and version

What a digest does not cover is compared with the event or follows from the rows: who posted and when, codes of sites
and sources, the value in the unit of its series, which version is current, which rows are of the report's months.
"""

import csv
import heapq
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emission_factors import decimals
from emission_factors.units import UnknownUnit, unit
from proofs.errors import BadRow
from proofs.row_digests import FORMS, RowDigest
from proofs.row_forms import ACTIVITIES, ADJUSTMENTS, READINGS, TABLES, shown_row
from reports.packs import columns
from reports.packs.opened import UNREADABLE, BadPack, OpenedPack
from reports.packs.pack_findings import PackFinding, PackFindingKind, finding
from reports.packs.sealed_batches import SealedBatch, SealedHistory

_MOST_FAULTS: Final = 20
"""Faults of one sheet that are listed; the others are counted."""
_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}")
_DAY: Final = timedelta(days=1)
_ADJUSTED: Final = ("adjustment", "adjustedMonths")
_YES: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet: where it is, and its cells by column."""

    path: str
    line: int
    is_main: bool
    cells: Mapping[str, str]

    @property
    def recording(self) -> str:
        """The posting that it is of."""
        return self.cells["recording"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of sheets: of which table, their columns, and which column of the sheet is hashed as which."""

    table: str
    folder: str
    columns: tuple[str, ...]
    hashed: Mapping[str, str]

    def key(self, row: Row) -> tuple[str | int, ...]:
        """Return where a row stands: by posting, then as its digest has it."""
        order = [self.hashed[name] for name in TABLES[self.table].order]
        return row.recording, *(int(row.cells[name]) if name == "version" else row.cells[name] for name in order)

    def texts(self, row: Row) -> dict[str, str | None]:
        """Return the texts that are hashed of a row."""
        said = {name: row.cells[column] for name, column in self.hashed.items()}
        return {
            name: None if not text and self.hashed[name] in columns.NULL_WHERE_EMPTY else text
            for name, text in said.items()
        }


ROWS: Final = Sheet(ACTIVITIES, "rows", columns.ROWS, columns.HASHED_OF_ROWS)
INTERVALS: Final = Sheet(READINGS, "intervals", columns.READINGS, columns.HASHED_OF_READINGS)


@dataclass(frozen=True, slots=True)
class Said:
    """What a report and the manifest of its pack say: its days, the instant it is known at, postings not whole."""

    first: date
    last: date
    known_at: datetime
    partial: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What was found of a sheet so far."""

    findings: list[PackFinding] = field(default_factory=list)
    faults: int = 0
    rows: int = 0
    batches: set[str] = field(default_factory=set)
    superseded: set[tuple[str, ...]] = field(default_factory=set)
    unnamed: set[str] = field(default_factory=set)

    def fail(self, kind: PackFindingKind, **values: str | int) -> None:
        """Add what does not hold."""
        self.faults += 1
        if self.faults <= _MOST_FAULTS:
            self.findings.append(finding(kind, **values))

    def bad(self, row: Row, reason: str) -> None:
        """Add what is wrong with a row."""
        self.fail(PackFindingKind.BAD_ROW, file=row.path, line=row.line, reason=reason)


def verify_rows(pack: OpenedPack, sheet: Sheet, tenant: str, sealed: SealedHistory, said: Said) -> list[PackFinding]:
    """Compare the sheets of a tenant with its history, and say what was found."""
    found = _Found()
    path = f"{sheet.folder}/{tenant}.csv"
    try:
        for recording, rows in groupby(_merged(pack, sheet, path, found), key=lambda row: row.recording):
            _verify_batch(found, sheet, tenant, recording, rows, sealed, said)
        for row in _lines(pack, sheet, path, is_main=True):
            _verify_current(found, sheet, row)
    except BadPack as error:
        found.fail(PackFindingKind.BAD_FILE, file=path, reason=str(error))
    return _told(found, sheet, path, tenant, sealed, said)


def _told(found: _Found, sheet: Sheet, path: str, tenant: str, sealed: SealedHistory, said: Said) -> list[PackFinding]:
    if found.faults > _MOST_FAULTS:
        found.findings.append(finding(PackFindingKind.MORE, file=path, count=found.faults - _MOST_FAULTS))
    if not found.faults:
        counts = {"batches": len(found.batches), "count": found.rows}
        found.findings.insert(0, finding(PackFindingKind.ROWS_HOLD, file=path, **counts))
    if found.unnamed:
        found.findings.append(finding(PackFindingKind.NAMES_NOT_COMPARED, file=path, count=len(found.unnamed)))
    others = [
        one for key, one in sealed.batches.items()
        if sheet.table in one.rows and key not in found.batches and _instant(one.recorded_at) <= said.known_at
    ]  # fmt: skip
    if others:
        found.findings.append(finding(PackFindingKind.OTHER_POSTINGS, file=path, tenant=tenant, count=len(others)))
    return found.findings


def _merged(pack: OpenedPack, sheet: Sheet, path: str, found: _Found) -> Iterator[Row]:
    """Yield the rows of both sheets in their order; raises `BadPack` where a sheet is not in it."""
    beside = path.replace(".csv", "-beside.csv")
    sheets = [_lines(pack, sheet, path, is_main=True)]
    if beside in pack.names:
        sheets.append(_lines(pack, sheet, beside, is_main=False))
    before: tuple[str | int, ...] = ()
    for row in heapq.merge(*sheets, key=sheet.key):
        key = sheet.key(row)
        if key <= before:
            raise BadPack(f"line {row.line} of {row.path} is there twice or out of order: {', '.join(map(str, key))}")
        before = key
        found.rows += row.is_main
        yield row


def _lines(pack: OpenedPack, sheet: Sheet, path: str, *, is_main: bool) -> Iterator[Row]:
    with pack.open(path) as file:
        reader = csv.reader(io.TextIOWrapper(file, "utf-8", newline=""), strict=True)
        try:
            heading = next(reader, [])
            if tuple(heading) != sheet.columns:
                raise BadPack(f"{path} has other columns than {', '.join(sheet.columns)}")
            line = reader.line_num + 1
            for cells in reader:
                row = Row(path, line, is_main, dict(zip(sheet.columns, cells, strict=False)))
                if len(cells) != len(sheet.columns) or not _VERSION.fullmatch(row.cells["version"]):
                    raise BadPack(f"line {line} of {path} is no row of {len(sheet.columns)} cells with a version")
                yield row
                line = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError, *UNREADABLE) as error:
            raise BadPack(f"{path} cannot be read after line {reader.line_num}: {error}") from None


def _verify_batch(
    found: _Found, sheet: Sheet, tenant: str, recording: str, rows: Iterable[Row], sealed: SealedHistory, said: Said
) -> None:
    """Make the digest of a posting again from its rows, and compare the rows with its event."""
    found.batches.add(recording)
    batch = sealed.batches.get(recording)
    digest = RowDigest(batch.form, sheet.table) if batch and batch.form in FORMS else None
    spans, first = dict[str, tuple[int, int]](), None
    for row in rows:
        spans[row.path] = (spans.get(row.path, (row.line, 0))[0], row.line)
        first = first or row
        _note(found, sheet, row)
        if any(row.cells[name] != first.cells[name] for name in _ADJUSTED):
            found.bad(row, f"{' and '.join(_ADJUSTED)} are other than in line {first.line} of {first.path}")
        if batch is None or digest is None:
            continue
        try:
            _verify_row(found, sheet, row, batch, digest, sealed, said)
        except BadRow as error:
            found.bad(row, str(error))
    file, (start, end) = next(iter(spans.items()))
    where: dict[str, str | int] = {"file": " + ".join(spans), "first": start, "last": end, "recording": recording}
    if batch is None or sheet.table not in batch.rows:
        found.fail(PackFindingKind.NOT_SEALED, **where | {"file": file}, tenant=tenant)
    elif digest is None:
        reason = f"its event is of the form {batch.form}, which this release does not know"
        found.fail(PackFindingKind.BATCH_DIFFERS, **where, index=batch.index, reason=reason)
    elif recording in said.partial:
        found.findings.append(finding(PackFindingKind.PARTIAL, **where))
    else:
        _compare(found, where, batch, batch.rows[sheet.table], digest)
    if batch is not None and first is not None:
        _verify_batch_itself(found, first, batch, said)


def _compare(
    found: _Found, where: Mapping[str, str | int], batch: SealedBatch, stated: Mapping[str, object], digest: RowDigest
) -> None:
    made = digest.hexdigest()
    if (stated["count"], stated["sha256"]) != (digest.count, made):
        reason = f"{digest.count} rows with the digest {made}; the event has {stated['count']} with {stated['sha256']}"
        found.fail(PackFindingKind.BATCH_DIFFERS, **where, index=batch.index, reason=reason)


def _verify_row(
    found: _Found, sheet: Sheet, row: Row, batch: SealedBatch, digest: RowDigest, sealed: SealedHistory, said: Said
) -> None:
    """Add a row to the digest of its posting, and compare what that does not cover. Raises `BadRow`."""
    made = digest.add(sheet.texts(row))
    for name, value in (("recordedAt", batch.recorded_at), ("actor", batch.actor)):
        if row.cells[name] != value:
            found.bad(row, f"{name} is {row.cells[name]!r}, event {batch.index} has {value!r}")
    if sheet is ROWS:
        told = batch.shown.get(row.cells["activityId"])
        if told is not None and RowDigest(1, sheet.table).add(shown_row(TABLES[sheet.table], told)) != made:
            found.bad(row, f"it is not what event {batch.index} shows of {row.cells['activityId']}")
        _verify_names(found, row, sealed)
        is_of_days = _touches(row, said)
    else:
        is_of_days = _begins(found, row, sealed, said)
    if is_of_days is not row.is_main:
        found.bad(row, "it is of the report's months and stands beside them" if is_of_days else "it is of other months")


def _verify_batch_itself(found: _Found, row: Row, batch: SealedBatch, said: Said) -> None:
    """Compare what is the same for all rows of a posting, at its first."""
    if _instant(batch.recorded_at) > said.known_at:
        found.bad(row, f"it was recorded at {batch.recorded_at}, after the instant that the report is known at")
    stated = batch.rows.get(ADJUSTMENTS)
    months, reason = row.cells["adjustedMonths"], row.cells["adjustment"]
    if stated is None:
        if months or reason:
            found.bad(row, f"event {batch.index} says of no adjustment")
        return
    try:
        digest = RowDigest(batch.form, ADJUSTMENTS)
        digest.add({"posting_id": row.recording, "months": months, "reason": reason})
    except BadRow as error:
        found.bad(row, f"adjustment: {error}")
        return
    if digest.hexdigest() != stated["sha256"]:
        found.bad(row, f"adjustment and adjustedMonths are not those of event {batch.index}")


def _verify_names(found: _Found, row: Row, sealed: SealedHistory) -> None:
    for column, table, key in (("site", "sites", "siteId"), ("source", "sources", "sourceId")):
        code = sealed.registered_as(table, row.cells[key], "code")
        if code is None:
            found.unnamed.add(row.cells[key])
        elif code != row.cells[column]:
            found.bad(row, f"{column} is {row.cells[column]!r}; the one of this id is registered as {code!r}")


def _touches(row: Row, said: Said) -> bool:
    start, end = (datetime.fromisoformat(row.cells[name]) for name in ("localStart", "localEnd"))
    return end > datetime.combine(said.first, time()) and start < datetime.combine(said.last + _DAY, time())


def _begins(found: _Found, row: Row, sealed: SealedHistory, said: Said) -> bool:
    """Return whether a reading begins in the report's months on its site's clock, and compare its value."""
    series = sealed.registered["interval_series"].get(row.cells["seriesId"])
    if series is None:
        found.unnamed.add(row.cells["seriesId"])
        return row.is_main
    source = series.row["source_id"] or ""
    zone = sealed.registered_as("sites", sealed.registered_as("sources", source, "site_id") or "", "time_zone")
    _verify_value(found, row, series.row["unit"] or "")
    if zone is None:
        found.unnamed.add(row.cells["seriesId"])
        return row.is_main
    try:
        first, past = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (said.first, said.last + _DAY))
    except (ZoneInfoNotFoundError, ValueError):
        found.unnamed.add(row.cells["seriesId"])
        return row.is_main
    return first <= _instant(row.cells["start"]) < past


def _verify_value(found: _Found, row: Row, code: str) -> None:
    value, stored = row.cells["value"], row.cells["stored"]
    try:
        wanted = Decimal(stored) if stored else None
        given = decimals.EXACT.multiply(Decimal(value), decimals.exact(unit(code).to_base)) if value else None
    except (InvalidOperation, UnknownUnit, ArithmeticError) as error:
        found.bad(row, f"value is {value!r} in {code!r}: {error}")
        return
    if given != wanted:
        found.bad(row, f"value is {value!r} {code}, which is not the {stored!r} that is stored")


def _note(found: _Found, sheet: Sheet, row: Row) -> None:
    """Note which version a row supersedes."""
    if sheet is ROWS and row.cells["supersedes"]:
        found.superseded.add((row.cells["supersedes"],))
    elif sheet is INTERVALS and row.cells["version"] != "1":
        found.superseded.add((row.cells["seriesId"], row.cells["start"], f"{int(row.cells['version']) - 1}"))


def _verify_current(found: _Found, sheet: Sheet, row: Row) -> None:
    cells = row.cells
    key = (cells["activityId"],) if sheet is ROWS else (cells["seriesId"], cells["start"], cells["version"])
    wanted = _YES[key not in found.superseded]
    if cells["isCurrent"] != wanted:
        found.bad(row, f"isCurrent is {cells['isCurrent']!r}; by the versions in the pack it is {wanted!r}")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadRow(f"{text!r} is no instant") from None
    if found.tzinfo is None:
        raise BadRow(f"{text!r} is an instant without its offset")
    return found
