"""How sure a report is of its totals, how it relates them to output, and how a park's total is counted once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.change.denominators import DenominatorMonth, Gathered, Wanted, gathered, months_between
from accounting.change.intensity import BadDenominator, Denominator
from accounting.declarations import DeclarationKind
from accounting.judgement.footprint_uncertainty import Part, parts_of, uncertainty_of
from accounting.judgement.headline_totals import Total
from accounting.judgement.uncertainty import UncertaintyForm
from accounting.reporting.inputs import ReportInputs, SubjectKind
from accounting.supply.emission_vectors import Emissions
from accounting.supply.park_supply import CO2E as CO2E_PART
from accounting.supply.park_totals import ParkTotals, park_totals
from emission_factors import decimals
from emission_factors.activity_types import Method
from reports.assembling.lines import Lines, joined
from reports.assembling.making import CO2E, Given, TableMaker, both, number, text
from reports.document import Bilingual, RowRole, Table

_TOTALS: Final[Mapping[Total, Bilingual]] = {
    Total.SCOPE_1: both("Scope 1", "范围一"),
    Total.SCOPE_2_LOCATION: both("Scope 2, location-based", "范围二（基于位置）"),
    Total.SCOPE_2_MARKET: both("Scope 2, market-based", "范围二（基于市场）"),
    Total.SCOPE_3: both("Scope 3", "范围三"),
    Total.TOTAL_LOCATION: both("Total, location-based", "合计（基于位置）"),
    Total.TOTAL_MARKET: both("Total, market-based", "合计（基于市场）"),
}


def uncertainty_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the uncertainty of each total in percent, by error propagation, with what of it nobody declared.

    2006 IPCC Guidelines, volume 1, chapter 3, equations 3.1 and 3.2; 95 % interval.
    """
    columns = (
        CO2E,
        number("covered", "With a declared uncertainty", "已声明不确定性", "tCO2e"),
        number("percent", "Uncertainty of that, 95 %", "不确定性（95%）", "%"),
        number("low", "From", "下限", "tCO2e"),
        number("high", "To", "上限", "tCO2e"),
        text("flags", "To be known", "说明"),
    )
    maker = TableMaker(lines, code, both("Uncertainty of the totals", "总量的不确定性"), columns, ())
    parts = parts_of(inputs.footprint.lines, inputs.uncertainties, inputs.operators)
    for total, heading in _TOTALS.items():
        chosen = [part for part in parts if total.takes(part.line.line)]
        if chosen:
            maker.row(total.value, heading, _uncertain(chosen), role=RowRole.MEMO)
    return maker.made(_UNCERTAIN_NOTE)


_UNCERTAIN_NOTE: Final = both(
    "2006 IPCC Guidelines, volume 1, eq. 3.1 and 3.2. What nobody declared is not in the interval, and not exact.",
    "依据《2006年IPCC国家温室气体清单指南》第1卷公式3.1、3.2。未声明部分不在区间内，也不视为精确。",
)


def _uncertain(parts: Sequence[Part]) -> dict[str, Given]:
    found = uncertainty_of(parts, UncertaintyForm.PERCENT)
    return {
        "co2e": _tonnes(found.total),
        "covered": _tonnes(found.covered),
        "percent": found.spread,
        "low": _tonnes(found.low),
        "high": _tonnes(found.high),
        "flags": joined(flag.value for flag in found.flags) or None,
    }


def _tonnes(kilograms: Decimal | None) -> Decimal | None:
    return None if kilograms is None else kilograms.scaleb(-3, decimals.EXACT)


@dataclass(frozen=True, slots=True)
class Related:
    """A denominator of everyone who has emissions, as gathered over the months of the report."""

    denominator: Denominator
    product: str
    found: Gathered


def denominators_of(inputs: ReportInputs) -> list[Related]:
    """Return every denominator that a tenant states; of a park those that all its products have in common.

    One that tenants state in several units cannot be added and is left out.
    """
    declared: dict[UUID, list[DenominatorMonth]] = {}
    for said in inputs.said(DeclarationKind.DENOMINATOR):
        declared.setdefault(said.tenant, []).append(said.content)
    emitting = sorted({line.tenant for line in inputs.footprint.lines if line.tenant}, key=str)
    months = months_between(inputs.first, inputs.last)
    found = []
    for denominator, product in sorted({(one.denominator, one.product) for all_ in declared.values() for one in all_}):
        if inputs.subject.kind is SubjectKind.PARK and denominator is Denominator.OUTPUT:
            continue
        try:
            one = gathered(Wanted(denominator, product, "", None), emitting, months, declared)
        except BadDenominator:
            continue
        found.append(Related(denominator, product, one))
    return found


def intensities_table(inputs: ReportInputs, lines: Lines, code: str, totals: Mapping[str, Sequence[str]]) -> Table:
    """Return each total over each denominator; a month that a tenant with emissions did not state leaves it open."""
    columns = (
        text("denominator", "Denominator", "分母"),
        number("size", "Amount", "数量"),
        text("unit", "Unit", "单位"),
        text("status", "Status", "状态"),
        text("missing", "Not stated", "未填报"),
        *(number(name.lower(), name, name, "tCO2e per unit") for name in totals),
    )
    maker = TableMaker(lines, code, both("Emission intensity", "排放强度"), columns, ())
    for one in denominators_of(inputs):
        maker.row(
            maker.next_code,
            both(one.product or one.denominator.value, one.product),
            _related(inputs, lines, one, totals),
        )
    return maker.made()


def _related(inputs: ReportInputs, lines: Lines, one: Related, totals: Mapping[str, Sequence[str]]) -> dict[str, Given]:
    sums = {
        name: decimals.total(line.shown.co2e for line in lines.of({"total": parts})) for name, parts in totals.items()
    }
    found = {name: one.found.intensity(mass) for name, mass in sums.items()}
    first = next(iter(found.values()))
    missing = sorted(inputs.parties[tenant].code for tenant in one.found.missing if tenant in inputs.parties)
    return {
        "denominator": one.denominator.value,
        "size": first.denominator,
        "unit": one.found.unit or None,
        "status": first.status.value,
        "missing": joined(missing) or None,
        **{name.lower(): intensity.tonnes_per_unit for name, intensity in found.items()},
    }


def consolidation_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return a park's scopes 1 and 2 counted once, in two ways that agree: what members supply to each other is taken
    out of the sum of their reports, or direct emissions and imports are added.
    """
    columns = (
        number("location", "Location-based", "基于位置", "tCO2e"),
        number("market", "Market-based", "基于市场", "tCO2e"),
    )
    title = both("The park counted once", "园区汇总（不重复计算）")
    maker = TableMaker(lines, code, title, columns, ("location", "market"))
    if inputs.supply is None or not inputs.supply.months:
        return maker.made()
    found = {method.value.lower(): park_totals(inputs.supply, method) for method in Method}
    for name, heading in _PARTS.items():
        maker.row(name.upper(), heading, {method: _mass(getattr(one.park, name)) for method, one in found.items()})
    maker.total("BY_ELIMINATION", both("By elimination", "按抵消法"), _ELIMINATION)
    maker.total("BY_IMPORTS", both("Direct emissions and imports", "按直接排放与调入"), _IMPORTS)
    difference = {method: _mass(one.park.difference) for method, one in found.items()}
    maker.row("DIFFERENCE", both("Difference of the two ways", "两种方法之差"), difference, role=RowRole.MEMO)
    return maker.made(_failed(found.values()))


_PARTS: Final = {
    "reported": both("Sum of what members report, scopes 1 and 2", "成员上报之和（范围一、二）"),
    "internal": both("Scope 2 of what members supplied to members", "成员间供应的范围二"),
    "resold_import": both("Imports that members passed on", "转售的外购能源"),
    "reexported": both("Imports sent out again", "再输出的外购能源"),
    "credited": both("Deducted for what is sent out", "输出扣减"),
    "direct": both("Direct emissions", "直接排放"),
    "imported": both("Imports", "外购能源排放"),
}
_ELIMINATION: Final = {"REPORTED": 1, "INTERNAL": -1, "RESOLD_IMPORT": 1, "REEXPORTED": -1, "CREDITED": -1}
_IMPORTS: Final = {"DIRECT": 1, "IMPORTED": 1, "REEXPORTED": -1, "CREDITED": -1}


def _mass(found: Emissions) -> Fraction:
    return found.of(CO2E_PART) / 1000


def _failed(found: Iterable[ParkTotals]) -> Bilingual | None:
    """Name the months that have no network and are in no row."""
    months = sorted({f"{month:%Y-%m}" for one in found for month in one.failed})
    listed = ", ".join(months)
    return both(f"Missing, see the gaps: {listed}", f"缺失（见数据缺口）：{listed}") if months else None
