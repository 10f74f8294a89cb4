"""Grants are looked up for all who ask at a moment in one statement, which begins after each of them asked.

So a hundred clients that come at once take a connection from those who read for a moment, not a hundred times; and one
whose grant was revoked before it came is refused, as if it had been looked up alone.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from ledger.database import Database
from ledger.identity.grant_rows import Presented, presented

AT_ONCE: Final = 2
"""Statements under way at a time: who comes alone waits for nobody else's."""


@dataclass(slots=True)
class _Waiting:
    """Those who wait for one statement: the handles they present, and what it will find."""

    handles: set[str] = field(default_factory=set)
    found: "asyncio.Future[list[Presented]]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Lookups:
    """What handles may do; who asks while `AT_ONCE` statements are under way shares the next."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next: _Waiting | None = None
        self._working = set[asyncio.Task[None] | None]()

    async def of(self, handles: Collection[str]) -> list[Presented]:
        """Return what the handles may do, whether or not it holds; raises as the database does."""
        waiting = self._next = self._next or _Waiting()
        waiting.handles.update(handles)
        if len(self._working) < AT_ONCE:
            self._working.add(asyncio.create_task(self._work()))
        found = await asyncio.shield(waiting.found)  # who goes away leaves it to the others
        return [one for one in found if one.handle in handles]

    async def _work(self) -> None:
        try:
            while waiting := self._next:
                self._next = None  # who asks from here on is not part of this statement
                await self._answer(waiting)
        finally:  # and by no callback, which would come later: who asks in between would wait for one that is gone
            self._working.discard(asyncio.current_task())

    async def _answer(self, waiting: _Waiting) -> None:
        try:
            async with self._database.outside() as connection:
                found = await presented(connection, sorted(waiting.handles))
        except Exception as error:  # noqa: BLE001  each of those who wait is told
            waiting.found.set_exception(error)
        else:
            waiting.found.set_result(found)
