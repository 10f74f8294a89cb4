"""The command line as a user runs it: in processes of their own, one of them started from nothing."""

import csv
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.client import Client
from ledger.setup import Databases
from tests.api.test_flows import Park
from tests.conftest import Server
from tests.forking import run
from tests.service import COMMAND, Service, environment, start_service

ROOT = Path(__file__).parents[3]


def test_the_command_explains_itself() -> None:
    done = subprocess.run((*COMMAND, "--help"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "parkledger demo" in done.stdout


def test_the_service_starts_from_nothing(server: Server, worker_id: str) -> None:
    """The other tests' services are forked: what only a start from nothing lacks would not be seen in them."""
    started = start_service(environment(server.create(f"command_{worker_id}")), as_command=True)
    try:
        assert started.get("/readyz").status_code == 200
        assert started.post('{"query": "{ __typename }"}').json() == {"data": {"__typename": "Query"}}
    finally:
        code = started.stop()
    server.drop(f"command_{worker_id}")
    assert code in (0, -15)


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("demo",),
        ("migrate",),
        ("estimate",),
        ("factors",),
        ("factors", "import"),
        ("post",),
        ("cases",),
    ],
)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0
    assert len(done.stdout) > 150


def test_the_list_of_commands_is_not_cut_and_every_command_takes_the_short_option() -> None:
    told = CliRunner().invoke(app, ["-h"], env={"COLUMNS": "80"})
    commands = told.stdout.partition("Commands:\n")[2].splitlines()
    assert (told.exit_code, len(commands)) == (0, 19)
    assert [line for line in commands if not line.endswith(".")] == []
    assert [line for line in commands if line.endswith("...")] == []
    assert CliRunner().invoke(app, ["report", "publish", "-h"]).exit_code == 0


def test_the_version_is_told() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.stdout.startswith("parkledger "), told.stdout.count("\n")) == (0, True, 1)


def test_estimate_needs_no_service() -> None:
    done = run("estimate", "electricity.grid", "1000", "MWh", "--region", "CN-GD", "--year", "2023", "--explain")
    assert done.returncode == 0
    assert "441900" in done.stdout
    assert "cn-mee-electricity-2023:CN-GD" in done.stdout
    assert "year exact" in done.stdout


def test_a_refused_estimate_is_one_clear_line() -> None:
    done = run("estimate", "electricity.grid", "1000", "ton")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("parkledger: UNKNOWN_UNIT: 'ton' is not a unit")
    assert "Traceback" not in done.stderr


def test_factors_are_found_in_chinese_and_shown_with_their_source() -> None:
    found = run("factors", "search", "广东", "电力", "2023")
    assert "cn-mee-electricity-2023:CN-GD" in found.stdout
    shown = run("factors", "show", "cn-mee-electricity-2023:CN-GD")
    assert "0.4419" in shown.stdout
    assert "公告2025年第47号" in shown.stdout
    missing = run("factors", "show", "nothing:here")
    assert (missing.returncode, "nothing:here" in missing.stderr) == (1, True)


FLAT_FILE = """ID,Scope,Level 1,Level 2,Level 3,Level 4,Column Text,UOM,GHG/Unit,GHG Conversion Factor 2027
7_400_4000_5_1,Scope 2,UK electricity,Electricity generated,Electricity: UK,,,kWh,kg CO2e,0.15
7_400_4000_5_2,Scope 2,UK electricity,Electricity generated,Electricity: UK,,,kWh,kg CO2e of CO2 per unit,0.14
7_400_4000_5_3,Scope 2,UK electricity,Electricity generated,Electricity: UK,,,kWh,kg CO2e of CH4 per unit,0.006
7_400_4000_5_4,Scope 2,UK electricity,Electricity generated,Electricity: UK,,,kWh,kg CO2e of N2O per unit,0.004
"""


def test_next_years_edition_is_tried_then_imported_then_used(fresh: Databases, tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    file.write_text(FLAT_FILE, encoding="utf-8")
    arguments = ("factors", "import", "desnz", str(file), "--year", "2027", "--published-on", "2027-06-10")
    env = environment(fresh)
    dry = run(*arguments, env=env)
    assert (dry.returncode, "1 factors (1 for activity types)" in dry.stdout) == (0, True)
    assert "dry run, nothing was changed" in dry.stdout
    done = run(*arguments, "--commit", env=env)
    assert "factor release 4 made" in done.stdout, done.stderr
    again = run(*arguments, "--commit", env=env)
    assert again.returncode in (0, 1)


def test_a_faulty_edition_is_refused_with_row_and_column(tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    file.write_text(FLAT_FILE.replace("kWh,kg CO2e,0.15", "furlongs,kg CO2e,abc"), encoding="utf-8")
    done = run("factors", "import", "desnz", str(file), "--year", "2027", "--published-on", "2027-06-10")
    assert done.returncode == 1
    assert "row 2" in done.stderr
    assert "nothing was imported" in done.stderr


def rows_file(folder: Path, *rows: tuple[str, ...]) -> Path:
    file = folder / "rows.csv"
    header = ("source", "external_id", "activity_type", "quantity", "unit", "period_start", "period_end", "document")
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([header, *rows])
    return file


def test_posting_a_file_twice_adds_nothing_and_faults_name_their_line(
    service: Service, client: Client, tmp_path: Path
) -> None:
    park = Park(client)
    code = uuid4().hex[:10]
    park.add_tenant(code)
    month = ("2024-03-01T00:00:00+08:00", "2024-04-01T00:00:00+08:00", "INV")
    good = [("m1", f"e{number}", "electricity.grid", "1.5", "kWh", *month) for number in range(1203)]
    bad = ("m1", "bad", "electricity.grid", "1,5", "kWh", *month)
    file = rows_file(tmp_path, *good, bad)
    first = run("post", str(file), "--tenant", code, "--url", service.url)
    assert first.returncode == 1
    assert "accepted 1203, duplicate 0, conflict 0, rejected 1" in first.stdout
    assert "line 1205, quantity: '1,5' is not a decimal number" in first.stderr
    file = rows_file(tmp_path, *good)
    again = run("post", str(file), "--tenant", code, "--url", service.url)
    assert again.returncode == 0
    assert "accepted 0, duplicate 1203" in again.stdout or "accepted 1000, duplicate 203" in again.stdout


def test_a_file_without_its_columns_and_a_tenant_nobody_knows(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("source,quantity\nm1,1\n")
    lacking = run("post", str(file), "--tenant", "x", "--url", service.url)
    assert (lacking.returncode, "lacks the columns external_id" in lacking.stderr) == (1, True)
    unknown = run("post", str(rows_file(tmp_path)), "--tenant", "nobody", "--url", service.url)
    assert (unknown.returncode, "no tenant with code 'nobody'; it reads " in unknown.stderr) == (1, True)


def test_a_row_with_a_cell_too_many_posts_nothing(service: Service, client: Client, tmp_path: Path) -> None:
    park = Park(client)
    code = uuid4().hex[:10]
    park.add_tenant(code)
    month = ("2024-03-01T00:00:00+08:00", "2024-04-01T00:00:00+08:00", "INV")
    file = rows_file(tmp_path, ("m1", "e1", "electricity.grid", "1", "kWh", *month))
    file.write_text(f"{file.read_text()}m1,e2,electricity.grid,1,000,kWh,{','.join(month)}\n")
    told = run("post", str(file), "--tenant", code, "--url", service.url)
    assert (told.returncode, told.stdout) == (1, "")
    assert "line 3 has 9 cells where the header has 8; nothing was posted" in told.stderr


def test_check_says_how_much_it_compared(databases: Databases) -> None:
    done = run("check", env=environment(databases))
    assert done.returncode == 0, done.stderr
    assert "0 differ" in done.stdout


def test_a_taken_port_is_told_at_once(service: Service) -> None:
    port = service.url.rpartition(":")[2]
    done = run("serve", "--port", port)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr


def test_the_printed_schema_is_the_committed_one() -> None:
    assert run("schema").stdout == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
