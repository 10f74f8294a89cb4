"""How a table is made: columns, rows of values or of sums of the document's lines, and rows that add others."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from emission_factors import decimals
from reports.assembling.lines import Lines
from reports.document import Bilingual, CellKind, Column, LineSum, Row, RowRole, Table, Value

Given = Value | LineSum | Fraction | int | None
"""What a cell is made of; a sum of lines is worked out, a fraction written as the decimal it is, or to 50 digits."""
Concepts = Mapping[str, str]
"""Column -> concept."""

NOT_STATED: Final = Bilingual(
    "Nobody stated what this table shows; that is not zero.", "本表内容无人填报；未填报不等于零。"
)
"""The note of a table whose inputs are not there."""


def both(en: str, zh: str) -> Bilingual:
    """Return a text in both languages; one that is missing in Chinese stands in English."""
    return Bilingual(en, zh or en)


def word(en: str, zh: str) -> str:
    """Return a word of ours for a cell, whose texts stand in one form for all languages."""
    return f"{zh} {en}"


def text(code: str, en: str, zh: str) -> Column:
    """Return a column of texts."""
    return Column(code, both(en, zh))


def number(code: str, en: str, zh: str, unit: str = "") -> Column:
    """Return a column of exact decimals in a unit."""
    return Column(code, both(en, zh), CellKind.NUMBER, unit)


def day(code: str, en: str, zh: str) -> Column:
    """Return a column of dates."""
    return Column(code, both(en, zh), CellKind.DAY)


def percent(part: Decimal, whole: Decimal) -> Fraction | None:
    """Return a part in percent of a whole, None of nothing."""
    return 100 * Fraction(part) / Fraction(whole) if whole else None


CO2E: Final = number("co2e", "CO2e", "排放量", "tCO2e")
"""The column of emissions in most tables."""


class TableMaker:
    """One table while it is made. `adding` are the columns that a row of totals states."""

    def __init__(
        self, lines: Lines, code: str, title: Bilingual, columns: Sequence[Column], adding: Iterable[str] = ("co2e",)
    ) -> None:
        codes = [column.code for column in columns]
        if len(set(codes)) < len(codes):
            raise RuntimeError(f"table {code} has two columns of one code: {codes}")
        self._lines = lines
        self._code = code
        self._title = title
        self._columns = tuple(columns)
        self._adding = frozenset(adding)
        self._rows: dict[str, Row] = {}

    @property
    def next_code(self) -> str:
        """The code of the next row, where rows have no names of their own."""
        return f"{len(self._rows) + 1:03}"

    def row(
        self,
        code: str,
        heading: Bilingual,
        cells: Mapping[str, Given],
        *,
        role: RowRole = RowRole.LINE,
        concepts: Concepts | None = None,
    ) -> None:
        """Add a row; a column that is not given is not stated, and what is not stated reports no concept."""
        unknown = set(cells) - {column.code for column in self._columns}
        if unknown or code in self._rows:
            raise RuntimeError(f"row {code} of table {self._code} comes twice, or names columns {sorted(unknown)}")
        sums = {name: given for name, given in cells.items() if isinstance(given, LineSum)}
        values = tuple(self._value(cells.get(column.code)) for column in self._columns)
        self._rows[code] = Row(code, heading, values, role, self._stated(values, concepts), sums or None)

    def total(
        self,
        code: str,
        heading: Bilingual,
        of: Mapping[str, int] | Iterable[str] | None = None,
        *,
        role: RowRole = RowRole.TOTAL,
        concepts: Concepts | None = None,
    ) -> None:
        """Add the sum of rows: of all lines so far, of those named, or of those with a sign. Where one of them states
        no number of a column, neither does the sum; the sum of no rows is not stated, and no row.
        """
        named = [one.code for one in self._rows.values() if one.role is RowRole.LINE] if of is None else of
        signs = dict(named) if isinstance(named, Mapping) else dict.fromkeys(named, 1)
        if not signs:
            return
        values = tuple(self._sum(at, column, signs) for at, column in enumerate(self._columns))
        self._rows[code] = Row(code, heading, values, role, self._stated(values, concepts), None, signs)

    def made(self, note: Bilingual | None = None, *, empty: Bilingual = NOT_STATED) -> Table:
        """Return the table with a note; `empty` is the note of one without a row."""
        rows = tuple(self._rows.values())
        return Table(self._code, self._title, self._columns, rows, note if rows else empty)

    def _stated(self, values: Sequence[Value], concepts: Concepts | None) -> Concepts | None:
        """Return the concepts of the cells that state something."""
        stated = {one.code for one, value in zip(self._columns, values, strict=True) if value is not None}
        return {column: name for column, name in (concepts or {}).items() if column in stated} or None

    def _value(self, given: Given) -> Value:
        if isinstance(given, LineSum):
            return self._lines.sum(given)
        if isinstance(given, Fraction):
            return decimals.exact(given)
        return Decimal(given) if isinstance(given, int) else given

    def _sum(self, at: int, column: Column, signs: Mapping[str, int]) -> Value:
        if column.code not in self._adding:
            return None
        parts = [(self._rows[code].cells[at], sign) for code, sign in signs.items()]
        numbers = [value if sign > 0 else value.copy_negate() for value, sign in parts if isinstance(value, Decimal)]
        return decimals.total(numbers) if len(numbers) == len(parts) else None
