"""Looking beyond what a caller reaches: who does and why, for whose answers, and that nothing stays wide."""

import ast
import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from ledger.access import Access, NotRegistered
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.setup import Databases
from tests.world import world

pytestmark = pytest.mark.anyio
REPOSITORY = Path(__file__).parents[2]
WIDENS = re.compile(r"SET LOCAL app\.(reach|tenant|tenants|parks|named|sites|\{name\}) = ")
CALLERS = {
    "ledger/footprints/adoptions.py": 1,
    "ledger/management/energy_balances.py": 1,
    "ledger/management/findings.py": 1,
    "ledger/footprints/footprints.py": 2,
    "ledger/instruments/transfers.py": 1,
    "ledger/instruments/versions.py": 1,
    "ledger/intervals/matching.py": 1,
    "ledger/reporting/pinned_bases.py": 1,
    "ledger/registry.py": 1,
    "ledger/reports/staleness.py": 1,
}
"""Who looks beyond, and how often it stands there. Another one is a decision (docs/decisions/0024)."""


def calls(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    if "beyond" not in text:  # to look at every call of every module takes seconds
        return 0
    found = (one.func for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call))
    return sum(isinstance(one, ast.Name) and one.id == "beyond" for one in found)


def test_these_look_beyond_and_no_other() -> None:
    rooms = ("api", "schema", "reports", "ledger")
    paths = [path for room in rooms for path in (REPOSITORY / room).rglob("*.py")]
    found = {str(path.relative_to(REPOSITORY)): calls(path) for path in paths}
    assert {path: count for path, count in found.items() if count} == CALLERS


def test_nobody_else_widens_a_transaction() -> None:
    """The settings stand in what a caller reaches, in the block, and where the owner of the tables archives."""
    found = {
        str(path.relative_to(REPOSITORY))
        for room in ("api", "schema", "reports", "ledger")
        for path in (REPOSITORY / room).rglob("*.py")
        if WIDENS.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"ledger/access.py", "ledger/upkeep/archives.py", "ledger/beyond.py"}


async def tenants(connection: Connection) -> set[object]:
    return {one for (one,) in await (await connection.execute("SELECT tenant_id FROM tenants")).fetchall()}


async def test_a_block_sees_all_and_after_it_the_caller_sees_its_own(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        narrowed = here.database.within(Access(reads=frozenset({here.tenant})))
        async with narrowed.snapshot() as connection:
            assert await tenants(connection) == {here.tenant}
            async with beyond(connection, "a test", [here.tenant]):
                async with beyond(connection, "a test within", [other.tenant]):
                    assert {here.tenant, other.tenant} <= await tenants(connection)
                assert other.tenant in await tenants(connection)
            assert await tenants(connection) == {here.tenant}


async def test_the_answer_must_be_about_the_callers_own(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        narrowed = here.database.within(Access(reads=frozenset({here.tenant})))
        async with narrowed.snapshot() as connection:
            for asked in ([other.tenant], [here.tenant, other.tenant], [uuid4()]):
                with pytest.raises(NotRegistered):
                    async with beyond(connection, "a test", asked):
                        raise AssertionError("the block is not entered")
            with pytest.raises(ValueError, match="says why"):
                async with beyond(connection, "", [here.tenant]):
                    raise AssertionError("the block is not entered")
            assert await tenants(connection) == {here.tenant}


async def test_a_statement_that_fails_within_keeps_its_own_error(databases: Databases) -> None:
    async with world(databases) as here:
        narrowed = here.database.within(Access(reads=frozenset({here.tenant})))
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with narrowed.snapshot() as connection, beyond(connection, "a test", [here.tenant]):
                await connection.execute("SELECT 1 / 0")
        async with narrowed.snapshot() as connection:
            assert await tenants(connection) == {here.tenant}


async def test_the_next_to_have_the_connection_starts_narrow(databases: Databases) -> None:
    async with world(databases) as here:
        async with here.database.snapshot() as connection:
            assert len(await tenants(connection)) >= 1
        async with here.database.within(Access()).snapshot() as connection:
            assert await tenants(connection) == set()
