"""What each step of a scenario reached: types and quantities before and after, and what moved a factor."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounting.footprints import Cell
from accounting.scenarios.answers import answered
from accounting.scenarios.levers import EVERYTHING, Efficiency, Extent, ExtentKind, FactorCut, FactorPath, Ramp, Reach
from accounting.scenarios.moving_levers import Substitution, Supply, heat_pump
from accounting.scenarios.reaches import StepReach, reaches
from accounting.scenarios.steps import Lever, Scenario, Step, inverse
from accounting.scope2.instruments import Kind
from emission_factors.factors import Origin
from tests.build import basis, cell, factor, number

OF = basis()
GRID, GAS = "electricity.grid", "stationary.natural_gas"
KINDS = frozenset({"electricity.grid", "electricity.market"})
HALF = Ramp(date(2025, 1, 1), (Decimal("0.5"), Decimal(1)))


def power(mj: str, tenant: int = 1, **more: object) -> Cell:
    return cell(GRID, mj, "MJ", tenant=number(tenant), **more)


def reached(*levers: Lever, cells: tuple[Cell, ...], undone: bool = False) -> list[StepReach]:
    steps = tuple(Step(f"s{place}", lever) for place, lever in enumerate(levers, 1))
    of = Scenario(2024, (2025, 2026), (*steps, *inverse(steps)) if undone else steps)
    return list(reaches(of, answered(of, OF, cells, {}).worked))


def types(found: StepReach) -> dict[str, tuple[list[Any], list[Any]]]:
    return {one.activity.code: (list(one.before), list(one.after)) for one in found.types}


def test_quantities_are_of_what_is_reached_alone() -> None:
    only = Reach(tenants=frozenset({number(2)}))
    [found] = reached(Efficiency(only, Decimal("0.2"), HALF), cells=(power("100"), power("1000", 2), power("10", 2)))
    assert types(found) == {GRID: ([1010, 1010], [909, 808])}
    assert found.factor_multipliers is None


def test_a_move_shows_what_is_left_and_what_is_made_of_it() -> None:
    pump = heat_pump(Reach(frozenset({GAS})), Extent(ExtentKind.SHARE_OF_REST, HALF), Decimal("0.9"), Decimal(3))
    [found] = reached(pump, cells=(cell(GAS, "1000", "MJ", tenant=number(1)), power("7")))
    assert types(found) == {GAS: ([1000, 1000], [500, 0]), GRID: ([0, 0], [150, 300])}


def test_the_inverse_shows_the_way_back() -> None:
    levers = (
        Efficiency(EVERYTHING, Decimal("0.2"), HALF),
        Substitution(
            Reach(frozenset({GAS})),
            Extent(ExtentKind.SHARE_OF_REST, HALF),
            "steam.purchased",
            Fraction(9, 10),
            "MJ",
            "MJ",
        ),
        FactorPath(EVERYTHING, KINDS, Decimal("0.5"), 2024),
    )
    first, second, third, back_3, back_2, back_1 = reached(
        *levers, cells=(cell(GAS, "1000", "MJ", tenant=number(1)), power("10")), undone=True
    )
    for forth, back in ((first, back_1), (second, back_2)):
        assert {code: (after, before) for code, (before, after) in types(forth).items()} == types(back)
    assert types(third) == types(back_3) == {GRID: ([9, 8], [9, 8])}
    assert (third.factor_multipliers, back_3.factor_multipliers) == ((Decimal("0.5"), Decimal("0.25")), None)


def test_a_factor_lever_reaches_what_it_moves_and_nothing_else() -> None:
    cut = FactorCut(EVERYTHING, KINDS, Decimal("0.2"), Ramp(date(2026, 7, 1), (Decimal(1),)))
    [found] = reached(cut, cells=(power("10"), cell(GAS, "1000", "MJ", tenant=number(1))))
    assert types(found) == {GRID: ([10, 10], [10, 10])}
    assert found.factor_multipliers == (Decimal(1), Decimal("0.8"))  # December 2026 is after its start


def test_what_a_supplier_answers_for_is_not_reached_by_a_path() -> None:
    rates = [
        factor(kind, gases={"CO2": "0.1"}, unit="MJ", region="", origin=Origin.SUPPLIER, supplier="Grid Co")
        for kind in ("location", "market")
    ]
    own = {number(1): {(GRID, kind): [rate] for kind, rate in zip(("location", "market"), rates, strict=True)}}
    bought = power("1", own_tenant=number(1), supplier="Grid Co")
    of = Scenario(2024, (2025,), (Step("path", FactorPath(EVERYTHING, KINDS, Decimal("0.5"), 2024)),))
    [found] = reaches(of, answered(of, OF, [bought], own).worked)
    assert found.types == ()


def test_a_step_without_effect_reaches_nothing() -> None:
    later = Efficiency(EVERYTHING, Decimal("0.2"), Ramp(date(2030, 1, 1), (Decimal(1),)))
    nothing = Supply(Reach(suppliers=frozenset({"nobody"})), Extent(ExtentKind.SHARE_OF_REST, HALF), Kind.GEC)
    assert [found.types for found in reached(later, nothing, cells=(power("10"),))] == [(), ()]
