"""Lookups shared by those who ask at a moment: none is answered by a statement that began before it asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.identity import lookups
from api.identity.lookups import AT_ONCE, Lookups
from ledger.database import Database

pytestmark = pytest.mark.anyio


class Statements:
    """Stands for the database: each statement waits until it is let go, and tells what was true when it began."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.truth: Callable[[], str] = lambda: "LIVE"
        self.may_go = asyncio.Event()

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[None]:
        yield

    async def presented(self, _connection: object, handles: list[str]) -> list[Any]:
        self.asked.append(handles)
        found = [SimpleNamespace(handle=handle, state=self.truth()) for handle in handles if handle != "nobody"]
        await self.may_go.wait()
        if "broken" in handles:
            raise ConnectionError("the server is gone")
        return found


@pytest.fixture
async def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    found = Statements()
    monkeypatch.setattr(lookups, "presented", found.presented)
    return found


def asking(shared: Lookups, *handles: str) -> "asyncio.Task[list[Any]]":
    return asyncio.create_task(cast("Any", shared.of(handles)))


async def begun(statements: Statements, shared: Lookups, handle: str) -> "asyncio.Task[list[Any]]":
    """Ask, and return once a statement of that alone is under way."""
    task, number = asking(shared, handle), len(statements.asked)
    while len(statements.asked) == number:
        await asyncio.sleep(0)
    assert statements.asked[-1] == [handle]
    return task


async def test_who_asks_meanwhile_shares_the_next_statement(statements: Statements) -> None:
    shared = Lookups(cast("Database", statements))
    first = [await begun(statements, shared, f"a{number}") for number in range(AT_ONCE)]
    others = [asking(shared, handle) for handle in ("b", "a0", "nobody", "b")]
    for _ in range(5):
        await asyncio.sleep(0)
    statements.may_go.set()
    assert [[one.handle for one in await task] for task in first] == [["a0"], ["a1"]]
    assert [[one.handle for one in await other] for other in others] == [["b"], ["a0"], [], ["b"]]
    assert statements.asked == [["a0"], ["a1"], ["a0", "b", "nobody"]]
    assert [one.handle for one in await shared.of(["c", "d"])] == ["c", "d"], "and it goes on"


async def test_what_changed_before_one_asked_is_seen(statements: Statements) -> None:
    shared = Lookups(cast("Database", statements))
    before = [await begun(statements, shared, "a") for _ in range(AT_ONCE)]
    statements.truth = lambda: "REVOKED"
    after = asking(shared, "a")
    statements.may_go.set()
    assert [(await one)[0].state for one in (*before, after)] == ["LIVE", "LIVE", "REVOKED"]


async def test_who_asks_as_the_last_statement_ends_is_answered(statements: Statements) -> None:
    shared = Lookups(cast("Database", statements))
    before = [await begun(statements, shared, "a") for _ in range(AT_ONCE)]

    async def ask_late() -> list[Any]:
        await statements.may_go.wait()  # woken in the same turn of the loop, right after those under way
        return await shared.of(["late"])

    late = asyncio.create_task(ask_late())
    await asyncio.sleep(0)
    statements.may_go.set()
    async with asyncio.timeout(10):
        assert [one.handle for one in await late] == ["late"]
    assert [one.handle for task in before for one in await task] == ["a"] * AT_ONCE


async def test_a_failure_is_told_to_those_who_shared_it_and_to_nobody_else(statements: Statements) -> None:
    shared = Lookups(cast("Database", statements))
    before = [await begun(statements, shared, "a") for _ in range(AT_ONCE)]
    failing = asking(shared, "a"), asking(shared, "broken")
    await asyncio.sleep(0)
    statements.may_go.set()
    failed = await asyncio.gather(*failing, return_exceptions=True)
    assert [str(one) for one in failed] == ["the server is gone"] * 2
    assert [one.handle for task in before for one in await task] == ["a"] * AT_ONCE
    assert [one.handle for one in await shared.of(["a"])] == ["a"]


async def test_who_goes_away_leaves_the_others_their_answer(statements: Statements) -> None:
    shared = Lookups(cast("Database", statements))
    gone, stays = asking(shared, "a"), asking(shared, "a")
    while not statements.asked:
        await asyncio.sleep(0)
    gone.cancel()
    statements.may_go.set()
    assert [one.handle for one in await stays] == ["a"]
    assert gone.cancelled()
    assert statements.asked == [["a"]]
