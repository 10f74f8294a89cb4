"""Emissions as a vector: a mass per gas, CO2e and biogenic CO2 side by side, as ratios, so that nothing is rounded.

Each component is carried through a calculation alone. CO2e is one more component, which the caller has computed from
the gases under one set of GWPs; being linear, it stays the sum of gas x GWP.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from types import MappingProxyType
from typing import Final


class Emissions:
    """A mass, or a mass per unit of energy, by component, such as `CO2`, `CO2E` or `CO2_BIOGENIC`.

    All components have one unit of mass, whichever the caller takes. What is not named is not emitted; a component of
    zero is the same as one not named, so that equal emissions compare as equal.

    >>> Emissions({"CO2": Fraction(2)}) + Emissions({"CO2": Fraction(-2)}) == NOTHING
    True
    """

    # Whole numbers over one denominator, in lowest terms together: a network has a hundred thousand sums and products,
    # and a ratio of its own for each component would be brought to lowest terms at every one of them.
    __slots__ = ("_masses", "_over")
    _masses: Mapping[str, int]
    _over: int

    def __init__(self, parts: Mapping[str, Fraction | Decimal]) -> None:
        ratios = {name: mass.as_integer_ratio() for name, mass in parts.items() if mass}
        self._over = lcm(*(over for _, over in ratios.values()))
        self._masses = {name: mass * (self._over // over) for name, (mass, over) in ratios.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Emissions) and (self._over, self._masses) == (other._over, other._masses)

    def __hash__(self) -> int:
        return hash((self._over, frozenset(self._masses.items())))

    def __repr__(self) -> str:
        return f"Emissions({dict(self.parts)!r})"

    @property
    def parts(self) -> Mapping[str, Fraction]:
        """The mass of each component that is emitted."""
        return MappingProxyType({name: Fraction(mass, self._over) for name, mass in self._masses.items()})

    def of(self, component: str) -> Fraction:
        """Return the mass of one component; zero where it is not emitted."""
        return Fraction(self._masses.get(component, 0), self._over)

    def __add__(self, other: "Emissions") -> "Emissions":
        return summed((self, other))

    def __sub__(self, other: "Emissions") -> "Emissions":
        return summed((self, _multiplied(other, -1, 1)))

    def __mul__(self, quantity: Fraction) -> "Emissions":
        return _multiplied(self, quantity.numerator, quantity.denominator)

    def __truediv__(self, quantity: Fraction) -> "Emissions":
        return self * (1 / quantity)


def _multiplied(emissions: Emissions, numerator: int, denominator: int) -> Emissions:
    if numerator == denominator:
        return emissions
    masses = {name: mass * numerator for name, mass in emissions._masses.items()}
    return _reduced(masses, emissions._over * denominator)


def _reduced(masses: Mapping[str, int], over: int) -> Emissions:
    """Return masses over a positive denominator in lowest terms, so that equal emissions have equal numbers."""
    common = gcd(over, *masses.values())
    made = Emissions.__new__(Emissions)
    made._over = over // common
    made._masses = {name: mass // common for name, mass in masses.items() if mass}
    return made


NOTHING: Final = Emissions({})
"""No emissions: those of sun and wind."""


def summed(parts: Iterable[Emissions]) -> Emissions:
    """Return the exact sum, component by component; nothing for no parts."""
    found = [part for part in parts if part._masses]
    if len(found) <= 1:
        return found[0] if found else NOTHING
    over = lcm(*(part._over for part in found))
    sums: dict[str, int] = {}
    for part in found:
        times = over // part._over
        for name, mass in part._masses.items():
            sums[name] = sums.get(name, 0) + mass * times
    return _reduced(sums, over)
