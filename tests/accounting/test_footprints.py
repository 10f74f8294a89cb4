"""Footprints of made cells: what is folded, flagged, missing and kept apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.basis import Basis
from accounting.effective import Flag
from accounting.footprints import Cell, Footprint, fold
from accounting.grouping import Dimension, grouped, in_order, totals
from accounting.regimes import RegimeCode
from emission_factors.activity_types import Scope
from emission_factors.factors import Factor, GasBasis, Origin
from emission_factors.gases import GwpSet
from emission_factors.selection import FactorConflict, NoFactor
from tests.build import basis, cell, dataset, factor, item, made, number

CARRIED = dataset(carry_years=1)


def co2(kind: str, value: str, year: int, **fields: Any) -> Factor:
    made_of: dict[str, Any] = {
        "gases": {"CO2": value},
        "kinds": (kind,),
        "data_year": year,
        "basis": GasBasis.CO2_ONLY,
    } | fields
    return factor(f"{kind}-{year}", **made_of)


GRID = made(
    co2("electricity.grid", "0.5", 2023, unit="MJ", of=CARRIED),
    co2("electricity.grid", "0.4", 2024, unit="MJ", of=CARRIED),
    co2("electricity.market", "0.9", 2023, unit="MJ"),
    factor("r", gases={"HFC-32": "0.5", "HFC-125": "0.5"}, kinds=("gas/R-410A",), data_year=2000),
)
OF_GRID = basis(GRID, gwp_set=GwpSet.AR5)


def power(quantity: str, **fields: Any) -> Cell:
    return cell("electricity.grid", quantity, "MJ", **fields)


def found(of: Basis, *cells: Cell, own: Any = None, keeps_months: bool = False) -> Footprint:
    return fold(of, cells, own or {}, keeps_months)


def test_cells_of_one_year_become_one_line_each_with_its_months() -> None:
    months = [power("10", day=date(2024, month, 1), row_count=2) for month in (3, 1, 2)]
    footprint = found(OF_GRID, *months)
    assert [line.line.code for line in footprint.lines] == ["location", "market"]
    location = footprint.lines[0]
    assert (location.quantity, location.row_count) == (Decimal(30), 6)
    assert (location.first_month, location.last_month, location.month) == (date(2024, 1, 1), date(2024, 3, 1), None)
    assert location.amounts.co2e == 12
    assert [gap.gap.line.code for gap in footprint.gaps] == ["upstream", "losses"]


def test_months_are_kept_apart_where_they_are_asked_for() -> None:
    months = [power(str(month), day=date(2024, month, 1)) for month in (1, 2)]
    footprint = found(OF_GRID, *months, keeps_months=True)
    seen = [(line.line.code, line.month, line.amounts.co2e) for line in footprint.lines]
    assert seen == [
        ("location", date(2024, 1, 1), Decimal("0.4")),
        ("market", date(2024, 1, 1), Decimal("0.9")),
        ("location", date(2024, 2, 1), Decimal("0.8")),
        ("market", date(2024, 2, 1), Decimal("1.8")),
    ]


def test_each_year_takes_its_own_factor() -> None:
    footprint = found(OF_GRID, power("10", day=date(2023, 6, 1)), power("10", day=date(2024, 6, 1)))
    locations = [line for line in footprint.lines if line.line.code == "location"]
    assert [line.amounts.co2e for line in locations] == [5, 4]


def test_a_year_that_carries_a_factor_is_a_line_of_its_own_with_its_flag() -> None:
    """2024 and 2025 share the factor of 2024; only the second is flagged, in whatever order the cells come."""
    cells = [power("10", day=date(2024, 6, 1)), power("10", day=date(2025, 6, 1))]
    for order in (cells, cells[::-1]):
        flagged = {
            line.first_month.year: Flag.NEAREST_EARLIER_YEAR in line.resolved.flags
            for line in found(OF_GRID, *order).lines
            if line.line.code == "location"
        }
        assert flagged == {2024: False, 2025: True}


def test_one_factor_with_another_density_in_another_year_is_another_line() -> None:
    """A factor of 2020 per tonne converts litres by the density nearest to the year of the activity."""
    densities = [
        item("DENSITY", value, "t/m3", dataset_id="other", data_year=year)
        for value, year in (("0.8", 2023), ("0.9", 2024))
    ]
    fuel = made(co2("fuel.diesel.combustion", "3", 2020, unit="t"), properties=densities)
    diesel = [cell("stationary.diesel", "1", "m3", day=date(year, 1, 1)) for year in (2023, 2024)]
    parts = [found(basis(fuel), one) for one in diesel]
    whole = found(basis(fuel), *diesel)
    assert [part.lines[0].amounts.co2e for part in parts] == [Decimal("2.4"), Decimal("2.7")]
    assert totals(whole.lines).scope_1.co2e == Decimal("5.1")


def test_location_and_market_stand_side_by_side_and_are_never_added() -> None:
    sums = totals(found(OF_GRID, power("100")).lines)
    assert (sums.scope_2_location.co2e, sums.scope_2_market.co2e) == (Decimal(40), Decimal(90))
    assert sums.scope_1.co2e == sums.scope_3.co2e == sums.outside.co2e == 0


def test_a_gap_is_reported_with_its_quantity_and_never_counted_as_zero() -> None:
    cells = [cell("travel.taxi", "7", "passenger.km", day=date(2024, month, 1)) for month in (2, 5)]
    footprint = found(OF_GRID, *cells)
    assert footprint.lines == ()
    (gap,) = (gap for gap in footprint.gaps if gap.gap.line.code == "main")
    assert (gap.quantity, gap.unit.code, gap.first_month, gap.last_month) == (
        Decimal(14),
        "passenger.km",
        date(2024, 2, 1),
        date(2024, 5, 1),
    )
    assert isinstance(gap.gap.error, NoFactor)
    assert grouped(footprint.lines, [Dimension.SCOPE]) == []


def test_a_conflict_is_not_hidden_under_a_missing_factor() -> None:
    twins = made(*(co2("fuel.diesel.combustion", "1", 2024, of=dataset(name)) for name in ("a", "b")))
    cells = [cell("stationary.diesel", "1", "kg", day=date(year, 1, 1)) for year in (2023, 2024)]
    gaps = [gap for gap in found(basis(twins), *cells).gaps if gap.gap.line.code == "combustion"]
    assert [(type(gap.gap.error), gap.quantity) for gap in gaps] == [
        (NoFactor, Decimal(1)),
        (FactorConflict, Decimal(1)),
    ]


def test_a_type_that_reduces_a_balance_is_negative() -> None:
    stocks = [("opening_stock", "100"), ("purchased", "50"), ("closing_stock", "80"), ("capacity_added", "20")]
    cells = [cell(f"refrigerant.{name}/R-410A", quantity, "kg") for name, quantity in stocks]
    footprint = found(OF_GRID, *cells)
    assert [line.amounts.co2e for line in footprint.lines] == [
        Decimal("192350"),
        Decimal("96175"),
        Decimal("-153880"),
        Decimal("-38470"),
    ]
    assert totals(footprint.lines).scope_1.co2e == 50 * Decimal("1923.5")
    assert totals(footprint.lines).scope_1.gases == {"HFC-32": Decimal(25), "HFC-125": Decimal(25)}


def test_a_tenant_s_own_factors_apply_to_that_tenant_alone() -> None:
    rate = factor("rate", gases={"CO2": "0"}, unit="MJ", region="", origin=Origin.SUPPLIER, supplier="Solar Co")
    own = {number(1): {("electricity.grid", "market"): [rate]}}
    cells = [
        power("10", tenant=number(1), own_tenant=number(1), supplier="Solar Co"),
        power("10", tenant=number(1), own_tenant=number(1)),
        power("10", tenant=number(2), supplier="Solar Co"),
    ]
    lines = found(OF_GRID, *cells, own=own).lines
    assert [line.amounts.co2e for line in lines if line.line.code == "market"] == [0, 9, 9]
    assert [line.amounts.co2e for line in lines if line.line.code == "location"] == [4, 4, 4]


def test_an_own_factor_serves_from_the_month_its_validity_covers() -> None:
    rate = factor("rate", gases={"CO2": "0.1"}, unit="MJ", region="", origin=Origin.CUSTOM, data_year=2024)
    rate = replace(rate, valid_from=date(2024, 6, 1), valid_to=date(2024, 8, 31))
    own = {number(1): {("electricity.grid", "market"): [rate]}}
    cells = [power("1", day=date(2024, month, 1), own_tenant=number(1)) for month in (5, 6, 8, 9)]
    lines = found(OF_GRID, *cells, own=own, keeps_months=True).lines
    seen = {line.first_month.month: line.amounts.co2e for line in lines if line.line.code == "market"}
    assert seen == {5: Decimal("0.9"), 6: Decimal("0.1"), 8: Decimal("0.1"), 9: Decimal("0.9")}


def test_published_factors_valid_from_a_day_within_the_year_are_taken_by_month() -> None:
    halves = [
        replace(
            co2("electricity.grid", value, 2024, unit="MJ"), factor_id=f"made:{value}", valid_from=begin, valid_to=end
        )
        for value, begin, end in (
            ("0.7", date(2024, 1, 1), date(2024, 6, 30)),
            ("0.6", date(2024, 7, 1), None),
        )
    ]
    cells = [power("1", day=date(2024, month, 1)) for month in (1, 6, 7, 12)]
    lines = found(basis(made(*halves), RegimeCode.GBT_32150_2025), *cells, keeps_months=True).lines
    assert [line.amounts.co2e for line in lines] == [Decimal(text) for text in ("0.7", "0.7", "0.6", "0.6")]


def test_groups_come_in_the_order_of_the_dimensions_with_their_keys() -> None:
    cells = [power("10", tenant=number(2)), power("20", tenant=number(1)), cell("refrigerant.leaked/R-410A", "1", "kg")]
    groups = grouped(found(OF_GRID, *cells).lines, [Dimension.TENANT, Dimension.SCOPE])
    assert [tuple(group.key.values()) for group in groups] == [
        (None, Scope.SCOPE_1),
        (number(1), Scope.SCOPE_2),
        (number(2), Scope.SCOPE_2),
    ]
    assert [group.totals.scope_2_location.co2e for group in groups] == [0, 8, 4]
    assert list(groups[0].key) == [Dimension.TENANT, Dimension.SCOPE]


def test_values_of_dimensions_have_an_order_of_their_own() -> None:
    may, june = date(2025, 5, 1), date(2025, 6, 1)
    texts = ["stationary", "10", "9", "electricity"]
    assert in_order([(text,) for text in texts]) == [("9",), ("10",), ("electricity",), ("stationary",)]
    assert in_order([(Scope.OUTSIDE, june), (Scope.SCOPE_3, june), (Scope.SCOPE_3, may)]) == [
        (Scope.SCOPE_3, may),
        (Scope.SCOPE_3, june),
        (Scope.OUTSIDE, june),
    ]


def test_groups_by_gas_name_what_is_not_split_biogenic_and_outside() -> None:
    of_diesel = factor(
        co2e="2.6",
        gases={"CO2": "2.5", "CH4": "0.07", "HCFC-22": "0.01"},
        biogenic="0.4",
        kinds=("fuel.diesel.combustion",),
    )
    lines = found(basis(made(of_diesel), gwp_set=GwpSet.AR5), cell("stationary.diesel", "10", "kg")).lines
    groups = {group.key[Dimension.GAS]: group.totals.scope_1 for group in grouped(lines, [Dimension.GAS])}
    assert {gas: amounts.co2e for gas, amounts in groups.items()} == {
        "CO2": Decimal(25),
        "CH4": Decimal("0.7"),
        "HCFC-22": Decimal(0),
        "UNSPLIT": Decimal("0.2"),
        "CO2_BIOGENIC": Decimal(0),
    }
    assert groups["HCFC-22"].outside_co2e == {"HCFC-22": Decimal("0.1")}
    assert groups["CO2_BIOGENIC"].biogenic == 4


def test_a_gas_without_gwp_has_a_mass_and_no_co2e_in_its_group() -> None:
    of_nf3 = made(factor("nf3", gases={"NF3": "1"}, kinds=("gas/NF3",), data_year=2000))
    lines = found(basis(of_nf3, gwp_set=GwpSet.SAR), cell("lab_gas.used/NF3", "2", "kg")).lines
    (group,) = grouped(lines, [Dimension.GAS])
    assert group.totals.scope_1.gases == {"NF3": 2}
    assert group.totals.scope_1.co2e_by_gas == {}
    assert lines[0].resolved.flags == {Flag.GWP_MISSING}


@pytest.mark.parametrize("by", [[], [Dimension.GAS], [Dimension.MONTH, Dimension.SITE]])
def test_no_cells_have_no_lines_no_gaps_and_no_groups(by: list[Dimension]) -> None:
    footprint = found(OF_GRID)
    assert (footprint.lines, footprint.gaps, grouped(footprint.lines, by)) == ((), (), [])
    assert totals(footprint.lines).scope_1.co2e == 0
