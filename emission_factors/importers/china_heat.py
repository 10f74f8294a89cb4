"""China's default factors for heat, carbonates and standard coal, and samples of the national factor database (NCSC).

Layout: one row per figure, `category, parameter_id, name_zh, name_en, value, unit ...`; the category `national_efdb`
is a data set of its own, whose factors are for parks alone: the park method of notice 910 asks for that database.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported
from emission_factors.importers.rows import Figure, confirmed, decimal_text, factor_row, figure, imported
from emission_factors.importers.sheets import Row

COLUMNS: Final = "category parameter_id name_zh name_en value unit document n_independent_confirmations note"

DATABASE: Final = "national_efdb"
DATABASE_YEAR: Final = "2026"
"""Year of the database's second edition (published 2026-03-01); it does not say which year a figure represents."""

YEARS: Final = {"heat": "2015", "carbonate": "2024", "energy_mix": "2015"}
"""Category -> data year: the industry guidelines of 2013 to 2015, GB/T 32151.34-2024 table C.2; standard-coal factors
state no year and stand with the guidelines."""
CURRENT: Final = "2024"
"""Data year of a category that is not known here."""

HEAT: Final = {
    "record": "heat_default",
    "kinds": "steam.purchased|heat.purchased",
    "name_en": "Purchased heat and steam, default (CO2)",
    "path": "Purchased heat",
    "stage": "generation",
    "purposes": "CORPORATE",
    "note": "Only where the supplier gives no measured value. Notice 910 states the same figure for parks.",
}

FUELS: Final = {
    "ncsc_diesel": "diesel",
    "ncsc_gasoline": "gasoline",
    "ncsc_lng": "lng",
    "ncsc_natural_gas": "natural_gas",
}
PARAMETERS: Final = {
    "ncsc_natural_gas_carbon_content": ("natural_gas", "CARBON_CONTENT"),
    "ncsc_natural_gas_ncv": ("natural_gas", "NCV"),
}
REFUSED: Final = {
    "ncsc_natural_gas": "The database's own carbon content gives another figure: 15.242 tC/TJ x 44/12 = 55.9."
}
"""Records whose figure another figure of the same publication contradicts: quarantined, so never selected."""


def read(lines: Iterable[str]) -> Imported:
    """Read the default for heat, the carbonates and the standard-coal factors."""
    return imported(lines, COLUMNS, _default)


def read_database(lines: Iterable[str]) -> Imported:
    """Read the samples of the national GHG emission factor database."""
    return imported(lines, COLUMNS, _sample)


def _default(row: Row, result: Imported) -> None:
    if row["category"] == DATABASE:
        return
    printed = figure(row, "value", "unit")
    year = YEARS.get(row["category"], CURRENT)
    result.rows.append(factor_row(data_year=year, **_common(row, printed), **_own(row)))


def _common(row: Row, printed: Figure) -> dict[str, str]:
    is_co2 = printed.label == "CO2"
    return {
        "name_zh": row["name_zh"],
        "region": "CN",
        "unit": printed.unit,
        "basis": GasBasis.CO2_ONLY if is_co2 else GasBasis.CO2E_TOTAL,
        "co2e": "" if is_co2 else printed.kilograms,
        "gases": f"CO2={printed.kilograms}" if is_co2 else "",
        "locator": row["document"],
        "printed": printed.printed,
        "status": confirmed(row["n_independent_confirmations"]),
    }


def _own(row: Row) -> dict[str, str]:
    """Return the cells that depend on the category; a figure of a category we do not know has no kind."""
    if row["category"] == "heat":
        return dict(HEAT)
    return _carbonate(row) if row["category"] == "carbonate" else _unasked(row)


def _carbonate(row: Row) -> dict[str, str]:
    formula = row["parameter_id"].removeprefix("cn_carbonate_")
    return {
        "record": f"carbonate-{formula}",
        "kinds": f"carbonate/{formula}",
        "name_en": f"Carbonate decomposed, {row['name_en']} (CO2)",
        "path": "Carbonates",
        "stage": "process",
        "purposes": "CORPORATE|PARK",
        "note": row["note"],
    }


def _unasked(row: Row) -> dict[str, str]:
    """Return the cells of a figure that no line asks for."""
    return {
        "record": row["parameter_id"],
        "name_en": row["name_en"],
        "path": row["category"].replace("_", " "),
        "note": row["note"],
    }


def _sample(row: Row, result: Imported) -> None:
    if row["category"] != DATABASE:
        return
    record = row["parameter_id"]
    if record in PARAMETERS:
        result.properties.append(_parameter(row))
        return
    cells = _common(row, figure(row, "value", "unit"))
    if record in REFUSED:
        cells["status"] = Status.QUARANTINED
    result.rows.append(
        factor_row(
            record=record,
            kinds=_database_kind(record),
            name_en=f"{row['name_en']}, national factor database",
            path="国家温室气体排放因子数据库",
            data_year=DATABASE_YEAR,
            stage="combustion" if record in FUELS else "",
            purposes="PARK",
            note=REFUSED.get(record, row["note"]),
            **cells,
        )
    )


def _database_kind(record: str) -> str:
    if record in FUELS:
        return f"fuel.{FUELS[record]}.combustion"
    return "freight.hgv" if record == "ncsc_road_freight" else ""


def _parameter(row: Row) -> Mapping[str, str]:
    substance, name = PARAMETERS[row["parameter_id"]]
    return {
        "record": row["parameter_id"],
        "substance": substance,
        "property": name,
        "name_en": row["name_en"],
        "name_zh": row["name_zh"],
        "region": "CN",
        "data_year": DATABASE_YEAR,
        "value": decimal_text(row, "value"),
        "unit": row["unit"],
        "locator": row["document"],
        "note": row["note"],
    }
