"""Expectations: what a source or a site is to post, how often, by when, and for which months nothing is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.validity import BadManagement, check_days, check_text, last_day, refuse_overlaps

DUE_DAYS: Final = 15
"""Days after the end of a period until data are due, unless declared: bills come in the first half of a month."""
GRACE_DAYS: Final = 15
"""Days after that until what is missing is a finding, unless declared: a reminder in between costs nobody an audit."""
MOST_DAYS: Final = 366
"""Days that may be allowed after a period."""


class Frequency(StrEnum):
    """How often something is to be posted, by the calendar."""

    MONTH = "MONTH"
    """Every month."""
    QUARTER = "QUARTER"
    """Once in every quarter."""
    YEAR = "YEAR"
    """Once in every year."""


_MONTHS: Final = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Exemption:
    """Months for which nothing is due, both included, each written by its first day; and why."""

    first: date
    last: date
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason, is_needed=True)
        if self.first.day != 1 or self.last.day != 1 or self.last < self.first:
            message = f"{self.first} to {self.last} are not months from first to last, each by its first day"
            raise BadManagement("not_applicable", message)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is due from a `source`, or from a whole `site` where no source is named, from `valid_from` to `valid_to`.

    `activity_type` empty takes any. A whole site has to name one, or nothing could be missing from it. Raises
    `BadManagement`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.EXPECTATION

    source: UUID | None
    site: UUID | None
    activity_type: str
    every: Frequency
    valid_from: date
    valid_to: date | None
    not_applicable: tuple[Exemption, ...] = ()
    due_days: int = DUE_DAYS
    grace_days: int = GRACE_DAYS
    document: str = ""

    def __post_init__(self) -> None:
        check_text("activity_type", self.activity_type)
        check_text("document", self.document)
        check_days("the expectation", self)
        if (self.source is None) == (self.site is None):
            raise BadManagement("source", "an expectation is of a source or of a site; name one of them, and not both")
        if self.site is not None and not self.activity_type:
            raise BadManagement("activity_type", "what is expected of a whole site is of an activity type; name it")
        for field, days in (("due_days", self.due_days), ("grace_days", self.grace_days)):
            if not 0 <= days <= MOST_DAYS:
                raise BadManagement(field, f"{field} is {days}; accepted is 0 to {MOST_DAYS}")

    @property
    def subject(self) -> str:
        """Of what, of which activity type, from when."""
        return f"{self.source or self.site} {self.activity_type or '*'} {self.valid_from}"

    def takes(self, month: date) -> bool:
        """Whether it holds in a month: on one of its days at least."""
        return self.valid_from <= last_day(month) and (self.valid_to is None or month <= self.valid_to)

    def months(self, month: date) -> tuple[date, ...]:
        """Return the months of the quarter or year of a month in which it holds: posted in one, it is posted."""
        count = _MONTHS[self.every]
        first = (month.month - 1) // count * count + 1
        span = (date(month.year, number, 1) for number in range(first, first + count))
        return tuple(one for one in span if self.takes(one))

    def due(self, month: date) -> date:
        """Return the last day on which what is due for a month is in time."""
        return last_day(self.months(month)[-1]) + timedelta(self.due_days)

    def exemption(self, month: date) -> Exemption | None:
        """Return why nothing is due for a month, if nothing is."""
        return next((one for one in self.not_applicable if one.first <= month <= one.last), None)


def check_expectations(found: Iterable[Expectation]) -> None:
    """Raise `BadManagement` where two of one source or site and activity type hold on one day."""
    by_stream: dict[tuple[UUID | None, UUID | None, str], list[Expectation]] = {}
    for one in found:
        by_stream.setdefault((one.source, one.site, one.activity_type), []).append(one)
    for of_stream in by_stream.values():
        refuse_overlaps(f"what is expected of {of_stream[0].activity_type or 'a source'}", of_stream)
