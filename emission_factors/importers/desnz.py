"""UK Government GHG Conversion Factors for Company Reporting (DESNZ, Defra): the flat file, any year.

Reads the publisher's workbook saved as CSV (title rows, then `ID, Scope, Level 1 ... UOM, GHG/Unit, GHG Conversion
Factor 2025`) and the collected layout (`id, scope, level_1 ... activity_unit, ghg_unit, factor_value, reporting_year`).
Gas columns of this publication are CO2e of the gas, so the rows of one activity fold into one factor: the total with
its parts (`CO2E_BY_GAS`), or the total alone (`CO2E_TOTAL`). 'Outside of scopes' rows are kg of biogenic CO2. Rows
whose GHG unit is kWh are energy per distance: properties. Rows without a figure are not published and are passed over.
GWP sets: 2022 AR4, from 2023 AR5 (methodology papers). What a row is for stands in `data/mappings/desnz_kinds.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported, RowError
from emission_factors.importers.meanings import Meaning, meanings
from emission_factors.importers.sheets import Column, Row, Table, normalised, number, read_table, slug
from emission_factors.units import UnknownUnit, unit

COLUMNS: Final = (
    Column("id", "id", is_needed=False),
    Column("scope", "scope"),
    Column("level_1", "level1"),
    Column("level_2", "level2"),
    Column("level_3", "level3"),
    Column("level_4", "level4"),
    Column("column_text", "columntext"),
    Column("unit", "uom|activityunit"),
    Column("ghg_unit", "ghgunit"),
    Column("value", "ghgconversionfactor*|factorvalue"),
    Column("year", "reportingyear", is_needed=False),
)
"""Columns of the flat file; editions before 2023 print no ids."""

GASES: Final = ("CO2", "CH4", "N2O")
"""The gases whose parts are printed. Methane's origin is not stated, so it is `CH4`."""

PATTERNED: Final = ("level_1", "level_2", "level_3", "level_4", "column_text", "unit")
"""The columns the patterns of `data/mappings/desnz_kinds.csv` are over."""

_TOTAL: Final = "total"
_ENERGY: Final = "energy"
_PARTS: Final = {
    "kgco2e": _TOTAL,
    "kwhnetcv": _ENERGY,
    "kwhnet": _ENERGY,
    **{f"kgco2eof{gas.lower()}": gas for gas in GASES},
    **{f"kgco2eof{gas.lower()}perunit": gas for gas in GASES},
}
"""Normalised text of the GHG unit -> what the row's figure is."""

_STEM = re.compile(r"(?P<stem>[0-9]+(?:_[0-9]+)+)_[0-9]+")
_NOISE = re.compile(r"kWh|[0-9]{4}(\.0)?")
"""Texts of level 4 that say nothing: the unit again, or (2022) a year that Excel made a number."""


@dataclass(slots=True)
class _Group:
    """The rows of one activity and unit: the first of them, and part -> printed figure."""

    first: Row
    unit: str
    record: str
    figures: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True


def read(lines: Iterable[str], year: int, status: Status = Status.SINGLE_SOURCE) -> Imported:
    """Read one year's edition; `status` says how far its figures have been confirmed.

    Every row of the file is either part of a factor, a property, without a figure, or named in an error.
    """
    imported = Imported()
    table = read_table(lines, COLUMNS, imported.errors)
    if table is None or not _is_of(year, table, imported.errors):
        return imported
    for group in _groups(table, year, imported.errors):
        if group.is_whole:
            _add(group, year, status, imported)
    return imported


def _is_of(year: int, table: Table, errors: list[RowError]) -> bool:
    """Whether the value column's header names no other year; the collected layout says the year in every row."""
    stated = re.search(r"20[0-9]{2}", table.header["value"])
    if stated and int(stated[0]) != year:
        message = f"is another edition: {year} is asked for"
        errors.append(RowError(table.header_number, "value", table.header["value"], message))
        return False
    return True


def _groups(table: Table, year: int, errors: list[RowError]) -> Iterable[_Group]:
    groups: dict[tuple[str, ...], _Group] = {}
    records: set[str] = set()
    for row in table.rows:
        if not row["value"]:
            continue
        if not groups and row["year"] and row["year"] != str(year):
            errors.append(RowError(row.number, "year", row["year"], f"is another edition: {year} is asked for"))
            break
        key = tuple(row[name] for name in ("scope", "level_1", "level_2", "level_3", "level_4", "column_text", "unit"))
        group = groups.get(key) or _opened(row, year, errors)
        if key not in groups and group.record in records:
            errors.append(RowError(row.number, "id", row["id"], "stands in the file already, for another activity"))
            continue
        groups[key] = group
        records.add(group.record)
        _take(group, row, year, errors)
    return groups.values()


def _opened(row: Row, year: int, errors: list[RowError]) -> _Group:
    stem = _STEM.fullmatch(row["id"])
    group = _Group(row, "", stem["stem"] if stem else row["id"] or f"{year}-r{row.number}")
    try:
        group.unit = unit(row["unit"]).code
    except UnknownUnit as error:
        errors.append(RowError(row.number, "unit", row["unit"], str(error)))
        group.is_whole = False
    return group


def _take(group: _Group, row: Row, year: int, errors: list[RowError]) -> None:
    """Put a row's figure in its group; what cannot be read makes the whole group unfit, and is reported."""
    part = _PARTS.get(normalised(row["ghg_unit"]))
    figure = number(row, "value", errors)
    fault = None
    if part is None:
        accepted = "accepted are kg CO2e, kg CO2e of CO2, CH4 or N2O, and kWh (Net CV)"
        fault = RowError(row.number, "ghg_unit", row["ghg_unit"], f"is not known: {accepted}")
    elif part in group.figures:
        message = f"repeats a row of the activity of row {group.first.number}"
        fault = RowError(row.number, "ghg_unit", row["ghg_unit"], message)
    elif row["year"] and row["year"] != str(year):
        fault = RowError(row.number, "year", row["year"], f"is another edition: {year} is asked for")
    if fault:
        errors.append(fault)
    if fault or not figure or part is None:
        group.is_whole = False
    else:
        group.figures[part] = figure


def _add(group: _Group, year: int, status: Status, imported: Imported) -> None:
    row = group.first
    if _ENERGY in group.figures:
        imported.properties.append(_energy_per_distance(group, year))
        return
    values = _values(group)
    if values is None:
        message = "has gas parts but no row 'kg CO2e' of their total"
        imported.errors.append(RowError(row.number, "ghg_unit", row["ghg_unit"], message))
        return
    found = meanings("desnz", PATTERNED).of(row.cells)
    imported.rows.append({**_described(row, group, found), **values, **_edition(year), "status": status.value})


def _values(group: _Group) -> Mapping[str, str] | None:
    """Return the columns that hold the figures, or None where a total is missing."""
    parts = [gas for gas in GASES if gas in group.figures]
    if normalised(group.first["level_1"]) == "outsideofscopes":
        biogenic = group.figures.get("CO2") or group.figures.get(_TOTAL)
        return {"basis": GasBasis.GAS_MASSES.value, "co2_biogenic": biogenic} if biogenic else None
    if _TOTAL not in group.figures:
        return None
    return {
        "basis": (GasBasis.CO2E_BY_GAS if parts else GasBasis.CO2E_TOTAL).value,
        "co2e": group.figures[_TOTAL],
        "gases": ";".join(f"{gas}={group.figures[gas]}" for gas in parts),
    }


def _described(row: Row, group: _Group, found: Meaning) -> Mapping[str, str]:
    return {
        "record": group.record,
        "kinds": "|".join(found.kinds),
        "name_en": _name(row),
        "name_zh": found["name_zh"],
        "path": " > ".join(_texts(row, "scope", "level_1", "level_2", "level_3", "level_4")),
        "region": found["region"] or "GB",
        "unit": group.unit,
        "stage": found["stage"],
        "calibre": found["calibre"],
        "locator": _locator(row),
        "note": found["note"],
    }


def _energy_per_distance(group: _Group, year: int) -> Mapping[str, str]:
    """Return the property row of an energy figure: fuel (net calorific value) or electricity per km, mile or t.km."""
    row = group.first
    carrier = "electricity" if "electricity" in row["level_1"].casefold() else "fuel"
    vehicle = ".".join(slug(text) for text in _texts(row, "level_2", "level_3", "level_4", "column_text"))
    return {
        "record": group.record,
        "substance": f"{carrier}.{vehicle}",
        "property": "ENERGY_PER_DISTANCE",
        "name_en": _name(row),
        "region": "GB",
        "data_year": str(year),
        "value": group.figures[_ENERGY],
        "unit": f"kWh/{group.unit}",
        "locator": _locator(row),
        "note": "Electricity." if carrier == "electricity" else "Fuel energy, net calorific value.",
    }


def _edition(year: int) -> Mapping[str, str]:
    """Factors of an edition are for the calendar year it names, and carried forward from it."""
    return {"data_year": str(year), "valid_from": f"{year}-01-01"}


def _locator(row: Row) -> str:
    return f"flat file, id {row['id']}" if row["id"] else f"flat file, row {row.number}"


def _name(row: Row) -> str:
    """Return a name that can stand alone: `Fuels: Gaseous fuels, Natural gas`, each text said once."""
    texts = list(dict.fromkeys(_texts(row, "level_1", "level_2", "level_3", "level_4", "column_text")))
    return ": ".join(part for part in (texts[0] if texts else "", ", ".join(texts[1:])) if part)


def _texts(row: Row, *names: str) -> Iterator[str]:
    """Yield the texts of these columns that say something."""
    return (row[name] for name in names if row[name] and not _NOISE.fullmatch(row[name]))
