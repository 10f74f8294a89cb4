"""What a run says: counts by feature, failures, and what is missing, each with its reason."""

from decimal import Decimal

from api.cases.outcomes import CaseResult, Outcome, Report, State, compared
from api.cases.reporting import lines
from tests.api.cases.builders import answer, case

WANTED = answer("A", "tCO2", value="12.5", tolerance="0.01")
PASSED = compared(WANTED, Decimal("12.51"))
FAILED = compared(WANTED, Decimal("12.52"))
MISSING = Outcome("co2", State.NOT_SUPPORTED, "1 t (± 0)", reason="it comes later")


def result(name: str, feature: str, *outcomes: Outcome) -> CaseResult:
    return CaseResult(case(feature, {}, case_id=name), outcomes)


REPORT = Report(
    (
        result("a-1", "fuels", PASSED),
        result("a-2", "fuels", PASSED, FAILED, MISSING),
        result("b-1", "totals", PASSED, MISSING),
    )
)


def test_the_tolerance_is_included() -> None:
    assert (PASSED.state, PASSED.reason) == (State.PASSED, "")
    assert (FAILED.state, FAILED.reason) == (State.FAILED, "off by 0.02")


def test_a_case_is_as_good_as_its_worst_answer() -> None:
    assert [found.state for found in REPORT.results] == [State.PASSED, State.FAILED, State.NOT_SUPPORTED]
    assert REPORT.has_failed
    assert not Report(REPORT.results[2:]).has_failed


def test_a_report_counts_and_gives_every_reason() -> None:
    assert list(lines(REPORT)) == [
        "feature                               passed              failed   not yet supported",
        "fuels                                      1                   1                   -",
        "totals                                     -                   -                   1",
        "all                                        1                   1                   1",
        "\nfailed:",
        "  a-2 (made)",
        "    co2: failed: expected 12.5 tCO2 (± 0.01), got 12.52; off by 0.02",
        "    co2: not yet supported: expected 1 t (± 0); it comes later",
        "\nnot yet supported:",
        "  b-1 (made)",
        "    co2: not yet supported: expected 1 t (± 0); it comes later",
    ]


def test_a_verbose_report_shows_every_answer() -> None:
    assert list(lines(Report(REPORT.results[:1]), is_verbose=True))[-2:] == [
        "\nevery answer:",
        "  a-1, co2: passed: expected 12.5 tCO2 (± 0.01), got 12.51",
    ]
