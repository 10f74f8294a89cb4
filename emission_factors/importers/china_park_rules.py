"""The national zero-carbon park rules (notice 910 of 2025): method factors, and the indicators as parameters.

E_park = E_energy + E_process, carbon dioxide only, one calendar year (annex 4). The factors are for parks alone: 0.8325
is the national fossil-only figure of 2022, no grid average, so that figure's year is its data year.
Layout: one row per rule, `kind, parameter_id, name_zh, value, unit ...`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import confirmed, factor_row, figure, imported
from emission_factors.importers.sheets import Row

COLUMNS: Final = "kind parameter_id name_zh value unit annex n_independent_confirmations note document"

NOTICE_YEAR: Final = "2025"

FACTORS: Final[Mapping[str, Mapping[str, str]]] = {
    "electricity_other": {
        "kinds": "electricity.grid",
        "name_en": "Electricity not proven green, park method (CO2)",
        "calibre": "park_method",
        "data_year": "2022",
    },
    "electricity_green": {
        "name_en": "Electricity of direct non-fossil supply or with certificates, park method (CO2)",
        "calibre": "park_method_green",
        "data_year": "2022",
    },
    "heat_fossil_default": {
        "kinds": "steam.purchased|heat.purchased",
        "name_en": "Heat from fossil energy, default, park method (CO2)",
        "data_year": "2015",
    },
}
"""What we know of a factor; 0.11 tCO2/GJ is the default of the industry guidelines, so 2015 is its data year."""

NAMES: Final = {
    "accounting_period": "Accounting period",
    "carbon_per_energy_200k_1M_tce": "CO2 per unit of energy, parks of 200 000 to 1 000 000 tce a year",
    "carbon_per_energy_over_1M_tce": "CO2 per unit of energy, parks of 1 000 000 tce a year and more",
    "clean_energy_share": "Share of clean energy in consumption",
    "product_unit_energy": "Unit energy consumption of products, grade of the quota standard",
    "industrial_solid_waste_use": "Comprehensive utilisation of industrial solid waste",
    "waste_heat_use": "Utilisation of waste heat, cold and pressure",
    "industrial_water_reuse": "Reuse of industrial water",
}

WORDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "accounting_period": ("PERIOD", "1", "yr", "one calendar year"),
    "product_unit_energy": ("INDICATOR_MAX", "2", "1", "level 2 of the energy-consumption limit standard or better"),
}
"""Rules printed in words -> property, number, unit, and the words they are printed in."""

_LIMITS: Final = {"upper limit": "INDICATOR_MAX", "lower limit": "INDICATOR_MIN"}
_LIMIT = re.compile(r"(?P<unit>.+) \((?P<limit>upper limit|lower limit)\)")


def read(lines: Iterable[str]) -> Imported:
    """Read the rules. A sentence without a number, such as the boundary, is no parameter and is left out."""
    return imported(lines, COLUMNS, _rule)


def _rule(row: Row, result: Imported) -> None:
    if row["kind"] == "factor":
        result.rows.append(_factor(row))
        return
    limit = _LIMIT.fullmatch(row["unit"])
    if limit:
        result.properties.append(_parameter(row, _LIMITS[limit["limit"]], row["value"], limit["unit"], row["note"]))
    elif row["parameter_id"] in WORDS:
        result.properties.append(_parameter(row, *WORDS[row["parameter_id"]]))


def _factor(row: Row) -> Mapping[str, str]:
    printed = figure(row, "value", "unit")
    known = FACTORS.get(row["parameter_id"], {})
    common = {
        "record": row["parameter_id"],
        "name_en": row["parameter_id"].replace("_", " "),
        "name_zh": row["name_zh"],
        "path": f"零碳园区核算方法 > {row['annex']}",
        "region": "CN",
        "data_year": NOTICE_YEAR,
        "unit": printed.unit,
        "basis": GasBasis.CO2_ONLY,
        "gases": f"CO2={printed.kilograms}",
        "stage": "generation",
        "purposes": "PARK",
        "locator": f"{row['annex']}, {row['name_zh']}",
        "printed": printed.printed,
        "status": confirmed(row["n_independent_confirmations"]),
        "note": row["note"],
    }
    return factor_row(**{**common, **known})


def _parameter(row: Row, name: str, value: str, in_unit: str, note: str) -> Mapping[str, str]:
    return {
        "record": row["parameter_id"],
        "substance": "park",
        "property": name,
        "name_en": NAMES.get(row["parameter_id"], row["parameter_id"].replace("_", " ")),
        "name_zh": row["name_zh"],
        "region": "CN",
        "data_year": NOTICE_YEAR,
        "value": value,
        "unit": in_unit,
        "locator": f"{row['annex']}, {row['name_zh']}",
        "note": note,
    }
