"""Turns: how many writes are worked on at a time, so that reads never wait behind a queue of them.

A machine's cores are soon taken by postings, each of which is some milliseconds of work here and in the database. So
few are begun at a time, the others wait in the order they came, and while a question is being answered one is enough:
what is read goes first, and what is written never stands still. How many may wait has an end, too: what waits is in
memory, and a writer that is told so at once can come again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

MOST_WAITING: Final = 256
"""Writes that may wait for their turn."""
_GIVES_WAY_S: Final = 0.0003
"""Seconds that a row to be written gives way to what is being read: three times what its own checking takes.

Of 0, 10 and 30 ms for a batch of 100 rows the last kept reads shortest under 64 clients, and as much was written.
"""
_LONGEST_S: Final = 0.1
"""Seconds that a batch gives way at most, however many rows it has: what is written never stands still."""
_ASIDE: Final = 2
"""Who may wait for those who write at a time, each with a connection."""


class Overloaded(Exception):
    """As many wait as may; nothing of this one was begun."""


class Turns:
    """The turns of one event loop: `most` writes at a time, one while anything is read, and `waiting` behind them."""

    def __init__(self, most: int, waiting: int = MOST_WAITING) -> None:
        if most < 1:
            raise ValueError(f"{most} writes at a time would be none; at least 1 is needed")
        self._most = most
        self.most_waiting = waiting
        self._reads = 0
        self._writes = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._coming = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._aside = asyncio.Semaphore(_ASIDE)
        self._beside = 0

    async def come(self, rows: int) -> None:
        """Come to write so many rows, one batch after the other, with whatever else can go on in between.

        A batch is some milliseconds of checking before it waits for its turn; of sixty that come together a read, which
        is a dozen short steps, would otherwise wait for one at each step. So a batch lets what is being read end first,
        for as long as its rows give way.
        """
        async with self._coming:
            await asyncio.sleep(0)
            if self._reads:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(rows * _GIVES_WAY_S, _LONGEST_S)):
                        await self._quiet.wait()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Be one who reads; reads wait for nobody."""
        self._reads += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._reads -= 1
            if not self._reads:
                self._quiet.set()
            self._admit()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Wait for a turn to write, behind those who came before, and have it until the block ends.

        Raises `Overloaded` where too many wait already.
        """
        if self._waiting or not self._has_room():
            self.check()
            await self._turn()
        else:
            self._writes += 1
        try:
            yield
        finally:
            self._end()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Have a place beside the turns until the block ends: for who waits for those who write, and must let them.

        Raises `Overloaded` where too many wait for one already.
        """
        if self._beside >= self.most_waiting:
            raise Overloaded(f"{self._beside} wait for those who write; nothing was written, try again")
        self._beside += 1
        try:
            async with self._aside:
                yield
        finally:
            self._beside -= 1

    def check(self) -> None:
        """Raise `Overloaded` where nobody else may wait."""
        if len(self._waiting) >= self.most_waiting:
            raise Overloaded(f"{len(self._waiting)} writes wait for their turn; nothing was written, try again")

    def _has_room(self) -> bool:
        return self._writes < (1 if self._reads else self._most)

    async def _turn(self) -> None:
        """Wait until `_admit` has counted this write in."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._end()
            raise

    def _admit(self) -> None:
        while self._waiting and (self._waiting[0].done() or self._has_room()):
            turn = self._waiting.popleft()
            if not turn.done():  # whoever gave up waiting has no turn
                self._writes += 1
                turn.set_result(None)

    def _end(self) -> None:
        self._writes -= 1
        self._admit()
