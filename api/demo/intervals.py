"""Energy by intervals: what some meters read every hour of the last full year, to match supply with use hour by hour.

A month's hours add up to the month's bill of the same meter, times a ratio where the meter is another one: a battery's
losses tell what it took and gave.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from random import Random

from api.demo.bills import Row, source_code
from api.demo.levels import Dice, hour_steps
from api.demo.tables import Company, HourProfile, Stream, hour_profiles, rows_of, streams
from api.demo.windows import Window, midnight, months_after


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A row of interval_series.csv; `is_compared` where bills of the same meter say the same."""

    tenant: str
    source: str
    role: str
    profile: str
    ratio: Fraction
    has_attribute: bool
    is_compared: bool


@dataclass(frozen=True, slots=True)
class Series:
    """What a source measures by intervals, from `start` on, in `unit`."""

    tenant: str
    source: str
    role: str
    unit: str
    has_attribute: bool
    activity_type: str
    start: str
    values: tuple[int, ...]


@lru_cache(maxsize=1)
def series_rows() -> tuple[SeriesRow, ...]:
    """Return the series of the park."""
    return tuple(
        SeriesRow(
            row["tenant"],
            row["source"],
            row["role"],
            row["profile"],
            Fraction(row["ratio"]),
            row["attribute"] == "yes",
            row["compared"] == "yes",
        )
        for row in rows_of("interval_series")
    )


def interval_series(dice: Dice, company: Company, rows: Iterable[Row], window: Window) -> tuple[Series, ...]:
    """Return a company's series of the window's last full year; none where the window does not hold it whole."""
    if window.full_year not in window.full_years:
        return ()
    posted = tuple(rows)
    of_company = {stream.code: stream for stream in streams(company)}
    return tuple(
        _series(dice, company, of_company[row.source], row, posted, window)
        for row in series_rows()
        if row.tenant == company.code
    )


def _series(
    dice: Dice, company: Company, stream: Stream, row: SeriesRow, posted: Iterable[Row], window: Window
) -> Series:
    totals = _month_totals(posted, source_code(company, stream), window.full_year)
    values: list[int] = []
    for number in range(1, 13):
        month = date(window.full_year, number, 1)
        total = int(totals.get(f"{month:%Y-%m}", 0) * row.ratio)
        chance = dice.of(company.code, stream.code, month, row.role if row.ratio != 1 else "hours")
        values += _hours(chance, total, hour_profiles()[row.profile], month)
    return Series(
        tenant=company.code,
        source=source_code(company, stream),
        role=row.role,
        unit=stream.unit,
        has_attribute=row.has_attribute,
        activity_type=stream.activity_type if row.is_compared else "",
        start=midnight(date(window.full_year, 1, 1)).isoformat(),
        values=tuple(values),
    )


def _hours(chance: Random, total: int, profile: HourProfile, month: date) -> list[int]:
    days = [month + timedelta(days=passed) for passed in range((months_after(month, 1) - month).days)]
    return hour_steps(chance, total, profile, days)


def _month_totals(posted: Iterable[Row], source: str, year: int) -> Mapping[str, int]:
    """Return month -> what the source posted of it, in whole units."""
    totals: Counter[str] = Counter()
    for row in posted:
        if row.source == source and row.period_start.startswith(str(year)):
            totals[row.period_start[:7]] += int(Decimal(row.quantity))
    return totals
