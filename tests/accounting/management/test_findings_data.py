"""Findings in what sources post: exact thresholds, seasons that pass, meters that stop or roll over."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.change.denominators import months_between
from accounting.management.completeness import PostedMonth, Stream, matrix
from accounting.management.expectations import Expectation, Frequency
from accounting.management.findings import Actor, Finding, FindingKind, Severity, in_order
from accounting.management.findings_data import Series, gaps, series_of, unusual, usual_of
from accounting.management.meters import Meter

TENANT, SITE, SOURCE = UUID(int=1), UUID(int=2), UUID(int=3)
POWER = "electricity.grid"


def series(first: date, *quantities: str) -> Series:
    months = months_between(first, date(first.year + 5, 12, 1))
    found = dict(zip(months, map(Decimal, quantities), strict=False))
    return Series(TENANT, SITE, SOURCE, POWER, "MJ", found)


def told(found: Series, *meters: Meter) -> list[tuple[FindingKind, str]]:
    asked = set(found.months)
    return [(one.kind, f"{one.since:%Y-%m}") for one in unusual(found, meters, asked)]


def evidence(one: Finding) -> dict[str, Decimal | str]:
    return {found.name: found.text if found.value is None else found.value for found in one.evidence}


def test_the_median_is_of_the_nearest_twelve_without_the_month_itself() -> None:
    found = series(date(2023, 1, 1), *[str(number) for number in range(1, 25)])
    # July 2024 is 19; the nearest are 13 to 18 and 20 to 24, and then 12 of December 2023.
    usual = usual_of(found.months, date(2024, 7, 1))
    assert usual.nearest == Fraction(17 + 18, 2)
    assert usual.same_month == 7
    assert usual_of({}, date(2024, 7, 1)).limits == ()


def test_of_two_months_as_near_the_earlier_is_taken() -> None:
    at = {-7: 1, **dict.fromkeys(range(-5, 0), 1), **dict.fromkeys(range(1, 8), 9)}
    months = {
        date(2023, 8 + offset, 1) if offset < 5 else date(2024, offset - 4, 1): number for offset, number in at.items()
    }
    assert usual_of({one: Decimal(number) for one, number in months.items()}, date(2023, 8, 1)).nearest == 5


@given(st.dictionaries(st.integers(0, 120), st.integers(0, 30), min_size=1, max_size=40), st.integers(0, 120))
def test_the_nearest_months_are_found_however_many_are_missing(posted: dict[int, int], here: int) -> None:
    months = {date(2015 + at // 12, at % 12 + 1, 1): Decimal(number) for at, number in posted.items()}
    nearest = [posted[at] for at in sorted(posted, key=lambda at: (abs(at - here), at)) if at != here][:12]
    usual = usual_of(months, date(2015 + here // 12, here % 12 + 1, 1))
    assert usual.nearest == ((median(nearest) or None) if len(nearest) >= 6 else None)


@pytest.mark.parametrize(("quantity", "is_told"), [("4000", False), ("4000.000001", True)])
def test_four_times_the_median_is_still_a_season(quantity: str, is_told: bool) -> None:
    found = series(date(2024, 1, 1), *["1000"] * 6, quantity)
    assert told(found) == ([(FindingKind.SPIKE, "2024-07")] if is_told else [])


@pytest.mark.parametrize(("quantity", "is_told"), [("250", False), ("249.999", True)])
def test_a_quarter_of_the_median_is_too(quantity: str, is_told: bool) -> None:
    found = series(date(2024, 1, 1), *["1000"] * 6, quantity)
    assert told(found) == ([(FindingKind.SPIKE, "2024-07")] if is_told else [])


def test_with_the_same_month_of_another_year_twice_is_far() -> None:
    year = ["1000"] * 12
    assert told(series(date(2023, 1, 1), *year, *year[:6], "2000", *year[:5])) == []
    assert told(series(date(2023, 1, 1), *year, *year[:6], "2000.1", *year[:5])) == [(FindingKind.SPIKE, "2024-07")]


def test_a_season_that_comes_again_passes() -> None:
    year = ["900", "800", "300", "100", "100", "100", "100", "100", "100", "100", "300", "800"]
    assert told(series(date(2023, 1, 1), *year, *year)) == []


def test_less_than_six_other_months_are_nothing_usual() -> None:
    assert told(series(date(2024, 1, 1), *["1000"] * 5, "1000000")) == []


def test_a_thousandfold_month_says_the_numbers() -> None:
    [one] = unusual(series(date(2024, 1, 1), *["3600"] * 6, "3600000"), [], {date(2024, 7, 1)})
    assert evidence(one) == {
        "quantity": Decimal(1000000),
        "median of the nearest months, up to twelve": Decimal(1000),
        "ratio to the median": Decimal(1000),
    }
    assert one.evidence[0].unit == "kWh"
    assert one.message == "electricity.grid of 2024-07 is 1000.0 times the median month."
    assert (one.first, one.last, one.actor) == (date(2024, 7, 1), date(2024, 7, 31), Actor.CONTRIBUTOR)


def test_only_months_asked_are_told() -> None:
    found = series(date(2024, 1, 1), *["1000"] * 6, "9000", "9000")
    assert [one.since for one in unusual(found, [], {date(2024, 8, 1)})] == [date(2024, 8, 1)]


@pytest.mark.parametrize(
    ("quantity", "kind"), [("0", "METER_RESET"), ("50", "METER_RESET"), ("50.1", "SPIKE"), ("300", "")]
)
def test_nearly_nothing_between_ordinary_months_is_a_stopped_meter(quantity: str, kind: str) -> None:
    found = series(date(2024, 1, 1), *["1000"] * 4, quantity, *["1000"] * 4)
    assert told(found) == ([(FindingKind(kind), "2024-05")] if kind else [])


def test_a_shutdown_of_two_months_or_at_the_end_is_no_stopped_meter() -> None:
    assert told(series(date(2024, 1, 1), *["1000"] * 4, "0", "0", *["1000"] * 6)) == []
    assert told(series(date(2024, 1, 1), *["1000"] * 8, "0")) == []


def test_nothing_in_the_same_month_of_every_year_is_a_season() -> None:
    year = ["1000"] * 4 + ["0"] + ["1000"] * 7
    assert told(series(date(2023, 1, 1), *year, *year)) == []


def test_more_than_the_register_counts_was_subtracted_across_its_rollover() -> None:
    meter = Meter(SOURCE, "E-1", Decimal(1), "kWh", "", None, None, Decimal(999), date(2024, 3, 1), None, "")
    found = series(date(2024, 1, 1), "3600", "3600", "3596.4", "3596.5")
    assert told(found, meter) == [(FindingKind.METER_RESET, "2024-04")]
    assert told(found) == []


def test_the_month_that_is_not_over_is_not_judged() -> None:
    posted = [PostedMonth(TENANT, SITE, SOURCE, POWER, "MJ", date(2024, m, 1), Decimal(1), 1) for m in (1, 2, 3)]
    [found] = series_of(posted, date(2024, 3, 31))
    assert sorted(found.months) == [date(2024, 1, 1), date(2024, 2, 1)]


def test_a_gap_is_told_once_for_its_run_and_says_since_when() -> None:
    expected = Expectation(SOURCE, None, "", Frequency.MONTH, date(2024, 1, 1), None)
    months = months_between(date(2024, 1, 1), date(2024, 4, 1))
    rows = matrix([Stream(TENANT, SITE, SOURCE)], [(TENANT, expected)], [], months, date(2024, 4, 20))
    [one] = gaps(rows, date(2024, 4, 20))
    assert (one.kind, one.severity, one.since) == (FindingKind.GAP, Severity.SEVERE, date(2024, 2, 15))
    assert (one.first, one.last) == (date(2024, 1, 1), date(2024, 2, 29))
    assert one.message.startswith("Nothing was posted for 2024-01 to 2024-02")
    assert evidence(one)["months missing"] == 2


def test_the_severest_and_newest_comes_first() -> None:
    found = [
        *unusual(series(date(2024, 1, 1), *["1000"] * 6, "9000", "9000"), [], {date(2024, 7, 1), date(2024, 8, 1)})
    ]
    expected = Expectation(SOURCE, None, "", Frequency.MONTH, date(2023, 1, 1), None)
    rows = matrix([Stream(TENANT, SITE, SOURCE)], [(TENANT, expected)], [], [date(2023, 1, 1)], date(2024, 4, 20))
    ordered = in_order([*found, *gaps(rows, date(2024, 4, 20))])
    assert [(one.kind.value, one.since.month) for one in ordered] == [("GAP", 2), ("SPIKE", 8), ("SPIKE", 7)]
    assert len({one.key for one in ordered}) == 3


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=7, max_size=20), st.integers(1, 1000))
def test_what_is_told_does_not_depend_on_the_unit(quantities: list[Decimal], times: int) -> None:
    plain = series(date(2024, 1, 1), *map(str, quantities))
    scaled = series(date(2024, 1, 1), *(str(one * times) for one in quantities))
    assert told(plain) == told(scaled)
