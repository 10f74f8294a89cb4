"""Choosing the rule that a case asks for: every rule its figures could play a part in, until one is its formula."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.formulas import Branch, Formula, Rule, UnreadableFormula, is_rule
from api.cases.measures import UnknownMeasure, alike, decimal_of, measure
from api.cases.plans import NotSupported
from api.cases.questions import Inquiry
from api.cases.reading import Answer, Case, Figure
from emission_factors.decimals import plain

_PLAIN_NUMBERS: Final = frozenset({"boolean", "rating", "limit", "price ratio", "coef", "1", "score", "GSD2", ""})
_PERCENT: Final = re.compile(r"%( .*)?|percent")
_SHARES: Final = re.compile(r"(%|percent|share|fraction|1|-|ratio)( .*)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule in base units, and what to ask if it is the case's; with a `branch` on the case's side of it alone."""

    rule: Rule
    inquiry: Inquiry
    branch: Branch | None = None


def read_formula(case: Case, answer: Answer) -> tuple[Formula, list[Figure]]:
    """Return a formula and its figures in the order of the text; raises `NotSupported`."""
    try:
        formula = Formula(answer.expression)
    except UnreadableFormula as error:
        raise NotSupported(str(error)) from None
    missing = [name for name in formula.names if name not in case.figures]
    if missing:
        raise NotSupported(f"the formula names {missing[0]!r}, which the case does not give")
    return formula, [case.figures[name] for name in formula.names]


def chosen(
    answer: Answer, formula: Formula, figures: Sequence[Figure], candidates: Iterable[Candidate], words: str
) -> Inquiry:
    """Return what to ask by the first candidate that is the formula; raises `NotSupported` with `words`."""
    sizes = {figure.name: size(figure.unit) for figure in figures}
    own = {figure.name: figure.value for figure in figures}
    wanted = size(answer.unit)
    try:
        for one in candidates:
            if is_rule(formula, sizes, wanted, own, one.rule, one.branch):
                return replace(one.inquiry, unit_size=wanted)
    except UnreadableFormula as error:
        raise NotSupported(str(error)) from None
    raise NotSupported(f"{answer.expression} is not {words}")


def size(unit: str) -> Fraction:
    """Return how much one of a unit is in base units; 1 for a plain number."""
    if unit in _PLAIN_NUMBERS:
        return Fraction(1)
    if unit == "percent":
        return Fraction(1, 100)
    return measure(unit).to_base


def dimension(figure: Figure) -> str:
    """Return what a figure measures, empty for a plain number, `mass/energy` and the like for a rate."""
    if figure.unit in _PLAIN_NUMBERS or figure.unit == "percent":
        return ""
    try:
        powers = alike(measure(figure.unit).powers)
    except UnknownMeasure:
        return "unknown"
    return " ".join(name if power == 1 else f"{name}^{power}" for name, power in powers)


def is_percent(figure: Figure) -> bool:
    """Whether a figure is in percent."""
    return _PERCENT.fullmatch(figure.unit) is not None


def is_share(figure: Figure) -> bool:
    """Whether a figure is a share, in percent or of one."""
    return _SHARES.fullmatch(figure.unit) is not None


def sent(figure: Figure, per: str = "") -> str:
    """Return a figure as a decimal of the API, in the unit `per`, in percent for `%`, as it is for none."""
    if not per:
        return plain(figure.value)
    target = Fraction(1, 100) if per == "%" else size(per)
    return plain(decimal_of(Fraction(figure.value) * size(figure.unit) / target))


def total(figures: Iterable[Figure]) -> Decimal:
    """Return a sum of figures in base units."""
    return decimal_of(sum((Fraction(figure.value) * size(figure.unit) for figure in figures), Fraction(0)))
