"""A plant's total between heat and power, a process between its products: published figures and exact sums."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.allocation import (
    BadAllocation,
    Carnot,
    Carrier,
    Efficiency,
    EnergyContent,
    Flag,
    Key,
    Outputs,
    Product,
    Rule,
    Steam,
    Surroundings,
    TwiceForPower,
    WorkPotential,
    divided,
    heat_share,
    is_physical_allowed,
    product_shares,
    split_plant,
    steam_carrying,
    steam_work,
    written,
)
from emission_factors import decimals

CENT = Decimal("0.01")
TOTAL = Decimal("7164.531")  # 129,000 GJ x 0.055539 t/GJ
PLANT = Outputs(Decimal(60000), Decimal(12000), Carrier.STEAM)
STEAM = steam_carrying(Decimal(60000), Decimal("2777.1"), Decimal("6.585"))

RULES: Mapping[str, Rule] = {
    "default efficiencies": Efficiency(),
    "measured efficiencies": Efficiency(Decimal("0.90"), Decimal("0.55")),
    "energy content": EnergyContent(),
    "work potential": WorkPotential((STEAM,)),
    "Carnot": Carnot(Decimal("453.03")),
    "twice for power": TwiceForPower(),
}


@pytest.mark.parametrize(
    ("rule", "heat", "power", "per_gj", "per_mwh"),
    [  # V06, V07 and the table of the CHP example
        ("default efficiencies", "2707.98", "4456.55", "0.045133", "0.371380"),
        ("measured efficiencies", "3289.23", "3875.31", "0.054820", "0.322942"),
        ("energy content", "4165.43", "2999.11", "0.069424", "0.249925"),
        ("work potential", "2182.95", "4981.58", "0.036383", "0.415131"),
        ("Carnot", "2356.63", "4807.91", "0.039277", "0.400659"),
    ],
)
def test_the_published_plant_is_divided_as_its_table_says(
    rule: str, heat: str, power: str, per_gj: str, per_mwh: str
) -> None:
    found = split_plant(TOTAL, PLANT, RULES[rule])
    # Energy content lies exactly halfway between two printed figures, which the table rounds either way.
    for exact, printed in ((found.heat, heat), (found.power, power)):
        assert abs(exact - Decimal(printed)) <= CENT / 2
    for exact, printed in ((found.heat / 60000, per_gj), (found.power / 12000, per_mwh)):
        assert abs(exact - Decimal(printed)) <= Decimal("0.0000005")


def test_the_division_by_efficiency_is_the_ratio_it_is() -> None:
    # 60,000 / 0.80 = 75,000; 43,200 / 0.35 = 123,428.57...
    assert heat_share(PLANT, Efficiency()) == Fraction(75000) / (75000 + Fraction(4320000, 35))
    assert heat_share(PLANT, EnergyContent()) == Fraction(60000, 103200)
    assert split_plant(TOTAL, PLANT, EnergyContent()).heat == Decimal("4165.425")
    assert heat_share(PLANT, Carnot(Decimal("586.30"))) == Fraction(30000, 73200)


def test_the_uk_rule_counts_power_twice() -> None:
    outputs = Outputs(Decimal(1400) * Decimal("3.6"), Decimal(900), Carrier.HOT_WATER)
    found = split_plant(Decimal(4800), outputs, TwiceForPower())
    assert (found.heat, found.power) == (Decimal(2100), Decimal(2700))


def test_default_efficiencies_are_flagged_and_measured_ones_are_not() -> None:
    assert split_plant(TOTAL, PLANT, Efficiency()).flags == {
        Flag.DEFAULT_HEAT_EFFICIENCY,
        Flag.DEFAULT_POWER_EFFICIENCY,
    }
    assert split_plant(TOTAL, PLANT, Efficiency(heat=Decimal("0.8"))).flags == {Flag.DEFAULT_POWER_EFFICIENCY}
    assert split_plant(TOTAL, PLANT, Efficiency(power=Decimal("0.35"))).flags == {Flag.DEFAULT_HEAT_EFFICIENCY}
    assert split_plant(TOTAL, PLANT, RULES["measured efficiencies"]).flags == frozenset()
    assert split_plant(TOTAL, PLANT, EnergyContent()).flags == frozenset()


def test_the_work_of_a_kilogram_and_of_the_delivery() -> None:
    assert steam_work(Decimal("2777.1"), Decimal("6.585"), Surroundings()) == Fraction("849.726225")
    work, power = WorkPotential((STEAM,)).weights(PLANT)
    assert decimals.rounded(work / Fraction("3.6")).quantize(Decimal("0.1")) == Decimal("5258.5")
    assert power == 43200
    half = Steam(STEAM.mass_t / 2, STEAM.enthalpy_kj_kg, STEAM.entropy_kj_kg_k)
    assert WorkPotential((half, half)).weights(PLANT) == (work, power)


AMOUNTS = st.decimals("0.000001", "1e12", places=6)
OUTPUTS = st.decimals(0, "1e9", places=6)


@given(
    total=st.decimals("-1e15", "1e15", places=18),
    heat=OUTPUTS,
    power=OUTPUTS,
    rule=st.sampled_from(sorted(RULES)),
)
def test_heat_and_power_add_up_to_the_total_to_the_last_digit(
    total: Decimal, heat: Decimal, power: Decimal, rule: str
) -> None:
    outputs = Outputs(heat, power, Carrier.STEAM)
    if heat == power == 0 and rule != "work potential":
        with pytest.raises(BadAllocation, match="neither heat nor power"):
            split_plant(total, outputs, RULES[rule])
        return
    found = split_plant(total, outputs, RULES[rule])
    assert decimals.total((found.heat, found.power)) == total
    assert 0 <= found.heat_share <= 1
    assert abs(Fraction(found.heat) - Fraction(total) * found.heat_share) <= abs(Fraction(total)) / 10**49


def test_a_plant_that_delivers_one_thing_gives_it_everything() -> None:
    total = Decimal("1." + "3" * 80)  # more digits than a rounded part keeps
    for rule in (Efficiency(), EnergyContent(), TwiceForPower(), Carnot(Decimal(400))):
        only_heat = split_plant(total, Outputs(Decimal(5), Decimal(0), Carrier.STEAM), rule)
        assert (only_heat.heat, only_heat.power) == (total, Decimal(0))
        only_power = split_plant(total, Outputs(Decimal(0), Decimal(5), Carrier.STEAM), rule)
        assert (only_power.heat, only_power.power) == (Decimal(0), total)


@pytest.mark.parametrize(
    ("outputs", "rule", "field", "message"),
    [
        (Outputs(Decimal(-1), Decimal(1), Carrier.STEAM), Efficiency(), "heat_gj", "heat_gj is -1"),
        (Outputs(Decimal(1), Decimal("-0.5"), Carrier.STEAM), EnergyContent(), "power_mwh", "power_mwh is -0.5"),
        (Outputs(Decimal(0), Decimal(0), Carrier.STEAM), EnergyContent(), "heat_gj", "neither heat nor power"),
        (PLANT, Efficiency(heat=Decimal(80)), "heat", "efficiency of heat is 80"),
        (PLANT, Efficiency(power=Decimal(0)), "power", "efficiency of power is 0"),
        (PLANT, Carnot(Decimal("293.15")), "supply_k", "the supply is at 293.15 K"),
        (PLANT, Carnot(Decimal(300), Decimal(0)), "supply_k", "the surroundings at 0 K"),
        (PLANT, WorkPotential(()), "streams", "needs the mass"),
        (PLANT, WorkPotential((Steam(Decimal(-1), Decimal(2777), Decimal(6)),)), "streams", "-1 t of steam"),
        (PLANT, WorkPotential((Steam(Decimal(1), Decimal(293), Decimal("1.01")),)), "streams", "could do no work"),
        (Outputs(Decimal(1), Decimal(1), Carrier.HOT_WATER), WorkPotential((STEAM,)), "carrier", "not for HOT_WATER"),
    ],
)
def test_what_does_not_divide_is_refused(outputs: Outputs, rule: Rule, field: str, message: str) -> None:
    with pytest.raises(BadAllocation, match=message) as refused:
        split_plant(TOTAL, outputs, rule)
    assert refused.value.field == field


def test_steam_below_the_surroundings_carries_no_heat() -> None:
    with pytest.raises(BadAllocation, match=r"enthalpy is 83\.9 kJ/kg; accepted is above"):
        steam_carrying(Decimal(1), Decimal("83.9"), Decimal(1))


def by_mass(**masses: str) -> list[Product]:
    return [Product(code, mass_kg=Decimal(mass)) for code, mass in masses.items()]


def test_garments_by_mass() -> None:
    found = divided(Decimal(10), product_shares(by_mass(a="0.5", b="1"), Key.MASS))
    assert {code: part.quantize(CENT) for code, part in found.items()} == {"a": Decimal("3.33"), "b": Decimal("6.67")}
    assert decimals.total(found.values()) == 10


def test_a_shared_lorry_by_mass() -> None:
    found = divided(Decimal(12), product_shares(by_mass(a="4", b="5", d="11"), Key.MASS))
    assert found == {"a": Decimal("2.4"), "b": Decimal(3), "d": Decimal("6.6")}


def test_each_key_divides_by_its_own_numbers() -> None:
    products = [
        Product("oil", Decimal(1), Decimal(40), Decimal(900), "CNY"),
        Product("meal", Decimal(3), Decimal(60), Decimal(100), "CNY"),
    ]
    assert product_shares(products, Key.MASS) == {"oil": Fraction(1, 4), "meal": Fraction(3, 4)}
    assert product_shares(products, Key.ENERGY) == {"oil": Fraction(2, 5), "meal": Fraction(3, 5)}
    assert product_shares(products, Key.ECONOMIC_VALUE) == {"oil": Fraction(9, 10), "meal": Fraction(1, 10)}


@pytest.mark.parametrize(
    ("products", "key", "field", "message"),
    [
        ([], Key.MASS, "products", r"products are \[\]"),
        (by_mass(a="1") * 2, Key.MASS, "products", "each once"),
        ([Product("a"), *by_mass(b="1")], Key.MASS, "MASS", "MASS of a is missing"),
        (by_mass(a="1", b="0"), Key.MASS, "MASS", "MASS of b is 0"),
        (by_mass(a="1", b="-2"), Key.MASS, "MASS", "MASS of b is -2"),
        (by_mass(a="1", b="2"), Key.ENERGY, "ENERGY", "ENERGY of a is missing"),
        ([Product("a", value=Decimal(1))], Key.ECONOMIC_VALUE, "currency", "one currency, named"),
        (
            [Product("a", value=Decimal(1), currency="CNY"), Product("b", value=Decimal(1), currency="EUR")],
            Key.ECONOMIC_VALUE,
            "currency",
            r"values are in \['CNY', 'EUR'\]",
        ),
    ],
)
def test_products_without_a_key_are_refused(products: list[Product], key: Key, field: str, message: str) -> None:
    with pytest.raises(BadAllocation, match=message) as refused:
        product_shares(products, key)
    assert refused.value.field == field


MASSES = st.lists(AMOUNTS, min_size=1, max_size=8)


@given(total=st.decimals("-1e15", "1e15", places=18), masses=MASSES)
def test_parts_add_up_to_the_amount_to_the_last_digit(total: Decimal, masses: list[Decimal]) -> None:
    products = [Product(str(number), mass_kg=mass) for number, mass in enumerate(masses)]
    shares = product_shares(products, Key.MASS)
    assert sum(shares.values()) == 1
    parts = divided(total, shares)
    assert list(parts) == list(shares)
    assert decimals.total(parts.values()) == total
    for code, part in parts.items():
        assert abs(Fraction(part) - Fraction(total) * shares[code]) <= abs(Fraction(total)) / 10**48
        assert total == 0 or part == 0 or (part > 0) == (total > 0)


@given(masses=MASSES, places=st.integers(0, 12))
def test_written_shares_add_up_to_one_and_are_off_by_less_than_a_unit(masses: list[Decimal], places: int) -> None:
    shares = {str(number): Fraction(mass) / sum(map(Fraction, masses)) for number, mass in enumerate(masses)}
    found = written(shares, places)
    assert sum(found.values()) == 1
    assert all(abs(Fraction(found[code]) - share) < Fraction(1, 10**places) for code, share in shares.items())


def test_the_missing_units_go_to_the_largest_remainders_the_first_first() -> None:
    thirds = dict.fromkeys("abc", Fraction(1, 3))
    assert written(thirds, 2) == {"a": Decimal("0.34"), "b": Decimal("0.33"), "c": Decimal("0.33")}
    sevenths = {"a": Fraction(1, 7), "b": Fraction(2, 7), "c": Fraction(4, 7)}  # .142857 .285714 .571428
    assert written(sevenths, 2) == {"a": Decimal("0.14"), "b": Decimal("0.29"), "c": Decimal("0.57")}
    assert written(sevenths, 1) == {"a": Decimal("0.1"), "b": Decimal("0.3"), "c": Decimal("0.6")}


def test_the_rest_goes_where_it_weighs_least() -> None:
    tiny = Fraction(1, 10**60)
    for shares in ({"tiny": tiny, "rest": 1 - tiny}, {"rest": 1 - tiny, "tiny": tiny}):
        found = divided(Decimal(7), shares)
        assert found["tiny"] == Decimal("7e-60")
        assert decimals.total(found.values()) == 7


def test_shares_that_are_not_the_whole_do_not_divide() -> None:
    for shares in ({"a": Fraction(1, 2)}, {"a": Fraction(3, 2), "b": Fraction(-1, 2)}, {}):
        with pytest.raises(BadAllocation, match="accepted add up to 1"):
            divided(Decimal(1), shares)


def test_physical_allocation_needs_prices_within_five_to_one() -> None:
    assert is_physical_allowed([Decimal("1.5"), Decimal(1)])
    assert is_physical_allowed([Decimal(1), Decimal(5)])
    assert not is_physical_allowed([Decimal(1), Decimal("5.0001")])
    assert is_physical_allowed([Decimal(1), Decimal(7)], limit=Decimal(8))
    assert is_physical_allowed([Decimal(3)])
    for prices in ([], [Decimal(0), Decimal(1)]):
        with pytest.raises(BadAllocation, match="prices above zero"):
            is_physical_allowed(prices)
