"""Reporting periods: what begins where, what each step leads on from, who may take it."""

from datetime import date
from itertools import pairwise

import pytest

from accounting.management.reporting_periods import (
    MONTHS,
    PeriodKind,
    PeriodState,
    PeriodStep,
    ReportingPeriod,
    check_four_eyes,
    check_over,
    check_role,
    period_named,
    periods_of,
    state_after,
)
from accounting.refusals import RefusalCode, Refused
from ledger.identity.principals import RIGHTS, Right, Role

QUARTER = ReportingPeriod(PeriodKind.QUARTER, date(2025, 4, 1))
LEADS = {
    (PeriodState.OPEN, PeriodStep.SUBMIT): PeriodState.SUBMITTED,
    (PeriodState.SUBMITTED, PeriodStep.REVIEW): PeriodState.REVIEWED,
    (PeriodState.REVIEWED, PeriodStep.CLOSE): PeriodState.CLOSED,
    (PeriodState.SUBMITTED, PeriodStep.REOPEN): PeriodState.OPEN,
    (PeriodState.REVIEWED, PeriodStep.REOPEN): PeriodState.OPEN,
    (PeriodState.CLOSED, PeriodStep.REOPEN): PeriodState.OPEN,
}


@pytest.mark.parametrize("state", PeriodState)
@pytest.mark.parametrize("step", PeriodStep)
def test_every_step_from_every_state(state: PeriodState, step: PeriodStep) -> None:
    if (state, step) in LEADS:
        assert state_after(QUARTER, state, step) is LEADS[state, step]
    else:
        with pytest.raises(Refused, match=f"quarter 2025-Q2 is {state}; {step} is for a period that is") as refused:
            state_after(QUARTER, state, step)
        assert refused.value.code is RefusalCode.PERIOD_STATE


def test_a_quarter_has_three_months_and_ends_on_its_last_day() -> None:
    assert QUARTER.months == (date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1))
    assert (QUARTER.last, QUARTER.last_day) == (date(2025, 6, 1), date(2025, 6, 30))
    assert [QUARTER.covers(day) for day in (date(2025, 3, 31), date(2025, 6, 30), date(2025, 7, 1))] == [
        False,
        True,
        False,
    ]


def test_a_year_is_covered_once_by_each_kind() -> None:
    for kind in PeriodKind:
        found = [one for one in periods_of(2024) if one.kind is kind]
        assert len(found) * MONTHS[kind] == 12
        assert all((after.first - one.last_day).days == 1 for one, after in pairwise(found))
        assert (found[0].first, found[-1].last_day) == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (PeriodKind.QUARTER, date(2025, 2, 1)),
        (PeriodKind.YEAR, date(2025, 4, 1)),
        (PeriodKind.MONTH, date(2025, 4, 2)),
        (PeriodKind.MONTH, date(1989, 12, 1)),
        (PeriodKind.MONTH, date(9999, 12, 1)),
    ],
)
def test_no_period_begins_there(kind: PeriodKind, first: date) -> None:
    with pytest.raises(Refused, match=f"no {kind} begins in {first:%Y-%m}") as refused:
        ReportingPeriod(kind, first)
    assert refused.value.code is RefusalCode.BAD_PERIOD


def test_the_last_period_has_a_last_day() -> None:
    assert ReportingPeriod(PeriodKind.YEAR, date(9998, 1, 1)).last_day == date(9998, 12, 31)


def test_texts_and_names() -> None:
    shown = [ReportingPeriod(kind, date(2025, 1, 1)).shown for kind in PeriodKind]
    assert shown == ["month 2025-01", "quarter 2025-Q1", "year 2025"]
    for one in periods_of(2025):
        assert period_named(one.text) == one
    for text in ("QUARTER 2025-4", "QUARTER 2025-05", "DECADE 2020-01", "", "MONTH 2025-13", "MONTH 0000-01"):
        with pytest.raises(Refused):
            period_named(text)


def test_a_period_is_submitted_when_it_is_over() -> None:
    check_over(QUARTER, date(2025, 7, 1))
    with pytest.raises(Refused, match="ends on 2025-06-30, today is 2025-06-30") as refused:
        check_over(QUARTER, date(2025, 6, 30))
    assert refused.value.code is RefusalCode.PERIOD_NOT_OVER


def test_who_submitted_does_not_review() -> None:
    check_four_eyes(QUARTER, "a", "b")
    with pytest.raises(Refused, match="submitted by a too") as refused:
        check_four_eyes(QUARTER, "a", "a")
    assert refused.value.code is RefusalCode.FOUR_EYES


def test_roles_that_may_take_a_step_have_a_right_to_begin_it() -> None:
    named = {step: {role for role in Role if _may(step, role)} for step in PeriodStep}
    everywhere = {Role.PARK_OPERATOR, Role.PLATFORM, Role.SERVICE}
    assert named[PeriodStep.SUBMIT] == everywhere | {Role.CONTRIBUTOR, Role.TENANT_ADMINISTRATOR}
    assert named[PeriodStep.REVIEW] == everywhere | {Role.REVIEWER}
    assert named[PeriodStep.CLOSE] == named[PeriodStep.REOPEN] == everywhere | {Role.TENANT_ADMINISTRATOR}
    for step, roles in named.items():
        right = Right.PERIOD_REVIEW if step is PeriodStep.REVIEW else Right.PERIOD_WRITE
        assert all(right in RIGHTS[role] for role in roles)
    with pytest.raises(Refused, match="REVIEW is not for a caller without role; accepted are REVIEWER") as refused:
        check_role(PeriodStep.REVIEW, "")
    assert refused.value.code is RefusalCode.PERIOD_ROLE


def _may(step: PeriodStep, role: Role) -> bool:
    try:
        check_role(step, role)
    except Refused:
        return False
    return True
