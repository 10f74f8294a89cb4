"""Plants and their allocation rules, against the worked numbers of the CHP example."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from accounting.supply.allocation import BadAllocation, Carrier
from accounting.supply.plants import AllocationRule, BadPlant, Plant, PlantKind, heat_share
from tests.build import number

HEAT, POWER = Fraction(60_000_000), Fraction(43_200_000)
"""60,000 GJ and 12,000 MWh, in MJ."""


def plant(rule: AllocationRule = AllocationRule.EFFICIENCY, **more: Any) -> Plant:
    fields: dict[str, Any] = {
        "heat_efficiency": None,
        "power_efficiency": None,
        "enthalpy": None,
        "entropy": None,
        "supply_k": None,
        "valid_to": None,
    }
    texts = {"name_en": "CHP", "name_zh": "热电联产", "capacity": "", "document": ""}
    given = {"valid_from": date(2025, 1, 1), **texts, **fields, **more}
    return Plant(site=number(1), plant_kind=PlantKind.CHP, rule=rule, **given)


@pytest.mark.parametrize(
    ("declared", "heat"),
    [
        (None, "2707.98"),
        (plant(), "2707.98"),
        (plant(heat_efficiency=Decimal("0.90"), power_efficiency=Decimal("0.55")), "3289.22"),
        (plant(AllocationRule.ENERGY_CONTENT), "4165.42"),
        (plant(AllocationRule.WORK_POTENTIAL, enthalpy=Decimal("2777.1"), entropy=Decimal("6.585")), "2182.95"),
        (plant(AllocationRule.CARNOT, supply_k=Decimal("453.03")), "2356.63"),
    ],
)
def test_each_rule_gives_the_worked_heat(declared: Plant | None, heat: str) -> None:
    share = heat_share(declared, HEAT, POWER, Carrier.STEAM)
    assert abs(share * Fraction("7164.53") - Fraction(heat)) < Fraction(1, 100)


def test_power_counted_twice_takes_more_of_the_total() -> None:
    # 60,000 GJ over 60,000 + 2 x 43,200 GJ
    assert heat_share(plant(AllocationRule.TWICE_FOR_POWER), HEAT, POWER, Carrier.STEAM) == Fraction(60000, 146400)


def test_a_plant_is_there_on_its_days() -> None:
    found = plant(valid_to=date(2025, 6, 30))
    assert [found.holds_on(day) for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30))] == [
        False,
        True,
        True,
    ]
    assert not found.holds_on(date(2025, 7, 1))


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"rule": AllocationRule.WORK_POTENTIAL}, "enthalpy", "needs the enthalpy and the entropy"),
        ({"rule": AllocationRule.CARNOT}, "supply_k", "needs the temperature of supply"),
        ({"valid_to": date(2024, 12, 31)}, "valid_to", "ends on 2024-12-31, before it begins"),
    ],
)
def test_what_a_rule_lacks_is_refused_when_it_is_declared(given: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(BadPlant, match=message) as caught:
        plant(**given)
    assert caught.value.field == field


def test_an_efficiency_above_one_is_refused_with_the_month() -> None:
    with pytest.raises(BadAllocation, match="above 0 and at most 1"):
        heat_share(plant(heat_efficiency=Decimal("1.2")), HEAT, POWER, Carrier.STEAM)
