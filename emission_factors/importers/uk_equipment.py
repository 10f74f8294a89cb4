"""UK refrigeration equipment defaults (Environmental Reporting Guidelines, March 2019, Annex C, screening method).

Reads the collected layout: `equipment_type, charge_low_kg, charge_high_kg, installation_emission_percent,
annual_leak_rate_percent, capacity_remaining_at_disposal_percent, refrigerant_recovered_percent`. Each figure is a
property of the type of equipment; the screening method multiplies charge x rate.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.importers import Imported
from emission_factors.importers.meanings import words
from emission_factors.importers.sheets import Row, columns, number, read_table, slug

PERCENTAGES: Final = {
    "INSTALLATION_LOSS": ("installation_emission_percent", "share of the charge lost on installation", "安装损失率"),
    "LEAK_RATE": ("annual_leak_rate_percent", "share of the charge leaked in a year", "年泄漏率"),
    "CHARGE_REMAINING": (
        "capacity_remaining_at_disposal_percent",
        "share of the charge left at disposal",
        "报废时剩余充注比例",
    ),
    "RECOVERED": ("refrigerant_recovered_percent", "share of what is left that is recovered", "报废回收率"),
}
"""Property -> the publisher's column, and what it is."""

COLUMNS: Final = columns(
    "equipment_type", "charge_low_kg", "charge_high_kg", *(name for name, *_ in PERCENTAGES.values())
)


def read(lines: Iterable[str], year: int) -> Imported:
    """Read the table; `year` is the year of the guidelines."""
    imported = Imported()
    table = read_table(lines, COLUMNS, imported.errors)
    for row in table.rows if table else ():
        imported.properties.extend({**found, "data_year": str(year)} for found in _of_equipment(row, imported))
    return imported


def _of_equipment(row: Row, imported: Imported) -> Iterable[Mapping[str, str]]:
    low = number(row, "charge_low_kg", imported.errors)
    high = number(row, "charge_high_kg", imported.errors)
    if low and high:
        yield {
            **_property(row, "CHARGE", "refrigerant charge", "充注量"),
            "value": low,
            "value_high": high,
            "unit": "kg",
        }
    for name, (column, what, what_zh) in PERCENTAGES.items():
        value = number(row, column, imported.errors)
        if value:
            yield {**_property(row, name, what, what_zh), "value": value, "unit": "%"}


def _property(row: Row, name: str, what: str, what_zh: str) -> Mapping[str, str]:
    equipment = row["equipment_type"]
    known = words("uk_equipment").get(("equipment", equipment.casefold()))
    substance = known.slug if known else slug(equipment)
    return {
        "record": f"{substance}.{name.lower()}",
        "substance": substance,
        "property": name,
        "name_en": f"{equipment}: {what}",
        "name_zh": f"{known.name_zh}：{what_zh}" if known else "",
        "region": "GB",
        "locator": "Annex C",
    }
