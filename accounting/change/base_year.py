"""When a base year is recalculated, and both its series: as first reported and restated.

A company states its threshold; changes add up since the base year was last recalculated, so that several small ones
count like a large one. Growth and decline of what a company has, and what did not exist in the base year, never count.
Masses are in any one unit throughout, such as t CO2e.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from emission_factors import decimals


class BadBaseYear(ValueError):
    """A base year cannot be judged or restated as asked; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ChangeKind(StrEnum):
    """Why base year emissions would be another figure today (GHG Protocol Corporate Standard, chapter 5)."""

    STRUCTURAL = "STRUCTURAL"
    """Merger, acquisition, divestment; outsourcing or insourcing of what emits. Counts."""
    METHOD = "METHOD"
    """Another method, or better factors or activity data. Counts."""
    ERROR = "ERROR"
    """A mistake was found. Counts."""
    ORGANIC = "ORGANIC"
    """Growth or decline of what the company has. Does not count."""
    NEW_SOURCE = "NEW_SOURCE"
    """What was built, or acquired without having existed in the base year. Does not count."""
    SCOPE_MOVE = "SCOPE_MOVE"
    """Outsourcing or insourcing between scopes that are both reported. Does not count."""

    @property
    def counts(self) -> bool:
        """Whether such a change can make a company recalculate its base year."""
        return self in (ChangeKind.STRUCTURAL, ChangeKind.METHOD, ChangeKind.ERROR)


@dataclass(frozen=True, slots=True)
class Policy:
    """A company's stated threshold in percent of base year emissions, and the document that states it.

    The standard prescribes no threshold; 5 % is customary and the most that SBTi accepts. Raises `BadBaseYear`.
    """

    threshold_percent: Decimal
    source: str

    def __post_init__(self) -> None:
        if not 0 < self.threshold_percent < 100:
            message = f"the threshold is {self.threshold_percent} %; accepted is above 0 % and below 100 %, such as 5 %"
            raise BadBaseYear("threshold_percent", message)
        if not self.source.strip():
            raise BadBaseYear("source", "the policy names no document; accepted is where the threshold is stated")


@dataclass(frozen=True, slots=True)
class Change:
    """What base year emissions would be more (or less, below zero) by, when it took effect, and why."""

    kind: ChangeKind
    delta: Decimal
    reason: str
    effective: date


@dataclass(frozen=True, slots=True)
class Significance:
    """Changes since the last recalculation, judged together.

    `delta` is the sum of `counted`, `percent` its size against `base` (rounded to `decimals.FACTOR_DIGITS` digits),
    `restated` what the base year is from now on: `base + delta` where recalculation is triggered, else `base`.
    """

    base: Decimal
    counted: tuple[Change, ...]
    not_counted: tuple[Change, ...]
    delta: Decimal
    percent: Decimal
    is_triggered: bool

    @property
    def restated(self) -> Decimal:
        """Base year emissions after the judgement."""
        return decimals.total((self.base, self.delta)) if self.is_triggered else self.base


def significance(base: Decimal, policy: Policy, changes: Iterable[Change]) -> Significance:
    """Judge changes together: triggered where `|sum of deltas| / base >= threshold`, compared without rounding.

    Raises `BadBaseYear` where `base` is not above zero, or more would be taken off than it holds. Source: GHG Protocol
    Corporate Standard, chapter 5.
    """
    if base <= 0:
        raise BadBaseYear("base", f"base year emissions are {base}; a share of them needs a number above zero")
    found = tuple(changes)
    counted = tuple(change for change in found if change.kind.counts)
    delta = decimals.total(change.delta for change in counted)
    if decimals.total((base, delta)) < 0:
        taken = decimals.plain(delta.copy_negate())
        raise BadBaseYear("changes", f"the changes take {taken} off {base}; what is left is not below zero")
    percent = abs(Fraction(delta)) / Fraction(base) * 100
    is_triggered = percent >= Fraction(policy.threshold_percent)
    others = tuple(change for change in found if not change.kind.counts)
    return Significance(base, counted, others, delta, decimals.rounded(percent), is_triggered)


def recalculations(base: Decimal, policy: Policy, changes: Iterable[Change]) -> tuple[Significance, ...]:
    """Judge changes as they took effect, day by day, each time all of them since the last recalculation.

    Returns one judgement per day; what does not trigger waits for the next, and a recalculated base year is what the
    following ones are measured against. The last judgement's `restated` is the base year of today. Raises as
    `significance`.
    """
    by_day: dict[date, list[Change]] = {}
    for change in changes:
        by_day.setdefault(change.effective, []).append(change)
    found: list[Significance] = []
    waiting: list[Change] = []
    for day in sorted(by_day):
        waiting += by_day[day]
        judged = significance(base, policy, waiting)
        found.append(judged)
        if judged.is_triggered:
            base, waiting = judged.restated, []
    return tuple(found)


class SameYear(StrEnum):
    """How much of a structural change counts in the year in which it happens."""

    ALL_YEAR = "ALL_YEAR"
    """The whole year, which the standard prefers."""
    PRO_RATA = "PRO_RATA"
    """The days from the change on."""


def same_year_delta(full_year: Decimal, effective: date, option: SameYear) -> Decimal:
    """Return what a structural change adds to the year in which it happens, of the delta of a `full_year`.

    Pro rata is by days, that of the change included, rounded to `decimals.FACTOR_DIGITS` digits. Source: GHG Protocol
    Corporate Standard, chapter 5, timing of recalculations.
    """
    if option == SameYear.ALL_YEAR:
        return full_year
    after = date(effective.year, 12, 31).toordinal()
    days = Fraction(after - effective.toordinal() + 1, after - date(effective.year, 1, 1).toordinal() + 1)
    return decimals.rounded(Fraction(full_year) * days)


@dataclass(frozen=True, slots=True)
class Restatement:
    """What one change does to the figure of one year."""

    year: int
    change: Change


@dataclass(frozen=True, slots=True)
class YearFigure:
    """Emissions of a year as they were first reported, as restated, and the changes in between."""

    year: int
    as_first_reported: Decimal
    restated: Decimal
    changes: tuple[Change, ...]


def both_series(first_reported: Mapping[int, Decimal], restatements: Sequence[Restatement]) -> tuple[YearFigure, ...]:
    """Return every reported year in order, as first reported and restated.

    `restated = as_first_reported + sum of deltas`, where a change's `delta` is that of the year restated. Raises
    `BadBaseYear` for a year that was not reported, or a kind of change that does not count. Source: GHG Protocol
    Corporate Standard, chapter 5.
    """
    by_year: dict[int, list[Change]] = {year: [] for year in sorted(first_reported)}
    for restatement in restatements:
        if restatement.year not in by_year:
            raise BadBaseYear(
                "year", f"{restatement.year} was not reported; accepted are {', '.join(map(str, by_year))}"
            )
        if not restatement.change.kind.counts:
            raise BadBaseYear("kind", f"{restatement.change.kind} restates no year; it shows in the year it happens")
        by_year[restatement.year].append(restatement.change)
    return tuple(_figure(year, first_reported[year], changes) for year, changes in by_year.items())


def _figure(year: int, first: Decimal, changes: Sequence[Change]) -> YearFigure:
    restated = decimals.total((first, *(change.delta for change in changes)))
    return YearFigure(year, first, restated, tuple(changes))
