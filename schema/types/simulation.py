"""Uncertainty of a total by sampling: lines with distributions, and what many draws of them give."""

from collections.abc import Sequence
from typing import Final

import strawberry

from accounting.judgement import monte_carlo as pure
from schema.errors import BadInput
from schema.limits import DRAWS_PER_SIMULATION, NUMBERS_PER_SIMULATION
from schema.scalars import ExactDecimal

_SOURCE: Final = "2006 IPCC Guidelines, volume 1, chapter 3, approach 2"


@strawberry.input(description="A normal distribution; a wide one also draws negative values.")
class NormalInput:
    """Normal."""

    mean: ExactDecimal = strawberry.field(description="Mean.")
    percent: ExactDecimal = strawberry.field(description="Half the 95 % interval in percent of the mean, 0 or more.")


@strawberry.input(description="A lognormal distribution; its 95 % interval is median / GSD² to median x GSD².")
class LognormalInput:
    """Lognormal."""

    median: ExactDecimal = strawberry.field(description="Median, above 0.")
    gsd2: ExactDecimal = strawberry.field(description="GSD², 1 or more.")


@strawberry.input(description="A triangular distribution.")
class TriangularInput:
    """Triangular."""

    low: ExactDecimal = strawberry.field(description="Least value.")
    mode: ExactDecimal = strawberry.field(description="Likeliest value.")
    high: ExactDecimal = strawberry.field(description="Greatest value.")


@strawberry.input(description="A uniform distribution: all values equally likely.")
class UniformInput:
    """Uniform."""

    low: ExactDecimal = strawberry.field(description="Least value.")
    high: ExactDecimal = strawberry.field(description="Greatest value.")


@strawberry.input(description="How a quantity is distributed; exactly one part is given.", one_of=True)
class DistributionInput:
    """A distribution."""

    fixed: ExactDecimal | None = strawberry.field(default=strawberry.UNSET, description="A value known exactly.")
    normal: NormalInput | None = strawberry.field(default=strawberry.UNSET, description="Normal.")
    lognormal: LognormalInput | None = strawberry.field(default=strawberry.UNSET, description="Lognormal.")
    triangular: TriangularInput | None = strawberry.field(default=strawberry.UNSET, description="Triangular.")
    uniform: UniformInput | None = strawberry.field(default=strawberry.UNSET, description="Uniform.")


@strawberry.input(description="A quantity that lines are products of, such as a factor or a reading.")
class SampledInput:
    """An input of a line."""

    code: str = strawberry.field(description="Code; lines that name one code share each draw of it.")
    distribution: DistributionInput | None = strawberry.field(
        default=None, description="How it is distributed; left out where nobody declared it."
    )


@strawberry.input(description="A line of a total, the product of its inputs.")
class SampledLineInput:
    """A line."""

    name: str = strawberry.field(description="Name, each once.")
    inputs: list[SampledInput] = strawberry.field(description="What it is the product of, such as quantity and factor.")
    is_removal: bool = strawberry.field(default=False, description="Whether it is taken off the total.")


@strawberry.type(
    description="A total by sampling, to 9 digits. The same lines, seed, draws and generator give the same result."
)
class Simulation:
    """A simulation."""

    mean: ExactDecimal = strawberry.field(description="Mean.")
    median: ExactDecimal = strawberry.field(description="Median.")
    low: ExactDecimal = strawberry.field(description="2.5 percentile.")
    high: ExactDecimal = strawberry.field(description="97.5 percentile.")
    standard_error: ExactDecimal = strawberry.field(description="Standard error of the mean.")
    low_error: ExactDecimal = strawberry.field(description="Standard error of `low`.")
    high_error: ExactDecimal = strawberry.field(description="Standard error of `high`.")
    is_stable: bool = strawberry.field(
        description="Whether 95 % of repetitions would find both ends within 1 % of the interval's width."
    )
    draws: int = strawberry.field(description="How many draws were made.")
    seed: int = strawberry.field(description="The seed.")
    generator: str = strawberry.field(description="Program, version and random number generator.")
    undeclared: list[str] = strawberry.field(description="Lines without a distribution, which the total leaves out.")
    source: str = strawberry.field(description="Document and approach.")


def simulated(given: Sequence[SampledLineInput], seed: int, draws: int | None) -> Simulation:
    """Sample a total, until it is stable if `draws` is None; raises `BadInput`, `BadSimulation`. Takes seconds."""
    inputs = max(1, sum(len(line.inputs) for line in given))
    least = pure.LEAST_DRAWS if draws is None else draws
    if least * inputs > NUMBERS_PER_SIMULATION:
        raise BadInput(
            f"{least} draws of {inputs} inputs are {least * inputs} numbers; at most {NUMBERS_PER_SIMULATION} are drawn"
        )
    lines = [_line(line) for line in given]
    if draws is not None:
        return _simulation(pure.simulate(lines, draws, seed))
    most = min(DRAWS_PER_SIMULATION, NUMBERS_PER_SIMULATION // inputs)
    return _simulation(pure.simulate_until_stable(lines, seed, most))


def _line(given: SampledLineInput) -> pure.SampledLine:
    inputs = (pure.SampledInput(one.code, _distribution(one.distribution)) for one in given.inputs)
    return pure.SampledLine(given.name, tuple(inputs), -1 if given.is_removal else 1)


def _distribution(given: DistributionInput | None) -> pure.Distribution | None:
    if given is None:
        return None
    if given.normal:
        return pure.Normal(given.normal.mean, given.normal.percent)
    if given.lognormal:
        return pure.Lognormal(given.lognormal.median, given.lognormal.gsd2)
    if given.triangular:
        return pure.Triangular(given.triangular.low, given.triangular.mode, given.triangular.high)
    if given.uniform:
        return pure.Uniform(given.uniform.low, given.uniform.high)
    return None if given.fixed is None else pure.Fixed(given.fixed)


def _simulation(found: pure.Simulation) -> Simulation:
    return Simulation(
        mean=ExactDecimal(found.mean),
        median=ExactDecimal(found.median),
        low=ExactDecimal(found.low),
        high=ExactDecimal(found.high),
        standard_error=ExactDecimal(found.standard_error),
        low_error=ExactDecimal(found.low_error),
        high_error=ExactDecimal(found.high_error),
        is_stable=found.is_stable,
        draws=found.draws,
        seed=found.seed,
        generator=found.generator,
        undeclared=list(found.undeclared),
        source=_SOURCE,
    )
