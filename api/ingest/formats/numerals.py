"""Numbers in files: decimal comma and thousands as a profile has them, binary numbers rounded only where it says so."""

import re
from decimal import Decimal
from typing import Final

import polars

from accounting.management.ingest_profiles import MOST_FLOAT_DIGITS, IngestProfile
from emission_factors import decimals

_SPACES: Final = "[ \u00a0\u202f]"
_GREATEST_EXPONENT: Final = 40


class NotExact(ValueError):
    """A binary number has more digits than it can be trusted with, and no profile says how to round it."""


def is_plain(profile: IngestProfile) -> bool:
    """Whether numbers are written as the ledger takes them, so that nothing is to be done."""
    return profile.decimal_mark == "." and not profile.thousands_mark and not profile.is_trimmed


def plain(name: str, profile: IngestProfile) -> polars.Expr:
    """Return a column's numbers with a point and no thousands; null for what is not written as the profile says."""
    text = polars.col(name).str.strip_chars() if profile.is_trimmed else polars.col(name)
    bare = text
    if profile.thousands_mark:
        bare = bare.str.replace_all(_mark(profile.thousands_mark), "")
    bare = bare.str.replace(profile.decimal_mark, ".", literal=True)
    return polars.when(text.str.contains(_pattern(profile))).then(bare)


def as_written(number: str, profile: IngestProfile) -> str:
    """Return a number that has a type, as the profile would have written it: it is read back as any other."""
    return number.replace(".", profile.decimal_mark)


def exact_text(number: str, profile: IngestProfile) -> str:
    """Return the decimal that a binary number stands for, in plain notation; `number` is its text in a file.

    Any decimal of up to 15 significant digits survives being stored in 64 bits, so the shortest one that is stored just
    so is what was meant, also where a program wrote 17 digits of it. One that needs more came out of a calculation:
    raises `NotExact` unless the profile says to how many digits it is rounded, half to even. Raises
    `decimals.NotADecimal` for what is no number at all.
    """
    try:
        value = Decimal(number)
        if len(value.as_tuple().digits) > MOST_FLOAT_DIGITS:
            value = Decimal(repr(float(number)))
    except (ArithmeticError, ValueError):
        raise decimals.NotADecimal(f"{number[:40]!r} is no number") from None
    if not value.is_finite() or abs(value.adjusted()) > _GREATEST_EXPONENT:
        raise decimals.NotADecimal(f"{number[:40]!r} is no number that a ledger takes")
    if len(value.normalize().as_tuple().digits) <= (profile.float_digits or MOST_FLOAT_DIGITS):
        return decimals.plain(value)
    if profile.float_digits is None:
        raise NotExact(
            f"{number[:40]} is a calculated binary number of more than {MOST_FLOAT_DIGITS} digits, which is not exact; "
            "round it in the file, or name a profile with floatDigits, the significant digits it is rounded to"
        )
    return decimals.plain(Decimal(f"{float(value):.{profile.float_digits}g}"))


def accepted(profile: IngestProfile) -> str:
    """Say for the reader which numbers are accepted."""
    mark = profile.decimal_mark
    if not profile.thousands_mark:
        return f"accepted is a number with at most one {mark!r}, such as 1234{mark}5"
    return f"accepted is a number such as 1{profile.thousands_mark}234{mark}5 or 1234{mark}5"


def _mark(mark: str) -> str:
    return _SPACES if mark == " " else re.escape(mark)


def _pattern(profile: IngestProfile) -> str:
    decimal = re.escape(profile.decimal_mark)
    whole = r"[0-9]+"
    if profile.thousands_mark:
        whole = f"(?:[0-9]+|[0-9]{{1,3}}(?:{_mark(profile.thousands_mark)}[0-9]{{3}})+)"
    return f"^[+-]?{whole}(?:{decimal}[0-9]+)?$"
