"""GB/T 32151.34-2024 tables C.4 and C.5: enthalpy of saturated and of superheated steam, misprints flagged.

Layout: one row per cell, `table, pressure_mpa, temperature_c, enthalpy_kj_per_kg, iapws97_check_kj_per_kg, check ...`.
The result is no data set but the table that `emission_factors.steam` interpolates in.
"""

from collections.abc import Iterable
from typing import Final

from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, decimal_text, imported
from emission_factors.importers.sheets import Row

COLUMNS: Final = "table pressure_mpa temperature_c enthalpy_kj_per_kg iapws97_check_kj_per_kg check note"
STEAM_COLUMNS: Final = (
    "table",
    "pressure_mpa",
    "temperature_c",
    "enthalpy_kj_per_kg",
    "iapws97_kj_per_kg",
    "status",
    "note",
)
"""Columns of `data/steam.csv`; `iapws97_kj_per_kg` is the physical value the printed one was compared with."""

TABLES: Final = {"C.4 saturated steam": "C.4", "C.5 water and superheated steam": "C.5"}
STATUSES: Final = ("ok", "suspected_misprint")


def read(lines: Iterable[str]) -> Imported:
    """Read the tables; the rows have `STEAM_COLUMNS`."""
    return imported(lines, COLUMNS, _cell)


def _cell(row: Row, result: Imported) -> None:
    table, status = TABLES.get(row["table"]), row["check"]
    if table is None:
        raise BadCell("table", row["table"], f"is no table of the standard: {' or '.join(TABLES)} is accepted")
    if status not in STATUSES:
        raise BadCell("check", status, f"is not accepted: {' or '.join(STATUSES)} is")
    result.rows.append(
        {
            "table": table,
            "pressure_mpa": decimal_text(row, "pressure_mpa"),
            "temperature_c": decimal_text(row, "temperature_c"),
            "enthalpy_kj_per_kg": decimal_text(row, "enthalpy_kj_per_kg"),
            "iapws97_kj_per_kg": decimal_text(row, "iapws97_check_kj_per_kg"),
            "status": status,
            "note": row["note"],
        }
    )
