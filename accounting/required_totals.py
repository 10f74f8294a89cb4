"""The totals that the report of a regime must contain, each with the clause that asks for it.

A total takes lines by what stands on them (scope, method, category, ISO category, sign) or is the sum of other totals,
so that the totals of a report agree with each other, and with the footprint, to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from accounting.amounts import Amounts, added
from accounting.footprints import Footprint
from accounting.regimes import RegimeCode
from emission_factors import decimals
from emission_factors.activity_types import Line, Method, Scope


@dataclass(frozen=True, slots=True)
class Lines:
    """Which lines: of one of the scopes, and of the method, categories, ISO category and sign where they are named."""

    scopes: frozenset[Scope]
    method: Method | None = None
    categories: frozenset[str] = frozenset()
    iso_category: str = ""
    sign: int = 0

    def take(self, line: Line) -> bool:
        """Whether a line is one of them. Scope 2 lines have a method; another method's are never taken."""
        return (
            line.scope in self.scopes
            and (line.scope is not Scope.SCOPE_2 or line.method is self.method)
            and (not self.categories or line.category in self.categories)
            and (not self.iso_category or line.iso_category.partition(".")[0] == self.iso_category)
            and self.sign in (0, line.sign)
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """One total of a report: the lines it takes, or the `parts` it is the sum of, by their codes.

    A total that is `biogenic` takes the biogenic CO2 of all lines and nothing else.
    """

    code: str
    name_en: str
    name_zh: str
    clause: str
    lines: Lines | None = None
    parts: tuple[str, ...] = ()
    is_biogenic: bool = False


@dataclass(frozen=True, slots=True)
class RequiredTotal:
    """A total of a report: `line_count` lines are in it, none of which is not zero emissions; `gap_count` are missing.

    `amounts` are kg, as those of a footprint.
    """

    definition: Definition
    amounts: Amounts
    line_count: int
    gap_count: int


def required_totals(found: Footprint, regime: RegimeCode) -> tuple[RequiredTotal, ...]:
    """Return the totals a regime's report must contain, in its order, each the exact sum of lines of a footprint."""
    definitions = {definition.code: definition for definition in DEFINITIONS[regime]}
    return tuple(_total(found, definition, definitions) for definition in definitions.values())


def _total(found: Footprint, definition: Definition, known: Mapping[str, Definition]) -> RequiredTotal:
    if definition.is_biogenic:
        # Purchased energy stands in two lines; what is biogenic in it is counted by location alone.
        biogenic = [line.amounts.biogenic for line in found.lines if line.line.method is not Method.MARKET]
        amounts = Amounts(biogenic=decimals.total(biogenic))
        return RequiredTotal(definition, amounts, sum(mass != 0 for mass in biogenic), 0)
    chosen = list(_chosen(definition, known))
    lines = [line for line in found.lines if any(lines.take(line.line) for lines in chosen)]
    gaps = [gap for gap in found.gaps if any(lines.take(gap.gap.line) for lines in chosen)]
    return RequiredTotal(definition, _without_biogenic(added(line.amounts for line in lines)), len(lines), len(gaps))


def _chosen(definition: Definition, known: Mapping[str, Definition]) -> Iterable[Lines]:
    """Yield what a total takes, its parts' for one that is a sum."""
    if definition.lines:
        yield definition.lines
    for part in definition.parts:
        yield from _chosen(known[part], known)


def _without_biogenic(found: Amounts) -> Amounts:
    """Leave biogenic CO2 to the total of its own, where a report shows it once."""
    return Amounts(
        co2e=found.co2e,
        gases=found.gases,
        co2e_by_gas=found.co2e_by_gas,
        co2e_unsplit=found.co2e_unsplit,
        outside=found.outside,
        outside_co2e=found.outside_co2e,
        biogenic=Decimal(0),
    )


_DIRECT: Final = frozenset({Scope.SCOPE_1})
_ENERGY: Final = frozenset({Scope.SCOPE_2})
_INDIRECT: Final = frozenset({Scope.SCOPE_3})
_INSIDE: Final = _DIRECT | _ENERGY | _INDIRECT
_FUEL: Final = frozenset({"stationary", "mobile"})
_POWER: Final = frozenset({"electricity"})
_HEAT: Final = frozenset({"steam", "heat", "cooling", "compressed_air", "other_energy"})
"""Heat, with cold, compressed air and what a tenant calls other energy: the Chinese guides have no term for them."""


def _biogenic(clause: str) -> Definition:
    return Definition("BIOGENIC", "Biogenic CO2, apart", "生物源二氧化碳（单列）", clause, is_biogenic=True)


_CORPORATE: Final = "GHG Protocol Corporate Standard (2004), chapter 9"
_GHG_PROTOCOL: Final = (
    Definition("SCOPE_1", "Scope 1", "范围一", f"{_CORPORATE}, required information", Lines(_DIRECT)),
    Definition(
        "SCOPE_2_LOCATION",
        "Scope 2, location-based",
        "范围二（基于位置）",
        "GHG Protocol Scope 2 Guidance (2015), chapters 6 and 7: both totals",
        Lines(_ENERGY, Method.LOCATION),
    ),
    Definition(
        "SCOPE_2_MARKET",
        "Scope 2, market-based",
        "范围二（基于市场）",
        "GHG Protocol Scope 2 Guidance (2015), chapters 6 and 7: both totals",
        Lines(_ENERGY, Method.MARKET),
    ),
    Definition(
        "SCOPE_3",
        "Scope 3",
        "范围三",
        f"GHG Protocol Scope 3 Standard (2011), chapter 11; optional under {_CORPORATE}",
        Lines(_INDIRECT),
    ),
    _biogenic(f"{_CORPORATE}: CO2 from biologically sequestered carbon, separately from the scopes"),
)

_ISO: Final = "ISO 14064-1:2018"
_ISO_CATEGORIES: Final = (
    ("1", "Direct emissions", "直接温室气体排放"),
    ("2", "Imported energy, location-based", "输入能源的间接排放（基于位置）"),
    ("3", "Transportation", "运输产生的间接排放"),
    ("4", "Products used by the organisation", "组织使用的产品产生的间接排放"),
    ("5", "Use of products from the organisation", "与使用组织产品有关的间接排放"),
    ("6", "Other sources", "其他来源的间接排放"),
)
_ISO_14064_1: Final = (
    *(
        Definition(
            f"CATEGORY_{number}",
            f"Category {number}: {name_en}",
            f"类别{number}：{name_zh}",
            f"{_ISO}, cl. 5.2.4, annex B" + ("; annex E: location-based" if number == "2" else ""),
            Lines(_INSIDE, Method.LOCATION, iso_category=number),
        )
        for number, name_en, name_zh in _ISO_CATEGORIES
    ),
    Definition(
        "CATEGORY_2_MARKET",
        "Category 2, market-based, as additional information",
        "类别2（基于市场，附加信息）",
        f"{_ISO}, annex E",
        Lines(_ENERGY, Method.MARKET),
    ),
    _biogenic(f"{_ISO}, cl. 9.3.1: biogenic CO2 separately"),
)


def _of_sources(fuel: str, energy: str, total: str) -> tuple[Definition, ...]:
    """Return the summary by kind of source with its totals without (ES) and with (ET) electricity and heat.

    Each of the clauses is that of its part of the table.
    """

    def bought(categories: frozenset[str], sign: int) -> Lines:
        return Lines(_ENERGY, Method.LOCATION, categories, sign=sign)

    return (
        Definition("FUEL", "Fuel combustion", "化石燃料燃烧排放", fuel, Lines(_DIRECT, categories=_FUEL)),
        Definition("PROCESS", "Processes", "过程排放", fuel, Lines(_DIRECT, categories=frozenset({"process"}))),
        Definition("WASTE", "Waste treatment", "废弃物处理排放", fuel, Lines(_DIRECT, categories=frozenset({"waste"}))),
        Definition("FUGITIVE", "Fugitive", "逸散排放", fuel, Lines(_DIRECT, categories=frozenset({"fugitive"}))),
        Definition(
            "ES",
            "Total without electricity and heat",
            "不包括电力和热力的排放总量",
            total,
            parts=("FUEL", "PROCESS", "WASTE", "FUGITIVE"),
        ),
        Definition("POWER_IN", "Purchased electricity", "购入电力排放", energy, bought(_POWER, 1)),
        Definition("HEAT_IN", "Purchased heat", "购入热力排放", energy, bought(_HEAT, 1)),
        Definition("POWER_OUT", "Electricity sent out", "输出电力排放", energy, bought(_POWER, -1)),
        Definition("HEAT_OUT", "Heat sent out", "输出热力排放", energy, bought(_HEAT, -1)),
        Definition(
            "EI",
            "Net purchased electricity and heat",
            "净购入电力和热力的排放",
            energy,
            parts=("POWER_IN", "HEAT_IN", "POWER_OUT", "HEAT_OUT"),
        ),
        Definition("ET", "Total with electricity and heat", "包括电力和热力的排放总量", total, parts=("ES", "EI")),
        _biogenic(f"{total}; CO2 of biomass apart from the total"),
    )


_GBT: Final = _of_sources(
    "GB/T 32150-2025 cl. 7.5.2-7.5.5; report: GB/T 32151 appendix B, table B.1",
    "GB/T 32150-2025 cl. 7.5.6-7.5.7; report: GB/T 32151 appendix B, table B.1",
    "GB/T 32150-2025 cl. 7.5.8; report: GB/T 32151 appendix B, table B.1",
)
_NDRC_OTHER: Final = _of_sources(
    *(f"NDRC guide for other industries (third batch, 2015), {part}" for part in ("direct", "net purchased", "sum"))
)
_MEE_332: Final = _of_sources(
    *(
        f"MEE notice 332 of 2023, sector guides it names, {part}"
        for part in ("direct", "purchased electricity and heat", "sum")
    )
)

_ANNEX_4: Final = "Notice 910 of 2025, annex 4"
_PARK: Final = (
    Definition("E_FUEL", "Fuel", "燃料燃烧排放", f"{_ANNEX_4}: E_fuel", Lines(_DIRECT, categories=_FUEL)),
    Definition(
        "E_CONVERSION",
        "Conversion of fuels",
        "加工转换排放",
        f"{_ANNEX_4}: E_conversion, refining and gas making",
        Lines(_DIRECT, categories=frozenset({"conversion"})),
    ),
    Definition(
        "E_ELECTRICITY",
        "Net electricity received",
        "净受入电力排放",
        f"{_ANNEX_4}: E_el",
        Lines(_ENERGY, Method.LOCATION, _POWER),
    ),
    Definition(
        "E_HEAT",
        "Net heat received",
        "净受入热力排放",
        f"{_ANNEX_4}: E_heat",
        Lines(_ENERGY, Method.LOCATION, _HEAT),
    ),
    Definition(
        "E_INDIRECT",
        "Electricity and heat",
        "电力热力间接排放",
        f"{_ANNEX_4}: E_indirect = E_el + E_heat",
        parts=("E_ELECTRICITY", "E_HEAT"),
    ),
    Definition(
        "E_ENERGY",
        "Energy activities",
        "能源活动排放",
        f"{_ANNEX_4}: E_energy = E_fuel + E_conversion + E_indirect",
        parts=("E_FUEL", "E_CONVERSION", "E_INDIRECT"),
    ),
    Definition(
        "E_PROCESS",
        "Industrial processes",
        "工业生产过程排放",
        f"{_ANNEX_4}: E_process; CO2 of burnt waste and of vents, which the annex does not name, is counted with it",
        Lines(_DIRECT, categories=frozenset({"process", "waste", "fugitive"})),
    ),
    Definition(
        "E_PARK",
        "Park",
        "园区碳排放总量",
        f"{_ANNEX_4}: E_park = E_energy + E_process",
        parts=("E_ENERGY", "E_PROCESS"),
    ),
    _biogenic(f"{_ANNEX_4} does not name it; memo"),
)

DEFINITIONS: Final[Mapping[RegimeCode, Sequence[Definition]]] = MappingProxyType(
    {
        RegimeCode.GHG_PROTOCOL: _GHG_PROTOCOL,
        RegimeCode.ISO_14064_1: _ISO_14064_1,
        RegimeCode.GBT_32150_2025: _GBT,
        RegimeCode.NDRC_OTHER_2015: _NDRC_OTHER,
        RegimeCode.MEE_332_2023: _MEE_332,
        RegimeCode.NDRC_910_2025: _PARK,
    }
)
"""Regime -> the totals its report must contain, in the order of the report."""
