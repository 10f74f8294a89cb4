"""Abatement cost: the published example, the annuity against payments year by year, and what cannot be a measure."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.scenarios.abatement import BadMeasure, Measure, abatement, capital_recovery_factor


def measure(**more: Any) -> Measure:
    given = {"investment": "12000000", "interest": "0.08", "operating_change": "-900000", "avoided": "1500", **more}
    years = given.pop("years", 15)
    return Measure(years=years, **{name: Decimal(value) for name, value in given.items()})


def test_the_published_example() -> None:
    found = abatement(measure())  # V30
    assert round(found.recovery_factor, 5) == Decimal("0.11683")
    assert round(found.cost_per_tonne, 2) == Decimal("334.64")
    grown = Fraction(108, 100) ** 15
    exact = (12_000_000 * Fraction(8, 100) * grown / (grown - 1) - 900_000) / 1500
    assert abs(Fraction(found.cost_per_tonne) - exact) < Fraction(1, 10**46)
    assert found.annual_cost == pytest.approx(found.cost_per_tonne * 1500)


def test_without_interest_every_year_pays_its_part() -> None:
    found = abatement(measure(interest="0", years=10))
    expected = (Decimal("0.1"), Decimal(300000), Decimal(200))
    assert (found.recovery_factor, found.annual_cost, found.cost_per_tonne) == expected


def test_a_measure_that_pays_for_itself_costs_less_than_nothing() -> None:
    assert abatement(measure(investment="0")).cost_per_tonne == -600


@given(st.decimals("0", "0.5", places=3), st.integers(1, 40))
def test_the_payments_pay_back_the_investment_to_the_end(interest: Decimal, years: int) -> None:
    owed = Fraction(1)
    payment = Fraction(capital_recovery_factor(interest, years))
    for _ in range(years):
        owed = owed * (1 + Fraction(interest)) - payment
    assert abs(owed) < Fraction(1, 10**30)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"investment": "-1"}, "investment", "investment is -1"),
        ({"interest": "8"}, "interest", "interest is 8 a year"),
        ({"interest": "-0.01"}, "interest", "interest is -0.01 a year"),
        ({"years": 0}, "years", "lasts 0 years"),
        ({"years": 101}, "years", "lasts 101 years"),
        ({"avoided": "0"}, "avoided", "avoids 0 t"),
    ],
)
def test_what_cannot_be_a_measure_is_told(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BadMeasure, match=words) as error:
        measure(**given)
    assert error.value.field == field
