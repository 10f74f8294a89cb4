"""The balance of energy: the worked park to the printed digits, and what holds for any."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.energy.balance import MissingCoefficient, balance
from accounting.energy.columns import Column
from accounting.energy.content import energy_content
from accounting.energy.flows import (
    BadFlow,
    ConversionKind,
    Delivery,
    EndUse,
    EnergyCarrier,
    EnergyValue,
    Flow,
    LossKind,
    Stage,
    carrier_of,
)
from emission_factors.activity_types import activity_type
from emission_factors.units import unit
from tests.build import basis
from tests.energy import CARRIERS, COLD, GAS, POWER, STEAM, WORKED, delivery, flow, parks, worked

Park = tuple[tuple[Flow, ...], tuple[Delivery, ...]]


def total(value: EnergyValue, *members: str) -> Column:
    found = worked(*members).sheet(value).total
    assert found is not None
    return found


def shown(amount: Fraction | None, places: int = 3) -> str:
    assert amount is not None
    return f"{Decimal(amount.numerator) / Decimal(amount.denominator):.{places}f}"


def exact(*amounts: int | str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, amounts))


# V23, the worked park


def test_the_rows_of_the_worked_park_at_the_equal_value() -> None:
    found = total(EnergyValue.EQUAL)
    rows = (found.available, found.conversion, found.lost, found.final_use)
    assert tuple(map(shown, rows)) == ("16474.800", "-879.589", "61.450", "15533.761")
    assert found.unaccounted == 0
    assert found.unaccounted_percent == 0


def test_the_carriers_of_the_worked_park() -> None:
    columns = worked().sheet(EnergyValue.EQUAL).columns
    gas, power, steam = (columns[one.code] for one in (GAS, POWER, STEAM))
    assert power.supply == {Stage.PRIMARY_PRODUCTION: Fraction("368.7"), Stage.TRANSFER_IN: Fraction("1106.1")}
    assert (gas.available, shown(gas.conversion), shown(gas.final_use)) == (Fraction(15000), "-4401.589", "10598.411")
    assert (power.conversion, power.final_use) == (Fraction("1474.8"), Fraction("2888.15"))
    assert (steam.available, steam.conversion, steam.final_use) == exact(0, "2047.2", "2047.2")
    assert [one.unaccounted for one in (gas, power, steam)] == [0, 0, 0]


def test_total_consumption_at_the_equivalent_value() -> None:
    found = total(EnergyValue.EQUIVALENT)
    assert found.available == found.consumption == 18600
    assert total(EnergyValue.EQUAL).consumption == Fraction("16474.8")


def test_the_efficiency_of_conversion() -> None:
    plant = worked().plant("CHP", EnergyValue.JOULES)
    assert plant.efficiency == Fraction("0.8")
    assert plant.lost == 25_800_000
    percent = [total(value).conversion_efficiency for value in (EnergyValue.JOULES, EnergyValue.EQUAL)]
    assert [shown(100 * one, 1) for one in percent if one is not None] == ["80.0", "80.0"]


def test_chilled_water_stands_beside_and_is_in_no_total() -> None:
    found = worked()
    sheet = found.sheet(EnergyValue.EQUAL)
    assert COLD.code not in sheet.columns
    assert shown(sheet.services[COLD.code].conversion, 1) == "982.7"
    assert found.column(COLD.code).unaccounted == 0
    chiller = found.plant("chiller", EnergyValue.EQUAL)
    assert (chiller.inputs, chiller.taken) == ({}, {POWER.code: Fraction("245.8")})
    assert found.plant("chiller", EnergyValue.JOULES).performance == 4
    without = balance([one for one in WORKED if one.carrier != COLD.code], (GAS, POWER, STEAM))
    assert without.sheet(EnergyValue.EQUAL).total == sheet.total


def test_a_tenant_has_what_was_delivered_to_it() -> None:
    found = worked("A").column(POWER.code)
    assert found.supply == {Stage.TRANSFER_IN: 10000}
    assert found.final == {"A": 10000}
    assert found.unaccounted == 0
    assert worked("Operator").column(STEAM.code).supply == {Stage.TRANSFER_OUT: -60000}
    assert worked("Operator").column(STEAM.code).unaccounted == 0


def test_a_park_of_some_buys_from_the_others() -> None:
    found = worked("Operator", "A").column(POWER.code)
    assert found.supply[Stage.TRANSFER_OUT] == -7000
    assert (found.available, found.final_use, found.unaccounted) == exact(1000, 12500, 0)


# What does not close


def test_what_is_unaccounted_is_stated_with_its_percent() -> None:
    flows = (flow(Stage.TRANSFER_IN, POWER, "A", 200), flow(Stage.FINAL_USE, POWER, "A", 190))
    found = balance(flows, CARRIERS).column(POWER.code)
    assert (found.unaccounted, found.unaccounted_percent) == exact(10, 5)
    more = balance((flows[0], replace(flows[1], quantity=Fraction(230))), CARRIERS).column(POWER.code)
    assert (more.unaccounted, more.unaccounted_percent) == exact(-30, -15)


def test_percent_counts_what_was_made_of_a_carrier() -> None:
    flows = (
        flow(Stage.CONVERSION_INPUT, GAS, "A", 100, "boiler"),
        flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 80, "boiler"),
        flow(Stage.FINAL_USE, STEAM, "A", 60),
    )
    found = balance(flows, CARRIERS)
    assert found.column(STEAM.code).unaccounted_percent == 25
    assert found.column(GAS.code).unaccounted == -100
    assert found.column(GAS.code).unaccounted_percent is None


def test_the_meters_of_a_delivery_that_differ_leave_a_difference() -> None:
    flows = (flow(Stage.TRANSFER_IN, POWER, "Operator", 100), flow(Stage.FINAL_USE, POWER, "A", 97))
    delivered = (delivery(POWER, "A", 100, 97),)
    whole = balance(flows, CARRIERS, delivered).column(POWER.code)
    assert (whole.between_meters, whole.unaccounted) == exact(3, 3)
    parts = [balance(flows, CARRIERS, delivered, {party}).column(POWER.code) for party in ("Operator", "A")]
    assert [(one.unaccounted, one.between_meters) for one in parts] == [exact(0, 0)] * 2


def test_stock_that_was_built_is_deducted() -> None:
    flows = [flow(Stage.TRANSFER_IN, GAS, "A", 100), flow(Stage.STOCK_CHANGE, GAS, "A", -30)]
    flows += [flow(Stage.EXPORT, GAS, "A", 5), flow(Stage.FOREIGN_BUNKERS, GAS, "A", 4)]
    flows += [flow(Stage.IMPORT, GAS, "A", 3), flow(Stage.BUNKERS_ABROAD, GAS, "A", 2)]
    assert balance(flows, CARRIERS).column(GAS.code).available == 100 - 30 - 5 - 4 + 3 + 2


def test_feedstock_is_a_part_of_the_use_and_effect_is_no_use() -> None:
    flows = [flow(stage, GAS, "A", 10) for stage in (Stage.FINAL_USE, Stage.FEEDSTOCK, Stage.USEFUL)]
    found = balance(flows, CARRIERS).column(GAS.code)
    assert (found.final_use, found.feedstock, found.available) == exact(20, 10, 0)


def test_gross_consumption_is_all_that_was_taken_of_a_carrier() -> None:
    assert worked().column(GAS.code).gross_consumption == worked().column(GAS.code).available
    assert worked().column(POWER.code).gross_consumption == 24000
    assert worked().column(POWER.code).consumption == 12000


def test_what_is_recovered_is_no_output_of_an_input() -> None:
    recovered = flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 9, "exchanger", ConversionKind.RECOVERY)
    flows = [flow(Stage.CONVERSION_INPUT, GAS, "A", 100, "b"), flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 90, "b")]
    sheet = balance([*flows, recovered], CARRIERS).sheet(EnergyValue.JOULES)
    assert sheet.total is not None
    assert sheet.total.conversion_efficiency == Fraction("0.9")
    assert sheet.total.conversion == -1000


# Coefficients


def test_a_missing_coefficient_leaves_no_total() -> None:
    power = replace(POWER, tce_equivalent=None)
    found = balance(WORKED, (GAS, power, STEAM, COLD))
    sheet = found.sheet(EnergyValue.EQUIVALENT)
    assert (sheet.total, sheet.missing) == (None, (POWER.code,))
    assert set(sheet.columns) == {GAS.code, STEAM.code}
    with pytest.raises(MissingCoefficient, match="coefficient of ELECTRICITY per MWh is missing for EQUIVALENT"):
        found.plant("CHP", EnergyValue.EQUIVALENT)
    assert found.sheet(EnergyValue.EQUAL).total is not None


def test_coefficients_come_from_the_catalogue() -> None:
    with_rate = basis(electricity_kgce_per_kwh=Decimal("0.300"))
    content = energy_content(with_rate, activity_type("electricity.grid"), Fraction(1), unit("MWh"), "CN-GD", 2024)
    assert content is not None
    assert carrier_of("ELECTRICITY", "MWh", content) == POWER


@pytest.mark.parametrize(("is_upper", "tce"), [(False, "0.0011"), (True, "0.00133")])
def test_of_a_published_range_the_caller_says_which_end(is_upper: bool, tce: str) -> None:
    content = energy_content(basis(), activity_type("stationary.natural_gas"), Fraction(1), unit("Nm3"), "CN-GD", 2024)
    assert content is not None
    found = carrier_of("NATURAL_GAS", "Nm3", content, is_upper=is_upper)
    assert found.tce == found.tce_equivalent == Fraction(tce)
    with pytest.raises(BadFlow, match="say which end applies"):
        carrier_of("NATURAL_GAS", "Nm3", content)


def test_the_example_of_gbt_2589() -> None:
    gas = EnergyCarrier("NATURAL_GAS", "10^4m3", None, Fraction("13.3"), Fraction("13.3"))
    diesel = EnergyCarrier("DIESEL", "t", None, Fraction("1.4571"), Fraction("1.4571"))
    flows = [flow(Stage.FINAL_USE, one, "A", amount) for one, amount in ((gas, 120), (diesel, 30), (POWER, 10000))]
    found = balance(flows, (gas, diesel, POWER))  # V17
    totals = [found.sheet(value).total for value in (EnergyValue.EQUAL, EnergyValue.EQUIVALENT)]
    assert [one.consumption for one in totals if one] == [Fraction("2868.713"), Fraction("4639.713")]
    assert found.sheet(EnergyValue.JOULES).missing == ("DIESEL", "NATURAL_GAS")


# Refusals


@pytest.mark.parametrize(
    ("flows", "delivered", "field", "message"),
    [
        ([flow(Stage.FINAL_USE, POWER, "A", -1)], (), "flows", "quantity of -1; accepted is zero or more"),
        ([flow(Stage.CONVERSION_OUTPUT, POWER, "A", 1)], (), "flows", "names no plant"),
        ([flow(Stage.LOSS, POWER, "A", 1, "", EndUse.MAIN)], (), "flows", "accepted are STORAGE, DISTRIBUTION"),
        ([flow(Stage.IMPORT, POWER, "A", 1, "", EndUse.MAIN)], (), "flows", "no detail of IMPORT; accepted are none"),
        ([Flow(Stage.IMPORT, "COAL", "A", Fraction(1))], (), "carriers", "'COAL' is not described; accepted are CHILL"),
        ([], [delivery(POWER, "A", 1, -1)], "deliveries", "negative quantity"),
        ([], [delivery(POWER, "Operator", 1)], "deliveries", "Operator delivers to itself"),
    ],
)
def test_contradictions_are_refused(flows: list[Flow], delivered: list[Delivery], field: str, message: str) -> None:
    with pytest.raises(BadFlow, match=message) as error:
        balance(flows, CARRIERS, delivered)
    assert error.value.field == field


def test_power_of_a_plant_of_services_is_final_use() -> None:
    made = flow(Stage.CONVERSION_OUTPUT, COLD, "A", 4, "chiller")
    taken = flow(Stage.CONVERSION_INPUT, POWER, "A", 1, "chiller")
    with pytest.raises(BadFlow, match="chiller makes services only; state what it takes as FINAL_USE"):
        balance([made, taken], CARRIERS)
    also_energy = flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 1, "chiller")
    assert balance([made, taken, also_energy], CARRIERS).plant("chiller", EnergyValue.JOULES).lost == 2600


def test_unknown_members_and_plants_are_told() -> None:
    with pytest.raises(BadFlow, match="Z have no flow; accepted are A, B, Operator"):
        worked("A", "Z")
    with pytest.raises(BadFlow, match="names the plant 'boiler'; accepted are CHP, PV, chiller, works"):
        worked().plant("boiler", EnergyValue.JOULES)


def test_a_carrier_is_described_once() -> None:
    with pytest.raises(BadFlow, match="ELECTRICITY is described twice, and not alike"):
        balance(WORKED, (*CARRIERS, replace(POWER, tce_equivalent=None)))
    assert balance(WORKED, (*CARRIERS, POWER)).column(POWER.code) == balance(WORKED, CARRIERS).column(POWER.code)


def test_years_of_other_coefficients_are_not_added() -> None:
    later = balance(WORKED, (GAS, replace(POWER, tce_equivalent=Fraction("0.29")), STEAM, COLD))
    with pytest.raises(BadFlow, match="other coefficients in the two balances"):
        worked() + later


# What holds for any flows


@given(parks)
def test_every_column_and_the_total_close(park: Park) -> None:
    found = balance(park[0], CARRIERS, park[1])
    for value in EnergyValue:
        sheet = found.sheet(value)
        columns = [*sheet.columns.values(), *sheet.services.values(), *([sheet.total] if sheet.total else [])]
        for one in columns:
            assert one.available + one.conversion - one.lost - one.final_use == one.unaccounted
            assert one.consumption == one.available - one.unaccounted
        if sheet.total:
            assert sheet.total.unaccounted == sum(one.unaccounted for one in sheet.columns.values())


@given(parks)
def test_members_add_up_to_the_park(park: Park) -> None:
    whole = balance(park[0], CARRIERS, park[1])
    parts = [balance(park[0], CARRIERS, park[1], {party}) for party in sorted(whole.members)]
    together = sum(parts[1:], parts[0]) if parts else whole
    assert together == whole
    for carrier in CARRIERS:
        column, members = whole.column(carrier.code), [one.column(carrier.code) for one in parts]
        assert column.conversion == sum(one.conversion for one in members)
        assert column.final_use == sum(one.final_use for one in members)
        assert column.lost == sum(one.lost for one in members)
        # What members' meters differ by is in no member's balance, and in the park's.
        assert column.unaccounted == sum(one.unaccounted for one in members) + column.between_meters
        assert column.available == sum(one.available for one in members) + column.between_meters


@given(parks, parks)
def test_months_add_up_to_the_year(one: Park, other: Park) -> None:
    year = balance(one[0] + other[0], CARRIERS, one[1] + other[1])
    added = balance(one[0], CARRIERS, one[1]) + balance(other[0], CARRIERS, other[1])
    assert added == year
    assert added.sheet(EnergyValue.EQUAL) == year.sheet(EnergyValue.EQUAL)


@given(parks, st.randoms())
def test_no_order_of_flows_changes_it(park: Park, random: Random) -> None:
    flows = list(park[0])
    random.shuffle(flows)
    assert balance(flows, CARRIERS, park[1]) == balance(park[0], CARRIERS, park[1])


def test_losses_are_told_by_kind() -> None:
    stored = Flow(Stage.LOSS, STEAM.code, "A", Fraction(2), "", LossKind.STORAGE)
    flows = [flow(Stage.LOSS, STEAM, "A", 1), stored]
    assert balance(flows, CARRIERS).column("STEAM").losses == {"DISTRIBUTION": 1, "STORAGE": 2}
