"""A document as a workbook: the head with the totals, a sheet for each table, the inventory lines; every value exact.

A cell of a spreadsheet is a double, and what is typed or shown has 15 significant digits. A decimal of at most 15
digits comes back from it as it was; a longer one is written as a text (`words.EXACT_CELLS` tells the reader). No text
becomes a formula or a link, whatever it begins with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from emission_factors.decimals import plain
from reports.document import CellKind, Document, InventoryLine, RowRole, Table
from reports.rendering import words
from reports.rendering.canonical_json import fingerprint, to_canonical_json
from reports.rendering.errors import CannotRender
from reports.rendering.heads import head_lines, title, total_lines
from reports.rendering.instants import known_at
from reports.rendering.languages import Language
from reports.rendering.numbers import rounded
from reports.rendering.sheet_names import sheet_names
from reports.rendering.views import check_table, heading
from reports.rendering.views import title as table_title

MAX_NUMBER_DIGITS: Final = 15
"""Significant digits of a number in a spreadsheet, which is as many as a double holds for certain (IEEE 754)."""
_REFUSALS: Final = {-1: "a sheet has 1,048,576 rows and 16,384 columns", -2: "a cell holds 32,767 characters"}
"""The writer answers a number where it wrote nothing, or less than it was given."""
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_TABLE_TOP: Final = 3
"""Row of a table's headings: its title and its note stand above."""


def to_xlsx(document: Document, language: Language) -> bytes:
    """Return the workbook; the same document gives the same bytes.

    Raises `CannotRender` for a table whose cells do not fit its columns, a text longer than a cell holds, more rows
    than a sheet holds, a total without a name.
    """
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties(
            {"title": title(document, language), "created": known_at(document).replace(tzinfo=None)}
        )
        book = _Book(workbook, language)
        names = sheet_names([table.code for table in document.tables], language)
        book.write_head(document, names[0])
        for table, name in zip(document.tables, names[1:-1], strict=True):
            book.write_table(table, name)
        book.write_lines(document.lines, names[-1])
    return buffer.getvalue()


def is_held(value: Decimal) -> bool:
    """Whether a spreadsheet gives a decimal back to its last digit.

    >>> is_held(Decimal("0.1")), is_held(Decimal("1234567890.123456"))
    (True, False)
    """
    digits = plain(value.copy_abs()).replace(".", "").strip("0")
    return len(digits) <= MAX_NUMBER_DIGITS


class _Book:
    """The workbook while it is written; formats are made once each."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self._workbook = workbook
        self._language = language
        self._formats: dict[tuple[str, ...], Format] = {}

    def write_head(self, document: Document, name: str) -> None:
        sheet = self._sheet(name, [44, 80, 18])
        self._text(sheet, 0, 0, title(document, self._language), "bold")
        digest = fingerprint(to_canonical_json(document))
        row = 2
        for line in head_lines(document, self._language, digest):
            row = self._pair(sheet, row, line.label, line.text)
        self._text(sheet, row + 1, 2, self._language.of(words.ROUNDED), "bold", "right")
        row = self._pair(sheet, row + 1, self._language.of(words.TOTAL_HEADING), words.TONNES, "bold")
        for total in total_lines(document, self._language):
            self._text(sheet, row, 0, total.label)
            self._number(sheet, row, 1, total.value)
            self._number(sheet, row, 2, rounded(total.value))
            row += 1
        gaps = document.gaps or [self._language.of(words.NO_GAPS)]
        for label, texts in ((words.GAPS, gaps), (words.EXACT_CELLS, [])):
            row = self._pair(sheet, row + 1, self._language.of(label), "", "wrap")
            for text in texts:
                row = self._pair(sheet, row, text, "", "wrap")

    def write_table(self, table: Table, name: str) -> None:
        check_table(table)
        sheet = self._sheet(name, [12, 44, *(24 if column.kind is CellKind.TEXT else 18 for column in table.columns)])
        self._text(sheet, 0, 0, table_title(table, self._language), "bold")
        self._text(sheet, 1, 0, self._language.of(table.note) if table.note else "")
        heads = [heading(column, self._language) for column in table.columns]
        self._headings(sheet, [self._language.of(words.ROW_CODE), self._language.of(words.ITEM), *heads])
        for at, row in enumerate(table.rows, start=_TABLE_TOP + 1):
            weight = {RowRole.TOTAL: "bold", RowRole.MEMO: "italic"}.get(row.role, "")
            self._text(sheet, at, 0, row.code, weight)
            self._text(sheet, at, 1, self._language.of(row.heading), weight)
            for column, value in enumerate(row.cells, start=2):
                self._cell(sheet, at, column, value, weight)

    def write_lines(self, lines: Sequence[InventoryLine], name: str) -> None:
        columns = [field.name for field in fields(InventoryLine)]
        sheet = self._sheet(name, [22] * len(columns))
        self._text(sheet, 0, 0, self._language.of(words.LINES_SHEET), "bold")
        self._text(sheet, 1, 0, self._language.of(words.LINES_NOTE))
        self._headings(sheet, [self._language.of(words.LINE_COLUMNS[column]) for column in columns])
        for at, line in enumerate(lines, start=_TABLE_TOP + 1):
            for column, field in enumerate(columns):
                self._cell(sheet, at, column, _line_value(getattr(line, field)), "")

    def _sheet(self, name: str, widths: Sequence[int]) -> Worksheet:
        sheet = self._workbook.add_worksheet(name)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        return sheet

    def _headings(self, sheet: Worksheet, texts: Sequence[str]) -> None:
        for at, text in enumerate(texts):
            self._text(sheet, _TABLE_TOP, at, text, "bold", "head")
        sheet.freeze_panes(_TABLE_TOP + 1, 0)
        sheet.repeat_rows(_TABLE_TOP)

    def _pair(self, sheet: Worksheet, row: int, label: str, text: str, *styles: str) -> int:
        self._text(sheet, row, 0, label, *styles)
        self._text(sheet, row, 1, text, *styles)
        return row + 1

    def _cell(self, sheet: Worksheet, row: int, column: int, value: object, weight: str) -> None:
        if isinstance(value, Decimal):
            self._number(sheet, row, column, value, weight)
        elif isinstance(value, date):
            self._text(sheet, row, column, value.isoformat(), weight)
        elif value is not None:
            self._text(sheet, row, column, str(value), weight)

    def _number(self, sheet: Worksheet, row: int, column: int, value: Decimal, weight: str = "") -> None:
        """Write an exact decimal: as a number that shows all its digits if a cell holds it, else as a text."""
        written = plain(value)
        if not is_held(value):
            self._text(sheet, row, column, written, weight, "right")
            return
        places = len(written.partition(".")[2])
        style = self._format(weight, f"#,##0.{'0' * places}" if places else "#,##0")
        _done(sheet.write_number(row, column, float(value), style), written)

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, *styles: str) -> None:
        if not text:
            return
        quoted = ("quoted",) if text.startswith(_FORMULA_SIGNS) else ()
        _done(sheet.write_string(row, column, text, self._format(*styles, *quoted)), text)

    def _format(self, *styles: str) -> Format | None:
        wanted = tuple(style for style in styles if style)
        if wanted and wanted not in self._formats:
            self._formats[wanted] = _styled(self._workbook.add_format(), wanted)
        return self._formats.get(wanted)


def _styled(made: Format, styles: Sequence[str]) -> Format:
    for style in styles:
        if style == "bold":
            made.set_bold()
        elif style == "italic":
            made.set_italic()
        elif style == "right":
            made.set_align("right")
        elif style == "quoted":
            made.set_quote_prefix()
        elif style in ("wrap", "head"):
            made.set_text_wrap()
        else:
            made.set_num_format(style)
    return made


def _done(answer: int, written: str) -> None:
    if answer:
        raise CannotRender(f"no cell can be {written[:60]!r} ({len(written)} characters): {_REFUSALS[answer]}")


def _line_value(value: object) -> object:
    """Return one field of an inventory line as a cell: lists and mappings as texts."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {plain(value[name])}" for name in sorted(value))
    if isinstance(value, int):
        return Decimal(value)
    return "; ".join(value) if isinstance(value, list | tuple) else value
