from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emission_factors import decimals
from emission_factors.decimals import NotADecimal, exact, parse, plain, product, rounded, shown, total

DIGITS = st.text("0123456789", min_size=1, max_size=20)
SIGNS = st.sampled_from(["", "+", "-"])
ACCEPTED = st.one_of(
    st.builds("{}{}".format, SIGNS, DIGITS),
    st.builds("{}{}.{}".format, SIGNS, DIGITS, st.text("0123456789", min_size=1, max_size=18)),
)
"""Texts the service takes: at most 38 digits, 18 of them after the point."""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", Decimal("12.50")),
        ("-0.001", Decimal("-0.001")),
        ("+7", Decimal(7)),
        ("007", Decimal(7)),
        (7, Decimal(7)),
        (-(10**38) + 1, Decimal(-(10**38) + 1)),
        ("9" * 20 + "." + "9" * 18, Decimal("9" * 20 + "." + "9" * 18)),
        ("0" * 50 + "1", Decimal(1)),
    ],
)
def test_plain_numbers_are_taken_as_they_are_written(text: object, value: Decimal) -> None:
    found = parse(text)
    assert (found, found.as_tuple().exponent) == (value, value.as_tuple().exponent)


NOT_NUMBERS = [
    *("", " ", "1 ", " 1", "1\n", "1e3", "1E+3", "NaN", "sNaN", "Infinity", "-inf", "1,000", "1_000", ".5", "5."),
    *("1.2.3", "--1", "+-1", "0x10", "½", "１２", "١", "1٫5", "十", "1 000", "−1"),
]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_a_ledger_must_not_guess_about_is_refused(text: str) -> None:
    with pytest.raises(NotADecimal, match="is not a decimal number"):
        parse(text)


@pytest.mark.parametrize("value", [1.5, True, False, None, Decimal(1), [1], b"1"])
def test_inexact_and_other_types_are_refused_with_a_way_out(value: object) -> None:
    with pytest.raises(NotADecimal, match=r'is not exact: send the number as a string, such as "12.5"'):
        parse(value)


def test_more_digits_than_a_ledger_holds_are_refused() -> None:
    with pytest.raises(NotADecimal, match="the number has 39 digits; at most 38 are accepted"):
        parse("1" + "0" * 38)
    with pytest.raises(NotADecimal, match="more than 18 digits after the point"):
        parse("0." + "0" * 18 + "1")
    for huge in (10**38, -(10**38), 10**5000):
        with pytest.raises(NotADecimal, match="the number has more than 38 digits"):
            parse(huge)


def test_a_refused_text_is_quoted_but_not_at_length() -> None:
    with pytest.raises(NotADecimal) as caught:
        parse("x" * 10_000)
    assert str(caught.value).startswith("'" + "x" * 60 + "' is not")


@given(ACCEPTED)
def test_every_number_of_the_form_is_accepted_and_keeps_its_value(text: str) -> None:
    assert Fraction(parse(text)) == Fraction(text)


@given(st.text("0123456789+-.eE_, ", max_size=12))
def test_a_text_is_accepted_exactly_if_it_is_digits_with_at_most_one_point(text: str) -> None:
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    parts = unsigned.split(".")
    is_number = len(parts) <= 2 and all(part.isdecimal() for part in parts)
    try:
        parse(text)
    except NotADecimal:
        assert not is_number
    else:
        assert is_number


@given(ACCEPTED)
def test_plain_writes_what_parse_reads(text: str) -> None:
    value = parse(text)
    written = plain(value)
    assert parse(written) == value
    assert plain(parse(written)) == written
    assert "E" not in written
    assert not (("." in written) and written.endswith("0"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**20), max_value=10**20))
def test_a_number_of_twelve_places_is_shown_as_it_is(value: Decimal) -> None:
    assert shown(value) == value
    assert Decimal(plain(shown(value))) == value


def test_shown_rounds_half_to_even_at_a_nanogram() -> None:
    assert plain(shown(Decimal("0.0000000000005"))) == "0"
    assert plain(shown(Decimal("0.0000000000015"))) == "0.000000000002"
    assert plain(shown(Decimal("-0.0000000000005"))) == "0"
    assert plain(shown(Decimal("9" * 60))) == "9" * 60


def test_plain_has_no_exponent_no_idle_zeros_and_no_minus_zero() -> None:
    written = {"1E+3": "1000", "-0": "0", "0E-12": "0", "1.2300": "1.23", "-0.10": "-0.1", "100": "100"}
    assert {text: plain(Decimal(text)) for text in written} == written


def test_rounded_keeps_fifty_digits_half_to_even() -> None:
    assert rounded(Fraction(1, 3)) == Decimal("0." + "3" * 50)
    assert rounded(Fraction(2, 3)) == Decimal("0." + "6" * 49 + "7")
    assert rounded(Fraction(1, 8)) == Decimal("0.125")
    assert rounded(Fraction(10**60 + 5 * 10**10, 1)) == Decimal(10**60)
    assert rounded(Fraction(10**60 + 15 * 10**10, 1)) == Decimal(10**60 + 2 * 10**11)
    assert rounded(Fraction(0)) == 0


@given(st.fractions())
def test_rounded_is_within_half_a_unit_of_its_last_place(value: Fraction) -> None:
    error = abs(Fraction(rounded(value)) - value)
    assert error <= abs(value) * Fraction(1, 2 * 10**49)


@given(ACCEPTED, ACCEPTED)
def test_a_finite_decimal_is_exact_however_long(left: str, right: str) -> None:
    value = Fraction(left) * Fraction(right)
    assert Fraction(exact(value)) == value
    assert exact(Fraction(1, 7)) == rounded(Fraction(1, 7))


def test_sums_and_products_refuse_to_round() -> None:
    with pytest.raises(Inexact):
        total([Decimal(10) ** 1000, Decimal("0.1")])
    with pytest.raises(Inexact):
        product(Decimal("1." + "1" * 600), Decimal("1." + "1" * 600))
    assert total([]) == 0
    assert decimals.EXACT.prec == 1000


@given(st.lists(ACCEPTED, max_size=8))
def test_a_sum_is_exact_in_any_order(texts: list[str]) -> None:
    values = [parse(text) for text in texts]
    assert Fraction(total(values)) == sum((Fraction(text) for text in texts), Fraction(0))
    assert total(values) == total(reversed(values))
