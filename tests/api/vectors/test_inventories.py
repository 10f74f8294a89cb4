"""Golden vectors V01, V02, V04, V05, V08, V26 to V28: gases, scope 2 both ways, balances, solvents, wastewater."""

from decimal import Decimal
from fractions import Fraction

import pytest

from api.client import Client
from tests.api.test_flows import Park
from tests.api.vectors.asking import asked, changed, close, estimated, held, masses, post, tonnes, totals


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


def test_v01_a_blend_is_weighted_from_its_components(client: Client) -> None:
    exact = Decimal("0.44") * 3740 + Decimal("0.52") * 5810 + Decimal("0.04") * 1530
    assert exact == 4728
    found = estimated(client, "refrigerant.leaked/R-404A", "1", "t", basis={"gwpSet": "AR6"})
    assert tonnes(found, "main") == exact


def test_v02_four_gases_under_ar6(park: Park) -> None:
    post(
        park,
        ("process.purchased_co2", "1000", "t"),
        ("natural_gas.leaked/CH4_FOSSIL", "0.5", "t"),
        ("lab_gas.used/N2O", "0.1", "t"),
        ("refrigerant.leaked/HFC-134a", "0.02", "t"),
    )
    found = totals(park, gwpSet="AR6")["totals"]["scope1"]
    assert Decimal(1000) + Decimal("14.9") + Decimal("27.3") + Decimal("30.6") == Decimal("1072.8")
    assert found["co2e"] == "1072.8"
    assert masses(found) == {"CO2": "1000000", "CH4_FOSSIL": "500", "N2O": "100", "HFC-134a": "20"}


def test_v04_scope_2_by_location(park: Park) -> None:
    post(park, ("electricity.grid", "9000", "MWh"))
    assert totals(park)["totals"]["scope2Location"]["co2e"] == "3977.1"


def test_v05_scope_2_by_market_and_the_certificates_of_the_roof_sold(park: Park) -> None:
    """9,000 MWh bought and 1,000 of the roof: 4,000 by certificates, 2,000 by contract, 3,000 at 0.6096."""
    post(park, ("electricity.grid", "9000", "MWh"), ("electricity.own_generation", "1000", "MWh"))
    bought = held(park, "gec", "GEC", "4000", serials={"batch": park.code, "first": "1", "last": "4000"})
    changed(park, "cancelInstrument", instrumentId=bought["id"], cancelledOn="2024-12-20")
    held(park, "ppa", "POWER_PURCHASE_AGREEMENT", "2000")
    roof = held(park, "roof", "SELF_USE", "1000")
    found = totals(park)
    assert (found["totals"]["scope2Location"]["co2e"], found["totals"]["scope2Market"]["co2e"]) == ("3977.1", "1828.8")
    assert found["instruments"] == {"matchedMwh": "7000", "unmatchedMwh": "3000", "rejections": []}
    changed(park, "sellInstrument", instrumentId=roof["id"], reason="sold")
    sold = totals(park)
    assert (sold["totals"]["scope2Location"]["co2e"], sold["totals"]["scope2Market"]["co2e"]) == ("3977.1", "2438.4")
    assert Decimal("2438.4") - Decimal("1828.8") == Decimal("609.6")
    (rejection,) = sold["instruments"]["rejections"]
    assert [fault["reason"] for fault in rejection["faults"]] == ["SOLD"]


def test_v08_losses_of_the_grid_exact_and_simple(client: Client) -> None:
    found = asked(
        client,
        'gridLosses(consumed: "9000", lossRate: "0.0438", factor: "0.4419") { emissions emissionsSimply source }',
    )["gridLosses"]
    simple = Fraction(9000) * Fraction("0.4419") * Fraction("0.0438")
    assert found["emissionsSimply"] == "174.19698"
    assert close(found["emissions"], simple / (1 - Fraction("0.0438")))
    assert (round(Decimal(found["emissions"]), 2), round(Decimal(found["emissionsSimply"]), 2)) == (
        Decimal("182.18"),
        Decimal("174.20"),
    )
    parts = [{"gas": "CO2E", "terms": [{"value": "0.4419", "unit": "kg/kWh"}, {"value": "4.38", "unit": "%"}]}]
    given = estimated(client, "electricity.grid", "9000", "MWh", line="losses", factor={"parts": parts})
    assert tonnes(given, "losses") == Decimal("174.19698")


def test_v26_a_refrigerant_by_mass_balance(park: Park) -> None:
    balance = {"opening_stock": 120, "closing_stock": 90, "purchased": 200, "returned": 15, "capacity_added": 50}
    post(park, *((f"refrigerant.{name}/HFC-134a", str(mass), "kg") for name, mass in balance.items()))
    found = totals(park, gwpSet="AR6")["totals"]["scope1"]
    assert (masses(found), found["co2e"]) == ({"HFC-134a": "165"}, "252.45")


def test_v27_acetone_burnt_in_an_oxidiser(client: Client) -> None:
    share = {"name": "DRE", "value": "98", "unit": "%"}
    found = estimated(client, "process.solvent_oxidised/acetone", "20", "t", multipliers=[share])
    exact = Fraction(20) * Fraction("0.98") * Fraction("0.6204") * Fraction(44, 12)
    assert Fraction(tonnes(found, "main")) == exact == Fraction("44.58608")
    assert round(tonnes(found, "main"), 3) == Decimal("44.586")


def test_v28_wastewater(client: Client) -> None:
    """50,000 m3 with 3.0 - 0.3 kg COD/m3 at 0.25 x 0.03; 3,000 kg N at 0.016 x 44/28."""
    cod = {"name": "COD", "value": "2.7", "unit": "kg/m3"}
    code = "wastewater.industrial_cod/aerobic_well_managed"
    methane = estimated(client, code, "50000", "m3", multipliers=[cod])
    assert (methane["quantity"], methane["unit"]) == ("135000", "kg")
    assert masses(methane["lines"][0]["emissions"]) == {"CH4_BIOGENIC": "1.0125"}
    assert tonnes(methane, "main") == Decimal("27.3375")
    nitrous = estimated(client, "wastewater.nitrogen", "3000", "kg")
    exact = Fraction(3000) * Fraction("0.016") * Fraction(44, 28) / 1000
    (mass,) = masses(nitrous["lines"][0]["emissions"]).values()
    assert abs(Fraction(mass) - exact) <= Fraction(1, 2 * 10**15), "shown to a nanogram"
    assert round(Decimal(mass), 6) == Decimal("0.075429")
