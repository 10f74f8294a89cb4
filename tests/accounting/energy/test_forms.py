"""The printed forms of an energy balance."""

from fractions import Fraction

import pytest
from hypothesis import given

from accounting.energy.balance import MissingCoefficient, balance
from accounting.energy.flows import ConversionKind, Delivery, EndUse, EnergyCarrier, EnergyValue, Flow, LossKind, Stage
from accounting.energy.forms import Row, Step, enterprise_form, regional_form
from tests.energy import CARRIERS, GAS, POWER, STEAM, WORKED, flow, parks, worked

UNKNOWN = EnergyCarrier("ELECTRICITY", "MWh", None, None, None)
Park = tuple[tuple[Flow, ...], tuple[Delivery, ...]]


def totals(rows: tuple[Row, ...]) -> list[tuple[str, str, str]]:
    return [(row.number, row.item, f"{float(row.total or 0):.3f}") for row in rows]


def test_the_regional_form_of_the_worked_park() -> None:
    sectors = {"Operator": "energy supply", "A": "industry", "B": "industry"}
    rows = regional_form(worked().sheet(EnergyValue.EQUAL), sectors)
    assert totals(rows) == [
        ("I", "", "16474.800"),
        ("I.1", "PRIMARY_PRODUCTION", "368.700"),
        ("I.2", "TRANSFER_IN", "16106.100"),
        ("II", "", "-879.589"),
        ("II", "CHP", "-879.589"),
        ("III", "", "61.450"),
        ("III", "DISTRIBUTION", "61.450"),
        ("IV", "", "15533.761"),
        ("IV", "energy supply", "307.250"),
        ("IV", "industry", "15226.511"),
        ("V", "", "0.000"),
        ("VI", "", "16474.800"),
    ]
    assert rows[0].amounts == {GAS.code: 15000, POWER.code: Fraction("1474.8"), STEAM.code: 0}
    assert rows[4].amounts[STEAM.code] == Fraction("2047.2")
    assert rows[4].amounts[GAS.code] == -129000 / Fraction("29.3076")


def test_a_stage_has_its_number_and_feedstock_a_row_of_its_own() -> None:
    stages = ((Stage.STOCK_CHANGE, -3), (Stage.EXPORT, 2), (Stage.FEEDSTOCK, 1))
    flows = [flow(stage, GAS, "A", amount) for stage, amount in stages]
    rows = regional_form(balance(flows, CARRIERS).sheet(EnergyValue.JOULES))
    found = {(row.number, row.item): row.total for row in rows if row.item}
    assert found == {
        ("I.6", "EXPORT"): -2000,
        ("I.8", "STOCK_CHANGE"): -3000,
        ("IV", "A"): 1000,
        ("IV", "FEEDSTOCK"): 1000,
    }


def test_without_a_coefficient_no_row_has_a_total() -> None:
    rows = regional_form(balance(WORKED, (GAS, UNKNOWN, STEAM, CARRIERS[3])).sheet(EnergyValue.EQUAL))
    assert {row.total for row in rows} == {None}
    assert rows[0].amounts == {GAS.code: 15000, STEAM.code: 0}


@given(parks)
def test_the_parts_of_a_section_add_up_to_its_head(park: Park) -> None:
    rows = regional_form(balance(park[0], CARRIERS, park[1]).sheet(EnergyValue.EQUAL))
    for section in ("I", "II", "III", "IV"):
        head = next(row.total for row in rows if (row.number, row.item) == (section, ""))
        parts = [row for row in rows if row.number.split(".")[0] == section and row.item not in ("", Stage.FEEDSTOCK)]
        assert sum(row.total or 0 for row in parts) == head


# The enterprise form


MEASURED = (
    flow(Stage.TRANSFER_IN, GAS, "A", 100),
    flow(Stage.TRANSFER_IN, POWER, "A", 50),
    Flow(Stage.LOSS, GAS.code, "A", Fraction(2), "", LossKind.STORAGE),
    flow(Stage.CONVERSION_INPUT, GAS, "A", 90, "boiler", ConversionKind.HEAT),
    flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 81, "boiler", ConversionKind.HEAT),
    flow(Stage.CONVERSION_OUTPUT, STEAM, "A", 5, "exchanger", ConversionKind.RECOVERY),
    flow(Stage.LOSS, STEAM, "A", 6),
    flow(Stage.TRANSFER_OUT, STEAM, "A", 10),
    flow(Stage.FINAL_USE, STEAM, "A", 70, "", EndUse.MAIN),
    flow(Stage.USEFUL, STEAM, "A", 42, "", EndUse.MAIN),
    flow(Stage.FINAL_USE, POWER, "A", 40, "", EndUse.MAIN),
    flow(Stage.USEFUL, POWER, "A", 30, "", EndUse.MAIN),
    flow(Stage.FINAL_USE, POWER, "A", 10, "", EndUse.LIGHTING),
    flow(Stage.USEFUL, POWER, "A", 1, "", EndUse.LIGHTING),
    flow(Stage.FEEDSTOCK, GAS, "A", 8, "", EndUse.MAIN),
    flow(Stage.USEFUL, GAS, "A", 8, "", EndUse.MAIN),
)
OF_GAS, OF_STEAM, OF_POWER = (one.tce or Fraction(0) for one in (GAS, STEAM, POWER))


def test_the_enterprise_form_follows_the_energy() -> None:
    form = enterprise_form(balance(MEASURED, CARRIERS))
    assert form.physical == {GAS.code: 100, POWER.code: 50}
    assert form.equivalent == {GAS.code: 100 * OF_GAS, POWER.code: 15}
    assert form.purchase == Step(
        {GAS.code: 100 * OF_GAS, POWER.code: 50 * OF_POWER}, {GAS.code: 98 * OF_GAS, POWER.code: 50 * OF_POWER}
    )
    assert form.conversion == {
        ConversionKind.HEAT: Step({GAS.code: 90 * OF_GAS}, {STEAM.code: 81 * OF_STEAM}),
        ConversionKind.RECOVERY: Step({}, {STEAM.code: 5 * OF_STEAM}),
    }
    assert form.distribution.supplied == {GAS.code: 8 * OF_GAS, POWER.code: 50 * OF_POWER, STEAM.code: 86 * OF_STEAM}
    assert form.distribution.lost == 6 * OF_STEAM
    assert form.end_use[EndUse.LIGHTING].utilisation_percent == 10
    assert form.end_use[EndUse.LIGHTING].lost == 9 * OF_POWER
    assert (form.sold, form.recovered) == ({STEAM.code: 10 * OF_STEAM}, {STEAM.code: 5 * OF_STEAM})
    assert set(form.unaccounted.values()) == {0}
    useful = 31 * OF_POWER + 42 * OF_STEAM + 8 * OF_GAS + 10 * OF_STEAM
    assert form.utilisation_percent == 100 * useful / (100 * OF_GAS + 50 * OF_POWER)


def test_what_nobody_measured_is_not_known() -> None:
    unmeasured = [one for one in MEASURED if (one.stage, one.carrier) != (Stage.USEFUL, STEAM.code)]
    form = enterprise_form(balance(unmeasured, CARRIERS))
    main = form.end_use[EndUse.MAIN]
    assert (main.useful, main.lost, main.utilisation_percent, form.utilisation_percent) == (None, None, None, None)
    assert form.end_use[EndUse.LIGHTING].utilisation_percent == 10


def test_power_of_a_chiller_is_a_column_of_conversion() -> None:
    form = enterprise_form(worked())
    assert form.refrigeration == Step({POWER.code: Fraction("245.8")}, None)
    assert EndUse.REFRIGERATION not in form.end_use
    assert form.conversion[ConversionKind.POWER].supplied == {GAS.code: 129000 * OF_GAS}
    assert form.utilisation_percent is None


def test_stock_is_purchase_and_no_sale() -> None:
    flows = [flow(Stage.TRANSFER_IN, GAS, "A", 100), flow(Stage.STOCK_CHANGE, GAS, "A", -30)]
    form = enterprise_form(balance(flows, CARRIERS))
    assert form.physical == {GAS.code: 70}
    assert form.sold == {}


def test_a_form_in_tce_needs_every_equal_value() -> None:
    with pytest.raises(MissingCoefficient, match="ELECTRICITY per MWh is missing for EQUAL"):
        enterprise_form(balance(WORKED, (GAS, UNKNOWN, *CARRIERS[2:])))


@given(parks)
def test_the_steps_of_the_enterprise_form_close(park: Park) -> None:
    form = enterprise_form(balance(park[0], CARRIERS, park[1]))
    ends = [*(step.supplied for step in form.end_use.values()), form.refrigeration.supplied, form.sold]
    for code, rest in form.unaccounted.items():
        arrived = (form.distribution.useful or {}).get(code, Fraction(0))
        assert arrived == sum(sums.get(code, Fraction(0)) for sums in ends) + rest
