"""Long readings beside the service's loop: each in a thread with an event loop of its own, so that others are answered.

Few at a time, since each takes a processor. The others wait in the order they came, with neither a thread nor a
connection, so that any number may come at once; more than may wait are told so.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from ledger.turns import Overloaded

AT_ONCE: Final = 2
"""Readings at a time: a small one need not wait for a park's."""
WAITING: Final = 16
"""Readings that may wait for their turn."""

Result = TypeVar("Result")


class Turn:
    """A turn, in which one thing after the other is done in a thread."""

    def __init__(self) -> None:
        self._thread: asyncio.Future[Any] | None = None

    async def run(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Do something in a thread's own loop; it is cancelled there, at its next wait, where this is cancelled."""
        running = _Running()
        self._thread = asyncio.ensure_future(asyncio.to_thread(running.run, work))
        try:
            return await asyncio.shield(self._thread)
        except asyncio.CancelledError:
            running.cancel()
            raise

    def at_end(self, end: Callable[[], None]) -> None:
        """Call `end` once no thread works in this turn any more."""
        if self._thread is None or self._thread.done():
            end()
        else:
            self._thread.add_done_callback(lambda _: end())


class Beside:
    """The turns of one service: `at_once` of them at a time, and `waiting` behind them."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._most = at_once + waiting
        self._turns = asyncio.Semaphore(at_once)
        self._asked = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn, and have it until the block ends and its thread too.

        Raises `Overloaded` where too many wait already.
        """
        if self._asked >= self._most:
            raise Overloaded(f"{self._asked} reports are being read or wait for it; nothing was done, try again")
        self._asked += 1
        try:
            await self._turns.acquire()
        except BaseException:
            self._asked -= 1
            raise
        turn = Turn()
        try:
            yield turn
        finally:
            turn.at_end(self._end)

    def _end(self) -> None:
        self._asked -= 1
        self._turns.release()


class _Running:
    """Something under way in a thread, which another thread may cancel."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self._is_cancelled = False

    def run(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        return asyncio.run(self._held(work))

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            if self._cancel:
                self._cancel()

    async def _held(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs is in one
        with self._lock:
            if self._is_cancelled:
                raise asyncio.CancelledError
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            return await work()
        finally:
            with self._lock:
                self._cancel = None
