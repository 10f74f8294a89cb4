"""Every scope 3 category by each of its methods: an activity type for it, and the worked number of standards.md 1.4.

Method codes: SUP supplier-specific, HYB hybrid, AVG average data, SPEND, FUEL, DIST, SITE, WASTE, ASSET, LESSOR, INV.
The factors of 1.4 are illustrative, so that most cases bring their own; what the text leaves open is worked out here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from accounting.estimates import Estimate, estimate
from accounting.footprints import fold
from accounting.grouping import totals
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import RegimeCode
from accounting.scope2.grid_losses import grid_losses
from accounting.value_chain.scope3 import NAMES, categories
from emission_factors.activity_types import Scope, activity_type
from emission_factors.chains import Term
from emission_factors.decimals import shown
from emission_factors.factors import Origin
from emission_factors.gases import GwpSet
from tests.build import basis, cell, dataset, factor, number, own, request, term

Given = tuple[str, str]
"""A term: value and unit."""


@dataclass(frozen=True, slots=True)
class Case:
    """One method of one category: what is asked, the factor where the text brings one, and tonnes to three places."""

    category: int
    method: str
    activity: str
    quantity: str
    unit: str
    tonnes: str
    times: tuple[Given, ...] = ()
    factor: tuple[Given, ...] = ()

    def asked(self, regime: RegimeCode = RegimeCode.GHG_PROTOCOL) -> Estimate:
        """Return the estimate."""
        given = own({"CO2E": terms(self.factor)}) if self.factor else None
        return estimate(
            basis(regime=regime),
            request(self.activity, self.quantity, self.unit, multipliers=terms(self.times), own_factor=given),
        )


def terms(given: Sequence[Given]) -> tuple[Term, ...]:
    return tuple(term(value, in_unit) for value, in_unit in given)


GRID = ("0.4419", "t/MWh")
CASES = (
    Case(1, "SUP", "goods.glass", "800", "t", "880.000", factor=(("1.10", "t/t"),)),
    Case(1, "SUP", "goods.reported", "880", "t", "880.000"),
    Case(1, "HYB", "goods.reported", "120", "t", "120.000"),
    Case(1, "HYB", "goods.supplier_material/glass.primary", "200", "t", "300.000", factor=(("1.5", "t/t"),)),
    Case(1, "HYB", "goods.supplier_freight", "200", "t", "20.000", (("1000", "km"),), (("0.0001", "t/t.km"),)),
    Case(1, "HYB", "goods.supplier_waste/clinical_waste.incineration", "10", "t", "5.000", factor=(("0.5", "t/t"),)),
    Case(1, "AVG", "goods.material/glass.primary", "800", "t", "880.000", factor=(("1.10", "t/t"),)),
    Case(1, "SPEND", "goods.spend", "5000000", "CNY_2024", "600.000", factor=(("0.00012", "t/CNY_2024"),)),
    Case(1, "SPEND", "services.spend", "10", "10^4CNY_2024", "12.000", factor=(("0.00012", "t/CNY_2024"),)),
    Case(2, "SUP", "capital.reported", "300", "t", "300.000"),
    Case(2, "HYB", "capital.supplier_material/glass.primary", "2", "t", "3.000", factor=(("1.5", "t/t"),)),
    Case(2, "HYB", "capital.supplier_freight", "2", "t", "0.200", (("1000", "km"),), (("0.0001", "t/t.km"),)),
    Case(2, "HYB", "capital.supplier_waste/clinical_waste.incineration", "1", "t", "0.500", factor=(("0.5", "t/t"),)),
    Case(2, "AVG", "capital.electrical", "2", "t", "3.000", factor=(("1.5", "t/t"),)),
    Case(2, "SPEND", "capital.spend", "2000000", "CNY_2024", "300.000", factor=(("0.00015", "t/CNY_2024"),)),
    Case(3, "AVG", "electricity.resold", "4250", "MWh", "1878.075"),
    Case(3, "AVG", "steam.resold", "1000", "GJ", "110.000"),
    Case(3, "AVG", "heat.resold", "1000", "GJ", "110.000"),
    Case(3, "SUP", "cooling.resold", "100", "MWh", "11.048", factor=(("0.110475", "t/MWh"),)),
    Case(4, "DIST", "freight.hgv", "350", "t", "34.650", (("900", "km"),), (("0.00011", "t/t.km"),)),
    Case(4, "DIST", "freight.hgv_refrigerated", "400", "t", "7.560", (("150", "km"),),
         (("0.000105", "t/t.km"), ("1.2", "kg/kg"))),
    Case(4, "FUEL", "freight.diesel", "20000", "L", "52.011", (("0.84", "kg/L"),), (("3.09591", "t/t"),)),
    Case(4, "FUEL", "freight.gasoline", "1000", "L", "2.190", (("0.73", "kg/L"),), (("3", "t/t"),)),
    Case(4, "FUEL", "freight.lng", "10", "t", "27.500", factor=(("2.75", "t/t"),)),
    Case(4, "FUEL", "freight.reefer_leaked/R-404A", "2", "kg", "9.456"),
    Case(4, "SITE", "freight.warehouse_electricity", "10", "MWh", "4.419"),
    Case(4, "AVG", "freight.warehouse", "500", "m2", "26.514", factor=(("120", "kWh/m2"), GRID)),
    Case(4, "SUP", "freight.reported", "12", "t", "12.000"),
    Case(4, "SPEND", "freight.spend", "100000", "CNY_2024", "8.000", factor=(("0.00008", "t/CNY_2024"),)),
    Case(5, "SUP", "waste.reported", "226.65", "t", "135.990", (("60", "%"),)),
    Case(5, "WASTE", "waste.treated/clinical_waste.incineration", "300", "t", "264.000", factor=(("0.88", "t/t"),)),
    Case(5, "WASTE", "waste.wastewater", "1000", "m3", "0.272", factor=(("0.272", "kg/m3"),)),
    Case(5, "AVG", "waste.average", "100", "t", "50.000", factor=(("0.5", "t/t"),)),
    Case(6, "DIST", "travel.air_international", "120", "passenger", "41.400", (("2300", "km"),),
         (("0.00015", "t/passenger.km"),)),
    Case(6, "FUEL", "travel.gasoline", "1", "t", "3.000", factor=(("3", "t/t"),)),
    Case(6, "FUEL", "travel.diesel", "1", "t", "3.096", factor=(("3.09591", "t/t"),)),
    Case(6, "FUEL", "travel.electricity", "1", "MWh", "0.442"),
    Case(6, "SUP", "travel.reported", "41.4", "t", "41.400"),
    Case(6, "SPEND", "travel.spend", "100000", "CNY_2024", "20.000", factor=(("0.0002", "t/CNY_2024"),)),
    Case(7, "DIST", "commute.bus", "600", "passenger", "220.320",
         (("240", "passenger/passenger"), ("18", "km"), ("50", "%")), (("0.00017", "t/passenger.km"),)),
    Case(7, "FUEL", "commute.gasoline", "1", "t", "3.000", factor=(("3", "t/t"),)),
    Case(7, "FUEL", "commute.diesel", "1", "t", "3.096", factor=(("3.09591", "t/t"),)),
    Case(7, "FUEL", "commute.electricity", "1", "MWh", "0.442"),
    Case(7, "AVG", "commute.average", "600", "passenger", "220.320", factor=(("0.3672", "t/passenger"),)),
    Case(8, "ASSET", "leased_in.electricity", "500", "m2", "26.514", (("120", "kWh/m2"),)),
    Case(8, "LESSOR", "leased_in.reported", "100", "t", "25.000", (("25", "%"),)),
    Case(8, "AVG", "leased_in.average", "500", "m2", "26.514", factor=(("120", "kWh/m2"), GRID)),
    Case(9, "DIST", "freight_out.hgv", "350", "t", "34.650", (("900", "km"),), (("0.00011", "t/t.km"),)),
    Case(9, "FUEL", "freight_out.diesel", "20000", "L", "52.011", (("0.84", "kg/L"),), (("3.09591", "t/t"),)),
    Case(9, "FUEL", "freight_out.gasoline", "1", "t", "3.000", factor=(("3", "t/t"),)),
    Case(9, "FUEL", "freight_out.lng", "10", "t", "27.500", factor=(("2.75", "t/t"),)),
    Case(9, "FUEL", "freight_out.reefer_leaked/R-404A", "2", "kg", "9.456"),
    Case(9, "SITE", "freight_out.warehouse_electricity", "10", "MWh", "4.419"),
    Case(9, "AVG", "freight_out.warehouse", "500", "m2", "26.514", factor=(("120", "kWh/m2"), GRID)),
    Case(9, "SUP", "freight_out.reported", "12", "t", "12.000"),
    Case(9, "SPEND", "freight_out.spend", "100000", "CNY_2024", "8.000", factor=(("0.00008", "t/CNY_2024"),)),
    Case(10, "SITE", "processing.electricity", "100", "MWh", "44.190"),
    Case(10, "SITE", "processing.reported", "120", "t", "120.000"),
    Case(10, "AVG", "processing.average", "100", "t", "120.000", factor=(("1.2", "t/t"),)),
    Case(11, "bottom-up", "use.gas_released/HFC-134a", "2000000", "item", "57528.000", (("0.0188", "kg/item"),)),
    Case(11, "bottom-up", "use.electricity", "1000", "item", "441.900", (("1000", "kWh/item"),)),
    Case(11, "bottom-up", "use.diesel", "1", "t", "3.096", factor=(("3.09591", "t/t"),)),
    Case(11, "bottom-up", "use.gasoline", "1", "t", "3.000", factor=(("3", "t/t"),)),
    Case(11, "bottom-up", "use.lpg", "1", "t", "3.100", factor=(("3.1", "t/t"),)),
    Case(12, "WASTE", "end_of_life.glass_landfill", "800", "t", "8.000", factor=(("0.01", "t/t"),)),
    Case(12, "AVG", "end_of_life.average", "800", "t", "8.000", factor=(("0.01", "t/t"),)),
    Case(13, "ASSET", "leased_out.electricity", "2000", "MWh", "883.800"),
    Case(13, "LESSOR", "leased_out.reported", "883.8", "t", "883.800"),
    Case(13, "AVG", "leased_out.average", "500", "m2", "26.514", factor=(("120", "kWh/m2"), GRID)),
    Case(14, "SITE", "franchise.electricity", "66", "MWh", "29.165"),
    Case(14, "SITE", "franchise.reported", "0", "t", "0.000"),
    Case(14, "AVG", "franchise.average", "42", "item", "84.000", factor=(("2", "t/item"),)),
    Case(15, "INV", "investment.reported", "10000", "t", "2000.000", (("20", "%"),)),
    Case(15, "AVG", "investment.average", "1000000", "CNY_2024", "10.000", factor=(("0.00001", "t/CNY_2024"),)),
)  # fmt: skip

METHODS = {
    1: {"SUP", "HYB", "AVG", "SPEND"},
    2: {"SUP", "HYB", "AVG", "SPEND"},
    3: {"SUP", "AVG"},
    4: {"FUEL", "DIST", "SPEND"},
    5: {"SUP", "WASTE", "AVG"},
    6: {"FUEL", "DIST", "SPEND"},
    7: {"FUEL", "DIST", "AVG"},
    8: {"ASSET", "LESSOR", "AVG"},
    9: {"FUEL", "DIST", "SPEND"},
    10: {"SITE", "AVG"},
    11: {"bottom-up"},
    12: {"WASTE", "AVG"},
    13: {"ASSET", "LESSOR"},
    14: {"SITE"},
    15: {"INV"},
}
"""Category -> the methods its row of the table in 1.4 names."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}-{case.method}-{case.activity}")
def test_each_method_of_each_category_gives_the_worked_number(case: Case) -> None:
    main = case.asked().lines[0]
    line = main.resolved.line
    assert (line.scope, line.category) == (Scope.SCOPE_3, str(case.category))
    assert round(main.amounts.co2e / 1000, 3) == Decimal(case.tonnes)


def test_every_method_of_the_table_has_a_case() -> None:
    assert len(METHODS) == len(NAMES)
    for category, methods in METHODS.items():
        assert methods <= {case.method for case in CASES if case.category == category}, category


def test_the_hybrid_method_adds_its_four_parts_in_category_1() -> None:
    """120 of the supplier, 300 of materials, 20 of inbound transport, 5 of waste: 445 t."""
    parts = [case for case in CASES if (case.category, case.method) == (1, "HYB")]
    assert sum(case.asked().lines[0].amounts.co2e for case in parts) == 445_000


def test_spend_of_another_year_is_brought_to_the_prices_of_the_factor_by_a_term_with_its_source() -> None:
    """A factor of 2022 prices and a price index: 5.0 M CNY of 2024 x 0.97 x 0.00012 t."""
    deflated = own({"CO2E": terms((("0.00012", "t/CNY_2022"), ("0.97", "CNY_2022/CNY_2024")))})
    found = estimate(basis(), request("goods.spend", "5000000", "CNY_2024", own_factor=deflated))
    assert found.lines[0].amounts.co2e == 582_000
    multiplied = estimate(
        basis(),
        request("goods.spend", "5000000", "CNY_2024", multipliers=terms((("0.97", "CNY_2022/CNY_2024"),)),
                own_factor=own({"CO2E": term("0.00012", "t/CNY_2022")})),
    )  # fmt: skip
    assert multiplied.lines[0].amounts.co2e == 582_000
    assert multiplied.unit.code == "CNY_2022"


def test_spend_without_a_price_year_is_refused_and_spend_of_another_year_is_not_taken_for_it() -> None:
    with pytest.raises(Refused) as caught:
        estimate(basis(), request("goods.spend_us/111110", "100", "USD"))
    assert caught.value.code is RefusalCode.PRICE_YEAR_MISSING
    american = basis(proxies=("US",))
    with pytest.raises(Refused, match="price index"):
        estimate(american, request("goods.spend_us/111110", "100", "USD_2024"))
    named = estimate(
        american, request("goods.spend_us/111110", "100", "CNY_2024", multipliers=(term("0.14", "USD_2022/CNY_2024"),))
    )
    assert (named.quantity, named.unit.code) == (Decimal(14), "USD_2022")


def upstream(code: str, activity: str, quantity: str, in_unit: str, *parts: Given) -> Decimal:
    """Return kg CO2e of one category 3 line of a posted quantity, with the factor of the example."""
    found = estimate(basis(), request(activity, quantity, in_unit, line=code, own_factor=own({"CO2E": terms(parts)})))
    line = next(one for one in found.lines if one.resolved.line.code == code)
    assert (line.resolved.line.scope, line.resolved.line.category) == (Scope.SCOPE_3, "3")
    return shown(line.amounts.co2e)


def test_category_3_follows_from_one_posted_fuel_or_kilowatt_hour() -> None:
    """3a 443.8 t, 3b 540.0 t, 3c 182.2 t exactly and 174.2 t simply, 3d 1,878.1 t."""
    assert upstream("upstream", "stationary.natural_gas", "46717.2", "GJ", ("0.0095", "t/GJ")) == Decimal("443813.4")
    assert upstream("upstream", "electricity.grid", "9000", "MWh", ("0.06", "t/MWh")) == 540_000
    simple = upstream("losses", "electricity.grid", "9000", "MWh", GRID, ("0.0438", "kWh/kWh"))
    assert simple == Decimal("174196.98")
    lost = grid_losses(Decimal(1), Decimal("0.0438"), Decimal("0.4419"))
    exact = upstream("losses", "electricity.grid", "9000", "MWh", GRID, (str(lost.lost), "kWh/kWh"))
    assert round(exact / 1000, 2) == Decimal("182.18")
    resold = estimate(basis(), request("electricity.resold", "4250", "MWh"))
    assert [line.amounts.co2e for line in resold.lines] == [1878075]


@pytest.mark.parametrize(
    ("activity", "codes"),
    [
        ("stationary.natural_gas", {"upstream"}),
        ("mobile.diesel", {"upstream"}),
        ("fleet.car", {"upstream"}),
        ("electricity.grid", {"upstream", "losses"}),
        ("electricity.clean_room", {"upstream", "losses"}),
        ("electricity.vehicle_charging", {"upstream", "losses"}),
        ("electricity.direct_line", {"upstream"}),
        ("steam.purchased", {"upstream", "losses"}),
        ("heat.hot_water", {"upstream", "losses"}),
        ("heat.district", {"upstream", "losses"}),
        ("cooling.chilled_water", {"upstream"}),
        ("compressed_air.purchased", {"upstream"}),
        ("electricity.resold", {"resale"}),
        ("steam.resold", {"resale"}),
    ],
)
def test_every_fuel_and_energy_yields_its_lines_of_category_3(activity: str, codes: set[str]) -> None:
    lines = [line for line in activity_type(activity).lines if line.scope is Scope.SCOPE_3]
    assert {line.code for line in lines} == codes
    assert {(line.category, line.iso_category) for line in lines} == {("3", "4.1")}


@pytest.mark.parametrize("code", ["electricity.resold", "steam.resold", "heat.resold", "cooling.resold"])
def test_resold_energy_is_in_no_scope_2_and_in_nothing_under_the_chinese_methods(code: str) -> None:
    (line,) = activity_type(code).lines
    assert (line.scope, line.regimes) == (Scope.SCOPE_3, ("GHG_PROTOCOL", "ISO_14064_1"))


def test_losses_of_heat_arise_only_where_the_tenant_gives_their_factor() -> None:
    """A supplier's figure usually holds them: EF / (efficiency x (1 - l)); counted again they would stand twice."""
    cells = [cell("steam.purchased", "1000", "MJ", own_tenant=number(1))]
    without = fold(basis(), cells, {}, keeps_months=False)
    assert [gap.gap.line.code for gap in without.gaps] == ["upstream"]
    rate = factor("loss", co2e="0.0055", unit="MJ", origin=Origin.CUSTOM, of=dataset("own"))
    with_factor = fold(basis(), cells, {number(1): {("steam.purchased", "losses"): [rate]}}, keeps_months=False)
    assert totals(with_factor.lines).scope_3.co2e == Decimal("5.5")


def test_the_catalogue_serves_the_fuel_of_carriers_with_upstream_and_all_gases() -> None:
    found = estimate(
        basis(gwp_set=GwpSet.AR6), request("freight.diesel", "20000", "L", multipliers=(term("0.84", "kg/L"),))
    )
    main = found.lines[0]
    assert round(main.amounts.gases["CO2"] / 1000, 2) == Decimal("52.01")
    assert {"CH4_FOSSIL", "N2O"} <= set(main.amounts.gases)
    britain = estimate(basis(), request("freight.diesel", "20000", "L", region="GB", first_day=date(2025, 1, 1),
                                        last_day=date(2025, 12, 31)))  # fmt: skip
    assert [line.resolved.line.code for line in britain.lines] == ["main", "upstream", "biogenic"]
    assert {line.resolved.line.category for line in britain.lines} == {"4", "biogenic"}


def test_a_posted_quantity_takes_the_share_from_a_factor_of_the_tenants_own() -> None:
    """20 % of an investee's 10,000 t: postings have no multipliers, the share is a term of the factor."""
    share = factor("share", co2e="0.2", origin=Origin.SUPPLIER, supplier="Investee", of=dataset("own"))
    own_factors = {number(1): {("investment.reported", "main"): [share]}}
    held = cell("investment.reported", "10000000", "kg", supplier="Investee", own_tenant=number(1))
    last = categories(fold(basis(), [held], own_factors, keeps_months=False))[14]
    assert last.amounts.co2e == 2_000_000
    assert last.primary is not None
    assert last.primary.primary_percent == 100
