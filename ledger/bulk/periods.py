"""Times in columns: RFC 3339 texts to instants, instants to the wall clock of a zone. What is unusual is null.

Only what leaves no doubt is read here: whole seconds, years of this century and the last decade before it, days on
which no clock is put forward or back. `ledger.periods` reads the rest, row by row, and is the one place with refusals.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import polars as pl

from accounting.refusals import Refused
from ledger.periods import zone_of

_HEAD: Final = r"^(199|20[0-9])[0-9]-[01][0-9]-[0-3][0-9]T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
_HEAD_LENGTH: Final = len("2026-03-01T00:00:00")
_OFFSET: Final = re.compile(r"Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_SECOND: Final = timedelta(seconds=1)
INSTANT: Final = pl.Datetime("us")
"""Instants are kept in UTC and wall clocks as they are; both without a zone, so that nothing converts them unasked."""


def instants(texts: pl.Series) -> pl.Series:
    """Return the instants, in UTC, of texts such as `2026-03-01T00:00:00+08:00`; null for others."""
    heads, tails = texts.str.slice(0, _HEAD_LENGTH), texts.str.slice(_HEAD_LENGTH)
    is_usual = heads.str.contains(_HEAD)
    read = heads.set(~is_usual.fill_null(value=False), None).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False
    )
    offsets = {tail: _seconds(tail) for tail in tails.unique().drop_nulls()}
    return read - _durations(tails, offsets)


def wall_clocks(moments: pl.Series, zone: str) -> pl.Series:
    """Return instants on the clock of an IANA zone; null on days on which the clock is changed, or of no such zone."""
    days = moments.dt.date()
    offsets = {day: _seconds_of_day(zone, day) for day in days.unique().drop_nulls()}
    return moments + _durations(days, offsets)


def _durations(keys: pl.Series, seconds: Mapping[Any, int | None]) -> pl.Series:
    known = {key: found for key, found in seconds.items() if found is not None}
    if not known:
        return pl.Series(values=[None] * len(keys), dtype=pl.Duration("us"))
    found = keys.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int64)
    return (found * 1_000_000).cast(pl.Duration("us"))


def _seconds(offset: str) -> int | None:
    if not _OFFSET.fullmatch(offset):
        return None
    if offset == "Z":
        return 0
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return (-60 if offset[0] == "-" else 60) * minutes


@lru_cache(maxsize=65_536)
def _seconds_of_day(zone: str, day: date) -> int | None:
    """Return by how much a zone's clock is ahead of UTC on a day of UTC, or None where that changes on it."""
    try:
        clock = zone_of(zone)
    except Refused:
        return None
    starts = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ahead, later = (moment.astimezone(clock).utcoffset() for moment in (starts, starts + timedelta(days=1)))
    return None if ahead is None or ahead != later else ahead // _SECOND
