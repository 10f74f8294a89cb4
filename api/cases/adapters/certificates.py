"""Certificates netted against consumption: what they cover takes one factor, what they do not another."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Final

from api.cases.adapters.rules import dimension, read_formula, size
from api.cases.certificates import Load, Matched, Piece, Split, mwh
from api.cases.citations import ParkMethod, cited
from api.cases.formulas import Branch, Rule, Values, is_rule
from api.cases.plans import NotSupported
from api.cases.reading import Answer, Case, Figure

_FIELDS: Final = ("covered", "uncovered", "unused")
_LEFT: Final = ("unused", "excess", "surplus")


def planned(case: Case, answer: Answer) -> Split:
    """Plan a load with its certificates by the part each figure plays; raises `NotSupported`."""
    formula, figures = read_formula(case, answer)
    energies = [figure for figure in figures if dimension(figure) == "energy"]
    rates = [figure for figure in figures if figure not in energies]
    if len(energies) != 2 or len(rates) > 2:
        raise NotSupported("certificates are matched where a formula has one load and one quantity of certificates")
    sizes = {figure.name: size(figure.unit) for figure in figures}
    own = {figure.name: figure.value for figure in figures}
    for pieces in _pieces(rates, answer):
        for load, certificates in permutations(energies):
            rule, branch = _rule(load.name, certificates.name, pieces), _branch(load.name, certificates.name)
            if is_rule(formula, sizes, size(answer.unit), own, rule, branch):
                return _split(case, answer, load, certificates, pieces, rates)
    raise NotSupported(f"{answer.expression} does not net certificates against consumption")


def _pieces(rates: Sequence[Figure], answer: Answer) -> Iterator[tuple[Piece, ...]]:
    if not rates:
        # What is left of the one is what is short of the other: the answer's name tells which it is.
        is_left = any(word in answer.name.lower() for word in _LEFT)
        yield from ((Piece(field),) for field in (_FIELDS[::-1] if is_left else _FIELDS))
    if len(rates) == 1:
        yield from ((Piece(field, rates[0].name),) for field in _FIELDS[:2])
    for covered, uncovered in permutations(rates, 2):
        yield Piece("covered", covered.name), Piece("uncovered", uncovered.name)


def _rule(load: str, certificates: str, pieces: Sequence[Piece]) -> Rule:
    def rule(values: Values) -> Decimal:
        covered = min(values[load], values[certificates])
        found = Matched(covered, values[load] - covered, values[certificates] - covered)
        return sum((found.of(one.field) * values.get(one.factor, Decimal(1)) for one in pieces), Decimal(0))

    return rule


def _branch(load: str, certificates: str) -> Branch:
    return lambda values: values[load] >= values[certificates]


def _split(
    case: Case, answer: Answer, load: Figure, certificates: Figure, pieces: Sequence[Piece], rates: Sequence[Figure]
) -> Split:
    is_park = any(isinstance(cited(rate.source), ParkMethod) for rate in rates)
    quantity, held = (mwh(Fraction(one.value), size(one.unit)) for one in (load, certificates))
    regime = "NDRC_910_2025" if is_park else "GHG_PROTOCOL"
    return Split(case, answer, Load(quantity, held, regime), load.name, tuple(pieces), size(answer.unit))
