"""A factor as the product it came from: net calorific value x carbon content x oxidation x 44/12, and the like.

A chain is a list of terms, each a number with its unit. Multiplied, the terms must leave a mass of gas per unit of
activity; what the units do not cancel to is an error, so a wrong chain cannot pass for a factor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from emission_factors import gases
from emission_factors.units import Powers, Unit, UnknownUnit, base_of, multiplied, unit

CARBON_TO_GAS: Final = {
    "CO2": Fraction(44, 12),
    "CH4": Fraction(16, 12),
    "CH4_FOSSIL": Fraction(16, 12),
    "CH4_BIOGENIC": Fraction(16, 12),
}
"""Mass of gas per mass of carbon: molar masses as IPCC 2006 Guidelines vol. 1 ch. 2 and GB/T 32150 round them."""

NITROGEN_TO_N2O: Final = Fraction(44, 28)
"""Mass of N2O per mass of N2O-nitrogen (IPCC 2006 Guidelines vol. 5 ch. 6, eq. 6.7)."""

CO2E: Final = "CO2E"
"""Stands for a gas where a factor gives carbon-dioxide equivalents only."""

_MASS_OF = re.compile(r"(?P<mass>kg|g|mg|t|kt|Mt|Gg|lb|lbs|short ton|tonne|tonnes)(?P<label>[A-Z].*| [A-Za-z].*)")
"""A label written close to its mass starts with a capital, or `gallon` would be grams of "allon"."""

_ELEMENT_OF: Final = {"C": "C", "CO2-C": "C", "CH4-C": "C", "N": "N", "N2O-N": "N"}
"""Label -> the element whose mass is meant; carbon counted as CO2-C is a mass of carbon."""


class BadChain(ValueError):
    """The terms do not make a factor; `term` names the one at fault, or is empty where it is their product."""

    def __init__(self, message: str, term: str = "") -> None:
        super().__init__(message)
        self.term = term


@dataclass(frozen=True, slots=True)
class Term:
    """One multiplier of a chain: `value` in `unit` (`0.0153`, `tC/GJ`), and where it comes from."""

    name: str
    value: Decimal
    unit: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """A unit with the substances written beside its masses: `kgC/mmBtu` is kg/mmBtu, of C."""

    to_base: Fraction
    powers: Powers
    substance: str
    per_substance: str


def kilograms_per(terms: Sequence[Term], gas: str, per: Unit) -> Fraction:
    """Return kg of `gas` per one `per`: the product of the terms, carbon mass turned into gas by molar masses.

    `gas` is a gas code or `CO2E`. A term in a fraction or percent must lie between 0 and 1. Raises `BadChain`
    where there is no term, a term's unit is unknown, a fraction is out of range, a value is negative, or the product
    is not a mass per `per`.
    """
    if not terms:
        raise BadChain(f"no term is given for {gas}; a factor needs at least one, such as 2.5 kg{gas}/{per.code}")
    units = [_checked(term) for term in terms]
    size = Fraction(1)
    for term, labelled in zip(terms, units, strict=True):
        size *= Fraction(term.value) * labelled.to_base
    left = multiplied(per.powers, *(labelled.powers for labelled in units))
    if left != unit("kg").powers:
        raise BadChain(_not_a_mass(left, per))
    return size * per.to_base * _to_gas(units, gas)


def activity_quantity(value: Decimal | Fraction, of: Unit, terms: Sequence[Term]) -> tuple[Fraction, Unit]:
    """Return `value` of a unit times its multipliers, in the base unit of what results: 5 t x 100 km is 500 t.km.

    Raises `BadChain` where the product measures nothing an activity is counted in.
    """
    units = [_checked(term) for term in terms]
    size = Fraction(value) * of.to_base
    for term, labelled in zip(terms, units, strict=True):
        size *= Fraction(term.value) * labelled.to_base
    powers = multiplied(of.powers, *(labelled.powers for labelled in units))
    base = unit(of.base) if of.dimension and powers == of.powers else base_of(powers)
    if base is None:
        raise BadChain(f"{of.code} times its multipliers measures {_words(powers)}, in which no activity is counted")
    return size, base


def labelled_unit(text: str) -> LabelledUnit:
    """Read a unit that may name substances, such as `kg CO2/mmBtu`; raises `UnknownUnit`."""
    return _labelled(text.strip())


@lru_cache(maxsize=2048)
def _labelled(text: str) -> LabelledUnit:
    try:
        found = unit(text)
    except UnknownUnit:
        return _with_labels(text if "/" in text else re.sub(r" per +", "/", text))
    return LabelledUnit(found.to_base, found.powers, "", "")


def _with_labels(text: str) -> LabelledUnit:
    over, _, under = text.partition("/")
    if not under:
        found, substance = _mass_and_label(over)
        return LabelledUnit(found.to_base, found.powers, substance, "")
    top, substance = _mass_and_label(over)
    bottom, per_substance = _mass_and_label(under)
    powers = multiplied(top.powers, tuple((name, -power) for name, power in bottom.powers))
    return LabelledUnit(top.to_base / bottom.to_base, powers, substance, per_substance)


def _mass_and_label(text: str) -> tuple[Unit, str]:
    try:
        return unit(text), ""
    except UnknownUnit:
        found = _MASS_OF.fullmatch(text.strip())
        if not found:
            raise
        return unit(found["mass"]), found["label"].strip()


def _checked(term: Term) -> LabelledUnit:
    try:
        found = labelled_unit(term.unit)
    except UnknownUnit as error:
        raise BadChain(f"{term.name}: {error}", term.name) from None
    if term.value < 0:
        raise BadChain(f"{term.name} is {term.value} {term.unit}; a term of a factor is not negative", term.name)
    if not found.powers and "/" not in term.unit and Fraction(term.value) * found.to_base > 1:
        raise BadChain(
            f"fraction out of range: {term.name} is {term.value} {term.unit}, accepted is 0 to 1 (0 % to 100 %)",
            term.name,
        )
    return found


def _to_gas(units: Sequence[LabelledUnit], gas: str) -> Fraction:
    """Carbon in, gas out: only where a term is a mass of carbon or nitrogen and none turns it into the gas itself."""
    if gas in CARBON_TO_GAS and _leaves(units, "C"):
        return CARBON_TO_GAS[gas]
    if gas == "N2O" and _leaves(units, "N"):
        return NITROGEN_TO_N2O
    if gas != CO2E:
        gases.gas(gas)
    return Fraction(1)


def _leaves(units: Sequence[LabelledUnit], element: str) -> bool:
    """Whether the chain ends in a mass of the element: `tC/GJ` does, `tC/GJ` times `tCO2/tC` does not."""
    sides = [(_ELEMENT_OF.get(found.substance), _ELEMENT_OF.get(found.per_substance)) for found in units]
    is_there = any(over == element for over, _ in sides)
    return is_there and not any(under == element and over != element for over, under in sides)


def _not_a_mass(left: Powers, per: Unit) -> str:
    return (
        f"the terms times one {per.code} leave {_words(left)}; they must leave a mass of gas. "
        "Check the units: each denominator needs its numerator"
    )


def _words(powers: Powers) -> str:
    return " ".join(f"{name}^{power}" if power != 1 else name for name, power in powers) or "a bare number"
