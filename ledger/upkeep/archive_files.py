"""The files of an archive: Parquet of text columns, and a manifest that proves them. Verified without a database."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from emission_factors.decimals import EXACT

ROWS_PER_FILE: Final = 500_000
MANIFEST: Final = "manifest.json"
_SUMMED: Final = {
    "activities": (
        "base_quantity",
        ("tenant_id", "site_id", "activity_type", "supplier", "base_unit", "quality", "local_start", "kind"),
    ),
    "interval_readings": ("value", ("tenant_id", "series_id")),
}
"""Column that is summed, and the columns that it is summed by: cells, or series. Of `local_start` the month counts."""
Row = tuple[str | None, ...]


class ArchiveDamaged(Exception):
    """The files are not those that their manifest describes; the message says where they differ."""


class ArchivedFile(msgspec.Struct, frozen=True):
    """One Parquet file: its name, rows and SHA-256."""

    name: str
    row_count: int
    sha256: str


class ArchivedSum(msgspec.Struct, frozen=True):
    """The exact sum of a cell or series over all rows of the archive, every version counted."""

    key: tuple[str, ...]
    quantity: str
    row_count: int


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds. `digest` is the SHA-256 over the rows in canonical order, each a JSON array and a newline;
    `sums` are by the columns `summed_by`.
    """

    table: str
    columns: tuple[str, ...]
    row_count: int
    digest: str
    summed_by: tuple[str, ...]
    sums: tuple[ArchivedSum, ...]
    files: tuple[ArchivedFile, ...]


def write(folder: Path, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Manifest:
    """Write rows, already in canonical order, and their manifest into `folder`; return the manifest.

    No more than `ROWS_PER_FILE` rows are in memory at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    proof = _Proof(table, tuple(columns))
    files = []
    for number, part in enumerate(_parts(iter(rows))):
        path = folder / f"{table}.{number:04}.parquet"
        pl.DataFrame(part, dict.fromkeys(columns, pl.String), orient="row").write_parquet(path, statistics=False)
        proof.add(part)
        files.append(ArchivedFile(path.name, len(part), _sha256(path)))
    manifest = proof.manifest(files)
    written = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (folder / MANIFEST).write_bytes(written + b"\n")
    return manifest


def verify(folder: Path) -> Manifest:
    """Read an archive back and return its manifest; raises `ArchiveDamaged` where anything in it differs."""
    try:
        told = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise ArchiveDamaged(f"{folder / MANIFEST} cannot be read: {error}") from error
    proof = _Proof(told.table, told.columns)
    for file in told.files:
        proof.add(_read(folder / Path(file.name).name, file, told.columns))
    found = proof.manifest(told.files)
    for name in ("row_count", "digest", "summed_by", "sums"):
        if getattr(found, name) != getattr(told, name):
            raise ArchiveDamaged(f"{folder}: {name} of the rows is not that of the manifest")
    return told


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, ROWS_PER_FILE)):
        yield part


def _read(path: Path, file: ArchivedFile, columns: Sequence[str]) -> list[Row]:
    try:
        found = _sha256(path)
    except OSError as error:
        raise ArchiveDamaged(f"{path} cannot be read: {error}") from error
    if found != file.sha256:
        raise ArchiveDamaged(f"{path} has the SHA-256 {found}, its manifest says {file.sha256}")
    frame = pl.read_parquet(path)
    if tuple(frame.columns) != tuple(columns) or len(frame) != file.row_count:
        raise ArchiveDamaged(f"{path} has {len(frame)} rows of {', '.join(frame.columns)}")
    return frame.rows()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(slots=True)
class _Proof:
    """What proves rows, gathered as they pass: their number, digest and sums."""

    table: str
    columns: tuple[str, ...]
    row_count: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    sums: dict[tuple[str, ...], tuple[Decimal, int]] = field(default_factory=dict)

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows into account, in canonical order."""
        self.row_count += len(rows)
        for row in rows:
            self.digest.update(msgspec.json.encode(row) + b"\n")
        for key, quantity in self._summed(rows):
            total, count = self.sums.get(key, (Decimal(0), 0))
            self.sums[key] = (EXACT.add(total, quantity), count + 1)

    def manifest(self, files: Sequence[ArchivedFile]) -> Manifest:
        """Return the manifest of the rows so far."""
        sums = (ArchivedSum(key, format(total, "f"), count) for key, (total, count) in sorted(self.sums.items()))
        return Manifest(
            self.table,
            self.columns,
            self.row_count,
            self.digest.hexdigest(),
            self._by(),
            tuple(sums),
            tuple(files),
        )

    def _by(self) -> tuple[str, ...]:
        return _SUMMED[self.table[:-8]][1]

    def _summed(self, rows: Sequence[Row]) -> Iterator[tuple[tuple[str, ...], Decimal]]:
        quantity, by = _SUMMED[self.table[:-8]]
        at, keys = self.columns.index(quantity), [(name, self.columns.index(name)) for name in by]
        for row in rows:
            key = tuple(_shown(name, row[index]) for name, index in keys)
            yield key, Decimal(row[at] or 0)


def _shown(name: str, value: str | None) -> str:
    return (value or "")[:7] if name == "local_start" else value or ""
