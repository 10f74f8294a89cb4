"""Ember's yearly electricity intensity per country, life cycle of the generation mix. Not shipped.

Ember states CC BY 4.0, the collection it came through CC BY-SA 4.0; until that is cleared it is imported by whoever
may use it. It is no consumption factor, so none has a kind.
Layout: one row per country, `iso3, country_or_region, data_year, value_gco2e_per_kwh, unit, scope_note`.
"""

from collections.abc import Iterable
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported, countries
from emission_factors.importers.rows import BadCell, decimal_text, edition, factor_row, imported, shifted, year_text
from emission_factors.importers.sheets import Row

COLUMNS: Final = "iso3 country_or_region data_year value_gco2e_per_kwh unit scope_note"

GROUPS: Final = frozenset(
    {"ASEAN", "Africa", "Asia", "EU", "Europe", "G20", "G7", "Latin America and Caribbean", "Middle East"}
    | {"North America", "OECD", "Oceania"}
)
"""Groups of countries; no site is in one, so they are passed over."""

DATASET_FIELDS: Final = edition(
    dataset_id="ember-electricity",
    publisher="Ember",
    title="Yearly electricity data: average intensity of generation",
    edition="2022 to 2024",
    published_on="2025-12-31",
    licence="CC BY 4.0 (Ember); CC BY-SA 4.0 (as carried by co2.js)",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    attribution="Ember, through The Green Web Foundation co2.js",
    redistribution="not_allowed",
    source_url="https://ember-energy.org/data/yearly-electricity-data/",
    retrieved_on="2026-11-22",
    carry_years="5",
    first_release="3",
)


def read(lines: Iterable[str]) -> Imported:
    """Read the intensities of countries and of the world."""
    return imported(lines, COLUMNS, _country)


def _country(row: Row, result: Imported) -> None:
    name = row["country_or_region"]
    if name in GROUPS and not row["iso3"]:
        return
    if row["unit"] != "gCO2e/kWh":
        raise BadCell("unit", row["unit"], "is not accepted: gCO2e/kWh is")
    year, printed = year_text(row, "data_year"), decimal_text(row, "value_gco2e_per_kwh")
    result.rows.append(
        factor_row(
            record=f"{row['iso3'] or name}-{year}",
            name_en=f"Electricity generation, life cycle, {name} {year}",
            path="Yearly electricity data > Intensity",
            region=_region(row),
            data_year=year,
            unit="kWh",
            basis=GasBasis.CO2E_TOTAL,
            co2e=shifted(printed, -3),
            stage="generation",
            calibre="generation_life_cycle",
            purposes="PRODUCT",
            locator=name,
            printed=f"{printed} gCO2e/kWh",
            note=row["scope_note"],
        )
    )


def _region(row: Row) -> str:
    try:
        if row["iso3"]:
            return countries.by_alpha_3(row["iso3"])
        return countries.by_name(row["country_or_region"])
    except countries.UnknownCountry as error:
        raise BadCell("iso3" if row["iso3"] else "country_or_region", row["iso3"], str(error)) from None
