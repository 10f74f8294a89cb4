"""Whether a formula of a case states a rule that the service has: both are worked out at made-up points and compared.

Read with Python's parser and walked, never evaluated as code. The points are the runner's own; the answer of a case is
never worked out here, only which rule it asks for. So `2*E/(2*P+H)*P` and `E*P/(P+H/2)` are one rule, however written.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import Final

Values = Mapping[str, Decimal]
Rule = Callable[[Values], Decimal | bool]
Branch = Callable[[Values], object]

_CONTEXT: Final = Context(prec=50)
_CLOSE: Final = Decimal("1e-30")
_POINTS: Final = 40
_FEWEST: Final = 8
"""How many points must be comparable for two formulas to count as one."""
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Decimal, Decimal], bool]]] = {
    ast.LtE: lambda left, right: left <= right,
    ast.Lt: lambda left, right: left < right,
    ast.GtE: lambda left, right: left >= right,
    ast.Gt: lambda left, right: left > right,
}
_OPERATIONS: Final[Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.Pow: lambda left, right: left**right,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "sqrt": lambda value: value.sqrt(),
    "exp": lambda value: value.exp(),
    "log": lambda value: value.ln(),
    "ln": lambda value: value.ln(),
    "abs": abs,
    "max": max,
    "min": min,
}


class UnreadableFormula(ValueError):
    """A formula holds what is not known here; the message names it."""


class Formula:
    """A formula of a case. `names` stand in the order of the text; `constants` are the numbers written in it."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        try:
            self._tree = ast.parse(self._text, mode="eval").body
        except SyntaxError as error:
            raise UnreadableFormula(f"{text!r} is no formula: {error.msg}") from None
        nodes = sorted(
            (node for node in ast.walk(self._tree) if isinstance(node, ast.Name)),
            key=lambda node: (node.lineno, node.col_offset),
        )
        self.names = tuple(dict.fromkeys(node.id for node in nodes if node.id not in _FUNCTIONS))
        self.constants = tuple(
            dict.fromkeys(self._number(node) for node in ast.walk(self._tree) if isinstance(node, ast.Constant))
        )

    def value(self, values: Values) -> Decimal:
        """Return what the formula is at a point; raises `UnreadableFormula`, or as decimals do."""
        return self._read(self._tree, values)

    def _read(self, node: ast.expr, values: Values) -> Decimal:
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name) and node.id in values:
            return values[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._read(node.operand, values)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
            return _OPERATIONS[type(node.op)](self._read(node.left, values), self._read(node.right, values))
        if isinstance(node, ast.IfExp):
            return self._read(node.body if self._read(node.test, values) else node.orelse, values)
        return self._read_call(node, values)

    def _read_call(self, node: ast.expr, values: Values) -> Decimal:
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            left, right = self._read(node.left, values), self._read(node.comparators[0], values)
            return Decimal(_COMPARISONS[type(node.ops[0])](left, right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            called = _FUNCTIONS.get(node.func.id)
            if called is not None:
                return called(*(self._read(argument, values) for argument in node.args))
        raise UnreadableFormula(f"{self._words(node)} is not read")

    def _number(self, node: ast.Constant) -> Decimal:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise UnreadableFormula(f"{self._words(node)} is no number")
        return Decimal(self._words(node).replace("_", ""))

    def _words(self, node: ast.expr) -> str:
        return ast.get_source_segment(self._text, node) or self._text


def is_rule(
    formula: Formula, sizes: Mapping[str, Fraction], size: Fraction, own: Values, rule: Rule, branch: Branch | None
) -> bool:
    """Return whether a formula is a rule, at points that have the signs of the case's `own` values.

    The rule takes and gives base units: `sizes` are those of the figures, `size` that of the answer. With a `branch`
    it is enough that they agree on the side of it on which the case stands.
    """
    with localcontext(_CONTEXT):
        exact = {name: _decimal(found) for name, found in sizes.items()}
        points = [_point(own, number) for number in range(_POINTS)]
        if _agrees(formula, points, exact, _decimal(size), rule):
            return True
        if branch is None:
            return False
        side = bool(branch(_based(own, exact)))
        alike = [point for point in points if bool(branch(_based(point, exact))) is side]
        return _agrees(formula, alike, exact, _decimal(size), rule)


def _agrees(formula: Formula, points: Sequence[Values], sizes: Values, size: Decimal, rule: Rule) -> bool:
    compared = 0
    for point in points:
        try:
            left, right = formula.value(point) * size, Decimal(rule(_based(point, sizes)))
        except (ArithmeticError, TypeError, InvalidOperation):
            continue
        if abs(left - right) > _CLOSE * max(abs(left), abs(right)):
            return False
        compared += 1
    return compared >= _FEWEST


def _based(point: Values, sizes: Values) -> dict[str, Decimal]:
    return {name: value * sizes[name] for name, value in point.items()}


def _point(own: Values, number: int) -> dict[str, Decimal]:
    """Make a point of numbers that have nothing in common, from thousandths to thousands, with the signs given."""
    point = {}
    for place, (name, value) in enumerate(own.items(), 1):
        over = 1 + (place * 7919 + number * 104729 + place * number * 6007) % 9973
        under = 1 + (place * 6151 + number * 15487 + place * place * number * 257) % 997
        point[name] = Decimal(-over if value < 0 else over) / under
    return point


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator
