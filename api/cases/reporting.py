"""What a run found, as lines of text: a table by feature, then every failure and every reason for what is missing."""

from collections.abc import Iterator
from typing import Final

from api.cases.outcomes import CaseResult, Outcome, Report, State
from emission_factors.decimals import plain

_FEATURE: Final = 24
_COUNT: Final = 20


def lines(report: Report, is_verbose: bool = False) -> Iterator[str]:
    """Yield the lines of a report; verbose shows every answer with what the service gave."""
    yield from _table(report)
    for state in (State.FAILED, State.NOT_SUPPORTED):
        found = [result for result in report.results if result.state is state]
        if found:
            yield f"\n{state}:"
        for result in found:
            yield from _reasons(result)
    if is_verbose:
        yield "\nevery answer:"
        for result in report.results:
            yield from (f"  {result.case.case_id}, {outcome.name}: {_words(outcome)}" for outcome in result.outcomes)


def _table(report: Report) -> Iterator[str]:
    yield _row("feature", *(str(state) for state in State))
    for feature in report.features:
        yield _row(feature, *(str(report.count(state, feature) or "-") for state in State))
    yield _row("all", *(str(report.count(state)) for state in State))


def _row(first: str, *counts: str) -> str:
    return first.ljust(_FEATURE) + "".join(count.rjust(_COUNT) for count in counts)


def _reasons(result: CaseResult) -> Iterator[str]:
    yield f"  {result.case.case_id} ({result.case.title})"
    for outcome in result.outcomes:
        if outcome.state is not State.PASSED:
            yield f"    {outcome.name}: {_words(outcome)}"


def _words(outcome: Outcome) -> str:
    got = f", got {plain(outcome.got)}" if outcome.got is not None else ""
    reason = f"; {outcome.reason}" if outcome.reason else ""
    return f"{outcome.state}: expected {outcome.expected}{got}{reason}"
