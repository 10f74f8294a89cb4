"""Who reports what share of an operation's month, by hand-counted days."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.boundary import (
    Boundaries,
    Holding,
    LeaseConflict,
    LeasedSite,
    Part,
    check_holdings,
    check_leases,
    placed,
)
from accounting.consolidation import (
    Approach,
    BadStake,
    FinancialControl,
    LeaseKind,
    NoStake,
    Party,
    Placement,
    StakeConflict,
)
from emission_factors.activity_types import Line, Method, Scope, activity_type

OPERATOR, PARTNER, SITE, OTHER_SITE = (uuid4() for _ in range(4))
APRIL = date(2025, 4, 1)
OWN = Placement.SCOPE_1_AND_2


def holding(
    equity: str = "60",
    holder: UUID = OPERATOR,
    *,
    site: UUID | None = SITE,
    runs_it: bool = True,
    financial: FinancialControl = FinancialControl.SOLE,
    valid_from: date = date(2025, 1, 1),
    valid_to: date | None = None,
) -> Holding:
    return Holding(holder, site, Decimal(equity), financial, runs_it, valid_from, valid_to, "contract 7")


def lease(
    kind: LeaseKind = LeaseKind.OPERATING,
    party: Party = Party.LESSEE,
    valid_from: date = date(2025, 1, 1),
    valid_to: date | None = None,
) -> LeasedSite:
    return LeasedSite(SITE, party, kind, True, valid_from, valid_to, "Estate Ltd", "lease 12")


JOINT_VENTURE = (
    holding("60", OPERATOR),
    holding("40", PARTNER, runs_it=False, financial=FinancialControl.NONE),
)


def parts(
    approach: Approach, holdings: tuple[Holding, ...] = (), leases: tuple[LeasedSite, ...] = (), site: UUID = SITE
) -> tuple[Part, ...]:
    return Boundaries(approach, {OPERATOR: holdings}, {OPERATOR: leases}).parts(OPERATOR, site, APRIL)


@pytest.mark.parametrize("approach", Approach)
def test_what_nobody_declared_is_the_tenants_own(approach: Approach) -> None:
    assert parts(approach) == (Part(OPERATOR, Decimal(1), OWN),)


@pytest.mark.parametrize(
    ("approach", "expected"),
    [
        (Approach.EQUITY_SHARE, (Part(OPERATOR, Decimal("0.6"), OWN), Part(PARTNER, Decimal("0.4"), OWN))),
        (Approach.FINANCIAL_CONTROL, (Part(OPERATOR, Decimal(1), OWN),)),
        (Approach.OPERATIONAL_CONTROL, (Part(OPERATOR, Decimal(1), OWN),)),
    ],
)
def test_a_joint_venture_by_approach(approach: Approach, expected: tuple[Part, ...]) -> None:
    assert parts(approach, JOINT_VENTURE) == expected


def test_a_stake_sold_on_the_tenth_counts_for_its_days() -> None:
    sold = (holding("60", valid_to=date(2025, 4, 9)), holding("30", valid_from=date(2025, 4, 10)))
    # 9 days at 60 % and 21 days at 30 % of 30 days: (540 + 630) / 3000
    assert parts(Approach.EQUITY_SHARE, sold) == (Part(OPERATOR, Decimal("0.39"), OWN),)


def test_holdings_of_the_site_go_before_those_of_all_sites() -> None:
    both = (holding("60", site=None), holding("25", site=SITE))
    assert parts(Approach.EQUITY_SHARE, both)[0].share == Decimal("0.25")
    assert parts(Approach.EQUITY_SHARE, both, site=OTHER_SITE)[0].share == Decimal("0.6")


def test_a_day_left_open_is_refused_and_named() -> None:
    with pytest.raises(NoStake, match="no stake is stated for 2025-04-21"):
        parts(Approach.EQUITY_SHARE, (holding("60", valid_to=date(2025, 4, 20)),))


@given(st.integers(0, 100), st.integers(1, 29))
def test_shares_of_all_holders_are_the_whole(equity: int, day: int) -> None:
    change = APRIL.replace(day=day)
    declared = (
        holding(str(equity), OPERATOR),
        holding(str(100 - equity), PARTNER, runs_it=False, valid_to=change),
        holding(str(100 - equity), PARTNER, runs_it=False, valid_from=change.replace(day=day + 1)),
    )
    assert sum(Fraction(part.share) for part in parts(Approach.EQUITY_SHARE, declared)) == 1


@pytest.mark.parametrize(
    ("kind", "party", "approach", "placement"),
    [
        (LeaseKind.FINANCE, Party.LESSEE, Approach.EQUITY_SHARE, OWN),
        (LeaseKind.OPERATING, Party.LESSEE, Approach.OPERATIONAL_CONTROL, OWN),
        (LeaseKind.OPERATING, Party.LESSEE, Approach.FINANCIAL_CONTROL, Placement.UPSTREAM_LEASED_ASSETS),
        (LeaseKind.OPERATING, Party.LESSOR, Approach.OPERATIONAL_CONTROL, Placement.DOWNSTREAM_LEASED_ASSETS),
        (LeaseKind.FINANCE, Party.LESSOR, Approach.EQUITY_SHARE, Placement.DOWNSTREAM_LEASED_ASSETS),
    ],
)
def test_a_leased_site_by_approach(kind: LeaseKind, party: Party, approach: Approach, placement: Placement) -> None:
    assert parts(approach, leases=(lease(kind, party),)) == (Part(OPERATOR, Decimal(1), placement),)


def test_a_lease_that_ends_divides_its_month() -> None:
    ended = lease(LeaseKind.OPERATING, valid_to=date(2025, 4, 6))
    assert parts(Approach.EQUITY_SHARE, leases=(ended,)) == (
        Part(OPERATOR, Decimal("0.2"), Placement.UPSTREAM_LEASED_ASSETS),
        Part(OPERATOR, Decimal("0.8"), OWN),
    )


def moved(code: str, placement: Placement) -> dict[str, Line | None]:
    return {line.code: placed(line, placement) for line in activity_type(code).lines}


def test_fuel_of_a_leased_site_moves_to_category_8_and_its_upstream_line_falls_away() -> None:
    found = moved("stationary.natural_gas", Placement.UPSTREAM_LEASED_ASSETS)
    combustion = found["combustion"]
    assert combustion is not None
    assert (combustion.scope, combustion.category, combustion.iso_category) == (Scope.SCOPE_3, "8", "4.4")
    assert found["upstream"] is None


def test_electricity_of_a_let_site_moves_once_by_location_to_category_13() -> None:
    lines = activity_type("electricity.grid").lines
    found = [(line, placed(line, Placement.DOWNSTREAM_LEASED_ASSETS)) for line in lines]
    kept = [(line.method, new) for line, new in found if new is not None and line.scope is Scope.SCOPE_2]
    assert [(method, new.scope, new.method, new.category, new.iso_category) for method, new in kept] == [
        (Method.LOCATION, Scope.SCOPE_3, None, "13", "5.2")
    ]


def test_waste_of_a_leased_site_stays_category_5() -> None:
    treatment = next(line for line in activity_type("waste.clinical_incineration").lines if line.category == "5")
    assert placed(treatment, Placement.UPSTREAM_LEASED_ASSETS) is treatment


def test_nothing_moves_in_the_reporters_own_scopes() -> None:
    for line in activity_type("electricity.grid").lines:
        assert placed(line, OWN) is line


def test_more_than_the_whole_two_stakes_or_two_operators_on_a_day_are_refused() -> None:
    check_holdings(JOINT_VENTURE)
    with pytest.raises(StakeConflict, match="110 % together on 2025-03-01"):
        check_holdings((holding("60"), holding("50", PARTNER, runs_it=False, valid_from=date(2025, 3, 1))))
    with pytest.raises(StakeConflict, match="two stakes on 2025-03-01"):
        check_holdings((holding("60"), holding("30", valid_from=date(2025, 3, 1))))
    with pytest.raises(StakeConflict, match="two holders have operational control"):
        check_holdings((holding("60"), holding("40", PARTNER)))


def test_overlapping_leases_of_a_site_are_refused() -> None:
    check_leases((lease(valid_to=date(2025, 6, 30)), lease(valid_from=date(2025, 7, 1))))
    with pytest.raises(LeaseConflict, match="both hold on 2025-07-01"):
        check_leases((lease(), lease(valid_from=date(2025, 7, 1))))
    with pytest.raises(LeaseConflict, match="ends on 2024-12-31, before it begins"):
        lease(valid_to=date(2024, 12, 31))


def test_a_holding_that_cannot_be_is_refused_when_it_is_made() -> None:
    with pytest.raises(BadStake, match="equity share"):
        holding("100.5")
