"""The completeness matrix: each status, what is derived, runs of months that are late, and the counts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounting.change.denominators import months_between
from accounting.management.completeness import (
    MatrixRow,
    PostedMonth,
    Status,
    Stream,
    counted,
    derived,
    late,
    matrix,
)
from accounting.management.expectations import Exemption, Expectation, Frequency

TENANT, SITE, SOURCE = UUID(int=1), UUID(int=2), UUID(int=3)
STREAM = Stream(TENANT, SITE, SOURCE)
MONTHS = months_between(date(2024, 1, 1), date(2024, 6, 1))
MONTHLY = Expectation(SOURCE, None, "", Frequency.MONTH, date(2024, 1, 1), None)
POWER = "electricity.grid"


def posted(month: int, quantity: str = "36", code: str = POWER, unit: str = "MJ") -> PostedMonth:
    return PostedMonth(TENANT, SITE, SOURCE, code, unit, date(2024, month, 1), Decimal(quantity), 1)


def rows(*given: PostedMonth, expected: tuple[Expectation, ...] = (MONTHLY,), today: date) -> list[MatrixRow]:
    return matrix([STREAM], [(TENANT, one) for one in expected], given, MONTHS, today)


def statuses(row: MatrixRow) -> list[Status]:
    return [one.status for one in row.months]


def test_every_status_of_a_month() -> None:
    exempt = Exemption(date(2024, 3, 1), date(2024, 3, 1), "shut down")
    expected = replace(MONTHLY, valid_from=date(2024, 1, 31), not_applicable=(exempt,))
    ends = replace(expected, valid_to=date(2024, 5, 20))
    [row] = rows(posted(1), posted(2, "0"), expected=(ends,), today=date(2024, 5, 16))
    assert statuses(row) == [
        Status.POSTED,
        Status.ZERO,
        Status.NOT_APPLICABLE,
        Status.MISSING,  # April was due on 15 May
        Status.NOT_YET_DUE,
        Status.NOT_EXPECTED,
    ]
    assert (row.months[2].reason, row.months[3].due, row.months[4].due) == (
        "shut down",
        date(2024, 5, 15),
        date(2024, 6, 15),
    )
    assert not row.is_derived


def test_the_day_it_is_due_is_in_time() -> None:
    [row] = rows(posted(1), today=date(2024, 3, 15))
    assert row.months[1].status is Status.NOT_YET_DUE
    [row] = rows(posted(1), today=date(2024, 3, 16))
    assert row.months[1].status is Status.MISSING


def test_what_was_posted_stands_though_nothing_is_due() -> None:
    exempt = Exemption(date(2024, 1, 1), date(2024, 6, 1), "not in use")
    [row] = rows(posted(2), expected=(replace(MONTHLY, not_applicable=(exempt,)),), today=date(2025, 1, 1))
    assert statuses(row)[:2] == [Status.NOT_APPLICABLE, Status.POSTED]


def test_a_quarter_is_posted_by_one_of_its_months() -> None:
    quarterly = replace(MONTHLY, every=Frequency.QUARTER)
    [row] = rows(posted(3), expected=(quarterly,), today=date(2024, 7, 1))
    assert statuses(row) == [
        Status.NOT_EXPECTED,
        Status.NOT_EXPECTED,
        Status.POSTED,
        *[Status.NOT_YET_DUE] * 3,
    ]
    [row] = rows(posted(3), expected=(quarterly,), today=date(2024, 7, 16))
    assert statuses(row)[3:] == [Status.MISSING] * 3


def test_quantities_of_one_kind_are_summed_and_of_several_are_not() -> None:
    [row] = rows(posted(1), posted(1, "0.5"), posted(2), posted(2, "7", "stationary.diesel", "kg"), today=MONTHS[2])
    assert (row.months[0].quantity, row.months[0].unit, row.months[0].row_count) == (Decimal("36.5"), "MJ", 2)
    assert (row.months[1].quantity, row.months[1].unit, row.months[1].row_count) == (None, "", 2)
    assert row.activity_types == (POWER, "stationary.diesel")


def test_three_months_are_taken_for_every_month() -> None:
    [row] = rows(posted(1), posted(2), posted(4), expected=(), today=date(2024, 8, 1))
    assert row.is_derived
    assert statuses(row) == [Status.POSTED, Status.POSTED, Status.MISSING, Status.POSTED, *[Status.MISSING] * 2]


def test_two_months_or_a_quarterly_source_owe_no_month() -> None:
    assert derived(SOURCE, [posted(1), posted(2)]) is None
    assert derived(SOURCE, [posted(1), posted(3), posted(5), posted(6)]) == replace(MONTHLY)
    assert derived(SOURCE, [posted(1), posted(4), posted(6)]) is None
    [row] = rows(posted(1), posted(2), expected=(), today=date(2024, 8, 1))
    assert (row.expectation, row.is_derived) == (None, False)
    assert statuses(row)[2:] == [Status.NOT_EXPECTED] * 4


def test_a_source_without_anything_is_not_missing() -> None:
    [row] = rows(expected=(), today=date(2024, 8, 1))
    assert set(statuses(row)) == {Status.NOT_EXPECTED}
    assert counted([row]).complete is None


def test_types_that_are_declared_have_rows_of_their_own_and_the_rest_one() -> None:
    of_power = replace(MONTHLY, activity_type=POWER)
    found = rows(posted(1), posted(2, "7", "stationary.diesel", "kg"), expected=(of_power,), today=date(2024, 3, 1))
    assert [(row.activity_types, row.key) for row in found] == [
        ((POWER,), f"{SOURCE} {POWER}"),
        (("stationary.diesel",), f"{SOURCE}"),
    ]


def test_a_whole_site_is_expected_to_post_a_type_from_any_source() -> None:
    code = "refrigerant.leaked/R-410A"
    of_site = Expectation(None, SITE, code, Frequency.YEAR, date(2024, 1, 1), None)
    found = matrix([STREAM], [(TENANT, of_site)], [posted(3, "2", code, "kg")], MONTHS, date(2025, 6, 1))
    assert [(row.source, row.activity_types) for row in found] == [(SOURCE, (code,)), (None, (code,))]
    assert statuses(found[1]).count(Status.POSTED) == 1
    assert statuses(found[1]).count(Status.NOT_EXPECTED) == 5
    [_, alone] = matrix([STREAM], [(TENANT, of_site)], [], MONTHS, date(2025, 6, 1))
    assert set(statuses(alone)) == {Status.MISSING}


def test_one_expectation_follows_another() -> None:
    before = replace(MONTHLY, valid_to=date(2024, 2, 29))
    after = replace(MONTHLY, valid_from=date(2024, 3, 1), every=Frequency.QUARTER)
    [row] = rows(expected=(after, before), today=date(2024, 5, 1))
    assert statuses(row)[:3] == [Status.MISSING, Status.MISSING, Status.MISSING]
    assert row.expectation == after
    [row] = rows(posted(2), expected=(after, before), today=date(2024, 5, 1))
    assert statuses(row)[:3] == [Status.MISSING, Status.POSTED, Status.MISSING]


def test_runs_are_late_when_their_grace_is_over() -> None:
    [row] = rows(posted(1), posted(4), today=date(2024, 7, 30))
    assert late(row, date(2024, 4, 30)) == [(date(2024, 2, 1),)]  # due 15 April for March, grace to 30 April
    assert late(row, date(2024, 5, 1)) == [(date(2024, 2, 1), date(2024, 3, 1))]
    assert late(row, date(2024, 7, 30)) == [
        (date(2024, 2, 1), date(2024, 3, 1)),
        (date(2024, 5, 1),),
    ]


def test_the_share_counts_zero_and_leaves_out_what_is_not_due() -> None:
    [row] = rows(posted(1), posted(2, "0"), today=date(2024, 5, 1))
    found = counted([row])
    assert (found.by_status[Status.MISSING], found.by_status[Status.NOT_YET_DUE]) == (1, 3)
    assert found.complete == Fraction(2, 3)


@given(st.sets(st.integers(1, 6)), st.integers(1, 700))
def test_months_posted_are_posted_and_no_month_has_two_statuses(months: set[int], days: int) -> None:
    today = date.fromordinal(date(2024, 1, 1).toordinal() + days)
    [row] = rows(*(posted(month) for month in sorted(months)), today=today)
    for one in row.months:
        assert (one.status is Status.POSTED) == (one.month.month in months)
        assert (one.due is not None) == (one.status in (Status.MISSING, Status.NOT_YET_DUE))
    assert sum(counted([row]).by_status.values()) == len(MONTHS)
