"""The reporting calendar: which reports rules ask for, of whom, how often and by when (`data/reporting_duties.csv`).

A duty says what a rule asks of a kind of company or park. Whether it is asked of a particular one nobody derives here:
that is declared. A duty without a day states none; whoever declares it has to say by when. Duties are added and end,
they never go: what was declared of one names its code.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TextIO

from emission_factors.resources import open_data

MOST_DAYS: Final = 366
"""Days after a period by which something may be due."""
CADENCES: Final = ("MONTH", "QUARTER", "YEAR")
"""What a duty may recur by, of the calendar."""


class BadDuty(ValueError):
    """A duty or a rule of when something is due cannot be as stated."""


class UnknownDuty(ValueError):
    """A text is no code of the reporting calendar."""


class Bearer(StrEnum):
    """Who owes what a duty asks for."""

    TENANT = "TENANT"
    """A company."""
    PARK = "PARK"
    """A park, by its operator."""
    AUTHORITY = "AUTHORITY"
    """An authority; it stands in the calendar so that it is known when questions come."""


class Confidence(StrEnum):
    """How sure it is that the rule says so."""

    H = "H"
    """Read in the text of the rule or in a copy of it."""
    M = "M"
    """From one reliable source, or from memory with some doubt on the wording or the clause."""
    L = "L"
    """From a weak source; to be checked before it is relied on."""


@dataclass(frozen=True, slots=True)
class DueRule:
    """By when: so many `days` after the last day of a period, or by `month` and `day` of the year after it.

    Days are those of the calendar; weekends and holidays move nothing. Raises `BadDuty`.
    """

    days: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if (self.month is None) != (self.day is None) or (self.days is None) == (self.month is None):
            raise BadDuty("when it is due is stated as days after the period, or as month and day of the next year")
        if self.days is not None and not 0 <= self.days <= MOST_DAYS:
            raise BadDuty(f"{self.days} days after the period; accepted is 0 to {MOST_DAYS}")
        if self.month is not None and self.day is not None:
            _check_day_of_year(self.month, self.day)


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `report_kind` is the kind of our reports that answers it, empty where none does and it is only listed.

    It is of periods of its `cadence` whose last day lies from `valid_from` to `valid_to`, both included; None is open.
    `due` None means that the rule names no day. `document`, `number` and `clause` say where it stands.
    """

    code: str
    name_en: str
    name_zh: str
    bearer: Bearer
    condition_en: str
    condition_zh: str
    cadence: str
    report_kind: str
    due: DueRule | None
    document: str
    number: str
    clause: str
    confidence: Confidence
    valid_from: date
    valid_to: date | None
    note: str

    def __post_init__(self) -> None:
        if self.cadence not in CADENCES:
            raise BadDuty(f"{self.code}: cadence is {self.cadence!r}; accepted is {', '.join(CADENCES)}")
        if not all((self.code, self.name_en, self.name_zh, self.condition_en, self.condition_zh, self.document)):
            raise BadDuty(f"{self.code or 'a duty'}: code, names, conditions and document are needed")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise BadDuty(f"{self.code} ends on {self.valid_to}, before it begins on {self.valid_from}")
        if self.due is not None:
            check_due(self.due, self.cadence)

    def holds_for(self, last_day: date) -> bool:
        """Whether it is of a period that ends on a day."""
        return self.valid_from <= last_day and (self.valid_to is None or last_day <= self.valid_to)


def check_due(rule: DueRule, cadence: str) -> None:
    """Raise `BadDuty` for a day of the next year where a duty recurs within the year: all its periods had one day."""
    if rule.month is not None and cadence != "YEAR":
        raise BadDuty(f"month {rule.month}, day {rule.day} of the next year is for a YEAR; a {cadence} is due by days")


def duty(code: str) -> Duty:
    """Return the duty of a code; raises `UnknownDuty`.

    >>> duty("cn-ets-monthly-evidence").due
    DueRule(days=40, month=None, day=None)
    """
    found = _calendar().get(code)
    if found is None:
        raise UnknownDuty(f"{code[:60]!r} is not in the reporting calendar; it has {', '.join(_calendar())}")
    return found


def duties() -> tuple[Duty, ...]:
    """Return the reporting calendar in the order of its table."""
    return tuple(_calendar().values())


def read_duties(lines: TextIO) -> Mapping[str, Duty]:
    """Return duties by code; raises `BadDuty` with the line that cannot be, also for a code that comes twice."""
    found: dict[str, Duty] = {}
    for number, row in enumerate(csv.DictReader(lines), 2):
        try:
            one = _duty(row)
        except (ValueError, KeyError, TypeError) as error:
            raise BadDuty(f"line {number} of the reporting calendar: {error}") from None
        if one.code in found:
            raise BadDuty(f"line {number} of the reporting calendar: {one.code} stands there twice")
        found[one.code] = one
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _calendar() -> Mapping[str, Duty]:
    with open_data("reporting_duties.csv") as lines:
        return read_duties(lines)


def _duty(row: Mapping[str, str]) -> Duty:
    days, month, day = (int(row[name]) if row[name] else None for name in ("due_days", "due_month", "due_day"))
    is_stated = any(one is not None for one in (days, month, day))
    return Duty(
        code=row["code"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        bearer=Bearer(row["bearer"]),
        condition_en=row["condition_en"],
        condition_zh=row["condition_zh"],
        cadence=row["cadence"],
        report_kind=row["report_kind"],
        due=DueRule(days, month, day) if is_stated else None,
        document=row["document"],
        number=row["number"],
        clause=row["clause"],
        confidence=Confidence(row["confidence"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        note=row["note"],
    )


def _check_day_of_year(month: int, day: int) -> None:
    """Raise `BadDuty` for what is no day of every year; 29 February is none."""
    try:
        date(2001, month, day)
    except ValueError:
        raise BadDuty(f"month {month}, day {day} is no day of every year, such as month 3, day 31") from None
