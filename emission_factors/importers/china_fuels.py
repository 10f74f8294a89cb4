"""China's default parameters of fossil fuels: net calorific value, carbon content, oxidation; three sets, never mixed.

Each fuel becomes two factors, per physical unit (NCV x CC x OF x 44/12) and per net gigajoule (CC x OF x 44/12), kept
as chains of the printed parameters, and one property, its NCV. Carbon dioxide only.
Layout: one row per fuel, `parameter_set, fuel_id ... ncv, ncv_unit, carbon_content ... oxidation_factor ...`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, confirmed, decimal_text, factor_row, imported, unit_code
from emission_factors.importers.sheets import Row

COLUMNS: Final = (
    "parameter_set fuel_id fuel_zh fuel_en physical_state activity_unit ncv ncv_unit carbon_content "
    "carbon_content_unit oxidation_factor oxidation_assumed_1 document n_independent_confirmations note"
)

SUBSTANCES: Final[Mapping[str, tuple[str, ...]]] = {
    "anthracite": ("anthracite",),
    "bituminous_coal": ("bituminous_coal",),
    "lignite": ("lignite",),
    "cleaned_washed_coal": ("cleaned_coal",),
    "other_washed_coal": ("other_washed_coal",),
    "briquettes": ("briquettes",),
    "other_coal_products": ("other_coal_products",),
    "coke": ("coke",),
    "petroleum_coke": ("petroleum_coke",),
    "crude_oil": ("crude_oil",),
    "fuel_oil": ("fuel_oil",),
    "gasoline": ("gasoline",),
    "diesel": ("diesel",),
    "kerosene": ("kerosene",),
    "jet_kerosene": ("jet_kerosene",),
    "aviation_kerosene": ("jet_kerosene",),
    "aviation_gasoline": ("aviation_gasoline",),
    "liquefied_natural_gas": ("lng",),
    "liquefied_petroleum_gas": ("lpg",),
    "naphtha": ("naphtha",),
    "coal_tar": ("coal_tar",),
    "crude_benzole": ("crude_benzole",),
    "other_petroleum_products": ("other_petroleum_products",),
    "natural_gas": ("natural_gas", "cng"),
    "blast_furnace_gas": ("blast_furnace_gas",),
    "converter_bof_gas": ("converter_gas",),
    "coke_oven_gas": ("coke_oven_gas",),
    "refinery_dry_gas": ("refinery_dry_gas",),
    "other_gas_coal_derived": ("other_coal_gas",),
}
"""The publisher's fuel -> the substances of our activity types; a fuel that is not here has no kind."""

DOUBTED: Final = frozenset({("NDRC-industry-guidelines-2013-2015", "refinery_dry_gas")})
"""Parameters of which two readings differ; the row's note says how."""

_STATES: Final = {"solid": "solid", "liquid_or_gas_by_mass": "liquid, or gas by mass", "gas": "gas"}


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One publication's set: its id in the file, its data year, where its table stands, and the sector it is for."""

    code: str
    data_year: str
    table: str
    sector: str = ""


def read(lines: Iterable[str], parameters: ParameterSet) -> Imported:
    """Read one parameter set; rows of other sets belong to other data sets."""
    return imported(lines, COLUMNS, partial(_fuel, parameters))


def _fuel(parameters: ParameterSet, row: Row, result: Imported) -> None:
    if row["parameter_set"] != parameters.code:
        return
    activity_unit = unit_code(row, "activity_unit", row["activity_unit"])
    ncv = f"{decimal_text(row, 'ncv')} {_per(row, 'ncv_unit', 'GJ', activity_unit)}"
    content = f"CC={decimal_text(row, 'carbon_content')} {_carbon_unit(row)}; OF={_oxidation(row)} fraction"
    fuel = row["fuel_id"]
    common = _common(parameters, row)
    result.rows.append(
        factor_row(
            record=fuel,
            name_en=f"{row['fuel_en']}, combustion (CO2)",
            name_zh=f"{row['fuel_zh']}燃烧",
            unit=activity_unit,
            terms=f"CO2: NCV={ncv}; {content}",
            **common,
        )
    )
    result.rows.append(
        factor_row(
            record=f"{fuel}-energy",
            name_en=f"{row['fuel_en']}, combustion, per net calorific value (CO2)",
            name_zh=f"{row['fuel_zh']}燃烧（按低位热值）",
            unit="GJ",
            terms=f"CO2: {content}",
            **common,
        )
    )
    result.properties.extend(_calorific_values(parameters, row, ncv))


def _common(parameters: ParameterSet, row: Row) -> dict[str, str]:
    fuel = row["fuel_id"]
    is_doubted = (parameters.code, fuel) in DOUBTED
    return {
        "kinds": "|".join(f"fuel.{substance}.combustion" for substance in SUBSTANCES.get(fuel, ())),
        "path": f"Fossil fuels > {_STATES.get(row['physical_state'], row['physical_state'])}",
        "region": "CN",
        "data_year": parameters.data_year,
        "basis": GasBasis.CO2_ONLY,
        "stage": "combustion",
        "purposes": "CORPORATE|PARK",
        "sector": parameters.sector,
        "locator": f"{parameters.table}, {row['fuel_zh']}",
        "status": Status.CONFLICTING if is_doubted else confirmed(row["n_independent_confirmations"]),
        "note": _note(row, is_doubted),
    }


def _note(row: Row, is_doubted: bool) -> str:
    if is_doubted:
        return row["note"].rpartition(";")[2].strip()
    if not row["oxidation_factor"]:
        return "The set gives no oxidation factor for this fuel; 1 is assumed."
    return ""


def _per(row: Row, column: str, over: str, activity_unit: str) -> str:
    """Return `GJ/t` where the printed unit is energy per the activity unit; raises `BadCell`."""
    top, _, bottom = row[column].partition("/")
    if top != over or not bottom or unit_code(row, column, bottom) != activity_unit:
        raise BadCell(column, row[column], f"is not accepted: {over}/{activity_unit} is, as the activity unit says")
    return f"{over}/{activity_unit}"


def _carbon_unit(row: Row) -> str:
    if row["carbon_content_unit"] != "tC/GJ":
        raise BadCell("carbon_content_unit", row["carbon_content_unit"], "is not accepted: tC/GJ is")
    return "tC/GJ"


def _oxidation(row: Row) -> str:
    """Return the printed oxidation factor, or 1 where the file says that 1 is assumed."""
    if not row["oxidation_factor"] and row["oxidation_assumed_1"] == "yes":
        return "1"
    text = decimal_text(row, "oxidation_factor")
    if not 0 <= Decimal(text) <= 1:
        raise BadCell("oxidation_factor", text, "is out of range: a fraction of 0 to 1 is accepted")
    return text


def _calorific_values(parameters: ParameterSet, row: Row, ncv: str) -> Iterator[Mapping[str, str]]:
    """Yield the NCV for each substance the fuel is; the first has the fuel's own record."""
    fuel = row["fuel_id"]
    value, _, in_unit = ncv.partition(" ")
    for index, substance in enumerate(SUBSTANCES.get(fuel, (fuel,))):
        yield {
            "record": f"{fuel}-ncv" + (f"-{substance}" if index else ""),
            "substance": substance,
            "property": "NCV",
            "name_en": f"Net calorific value of {row['fuel_en'].lower()}",
            "name_zh": f"{row['fuel_zh']}低位发热量",
            "region": "CN",
            "data_year": parameters.data_year,
            "value": value,
            "unit": in_unit,
            "locator": f"{parameters.table}, {row['fuel_zh']}",
        }
