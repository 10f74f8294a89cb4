"""Energy by intervals of 15, 30 or 60 minutes, exact, from a start in UTC; what nobody measured is missing, not zero.

Time zones come in as `datetime.tzinfo`, so that days of 23 and 25 hours are counted here and no zone is looked up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, localcontext
from itertools import groupby
from typing import Final

from emission_factors import decimals

LENGTHS: Final = (15, 30, 60)
"""Minutes an interval may have."""
_QUARTER: Final = 15
_LAST: Final = timedelta(microseconds=1)
_ZERO: Final = Decimal(0)


class BadSeries(ValueError):
    """A series cannot be, or does not go with another one; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Series:
    """Energy per interval in one unit, such as MWh; None where the interval is missing.

    `start` is in UTC on a quarter of an hour. Raises `BadSeries` for another start or length of interval, no values, or
    a value that is no finite decimal of zero or more.
    """

    start: datetime
    minutes: int
    values: tuple[Decimal | None, ...]

    def __post_init__(self) -> None:
        _check_grid(self.start, self.minutes)
        if not self.values:
            raise BadSeries("values", "the series has no interval; at least one is needed")
        for value in self.values:
            if value is not None and not _is_energy(value):
                raise BadSeries("values", f"{value!r} is no energy; accepted are finite decimals of zero or more")

    @property
    def end(self) -> datetime:
        """The end of the last interval, UTC."""
        return self.at(len(self.values))

    @property
    def is_complete(self) -> bool:
        """Whether no interval is missing."""
        return all(value is not None for value in self.values)

    def at(self, index: int) -> datetime:
        """Return the start of the interval of this index, UTC."""
        return self.start + timedelta(minutes=self.minutes * index)

    def total(self) -> Decimal | None:
        """Return the exact sum; None where an interval is missing."""
        with localcontext(decimals.EXACT):
            return _total(self.values)


@dataclass(frozen=True, slots=True)
class MissingSpan:
    """A run of missing intervals of a series: half-open, UTC."""

    series: str
    start: datetime
    end: datetime
    intervals: int


@dataclass(frozen=True, slots=True)
class DaySum:
    """A day on the wall clock; `total` is None where some of its intervals are missing.

    A day that the clock is changed has 23 or 25 hours of intervals; the first and last day may be covered in part.
    """

    day: date
    intervals: int
    missing: int
    total: Decimal | None


def from_points(points: Mapping[datetime, Decimal], start: datetime, end: datetime, minutes: int) -> Series:
    """Return the series of readings from `start` to `end`; an interval that no reading begins is missing.

    Readings are keyed by the start of their interval, in any zone. Raises `BadSeries` for one beside the grid.
    """
    _check_grid(start, minutes)
    step = timedelta(minutes=minutes)
    if end <= start or (end - start) % step:
        raise BadSeries("end", f"{end.isoformat()} is no whole number of intervals after {start.isoformat()}")
    values: list[Decimal | None] = [None] * ((end - start) // step)
    for moment, value in points.items():
        index, rest = divmod(moment - start, step)
        if rest or not 0 <= index < len(values):
            raise BadSeries("points", f"{moment.isoformat()} begins no interval of {minutes} minutes in the period")
        values[index] = value
    return Series(start, minutes, tuple(values))


def same_intervals(series: Mapping[str, Series]) -> None:
    """Raise `BadSeries` unless all series have the same intervals."""
    grids = {name: (one.start, one.minutes, len(one.values)) for name, one in series.items()}
    first = next(iter(grids), "")
    for name, grid in grids.items():
        if grid != grids[first]:
            start, minutes, count = grid
            message = f"{name} has {count} intervals of {minutes} minutes from {start.isoformat()}, {first} has others"
            raise BadSeries(name, message)


def known_values(series: Series) -> tuple[Decimal, ...]:
    """Return the values that are not missing; of a complete series all."""
    return tuple(value for value in series.values if value is not None)


def missing_spans(series: Mapping[str, Series]) -> tuple[MissingSpan, ...]:
    """Return every run of missing intervals, by series and time."""
    return tuple(span for name, one in series.items() if not one.is_complete for span in _spans(name, one))


def added(series: Sequence[Series]) -> Series:
    """Return the sum interval by interval; one is missing where it is in any of them. Raises `BadSeries`."""
    if not series:
        raise BadSeries("series", "no series to add; at least one is needed")
    same_intervals({str(index): one for index, one in enumerate(series)})
    columns = zip(*(one.values for one in series), strict=True)
    with localcontext(decimals.EXACT):
        return Series(series[0].start, series[0].minutes, tuple(map(_total, columns)))


def coarser(series: Series, minutes: int) -> Series:
    """Return the series in longer intervals from the same start; one is missing where a part of it is.

    Raises `BadSeries` where the intervals do not fill whole longer ones.
    """
    size, rest = divmod(minutes, series.minutes)
    if minutes not in LENGTHS or rest or not size or len(series.values) % size:
        message = f"{len(series.values)} intervals of {series.minutes} minutes do not fill whole ones of {minutes}"
        raise BadSeries("minutes", message)
    parts = (series.values[first : first + size] for first in range(0, len(series.values), size))
    with localcontext(decimals.EXACT):
        return Series(series.start, minutes, tuple(map(_total, parts)))


def by_day(series: Series, zone: tzinfo) -> tuple[DaySum, ...]:
    """Return the sums of the days on the wall clock of `zone`, in order.

    Raises `BadSeries` where an interval reaches over midnight, as hours of UTC do in a zone of half an hour.
    """
    days = groupby(range(len(series.values)), key=lambda index: series.at(index).astimezone(zone).date())
    with localcontext(decimals.EXACT):
        return tuple(_day(series, zone, day, list(indices)) for day, indices in days)


def _day(series: Series, zone: tzinfo, day: date, indices: list[int]) -> DaySum:
    last = (series.at(indices[-1] + 1) - _LAST).astimezone(zone)
    if last.date() != day:
        start = series.at(indices[-1]).isoformat()
        raise BadSeries("zone", f"the interval from {start} reaches over midnight of {day}; shorter ones are needed")
    values = series.values[indices[0] : indices[-1] + 1]
    return DaySum(day, len(values), sum(value is None for value in values), _total(values))


def _spans(name: str, series: Series) -> Iterable[MissingSpan]:
    for is_missing, run in groupby(range(len(series.values)), key=lambda index: series.values[index] is None):
        indices = list(run)
        if is_missing:
            yield MissingSpan(name, series.at(indices[0]), series.at(indices[-1] + 1), len(indices))


def _check_grid(start: datetime, minutes: int) -> None:
    if minutes not in LENGTHS:
        raise BadSeries("minutes", f"an interval of {minutes} minutes; accepted are {', '.join(map(str, LENGTHS))}")
    if start.tzinfo is None or start.utcoffset() != timedelta(0):
        accepted = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
        raise BadSeries("start", f"{start.isoformat()} is not in UTC; accepted is such as {accepted}")
    if start.minute % _QUARTER or start.second or start.microsecond:
        raise BadSeries("start", f"{start.isoformat()} is on no quarter of an hour")


def _is_energy(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and (not value.is_signed() or not value)


def _total(values: tuple[Decimal | None, ...]) -> Decimal | None:
    """Return the sum, None where a value is missing; in the caller's context, which is entered once for all sums."""
    known = [value for value in values if value is not None]
    return sum(known, _ZERO) if len(known) == len(values) else None
