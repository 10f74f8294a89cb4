"""Numbers as shown: one rule of rounding, grouped, and never zero for what is not."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rendering.numbers import common_places, grouped, places_kept, rounded, tonnes


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("0", "0"),
        ("-0.000", "0"),
        ("1200", "1,200"),
        ("1E+3", "1,000"),
        ("0.8325", "0.8325"),
        ("0.83255", "0.8326"),
        ("0.83245", "0.8324"),
        ("2.0005", "2"),
        ("2.0015", "2.002"),
        ("-2.0015", "-2.002"),
        ("0.00012345", "0.0001234"),
        ("0.99999", "1"),
        ("999.9995", "1,000"),
        ("18864.284", "18,864.284"),
        ("-1234567.8915", "-1,234,567.892"),
        ("123456789012345678901234567890123456.0005", "123,456,789,012,345,678,901,234,567,890,123,456"),
    ],
)
def test_half_goes_to_even(exact: str, shown: str) -> None:
    assert grouped(Decimal(exact)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**20), max_value=10**20))
def test_what_is_shown_is_within_half_a_unit_and_keeps_its_sign(value: Decimal) -> None:
    shown = rounded(value)
    with localcontext(prec=100):
        assert abs(shown - value) * 2 <= Decimal(1).scaleb(-places_kept(value))
        assert (shown > 0) - (shown < 0) == (value > 0) - (value < 0)
    assert Decimal(grouped(value).replace(",", "")) == shown


def test_a_column_stands_under_one_point() -> None:
    values = [Decimal("1.5"), Decimal(2), Decimal("0.00005")]
    assert [grouped(value, common_places(values)) for value in values] == ["1.500", "2.000", "0.00005"]
    assert common_places([]) == 0
    assert common_places([Decimal("1200"), Decimal("7.50")]) == 1


def test_tonnes_are_exact_however_long() -> None:
    assert tonnes(Decimal("1234567890123456789012345678901234567.89")) == Decimal(
        "1234567890123456789012345678901234.56789"
    )
