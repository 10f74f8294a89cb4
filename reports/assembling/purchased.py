"""The tables of purchased energy: electricity by source and attribute, heat by kind, at the factors a regime takes."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from accounting.reporting.inputs import ReportInputs
from emission_factors.factors import Origin
from emission_factors.units import unit
from reports.assembling.foundations import supply_of
from reports.assembling.lines import Counted, Lines, co2e, joined, measure
from reports.assembling.making import CO2E, Given, TableMaker, both, number, text, word
from reports.assembling.sources import alike, name_of, quantity_of, source_of, where_alike
from reports.document import Bilingual, Column, Table

HEAT: Final = ("compressed_air", "cooling", "heat", "other_energy", "steam")
"""Categories beside electricity, in the order of their names."""
_DIRECTIONS: Final = {1: word("in", "购入"), -1: word("out", "输出")}


def electricity_table(
    inputs: ReportInputs, lines: Lines, code: str, total: str = "SCOPE_2_LOCATION", *, title: Bilingual | None = None
) -> Table:
    """Return electricity by source, direction and attribute, each at its factor (B.8); what is sent out is negative."""
    shown = title or both("Purchased and exported electricity", "购入和输出电力排放")
    return _table(inputs, lines, code, shown, (total, ["electricity"], "MWh"))


def heat_table(inputs: ReportInputs, lines: Lines, code: str, total: str = "SCOPE_2_LOCATION") -> Table:
    """Return steam, hot water, cold and compressed air by source and direction, each at its factor (B.9).

    Heat is posted in GJ, or in tonnes of which a method made GJ: mass, pressure and temperature stand in its document.
    """
    return _table(inputs, lines, code, both("Purchased and exported heat", "购入和输出热力排放"), (total, HEAT, "GJ"))


def _table(
    inputs: ReportInputs, lines: Lines, code: str, title: Bilingual, of: tuple[str, Sequence[str], str]
) -> Table:
    total, categories, wanted = of
    maker = TableMaker(lines, code, title, _columns(), ("co2e",))
    for found in alike(lines, {"total": [total], "category": categories}):
        one = found[0]
        cells: dict[str, Given] = {
            **quantity_of(found, wanted),
            "direction": _DIRECTIONS[one.shown.sign],
            "attribute": joined(attribute_of(inputs, each) for each in found),
            "supplier": one.shown.supplier or None,
            "source": joined(_source(each) for each in found),
            "co2e": co2e(where_alike(found)),
        }
        maker.row(maker.next_code, name_of(found), cells | {"factor": _rate(found, wanted)})
    maker.total("TOTAL", both("Net", "净额"))
    return maker.made()


def _columns() -> tuple[Column, ...]:
    return (
        text("direction", "Direction", "方向"),
        text("activity_type", "Activity type", "活动类型"),
        text("attribute", "Attribute", "属性"),
        text("supplier", "Supplier", "供应方"),
        number("quantity", "Quantity", "活动数据"),
        text("unit", "Unit", "单位"),
        number("factor", "Emission factor, per unit", "排放因子（每单位）", "tCO2e"),
        text("source", "Source of the factor", "因子来源"),
        CO2E,
    )


def attribute_of(inputs: ReportInputs, one: Counted) -> str:
    """Return what makes the factor of purchased energy: an instrument, a supplier's figure, an average."""
    factor = one.resolved.selection.factor
    if factor.origin is Origin.INSTRUMENT:
        matching = inputs.footprint.matching
        key = factor.factor_id.removeprefix("instrument:")
        kinds = {
            match.instrument.kind.value
            for match in (matching.matches if matching else ())
            if match.instrument.id == key
        }
        return joined(kinds)
    if factor.origin is Origin.CATALOGUE:
        return factor.calibre or word("published", "发布值")
    return word("supplier's figure", "供应方数据") if factor.origin is Origin.SUPPLIER else factor.origin.value


def _rate(found: Sequence[Counted], wanted: str) -> Fraction | None:
    """Return t CO2e per unit shown; where a row has several factors, the mean by quantity."""
    rates = {one.shown.co2e_per_unit for one in found}
    counted, shown = found[0].found.unit, unit(wanted)
    scale = counted.ratio_to(shown if shown.powers == counted.powers else counted) * 1000
    if len(rates) == 1:
        return Fraction(rates.pop()) / scale
    reported = [(one.shown.co2e_per_unit, measure(one.shown, "reported")) for one in found]
    whole = sum((Fraction(quantity) for _, quantity in reported), Fraction(0))
    return (
        sum((Fraction(rate) * Fraction(quantity) for rate, quantity in reported), Fraction(0)) / whole / scale
        if whole
        else None
    )


def _source(one: Counted) -> str:
    """Return where a factor stands; of a neighbour's, who supplies and that it is worked out month by month."""
    factor = one.resolved.selection.factor
    supply = supply_of(factor)
    return (
        word(f"computed month by month from what {supply[0]} burns and buys", "按供应方逐月计算")
        if supply
        else source_of(factor)
    )
