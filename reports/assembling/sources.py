"""The tables of an enterprise's own sources: fuels with their parameters, processes, waste, and gases beside CO2."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from accounting.reporting.inputs import ReportInputs
from emission_factors import decimals
from emission_factors.chains import Term
from emission_factors.factors import Factor
from emission_factors.gases import UnknownGwp, gwp
from emission_factors.selection import Selection
from emission_factors.units import unit
from reports.assembling.foundations import supply_of
from reports.assembling.lines import PER_TONNE, Counted, Lines, co2e, joined
from reports.assembling.making import CO2E, Given, TableMaker, both, number, text
from reports.document import Bilingual, Column, LineSum, Table

_QUANTITY: Final = (
    text("activity_type", "Activity type", "活动类型"),
    number("quantity", "Quantity", "活动数据"),
    text("unit", "Unit", "单位"),
)
_FACTOR: Final = (
    number("factor", "Emission factor", "排放因子", "kgCO2e"),
    text("source", "Source of the factor", "因子来源"),
)
_PARAMETERS: Final = (("NCV", "ncv"), ("CC", "carbon"), ("OF", "oxidation"))
"""Term of a factor's chain -> its columns: net calorific value, carbon content per heat, oxidation factor."""


def fuels_table(lines: Lines, code: str) -> Table:
    """Return the fuels burnt, with the parameters of each factor and where each stands (B.2).

    CO2 = quantity x NCV x CC x OF x 44/12 where the factor is made of them; another states its figure alone.
    """
    columns = (
        *_QUANTITY,
        *_parameter("ncv", "Net calorific value", "低位发热量"),
        *_parameter("carbon", "Carbon content per heat", "单位热值含碳量"),
        *_parameter("oxidation", "Oxidation factor", "碳氧化率"),
        *_FACTOR,
        number("co2", "CO2", "二氧化碳", "tCO2"),
        CO2E,
    )
    title = both("Combustion of fuels", "化石燃料燃烧排放")
    maker = TableMaker(lines, code, title, columns, ("co2", "co2e"))
    for found in alike(lines, {"total": ["SCOPE_1"], "category": ["stationary", "mobile"]}):
        cells = {**quantity_of(found), **factor_of(found), **_parameters(found[0]), **_masses(found)}
        maker.row(maker.next_code, name_of(found), cells)
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


def process_table(lines: Lines, code: str) -> Table:
    """Return the processes: what went in or came out, its factor, what it emits; deductions are negative (B.3-B.7)."""
    return _table(lines, code, both("Industrial processes", "工业生产过程排放"), ["process", "conversion"])


def waste_table(lines: Lines, code: str) -> Table:
    """Return waste treated and wastewater, with the gases of each (B.x)."""
    return _table(lines, code, both("Waste and wastewater treatment", "废弃物及废水处理排放"), ["waste"])


def fugitive_table(lines: Lines, code: str) -> Table:
    """Return what escapes: refrigerants by their mass balance, extinguishers, switchgear, laboratory gases."""
    return _table(lines, code, both("Fugitive emissions", "逸散排放"), ["fugitive"])


def _table(lines: Lines, code: str, title: Bilingual, categories: Sequence[str]) -> Table:
    columns = (*_QUANTITY, *_FACTOR, number("ch4", "CH4", "甲烷", "t"), number("n2o", "N2O", "氧化亚氮", "t"), CO2E)
    maker = TableMaker(lines, code, title, columns, ("co2e",))
    for found in alike(lines, {"total": ["SCOPE_1"], "category": categories}):
        cells = {**quantity_of(found), **factor_of(found), **_methane(found), "co2e": co2e(where_alike(found))}
        maker.row(maker.next_code, name_of(found), cells)
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made()


def gases_table(inputs: ReportInputs, lines: Lines, code: str, totals: Mapping[str, Bilingual]) -> Table:
    """Return each gas of the totals named: mass, GWP with its table, CO2e; what no publisher splits stands apart."""
    columns = (
        number("gwp", "GWP", "全球变暖潜势"),
        text("table", "Source of the GWP", "GWP来源"),
        *(part for total, heading in totals.items() for part in _gas_columns(total, heading)),
    )
    adding = [f"co2e_{total.lower()}" for total in totals]
    maker = TableMaker(lines, code, both("Emissions by gas", "分气体排放量"), columns, adding)
    for gas in _gases(lines, totals):
        cells: dict[str, Given] = {}
        for total in totals:
            where = {"total": [total]}
            if any(gas in one.shown.gases for one in lines.of(where)):
                cells[f"mass_{total.lower()}"] = LineSum(f"gases.{gas}", where, PER_TONNE)
                cells[f"co2e_{total.lower()}"] = LineSum(f"gasCo2e.{gas}", where, PER_TONNE)
        maker.row(gas, both(gas, gas), {**cells, **_potential(inputs, gas)})
    unsplit = {f"co2e_{total.lower()}": LineSum("unsplit", {"total": [total]}, PER_TONNE) for total in totals}
    if any(lines.sum(one) for one in unsplit.values()):
        maker.row("UNSPLIT", both("Not split by the publisher", "发布方未分气体"), unsplit)
    return maker.made()


def _gas_columns(total: str, heading: Bilingual) -> tuple[Column, Column]:
    code = total.lower()
    return (
        number(f"mass_{code}", f"{heading.en}, mass", f"{heading.zh}，质量", "t"),
        number(f"co2e_{code}", heading.en, heading.zh, "tCO2e"),
    )


def _gases(lines: Lines, totals: Iterable[str]) -> list[str]:
    found = {gas for one in lines.of({"total": list(totals)}) for gas in one.shown.gases}
    return sorted(found, key=lambda gas: (gas != "CO2", gas))


def _potential(inputs: ReportInputs, gas: str) -> dict[str, Given]:
    try:
        found = gwp(gas, inputs.basis.gwp_set)
    except UnknownGwp:
        return {}
    return {"gwp": found.value, "table": f"{found.gwp_set}: {found.table}"}


def alike(lines: Lines, where: Mapping[str, Sequence[str]]) -> list[tuple[Counted, ...]]:
    """Return the lines of a table's row each: of one activity type, line, factor, sign, unit and supplier.

    What a neighbour in the park supplies, at a factor of each month, is one row.
    """
    chosen = list(lines.of(where))
    neighbours = {one.shown.supplier for one in chosen if supply_of(one.resolved.selection.factor)}

    def key(one: Counted) -> tuple[object, ...]:
        line = one.shown
        what = (line.activity_type, line.line, line.total, line.category, line.sign)
        return (*what, () if line.supplier in neighbours else line.factors, line.unit, line.supplier)

    return [tuple(found) for _, found in groupby(sorted(chosen, key=key), key=key)]


def where_alike(found: Sequence[Counted]) -> dict[str, Sequence[str]]:
    """Return how the document tells the lines of a row."""
    line = found[0].shown
    is_supply = any(supply_of(one.resolved.selection.factor) for one in found)
    return {
        "total": [line.total],
        "activityType": [line.activity_type],
        "line": [line.line],
        "category": [line.category],
        "sign": [str(line.sign)],
        "unit": [line.unit],
        "supplier": [line.supplier],
        **({} if is_supply else {"factors": [" ".join(line.factors)]}),
    }


def name_of(found: Sequence[Counted]) -> Bilingual:
    """Return the name of the activity type of a row."""
    return both(found[0].found.activity.name_en, found[0].found.activity.name_zh)


def quantity_of(found: Sequence[Counted], wanted: str = "") -> dict[str, Given]:
    """Return the quantity of a row, as reported, in the unit wanted or the usual one where it is of that dimension."""
    one = found[0].found
    shown = unit(wanted or one.activity.default_unit)
    shown = shown if shown.powers == one.unit.powers else one.unit
    ratio = one.unit.ratio_to(shown)
    times = decimals.exact(ratio)
    where = where_alike(found)
    cells: dict[str, Given] = {"activity_type": one.activity.code, "unit": shown.code}
    if Fraction(times) == ratio:
        return {**cells, "quantity": LineSum("reported", where, times)}
    whole = decimals.total(decimals.product(each.shown.quantity, each.shown.share) for each in found)
    return {**cells, "quantity": Fraction(whole) * ratio}


def factor_of(found: Sequence[Counted]) -> dict[str, Given]:
    """Return kg CO2e per unit of the quantity as it is shown, where all lines of a row have one, and its source."""
    rates = {one.shown.co2e_per_unit for one in found}
    one = found[0]
    shown = unit(one.found.activity.default_unit)
    shown = shown if shown.powers == one.found.unit.powers else one.found.unit
    rate = Fraction(rates.pop()) / one.found.unit.ratio_to(shown) if len(rates) == 1 else None
    return {"factor": rate, "source": joined(source_of(each.resolved.selection.factor) for each in found)}


def source_of(factor: Factor) -> str:
    """Return where a factor stands, in words."""
    cited = factor.citation
    return ", ".join(part for part in (cited.publisher, cited.document or factor.name_en, cited.locator) if part)


def _parameter(code: str, en: str, zh: str) -> tuple[Column, Column]:
    return number(code, en, zh), text(f"{code}_source", f"{en}: unit, source", f"{zh}：单位、来源")


def _parameters(one: Counted) -> dict[str, Given]:
    """Return the parameters that make a factor of CO2; the calorific value may be that of a conversion."""
    selection = one.resolved.selection
    terms = {term.name: term for gas, found in selection.factor.terms if gas == "CO2" for term in found}
    cells: dict[str, Given] = {}
    for name, code in _PARAMETERS:
        if name in terms:
            cells |= {code: terms[name].value, f"{code}_source": _stands(terms[name], selection.factor)}
    return cells if "ncv" in cells else {**cells, **_converted(selection)}


def _stands(term: Term, factor: Factor) -> str:
    return f"{term.unit}; {term.source or source_of(factor)}"


def _converted(selection: Selection) -> dict[str, Given]:
    values = [step.via for step in selection.conversion.steps if step.via is not None and step.via.name == "NCV"]
    return {"ncv": values[0].value, "ncv_source": f"{values[0].unit}; {values[0].property_id}"} if values else {}


def _masses(found: Sequence[Counted]) -> dict[str, Given]:
    """Return CO2 and CO2e; CO2 that a publisher does not tell from other gases is not stated."""
    where = where_alike(found)
    is_split = all("CO2" in one.shown.gases for one in found)
    return {"co2e": co2e(where), "co2": LineSum("gases.CO2", where, PER_TONNE) if is_split else None}


def _methane(found: Sequence[Counted]) -> dict[str, Given]:
    """Return the masses of CH4 and N2O, each where a line states one."""
    where, cells = where_alike(found), dict[str, Given]()
    for column, names in (("ch4", ("CH4_FOSSIL", "CH4_BIOGENIC", "CH4")), ("n2o", ("N2O",))):
        stated = [name for name in names if any(name in one.shown.gases for one in found)]
        if len(stated) == 1:
            cells[column] = LineSum(f"gases.{stated[0]}", where, PER_TONNE)
    return cells
