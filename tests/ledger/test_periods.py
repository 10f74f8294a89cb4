"""Periods: what is taken for a time, and what it is on the site's clock."""

from datetime import UTC, datetime

import pytest

from accounting.refusals import RefusalCode, Refused
from ledger.periods import instant, period

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-01T00:00:00+08:00", datetime(2025, 2, 28, 16, 0, tzinfo=UTC)),
        ("2025-03-01T00:00:00Z", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-03-01t00:00:00z", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-03-01T00:00:00.123456-05:30", datetime(2025, 3, 1, 5, 30, 0, 123456, tzinfo=UTC)),
    ],
)
def test_times_with_an_offset_are_taken(text: str, expected: datetime) -> None:
    assert instant(text, "periodStart") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-01T00:00:00",
        "2025-03-01",
        "2025-W09-6",
        "20250301T000000Z",
        "2025-03-01T24:00:00Z",
        "2025-03-01T00:00:60Z",
        "2025-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-03-01 00:00:00Z",
        "２０２５-03-01T00:00:00Z",
        "",
        None,
        20250301,
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_anything_else_is_refused_with_what_was_given(text: object) -> None:
    with pytest.raises(Refused) as refused:
        instant(text, "periodEnd")
    assert (refused.value.code, refused.value.field) == (RefusalCode.BAD_TIME, "periodEnd")
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z", RefusalCode.PERIOD_ENDS_BEFORE_START),
        ("2025-03-02T00:00:00Z", "2025-03-01T00:00:00Z", RefusalCode.PERIOD_ENDS_BEFORE_START),
        ("2000-01-01T00:00:00Z", "2025-01-01T00:00:00Z", RefusalCode.PERIOD_TOO_LONG),
        ("1989-12-31T00:00:00Z", "1990-01-31T00:00:00Z", RefusalCode.BAD_TIME),
        ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", RefusalCode.PERIOD_IN_FUTURE),
    ],
)
def test_impossible_periods_are_refused(start: str, end: str, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        period(start, end, "Asia/Shanghai", NOW)
    assert refused.value.code is code


def test_a_period_that_ends_this_minute_is_taken() -> None:
    assert period("2026-11-22T11:00:00Z", "2026-11-22T12:04:59Z", "UTC", NOW).end > NOW


def test_wall_clock_across_a_change_of_clocks() -> None:
    found = period("2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00", "Europe/Berlin", NOW)
    assert (found.end - found.start).total_seconds() == 23 * 3600
    assert (found.local_end - found.local_start).total_seconds() == 24 * 3600
