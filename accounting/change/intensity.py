"""Emissions per unit of what a tenant or park produces, houses or earns: t CO2e per tonne, square metre, yuan, person.

A denominator is stated month by month. Output and the like add up over months; area and headcount are there at a time
and are averaged. A month that is not stated makes the intensity incomplete, never the denominator smaller.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from emission_factors import decimals

_KG_PER_T: Final = 1000


class Denominator(StrEnum):
    """What emissions are related to (GHG Protocol Corporate Standard, chapter 9, ratio indicators)."""

    OUTPUT = "OUTPUT"
    """Products made, in a unit the tenant names, such as t or piece; adds up over months."""
    AREA = "AREA"
    """Floor area in m2; the mean of the months."""
    REVENUE = "REVENUE"
    """Revenue in a currency that is named; adds up over months."""
    OUTPUT_VALUE = "OUTPUT_VALUE"
    """Gross output value in a currency that is named, as statistics count it; adds up over months."""
    VALUE_ADDED = "VALUE_ADDED"
    """Value added in a currency that is named; adds up over months."""
    HEADCOUNT = "HEADCOUNT"
    """Persons in full-time equivalents; the mean of the months."""
    BED_DAYS = "BED_DAYS"
    """Days on which a hospital bed was occupied; adds up over months."""
    DOSES = "DOSES"
    """Doses of a medicine or vaccine made; adds up over months."""
    ENERGY = "ENERGY"
    """Energy consumed in tce; adds up over months (notice 910 of 2025, annex 3: carbon per unit of energy)."""

    @property
    def is_stock(self) -> bool:
        """Whether it is there at a time, so that months are averaged and not added."""
        return self in (Denominator.AREA, Denominator.HEADCOUNT)

    @property
    def is_money(self) -> bool:
        """Whether it is stated in a currency."""
        return self in (Denominator.REVENUE, Denominator.OUTPUT_VALUE, Denominator.VALUE_ADDED)

    @property
    def unit(self) -> str:
        """The unit it is stated in; empty where the tenant names one."""
        return _UNITS.get(self, "")


_UNITS: Final = {
    Denominator.AREA: "m2",
    Denominator.HEADCOUNT: "person",
    Denominator.BED_DAYS: "bed-day",
    Denominator.DOSES: "dose",
    Denominator.ENERGY: "tce",
}


class BadDenominator(ValueError):
    """A denominator cannot be as stated; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class DenominatorConflict(ValueError):
    """A month is stated twice."""


class Status(StrEnum):
    """Whether there is an intensity."""

    DEFINED = "DEFINED"
    """Emissions were divided by a denominator of every month."""
    INCOMPLETE = "INCOMPLETE"
    """A month of the denominator is not stated."""
    NOT_DEFINED = "NOT_DEFINED"
    """The denominator is zero."""


@dataclass(frozen=True, slots=True)
class Month:
    """A denominator in one month, named by its first day."""

    month: date
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Intensity:
    """t CO2e per `per`, None unless `status` is DEFINED.

    `denominator` is the sum or mean of the months that are stated, exact unless a mean has no finite decimal; `missing`
    are the months that are not.
    """

    status: Status
    tonnes_per_unit: Decimal | None
    per: str
    denominator: Decimal | None
    missing: tuple[date, ...]


def intensity(co2e_kg: Decimal, denominator: Denominator, asked: Sequence[date], stated: Iterable[Month]) -> Intensity:
    """Return emissions of the months `asked` over the denominator of the same months.

    `co2e_kg / 1000 / (sum or mean of months)`, rounded by `decimals.rounded`. Months are first days; of `stated` those
    asked for count. Raises `BadDenominator` where no month is asked for or one twice, a day is not the first, a value
    is negative, or units differ from each other or from the denominator's; `DenominatorConflict` where a month is
    stated twice.
    """
    _check_asked(asked)
    by_month = {found.month: found for found in _checked(denominator, stated)}
    found = [by_month[month] for month in asked if month in by_month]
    per = _one_unit(denominator, found)
    missing = tuple(sorted(month for month in asked if month not in by_month))
    if not found:
        return Intensity(Status.INCOMPLETE, None, per, None, missing)
    whole = sum((Fraction(month.value) for month in found), Fraction(0))
    size = whole / len(found) if denominator.is_stock else whole
    if missing:
        return Intensity(Status.INCOMPLETE, None, per, decimals.exact(size), missing)
    if size == 0:
        return Intensity(Status.NOT_DEFINED, None, per, Decimal(0), ())
    return Intensity(
        Status.DEFINED, decimals.rounded(Fraction(co2e_kg) / _KG_PER_T / size), per, decimals.exact(size), ()
    )


def reduction_needed(co2e_kg: Decimal, denominator: Decimal, limit: Decimal) -> Decimal:
    """Return t CO2e to be saved for an intensity of `limit` t per unit: `max(0, E - limit x denominator)`, exactly.

    Raises `BadDenominator` where the denominator or the limit is negative.
    """
    if denominator < 0 or limit < 0:
        raise BadDenominator("limit", f"{limit} t per unit of {denominator}; neither is negative")
    tonnes = co2e_kg.scaleb(-3, decimals.EXACT)
    return max(Decimal(0), decimals.EXACT.subtract(tonnes, decimals.product(limit, denominator)))


def _check_asked(asked: Sequence[date]) -> None:
    if not asked or len(set(asked)) < len(asked):
        raise BadDenominator("asked", f"{len(asked)} months are asked for; accepted is at least one, each once")
    for month in asked:
        _check_first("asked", month)


def _checked(denominator: Denominator, stated: Iterable[Month]) -> Iterable[Month]:
    seen: set[date] = set()
    for one in stated:
        _check_first("month", one.month)
        if one.month in seen:
            raise DenominatorConflict(f"{denominator} of {one.month:%Y-%m} is stated twice; accepted is one value")
        if one.value < 0:
            raise BadDenominator(
                "value", f"{denominator} of {one.month:%Y-%m} is {one.value}; accepted is zero or more"
            )
        seen.add(one.month)
        yield one


def _check_first(field: str, day: date) -> None:
    if day.day != 1:
        raise BadDenominator(field, f"{day} names no month; accepted is its first day, {day.replace(day=1)}")


def _one_unit(denominator: Denominator, months: Sequence[Month]) -> str:
    units = sorted({month.unit for month in months} | ({denominator.unit} if denominator.unit else set()))
    if len(units) > 1 or "" in units:
        accepted = denominator.unit or "one unit, named"
        raise BadDenominator("unit", f"{denominator} is stated in {units}; accepted is {accepted}")
    return units[0] if units else ""
