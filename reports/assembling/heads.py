"""Who reports about what: the head of a report, its boundary by site, and the tenants of a park."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.reporting.inputs import ReportInputs
from emission_factors import decimals
from reports.assembling.lines import Lines, co2e, joined, site_name
from reports.assembling.making import CO2E, TableMaker, both, day, number, text
from reports.document import Bilingual, RowRole, Table

STATED_HEADS: Final[Mapping[str, Bilingual]] = {
    "unified_social_credit_code": both("Unified social credit code", "统一社会信用代码"),
    "legal_representative": both("Legal representative", "法定代表人"),
    "address": both("Address", "地址"),
    "contact": both("Contact", "联系人"),
    "preparer": both("Prepared by", "编制人"),
    "industry_code": both("Industry, GB/T 4754", "行业代码（GB/T 4754）"),
}
"""What the head of an enterprise report asks for and the caller states, by the names of `Subject.identifiers`."""
_TEXT: Final = (text("value", "Stated", "填报内容"),)


def head_table(inputs: ReportInputs, lines: Lines, code: str, identifiers: Mapping[str, str]) -> Table:
    """Return the head: who, by which standard, over which months; a field nobody stated stays open."""
    maker = TableMaker(lines, code, both("Reporting entity and standard", "报告主体与依据"), _TEXT, ())
    subject, regime = inputs.subject, inputs.basis.regime
    maker.row("name", both("Name", "名称"), {"value": joined((subject.name_zh, subject.name_en))})
    maker.row("code", both("Code in the ledger", "账本代码"), {"value": subject.code})
    for name, heading in STATED_HEADS.items():
        maker.row(name, heading, {"value": identifiers.get(name) or None})
    maker.row("region", both("Region", "地区"), {"value": subject.region})
    maker.row("standard", both("Standard", "核算依据"), {"value": f"{regime.name_zh} {regime.name_en}"})
    maker.row("source", both("Clauses", "条款"), {"value": regime.source})
    maker.row("period", both("Months", "报告期"), {"value": f"{inputs.first:%Y-%m} – {inputs.last:%Y-%m}"})
    approach = inputs.basis.approach
    if regime.has_approaches:
        maker.row(
            "approach", both("Consolidation approach", "合并方法"), {"value": approach.value if approach else None}
        )
    return maker.made(_APPROACH if regime.has_approaches and approach is None else None)


_APPROACH: Final = both(
    "No approach is named: each tenant's operations are taken whole.", "未指定合并方法：各企业的运营活动全部计入。"
)


def boundary_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return the facilities: each site with the kinds of sources found there and what it emits, by location."""
    columns = (
        text("tenant", "Tenant", "企业"),
        text("site", "Site", "场所"),
        text("region", "Region", "地区"),
        text("sources", "Activity types posted", "已填报的活动类型"),
        number("gaps", "Gaps", "缺口数"),
        CO2E,
    )
    maker = TableMaker(
        lines, code, both("Boundary: facilities and sources", "核算边界：设施与排放源"), columns, ("co2e", "gaps")
    )
    types, gaps = _types(inputs), Counter((gap.tenant, gap.site) for gap in inputs.footprint.gaps)
    for tenant, site in _reported(inputs, [*types, *gaps]):
        place, party, posted = inputs.places[site], inputs.parties[tenant], types.get((tenant, site), set())
        name = site_name(inputs, tenant, site)
        where = {"total": TOTALS_BY_LOCATION, "tenant": [party.code], "site": [name]}
        maker.row(
            maker.next_code,
            both(place.name_en, place.name_zh),
            {
                "tenant": party.code,
                "site": name,
                "region": place.region,
                "sources": joined(posted) or None,
                "gaps": gaps[tenant, site],
                "co2e": co2e(where) if posted else None,
            },
        )
    return maker.made(_BOUNDARY_NOTE)


TOTALS_BY_LOCATION: Final = ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3")
"""Totals in which each emission of the scopes stands once."""
_BOUNDARY_NOTE: Final = both(
    "Scopes 1, 2 (by location) and 3 as far as the standard counts them. A site without a figure posted nothing.",
    "按核算依据所计入的范围一、范围二（基于位置）和范围三。无数值的场所表示未填报。",
)


def _types(inputs: ReportInputs) -> dict[tuple[UUID, UUID], set[str]]:
    """Return what each tenant reports of each site, by activity type."""
    found: dict[tuple[UUID, UUID], set[str]] = {}
    for line in inputs.footprint.lines:
        if line.tenant and line.site:
            found.setdefault((line.tenant, line.site), set()).add(line.activity.code)
    return found


def _reported(inputs: ReportInputs, met: Iterable[tuple[UUID | None, UUID | None]]) -> list[tuple[UUID, UUID]]:
    """Return tenants with sites: their own, and those of others of which they report something, in order."""
    own = {(place.tenant, site) for site, place in inputs.places.items() if place.tenant in inputs.parties}
    reported = {(tenant, site) for tenant, site in met if tenant and site and tenant in inputs.parties}
    return sorted(own | reported, key=lambda pair: (inputs.parties[pair[0]].code, site_name(inputs, *pair)))


def tenants_table(inputs: ReportInputs, lines: Lines, code: str, title: Bilingual) -> Table:
    """Return the enterprises of a park, with industry, what they rent, and since when; credit codes nobody registered
    stay open.
    """
    columns = (
        text("code", "Code", "代码"),
        text("credit_code", "Unified social credit code", "统一社会信用代码"),
        text("industry", "Industry, GB/T 4754", "行业代码"),
        text("role", "Role", "角色"),
        number("area", "Floor area", "建筑面积", "m2"),
        day("from", "From", "自"),
        day("to", "To", "至"),
    )
    maker = TableMaker(lines, code, title, columns, ("area",))
    for key in inputs.tenants:
        party = inputs.parties[key]
        rented = [one.content for one in inputs.said(DeclarationKind.TENANCY) if one.tenant == key]
        here = [
            one
            for one in rented
            if one.valid_from <= inputs.on and (one.valid_to is None or one.valid_to >= inputs.first)
        ]
        ends = [one.valid_to for one in here]
        maker.row(
            party.code,
            both(party.name_en, party.name_zh),
            {
                "code": party.code,
                "industry": party.industry_code or None,
                "role": "运营方 operator" if party.is_operator else "入园企业 tenant",
                "area": decimals.total(one.floor_area for one in here) if here else None,
                "from": min((one.valid_from for one in here), default=None),
                "to": None if None in ends else max((one for one in ends if one), default=None),
            },
        )
    return maker.made()


def exclusions_table(inputs: ReportInputs, lines: Lines, code: str) -> Table:
    """Return what is left out by decision: categories excluded or not applicable, why, and how much is estimated."""
    columns = (
        text("tenant", "Tenant", "企业"),
        text("category", "Scope 3 category", "范围三类别"),
        text("decision", "Decision", "决定"),
        text("criteria", "Relevant by", "相关准则"),
        text("justification", "Justification", "理由"),
        number("percent", "Estimated part of scope 3", "估计占比", "%"),
        number("tonnes", "Estimated", "估计排放量", "tCO2e"),
    )
    maker = TableMaker(lines, code, both("Screening and exclusions", "筛选与排除"), columns, ())
    for said in inputs.said(DeclarationKind.SCREENING):
        one = said.content
        maker.row(
            maker.next_code,
            both(f"Category {one.category}", f"类别{one.category}"),
            {
                "tenant": inputs.parties[said.tenant].code,
                "category": str(one.category),
                "decision": one.decision.value,
                "criteria": joined(criterion.value for criterion in one.relevant_by) or None,
                "justification": one.justification or None,
                "percent": one.estimated_percent,
                "tonnes": one.estimated_tonnes,
            },
            role=RowRole.MEMO,
        )
    return maker.made()
