"""Whole files of cases against a running service, over real HTTP."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cases.outcomes import Report, State
from api.cases.running import run_file
from api.cli.main import app
from api.client import Client
from tests.service import Service

WORKED = Path(__file__).parents[2] / "cases" / "worked-examples.yaml"
VARIANTS = Path(__file__).with_name("made-variants.yaml")
FAILURES = Path(__file__).with_name("made-failures.yaml")


def failures(report: Report) -> list[str]:
    return [
        f"{result.case.case_id} {outcome.name}: {outcome.reason}"
        for result in report.results
        for outcome in result.outcomes
        if outcome.state is State.FAILED
    ]


def test_every_worked_example_passes(client: Client) -> None:
    report = run_file(WORKED, client, ledger=True)
    assert failures(report) == []
    assert report.count(State.PASSED) == len(report.results) == 98
    posted = [one for result in report.results for one in result.outcomes if one.name.endswith(", by footprint")]
    assert len(posted) == 42
    assert {one.state for one in posted} == {State.PASSED}


def test_variants_of_the_worked_examples_pass(client: Client) -> None:
    report = run_file(VARIANTS, client)
    assert failures(report) == []
    assert report.count(State.PASSED) == len(report.results)


def test_a_wrong_case_is_a_failure_each_time(client: Client) -> None:
    report = run_file(FAILURES, client)
    assert [result.case.case_id for result in report.results if result.state is not State.FAILED] == []


@pytest.mark.parametrize(("file", "code"), [(VARIANTS, 0), (FAILURES, 1)])
def test_the_command_exits_with_one_where_a_case_failed(
    service: Service, file: Path, code: int, tmp_path: Path
) -> None:
    head, first, *_ = file.read_text(encoding="utf-8").split("\n- id: ")
    (tmp_path / "one.yaml").write_text(f"{head}\n- id: {first}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["cases", str(tmp_path / "one.yaml"), "--url", service.url])
    assert done.exit_code == code
