"""The tables of a park by the method of notice 910: fuels, conversion, electricity, heat, process, memo (P3 to P8)."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from accounting.indicators.park_lines import ElectricityKind, FuelUse, ParkLine, Part, Side
from accounting.reporting.inputs import ParkPeriod
from reports.assembling.inventories import outside_table
from reports.assembling.lines import Lines
from reports.assembling.making import Given, TableMaker, both, number, text, word
from reports.concepts import concept_name
from reports.document import Bilingual, Column, RowRole, Table

CO2: Final = number("co2", "CO2", "二氧化碳", "tCO2")
_KINDS: Final = {
    FuelUse.FINAL: word("final use", "终端消费"),
    FuelUse.THERMAL_POWER: word("thermal power", "火力发电"),
    FuelUse.HEAT_SUPPLY: word("heat supply", "供热"),
    FuelUse.RECOVERED_ENERGY: word("recovered energy", "回收能"),
    ElectricityKind.DIRECT_NON_FOSSIL: word("direct non-fossil", "非化石直供"),
    ElectricityKind.GREEN_CERTIFICATE: word("green certificates", "绿证"),
    ElectricityKind.GREEN_TRADE: word("green power trade", "绿电交易"),
    ElectricityKind.GRID: word("other electricity", "其他电力"),
    ElectricityKind.OWN_FOSSIL: word("own fossil", "自备化石能源"),
}
"""Kind of a line -> what the form calls it; other kinds by their code."""
_SIDES: Final = {Side.IN: word("in", "受入"), Side.OUT: word("out", "送出")}
_TITLES: Final = {
    Part.FUEL: both("P3 Fuels", "表3 燃料燃烧碳排放"),
    Part.CONVERSION: both("P4 Conversion of fuels", "表4 加工转换碳排放"),
    Part.ELECTRICITY: both("P5 Electricity received and sent out", "表5 受入送出电力碳排放"),
    Part.HEAT: both("P6 Heat received and sent out", "表6 受入送出热力碳排放"),
    Part.PROCESS: both("P7 Industrial processes", "表7 工业生产过程碳排放"),
}
PARTS: Final = {
    "P3": Part.FUEL,
    "P4": Part.CONVERSION,
    "P5": Part.ELECTRICITY,
    "P6": Part.HEAT,
    "P7": Part.PROCESS,
}
"""Table -> the part of the method that it shows."""


def part_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return the lines of one part: quantity, factor and its source, t CO2; what is sent out is negative.

    A line without a quantity or a factor leaves its sum open.
    """
    part = PARTS[code]
    found = park.emissions.emissions
    maker = TableMaker(lines, code, _TITLES[part], _columns(), ("co2",))
    for line in sorted((one for one in found.lines if one.part is part), key=_order):
        maker.row(maker.next_code, both(line.name, line.name_zh), _cells(line))
    maker.total("TOTAL", both("Total", "合计"))
    if part is Part.ELECTRICITY:
        _add_shares(maker, park)
    stated = part not in found.unstated
    return maker.made(_INTERNAL, empty=_NONE if stated else _UNSTATED)


_NONE: Final = both("The park has no line of this part.", "园区无此类活动。")
_UNSTATED: Final = both("Nobody stated anything of this part; that is not zero.", "本部分无人填报；未填报不等于零。")


def _columns() -> tuple[Column, ...]:
    return (
        text("kind", "Kind", "类型"),
        text("side", "Direction", "方向"),
        number("quantity", "Quantity", "活动数据"),
        text("unit", "Unit", "单位"),
        number("factor", "Factor, per unit", "排放因子（每单位）", "tCO2"),
        text("source", "Source of the factor", "因子来源"),
        CO2,
    )


def _order(line: ParkLine) -> tuple[object, ...]:
    return (str(line.kind or ""), line.side.value, line.name, line.unit, line.factor is None, line.factor or 0)


def _cells(line: ParkLine) -> dict[str, Given]:
    return {
        "kind": _KINDS.get(line.kind, line.kind.value) if line.kind else None,
        "side": _SIDES[line.side],
        "quantity": line.quantity,
        "unit": line.unit,
        "factor": line.factor,
        "source": line.source or None,
        "co2": line.emissions,
    }


def _add_shares(maker: TableMaker, park: ParkPeriod) -> None:
    """Add electricity consumed and what of it is green, and directly supplied."""
    for code, name, heading in _SHARES:
        stated = park.inputs.get(name)
        cells: dict[str, Given] = {"quantity": stated.amount if stated else None, "unit": "MWh"}
        maker.row(code, heading, cells, role=RowRole.MEMO)


_SHARES: Final = (
    ("CONSUMED", "ELECTRICITY", both("Electricity consumed", "用电量")),
    ("NON_FOSSIL", "NON_FOSSIL_ELECTRICITY", both("of which non-fossil", "其中：非化石电力")),
    ("DIRECT", "DIRECT_ELECTRICITY", both("of which directly supplied", "其中：直接供应")),
)


_INTERNAL: Final = both(
    "What neighbours in the park exchange is in no line (notice 910 of 2025, annex 4).",
    "园区内企业间的能源交换不列入（发改环资〔2025〕910号附件4）。",
)


def memo_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return what stands beside the total: bunkers, biogenic CO2, gases other than CO2 (P8)."""
    found = outside_table(lines, code)
    bunkers = park.emissions.emissions.bunkers
    maker = TableMaker(lines, code, both("P8 Memo", "表8 备忘项"), found.columns, ("co2", "co2e"))
    cells: dict[str, Given] = {"co2": bunkers} if bunkers else {}
    maker.row(
        "BUNKERS", both("International bunkers, in the total", "国际燃料舱（已计入总量）"), cells, role=RowRole.MEMO
    )
    for row in found.rows:
        given = dict(zip((column.code for column in found.columns), row.cells, strict=True))
        maker.row(row.code, row.heading, {**given, **(row.sums or {})}, role=RowRole.MEMO)
    for name, (prefix, heading, column, concept) in _MEMO_SUMS.items():
        parts = [row.code for row in found.rows if row.code.startswith(prefix)]
        maker.total(name, heading, parts, role=RowRole.MEMO, concepts={column: concept_name(concept)})
    return maker.made(_MEMO_NOTE)


_MEMO_SUMS: Final = {
    "BIOGENIC": ("BIOGENIC_", both("Biogenic CO2", "生物源二氧化碳"), "co2", "ParkBiogenicCO2"),
    "NOT_COUNTED": ("NOT_COUNTED.", both("Gases other than CO2", "非二氧化碳气体"), "co2e", "ParkNonCO2Emissions"),
}
_MEMO_NOTE: Final = both(
    "The method counts CO2 only; masses in tonnes. Bunkers are not stated where none are posted.",
    "该方法仅核算二氧化碳；质量单位为吨。未填报燃料舱时不列示。",
)


def totals_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return E_energy, E_process and E_park, energy and intensity, of the period and the years before it (P9)."""
    columns = (
        number("co2", "CO2", "碳排放量", "tCO2"),
        number("ten_thousand", "CO2", "碳排放量", "10^4 tCO2"),
    )
    maker = TableMaker(lines, code, both("P9 Totals", "表9 碳排放总量"), columns, ("co2", "ten_thousand"))
    emissions = park.emissions.emissions
    for name, heading, part in _SUMMED:
        concepts = {"co2": concept_name("ParkProcessEmissions")} if part is Part.PROCESS else None
        maker.row(name, heading, _in_both(emissions.of(part)), concepts=concepts)
    for name, (heading, parts, concept) in _SUMS.items():
        maker.total(name, heading, parts, concepts={"co2": concept_name(concept)} if concept else None)
    maker.row(
        "REPORTED",
        both("Sum of the tenants' footprints", "企业排放之和"),
        _in_both(park.emissions.reported),
        role=RowRole.MEMO,
    )
    maker.row(
        "INTERNAL",
        both("of which between neighbours", "其中：园区内交换差额"),
        _in_both(park.emissions.internal),
        role=RowRole.MEMO,
    )
    for year in park.previous:
        heading = both(f"E_park of {year.year}", f"{year.year}年园区碳排放总量")
        maker.row(f"E_PARK.{year.year}", heading, _in_both(year.emissions), role=RowRole.MEMO)
    return maker.made(_missing(emissions.missing))


def energy_table(park: ParkPeriod, lines: Lines, code: str) -> Table:
    """Return energy consumed in standard coal and CO2 per tonne of it, against the threshold, with the years before."""
    columns = (
        number("energy", "Energy", "能源消费量", "tce"),
        number("intensity", "CO2 per energy", "单位能耗碳排放", "tCO2/tce"),
        number("threshold", "Threshold", "阈值", "tCO2/tce"),
        text("status", "Status", "状态"),
    )
    maker = TableMaker(lines, code, both("P9 Energy and intensity", "表9 能源消费与碳排放强度"), columns, ())
    energy = park.inputs["TOTAL_ENERGY"].amount if "TOTAL_ENERGY" in park.inputs else None
    core = park.assessment.result("CARBON_PER_ENERGY") if park.assessment else None
    rate = _over(park.emissions.emissions.park, energy)
    cells: dict[str, Given] = {"energy": energy, "intensity": rate}
    if core:
        cells |= {"threshold": core.threshold, "status": core.status.value}
    concepts = {"energy": "ParkStandardCoal", "intensity": "ParkEmissionsPerEnergy"}
    stated = {name: concept_name(one) for name, one in concepts.items() if cells[name] is not None}
    maker.row("PERIOD", both("Period", "报告期"), cells, concepts=stated)
    for year in park.previous:
        cells = {"energy": year.energy, "intensity": _over(year.emissions, year.energy)}
        maker.row(str(year.year), both(f"{year.year}", f"{year.year}年"), cells, role=RowRole.MEMO)
    return maker.made(_lacking(park))


_SUMMED: Final = (
    ("E_FUEL", both("E_fuel", "燃料燃烧排放"), Part.FUEL),
    ("E_CONVERSION", both("E_conversion", "加工转换排放"), Part.CONVERSION),
    ("E_EL", both("E_el", "净受入电力排放"), Part.ELECTRICITY),
    ("E_HEAT", both("E_heat", "净受入热力排放"), Part.HEAT),
    ("E_PROCESS", both("E_process", "工业生产过程排放"), Part.PROCESS),
)
_SUMS: Final[Mapping[str, tuple[Bilingual, Sequence[str], str]]] = {
    "E_INDIRECT": (both("E_indirect", "间接排放"), ("E_EL", "E_HEAT"), ""),
    "E_ENERGY": (both("E_energy", "能源活动排放"), ("E_FUEL", "E_CONVERSION", "E_INDIRECT"), "ParkEnergyEmissions"),
    "E_PARK": (both("E_park", "园区碳排放总量"), ("E_ENERGY", "E_PROCESS"), "ParkEmissions"),
}


def _in_both(tonnes: Fraction | None) -> dict[str, Given]:
    return {} if tonnes is None else {"co2": tonnes, "ten_thousand": tonnes / 10000}


def _over(emissions: Fraction | None, energy: Fraction | None) -> Fraction | None:
    return emissions / energy if emissions is not None and energy else None


def _missing(found: Iterable[str]) -> Bilingual | None:
    listed = "; ".join(sorted(found))
    return both(f"Missing: {listed}", f"缺失：{listed}") if listed else None


def _lacking(park: ParkPeriod) -> Bilingual | None:
    return _missing(park.inputs["TOTAL_ENERGY"].lacking if "TOTAL_ENERGY" in park.inputs else ())
