"""One product of a formula, sorted out: its GWP, its figures, and the constant that unit conversions do not explain.

The service converts units exactly. So a constant of a formula is dropped when the units of the figures and of the
answer ask for it (`/1000` from kilograms to tonnes); 44/12 stands for carbon turned into CO2, 44/16 for volatiles
counted as methane. What is left is a number of the case, and goes to the service as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from api.cases.citations import CoalEquivalent, Potential, cited
from api.cases.expressions import Expansion, Monomial
from api.cases.library import Library
from api.cases.measures import COUNT, Measure, alike, decimal_of, inverse, is_close, measure
from api.cases.plans import Mismatch, NotSupported
from api.cases.reading import Case, Figure
from emission_factors.units import Powers, multiplied

_TO_CO2: Final = Fraction(44, 12)
_METHANE_TO_CO2: Final = Fraction(44, 16)
_TO_N2O: Final = Fraction(44, 28)
_TO_METHANE: Final = Fraction(16, 12)


class Turned(StrEnum):
    """What a constant of the formula turns into what."""

    NOTHING = "NOTHING"
    CARBON = "CARBON"
    """Carbon into CO2, 44/12."""
    VOLATILES = "VOLATILES"
    """Volatile matter counted as methane into CO2, 44/16."""
    METHANE = "METHANE"
    """Carbon into methane, 16/12."""
    NITROGEN = "NITROGEN"
    """Nitrogen into N2O, 44/28."""


_CARBON: Final = frozenset({"C", "CO2-C", "CH4-C"})
_TURNING: Final = (
    (_TO_CO2, Turned.CARBON, _CARBON),
    (_METHANE_TO_CO2, Turned.VOLATILES, frozenset[str]()),
    (_TO_METHANE, Turned.METHANE, _CARBON),
    (_TO_N2O, Turned.NITROGEN, frozenset({"N", "N2O-N"})),
)
"""Ratio -> what it turns; where a unit of the product names the element, the service turns it by itself."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product of figures. `gas`, `gwp_set` and `gwp` are of the GWP in it, if any; `sign` is that of the constant."""

    sign: int
    figures: tuple[Figure, ...]
    turned: Turned = Turned.NOTHING
    gas: str = ""
    gwp_set: str = ""
    gwp: Decimal | None = None


def products(case: Case, expansion: Expansion, target: Measure, library: Library) -> list[Product]:
    """Return the products of a formula; those with an input of zero are left out.

    Raises `NotSupported`, or `Mismatch` where the service's GWP is another than the case's.
    """
    found = (_figures(case, expansion, monomial) for monomial in expansion.monomials)
    return [
        _product(figures, monomial.coefficient, target, library)
        for figures, monomial in zip(found, expansion.monomials, strict=True)
        if all(figure.value or not figure.is_input for figure in figures)
    ]


def is_identity(figure: Figure) -> bool:
    """Whether a figure is a unit conversion that units make by themselves: 0.45359237 kg/lb."""
    if isinstance(cited(figure.source), CoalEquivalent) or "/" not in figure.unit:
        return False
    found = measure(figure.unit)
    is_bare = not (found.powers or found.substance or found.per_substance)
    return is_bare and found.over != found.under and is_close(Fraction(figure.value) * found.to_base, Fraction(1))


def _figures(case: Case, expansion: Expansion, monomial: Monomial) -> list[Figure]:
    found: list[Figure] = []
    for name, power in monomial.powers:
        figure = _named(case, expansion, name)
        if power < 0 and not figure.value:
            raise NotSupported(f"the formula divides by {name}, which is zero")
        found += [figure if power > 0 else inverse(figure)] * abs(power)
    return found


def _named(case: Case, expansion: Expansion, name: str) -> Figure:
    if name in expansion.complements:
        return _complement(case, expansion, name)
    if name not in case.figures:
        raise NotSupported(f"the formula names {name!r}, which the case does not give")
    return case.figures[name]


def _complement(case: Case, expansion: Expansion, name: str) -> Figure:
    """Return the share that is left of one: `1-REC`, `1-P/100`."""
    taken = expansion.complements[name]
    share = taken.coefficient
    for inner, power in taken.powers:
        figure = _named(case, expansion, inner)
        if measure(figure.unit).powers:
            raise NotSupported(f"{name}: {inner} is in {figure.unit}, and a share was expected")
        if power < 0 and not figure.value:
            raise NotSupported(f"the formula divides by {inner}, which is zero")
        share *= Fraction(figure.value) ** power
    return Figure(name, decimal_of(1 - share), "fraction")


def _product(figures: list[Figure], coefficient: Fraction, target: Measure, library: Library) -> Product:
    found = Product(1 if coefficient > 0 else -1, ())
    measured: list[Figure] = []
    for figure in figures:
        if isinstance(cited(figure.source), Potential):
            found = _with_potential(found, figure, library)
        else:
            measured.append(figure)
    measured += _missing_period(measured, target)
    turned, constant = _unexplained(abs(coefficient), measured, target)
    kept = [figure for figure in measured if not is_identity(figure)]
    return replace(found, figures=(*kept, *_constant(constant)), turned=turned)


def _with_potential(found: Product, figure: Figure, library: Library) -> Product:
    cite = cited(figure.source)
    if not isinstance(cite, Potential) or found.gas:
        raise NotSupported(f"{figure.name}: one product holds two GWPs")
    gas = library.gas(cite.gas)
    held = library.gwps.get((gas or "", cite.gwp_set))
    if gas is None or held is None:
        raise Mismatch(f"the service has no GWP of {cite.gas} in {cite.gwp_set}")
    if held != figure.value:
        raise Mismatch(f"GWP of {cite.gas} in {cite.gwp_set}: the service has {held}, the case {figure.value}")
    return replace(found, gas=gas, gwp_set=cite.gwp_set, gwp=figure.value)


def _missing_period(figures: Sequence[Figure], target: Measure) -> list[Figure]:
    """Supply what a rate leaves open: a leak rate per year is over one year, a figure per home is of one home."""
    left = dict(_left(figures, target))
    unit = {"time": "yr", "item": COUNT}
    return [
        Figure(f"one {name}", Decimal(1), unit[name] if power < 0 else f"1/{unit[name]}")
        for name, power in left.items()
        if name in unit and abs(power) == 1
    ]


def _left(figures: Sequence[Figure], target: Measure) -> Powers:
    against = tuple((name, -power) for name, power in target.powers)
    return alike(multiplied(against, *(measure(figure.unit).powers for figure in figures)))


def _unexplained(constant: Fraction, figures: Sequence[Figure], target: Measure) -> tuple[Turned, Fraction]:
    """Return what a constant turns, and the part of it that neither that nor the units explain."""
    left = _left(figures, target)
    if left:
        words = " ".join(f"{name}^{power}" for name, power in left)
        raise NotSupported(f"the units of {', '.join(figure.name for figure in figures)} leave {words}")
    size = Fraction(1)
    for figure in figures:
        size *= measure(figure.unit).to_base
    rest = constant * target.to_base / size
    labels = {measure(figure.unit).substance for figure in figures}
    for ratio, turned, elements in _TURNING:
        if is_close(rest, ratio):
            return (Turned.NOTHING if labels & elements else turned), Fraction(1)
    return Turned.NOTHING, Fraction(1) if is_close(rest, Fraction(1)) else rest


def _constant(value: Fraction) -> list[Figure]:
    if value == 1:
        return []
    unit = "fraction" if value < 1 else f"{COUNT}/{COUNT}"
    return [Figure(f"{value}", decimal_of(value), unit)]
