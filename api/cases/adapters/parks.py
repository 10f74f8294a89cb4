"""Indicators of a park: carbon per unit of energy, output, area and the like, and what is to be saved for a limit."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.cases.adapters.rules import Candidate, chosen, dimension, read_formula, sent, size, total
from api.cases.formulas import Rule, Values
from api.cases.library import Library
from api.cases.measures import decimal_of, measure
from api.cases.plans import NotSupported
from api.cases.questions import Inquiry, Question
from api.cases.reading import Answer, Case, Figure
from emission_factors.decimals import plain

_DENOMINATORS: Final = {"energy": ("ENERGY", "tce"), "area": ("AREA", "m2"), "person": ("HEADCOUNT", "person")}
_REVENUE: Final = "money "
_MONTH: Final = "2024-01"
_WORDS: Final = "emissions over a denominator, or emissions above a limit"


def planned(case: Case, answer: Answer, _: Library) -> Inquiry:
    """Plan an intensity, or the reduction that a limit of it asks for."""
    formula, figures = read_formula(case, answer)
    limits = [figure for figure in figures if "/" in figure.unit]
    emissions = [figure for figure in figures if measure(figure.unit).substance and figure not in limits]
    others = [figure for figure in figures if figure not in (*limits, *emissions)]
    if len(limits) > 1 or len(others) != 1 or not emissions:
        raise NotSupported(f"{answer.expression} is not {_WORDS}")
    return chosen(answer, formula, figures, _candidates(emissions, others[0], limits), _WORDS)


def _candidates(emissions: Sequence[Figure], denominator: Figure, limits: Sequence[Figure]) -> Iterator[Candidate]:
    kind, unit = _kind(denominator)
    month = {"month": _MONTH, "value": sent(denominator, unit), "unit": unit}
    per = size("t") / size(unit)
    limit = plain(decimal_of(Fraction(limits[0].value) * size(limits[0].unit) / per)) if limits else "0"
    given = {"co2eKg": plain(total(emissions)), "denominator": kind, "stated": [month], "limit": limit}
    question = Question("intensity", given)
    if not limits:
        yield Candidate(_intensity(emissions, denominator), Inquiry(question, "tonnesPerUnit", per))
        return
    inquiry = Inquiry(question, "reductionNeeded", size("t"))
    above = _above(emissions, denominator, limits[0])
    yield Candidate(lambda values: max(above(values), Decimal(0)), inquiry, lambda values: above(values) > 0)


def _kind(denominator: Figure) -> tuple[str, str]:
    """Return what emissions are related to, and the unit it is stated in."""
    found = dimension(denominator)
    if found in _DENOMINATORS:
        return _DENOMINATORS[found]
    if found.startswith(_REVENUE):
        return "REVENUE", measure(denominator.unit).bare
    if found in ("mass", "item"):
        return "OUTPUT", measure(denominator.unit).bare
    raise NotSupported(f"the service relates no emissions to {denominator.unit}")


def _intensity(emissions: Sequence[Figure], denominator: Figure) -> Rule:
    names = [figure.name for figure in emissions]
    return lambda values: sum((values[name] for name in names), Decimal(0)) / values[denominator.name]


def _above(emissions: Sequence[Figure], denominator: Figure, limit: Figure) -> "_Above":
    return _Above([figure.name for figure in emissions], denominator.name, limit.name)


class _Above:
    """What emissions are above a limit at a point; below it is negative."""

    def __init__(self, emissions: Sequence[str], denominator: str, limit: str) -> None:
        self._names = emissions, denominator, limit

    def __call__(self, values: Values) -> Decimal:
        emissions, denominator, limit = self._names
        whole = sum((values[name] for name in emissions), Decimal(0))
        return whole - values[limit] * values[denominator]
