"""The formula of a case as a sum of products. Read with Python's parser, never evaluated.

`V*(A+B*G)/1000` becomes `1/1000 V A + 1/1000 V B G`: each product is one estimate the service can make. `1-X` is kept
whole, since "the share that is not X" is one multiplier and no difference of two emissions. What is no sum of products
(a maximum, a root, a division by a sum) is refused with the reason.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

Powers = tuple[tuple[str, int], ...]
"""Name -> exponent, in the order the names first stand in the formula."""

_Sum = dict[Powers, Fraction]
_MOST_POWER: Final = 4


class NotASumOfProducts(ValueError):
    """The formula holds something that no sum of products is; the message names it."""


@dataclass(frozen=True, slots=True)
class Monomial:
    """One product: a constant times names to whole powers."""

    coefficient: Fraction
    powers: Powers


@dataclass(frozen=True, slots=True)
class Expansion:
    """The products of a formula. `complements` holds `X` for each name like `1-X` that stands in a product; `constants`
    are the numbers written in the formula.
    """

    monomials: tuple[Monomial, ...]
    complements: Mapping[str, Monomial]
    constants: frozenset[Fraction]


def expand(text: str) -> Expansion:
    """Return a formula as a sum of products; raises `NotASumOfProducts`.

    >>> [str(item.coefficient) for item in expand("M*(A-B/2)*44/12").monomials]
    ['11/3', '-11/6']
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise NotASumOfProducts(f"{text!r} is no formula: {error.msg}") from None
    reader = _Reader(text.strip())
    total = reader.read(tree.body)
    monomials = tuple(Monomial(value, powers) for powers, value in total.items() if value)
    return Expansion(monomials, reader.complements, frozenset(reader.constants))


class _Reader:
    """Walks a formula; gathers the complements and constants it meets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._order: dict[str, int] = {}
        self.complements: dict[str, Monomial] = {}
        self.constants: set[Fraction] = set()

    def read(self, node: ast.expr) -> _Sum:
        if isinstance(node, ast.Constant):
            return {(): self._constant(node)}
        if isinstance(node, ast.Name):
            return {self._named(node.id): Fraction(1)}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            sign = -1 if isinstance(node.op, ast.USub) else 1
            return {powers: sign * value for powers, value in self.read(node.operand).items()}
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        raise NotASumOfProducts(f"{self._words(node)} is no sum of products")

    def _operation(self, node: ast.BinOp) -> _Sum:
        if isinstance(node.op, ast.Pow):
            return self._power(node)
        if isinstance(node.op, ast.Sub):
            whole = self._complement(node)
            if whole is not None:
                return whole
        left, right = self.read(node.left), self.read(node.right)
        if isinstance(node.op, ast.Add | ast.Sub):
            return _added(left, right, -1 if isinstance(node.op, ast.Sub) else 1)
        if isinstance(node.op, ast.Mult):
            return self._product(left, right)
        if isinstance(node.op, ast.Div):
            return self._product(left, self._inverse(right, node.right))
        raise NotASumOfProducts(f"{self._words(node)} is no sum of products")

    def _complement(self, node: ast.BinOp) -> _Sum | None:
        if not (isinstance(node.left, ast.Constant) and self._constant(node.left) == 1):
            return None
        taken = self.read(node.right)
        if len(taken) != 1 or () in taken:
            return None
        ((powers, coefficient),) = taken.items()
        name = self._words(node)
        self.complements[name] = Monomial(coefficient, powers)
        return {self._named(name): Fraction(1)}

    def _power(self, node: ast.BinOp) -> _Sum:
        exponent = self.read(node.right).get((), None)
        if exponent is None or exponent.denominator != 1 or not 1 <= exponent <= _MOST_POWER:
            raise NotASumOfProducts(f"{self._words(node)} is no sum of products")
        base = self.read(node.left)
        result = base
        for _ in range(int(exponent) - 1):
            result = self._product(result, base)
        return result

    def _inverse(self, divisor: _Sum, node: ast.expr) -> _Sum:
        if len(divisor) != 1 or not all(divisor.values()):
            raise NotASumOfProducts(f"it divides by {self._words(node)}, a sum")
        ((powers, value),) = divisor.items()
        return {tuple((name, -power) for name, power in powers): 1 / value}

    def _product(self, left: _Sum, right: _Sum) -> _Sum:
        result: _Sum = {}
        for one, of_one in left.items():
            for other, of_other in right.items():
                powers = self._joined(one, other)
                result[powers] = result.get(powers, Fraction(0)) + of_one * of_other
        return result

    def _joined(self, one: Powers, other: Powers) -> Powers:
        total: dict[str, int] = dict(one)
        for name, power in other:
            total[name] = total.get(name, 0) + power
        kept = [(name, power) for name, power in total.items() if power]
        return tuple(sorted(kept, key=lambda pair: self._order[pair[0]]))

    def _constant(self, node: ast.Constant) -> Fraction:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise NotASumOfProducts(f"{self._words(node)} is no number")
        value = Fraction(self._words(node).replace("_", ""))  # from the text: 2204.6 has no exact float
        self.constants.add(value)
        return value

    def _named(self, name: str) -> Powers:
        self._order.setdefault(name, len(self._order))
        return ((name, 1),)

    def _words(self, node: ast.expr) -> str:
        return ast.get_source_segment(self._text, node) or self._text


def _added(left: _Sum, right: _Sum, sign: int) -> _Sum:
    total = dict(left)
    for powers, value in right.items():
        total[powers] = total.get(powers, Fraction(0)) + sign * value
    return total
