"""Consolidated shares by approach and day, and leases: the standard's cases, exact days, conflicts and gaps."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.consolidation import (
    Approach,
    BadStake,
    FinancialControl,
    Lease,
    LeaseKind,
    NoStake,
    Party,
    Placement,
    Span,
    Stake,
    StakeConflict,
    consolidated,
    indirect_equity,
    leased,
    mean_share,
    percent,
    share_on,
    spans,
)
from emission_factors import decimals

EQUITY, FINANCIAL, OPERATIONAL = Approach.EQUITY_SHARE, Approach.FINANCIAL_CONTROL, Approach.OPERATIONAL_CONTROL
SOLE, JOINT, NONE = FinancialControl.SOLE, FinancialControl.JOINT, FinancialControl.NONE
START = date(2025, 1, 1)
DAY = date(2025, 6, 1)


def stake(
    equity: str,
    financial: FinancialControl = NONE,
    operates: bool = False,
    valid_from: date = START,
    valid_to: date | None = None,
) -> Stake:
    return Stake(percent(Decimal(equity)), financial, operates, valid_from, valid_to)


@pytest.mark.parametrize(
    ("held", "equity", "financial", "operational"),
    [  # a joint venture of 12,000 tCO2e: the tenant that owns 60 % and operates it, and partners
        (stake("60", SOLE, operates=True), "7200", "12000", "12000"),
        (stake("40"), "4800", "0", "0"),
        (stake("60", JOINT, operates=True), "7200", "7200", "12000"),
        (stake("40", JOINT), "4800", "4800", "0"),
        (stake("0", operates=True), "0", "0", "12000"),
        (stake("62.25", SOLE), "7470", "12000", "0"),
    ],
)
def test_a_joint_venture_under_each_approach(held: Stake, equity: str, financial: str, operational: str) -> None:
    found = [consolidated(Decimal(12000), share_on([held], approach, DAY)) for approach in Approach]
    assert found == [Decimal(equity), Decimal(financial), Decimal(operational)]
    assert list(Approach) == [EQUITY, FINANCIAL, OPERATIONAL]


def test_equity_held_through_a_company() -> None:
    two_steps = indirect_equity([percent(Decimal(83)), percent(Decimal(75))])
    assert consolidated(Decimal(10000), two_steps) == Decimal(6225)
    assert indirect_equity([Fraction(1, 3)]) == Fraction(1, 3)
    for shares in ([], [Fraction(1, 2), Fraction(3, 2)], [Fraction(-1, 2)]):
        with pytest.raises(BadStake, match="at least one, each 0 to 1"):
            indirect_equity(shares)


def test_a_month_in_which_the_share_changes_is_split_by_days() -> None:
    stakes = [
        stake("40", valid_from=date(2025, 3, 11)),
        stake("100", SOLE, operates=True, valid_to=date(2025, 3, 10)),
    ]
    first, last = date(2025, 3, 1), date(2025, 3, 31)
    assert spans(stakes, EQUITY, first, last) == (
        Span(first, date(2025, 3, 10), Fraction(1)),
        Span(date(2025, 3, 11), last, Fraction(2, 5)),
    )
    assert mean_share(stakes, EQUITY, first, last) == (10 + 21 * Fraction(2, 5)) / 31
    assert mean_share(stakes, OPERATIONAL, first, last) == Fraction(10, 31)
    assert [share_on(stakes, EQUITY, date(2025, 3, day)) for day in (10, 11)] == [Fraction(1), Fraction(2, 5)]


def test_february_of_a_leap_year_has_29_days() -> None:
    stakes = [stake("0", valid_to=date(2028, 2, 14)), stake("100", valid_from=date(2028, 2, 15))]
    assert mean_share(stakes, EQUITY, date(2028, 2, 1), date(2028, 2, 29)) == Fraction(15, 29)


def test_days_of_one_share_are_one_span() -> None:
    stakes = [stake("60", SOLE, valid_to=date(2025, 6, 15)), stake("70", SOLE, valid_from=date(2025, 6, 16))]
    june = (date(2025, 6, 1), date(2025, 6, 30))
    assert spans(stakes, FINANCIAL, *june) == (Span(*june, Fraction(1)),)
    assert [span.days for span in spans(stakes, EQUITY, *june)] == [15, 15]


def test_two_stakes_on_one_day_are_a_conflict_whatever_day_is_asked() -> None:
    same_day = [stake("60", valid_to=date(2025, 6, 15)), stake("70", valid_from=date(2025, 6, 15))]
    message = "from 2025-01-01 to 2025-06-15 and the one from 2025-06-15 both hold on 2025-06-15"
    with pytest.raises(StakeConflict, match=message):
        share_on(same_day, EQUITY, date(2025, 2, 1))
    with pytest.raises(StakeConflict, match="to open"):
        share_on([stake("60"), stake("60", valid_from=date(2026, 1, 1))], OPERATIONAL, date(2025, 2, 1))
    inside = [stake("60", valid_to=date(2027, 1, 1)), stake("1", valid_from=DAY, valid_to=DAY)]
    with pytest.raises(StakeConflict):
        mean_share(inside, EQUITY, START, START)


def test_a_day_without_a_stake_is_a_gap_and_not_zero() -> None:
    stakes = [stake("60", valid_to=date(2025, 6, 10)), stake("70", valid_from=date(2025, 6, 12))]
    with pytest.raises(NoStake, match="no stake is stated for 2025-06-11"):
        mean_share(stakes, EQUITY, date(2025, 6, 1), date(2025, 6, 30))
    with pytest.raises(NoStake, match="2024-12-31"):
        share_on(stakes, EQUITY, date(2024, 12, 31))
    with pytest.raises(NoStake, match="2025-06-11"):
        spans(stakes[:1], EQUITY, date(2025, 6, 1), date(2025, 6, 11))
    with pytest.raises(NoStake):
        share_on([], EQUITY, DAY)
    assert share_on([stake("0")], EQUITY, DAY) == 0


def test_a_stake_that_cannot_be_is_refused() -> None:
    for equity in ("100.01", "-1"):
        with pytest.raises(BadStake, match="accepted is 0 to 1") as refused:
            stake(equity)
        assert refused.value.field == "equity"
    with pytest.raises(BadStake, match="ends on 2024-12-31, before it begins on 2025-01-01") as refused:
        stake("1", valid_to=date(2024, 12, 31))
    assert refused.value.field == "valid_to"
    with pytest.raises(ValueError, match="the days end on 2025-05-31"):
        spans([stake("1")], EQUITY, DAY, date(2025, 5, 31))


MASSES = st.decimals("-1e12", "1e12", places=12)
SHARES = st.fractions(0, 1, max_denominator=10_000)


@given(left=MASSES, right=MASSES, share=SHARES)
def test_consolidation_is_linear_to_the_last_digit(left: Decimal, right: Decimal, share: Fraction) -> None:
    parts = [consolidated(left, share), consolidated(right, share)]
    assert decimals.total(parts) == consolidated(decimals.total([left, right]), share)


@given(lengths=st.lists(st.integers(1, 40), min_size=1, max_size=6), data=st.data())
def test_the_share_of_a_period_is_the_mean_of_its_days(lengths: list[int], data: st.DataObject) -> None:
    stakes: list[Stake] = []
    day = START
    for length in lengths:
        end = day + timedelta(length - 1)
        stakes.append(Stake(data.draw(SHARES), data.draw(st.sampled_from(FinancialControl)), length % 2 == 0, day, end))
        day = end + timedelta(1)
    days = [START + timedelta(number) for number in range(sum(lengths))]
    first = data.draw(st.integers(0, len(days) - 1))
    last = data.draw(st.integers(first, len(days) - 1))
    for approach in Approach:
        daily = [share_on(stakes, approach, day) for day in days[first : last + 1]]
        mean = mean_share(data.draw(st.permutations(stakes)), approach, days[first], days[last])
        assert mean == sum(daily, Fraction(0)) / len(daily)


OWN, CATEGORY_8, CATEGORY_13 = Placement


@pytest.mark.parametrize(
    ("kind", "party", "placements"),
    [  # Scope 3 Standard, appendix A, tables A.1 and A.2, in the order of the approaches
        (LeaseKind.FINANCE, Party.LESSEE, [OWN, OWN, OWN]),
        (LeaseKind.OPERATING, Party.LESSEE, [CATEGORY_8, CATEGORY_8, OWN]),
        (LeaseKind.FINANCE, Party.LESSOR, [CATEGORY_13, CATEGORY_13, CATEGORY_13]),
        (LeaseKind.OPERATING, Party.LESSOR, [OWN, OWN, CATEGORY_13]),
    ],
)
def test_leases_under_each_approach(kind: LeaseKind, party: Party, placements: list[Placement]) -> None:
    assert [leased(Lease(kind), party, approach) for approach in Approach] == placements


def test_a_lessor_that_operates_the_asset_reports_it_under_operational_control_only() -> None:
    lease = Lease(LeaseKind.OPERATING, is_operated_by_lessee=False)
    assert [leased(lease, Party.LESSEE, approach) for approach in Approach] == [CATEGORY_8] * 3
    assert [leased(lease, Party.LESSOR, approach) for approach in Approach] == [OWN] * 3
    finance = Lease(LeaseKind.FINANCE, is_operated_by_lessee=False)
    assert [leased(finance, Party.LESSEE, approach) for approach in Approach] == [OWN] * 3


@pytest.mark.parametrize("approach", Approach)
@pytest.mark.parametrize("lease", [Lease(kind, operated) for kind in LeaseKind for operated in (True, False)])
def test_exactly_one_party_has_a_leased_asset_in_scopes_1_and_2(lease: Lease, approach: Approach) -> None:
    placements = {leased(lease, party, approach) for party in Party}
    assert len(placements & {OWN}) == 1
    assert len(placements) == 2


def test_placements_know_their_category() -> None:
    assert [placement.category for placement in Placement] == [None, 8, 13]
