"""Periods: when an activity happened, as instants and as the site's wall clock."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from accounting.refusals import RefusalCode, Refused

LONGEST: Final = timedelta(days=3660)
"""A period may span ten years, more than any bill does; longer ones are a mistyped year."""
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(minutes=5)
"""Clocks differ: a period may end by so much later than now."""
_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


class Period(NamedTuple):
    """A half-open period: instants in UTC and the same two moments on the site's wall clock."""

    start: datetime
    end: datetime
    local_start: datetime
    local_end: datetime


def instant(text: object, field: str) -> datetime:
    """Return the instant of an RFC 3339 date and time with an offset; raises `Refused`."""
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise Refused(
            RefusalCode.BAD_TIME,
            field,
            f"{text!r} is not a date and time with an offset, such as 2026-03-01T00:00:00+08:00; a time without offset "
            "could mean another day",
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(RefusalCode.BAD_TIME, field, f"{text!r} is no day of the calendar") from None


def period(start_text: object, end_text: object, time_zone: str, now: datetime) -> Period:
    """Return the period between two texts on the wall clock of a zone; raises `Refused`."""
    start, end = instant(start_text, "periodStart"), instant(end_text, "periodEnd")
    if end <= start:
        raise Refused(
            RefusalCode.PERIOD_ENDS_BEFORE_START, "periodEnd", f"the period ends at {end_text}, not after {start_text}"
        )
    if end - start > LONGEST:
        raise Refused(
            RefusalCode.PERIOD_TOO_LONG,
            "periodEnd",
            f"the period spans {(end - start).days} days; at most {LONGEST.days}",
        )
    if start < EARLIEST:
        raise Refused(RefusalCode.BAD_TIME, "periodStart", f"{start_text} is before {EARLIEST.date()}")
    if end > now + AHEAD:
        raise Refused(
            RefusalCode.PERIOD_IN_FUTURE, "periodEnd", f"{end_text} has not happened yet; a ledger holds what has"
        )
    return Period(start, end, *_on_the_clock(start, end, zone_of(time_zone)))


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """Return an IANA time zone; raises `Refused`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(
            RefusalCode.UNKNOWN_TIME_ZONE, "timeZone", f"{name!r} is no IANA time zone, such as Asia/Shanghai"
        ) from None


def _on_the_clock(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return a period on a wall clock. Where the clock is put back in it, the end may read earlier than the start: then
    it is so much later as really passed, since a quantity needs a month to count in.
    """
    local_start, local_end = _wall_clock(start, zone), _wall_clock(end, zone)
    return local_start, local_end if local_end > local_start else local_start + (end - start)


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
