"""Bars of the charts: a document's totals, its scope 3 by category, its months. Lengths are thousandths of the longest.

The values are exact sums of the inventory lines; a length is geometry, a whole number of thousandths.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from emission_factors.decimals import total
from reports.concepts import SCOPE_3_AXIS, axes
from reports.document import Bilingual, Document, InventoryLine
from reports.rendering import words
from reports.rendering.errors import CannotRender
from reports.rendering.heads import period, total_lines
from reports.rendering.languages import Language
from reports.rendering.numbers import NOT_STATED, common_places, grouped, tonnes

_SCOPES: Final = ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_2_MARKET", "SCOPE_3")
_GEOMETRY: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its value as shown, its length in thousandths of the chart's longest, below zero if so."""

    label: str
    text: str
    permille: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of bars; `is_upright` has its bars stand beside each other, in time."""

    title: str
    bars: tuple[Bar, ...]
    is_upright: bool = False


def charts(document: Document, language: Language) -> list[Chart]:
    """Return the charts that have something to show: totals, scope 3 by category, each total by month."""
    totals = {line.label: line.value for line in total_lines(document, language) if line.code in _SCOPES}
    found = [
        _chart(language.of(words.BY_TOTAL), totals),
        _chart(language.of(words.BY_CATEGORY), _by_category(document.lines, language)),
        *_by_month(document, language),
    ]
    return [chart for chart in found if chart.bars]


def _by_month(document: Document, language: Language) -> list[Chart]:
    """Return a chart for each total, all of one scale; none for a document of one month."""
    months = _months(document)
    sums: dict[str, dict[date, list[Decimal]]] = defaultdict(lambda: {month: [] for month in months})
    for line in document.lines:
        if line.month not in months:
            raise CannotRender(
                f"the line {line.code!r} is of {line.month:%Y-%m}; the document covers {period(document)}"
            )
        sums[line.total][line.month].append(line.co2e)
    if len(months) == 1:
        return []
    values = {name: {f"{month:%Y-%m}": _sum(sums[name][month]) for month in months} for name in _SCOPES if name in sums}
    longest = _longest(value for series in values.values() for value in series.values())
    heading = language.of(words.BY_MONTH)
    return [
        _chart(f"{heading} · {language.of(words.TOTALS[name])}", series, longest, is_upright=True)
        for name, series in values.items()
    ]


def _months(document: Document) -> list[date]:
    first, last = (month.year * 12 + month.month - 1 for month in (document.first_month, document.last_month))
    return [date(at // 12, at % 12 + 1, 1) for at in range(first, last + 1)]


def _by_category(lines: Iterable[InventoryLine], language: Language) -> dict[str, Decimal]:
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for line in lines:
        if line.total == "SCOPE_3":
            sums[line.category].append(line.co2e)
    members = next(axis.members for axis in axes() if axis.name == SCOPE_3_AXIS)
    names = {member.name.removeprefix("Category"): member.label for member in members}
    ordered = sorted(sums, key=lambda category: (len(category), category))
    return {_category_label(category, names, language): tonnes(total(sums[category])) for category in ordered}


def _category_label(category: str, names: Mapping[str, Bilingual], language: Language) -> str:
    return f"{category} {language.of(names[category])}" if category in names else category


def _sum(kilograms: Sequence[Decimal]) -> Decimal | None:
    """Return a sum in tonnes; of nothing there is none, which is not zero."""
    return tonnes(total(kilograms)) if kilograms else None


def _chart(
    title: str, values: Mapping[str, Decimal | None], longest: Decimal | None = None, *, is_upright: bool = False
) -> Chart:
    scale = longest if longest is not None else _longest(values.values())
    places = common_places(value for value in values.values() if value is not None)
    bars = tuple(
        Bar(label, NOT_STATED, 0) if value is None else Bar(label, grouped(value, places), _permille(value, scale))
        for label, value in values.items()
    )
    return Chart(title, bars, is_upright)


def _longest(values: Iterable[Decimal | None]) -> Decimal:
    return max((value.copy_abs() for value in values if value is not None), default=Decimal(0))


def _permille(value: Decimal, longest: Decimal) -> int:
    return int((_GEOMETRY.divide(value, longest) * 1000).to_integral_value(ROUND_HALF_EVEN)) if longest else 0
