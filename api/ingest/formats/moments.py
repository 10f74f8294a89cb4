"""Dates and times in files: the forms a profile reads, on its clock, brought to RFC 3339 in UTC."""

from typing import Final

import polars

from accounting.management.ingest_profiles import DateOrder, IngestProfile, PeriodEnd

_TIME: Final = (
    r"(?:(?:T|\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.(?P<part>[0-9]{1,6}))?)?)?"
    r"\s*(?:(?P<utc>Z)|(?P<sign>[+-])(?P<ahead_hours>[01][0-9]|2[0-3]):(?P<ahead_minutes>[0-5][0-9]))?$"
)
_YEAR_FIRST: Final = r"^(?P<year>[0-9]{4})(?:[-/.]|年)(?P<month>[0-9]{1,2})(?:[-/.]|月)(?P<day>[0-9]{1,2})日?" + _TIME
_COMPACT: Final = r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})" + _TIME
_DAY_FIRST: Final = r"^(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})" + _TIME
_MONTH_FIRST: Final = r"^(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})[-/.](?P<year>[0-9]{4})" + _TIME
_FORMS: Final = {
    DateOrder.YEAR_FIRST: (_YEAR_FIRST, _COMPACT),
    DateOrder.DAY_FIRST: (_YEAR_FIRST, _DAY_FIRST),
    DateOrder.MONTH_FIRST: (_YEAR_FIRST, _MONTH_FIRST),
}
_SUCH_AS: Final = {
    DateOrder.YEAR_FIRST: "2026-03-31, 2026/3/31 08:00 or 2026年3月31日",
    DateOrder.DAY_FIRST: "31/03/2026, 31.3.2026 08:00 or 2026-03-31",
    DateOrder.MONTH_FIRST: "03/31/2026, 3/31/2026 08:00 or 2026-03-31",
}
_SPANS: Final = (
    r"^(?P<year>[0-9]{4})年?$",
    r"^(?P<year>[0-9]{4})(?:[-/.年]?(?P<month>[0-9]{2})|[-/.年](?P<month1>[0-9]))月?$",
    r"^(?P<year>[0-9]{4})(?:[-/.]|年)(?P<month>[0-9]{1,2})(?:[-/.]|月)(?P<day>[0-9]{1,2})日?$",
)
_PARTS: Final = (
    *("year", "month", "month1", "day", "hour", "minute", "second", "part"),
    *("utc", "sign", "ahead_hours", "ahead_minutes"),
)
_FROM_PARTS: Final = "%Y-%m-%dT%H:%M:%S%.f"
_TO_UTC: Final = "%Y-%m-%dT%H:%M:%S%.fZ"


def moments(texts: polars.Series, profile: IngestProfile, *, is_end: bool) -> polars.DataFrame:
    """Return a row per different text: `text`, `moment` in RFC 3339 or null, and `fault`, why it is null.

    With an offset the text is that instant; without one it is on the profile's clock. A day without a time is its
    midnight; as a period's end only where the profile says whether the day is in the period. 24:00 is the day's end.
    """
    hour = polars.col("hour")
    is_day = hour.is_null() & polars.col("year").is_not_null()
    is_day_end = (hour == "24") & (polars.col("minute") == "00") & (polars.col("second").fill_null("00") == "00")
    is_last_day = is_day & polars.lit(is_end and profile.period_end is PeriodEnd.LAST_DAY)
    ahead = polars.col("ahead_hours").cast(polars.Int64) * 60 + polars.col("ahead_minutes").cast(polars.Int64)
    read = _parted(texts, _FORMS[profile.date_order]).select(
        "text",
        _clock(polars.when(is_day_end).then(polars.lit("00")).otherwise(hour)).alias("clock"),
        (is_day_end | is_last_day).fill_null(value=False).cast(polars.Int64).alias("days"),
        polars.when(polars.col("utc").is_not_null()).then(0)
        .otherwise(polars.when(polars.col("sign") == "-").then(-ahead).otherwise(ahead)).alias("ahead"),
        (is_day & polars.lit(is_end and profile.period_end is None)).alias("is_unclear"),
    )  # fmt: skip
    clock = polars.col("clock") + polars.duration(days="days")
    there = clock - polars.duration(minutes="ahead")
    here = _in_utc(clock, profile)
    moment = polars.when(polars.col("ahead").is_not_null()).then(there.dt.replace_time_zone("UTC")).otherwise(here)
    found = read.with_columns(polars.when(~polars.col("is_unclear")).then(moment).alias("moment"))
    return found.select("text", polars.col("moment").dt.strftime(_TO_UTC), _fault(profile).alias("fault"))


def spans(texts: polars.Series, profile: IngestProfile) -> polars.DataFrame:
    """Return a row per different text that is a year, month or day: `text`, `start`, `end`, and `fault` if null."""
    length = (
        polars.when(polars.col("day").is_not_null()).then(polars.lit("1d"))
        .when(_month().is_not_null()).then(polars.lit("1mo")).otherwise(polars.lit("1y"))
    )  # fmt: skip
    read = _parted(texts, _SPANS).select(
        "text", _clock(polars.lit("00")).alias("clock"), length.alias("length"),
        polars.lit(None, polars.Int64).alias("ahead"), polars.lit(value=False).alias("is_unclear"),
    )  # fmt: skip
    found = read.with_columns(
        _in_utc(polars.col("clock"), profile).alias("start"),
        _in_utc(polars.col("clock").dt.offset_by(polars.col("length")), profile).alias("end"),
    ).with_columns(polars.when(polars.col("end").is_not_null()).then(polars.col("start")).alias("moment"))
    start, end = (polars.col(name).dt.strftime(_TO_UTC) for name in ("moment", "end"))
    return found.select("text", start.alias("start"), end.alias("end"), _fault(profile, is_span=True).alias("fault"))


def _parted(texts: polars.Series, forms: tuple[str, ...]) -> polars.DataFrame:
    """Return the different texts with the parts that the first matching form finds in each."""
    frame = texts.unique().drop_nulls().rename("text").to_frame()
    found = polars.lit(None)
    groups = [polars.col("text").str.extract_groups(form) for form in forms]
    columns = []
    for part in _PARTS:
        of_part = [group.struct.field(part) for group, form in zip(groups, forms, strict=True) if f"<{part}>" in form]
        columns.append(polars.coalesce(*of_part, found).cast(polars.String).alias(part))
    return frame.with_columns(columns)


def _month() -> polars.Expr:
    return polars.coalesce("month", "month1")


def _clock(hour: polars.Expr) -> polars.Expr:
    """Return the wall clock of the parts; null for what is on no calendar or clock."""
    date = [_two(polars.col("year"), 4), _two(_month().fill_null("01")), _two(polars.col("day").fill_null("01"))]
    time = [_two(hour.fill_null("00")), polars.col("minute").fill_null("00"), polars.col("second").fill_null("00")]
    parts = [polars.concat_str(date, separator="-"), polars.concat_str(time, separator=":")]
    whole = polars.concat_str(
        polars.concat_str(parts, separator="T"), polars.lit("."), polars.col("part").fill_null("0")
    )
    return whole.str.to_datetime(_FROM_PARTS, time_unit="us", strict=False)


def _two(part: polars.Expr, width: int = 2) -> polars.Expr:
    return part.str.zfill(width)


def _in_utc(clock: polars.Expr, profile: IngestProfile) -> polars.Expr:
    """Return the instant of a wall clock of the profile; null without one, and where it is no time or comes twice."""
    if not profile.time_zone:
        return polars.lit(None, polars.Datetime("us", "UTC"))
    zoned = clock.dt.replace_time_zone(profile.time_zone, ambiguous="null", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


def _fault(profile: IngestProfile, *, is_span: bool = False) -> polars.Expr:
    unclear = "is a day without a time; name a profile with period_end, which says whether the day is in the period"
    zone = profile.time_zone
    without = "has no offset, and no profile names the time zone it is in"
    twice = f"does not exist, or comes twice, on the clock of {zone}; write the offset"
    unknown = (
        "is no month, day or year, such as 2026-03, 2026年3月 or 2026" if is_span else f"is no date; {such_as(profile)}"
    )
    return (
        polars.when(polars.col("moment").is_not_null()).then(polars.lit(None, polars.String))
        .when(polars.col("clock").is_null()).then(polars.lit(unknown))
        .when(polars.col("is_unclear")).then(polars.lit(unclear))
        .otherwise(polars.lit(twice if zone else without))
    )  # fmt: skip


def such_as(profile: IngestProfile) -> str:
    """Say for the reader which dates are accepted."""
    return f"accepted is a date such as {_SUCH_AS[profile.date_order]}"
