"""`parkledger seal`, `history export` and `verify log`, each within this process: starting one costs more than all."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.failures import is_expected
from api.cli.main import app
from ledger.history.reading import newest_head
from ledger.identity.principals import NO_TENANT_ID
from ledger.setup import Databases
from proofs.keys import make_key
from tests.conftest import Server
from tests.service import environment, signing_key_file
from tests.world import opened, row, world

NONE: Mapping[str, str | None] = {"PARKLEDGER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
"""No database: what needs none does not ask for one."""


@pytest.fixture
def databases_of_its_own(server: Server, worker_id: str) -> Iterator[Databases]:
    yield server.create(f"histories_{worker_id}")
    server.drop(f"histories_{worker_id}")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said and how it ended."""

    code: int
    said: str


def run(*arguments: str, env: Mapping[str, str | None]) -> Done:
    result = CliRunner().invoke(app, arguments, env={**env, "COLUMNS": "200"})
    told = str(result.exception) if isinstance(result.exception, Exception) else ""
    assert not told or is_expected(result.exception), result.exception  # type: ignore[arg-type]
    return Done(result.exit_code, f"{result.output}{told}")


def make(databases: Databases) -> str:
    async def made() -> str:
        async with world(databases) as here:
            await here.post(row("a"), row("b"))
            return str(here.tenant)

    return asyncio.run(made())


def flip(path: Path, index: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    line = json.loads(lines[index])
    line["event"] = line["event"].replace('"count":2', '"count":3')
    lines[index] = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))


def test_a_history_is_sealed_exported_and_verified_in_both_places(
    databases_of_its_own: Databases, tmp_path: Path
) -> None:
    env = environment(databases_of_its_own)
    tenant = make(databases_of_its_own)
    sealed = run("seal", env=env)
    assert (sealed.code, "events sealed, signed by parkledger+" in sealed.said) == (0, True), sealed.said
    exported = run("history", "export", "--to", str(tmp_path), env=env)
    assert exported.code == 0, exported.said
    folder = tmp_path / tenant
    head, key = folder / "checkpoint.txt", (folder / "key.txt").read_text().strip()
    verified = run("verify", "log", "--from", str(head), env=env)
    assert verified.code == 0, verified.said
    assert f"The history parkledger/{tenant} holds. Events proved: 6." in verified.said
    assert "✓ The rows that 6 events recorded are as they were sealed." in verified.said
    alone = run("verify", "log", "--file", str(folder), "--key", key, env=NONE)
    assert (alone.code, "Events proved: 6." in alone.said) == (0, True), alone.said
    strange = str(make_key("parkledger").public)
    other = run("verify", "log", "--file", str(folder), "--key", strange, env=NONE)
    assert (other.code, "no trusted key signed this note" in other.said) == (1, True)
    flip(folder / "history.ndjson", 5)
    damaged = run("verify", "log", "--file", str(folder), "--key", key, env=NONE)
    assert (damaged.code, "First bad index: 5." in damaged.said) == (1, True), damaged.said


def test_a_key_is_handed_on_by_the_command(databases_of_its_own: Databases, tmp_path: Path) -> None:
    env = environment(databases_of_its_own)
    tenant = make(databases_of_its_own)
    assert run("seal", env=env).code == 0
    new = tmp_path / "new.pem"
    new.write_bytes(make_key("parkledger").pem())
    rotated = run("history", "rotate", "--new", str(new), env=env)
    assert (rotated.code, "2 histories handed from parkledger+" in rotated.said) == (0, True), rotated.said
    refused = run("seal", env=env)
    assert (refused.code, "hand the history on" in refused.said) == (1, True), refused.said
    by_new = {**env, "PARKLEDGER_SIGNING_KEY_FILE": str(new)}
    assert run("seal", env=by_new).code == 0
    for known in (env, by_new):
        verified = run("verify", "log", env=known)
        assert (verified.code, f"parkledger/{tenant} holds. Events proved: 7." in verified.said) == (0, True)


def test_a_server_needs_a_key_of_its_own(databases_of_its_own: Databases) -> None:
    env = {**environment(databases_of_its_own), "PARKLEDGER_SIGNING_KEY_FILE": None}
    refused = run("serve", env=env)
    assert refused.code == 1
    assert "PARKLEDGER_SIGNING_KEY_FILE is not set" in refused.said
    wrong = run("seal", env={**env, "PARKLEDGER_SIGNING_KEY_FILE": str(signing_key_file().parent / "none.pem")})
    assert (wrong.code, "cannot be read" in wrong.said) == (1, True)

    async def head() -> object:
        async with opened(databases_of_its_own) as database, database.snapshot() as connection:
            return await newest_head(connection, NO_TENANT_ID)

    assert asyncio.run(head()) is None, "nothing was sealed"
