"""GB/T 2589-2020: standard-coal coefficients and net calorific values of energy carriers, as properties.

1 kgce = 29 307.6 kJ. Electricity and heat at their calorific equivalent (当量值). Gas volumes of the standard are at
normal conditions (0 degC, 101.325 kPa), printed as m3; such a coefficient stands twice, per m3 as printed and per Nm3.
Layout: one row per carrier, `energy_zh, energy_en, ncv_low, ncv_high ... coefficient_low ...`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, decimal_text, imported, unit_code
from emission_factors.importers.sheets import Row, slug

COLUMNS: Final = (
    "energy_zh energy_en ncv_low ncv_high ncv_unit coefficient_low coefficient_high coefficient_unit standard note"
)

SUBSTANCES: Final = {
    "Coke (dry)": "coke",
    "LNG": "lng",
    "LPG": "lpg",
    "Electricity (calorific equivalent)": "electricity",
    "Heat (calorific equivalent)": "heat",
    "Steam, low pressure": "steam",
    "Fresh water": "water",
}
"""Carriers whose substance is not simply their English name."""

NOT_BURNT: Final = frozenset({"electricity", "heat", "steam", "water"})
"""Carriers whose energy per unit is a convention of the standard, not a calorific value."""

NAMES: Final = {
    "TCE": ("Standard-coal coefficient", "折标准煤系数"),
    "NCV": ("Net calorific value", "平均低位发热量"),
    "ENERGY_EQUIVALENT": ("Energy by convention", "当量热值"),
}
"""Property -> how its name begins in English and ends in Chinese."""


def read(lines: Iterable[str]) -> Imported:
    """Read the coefficients; each row gives TCE properties and the energy per unit they follow from."""
    return imported(lines, COLUMNS, _carrier)


def _carrier(row: Row, result: Imported) -> None:
    coefficient_unit = _checked_unit(row, "coefficient_unit")
    substance = SUBSTANCES.get(row["energy_en"], slug(row["energy_en"]))
    coefficient = _property(row, substance, "TCE", "coefficient", coefficient_unit)
    result.properties.append(coefficient)
    if coefficient_unit.endswith("/m3"):
        normal = {
            "record": f"{coefficient['record']}-normal",
            "unit": coefficient_unit.replace("/m3", "/Nm3"),
            "note": "Printed per m3; the standard's gas volumes are at normal conditions.",
        }
        result.properties.append({**coefficient, **normal})
    name = "ENERGY_EQUIVALENT" if substance in NOT_BURNT else "NCV"
    result.properties.append(_property(row, substance, name, "ncv", _checked_unit(row, "ncv_unit")))


def _property(row: Row, substance: str, name: str, stem: str, in_unit: str) -> Mapping[str, str]:
    low, high = decimal_text(row, f"{stem}_low"), decimal_text(row, f"{stem}_high")
    name_en, name_zh = NAMES[name]
    return {
        "record": f"{substance}-{name.lower()}",
        "substance": substance,
        "property": name,
        "name_en": f"{name_en}, {row['energy_en']}",
        "name_zh": f"{row['energy_zh']}{name_zh}",
        "region": "CN",
        "data_year": _edition_year(row),
        "value": low,
        "value_high": high if high != low else "",
        "unit": in_unit,
        "locator": f"{row['standard']}, {row['energy_zh']}",
        "note": row["note"],
    }


def _edition_year(row: Row) -> str:
    found = re.search(r"GB/T 2589-([0-9]{4})", row["standard"])
    if not found:
        raise BadCell("standard", row["standard"], "names no edition: GB/T 2589-2020 is accepted")
    return found[1]


def _checked_unit(row: Row, column: str) -> str:
    """Return `kgce/kg` where both halves are units of the table; raises `BadCell`."""
    over, slash, under = row[column].partition("/")
    if not slash:
        raise BadCell(column, row[column], "is not accepted: energy per unit, such as kgce/kg or kJ/kg, is")
    return f"{unit_code(row, column, over)}/{unit_code(row, column, under)}"
