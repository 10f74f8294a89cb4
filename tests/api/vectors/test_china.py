"""Golden vectors V13 to V18: fuel, steam, hot water and standard coal of the Chinese guides, and their totals."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from api.client import Client
from tests.api.test_flows import SUPPLIER, Park, row
from tests.api.vectors.asking import estimated, masses, tonnes, totals

GBT = {"regime": "GBT_32150_2025"}
NDRC = {"regime": "NDRC_OTHER_2015"}


@pytest.fixture
def park(client: Client) -> Park:
    return Park(client)


@pytest.mark.parametrize(
    ("activity", "quantity", "unit", "chain", "printed"),
    [  # V13, V14: quantity, NCV, carbon content, oxidation
        ("stationary.natural_gas", "120", "10^4 Nm3", ("389.31", "0.0153", "0.99"), "2594.6266"),
        ("stationary.diesel", "30", "t", ("42.652", "0.0202", "0.98"), "92.8773"),
    ],
)
def test_v13_and_v14_fuel(
    client: Client, activity: str, quantity: str, unit: str, chain: tuple[str, ...], printed: str
) -> None:
    exact = Fraction(quantity) * Fraction(44, 12)
    for value in chain:
        exact *= Fraction(value)
    found = estimated(client, activity, quantity, unit, basis=GBT)
    mass = Decimal(masses(found["lines"][0]["emissions"])["CO2"])
    assert Fraction(mass) == exact
    assert round(mass, 4) == Decimal(printed)


@pytest.mark.parametrize(("basis", "heat", "emitted"), [(NDRC, "2693.26", "296.2586"), (GBT, "2777", "305.47")])
def test_v15_steam_with_and_without_reference(client: Client, basis: dict[str, str], heat: str, emitted: str) -> None:
    """1,000 t of saturated steam of 1.0 MPa, 2,777.0 kJ/kg, above 83.74 kJ/kg or not, at 0.11 t/GJ."""
    steam = {"pressureMpa": "1.0"}
    found = estimated(client, "steam.purchased", "1000", "t", steam=steam, basis=basis)
    assert (found["steam"]["gigajoules"], tonnes(found, "location")) == (heat, Decimal(emitted))
    assert Decimal(heat) * Decimal("0.11") == Decimal(emitted)


def test_v16_hot_water(client: Client) -> None:
    found = estimated(client, "heat.hot_water", "5000", "t", steam={"temperatureC": "70"}, basis=GBT)
    assert Fraction(5000) * 50 * Fraction("4.1868") / 1000 == Fraction("1046.7")
    assert (found["quantity"], found["unit"], found["steam"]["gigajoules"]) == ("1046.7", "GJ", "1046.7")


def test_v17_standard_coal_by_equal_and_equivalent_value(client: Client) -> None:
    """1.2 M Nm3 of gas at the upper 1.33 kgce/Nm3, 30 t of diesel, 10 GWh at 0.1229 or at 0.300 kgce/kWh."""
    basis = {**GBT, "electricityKgcePerKwh": "0.300"}
    used = [
        ("stationary.natural_gas", "1200000", "Nm3"),
        ("stationary.diesel", "30", "t"),
        ("electricity.grid", "10", "GWh"),
    ]
    gas, diesel, power = [estimated(client, *one, basis=basis)["energy"] for one in used]
    equal = [gas["tceHigh"], diesel["tce"], power["tce"]]
    assert equal == ["1596", "43.713", "1229"]
    assert power["tceEquivalent"] == "3000"
    assert sum(map(Decimal, equal)) == Decimal("2868.713")
    assert sum(map(Decimal, [*equal[:2], power["tceEquivalent"]])) == Decimal("4639.713")


def of_supplier(park: Park, activity: str, line: str, value: str, unit: str) -> None:
    """Register the supplier's factor of one line."""
    part = {"gas": "CO2", "terms": [{"value": value, "unit": f"t/{unit}"}]}
    given = {
        "tenantId": park.tenant,
        "supplier": "Works",
        "activityType": activity,
        "lines": [line],
        "unit": unit,
        "validFrom": "2024-01-01",
        "factor": {"name": "Works", "parts": [part], "source": "contract 7"},
    }
    assert "factor" in park.client.ask(SUPPLIER, {"input": given})["addSupplierFactor"]


def b1(park: Park) -> None:
    """Post what gives the table: 15.3 + 4 t direct; 100 MWh in and 10 out at 0.5 t; 2.8 GJ of steam in, 0.56 out."""
    of_supplier(park, "electricity.grid", "location", "0.5", "MWh")
    of_supplier(park, "electricity.exported", "export", "0.5", "MWh")
    posted = park.post(
        row("vent", "process.purchased_co2", "15.3", "t"),
        row("fire", "fire_suppression.released/CO2", "4", "t"),
        row("in", "electricity.grid", "100", "MWh", supplier="Works"),
        row("out", "electricity.exported", "10", "MWh", supplier="Works"),
        row("steam", "steam.purchased", "2.8", "GJ"),
        row("sent", "steam.exported", "0.56", "GJ"),
    )
    assert posted["acceptedCount"] == 6, posted


def required(found: dict[str, Any]) -> dict[str, str]:
    return {total["code"]: total["emissions"]["co2e"] for total in found["requiredTotals"]}


def test_v18_the_totals_of_table_b1(park: Park) -> None:
    b1(park)
    found = totals(park, **GBT)
    assert required(found) == {
        "FUEL": "0",
        "PROCESS": "15.3",
        "WASTE": "0",
        "FUGITIVE": "4",
        "ES": "19.3",
        "POWER_IN": "50",
        "HEAT_IN": "0.308",
        "POWER_OUT": "-5",
        "HEAT_OUT": "-0.0616",
        "EI": "45.2464",
        "ET": "64.5464",
        "BIOGENIC": "0",
    }
    whole = Decimal(found["totals"]["scope1"]["co2e"]) + Decimal(found["totals"]["scope2Location"]["co2e"])
    assert whole == Decimal("64.5464")
    assert all(total["clause"] and total["nameZh"] for total in found["requiredTotals"])
    assert {total["code"]: total["parts"] for total in found["requiredTotals"]}["ET"] == ["ES", "EI"]


def test_v18_other_regimes_ask_for_other_totals(park: Park) -> None:
    b1(park)
    protocol = required(totals(park))
    assert protocol["SCOPE_1"] == "19.3"
    assert protocol["SCOPE_2_LOCATION"] == "50.308", "what is sent out is not netted"
    assert "SCOPE_2_MARKET" in protocol
    iso = totals(park, regime="ISO_14064_1")
    categories = [Decimal(required(iso)[f"CATEGORY_{number}"]) for number in range(1, 7)]
    scope_3 = Decimal(protocol["SCOPE_3"])
    assert sum(categories) == Decimal("19.3") + Decimal("50.308") + scope_3
    park_method = required(totals(park, regime="NDRC_910_2025"))
    assert Decimal(park_method["E_INDIRECT"]) == Decimal(park_method["E_ELECTRICITY"]) + Decimal(park_method["E_HEAT"])
    assert (park_method["E_PROCESS"], park_method["E_PARK"]) == ("19.3", "64.5464")
    gaps = {total["code"]: total["gapCount"] for total in iso["requiredTotals"] if total["gapCount"]}
    assert set(gaps) == {"CATEGORY_4"}, "upstream and losses have no factor in China"
    assert sum(gaps.values()) == len(iso["gaps"])
