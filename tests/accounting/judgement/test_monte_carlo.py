from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from accounting.judgement.monte_carlo import (
    LEAST_DRAWS,
    MOST_DRAWS,
    BadSimulation,
    Distribution,
    Fixed,
    Lognormal,
    Normal,
    SampledInput,
    SampledLine,
    Simulation,
    Triangular,
    Uniform,
    simulate,
    simulate_until_stable,
)
from accounting.judgement.uncertainty import UncertainInput, UncertainLine, combined_percent

SEED = 20261122
HUNDRED = Fixed(Decimal(100))


def line(name: str, sign: int = 1, /, **inputs: Distribution | None) -> SampledLine:
    return SampledLine(name, tuple(SampledInput(code, given) for code, given in inputs.items()), sign)


def normal(mean: str, percent: str) -> Normal:
    return Normal(Decimal(mean), Decimal(percent))


def lognormal(median: str, gsd2: str) -> Lognormal:
    return Lognormal(Decimal(median), Decimal(gsd2))


def within(found: Decimal, expected: str, tolerance: str | Decimal) -> bool:
    return abs(found - Decimal(expected)) <= Decimal(tolerance)


def width(found: Simulation) -> Decimal:
    return found.high - found.low


def test_the_sum_of_two_lognormals_is_that_of_the_standards_example() -> None:
    found = simulate([line("a", a=lognormal("1000", "1.2685")), line("b", b=lognormal("500", "1.05"))], 200_000, SEED)
    # Percentiles by numerical convolution of the two densities; the published draw has 1287.4, 1500.4 and 1770.6.
    assert within(found.low, "1287.0093", 3 * found.low_error)
    assert within(found.median, "1500.2301", "1")
    assert within(found.high, "1769.7054", 3 * found.high_error)
    assert within(found.mean, "1507.5", "1")
    assert found.low_error < 1
    assert (found.draws, found.seed, found.is_stable, found.undeclared) == (200_000, SEED, True, ())
    assert found.generator == f"numpy {np.__version__} PCG64"


@pytest.mark.parametrize(
    ("distribution", "mean", "median", "low", "high"),
    [
        (normal("200", "10"), "200", "200", "180", "220"),
        (normal("-200", "10"), "-200", "-200", "-220", "-180"),
        (lognormal("100", "2"), "106.4546", "100", "50", "200"),
        (Triangular(Decimal(0), Decimal(0), Decimal(1)), "0.333333", "0.292893", "0.0125791", "0.8418861"),
        (Triangular(Decimal(0), Decimal(1), Decimal(2)), "1", "1", "0.2236068", "1.7763932"),
        (Uniform(Decimal(10), Decimal(30)), "20", "20", "10.5", "29.5"),
    ],
)
def test_a_distribution_has_its_mean_and_percentiles(
    distribution: Distribution, mean: str, median: str, low: str, high: str
) -> None:
    found = simulate([line("a", x=distribution, one=Fixed(Decimal(1)))], 200_000, SEED)
    assert within(found.mean, mean, 4 * found.standard_error)
    assert within(found.median, median, 6 * found.standard_error)
    assert within(found.low, low, 4 * found.low_error)
    assert within(found.high, high, 4 * found.high_error)
    assert 0 < found.standard_error < width(found) / 400


def test_an_activity_times_a_factor_is_as_uncertain_as_equation_3_1_says() -> None:
    found = simulate([line("a", reading=normal("1000", "5"), factor=normal("2", "10"))], 200_000, SEED)
    assert within(found.mean, "2000", 4 * found.standard_error)
    assert within(width(found) / 2 / found.mean * 100, "11.18", "0.1")


def test_lines_that_share_a_factor_share_its_draws() -> None:
    grid = lognormal("0.5", "1.3")
    alone = simulate([line("a", grid=grid, reading=Fixed(Decimal(1000)))], LEAST_DRAWS, SEED)
    parts = [line("a", grid=grid, meter_a=HUNDRED), line("b", grid=grid, meter_b=Fixed(Decimal(900)))]
    together = simulate(parts, LEAST_DRAWS, SEED)
    for part in ("mean", "median", "low", "high", "standard_error", "low_error", "high_error"):
        assert within(getattr(together, part) / getattr(alone, part), "1", "1e-8"), part
    apart = simulate([line("a", grid_a=grid, m=HUNDRED), line("b", grid_b=grid, m=HUNDRED)], LEAST_DRAWS, SEED)
    assert width(apart) / apart.mean < width(alone) / alone.mean * Decimal("0.8")


def test_a_removal_by_the_same_draws_cancels() -> None:
    grid = normal("2", "25")
    found = simulate([line("used", grid=grid, u=HUNDRED), line("sent", -1, grid=grid, s=HUNDRED)], LEAST_DRAWS, SEED)
    assert {found.mean, found.low, found.high} == {0}
    assert found.is_stable


def test_fixed_lines_add_their_value_and_no_width() -> None:
    whole = simulate([line("a", x=HUNDRED, y=Fixed(Decimal("2.5"))), line("b", z=Fixed(Decimal(7)))], LEAST_DRAWS, SEED)
    assert {whole.mean, whole.median, whole.low, whole.high} == {257}
    assert whole.standard_error == 0
    varied = [line("a", x=normal("50", "20"))]
    without, added = (simulate(lines, LEAST_DRAWS, SEED) for lines in (varied, [*varied, line("b", z=HUNDRED)]))
    assert within(added.low - without.low, "100", "1e-6")
    assert within(added.high - without.high, "100", "1e-6")


def test_approach_1_agrees_where_it_is_valid() -> None:
    lines = [
        line("a", grid=normal("0.5", "10"), meter_a=normal("600", "4")),
        line("b", grid=normal("0.5", "10"), meter_b=normal("200", "16")),
        line("c", gas=normal("2", "3"), meter_c=normal("50", "0")),
    ]
    sampled = simulate(lines, 200_000, SEED)
    inputs = [("grid", "10"), ("meter a", "4"), ("meter b", "16"), ("gas", "3"), ("meter c", "0")]
    grid, a, b, gas, c = (UncertainInput(code, Decimal(percent)) for code, percent in inputs)
    closed = combined_percent(
        [
            UncertainLine("a", Decimal(300), (grid, a)),
            UncertainLine("b", Decimal(100), (grid, b)),
            UncertainLine("c", Decimal(100), (gas, c)),
        ]
    )
    assert closed.low is not None
    assert closed.high is not None
    assert within(sampled.low / closed.low, "1", "0.002")
    assert within(sampled.high / closed.high, "1", "0.002")


def test_lines_without_uncertainty_are_named_and_left_out() -> None:
    declared = line("a", x=normal("50", "20"))
    found = simulate([declared, line("open", f=None, m=HUNDRED), line("bare")], LEAST_DRAWS, SEED)
    assert found.undeclared == ("open", "bare")
    assert replace(found, undeclared=()) == simulate([declared], LEAST_DRAWS, SEED)


def test_one_seed_gives_one_result_whatever_the_order() -> None:
    own: list[dict[str, Distribution]] = [{f"factor_{number}": lognormal("3", "1.4")} for number in range(6)]
    lines = [line(f"line {number}", grid=normal("1", "8"), **given) for number, given in enumerate(own)]
    first = simulate(lines, LEAST_DRAWS, SEED)
    assert simulate(lines[::-1], LEAST_DRAWS, SEED) == first
    turned = [replace(one, inputs=one.inputs[::-1]) for one in lines]
    assert simulate(turned, LEAST_DRAWS, SEED) == first
    other = simulate(lines, LEAST_DRAWS, SEED + 1)
    assert other.mean != first.mean
    assert within(other.mean, str(first.mean), 6 * first.standard_error)


def test_the_order_does_not_matter_to_the_last_bit() -> None:
    # What is left after cancelling is the rounding of floats alone, and that depends on the order of adding.
    shares = {"a": "0.1", "b": "0.2", "c": "0.3"}
    lines = [
        line(name, -1 if name == "c" else 1, x=normal("7", "9"), **{f"share_{name}": Fixed(Decimal(share))}, y=HUNDRED)
        for name, share in shares.items()
    ]
    first = simulate(lines, LEAST_DRAWS, SEED)
    assert 0 < abs(first.mean) < Decimal("1e-10")
    assert simulate(lines[::-1], LEAST_DRAWS, SEED) == first
    assert simulate([replace(one, inputs=one.inputs[::-1]) for one in lines], LEAST_DRAWS, SEED) == first


def test_inputs_are_drawn_apart_from_each_other() -> None:
    found = simulate([line("a", x=normal("1", "20")), line("b", -1, y=normal("1", "20"))], 200_000, SEED)
    # Independent, so that the difference is √2 as wide as either.
    assert within(width(found) / 2, "0.28284", "0.003")


def test_another_line_leaves_the_draws_of_the_rest_alone() -> None:
    lines = [line("b", x=normal("50", "20"))]
    before = simulate(lines, LEAST_DRAWS, SEED)
    after = simulate([line("a", w=normal("1000", "0")), *lines], LEAST_DRAWS, SEED)
    assert within(after.low - before.low, "1000", "1e-5")


def test_results_have_nine_digits() -> None:
    found = simulate([line("a", x=lognormal("1234567", "1.5"))], LEAST_DRAWS, SEED)
    assert max(len(value.as_tuple().digits) for value in (found.mean, found.low, found.high)) == 9


def test_sampling_goes_on_until_the_interval_is_stable() -> None:
    lines = [line("a", x=lognormal("100", "3"))]
    assert not simulate(lines, LEAST_DRAWS, SEED).is_stable
    found = simulate_until_stable(lines, SEED)
    assert found.is_stable
    assert LEAST_DRAWS < found.draws < MOST_DRAWS
    assert simulate(lines, found.draws, SEED) == found
    assert not simulate(lines, found.draws // 2, SEED).is_stable


def test_sampling_ends_at_the_most_draws_and_says_that_it_is_not_stable() -> None:
    found = simulate_until_stable([line("a", x=lognormal("100", "3"))], SEED, most=LEAST_DRAWS)
    assert (found.draws, found.is_stable) == (LEAST_DRAWS, False)
    exact = simulate_until_stable([line("a", x=HUNDRED)], SEED)
    assert (exact.draws, exact.is_stable) == (LEAST_DRAWS, True)


def test_the_errors_are_those_of_repetition() -> None:
    lines = [line("a", x=lognormal("100", "1.5"))]
    found = simulate(lines, LEAST_DRAWS, SEED)
    repeated = [simulate(lines, LEAST_DRAWS, seed) for seed in range(40)]
    for value, error in [("mean", "standard_error"), ("low", "low_error"), ("high", "high_error")]:
        spread = np.std([float(getattr(one, value)) for one in repeated], ddof=1)
        assert 0.4 < float(getattr(found, error)) / spread < 2.0, value


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        (normal("1", "-1"), "a percentage of 0 or more"),
        (lognormal("0", "1.1"), "a median above 0 and a GSD² of 1 or more"),
        (lognormal("1", "0.9"), "a median above 0 and a GSD² of 1 or more"),
        (Triangular(Decimal(1), Decimal(3), Decimal(2)), "low <= mode <= high with low < high"),
        (Triangular(Decimal(1), Decimal(1), Decimal(1)), "low <= mode <= high with low < high"),
        (Uniform(Decimal(2), Decimal(2)), "low < high"),
        (Uniform(Decimal(1), Decimal("1.00000000000000000001")), "low < high"),
        (Fixed(Decimal("Infinity")), "up to 1e+100"),
        (normal("NaN", "1"), "up to 1e+100"),
    ],
)
def test_what_is_no_distribution_is_refused(given: Distribution, accepted: str) -> None:
    with pytest.raises(BadSimulation) as caught:
        simulate([line("a", x=given)], LEAST_DRAWS, SEED)
    assert str(caught.value) == f"'x' is {given}; accepted is {accepted}"


def test_what_cannot_be_simulated_is_refused() -> None:
    lines = [line("a", x=HUNDRED)]
    for draws in (LEAST_DRAWS - 1, MOST_DRAWS + 1):
        with pytest.raises(BadSimulation, match=f"{draws} draws; accepted is 10000 to 1000000"):
            simulate(lines, draws, SEED)
    with pytest.raises(BadSimulation, match="the seed is -1; accepted is 0 or more"):
        simulate(lines, LEAST_DRAWS, -1)
    with pytest.raises(BadSimulation, match="two lines have one name"):
        simulate([*lines, *lines], LEAST_DRAWS, SEED)
    with pytest.raises(BadSimulation, match="line 'a' has the sign 2"):
        simulate([line("a", 2, x=HUNDRED)], LEAST_DRAWS, SEED)
    with pytest.raises(BadSimulation, match="what lines share has one distribution"):
        simulate([*lines, line("b", x=normal("100", "0"))], LEAST_DRAWS, SEED)
    with pytest.raises(BadSimulation, match="what lines share has one distribution"):
        simulate([*lines, line("b", x=None)], LEAST_DRAWS, SEED)


@pytest.mark.parametrize("lines", [[], [line("a", x=None)], [line("a")]])
def test_a_simulation_needs_a_line_to_sample(lines: list[SampledLine]) -> None:
    with pytest.raises(BadSimulation, match="no line declares an uncertainty"):
        simulate(lines, LEAST_DRAWS, SEED)


def test_a_product_beyond_floats_is_refused() -> None:
    huge: dict[str, Distribution] = {f"x{number}": Fixed(Decimal("1e90")) for number in range(4)}
    with pytest.raises(BadSimulation, match="too large to sample"):
        simulate([line("a", **huge)], LEAST_DRAWS, SEED)
