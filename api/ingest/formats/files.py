"""From a spool file to blocks of rows: the format, what it is packed in, the profile, all within limits.

A file is proved as a whole before its first row is handed out: unpacked to its end, its characters and structure read.
So a file that is damaged or cut off anywhere writes nothing at all. What is wrong with single rows is said of these.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from accounting.management.ingest_profiles import Dataset, IngestProfile
from api.ingest.formats import conversion
from api.ingest.formats.blocks import Block, Places, RawBlock, Unread
from api.ingest.formats.codings import ContentCoding, pieces
from api.ingest.formats.csv_files import CsvFile
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile
from api.ingest.formats.headings import Layout
from api.ingest.formats.ndjson_files import NdjsonFile
from api.ingest.formats.parquet_files import ParquetFile
from api.ingest.formats.sheets import SheetFile


class FileFormat(StrEnum):
    """The formats of bulk files."""

    NDJSON = "NDJSON"
    """One JSON object on each line."""
    CSV = "CSV"
    """Comma-separated values with a header; other separators are found or named."""
    PARQUET = "PARQUET"
    """Apache Parquet."""
    XLSX = "XLSX"
    """A workbook of a spreadsheet program."""


MEDIA_TYPES: Final = {
    "application/x-ndjson": FileFormat.NDJSON,
    "application/ndjson": FileFormat.NDJSON,
    "application/jsonl": FileFormat.NDJSON,
    "text/csv": FileFormat.CSV,
    "application/vnd.apache.parquet": FileFormat.PARQUET,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FileFormat.XLSX,
}
SUFFIXES: Final = {
    ".ndjson": FileFormat.NDJSON,
    ".jsonl": FileFormat.NDJSON,
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".parquet": FileFormat.PARQUET,
    ".xlsx": FileFormat.XLSX,
}
_SIGNS: Final = (
    (b"\x1f\x8b", "gzip; send Content-Encoding: gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd; send Content-Encoding: zstd"),
    (b"PK\x03\x04", "a zip or workbook; its Content-Type is that of .xlsx"),
    (b"PAR1", "Parquet; its Content-Type is application/vnd.apache.parquet"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls) or one with a password; accepted is .xlsx without one"),
)
"""How other formats begin, and what the sender has to say of them."""
_TEXT: Final = (FileFormat.NDJSON, FileFormat.CSV)


class Reader(Protocol):
    """What reads one format."""

    layout: Layout

    def prove(self) -> int:
        """Return about how many rows there are; raises `UnreadableFile`."""

    def raw(self) -> Iterator[RawBlock]:
        """Return the rows in blocks."""


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A file that is sound as a whole. `rows` is about how many there are, blank lines counted."""

    layout: Layout
    rows: int
    _reader: Reader = field(repr=False)
    _profile: IngestProfile | None = field(repr=False)
    _limits: Limits = field(repr=False)
    _dataset: Dataset = field(default=Dataset.ACTIVITIES, repr=False)

    def blocks(self, from_row: int = 0) -> Iterator[Block]:
        """Return the rows from one on, counted from 0, in blocks of at most `limits.rows`; the same each time."""
        row = 0
        for whole in self._reader.raw():
            for raw in _parts(whole, self._limits.rows):
                height = raw.frame.height
                if row >= from_row:
                    yield conversion.block(raw, row, self._profile, self._dataset)
                elif row + height > from_row:
                    rest = _part(raw, from_row - row, height)
                    yield conversion.block(rest, from_row, self._profile, self._dataset)
                row += height


@contextmanager
def opened(
    path: Path,
    file_format: FileFormat,
    coding: ContentCoding = ContentCoding.IDENTITY,
    profile: IngestProfile | None = None,
    limits: Limits = Limits(),  # noqa: B008  frozen
    dataset: Dataset = Dataset.ACTIVITIES,
) -> Iterator[ReadableFile]:
    """Prove a file and give it to read; raises `UnreadableFile`, also while the blocks are read.

    Without a profile, texts are taken as they are. `dataset` says what the rows are where there is none. A packed
    Parquet file or workbook is unpacked beside the spool file while it is open, as these are not read in order.
    """
    reading = profile or replace(_AS_POSTED, dataset=dataset)
    _check_sign(path, file_format, coding)
    with _unpacked(path, file_format, coding, limits) as readable:
        reader = _reader(readable, file_format, coding, reading, limits)
        yield ReadableFile(reader.layout, reader.prove(), reader, profile, limits, dataset)


_AS_POSTED: Final = IngestProfile("as posted", is_trimmed=False)


def _reader(
    path: Path, file_format: FileFormat, coding: ContentCoding, profile: IngestProfile, limits: Limits
) -> Reader:
    if file_format is FileFormat.CSV:
        return CsvFile(path, coding, profile, limits)
    if file_format is FileFormat.NDJSON:
        return NdjsonFile(path, coding, profile, limits)
    if file_format is FileFormat.PARQUET:
        return ParquetFile(path, profile, limits)
    return SheetFile(path, profile, limits)


def _check_sign(path: Path, file_format: FileFormat, coding: ContentCoding) -> None:
    """Raise `UnreadableFile` for an empty file, or one that begins as another format does."""
    with path.open("rb") as file:
        begin = file.read(8)
    if not begin:
        raise UnreadableFile(FileFault.EMPTY, "the file is empty; accepted is a file with a row for each fact")
    if coding is not ContentCoding.IDENTITY:
        return
    for sign, what in _SIGNS:
        is_own = sign in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") and file_format is FileFormat.XLSX
        is_own |= sign == b"PAR1" and file_format is FileFormat.PARQUET
        if begin.startswith(sign) and not is_own:
            raise UnreadableFile(FileFault.FORMAT, f"the file was sent as {file_format} and is {what}")


@contextmanager
def _unpacked(path: Path, file_format: FileFormat, coding: ContentCoding, limits: Limits) -> Iterator[Path]:
    if coding is ContentCoding.IDENTITY or file_format in _TEXT:
        yield path
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".unpacked") as copy:
        for piece in pieces(path, coding, limits):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def _parts(raw: RawBlock, rows: int) -> Iterator[RawBlock]:
    for start in range(0, raw.frame.height, rows):
        yield _part(raw, start, min(start + rows, raw.frame.height))


def _part(raw: RawBlock, start: int, end: int) -> RawBlock:
    if start == 0 and end == raw.frame.height:
        return raw
    unread = (replace(one, position=one.position - start) for one in raw.unread if start <= one.position < end)
    places: Places = raw.places.part(start, end - start)
    return RawBlock(raw.frame.slice(start, end - start), places, tuple[Unread, ...](unread))
