"""The forms: which tables a report of each kind has, in their order, and under which regimes it can be made."""

from collections.abc import Callable, Mapping
from typing import Final

from accounting.energy.flows import EnergyValue
from accounting.regimes import RegimeCode
from accounting.reporting.inputs import ReportInputs, SubjectKind
from reports.assembling import evidence, foundations, heads, inventories, judgements, purchased, sources
from reports.assembling.energy_tables import balance_table
from reports.assembling.esrs import datapoints_table, energy_mix_table
from reports.assembling.iso import categories_table as iso_table
from reports.assembling.lines import Lines
from reports.assembling.making import both
from reports.assembling.park_indicators import (
    indicator_inputs_table,
    indicators_table,
    profile_table,
    projects_table,
)
from reports.assembling.park_tables import energy_table, memo_table, part_table, totals_table
from reports.assembling.required import required_table
from reports.document import ReportKind, Table

REGIMES_OF: Final[Mapping[ReportKind, tuple[RegimeCode, ...]]] = {
    ReportKind.ENTERPRISE: (RegimeCode.GBT_32150_2025, RegimeCode.NDRC_OTHER_2015, RegimeCode.MEE_332_2023),
    ReportKind.PARK: (RegimeCode.NDRC_910_2025,),
    ReportKind.GHG_PROTOCOL: (RegimeCode.GHG_PROTOCOL,),
    ReportKind.ISO_14064: (RegimeCode.ISO_14064_1,),
    ReportKind.ESRS_E1: (RegimeCode.GHG_PROTOCOL,),
}
"""Kind of report -> the regimes whose footprint it is made of, the usual one first."""
_TENANTS: Final = both("Emissions by tenant", "分企业排放量")
_MONTHS: Final = both("Emissions by month", "分月排放量")


def tables_of(
    inputs: ReportInputs, kind: ReportKind, lines: Lines, identifiers: Mapping[str, str]
) -> tuple[Table, ...]:
    """Return the tables of a report of a kind; the head asks for `identifiers` that the ledger does not hold."""
    return tuple(_FORMS[kind](inputs, lines, identifiers))


def _enterprise(inputs: ReportInputs, lines: Lines, identifiers: Mapping[str, str]) -> list[Table]:
    """Appendix B of GB/T 32151, generalised, with the quality plan of appendix E and the evidence of appendix D."""
    summary = both("B.1 Summary, with and without electricity and heat", "表B.1 排放汇总（ES、EI、ET）")
    return [
        heads.head_table(inputs, lines, "HEAD", identifiers),
        heads.boundary_table(inputs, lines, "BOUNDARY"),
        required_table(inputs, lines, "B.1", summary),
        sources.fuels_table(lines, "B.2"),
        sources.process_table(lines, "B.3"),
        sources.waste_table(lines, "B.4"),
        sources.fugitive_table(lines, "B.5"),
        purchased.electricity_table(inputs, lines, "B.8"),
        purchased.heat_table(inputs, lines, "B.9"),
        sources.gases_table(inputs, lines, "GASES", {"SCOPE_1": both("Direct", "直接排放")}),
        inventories.outside_table(lines, "MEMO"),
        *_energy(inputs, lines, "ENERGY"),
        inventories.parts_table(inputs, lines, "MONTHS", "month", _MONTHS),
        evidence.meters_table(inputs, lines, "QA"),
        evidence.instruments_table(inputs, lines, "EVIDENCE"),
        *_rests(inputs, lines),
    ]


def _park(inputs: ReportInputs, lines: Lines, identifiers: Mapping[str, str]) -> list[Table]:
    """Tables P1 to P12 of a zero-carbon park (notice 910 of 2025, annexes 2 to 4)."""
    park = inputs.park
    if park is None:
        raise RuntimeError("a park's report is assembled from what was read of a park under notice 910")
    enterprises = both("P1 Enterprises in the park", "表1 入园企业清单")
    return [
        profile_table(inputs, lines, "P1", identifiers),
        heads.tenants_table(inputs, lines, "P1.TENANTS", enterprises),
        *_energy(inputs, lines, "P2"),
        *(part_table(park, lines, code) for code in ("P3", "P4", "P5", "P6", "P7")),
        memo_table(park, lines, "P8"),
        totals_table(park, lines, "P9"),
        energy_table(park, lines, "P9.ENERGY"),
        required_table(inputs, lines, "P9.TENANTS", both("P9 Totals of the tenants' footprints", "表9 企业排放合计")),
        indicators_table(park, lines, "P10"),
        indicator_inputs_table(park, lines, "P10.INPUTS"),
        projects_table(inputs, lines, "P11"),
        inventories.parts_table(inputs, lines, "MONTHS", "month", _MONTHS),
        inventories.parts_table(inputs, lines, "TENANTS", "tenant", _TENANTS),
        evidence.instruments_table(inputs, lines, "EVIDENCE"),
        *_rests(inputs, lines, "P12."),
    ]


def _ghg_protocol(inputs: ReportInputs, lines: Lines, identifiers: Mapping[str, str]) -> list[Table]:
    """Required and optional information of the Corporate Standard, ch. 9, and the Scope 2 Guidance, ch. 7."""
    return [
        heads.head_table(inputs, lines, "HEAD", identifiers),
        heads.boundary_table(inputs, lines, "BOUNDARY"),
        inventories.scopes_table(inputs, lines, "SCOPES"),
        inventories.categories_table(inputs, lines, "CATEGORIES"),
        *_of_park(inputs, lines),
        sources.gases_table(inputs, lines, "GASES", inventories.scopes_of(inputs)),
        inventories.outside_table(lines, "OUTSIDE"),
        *_purchased(inputs, lines),
        inventories.sites_table(inputs, lines, "SITES"),
        inventories.parts_table(inputs, lines, "MONTHS", "month", _MONTHS),
        inventories.base_year_table(inputs, lines, "BASE_YEAR"),
        judgements.intensities_table(inputs, lines, "INTENSITY", _SUMS),
        judgements.uncertainty_table(inputs, lines, "UNCERTAINTY"),
        heads.exclusions_table(inputs, lines, "EXCLUSIONS"),
        evidence.instruments_table(inputs, lines, "EVIDENCE"),
        *_rests(inputs, lines),
    ]


def _iso_14064(inputs: ReportInputs, lines: Lines, identifiers: Mapping[str, str]) -> list[Table]:
    """Items of ISO 14064-1:2018, cl. 9.3.1: six categories, direct emissions by gas, biogenic CO2 apart."""
    return [
        heads.head_table(inputs, lines, "HEAD", identifiers),
        heads.boundary_table(inputs, lines, "BOUNDARY"),
        iso_table(inputs, lines, "CATEGORIES"),
        *_of_park(inputs, lines),
        sources.gases_table(inputs, lines, "GASES", {"SCOPE_1": both("Category 1", "类别1")}),
        inventories.outside_table(lines, "OUTSIDE"),
        *_purchased(inputs, lines),
        inventories.parts_table(inputs, lines, "MONTHS", "month", _MONTHS),
        inventories.base_year_table(inputs, lines, "BASE_YEAR"),
        judgements.uncertainty_table(inputs, lines, "UNCERTAINTY"),
        heads.exclusions_table(inputs, lines, "SIGNIFICANCE"),
        evidence.instruments_table(inputs, lines, "EVIDENCE"),
        *_rests(inputs, lines),
    ]


def _esrs_e1(inputs: ReportInputs, lines: Lines, identifiers: Mapping[str, str]) -> list[Table]:
    """E1-5 and E1-6 of ESRS E1, with methodologies and significant assumptions (AR 39)."""
    return [
        heads.head_table(inputs, lines, "HEAD", identifiers),
        energy_mix_table(inputs, lines, "E1-5"),
        inventories.scopes_table(inputs, lines, "E1-6"),
        inventories.categories_table(inputs, lines, "E1-6.CATEGORIES"),
        *_of_park(inputs, lines),
        datapoints_table(inputs, lines, "E1-6.DATAPOINTS"),
        sources.gases_table(inputs, lines, "E1-6.GASES", inventories.scopes_of(inputs)),
        inventories.outside_table(lines, "E1-6.OUTSIDE"),
        inventories.base_year_table(inputs, lines, "E1-6.BASE_YEAR"),
        evidence.instruments_table(inputs, lines, "E1-6.INSTRUMENTS"),
        heads.exclusions_table(inputs, lines, "E1-6.EXCLUSIONS"),
        *_rests(inputs, lines),
    ]


def _energy(inputs: ReportInputs, lines: Lines, code: str) -> list[Table]:
    return [balance_table(inputs, lines, code, value) for value in (None, EnergyValue.EQUAL, EnergyValue.EQUIVALENT)]


def _of_park(inputs: ReportInputs, lines: Lines) -> list[Table]:
    if inputs.subject.kind is not SubjectKind.PARK:
        return []
    return [
        judgements.consolidation_table(inputs, lines, "CONSOLIDATION"),
        inventories.parts_table(inputs, lines, "TENANTS", "tenant", _TENANTS),
    ]


def _purchased(inputs: ReportInputs, lines: Lines) -> list[Table]:
    """Return purchased energy by location and by market, each line once in each."""
    market = both("Purchased electricity, market-based", "外购电力（基于市场）")
    location = both("Purchased electricity, location-based", "外购电力（基于位置）")
    return [
        purchased.electricity_table(inputs, lines, "ELECTRICITY.LOCATION", title=location),
        purchased.electricity_table(inputs, lines, "ELECTRICITY.MARKET", "SCOPE_2_MARKET", title=market),
        purchased.heat_table(inputs, lines, "HEAT"),
    ]


def _rests(inputs: ReportInputs, lines: Lines, prefix: str = "") -> list[Table]:
    """Return what every report closes with: data quality, completeness, corrections, factors."""
    return [
        foundations.quality_table(lines, f"{prefix}QUALITY"),
        evidence.completeness_table(inputs, lines, f"{prefix}COMPLETENESS"),
        evidence.restated_table(inputs, lines, f"{prefix}CORRECTIONS"),
        foundations.factors_table(lines, f"{prefix}FACTORS"),
    ]


_SUMS: Final = {
    "SCOPE_1": ("SCOPE_1",),
    "TOTAL_LOCATION": ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3"),
    "TOTAL_MARKET": ("SCOPE_1", "SCOPE_2_MARKET", "SCOPE_3"),
}
_FORMS: Final[Mapping[ReportKind, Callable[[ReportInputs, Lines, Mapping[str, str]], list[Table]]]] = {
    ReportKind.ENTERPRISE: _enterprise,
    ReportKind.PARK: _park,
    ReportKind.GHG_PROTOCOL: _ghg_protocol,
    ReportKind.ISO_14064: _iso_14064,
    ReportKind.ESRS_E1: _esrs_e1,
}
