"""Spans of readings as they are posted: what they hold, how they are checked, and what became of each."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Final
from uuid import UUID

import msgspec

from accounting.intervals.roles import SHARE_UNIT
from accounting.refusals import RefusalCode, Refused
from emission_factors import decimals
from ledger.intervals.series import IntervalSeries
from ledger.periods import EARLIEST, zone_of

MOST_VALUES: Final = 10_000
"""Values one request may hold, those that are missing included."""
_AHEAD: Final = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours, as for activities."""


@dataclass(frozen=True, slots=True)
class Span:
    """Readings of a series one after the other from `start`, in its own unit; None where there is none."""

    series: UUID
    start: datetime
    minutes: int
    values: Sequence[Decimal | None]

    @property
    def missing(self) -> int:
        """How many intervals have no value."""
        return sum(1 for value in self.values if value is None)

    def at(self, index: int) -> datetime:
        """Return the start of the interval of this index."""
        return self.start + timedelta(minutes=self.minutes * index)


class IntervalConflict(msgspec.Struct, frozen=True):
    """An interval with another value in the ledger: both, in the unit of the series; None where it was withdrawn."""

    start: datetime
    known: Decimal | None
    given: Decimal


class SpanOutcome(msgspec.Struct, frozen=True):
    """What became of a span: how many intervals are new, were there, differ, or had no value; the first conflicts."""

    series: UUID
    accepted: int
    duplicates: int
    conflicts: int
    missing: int
    conflicting: tuple[IntervalConflict, ...] = ()


def check_calendar(spans: Sequence[Span]) -> None:
    """Raise `Refused` for the first span whose instants are on no calendar, before anything is reckoned with them."""
    for number, span in enumerate(spans):
        _check_calendar(span, f"readings[{number}].start")


def check_spans(spans: Sequence[Span], series: Mapping[UUID, IntervalSeries], now: datetime) -> None:
    """Raise `Refused` for the first span that cannot be used, or where two overlap."""
    total = sum(len(span.values) for span in spans)
    if not 1 <= total <= MOST_VALUES or not all(span.values for span in spans):
        message = f"{total} values in {len(spans)} spans; accepted is 1 to {MOST_VALUES}, and no span without any"
        raise Refused(RefusalCode.BAD_INTERVALS, "readings", message)
    for number, span in enumerate(spans):
        _check_span(span, series[span.series], f"readings[{number}]", now)
    ordered = sorted(enumerate(spans), key=lambda pair: (pair[1].series, pair[1].start))
    for (_, before), (number, after) in pairwise(ordered):
        if before.series == after.series and after.start < before.at(len(before.values)):
            message = f"the interval from {shown(after.start)} is given twice in one request"
            raise Refused(RefusalCode.BAD_INTERVALS, f"readings[{number}].start", message)


def check_reading(series: IntervalSeries, start: datetime, value: Decimal, now: datetime) -> None:
    """Raise `Refused` for one reading, of a file, that cannot be used."""
    span = Span(series.id, start, series.minutes, (value,))
    _check_start(span, series, "start")
    _check_value(value, series, "value")
    _check_passed(span.at(1), "value", now)


def fingerprint_of(spans: Sequence[Span], reason: str) -> bytes:
    """Return the SHA-256 over a request; equal ones have equal fingerprints, and none has that of a posting of rows."""
    parts = [f"{span.series} {shown(span.start)} {span.minutes} {','.join(map(str, span.values))}" for span in spans]
    return hashlib.sha256("\n".join(["intervals", reason, *parts]).encode()).digest()


def stored_array(values: Sequence[Decimal | None], to_base: Decimal) -> str:
    """Return values in the base unit as the text of an array, exactly; `to_base` base units are one of the series."""
    with localcontext(decimals.EXACT):
        texts = ("NULL" if value is None else format(value * to_base, "f") for value in values)
        return f"{{{','.join(texts)}}}"


def posted_value(value: Decimal, to_base: Decimal) -> Decimal:
    """Return a stored value in the unit it was posted in; that is finite, for it was posted so."""
    return decimals.EXACT.divide(value, to_base).normalize(decimals.EXACT)


def shown(moment: datetime) -> str:
    """Return an instant as messages name it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _check_span(span: Span, series: IntervalSeries, field: str, now: datetime) -> None:
    if span.minutes != series.minutes:
        message = f"intervals of {span.minutes} minutes; the series has {series.minutes}"
        raise Refused(RefusalCode.BAD_INTERVALS, f"{field}.minutes", message)
    _check_start(span, series, f"{field}.start")
    known = [index for index, value in enumerate(span.values) if value is not None]
    for index in known:
        _check_value(span.values[index], series, f"{field}.values[{index}]")
    if known:
        _check_passed(span.at(known[-1] + 1), f"{field}.values[{known[-1]}]", now)


def _check_passed(end: datetime, field: str, now: datetime) -> None:
    if end > now + _AHEAD:
        message = f"the interval until {shown(end)} has not passed yet; a ledger holds what has"
        raise Refused(RefusalCode.PERIOD_IN_FUTURE, field, message)


def _check_value(value: Decimal | None, series: IntervalSeries, field: str) -> None:
    if value is not None and value < 0:
        message = f"{value} is negative; what flows the other way is a series of its own"
        raise Refused(RefusalCode.NEGATIVE_QUANTITY, field, message)
    if value is not None and series.base_unit == SHARE_UNIT and decimals.product(value, series.to_base) > 1:
        raise Refused(RefusalCode.FRACTION_OUT_OF_RANGE, field, f"{value} {series.unit} is more than the whole")


def _check_calendar(span: Span, field: str) -> None:
    try:
        years = (span.start.year, span.at(len(span.values)).year)
    except OverflowError:
        years = (MINYEAR, MAXYEAR)
    if min(years) == MINYEAR or max(years) == MAXYEAR:  # in UTC and on another clock it may be the year beyond
        message = f"{span.start.isoformat()} and what follows by {span.minutes} minutes is no time of a reading"
        raise Refused(RefusalCode.BAD_TIME, field, message)


def _check_start(span: Span, series: IntervalSeries, field: str) -> None:
    """Raise `Refused` for a start before 1990 or beside the grid: full hours of the site's standard time, or parts."""
    _check_calendar(span, field)
    if span.start < EARLIEST:
        raise Refused(RefusalCode.BAD_TIME, field, f"{shown(span.start)} is before {EARLIEST.date()}")
    local = span.start.astimezone(zone_of(series.time_zone))
    standard = (local.utcoffset() or timedelta()) - (local.dst() or timedelta())
    if (span.start - EARLIEST + standard) % timedelta(minutes=span.minutes):
        message = (
            f"{shown(span.start)} is {local:%H:%M:%S} at the site; intervals of {span.minutes} minutes begin on the "
            "hour or a whole number of them after it"
        )
        raise Refused(RefusalCode.BAD_INTERVALS, field, message)
