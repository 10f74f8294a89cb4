"""A park with its prospects: twelfths that add up, months from the start, scopes per prospect, gaps that show."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.basis import Basis
from accounting.management.planning import Candidate, Planned, PlannedProspect, demand, planned
from accounting.management.prospects import ProjectedLoad, Prospect, Stage
from accounting.regimes import REGIMES, RegimeCode
from accounting.supply.park_energy import Carrier
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue


@pytest.fixture(scope="module")
def basis() -> Basis:
    return Basis(REGIMES[RegimeCode.GHG_PROTOCOL], GwpSet.AR6, shipped_catalogue(), ("GB",))


def load(code: str, quantity: str, unit: str, supplier: str = "") -> ProjectedLoad:
    return ProjectedLoad(code, supplier, Decimal(quantity), unit, "a norm")


def candidate(*loads: ProjectedLoad, starts: date = date(2024, 1, 1), number: int = 1) -> Candidate:
    content = Prospect(f"p{number}", "P", "甲", Stage.PLANNED, "", None, starts, loads, None, "")
    return Candidate(UUID(int=number), content)


def of(basis: Basis, *found: Candidate, year: int = 2024, reference: int = 2024) -> list[PlannedProspect]:
    return planned(basis, Planned(year, reference, "CN-GD"), found, None, ["op"])


def test_scopes_of_each_prospect_by_the_ordinary_footprint(basis: Basis) -> None:
    one = candidate(load("electricity.grid", "1200", "MWh"), load("refrigerant.leaked/R-410A", "8", "kg"))
    two = candidate(load("electricity.grid", "600", "MWh"), number=2)
    first, second = of(basis, one, two)
    # 1,200 MWh x 0.4419 t/MWh and 8 kg x 2,255.5
    assert first.totals.scope_2_location.co2e == Decimal("530280")
    assert first.totals.scope_1.co2e == Decimal("18044")
    assert first.loads[1].totals.scope_1.co2e == Decimal("18044")
    assert second.totals.scope_2_location.co2e == Decimal("265140")


def test_a_year_begun_in_its_course_counts_by_twelfths(basis: Basis) -> None:
    grid = load("electricity.grid", "1200", "MWh")
    [found] = of(basis, candidate(grid, starts=date(2024, 10, 1)))
    assert (found.months, found.loads[0].quantity) == ((10, 11, 12), Decimal(1080000))
    assert found.totals.scope_2_location.co2e == Decimal("132570")
    [before] = of(basis, candidate(grid, starts=date(2025, 1, 1)))
    assert not before.months
    assert before.totals.scope_2_location.co2e == 0


def test_a_later_year_is_laid_over_the_reference_year(basis: Basis) -> None:
    grid = load("electricity.grid", "1200", "MWh")
    [found] = of(basis, candidate(grid, starts=date(2026, 7, 1)), year=2026)
    assert found.totals.scope_2_location.co2e == Decimal("265140")
    [whole] = of(basis, candidate(grid, starts=date(2026, 7, 1)), year=2027)
    assert whole.totals.scope_2_location.co2e == Decimal("530280")


def test_what_a_neighbour_never_supplied_is_a_gap_and_no_grid_average(basis: Basis) -> None:
    [found] = of(basis, candidate(load("steam.purchased", "1200", "GJ", "op")))
    assert found.totals.scope_2_location.co2e == 0
    assert {str(gap.gap.error)[:25] for gap in found.loads[0].gaps} == {"op supplied nobody with w"}


def test_a_load_without_a_factor_is_a_gap_of_its_own_load(basis: Basis) -> None:
    loads = load("refrigerant.leaked/R-410A", "8", "kg"), load("steam.purchased", "12", "GJ", "op")
    [found] = of(basis, candidate(*loads))
    assert [bool(one.gaps) for one in found.loads] == [False, True]


def test_demand_is_what_is_bought_and_what_neighbours_supply_of_it(basis: Basis) -> None:
    loads = (
        load("electricity.grid", "1000", "MWh", "op"),
        load("electricity.grid", "500", "MWh"),
        load("stationary.natural_gas", "100", "GJ"),
    )
    [power] = demand([], of(basis, candidate(*loads)), ["op"])
    assert (power.carrier, power.reference) == (Carrier.ELECTRICITY, Decimal(0))
    assert (power.added, power.by_neighbours) == (Decimal(5400000), Decimal(3600000))


@given(st.decimals(0, 10**9, places=6), st.integers(1, 12))
def test_twelfths_add_up_and_a_year_in_two_parts_is_the_year(quantity: Decimal, month: int) -> None:
    known = Basis(REGIMES[RegimeCode.GHG_PROTOCOL], GwpSet.AR6, shipped_catalogue(), ())
    one = candidate(load("electricity.grid", str(quantity), "MWh"))
    [whole] = planned(known, Planned(2025, 2024, "CN-GD"), [one], None, [])
    assert whole.loads[0].quantity == quantity * 3600
    late = replace(one, prospect=replace(one.prospect, starts=date(2025, month, 1)))
    [part] = planned(known, Planned(2025, 2024, "CN-GD"), [late], None, [])
    assert abs(part.loads[0].quantity * 12 - quantity * 3600 * (13 - month)) < Decimal("1e-15")
