"""What the park emits: every scope and category, one company that its propellant dominates, energy that adds up."""

from decimal import Decimal

from accounting.footprints import FootprintLine
from accounting.grouping import Dimension, grouped, totals
from emission_factors.activity_types import Scope
from tests.api.demo.whole_park import footprint, quantity, tenant_id


def lines_of(code: str) -> list[FootprintLine]:
    return [line for line in footprint().lines if line.tenant == tenant_id(code)]


def test_scopes_1_and_2_and_all_fifteen_categories_of_scope_3_are_there() -> None:
    found = {(line.line.scope, line.line.category) for line in footprint().lines if line.amounts.co2e > 0}
    categories = {int(category) for scope, category in found if scope is Scope.SCOPE_3}
    assert categories == set(range(1, 16))
    assert {category for scope, category in found if scope is Scope.SCOPE_1} == {
        "stationary",
        "mobile",
        "process",
        "fugitive",
        "waste",
    }
    assert {category for scope, category in found if scope is Scope.SCOPE_2} == {
        "electricity",
        "steam",
        "cooling",
        "compressed_air",
    }


def test_biogenic_carbon_and_gases_outside_the_totals_stand_apart() -> None:
    outside = totals(footprint().lines).outside
    assert outside.biogenic > 0
    assert {name for line in footprint().lines for name in line.amounts.outside} >= {"HCFC-22", "HCFE-235da2"}


def test_only_what_no_one_publishes_is_missing() -> None:
    assert {(gap.activity.code, gap.gap.line.code) for gap in footprint().gaps} == {
        ("electricity.grid", "upstream"),
        ("electricity.grid", "losses"),
        ("electricity.clean_room", "upstream"),
        ("electricity.clean_room", "losses"),
        ("electricity.vehicle_charging", "upstream"),
        ("electricity.vehicle_charging", "losses"),
        ("electricity.direct_line", "upstream"),
        ("steam.purchased", "upstream"),
        ("cooling.chilled_water", "upstream"),
        ("compressed_air.purchased", "upstream"),
    }


def test_the_inhaler_makers_propellant_dominates_its_footprint() -> None:
    found = {group.key[Dimension.GAS]: group.totals for group in grouped(lines_of("qingxi"), [Dimension.GAS])}
    hfc = found["HFC-134a"]
    whole = totals(lines_of("qingxi"))
    everything = whole.scope_1.co2e + whole.scope_2_location.co2e + whole.scope_3.co2e
    assert hfc.scope_3.co2e > 40 * hfc.scope_1.co2e > 0
    assert (hfc.scope_1.co2e + hfc.scope_3.co2e) / everything > Decimal("0.9")


def test_the_cold_chain_burns_diesel_and_leaks_refrigerant() -> None:
    by_category = grouped(lines_of("bingchuan"), [Dimension.CATEGORY])
    found = {group.key[Dimension.CATEGORY]: group.totals.scope_1.co2e for group in by_category}
    assert found["mobile"] > found["fugitive"] > found["stationary"] > 0


def test_what_stands_outside_the_scopes_is_in_none_of_them() -> None:
    found = {line.activity.code: line for line in footprint().lines if line.line.scope is Scope.OUTSIDE}
    assert found["memo.offset_bought"].amounts.co2e == 2 * 7_200_000
    assert found["memo.offset_cancelled"].amounts.co2e == 2 * 6_000_000
    assert found["memo.avoided_emissions"].amounts.co2e > 0


def test_offices_elsewhere_take_the_factors_of_their_own_province() -> None:
    places = {line.region for line in footprint().lines if line.activity.code == "leased_in.electricity"}
    assert places == {"CN-BJ", "CN-SH"}


def test_the_boilers_burn_what_the_steam_sold_needs() -> None:
    # 389.31 GJ per ten thousand normal cubic metres: GB/T 32151.34-2024, annex C.
    gas_mj = quantity("stationary.natural_gas", "GM1-01") / 10_000 * Decimal(389_310)
    burnt_mj = gas_mj + quantity("stationary.biogas")
    assert Decimal("0.85") < quantity("steam.purchased") / burnt_mj < Decimal("0.95")


def test_the_chillers_use_what_the_cold_sold_needs() -> None:
    used_mj = quantity("electricity.grid", "EM2-01")
    assert Decimal("4.5") < quantity("cooling.chilled_water") / used_mj < Decimal("5.5")
