"""What a total's emissions rest on: a rating, or a share of primary data, weighted by emission."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.adapters.rules import Candidate, chosen, dimension, is_share, read_formula, sent, size
from api.cases.formulas import Rule, Values
from api.cases.library import Library
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure

_RATINGS: Final = frozenset({"rating", "score"})
_ROUNDED: Final = Fraction(1, 100)
"""How far shares that were printed rounded may add up beside one."""


def planned(case: Case, answer: Answer, _: Library) -> Inquiry:
    """Plan a mean weighted by emissions, by shares of them, or by nothing."""
    formula, figures = read_formula(case, answer)
    return chosen(answer, formula, figures, _candidates(figures), "a mean weighted by emission")


def _candidates(figures: Sequence[Figure]) -> Iterator[Candidate]:
    ratings = [figure for figure in figures if figure.unit in _RATINGS]
    masses = [figure for figure in figures if dimension(figure) == "mass"]
    shares = [figure for figure in figures if is_share(figure)]
    if ratings:
        yield from _means(masses or shares, ratings)
        return
    yield from _means(masses, shares)
    if not masses and len(shares) % 2 == 0:  # shares of emission and of primary data, in turn either way
        yield from _means(shares[::2], shares[1::2])
        yield from _means(shares[1::2], shares[::2])
    if len(masses) > 1 and not shares:
        for primary in masses:
            yield _primary(primary, masses)


def _means(weights: Sequence[Figure], scores: Sequence[Figure]) -> Iterator[Candidate]:
    """Yield the mean of scores by weights in the same order; shares that add up to one need no division by them."""
    if (weights and len(weights) != len(scores)) or not scores:
        return
    path, field, unit, per = "rating.score", "score", "", Fraction(1)
    if scores[0].unit not in _RATINGS:
        path, field, unit, per = "primaryShare.primaryPercent", "primaryPercent", "%", Fraction(1, 100)
    emissions = [_weight(weight) for weight in weights] or ["1"] * len(scores)
    parts = [
        {"emission": emission, field: sent(score, unit)} for emission, score in zip(emissions, scores, strict=True)
    ]
    inquiry = Inquiry(Question("dataQuality", {"parts": parts}), path, per)
    yield Candidate(_mean(weights, scores, is_divided=True), inquiry)
    whole = sum((Fraction(weight.value) * size(weight.unit) for weight in weights), Fraction(0))
    if weights and is_share(weights[0]) and abs(whole - 1) <= _ROUNDED:
        yield Candidate(_mean(weights, scores, is_divided=False), inquiry)


def _weight(figure: Figure) -> str:
    return sent(figure, "fraction" if is_share(figure) else "kg")


def _mean(weights: Sequence[Figure], scores: Sequence[Figure], *, is_divided: bool) -> Rule:
    def rule(values: Values) -> Decimal:
        weighing = [values[weight.name] for weight in weights] or [Decimal(1)] * len(scores)
        weighed = sum((one * values[score.name] for one, score in zip(weighing, scores, strict=True)), Decimal(0))
        return weighed / sum(weighing) if is_divided else weighed

    return rule


def _primary(primary: Figure, masses: Sequence[Figure]) -> Candidate:
    """Of emissions that add up to the total, one rests on primary data."""
    parts = [{"emission": sent(mass, "kg"), "primaryPercent": "100" if mass is primary else "0"} for mass in masses]
    inquiry = Inquiry(Question("dataQuality", {"parts": parts}), "primaryShare.primaryPercent", Fraction(1, 100))
    names = [mass.name for mass in masses]
    return Candidate(lambda values: values[primary.name] / sum(values[name] for name in names), inquiry)
