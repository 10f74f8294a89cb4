"""What changed since the report that this one supersedes: by activity, factor, GWP, boundary and method, exactly.

Both sides are footprints of the same subject and months, each on its own basis and as known at its own instant; the
effects of every row add up to its difference, and the rows to the whole (see `accounting.change.bridge`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from accounting.change.bridge import Effect
from accounting.change.bridge_lines import Side
from accounting.change.footprint_bridge import BridgeGroup, footprint_bridge, grouped
from accounting.grouping import Dimension
from accounting.reporting.inputs import ReportInputs, SubjectKind
from emission_factors import decimals
from emission_factors.activity_types import Method, Scope
from reports.assembling.documents import BadReport, rests_of, totals_of
from reports.assembling.inventories import CATEGORY_NAMES
from reports.assembling.lines import Lines, lines_of
from reports.assembling.making import TableMaker, both, number, text
from reports.document import Bilingual, Document, Table

CODE: Final = "CHANGES"
_EFFECTS: Final[Mapping[Effect, Bilingual]] = {
    Effect.ACTIVITY: both("Activity", "活动数据"),
    Effect.FACTOR: both("Factor", "排放因子"),
    Effect.GWP: both("GWP", "全球变暖潜势"),
    Effect.BOUNDARY: both("Boundary", "核算边界"),
    Effect.METHOD: both("Method", "核算方法"),
}


def changes_table(superseded: Document, before: ReportInputs, after: ReportInputs) -> Table:
    """Return what leads from a superseded report to the values of the next, tCO2e, by scope and category.

    `before` are the values of the superseded report, read again on its basis and as known at its instant. Scope 2 is
    counted by location, and once more by market where the regime has that. Raises `BadReport` where they do not give
    the totals of the superseded document, or are of another subject or other months than `after`.
    """
    _check(superseded, before, after)
    columns = (
        text("scope_2", "Scope 2 counted", "范围二核算方法"),
        number("before", "Before", "原报告", "tCO2e"),
        *(number(effect.value.lower(), heading.en, heading.zh, "tCO2e") for effect, heading in _EFFECTS.items()),
        number("after", "After", "本报告", "tCO2e"),
        number("difference", "Difference", "差异", "tCO2e"),
    )
    adding = [column.code for column in columns if column.code != "scope_2"]
    maker = TableMaker(
        Lines(()), CODE, both("What changed since the superseded report", "与原报告相比的变化"), columns, adding
    )
    for method in _methods(after):
        _add(maker, before, after, method)
    return maker.made(_note(superseded, after))


def _methods(after: ReportInputs) -> Sequence[Method]:
    return tuple(Method) if after.basis.regime.has_market_based else (Method.LOCATION,)


def _add(maker: TableMaker, before: ReportInputs, after: ReportInputs, method: Method) -> None:
    """Add a row for each category that either report has, and their sum."""
    sides = [Side(one.footprint, one.basis, one.first.year) for one in (before, after)]
    is_same = before.basis.known_at == after.basis.known_at
    found = footprint_bridge(sides[0], sides[1], method, is_same)
    by = [Dimension.SCOPE, Dimension.CATEGORY]
    rows = []
    for group in sorted(grouped(found.lines, by), key=_order):
        code = f"{method.value}.{_name(group)}"
        maker.row(code, _heading(group), {"scope_2": method.value, **_cells(group)})
        rows.append(code)
    maker.total(
        f"{method.value}.TOTAL", both(f"Total, {method.value.lower()}-based", f"合计（{_METHODS[method]}）"), rows
    )


_METHODS: Final = {Method.LOCATION: "基于位置", Method.MARKET: "基于市场"}


def _cells(group: BridgeGroup) -> dict[str, Decimal]:
    """Return before, the effects, after and the difference; the effects add up to the difference to the last digit."""
    masses = {effect.value.lower(): group.effects[effect] for effect in _EFFECTS}
    masses |= {"before": group.before, "after": group.after}
    masses["difference"] = decimals.EXACT.subtract(group.after, group.before)
    return {name: mass.scaleb(-3, decimals.EXACT) for name, mass in masses.items()}


def _name(group: BridgeGroup) -> str:
    return ".".join(str(group.key[dimension]) for dimension in (Dimension.SCOPE, Dimension.CATEGORY))


def _order(group: BridgeGroup) -> tuple[object, ...]:
    category = str(group.key[Dimension.CATEGORY])
    return (
        list(Scope).index(Scope(str(group.key[Dimension.SCOPE]))),
        len(category) if category.isdigit() else 0,
        category,
    )


def _heading(group: BridgeGroup) -> Bilingual:
    scope, category = (str(group.key[dimension]) for dimension in (Dimension.SCOPE, Dimension.CATEGORY))
    named = CATEGORY_NAMES.get(category, both(category, category))
    return both(f"{scope.replace('_', ' ').capitalize()}: {named.en}", f"{_SCOPES.get(scope, scope)}：{named.zh}")


_SCOPES: Final = {"SCOPE_1": "范围一", "SCOPE_2": "范围二", "SCOPE_3": "范围三"}


def _note(superseded: Document, after: ReportInputs) -> Bilingual:
    then, now = superseded.rests, rests_of(after)
    differing = [name for name in sorted({*then.basis, *now.basis}) if then.basis.get(name) != now.basis.get(name)]
    differing += ["factorRelease"] if then.factor_release_hash != now.factor_release_hash else []
    listed = ", ".join(differing) or "-"
    return both(
        f"Known then {then.known_at}, now {now.known_at}; basis differs in: {listed}. Effects by LMDI, exact.",
        f"原知悉时点{then.known_at}，现{now.known_at}；核算依据差异：{listed}。按LMDI方法（Ang 2005）分解，无残差。",
    )


def _check(superseded: Document, before: ReportInputs, after: ReportInputs) -> None:
    if (before.subject, before.first, before.last) != (after.subject, after.first, after.last):
        raise BadReport(
            "supersedes", f"{_what(before)} is superseded by a report of {_what(after)}; accepted is the same"
        )
    found = totals_of(before, lines_of(before))
    for name, stated in superseded.totals.items():
        if found.get(name) != stated:
            made = decimals.plain(found[name]) if name in found else "nothing"
            message = (
                f"{name} of the superseded report is {decimals.plain(stated)} kg, and on its basis comes to {made}"
            )
            raise BadReport("supersedes", f"{message}; accepted are the values that it was assembled from")


def _what(inputs: ReportInputs) -> str:
    kind = "park" if inputs.subject.kind is SubjectKind.PARK else "tenant"
    return f"{kind} {inputs.subject.code}, {inputs.first:%Y-%m} to {inputs.last:%Y-%m}"
