"""Units as case files write them, in the words of the service.

Sizes and dimensions serve to check that a formula's constants are unit conversions, and to show a result in the unit
that a case asks for.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from api.cases.reading import Figure
from emission_factors.chains import labelled_unit
from emission_factors.decimals import MAX_DIGITS, MAX_FRACTION_DIGITS
from emission_factors.units import Powers, UnknownUnit, base_of, multiplied

_SPELLINGS: Final = (
    (re.compile(r"(?<![a-zA-Z] )\bgallons?\b"), "gal"),
    (re.compile(r"\b([kM]?)W\b(?!h|\.h|·h)"), r"\1Wh/h"),
    (re.compile(r"\b(?:persons|inhabitants?|capita|employees?|pax)\b"), "person"),
    (re.compile(r"^nights?$"), "room.night"),
    (re.compile(r" ?\((?:NCV|LHV)\)"), ""),
    (re.compile(r"\bKg\b"), "kg"),
    (re.compile(r"/kg -N$"), "/kg N"),
    (re.compile(r"^(?:-|ratio|factor|multiplier|times)$"), "item/item"),
)
"""What case files write and the service reads otherwise: power is energy per hour, a plain number is items per item."""

COUNT: Final = "item"
"""What the service counts things in that have no unit of their own: homes, cylinders, index points."""
CLOSE: Final = Fraction(1, 2000)
"""How far a constant of a formula may lie from the exact conversion: 2204.6 for 2204.62 lb, 1.609 for 1.609344 km."""

_WIDEST: Final = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_EVEN)
_ROOMY: Final = Context(prec=200, rounding=ROUND_HALF_EVEN)
_LAST_PLACE: Final = Decimal(1).scaleb(-MAX_FRACTION_DIGITS)
_LABELLED: Final = re.compile(r"(fraction|%|share) +(\S.*)")
_WORD: Final = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_PER_YEAR: Final = re.compile(r"(?<=/)([^/]+)/(?:yr|year|a)$")
_NO_QUANTITY: Final = frozenset({"boolean", "rating", "limit", "price ratio", "documents", "coef", "degC", "MPa"})
_SIMILAR: Final = {"gross_energy": "energy", "normal_volume": "volume"}
"""Dimensions that case files do not always tell apart; the service does, so they count as one in checks alone."""


class UnknownMeasure(ValueError):
    """A unit of a case measures nothing that the service accounts for."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit: its `text` for the service, its size in base units, its dimension, and the substances it names."""

    text: str
    to_base: Fraction
    powers: Powers
    substance: str = ""
    per_substance: str = ""
    bare: str = ""
    """The text without the substance: `t` of `t HFC-134a`."""

    @property
    def over(self) -> str:
        """What stands over the line: `kgCO2e` of `kgCO2e/kWh`."""
        return self.text.partition("/")[0]

    @property
    def under(self) -> str:
        """What stands under the line, empty if there is none."""
        return self.text.partition("/")[2]


def measure(text: str) -> Measure:
    """Return a unit of a case file; raises `UnknownMeasure`.

    >>> found = measure("kgCO2e/home")
    >>> found.text, found.substance
    ('kgCO2e/item', 'CO2e')
    """
    return _measure(text.strip())


@lru_cache(maxsize=1024)
def _measure(text: str) -> Measure:
    if text in _NO_QUANTITY or not text:
        raise UnknownMeasure(f"{text or 'a number without unit'!r} is no unit of a quantity")
    labelled = _LABELLED.fullmatch(text)
    if labelled:
        found = _measure(labelled[1])
        return Measure(found.text, found.to_base, found.powers, labelled[2], bare=found.bare)
    for spelling, meant in _SPELLINGS:
        text = spelling.sub(meant, text)
    written = _PER_YEAR.sub(r"\1", re.sub(r" +per +", "/", re.sub(r"^per +", "1/", text)))
    try:
        return _read(written)
    except UnknownUnit:
        pass
    try:
        return _read("/".join(_counted(part) for part in written.split("/")))
    except UnknownUnit as error:
        raise UnknownMeasure(str(error)) from None


def _read(text: str) -> Measure:
    found = labelled_unit(text)
    bare = text if "/" in text else text.removesuffix(found.substance).strip()
    names = (found.substance.split(" ")[0], found.per_substance.split(" ")[0])
    return Measure(text, found.to_base, found.powers, *names, bare=bare)


def _counted(part: str) -> str:
    """Name a thing without unit a count: `lb/cylinder` is pounds per item."""
    try:
        labelled_unit(part)
    except UnknownUnit:
        return COUNT if _WORD.fullmatch(part) else part
    return part


def inverse(figure: Figure) -> Figure:
    """Return what a formula divides by as what it multiplies with: 22.8 mile/gal as 1/22.8 gal/mile."""
    found = measure(figure.unit)
    if found.under:
        unit = f"{found.under}/{found.over}"
    elif found.powers:
        unit = f"1/{found.text}"
    else:
        unit = f"{COUNT}/{COUNT}"  # the inverse of a share is no share
    value = 1 / Fraction(figure.value) / (1 if found.powers else found.to_base)
    return Figure(f"1/{figure.name}", decimal_of(value), unit, figure.source, figure.is_input)


def is_countable(powers: Powers) -> bool:
    """Whether a dimension is one that activities are counted in: one of the unit table, or an amount of money."""
    return base_of(powers) is not None


def alike(powers: Powers) -> Powers:
    """Return a dimension with gross energy counted as energy and normal volume as volume."""
    return multiplied(tuple((_SIMILAR.get(name, name.split("_")[0]), power) for name, power in powers), ())


def is_close(value: Fraction, wanted: Fraction) -> bool:
    """Whether two constants are the same but for the digits that were printed."""
    return abs(value - wanted) <= abs(wanted) * CLOSE


def decimal_of(value: Fraction) -> Decimal:
    """Return a ratio as a decimal of as many digits as the service takes; exact where it can be."""
    found = _WIDEST.divide(Decimal(value.numerator), Decimal(value.denominator))
    return found.quantize(_LAST_PLACE, context=_ROOMY).normalize(_ROOMY)
