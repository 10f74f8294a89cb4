"""Making real files for the tests, and reading them."""

import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter
import zstandard

from accounting.management.ingest_profiles import Dataset, IngestProfile
from api.ingest.formats import Block, ContentCoding, FileFormat, Limits, RowRefusal, UnreadableFile, opened

HEADER: Final = (
    "source",
    "externalId",
    "activityType",
    "quantity",
    "unit",
    "periodStart",
    "periodEnd",
    "supplier",
    "quality",
    "document",
)
START, END = "2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00"
ROW: Final = ("M1", "a-1", "electricity.grid", "12.50", "kWh", START, END, "", "MEASURED", "bill 7")
SMALL: Final = Limits(line_bytes=4096, block_bytes=2048, rows=7, ratio_from=1 << 16, decoded_bytes=1 << 22)
"""Limits that make small files many blocks."""

Row = Sequence[str]


def read(
    path: Path,
    file_format: FileFormat,
    profile: IngestProfile | None = None,
    *,
    coding: ContentCoding = ContentCoding.IDENTITY,
    limits: Limits = Limits(),  # noqa: B008
    dataset: Dataset = Dataset.ACTIVITIES,
    from_row: int = 0,
) -> list[Block]:
    """Return the blocks of a file."""
    with opened(path, file_format, coding, profile, limits, dataset) as file:
        return list(file.blocks(from_row))


def rows(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """Return the rows of blocks that follow each other without a gap."""
    found: list[tuple[str, ...]] = []
    for block in blocks:
        assert block.first_row == blocks[0].first_row + len(found)
        found += block.frame.rows()
    return found


def refusals(blocks: Sequence[Block]) -> list[RowRefusal]:
    """Return what is refused, in the order of the rows."""
    return [block.refused[row] for block in blocks for row in sorted(block.refused)]


def fault_of(path: Path, file_format: FileFormat, profile: IngestProfile | None = None, **more: Any) -> UnreadableFile:
    """Return why a file is refused, which must be before a block is handed out."""
    try:
        with opened(path, file_format, profile=profile, **more):
            pass
    except UnreadableFile as error:
        return error
    raise AssertionError("the file was opened")


def csv_text(given: Sequence[Row], header: Row = HEADER, delimiter: str = ",", end: str = "\n") -> str:
    """Return CSV without quotes."""
    return "".join(delimiter.join(row) + end for row in (header, *given))


def ndjson_text(given: Sequence[dict[str, Any]]) -> str:
    """Return one object per line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given)


def saved(folder: Path, content: str | bytes, name: str = "file") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def packed(content: bytes, coding: ContentCoding) -> bytes:
    """Pack bytes."""
    if coding is ContentCoding.GZIP:
        return gzip.compress(content)
    return zstandard.compress(content) if coding is ContentCoding.ZSTD else content


def workbook_bytes(
    cells: Sequence[Sequence[Any]], options: dict[str, Any] | None = None, sheet: str = "Sheet1"
) -> bytes:
    """Return a workbook made by xlsxwriter: texts, numbers and dates as they are, `=...` as a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", **(options or {})}
    ) as book:
        found = book.add_worksheet(sheet)
        for number, row in enumerate(cells):
            for place, cell in enumerate(row):
                if cell is not None:
                    found.write(number, place, cell)
    return target.getvalue()


def sheet_replaced(book: bytes, sheet: str, entry: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook with another text in one entry."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for info in source.infolist():
            made.writestr(info.filename, sheet if info.filename == entry else source.read(info.filename))
    return target.getvalue()


def sheet_xml(body: str) -> str:
    """Return a sheet around rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'
