"""From a publisher's row to rows of the catalogue's format: cells checked, units shifted exactly, faults collected.

A bad cell raises `BadCell` inside an importer and becomes one `RowError` of the result; the importer goes on.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from emission_factors import regions
from emission_factors.datasets import COLUMNS
from emission_factors.factors import Dataset, Status
from emission_factors.importers import Imported, RowError
from emission_factors.importers.sheets import Row, columns, read_table
from emission_factors.units import UnknownUnit, unit

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_FIGURE_UNIT = re.compile(r"(?P<mass>kg|g|t) ?(?P<label>[A-Z][A-Za-z0-9]*)/(?P<per>.+)")
_TO_KILOGRAMS: Final = {"t": 3, "kg": 0, "g": -3}
"""Mass unit -> the places its figure is shifted by to become kilograms."""


class BadCell(ValueError):
    """A cell of a publisher's row is not what the importer takes; names the column, the value and what would be."""

    def __init__(self, column: str, value: str, message: str) -> None:
        super().__init__(f"column {column}: {value!r} {message}")
        self.column = column
        self.value = value
        self.message = message


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: `kilograms` of `label` (CO2, CO2e, C ...) per `unit`, and the text it was printed as."""

    kilograms: str
    label: str
    unit: str
    printed: str


def imported(lines: Iterable[str], names: str, take: Callable[[Row, Imported], None]) -> Imported:
    """Hand every row of a file with the named columns to `take`; a `BadCell` it raises becomes a row error."""
    result = Imported()
    for row in source_rows(lines, names, result.errors):
        collected(row, result, take)
    return result


def collected(row: Row, result: Imported, take: Callable[[Row, Imported], None]) -> None:
    """Hand one row to `take`; a `BadCell` it raises becomes a row error."""
    try:
        take(row, result)
    except BadCell as fault:
        result.errors.append(RowError(row.number, fault.column, fault.value, fault.message))


def source_rows(lines: Iterable[str], names: str, errors: list[RowError]) -> Iterable[Row]:
    """Return the rows of a file that names its columns as we do; a wrong header is one error and no rows.

    `names` are the columns, separated by spaces.
    """
    table = read_table(lines, columns(*names.split()), errors)
    return table.rows if table else ()


def decimal_text(row: Row, column: str) -> str:
    """Return the printed number, digits untouched; raises `BadCell` where it is none."""
    text = row[column]
    if not _NUMBER.fullmatch(text):
        raise BadCell(column, text, "is not a number: digits with a point, such as 0.5306, are accepted")
    return text


def year_text(row: Row, column: str) -> str:
    """Return the printed year; raises `BadCell` where it is none."""
    text = row[column]
    if not re.fullmatch(r"(19|20)[0-9]{2}", text, re.ASCII):
        raise BadCell(column, text, "is not a year: four digits, such as 2023, are accepted")
    return text


def region_code(row: Row, column: str) -> str:
    """Return the region's code; raises `BadCell` where the table has none."""
    try:
        return regions.region(row[column]).code
    except regions.UnknownRegion as error:
        raise BadCell(column, row[column], f"is no region: {error}") from None


def unit_code(row: Row, column: str, text: str) -> str:
    """Return the code of a unit that activities are counted in; raises `BadCell` for any other."""
    try:
        found = unit(text)
    except UnknownUnit as error:
        raise BadCell(column, row[column], f"has no unit of the table: {error}") from None
    if not found.dimension:
        raise BadCell(column, row[column], f"measures {found.measures}, in which no activity is counted")
    return found.code


def figure(row: Row, value: str, in_unit: str) -> Figure:
    """Read a figure such as 0.11 in tCO2/GJ, shifted exactly to kilograms; raises `BadCell`."""
    number, text = decimal_text(row, value), row[in_unit]
    parts = _FIGURE_UNIT.fullmatch(text)
    if not parts:
        raise BadCell(in_unit, text, "is no emission per unit: a mass of gas per unit, such as kgCO2/kWh, is accepted")
    per = unit_code(row, in_unit, parts["per"])
    return Figure(shifted(number, _TO_KILOGRAMS[parts["mass"]]), parts["label"], per, f"{number} {text}")


def shifted(number: str, places: int) -> str:
    """Return a number times a power of ten, its digits untouched.

    >>> shifted("0.110", 3), shifted("193", -3)
    ('110', '0.193')
    """
    return format(Decimal(number).scaleb(places), "f") if places else number


def confirmed(places: str) -> str:
    """Return the status of a figure that so many independent places print."""
    return Status.VERIFIED if places.isdigit() and int(places) >= 2 else Status.SINGLE_SOURCE


def factor_row(**cells: str) -> Mapping[str, str]:
    """Return a factor row; columns not given are empty, and validity begins with the data year unless given."""
    unknown = set(cells) - set(COLUMNS)
    if unknown:
        raise TypeError(f"no columns of a data set file: {', '.join(sorted(unknown))}")
    start = {"valid_from": f"{cells['data_year']}-01-01", "status": Status.SINGLE_SOURCE}
    return {**dict.fromkeys(COLUMNS, ""), **start, **cells}


def edition(**cells: str) -> Mapping[str, str]:
    """Return a data set's row of `datasets.csv`; its columns are the fields of `Dataset`."""
    return {**{field.name: "" for field in dataclasses.fields(Dataset)}, **cells}
