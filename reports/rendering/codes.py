"""What pages call the codes that documents state: a code is for programs, and stays what it is in JSON and in the
tables of workbooks.

Only columns that hold codes are spelled out, so that nobody's own words are taken for one. They stand
here once more because a verifier, which renders too, loads no accounting.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reports.document import Bilingual
from reports.rendering.languages import Language

COLUMNS: Final = frozenset(
    {
        *("status", "decision", "criteria", "flags", "denominator", "kind", "carrier", "attribute", "role"),
        *("direction", "side", "frequency", "what"),
    }
)
"""Columns that hold codes, or words of ours in both languages."""
ROWS: Final = frozenset({"approach"})
"""Rows of what is stated that hold codes."""
_BETWEEN: Final = "; "
"""Stands between the codes of a cell."""
_BOTH: Final = re.compile(r"(?P<zh>[\u4e00-\u9fff]+) (?P<en>[ -~]+)")
"""A word of ours in a cell, whose text stands in one form for all languages; pages show their half of it."""
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "GHG_PROTOCOL": ("GHG Protocol", "温室气体核算体系"),
    "ISO_14064_1": ("ISO 14064-1:2018", "ISO 14064-1:2018"),
    "GBT_32150_2025": ("GB/T 32150-2025", "GB/T 32150-2025 工业企业温室气体排放核算和报告通则"),
    "NDRC_OTHER_2015": (
        "NDRC guide for other industries (2015)",
        "工业其他行业企业温室气体排放核算方法与报告指南（试行）",
    ),
    "MEE_332_2023": (
        "MEE notice 332 of 2023, key industries",
        "环办气候函〔2023〕332号 重点行业企业温室气体排放报告",
    ),
    "NDRC_910_2025": (
        "Notice 910 of 2025, zero-carbon parks",
        "发改环资〔2025〕910号 国家级零碳园区核算方法（试行）",
    ),
    "EQUITY_SHARE": ("Equity share", "股权比例法"),
    "FINANCIAL_CONTROL": ("Financial control", "财务控制权法"),
    "OPERATIONAL_CONTROL": ("Operational control", "运营控制权法"),
    "REPORTED": ("Reported", "已报告"),
    "NOTHING_POSTED": ("Nothing posted", "未填报数据"),
    "EXCLUDED": ("Excluded", "已排除"),
    "NOT_APPLICABLE": ("Not applicable", "不适用"),
    "NOT_SCREENED": ("Not screened", "未筛查"),
    "NOT_IN_REGIME": ("Not in this regime", "不在核算规则范围内"),
    "DECLARED_REPORTED_NOTHING_POSTED": ("Declared as reported, nothing posted", "声明报告但未填报数据"),
    "DECLARED_EXCLUDED_YET_POSTED": ("Declared as excluded, yet posted", "声明排除但已填报数据"),
    "DECLARED_NOT_APPLICABLE_YET_POSTED": ("Declared as not applicable, yet posted", "声明不适用但已填报数据"),
    "SIZE": ("Size", "排放规模"),
    "INFLUENCE": ("Influence", "影响力"),
    "RISK": ("Risk", "风险"),
    "STAKEHOLDERS": ("Stakeholders", "利益相关方"),
    "OUTSOURCING": ("Outsourcing", "外包"),
    "SECTOR_GUIDANCE": ("Sector guidance", "行业指南"),
    "SPENDING_OR_REVENUE": ("Spending or revenue", "支出或收入"),
    "OTHER": ("Other", "其他"),
    "FIRST_REPORTED": ("First reported", "首次报告"),
    "RESTATED": ("Restated", "重述后"),
    "CHANGE": ("Change", "变化"),
    "POLICY": ("Policy", "重算政策"),
    "STRUCTURAL": ("Structural change", "结构变化"),
    "METHOD": ("Change of method", "方法变化"),
    "ERROR": ("Error", "差错"),
    "ORGANIC": ("Organic growth or decline", "自然增减"),
    "NEW_SOURCE": ("New source", "新增排放源"),
    "SCOPE_MOVE": ("Move between scopes", "范围间转移"),
    "WAITING": ("Waiting", "待累计"),
    "NOT_COUNTED": ("Not counted", "不计入"),
    "DEFINED": ("Defined", "已确定"),
    "INCOMPLETE": ("Incomplete", "数据不完整"),
    "NOT_DEFINED": ("Not defined", "无法确定"),
    "PASS": ("Passed", "达标"),
    "FAIL": ("Failed", "未达标"),
    "WAIVED": ("Waived", "豁免"),
    "CORRELATED": ("Correlated", "存在相关性"),
    "ABOVE_30_PERCENT": ("Above 30 %", "超过30%"),
    "CORE": ("Core", "核心指标"),
    "GUIDING": ("Guiding", "引导指标"),
    "INFORMATIVE": ("Informative", "参考指标"),
    "AT_MOST": ("At most", "不高于"),
    "AT_LEAST": ("At least", "不低于"),
    "MONTH": ("Monthly", "每月"),
    "QUARTER": ("Quarterly", "每季度"),
    "YEAR": ("Yearly", "每年"),
    "OUTPUT": ("Output", "产量"),
    "AREA": ("Floor area", "建筑面积"),
    "REVENUE": ("Revenue", "营业收入"),
    "OUTPUT_VALUE": ("Output value", "产值"),
    "VALUE_ADDED": ("Value added", "增加值"),
    "HEADCOUNT": ("Headcount", "从业人数"),
    "BED_DAYS": ("Bed days", "床日"),
    "DOSES": ("Doses", "剂次"),
    "ENERGY": ("Energy", "能源消费量"),
    "CO2_ONLY": ("CO2 only", "仅含CO2"),
    "GWP_SET_AS_PUBLISHED": ("GWP set as published", "采用发布时的GWP值"),
    "PROXY_REGION": ("Of a proxy region", "采用代用地区"),
    "NEAREST_EARLIER_YEAR": ("Of the nearest earlier year", "采用最近的较早年份"),
    "NO_RESIDUAL_MIX": ("No residual mix", "无剩余电力组合"),
    "GWP_MISSING": ("A GWP is missing", "缺少GWP值"),
    "GAS_NOT_COUNTED": ("A gas is not counted", "有气体未计入"),
    "CONFLICTING_SOURCE": ("Sources conflict", "来源存在矛盾"),
    "GEC": ("Green electricity certificate", "绿色电力证书"),
    "OTHER_CERTIFICATE": ("Other certificate", "其他证书"),
    "GREEN_POWER_TRADE": ("Green power trade", "绿电交易"),
    "DIRECT_SUPPLY": ("Direct supply", "绿电直连"),
    "SELF_USE": ("Self-use", "自发自用"),
    "POWER_PURCHASE_AGREEMENT": ("Power purchase agreement", "购电协议"),
    "SUPPLIER_RATE": ("Supplier's rate", "供应商因子"),
    "ELECTRICITY": ("Electricity", "电力"),
    "STEAM": ("Steam", "蒸汽"),
    "HEAT": ("Heat", "热力"),
    "COOLING": ("Cooling", "冷量"),
    "COMPRESSED_AIR": ("Compressed air", "压缩空气"),
    "NON_FOSSIL": ("Non-fossil", "非化石能源"),
    "CONVENTIONAL": ("Conventional", "常规"),
    "FOSSIL_SELF": ("Own fossil", "自备化石能源"),
}
NAMES: Final = MappingProxyType({code: Bilingual(en, zh) for code, (en, zh) in _NAMES.items()})
"""Code -> what pages call it."""
PARTS_OF_BASIS: Final = MappingProxyType(
    {
        "regime": Bilingual("regime", "核算规则"),
        "gwpSet": Bilingual("GWP set", "GWP数值集"),
        "approach": Bilingual("consolidation approach", "合并方法"),
        "proxies": Bilingual("proxy regions", "代用地区"),
        "publishedBy": Bilingual("factors published by", "因子发布日期不晚于"),
        "electricityKgcePerKwh": Bilingual("electricity, kgce/kWh", "电力折标准煤系数，kgce/kWh"),
        "adoptedBy": Bilingual("adopted by", "采用声明"),
        "coalEquivalentRange": Bilingual("end of ranges of coal equivalents", "折标准煤系数取值"),
    }
)
"""Parts of the basis by their names in a document."""


def spelled(text: str, language: Language) -> str:
    """Return codes in words, each on its own; what is none stays."""
    return _BETWEEN.join(_spelled(one, language) for one in text.split(_BETWEEN))


def _spelled(code: str, language: Language) -> str:
    if code in NAMES:
        return language.of(NAMES[code])
    both = _BOTH.fullmatch(code)
    return language.of(Bilingual(en=both["en"], zh=both["zh"])) if both else code
