"""Decimals in columns: the digits and places that `Decimal` has, or null."""

from decimal import Decimal

import polars as pl
import pytest

from emission_factors.decimals import EXACT
from ledger.bulk.decimals import MOST_DIGITS, digits, places, written


@pytest.mark.parametrize(
    "text", ["0", "7", "007.250", "0.000000000000000001", "9" * MOST_DIGITS, f"{'9' * 37}.1", "-0.0"]
)
def test_digits_and_places_are_those_of_the_decimal(text: str) -> None:
    found = pl.DataFrame({"n": [text]}).select(digits("n").alias("digits"), places("n").alias("places")).row(0)
    number = Decimal(text)
    assert Decimal(found[0]).scaleb(-found[1], EXACT) == number
    assert found[1] == -int(number.as_tuple().exponent)


@pytest.mark.parametrize("text", ["1" * (MOST_DIGITS + 1), "1E+3", "", "x", "1.2.3"])
def test_what_is_no_integer_of_128_bits_is_null(text: str) -> None:
    assert pl.DataFrame({"n": [text]}).select(digits("n")).item() is None


@pytest.mark.parametrize(
    ("number", "count", "text"),
    [
        (0, 0, "0"), (0, 2, "0.00"), (0, -2, "0"), (5, 3, "0.005"), (1234, 3, "1.234"), (1234, 4, "0.1234"),
        (18, -2, "1800"), (10**38 - 1, 18, f"{'9' * 20}.{'9' * 18}"), (None, 2, None),
    ],
)  # fmt: skip
def test_integers_are_written_with_their_places(number: int | None, count: int, text: str | None) -> None:
    numbers = pl.DataFrame({"digits": pl.Series([number, 1], dtype=pl.Int128), "places": [count, 0]})
    assert written(numbers).to_list() == [text, "1"]
