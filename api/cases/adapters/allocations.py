"""What a process emits, between its products; and whether they may be divided by a physical quantity."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any, Final

from api.cases.adapters.rules import Candidate, chosen, dimension, read_formula, sent, size
from api.cases.formulas import Formula, Rule, Values
from api.cases.library import Library
from api.cases.measures import decimal_of, measure
from api.cases.plans import NotSupported
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure
from emission_factors.decimals import plain

Product = tuple[Figure, ...]
"""What a product is divided by: its mass or energy, its value, or its quantity and its price."""

_FIELDS: Final = {"mass": ("MASS", "massKg", "kg"), "energy": ("ENERGY", "energyMj", "MJ")}
_MONEY: Final = "money"
_PRICES: Final = frozenset({"price ratio", "ratio"})
_WORDS: Final = "a total by mass, energy or value, or a limit on the ratio of prices"


def planned(case: Case, answer: Answer, _: Library) -> Inquiry:
    """Plan the part of one product, or the judgement of prices."""
    formula, figures = read_formula(case, answer)
    if answer.unit == "boolean" or any(figure.unit in _PRICES for figure in figures):
        candidates = _judgements(formula, figures)
    else:
        candidates = _divisions(figures)
    return chosen(answer, formula, figures, candidates, _WORDS)


def _divisions(figures: Sequence[Figure]) -> Iterator[Candidate]:
    for whole in (*figures, None):
        rest = [figure for figure in figures if figure is not whole]
        for products in _products(rest):
            question = _question(whole, products)
            unit = size(whole.unit) if whole else Fraction(1)
            for place in range(len(products)):
                inquiry = Inquiry(question, f"parts.{place}.amount", unit)
                yield Candidate(_part(whole, products, place), inquiry)


def _products(figures: Sequence[Figure]) -> Iterator[list[Product]]:
    """Yield what the products may be divided by: figures of one kind, or quantities with their prices in order."""
    kinds = list(dict.fromkeys(dimension(figure) for figure in figures))
    is_money = len(kinds) == 1 and kinds[0].startswith(_MONEY)
    if len(kinds) == 1 and (is_money or kinds[0] in _FIELDS):
        yield [(figure,) for figure in figures]
    if len(kinds) == 2:
        prices = [figure for figure in figures if measure(figure.unit).under and _MONEY in dimension(figure)]
        amounts = [figure for figure in figures if figure not in prices]
        if len(prices) == len(amounts) and len({dimension(figure) for figure in amounts}) == 1:
            yield list(zip(amounts, prices, strict=True))


def _question(whole: Figure | None, products: Sequence[Product]) -> Question:
    first = products[0]
    key, field, unit = _FIELDS.get(dimension(first[0]), ("", "", "")) if len(first) == 1 else ("", "", "")
    given: list[dict[str, Any]]
    if key:
        given = [{"code": product[0].name, field: sent(product[0], unit)} for product in products]
    else:
        key = "ECONOMIC_VALUE"
        given = [
            {"code": product[0].name, "value": _worth(product), "currency": measure(product[-1].unit).text[:3]}
            for product in products
        ]
    return Question("productAllocation", {"total": sent(whole) if whole else "1", "products": given, "key": key})


def _worth(product: Product) -> str:
    """Return what a product is worth, as its seller would state it: its value, or its quantity times its price."""
    return plain(
        decimal_of(prod((Fraction(figure.value) * size(figure.unit) for figure in product), start=Fraction(1)))
    )


def _part(whole: Figure | None, products: Sequence[Product], place: int) -> Rule:
    def rule(values: Values) -> Decimal:
        keys = [prod((values[figure.name] for figure in product), start=Decimal(1)) for product in products]
        return (values[whole.name] if whole else Decimal(1)) * keys[place] / sum(keys)

    return rule


def _judgements(formula: Formula, figures: Sequence[Figure]) -> Iterator[Candidate]:
    """Yield limits with the prices that are left; one price alone is a ratio, a price to one."""
    limits: list[Figure | Decimal] = [*figures, *(value for value in formula.constants if value > 1)]
    for limit in limits:
        prices = [figure for figure in figures if figure is not limit]
        if not prices or (len(prices) == 1 and dimension(prices[0])):
            continue
        given = {
            "prices": [sent(figure) for figure in prices] + (["1"] if len(prices) == 1 else []),
            "limit": sent(limit) if isinstance(limit, Figure) else plain(limit),
        }
        _check_one_unit(prices)
        inquiry = Inquiry(Question("physicalAllocation", given), "isAllowed")
        one = prices[0].name
        branch = (lambda values, one=one: values[one] >= 1) if len(prices) == 1 else None
        yield Candidate(_judgement(prices, limit), inquiry, branch)


def _check_one_unit(prices: Sequence[Figure]) -> None:
    if len({figure.unit for figure in prices}) > 1:
        raise NotSupported("prices are compared in one unit")


def _judgement(prices: Sequence[Figure], limit: Figure | Decimal) -> Rule:
    def rule(values: Values) -> bool:
        found = [values[figure.name] for figure in prices] + ([Decimal(1)] if len(prices) == 1 else [])
        return max(found) / min(found) <= (values[limit.name] if isinstance(limit, Figure) else limit)

    return rule
