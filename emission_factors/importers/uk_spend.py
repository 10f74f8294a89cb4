"""UK supply-chain spend factors 2004 to 2009 (Environmental Reporting Guidelines, March 2019, Annex E).

Reads the collected layout: `category_code, sic_2003, product_category, year, value, unit, gwp_basis`. Totals only, in
kg CO2e of the six Kyoto gases per pound of the year's own prices; the publication names no assessment report.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported, RowError
from emission_factors.importers.sheets import Row, columns, number, read_table

COLUMNS: Final = columns("category_code", "sic_2003", "product_category", "year", "value", "unit", "gwp_basis")
UNIT: Final = "kgCO2e per GBP"


def read(lines: Iterable[str], status: Status = Status.SINGLE_SOURCE) -> Imported:
    """Read the table: one factor per product group and year, kind `spend_uk/<code>`, per GBP of that year."""
    imported = Imported()
    table = read_table(lines, COLUMNS, imported.errors)
    for row in table.rows if table else ():
        if _is_sound(row, imported.errors):
            imported.rows.append({**_factor(row), "status": status.value})
    return imported


def _is_sound(row: Row, errors: list[RowError]) -> bool:
    faults: list[RowError] = []
    number(row, "value", faults)
    if not (row["year"].isascii() and row["year"].isdecimal() and len(row["year"]) == 4):
        faults.append(RowError(row.number, "year", row["year"], "is not a year, such as 2009"))
    if not row["unit"].startswith(UNIT):
        faults.append(RowError(row.number, "unit", row["unit"], f"is not known: accepted is {UNIT}"))
    errors.extend(faults)
    return not faults


def _factor(row: Row) -> Mapping[str, str]:
    code, year = row["category_code"], row["year"]
    return {
        "record": f"{code}-{year}",
        "kinds": f"spend_uk/{code}",
        "name_en": f"{row['product_category']} ({code}, SIC 2003 {row['sic_2003']}), {year}",
        "path": f"Annex E > {code} {row['product_category']}",
        "region": "GB",
        "data_year": year,
        "valid_from": f"{year}-01-01",
        "unit": f"GBP_{year}",
        "basis": GasBasis.CO2E_TOTAL.value,
        "co2e": row["value"],
        "stage": "cradle_to_sale",
        "locator": "Annex E",
        "note": "Per pound at purchaser prices including VAT; Kyoto gases as published, GWP set not stated.",
    }
