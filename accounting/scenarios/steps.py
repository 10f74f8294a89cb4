"""A scenario as it is stated: a reference year, years to answer for, and levers in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounting.scenarios.levers import MOST_YEARS, Efficiency, FactorCut, FactorLever, ScalingLever
from accounting.scenarios.moving_levers import MovingLever, Substitution, Supply

MOST_STEPS: Final = 50
"""Steps one scenario may have."""

Lever = ScalingLever | FactorLever | MovingLever


class BadScenario(ValueError):
    """A scenario cannot be as stated; `step` is the code of the step at fault, empty where it is none, `field` the
    input.
    """

    def __init__(self, step: str, field: str, message: str) -> None:
        super().__init__(f"{step}: {message}" if step else message)
        self.step = step
        self.field = field


@dataclass(frozen=True, slots=True)
class Undo:
    """The inverse of the step of a code, which is the last one that still stands."""

    step: str


@dataclass(frozen=True, slots=True)
class Step:
    """One lever at its place in the order, by a code of the caller's."""

    code: str
    lever: Lever | Undo


@dataclass(frozen=True, slots=True)
class Scenario:
    """Levers in order over the cells of a reference year, asked for in `years`. Raises `BadScenario`."""

    reference_year: int
    years: tuple[int, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        _check_years(self.reference_year, self.years)
        if len(self.steps) > MOST_STEPS:
            raise BadScenario("", "steps", f"the scenario has {len(self.steps)} steps; accepted are up to {MOST_STEPS}")
        standing: list[str] = []
        for number, step in enumerate(self.steps):
            if not step.code.strip() or step.code in (other.code for other in self.steps[:number]):
                raise BadScenario(step.code, "code", "a step has a code of its own, each once")
            if not isinstance(step.lever, Undo):
                standing.append(step.code)
            elif not standing or standing.pop() != step.lever.step:
                message = f"{step.lever.step!r} is not the last step that stands; undo them from the last to the first"
                raise BadScenario(step.code, "undo", message)

    @property
    def start_months(self) -> tuple[int, ...]:
        """The months of the year in which a lever begins, and January."""
        return tuple(sorted({1, *(start.month for step in self.steps if (start := _start(step.lever)))}))

    @property
    def made_types(self) -> frozenset[str]:
        """The activity types that quantities are moved to."""
        levers = [step.lever for step in self.steps]
        return frozenset(lever.to for lever in levers if isinstance(lever, Substitution | Supply) and lever.to)


def inverse(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps that undo steps, from the last to the first; after both every number is the baseline's."""
    return tuple(Step(f"undo {step.code}", Undo(step.code)) for step in reversed(steps))


def _start(lever: Lever | Undo) -> date | None:
    if isinstance(lever, Substitution | Supply):
        return lever.extent.ramp.start
    return lever.ramp.start if isinstance(lever, Efficiency | FactorCut) else None


def _check_years(reference_year: int, years: Sequence[int]) -> None:
    if not years or list(years) != sorted(set(years)):
        raise BadScenario("", "years", f"the years are {years}; accepted is one or more in ascending order, each once")
    if years[0] < reference_year or years[-1] - reference_year > MOST_YEARS:
        last = reference_year + MOST_YEARS
        raise BadScenario("", "years", f"the years are {years}; accepted is {reference_year} to {last}")
