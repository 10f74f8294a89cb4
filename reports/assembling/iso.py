"""The six categories of ISO 14064-1:2018 with their sub-categories; biogenic CO2 and the market-based figure apart."""

from typing import Final

from accounting.reporting.inputs import ReportInputs
from reports.assembling.lines import PER_TONNE, Lines, co2e
from reports.assembling.making import CO2E, Given, TableMaker, both, number
from reports.concepts import concept_name
from reports.document import LineSum, RowRole, Table

_INSIDE: Final = ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3")
_CATEGORIES: Final = {
    "1": both("Direct emissions", "直接温室气体排放"),
    "2": both("Imported energy, location-based (annex E)", "输入能源（基于位置，附录E）"),
    "3": both("Transportation", "运输"),
    "4": both("Products used by the organisation", "组织使用的产品"),
    "5": both("Use of products from the organisation", "使用组织产品"),
    "6": both("Other sources", "其他来源"),
}
_PARTS: Final = {
    "1.1": both("Stationary combustion", "固定源燃烧"),
    "1.2": both("Mobile combustion", "移动源燃烧"),
    "1.3": both("Processes", "工业过程"),
    "1.4": both("Fugitive", "逸散"),
    "1.5": both("Land use", "土地利用"),
    "2.1": both("Electricity", "电力"),
    "2.2": both("Steam, heat, cooling, compressed air", "蒸汽、热力、冷量、压缩空气"),
    "3.1": both("Upstream transport", "上游运输"),
    "3.2": both("Downstream transport", "下游运输"),
    "3.3": both("Commuting", "员工通勤"),
    "3.4": both("Clients and visitors", "客户与访客"),
    "3.5": both("Business travel", "商务差旅"),
    "4.1": both("Goods, with the upstream of fuels and energy", "采购商品（含燃料与能源上游）"),
    "4.2": both("Capital goods", "资本货物"),
    "4.3": both("Waste", "废弃物"),
    "4.4": both("Leased assets", "租入资产"),
    "4.5": both("Services", "服务"),
    "5.1": both("Use", "使用阶段"),
    "5.2": both("Leased out", "租出资产"),
    "5.3": both("End of life", "报废处置"),
    "5.4": both("Investments", "投资"),
}
"""Categories and sub-categories (ISO 14064-1:2018, cl. 5.2.4 and annex B)."""


def categories_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return every category with its sub-categories; a category without lines is not stated, and not zero."""
    columns = (
        CO2E,
        number("biogenic", "Biogenic CO2, apart", "生物源二氧化碳（单列）", "tCO2"),
        number("gaps", "Gaps", "缺口数"),
    )
    title = both("Emissions by category of ISO 14064-1", "ISO 14064-1分类别排放量")
    maker = TableMaker(lines, code, title, columns, ("co2e", "gaps"))
    stated = [number_ for number_ in _CATEGORIES if _add(maker, inputs, lines, number_)]
    maker.total(
        "TOTAL", both("Total", "合计"), [f"{one}" for one in stated], concepts={"co2e": concept_name("IsoTotal")}
    )
    where = {"total": ["SCOPE_2_MARKET"]}
    if any(True for _ in lines.of(where)):
        heading = both("2 Imported energy, market-based, as additional information", "2 输入能源（基于市场，附加信息）")
        maker.row("2.MARKET", heading, {"co2e": co2e(where)}, role=RowRole.MEMO)
    return maker.made()


def _add(maker: TableMaker, inputs: ReportInputs, lines: Lines, number_: str) -> bool:
    """Add a category and its sub-categories; return whether it is stated."""
    gaps = [gap.gap.line.iso_category for gap in inputs.footprint.gaps if gap.gap.line.method != "MARKET"]
    heading = _CATEGORIES[number_]
    parts = []
    for part in lines.values("isoCategory"):
        where = {"total": _INSIDE, "isoCategory": [part]}
        if part.partition(".")[0] == number_ and any(True for _ in lines.of(where)):
            named = _PARTS.get(part, both(part, part))
            apart = {"total": (*_INSIDE, "OUTSIDE"), "isoCategory": [part]}
            cells: dict[str, Given] = {"co2e": co2e(where), "gaps": gaps.count(part)}
            cells["biogenic"] = LineSum("biogenicCo2", apart, PER_TONNE)
            maker.row(f"{number_}/{part}", both(f"{part} {named.en}", f"{part} {named.zh}"), cells)
            parts.append(f"{number_}/{part}")
    shown = both(f"{number_} {heading.en}", f"{number_} {heading.zh}")
    if parts:
        concepts = {"co2e": concept_name(f"IsoCategory{number_}")}
        maker.total(number_, shown, parts, concepts=concepts)
    else:
        missing = sum(one.partition(".")[0] == number_ for one in gaps)
        maker.row(number_, shown, {"gaps": missing}, role=RowRole.TOTAL)
    return bool(parts)
