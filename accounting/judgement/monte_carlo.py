"""Uncertainty of a total by sampling: approach 2 of the 2006 IPCC Guidelines, volume 1, chapter 3.

The one module of the arithmetic with floats, and the only one that knows numpy. A result is reproducible from its
lines, `seed`, `draws` and `generator`; it is rounded to `SAMPLED_DIGITS`, which is far below the error of sampling and
hides the last bits in which machines differ.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

LEAST_DRAWS: Final = 10_000
"""Fewer draws leave the ends of a 95 % interval to a few hundred values."""
MOST_DRAWS: Final = 1_000_000
"""More would take seconds per line and change no digit that is shown."""
STABLE_SHARE: Final = 0.01
"""Sampling error of either end that is accepted, of the interval's width: 1 % (2006 IPCC, volume 1, 3.2.3.2)."""
SAMPLED_DIGITS: Final = 9
"""Significant digits of a sampled result."""
LARGEST: Final = 1e100
"""Magnitude that a parameter of a distribution may have, so that products stay within floats."""
BATCHES: Final = 10
"""Parts of the draws whose intervals are compared to see how stable the whole one is."""

_STANDARD_95 = NormalDist().inv_cdf(0.975)  # 1.96: half a 95 % interval in standard deviations
_ENDS = (2.5, 97.5)

Draws = npt.NDArray[np.float64]


class BadSimulation(ValueError):
    """A distribution, a line or a number of draws cannot be used; the message says which and what is accepted."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value known exactly."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution; `percent` of the mean is half its 95 % interval. A wide one also draws negative values."""

    mean: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A lognormal distribution; its 95 % interval is median / GSD² to median x GSD²."""

    median: Decimal
    gsd2: Decimal


@dataclass(frozen=True, slots=True)
class Triangular:
    """Values from `low` to `high`, most likely `mode`."""

    low: Decimal
    mode: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Uniform:
    """Values from `low` to `high`, all equally likely."""

    low: Decimal
    high: Decimal


Distribution = Fixed | Normal | Lognormal | Triangular | Uniform


@dataclass(frozen=True, slots=True)
class SampledInput:
    """A quantity that lines are products of; lines that name one `code` share each draw of it.

    `distribution` is None where nobody declared an uncertainty.
    """

    code: str
    distribution: Distribution | None


@dataclass(frozen=True, slots=True)
class SampledLine:
    """A line: the product of its inputs, such as an activity and a factor; `sign` -1 for a removal.

    It is sampled if it names an input and none of its inputs leaves the distribution open.
    """

    name: str
    inputs: tuple[SampledInput, ...]
    sign: int = 1

    @property
    def is_declared(self) -> bool:
        """Whether the line has distributions to sample."""
        return bool(self.inputs) and all(one.distribution is not None for one in self.inputs)


@dataclass(frozen=True, slots=True)
class Simulation:
    """The total of the lines that were sampled, in their unit; `undeclared` names the lines that were not.

    `standard_error` is that of the mean, `low_error` and `high_error` those of the 2.5 and 97.5 percentiles `low` and
    `high`; `is_stable` if 95 % of repetitions would find both within `STABLE_SHARE` of the interval's width.
    """

    mean: Decimal
    median: Decimal
    low: Decimal
    high: Decimal
    standard_error: Decimal
    low_error: Decimal
    high_error: Decimal
    is_stable: bool
    draws: int
    seed: int
    generator: str
    undeclared: tuple[str, ...]


def simulate(lines: Sequence[SampledLine], draws: int, seed: int) -> Simulation:
    """Sample the sum of the lines `draws` times: each input once per draw, whatever the lines that share it.

    Every input has a stream of its own, from `seed` and its code, so that the order of lines does not matter and two
    inventories sampled with one seed differ only by what differs in them. Raises `BadSimulation` for a distribution
    that does not exist, an input given in two ways, no line to sample, or draws outside `LEAST_DRAWS` to `MOST_DRAWS`.
    """
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        raise BadSimulation(f"{draws} draws; accepted is {LEAST_DRAWS} to {MOST_DRAWS}")
    if seed < 0:
        raise BadSimulation(f"the seed is {seed}; accepted is 0 or more")
    _check(lines)
    undeclared = tuple(line.name for line in lines if not line.is_declared)
    try:
        with np.errstate(over="raise", invalid="raise"):
            return _simulation(_totals(lines, draws, seed), seed, undeclared)
    except FloatingPointError as error:
        raise BadSimulation("the product of the inputs is too large to sample; accepted is up to 1E+300") from error


def simulate_until_stable(lines: Sequence[SampledLine], seed: int, most: int = MOST_DRAWS) -> Simulation:
    """Sample with `LEAST_DRAWS` draws, then twice as many, until the interval is stable or `most` would be exceeded.

    The last result is returned, `is_stable` or not; `simulate` gives it again from its `draws`. Raises as `simulate`.
    """
    draws = LEAST_DRAWS
    found = simulate(lines, draws, seed)
    while not found.is_stable and draws * 2 <= most:
        draws *= 2
        found = simulate(lines, draws, seed)
    return found


def _simulation(totals: Draws, seed: int, undeclared: tuple[str, ...]) -> Simulation:
    low, high = np.percentile(totals, _ENDS)
    # Draws that do not fill the batches are left out of the errors only.
    batches = totals[: totals.size // BATCHES * BATCHES].reshape(BATCHES, -1)
    errors = np.std(np.percentile(batches, _ENDS, axis=1), axis=1, ddof=1) / math.sqrt(BATCHES)
    return Simulation(
        mean=_rounded(totals.mean()),
        median=_rounded(np.median(totals)),
        low=_rounded(low),
        high=_rounded(high),
        standard_error=_rounded(totals.std(ddof=1) / math.sqrt(totals.size)),
        low_error=_rounded(errors[0]),
        high_error=_rounded(errors[1]),
        is_stable=bool(_STANDARD_95 * errors.max() <= STABLE_SHARE * (high - low)),
        draws=totals.size,
        seed=seed,
        generator=f"numpy {np.__version__} PCG64",
        undeclared=undeclared,
    )


def _totals(lines: Sequence[SampledLine], draws: int, seed: int) -> Draws:
    """Add the lines up in the order of their names, so that floats add up alike; keep an input while it is needed."""
    sampled = sorted((line for line in lines if line.is_declared), key=lambda line: line.name)
    left = Counter(one.code for line in sampled for one in line.inputs)
    kept: dict[str, Draws] = {}
    totals = np.zeros(draws)
    for line in sampled:
        product = np.full(draws, float(line.sign))
        for one in sorted(line.inputs, key=lambda one: one.code):
            if one.code not in kept:
                kept[one.code] = _draw(one, draws, seed)
            product *= kept[one.code]
            left[one.code] -= 1
            if not left[one.code]:
                del kept[one.code]
        totals += product
    return totals


def _draw(one: SampledInput, draws: int, seed: int) -> Draws:
    stream = int.from_bytes(hashlib.sha256(one.code.encode()).digest())
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(stream,))))
    match one.distribution:
        case Normal(mean, percent):
            deviation = abs(float(mean)) * float(percent) / 100 / _STANDARD_95
            return random.normal(float(mean), deviation, draws)
        case Lognormal(median, gsd2):
            return float(median) * random.lognormal(0.0, math.log(gsd2) / _STANDARD_95, draws)
        case Triangular(low, mode, high):
            return random.triangular(float(low), float(mode), float(high), draws)
        case Uniform(low, high):
            return random.uniform(float(low), float(high), draws)
        case Fixed(value):
            return np.full(draws, float(value))
    raise BadSimulation(f"{one.code!r} has no distribution to draw from")


def _check(lines: Sequence[SampledLine]) -> None:
    known: dict[str, Distribution | None] = {}
    if not any(line.is_declared for line in lines):
        raise BadSimulation("no line declares an uncertainty; a simulation needs at least one that does")
    if len({line.name for line in lines}) < len(lines):
        raise BadSimulation("two lines have one name; a name says which line it is")
    for line in lines:
        if line.sign not in (1, -1):
            raise BadSimulation(f"line {line.name!r} has the sign {line.sign}; accepted is 1, or -1 for a removal")
        for one in line.inputs:
            if known.setdefault(one.code, one.distribution) != one.distribution:
                raise BadSimulation(
                    f"{one.code!r} is {known[one.code]} in one line and {one.distribution} in {line.name!r}; "
                    "what lines share has one distribution"
                )
            if one.distribution is not None:
                _check_distribution(one.code, one.distribution)


def _check_distribution(code: str, given: Distribution) -> None:
    is_possible, accepted = all(abs(float(value)) <= LARGEST for value in astuple(given)), f"up to {LARGEST:.0e}"
    if is_possible:
        is_possible, accepted = _rule(given)
    if not is_possible:
        raise BadSimulation(f"{code!r} is {given}; accepted is {accepted}")


def _rule(given: Distribution) -> tuple[bool, str]:
    """Return whether the parameters make a distribution in floats, and what would."""
    match given:
        case Normal(_, percent):
            return percent >= 0, "a percentage of 0 or more"
        case Lognormal(median, gsd2):
            return median > 0 and gsd2 >= 1, "a median above 0 and a GSD² of 1 or more"
        case Triangular(low, mode, high):
            return low <= mode <= high and float(low) < float(high), "low <= mode <= high with low < high"
        case Uniform(low, high):
            return float(low) < float(high), "low < high"
        case Fixed():
            return True, "any number"


def _rounded(value: np.floating) -> Decimal:
    return Decimal(format(float(value), f".{SAMPLED_DIGITS}g"))
