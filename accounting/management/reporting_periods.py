"""Reporting periods: the months, quarters and years that a tenant submits, has reviewed and closes, as a state machine.

    OPEN -> SUBMITTED -> REVIEWED -> CLOSED        reopening leads back to OPEN from each of the others

Each kind is a workflow of its own: closing a year changes neither its quarters nor its months. But a month takes no
more data while any closed period covers it, of whatever kind; so reopening a month of a closed year opens nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.refusals import RefusalCode, Refused


class PeriodKind(StrEnum):
    """How long a reporting period is."""

    MONTH = "MONTH"
    """A calendar month."""
    QUARTER = "QUARTER"
    """Three months, from January, April, July or October."""
    YEAR = "YEAR"
    """A calendar year."""


class PeriodState(StrEnum):
    """How far a reporting period is."""

    OPEN = "OPEN"
    """Data are collected. What nothing was said of is open."""
    SUBMITTED = "SUBMITTED"
    """Who collects them says that they are complete."""
    REVIEWED = "REVIEWED"
    """Somebody else looked at them."""
    CLOSED = "CLOSED"
    """The basis is pinned; what comes now is an adjustment."""


class PeriodStep(StrEnum):
    """What takes a period from one state to the next."""

    SUBMIT = "SUBMIT"
    REVIEW = "REVIEW"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"


MONTHS: Final[Mapping[PeriodKind, int]] = MappingProxyType(
    {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
)
"""Months of each kind."""
_FROM: Final[Mapping[PeriodStep, tuple[PeriodState, ...]]] = MappingProxyType(
    {
        PeriodStep.SUBMIT: (PeriodState.OPEN,),
        PeriodStep.REVIEW: (PeriodState.SUBMITTED,),
        PeriodStep.CLOSE: (PeriodState.REVIEWED,),
        PeriodStep.REOPEN: (PeriodState.SUBMITTED, PeriodState.REVIEWED, PeriodState.CLOSED),
    }
)
_REACHED: Final[Mapping[PeriodStep, PeriodState]] = MappingProxyType(
    {
        PeriodStep.SUBMIT: PeriodState.SUBMITTED,
        PeriodStep.REVIEW: PeriodState.REVIEWED,
        PeriodStep.CLOSE: PeriodState.CLOSED,
        PeriodStep.REOPEN: PeriodState.OPEN,
    }
)
_MAY: Final[Mapping[PeriodStep, tuple[str, ...]]] = MappingProxyType(
    {
        PeriodStep.SUBMIT: ("CONTRIBUTOR", "TENANT_ADMINISTRATOR", "PARK_OPERATOR", "PLATFORM", "SERVICE"),
        PeriodStep.REVIEW: ("REVIEWER", "PARK_OPERATOR", "PLATFORM", "SERVICE"),
        PeriodStep.CLOSE: ("TENANT_ADMINISTRATOR", "PARK_OPERATOR", "PLATFORM", "SERVICE"),
        PeriodStep.REOPEN: ("TENANT_ADMINISTRATOR", "PARK_OPERATOR", "PLATFORM", "SERVICE"),
    }
)
"""Roles that may take a step, as `ledger.identity.principals` names them."""
_TEXT: Final = re.compile(r"(MONTH|QUARTER|YEAR) ([1-9]\d{3}-(?:0[1-9]|1[0-2]))", re.ASCII)
EARLIEST_YEAR: Final = 1990
"""No activity is earlier, see `ledger.periods`."""
LATEST_YEAR: Final = 9998
"""The last one after which there is a year: a date has four digits of it."""


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """A period by its kind and the first day of its first month; raises `Refused` where none begins there."""

    kind: PeriodKind
    first: date

    def __post_init__(self) -> None:
        fits = self.first.day == 1 and (self.first.month - 1) % MONTHS[self.kind] == 0
        if not fits or not EARLIEST_YEAR <= self.first.year <= LATEST_YEAR:
            begins = "quarters begin in months 1, 4, 7 and 10, years in 1"
            message = f"no {self.kind} begins in {self.first:%Y-%m}; {begins}, of {EARLIEST_YEAR} to {LATEST_YEAR}"
            raise Refused(RefusalCode.BAD_PERIOD, "first", message)

    @property
    def last(self) -> date:
        """The first day of its last month."""
        return _later(self.first, MONTHS[self.kind] - 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return _later(self.first, MONTHS[self.kind]) - timedelta(days=1)

    @property
    def months(self) -> tuple[date, ...]:
        """The first days of its months."""
        return tuple(_later(self.first, number) for number in range(MONTHS[self.kind]))

    def covers(self, month: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= month <= self.last_day

    @property
    def text(self) -> str:
        """How it is named where a text names it: `QUARTER 2025-04`."""
        return f"{self.kind} {self.first:%Y-%m}"

    @property
    def shown(self) -> str:
        """How it is named to a reader: `month 2025-04`, `quarter 2025-Q2`, `year 2025`.

        >>> ReportingPeriod(PeriodKind.QUARTER, date(2025, 4, 1)).shown
        'quarter 2025-Q2'
        """
        year, number = self.first.year, (self.first.month - 1) // MONTHS[self.kind] + 1
        name = {PeriodKind.MONTH: f"{year}-{number:02}", PeriodKind.QUARTER: f"{year}-Q{number}"}
        return f"{self.kind.lower()} {name.get(self.kind, year)}"


def periods_of(year: int) -> list[ReportingPeriod]:
    """Return the months, the quarters and the year of a calendar year.

    >>> [one.text for one in periods_of(2025)][11:]
    ['MONTH 2025-12', 'QUARTER 2025-01', 'QUARTER 2025-04', 'QUARTER 2025-07', 'QUARTER 2025-10', 'YEAR 2025-01']
    """
    return [ReportingPeriod(kind, date(year, month, 1)) for kind in PeriodKind for month in range(1, 13, MONTHS[kind])]


def period_named(text: str) -> ReportingPeriod:
    """Return the period of a text such as `QUARTER 2025-04`; raises `Refused`."""
    found = _TEXT.fullmatch(text)
    if found is None:
        message = f"{text[:60]!r} names no period; accepted is the kind and the first month, such as QUARTER 2025-04"
        raise Refused(RefusalCode.BAD_PERIOD, "subject", message)
    return ReportingPeriod(PeriodKind(found[1]), date.fromisoformat(f"{found[2]}-01"))


def state_after(period: ReportingPeriod, state: PeriodState, step: PeriodStep) -> PeriodState:
    """Return the state that a step leads to; raises `Refused` where it does not lead on from `state`."""
    if state not in _FROM[step]:
        message = f"{period.shown} is {state}; {step} is for a period that is {' or '.join(_FROM[step])}"
        raise Refused(RefusalCode.PERIOD_STATE, "", message)
    return _REACHED[step]


def check_role(step: PeriodStep, role: str) -> None:
    """Raise `Refused` where a step is not for a role."""
    if role not in _MAY[step]:
        message = f"{step} is not for a {role or 'caller without role'}; accepted are {', '.join(_MAY[step])}"
        raise Refused(RefusalCode.PERIOD_ROLE, "", message)


def check_over(period: ReportingPeriod, today: date) -> None:
    """Raise `Refused` for a period that is not over on a day: its data cannot be complete."""
    if today <= period.last_day:
        message = f"{period.shown} ends on {period.last_day}, today is {today} in the park; submit it when it is over"
        raise Refused(RefusalCode.PERIOD_NOT_OVER, "first", message)


def check_four_eyes(period: ReportingPeriod, submitted_by: str, reviewer: str) -> None:
    """Raise `Refused` where who reviews is who submitted.

    Whoever prepares data does not review them (ISO 14064-1:2018, 8.1, technical reviews; GB/T 32150-2025 clause 8).
    """
    if submitted_by == reviewer:
        message = f"{period.shown} was submitted by {submitted_by} too; somebody else has to review it"
        raise Refused(RefusalCode.FOUR_EYES, "", message)


def _later(month: date, by: int) -> date:
    at = month.year * 12 + month.month - 1 + by
    return date(at // 12, at % 12 + 1, 1)
