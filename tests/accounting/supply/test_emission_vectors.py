"""Emissions as vectors: every component as its own ratio would have it, and one form for equal emissions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from accounting.supply.emission_vectors import NOTHING, Emissions, summed

NAMES = ("CO2", "CH4", "N2O")
RATIOS = st.fractions(-5, 5, max_denominator=30)
PARTS = st.dictionaries(st.sampled_from(NAMES), RATIOS)


@given(st.lists(PARTS, max_size=5))
def test_a_sum_is_that_of_each_component(given_parts: list[dict[str, Fraction]]) -> None:
    found = summed(Emissions(parts) for parts in given_parts)
    sums = {name: sum((parts.get(name, Fraction(0)) for parts in given_parts), Fraction(0)) for name in NAMES}
    assert {name: found.of(name) for name in NAMES} == sums
    assert found == Emissions(sums)
    assert dict(found.parts) == {name: mass for name, mass in sums.items() if mass}


@given(PARTS, PARTS, RATIOS)
def test_products_and_differences_are_those_of_each_component(
    first: dict[str, Fraction], second: dict[str, Fraction], times: Fraction
) -> None:
    one, other = Emissions(first), Emissions(second)
    assert one * times == Emissions({name: mass * times for name, mass in first.items()})
    assert one - other == Emissions({name: one.of(name) - other.of(name) for name in NAMES})
    assert (one - other) + other == one
    if times:
        assert one / times == Emissions({name: mass / times for name, mass in first.items()})


def test_equal_emissions_are_equal_however_they_came_about() -> None:
    third = Emissions({"CO2": Fraction(1, 3), "CH4": Fraction(1, 6)})
    whole = third + third + third
    assert whole == Emissions({"CO2": Fraction(1), "CH4": Fraction(1, 2), "N2O": Fraction(0)})
    assert hash(whole) == hash(third * Fraction(3))
    assert whole * Fraction(0) == whole - whole == NOTHING
    assert whole != third


def test_a_decimal_is_the_ratio_it_writes() -> None:
    assert Emissions({"CO2": Decimal("0.125"), "CH4": Decimal("-2E+2")}).parts == {"CO2": Fraction(1, 8), "CH4": -200}


def test_components_stand_in_the_order_in_which_they_came() -> None:
    """An order that hangs on the hash of names would be another one in each process, and so would the answer's."""
    found = summed(Emissions({name: Fraction(1)}) for name in NAMES)
    assert list(found.parts) == list((found * Fraction(1, 7)).parts) == list(NAMES)
    assert list((Emissions({"N2O": Fraction(1)}) + found).parts) == ["N2O", "CO2", "CH4"]
