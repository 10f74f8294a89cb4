"""The documents tell the truth: commands of the README run, figures in it are counted, links lead somewhere."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from emission_factors.activity_types import all_activity_types
from emission_factors.releases import shipped_catalogue
from tests.forking import run
from tests.service import Service

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
PROMPTED = [line[2:] for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def test_the_two_commands_are_there_and_are_shell() -> None:
    assert SHELL == ["./start", "./test"]
    for name in SHELL:
        assert os.access(ROOT / name, os.X_OK)
        subprocess.run(["sh", "-n", str(ROOT / name)], check=True)
    subprocess.run(["sh", "-n", str(ROOT / "tools" / "environment.sh")], check=True)


@pytest.mark.parametrize(
    "command", [line for line in PROMPTED if line.startswith(("parkledger estimate", "parkledger factors"))]
)
def test_commands_without_a_service_run(command: str) -> None:
    done = run(*shlex.split(command)[1:])
    assert done.returncode == 0, done.stderr
    assert "cn-mee-electricity-2023" in done.stdout


def test_the_question_over_http_is_answered_as_the_readme_says(service: Service) -> None:
    command = next(line for line in PROMPTED if line.startswith("curl"))
    arguments = shlex.split(command)
    body = arguments[arguments.index("-d") + 1]
    response = service.post(body)
    found = response.json()["data"]["estimate"][0]
    assert (found["scope2Location"]["co2e"], found["scope2Market"]["co2e"]) == ("441.9", "609.6")
    assert "answers 441.9 t by location" in README
    assert "公告2025年第47号" in json.dumps(found, ensure_ascii=False)


OPERATIONS = [
    pytest.param(block, id=f"{path.name}-{number}")
    for path in DOCUMENTS
    for number, block in enumerate(re.findall(r"```graphql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL), 1)
]


@pytest.fixture(scope="module")
def printed_schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_in_the_documents_is_one_of_the_schema(operation: str, printed_schema: GraphQLSchema) -> None:
    assert validate(printed_schema, parse(operation)) == []


def test_every_prompted_command_is_tried_somewhere() -> None:
    tried = (
        "parkledger estimate",
        "parkledger factors",
        "curl",
        "parkledger post",
        "parkledger verify",
        "parkledger report",
    )
    assert [line for line in PROMPTED if not line.startswith(tried)] == []


def test_the_figures_are_counted() -> None:
    catalogue = shipped_catalogue()
    types, factors, datasets = len(all_activity_types()), len(catalogue.factors), len(catalogue.datasets)
    assert f"{types} activity types, {factors:,} factors of {datasets} published data sets" in README
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{types} activity types" in changelog


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_settings_of_the_readme_are_the_services() -> None:
    settings = (ROOT / "api" / "settings.py").read_text(encoding="utf-8")
    names = re.findall(r"^    (\w+): ", settings, re.MULTILINE)
    fields = {f"PARKLEDGER_{name.upper()}" for name in names if name != "model_config"}
    assert fields <= set(re.findall(r"`(PARKLEDGER_\w+)`", README))


def test_the_interpreter_is_one_we_support() -> None:
    assert sys.version_info >= (3, 11)
