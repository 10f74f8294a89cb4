"""US EPA GHG Emission Factors Hub: tables 1 to 8 and 10 (gas masses) and table 9 (waste, CO2e).

Reads the collected layout, one row per printed figure (`table_no, table_title, section, item, detail_1, detail_2,
metric, value, unit, note`). The Hub itself is a workbook of differently shaped tables; whoever has a newer one brings
it into this layout first. The figures of one item per one unit fold into one factor; grams, pounds and tonnes become
kilograms exactly and the printed text is kept. Heat contents (HHV) and grid losses are properties. Kinds stand in
`data/mappings/epa_hub_kinds.csv`: fuels have theirs per mmBtu, where the Hub prints most digits, and reach it from
other units through the heat contents. Tables 11 and 12 hold GWPs and are no factors, see `epa_hub_gwps`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from emission_factors import decimals, regions, units
from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported, RowError
from emission_factors.importers.meanings import Meaning, meanings
from emission_factors.importers.sheets import Row, columns, number, read_table, slug

COLUMNS: Final = columns(
    "table_no", "table_title", "section", "item", "detail_1", "detail_2", "metric", "value", "unit", "note"
)
FACTOR_TABLES: Final = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "10"})
WASTE_TABLE: Final = "9"
GWP_TABLES: Final = frozenset({"11", "12"})

PATTERNED: Final = ("table_no", "section", "item", "detail_1", "per")
"""The columns the patterns of `data/mappings/epa_hub_kinds.csv` are over; `per` is what the figure is per."""

KILOGRAMS: Final = {"kg": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000), "lb": Decimal("0.45359237")}
"""Kilograms in the mass units the Hub prints; the pound is the international one of 1959."""

_ELECTRICITY: Final = "6"
_FIGURE = re.compile(r"(?P<mass>kg|g|t|lb) (?P<gas>CO2e|CO2|CH4|N2O)/(?P<per>.+)")
_HEAT_CONTENT = re.compile(r"mmBtu/(?P<per>.+)")


@dataclass(slots=True)
class _Group:
    """The figures of one item per one unit: gas -> kg, and the texts they are printed as."""

    first: Row
    per: str
    unit: str
    region: str
    kilograms: dict[str, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    is_converted: bool = False


def read(lines: Iterable[str], year: int, status: Status = Status.SINGLE_SOURCE) -> Imported:
    """Read the factors and properties of the tables that print gas masses, for data year `year`.

    The Hub prints no data year: an edition of January serves inventories of the year before and later. Table 6 says its
    own (`eGRID2023`).
    """
    return _read(lines, year, status, FACTOR_TABLES)


def read_waste(lines: Iterable[str], year: int, status: Status = Status.SINGLE_SOURCE) -> Imported:
    """Read table 9, whose CO2e EPA computed with AR4 GWPs inside an AR5 publication: a data set of its own."""
    return _read(lines, year, status, frozenset({WASTE_TABLE}))


def _read(lines: Iterable[str], year: int, status: Status, tables: frozenset[str]) -> Imported:
    imported = Imported()
    table = read_table(lines, COLUMNS, imported.errors)
    groups: dict[tuple[str, ...], _Group] = {}
    for row in table.rows if table else ():
        if row["table_no"] in tables:
            _take(row, year, groups, imported)
        elif row["table_no"] not in FACTOR_TABLES | GWP_TABLES | {WASTE_TABLE}:
            imported.errors.append(RowError(row.number, "table_no", row["table_no"], "is no table of the Hub: 1 to 12"))
    imported.rows.extend(_factor(group, year, status) for group in groups.values())
    return imported


def _take(row: Row, year: int, groups: dict[tuple[str, ...], _Group], imported: Imported) -> None:
    """Put a figure into its group or among the properties, or report it."""
    figure, heat_content = _FIGURE.fullmatch(row["unit"]), _HEAT_CONTENT.fullmatch(row["unit"])
    value = number(row, "value", imported.errors)
    region = _region(row, imported.errors)
    if not value or not region:
        return
    if row["metric"] == "grid gross loss":
        imported.properties.append(_grid_loss(row, region, year))
    elif figure:
        _fold(row, value, figure, region, groups, imported.errors)
    elif heat_content:
        per = _unit(row, heat_content["per"], imported.errors)
        if per:
            imported.properties.append(_heat_content(row, heat_content["per"], per, year))
    else:
        message = "is not known: accepted are kg, g, t or lb of CO2, CH4, N2O or CO2e per a unit, and mmBtu per a unit"
        imported.errors.append(RowError(row.number, "unit", row["unit"], message))


def _fold(
    row: Row,
    value: str,
    figure: re.Match[str],
    region: str,
    groups: dict[tuple[str, ...], _Group],
    errors: list[RowError],
) -> None:
    per = _unit(row, figure["per"], errors)
    if not per:
        return
    key = (*(row[name] for name in ("table_no", "section", "item", "detail_1", "detail_2")), per)
    group = groups.setdefault(key, _Group(row, figure["per"], per, region))
    if figure["gas"] in group.kilograms:
        errors.append(RowError(row.number, "metric", row["metric"], f"repeats a figure of row {group.first.number}"))
        return
    group.kilograms[figure["gas"]] = _kilograms(value, figure["mass"])
    group.printed.append(f"{value} {row['unit']}")
    group.is_converted = group.is_converted or figure["mass"] != "kg"


def _kilograms(value: str, mass: str) -> str:
    """Return a printed mass in kilograms, exactly; what is printed in kilograms stays as it is printed.

    >>> _kilograms("974.656", "lb"), _kilograms("1.6", "g"), _kilograms("53.06", "kg")
    ('442.09652497472', '0.0016', '53.06')
    """
    return value if mass == "kg" else format(decimals.product(Decimal(value), KILOGRAMS[mass]), "f")


def _unit(row: Row, per: str, errors: list[RowError]) -> str:
    """Return the code of the unit a figure is per: fuel energy is on the higher heating value, a gallon is a US one."""
    meant = {"gallon": "gal", "mmBtu": "mmBtu" if row["table_no"] == "7" else "mmBtu_gross"}.get(per, per)
    try:
        return units.unit(meant).code
    except units.UnknownUnit as error:
        errors.append(RowError(row.number, "unit", row["unit"], str(error)))
        return ""


def _region(row: Row, errors: list[RowError]) -> str:
    if row["table_no"] != _ELECTRICITY or row["item"] == "US Average":
        return "US"
    try:
        return regions.region(f"US-EGRID-{row['item']}").code
    except regions.UnknownRegion:
        errors.append(RowError(row.number, "item", row["item"], "is no eGRID subregion, such as NYCW, or US Average"))
        return ""


def _factor(group: _Group, year: int, status: Status) -> Mapping[str, str]:
    row, found = group.first, _meaning(group.first, group.per)
    data_year = _data_year(row, year)
    return {
        "record": _record(row, group.unit),
        "kinds": "|".join(found.kinds),
        "name_en": _name(row, found["subject"] or row["table_title"]),
        "name_zh": found["name_zh"],
        "path": " > ".join((f"Table {row['table_no']}: {row['table_title']}", *_texts(row, "section"), *_texts(row))),
        "region": group.region,
        "data_year": data_year,
        "valid_from": f"{data_year}-01-01",
        "unit": group.unit,
        **_values(group, is_biogenic=bool(found["is_biogenic"])),
        "stage": found["stage"],
        "calibre": found["calibre"],
        "locator": f"table {row['table_no']}",
        "printed": "; ".join(group.printed) if group.is_converted else "",
        "status": status.value,
        "note": found["note"],
    }


def _values(group: _Group, *, is_biogenic: bool) -> Mapping[str, str]:
    """Return the columns that hold the figures; CO2 of biomass leaves the gases."""
    if "CO2e" in group.kilograms:
        return {"basis": GasBasis.CO2E_TOTAL.value, "co2e": group.kilograms["CO2e"]}
    gases = {gas: kilograms for gas, kilograms in group.kilograms.items() if not (is_biogenic and gas == "CO2")}
    basis = GasBasis.CO2_ONLY if list(gases) == ["CO2"] else GasBasis.GAS_MASSES
    return {
        "basis": basis.value,
        "gases": ";".join(f"{gas}={kilograms}" for gas, kilograms in gases.items()),
        "co2_biogenic": group.kilograms.get("CO2", "") if is_biogenic else "",
    }


def _heat_content(row: Row, per_text: str, per: str, year: int) -> Mapping[str, str]:
    found = _meaning(row, per_text)
    substance = found["substance"] or slug(row["item"])
    return {
        **_property(row, "US", str(year)),
        "record": f"t{row['table_no']}.{slug(row['item'])}.gcv",
        "substance": substance,
        "property": "GCV",
        "name_en": f"{row['item']}: heat content (HHV)",
        "name_zh": found["name_zh"].replace("燃烧", "高位热值"),
        "unit": f"mmBtu_gross/{per}",
    }


def _grid_loss(row: Row, region: str, year: int) -> Mapping[str, str]:
    return {
        **_property(row, region, _data_year(row, year)),
        "record": f"t{row['table_no']}.{slug(row['item'])}.grid_loss",
        "substance": "electricity",
        "property": "GRID_LOSS",
        "name_en": f"Grid gross loss: {', '.join(_texts(row))}",
        "unit": row["unit"],
    }


def _property(row: Row, region: str, year: str) -> Mapping[str, str]:
    return {"region": region, "data_year": year, "value": row["value"], "locator": f"table {row['table_no']}"}


def _meaning(row: Row, per: str) -> Meaning:
    return meanings("epa_hub", PATTERNED).of({**row.cells, "per": per})


def _data_year(row: Row, year: int) -> str:
    stated = re.search(r"eGRID(20[0-9]{2})", row["section"])
    return stated[1] if stated else str(year)


def _record(row: Row, unit: str) -> str:
    """Return a readable id, such as `t1.natural_gas.mmBtu_gross` or `t6.nycw.total_output.MWh`."""
    section = re.sub(r"\(.*", "", row["section"]) if row["table_no"] == _ELECTRICITY else ""
    details = () if row["table_no"] == _ELECTRICITY else (row["detail_1"], row["detail_2"])
    parts = [slug(text) for text in (row["item"], *details, section) if text]
    return ".".join((f"t{row['table_no']}", *parts, unit))


def _name(row: Row, subject: str) -> str:
    section = _texts(row, "section") if row["table_no"] == _ELECTRICITY else ()
    return f"{subject} (US): {', '.join((*_texts(row), *section))}"


def _texts(row: Row, *names: str) -> tuple[str, ...]:
    found = (row[name] for name in names or ("item", "detail_1", "detail_2") if row[name])
    return tuple(dict.fromkeys(found))
