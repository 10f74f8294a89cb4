"""Series by intervals: what is missing, sums of days on the wall clock, longer intervals."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.intervals.series import (
    BadSeries,
    DaySum,
    MissingSpan,
    Series,
    added,
    by_day,
    coarser,
    from_points,
    missing_spans,
    same_intervals,
)

START = datetime(2026, 3, 1, tzinfo=UTC)


def series(*values: str | None, minutes: int = 60, start: datetime = START) -> Series:
    return Series(start, minutes, tuple(None if value is None else Decimal(value) for value in values))


def ones(hours: int, start: datetime, minutes: int = 60) -> Series:
    return Series(start, minutes, (Decimal(1),) * (hours * 60 // minutes))


def test_the_ends_and_the_sum() -> None:
    found = series("1.5", "0", "2.25", minutes=15)
    assert (found.end, found.at(2)) == (START + timedelta(minutes=45), START + timedelta(minutes=30))
    assert found.total() == Decimal("3.75")
    assert found.is_complete


def test_a_missing_interval_is_not_zero() -> None:
    found = series("1", None, "2")
    assert not found.is_complete
    assert found.total() is None


def test_a_sum_keeps_every_digit() -> None:
    tiny = "0.000000000000000001"
    assert series("12345678901234567890", tiny).total() == Decimal(f"12345678901234567890.{tiny[2:]}")


@pytest.mark.parametrize(
    ("start", "minutes", "values", "field", "message"),
    [
        (START.replace(tzinfo=None), 60, (Decimal(1),), "start", "not in UTC"),
        (START.replace(tzinfo=timezone(timedelta(hours=8))), 60, (Decimal(1),), "start", "not in UTC"),
        (START.replace(minute=5), 60, (Decimal(1),), "start", "no quarter of an hour"),
        (START.replace(second=1), 60, (Decimal(1),), "start", "no quarter of an hour"),
        (START, 10, (Decimal(1),), "minutes", "10 minutes; accepted are 15, 30, 60"),
        (START, 60, (), "values", "no interval"),
        (START, 60, (Decimal(-1),), "values", "zero or more"),
        (START, 60, (Decimal("NaN"),), "values", "finite"),
        (START, 60, (Decimal("Infinity"),), "values", "finite"),
        (START, 60, (1.5,), "values", "1.5 is no energy"),
    ],
)
def test_what_is_no_series_is_refused(
    start: datetime, minutes: int, values: tuple[Decimal, ...], field: str, message: str
) -> None:
    with pytest.raises(BadSeries, match=message) as error:
        Series(start, minutes, values)
    assert error.value.field == field


# Readings


def test_readings_in_any_zone_and_order_become_a_series() -> None:
    local = timezone(timedelta(hours=8))
    points = {
        START + timedelta(hours=2): Decimal(3),
        datetime(2026, 3, 1, 8, tzinfo=local): Decimal(1),
    }
    found = from_points(points, START, START + timedelta(hours=4), 60)
    assert found == series("1", None, "3", None)


@pytest.mark.parametrize("minutes", [-60, 30, 240])
def test_a_reading_beside_the_grid_is_refused(minutes: int) -> None:
    with pytest.raises(BadSeries, match="begins no interval of 60 minutes in the period"):
        from_points({START + timedelta(minutes=minutes): Decimal(1)}, START, START + timedelta(hours=4), 60)


@pytest.mark.parametrize("minutes", [0, 90])
def test_a_period_is_whole_intervals(minutes: int) -> None:
    with pytest.raises(BadSeries, match="no whole number of intervals"):
        from_points({}, START, START + timedelta(minutes=minutes), 60)


def test_missing_runs_are_listed_by_series_and_time() -> None:
    named = {"pv": series("1", None, None, "1", None), "load": series("1", "1", "1", "1", "1")}
    hour = timedelta(hours=1)
    assert missing_spans(named) == (
        MissingSpan("pv", START + hour, START + 3 * hour, 2),
        MissingSpan("pv", START + 4 * hour, START + 5 * hour, 1),
    )


# Sums


def test_meters_are_added_interval_by_interval() -> None:
    assert added([series("1", "2"), series("0.5", None)]) == series("1.5", None)
    with pytest.raises(BadSeries, match="no series to add"):
        added([])


@pytest.mark.parametrize(
    "other", [series("1"), series("1", "2", minutes=30), series("1", "2", start=START + timedelta(hours=1))]
)
def test_series_of_other_intervals_do_not_go_together(other: Series) -> None:
    with pytest.raises(BadSeries, match=r"b has .* a has others") as error:
        same_intervals({"a": series("1", "2"), "b": other})
    assert error.value.field == "b"


def test_quarters_become_hours() -> None:
    quarters = series("1", "2", "3", "4", "1", None, "1", "1", minutes=15)
    assert coarser(quarters, 60) == series("10", None)
    assert coarser(quarters, 15) == quarters
    halves = coarser(quarters, 30)
    assert halves.values == (Decimal(3), Decimal(7), None, Decimal(2))


@pytest.mark.parametrize(("count", "minutes", "longer"), [(5, 15, 60), (4, 30, 45), (4, 60, 30), (2, 60, 120)])
def test_intervals_that_do_not_fill_longer_ones_are_refused(count: int, minutes: int, longer: int) -> None:
    with pytest.raises(BadSeries, match=f"do not fill whole ones of {longer}"):
        coarser(series(*["1"] * count, minutes=minutes), longer)


@given(st.lists(st.none() | st.decimals(0, 1000, places=3), min_size=4, max_size=40))
def test_longer_intervals_keep_the_total(values: list[Decimal | None]) -> None:
    whole = Series(START, 15, tuple(values[: len(values) // 4 * 4]))
    assert coarser(whole, 60).total() == whole.total()


# Days


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Shanghai", date(2026, 3, 29), 24),
    ],
)
def test_days_that_the_clock_is_changed_have_23_and_25_hours(zone: str, day: date, hours: int, minutes: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    days = by_day(ones(72, start - timedelta(hours=24), minutes), ZoneInfo(zone))
    assert DaySum(day, hours * 60 // minutes, 0, Decimal(hours * 60 // minutes)) in days
    assert [one.day for one in days[:3]] == [day - timedelta(1), day, day + timedelta(1)]
    assert sum(one.intervals for one in days) == 72 * 60 // minutes


def test_a_day_with_a_missing_interval_has_no_sum() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 2, 28, 16, tzinfo=UTC)
    days = by_day(Series(start, 60, (Decimal(1),) * 30 + (None,) * 2 + (Decimal(1),) * 16), zone)
    assert days == (DaySum(date(2026, 3, 1), 24, 0, Decimal(24)), DaySum(date(2026, 3, 2), 24, 2, None))


def test_hours_of_utc_reach_over_midnight_in_a_zone_of_half_an_hour() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    with pytest.raises(BadSeries, match="reaches over midnight of 2026-03-01") as error:
        by_day(ones(24, START), zone)
    assert error.value.field == "zone"
    assert sum(one.intervals for one in by_day(ones(24, START, 30), zone)) == 48
    in_step = ones(24, START - timedelta(minutes=330))
    assert by_day(in_step, zone) == (DaySum(date(2026, 3, 1), 24, 0, Decimal(24)),)


def test_a_day_that_begins_at_one_is_no_straddle() -> None:
    zone = ZoneInfo("America/Sao_Paulo")  # until 2019 the clock was put forward at midnight
    days = by_day(ones(72, datetime(2018, 11, 3, 3, tzinfo=UTC)), zone)
    assert days[1] == DaySum(date(2018, 11, 4), 23, 0, Decimal(23))


@given(st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=400), st.sampled_from([15, 30]))
def test_days_add_up_to_the_series(values: list[Decimal], minutes: int) -> None:
    whole = Series(datetime(2026, 10, 24, tzinfo=UTC), minutes, tuple(values))
    days = by_day(whole, ZoneInfo("Europe/Berlin"))
    assert sum(one.total or 0 for one in days) == whole.total()
    assert sum(one.intervals for one in days) == len(values)
