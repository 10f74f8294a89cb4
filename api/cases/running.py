"""Runs cases against a service: plans every answer, asks in batches of one basis, compares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from api.cases import certificates, refusals, results
from api.cases.certificates import Load, Matched, Piece, Split
from api.cases.footprints import Ledger
from api.cases.library import Library, library_of
from api.cases.measures import decimal_of, measure
from api.cases.outcomes import CaseResult, Outcome, Report, State, compared, expected
from api.cases.planning import Planned, plan
from api.cases.plans import Estimate, Mismatch, NotSupported, OnBasis, Plan
from api.cases.questions import Inquiry
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
    service = Service(client, library, ledger)
    plans = [[_planned(case, answer, library) for answer in case.answers] for case in cases]
    wanted = (estimate for row in plans for found in row if isinstance(found, Plan) for estimate in found.estimates)
    answered = asked(wanted, client)
    return Report(
        tuple(
            CaseResult(
                case,
                (
                    *_outcomes(case, row, answered, service),
                    *_refusals(case, client),
                    *(_by_footprint(case, row, ledger) if ledger else ()),
                ),
            )
            for case, row in zip(cases, plans, strict=True)
        )
    )


@dataclass(slots=True)
class Service:
    """A service under test, for what is no estimate. A park is made where certificates are matched, once for a run."""

    client: Client
    library: Library
    ledger: Ledger | None = None
    matches: dict[Load, Matched] = field(default_factory=dict)

    def value(self, found: Inquiry | Split) -> Fraction:
        """Return an answer in its unit; raises `Unanswered`, `Mismatch` or `NotSupported`."""
        if isinstance(found, Inquiry):
            return found.answer(self.client)
        matched = self._matched(found)
        return sum((self._of_piece(found, piece, matched) for piece in found.pieces), Fraction(0)) / found.unit_size

    def _matched(self, split: Split) -> Matched:
        if split.load not in self.matches:
            self.ledger = self.ledger or Ledger.of(self.client)
            self.matches[split.load] = certificates.matched(split.load, self.ledger)
        return self.matches[split.load]

    def _of_piece(self, split: Split, piece: Piece, matched: Matched) -> Fraction:
        quantity = matched.of(piece.field)
        if not piece.factor:
            return Fraction(quantity) * measure("MWh").to_base
        case, answer = certificates.priced(split, piece, quantity)
        found = plan(case, answer, self.library)
        if not isinstance(found, Plan):
            raise NotSupported(f"{answer.expression} is no estimate")
        wanted = certificates.proved(found) if piece.field == "covered" else found
        return results.total(wanted, asked(wanted.estimates, self.client)) * wanted.unit.to_base


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


def _planned(case: Case, answer: Answer, library: Library) -> Planned | Outcome:
    try:
        return plan(case, answer, library)
    except NotSupported as error:
        return Outcome(answer.name, State.NOT_SUPPORTED, expected(answer), reason=str(error))
    except Mismatch as error:
        return Outcome(answer.name, State.FAILED, expected(answer), reason=str(error))


def _outcomes(
    case: Case, row: Sequence[Planned | Outcome], answered: Mapping[Estimate, results.Result], service: "Service"
) -> Iterator[Outcome]:
    for answer, found in zip(case.answers, row, strict=True):
        if isinstance(found, Outcome):
            yield found
            continue
        try:
            value = results.total(found, answered) if isinstance(found, Plan) else service.value(found)
            yield compared(answer, decimal_of(value))
        except NotSupported as error:
            yield Outcome(answer.name, State.NOT_SUPPORTED, expected(answer), reason=str(error))
        except (Mismatch, results.Unanswered) as error:
            yield Outcome(answer.name, State.FAILED, expected(answer), reason=str(error))


def _by_footprint(case: Case, row: Sequence[Planned | Outcome], ledger: Ledger) -> Iterator[Outcome]:
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
