"""Both series of the years a tenant reported, and the judgements of its base year. Masses are kg CO2e.

`restated` is what was first reported and the deltas of every change that a recalculation took in. Changes that wait for
others to be significant with, and changes that never count, leave it as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from accounting.change.base_year import BadBaseYear, Change, Restatement, Significance, both_series, recalculations
from accounting.change.base_year_declarations import (
    BaseYearChange,
    BaseYearPolicy,
    ReportedYear,
    ScopeMasses,
    YearDelta,
)
from accounting.declarations import Declared
from emission_factors import decimals

_NONE: Final = Decimal(0)
_NAMES: Final = {
    "scope_1": "scope 1",
    "scope_2_location": "scope 2 by location",
    "scope_2_market": "scope 2 by market",
    "scope_3": "scope 3",
}


class ChangeState(StrEnum):
    """What became of a change."""

    RESTATED = "RESTATED"
    """A recalculation took it in: the restated figures hold it."""
    WAITING = "WAITING"
    """It counts, and is not significant yet with the others since the last recalculation."""
    NOT_COUNTED = "NOT_COUNTED"
    """Growth, decline, a new source or a move between scopes: it restates nothing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The changes since the last recalculation, judged together on the day the newest took effect."""

    day: date
    found: Significance


@dataclass(frozen=True, slots=True)
class YearSeries:
    """A reported year as first reported, as restated, and every change that names it."""

    reported: ReportedYear
    restated: ScopeMasses
    changes: tuple[tuple[BaseYearChange, ChangeState], ...]


@dataclass(frozen=True, slots=True)
class BaseYearSeries:
    """The policy, None where none is declared; judgements by day, none before the base year is reported; the years."""

    policy: BaseYearPolicy | None
    judgements: tuple[Judgement, ...]
    years: tuple[YearSeries, ...]


def series(contents: Iterable[Declared]) -> BaseYearSeries:
    """Return both series of what a tenant declared: policy, changes and reported years, in any order.

    A change that counts restates every year it names once a recalculation takes it in; until then it waits. Raises
    `BadBaseYear` as `base_year.recalculations` and `base_year.both_series`. Source: GHG Protocol Corporate Standard,
    chapter 5.
    """
    found = tuple(contents)
    policy = next((one for one in found if isinstance(one, BaseYearPolicy)), None)
    changes = sorted((one for one in found if isinstance(one, BaseYearChange)), key=_in_order)
    reported = {one.year: one for one in found if isinstance(one, ReportedYear)}
    judgements = _judged(policy, changes, reported)
    through = max((one.day for one in judgements if one.found.is_triggered), default=date.min)
    states = [(change, _state(change, through)) for change in changes]
    restated = _restated(reported, [change for change, state in states if state is ChangeState.RESTATED])
    years = (
        YearSeries(reported[year], masses, tuple((one, state) for one, state in states if one.of_year(year)))
        for year, masses in restated.items()
    )
    return BaseYearSeries(policy, judgements, tuple(years))


def check_base_year(contents: Iterable[Declared]) -> None:
    """Raise `BadBaseYear` where policy, changes and reported years contradict each other.

    A change names years that were reported, in scopes that were, and takes no more off a scope than it holds on any
    day; the base year has the policy's total and approach.
    """
    found = tuple(contents)
    reported = {one.year: one for one in found if isinstance(one, ReportedYear)}
    changes = sorted((one for one in found if isinstance(one, BaseYearChange)), key=_in_order)
    for change in changes:
        for delta in change.deltas:
            _check_delta(delta, reported)
    for year in reported.values():
        _check_left(year, [change for change in changes if change.change.counts])
    for policy in (one for one in found if isinstance(one, BaseYearPolicy)):
        _check_policy(policy, reported.get(policy.year))
    series(found)


def _judged(
    policy: BaseYearPolicy | None, changes: Sequence[BaseYearChange], reported: Mapping[int, ReportedYear]
) -> tuple[Judgement, ...]:
    if policy is None or policy.year not in reported:
        return ()
    base = reported[policy.year].masses.total(policy.total)
    if base is None:
        return ()
    found = recalculations(base, policy.threshold, [change.seen_in(policy) for change in changes])
    days = sorted({change.effective for change in changes})
    return tuple(Judgement(day, one) for day, one in zip(days, found, strict=True))


def _state(change: BaseYearChange, through: date) -> ChangeState:
    """Return the state; a recalculation takes in all that counts up to its day."""
    if not change.change.counts:
        return ChangeState.NOT_COUNTED
    return ChangeState.RESTATED if change.effective <= through else ChangeState.WAITING


def _restated(reported: Mapping[int, ReportedYear], changes: Sequence[BaseYearChange]) -> Mapping[int, ScopeMasses]:
    """Return each year restated, scope by scope."""
    scopes = {name: dict(_scope_restated(name, reported, changes)) for name in _NAMES}
    return {
        year: ScopeMasses(**{name: found.get(year) for name, found in scopes.items()})  # type: ignore[arg-type]
        for year in sorted(reported)
    }


def _scope_restated(
    name: str, reported: Mapping[int, ReportedYear], changes: Sequence[BaseYearChange]
) -> Iterator[tuple[int, Decimal]]:
    first = {year: getattr(one.masses, name) for year, one in reported.items()}
    deltas = [
        Restatement(delta.year, Change(change.change, mass, change.reason, change.effective))
        for change in changes
        for delta in change.deltas
        if (mass := getattr(delta.masses, name))
    ]
    for figure in both_series({year: mass for year, mass in first.items() if mass is not None}, deltas):
        yield figure.year, figure.restated


def _check_delta(delta: YearDelta, reported: Mapping[int, ReportedYear]) -> None:
    year = reported.get(delta.year)
    if year is None:
        accepted = ", ".join(map(str, sorted(reported))) or "none yet"
        raise BadBaseYear("deltas", f"{delta.year} was not reported; accepted are {accepted}")
    for name, mass in delta.masses.items():
        if mass and getattr(year.masses, name) is None:
            raise BadBaseYear("deltas", f"{delta.year} was reported under {year.basis.regime}, without {_NAMES[name]}")


def _check_left(year: ReportedYear, changes: Sequence[BaseYearChange]) -> None:
    """Raise `BadBaseYear` where changes take more off a scope than is left of it on some day."""
    for name, first in year.masses.items():
        for day in sorted({change.effective for change in changes}):
            until = [change.of_year(year.year) for change in changes if change.effective <= day]
            deltas = [getattr(masses, name) or _NONE for masses in until if masses]
            left = decimals.total((first or _NONE, *deltas))
            if left < 0:
                taken, held = (decimals.plain(mass) for mass in (decimals.total(deltas).copy_negate(), first or _NONE))
                raise BadBaseYear(
                    "deltas", f"by {day} changes take {taken} kg off {_NAMES[name]} of {year.year}, which holds {held}"
                )


def _check_policy(policy: BaseYearPolicy, base: ReportedYear | None) -> None:
    if base is None:
        return
    total = base.masses.total(policy.total)
    if total is None:
        raise BadBaseYear("total", f"{policy.year} was reported under {base.basis.regime}, which has no {policy.total}")
    if total <= 0:
        raise BadBaseYear("year", f"emissions of {policy.year} are {decimals.plain(total)}; accepted is above zero")
    if base.basis.approach is not policy.approach:
        raise BadBaseYear("approach", f"{policy.year} was reported by {base.basis.approach}, not by {policy.approach}")


def _in_order(change: BaseYearChange) -> tuple[date, str]:
    return change.effective, change.code
