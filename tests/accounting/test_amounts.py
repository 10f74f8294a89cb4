from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from accounting.amounts import NOTHING, Amounts, added, emitted
from accounting.effective import effective
from accounting.regimes import SEVEN_GROUPS
from emission_factors.decimals import EXACT
from emission_factors.gases import GwpSet
from tests.build import factor

FACTOR = effective(
    factor(co2e="2.6", gases={"CO2": "2.5", "CH4": "0.07", "HCFC-22": "0.02"}, biogenic="0.4"),
    Fraction(1),
    GwpSet.AR5,
    SEVEN_GROUPS,
)
QUANTITIES = st.decimals(-(10**20), 10**20, places=18, allow_nan=False)


def test_a_quantity_emits_each_part_of_its_factor() -> None:
    found = emitted(Decimal("1000"), FACTOR)
    assert [found.co2e, found.co2e_unsplit, found.biogenic] == [Decimal(2580), Decimal(10), Decimal(400)]
    assert found.co2e_by_gas == {"CO2": 2500, "CH4": 70}
    assert found.gases == {"CO2": 2500, "CH4": Decimal(1000) * FACTOR.masses["CH4"]}
    assert found.outside_co2e == {"HCFC-22": 20}
    assert set(found.outside) == {"HCFC-22"}


def test_what_reduces_a_balance_is_negative_in_every_part() -> None:
    most = Decimal("9" * 20 + "." + "9" * 18)
    for quantity in (Decimal(5), most):
        both = added([emitted(quantity, FACTOR), emitted(quantity, FACTOR, -1)])
        assert both == emitted(Decimal(0), FACTOR)
    assert emitted(Decimal(5), FACTOR, -1) == emitted(Decimal(-5), FACTOR)


def test_the_sum_of_nothing_is_nothing() -> None:
    assert added([]) == NOTHING == Amounts()
    assert NOTHING.co2e == len(NOTHING.gases) == 0
    one = emitted(Decimal(3), FACTOR)
    assert added([one]) == one == added([one, NOTHING])


def test_gases_of_several_lines_add_up_gas_by_gas() -> None:
    left = Amounts(Decimal(3), {"CO2": Decimal(3)}, {"CO2": Decimal(3)}, biogenic=Decimal(1))
    right = Amounts(Decimal(5), {"CO2": Decimal(1), "N2O": Decimal("0.1")}, {"CO2": Decimal(1)}, Decimal(4))
    assert added([left, right]) == Amounts(
        Decimal(8), {"CO2": Decimal(4), "N2O": Decimal("0.1")}, {"CO2": Decimal(4)}, Decimal(4), biogenic=Decimal(1)
    )


@given(QUANTITIES, QUANTITIES)
def test_emissions_are_additive_to_the_last_digit(left: Decimal, right: Decimal) -> None:
    both = emitted(EXACT.add(left, right), FACTOR)
    assert added([emitted(left, FACTOR), emitted(right, FACTOR)]) == both
    assert Fraction(both.co2e) == (Fraction(left) + Fraction(right)) * Fraction("2.58")


@given(QUANTITIES)
def test_the_co2e_is_the_sum_of_its_parts(quantity: Decimal) -> None:
    found = emitted(quantity, FACTOR)
    parts = sum((Fraction(value) for value in found.co2e_by_gas.values()), Fraction(found.co2e_unsplit))
    assert Fraction(found.co2e) == parts


@given(st.lists(QUANTITIES, min_size=1, max_size=6))
def test_the_order_of_a_sum_does_not_matter(quantities: list[Decimal]) -> None:
    parts = [emitted(quantity, FACTOR) for quantity in quantities]
    assert added(parts) == added(reversed(parts)) == added([added(parts[:2]), added(parts[2:])])
