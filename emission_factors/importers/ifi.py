"""IFI harmonised grid factors (UNFCCC): combined and operating margins per country, for projects. Not shipped.

The file states no terms. Margins say what a project changes, not what a consumer emits, so none has a kind.
Layout: one row per country, `country_or_territory, cm_firm_energy ... operating_margin, unit`.
"""

from collections.abc import Iterable
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported, countries
from emission_factors.importers.rows import BadCell, decimal_text, edition, factor_row, imported, shifted
from emission_factors.importers.sheets import Row

MARGINS: Final = {
    "cm_firm_energy": "combined margin, firm energy",
    "cm_intermittent_energy": "combined margin, intermittent energy",
    "cm_energy_efficiency": "combined margin, energy efficiency",
    "cm_electricity_consumption": "combined margin, electricity consumption",
    "operating_margin": "operating margin",
}
COLUMNS: Final = " ".join(("country_or_territory", *MARGINS, "unit"))
YEAR: Final = "2021"

DATASET_FIELDS: Final = edition(
    dataset_id="ifi-grid-2021",
    publisher="International Financial Institutions' working group on GHG accounting; UNFCCC",
    title="Harmonized IFI default grid factors",
    edition="2021, v3.1",
    published_on="2022-12-31",
    licence="Not stated in the file",
    attribution="IFI TWG on GHG accounting, UNFCCC",
    redistribution="not_allowed",
    source_url="https://unfccc.int/climate-action/sectoral-engagement/ifis-harmonization-of-standards-for-ghg-accounting",
    retrieved_on="2026-11-22",
    carry_years="5",
    first_release="3",
)


def read(lines: Iterable[str]) -> Imported:
    """Read five margins per country."""
    return imported(lines, COLUMNS, _country)


def _country(row: Row, result: Imported) -> None:
    name = row["country_or_territory"]
    if row["unit"] != "gCO2/kWh":
        raise BadCell("unit", row["unit"], "is not accepted: gCO2/kWh is")
    try:
        region = countries.by_name(name)
    except countries.UnknownCountry as error:
        raise BadCell("country_or_territory", name, str(error)) from None
    figures = {margin: decimal_text(row, margin) for margin in MARGINS}
    for margin, printed in figures.items():
        result.rows.append(
            factor_row(
                record=f"{region}-{margin}",
                name_en=f"Grid electricity, {name}, {MARGINS[margin]} (CO2)",
                path="Harmonized grid factors",
                region=region,
                data_year=YEAR,
                unit="kWh",
                basis=GasBasis.CO2_ONLY,
                gases=f"CO2={shifted(printed, -3)}",
                stage="generation",
                calibre=margin,
                purposes="PRODUCT",
                locator=name,
                printed=f"{printed} gCO2/kWh",
                note="For project accounting, not for inventories.",
            )
        )
