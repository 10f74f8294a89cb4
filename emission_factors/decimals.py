"""Exact decimals: how a number enters, is multiplied and is written. Rounding has two named places, both here.

A factor's value per base unit is rounded once, to `FACTOR_DIGITS` significant digits, because converting a unit may
divide (kWh to MJ is 3.6). From there to a total nothing is rounded: products and sums run in a context that raises
on an inexact result, so a footprint is linear in quantity and additive over its parts to the last digit. The second
rounding is `shown`, when a number leaves the service.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

MAX_DIGITS = 38
"""Significant digits a quantity may have: what fits 128 bits, and more than any meter counts."""
MAX_FRACTION_DIGITS = 18
"""Digits after the point a quantity may have."""
FACTOR_DIGITS = 50
"""Significant digits of a factor per base unit; the first and only rounding before `shown`."""
SHOWN_PLACES = 12
"""Decimal places of a kilogram that leave the service: a nanogram."""

EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
"""Sums and products of quantities and factors; raises `decimal.Inexact` rather than round."""

_ROUNDING = Context(prec=FACTOR_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_SHOWING = Context(prec=1000, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_SHOWN_UNIT = Decimal(1).scaleb(-SHOWN_PLACES)


class NotADecimal(ValueError):
    """A text is not a number as this service takes it; the message says why and what would be accepted."""


def parse(text: object) -> Decimal:
    """Return the decimal that `text` writes in plain notation.

    Accepts a string of digits with an optional sign and point, or an integer. Refuses what a ledger must not guess
    about: floats, NaN, Infinity, exponents, separators, spaces, more than 38 digits.

    >>> parse("12.50")
    Decimal('12.50')
    """
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise NotADecimal(f'{text!r} is not exact: send the number as a string, such as "12.5"')
    if isinstance(text, int) and abs(text) >= 10**MAX_DIGITS:
        raise NotADecimal(f"the number has more than {MAX_DIGITS} digits, which is the most accepted")
    written = str(text)
    if not _PLAIN.fullmatch(written):
        raise NotADecimal(f'{written[:60]!r} is not a decimal number: digits with at most one point, such as "12.5"')
    value = Decimal(written)
    digits = len(written.lstrip("+-").replace(".", "").lstrip("0"))
    if digits > MAX_DIGITS:
        raise NotADecimal(f"the number has {digits} digits; at most {MAX_DIGITS} are accepted")
    if "." in written and len(written.partition(".")[2]) > MAX_FRACTION_DIGITS:
        raise NotADecimal(f"the number has more than {MAX_FRACTION_DIGITS} digits after the point")
    return value


def rounded(value: Fraction) -> Decimal:
    """Return a ratio as a decimal of `FACTOR_DIGITS` significant digits, half to even; exact if it ends sooner."""
    return _ROUNDING.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(_ROUNDING)


def exact(value: Fraction) -> Decimal:
    """Return a ratio as the decimal it is; one without a finite decimal is `rounded`.

    >>> exact(Fraction(1, 8)), exact(Fraction(1, 3)) == rounded(Fraction(1, 3))
    (Decimal('0.125'), True)
    """
    try:
        return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(EXACT)
    except Inexact:
        return rounded(value)


def total(values: Iterable[Decimal]) -> Decimal:
    """Return the exact sum; zero for no values."""
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return result


def product(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact product."""
    return EXACT.multiply(left, right)


def shown(value: Decimal) -> Decimal:
    """Return `value` as it leaves the service: half to even at `SHOWN_PLACES` decimal places.

    >>> plain(shown(Decimal("441900.00000000000000012")))
    '441900'
    """
    return value.quantize(_SHOWN_UNIT, context=_SHOWING)


def plain(value: Decimal) -> str:
    """Write a decimal in plain notation, without exponent, idle zeros or minus zero.

    >>> plain(Decimal("1.20E+3")), plain(Decimal("-0.0"))
    ('1200', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
