"""Uncertainty of a product and of a total in closed form: error propagation in percent, and lognormal in GSD².

The percent form is approach 1 of the 2006 IPCC Guidelines, volume 1, chapter 3, equations 3.1 and 3.2, with one
addition: lines that name the same input, such as one grid factor, are fully correlated, so the input acts once, on the
sum of its lines. A line that declares no uncertainty stays outside the interval and is named, never taken as exact.
Sums and products are exact; roots, logarithms and quotients are rounded once, to `CLOSED_FORM_DIGITS`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from enum import StrEnum
from functools import lru_cache
from typing import Final

from emission_factors import decimals

CLOSED_FORM_DIGITS: Final = decimals.FACTOR_DIGITS
"""Significant digits of a result that a root, a logarithm or a quotient went into."""
WIDE_PERCENT: Final = Decimal(30)
"""Error propagation is a first-order formula; above this it is not reliable (2006 IPCC, volume 1, 3.2.3.1)."""
WIDE_GSD2: Final = 1 + WIDE_PERCENT / 100
"""The same limit for a lognormal quantity: its upper limit lies 30 % above the median."""

_TRAPS = [InvalidOperation, DivisionByZero, Overflow]
_WORKING = Context(prec=CLOSED_FORM_DIGITS + 10, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_RESULT = Context(prec=CLOSED_FORM_DIGITS, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_EXACT_GSD2 = Decimal(1)
_ZERO = Decimal(0)


class BadUncertainty(ValueError):
    """An uncertainty, or a line that states one, cannot be used; the message says which and what is accepted."""


class UncertaintyForm(StrEnum):
    """How an uncertainty is stated."""

    PERCENT = "PERCENT"
    """Half the 95 % interval, in percent of the mean."""
    GSD2 = "GSD2"
    """GSD²: the factor between the median and either end of the 95 % interval of a lognormal quantity."""


class UncertaintyFlag(StrEnum):
    """What a reader of a combined uncertainty must know."""

    INCOMPLETE = "INCOMPLETE"
    """Lines declare no uncertainty; the interval is that of the other lines."""
    CORRELATED = "CORRELATED"
    """Lines share an input. It is taken as fully correlated; approach 2 treats it without linearising."""
    ABOVE_30_PERCENT = "ABOVE_30_PERCENT"
    """A line is too uncertain for a first-order formula; use approach 2."""


@dataclass(frozen=True, slots=True)
class UncertainInput:
    """A quantity that lines are products of, such as a factor or a reading; lines that name one `code` share it.

    `spread` is half the 95 % interval in percent of the mean, or GSD² (the factor between the median and either end of
    the 95 % interval) where lines are combined as lognormal. None where nobody declared it; exact is 0 %, or GSD² 1.
    """

    code: str
    spread: Decimal | None


@dataclass(frozen=True, slots=True)
class UncertainLine:
    """A line: its `emission` in kg CO2e, negative for a removal, and the inputs it is the product of.

    It declares an uncertainty if it names an input and none of its inputs leaves the spread open.
    """

    name: str
    emission: Decimal
    inputs: tuple[UncertainInput, ...]

    @property
    def is_declared(self) -> bool:
        """Whether the line has an uncertainty to combine."""
        return bool(self.inputs) and all(one.spread is not None for one in self.inputs)

    def spreads(self) -> Mapping[str, Decimal]:
        """Return the declared spreads by the codes of their inputs."""
        return {one.code: one.spread for one in self.inputs if one.spread is not None}


@dataclass(frozen=True, slots=True)
class CombinedUncertainty:
    """`total` of all lines; `covered`, the sum of those that declare, with its 95 % interval `low` to `high`.

    `spread` is in the unit of the inputs, and None where there is nothing to relate it to. `undeclared` and `wide` are
    names of lines, `shared` codes of inputs.
    """

    total: Decimal
    covered: Decimal
    spread: Decimal | None
    low: Decimal | None
    high: Decimal | None
    undeclared: tuple[str, ...]
    shared: tuple[str, ...]
    wide: tuple[str, ...]

    @property
    def flags(self) -> frozenset[UncertaintyFlag]:
        """What must be said with the interval."""
        said = {
            UncertaintyFlag.INCOMPLETE: self.undeclared,
            UncertaintyFlag.CORRELATED: self.shared,
            UncertaintyFlag.ABOVE_30_PERCENT: self.wide,
        }
        return frozenset(flag for flag, reasons in said.items() if reasons)


def percent_of_product(percents: Iterable[Decimal]) -> Decimal:
    """Return U = √ΣU², in percent, of a product of independent quantities (2006 IPCC, volume 1, equation 3.1).

    Raises `BadUncertainty` for a negative percentage, or for none at all.

    >>> percent_of_product([Decimal(3), Decimal(4)])
    Decimal('5')
    """
    found = [_percent("a percentage", value) for value in percents]
    return _root(_squares(_some(found))).normalize(_RESULT)


def gsd2_of_product(gsd2s: Iterable[Decimal]) -> Decimal:
    """Return GSD² = exp √Σ(ln GSD²)² of a product of independent lognormal quantities.

    Raises `BadUncertainty` for a GSD² below 1, or for none at all.

    >>> round(gsd2_of_product([Decimal("1.05"), Decimal("1.2685")]), 4)
    Decimal('1.2748')
    """
    found = [_gsd2("a GSD²", value) for value in gsd2s]
    return _exponential(_root(_squares(_logarithm(value) for value in _some(found))))


def gsd2_interval(median: Decimal, gsd2: Decimal) -> tuple[Decimal, Decimal]:
    """Return the 95 % interval of a lognormal quantity, median / GSD² to median x GSD², in the median's unit.

    Raises `BadUncertainty` for a GSD² below 1 or a negative median.
    """
    _gsd2("a GSD²", gsd2)
    _not_negative("the median", median)
    return _RESULT.divide(median, gsd2), _RESULT.multiply(median, gsd2)


def combined_percent(lines: Sequence[UncertainLine]) -> CombinedUncertainty:
    """Return the uncertainty of a sum: U = √Σ(x_k U_k)² / |Σx|, k over inputs, x_k the sum of the lines that share k.

    Equation 3.2 of 2006 IPCC, volume 1, chapter 3, is the case without a shared input. The interval is symmetric,
    covered ± half, and reaches below zero for a spread above 100 %. Raises `BadUncertainty` for a negative percentage,
    an input that one line declares differently from another, or a line that names an input twice.
    """
    _check(lines, _percent)
    declared = [line for line in lines if line.is_declared]
    covered = _sum(declared)
    variance = _variance(declared, _itself)
    half = _root(variance).scaleb(-2, _RESULT)
    ends = decimals.EXACT.subtract(covered, half), decimals.EXACT.add(covered, half)
    spread = _root(variance, covered).normalize(_RESULT) if covered else None
    return _combined(lines, spread, ends, _itself, WIDE_PERCENT)


def combined_gsd2(lines: Sequence[UncertainLine]) -> CombinedUncertainty:
    """Return the uncertainty of a sum of lognormal lines, to first order: ln GSD² = √Σ(x_k/X · ln GSD²_k)².

    k runs over inputs and x_k is the sum of the lines that share k. The interval is covered / GSD² to covered x GSD²;
    approach 2 shows by how much the first order is off. Raises `BadUncertainty` for a GSD² below 1, a negative
    emission, an input declared in two ways, or a line that names an input twice.
    """
    _check(lines, _gsd2)
    for line in lines:
        _not_negative(f"line {line.name!r}", line.emission)
    declared = [line for line in lines if line.is_declared]
    covered = _sum(declared)
    variance = _variance(declared, _logarithm)
    spread = _exponential(_root(variance, covered)) if covered else None
    ends = gsd2_interval(covered, spread or _EXACT_GSD2)
    return _combined(lines, spread, ends, _logarithm, WIDE_GSD2)


def _sum(lines: Sequence[UncertainLine]) -> Decimal:
    return decimals.total(line.emission for line in lines)


def _variance(declared: Sequence[UncertainLine], size: Callable[[Decimal], Decimal]) -> Decimal:
    """Return the exact sum, over inputs, of the square of what an input moves in all its lines together."""
    moved: dict[str, Decimal] = {}
    sizes: dict[str, Decimal] = {}
    for line in declared:
        for code, spread in line.spreads().items():
            moved[code] = decimals.EXACT.add(moved.get(code, _ZERO), line.emission)
            sizes[code] = spread
    return _squares(decimals.product(emission, size(sizes[code])) for code, emission in moved.items())


def _combined(
    lines: Sequence[UncertainLine],
    spread: Decimal | None,
    ends: tuple[Decimal, Decimal],
    size: Callable[[Decimal], Decimal],
    limit: Decimal,
) -> CombinedUncertainty:
    declared = [line for line in lines if line.is_declared]
    # What is exact moves nothing, however many lines it stands in.
    uses = Counter(code for line in declared for code, found in line.spreads().items() if size(found))
    widest = _squares([size(limit)])
    return CombinedUncertainty(
        total=_sum(lines),
        covered=_sum(declared),
        spread=spread,
        low=ends[0] if declared else None,
        high=ends[1] if declared else None,
        undeclared=tuple(line.name for line in lines if not line.is_declared),
        shared=tuple(code for code, count in uses.items() if count > 1),
        wide=tuple(line.name for line in declared if _squares(map(size, line.spreads().values())) > widest),
    )


def _check(lines: Sequence[UncertainLine], accept: Callable[[str, Decimal], Decimal]) -> None:
    known: dict[str, Decimal | None] = {}
    for line in lines:
        if not line.emission.is_finite():
            raise BadUncertainty(f"line {line.name!r} emits {line.emission}; accepted is a finite number")
        if len({one.code for one in line.inputs}) < len(line.inputs):
            raise BadUncertainty(f"line {line.name!r} names an input twice; a line names each of its inputs once")
        for one in line.inputs:
            if one.spread is not None:
                accept(repr(one.code), one.spread)
            if known.setdefault(one.code, one.spread) != one.spread:
                raise BadUncertainty(
                    f"{one.code!r} has an uncertainty of {known[one.code]} in one line and of {one.spread} in "
                    f"{line.name!r}; what lines share has one uncertainty"
                )


def _percent(name: str, value: Decimal) -> Decimal:
    if not (value.is_finite() and value >= 0):
        raise BadUncertainty(f"{name} is {value} %; accepted is half the 95 % interval in percent, 0 or more")
    return value


def _gsd2(name: str, value: Decimal) -> Decimal:
    if not (value.is_finite() and value >= 1):
        raise BadUncertainty(f"{name} is {value}; accepted is a GSD² of 1 or more")
    return value


def _not_negative(name: str, value: Decimal) -> None:
    if not (value.is_finite() and value >= 0):
        raise BadUncertainty(f"{name} is {value}; a lognormal quantity is not negative, so combine it in percent")


def _some(found: list[Decimal]) -> list[Decimal]:
    if not found:
        raise BadUncertainty("no uncertainty is given; what is exact is given as 0 %, or as a GSD² of 1")
    return found


def _squares(values: Iterable[Decimal]) -> Decimal:
    return decimals.total(decimals.product(value, value) for value in values)


def _root(variance: Decimal, whole: Decimal = Decimal(1)) -> Decimal:
    """Return √variance / |whole| in working digits; dividing under the root keeps the root of a square exact."""
    return _WORKING.sqrt(_WORKING.divide(variance, decimals.product(whole, whole)))


def _itself(percent: Decimal) -> Decimal:
    return percent


@lru_cache(maxsize=4096)
def _logarithm(gsd2: Decimal) -> Decimal:
    return _WORKING.ln(gsd2)


def _exponential(logarithm: Decimal) -> Decimal:
    return _WORKING.exp(logarithm).normalize(_RESULT)
