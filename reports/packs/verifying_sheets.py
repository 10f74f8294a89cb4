"""The other sheets of a pack against the history: who the tenants are, what series are of, what evidence is about."""

import csv
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reports.packs import columns
from reports.packs.opened import BadPack, OpenedPack
from reports.packs.pack_findings import PackFinding, PackFindingKind, finding
from reports.packs.sealed_batches import Registered, SealedHistory

TENANTS: Final = "tenants.csv"
SERIES: Final = "intervals/series.csv"
EVIDENCE: Final = "evidence/index.csv"
_MOST_BYTES: Final = 256_000_000
_NAMED: Final[Mapping[str, tuple[str, str, tuple[str, ...], Mapping[str, str]]]] = {
    TENANTS: ("tenants", "tenant", columns.TENANTS, {"code": "code", "name": "name_en", "nameZh": "name_zh"}),
    SERIES: (
        "interval_series", "seriesId", columns.SERIES,
        {"carrier": "carrier", "role": "role", "activityType": "activity_type", "unit": "unit", "minutes": "minutes"},
    ),
    EVIDENCE: (
        "evidence", "evidenceId", columns.EVIDENCE,
        {
            "sha256": "sha256", "bytes": "byte_count", "mediaType": "media_type", "about": "subject_kind",
            "subject": "subject", "name": "file_name", "note": "note", "actor": "actor",
        },
    ),
}  # fmt: skip
"""Sheet -> table whose events show its rows, column of their id, all columns, column of the sheet -> of the table."""


def sheet_of(pack: OpenedPack, path: str) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a small sheet by number. Raises `BadPack`."""
    names = _NAMED[path][2]
    try:
        lines = columns.numbered(pack.read(path, _MOST_BYTES))
        if [cells for _, cells in lines[:1]] != [list(names)]:
            raise BadPack(f"it has other columns than {', '.join(names)}")
        return [(line, dict(zip(names, cells, strict=True))) for line, cells in lines[1:]]
    except (csv.Error, ValueError) as error:
        raise BadPack(f"{path}: {error}") from None


def verify_sheets(
    pack: OpenedPack, sealed: Mapping[str, SealedHistory], damaged: Collection[str]
) -> Iterator[PackFinding]:
    """Compare the sheets with the histories of their tenants, by tenant, and say what was found; those of tenants in
    `damaged` do not hold.
    """
    for path in _NAMED:
        try:
            lines = sheet_of(pack, path)
        except BadPack as error:
            yield finding(PackFindingKind.BAD_FILE, file=path, reason=str(error))
            continue
        others = [line for line, row in lines if row["tenant"] in damaged]
        faults = [
            (line, reason) for line, row in lines if line not in others for reason in _faults(pack, path, row, sealed)
        ]
        for line, reason in faults:
            yield finding(PackFindingKind.BAD_ROW, file=path, line=line, reason=reason)
        if others:
            reason = f"{len(others)} lines are of tenants whose history does not hold"
            yield finding(PackFindingKind.NOT_COMPARED, file=path, reason=reason)
        elif not faults:
            yield finding(PackFindingKind.SHEETS_HOLD, file=path, count=len(lines))


def _faults(pack: OpenedPack, path: str, row: Mapping[str, str], sealed: Mapping[str, SealedHistory]) -> Iterator[str]:
    table, key, _, named = _NAMED[path]
    history = sealed.get(row["tenant"])
    found = history.registered[table].get(row[key]) if history else None
    if history is None or found is None:
        yield f"no event of the history of {row['tenant']} shows {row[key]}"
        return
    for column, name in named.items():
        if row[column] != found.row.get(name):
            yield f"{column} is {row[column]!r}, its event has {found.row.get(name)!r}"
    if path == SERIES:
        yield from _series_faults(row, found, history)
    if path == EVIDENCE:
        yield from _evidence_faults(pack, row, found)


def _series_faults(row: Mapping[str, str], found: Registered, history: SealedHistory) -> Iterator[str]:
    source = found.row["source_id"] or ""
    site = history.registered_as("sources", source, "site_id") or ""
    said = {
        "source": history.registered_as("sources", source, "code"),
        "site": history.registered_as("sites", site, "code"),
        "hasAttribute": "yes" if found.row["has_attribute"] == "true" else "no",
    }
    for column, value in said.items():
        if row[column] != value:
            yield f"{column} is {row[column]!r}, by the events it is {value!r}"


def _evidence_faults(pack: OpenedPack, row: Mapping[str, str], found: Registered) -> Iterator[str]:
    if row["recordedAt"] != found.recorded_at:
        yield f"recordedAt is {row['recordedAt']!r}, its event has {found.recorded_at!r}"
    try:
        digest, size = pack.measured(row["path"], int(found.row["byte_count"] or 0))
    except BadPack as error:
        yield str(error)
        return
    if (digest, f"{size}") != (found.row["sha256"], found.row["byte_count"]):
        yield f"{row['path']} has the SHA-256 {digest} and {size} bytes, its event has {found.row['sha256']}"
