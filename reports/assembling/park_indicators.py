"""The tables of a park's indicators, the inputs they rest on, its projects, and its profile (P1, P10, P11)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.indicators.indicators import IndicatorResult
from accounting.indicators.national import NATIONAL
from accounting.reporting.inputs import ParkPeriod, ReportInputs
from emission_factors import decimals
from reports.assembling.judgements import denominators_of
from reports.assembling.lines import Lines, joined
from reports.assembling.making import Given, TableMaker, both, number, text
from reports.concepts import concept_name
from reports.document import RowRole, Table


def profile_table(inputs: ReportInputs, lines: Lines, code: str, identifiers: Mapping[str, str]) -> Table:
    """Return the park's profile: what is registered or stated of it; the rest stays open (P1)."""
    columns = (text("value", "Stated", "填报内容"), number("amount", "Amount", "数量"), text("unit", "Unit", "单位"))
    maker = TableMaker(lines, code, both("P1 Profile of the park", "表1 园区概况"), columns, ())
    subject = inputs.subject
    maker.row("name", both("Name", "园区名称"), {"value": joined((subject.name_zh, subject.name_en))})
    for name, heading in _STATED.items():
        maker.row(name, heading, {"value": identifiers.get(name) or None})
    operators = [party for party in inputs.parties.values() if party.is_operator]
    maker.row(
        "operator",
        both("Operator", "运营方"),
        {"value": joined(one.name_zh or one.name_en for one in operators) or None},
    )
    maker.row("region", both("Region", "所在地区"), {"value": subject.region})
    maker.row("tenants", both("Enterprises", "入园企业数"), {"amount": len(inputs.parties), "unit": None})
    for one in denominators_of(inputs):
        whole = None if one.found.missing else decimals.total(month.value for month in one.found.months)
        size = whole if not one.denominator.is_stock else None
        cells: dict[str, Given] = {
            "amount": size,
            "unit": one.found.unit or None,
            "value": _unstated(inputs, one.found.missing),
        }
        maker.row(f"{one.denominator.value}.{one.product}", both(one.denominator.value, ""), cells)
    return maker.made()


_STATED: Final = {
    "type": both("Type: whole park or park within a park", "类型（整体/园中园）"),
    "boundary": both("Boundary", "四至边界"),
    "area": both("Area, km2", "园区面积（平方公里）"),
}


def _unstated(inputs: ReportInputs, missing: Mapping[UUID, Sequence[date]]) -> str | None:
    codes = sorted(inputs.parties[tenant].code for tenant in missing if tenant in inputs.parties)
    return f"未填报 not stated: {', '.join(codes)}" if codes else None


def indicators_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return the indicators: numerator, denominator, value, threshold, status, and why one is waived (P10)."""
    columns = (
        text("role", "Role", "类别"),
        number("numerator", "Numerator", "分子"),
        number("denominator", "Denominator", "分母"),
        number("value", "Value", "指标值"),
        text("unit", "Unit", "单位"),
        text("direction", "To be", "方向"),
        number("threshold", "Threshold", "要求"),
        text("status", "Status", "状态"),
        text("missing", "Missing", "缺失"),
        text("waiver", "Waived for", "豁免理由"),
    )
    maker = TableMaker(lines, code, both("P10 Indicators", "表10 指标完成情况"), columns, ())
    for one in park.assessment.results if park.assessment else ():
        shared = one.indicator.code == "DIRECT_SUPPLY_SHARE" and one.value is not None
        concepts = {"value": concept_name("ParkDirectSupplyShare")} if shared else None
        maker.row(
            one.indicator.code, both(one.indicator.name_en, one.indicator.name_zh), _result(one), concepts=concepts
        )
    return maker.made(_SOURCE, empty=_YEARLY)


_SOURCE: Final = both(f"By {NATIONAL.source}.", f"依据：{NATIONAL.source}。")
_YEARLY: Final = both(
    "Indicators are of calendar years; this report is of another period.", "指标按自然年评价；本报告期非自然年。"
)


def _result(one: IndicatorResult) -> dict[str, Given]:
    return {
        "role": one.indicator.role.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "value": one.value,
        "unit": one.indicator.unit,
        "direction": one.indicator.direction.value,
        "threshold": one.threshold,
        "status": one.status.value,
        "missing": joined(f"{part.code}: {', '.join(part.parts)}" if part.parts else part.code for part in one.missing)
        or None,
        "waiver": joined((one.waiver.reason, one.waiver.document)) if one.waiver else None,
    }


def indicator_inputs_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return what the indicators rest on: each amount with its source, and what the ledger computes where the park
    states another (P10).
    """
    columns = (
        number("amount", "Amount", "数量"),
        text("unit", "Unit", "单位"),
        text("source", "Source", "来源"),
        text("lacking", "Missing", "缺失"),
        number("computed", "Computed by the ledger", "账本计算值"),
        text("override", "Why another is stated", "另行填报理由"),
    )
    maker = TableMaker(lines, code, both("P10 Inputs of the indicators", "表10 指标基础数据"), columns, ())
    for definition in NATIONAL.inputs:
        stated = park.inputs.get(definition.code)
        cells: dict[str, Given] = {"unit": definition.unit}
        if stated is not None:
            cells |= {
                "amount": stated.amount,
                "source": stated.source or None,
                "lacking": joined(stated.lacking) or None,
            }
        if definition.code in park.overrides:
            override = park.overrides[definition.code]
            cells |= {"override": override.reason, "computed": override.computed.amount if override.computed else None}
        maker.row(definition.code, both(definition.name_en, definition.name_zh), cells)
    return maker.made()


def projects_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the projects: the steps of every scenario that is kept, with what they cost (P11)."""
    columns = (
        text("owner", "Owner", "实施主体"),
        text("scenario", "Plan", "方案"),
        number("investment", "Investment", "投资额"),
        number("running", "Change of running costs a year", "年运行成本变化"),
        number("life", "Life", "寿命", "a"),
        number("expected", "Expected saving", "预期减排量", "tCO2e"),
        number("verified", "Verified saving", "核实减排量", "tCO2e"),
        text("assumptions", "Assumptions", "假设"),
    )
    maker = TableMaker(lines, code, both("P11 Projects", "表11 项目清单"), columns, ())
    for said in inputs.said(DeclarationKind.SCENARIO):
        plan = said.content
        for step in plan.steps:
            cells: dict[str, Given] = {
                "owner": inputs.parties[said.tenant].code,
                "scenario": plan.code,
                "assumptions": plan.assumptions or None,
            }
            if step.cost:
                cells |= {
                    "investment": step.cost.investment,
                    "running": step.cost.operating_change,
                    "life": step.cost.years,
                }
            maker.row(maker.next_code, both(step.name_en, step.name_zh), cells, role=RowRole.MEMO)
    return maker.made(_SAVINGS)


_SAVINGS: Final = both(
    "Savings are not stated: the ledger works a scenario out when asked, and verifies none.",
    "减排量未填报：账本在查询时测算情景，不作核实。",
)
