"""Inputs that the ledger answers, and the headrooms from them: amounts, what they lack, and gas of the catalogue."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounting.energy.balance import Balance, balance
from accounting.energy.flows import EnergyCarrier, EnergyValue, Flow, Stage
from accounting.indicators.computed import BIOMASS, COEFFICIENT, Biomass, Ledger, coefficient, computed_inputs
from accounting.indicators.headroom import grey_electricity
from accounting.indicators.inputs import Stated
from accounting.indicators.national import NATIONAL
from accounting.indicators.own_power import OwnPower
from accounting.indicators.park_headroom import natural_gas, park_headroom
from accounting.indicators.park_lines import (
    ElectricityKind,
    FuelUse,
    HeatKind,
    ParkLine,
    Part,
    Side,
    electricity,
    fuel,
    heat,
)
from accounting.indicators.park_method import park_emissions
from emission_factors.activity_types import all_activity_types
from tests.accounting.indicators.test_park_year import BASIS, OPERATOR, PLANT

GAS = EnergyCarrier("natural_gas", "Nm3", None, Fraction("0.00133"), Fraction("0.00133"))
POWER = EnergyCarrier("electricity", "MWh", Fraction(3600), Fraction("0.1229"), Fraction("0.3"))
KEY = f"{OPERATOR} {PLANT} stationary.natural_gas"
NO_POWER = OwnPower((), Fraction(0), {}, ())


def energy(power: int, gas: int = 0, carrier: EnergyCarrier = POWER) -> Balance:
    had = [(POWER, power), (GAS, gas)]
    flows = [
        Flow(stage, one.code, "op", Fraction(quantity))
        for one, quantity in had
        for stage in (Stage.TRANSFER_IN, Stage.FINAL_USE)
    ]
    return balance(flows, [carrier, GAS])


def burnt(quantity: int) -> ParkLine:
    return fuel("natural gas", FuelUse.FINAL, Fraction(quantity), "Nm3", Fraction("0.002"), "a table", (KEY,))


def ledger(lines: Sequence[ParkLine], **more: Any) -> Ledger:
    stated = {part: [line for line in lines if line.part is part] for part in Part}
    given: dict[str, Any] = {"power": NO_POWER, "balance": energy(100), "biomass": ()} | more
    sheet = given["balance"].sheet(EnergyValue.EQUIVALENT)
    return Ledger(park_emissions(stated), given["power"], sheet, ("k",), given["biomass"])


def test_amounts_of_a_park() -> None:
    lines = [
        electricity("grid", ElectricityKind.GRID, Side.IN, Fraction(60), ("g",)),
        electricity("wire", ElectricityKind.DIRECT_NON_FOSSIL, Side.IN, Fraction(20), ("w",)),
        electricity("bought green", ElectricityKind.GREEN_TRADE, Side.IN, Fraction(10), ("t",)),
        electricity("sent", ElectricityKind.DIRECT_NON_FOSSIL, Side.OUT, Fraction(5), ("w",)),
        heat("sun", HeatKind.NON_FOSSIL, Side.IN, Fraction(100), ("h",)),
    ]
    power = OwnPower((), Fraction(15), {}, ("c",))
    wood = [Biomass("wood pellets", Fraction(4), ("b",)), Biomass("biogas", Fraction(2), ("b",))]
    found = computed_inputs(ledger(lines, power=power, biomass=wood))
    assert {code: (one.amount, one.activities) for code, one in found.items()} == {
        "PARK_EMISSIONS": (60 * Fraction("0.8325"), ("g", "w", "t", "h")),
        "TOTAL_ENERGY": (30, ("k",)),
        "ELECTRICITY": (100, ("g", "w", "t", "c")),
        "NON_FOSSIL_ELECTRICITY": (25, ("w", "t")),
        "DIRECT_ELECTRICITY": (15, ("w",)),
        "NON_FOSSIL_HEAT": (Fraction("3.412"), ("h",)),
        "BIOMASS_AND_HYDROGEN": (6, ("b",)),
    }
    assert all(one.source and not one.lacking for one in found.values())


def test_what_is_missing_is_named() -> None:
    power = OwnPower((), Fraction(0), {"op/pv": Fraction(3)}, ("c",))
    unknown = EnergyCarrier("electricity", "MWh", Fraction(3600), Fraction("0.1229"), None)
    lines = [fuel("coal", FuelUse.FINAL, Fraction(1), "t", None, "")]
    wood = [Biomass("wood chips", None, ("b",))]
    found = computed_inputs(ledger(lines, power=power, balance=energy(100, carrier=unknown), biomass=wood))
    assert {code: (one.amount, one.lacking) for code, one in found.items()} == {
        "PARK_EMISSIONS": (None, ("factor of coal",)),
        "TOTAL_ENERGY": (None, ("coefficient of electricity at equivalent value",)),
        "ELECTRICITY": (3, ()),
        "NON_FOSSIL_ELECTRICITY": (None, ("what makes the electricity at op/pv: declare its plant",)),
        "DIRECT_ELECTRICITY": (None, ("what makes the electricity at op/pv: declare its plant",)),
        "NON_FOSSIL_HEAT": (0, ()),
        "BIOMASS_AND_HYDROGEN": (None, ("standard coal coefficient of wood chips",)),
    }


def test_an_empty_year_is_missing_and_not_zero() -> None:
    found = computed_inputs(ledger([]))
    assert {(one.amount, one.lacking) for one in found.values()} == {(None, ("nothing is posted for the year",))}


def test_biomass_names_fuels_of_the_catalogue() -> None:
    assert {one.substance for one in all_activity_types()} >= BIOMASS


def test_gas_is_that_of_the_park_or_of_the_catalogue() -> None:
    own = natural_gas(BASIS, "CN-GD", 2025, [burnt(500)], energy(0, 500))
    assert own is not None
    assert (own.burnt, own.carrier.emissions, own.carrier.energy) == tuple(map(Fraction, ("500", "0.002", "0.00133")))
    none = natural_gas(BASIS, "CN-GD", 2025, [], energy(10))
    assert none is not None
    assert (none.burnt, none.carrier.emissions) == (Fraction(0), Fraction("0.002162188809"))
    assert none.carrier.intensity == Fraction("21.62188809") / (Fraction("389.31") / Fraction("29.3076"))
    missing = EnergyCarrier("natural_gas", "Nm3", None, None, None)
    flows = [Flow(stage, "natural_gas", "op", Fraction(5)) for stage in (Stage.TRANSFER_IN, Stage.FINAL_USE)]
    assert natural_gas(BASIS, "CN-GD", 2025, [burnt(5)], balance(flows, [missing])) is None


def headroom(grey: int, total: int, kgce: str | None = "0.3", **more: Any) -> Any:
    grid = electricity("grid", ElectricityKind.GRID, Side.IN, Fraction(grey))
    emitted = park_emissions({**dict.fromkeys(Part, ()), Part.ELECTRICITY: (grid,)})
    inputs = {
        "PARK_EMISSIONS": Stated(emitted.park, "tCO2"),
        "TOTAL_ENERGY": Stated(Fraction(total), "tce"),
        COEFFICIENT: coefficient(None if kgce is None else Decimal(kgce), "thermal plants of the year"),
    }
    gas = more.get("gas", natural_gas(BASIS, "CN-GD", 2025, [], energy(10)))
    return park_headroom(more.get("system", NATIONAL), inputs, emitted, gas)


def test_headrooms_of_a_park_for_its_threshold() -> None:
    found = headroom(1_000_000, 300_000)
    [one] = found.thresholds
    assert (one.found.threshold, one.found.is_reference, found.lacking) == (Fraction("0.2"), False, ())
    assert one.found.electricity.allowed == 60_000 / Fraction("0.8325")
    assert one.all_electric.green_needed == 1 - Fraction("0.2") / Fraction("2.775")
    assert round(float(one.most_gas), 5) == 0.12287
    assert one.found.electricity.carrier == grey_electricity(Fraction("0.3"), "thermal plants of the year")


def test_headrooms_that_cannot_be_say_why() -> None:
    assert headroom(1, 300_000, kgce=None).lacking == (COEFFICIENT,)
    assert headroom(1, 300_000, gas=None).lacking == ("factor or standard coal coefficient of natural gas",)
    [message] = headroom(1_000_000, 5).lacking
    assert "accepted are parts of a total above zero" in message
    assert headroom(1, 300_000, kgce=None).thresholds == ()
