"""Pools of connections that are there again as soon as the database is.

What `psycopg_pool` does where a connection fails is to try again after one second, after two, after four and so on, and
to look at the idle connections of a server that went away one by one in the same way: who asked first after it was back
waited for a minute, and was refused.
"""

from time import monotonic
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg_pool import AsyncConnectionPool
from psycopg_pool.abc import ACT
from psycopg_pool.pool_async import AddConnection

if TYPE_CHECKING:
    from psycopg_pool.pool_async import MaintenanceTask

BETWEEN_ATTEMPTS_S: Final = 2.0
"""Seconds from one attempt to connect to the next, at most, however long the database is away."""


class Pool(AsyncConnectionPool[ACT]):
    """A pool that gives no connection that the server has closed, and goes on connecting at short intervals."""

    async def getconn(self, timeout: float | None = None) -> ACT:
        """Take a connection that is open as far as is known without asking the server.

        Raises `PoolTimeout` where none is to be had within `timeout` seconds, those of the pool if not given.
        """
        until = monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            connection = await super().getconn(until - monotonic())
            if not _is_closed(connection):
                return connection
            await self.putconn(connection)  # which replaces it

    async def schedule_task(self, task: "MaintenanceTask", delay: float) -> None:
        """Do a task of the pool's own later; another attempt to connect never much later."""
        longest = BETWEEN_ATTEMPTS_S if isinstance(task, AddConnection) else delay
        await super().schedule_task(task, min(delay, longest))


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
