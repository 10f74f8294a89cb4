"""Uncertainty of products and sums in percent, and of factors of data quality as GSD²."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from api.cases.adapters.rules import Candidate, chosen, dimension, is_percent, read_formula, sent, size
from api.cases.formulas import Rule, Values
from api.cases.library import Library
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure

Line = tuple[Figure, list[Figure]]
"""What a line emits, and the uncertainties of what it is a product of."""

_FACTORS: Final = frozenset({"coef", "GSD2", "gsd2", "1"})
_SCORE: Final = re.compile(r"(reliab|complet|tempor|time|geogr|techn)\w*\s+score\s+([1-5])\b", re.IGNORECASE)
_INDICATORS: Final = {
    "reliab": "RELIABILITY",
    "complet": "COMPLETENESS",
    "tempor": "TIME",
    "time": "TIME",
    "geogr": "GEOGRAPHY",
    "techn": "TECHNOLOGY",
}
_BEST: Final = 5
"""The best score where cases name scores; the service's sets count from 1, the best."""
_SET: Final = "ECOINVENT_V2"
_PERCENT: Final = Fraction(1, 100)


def planned(case: Case, answer: Answer, _: Library) -> Inquiry:
    """Plan the uncertainty of a product, of a sum, or of scores."""
    formula, figures = read_formula(case, answer)
    return chosen(answer, formula, figures, _candidates(figures), "error propagation of a product or of a sum")


def _candidates(figures: Sequence[Figure]) -> Iterator[Candidate]:
    factors = [figure for figure in figures if figure.unit in _FACTORS]
    percents = [figure for figure in figures if is_percent(figure)]
    if factors and len(factors) == len(figures):
        yield Candidate(_product_of_factors(factors), _of_factors(factors))
    elif percents and len(percents) == len(figures):
        given = {"percents": [sent(figure, "%") for figure in percents]}
        inquiry = Inquiry(Question("uncertaintyOfProduct", {"spreads": given}), "spread", _PERCENT)
        yield Candidate(_product_of_percents(percents), inquiry)
    elif percents:
        for ordered in (figures, figures[::-1]):
            yield from _of_lines(_lines(ordered))


def _product_of_percents(percents: Sequence[Figure]) -> Rule:
    names = [figure.name for figure in percents]
    return lambda values: sum((values[name] ** 2 for name in names), Decimal(0)).sqrt()


def _product_of_factors(factors: Sequence[Figure]) -> Rule:
    names = [figure.name for figure in factors]
    return lambda values: sum((values[name].ln() ** 2 for name in names), Decimal(0)).sqrt().exp()


def _of_factors(factors: Sequence[Figure]) -> Inquiry:
    """Ask for scores where every factor names one; where the set holds other factors, for the factors as given."""
    given = {"spreads": {"gsd2s": [sent(figure) for figure in factors]}}
    as_given = Inquiry(Question("uncertaintyOfProduct", given), "spread")
    found = {figure.name: _SCORE.search(figure.source) for figure in factors}
    scores = {_INDICATORS[match[1].lower()]: _BEST + 1 - int(match[2]) for match in found.values() if match}
    basics = [figure for figure in factors if not found[figure.name]]
    if len(scores) != len(set(_INDICATORS.values())) or len(scores) + len(basics) != len(factors) or len(basics) > 1:
        return as_given
    asked: dict[str, Any] = {"set": _SET, "scores": {name.lower(): level for name, level in scores.items()}}
    if basics:
        asked["basic"] = {"factor": sent(basics[0])}
    wanted = {_INDICATORS[match[1].lower()]: figure.value for figure in factors if (match := found[figure.name])}
    return Inquiry(Question("pedigree", asked), "gsd2", factors=wanted, otherwise=as_given)


def _lines(figures: Sequence[Figure]) -> list[Line]:
    """Give each amount the uncertainties that stand with it in the formula, up to the next amount."""
    found: list[Line] = []
    for figure in figures:
        if is_percent(figure) and found:
            found[-1][1].append(figure)
        elif not is_percent(figure):
            found.append((figure, []))
    return found


def _of_lines(lines: Sequence[Line]) -> Iterator[Candidate]:
    is_one_kind = len({dimension(amount) for amount, _ in lines}) == 1
    if not is_one_kind or not dimension(lines[0][0]):
        return
    unit = lines[0][0].unit
    given = [
        {
            "name": amount.name,
            "emission": sent(amount, unit),
            "inputs": [{"code": spread.name, "spread": sent(spread, "%")} for spread in spreads] or [_exact(amount)],
        }
        for amount, spreads in lines
    ]
    question = Question("uncertainty", {"lines": given, "form": "PERCENT"})
    for path, per in (("spread", _PERCENT), ("low", size(unit)), ("high", size(unit))):
        yield Candidate(_sum(lines, path), Inquiry(question, path, per))


def _exact(amount: Figure) -> dict[str, str]:
    return {"code": f"{amount.name}, exact", "spread": "0"}


def _sum(lines: Sequence[Line], path: str) -> Rule:
    def rule(values: Values) -> Decimal:
        whole = sum((values[amount.name] for amount, _ in lines), Decimal(0))
        squares = ((values[amount.name] * values[spread.name]) ** 2 for amount, spreads in lines for spread in spreads)
        spread = sum(squares, Decimal(0)).sqrt()
        return {"spread": spread / abs(whole), "low": whole - spread, "high": whole + spread}[path]

    return rule
