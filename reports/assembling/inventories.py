"""The tables of an inventory: scopes with scope 2 both ways, categories, sites, months, what stands outside, trends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from accounting.change.base_year_declarations import ScopeMasses
from accounting.change.base_year_series import BaseYearSeries
from accounting.declarations import DeclarationKind
from accounting.reporting.inputs import ReportInputs
from accounting.value_chain.scope3 import Category, categories, standing
from emission_factors import decimals
from emission_factors.activity_types import Scope
from reports.assembling.lines import CLAIM, EMISSIONS, PER_TONNE, Lines, co2e, joined
from reports.assembling.making import CO2E, Given, TableMaker, both, number, text
from reports.concepts import axes, concept_name
from reports.document import Bilingual, Column, LineSum, RowRole, Table

SCOPES: Final[Mapping[str, Bilingual]] = {
    "SCOPE_1": both("Scope 1", "范围一"),
    "SCOPE_2_LOCATION": both("Scope 2, location-based", "范围二（基于位置）"),
    "SCOPE_2_MARKET": both("Scope 2, market-based", "范围二（基于市场）"),
    "SCOPE_3": both("Scope 3", "范围三"),
}
CATEGORY_NAMES: Final[Mapping[str, Bilingual]] = {
    "stationary": both("Stationary combustion", "固定源燃烧"),
    "mobile": both("Mobile combustion", "移动源燃烧"),
    "process": both("Processes", "工业生产过程"),
    "conversion": both("Conversion of fuels", "加工转换"),
    "waste": both("Waste and wastewater", "废弃物及废水处理"),
    "fugitive": both("Fugitive", "逸散"),
    "electricity": both("Electricity", "电力"),
    "steam": both("Steam", "蒸汽"),
    "heat": both("Heat", "热力"),
    "cooling": both("Cooling", "冷量"),
    "compressed_air": both("Compressed air", "压缩空气"),
    "other_energy": both("Other energy", "其他能源"),
    "biogenic": both("Biogenic", "生物源"),
    "memo": both("Memo", "备忘项"),
    "avoided": both("Avoided emissions", "避免的排放"),
    "removals": both("Removals", "清除量"),
    "offsets_bought": both("Offsets bought", "购入碳信用"),
    "offsets_cancelled": both("Offsets cancelled", "注销碳信用"),
    "offsets_sold": both("Offsets sold", "售出碳信用"),
}
"""Category of an inventory line, beside the numbers of scope 3 -> what it is called."""
_CONCEPTS: Final = {
    "SCOPE_1": "Scope1Emissions",
    "SCOPE_2_LOCATION": "Scope2LocationBased",
    "SCOPE_2_MARKET": "Scope2MarketBased",
    "SCOPE_3": "Scope3Emissions",
}


def scopes_of(inputs: ReportInputs) -> dict[str, Bilingual]:
    """Return the totals that the regime reports, with their names."""
    regime = inputs.basis.regime
    left_out = set() if regime.has_market_based else {"SCOPE_2_MARKET"}
    left_out |= set() if Scope.SCOPE_3 in regime.scopes else {"SCOPE_3"}
    return {name: heading for name, heading in SCOPES.items() if name not in left_out}


def scopes_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the scopes and their sums, scope 2 both ways and never added to itself."""
    columns = (CO2E, number("lines", "Lines", "行数"), number("gaps", "Gaps", "缺口数"))
    maker = TableMaker(lines, code, both("Emissions by scope", "分范围排放量"), columns, ("co2e", "lines", "gaps"))
    shown = scopes_of(inputs)
    for name, heading in shown.items():
        where = {"total": [name]}
        count = sum(1 for _ in lines.of(where))
        cells: dict[str, Given] = {"co2e": co2e(where) if count else None, "lines": count, "gaps": _gaps(inputs, name)}
        maker.row(name, heading, cells, concepts={"co2e": concept_name(_CONCEPTS[name])} if count else None)
    for code_, (heading, concept, parts) in _SUMS.items():
        stated = [part for part in parts if part in shown and any(True for _ in lines.of({"total": [part]}))]
        if parts[1] in shown and stated:
            maker.total(code_, heading, stated, concepts={"co2e": concept_name(concept)})
    return maker.made(_SCOPE_NOTE)


_SUMS: Final = {
    "TOTAL_LOCATION": (
        both("Total, location-based", "合计（基于位置）"),
        "TotalLocationBased",
        ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3"),
    ),
    "TOTAL_MARKET": (
        both("Total, market-based", "合计（基于市场）"),
        "TotalMarketBased",
        ("SCOPE_1", "SCOPE_2_MARKET", "SCOPE_3"),
    ),
}
_SCOPE_NOTE: Final = both(
    "Biogenic CO2, offsets and what is avoided are in no total. A scope without lines is not stated, and not zero.",
    "生物源二氧化碳、碳信用及避免的排放不计入任何合计。无明细的范围表示未填报，不等于零。",
)


def _gaps(inputs: ReportInputs, total: str) -> int:
    scope, _, method = total.partition("_LOCATION") if "LOCATION" in total else total.partition("_MARKET")
    wanted = method and total.removeprefix("SCOPE_2_")
    found = (gap.gap.line for gap in inputs.footprint.gaps)
    return sum(line.scope.value == scope and (not wanted or (line.method or "") == wanted) for line in found)


def categories_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return scopes 1 and 2 by category, and the fifteen categories of scope 3 with what was decided about each."""
    columns = (
        CO2E,
        text("status", "Status", "状态"),
        number("gaps", "Gaps", "缺口数"),
        number("primary", "Primary data", "初级数据占比", "%"),
    )
    maker = TableMaker(lines, code, both("Emissions by category", "分类别排放量"), columns, ("co2e",))
    for total, heading in scopes_of(inputs).items():
        if total != "SCOPE_3":
            for name in sorted({one.shown.category for one in lines.of({"total": [total]})}):
                named = CATEGORY_NAMES.get(name, both(name, name))
                shown = both(f"{heading.en}: {named.en}", f"{heading.zh}：{named.zh}")
                maker.row(f"{total}.{name}", shown, {"co2e": co2e({"total": [total], "category": [name]})})
    if "SCOPE_3" in scopes_of(inputs):
        members = {member.name: member.label for axis in axes() for member in axis.members}
        for one in categories(inputs.footprint):
            _add_category(maker, inputs, one, members[f"Category{one.number}"])
    return maker.made()


def _add_category(maker: TableMaker, inputs: ReportInputs, one: Category, name: Bilingual) -> None:
    said = {
        said.tenant: said.content
        for said in inputs.said(DeclarationKind.SCREENING)
        if said.content.category == one.number
    }
    screenings = [said.get(tenant) for tenant in inputs.tenants]
    stands = standing(one.is_posted, screenings, has_scope_3=True)
    where = {"total": ["SCOPE_3"], "category": [str(one.number)]}
    spelled = concept_name("Scope3Emissions", f"Category{one.number}")
    maker.row(
        f"SCOPE_3.{one.number:02}",
        both(f"Scope 3, {one.number}: {name.en}", f"范围三 类别{one.number}：{name.zh}"),
        {
            "co2e": co2e(where) if one.line_count else None,
            "status": joined((stands.status.value, stands.finding.value if stands.finding else "")),
            "gaps": one.gap_count,
            "primary": one.primary.primary_percent if one.primary else None,
        },
        concepts={"co2e": spelled} if one.line_count else None,
    )


def outside_table(lines: Lines, code: str) -> Table:
    """Return what stands beside the scopes, each kind in rows of its own and in no total: biogenic CO2, gases that are
    not counted, memo lines, claims.
    """
    columns = (number("mass", "Mass", "质量", "t"), number("co2", "CO2", "二氧化碳", "tCO2"), CO2E)
    maker = TableMaker(lines, code, both("Outside the scopes", "范围外"), columns, ())
    for name, heading, concept, beside in _biogenic(lines):
        found = LineSum("biogenicCo2", beside, PER_TONNE)
        if any(one.shown.biogenic_co2 for one in lines.of(beside)):
            concepts = {"co2": concept_name(concept)}
            maker.row(name, heading, {"co2": found}, role=RowRole.MEMO, concepts=concepts)
    where: dict[str, Sequence[str]] = {"total": EMISSIONS}
    for gas in sorted({gas for one in lines.of(where) for gas in one.shown.outside_gases}):
        cells: dict[str, Given] = {"mass": LineSum(f"outsideGases.{gas}", where, PER_TONNE)}
        if any(gas in one.shown.outside_co2e for one in lines.of(where)):
            cells["co2e"] = LineSum(f"outsideCo2e.{gas}", where, PER_TONNE)
        maker.row(f"NOT_COUNTED.{gas}", both(f"Not counted: {gas}", f"不计入的气体：{gas}"), cells, role=RowRole.MEMO)
    for total in ("OUTSIDE", CLAIM):
        for name in sorted({one.shown.category for one in lines.of({"total": [total]}) if one.shown.co2e}):
            cells = {"co2e": co2e({"total": [total], "category": [name]})}
            maker.row(f"{total}.{name}", CATEGORY_NAMES.get(name, both(name, name)), cells, role=RowRole.MEMO)
    return maker.made()


def _biogenic(lines: Lines) -> Iterator[tuple[str, Bilingual, str, Mapping[str, Sequence[str]]]]:
    """Yield biogenic CO2 beside each scope, by the ISO category of its line (ISO 14064-1:2018, annex B)."""
    known = lines.values("isoCategory")
    for scope, heads in (("1", ("1",)), ("2", ("2",)), ("3", ("3", "4", "5", "6"))):
        heading = both(f"Biogenic CO2 beside scope {scope}", f"生物源二氧化碳（范围{'一二三'[int(scope) - 1]}以外）")
        chosen = [one for one in known if one.partition(".")[0] in heads]
        yield f"BIOGENIC_{scope}", heading, f"BiogenicScope{scope}", {"total": EMISSIONS, "isoCategory": chosen}


def parts_table(inputs: ReportInputs, lines: Lines, code: str, field: str, title: Bilingual) -> Table:
    """Return the scopes by one field of the lines, such as month or tenant; rows add up to the totals."""
    shown = scopes_of(inputs)
    columns = tuple(number(name.lower(), heading.en, heading.zh, "tCO2e") for name, heading in shown.items())
    adding = [name.lower() for name in shown]
    maker = TableMaker(lines, code, title, columns, adding)
    for value in lines.values(field):
        cells = {name.lower(): co2e({"total": [name], field: [value]}) for name in shown}
        maker.row(value, _part_name(inputs, field, value), cells)
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


def _part_name(inputs: ReportInputs, field: str, value: str) -> Bilingual:
    if field == "tenant":
        party = next(one for one in inputs.parties.values() if one.code == value)
        return both(f"{value} {party.name_en}", f"{value} {party.name_zh}")
    return both(value[:7], value[:7]) if field == "month" else both(value, value)


def sites_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the scopes by site, each with the tenant that reports it; rows add up to the totals."""
    shown = scopes_of(inputs)
    columns = tuple(number(name.lower(), heading.en, heading.zh, "tCO2e") for name, heading in shown.items())
    maker = TableMaker(
        lines, code, both("Emissions by site", "分场所排放量"), columns, [name.lower() for name in shown]
    )
    for tenant, site in sorted({(one.shown.tenant, one.shown.site) for one in lines.counted}):
        where = {"tenant": [tenant], "site": [site]}
        cells = {name.lower(): co2e({"total": [name], **where}) for name in shown}
        maker.row(f"{tenant}/{site}", both(f"{tenant} {site}", f"{tenant} {site}"), cells)
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


def base_year_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the years reported, as first reported and as restated, with the base year's policy and every change."""
    columns: tuple[Column, ...] = (
        text("tenant", "Tenant", "企业"),
        text("what", "What", "内容"),
        *(number(name.lower(), heading.en, heading.zh, "tCO2e") for name, heading in SCOPES.items()),
        text("why", "Threshold, reason", "阈值、理由"),
    )
    maker = TableMaker(lines, code, both("Base year and recalculation", "基准年与重算"), columns, ())
    for tenant in inputs.tenants:
        if tenant in inputs.base_years:
            _add_base_years(maker, inputs.parties[tenant].code, inputs.base_years[tenant])
    return maker.made()


def _add_base_years(maker: TableMaker, party: str, series: BaseYearSeries) -> None:
    if series.policy:
        policy = series.policy
        why = f"{decimals.plain(policy.threshold_percent)} %, {policy.total.value}; {policy.document}"
        heading = both(f"Base year {policy.year}", f"基准年 {policy.year}")
        maker.row(maker.next_code, heading, {"tenant": party, "what": "POLICY", "why": why}, role=RowRole.MEMO)
    for year in series.years:
        named = both(f"{year.reported.year}", f"{year.reported.year}年")
        for what, masses in (("FIRST_REPORTED", year.reported.masses), ("RESTATED", year.restated)):
            cells = {**_masses(masses), "tenant": party, "what": what}
            maker.row(maker.next_code, named, cells, role=RowRole.MEMO)
        for change, state in year.changes:
            why = f"{change.code}: {change.change.value}, {state.value}: {change.reason}"
            cells = {**_masses(change.of_year(year.reported.year)), "tenant": party, "what": "CHANGE", "why": why}
            maker.row(maker.next_code, named, cells, role=RowRole.MEMO)


def _masses(masses: ScopeMasses | None) -> dict[str, Given]:
    """Return masses in tonnes, those that are stated."""
    found = {} if masses is None else {name.lower(): getattr(masses, name.lower()) for name in SCOPES}
    return {name: mass.scaleb(-3, decimals.EXACT) for name, mass in found.items() if mass is not None}
