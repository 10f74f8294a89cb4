"""New Zealand: annual grid electricity of the Measuring Emissions Catalogue, split by gas (kg CO2e under AR5).

Layout: one row per year, `data_year, region, kgco2e_per_kwh, co2_kgco2e_per_kwh, ch4_..., n2o_..., gwp_set, source`.
"""

from collections.abc import Iterable
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import BadCell, decimal_text, factor_row, imported, region_code, year_text
from emission_factors.importers.sheets import Row

COLUMNS: Final = (
    "data_year region kgco2e_per_kwh co2_kgco2e_per_kwh ch4_kgco2e_per_kwh n2o_kgco2e_per_kwh gwp_set source"
)
GASES: Final = {"CO2": "co2_kgco2e_per_kwh", "CH4": "ch4_kgco2e_per_kwh", "N2O": "n2o_kgco2e_per_kwh"}
GWP_SET: Final = "AR5"


def read(lines: Iterable[str]) -> Imported:
    """Read the grid averages, one factor per data year."""
    return imported(lines, COLUMNS, _year)


def _year(row: Row, result: Imported) -> None:
    if row["gwp_set"] != GWP_SET:
        raise BadCell("gwp_set", row["gwp_set"], f"is not the GWP set of this edition: {GWP_SET} is accepted")
    year, region = year_text(row, "data_year"), region_code(row, "region")
    result.rows.append(
        factor_row(
            record=f"{region}-{year}",
            kinds="electricity.grid",
            name_en=f"Grid electricity, New Zealand, national average {year}",
            name_zh=f"新西兰电网平均电力 {year}",
            path="Purchased energy > Electricity > Annual average",
            region=region,
            data_year=year,
            unit="kWh",
            basis=GasBasis.CO2E_BY_GAS,
            co2e=decimal_text(row, "kgco2e_per_kwh"),
            gases=";".join(f"{gas}={decimal_text(row, column)}" for gas, column in GASES.items()),
            stage="generation",
            calibre="national_average",
            locator=f"table 5.2, {year}",
        )
    )
