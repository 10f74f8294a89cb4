"""Scenarios: the published examples, exact sums, inverses, what the factors of the catalogue answer, and refusals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.basis import Basis
from accounting.footprints import Cell, fold
from accounting.grouping import totals
from accounting.judgement.headline_totals import Total
from accounting.lines import OwnFactors
from accounting.regimes import RegimeCode
from accounting.scenarios.answers import ScenarioAnswer, ScenarioYear, Scopes, answered, transformed
from accounting.scenarios.levers import (
    EVERYTHING,
    Efficiency,
    Extent,
    ExtentKind,
    FactorCut,
    FactorPath,
    Growth,
    Ramp,
    Reach,
)
from accounting.scenarios.moving_levers import Substitution, Supply, heat_pump
from accounting.scenarios.states import Strands, gathered
from accounting.scenarios.steps import BadScenario, Lever, Scenario, Step, Undo, inverse
from accounting.scope2.coverage import Covered
from accounting.scope2.instruments import Attribute, EnergyCarrier, Instrument, Kind
from emission_factors import decimals
from emission_factors.factors import Origin
from tests.build import basis, cell, factor, number

OF = basis()
NO_FACTORS: Mapping[UUID, OwnFactors] = {}
GRID, GAS, PROPELLANT = "electricity.grid", "stationary.natural_gas", "use.gas_released/HFC-134a"
KINDS = frozenset({"electricity.grid", "electricity.market"})
SELF_USE, GEC = Kind.SELF_USE, Kind.GEC


def ramp(*values: str, start: date = date(2025, 1, 1)) -> Ramp:
    return Ramp(start, tuple(map(Decimal, values)))


def share(*values: str, kind: ExtentKind = ExtentKind.SHARE_OF_REST) -> Extent:
    return Extent(kind, ramp(*values))


def quantity(*values: str, unit: str = "MWh", start: date = date(2025, 1, 1)) -> Extent:
    return Extent(ExtentKind.QUANTITY, ramp(*values, start=start), unit)


def reach(*codes: str, **more: Any) -> Reach:
    return Reach(frozenset(codes), **more)


def less(code: str, saving: str, *values: str) -> Efficiency:
    return Efficiency(reach(code), Decimal(saving), ramp(*(values or ("1",))))


def to_152a(extent: Extent) -> Substitution:
    return Substitution(reach(PROPELLANT), extent, "use.gas_released/HFC-152a", Fraction(1), "kg", "kg")


def grid(mwh: str, **more: Any) -> Cell:
    return cell(GRID, Decimal(mwh) * 3600, "MJ", **more)


def scenario(*levers: Lever, years: Sequence[int] = (2025,)) -> Scenario:
    steps = tuple(Step(f"step {place}", lever) for place, lever in enumerate(levers, 1))
    return Scenario(2024, tuple(years), steps)


def asked(of: Scenario, *cells: Cell, under: Basis = OF, own: Mapping[UUID, OwnFactors] = NO_FACTORS) -> ScenarioAnswer:
    return answered(of, under, cells, own)


def only(found: ScenarioAnswer) -> ScenarioYear:
    (year,) = found.whole
    return year


def folded(of: Basis, cells: Sequence[Cell], own: Mapping[UUID, OwnFactors] = NO_FACTORS) -> Scopes:
    sums = totals(fold(of, cells, own, keeps_months=False).lines)
    return Scopes(sums.scope_1.co2e, sums.scope_2_location.co2e, sums.scope_2_market.co2e, sums.scope_3.co2e)


def held(cells: Sequence[Cell]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in cells:
        found[one.activity_type] = found.get(one.activity_type, Decimal(0)) + one.quantity
    return found


def test_two_efficiencies_multiply_as_in_the_published_example() -> None:
    found = only(asked(scenario(less(GRID, "0.10"), less(GRID, "0.05")), grid("9000")))  # standards.md 7.3
    assert found.baseline.scope_2_location == Decimal("3977100")
    assert found.emissions.scope_2_location == 9000 * Decimal("0.9") * Decimal("0.95") * Decimal("441.9") == 3400420.5
    assert [step.change.scope_2_location for step in found.steps] == [Decimal("-397710"), Decimal("-178969.5")]


def test_the_propellant_of_inhalers_is_switched_mass_for_mass() -> None:
    mass = Decimal(2_000_000) * Decimal("0.0188")
    found = only(asked(scenario(to_152a(share("1"))), cell(PROPELLANT, mass, "kg")))
    assert (found.baseline.scope_3, found.emissions.scope_3) == (Decimal(57_528_000), Decimal("6166400"))


def test_a_heat_pump_gives_up_fuel_for_power() -> None:
    """900 GJ of heat: gas - 900 / 0.9 GJ, electricity + 900 / 3 GJ."""
    lever = heat_pump(reach(GAS), quantity("1000", unit="GJ"), Decimal("0.9"), Decimal(3))
    cells = [cell(GAS, "2500000", "MJ")]
    assert held(transformed(scenario(lever), OF, cells, {}, 2025)) == {GAS: 1_500_000, GRID: 300_000}
    found = only(asked(scenario(lever), *cells))
    assert found.emissions.scope_2_location == 300_000 * Decimal("0.12275")
    assert found.emissions.scope_1 == found.baseline.scope_1 * Decimal("0.6")


def test_the_baseline_is_the_reference_year_s_footprint_in_every_year() -> None:
    cells = [grid("9000", tenant=number(1)), cell(GAS, "1000", "Nm3", tenant=number(2)), cell(PROPELLANT, "3", "kg")]
    found = asked(scenario(years=(2024, 2030)), *cells)
    assert [year.baseline for year in found.whole] == [folded(OF, cells)] * 2
    assert [(year.tenant, year.year, year.emissions) for year in found.by_tenant] == [
        (one.tenant, year, folded(OF, [one])) for one in cells for year in (2024, 2030)
    ]


def test_a_ramp_counts_month_by_month_from_its_start() -> None:
    """Half of the months of 2025 are after the start; from 2026 the second value holds."""
    lever = Efficiency(EVERYTHING, Decimal("0.5"), ramp("0.2", "1", start=date(2025, 7, 1)))
    months = [grid("10", day=date(2024, month, 1)) for month in range(1, 13)]
    found = asked(scenario(lever, years=(2024, 2025, 2026, 2030)), *months)
    assert [year.emissions.scope_2_location / Decimal("441.9") for year in found.whole] == [120, 114, 60, 60]


def test_growth_and_the_path_of_a_grid_compound_from_their_year() -> None:
    levers = (Growth(EVERYTHING, Decimal("0.05"), 2024), FactorPath(EVERYTHING, KINDS, Decimal("0.011"), 2024))
    found = asked(scenario(*levers, years=(2025, 2027)), grid("1000"))
    assert [year.emissions.scope_2_location for year in found.whole] == [
        441900 * Decimal("1.05") ** years * Decimal("0.989") ** years for years in (1, 3)
    ]


def test_a_path_also_moves_what_later_steps_turn_into_its_electricity() -> None:
    path = FactorPath(EVERYTHING, KINDS, Decimal("0.5"), 2024)
    pump = heat_pump(reach(GAS), share("1"), Decimal("0.9"), Decimal(3))
    cells = [cell(GAS, "1000000", "MJ")]
    either = [only(asked(scenario(*order), *cells)).emissions for order in ((path, pump), (pump, path))]
    assert either[0] == either[1]
    assert either[0].scope_2_location == 300_000 * Decimal("0.12275") / 2


def test_own_generation_and_certificates_by_location_and_by_market() -> None:
    """Under the GHG Protocol own generation leaves both totals, a certificate the market-based one alone."""
    for kind, is_sold, location, market in (
        (SELF_USE, False, 70, 70),
        (SELF_USE, True, 70, 100),
        (GEC, False, 100, 70),
        (Kind.DIRECT_SUPPLY, False, 70, 70),
    ):
        found = only(asked(scenario(Supply(EVERYTHING, share("0.3"), kind, is_sold=is_sold)), grid("100")))
        assert found.emissions.scope_2_location * 100 == found.baseline.scope_2_location * location, kind
        after, before = Fraction(found.emissions.scope_2_market), Fraction(found.baseline.scope_2_market)
        assert after * 100 == before * market, kind


def test_a_regime_that_does_not_admit_a_certificate_shows_no_effect_of_it() -> None:
    under = basis(regime=RegimeCode.NDRC_OTHER_2015)
    lever = Supply(EVERYTHING, share("0.3"), Kind.OTHER_CERTIFICATE)
    found = only(asked(scenario(lever), grid("100"), under=under))
    assert found.emissions == found.baseline
    assert found.baseline.scope_2_location > 0


def test_what_one_lever_supplies_another_does_not_even_where_it_does_not_count() -> None:
    under = basis(regime=RegimeCode.NDRC_910_2025)
    direct = Supply(EVERYTHING, share("1"), Kind.DIRECT_SUPPLY)
    certificate = Supply(EVERYTHING, share("1"), Kind.OTHER_CERTIFICATE)
    assert only(asked(scenario(direct), grid("100"), under=under)).emissions.scope_2_location == 0
    both = only(asked(scenario(certificate, direct), grid("100"), under=under))
    assert both.emissions == both.baseline


def test_a_quantity_is_spread_in_proportion_over_tenants_and_months_from_its_start() -> None:
    """120 MWh of the 240 MWh that three tenants use from July on: half of each, nothing before July."""
    cells = [
        grid(mwh, tenant=number(tenant), day=date(2024, month, 1))
        for tenant, mwh in ((1, "20"), (2, "40"), (3, "60"))
        for month in (6, 7, 12)
    ]
    lever = Supply(EVERYTHING, quantity("120", start=date(2025, 7, 1)), SELF_USE)
    made = transformed(scenario(lever), OF, cells, {}, 2025)
    own = {(one.tenant, one.day.month): one.quantity / 3600 for one in made if one.activity_type != GRID}
    assert own == {(number(tenant), month): 10 * tenant for tenant in (1, 2, 3) for month in (7, 12)}
    left = {(one.tenant, one.day.month): one.quantity / 3600 for one in made if one.activity_type == GRID}
    assert left[number(3), 6] == 60
    assert left[number(3), 7] == 30


def test_shares_of_the_whole_stand_side_by_side_and_shares_of_the_rest_multiply() -> None:
    def left(of: ExtentKind) -> Decimal:
        levers = [Supply(EVERYTHING, share("0.4", kind=of), kind) for kind in (SELF_USE, GEC)]
        found = transformed(scenario(*levers), OF, [grid("100")], {}, 2025)
        (rest,) = (one.quantity for one in found if one.activity_type == GRID and not one.covered)
        return rest / 3600

    assert left(ExtentKind.SHARE_OF_WHOLE) == 20
    assert left(ExtentKind.SHARE_OF_REST) == 36


def test_shares_of_the_whole_count_what_a_ratio_and_an_efficiency_made_of_it() -> None:
    """After 40 % of the gas went to heat pumps, 60 % of the whole is all that is left."""
    whole = ExtentKind.SHARE_OF_WHOLE
    first = heat_pump(reach(GAS), share("0.4", kind=whole), Decimal("0.9"), Decimal(3))
    second = Substitution(reach(GAS), share("0.6", kind=whole), "steam.purchased", Fraction(9, 10), "MJ", "MJ")
    found = held(transformed(scenario(first, second), OF, [cell(GAS, "1000", "MJ")], {}, 2025))
    assert found == {GRID: 120, "steam.purchased": 540}


COVER = Instrument(
    id="gec-1",
    kind=GEC,
    carrier=EnergyCarrier.ELECTRICITY,
    attribute=Attribute.NON_FOSSIL,
    market="CN",
    first_month=date(2024, 1, 1),
    last_month=date(2024, 1, 1),
    quantity=Decimal(30),
    rate=Decimal(0),
    tenant=number(1),
    site=None,
    claimed_from=date(2024, 1, 1),
    claimed_to=date(2024, 1, 1),
)


def test_instruments_keep_their_share_and_are_not_supplied_again() -> None:
    covered = (Covered(COVER, Decimal(30 * 3600), Decimal(0), "matched"),)
    bought = [grid("100", covered=covered, tenant=number(1))]
    half = less(GRID, "0.5")
    found = asked(scenario(half, Supply(EVERYTHING, share("1"), GEC)), *bought)
    assert only(found).baseline == folded(OF, bought)
    after = only(found).steps[0].after
    assert Fraction(after.scope_2_market) * 2 == Fraction(only(found).baseline.scope_2_market)
    assert only(found).emissions.scope_2_market == 0
    ids = {one.covered[0].instrument.id: one.quantity for one in transformed(found.scenario, OF, bought, {}, 2025)}
    assert ids == {"gec-1": 15 * 3600, "scenario GEC 0": 35 * 3600}


def test_a_path_leaves_a_supplier_s_rate_alone_and_a_cut_does_not() -> None:
    rate = factor("rate", gases={"CO2": "0.1"}, unit="MJ", region="", origin=Origin.SUPPLIER, supplier="Grid Co")
    own = {number(1): {(GRID, "market"): [rate]}}
    bought = grid("1", tenant=number(1), own_tenant=number(1), supplier="Grid Co")
    path = FactorPath(EVERYTHING, KINDS, Decimal("0.5"), 2024)
    cut = FactorCut(EVERYTHING, KINDS, Decimal("0.5"), ramp("1"))
    assert only(asked(scenario(path), bought, own=own)).emissions.scope_2_market == 360
    assert only(asked(scenario(cut), bought, own=own)).emissions.scope_2_market == 180


def test_months_of_one_rate_add_up_and_those_of_another_stay_apart() -> None:
    """A tenant's own factor is looked up month by month; 0.1 kg/MJ holds through June, 0.2 from July on."""
    first = factor(
        "first", gases={"CO2": "0.1"}, unit="MJ", region="", origin=Origin.CUSTOM, valid_to=date(2024, 6, 30)
    )
    second = factor(
        "second", gases={"CO2": "0.2"}, unit="MJ", region="", origin=Origin.CUSTOM, valid_from=date(2024, 7, 1)
    )
    own = {number(1): {(GRID, "market"): [first, second]}}
    cells = [
        grid("1", tenant=number(1), own_tenant=number(1), day=date(2024, month, 1)) for month in (1, 2, 3, 6, 7, 12)
    ]
    found = only(asked(scenario(less(GRID, "0.5")), *cells, own=own))
    assert (found.baseline, found.baseline.scope_2_market) == (folded(OF, cells, own), Decimal(4 * 360 + 2 * 720))
    assert found.emissions.scope_2_market == 2 * 360 + 720


def test_what_a_lever_makes_takes_the_tenant_s_own_factor_if_it_has_one() -> None:
    rate = factor("rate", gases={"CO2": "0.01"}, unit="MJ", region="", origin=Origin.CUSTOM)
    own = {number(1): {(GRID, "market"): [rate]}}
    lever = heat_pump(reach(GAS), share("1"), Decimal("0.9"), Decimal(3))
    cells = [cell(GAS, "1000", "MJ", tenant=number(tenant)) for tenant in (1, 2)]
    first, second = asked(scenario(lever), *cells, own=own).by_tenant
    assert first.emissions.scope_2_market == 3
    assert second.emissions.scope_2_market > 50


def test_gaps_name_the_step_that_leads_to_them() -> None:
    lever = Substitution(reach("steam.purchased"), share("0.5"), GRID, Fraction(1), "MJ", "MJ")
    found = asked(scenario(lever), cell("steam.purchased", "100", "MJ"))
    assert [(gap.step, gap.activity.code, gap.gap.line.code) for gap in found.gaps] == [
        ("", "steam.purchased", "upstream"),
        ("step 1", GRID, "upstream"),
        ("step 1", GRID, "losses"),
    ]


RATIOS = st.decimals("0", "0.9", places=2).map(str)
SHARES = st.lists(st.sampled_from(["0", "0.07", "0.3", "1"]), min_size=1, max_size=3).map(lambda found: share(*found))
LEVERS = st.one_of(
    st.builds(less, st.sampled_from([GRID, GAS, PROPELLANT]), RATIOS, st.sampled_from(["0.3", "1"])),
    st.builds(Growth, st.just(EVERYTHING), st.decimals("-0.2", "0.2", places=3), st.just(2024)),
    st.builds(FactorPath, st.just(EVERYTHING), st.just(KINDS), st.decimals("-0.2", "0.2", places=3), st.just(2024)),
    st.builds(
        heat_pump, st.just(reach(GAS)), SHARES, st.just(Decimal("0.9")), st.sampled_from([Decimal(3), Decimal(4)])
    ),
    st.builds(to_152a, SHARES),
    st.builds(Supply, st.just(EVERYTHING), SHARES, st.sampled_from([SELF_USE, GEC, Kind.DIRECT_SUPPLY])),
    st.builds(Supply, st.just(reach(GRID)), st.just(quantity("0.5")), st.just(SELF_USE)),
)
QUANTITIES = st.decimals("3600", "10000000", places=2)
PARK = st.tuples(QUANTITIES, QUANTITIES, QUANTITIES, QUANTITIES).map(
    lambda found: [
        cell(code, amount, unit, tenant=number(1 + place % 2), day=date(2024, 1 + 3 * place, 1))
        for place, (code, unit, amount) in enumerate(
            zip((GRID, GAS, PROPELLANT, GRID), ("MJ", "MJ", "kg", "MJ"), found, strict=True)
        )
    ]
)


def sums_of(years: Sequence[ScenarioYear]) -> Scopes:
    return Scopes(*(decimals.total(column) for column in zip(*(year.emissions for year in years), strict=True)))


def possible(of: Scenario, cells: Sequence[Cell]) -> ScenarioAnswer | None:
    """Return the answer, None where a lever takes more than earlier ones left."""
    try:
        return asked(of, *cells)
    except BadScenario as error:
        if error.field != "ramp":
            raise
        return None


@given(st.lists(LEVERS, max_size=6), PARK)
def test_a_scenario_and_its_inverse_give_back_the_baseline_exactly(levers: list[Lever], cells: list[Cell]) -> None:
    forth = scenario(*levers, years=(2025, 2027, 2031))
    if possible(forth, cells) is None:
        return
    both = replace(forth, steps=(*forth.steps, *inverse(forth.steps)))
    found = asked(both, *cells)
    assert all(year.emissions == year.baseline for year in (*found.by_tenant, *found.whole))
    back = transformed(both, OF, cells, {}, 2031)
    assert Counter(back) == Counter(cells)


@given(st.lists(LEVERS, max_size=6), PARK)
def test_steps_tenants_and_the_whole_add_up_to_the_last_digit(levers: list[Lever], cells: list[Cell]) -> None:
    found = possible(scenario(*levers, years=(2025, 2027)), cells)
    if found is None:
        return
    for year in (*found.by_tenant, *found.whole):
        for place in range(4):
            change = decimals.total(step.change[place] for step in year.steps)
            assert decimals.EXACT.add(year.baseline[place], change) == year.emissions[place]
    for whole in found.whole:
        assert sums_of([year for year in found.by_tenant if year.year == whole.year]) == whole.emissions


@given(st.lists(LEVERS.filter(lambda lever: not isinstance(lever, FactorPath)), max_size=5), PARK)
def test_the_transformed_cells_fold_to_what_is_answered(levers: list[Lever], cells: list[Cell]) -> None:
    of = scenario(*levers, years=(2026,))
    found = possible(of, cells)
    if found is None:
        return
    refolded = folded(OF, transformed(of, OF, cells, {}, 2026))
    for one, other in zip(refolded, only(found).emissions, strict=True):
        assert abs(decimals.EXACT.subtract(one, other)) < Decimal("1E-30")


def test_totals_add_the_scopes_with_one_of_scope_2() -> None:
    one = Scopes(*map(Decimal, (1, 20, 300, 4000)))
    assert [one.of(total) for total in Total] == [1, 20, 300, 4000, 4021, 4301]


def test_suppliers_and_months_that_move_nothing_make_no_strands() -> None:
    cells = [
        grid("1", tenant=number(tenant), supplier=f"supplier {tenant}", day=date(2024, month, 1))
        for tenant in range(24)
        for month in range(1, 13)
    ]
    late = Efficiency(EVERYTHING, Decimal("0.1"), ramp("1", start=date(2025, 4, 1)))
    of = scenario(late)
    found = gathered(of, cells, Strands(of, OF, {}))
    assert sorted(strand.cell.day.month for strand in found) == [1, 4]
    back = transformed(of, OF, cells, {}, 2025)
    assert {(one.supplier, one.day) for one in back} == {(one.supplier, one.day) for one in cells}


@pytest.mark.parametrize(
    ("levers", "field", "words"),
    [
        ([Supply(EVERYTHING, quantity("101"), SELF_USE)], "ramp", "takes 363600 MJ in 2025, there are 360000"),
        ([less(GRID, "0.5"), Supply(EVERYTHING, quantity("60"), GEC)], "ramp", "step 2: .* there are 180000"),
        ([Supply(EVERYTHING, quantity("1", unit="t"), GEC)], "unit", "stated in t, .* in MJ"),
        ([to_152a(quantity("1", unit="kg"))], "activityTypes", "what the cells do not hold"),
        (
            [Supply(EVERYTHING, share("0.7", kind=ExtentKind.SHARE_OF_WHOLE), kind) for kind in (SELF_USE, GEC)],
            "ramp",
            r"step 2: the lever takes 0.7 of the whole in 2025, of which earlier ones took 0.7: shares overlap",
        ),
        ([Efficiency(reach(sites=frozenset({number(1)})), Decimal("0.1"), ramp("1"))], "sites", "added up over sites"),
        ([FactorPath(EVERYTHING, frozenset({"electricity.gird"}), Decimal("0.1"), 2024)], "kinds", "electricity.gird"),
        (
            [Substitution(reach(GRID), share("1"), "travel.taxi", Fraction(1), "kWh", "passenger.km")],
            "to",
            "travel.taxi in CN-GD has no factor",
        ),
    ],
)
def test_a_lever_that_cannot_be_is_told_with_its_step(levers: list[Lever], field: str, words: str) -> None:
    with pytest.raises(BadScenario, match=words) as error:
        asked(scenario(*levers), grid("100"))
    assert (error.value.step, error.value.field) == (f"step {len(levers)}", field)


def test_what_took_all_by_scaling_cannot_be_undone() -> None:
    forth = scenario(less(GRID, "1"))
    both = replace(forth, steps=(*forth.steps, *inverse(forth.steps)))
    with pytest.raises(BadScenario, match="cannot be undone") as error:
        asked(both, grid("1"))
    assert error.value.step == "undo step 1"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"years": ()}, "years", "one or more"),
        ({"years": (2026, 2025)}, "years", "ascending"),
        ({"years": (2023,)}, "years", "2024 to 2074"),
        ({"years": (2075,)}, "years", "2024 to 2074"),
        ({"steps": (Step("a", less(GRID, "0")), Step("a", less(GRID, "0")))}, "code", "each once"),
        ({"steps": (Step(" ", less(GRID, "0")),)}, "code", "code of its own"),
        ({"steps": (Step("a", Undo("b")),)}, "undo", "'b' is not the last step that stands"),
        (
            {"steps": (Step("a", less(GRID, "0")), Step("b", less(GRID, "0")), Step("c", Undo("a")))},
            "undo",
            "'a' is not the last",
        ),
        ({"steps": tuple(Step(str(n), less(GRID, "0")) for n in range(51))}, "steps", "has 51 steps"),
    ],
)
def test_a_scenario_that_cannot_be_is_told(changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BadScenario, match=words) as error:
        replace(scenario(), **changes)
    assert error.value.field == field


def test_cells_of_another_year_and_years_not_asked_for_are_refused() -> None:
    with pytest.raises(BadScenario, match="is of 2023-01-01"):
        asked(scenario(), grid("1", day=date(2023, 1, 1)))
    with pytest.raises(BadScenario, match="not asked for 2026"):
        transformed(scenario(), OF, [grid("1")], {}, 2026)
