"""2006 IPCC Guidelines Vol. 5: wastewater, incineration and biological treatment defaults as factors.

Wastewater CH4 is Bo x MCF (eq. 6.2, 6.5); clinical waste CO2 is the fossil carbon of wet waste x oxidation x 44/12
(eq. 5.1), its degradable carbon gives biogenic CO2. Rows are known by their EFDB id: the database's descriptions do
not tell the two aerobic plants or the three latrines apart, table 6.3 of the guidelines does.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Final

from emission_factors import decimals
from emission_factors.chains import CARBON_TO_GAS
from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, collected, decimal_text, factor_row, shifted
from emission_factors.importers.sheets import Row, slug

YEAR: Final = "2006"

INDUSTRIAL: Final = {
    "614966": "sea_river_lake_discharge",
    "614967": "aerobic_well_managed",
    "614968": "aerobic_overloaded",
    "614969": "anaerobic_sludge_digester",
    "614970": "anaerobic_reactor",
    "614971": "anaerobic_shallow_lagoon",
    "614972": "anaerobic_deep_lagoon",
}
DOMESTIC: Final = {
    "614859": "sea_river_lake_discharge",
    "614860": "stagnant_sewer",
    "614861": "flowing_sewer",
    "614862": "aerobic_well_managed",
    "614863": "aerobic_overloaded",
    "614864": "anaerobic_sludge_digester",
    "614865": "anaerobic_reactor",
    "614866": "anaerobic_shallow_lagoon",
    "614867": "anaerobic_deep_lagoon",
    "614868": "septic_system",
    "614869": "latrine_dry_family",
    "614870": "latrine_dry_communal",
    "614871": "latrine_wet",
}
"""EFDB id of a methane correction factor -> treatment system (tables 6.3 and 6.8)."""

N2O_KINDS: Final = {"615062": "incineration.industrial_n2o", "615065": "incineration.sludge_n2o"}
N2O_NOTES: Final = {
    "615064": "The higher of two figures for sewage sludge: per tonne of dry matter in table 5.6.",
    "615065": "The lower of two figures for sewage sludge: per tonne of wet weight in table 5.6.",
}

_BO: Final = ("kg CH4/kg COD", "kg CH4/kg BOD")
_PER_TONNE: Final = frozenset({"g N2O /tonne waste", "g/ton MSW wet weight"})
_PER_KILOGRAM: Final = frozenset({"g CH4/kg waste treated", "g N2O/kg waste treated"})


def add(rows: Sequence[Row], result: Imported) -> None:
    """Add the factors of the waste categories (4.A to 4.D)."""
    by_id = {row["efdb_id"]: row for row in rows}
    for row in rows:
        if "MCF" in row["parameter"] and row["ipcc_2006_category"].startswith("4.D"):
            collected(row, result, partial(_wastewater, by_id))
        elif row["unit"] in _PER_TONNE:
            collected(row, result, _incinerated)
    for row in rows:
        if row["efdb_id"] == "615004":
            collected(row, result, _nitrogen)
        elif row["efdb_id"] == "614667":
            collected(row, result, partial(_clinical, by_id))
    _biological([row for row in rows if row["unit"] in _PER_KILOGRAM], result)


def _wastewater(by_id: Mapping[str, Row], row: Row, result: Imported) -> None:
    """Add the CH4 of one treatment system, per kg of COD (industrial) or BOD (domestic)."""
    is_industrial = row["ipcc_2006_category"].startswith("4.D.2")
    capacity = _needed(by_id, "614965" if is_industrial else "614961", row)
    in_unit = next((unit for unit in _BO if unit.casefold() == capacity["unit"].casefold()), None)
    if in_unit is None:
        raise BadCell("unit", capacity["unit"], f"of row {capacity.number} is not accepted: {' or '.join(_BO)} is")
    origin, load = ("Industrial", "COD") if is_industrial else ("Domestic", "BOD")
    known = (INDUSTRIAL if is_industrial else DOMESTIC).get(row["efdb_id"])
    system, maximum = known or slug(row["condition"]), decimal_text(capacity, "value")
    result.rows.append(
        factor_row(
            record=f"{capacity['efdb_id']}+{row['efdb_id']}",
            kinds=f"wastewater.{load.lower()}/{system}" if known else "",
            name_en=f"{origin} wastewater, {system.replace('_', ' ')}, per kg {load}",
            unit="kg",
            terms=f"CH4_BIOGENIC: BO={maximum} {in_unit}; MCF={decimal_text(row, 'value')} fraction",
            **_common(row),
        )
    )


def _nitrogen(row: Row, result: Imported) -> None:
    printed = decimal_text(row, "value")
    result.rows.append(
        factor_row(
            record=row["efdb_id"],
            kinds="wastewater.nitrogen",
            name_en="Nitrogen in wastewater effluent (N2O)",
            unit="kg",
            terms=f"N2O: EF={printed} kgN/kgN",
            printed=f"{printed} {row['unit']}",
            note="Nitrogen discharged to waters; the refinement of 2019 has a figure for treatment plants.",
            **_common(row),
        )
    )


def _incinerated(row: Row, result: Imported) -> None:
    printed = decimal_text(row, "value")
    gas = row["gas"]
    result.rows.append(
        factor_row(
            record=row["efdb_id"],
            kinds=N2O_KINDS.get(row["efdb_id"], ""),
            name_en=f"{row['technology']}, {row['condition']} ({gas})",
            unit="t",
            gases=f"{'CH4_FOSSIL' if gas == 'CH4' else gas}={shifted(printed, -3)}",
            printed=f"{printed} {row['unit']}",
            note=N2O_NOTES.get(row["efdb_id"], ""),
            **_common(row),
        )
    )


def _clinical(by_id: Mapping[str, Row], fossil: Row, result: Imported) -> None:
    """Add clinical waste: fossil CO2 as a chain, biogenic CO2 of its degradable carbon, N2O as of industrial waste."""
    degradable, oxidation, nitrous = (_needed(by_id, efdb_id, fossil) for efdb_id in ("614736", "615020", "615062"))
    burnt = Fraction(_percent(oxidation)) / 100
    biogenic = Fraction(_percent(degradable)) * 10 * burnt * CARBON_TO_GAS["CO2"]
    result.rows.append(
        factor_row(
            record="+".join(row["efdb_id"] for row in (fossil, degradable, oxidation, nitrous)),
            kinds="incineration.clinical",
            name_en="Clinical waste incinerated, per tonne of wet waste",
            name_zh="医疗废物焚烧",
            unit="t",
            terms=f"CO2: FOSSIL_C={shifted(_percent(fossil), -2)} kgC/kg; OF={_percent(oxidation)} %",
            gases=f"N2O={shifted(decimal_text(nitrous, 'value'), -3)}",
            co2_biogenic=decimals.plain(decimals.rounded(biogenic)),
            printed=(
                f"fossil carbon {fossil['value']} %, degradable organic carbon {degradable['value']} % of wet waste; "
                f"oxidation {oxidation['value']} %; {nitrous['value']} {nitrous['unit']}"
            ),
            note="Table 5.6 prints no N2O for clinical waste; the figure of industrial waste stands in.",
            **_common(fossil),
        )
    )


def _biological(rows: Sequence[Row], result: Imported) -> None:
    """Add composting and digestion, CH4 and N2O of one technology and weight basis folded together."""
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        groups.setdefault((row["technology"], row["condition"]), {})[row["gas"]] = row
    for (technology, basis), group in groups.items():
        first = next(iter(group.values()))
        collected(first, result, partial(_treated, group, f"{technology} of waste, {basis}"))


def _treated(group: Mapping[str, Row], treatment: str, first: Row, result: Imported) -> None:
    codes = {"CH4": "CH4_BIOGENIC", "N2O": "N2O"}
    parts = [f"{codes[gas]}={shifted(decimal_text(row, 'value'), -3)}" for gas, row in group.items() if gas in codes]
    result.rows.append(
        factor_row(
            record="+".join(row["efdb_id"] for row in group.values()),
            name_en=f"{treatment} ({' and '.join(group)})",
            unit="kg",
            gases=";".join(parts),
            printed="; ".join(f"{row['value']} {row['unit']}" for row in group.values()),
            **_common(first),
        )
    )


def _common(row: Row) -> dict[str, str]:
    return {
        "path": row["ipcc_2006_category"],
        "region": "WORLD",
        "data_year": YEAR,
        "basis": GasBasis.GAS_MASSES,
        "stage": "end_of_life",
        "purposes": "CORPORATE|PARK",
        "locator": cited(row["source"]),
    }


def cited(source: str) -> str:
    """Return the place in the 2006 Guidelines of a citation that goes on to older documents."""
    return re.split(r" (?:Revised 1996|IPCC Good Practice)", source)[0]


def _needed(by_id: Mapping[str, Row], efdb_id: str, row: Row) -> Row:
    if efdb_id not in by_id:
        raise BadCell("efdb_id", row["efdb_id"], f"needs the row of EFDB id {efdb_id}, which the file lacks")
    return by_id[efdb_id]


def _percent(row: Row) -> str:
    text = decimal_text(row, "value")
    if row["unit"] != "%" or not 0 <= Decimal(text) <= 100:
        raise BadCell("value", text, f"{row['unit']} of row {row.number} is not a percentage of 0 to 100")
    return text
