"""How cases came out."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from api.cases.reading import Answer, Case
from emission_factors.decimals import plain


class State(StrEnum):
    """How a case, or one answer of it, came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_SUPPORTED = "not yet supported"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: what was expected, what the service gave (None where it gave nothing), and why it is as it is."""

    name: str
    state: State
    expected: str
    got: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and its outcomes: failed if any failed, not yet supported if any is not."""

    case: Case
    outcomes: tuple[Outcome, ...]

    @property
    def state(self) -> State:
        """The state of the whole case."""
        states = {outcome.state for outcome in self.outcomes}
        if State.FAILED in states:
            return State.FAILED
        return State.NOT_SUPPORTED if State.NOT_SUPPORTED in states else State.PASSED


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run, in the order of the file."""

    results: tuple[CaseResult, ...]

    @property
    def has_failed(self) -> bool:
        """Whether a case failed."""
        return any(result.state is State.FAILED for result in self.results)

    @property
    def features(self) -> list[str]:
        """The features that have a case, in the order of the file."""
        return list(dict.fromkeys(result.case.feature for result in self.results))

    def count(self, state: State, feature: str = "") -> int:
        """Return how many cases, of one feature or of all, came out so."""
        return sum(result.state is state and feature in ("", result.case.feature) for result in self.results)


def compared(answer: Answer, got: Decimal) -> Outcome:
    """Return whether a number is the answer within its tolerance."""
    if abs(got - answer.value) <= answer.tolerance:
        return Outcome(answer.name, State.PASSED, expected(answer), got)
    return Outcome(answer.name, State.FAILED, expected(answer), got, f"off by {got - answer.value:.6g}")


def expected(answer: Answer) -> str:
    """Return an answer in words: value, unit and tolerance."""
    return f"{plain(answer.value)} {answer.unit} (± {plain(answer.tolerance)})"
