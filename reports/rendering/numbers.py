"""How a number is shown to a reader: rounded once, by one rule, grouped in thousands. The exact value is in the JSON.

The rule: half to even (GB/T 8170-2008, 3.2; ISO 80000-1, annex B, rule A), to `PLACES` decimal places; a number nearer
to zero than one keeps `DIGITS` significant digits, so that what is not zero is never shown as zero.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Final

from emission_factors.decimals import EXACT

PLACES: Final = 3
"""Decimal places shown: kilograms of a tonne."""
DIGITS: Final = 4
"""Significant digits shown of a number nearer to zero than one: what grid factors are published with."""
NOT_STATED: Final = "—"
"""Stands where nobody stated a value."""
_ROUNDING: Final = Context(prec=1000, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


def rounded(value: Decimal) -> Decimal:
    """Return `value` as the rule of this module shows it, with no idle zeros.

    >>> rounded(Decimal("18864.2845")), rounded(Decimal("0.00012345")), rounded(Decimal("-2.000"))
    (Decimal('18864.284'), Decimal('0.0001234'), Decimal('-2'))
    """
    shown = value.quantize(Decimal(1).scaleb(-places_kept(value)), context=_ROUNDING)
    return Decimal(0) if not shown else _without_idle_zeros(shown)


def places_kept(value: Decimal) -> int:
    """Return the decimal places that the rule keeps of `value`, shown or not: what a fact's `decimals` states."""
    if not value or value.copy_abs() >= 1:
        return PLACES
    return max(PLACES, DIGITS - 1 - value.adjusted())


def grouped(value: Decimal, places: int = 0) -> str:
    """Return `value` rounded and written with thousands, padded to `places` decimal places.

    >>> grouped(Decimal("1234567.5"), 3), grouped(Decimal("-1200"))
    ('1,234,567.500', '-1,200')
    """
    shown = rounded(value)
    return f"{shown:,.{max(places, _places(shown))}f}"


def common_places(values: Iterable[Decimal]) -> int:
    """Return the decimal places that a column of values is padded to, so that its points stand under each other."""
    return max((min(PLACES, _places(rounded(value))) for value in values), default=0)


def tonnes(kilograms: Decimal) -> Decimal:
    """Return kilograms as tonnes, exactly."""
    return kilograms.scaleb(-3, EXACT)


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _without_idle_zeros(value: Decimal) -> Decimal:
    return (
        value.quantize(Decimal(1), context=_ROUNDING)
        if value == value.to_integral_value()
        else value.normalize(_ROUNDING)
    )
