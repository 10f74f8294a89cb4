"""`parkledger report` within this process, against a running service: published, listed, pulled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import reporting
from api.cli.failures import is_expected
from api.cli.main import app
from api.client import KEY_VARIABLE, Client
from ledger.setup import Databases
from reports.verifying import verify_report
from tests.api.test_flows import row
from tests.api.test_history import sealed
from tests.published import Reported, trusted
from tests.service import Service


@pytest.fixture(scope="module")
def park(service: Service) -> Iterator[Reported]:
    with Client(service.url) as client:
        found = Reported(service, client)
        found.book(row("a", "electricity.grid", "1000", "MWh"))
        found.close("MONTH", "2024-03")
        yield found


def run(park: Reported, *arguments: str) -> tuple[int, str]:
    """Return the exit code and what the command said, as the tenant's administrator."""
    env = {KEY_VARIABLE: park.admin.key, "COLUMNS": "300"}
    result = CliRunner().invoke(app, ["report", *arguments, "--url", park.service.url], env=env)
    told = str(result.exception) if isinstance(result.exception, Exception) else ""
    assert not told or is_expected(result.exception), result.exception  # type: ignore[arg-type]
    return result.exit_code, f"{result.output}{told}"


def test_a_report_is_published_listed_and_pulled(park: Reported, databases: Databases, tmp_path: Path) -> None:
    code, said = run(park, "publish", "ghg_protocol", "2024-03", "--tenant", "t1")
    assert code == 0, said
    key = said.split()[0]
    assert "edition 1" in said
    assert "SCOPE_2_LOCATION            441,900.000 kg" in said
    assert run(park, "list", "--tenant", "t1") == (0, f"{key}  GHG_PROTOCOL t1 2024-03 edition 1  current\n")
    sealed(databases)
    code, said = run(park, "pull", key, "--to", str(tmp_path / "files"), "--language", "zh")
    assert code == 0, said
    name = "ghg_protocol-t1-2024-03-2024-03-v1"
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == sorted(
        [f"{name}{ending}" for ending in (".json", ".signed.json", "-zh.xlsx", "-zh.pdf", "-zh.xhtml")]
    )
    assert verify_report((tmp_path / "files" / f"{name}.signed.json").read_bytes(), [trusted()]).holds
    code, said = run(park, "publish", "GHG_PROTOCOL", "2024-03", "--tenant", "t1")
    assert (code, said.startswith("ALREADY_PUBLISHED: edition 1 was published")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("publish", "GHG_PROTOCOL", "2024-Q5", "--tenant", "t1"), "'2024-Q5' is no period; accepted are a month"),
        (("publish", "GHG_PROTOCOL", "2024-Q1"), "a report is of one tenant or of one park"),
        (("publish", "GHG_PROTOCOL", "2024", "--tenant", "t1"), "PERIOD_NOT_CLOSED: t1 has not closed year 2024"),
        (("publish", "GHG_PROTOCOL", "2024-Q1", "--tenant", "t1"), "has not closed quarter 2024-Q1"),
        (("publish", "GHG_PROTOCOL", "2024", "--park", "nowhere"), "no park has the code 'nowhere'"),
        (("pull", "x", "--form", "doc"), "'doc' is no form; accepted are json, xlsx"),
        (("pull", "x", "--form", "json"), "the service answered 400: id:"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(park: Reported, arguments: tuple[str, ...], message: str) -> None:
    code, said = run(park, *arguments)
    assert code == 1
    assert message in said


def test_whoever_cannot_be_told_whether_a_report_is_stale_is_not_told_that_it_is_current() -> None:
    one = {"id": "UmVw", "kind": "PARK", "first": "2024-01", "last": "2024-12", "version": 2, "supersededBy": None}
    of_park = one | {"park": {"code": "p1"}, "tenant": {"code": "t1"}}
    ends = {None: "newest", (): "current", ("ACTIVITIES", "REOPENED"): "stale: ACTIVITIES, REOPENED"}
    for reasons, state in ends.items():
        stale = None if reasons is None else {"reasons": [{"code": code} for code in reasons]}
        told = reporting._line(of_park | {"stale": stale})
        assert told == f"UmVw  PARK park p1 2024-01..2024-12 edition 2  {state}"
    told = reporting._line(of_park | {"stale": None, "supersededBy": {"version": 3}})
    assert told.endswith("superseded by edition 3")
