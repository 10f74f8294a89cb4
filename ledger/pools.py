"""Pools of connections that are there again as soon as the database is, and do not let wait while it is away.

What `psycopg_pool` does where a connection fails is to try again after one second, after two, after four and so on, and
to look at the idle connections of a server that went away one by one in the same way: who asked first after it was back
waited for a minute, and was refused.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import PipelineAborted
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from psycopg_pool.abc import ACT
from psycopg_pool.pool_async import AddConnection

if TYPE_CHECKING:
    from psycopg_pool.pool_async import MaintenanceTask

FAILURES: Final = (psycopg.Error, PoolTimeout)
"""What a statement or the wait for a connection may raise; anything else is a fault of ours."""
PassingFailure = psycopg.OperationalError
"""The database could not do it just now: it is away, has no room or gave way to another transaction. Nothing of the
transaction is written, and the same may go well later. `is_away` is narrower: nobody else would fare better now.
"""
BETWEEN_ATTEMPTS_S: Final = 2.0
"""Seconds from one attempt to connect to the next, at most, however long the database is away; and how long who asks
meanwhile waits for a connection, so that one attempt at least is made for it.
"""
REACHING: Final = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How soon a server is given up that says nothing: ten seconds for a connection that is made, a minute for one that is
there, which the system would wait two hours for. Of no effect on a socket of this machine.
"""
_AWAY: Final = ("08", "53", "57P01", "57P02", "57P03")
"""How the codes begin of a server that cannot be reached, has no room, memory or connection left, ends or starts."""


def is_away(error: BaseException | None) -> bool:
    """Tell whether an error says that the database does not answer or takes nothing on: what failed may go well later.

    A connection that is lost has no code. What comes after a statement that failed in the same message is its
    consequence alone.
    """
    if not isinstance(error, psycopg.OperationalError) or isinstance(error, PipelineAborted):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_AWAY)


def reaching(url: str) -> str:
    """Return what to connect to a server with: its URL, and `REACHING` as far as it says nothing else itself."""
    said = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in REACHING.items() if name not in said})


class Pool(AsyncConnectionPool[ACT]):
    """A pool that gives no connection that the server has closed, goes on connecting at short intervals, and tells who
    asks soon that there is none.
    """

    def __init__(self, url: str, **settings: Any) -> None:
        super().__init__(url, **settings)
        self._is_failing = False
        self._asking = set[asyncio.Timeout]()

    async def getconn(self, timeout: float | None = None) -> ACT:
        """Take a connection that is open as far as is known without asking the server.

        Raises `PoolTimeout` where none is to be had within `timeout` seconds, those of the pool if not given, or within
        `BETWEEN_ATTEMPTS_S` where the last attempt to connect failed.
        """
        limit = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(min(limit, BETWEEN_ATTEMPTS_S) if self._is_failing else limit) as asking:
                connection = await self._open_one(asking)
        except TimeoutError:
            reason = "the last attempt to connect failed" if self._is_failing else f"none was free in {limit:g} s"
            raise PoolTimeout(f"there is no connection to the database: {reason}") from None
        self._is_failing = False
        return connection

    async def schedule_task(self, task: "MaintenanceTask", delay: float) -> None:
        """Do a task of the pool's own later: another attempt to connect, after one that failed, never much later."""
        if isinstance(task, AddConnection):
            delay = min(delay, BETWEEN_ATTEMPTS_S)
            self._fail()
        await super().schedule_task(task, delay)

    def _fail(self) -> None:
        self._is_failing = True
        until = asyncio.get_running_loop().time() + BETWEEN_ATTEMPTS_S
        for asking in self._asking:
            if not asking.expired():
                asking.reschedule(min(asking.when() or until, until))

    async def _open_one(self, asking: asyncio.Timeout) -> ACT:
        self._asking.add(asking)
        try:
            while _is_closed(connection := await super().getconn()):
                await self.putconn(connection)  # which replaces it
            return connection
        finally:
            self._asking.discard(asking)


def _is_closed(connection: "psycopg.AsyncConnection[object]") -> bool:
    """Tell whether the server has closed a connection while it lay idle.

    A server that ends says so and closes; both are there to be read, without asking it.
    """
    try:
        for _ in range(2):  # what it says, and the end
            connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return True
    return connection.closed
