"""Uncertainty and data quality of made footprints: what is shared acts once, what is undeclared is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.footprints import fold
from accounting.judgement.activity_uncertainty import DeclaredUncertainty, Scored, Uncertainties
from accounting.judgement.data_quality import Indicator, IndicatorScores, PrimaryShare
from accounting.judgement.footprint_quality import quality_of, scores_of
from accounting.judgement.footprint_uncertainty import (
    Concerned,
    Part,
    parts_of,
    sampled_lines,
    uncertainty_of,
    undeclared,
    wide,
)
from accounting.judgement.headline_totals import Total
from accounting.judgement.monte_carlo import simulate
from accounting.judgement.pedigree import FactorSet
from accounting.judgement.uncertainty import BadUncertainty, CombinedUncertainty, UncertaintyFlag, UncertaintyForm
from emission_factors.activity_types import Line, Method, Scope
from emission_factors.factors import Factor, GasBasis, Origin, Status
from tests.build import basis, cell, factor, made, number
from tests.build import line as inventory_line

PERCENT, GSD2 = UncertaintyForm
TENANT, SITE, OTHER, OTHER_SITE = number(1), number(2), number(3), number(4)
OPERATORS = {SITE: TENANT, OTHER_SITE: OTHER}


def co2(kind: str, value: str, **fields: Any) -> Factor:
    found: dict[str, Any] = {"kinds": (kind,), "unit": "MJ", "basis": GasBasis.CO2_ONLY}
    return factor(kind, gases={"CO2": value}, **(found | fields))


GRID = co2("electricity.grid", "0.5", region="CN-GD")
MARKET = co2("electricity.market", "0.9")
ON = basis(made(GRID, MARKET))


def power(quantity: str, quality: str = "BILLED", **fields: Any) -> Any:
    return cell("electricity.grid", quantity, "MJ", tenant=TENANT, site=SITE, quality=quality, **fields)


def declared(percent: str | None = "5", activity_type: str = "electricity.grid", **fields: Any) -> DeclaredUncertainty:
    found: dict[str, Any] = {
        "activity_type": activity_type,
        "factor_id": "",
        "quality": "",
        "site": None,
        "percent": None if percent is None else Decimal(percent),
        "gsd2": None,
        "scored": None,
        "document": "calibration",
    }
    return DeclaredUncertainty(**(found | fields))


def of_factor(found: Factor, percent: str | None, **fields: Any) -> DeclaredUncertainty:
    return declared(percent, activity_type="", factor_id=found.factor_id, **fields)


def parts(cells: Sequence[Any], *known: DeclaredUncertainty, total: Total = Total.SCOPE_2_LOCATION) -> list[Part]:
    found = fold(ON, cells, {}, keeps_months=False)
    of_lines = parts_of(found.lines, Uncertainties({TENANT: known}), OPERATORS)
    return [part for part in of_lines if total.takes(part.line.line)]


def numbers(found: CombinedUncertainty) -> tuple[object, object, object]:
    return found.total, found.covered, found.spread


def test_a_line_is_a_quantity_times_a_factor() -> None:
    # 3 % and 4 % make 5 % (2006 IPCC, volume 1, equation 3.1): 500 kg ± 25.
    found = uncertainty_of(parts([power("1000")], declared("3"), of_factor(GRID, "4")), PERCENT)
    assert numbers(found) == (500, 500, 5)
    assert (found.low, found.high) == (Decimal(475), Decimal(525))
    assert found.flags == frozenset()


@given(st.lists(st.decimals("0.001", 10**9, places=3), min_size=1, max_size=8), st.decimals("0.1", 80, places=2))
def test_a_sum_that_shares_one_factor_is_as_uncertain_as_the_factor(
    quantities: list[Decimal], percent: Decimal
) -> None:
    cells = [power(str(value), supplier=f"s{index}") for index, value in enumerate(quantities)]
    found = uncertainty_of(parts(cells, declared("0"), of_factor(GRID, str(percent))), PERCENT)
    assert found.spread == percent


def test_a_meter_is_wrong_all_year_and_two_meters_are_not_wrong_together() -> None:
    year = [power("100", day=date(2024, month, 1)) for month in range(1, 13)]
    known = (declared("6"), of_factor(GRID, "0"))
    assert uncertainty_of(parts(year, *known), PERCENT).spread == 6
    # Two qualities, as two suppliers, are two sources: 6 % of each of two halves is 6/√2 % of the sum.
    halves = uncertainty_of(parts([power("1"), power("1", "MEASURED")], *known), PERCENT).spread
    assert halves is not None
    assert round(halves**2, 12) == 18


def test_an_exact_line_narrows_the_interval() -> None:
    known = (declared("10"), declared("0", quality="MEASURED"), of_factor(GRID, "0"))
    alone = uncertainty_of(parts([power("100")], *known), PERCENT)
    beside = uncertainty_of(parts([power("100"), power("300", "MEASURED")], *known), PERCENT)
    assert (alone.spread, beside.spread) == (Decimal(10), Decimal("2.5"))
    assert alone.high is not None
    assert beside.high is not None
    assert alone.high - alone.covered == beside.high - beside.covered == 5


def test_scope_2_and_3_of_one_quantity_move_together() -> None:
    found = parts([power("100")], declared("6"), of_factor(GRID, "0"), of_factor(MARKET, "0"), total=Total.TOTAL_MARKET)
    assert {part.line.line.method for part in found} == {Method.MARKET}
    both = parts_of(fold(ON, [power("100")], {}, False).lines, Uncertainties({TENANT: [declared("6")]}), OPERATORS)
    assert len({part.quantity.code for part in both}) == 1


def test_what_is_undeclared_stays_outside_and_is_named() -> None:
    known = (declared("6", quality="MEASURED"), of_factor(GRID, "8"))
    found = parts([power("100"), power("300", "MEASURED")], *known)
    combined = uncertainty_of(found, PERCENT)
    assert numbers(combined) == (200, 150, 10)
    assert combined.flags == {UncertaintyFlag.INCOMPLETE}
    (one,) = undeclared(found)
    assert one == Concerned("electricity.grid", "BILLED", GRID.factor_id, True, False, Decimal("50.0"), 1)


def test_nothing_declared_gives_no_interval() -> None:
    found = uncertainty_of(parts([power("100")]), PERCENT)
    assert numbers(found) == (50, 0, None)
    assert found.low is found.high is None


def test_what_emits_nothing_has_nothing_to_declare() -> None:
    assert parts([power("0")]) == []


def test_two_tenants_share_the_factor_and_its_wider_uncertainty() -> None:
    other = cell("electricity.grid", "100", "MJ", tenant=OTHER, site=OTHER_SITE, quality="BILLED")
    lines = fold(ON, [power("100"), other], {}, keeps_months=False).lines
    known = Uncertainties({TENANT: [declared("0"), of_factor(GRID, "4")], OTHER: [declared("0"), of_factor(GRID, "7")]})
    found = [part for part in parts_of(lines, known, OPERATORS) if Total.SCOPE_2_LOCATION.takes(part.line.line)]
    assert uncertainty_of(found, PERCENT).spread == 7
    assert uncertainty_of(found, PERCENT).shared == (f"factor:{GRID.factor_id}",)
    only = Uncertainties({TENANT: [declared("0"), of_factor(GRID, "4")], OTHER: [declared("0")]})
    found = [part for part in parts_of(lines, only, OPERATORS) if Total.SCOPE_2_LOCATION.takes(part.line.line)]
    assert numbers(uncertainty_of(found, PERCENT)) == (100, 50, 4)


def test_who_runs_a_site_declares_for_whoever_reports_it() -> None:
    shared = power("100", share=Decimal("0.4"))
    held = replace(shared, tenant=OTHER, share=Decimal("0.6"))
    found = parts([shared, held], declared("3"), of_factor(GRID, "4"))
    combined = uncertainty_of(found, PERCENT)
    assert numbers(combined) == (50, 50, 5), "one meter, reported in two shares"


def test_a_published_uncertainty_counts_until_the_tenant_declares_one() -> None:
    grid = replace(GRID, uncertainty_low=Decimal(10), uncertainty_high=Decimal(12))
    on = basis(made(grid, MARKET))
    lines = [line for line in fold(on, [power("100")], {}, False).lines if line.line.method is Method.LOCATION]
    known = parts_of(lines, Uncertainties({TENANT: [declared("5")]}), OPERATORS)
    assert uncertainty_of(known, PERCENT).spread == 13
    assert known[0].rate.document == "Title, 1, table 1"
    narrower = Uncertainties({TENANT: [declared("3"), of_factor(grid, "4")]})
    assert uncertainty_of(parts_of(lines, narrower, OPERATORS), PERCENT).spread == 5


def test_a_complement_is_a_factor_of_its_own() -> None:
    gas = cell("stationary.natural_gas", "1000000", "Nm3", tenant=TENANT, site=SITE, quality="BILLED")
    lines = [line for line in fold(basis(), [gas], {}, False).lines if line.line.scope is Scope.SCOPE_1]
    found = parts_of(lines, Uncertainties({}), OPERATORS)
    (line,) = lines
    assert line.resolved.complement is not None
    assert [part.factor for part in found] == [line.resolved.selection.factor, line.resolved.complement.factor]
    assert found[0].emission == line.amounts.co2e_by_gas["CO2"]
    assert sum(part.emission for part in found) == pytest.approx(line.amounts.co2e, abs=Decimal("1e-20"))
    assert found[0].quantity == found[1].quantity


def test_lognormal_lines_combine_as_published() -> None:
    # V11 and the product of standards 1.9: AD 1.05 x EF 1.2685 -> 1.2748; ends are quotient and product.
    known = (declared("5"), of_factor(GRID, None, gsd2=Decimal("1.2685")))
    found = uncertainty_of(parts([power("2000")], *known), GSD2)
    assert found.spread is not None
    assert round(found.spread, 4) == Decimal("1.2748")
    assert found.low is not None
    assert round(found.low, 1) == Decimal("784.4"), "1,000 / 1.2748"


def test_a_removal_has_no_lognormal_form() -> None:
    found = parts([power("100")], declared("5"), of_factor(GRID, "5"))
    removal = [replace(part, emission=-part.emission) for part in found]
    assert uncertainty_of(removal, PERCENT).covered == -50
    with pytest.raises(BadUncertainty, match="not negative"):
        uncertainty_of(removal, GSD2)


def test_what_is_too_wide_is_named() -> None:
    found = parts([power("100"), power("10", "ESTIMATED")], declared("5"), of_factor(GRID, "5"))
    assert wide(found, uncertainty_of(found, PERCENT)) == []
    known = (declared("5"), declared("40", quality="ESTIMATED"), of_factor(GRID, "5"))
    found = parts([power("100"), power("10", "ESTIMATED")], *known)
    assert [one.quality for one in wide(found, uncertainty_of(found, PERCENT))] == ["ESTIMATED"]
    assert UncertaintyFlag.ABOVE_30_PERCENT in uncertainty_of(found, PERCENT).flags


def test_a_lognormal_line_sampled_agrees_with_its_closed_form() -> None:
    known = (declared("0"), of_factor(GRID, None, gsd2=Decimal("1.2685")))
    found = parts([power("2000")], *known)
    closed, sampled = uncertainty_of(found, GSD2), simulate(sampled_lines(found), 100_000, 20261122)
    assert closed.low is not None
    assert closed.high is not None
    assert float(sampled.median) == pytest.approx(1000, rel=0.005)
    assert float(sampled.low) == pytest.approx(float(closed.low), rel=0.01)
    assert float(sampled.high) == pytest.approx(float(closed.high), rel=0.01)
    assert simulate(sampled_lines(found), 100_000, 20261122) == sampled, "the same seed gives the same digits"
    assert simulate(sampled_lines(found), 100_000, 1) != sampled


def test_a_factor_is_drawn_once_for_all_its_lines() -> None:
    cells = [power("100", supplier=f"s{index}") for index in range(20)]
    found = parts(cells, declared("0"), of_factor(GRID, "10"))
    sampled = simulate(sampled_lines(found), 20_000, 7)
    assert float(sampled.high) == pytest.approx(1100, rel=0.01), "twenty independent draws would give 1,022"


@given(
    st.lists(
        st.tuples(st.decimals("0.001", 10**6, places=3), st.sampled_from(["MEASURED", "BILLED", "ESTIMATED"])),
        min_size=1,
        max_size=6,
    )
)
def test_shares_add_up_to_the_whole(rows: list[tuple[Decimal, str]]) -> None:
    found = quality_of(parts([power(str(value), quality) for value, quality in rows]))
    assert found.shares is not None
    assert found.primary is not None
    whole = sum(found.shares.percents.values(), found.shares.undeclared_percent)
    assert abs(whole - 100) < Decimal("1e-25")
    assert set(found.shares.percents) == {quality for _, quality in rows}
    estimated = found.shares.percents.get("ESTIMATED", Decimal(0))
    assert abs(found.primary.secondary_percent - estimated) < Decimal("1e-25"), "in scope 2 what is estimated"


def test_shares_weigh_by_emission() -> None:
    found = quality_of(parts([power("30", "MEASURED"), power("50"), power("20", "ESTIMATED")]))
    assert found.shares is not None
    assert dict(found.shares.percents) == {"BILLED": 50, "MEASURED": 30, "ESTIMATED": 20}
    assert found.primary is not None
    assert found.primary == PrimaryShare(Decimal(80), Decimal(20), Decimal(0))
    # Reliability 2, 2 and 3; time and geography 1: means 4/3, 4/3 and 5/3.
    assert found.indicators[Indicator.RELIABILITY].score == Decimal("2.2")
    assert found.indicators[Indicator.TIME].score == found.indicators[Indicator.GEOGRAPHY].score == 1
    assert found.indicators[Indicator.TECHNOLOGY].score is None
    assert found.indicators[Indicator.TECHNOLOGY].undeclared_percent == 100
    assert found.score is not None
    assert found.score.score is not None
    assert round(found.score.score, 10) == Decimal("1.4")


def test_scores_of_a_factor_that_is_old_and_from_elsewhere() -> None:
    (part,) = parts([power("100", day=date(2030, 5, 1))])
    assert scores_of(part) == IndicatorScores(2, None, 3, 1, None), "7 years apart"
    elsewhere = replace(part, factor=replace(GRID, region="GB", status=Status.CONFLICTING, data_year=2015))
    assert scores_of(elsewhere) == IndicatorScores(3, None, 4, 3, None)
    assert scores_of(replace(part, factor=replace(GRID, region="CN"))).geography == 2
    assert scores_of(replace(part, factor=replace(GRID, region="", origin=Origin.SUPPLIER))).geography == 1


def test_declared_scores_come_first_and_the_worse_of_two_counts() -> None:
    good = Scored(IndicatorScores(1, 2, None, 2, 3), FactorSet.GHG_PROTOCOL, None)
    worse = Scored(IndicatorScores(2, 1, None, None, 4), FactorSet.GHG_PROTOCOL, None)
    five = Scored(IndicatorScores(5, 5, 5, 5, 5), FactorSet.ECOINVENT_V2, None)
    (part,) = parts([power("100")], declared(None, scored=good), of_factor(GRID, None, scored=worse))
    assert scores_of(part) == IndicatorScores(2, 2, 1, 2, 4)
    (part,) = parts([power("100")], declared(None, scored=five))
    assert scores_of(part) == IndicatorScores(2, None, 1, 1, None), "ecoinvent's five levels are another scale"


@pytest.mark.parametrize(
    ("origin", "share"),
    [
        (Origin.CATALOGUE, PrimaryShare(Decimal(0), Decimal(100), Decimal(0))),
        (Origin.SUPPLIER, PrimaryShare(Decimal(100), Decimal(0), Decimal(0))),
        (Origin.CUSTOM, PrimaryShare(Decimal(0), Decimal(0), Decimal(100))),
    ],
)
def test_in_scope_3_the_factor_decides_what_is_primary(origin: Origin, share: PrimaryShare) -> None:
    (part,) = parts([power("100")])
    selection = replace(part.line.resolved.selection, factor=replace(GRID, origin=origin))
    resolved = replace(part.line.resolved, line=_indirect(), selection=selection)
    assert quality_of([replace(part, line=replace(part.line, resolved=resolved))]).primary == share


def _indirect() -> Line:
    return inventory_line(scope=Scope.SCOPE_3)


@pytest.mark.parametrize(
    ("scope", "method", "totals"),
    [
        (Scope.SCOPE_1, None, {Total.SCOPE_1, Total.TOTAL_LOCATION, Total.TOTAL_MARKET}),
        (Scope.SCOPE_2, Method.LOCATION, {Total.SCOPE_2_LOCATION, Total.TOTAL_LOCATION}),
        (Scope.SCOPE_2, Method.MARKET, {Total.SCOPE_2_MARKET, Total.TOTAL_MARKET}),
        (Scope.SCOPE_3, None, {Total.SCOPE_3, Total.TOTAL_LOCATION, Total.TOTAL_MARKET}),
        (Scope.OUTSIDE, None, set()),
    ],
)
def test_totals_take_their_lines(scope: Scope, method: Method | None, totals: set[Total]) -> None:
    assert {total for total in Total if total.takes(inventory_line(scope=scope, method=method))} == totals
