"""Emissions as a vector: a mass per gas, CO2e and biogenic CO2 side by side, as ratios, so that nothing is rounded.

Each component is carried through a calculation alone. CO2e is one more component, which the caller has computed from
the gases under one set of GWPs; being linear, it stays the sum of gas x GWP.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Emissions:
    """A mass, or a mass per unit of energy, by component, such as `CO2`, `CO2E` or `CO2_BIOGENIC`.

    All components have one unit of mass, whichever the caller takes. What is not named is not emitted; a component of
    zero is the same as one not named, so that equal emissions compare as equal.

    >>> Emissions({"CO2": Fraction(2)}) + Emissions({"CO2": Fraction(-2)}) == NOTHING
    True
    """

    parts: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        emitted = {name: mass for name, mass in self.parts.items() if mass}
        object.__setattr__(self, "parts", MappingProxyType(emitted))

    def of(self, component: str) -> Fraction:
        """Return the mass of one component; zero where it is not emitted."""
        return self.parts.get(component, Fraction(0))

    def __add__(self, other: "Emissions") -> "Emissions":
        names = self.parts.keys() | other.parts.keys()
        return Emissions({name: self.of(name) + other.of(name) for name in names})

    def __sub__(self, other: "Emissions") -> "Emissions":
        return self + other * Fraction(-1)

    def __mul__(self, quantity: Fraction) -> "Emissions":
        return Emissions({name: mass * quantity for name, mass in self.parts.items()})

    def __truediv__(self, quantity: Fraction) -> "Emissions":
        return self * (1 / quantity)


NOTHING: Final = Emissions({})
"""No emissions: those of sun and wind."""


def summed(parts: Iterable[Emissions]) -> Emissions:
    """Return the exact sum, component by component; nothing for no parts."""
    sums: dict[str, Fraction] = {}
    for part in parts:
        for name, mass in part.parts.items():
            sums[name] = sums.get(name, Fraction(0)) + mass
    return Emissions(sums)
