"""UK fuel properties (DESNZ conversion factors, sheet 'Fuel properties'): calorific values and densities.

Reads the collected layout: `category, fuel, year, net_cv_gj_per_tonne, gross_cv_gj_per_tonne, density_kg_per_m3 ...`;
the publisher's other columns are the same figures in other units. A calorific value of zero (carbon dioxide) converts
nothing and is left out.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from emission_factors.importers import Imported, RowError
from emission_factors.importers.meanings import words
from emission_factors.importers.sheets import Row, columns, number, read_table, slug

FIGURES: Final = {
    "NCV": ("net_cv_gj_per_tonne", "GJ/t", "net calorific value", "低位热值"),
    "GCV": ("gross_cv_gj_per_tonne", "GJ_gross/t", "gross calorific value", "高位热值"),
    "DENSITY": ("density_kg_per_m3", "kg/m3", "density", "密度"),
}
"""Property -> the publisher's column, its unit, and what it is."""

COLUMNS: Final = columns("category", "fuel", "year", *(column for column, *_ in FIGURES.values()))


def read(lines: Iterable[str], year: int) -> Imported:
    """Read the sheet of one year's edition."""
    imported = Imported()
    table = read_table(lines, COLUMNS, imported.errors)
    for row in table.rows if table else ():
        if row["year"] == str(year):
            imported.properties.extend(_of_fuel(row, imported.errors))
        else:
            message = f"is another edition: {year} is asked for"
            imported.errors.append(RowError(row.number, "year", row["year"], message))
    return imported


def _of_fuel(row: Row, errors: list[RowError]) -> Iterable[Mapping[str, str]]:
    known = words("desnz").get(("fuel", row["fuel"].casefold()))
    substance = known.slug if known else slug(row["fuel"])
    for name, (column, unit, what, what_zh) in FIGURES.items():
        value = number(row, column, errors) if row[column] else ""
        if not value or Decimal(value) == 0:
            continue
        yield {
            "record": f"{slug(row['fuel'])}.{name.lower()}",
            "substance": substance,
            "property": name,
            "name_en": f"{row['fuel']}: {what}",
            "name_zh": f"{known.name_zh}：{what_zh}" if known else "",
            "region": "GB",
            "data_year": row["year"],
            "value": value,
            "unit": unit,
            "locator": f"Fuel properties, {row['category']}",
        }
