"""The totals that a regime's report must contain as a table: of ES, EI and ET, of the six categories, of annex 4.

Their definitions, with clauses, stand in `accounting.required_totals`; each becomes the lines it takes or the rows it
is the sum of. What a form prints as deducted stands as a positive number.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from accounting.regimes import RegimeCode
from accounting.reporting.inputs import ReportInputs
from accounting.required_totals import DEFINITIONS, Definition
from accounting.required_totals import Lines as Taken
from emission_factors.activity_types import Scope
from reports.assembling.lines import EMISSIONS, PER_TONNE, Counted, Lines
from reports.assembling.making import CO2E, Given, TableMaker, both, number, text
from reports.concepts import concept_name
from reports.document import Bilingual, LineSum, RowRole, Table

COLUMNS: Final = (
    CO2E,
    number("lines", "Lines", "行数"),
    number("gaps", "Gaps", "缺口数"),
    text("clause", "Clause", "条款"),
)
NOTE: Final = both(
    "A row without lines rests on nothing posted: it is not stated, and not zero. What is deducted stands as a "
    "positive number. Gaps are lines without a factor, which no sum holds.",
    "无明细的行表示未填报，不等于零。扣减项以正数列示。“缺口”为无排放因子的明细，未计入任何合计。",
)
_OF_SOURCES: Final = {
    "FUEL": "FuelEmissions",
    "PROCESS": "ProcessEmissions",
    "WASTE": "WasteEmissions",
    "FUGITIVE": "FugitiveEmissions",
    "POWER_IN": "PurchasedElectricityEmissions",
    "HEAT_IN": "PurchasedHeatEmissions",
    "POWER_OUT": "ExportedElectricityEmissions",
    "HEAT_OUT": "ExportedHeatEmissions",
    "ES": "EmissionsWithoutElectricityAndHeat",
    "EI": "EmissionsOfElectricityAndHeat",
    "ET": "EmissionsWithElectricityAndHeat",
}
_CONCEPTS: Final[Mapping[RegimeCode, Mapping[str, str]]] = {
    RegimeCode.ISO_14064_1: {f"CATEGORY_{number}": f"IsoCategory{number}" for number in range(1, 7)},
    RegimeCode.GBT_32150_2025: _OF_SOURCES,
    RegimeCode.NDRC_OTHER_2015: _OF_SOURCES,
    RegimeCode.MEE_332_2023: _OF_SOURCES,
}
"""Regime -> total -> what it reports, where the taxonomy has it."""


def required_table(inputs: ReportInputs, lines: Lines, code: str, title: Bilingual) -> Table:
    """Return the totals of the regime's report, in its order, as sums of lines or of rows."""
    maker = TableMaker(lines, code, title, COLUMNS, ("co2e", "lines", "gaps"))
    stated: dict[str, int] = {}
    for one in DEFINITIONS[inputs.basis.regime.code]:
        _add(maker, inputs, lines, one, stated)
    return maker.made(NOTE)


def where_of(lines: Lines, taken: Taken) -> Mapping[str, Sequence[str]]:
    """Return which lines a definition takes, by the fields of the document."""
    where = {"total": [_total(scope, taken) for scope in Scope if scope in taken.scopes]}
    if taken.categories:
        where["category"] = sorted(taken.categories)
    if taken.iso_category:
        known = lines.values("isoCategory")
        where["isoCategory"] = [one for one in known if one.partition(".")[0] == taken.iso_category]
    if taken.sign:
        where["sign"] = [str(taken.sign)]
    return where


def _add(maker: TableMaker, inputs: ReportInputs, lines: Lines, one: Definition, stated: dict[str, int]) -> None:
    heading = both(one.name_en, one.name_zh)
    spelled = _CONCEPTS.get(inputs.basis.regime.code, {}).get(one.code)
    concepts = {"co2e": concept_name(spelled)} if spelled else None
    if one.parts:
        parts = {part: stated[part] for part in one.parts if part in stated}
        maker.total(one.code, heading, parts, concepts=concepts)
        stated |= {one.code: 1} if parts else {}
        return
    times = PER_TONNE.copy_negate() if one.lines and one.lines.sign < 0 else PER_TONNE
    where = {"total": EMISSIONS} if one.lines is None else where_of(lines, one.lines)
    found = LineSum("biogenicCo2" if one.is_biogenic else "co2e", where, times)
    count = sum(1 for _ in _holding(lines, found))
    cells: dict[str, Given] = {"lines": count, "gaps": _gap_count(inputs, one), "clause": one.clause}
    role = RowRole.MEMO if one.is_biogenic else RowRole.LINE
    if count:
        stated[one.code] = -1 if times < 0 else 1
    maker.row(one.code, heading, {**cells, **({"co2e": found} if count else {})}, role=role, concepts=concepts)


def _holding(lines: Lines, of: LineSum) -> Iterator[Counted]:
    """Return the lines that have something of what is added up; of CO2e any line has."""
    return (one for one in lines.of(of.where) if of.measure == "co2e" or one.shown.biogenic_co2)


def _gap_count(inputs: ReportInputs, one: Definition) -> int:
    return sum(one.lines is not None and one.lines.take(gap.gap.line) for gap in inputs.footprint.gaps)


def _total(scope: Scope, taken: Taken) -> str:
    method = f"_{taken.method.value}" if scope is Scope.SCOPE_2 and taken.method else ""
    return f"{scope.value}{method}"
