"""The reporting calendar reads as it stands, and refuses what cannot be, with the line at fault."""

from datetime import date
from io import StringIO

import pytest

from emission_factors.duties import (
    CADENCES,
    BadDuty,
    Bearer,
    Confidence,
    DueRule,
    UnknownDuty,
    check_due,
    duties,
    duty,
    read_duties,
)
from emission_factors.resources import open_data
from reports.document import Cadence, ReportKind

HEADER = (
    "code,name_en,name_zh,bearer,condition_en,condition_zh,cadence,report_kind,due_days,due_month,due_day,document,"
    "number,clause,confidence,valid_from,valid_to,note\n"
)
ROW = "x-annual,X,甲,TENANT,who,谁,YEAR,ENTERPRISE,,3,31,Law,1,art. 2,H,2024-01-01,,\n"


def read(*lines: str) -> dict[str, object]:
    return dict(read_duties(StringIO(HEADER + "".join(lines))))


def test_the_calendar_as_it_ships() -> None:
    found = {one.code: one for one in duties()}
    assert len(found) == 18
    assert found["cn-ets-monthly-evidence"].due == DueRule(days=40)
    assert found["cn-ets-annual-report"].due == DueRule(month=3, day=31)
    assert found["cn-environmental-disclosure"].due == DueRule(month=3, day=15)
    assert found["cn-910-park-report"].due is None, "the notice names no day"
    assert found["cn-910-park-report"].bearer is Bearer.PARK
    assert found["cn-ets-allowance-approval"].due == DueRule(month=9, day=20)
    approvals = [found["cn-ets-allowance-approval"].holds_for(date(year, 12, 31)) for year in (2024, 2025, 2026)]
    assert approvals == [False, True, False]


def test_every_duty_is_answered_by_a_report_there_is_or_only_listed() -> None:
    kinds = {one.report_kind for one in duties()} - {""}
    assert kinds <= {kind.value for kind in ReportKind}
    assert set(CADENCES) == {one.value for one in Cadence}
    assert {one.bearer for one in duties() if one.report_kind == "PARK"} == {Bearer.PARK}
    assert all(one.bearer is Bearer.TENANT for one in duties() if one.report_kind == "ENTERPRISE")
    assert all(not one.report_kind for one in duties() if one.bearer is Bearer.AUTHORITY)


def test_what_is_not_sure_says_so() -> None:
    assert {one.code for one in duties() if one.confidence is not Confidence.H and not one.note} == set()
    for one in duties():
        assert one.number or one.note, one.code


def test_the_columns_are_those_that_the_format_names() -> None:
    with open_data("reporting_duties.csv") as lines:
        assert next(lines) == HEADER


def test_a_code_that_is_not_there() -> None:
    with pytest.raises(UnknownDuty, match=r"'cn-ets' is not in the reporting calendar; it has cn-ets-monthly-evidence"):
        duty("cn-ets")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "stated as days after the period, or as month and day"),
        ({"days": 3, "month": 1, "day": 1}, "stated as days after the period, or as month and day"),
        ({"month": 3}, "stated as days after the period, or as month and day"),
        ({"days": -1}, "-1 days after the period; accepted is 0 to 366"),
        ({"days": 367}, "367 days after the period"),
        ({"month": 2, "day": 29}, "month 2, day 29 is no day of every year"),
        ({"month": 13, "day": 1}, "month 13, day 1 is no day of every year"),
    ],
)
def test_a_rule_that_cannot_be(given: dict[str, int], said: str) -> None:
    with pytest.raises(BadDuty, match=said):
        DueRule(**given)


def test_a_day_of_the_next_year_is_for_years() -> None:
    check_due(DueRule(month=3, day=31), "YEAR")
    check_due(DueRule(days=0), "QUARTER")
    with pytest.raises(BadDuty, match="a QUARTER is due by days"):
        check_due(DueRule(month=3, day=31), "QUARTER")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("YEAR", "WEEK", "cadence is 'WEEK'; accepted is MONTH, QUARTER, YEAR"),
        ("YEAR", "MONTH", "a MONTH is due by days"),
        ("TENANT", "EVERYBODY", "EVERYBODY"),
        (",H,", ",certain,", "certain"),
        ("3,31", "2,30", "month 2, day 30 is no day of every year"),
        ("3,31", "3,", "as month and day"),
        ("2024-01-01,", "2024-01-01,2023-12-31", "ends on 2023-12-31, before it begins"),
        ("甲", "", "names, conditions and document are needed"),
        (",Law,", ",,", "names, conditions and document are needed"),
    ],
)
def test_a_line_that_cannot_be(old: str, new: str, said: str) -> None:
    assert list(read(ROW)) == ["x-annual"]
    with pytest.raises(BadDuty, match=f"^line 3 of the reporting calendar: .*{said}"):
        read(ROW.replace("x-", "y-"), ROW.replace(old, new))


def test_a_code_stands_there_once() -> None:
    with pytest.raises(BadDuty, match="line 3 of the reporting calendar: x-annual stands there twice"):
        read(ROW, ROW)


def test_a_column_that_is_missing() -> None:
    with pytest.raises(BadDuty, match="line 2 of the reporting calendar: 'condition_zh'"):
        read_duties(StringIO((HEADER + ROW).replace("condition_zh", "condition")))
