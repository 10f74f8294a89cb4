"""Tables as a page shows them: texts in one language, numbers rounded and grouped, checked against their columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.document import CellKind, Column, Row, RowRole, Table, Value
from reports.rendering import codes
from reports.rendering.codes import spelled
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.numbers import NOT_STATED, common_places, grouped


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as shown, with its exact value, unit and the concept it reports, if it does."""

    text: str
    value: Value
    unit: str
    concept: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as shown."""

    heading: str
    role: RowRole
    cells: Sequence[CellView]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table as shown; `title` begins with its code, `headings` hold the units, `numeric` says which columns are
    aligned to the right.
    """

    title: str
    headings: Sequence[str]
    numeric: Sequence[bool]
    rows: Sequence[RowView]
    note: str


def table_view(table: Table, language: Language) -> TableView:
    """Return a table as shown. Raises `CannotRender` as `check_table` does."""
    check_table(table)
    places = [common_places(_numbers(table, at)) for at in range(len(table.columns))]
    return TableView(
        title(table, language),
        [heading(column, language) for column in table.columns],
        [column.kind is CellKind.NUMBER for column in table.columns],
        [_row_view(row, table.columns, places, language) for row in table.rows],
        language.of(table.note) if table.note else "",
    )


def title(table: Table, language: Language) -> str:
    """Return a table's title after its code, which stands once; a Chinese title may begin with it as 表B.1."""
    text = language.of(table.title)
    return text if text.removeprefix("表").startswith(f"{table.code} ") else f"{table.code}  {text}"


def heading(column: Column, language: Language) -> str:
    """Return a column's heading with its unit."""
    return f"{language.of(column.heading)} ({column.unit})" if column.unit else language.of(column.heading)


def check_table(table: Table) -> None:
    """Raise `CannotRender` for a row without a value for each column, a value of another kind, an unknown column."""
    codes = {column.code for column in table.columns}
    for row in table.rows:
        where = f"row {row.code!r} of table {table.code!r}"
        if len(row.cells) != len(table.columns):
            raise CannotRender(f"{where} has {len(row.cells)} cells; accepted are {len(table.columns)}, one a column")
        unknown = set(row.concepts or {}) - codes
        if unknown:
            raise CannotRender(f"{where} states a concept of the column {min(unknown)!r}, which the table has not")
        for column, value in zip(table.columns, row.cells, strict=True):
            if value is not None and not _is_of(column.kind, value):
                raise CannotRender(f"{where}: {value!r} in the column {column.code!r}, which takes a {column.kind}")


def _is_of(kind: CellKind, value: Value) -> bool:
    if kind is CellKind.NUMBER:
        return isinstance(value, Decimal) and value.is_finite()
    return isinstance(value, date if kind is CellKind.DAY else str)


def _numbers(table: Table, at: int) -> list[Decimal]:
    return [value for row in table.rows if isinstance(value := row.cells[at], Decimal)]


def _row_view(row: Row, columns: Sequence[Column], places: Sequence[int], language: Language) -> RowView:
    concepts = row.concepts or {}
    cells = [
        CellView(
            "" if _has_no_total(row, column, value) else _spelled(row, column, value, language) or _shown(value, kept),
            value,
            column.unit,
            concepts.get(column.code, ""),
        )
        for value, column, kept in zip(row.cells, columns, places, strict=True)
    ]
    return RowView(_heading(row, language), row.role, cells)


def _has_no_total(row: Row, column: Column, value: Value) -> bool:
    """Whether nothing is missing where nothing stands: texts, and numbers of a unit each, have no total."""
    return value is None and row.role is RowRole.TOTAL and (column.kind is not CellKind.NUMBER or not column.unit)


def _heading(row: Row, language: Language) -> str:
    """Return the heading of a row, in words where it is its code."""
    text = language.of(row.heading)
    return spelled(text, language) if text in row.code.split(".") else text


def _spelled(row: Row, column: Column, value: Value, language: Language) -> str:
    """Return the codes of a cell in words, nothing where it holds none."""
    holds_codes = column.code in codes.COLUMNS or row.code in codes.ROWS
    return spelled(value, language) if holds_codes and isinstance(value, str) else ""


def _shown(value: Value, places: int) -> str:
    if value is None:
        return NOT_STATED
    if isinstance(value, Decimal):
        return grouped(value, places)
    return value.isoformat() if isinstance(value, date) else value
