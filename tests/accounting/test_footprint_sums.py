"""What every footprint keeps, whatever the cells: linear in quantity and additive over its parts, to the last digit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.amounts import Amounts, added
from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import Dimension, Totals, grouped, totals
from emission_factors.activity_types import Absence, activity_type
from emission_factors.decimals import EXACT, total
from emission_factors.factors import GasBasis
from emission_factors.gases import GwpSet
from tests.build import basis, cell, dataset, factor, item, made, number

TYPES = {
    "electricity.grid": "MJ",
    "stationary.diesel": "m3",
    "refrigerant.leaked/R-410A": "kg",
    "refrigerant.closing_stock/R-410A": "kg",
    "refrigerant.leaked/R-401A": "kg",
    "goods.paper": "kg",
    "travel.taxi": "passenger.km",
}
"""Activity types of every kind of factor: CO2 only, CO2e by gas, a total, masses, a negative line, and a gap."""
CATALOGUE = made(
    *(
        replace(
            factor(f"grid{year}", gases={"CO2": value}, data_year=year, unit="kWh", kinds=("electricity.grid",)),
            basis=GasBasis.CO2_ONLY,
        )
        for year, value in ((2022, "0.4403"), (2023, "0.4419"))
    ),
    factor(
        "diesel",
        co2e="2.66134",
        gases={"CO2": "2.62894", "CH4": "0.00029", "N2O": "0.03308"},
        biogenic="0.17",
        unit="L",
        kinds=("fuel.diesel.combustion", "fuel.diesel.biogenic"),
        data_year=2020,
        of=dataset("desnz", carry_years=3),
    ),
    factor("wtt", co2e="0.62874", unit="t", kinds=("fuel.diesel.wtt",), data_year=2020),
    factor("r1", gases={"HFC-32": "0.5", "HFC-125": "0.5"}, kinds=("gas/R-410A",), data_year=2000),
    factor(
        "r2",
        gases={"HCFC-22": "0.53", "HCFC-124": "0.34", "HFC-152a": "0.13"},
        kinds=("gas/R-401A",),
        data_year=2000,
    ),
    properties=[
        item("DENSITY", "0.84", "t/m3", dataset_id="p", data_year=2022),
        item("DENSITY", "0.83", "t/m3", dataset_id="p", data_year=2024),
    ],
)
BASIS = basis(CATALOGUE, gwp_set=GwpSet.AR6)
QUANTITIES = st.decimals(0, 10**20 - 1, places=18, allow_nan=False)


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    code = draw(st.sampled_from(sorted(TYPES)))
    return cell(
        code,
        draw(QUANTITIES),
        TYPES[code],
        region=draw(st.sampled_from(["CN-GD", "GB"])),
        day=date(draw(st.integers(2021, 2025)), draw(st.integers(1, 12)), 1),
        tenant=number(draw(st.integers(1, 3))),
        site=number(draw(st.integers(1, 2))),
        row_count=draw(st.integers(1, 9)),
    )


LISTS = st.lists(cells(), max_size=8)


def folded(found: Iterable[Cell], keeps_months: bool = False) -> Footprint:
    return fold(BASIS, found, {}, keeps_months)


def sums(found: Iterable[Cell], keeps_months: bool = False) -> Totals:
    return totals(folded(found, keeps_months).lines)


def together(parts: Sequence[Totals]) -> Totals:
    def scope(of: Callable[[Totals], Amounts]) -> Amounts:
        return added([of(part) for part in parts])

    return Totals(
        scope(lambda part: part.scope_1),
        scope(lambda part: part.scope_2_location),
        scope(lambda part: part.scope_2_market),
        scope(lambda part: part.scope_3),
        scope(lambda part: part.outside),
    )


@given(LISTS)
def test_a_footprint_is_the_sum_of_its_cells(found: list[Cell]) -> None:
    assert sums(found) == together([sums([one]) for one in found])


@given(LISTS)
def test_the_order_of_cells_and_keeping_months_change_nothing(found: list[Cell]) -> None:
    assert sums(found) == sums(found[::-1]) == sums(found, keeps_months=True)


@given(LISTS)
def test_adding_up_tenants_and_sites_first_changes_nothing(found: list[Cell]) -> None:
    """The database sums what is not asked apart before it is multiplied."""
    assert sums(found) == sums([replace(one, tenant=None, site=None) for one in found])


@given(LISTS, st.sampled_from(["day", "tenant", "site", "activity_type", "region"]))
def test_a_footprint_is_additive_over_every_dimension(found: list[Cell], name: str) -> None:
    values = dict.fromkeys(getattr(one, name) for one in found)
    parts = [sums([one for one in found if getattr(one, name) == value]) for value in values]
    assert sums(found) == together(parts)


@given(LISTS, st.lists(st.sampled_from(Dimension), max_size=3, unique=True), st.booleans())
def test_groups_by_any_dimensions_add_up_to_the_totals(
    found: list[Cell], by: list[Dimension], keeps_months: bool
) -> None:
    lines = folded(found, keeps_months).lines
    assert together([group.totals for group in grouped(lines, by)]) == totals(lines)


@given(LISTS, st.decimals(0, 10**6, places=6, allow_nan=False))
def test_a_footprint_is_linear_in_its_quantities(found: list[Cell], times: Decimal) -> None:
    scaled = sums([replace(one, quantity=EXACT.multiply(one.quantity, times)) for one in found])
    once = sums(found)
    for left, right in ((scaled.scope_1, once.scope_1), (scaled.scope_2_location, once.scope_2_location)):
        assert left.co2e == EXACT.multiply(right.co2e, times)
        assert left.gases == {gas: EXACT.multiply(mass, times) for gas, mass in right.gases.items()}
        assert left.biogenic == EXACT.multiply(right.biogenic, times)


@given(LISTS)
def test_every_quantity_is_once_in_a_line_or_in_a_gap(found: list[Cell]) -> None:
    footprint = folded(found)
    counted: dict[tuple[str, str], Decimal] = {}
    for code, line, quantity in [
        *((one.activity.code, one.line.code, one.quantity) for one in footprint.lines),
        *((one.activity.code, one.gap.line.code, one.quantity) for one in footprint.gaps),
    ]:
        counted[code, line] = EXACT.add(counted.get((code, line), Decimal(0)), quantity)
    for code in {one.activity_type for one in found}:
        posted = total(one.quantity for one in found if one.activity_type == code)
        for of in activity_type(code).lines:
            if of.absence is Absence.GAP:
                assert counted[code, of.code] == posted


@given(LISTS)
def test_the_split_of_every_sum_adds_up_to_it(found: list[Cell]) -> None:
    lines = folded(found).lines
    for amounts in [line.amounts for line in lines] + [totals(lines).scope_1, totals(lines).scope_3]:
        parts = [*amounts.co2e_by_gas.values(), amounts.co2e_unsplit]
        assert added([Amounts(co2e=part) for part in parts]).co2e == amounts.co2e
        assert not set(amounts.gases) & {"HCFC-22", "HCFC-124"}


@pytest.mark.parametrize("code", sorted(TYPES))
def test_the_made_catalogue_answers_as_the_properties_assume(code: str) -> None:
    footprint = folded([cell(code, "1", TYPES[code])])
    assert bool(footprint.lines) is (code not in ("travel.taxi", "goods.paper"))
    assert bool(footprint.gaps) is (not code.startswith("refrigerant"))
