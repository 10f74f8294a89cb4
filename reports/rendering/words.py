"""The words that the renderings add to a document: labels of its head, of its totals, and what is said once in each."""

from types import MappingProxyType
from typing import Final

from reports.document import Bilingual, Cadence, ReportKind

KINDS: Final = MappingProxyType(
    {
        ReportKind.ENTERPRISE: Bilingual("Greenhouse gas emission report of an enterprise", "企业温室气体排放报告"),
        ReportKind.PARK: Bilingual("Carbon emission report of a park", "园区碳排放核算报告"),
        ReportKind.GHG_PROTOCOL: Bilingual("Greenhouse gas inventory (GHG Protocol)", "温室气体清单（GHG Protocol）"),
        ReportKind.ISO_14064: Bilingual("Greenhouse gas report (ISO 14064-1:2018)", "温室气体报告（ISO 14064-1:2018）"),
        ReportKind.ESRS_E1: Bilingual("Climate change datapoints (ESRS E1)", "气候变化数据点（ESRS E1）"),
    }
)
CADENCES: Final = MappingProxyType(
    {
        Cadence.MONTH: Bilingual("Monthly", "月度"),
        Cadence.QUARTER: Bilingual("Quarterly", "季度"),
        Cadence.YEAR: Bilingual("Annual", "年度"),
    }
)
TOTALS: Final = MappingProxyType(
    {
        "SCOPE_1": Bilingual("Scope 1", "范围一"),
        "SCOPE_2_LOCATION": Bilingual("Scope 2, location-based", "范围二（基于位置）"),
        "SCOPE_2_MARKET": Bilingual("Scope 2, market-based", "范围二（基于市场）"),
        "SCOPE_3": Bilingual("Scope 3", "范围三"),
        "TOTAL_LOCATION": Bilingual("Scopes 1 to 3, location-based", "范围一至三合计（基于位置）"),
        "TOTAL_MARKET": Bilingual("Scopes 1 to 3, market-based", "范围一至三合计（基于市场）"),
        "OUTSIDE": Bilingual("Outside the scopes", "范围外"),
    }
)
"""Totals by the names of `InventoryLine.total` and of the sums, in the order they are shown."""

TOTAL_CONCEPTS: Final = MappingProxyType(
    {
        "SCOPE_1": "pk:Scope1Emissions",
        "SCOPE_2_LOCATION": "pk:Scope2LocationBased",
        "SCOPE_2_MARKET": "pk:Scope2MarketBased",
        "SCOPE_3": "pk:Scope3Emissions",
        "TOTAL_LOCATION": "pk:TotalLocationBased",
        "TOTAL_MARKET": "pk:TotalMarketBased",
        "OUTSIDE": "pk:EmissionsOutsideScopes",
    }
)
"""What each total reports."""

IDENTIFIERS: Final = MappingProxyType(
    {
        "unified_social_credit_code": Bilingual("Unified social credit code", "统一社会信用代码"),
        "lei": Bilingual("Legal entity identifier", "法人机构识别编码"),
        "legal_representative": Bilingual("Legal representative", "法定代表人"),
        "address": Bilingual("Address", "地址"),
        "contact": Bilingual("Contact", "联系人"),
        "preparer": Bilingual("Prepared by", "编制人"),
        "industry_code": Bilingual("Industry, GB/T 4754", "行业代码（GB/T 4754）"),
    }
)
"""Identifiers that have a label; others, such as a register's own, are shown under their names."""

TITLE: Final = Bilingual("Report", "报告")
SUBJECT: Final = Bilingual("Reporting entity", "报告主体")
CODE: Final = Bilingual("Code", "代码")
PERIOD: Final = Bilingual("Reporting period", "报告期")
CADENCE: Final = Bilingual("Cadence", "报告频次")
VERSION: Final = Bilingual("Version", "版本")
SUPERSEDES: Final = Bilingual("Supersedes", "替代")
REASON: Final = Bilingual("Reason", "理由")
KNOWN_AT: Final = Bilingual("Data as known at", "数据知悉时点")
METHOD: Final = Bilingual("Method version", "方法版本")
RELEASE: Final = Bilingual("Factor release", "排放因子发布版")
RELEASE_HASH: Final = Bilingual("Hash of the factor release", "排放因子发布版哈希")
BASIS: Final = Bilingual("Basis", "核算依据")
FINGERPRINT: Final = Bilingual("SHA-256 of the canonical JSON", "规范JSON的SHA-256")
FORMAT_NAME: Final = Bilingual("Form of the document", "文档格式")

HEAD_SHEET: Final = Bilingual("Report", "报告")
LINES_SHEET: Final = Bilingual("Inventory lines", "清单明细")
LINES_NOTE: Final = Bilingual("What the totals are the sums of, in kilograms.", "总量由下列明细相加而得，单位为千克。")
LINE_COLUMNS: Final = MappingProxyType(
    {
        "code": Bilingual("Line", "行号"),
        "tenant": Bilingual("Tenant", "企业"),
        "site": Bilingual("Site", "场所"),
        "month": Bilingual("Month", "月份"),
        "activity_type": Bilingual("Activity type", "活动类型"),
        "line": Bilingual("Inventory line", "清单行"),
        "total": Bilingual("Total", "所属总量"),
        "category": Bilingual("Category", "类别"),
        "quantity": Bilingual("Quantity", "活动数据"),
        "unit": Bilingual("Unit", "单位"),
        "share": Bilingual("Share", "份额"),
        "sign": Bilingual("Sign", "符号"),
        "co2e_per_unit": Bilingual("CO2e per unit (kg)", "单位排放（千克CO2e）"),
        "co2e": Bilingual("CO2e (kg)", "排放量（千克CO2e）"),
        "gases": Bilingual("Gases (kg)", "各气体（千克）"),
        "biogenic_co2": Bilingual("Biogenic CO2 (kg)", "生物成因CO2（千克）"),
        "factors": Bilingual("Factors", "排放因子"),
        "row_count": Bilingual("Activities", "活动条数"),
        "iso_category": Bilingual("Category of ISO 14064-1", "ISO 14064-1类别"),
        "supplier": Bilingual("Supplier", "供应方"),
        "region": Bilingual("Region", "地区"),
        "quality": Bilingual("Data quality", "数据质量"),
        "gas_co2e": Bilingual("CO2e of the gases (kg)", "各气体CO2e（千克）"),
        "outside_gases": Bilingual("Gases the regime does not count (kg)", "不计入的气体（千克）"),
        "outside_co2e": Bilingual("Their CO2e (kg)", "不计入气体的CO2e（千克）"),
    }
)
"""Columns of the inventory lines, by the names of `InventoryLine`."""
TOTAL_HEADING: Final = Bilingual("Totals", "排放总量")
ROUNDED: Final = Bilingual("Rounded", "修约值")
ITEM: Final = Bilingual("Item", "项目")
ROW_CODE: Final = Bilingual("Row", "行号")
TONNES: Final = "tCO2e"
GAPS: Final = Bilingual("Gaps: what is missing and counted nowhere", "数据缺口：缺失且未计入")
NO_GAPS: Final = Bilingual("No gap is known.", "无已知数据缺口。")
BY_TOTAL: Final = Bilingual("Totals, tCO2e", "各范围排放量，tCO2e")
BY_CATEGORY: Final = Bilingual("Scope 3 by category, tCO2e", "范围三各类别排放量，tCO2e")
BY_MONTH: Final = Bilingual("By month, tCO2e", "各月排放量，tCO2e")
PAGE: Final = Bilingual("Page", "第")
OF_PAGES: Final = Bilingual("of", "页，共")
PAGES: Final = Bilingual("", "页")

ROUNDING: Final = Bilingual(
    "Numbers are rounded half to even (GB/T 8170-2008) to three decimal places, numbers nearer to zero than one to "
    "four significant digits. The exact values are in the canonical JSON, whose SHA-256 is given here. "
    "— means that nobody stated a value; it is not zero.",
    "数值按GB/T 8170-2008（四舍六入五成双）修约至三位小数，绝对值小于1的数保留四位有效数字。精确值见规范JSON，"
    "其SHA-256列于本报告。“—”表示未提供，不等于零。",
)
ATTACHED: Final = Bilingual(
    "The canonical JSON is attached to this file as report.json.", "规范JSON作为附件report.json随本文件提供。"
)
EXACT_CELLS: Final = Bilingual(
    "Every value is exact. A decimal of up to 15 significant digits is a number; a longer one, which a spreadsheet "
    "would change, is a text, aligned to the right. An empty cell means that nobody stated a value; it is not zero.",
    "所有数值均为精确值。有效数字不超过15位的小数以数字存储；更长的小数会被电子表格改变，故以右对齐的文本存储。"
    "空单元格表示未提供，不等于零。",
)
SIGNATURES: Final = (
    Bilingual("Prepared by", "编制人"),
    Bilingual("Reviewed by", "审核人"),
    Bilingual("Legal representative (signature, seal)", "法定代表人（签字、盖章）"),
    Bilingual("Date", "日期"),
)
STATEMENT: Final = Bilingual(
    "We state that this report is true and complete to the best of our knowledge and answer for it.",
    "本报告内容真实、完整、可靠，本单位对其承担相应法律责任。",
)
