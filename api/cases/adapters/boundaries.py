"""What a company consolidates by equity, and whether changes make it restate its base year."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from api.cases.adapters import plain as plain_ones
from api.cases.adapters.rules import Candidate, chosen, dimension, is_share, read_formula, sent, size
from api.cases.expressions import NotASumOfProducts, expand
from api.cases.formulas import Formula, Rule, Values
from api.cases.library import Library
from api.cases.plans import NotSupported, Plan
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure
from emission_factors.decimals import plain

Signed = tuple[Figure, int]

_WORDS: Final = "an equity share, or a change of base year emissions"
_MOST_CHANGES: Final = 5
_ANY_CHANGE: Final = Decimal("1e-18")
"""The threshold in percent of a formula that restates whatever the change is: the smallest the service takes."""
_SIZES: Final = {"percent": Fraction(1, 100), "isTriggered": Fraction(1)}


def planned(case: Case, answer: Answer, library: Library) -> Inquiry | Plan:
    """Plan an equity share of an amount, or a base year's change, its restatement and what triggers it."""
    formula, figures = read_formula(case, answer)
    amounts = [figure for figure in figures if dimension(figure) == "mass"]
    shares = [figure for figure in figures if is_share(figure)]
    if len(amounts) + len(shares) != len(figures) or not 0 < len(amounts) <= _MOST_CHANGES + 1:
        raise NotSupported(f"{answer.expression} is not {_WORDS}")
    if shares and _is_sum_of_equities(answer):
        return plain_ones.planned(case, answer, library)
    candidates = (*_equities(amounts, shares), *_base_years(formula, answer, amounts, shares))
    return chosen(answer, formula, figures, candidates, _WORDS)


def _is_sum_of_equities(answer: Answer) -> bool:
    """Whether several amounts are added up, each by its share: each is what another party reports."""
    try:
        monomials = expand(answer.expression).monomials
    except NotASumOfProducts:
        return False
    products = [monomial.powers for monomial in monomials if monomial.coefficient > 0]
    is_held = all(len(powers) > 1 and all(power > 0 for _, power in powers) for powers in products)
    return len(monomials) > 1 and len(products) == len(monomials) and is_held


def _equities(amounts: Sequence[Figure], shares: Sequence[Figure]) -> Iterator[Candidate]:
    if len(amounts) == 1 and shares:
        (amount,) = amounts
        given = {"amount": sent(amount), "holding": {"equityPercents": [sent(share, "%") for share in shares]}}
        names = [amount.name, *(share.name for share in shares)]
        inquiry = Inquiry(Question("consolidation", given), "consolidated", size(amount.unit))
        yield Candidate(lambda values: prod((values[name] for name in names), start=Decimal(1)), inquiry)


def _base_years(
    formula: Formula, answer: Answer, amounts: Sequence[Figure], shares: Sequence[Figure]
) -> Iterator[Candidate]:
    if len(shares) > 1:
        return
    thresholds: list[Figure | Decimal | None] = [*shares] or [
        None,
        *formula.constants,
        *(100 * value for value in formula.constants),
    ]
    paths = ("isTriggered",) if answer.unit == "boolean" else ("percent", "restated", "delta")
    for base in amounts:
        others = [figure for figure in amounts if figure is not base]
        for signs in product((1, -1), repeat=len(others)):
            changes = list(zip(others, signs, strict=True))
            for changed in (changes, [*changes, (base, -1)]):
                for threshold, path in product(thresholds, paths):
                    if changed:
                        yield from _base_year(base, changed, threshold, path)


def _base_year(
    base: Figure, changes: Sequence[Signed], threshold: Figure | Decimal | None, path: str
) -> Iterator[Candidate]:
    percent = _percent(threshold)
    if not 0 < percent < 100:
        return
    given = {
        "emissions": sent(base, "t"),
        "threshold": {"percent": plain(percent), "source": "stated by a worked example"},
        "changes": [
            {
                "kind": "STRUCTURAL",
                "delta": plain(sign * Decimal(sent(figure, "t"))),
                "reason": f"{figure.name} of a worked example",
                "effectiveOn": "2024-01-01",
            }
            for figure, sign in changes
        ],
    }
    inquiry = Inquiry(Question("baseYear", given), path, _SIZES.get(path, size("t")))
    yield Candidate(_rule(base, changes, threshold, path), inquiry)


def _percent(threshold: Figure | Decimal | None) -> Decimal:
    if isinstance(threshold, Figure):
        return Decimal(sent(threshold, "%"))
    return _ANY_CHANGE if threshold is None else threshold


def _rule(base: Figure, changes: Sequence[Signed], threshold: Figure | Decimal | None, path: str) -> Rule:
    def rule(values: Values) -> Decimal | bool:
        whole = values[base.name]
        delta = sum((sign * values[figure.name] for figure, sign in changes), Decimal(0))
        limit = values[threshold.name] if isinstance(threshold, Figure) else (threshold or Decimal(0)) / 100
        is_triggered = abs(delta) >= limit * whole
        if path == "isTriggered":
            return is_triggered
        found = {"percent": abs(delta) / whole, "restated": whole + delta * is_triggered, "delta": delta}
        return found[path]

    return rule
