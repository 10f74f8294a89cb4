"""Obligations: exact days over years, what cannot be declared, and how far one is against a model of its own."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.management.obligations import (
    Obligation,
    ObligationState,
    Publication,
    Receipt,
    ReceiptState,
    check_obligations,
    due_day,
    periods_due,
    state_of,
)
from accounting.management.validity import BadManagement
from emission_factors.duties import DueRule, duty

TENANT = UUID(int=1)
ANNUAL = Obligation("cn-ets-annual-report", None, "province", date(2021, 1, 1), None)
MONTHLY = Obligation("cn-ets-monthly-evidence", None, "province", date(2024, 1, 1), None)
AGREED = Obligation(
    "agreed-tenant-quarter", TENANT, "operator", date(2023, 1, 1), None, DueRule(days=30), "park rules 4"
)
DUE = date(2025, 3, 31)
OF = duty("cn-ets-annual-report")


def days(one: Obligation, first: date, last: date) -> list[tuple[str, str]]:
    return [(f"{period.first:%Y-%m}", day.isoformat()) for period, day in periods_due(one, first, last)]


@pytest.mark.parametrize(
    ("last_day", "due"),
    [
        ("2023-12-31", "2024-02-09"),
        ("2024-01-31", "2024-03-11"),  # through 29 February
        ("2025-01-31", "2025-03-12"),
        ("2024-02-29", "2024-04-09"),
        ("2025-02-28", "2025-04-09"),
        ("2024-11-30", "2025-01-09"),
        ("1999-12-31", "2000-02-09"),
        ("2000-02-29", "2000-04-09"),
        ("2100-01-31", "2100-03-12"),  # 2100 is no leap year
        ("2100-02-28", "2100-04-09"),
    ],
)
def test_forty_days_after_a_month(last_day: str, due: str) -> None:
    assert due_day(DueRule(days=40), date.fromisoformat(last_day)) == date.fromisoformat(due)


def test_the_earliest_months_are_not_left_out() -> None:
    rule = DueRule(days=40)
    agreed = Obligation("agreed-tenant-month", TENANT, "operator", date(1990, 1, 1), None, rule, "park rules 4")
    assert days(agreed, date(1990, 6, 1), date(1990, 7, 10)) == [("1990-04", "1990-06-09"), ("1990-05", "1990-07-10")]


def test_a_day_of_the_next_year_is_that_day_whatever_weekday_it_is() -> None:
    found = [due_day(DueRule(month=3, day=31), date(year, 12, 31)) for year in range(2017, 2025)]
    assert found == [date(year, 3, 31) for year in range(2018, 2026)]
    assert {day.weekday() for day in found} >= {5, 6}, "Saturdays and Sundays among them"
    assert due_day(DueRule(month=2, day=28), date(2023, 12, 31)) == date(2024, 2, 28)
    assert due_day(DueRule(days=0), date(2024, 12, 31)) == date(2024, 12, 31)
    assert due_day(DueRule(days=366), date(2023, 12, 31)) == date(2024, 12, 31)


def test_what_is_due_of_years_months_and_quarters() -> None:
    expected = [("2023-01", "2024-03-31"), ("2024-01", "2025-03-31")]
    assert days(ANNUAL, date(2024, 1, 1), date(2025, 12, 31)) == expected
    assert days(AGREED, date(2023, 12, 31), date(2024, 5, 1)) == [("2023-10", "2024-01-30"), ("2024-01", "2024-04-30")]
    late = replace(MONTHLY, due=DueRule(days=366), due_reason="for once")
    assert days(late, date(2027, 2, 1), date(2027, 2, 1)) == [("2026-01", "2027-02-01")]


def test_both_ends_of_the_days_asked_about_count() -> None:
    assert days(ANNUAL, DUE, DUE) == [("2024-01", "2025-03-31")]
    assert days(ANNUAL, DUE + timedelta(1), DUE + timedelta(364)) == []
    assert days(ANNUAL, DUE, DUE - timedelta(1)) == []


def test_an_obligation_is_of_periods_that_end_within_it_and_within_its_duty() -> None:
    ends = replace(ANNUAL, valid_from=date(2023, 12, 31), valid_to=date(2025, 12, 30))
    assert days(ends, date(2020, 1, 1), date(2030, 1, 1)) == [("2023-01", "2024-03-31"), ("2024-01", "2025-03-31")]
    first = days(MONTHLY, date(2024, 1, 1), date(2026, 3, 31))
    assert first == [("2026-01", "2026-03-12")], "the duty is of 2026 on"
    early = replace(AGREED, valid_from=date(1980, 1, 1))
    assert days(early, date(1989, 1, 1), date(1990, 12, 31))[0] == ("1990-01", "1990-04-30")


@given(
    st.sampled_from([ANNUAL, MONTHLY, AGREED]),
    st.dates(date(1988, 1, 1), date(2110, 1, 1)),
    st.integers(0, 1500),
    st.integers(0, 1500),
)
def test_days_asked_about_in_two_parts_are_those_asked_about_at_once(
    one: Obligation, first: date, part: int, rest: int
) -> None:
    middle, last = first + timedelta(part), first + timedelta(part + rest + 1)
    both = [*periods_due(one, first, middle), *periods_due(one, middle + timedelta(1), last)]
    assert both == list(periods_due(one, first, last))
    assert [day for _, day in both] == sorted(day for _, day in both)
    assert all(period.last_day <= day <= period.last_day + timedelta(366) for period, day in both)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"duty": "cn-ets"}, "duty"),
        ({"duty": "cn-ets-verification-power"}, "duty"),
        ({"duty": "cn-910-park-report"}, "due"),
        ({"duty": "agreed-tenant-month"}, "due"),
        ({"duty": "agreed-park-month", "bearer": TENANT}, "bearer"),
        ({"regulator": " "}, "regulator"),
        ({"regulator": "x" * 201}, "regulator"),
        ({"due": DueRule(days=5)}, "due_reason"),
        ({"due_reason": "because"}, "due_reason"),
        ({"valid_to": date(2020, 12, 31)}, "valid_to"),
    ],
)
def test_an_obligation_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(ANNUAL, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


def test_a_month_is_not_due_by_a_day_of_the_next_year() -> None:
    with pytest.raises(BadManagement, match="a MONTH is due by days") as found:
        replace(MONTHLY, due=DueRule(month=3, day=31), due_reason="x")
    assert found.value.field == "due"


def test_what_is_declared_goes_before_the_duty() -> None:
    earlier = replace(ANNUAL, due=DueRule(month=3, day=15), due_reason="notice of the province")
    assert days(earlier, date(2025, 1, 1), date(2025, 12, 31)) == [("2024-01", "2025-03-15")]
    park = Obligation("cn-910-park-report", None, "ndrc", date(2025, 1, 1), None, DueRule(month=6, day=30), "province")
    assert days(park, date(2026, 1, 1), date(2026, 12, 31)) == [("2025-01", "2026-06-30")]


def test_a_duty_is_owed_to_a_regulator_once_at_a_time() -> None:
    check_obligations([ANNUAL, replace(ANNUAL, regulator="city"), replace(ANNUAL, bearer=TENANT)])
    ended = replace(ANNUAL, valid_to=date(2023, 12, 31))
    check_obligations([ended, replace(ANNUAL, valid_from=date(2024, 1, 1))])
    with pytest.raises(BadManagement, match="cn-ets-annual-report to province is declared from 2021-01-01"):
        check_obligations([ended, replace(ANNUAL, valid_from=date(2023, 12, 31))])


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 3, 16), ObligationState.NOT_YET_DUE),
        (date(2025, 3, 17), ObligationState.DUE_SOON),
        (DUE, ObligationState.DUE_SOON),
        (date(2025, 4, 1), ObligationState.OVERDUE),
    ],
)
def test_before_anything_is_published_the_day_decides(on: date, expected: ObligationState) -> None:
    assert state_of(OF, DUE, on, [], []) is expected


def test_what_no_report_of_ours_answers_is_listed() -> None:
    assert state_of(duty("cn-ets-surrender"), DUE, date(2030, 1, 1), [], []) is ObligationState.LISTED


@given(st.lists(st.sampled_from(["publish", "acknowledge", "return"]), max_size=8), st.dates())
def test_how_far_it_is_follows_what_was_said_of_the_versions(steps: list[str], on: date) -> None:
    """The model goes step by step and remembers one word; what is tested looks at all facts at once."""
    versions, receipts, model, was_acknowledged = 0, [], "", False
    for step in steps:
        if step == "publish":
            versions += 1
            model = "RESTATED" if was_acknowledged else "PUBLISHED"
        elif versions and not (step == "acknowledge" and model == "RETURNED"):
            state = ReceiptState.ACKNOWLEDGED if step == "acknowledge" else ReceiptState.RETURNED
            receipts.append(Receipt(UUID(int=versions), state))
            was_acknowledged |= step == "acknowledge"
            model = state.value
    published = [Publication(UUID(int=one), one) for one in range(1, versions + 1)]
    found = state_of(OF, DUE, on, published[::-1], receipts)
    if model:
        assert found == model
    else:
        assert found in (ObligationState.OVERDUE, ObligationState.DUE_SOON, ObligationState.NOT_YET_DUE)


def test_receipts_of_other_reports_say_nothing() -> None:
    other = Receipt(UUID(int=9), ReceiptState.ACKNOWLEDGED)
    assert state_of(OF, DUE, DUE, [Publication(UUID(int=1), 1)], [other]) is ObligationState.PUBLISHED
