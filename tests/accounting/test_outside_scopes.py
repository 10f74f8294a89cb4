"""What stands beside the scopes: parallel lines, in no total, never netted, never added to each other."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import Dimension, grouped, totals
from accounting.outside import Claim, OutsideScopes, is_claim, outside_scopes
from accounting.regimes import RegimeCode
from accounting.required_totals import required_totals
from accounting.value_chain.scope3 import categories
from emission_factors.activity_types import Method, Scope, all_activity_types
from tests.build import basis, cell, factor, made

MEMOS = [found for found in all_activity_types() if found.code.startswith("memo.")]
INSIDE = (
    cell("stationary.natural_gas", "1200000", "Nm3"),
    cell("electricity.grid", "36000", "MJ"),
    cell("refrigerant.leaked/R-22", "3", "kg"),
    cell("incineration.clinical_waste", "300000", "kg"),
    cell("process.fermentation_glucose", "1000000", "kg"),
    cell("process.solvent_emitted/acetone", "400", "kg"),
    cell("goods.reported", "5000", "kg"),
)


def found(*cells: Cell, regime: RegimeCode = RegimeCode.GHG_PROTOCOL) -> Footprint:
    return fold(basis(regime=regime), cells, {}, keeps_months=False)


def beside(*cells: Cell, regime: RegimeCode = RegimeCode.GHG_PROTOCOL) -> OutsideScopes:
    return outside_scopes(found(*cells, regime=regime).lines)


def test_each_claim_has_a_type_of_its_own_counted_one_to_one_outside_the_scopes() -> None:
    assert {line.category for memo in MEMOS for line in memo.lines} == set(Claim)
    for memo in MEMOS:
        (line,) = memo.lines
        assert (line.scope, line.kind, line.sign) == (Scope.OUTSIDE, "identity.co2e", 1)
        assert is_claim(line)
        (shown,) = found(cell(memo.code, "7", "kg")).lines
        assert shown.amounts.co2e == 7


def test_no_emission_is_taken_for_a_claim() -> None:
    others = [line for one in all_activity_types() if one not in MEMOS for line in one.lines]
    assert not [line for line in others if is_claim(line)]


@given(
    st.lists(
        st.tuples(st.sampled_from(MEMOS), st.decimals(0, 10**20, places=12, allow_nan=False, allow_infinity=False)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(RegimeCode),
)
def test_whatever_is_claimed_changes_no_total_no_group_and_no_category(
    claims: list[tuple[object, Decimal]], regime: RegimeCode
) -> None:
    posted = [cell(memo.code, quantity, "kg") for memo, quantity in claims]  # type: ignore[attr-defined]
    without, with_claims = found(*INSIDE, regime=regime), found(*INSIDE, *posted, regime=regime)
    assert len(with_claims.lines) > len(without.lines)
    assert totals(with_claims.lines) == totals(without.lines)
    for by in (Dimension.SCOPE, Dimension.CATEGORY, Dimension.GAS, Dimension.ACTIVITY_TYPE):
        assert grouped(with_claims.lines, [by]) == grouped(without.lines, [by])
    assert categories(with_claims) == categories(without)
    assert required_totals(with_claims, regime) == required_totals(without, regime)
    before, after = outside_scopes(without.lines), outside_scopes(with_claims.lines)
    assert (after.biogenic_co2, after.non_kyoto, after.not_counted, after.memo) == (
        before.biogenic_co2,
        before.non_kyoto,
        before.not_counted,
        before.memo,
    )


def test_each_kind_of_claim_is_a_sum_of_its_own() -> None:
    claims = beside(
        cell("memo.offset_bought", "100", "kg"),
        cell("memo.offset_cancelled", "60", "kg"),
        cell("memo.offset_cancelled", "4", "kg", region="GB"),
        cell("memo.avoided_emissions", "30", "kg"),
    ).claims
    assert {claim: amounts.co2e for claim, amounts in claims.items()} == {
        Claim.OFFSETS_BOUGHT: 100,
        Claim.OFFSETS_CANCELLED: 64,
        Claim.AVOIDED: 30,
    }


def test_biogenic_co2_is_that_of_every_line_in_the_scopes_or_not() -> None:
    """standards.md 5 no. 11: 488.6 t of 1,000 t glucose. 300 t of clinical waste hold 15 % of biogenic carbon."""
    glucose, waste = INSIDE[4], INSIDE[3]
    assert round(beside(glucose).biogenic_co2 / 1000, 1) == Decimal("488.6")
    assert beside(waste).biogenic_co2 == 165000
    assert beside(glucose, waste).biogenic_co2 == beside(glucose).biogenic_co2 + beside(waste).biogenic_co2
    assert totals(found(waste).lines).outside.biogenic == 0, "it stands with the scope 1 line"


def test_biogenic_co2_of_purchased_energy_counts_once() -> None:
    """Two lines hold it, by location and by market."""
    grid = factor("grid", gases={"CO2": "0.5"}, biogenic="0.1", kinds=("electricity.grid",), unit="MJ")
    lines = fold(basis(made(grid)), [cell("electricity.grid", "10", "MJ")], {}, keeps_months=False).lines
    assert [line.line.method for line in lines if line.amounts.biogenic] == [Method.LOCATION, Method.MARKET]
    assert outside_scopes(lines).biogenic_co2 == 1


def test_gases_outside_the_groups_and_gases_the_regime_does_not_count_stand_apart() -> None:
    leaks = (cell("refrigerant.leaked/R-22", "3", "kg"), cell("refrigerant.leaked/HFC-134a", "2", "kg"))
    whole = beside(*leaks)
    assert (dict(whole.non_kyoto.outside), dict(whole.not_counted.outside)) == ({"HCFC-22": Decimal(3)}, {})
    park = beside(*leaks, regime=RegimeCode.NDRC_910_2025)
    assert dict(park.non_kyoto.outside) == {"HCFC-22": Decimal(3)}
    assert dict(park.not_counted.outside) == {"HFC-134a": Decimal(2)}
    assert dict(park.not_counted.outside_co2e) == {"HFC-134a": Decimal(3060)}
    assert park.non_kyoto.co2e == park.not_counted.co2e == 0


def test_memo_emissions_are_neither_a_claim_nor_in_a_total_of_the_scopes() -> None:
    """standards.md 5 no. 10: 0.4 t of acetone emitted becomes 0.91 t of CO2."""
    solvent = INSIDE[5]
    memo = beside(solvent)
    assert round(memo.memo.co2e / 1000, 2) == Decimal("0.91")
    assert not memo.claims
    sums = totals(found(solvent).lines)
    assert sums.scope_1.co2e == 0
    assert sums.outside.co2e == memo.memo.co2e


@pytest.mark.parametrize("regime", RegimeCode)
def test_claims_are_shown_under_every_regime(regime: RegimeCode) -> None:
    assert beside(cell("memo.removal", "2", "kg"), regime=regime).claims[Claim.REMOVALS].co2e == 2
