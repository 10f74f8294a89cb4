"""China Products Carbon Footprint Factors Database (CPCD): product footprints per unit. Not shipped.

CPCD states no terms of use; whoever holds an export and may use it can import it. Records are for product footprints,
literature records among them vary in quality and boundary, so none has a kind. Negative values are credits or sinks.
Layout: one row per record, `cpcd_id, name_zh, boundary, value_as_printed, emission_unit_as_printed, activity_unit ...`.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported
from emission_factors.importers.rows import (
    BadCell,
    decimal_text,
    edition,
    factor_row,
    imported,
    shifted,
    unit_code,
    year_text,
)
from emission_factors.importers.sheets import Row

COLUMNS: Final = (
    "cpcd_id name_zh boundary value_as_printed emission_unit_as_printed activity_unit_zh activity_unit value_kgco2e "
    "enterprise data_year data_type_zh"
)

MASSES: Final = {"kgCO2e": 0, "tCO2e": 3, "gCO2e": -3}
"""Printed emission unit -> the places its figure is shifted by to become kilograms."""

COUNTED: Final = frozenset(
    {"bag", "bottle", "box", "copy", "cup", "disc", "pack", "pair", "portion", "roll", "set", "sheet", "vehicle"}
)
"""Things a footprint is stated per one of."""

SPELLED: Final = {"1000 L": "m3", "room·night": "room.night"}
"""Units this database spells in its own way -> ours, one to one."""

PRICED: Final = "10^4 CNY"

CONFLICTS: Final = {"94311X0232022C": "The core database and the catalogue differ: 99.41 and 1723.03."}
"""Records printed with two values."""

DATASET_FIELDS: Final = edition(
    dataset_id="cn-cpcd",
    publisher="China City Greenhouse Gas Working Group",
    title="China Products Carbon Footprint Factors Database",
    edition="snapshot",
    published_on="2025-12-31",
    licence="Not stated by the publisher",
    attribution="CPCD",
    redistribution="not_allowed",
    source_url="https://lca.cityghg.com",
    retrieved_on="2026-11-22",
    carry_years="10",
    first_release="3",
)


def read(lines: Iterable[str]) -> Imported:
    """Read an export; each record's printed figure must agree with its value in kilograms."""
    return imported(lines, COLUMNS, _record)


def _record(row: Row, result: Imported) -> None:
    year, record = year_text(row, "data_year"), row["cpcd_id"]
    result.rows.append(
        factor_row(
            record=record,
            name_en=row["name_zh"],
            name_zh=row["name_zh"],
            path=row["data_type_zh"],
            region="CN",
            data_year=year,
            unit=_unit(row, year),
            basis=GasBasis.CO2E_TOTAL,
            co2e=_kilograms(row),
            stage=row["boundary"].replace("-", "_"),
            purposes="PRODUCT",
            quality=row["data_type_zh"],
            locator=f"CPCD {record}" + (f", {row['enterprise']}" if row["enterprise"] else ""),
            printed=f"{row['value_as_printed']} {row['emission_unit_as_printed']}/{row['activity_unit_zh']}",
            status=Status.CONFLICTING if record in CONFLICTS else Status.SINGLE_SOURCE,
            note=CONFLICTS.get(record, ""),
        )
    )


def _kilograms(row: Row) -> str:
    """Return the printed figure in kilograms; raises `BadCell` where the value in kilograms says otherwise."""
    mass = row["emission_unit_as_printed"]
    if mass not in MASSES:
        raise BadCell("emission_unit_as_printed", mass, f"is not accepted: {', '.join(MASSES)} are")
    kilograms = shifted(decimal_text(row, "value_as_printed"), MASSES[mass])
    if Decimal(kilograms) != Decimal(decimal_text(row, "value_kgco2e")):
        raise BadCell("value_kgco2e", row["value_kgco2e"], f"differs from the printed figure, which is {kilograms} kg")
    return kilograms


def _unit(row: Row, year: str) -> str:
    """Return the unit; money is at the prices of the data year, counted things are items."""
    text = row["activity_unit"]
    if text == PRICED:
        return f"10^4CNY_{year}"
    return unit_code(row, "activity_unit", "item" if text in COUNTED else SPELLED.get(text, text))
