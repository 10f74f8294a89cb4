"""Grid losses: the published example both ways, and what enters less what is lost is what is consumed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.scope2.grid_losses import BadLosses, grid_losses


def test_the_published_example_both_ways() -> None:
    found = grid_losses(Decimal(9000), Decimal("0.0438"), Decimal("0.4419"))  # V08
    assert (round(found.emissions, 2), round(found.emissions_simply, 2)) == (Decimal("182.18"), Decimal("174.20"))
    assert (found.lost_simply, found.emissions_simply) == (Decimal("394.2"), Decimal("174.19698"))
    assert abs(Fraction(found.emissions) - Fraction("174.19698") / Fraction("0.9562")) < Fraction(1, 10**46)


@given(st.decimals("0", "100000", places=3), st.decimals("0", "0.9", places=4))
def test_the_rate_is_of_what_enters_the_grid(consumed: Decimal, rate: Decimal) -> None:
    lost = Fraction(grid_losses(consumed, rate, Decimal(1)).lost)
    assert abs((Fraction(consumed) + lost) * Fraction(rate) - lost) < Fraction(1, 10**40)


@pytest.mark.parametrize(
    ("given", "words"),
    [(("1", "1", "1"), "loss rate is 1;"), (("-1", "0", "1"), "is -1"), (("1", "0", "-1"), "factor -1")],
)
def test_what_cannot_be_lost_is_told(given: tuple[str, ...], words: str) -> None:
    consumed, rate, factor = (Decimal(text) for text in given)
    with pytest.raises(BadLosses, match=words):
        grid_losses(consumed, rate, factor)
