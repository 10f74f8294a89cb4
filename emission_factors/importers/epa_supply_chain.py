"""US EPA Supply Chain GHG Emission Factors by NAICS-6: kg CO2e per US dollar, with and without margins.

Reads two files: the totals (`naics_2017_code, naics_2017_title, unit, factor_without_margins, margins,
factor_with_margins, reference_useeio_code`) and the gases (`naics_2017_code, co2_without_margins ...`, kg of gas per
dollar). Each NAICS code gives two factors: `325414`, cradle to the factory gate, kind `spend_us/325414`; and
`325414-margins`, cradle to the point of sale, kind `spend_us/325414.with_margins`.

The gas file holds one part in CO2e, the HFCs and PFCs of no stated kind. A factor therefore is `CO2E_BY_GAS`: each
gas is its mass x its AR5 GWP, exactly, and the total is the printed one; what the parts lack to the total is the
unspecified part and the rounding of the prints.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from emission_factors import decimals, gases
from emission_factors.factors import GasBasis, Status
from emission_factors.gases import GwpSet
from emission_factors.importers import Imported, RowError
from emission_factors.importers.sheets import Row, columns, number, read_table

TOTAL_COLUMNS: Final = columns(
    "naics_2017_code",
    "naics_2017_title",
    "ghg",
    "unit",
    "factor_without_margins",
    "margins",
    "factor_with_margins",
    "reference_useeio_code",
)
GASES: Final = {
    "co2": "CO2",
    "ch4": "CH4",
    "n2o": "N2O",
    "hfc23": "HFC-23",
    "hfc32": "HFC-32",
    "hfc125": "HFC-125",
    "hfc134a": "HFC-134a",
    "hfc143a": "HFC-143a",
    "hfc236fa": "HFC-236fa",
    "pfc14_cf4": "PFC-14",
    "pfc116_c2f6": "PFC-116",
    "pfc218_c3f8": "PFC-218",
    "pfc3110_c4f10": "PFC-3-1-10",
    "pfc318_c4f8": "PFC-318",
    "pfc5114_c6f14": "PFC-5-1-14",
    "sf6": "SF6",
    "nf3": "NF3",
}
"""Stem of a gas column -> our code of the gas."""

SCOPES: Final = ("without_margins", "with_margins")
GAS_COLUMNS: Final = columns("naics_2017_code", *(f"{stem}_{scope}" for scope in SCOPES for stem in GASES))

_UNIT = re.compile(r"kg CO2e/(?P<year>20[0-9]{2}) USD, purchaser price")


def read(totals: Iterable[str], by_gas: Iterable[str], year: int, status: Status = Status.SINGLE_SOURCE) -> Imported:
    """Read the two files of one version; `year` is the year of its emission data."""
    imported = Imported()
    split = _gas_rows(by_gas, imported.errors)
    table = read_table(totals, TOTAL_COLUMNS, imported.errors)
    for row in table.rows if table and split else ():
        per = _UNIT.fullmatch(row["unit"])
        gas_row = split.get(row["naics_2017_code"])
        if per is None:
            message = "is not known: accepted is kg CO2e/<year> USD, purchaser price"
            imported.errors.append(RowError(row.number, "unit", row["unit"], message))
        elif gas_row is None:
            message = "has no row in the file of the gases"
            imported.errors.append(RowError(row.number, "naics_2017_code", row["naics_2017_code"], message))
        else:
            edition = {"unit": f"USD_{per['year']}", "data_year": str(year), "valid_from": f"{year}-01-01"}
            imported.rows.extend(
                {**found, **edition, "status": status.value} for found in _pair(row, gas_row, imported)
            )
    return imported


def _gas_rows(by_gas: Iterable[str], errors: list[RowError]) -> dict[str, Row]:
    table = read_table(by_gas, GAS_COLUMNS, errors)
    return {row["naics_2017_code"]: row for row in table.rows} if table else {}


def _pair(row: Row, gas_row: Row, imported: Imported) -> Iterable[Mapping[str, str]]:
    """Yield the factor without and the one with margins; one with a cell that is no number is reported and left out."""
    margins = number(row, "margins", imported.errors)
    for scope in SCOPES:
        total = number(row, f"factor_{scope}", imported.errors)
        parts = _parts(gas_row, scope, imported.errors)
        if total and margins and len(parts) == len(GASES):
            yield _factor(row, scope, total, margins, parts)


def _parts(gas_row: Row, scope: str, errors: list[RowError]) -> dict[str, str]:
    """Return gas -> kg CO2e per dollar: printed mass x AR5 GWP-100."""
    parts: dict[str, str] = {}
    for stem, gas in GASES.items():
        mass = number(gas_row, f"{stem}_{scope}", errors)
        if mass:
            parts[gas] = format(decimals.product(Decimal(mass), gases.gwp(gas, GwpSet.AR5).value), "f")
    return parts


def _factor(row: Row, scope: str, total: str, margins: str, parts: Mapping[str, str]) -> Mapping[str, str]:
    code, title = row["naics_2017_code"], row["naics_2017_title"]
    sold = scope == "with_margins"
    return {
        "record": f"{code}-margins" if sold else code,
        "kinds": f"spend_us/{code}.with_margins" if sold else f"spend_us/{code}",
        "name_en": f"{title} (NAICS {code}), {'with' if sold else 'without'} margins",
        "path": f"NAICS 2017 > {code} {title}",
        "region": "US",
        "basis": GasBasis.CO2E_BY_GAS.value,
        "co2e": total,
        "gases": ";".join(f"{gas}={kilograms}" for gas, kilograms in parts.items()),
        "stage": "cradle_to_sale" if sold else "cradle_to_gate",
        "locator": f"NAICS {code}",
        "note": f"USEEIO {row['reference_useeio_code']}" + (f"; margins {margins}" if sold else ""),
    }
