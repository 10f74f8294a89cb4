"""2006 IPCC Guidelines Vol. 2: stationary combustion defaults per fuel and sector, as masses of gas per net terajoule.

Only the manufacturing sector (1.A.2) has kinds. Carbon dioxide of biomass is biogenic and stands outside the scopes.
Layout: one row per default, `fuel, biomass, parameter, gas, ipcc_sector, value, unit, efdb_id ...`, singly cited by
EFDB id; the database's descriptions are not taken over.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported, RowError
from emission_factors.importers.ipcc_fuels import FUELS, ROAD_TOO, Fuel
from emission_factors.importers.rows import BadCell, collected, decimal_text, factor_row, source_rows
from emission_factors.importers.sheets import Row, slug

COLUMNS: Final = "fuel biomass parameter gas ipcc_sector value unit efdb_id ghg_protocol_tool_v2_check source"

YEAR: Final = "2006"
MANUFACTURING: Final = "1.A.2"
SECTORS: Final = {
    "1.A.1": "energy industries",
    "1.A.2": "manufacturing industries and construction",
    "1.A.4.a": "commercial and institutional",
    "1.A.4.b/c": "residential, agriculture, forestry and fishing",
}
GASES: Final = ("CO2", "CH4", "N2O")
PER_TERAJOULE: Final = "kg/TJ (NCV)"
PARAMETERS: Final = {
    "net_calorific_value": ("NCV", "TJ/Gg", "TJ/Gg", "Net calorific value"),
    "carbon_content": ("CARBON_CONTENT", "kg C/GJ", "kgC/GJ", "Carbon content"),
    "oxidation_factor": ("OXIDATION", "fraction", "fraction", "Oxidation factor"),
}
"""Parameter -> property, the unit it is printed in, our spelling of it, its name."""

Group = dict[str, Row]
"""Gas -> its row, of one fuel and sector."""


def read(lines: Iterable[str]) -> Imported:
    """Read the defaults; a fuel and sector needs all three gases to become a factor."""
    result = Imported()
    groups: dict[tuple[str, str], Group] = {}
    for row in source_rows(lines, COLUMNS, result.errors):
        if row["parameter"] in PARAMETERS:
            collected(row, result, _parameter)
        else:
            collected(row, result, lambda row, _: _group(row, groups))
    for group in groups.values():
        _factor(group, result)
    return result


def _group(row: Row, groups: dict[tuple[str, str], Group]) -> None:
    """File a row under its fuel and sector; raises `BadCell` for a figure that cannot be part of a factor."""
    if row["gas"] not in GASES:
        raise BadCell("gas", row["gas"], f"is no gas of this publication: {', '.join(GASES)} are accepted")
    if row["unit"] != PER_TERAJOULE:
        raise BadCell("unit", row["unit"], f"is not accepted: {PER_TERAJOULE} is")
    decimal_text(row, "value")
    group = groups.setdefault((row["fuel"], row["ipcc_sector"]), {})
    earlier = group.setdefault(row["gas"], row)
    if earlier is not row:
        message = f"is a second {row['gas']} figure; row {earlier.number} has {earlier['value']}"
        raise BadCell("value", row["value"], message)


def _factor(group: Group, result: Imported) -> None:
    first = next(iter(group.values()))
    missing = [gas for gas in GASES if gas not in group]
    if missing:
        message = f"has no {' and no '.join(missing)} figure in sector {first['ipcc_sector']}; all three are needed"
        result.errors.append(RowError(first.number, "fuel", first["fuel"], message))
        return
    fuel = FUELS.get(first["fuel"], Fuel((), ""))
    is_asked_for = first["ipcc_sector"] == MANUFACTURING
    full = _whole_factor(group, fuel)
    if is_asked_for:
        full = {**full, "kinds": "|".join((*_combustion_kinds(fuel, is_mobile=False), *_complement_kinds(fuel)))}
    result.rows.append(full)
    if is_asked_for and _combustion_kinds(fuel, is_mobile=True):
        result.rows.append(_carbon_dioxide_alone(group["CO2"], full, fuel))


def _combustion_kinds(fuel: Fuel, *, is_mobile: bool) -> tuple[str, ...]:
    return tuple(f"fuel.{name}.combustion" for name in fuel.substances if (name in ROAD_TOO) == is_mobile)


def _complement_kinds(fuel: Fuel) -> tuple[str, ...]:
    asked = (name for name in (*fuel.substances, *fuel.stands_for) if name not in _NEVER_STATIONARY)
    return tuple(f"fuel.{name}.stationary_non_co2" for name in asked)


def _whole_factor(group: Group, fuel: Fuel) -> Mapping[str, str]:
    first = group["CO2"]
    sector = SECTORS.get(first["ipcc_sector"], first["ipcc_sector"])
    is_biomass = first["biomass"] == "yes"
    methane = f"CH4_{'BIOGENIC' if is_biomass else 'FOSSIL'}={group['CH4']['value']}"
    fossil = "" if is_biomass else f"CO2={first['value']};"
    agrees = all(row["ghg_protocol_tool_v2_check"] == "same" for row in group.values())
    return factor_row(
        record="+".join(group[gas]["efdb_id"] for gas in GASES),
        name_en=f"{first['fuel']}, stationary combustion, {sector}",
        name_zh=f"{fuel.name_zh}，固定燃烧" if fuel.name_zh else "",
        path=f"{first['ipcc_sector']} > {first['fuel']}",
        region="WORLD",
        data_year=YEAR,
        unit="TJ",
        basis=GasBasis.GAS_MASSES,
        gases=f"{fossil}{methane};N2O={group['N2O']['value']}",
        co2_biogenic=first["value"] if is_biomass else "",
        stage="combustion",
        purposes="CORPORATE|PARK",
        locator="2006 IPCC Guidelines Vol. 2, tables 2.2-2.5",
        status=Status.VERIFIED if agrees else Status.SINGLE_SOURCE,
        note=fuel.note,
    )


def _carbon_dioxide_alone(row: Row, full: Mapping[str, str], fuel: Fuel) -> Mapping[str, str]:
    """Return the CO2 figure as a factor of its own, for fuels whose other gases depend on where they are burnt."""
    is_biomass = row["biomass"] == "yes"
    return {
        **full,
        "record": row["efdb_id"],
        "kinds": "|".join(_combustion_kinds(fuel, is_mobile=True)),
        "name_en": f"{row['fuel']}, combustion (CO2)",
        "name_zh": f"{fuel.name_zh}燃烧",
        "basis": GasBasis.CO2_ONLY,
        "gases": "" if is_biomass else f"CO2={row['value']}",
        "note": " ".join(part for part in (fuel.note, "CH4 and N2O come from the line's own complement.") if part),
    }


def _parameter(row: Row, result: Imported) -> None:
    name, printed_unit, unit, title = PARAMETERS[row["parameter"]]
    if row["unit"] != printed_unit:
        raise BadCell("unit", row["unit"], f"is not accepted: {printed_unit} is")
    value = decimal_text(row, "value")
    substances = FUELS[row["fuel"]].substances if row["fuel"] in FUELS else (slug(row["fuel"]),)
    for substance in substances:
        result.properties.append(
            {
                "record": row["efdb_id"] if len(substances) == 1 else f"{row['efdb_id']}-{substance}",
                "substance": substance,
                "property": name,
                "name_en": f"{title} of {row['fuel'].lower()}",
                "region": "WORLD",
                "data_year": YEAR,
                "value": value,
                "unit": unit,
                "locator": "2006 IPCC Guidelines Vol. 2, tables 1.2-1.4",
            }
        )


_NEVER_STATIONARY: Final = frozenset({"cng", "jet_kerosene", "aviation_gasoline"})
"""Substances that only mobile lines burn; no line asks for their stationary complement."""
