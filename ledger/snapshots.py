"""One consistent view for all that one operation asks, and how another transaction may see the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ledger.connections import Connection, Told
from ledger.database import Database


class Snapshot:
    """One consistent view for one operation, opened at first use; resolvers may ask in parallel, SQL runs in turn.

    One that is not kept is given back after each use, and the next one sees what was committed meanwhile.
    """

    def __init__(self, database: Database, *, is_kept: bool = True) -> None:
        self._database = database
        self._is_kept = is_kept
        self._lock = asyncio.Lock()
        self._opened: Any = None
        self._told: Told | None = None

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Connection]:
        """Take the snapshot's connection for one or more statements."""
        async with self._lock:
            if self._is_kept:
                yield (await self._open()).connection
                return
            async with self._database.snapshot() as connection:
                yield connection

    async def told(self) -> Told:
        """Return the snapshot with the instant whose knowledge it holds; its connection is for `use` alone.

        Of one that is not kept, what is read has to be read as of the instant.
        """
        async with self._lock:
            found = await self._open()
            if self._is_kept:
                return found
            await self._close()
            return Told(found.connection, found.instant, False)

    async def close(self) -> None:
        """Give the connection back, if one was taken."""
        async with self._lock:
            await self._close()

    async def _close(self) -> None:
        if self._opened is not None:
            await self._opened.__aexit__(None, None, None)
            self._opened = self._told = None

    async def _open(self) -> Told:
        if self._told is None:
            self._opened = self._database.told_snapshot()
            self._told = await self._opened.__aenter__()
        return self._told


async def shared_snapshot(connection: Connection) -> str:
    """Return the name by which another transaction may see what this one does, as long as this one lasts."""
    row = await (await connection.execute("SELECT pg_export_snapshot()")).fetchone()
    assert row is not None  # noqa: S101  a select without a table has a row
    return str(row[0])
