from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.judgement.uncertainty import (
    CLOSED_FORM_DIGITS,
    BadUncertainty,
    CombinedUncertainty,
    UncertainInput,
    UncertainLine,
    UncertaintyFlag,
    combined_gsd2,
    combined_percent,
    gsd2_interval,
    gsd2_of_product,
    percent_of_product,
)

INCOMPLETE, CORRELATED, ABOVE_30 = UncertaintyFlag
SPREADS = st.decimals(0, 500, places=6)
EMISSIONS = st.decimals(-(10**20), 10**20, places=18)
POSITIVE = st.decimals(Decimal("0.001"), 10**12, places=6)
GSD2S = st.decimals(1, 5, places=9)


def line(name: str, emission: str | Decimal, *inputs: tuple[str, str | Decimal | None]) -> UncertainLine:
    made = (UncertainInput(code, None if spread is None else Decimal(spread)) for code, spread in inputs)
    return UncertainLine(name, Decimal(emission), tuple(made))


def apart(*parts: tuple[str, str]) -> list[UncertainLine]:
    """Lines that share nothing."""
    return [
        line(f"line {number}", emission, (f"input {number}", spread)) for number, (emission, spread) in enumerate(parts)
    ]


def square_root(square: int) -> Decimal:
    return Context(prec=50).sqrt(Decimal(square))


def near(found: Decimal, expected: Decimal) -> bool:
    """Whether two numbers agree to 27 digits, which is as far as plain division goes."""
    return abs(found / expected - 1) < Decimal("1e-26")


def relative(found: CombinedUncertainty) -> Decimal:
    assert found.spread is not None
    return found.spread


def ends(found: CombinedUncertainty) -> tuple[Decimal, Decimal]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


@pytest.mark.parametrize(
    ("percents", "expected", "tolerance"),
    [
        (("5", "10"), "11.18", "0.005"),  # V09
        (("1.2", "6"), "6.1", "0.05"),  # uncertainty-05
        (("1.5", "1"), "1.8", "0.05"),  # uncertainty-07
        (("15", "2"), "15.1", "0.05"),  # uncertainty-09
        (("7",), "7", "0"),
        (("0", "0"), "0", "0"),
    ],
)
def test_the_uncertainty_of_a_product(percents: tuple[str, ...], expected: str, tolerance: str) -> None:
    assert abs(percent_of_product(map(Decimal, percents)) - Decimal(expected)) <= Decimal(tolerance)


def test_a_root_has_fifty_digits() -> None:
    found = percent_of_product([Decimal(5), Decimal(10)])
    assert found == Decimal("11.180339887498948482045868343656381177203091798058")
    assert len(found.as_tuple().digits) == CLOSED_FORM_DIGITS
    low, high = ends(combined_percent([line("a", "100", ("x", "5"), ("y", "10"))]))
    assert low == Decimal("88.819660112501051517954131656343618822796908201942")
    assert high == Decimal("111.180339887498948482045868343656381177203091798058")


def test_the_sum_of_the_standards_vector_v10() -> None:
    found = combined_percent(
        [
            line("a", "8000", ("fuel", "5")),
            line("b", "4000", ("reading", "5"), ("factor", "10")),
            line("c", "600", ("leakage", "60")),
        ]
    )
    # √(400² + 400² + 200² + 360²) = √489600: 4000 at √(5² + 10²) % is 200 and 400.
    half = square_root(489600)
    assert near(relative(found), half / 126)
    assert round(relative(found), 2) == Decimal("5.55")
    assert all(map(near, ends(found), (12600 - half, 12600 + half)))
    assert {found.total, found.covered} == {12600}
    assert (found.undeclared, found.shared, found.wide) == ((), (), ("c",))
    assert found.flags == {ABOVE_30}


def test_a_removal_widens_a_sum_and_lowers_it() -> None:
    found = combined_percent(apart(("200", "5"), ("80", "15"), ("-30", "30")))  # uncertainty-11
    assert abs(relative(found) - Decimal("7.2111")) < Decimal("0.0001")
    assert near(relative(found), square_root(52))  # √(10² + 12² + 9²) of 250 is √52 %
    assert found.flags == set()


def test_lines_that_share_all_their_factor_are_as_uncertain_as_the_factor() -> None:
    lines = [
        line(name, emission, ("grid", "7.3"), (f"meter of {name}", "0"))
        for name, emission in [("a", "123.456789"), ("b", "77777777.7"), ("c", "0.000000001")]
    ]
    found = combined_percent(lines)
    assert relative(found) == Decimal("7.3")
    assert found.shared == ("grid",)
    assert found.flags == {CORRELATED}
    alone = combined_percent(apart(*((str(one.emission), "7.3") for one in lines)))
    assert relative(alone) < Decimal("7.3")
    assert alone.flags == set()


def test_a_shared_factor_acts_once_on_the_sum_and_readings_apart() -> None:
    lines = [
        line("a", "300", ("grid", "10"), ("meter a", "4")),
        line("b", "100", ("grid", "10"), ("meter b", "16")),
        line("c", "100", ("gas", "3")),
    ]
    found = combined_percent(lines)
    # grid moves 40, the meters 12 and 16, gas 3: √(1600 + 144 + 256 + 9) = √2009 of 500.
    assert near(relative(found), square_root(2009) / 5)
    assert found.shared == ("grid",)


def test_what_is_emitted_and_removed_by_one_factor_cancels() -> None:
    found = combined_percent([line("a", "90", ("coal", "20")), line("b", "-40", ("coal", "20"))])
    assert relative(found) == 20
    assert ends(found) == (Decimal(40), Decimal(60))


def test_a_sum_of_zero_has_an_interval_and_no_percentage() -> None:
    found = combined_percent(apart(("30", "10"), ("-30", "10")))
    assert found.spread is None
    assert [round(end, 9) for end in ends(found)] == [Decimal("-4.242640687"), Decimal("4.242640687")]


def test_a_line_without_uncertainty_is_named_and_not_taken_as_exact() -> None:
    lines = [
        line("declared", "100", ("a", "10")),
        line("no factor's", "900", ("b", "1"), ("c", None)),
        line("nothing", "50"),
    ]
    found = combined_percent(lines)
    assert found == CombinedUncertainty(
        total=Decimal(1050),
        covered=Decimal(100),
        spread=Decimal(10),
        low=Decimal(90),
        high=Decimal(110),
        undeclared=("no factor's", "nothing"),
        shared=(),
        wide=(),
    )
    assert found.flags == {INCOMPLETE}


@pytest.mark.parametrize("combined", [combined_percent, combined_gsd2])
@pytest.mark.parametrize("lines", [[], [line("a", "5")], [line("a", "5", ("x", None))]])
def test_where_nothing_is_declared_there_is_no_interval(combined: type, lines: list[UncertainLine]) -> None:
    found = combined(lines)
    assert (found.covered, found.spread, found.low, found.high) == (0, None, None, None)
    assert found.undeclared == tuple(one.name for one in lines)


@pytest.mark.parametrize(
    ("spreads", "is_wide"),
    [(("30",), False), (("30.000001",), True), (("18", "24"), False), (("18", "24.1"), True), (("100",), True)],
)
def test_a_line_above_30_percent_is_flagged(spreads: tuple[str, ...], is_wide: bool) -> None:
    found = combined_percent([line("a", "1", *zip("xyz", spreads, strict=False))])
    assert found.wide == (("a",) if is_wide else ())
    assert (ABOVE_30 in found.flags) == is_wide


@pytest.mark.parametrize(("gsd2", "is_wide"), [("1.3", False), ("1.300001", True)])
def test_a_lognormal_line_above_30_percent_is_flagged(gsd2: str, is_wide: bool) -> None:
    assert combined_gsd2([line("a", "1", ("x", gsd2))]).wide == (("a",) if is_wide else ())


def test_an_exact_input_that_lines_share_correlates_nothing() -> None:
    assert combined_percent([line("a", "1", ("gwp", "0")), line("b", "1", ("gwp", "0"))]).shared == ()
    assert combined_gsd2([line("a", "1", ("gwp", "1.0")), line("b", "1", ("gwp", "1"))]).shared == ()
    assert combined_percent([line("a", "1", ("gwp", "1")), line("b", "1", ("gwp", "1"))]).shared == ("gwp",)


def test_the_product_of_lognormals() -> None:
    assert round(gsd2_of_product([Decimal("1.05"), Decimal("1.2685")]), 4) == Decimal("1.2748")
    assert gsd2_of_product([Decimal("1.2685")]) == Decimal("1.2685")
    assert gsd2_of_product([Decimal(1), Decimal(1)]) == 1


def test_the_sum_of_lognormals_of_the_standards_vector_v12() -> None:
    found = combined_gsd2(apart(("1000", "1.2685"), ("500", "1.05")))
    assert round(relative(found), 4) == Decimal("1.1728")
    assert [round(end, 1) for end in ends(found)] == [Decimal("1279.0"), Decimal("1759.2")]
    assert found.flags == set()


def test_lognormal_lines_of_one_factor_are_as_uncertain_as_the_factor() -> None:
    lines = [line(name, emission, ("grid", "1.2685")) for name, emission in [("a", "3"), ("b", "7.77"), ("c", "0")]]
    found = combined_gsd2(lines)
    assert relative(found) == Decimal("1.2685")
    assert found.flags == {CORRELATED}


def test_lognormal_lines_that_emit_nothing_have_no_spread() -> None:
    found = combined_gsd2(apart(("0", "1.2")))
    assert found.spread is None
    assert ends(found) == (Decimal(0), Decimal(0))


def test_the_interval_of_a_lognormal_quantity() -> None:
    low, high = gsd2_interval(Decimal(1000), Decimal("1.2685"))
    assert (round(low, 1), high) == (Decimal("788.3"), Decimal("1268.5"))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([line("a", "1", ("x", "-1"))], "'x' is -1 %; accepted is half the 95 % interval in percent, 0 or more"),
        ([line("a", "1", ("x", "NaN"))], "'x' is NaN %; accepted is half the 95 % interval in percent, 0 or more"),
        ([line("a", "NaN", ("x", "1"))], "line 'a' emits NaN; accepted is a finite number"),
        (
            [line("a", "1", ("x", "1"), ("x", "1"))],
            "line 'a' names an input twice; a line names each of its inputs once",
        ),
        (
            [line("a", "1", ("x", "1")), line("b", "1", ("x", "2"))],
            "'x' has an uncertainty of 1 in one line and of 2 in 'b'; what lines share has one uncertainty",
        ),
        (
            [line("a", "1", ("x", "1")), line("b", "1", ("x", None))],
            "'x' has an uncertainty of 1 in one line and of None in 'b'; what lines share has one uncertainty",
        ),
    ],
)
def test_what_cannot_be_combined_is_refused(lines: list[UncertainLine], message: str) -> None:
    with pytest.raises(BadUncertainty) as caught:
        combined_percent(lines)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([line("a", "1", ("x", "0.99"))], "'x' is 0.99; accepted is a GSD² of 1 or more"),
        (
            [line("a", "-1", ("x", "1.1"))],
            "line 'a' is -1; a lognormal quantity is not negative, so combine it in percent",
        ),
    ],
)
def test_what_is_not_lognormal_is_refused(lines: list[UncertainLine], message: str) -> None:
    with pytest.raises(BadUncertainty) as caught:
        combined_gsd2(lines)
    assert str(caught.value) == message


def test_a_product_of_nothing_declared_is_refused() -> None:
    for product in (percent_of_product, gsd2_of_product):
        with pytest.raises(BadUncertainty, match="no uncertainty is given"):
            product([])
    with pytest.raises(BadUncertainty, match="a percentage is -5 %"):
        percent_of_product([Decimal(5), Decimal(-5)])
    with pytest.raises(BadUncertainty, match=r"a GSD² is 0\.5"):
        gsd2_interval(Decimal(1), Decimal("0.5"))
    with pytest.raises(BadUncertainty, match="the median is -1"):
        gsd2_interval(Decimal(-1), Decimal("1.5"))


@given(st.lists(EMISSIONS, min_size=1, max_size=6).filter(sum), SPREADS)
def test_a_factor_s_uncertainty_is_that_of_its_lines_together(emissions: list[Decimal], spread: Decimal) -> None:
    lines = [line(str(number), emission, ("f", spread)) for number, emission in enumerate(emissions)]
    assert relative(combined_percent(lines)) == spread


@given(st.lists(POSITIVE, min_size=1, max_size=6), GSD2S)
def test_a_lognormal_factor_s_uncertainty_is_that_of_its_lines_together(
    emissions: list[Decimal], gsd2: Decimal
) -> None:
    lines = [line(str(number), emission, ("f", gsd2)) for number, emission in enumerate(emissions)]
    assert relative(combined_gsd2(lines)) == gsd2


@given(st.lists(st.tuples(POSITIVE, SPREADS), min_size=2, max_size=6))
def test_sharing_is_never_less_uncertain_than_independence(parts: list[tuple[Decimal, Decimal]]) -> None:
    spread = parts[0][1]
    alone = combined_percent([line(str(n), emission, (str(n), spread)) for n, (emission, _) in enumerate(parts)])
    together = combined_percent([line(str(n), emission, ("f", spread)) for n, (emission, _) in enumerate(parts)])
    assert relative(alone) <= relative(together)


@given(st.lists(st.tuples(EMISSIONS, SPREADS), max_size=6))
def test_the_order_of_lines_does_not_matter(parts: list[tuple[Decimal, Decimal]]) -> None:
    lines = [
        line(str(n), emission, (f"f{n % 2}", str(n % 2)), (str(n), spread))
        for n, (emission, spread) in enumerate(parts)
    ]
    found, turned = combined_percent(lines), combined_percent(lines[::-1])
    assert (found.spread, found.low, found.high) == (turned.spread, turned.low, turned.high)
    assert sorted(found.wide) == sorted(turned.wide)
