"""Tables in publishers' CSV files: the header found wherever it stands, rows with their numbers, cells checked.

Publishers save workbooks as CSV with title rows above the header and with spelling that changes between editions; a
column is therefore known by its name without case, spaces and punctuation. Nothing here knows what a table means.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain, islice
from typing import Final

from emission_factors.importers import RowError

HEADER_WITHIN: Final = 40
"""Rows in which the header is looked for."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, the publishers' names for it (normalised; `*` and `|` allowed), whether it is needed."""

    name: str
    known_as: str
    is_needed: bool = True

    def is_named(self, header: str) -> bool:
        """Whether a header cell names this column."""
        return any(fnmatchcase(normalised(header), name) for name in self.known_as.split("|"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header. `number` counts as a spreadsheet does; a column the file lacks reads as empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Table:
    """A header, as our column name -> the publisher's own text of it, its row number, and the rows below it."""

    header: Mapping[str, str]
    rows: Iterator[Row]
    header_number: int


def columns(*names: str) -> tuple[Column, ...]:
    """Return needed columns that a file names as we do."""
    return tuple(Column(name, normalised(name)) for name in names)


def normalised(text: str) -> str:
    """Return a name without case, spaces and punctuation.

    >>> normalised("GHG/Unit"), normalised("level_1")
    ('ghgunit', 'level1')
    """
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def slug(text: str) -> str:
    """Return a text as part of a kind or a record id.

    >>> slug("Air Travel - Short Haul (< 300 miles)")
    'air_travel_short_haul_300_miles'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def read_table(lines: Iterable[str], wanted: Iterable[Column], errors: list[RowError]) -> Table | None:
    """Find the header in the first rows and return the table, or report one error that lists the missing columns."""
    expected = tuple(wanted)
    rows = enumerate(csv.reader(_without_mark(lines)), 1)
    above = list(islice(rows, HEADER_WITHIN))
    best = max(range(len(above)), key=lambda index: len(_places(above[index][1], expected)), default=None)
    number, cells = above[best] if best is not None else (1, [])
    places = _places(cells, expected)
    missing = [column.name for column in expected if column.is_needed and column.name not in places]
    if missing or best is None:
        message = f"is no header of this publication: missing are {', '.join(missing)}"
        errors.append(RowError(number, "header", ", ".join(cell for cell in cells if cell)[:120], message))
        return None
    header = {name: cells[place].strip() for name, place in places.items()}
    return Table(header, _rows(chain(above[best + 1 :], rows), expected, places), number)


def number(row: Row, column: str, errors: list[RowError]) -> str:
    """Return the cell's text where it is a decimal number, exponent allowed; otherwise report it and return nothing."""
    text = row[column]
    if _NUMBER.fullmatch(text):
        return text
    message = "is not a number: digits with a point, such as 0.18296, are accepted"
    errors.append(RowError(row.number, column, text, message))
    return ""


def _rows(
    numbered: Iterable[tuple[int, list[str]]], expected: Iterable[Column], places: Mapping[str, int]
) -> Iterator[Row]:
    names = [column.name for column in expected]
    for index, cells in numbered:
        if any(cell.strip() for cell in cells):
            yield Row(index, {name: _cell(cells, places.get(name)) for name in names})


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _places(cells: list[str], expected: Iterable[Column]) -> dict[str, int]:
    """Return column name -> its index, the first cell that names it."""
    places: dict[str, int] = {}
    for index, cell in enumerate(cells):
        for column in expected:
            if column.name not in places and cell.strip() and column.is_named(cell):
                places[column.name] = index
    return places


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Drop the byte-order mark that spreadsheets put before the first line of a UTF-8 file."""
    for index, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if index == 0 else line
