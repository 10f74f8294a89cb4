"""The rows of a sheet as texts: numbers exactly as they are stored, dates by their style, formulas by their value.

A number is stored as decimal text of a binary number. One of up to 15 digits is what was typed; one with more came out
of a calculation and is refused unless the profile says how it is rounded. A date is days since the end of 1899, or the
beginning of 1904 (ECMA-376 part 1, 18.17.4.1), read to the millisecond.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars

from accounting.management.ingest_profiles import NUMBERS, PERIOD, TIMES, IngestProfile
from accounting.refusals import RefusalCode
from api.ingest.formats import numerals
from api.ingest.formats.blocks import Places, RawBlock, Unread
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile, sized
from api.ingest.formats.headings import layout
from api.ingest.formats.workbooks import Workbook, workbook
from emission_factors.decimals import NotADecimal

_LETTERS: Final = re.compile(r"[A-Z]{1,3}", re.ASCII)
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook's clock has no zone
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_FIRST_SOUND: Final = 61
"""Serial of 1 March 1900; before it the 1900 system counts a 29 February that never was."""
_LAST_SERIAL: Final = 2_958_465
_MILLISECONDS: Final = 86_400_000
_LAST_COLUMN: Final = 16_384
_UNCALCULATED: Final = (
    "is a formula whose value was never calculated; open the workbook in a spreadsheet program and save it"
)


class Cell:
    """A cell as it is stored: `kind` is its type, `style` the number of its style, `text` its value."""

    __slots__ = ("formula", "has_formula", "has_value", "kind", "style", "text")

    def __init__(self, kind: str, style: str) -> None:
        self.kind, self.style, self.text, self.formula = kind, style, "", ""
        self.has_formula = self.has_value = False


class Rows:
    """Collects the rows of a sheet as its XML goes by; of each only the columns that are wanted, or all while None."""

    def __init__(self, limits: Limits) -> None:
        self.wanted: frozenset[int] | None = None
        self.finished: list[tuple[int, dict[int, Cell]]] = []
        self._limits = limits
        self._number = self._column = self._size = 0
        self._cells: dict[int, Cell] = {}
        self._cell: Cell | None = None
        self._inside = ""

    def start(self, name: str, at: dict[str, str]) -> None:
        """Begin a row, a cell, or a part of a cell."""
        if name == "c":
            self._column = _column(at.get("r", ""), self._column)
            is_wanted = self.wanted is None or self._column in self.wanted
            self._cell = Cell(at.get("t", "n"), at.get("s", "")) if is_wanted else None
        elif name == "row":
            number = int(at["r"]) if at.get("r", "").isdecimal() else self._number + 1
            if number <= self._number:
                raise UnreadableFile(FileFault.FORMAT, f"the rows of the sheet are not in order: {number} comes late")
            self._number, self._column, self._size, self._cells = number, -1, 0, {}
        elif name in ("v", "t", "f") and self._cell is not None:
            self._inside = name
            self._cell.has_formula |= name == "f"
        elif name == "rPh":
            self._inside = ""

    def end(self, name: str) -> None:
        """End a row, a cell, or a part of a cell."""
        if name == "c" and self._cell is not None:
            if self._cell.has_value or self._cell.has_formula:
                self._cells[self._column] = self._cell
        elif name == "row" and self._cells:
            self.finished.append((self._number, self._cells))
        elif name in ("v", "t", "f"):
            self._inside = ""

    def text(self, data: str) -> None:
        """Add to the value or formula of the cell."""
        if not self._inside or self._cell is None:
            return
        self._size += len(data)
        if self._size > self._limits.line_bytes:
            message = f"row {self._number} has more than {sized(self._limits.line_bytes)}, the most accepted"
            raise UnreadableFile(FileFault.LINE_TOO_LONG, message)
        if self._inside == "f":
            self._cell.formula += data
        else:
            self._cell.text += data
            self._cell.has_value = True


class SheetFile:
    """A sheet of a workbook. Making it reads the header; `prove` reads all of it and keeps nothing."""

    def __init__(self, path: Path, profile: IngestProfile, limits: Limits) -> None:
        self._profile, self._limits = profile, limits
        self._book = workbook(path, profile.sheet, limits)
        self.layout = layout(self._header(), profile, limits)
        self._columns = {column.place for column in self.layout.columns}

    def prove(self) -> int:
        """Return how many rows there are under the header; raises `UnreadableFile` wherever the sheet is damaged."""
        found = 0

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal found
            found += name == "row"

        for _ in self._book.entries.parse(self._book.entry, start):
            pass
        if found < 2 or not any(True for _ in self._rows()):
            raise UnreadableFile(FileFault.EMPTY, f"the sheet {self._book.sheet!r} has a header and no row under it")
        return found - 1

    def raw(self) -> Iterator[RawBlock]:
        """Return the rows in blocks."""
        held: list[tuple[int, dict[int, Cell]]] = []
        for row in self._rows():
            held.append(row)
            if len(held) == self._limits.rows:
                yield self._block(held)
                held = []
        if held:
            yield self._block(held)

    def _header(self) -> list[str]:
        rows = Rows(self._limits)
        for _ in self._book.entries.parse(self._book.entry, rows.start, rows.end, rows.text):
            for number, cells in rows.finished:
                if number == self._profile.header_row:
                    return self._headers(cells)
            if rows.finished and rows.finished[-1][0] > self._profile.header_row:
                break
            rows.finished.clear()
        message = f"row {self._profile.header_row} of the sheet {self._book.sheet!r} holds no header"
        raise UnreadableFile(FileFault.HEADER, f"{message}; a profile's header_row says which row does")

    def _headers(self, cells: dict[int, Cell]) -> list[str]:
        texts = [""] * (max(cells) + 1)
        for place, cell in cells.items():
            texts[place] = _shown(cell, self._book)
        return texts

    def _rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Return the rows under the header that have a cell in a column that is read."""
        rows = Rows(self._limits)
        rows.wanted = frozenset(self._columns)
        for _ in self._book.entries.parse(self._book.entry, rows.start, rows.end, rows.text):
            yield from (row for row in rows.finished if row[0] > self._profile.header_row)
            rows.finished.clear()

    def _block(self, rows: list[tuple[int, dict[int, Cell]]]) -> RawBlock:
        columns: dict[str, list[str | None]] = {}
        unread: list[Unread] = []
        for column in self.layout.columns:
            texts: list[str | None] = []
            for position, (_, cells) in enumerate(rows):
                cell = cells.get(column.place)
                try:
                    texts.append(None if cell is None else _text(cell, column.field, self._book, self._profile))
                except _NotRead as error:
                    unread.append(Unread(position, column.field, str(error), error.code))
                    texts.append(None)
            columns[column.field] = texts
        frame = polars.DataFrame(columns, schema=dict.fromkeys(columns, polars.String))
        places = Places("row", [number for number, _ in rows], self.layout, self._book.sheet)
        return RawBlock(frame, places, tuple(unread))


class _NotRead(ValueError):
    """A cell that a field cannot take."""

    def __init__(self, message: str, code: RefusalCode = RefusalCode.UNREADABLE_ROW) -> None:
        super().__init__(message)
        self.code = code


def _text(cell: Cell, field: str, book: Workbook, profile: IngestProfile) -> str | None:
    """Return what a cell says to a field; raises `_NotRead`."""
    if cell.has_formula and (not cell.has_value or book.is_uncalculated):
        raise _NotRead(f"'={cell.formula[:60]}' {_UNCALCULATED}")
    if cell.kind == "e":
        raise _NotRead(f"{cell.text[:20]} is an error of the spreadsheet")
    if cell.kind == "b":
        raise _NotRead(f"{'TRUE' if cell.text == '1' else 'FALSE'} is neither text nor number")
    if cell.kind != "n":
        return _shown(cell, book)
    if not cell.text.strip():
        return None
    has_time = book.dates.get(int(cell.style)) if cell.style.isdecimal() else None
    if field in (*TIMES, PERIOD):
        return _moment(cell.text, has_time, is_1904=book.is_1904)
    if has_time is not None:
        raise _NotRead(f"{cell.text[:30]} is shown as a date; {field} is none")
    return _number(cell.text, field, profile)


def _shown(cell: Cell, book: Workbook) -> str:
    """Return the text of a cell that holds text."""
    if cell.kind != "s":
        return cell.text
    try:
        return book.texts[int(cell.text)]
    except (ValueError, IndexError):
        raise UnreadableFile(FileFault.FORMAT, f"the workbook has no text number {cell.text[:20]!r}") from None


def _number(text: str, field: str, profile: IngestProfile) -> str:
    """Return a number as the profile writes one, or the digits of an id that was typed as a number."""
    if field in NUMBERS:
        try:
            return numerals.as_written(numerals.exact_text(text, profile), profile)
        except (NotADecimal, numerals.NotExact) as error:
            raise _NotRead(str(error), RefusalCode.NOT_A_NUMBER) from None
    try:
        return numerals.exact_text(text, _UNROUNDED)
    except (NotADecimal, numerals.NotExact):
        message = f"{text[:40]} is a number of more digits than a spreadsheet keeps; format the column as text"
        raise _NotRead(message) from None


_UNROUNDED: Final = IngestProfile("unrounded")


@lru_cache(maxsize=65_536)
def _moment(text: str, has_time: bool | None, *, is_1904: bool) -> str:
    """Return the day or time of a serial number, on the workbook's clock."""
    try:
        serial = Decimal(text)
    except ArithmeticError:
        raise _NotRead(f"{text[:30]!r} is no date", RefusalCode.BAD_TIME) from None
    if has_time is None:
        raise _NotRead(f"{text[:30]} is a number that is not shown as a date; format it as one", RefusalCode.BAD_TIME)
    first = 0 if is_1904 else _FIRST_SOUND
    if not serial.is_finite() or not first <= serial <= _LAST_SERIAL:
        raise _NotRead(f"{text[:30]} is no day that a spreadsheet counts soundly", RefusalCode.BAD_TIME)
    begin = _EPOCH_1904 if is_1904 else _EPOCH
    moment = begin + timedelta(milliseconds=int((serial * _MILLISECONDS).to_integral_value()))
    if not has_time and moment.hour == moment.minute == moment.second == moment.microsecond == 0:
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds").removesuffix(".000")


def _column(reference: str, before: int) -> int:
    """Return the place of a cell's column from 0; the next where the cell does not say."""
    if not reference:
        return before + 1
    try:
        return _place(reference.rstrip("0123456789"))
    except ValueError:
        raise UnreadableFile(FileFault.FORMAT, f"the sheet has a cell {reference[:20]!r}, which is no cell") from None


@lru_cache(maxsize=1024)
def _place(name: str) -> int:
    """Return the place of a column by its letters; raises `ValueError` for what is none."""
    place = 0
    if not _LETTERS.fullmatch(name):
        raise ValueError(name)
    for letter in name:
        place = place * 26 + ord(letter) - ord("A") + 1
    if place > _LAST_COLUMN:
        raise ValueError(name)
    return place - 1
