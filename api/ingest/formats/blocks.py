"""What reading a file yields: blocks of rows as text by field, with what cannot be read and where each cell stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars

from accounting.refusals import RefusalCode
from api.ingest.formats.headings import Layout
from ledger.bulk.chunks import Chunk

LONGEST_QUOTED: Final = 60
"""Characters of a cell that a message quotes."""
WHOLE_ROW: Final = ""
"""The field of a refusal that is about a row as such."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where cells stand, in the words of the program that made the file.

    `numbers` are those of the lines or rows, by position in the block; `sheet` empty is no workbook.
    """

    word: str
    numbers: Sequence[int]
    layout: Layout
    sheet: str = ""

    def part(self, start: int, count: int) -> "Places":
        """Return the places of some rows."""
        return Places(self.word, self.numbers[start : start + count], self.layout, self.sheet)

    def of(self, position: int, name: str) -> str:
        """Return where the cell of a field stands: `sheet Sheet1, cell D17` or `line 17, column 'Menge'`."""
        number = self.numbers[position]
        column = self.layout.place_of(name)
        if column is None and name in ("periodStart", "periodEnd"):
            name, column = "period", self.layout.place_of("period")
        if self.sheet:
            cell = f"row {number}" if column is None else f"cell {letters(column)}{number}"
            return f"sheet {self.sheet}, {cell}"
        line = f"{self.word} {number}"
        return line if column is None else f"{line}, column {self.layout.header_of(name)!r}"


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell or row that cannot be read, by position in its block; the message does not say where, `Places` does."""

    position: int
    field: str
    message: str
    code: RefusalCode = RefusalCode.UNREADABLE_ROW


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Rows as they stand in the file: a text column per field that is read, and `id 0`, `id 1` for parts of the id."""

    frame: polars.DataFrame
    places: Places
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row of a file is not posted; `message` says where the cell stands and quotes it."""

    row: int
    code: RefusalCode
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ready for the ledger's own checks: text columns by the names of the API, no nulls.

    `first_row` counts the rows of the file from 0, header and blank lines not counted. A row in `refused` is empty in
    the frame, so that the ledger refuses it too; its refusal here, by the same count, says why.
    """

    first_row: int
    frame: polars.DataFrame
    places: Places
    refused: Mapping[int, RowRefusal] = field(default_factory=dict)

    @property
    def chunk(self) -> Chunk:
        """The rows as the ledger merges them."""
        return Chunk(self.first_row, self.frame)

    def place(self, row: int, name: str) -> str:
        """Return where the cell of a field stands, for a message of the ledger about a row."""
        return self.places.of(row - self.first_row, name)

    def located(self, row: int, name: str, message: str) -> str:
        """Return a message of the ledger about a row with the place of its cell before it."""
        return f"{self.place(row, name)}: {message}"


def letters(place: int) -> str:
    """Return the letters of a sheet's column by its place from 0.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    text, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def quoted(text: str) -> str:
    """Return a cell for a message."""
    return repr(text) if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]!r}..."
