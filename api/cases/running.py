"""Runs cases against a service: plans every answer, asks in batches of one basis, compares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from api.cases import refusals, results
from api.cases.footprints import Ledger
from api.cases.library import Library, library_of
from api.cases.measures import decimal_of
from api.cases.outcomes import CaseResult, Outcome, Report, State, compared, expected
from api.cases.planning import plan
from api.cases.plans import Estimate, Mismatch, NotSupported, OnBasis, Plan
from api.cases.reading import Answer, Case, read_cases
from api.client import Client

_PER_REQUEST: Final = 100


def run_file(path: Path, client: Client, feature: str = "", ledger: bool = False) -> Report:
    """Run the cases of a file, or those of one feature; with `ledger` what can be posted is also asked as a footprint.

    Raises `BadCaseFile`, `OSError`, `ServiceError` or transport errors.
    """
    cases = [case for case in read_cases(path) if feature in ("", case.feature)]
    return run(cases, client, Ledger.of(client) if ledger else None)


def run(cases: Sequence[Case], client: Client, ledger: Ledger | None = None) -> Report:
    """Run cases against a service, and through its ledger where one is given."""
    library = library_of(client.ask)
    plans = [[_planned(case, answer, library) for answer in case.answers] for case in cases]
    wanted = (estimate for row in plans for found in row if isinstance(found, Plan) for estimate in found.estimates)
    answered = asked(wanted, client)
    return Report(
        tuple(
            CaseResult(
                case,
                (
                    *_outcomes(case, row, answered),
                    *_refusals(case, client),
                    *(_by_footprint(case, row, ledger) if ledger else ()),
                ),
            )
            for case, row in zip(cases, plans, strict=True)
        )
    )


def asked(wanted: Iterable[Estimate], client: Client) -> dict[Estimate, results.Result]:
    """Ask for each estimate once and return its result."""
    by_basis: dict[OnBasis, dict[Estimate, None]] = {}
    for estimate in wanted:
        by_basis.setdefault(estimate.basis, {})[estimate] = None
    found: dict[Estimate, results.Result] = {}
    for basis, estimates in by_basis.items():
        for batch in _batches(list(estimates)):
            found |= zip(batch, sent(basis, batch, client), strict=True)
    return found


def sent(basis: OnBasis, batch: Sequence[Estimate], client: Client) -> list[dict[str, Any]]:
    """Send estimates of one basis and return a result or an error for each."""
    variables = {"basis": basis.variables(), "inputs": [estimate.variables() for estimate in batch]}
    answer: list[dict[str, Any]] = client.ask(results.QUERY, variables)["estimate"]
    return answer


def _batches(estimates: Sequence[Estimate]) -> Iterator[Sequence[Estimate]]:
    for start in range(0, len(estimates), _PER_REQUEST):
        yield estimates[start : start + _PER_REQUEST]


def _planned(case: Case, answer: Answer, library: Library) -> Plan | Outcome:
    try:
        return plan(case, answer, library)
    except NotSupported as error:
        return Outcome(answer.name, State.NOT_SUPPORTED, expected(answer), reason=str(error))
    except Mismatch as error:
        return Outcome(answer.name, State.FAILED, expected(answer), reason=str(error))


def _outcomes(
    case: Case, row: Sequence[Plan | Outcome], answered: Mapping[Estimate, results.Result]
) -> Iterator[Outcome]:
    for answer, found in zip(case.answers, row, strict=True):
        if isinstance(found, Outcome):
            yield found
            continue
        try:
            yield compared(answer, decimal_of(results.total(found, answered)))
        except (Mismatch, results.Unanswered) as error:
            yield Outcome(answer.name, State.FAILED, expected(answer), reason=str(error))


def _by_footprint(case: Case, row: Sequence[Plan | Outcome], ledger: Ledger) -> Iterator[Outcome]:
    for number, (answer, found) in enumerate(zip(case.answers, row, strict=True), 1):
        outcome = ledger.outcome(answer, found, f"{case.case_id}-{number}") if isinstance(found, Plan) else None
        if outcome is not None:
            yield outcome


def _refusals(case: Case, client: Client) -> Iterator[Outcome]:
    if not case.expect_error:
        return
    wanted = f"an error: {case.expect_error}"
    try:
        batch = refusals.estimates(case)
    except NotSupported as error:
        yield Outcome("error", State.NOT_SUPPORTED, wanted, reason=str(error))
        return
    reason = refusals.refused_as_expected(case.expect_error, sent(OnBasis(), batch, client))
    yield Outcome("error", State.FAILED if reason else State.PASSED, wanted, reason=reason)
