from datetime import date

import pytest

from api.demo.windows import bill_periods, day_of, midnight, months_after, window_before, window_from


@pytest.mark.parametrize(
    ("today", "last", "full_year"),
    [
        (date(2026, 11, 1), date(2026, 10, 1), 2025),
        (date(2026, 11, 30), date(2026, 10, 1), 2025),
        (date(2027, 1, 1), date(2026, 12, 1), 2026),
        (date(2027, 1, 31), date(2026, 12, 1), 2026),
        (date(2026, 2, 28), date(2026, 1, 1), 2025),
    ],
)
def test_a_window_ends_with_the_last_month_that_is_over(today: date, last: date, full_year: int) -> None:
    window = window_before(today, 36)
    assert (window.last, window.full_year) == (last, full_year)
    assert len(window.months) == 36
    assert window.months[-1] == last
    assert window_from(window.first, 36) == window


def test_months_are_counted_across_years() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 1)
    assert months_after(date(2025, 3, 1), -3) == date(2024, 12, 1)
    assert window_before(date(2026, 11, 22), 36).months_back(date(2025, 12, 1)) == 10


def test_bills_of_each_cycle() -> None:
    window = window_before(date(2025, 8, 1), 8)
    monthly, mid, quarters, years = (bill_periods(cycle, window) for cycle in ("month", "mid", "quarter", "year"))
    assert [bill.label for bill in monthly] == [f"{month:%Y-%m}" for month in window.months]
    assert (monthly[1].start, monthly[1].end) == (date(2025, 1, 1), date(2025, 2, 1))
    assert (mid[1].label, mid[1].start, mid[1].end) == ("2025-01", date(2024, 12, 16), date(2025, 1, 16))
    assert mid[1].months == (date(2025, 1, 1),)
    assert [(bill.label, bill.start, bill.end) for bill in quarters] == [
        ("2025-Q1", date(2025, 1, 1), date(2025, 4, 1)),
        ("2025-Q2", date(2025, 4, 1), date(2025, 7, 1)),
    ]
    assert years == []
    assert [bill.label for bill in bill_periods("year", window_before(date(2026, 11, 22), 36))] == ["2024", "2025"]


def test_bills_follow_each_other_without_gap_or_overlap() -> None:
    window = window_before(date(2026, 11, 22), 36)
    for cycle in ("month", "mid", "quarter", "year"):
        bills = bill_periods(cycle, window)
        assert [bill.end for bill in bills[:-1]] == [bill.start for bill in bills[1:]], cycle


def test_a_day_begins_on_the_parks_clock() -> None:
    assert midnight(date(2026, 3, 1)).isoformat() == "2026-03-01T00:00:00+08:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0/07", date(2025, 7, 1)),
        ("0/12/18", date(2025, 12, 18)),
        ("-2/06", date(2023, 6, 1)),
        ("1/01", date(2026, 1, 1)),
        ("first", date(2023, 11, 1)),
        ("last", date(2026, 10, 1)),
        ("last/28", date(2026, 10, 28)),
        ("last-22", date(2024, 12, 1)),
    ],
)
def test_days_are_written_to_hold_for_any_window(text: str, day: date) -> None:
    assert day_of(text, window_before(date(2026, 11, 22), 36)) == day


@pytest.mark.parametrize(
    ("today", "months", "years"),
    [
        (date(2026, 11, 22), 36, (2024, 2025)),
        (date(2027, 1, 5), 36, (2024, 2025, 2026)),
        (date(2026, 11, 22), 6, ()),
        (date(2026, 1, 22), 13, (2025,)),
    ],
)
def test_full_years_have_every_month_in_the_window(today: date, months: int, years: tuple[int, ...]) -> None:
    assert window_before(today, months).full_years == years
