"""Importers: publishers' own files in, rows of the catalogue's format out. Pure: text lines in, rows and errors out.

An importer never stops at a bad row. It reports row, column, value and what would be accepted, and goes on, so that a
dry run shows every fault of a file at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault of a publisher's file. `row_number` counts as a spreadsheet does: the header is row 1."""

    row_number: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row_number}, column {self.column}: {self.value!r} {self.message}"


@dataclass(slots=True)
class Imported:
    """What an importer made of a file: factor rows, property rows and faults."""

    rows: list[Mapping[str, str]] = field(default_factory=list)
    properties: list[Mapping[str, str]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
