"""What every report rests on, whatever its form: the factors used, gaps, and how the quantities came about."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from accounting.effective import Flag
from accounting.explanation import FLAG_NOTES, in_usual_unit
from accounting.footprints import FootprintGap
from accounting.management.completeness import MatrixRow, Status
from accounting.reporting.inputs import ReportInputs
from emission_factors import decimals
from emission_factors.factors import Factor
from reports.assembling.lines import EMISSIONS, Lines, co2e
from reports.assembling.making import CO2E, Given, TableMaker, both, number, percent, text
from reports.document import Bilingual, LineSum, Table

QUALITIES: Final = {
    "MEASURED": both("Measured", "实测"),
    "BILLED": both("Billed", "结算凭证"),
    "ESTIMATED": both("Estimated", "估算"),
}
"""How a quantity came about -> what it is called."""


def factors_table(lines: Lines, code: str) -> Table:
    """Return every factor used: whose figure, where it stands, as published, and what a reader must know about it."""
    columns = (
        text("id", "Factor", "因子编号"),
        text("publisher", "Publisher", "发布机构"),
        text("document", "Document and place", "文件及位置"),
        text("region", "Region", "地区"),
        text("year", "Data year", "数据年份"),
        text("published", "As published", "发布值"),
        text("unit", "Per", "单位"),
        number("lines", "Lines", "行数"),
        text("flags", "To be known", "说明"),
    )
    maker = TableMaker(lines, code, both("Emission factors used", "所用排放因子"), columns, ())
    for use in _used(lines):
        factor, cited = use.factor, use.factor.citation
        maker.row(
            maker.next_code,
            use.name,
            {
                "id": ":".join(_key(factor)) if supply_of(factor) else factor.factor_id,
                "publisher": cited.publisher,
                "document": ", ".join(part for part in (cited.document, cited.locator) if part),
                "region": factor.region,
                "year": str(factor.data_year),
                "published": use.published,
                "unit": factor.unit,
                "lines": len(use.lines),
                "flags": "; ".join(FLAG_NOTES[flag] for flag in sorted(use.flags)) or None,
            },
        )
    return maker.made()


def _used(lines: Lines) -> Iterator["_Use"]:
    """Yield the factors by id; two of one id by their figures too, those of a neighbour's supply together."""
    found: dict[tuple[str, ...], _Use] = {}
    for one in lines.counted:
        for selection in (one.resolved.selection, one.resolved.complement):
            if selection is not None:
                use = found.setdefault(_key(selection.factor), _Use(selection.factor))
                use.lines.add(one.shown.code)
                use.rates.add(one.shown.co2e_per_unit)
                use.flags |= one.resolved.flags
    yield from (found[key] for key in sorted(found))


class _Use:
    """What is known of the use of a factor: in which lines, with which flags, at which kg CO2e per base unit."""

    def __init__(self, factor: Factor) -> None:
        self.factor = factor
        self.lines: set[str] = set()
        self.flags: set[Flag] = set()
        self.rates: set[Decimal] = set()

    @property
    def name(self) -> Bilingual:
        """The factor's name; what a neighbour supplies goes by carrier and supplier."""
        supply = supply_of(self.factor)
        if supply is None:
            return both(self.factor.name_en, self.factor.name_zh)
        party, carrier, method = supply
        return both(f"{carrier.lower()} of {party}, {method.lower()}-based", f"{party} 供应的{carrier}（{method}）")

    @property
    def published(self) -> str:
        """The figures as published; of a neighbour's monthly ones the least and the most."""
        if supply_of(self.factor) is None:
            return _published(self.factor)
        least, most = (decimals.plain(rate) for rate in (min(self.rates), max(self.rates)))
        return f"CO2e {least} kg" if least == most else f"CO2e {least} – {most} kg"


def _key(factor: Factor) -> tuple[str, ...]:
    supply = supply_of(factor)
    return ("park", *supply) if supply else (factor.factor_id, factor.unit, _published(factor))


def supply_of(factor: Factor) -> tuple[str, str, str] | None:
    """Return supplier, carrier and method of a factor of what a neighbour supplies, None of any other.

    Such a factor is worked out for a customer and a month, so that a year has many of one kind.
    """
    if factor.dataset.dataset_id != "park":
        return None
    _, party, carrier, *_, method = factor.factor_id.split(":")
    return party, carrier, method


def _published(factor: Factor) -> str:
    """Return the figures as they are printed, kilograms per unit."""
    parts = [] if factor.co2e is None else [("CO2e", factor.co2e)]
    parts += [*factor.gases, *([] if factor.co2_biogenic is None else [("biogenic CO2", factor.co2_biogenic)])]
    return "; ".join(f"{name} {decimals.plain(decimals.rounded(figure))} kg" for name, figure in parts)


def gaps_of(inputs: ReportInputs) -> tuple[str, ...]:
    """Return what is missing and counted nowhere, in words: lines without a factor, and months nobody posted."""
    found = [_gap_text(inputs, gap) for gap in inputs.footprint.gaps]
    failed = inputs.supply.failed.values() if inputs.supply else ()
    late = [_late_text(inputs, row) for row in inputs.matrix if any(_is_missing(row))]
    return tuple(sorted({*found, *(f"internal supply: {error}" for error in failed), *late}))


def _gap_text(inputs: ReportInputs, gap: FootprintGap) -> str:
    quantity, shown = in_usual_unit(gap.activity, gap.quantity, gap.unit)
    where = f"{_tenant(inputs, gap)}/{_site(inputs, gap)}"
    months = _span([gap.first_month, gap.last_month])
    what = f"{gap.activity.code}, line {gap.gap.line.code} ({gap.gap.line.scope.value} {gap.gap.line.category})"
    return f"{where}: {what}, {months}, {decimals.plain(quantity)} {shown.code}: {gap.gap.error}"


def _tenant(inputs: ReportInputs, gap: FootprintGap) -> str:
    return inputs.parties[gap.tenant].code if gap.tenant and gap.tenant in inputs.parties else "-"


def _site(inputs: ReportInputs, gap: FootprintGap) -> str:
    return inputs.places[gap.site].code if gap.site and gap.site in inputs.places else "-"


def _late_text(inputs: ReportInputs, row: MatrixRow) -> str:
    source = inputs.streams[row.source].code if row.source and row.source in inputs.streams else "any source"
    place = inputs.places[row.site].code if row.site in inputs.places else "-"
    months = ", ".join(f"{month:%Y-%m}" for month in _is_missing(row))
    what = ", ".join(row.activity_types) or "any activity type"
    return f"{inputs.parties[row.tenant].code}/{place}/{source}: {what} is due and was not posted for {months}"


def _is_missing(row: MatrixRow) -> list[date]:
    return [one.month for one in row.months if one.status is Status.MISSING]


def _span(months: Sequence[date]) -> str:
    first, last = (f"{month:%Y-%m}" for month in (min(months), max(months)))
    return first if first == last else f"{first} to {last}"


def quality_table(lines: Lines, code: str) -> Table:
    """Return the emissions by how their quantities came about, and each one's share of the total."""
    columns = (CO2E, number("share", "Share of emissions", "占比", "%"), number("rows", "Activities", "活动条数"))
    maker = TableMaker(
        lines, code, both("Emissions by data quality", "按数据质量划分的排放量"), columns, ("co2e", "rows")
    )
    totals = EMISSIONS[:3]
    whole = lines.sum(co2e({"total": totals}))
    for name, heading in QUALITIES.items():
        where = {"total": totals, "quality": [name]}
        if any(True for _ in lines.of(where)):
            found = lines.sum(co2e(where))
            cells: dict[str, Given] = {"co2e": co2e(where), "rows": LineSum("rowCount", where, Decimal(1))}
            maker.row(name, heading, cells | {"share": percent(found, whole)})
    maker.total("TOTAL", both("Total", "合计"))
    return maker.made(_QUALITY_NOTE)


_QUALITY_NOTE: Final = both(
    "By location; removals and what is sent out lower a share.", "外购能源按基于位置的方法计；扣减项降低占比。"
)
