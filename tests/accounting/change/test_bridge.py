"""What leads from one footprint to another: the published example, limits by rule, and sums exact to the digit."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.change.bridge import BadBridge, Bridge, BridgeLine, Effect, bridge, divided, logarithmic_mean
from emission_factors import decimals

KEY = ("purchased.electricity", "CO2")
ACTIVITY, FACTOR, GWP, BOUNDARY, METHOD = Effect
TINY = Fraction(1, 10**28)


def line(
    quantity: str, factor: str, gwp: str = "1", share: str = "1", method: str = "", key: tuple[str, ...] = KEY
) -> BridgeLine:
    return BridgeLine(key, Decimal(quantity), Decimal(factor), Decimal(gwp), Decimal(share), method)


def effects(before: BridgeLine | None, after: BridgeLine | None) -> dict[Effect, Decimal]:
    """The effects of one line that are not zero."""
    found = divided(before, after)
    assert list(found.effects) == list(Effect)
    return {effect: value for effect, value in found.effects.items() if value}


def test_electricity_by_activity_and_factor() -> None:
    found = bridge([line("9000000", "0.4403")], [line("9500000", "0.4419")])  # V25, in kWh and kg
    assert (found.before, found.after) == (Decimal(3962700), Decimal(4198050))
    tonnes = {effect: (value / 1000).quantize(Decimal("0.01")) for effect, value in found.effects.items()}
    expected = {ACTIVITY: "220.55", FACTOR: "14.80", GWP: "0", BOUNDARY: "0", METHOD: "0"}
    assert tonnes == {effect: Decimal(value) for effect, value in expected.items()}
    assert decimals.total(found.effects.values()) == 235350


def test_numbers_that_change_alike_share_alike() -> None:
    two = effects(line("1", "1"), line("2", "2"))
    assert set(two) == {ACTIVITY, FACTOR}
    assert all(abs(Fraction(value) - Fraction(3, 2)) < TINY for value in two.values())
    four = effects(line("3", "1", "1", "0.5"), line("6", "2", "2", "1"))  # 1.5 to 24: four times 22.5 / 4
    assert set(four) == {ACTIVITY, FACTOR, GWP, BOUNDARY}
    assert all(abs(Fraction(value) - Fraction(45, 8)) < TINY for value in four.values())
    assert decimals.total(four.values()) == Decimal("22.5")


def test_effects_that_cancel_are_both_shown() -> None:
    # 2 x 3 and 3 x 2: L is 6, and the effects are 6 ln(3/2) = 2.432790648...
    found = effects(line("2", "3"), line("3", "2"))
    assert decimals.total(found.values()) == 0
    assert found[ACTIVITY].quantize(Decimal("0.000000001")) == Decimal("2.432790649")


@pytest.mark.parametrize(
    ("after", "effect"),
    [
        (line("13", "0.7", "28", "0.6"), ACTIVITY),
        (line("11", "0.9", "28", "0.6"), FACTOR),
        (line("11", "0.7", "29.8", "0.6"), GWP),
        (line("11", "0.7", "28", "0.45"), BOUNDARY),
        (line("11", "0.7", "28", "0.6", method="by heat"), METHOD),
    ],
)
def test_one_change_is_wholly_its_own_effect(after: BridgeLine, effect: Effect) -> None:
    before = line("11", "0.7", "28", "0.6")
    difference = after.co2e - before.co2e
    assert effects(before, after) == ({effect: difference} if difference else {})
    assert effects(before, before) == {}


def test_what_is_counted_goes_before_the_product() -> None:
    """A factor times its GWP was rounded before the quantity came to it; the difference of the footprints stands."""
    before = BridgeLine(KEY, Decimal(10), Decimal("0.3"), Decimal(28), emission=Decimal("84.1"))
    after = BridgeLine(KEY, Decimal(10), Decimal("0.3"), Decimal(28), emission=Decimal("84.3"))
    assert (before.co2e, after.co2e) == (Decimal("84.1"), Decimal("84.3"))
    assert effects(before, after) == {FACTOR: Decimal("0.2")}
    more = BridgeLine(KEY, Decimal(20), Decimal("0.6"), Decimal(28), emission=Decimal("336.5"))
    both = effects(before, more)
    assert set(both) == {ACTIVITY, FACTOR}
    assert decimals.total(both.values()) == Decimal("252.4")


def test_a_change_of_method_takes_the_whole_line() -> None:
    by_volume, by_heat = line("100", "2.16", method="volume"), line("3900", "0.0561", method="energy")
    assert effects(by_volume, by_heat) == {METHOD: Decimal("2.79")}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [  # rule 1: appears and disappears
        (None, line("10", "2"), {ACTIVITY: "20"}),
        (line("10", "2"), None, {ACTIVITY: "-20"}),
        (None, line("10", "2", method="by heat"), {ACTIVITY: "20"}),
        (None, line("0", "2"), {}),
        # rule 3: a number that is zero on one side
        (line("0", "3"), line("10", "2"), {ACTIVITY: "20"}),
        (line("10", "2"), line("0", "3"), {ACTIVITY: "-20"}),
        (line("9", "2", share="0"), line("10", "2"), {BOUNDARY: "20"}),
        (line("10", "2", share="0.5"), line("12", "3", share="0"), {BOUNDARY: "-10"}),
        (line("0", "2", share="0"), line("10", "2"), {BOUNDARY: "20"}),
        (line("9", "0"), line("10", "2"), {FACTOR: "20"}),
        (line("0", "0"), line("10", "2"), {ACTIVITY: "20"}),
        (line("9", "2", gwp="0"), line("10", "2"), {GWP: "20"}),
        (line("9", "0", gwp="0"), line("10", "2"), {FACTOR: "20"}),
        (line("0", "2"), line("0", "3"), {}),
        (line("0", "2"), line("5", "0"), {}),
        # rule 4: a change of sign
        (line("-10", "2"), line("15", "3"), {ACTIVITY: "65"}),
        (line("15", "3"), line("-10", "2"), {ACTIVITY: "-65"}),
        (line("10", "-2"), line("11", "2"), {FACTOR: "42"}),
        (line("-10", "-2"), line("11", "2"), {ACTIVITY: "2"}),
    ],
)
def test_limits_go_to_the_number_the_rules_name(
    before: BridgeLine | None, after: BridgeLine | None, expected: dict[Effect, str]
) -> None:
    assert effects(before, after) == {effect: Decimal(value) for effect, value in expected.items()}


def test_what_stays_negative_is_divided_like_what_stays_positive() -> None:
    positive = effects(line("10", "2"), line("15", "3"))
    assert effects(line("-10", "2"), line("-15", "3")) == {
        effect: value.copy_negate() for effect, value in positive.items()
    }
    assert effects(line("-10", "-2"), line("-15", "-3")) == positive


def test_footprints_are_compared_key_by_key() -> None:
    before = [line("10", "2", key=("b",)), line("7", "1", key=("gone",)), line("1", "1", key=("same",))]
    after = [line("1", "1", key=("same",)), line("12", "2", key=("b",)), line("3", "5", key=("new",))]
    found = bridge(before, after)
    assert [one.key for one in found.lines] == [("b",), ("gone",), ("new",), ("same",)]
    assert [one.effects[ACTIVITY] for one in found.lines] == [4, -7, 15, 0]
    assert (found.before, found.after) == (Decimal(28), Decimal(40))
    assert found.effects == {ACTIVITY: 12, FACTOR: 0, GWP: 0, BOUNDARY: 0, METHOD: 0}
    empty = bridge([], [])
    assert (empty.before, empty.after) == (Decimal(0), Decimal(0))
    assert empty.lines == ()
    assert set(empty.effects.values()) == {Decimal(0)}


def test_a_key_stands_once_in_a_footprint() -> None:
    boiler = line("1", "1", key=("boiler", "CO2"))
    for other in (boiler, line("2", "1", key=boiler.key)):
        with pytest.raises(BadBridge, match="the line boiler / CO2 comes twice"):
            bridge([boiler, other], [])
    with pytest.raises(BadBridge, match="accepted are two lines of one key"):
        divided(line("1", "1"), line("1", "1", key=("other",)))
    with pytest.raises(BadBridge, match="accepted are two lines of one key"):
        divided(None, None)


QUANTITIES = st.integers(-(10**24), 10**24).map(lambda units: Decimal(units).scaleb(-12))
FACTORS = st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)).map(lambda ratio: decimals.rounded(Fraction(*ratio)))
SHARES = st.integers(0, 365).map(lambda days: decimals.rounded(Fraction(days, 365)))
GWPS = st.sampled_from([Decimal(value) for value in ("0", "1", "27.0", "29.8", "273", "24300")])
LINES = st.builds(
    BridgeLine,
    st.tuples(st.sampled_from("abc")),
    QUANTITIES,
    FACTORS,
    GWPS,
    SHARES,
    st.sampled_from(["", "", "", "by heat"]),
)
FOOTPRINTS = st.lists(LINES, max_size=3, unique_by=lambda one: one.key)


def check_sums(found: Bridge, before: Sequence[BridgeLine], after: Sequence[BridgeLine]) -> None:
    assert found.before == decimals.total(one.co2e for one in before)
    assert found.after == decimals.total(one.co2e for one in after)
    assert decimals.total((found.before, *found.effects.values())) == found.after
    for one in found.lines:
        assert decimals.total((one.before, *one.effects.values())) == one.after


@given(before=FOOTPRINTS, after=FOOTPRINTS)
def test_effects_add_up_to_the_difference_to_the_last_digit(before: list[BridgeLine], after: list[BridgeLine]) -> None:
    check_sums(bridge(before, after), before, after)


@given(before=FOOTPRINTS, after=FOOTPRINTS)
def test_the_way_back_is_the_way_there_with_the_sign_changed(before: list[BridgeLine], after: list[BridgeLine]) -> None:
    there, back = bridge(before, after), bridge(after, before)
    for one, other in zip(there.lines, back.lines, strict=True):
        size = max(abs(Fraction(one.before)), abs(Fraction(one.after)))
        for effect in Effect:
            assert abs(Fraction(one.effects[effect]) + Fraction(other.effects[effect])) <= size * TINY


POSITIVE = st.integers(1, 10**15).map(lambda units: Decimal(units).scaleb(-6))


@given(first=LINES, quantity=POSITIVE, factor=POSITIVE)
def test_what_did_not_change_has_no_effect(first: BridgeLine, quantity: Decimal, factor: Decimal) -> None:
    second = BridgeLine(first.key, quantity, factor, first.gwp, first.share, first.method)
    found = divided(first, second).effects
    assert found[METHOD] == 0
    if first.co2e:
        assert (found[GWP], found[BOUNDARY]) == (Decimal(0), Decimal(0))


@given(first=POSITIVE, second=POSITIVE)
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic_one(
    first: Decimal, second: Decimal
) -> None:
    mean = Fraction(logarithmic_mean(first, second))
    slack = 1 + Fraction(1, 10**40)
    assert Fraction(first) * Fraction(second) <= mean**2 * slack
    assert mean <= (Fraction(first) + Fraction(second)) / 2 * slack
    assert abs(mean - Fraction(logarithmic_mean(second, first))) <= mean * Fraction(1, 10**40)


def test_neighbouring_numbers_lose_no_digits() -> None:
    # (1 + d) and 1: the mean is 1 + d/2 - d^2/12 + ...; a difference in the twentieth digit leaves forty of sixty
    step = Fraction(1, 10**20)
    mean = Fraction(logarithmic_mean(Decimal("1." + "0" * 19 + "1"), Decimal(1)))
    assert abs(mean - (1 + step / 2 - step**2 / 12)) < Fraction(1, 10**38)
