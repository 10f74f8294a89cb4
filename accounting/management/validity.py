"""What declarations of a park's management have in common: texts, days from and to, and no two at once."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Final, Protocol

LONGEST_TEXT: Final = 200
"""Characters a name, a place or a document may have."""


class BadManagement(ValueError):
    """A tenancy, prospect, meter or expectation cannot be as declared; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Lasting(Protocol):
    """What holds from a day to a day, both included; None is open."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The last day."""


def holds_on(one: Lasting, day: date) -> bool:
    """Whether it holds on a day."""
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def check_days(what: str, one: Lasting) -> None:
    """Raise `BadManagement` where it ends before it begins."""
    if one.valid_to is not None and one.valid_to < one.valid_from:
        raise BadManagement("valid_to", f"{what} ends on {one.valid_to}, before it begins on {one.valid_from}")


def check_text(field: str, text: str, *, is_needed: bool = False) -> None:
    """Raise `BadManagement` for a text that is too long, holds NUL, or is missing where it is needed."""
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise BadManagement(field, f"{field}: {text[:40]!r} is not accepted: at most {LONGEST_TEXT} characters")
    if is_needed and not text.strip():
        raise BadManagement(field, f"{field} is empty; accepted is a text of 1 to {LONGEST_TEXT} characters")


def check_industry(code: str) -> None:
    """Raise `BadManagement` for what is no class of GB/T 4754: four digits, such as 2720; empty is not known."""
    if code and not (len(code) == 4 and code.isascii() and code.isdigit()):
        raise BadManagement("industry_code", f"{code[:40]!r} is no class of GB/T 4754; accepted are 4 digits")


def refuse_overlaps(what: str, found: Iterable[Lasting]) -> None:
    """Raise `BadManagement` where two of the same place or source hold on one day; `what` names it."""
    ordered = sorted(found, key=lambda one: one.valid_from)
    for before, after in pairwise(ordered):
        if before.valid_to is None or after.valid_from <= before.valid_to:
            until = before.valid_to or "an open end"
            message = f"{what} is declared from {before.valid_from} to {until} and again from {after.valid_from}"
            raise BadManagement("valid_from", f"{message}; end the first before the second begins")


def last_day(month: date) -> date:
    """Return the last day of the month of a day."""
    return month.replace(day=monthrange(month.year, month.month)[1])
