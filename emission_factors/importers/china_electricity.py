"""China's electricity factors: the MEE/NBS announcements (CO2 of consumption), the older reporting factors, footprints.

The factor year is the data year; publication follows 16 to 24 months later. The announcements give carbon dioxide only.
Layouts: one row per announced figure, `data_year, calibre, region_code ...`; footprints `data_year, type ...`.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import (
    BadCell,
    Figure,
    confirmed,
    factor_row,
    figure,
    imported,
    region_code,
    year_text,
)
from emission_factors.importers.sheets import Row

ANNOUNCED: Final = (
    "data_year calibre region_code region_name_zh region_name_en value unit document published cpcd_record "
    "n_independent_confirmations"
)
FOOTPRINT: Final = "data_year type type_zh value unit document n_independent_confirmations confirmed_in"

AVERAGES: Final = {
    "provincial_average": ("provincial average", "（省级）"),
    "regional_average": ("regional average", "（区域）"),
    "national_average": ("national average", ""),
}
"""Calibre -> its name, and what its Chinese name ends in; a region has at most one, so the region is the record."""
NATIONAL: Final = {
    "national_average_excluding_market_traded_non_fossil": (
        "CN-excluding-market-traded-non-fossil",
        "electricity.market",
        "national average excluding market-traded non-fossil electricity",
        "全国电力平均二氧化碳排放因子（不包括市场化交易的非化石能源电量）",
    ),
    "national_fossil_only": (
        "CN-fossil-only",
        "",
        "national average of fossil power",
        "全国化石能源电力二氧化碳排放因子",
    ),
}
"""Calibre -> record, kind, name. The first stands for the residual mix, which China does not publish."""
REPORTING: Final = "ets_reporting_national_factor"
LOSSES: Final = "transmission_distribution_incl_losses"


def read(lines: Iterable[str], data_year: str) -> Imported:
    """Read the announcement of one data year; rows of other years belong to other data sets."""
    return imported(lines, ANNOUNCED, partial(_announced, data_year))


def read_reporting(lines: Iterable[str]) -> Imported:
    """Read the national factors that notices named for corporate reporting before the announcements."""
    return imported(lines, ANNOUNCED, _reporting)


def read_footprints(lines: Iterable[str], data_year: str) -> Imported:
    """Read the electricity carbon-footprint factors of one year: life cycle, for products, never for scope 2."""
    return imported(lines, FOOTPRINT, partial(_footprint, data_year))


def _announced(wanted_year: str, row: Row, result: Imported) -> None:
    if row["calibre"] == REPORTING or year_text(row, "data_year") != wanted_year:
        return
    printed, region = _per_kwh(row, "CO2"), region_code(row, "region_code")
    record, kind, name_en, name_zh = _calibre(row, region)
    result.rows.append(
        factor_row(
            record=record,
            kinds=kind,
            name_en=f"Grid electricity, {row['region_name_en']}, {name_en} {wanted_year} (CO2)",
            name_zh=f"{wanted_year}年{name_zh}" if name_zh else "",
            path=_subject(row),
            region=region,
            data_year=wanted_year,
            unit=printed.unit,
            basis=GasBasis.CO2_ONLY,
            gases=f"CO2={printed.kilograms}",
            stage="generation",
            calibre=row["calibre"],
            locator=f"annex, {name_en}, {row['region_name_zh']}",
            status=confirmed(row["n_independent_confirmations"]),
            note=f"CPCD {row['cpcd_record']}" if row["cpcd_record"] else "",
        )
    )


def _calibre(row: Row, region: str) -> tuple[str, str, str, str]:
    """Return record, kind and the two names; a calibre we do not know has no kind and is its own record."""
    calibre = row["calibre"]
    if calibre in NATIONAL:
        return NATIONAL[calibre]
    if calibre in AVERAGES:
        name_en, name_zh = AVERAGES[calibre]
        return region, "electricity.grid", name_en, f"{row['region_name_zh']}电力平均二氧化碳排放因子{name_zh}"
    return f"{region}-{calibre}", "", calibre.replace("_", " "), ""


def _subject(row: Row) -> str:
    """Return the part of the announcement's title that names its data: `2023年电力二氧化碳排放因子`."""
    return row["document"].rpartition(",")[2].strip()


def _reporting(row: Row, result: Imported) -> None:
    if row["calibre"] != REPORTING:
        return
    year = re.search(r"used for .*?(20[0-9]{2})", row["document"])
    if not year:
        raise BadCell("document", row["document"], "names no year of use: 'value used for 2022' is accepted")
    printed = _per_kwh(row, "CO2")
    up_to = "up to " in row["document"]
    result.rows.append(
        factor_row(
            record=f"CN-{year[1]}",
            kinds="electricity.grid",
            name_en=f"Grid electricity, China, reporting factor for {year[1]} (CO2)",
            name_zh=f"{year[1]}年度企业核算用全国电网平均排放因子",
            path="全国电网平均排放因子",
            region=region_code(row, "region_code"),
            data_year=year[1],
            valid_to=f"{year[1]}-12-31",
            unit=printed.unit,
            basis=GasBasis.CO2_ONLY,
            gases=f"CO2={printed.kilograms}",
            stage="generation",
            calibre="reporting_factor",
            locator=row["document"],
            status=confirmed(row["n_independent_confirmations"]),
            note="data_year is the year of use" + (", the last of several; the first is not stated" if up_to else ""),
        )
    )


def _footprint(wanted_year: str, row: Row, result: Imported) -> None:
    if year_text(row, "data_year") != wanted_year:
        return
    printed, kind = _per_kwh(row, "CO2e"), row["type"]
    result.rows.append(
        factor_row(
            record=kind,
            kinds="electricity.td_losses" if kind == LOSSES else "",
            name_en=f"Electricity carbon footprint {wanted_year}, China, {kind.replace('_', ' ')}",
            name_zh=f"{wanted_year}年{row['type_zh']}碳足迹因子",
            path="电力碳足迹因子",
            region="CN",
            data_year=wanted_year,
            unit=printed.unit,
            basis=GasBasis.CO2E_TOTAL,
            co2e=printed.kilograms,
            stage="transmission_distribution" if kind.startswith("transmission") else "cradle_to_gate",
            purposes="PRODUCT",
            locator=f"annex, {row['type_zh']}",
            status=confirmed(row["n_independent_confirmations"]),
            note=row["confirmed_in"],
        )
    )


def _per_kwh(row: Row, label: str) -> Figure:
    """Return the figure, refusing any unit but a mass of the given gas per kWh."""
    found = figure(row, "value", "unit")
    if (found.label, found.unit) != (label, "kWh"):
        raise BadCell("unit", row["unit"], f"is not the unit of this publication: kg{label}/kWh is accepted")
    return found
