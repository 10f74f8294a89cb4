"""Recalculating a base year: the published examples, what counts, what adds up, and both series."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.change.base_year import (
    BadBaseYear,
    Change,
    ChangeKind,
    Policy,
    Restatement,
    SameYear,
    YearFigure,
    both_series,
    recalculations,
    same_year_delta,
    significance,
)
from emission_factors import decimals

BASE = Decimal(50000)
POLICY = Policy(Decimal(5), "Base year policy of the park, 2024, section 3")
STRUCTURAL, METHOD, ERROR, ORGANIC, NEW_SOURCE, SCOPE_MOVE = ChangeKind


def change(kind: ChangeKind, delta: str, day: int = 1) -> Change:
    return Change(kind, Decimal(delta), f"{kind} of {delta}", date(2026, 1, 1) + timedelta(day - 1))


def test_an_acquisition_above_the_threshold_triggers() -> None:
    found = significance(BASE, POLICY, [change(STRUCTURAL, "3100")])  # V03
    assert (found.is_triggered, found.percent, found.restated) == (True, Decimal("6.2"), Decimal(53100))


def test_three_small_errors_trigger_together() -> None:
    errors = [change(ERROR, "900"), change(ERROR, "700"), change(ERROR, "1100")]
    found = significance(BASE, POLICY, errors)
    assert (found.is_triggered, found.percent, found.restated) == (True, Decimal("5.4"), Decimal(52700))
    assert not any(significance(BASE, POLICY, [error]).is_triggered for error in errors)


def test_a_change_below_the_threshold_waits() -> None:
    found = significance(BASE, POLICY, [change(STRUCTURAL, "2000")])
    assert (found.is_triggered, found.percent, found.restated) == (False, Decimal(4), BASE)
    assert found.delta == 2000


def test_a_divestment_lowers_the_base_year() -> None:
    found = significance(Decimal(75), POLICY, [change(STRUCTURAL, "-25")])
    assert (found.is_triggered, found.restated) == (True, Decimal(50))
    assert found.percent == decimals.rounded(Fraction(100, 3))


@pytest.mark.parametrize(
    ("delta", "is_triggered"),
    [("2500", True), ("-2500", True), ("2499.999999999999999999999999999999999999999999999999999999999999", False)],
)
def test_the_threshold_itself_triggers_and_a_hair_below_does_not(delta: str, is_triggered: bool) -> None:
    assert significance(BASE, POLICY, [change(METHOD, delta)]).is_triggered is is_triggered


def test_growth_and_what_was_not_there_never_count() -> None:
    ignored = [change(kind, "40000") for kind in (ORGANIC, NEW_SOURCE, SCOPE_MOVE)]
    small = change(METHOD, "10")
    found = significance(BASE, POLICY, [*ignored, small])
    assert (found.is_triggered, found.delta, found.percent) == (False, Decimal(10), Decimal("0.02"))
    assert (found.counted, found.not_counted) == ((small,), tuple(ignored))
    assert [kind.counts for kind in ChangeKind] == [True, True, True, False, False, False]


def test_changes_that_cancel_are_not_significant() -> None:
    found = significance(BASE, POLICY, [change(STRUCTURAL, "4000"), change(STRUCTURAL, "-3000")])
    assert (found.is_triggered, found.percent) == (False, Decimal(2))
    nothing = significance(BASE, POLICY, [])
    assert (nothing.is_triggered, nothing.percent, nothing.restated) == (False, Decimal(0), BASE)


@pytest.mark.parametrize("base", ["0", "-1"])
def test_a_base_year_of_nothing_has_no_percentage(base: str) -> None:
    with pytest.raises(BadBaseYear, match=f"base year emissions are {base}") as refused:
        significance(Decimal(base), POLICY, [])
    assert refused.value.field == "base"


def test_more_cannot_be_taken_off_than_there_is() -> None:
    with pytest.raises(BadBaseYear, match="the changes take 51 off 50; what is left") as refused:
        significance(Decimal(50), POLICY, [change(STRUCTURAL, "-51")])
    assert refused.value.field == "changes"
    assert significance(Decimal(50), POLICY, [change(STRUCTURAL, "-50")]).restated == 0


@pytest.mark.parametrize(
    ("threshold", "source", "field"),
    [
        ("0", "policy", "threshold_percent"),
        ("-5", "policy", "threshold_percent"),
        ("100", "policy", "threshold_percent"),
        ("5", " ", "source"),
    ],
)
def test_a_policy_without_a_threshold_or_a_source_is_refused(threshold: str, source: str, field: str) -> None:
    with pytest.raises(BadBaseYear, match="accepted is") as refused:
        Policy(Decimal(threshold), source)
    assert refused.value.field == field


def test_changes_add_up_only_since_the_last_recalculation() -> None:
    changes = [
        change(STRUCTURAL, "2000", day=1),  # 4 %: waits
        change(ERROR, "1000", day=9),  # with it 6 %: 53,000 from here
        change(METHOD, "2600", day=20),  # 4.9 % of 53,000: waits
        change(ORGANIC, "9000", day=21),
        change(METHOD, "60", day=30),  # 2,660 of 53,000 is 5.02 %
    ]
    found = recalculations(BASE, POLICY, reversed(changes))
    assert [judged.is_triggered for judged in found] == [False, True, False, False, True]
    assert [judged.base for judged in found] == [BASE, BASE, *[Decimal(53000)] * 3]
    assert found[1].counted == tuple(changes[:2])
    assert found[-1].counted == (changes[2], changes[4])
    assert found[-1].restated == 55660
    assert recalculations(BASE, POLICY, []) == ()


def test_changes_of_one_day_are_judged_together() -> None:
    found = recalculations(BASE, POLICY, [change(STRUCTURAL, "4000"), change(STRUCTURAL, "-3000")])
    assert [judged.percent for judged in found] == [Decimal(2)]


DELTAS = st.decimals(-2000, 2000, places=6)


@given(deltas=st.lists(DELTAS, max_size=8), data=st.data())
def test_today_is_the_first_figure_and_what_was_recalculated(deltas: list[Decimal], data: st.DataObject) -> None:
    kinds = [data.draw(st.sampled_from(ChangeKind)) for _ in deltas]
    changes = [change(kind, str(delta), day) for day, (kind, delta) in enumerate(zip(kinds, deltas, strict=True), 1)]
    found = recalculations(BASE, POLICY, changes)
    counted = decimals.total(one.delta for one in changes if one.kind.counts)
    if found:
        waiting = Decimal(0) if found[-1].is_triggered else found[-1].delta
        assert found[-1].restated == BASE + counted - waiting
    assert all(abs(judged.delta) * 100 >= 5 * judged.base for judged in found if judged.is_triggered)
    assert all(abs(judged.delta) * 100 < 5 * judged.base for judged in found if not judged.is_triggered)


def test_a_structural_change_within_the_year() -> None:
    whole, july = Decimal(3650), date(2026, 7, 2)  # 183 of 365 days are left
    assert same_year_delta(whole, july, SameYear.ALL_YEAR) == 3650
    assert same_year_delta(whole, july, SameYear.PRO_RATA) == 1830
    assert same_year_delta(whole, date(2026, 1, 1), SameYear.PRO_RATA) == 3650
    assert same_year_delta(whole, date(2026, 12, 31), SameYear.PRO_RATA) == 10
    assert same_year_delta(Decimal(366), date(2028, 2, 29), SameYear.PRO_RATA) == 307


def test_both_series_stand_side_by_side() -> None:
    bought, mistake = change(STRUCTURAL, "3100"), change(ERROR, "-0.5")
    found = both_series(
        {2025: Decimal(48000), 2023: BASE, 2024: Decimal(49000)},
        [Restatement(2023, bought), Restatement(2023, mistake)],
    )
    assert found == (
        YearFigure(2023, BASE, Decimal("53099.5"), (bought, mistake)),
        YearFigure(2024, Decimal(49000), Decimal(49000), ()),
        YearFigure(2025, Decimal(48000), Decimal(48000), ()),
    )


def test_a_year_that_was_not_reported_is_not_restated() -> None:
    with pytest.raises(BadBaseYear, match="2022 was not reported; accepted are 2023, 2024") as refused:
        both_series({2024: BASE, 2023: BASE}, [Restatement(2022, change(ERROR, "1"))])
    assert refused.value.field == "year"


@pytest.mark.parametrize("kind", [ORGANIC, NEW_SOURCE, SCOPE_MOVE])
def test_what_does_not_count_restates_nothing(kind: ChangeKind) -> None:
    with pytest.raises(BadBaseYear, match=f"{kind} restates no year"):
        both_series({2023: BASE}, [Restatement(2023, change(kind, "1"))])
