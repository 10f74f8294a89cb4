"""Checks an installed wheel, outside any checkout: its folders are ours alone, it migrates, serves and answers.

Run by .ci/run with the interpreter of the environment the wheel was installed in; no test of the suite.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path

FOLDERS = ("api", "schema", "reports", "ledger", "accounting", "emission_factors", "proofs")
QUERY = """{ estimate(inputs: [{activityType: "electricity.grid", quantity: "1000", unit: "MWh", region: "CN-GD",
  firstDay: "2023-01-01"}]) { ... on Estimate { scope2Location { co2e(unit: TONNE) } } } }"""


def check_owners() -> None:
    owners = packages_distributions()
    wrong = {name: owners.get(name) for name in FOLDERS if owners.get(name) != ["parkledger"]}
    assert not wrong, f"folders that are not ours alone: {wrong}"
    assert not (Path(sys.prefix) / "alembic").exists()
    assert (Path(str(files("ledger"))) / "migrations" / "versions" / "0001_registry.py").is_file()
    assert (Path(str(files("reports"))) / "rendering" / "templates" / "report.typ").is_file()
    assert (Path(str(files("reports"))) / "data" / "concepts.csv").is_file()
    assert "tests" not in owners


def check_service() -> None:
    command = Path(sys.executable).with_name("parkledger")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PARKLEDGER_DATA": f"{folder}/data", "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            [command, "serve", "--port", "0"], env=environment, cwd=folder, stdout=subprocess.PIPE, text=True
        ) as service:
            assert service.stdout is not None
            address = next(line.split()[0] for line in service.stdout if line.strip().startswith("http://"))
            try:
                answer = ask(f"{address.rstrip('/')}/graphql")
                assert answer["data"]["estimate"][0]["scope2Location"]["co2e"] == "441.9", answer
                assert b"Parkledger" in urllib.request.urlopen(address).read()
            finally:
                service.terminate()


def ask(url: str) -> dict[str, dict[str, list[dict[str, dict[str, str]]]]]:
    body = json.dumps({"query": QUERY}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        answer: dict[str, dict[str, list[dict[str, dict[str, str]]]]] = json.load(response)
    return answer


if __name__ == "__main__":
    check_owners()
    check_service()
    sys.stdout.write("the wheel holds\n")
