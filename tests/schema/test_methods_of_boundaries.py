"""Dividing, consolidating, leasing, rebasing: the published figures over the schema."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.schema.methods import MARCH, PLANT, PLANT_TOTAL, POLICY, STEAM, ask, cents, change, refused, stake

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("rule", "heat", "power", "flags"),
    [  # V06 and V07 of the standards' table; the energy content lies halfway between two printed figures
        ({"efficiency": {}}, "2707.98", "4456.55", ["DEFAULT_HEAT_EFFICIENCY", "DEFAULT_POWER_EFFICIENCY"]),
        ({"efficiency": {"heat": "0.90", "power": "0.55"}}, "3289.23", "3875.31", []),
        ({"energyContent": "ONCE"}, "4165.42", "2999.11", []),
        ({"workPotential": {"streams": [STEAM]}}, "2182.95", "4981.58", []),
        ({"carnot": {"supplyK": "453.03"}}, "2356.63", "4807.91", []),
    ],
)
async def test_a_plant_is_divided_as_published(rule: dict[str, Any], heat: str, power: str, flags: list[str]) -> None:
    found = await ask("cogeneration", total=PLANT_TOTAL, outputs=PLANT, rule=rule)
    assert (cents(found["heat"]), cents(found["power"])) == (heat, power)
    assert (found["total"], found["flags"]) == (PLANT_TOTAL, flags)
    exact = Fraction(found["heat"]) + Fraction(found["power"])
    assert exact == Fraction(PLANT_TOTAL)
    assert abs(Fraction(found["heatPerGj"]) * 60000 - Fraction(found["heat"])) < Fraction(1, 10**40)
    assert abs(Fraction(found["powerPerMwh"]) * 12000 - Fraction(found["power"])) < Fraction(1, 10**40)
    assert found["source"]


async def test_power_counts_once_or_twice() -> None:
    outputs = {"heatGj": "5040", "powerMwh": "900", "carrier": "HOT_WATER"}
    twice = await ask("cogeneration", total="4800", outputs=outputs, rule={"energyContent": "TWICE"})
    assert (twice["heat"], twice["power"], twice["heatShare"]) == ("2100", "2700", "0.4375")
    assert "UK Government" in twice["source"]
    once = await ask("cogeneration", total=PLANT_TOTAL, outputs=PLANT, rule={"energyContent": "ONCE"})
    assert (once["heat"], once["source"]) == (
        "4165.425",
        "WRI/WBCSD, Calculation tool for CHP plants v1.0 (2006), energy content",
    )


async def test_steam_by_mass_and_surroundings_of_ones_own() -> None:
    work = {"amount": {"massT": "1000"}, "enthalpyKjPerKg": "2777.1", "entropyKjPerKgK": "6.585"}
    around = {"temperatureK": "293.15", "enthalpyKjPerKg": "83.9", "entropyKjPerKgK": "0.2965"}
    outputs = {"heatGj": "2693.2", "powerMwh": "100", "carrier": "STEAM"}
    rules = [{"streams": [work]}, {"streams": [work], "surroundings": around}]
    shares = [
        (await ask("cogeneration", total="1", outputs=outputs, rule={"workPotential": rule}))["heatShare"]
        for rule in rules
    ]
    # 849.726225 kJ/kg of work, against 360 GJ of power
    expected = Fraction("849.726225") / (Fraction("849.726225") + 360)
    assert shares[0] == shares[1]
    assert abs(Fraction(shares[0]) - expected) < Fraction(1, 10**49)
    colder = {"workPotential": {"streams": [work], "surroundings": {**around, "temperatureK": "273.15"}}}
    assert Decimal((await ask("cogeneration", total="1", outputs=outputs, rule=colder))["heatShare"]) > Decimal(
        shares[0]
    )
    carnot = {"carnot": {"supplyK": "400", "surroundingsK": "200"}}
    half = await ask("cogeneration", total="1", outputs={**outputs, "heatGj": "720"}, rule=carnot)
    assert half["heatShare"] == "0.5"


async def test_what_is_not_delivered_has_no_figure_per_unit() -> None:
    outputs = {"heatGj": "0", "powerMwh": "10", "carrier": "STEAM"}
    found = await ask("cogeneration", total="5", outputs=outputs, rule={"energyContent": "ONCE"})
    assert (found["heat"], found["heatPerGj"], found["power"], found["powerPerMwh"]) == ("0", None, "5", "0.5")


async def test_products_take_parts_that_add_up_exactly() -> None:
    products = [{"code": code, "massKg": "1"} for code in "abc"]
    found = await ask("productAllocation", total="10", products=products, key="MASS")
    parts = found["parts"]
    assert [part["code"] for part in parts] == ["a", "b", "c"]
    assert [part["share"] for part in parts] == ["0.333333333334", "0.333333333333", "0.333333333333"]
    assert [part["amount"] for part in parts] == [f"3.{'3' * 48}4", f"3.{'3' * 49}", f"3.{'3' * 49}"]
    assert sum(Fraction(part["amount"]) for part in parts) == 10
    assert sum(Decimal(part["share"]) for part in parts) == 1
    priced = [
        {"code": "oil", "massKg": "1", "energyMj": "40", "value": "900", "currency": "CNY"},
        {"code": "meal", "massKg": "3", "energyMj": "60", "value": "100", "currency": "CNY"},
    ]
    for key, share in (("MASS", "0.25"), ("ENERGY", "0.4"), ("ECONOMIC_VALUE", "0.9")):
        found = await ask("productAllocation", total="10", products=priced, key=key)
        assert (found["key"], found["parts"][0]["share"]) == (key, share)
        assert "14067" in found["source"]


async def test_a_physical_key_needs_prices_within_the_limit() -> None:
    at_limit = await ask("physicalAllocation", prices=["1", "5"])
    assert (at_limit["isAllowed"], at_limit["ratio"], at_limit["limit"]) == (True, "5", "5")
    above = await ask("physicalAllocation", prices=["5.0001", "1"])
    assert (above["isAllowed"], above["ratio"]) == (False, "5.0001")
    wider = await ask("physicalAllocation", prices=["1", "7"], limit="8")
    assert (wider["isAllowed"], wider["limit"]) == (True, "8")
    assert "PACT" in wider["source"]


@pytest.mark.parametrize(
    ("approach", "consolidated"),
    [("EQUITY_SHARE", "7200"), ("FINANCIAL_CONTROL", "12000"), ("OPERATIONAL_CONTROL", "12000")],
)
async def test_a_joint_venture_under_each_approach(approach: str, consolidated: str) -> None:
    holding = {"stakes": [stake("60", "SOLE", True, "2025-01-01")]}
    found = await ask("consolidation", amount="12000", approach=approach, holding=holding, **MARCH)
    assert (found["approach"], found["consolidated"], found["amount"]) == (approach, consolidated, "12000")
    assert "chapter 3" in found["source"]


async def test_a_share_that_changes_is_split_by_days() -> None:
    sold = [stake("100", "SOLE", True, "2025-01-01", "2025-03-10"), stake("40", "NONE", False, "2025-03-11")]
    found = await ask("consolidation", amount="310", approach="EQUITY_SHARE", holding={"stakes": sold}, **MARCH)
    assert found["spans"] == [
        {"firstDay": "2025-03-01", "lastDay": "2025-03-10", "days": 10, "share": "1"},
        {"firstDay": "2025-03-11", "lastDay": "2025-03-31", "days": 21, "share": "0.4"},
    ]
    # (10 + 21 x 0.4) / 31 has no end; the amount times the share shown is the consolidated amount, to the last digit
    assert Fraction(found["meanShare"]) * 310 == Fraction(found["consolidated"])
    assert abs(Fraction(found["consolidated"]) - 184) < Fraction(1, 10**46)


async def test_equity_through_a_chain_says_nothing_of_control() -> None:
    chain = {"equityPercents": ["83", "75"]}
    found = await ask("consolidation", amount="10000", approach="EQUITY_SHARE", holding=chain, **MARCH)
    assert (found["meanShare"], found["consolidated"], len(found["spans"])) == ("0.6225", "6225", 1)
    message = await refused("consolidation", amount="1", approach="FINANCIAL_CONTROL", holding=chain, **MARCH)
    assert message == "a chain of equity shares says nothing of control; FINANCIAL_CONTROL needs stakes"


@pytest.mark.parametrize(
    ("given", "placement", "category"),
    [
        ({"kind": "FINANCE", "party": "LESSEE", "approach": "EQUITY_SHARE"}, "SCOPE_1_AND_2", None),
        ({"kind": "OPERATING", "party": "LESSEE", "approach": "FINANCIAL_CONTROL"}, "UPSTREAM_LEASED_ASSETS", 8),
        ({"kind": "OPERATING", "party": "LESSOR", "approach": "OPERATIONAL_CONTROL"}, "DOWNSTREAM_LEASED_ASSETS", 13),
        (
            {"kind": "OPERATING", "party": "LESSOR", "approach": "OPERATIONAL_CONTROL", "operatedByLessee": False},
            "SCOPE_1_AND_2",
            None,
        ),
    ],
)
async def test_a_leased_asset_has_its_place(given: dict[str, Any], placement: str, category: int | None) -> None:
    found = await ask("lease", **given)
    assert (found["placement"], found["scope3Category"]) == (placement, category)
    assert "appendix F" in found["source"]


async def test_a_lease_of_no_kind_is_refused() -> None:
    message = await refused("lease", kind="RENT", party="LESSEE", approach="EQUITY_SHARE")
    assert "Value 'RENT' does not exist in 'LeaseKind' enum" in message


async def test_an_acquisition_triggers_recalculation() -> None:
    bought, grown = change("STRUCTURAL", "3100"), change("ORGANIC", "40000")
    found = await ask("baseYear", emissions="50000", threshold=POLICY, changes=[grown, bought])  # V03
    assert (found["percent"], found["isTriggered"], found["restated"]) == ("6.2", True, "53100")
    assert (found["emissions"], found["delta"]) == ("50000", "3100")
    assert (found["counted"], found["notCounted"]) == ([bought], [{"kind": "ORGANIC"}])
    assert (found["thresholdPercent"], found["thresholdSource"]) == ("5", POLICY["source"])
    waits = await ask("baseYear", emissions="50000", threshold=POLICY, changes=[change("ERROR", "-2499")])
    assert (waits["percent"], waits["isTriggered"], waits["restated"]) == ("4.998", False, "50000")
