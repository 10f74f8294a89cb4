"""Obligations: which duty of the reporting calendar somebody owes, to whom; when it is due and how far it is.

    the last day of a period, by the calendar    an obligation is of it where that day lies within its validity and that
                                                 of its duty
    due                                          the declared rule, otherwise the duty's: last day + days, or month and
                                                 day of the year after; calendar days, weekends move nothing

How far it is follows from facts, in this order; `newest` is the newest version published to the regulator:

    no report of ours answers the duty           LISTED
    newest was returned                          RETURNED       also where it was acknowledged before
    newest was acknowledged                      ACKNOWLEDGED
    a version before newest was acknowledged     RESTATED
    there is a newest version                    PUBLISHED      also where the one before was returned
    today is after the day it is due             OVERDUE
    today is within 14 days of it                DUE_SOON       the day itself included
    otherwise                                    NOT_YET_DUE
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.reporting_periods import EARLIEST_YEAR, MONTHS, PeriodKind, ReportingPeriod
from accounting.management.validity import BadManagement, check_days, check_text, holds_on, refuse_overlaps
from emission_factors.duties import MOST_DAYS, BadDuty, Bearer, DueRule, Duty, UnknownDuty, check_due, duty

SOON: Final = timedelta(days=14)
"""How long before it is due an obligation is due soon."""


class ObligationState(StrEnum):
    """How far an obligation is for one period."""

    NOT_YET_DUE = "NOT_YET_DUE"
    """Nothing is published, and the day is more than 14 days away."""
    DUE_SOON = "DUE_SOON"
    """Nothing is published, and the day is today or within 14 days."""
    OVERDUE = "OVERDUE"
    """Nothing is published, and the day is over."""
    PUBLISHED = "PUBLISHED"
    """A report is published to the regulator, who has not said anything of its newest version."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """The regulator acknowledged the newest version."""
    RETURNED = "RETURNED"
    """The regulator returned the newest version with a comment."""
    RESTATED = "RESTATED"
    """A version was acknowledged, and a newer one has superseded it since."""
    LISTED = "LISTED"
    """No report of this service answers it: its day is told, not whether it was done."""


class ReceiptState(StrEnum):
    """What a regulator says of one version of a report."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    """It has received and accepted it."""
    RETURNED = "RETURNED"
    """It has sent it back, and says why."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """That a duty of the reporting calendar is owed, from `valid_from` to `valid_to`, to `regulator`.

    `bearer` is the tenant that owes it, None the declarer itself, or the park that it operates. `regulator` is named as
    the system of its grant is. `due` replaces the duty's rule, `due_reason` says why. Raises `BadManagement`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.OBLIGATION

    duty: str
    bearer: UUID | None
    regulator: str
    valid_from: date
    valid_to: date | None
    due: DueRule | None = None
    due_reason: str = ""
    document: str = ""

    def __post_init__(self) -> None:
        check_text("regulator", self.regulator, is_needed=True)
        check_text("due_reason", self.due_reason, is_needed=self.due is not None)
        check_text("document", self.document)
        check_days(f"the obligation {self.duty}", self)
        found = _known(self.duty)
        _check_bearer(found, self.bearer)
        _check_due(found, self.due, self.due_reason)

    @property
    def subject(self) -> str:
        """The duty, who owes it to whom, from when."""
        return f"{self.duty} {self.bearer or '*'} {self.regulator} {self.valid_from}"

    @property
    def rule(self) -> DueRule:
        """By when: as declared, otherwise as the duty says; one of them does."""
        found = self.due or _known(self.duty).due
        if found is None:
            raise BadManagement("due", f"{self.duty} names no day, and none is declared")
        return found

    def holds_for(self, period: ReportingPeriod) -> bool:
        """Whether a period is owed: by its last day, within its own validity and that of its duty."""
        return holds_on(self, period.last_day) and _known(self.duty).holds_for(period.last_day)


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of the report that answers an obligation for a period, published to its regulator."""

    report: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the regulator said of a report."""

    report: UUID
    state: ReceiptState


def due_day(rule: DueRule, last_day: date) -> date:
    """Return the last day on which what is due for a period that ends on `last_day` is in time.

    >>> due_day(DueRule(days=40), date(2024, 1, 31))
    datetime.date(2024, 3, 11)
    >>> due_day(DueRule(month=3, day=31), date(2024, 12, 31))
    datetime.date(2025, 3, 31)
    """
    if rule.days is not None:
        return last_day + timedelta(days=rule.days)
    assert rule.month is not None  # noqa: S101  a rule has days, or month and day
    assert rule.day is not None  # noqa: S101
    return date(last_day.year + 1, rule.month, rule.day)


def periods_due(one: Obligation, first: date, last: date) -> Iterator[tuple[ReportingPeriod, date]]:
    """Yield the periods of an obligation that are due from a day to a day, both included, each with its day, in order.

    Nothing is due later than 366 days after its period.
    """
    rule = one.rule
    for period in _periods(PeriodKind(_known(one.duty).cadence), first - timedelta(days=MOST_DAYS), last):
        day = due_day(rule, period.last_day)
        if first <= day <= last and one.holds_for(period):
            yield period, day


def state_of(
    of: Duty, due: date, on: date, published: Collection[Publication], receipts: Iterable[Receipt]
) -> ObligationState:
    """Return how far an obligation is for one period on a day, by what is published and said up to that day."""
    if not of.report_kind:
        return ObligationState.LISTED
    if not published:
        return _unpublished(due, on)
    newest = max(published, key=lambda one: one.version)
    said = {(one.report, one.state) for one in receipts}
    if (newest.report, ReceiptState.RETURNED) in said:
        return ObligationState.RETURNED
    if (newest.report, ReceiptState.ACKNOWLEDGED) in said:
        return ObligationState.ACKNOWLEDGED
    if any((one.report, ReceiptState.ACKNOWLEDGED) in said for one in published):
        return ObligationState.RESTATED
    return ObligationState.PUBLISHED


def check_obligations(found: Iterable[Obligation]) -> None:
    """Raise `BadManagement` where a duty of one bearer to one regulator is declared twice for a day."""
    by_duty: dict[tuple[str, UUID | None, str], list[Obligation]] = {}
    for one in found:
        by_duty.setdefault((one.duty, one.bearer, one.regulator), []).append(one)
    for (code, _, regulator), same in by_duty.items():
        refuse_overlaps(f"{code} to {regulator}", same)


def _unpublished(due: date, on: date) -> ObligationState:
    if on > due:
        return ObligationState.OVERDUE
    return ObligationState.DUE_SOON if on + SOON >= due else ObligationState.NOT_YET_DUE


def _periods(kind: PeriodKind, first: date, last: date) -> Iterator[ReportingPeriod]:
    """Yield the periods whose last day lies between two days, both included."""
    step, start = MONTHS[kind], max(first, date(EARLIEST_YEAR, 1, 1))
    month = (start.year * 12 + start.month - 1) // step * step
    while month // 12 <= last.year:
        period = ReportingPeriod(kind, date(month // 12, month % 12 + 1, 1))
        if first <= period.last_day <= last:
            yield period
        month += step


def _known(code: str) -> Duty:
    try:
        return duty(code)
    except UnknownDuty as error:
        raise BadManagement("duty", str(error)) from None


def _check_bearer(found: Duty, bearer: UUID | None) -> None:
    if found.bearer is Bearer.AUTHORITY:
        raise BadManagement("duty", f"{found.code} is owed by an authority; it stands in the calendar to be known")
    if found.bearer is Bearer.PARK and bearer is not None:
        raise BadManagement("bearer", f"{found.code} is owed by a park, by its operator; no tenant is named for it")


def _check_due(found: Duty, due: DueRule | None, reason: str) -> None:
    if due is None and reason.strip():
        raise BadManagement("due_reason", "a reason is given for a day that is not; give when it is due, too")
    if due is None and found.due is None:
        message = f"{found.code} names no day by which it is due: {found.note or found.document}; declare one"
        raise BadManagement("due", message)
    if due is not None:
        try:
            check_due(due, found.cadence)
        except BadDuty as error:
            raise BadManagement("due", str(error)) from None
