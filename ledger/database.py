"""The database as the service uses it: transactions that write for one tenant, and consistent snapshots to read.

A reader that is told an instant with its snapshot can ask again as of it and sees the same; see `ledger.recordings`. A
write transaction is bound to one tenant by a literal `SET LOCAL app.tenant`, because a distributed PostgreSQL passes
only that form on. What a snapshot sees, and which tenants may be written, is the caller's `Access`.
"""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from copy import copy
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from ledger.access import EVERYTHING, NO_PARK, Access, NotRegistered
from ledger.authors import OURSELVES, Author
from ledger.beside import Beside, Turn
from ledger.connections import READ, Connection, Told, bind, mark, prepare, refuse_unsafe, tell
from ledger.pools import Pool, reaching
from ledger.remembered import Kept
from ledger.turns import Turns

Result = TypeVar("Result")

_AT_ONCE: Final = max(2, os.cpu_count() or 2)
"""Writes worked on at a time, at most: more than there are cores share them, and what is read waits for all."""

_WRITE: Final = b"BEGIN ISOLATION LEVEL READ COMMITTED; %s"
"""Whoever waited for a lock looks anew and sees what the one before committed: exclusions rest on it."""
_SHARE: Final = b"SET TRANSACTION SNAPSHOT '%s'"
_PATIENCE_S: Final = 60
"""Seconds until one who waits for a connection is told that there is none."""


class Database:
    """The connections of one service process; every one commits only what is begun on it.

    With `writers`, so many of its own are for writes, and `size` for reads: who reads never waits for who writes.
    """

    def __init__(self, url: str, size: int = 8, writers: int | None = None) -> None:
        self._url = reaching(url)
        self._reads = _pool(self._url, size, least=size if writers else 1)
        self._writes = _pool(self._url, writers) if writers else self._reads
        self.turns = Turns(min(writers or size, _AT_ONCE))
        self.beside = Beside()
        self.access = EVERYTHING
        self.author = OURSELVES
        self._kept = Kept()
        self._months: set[tuple[int, int]] = set()
        self.interval_months: set[date] = set()
        """Months of readings whose partitions are known to be there; see `ledger.partitions`."""

    async def open(self) -> None:
        """Connect; raises `UnsafeDatabase` where the role or the server's settings break a promise.

        What was opened is closed where that fails: an event loop that ends waits for a pool that is still connecting.
        """
        try:
            for pool in {self._reads, self._writes}:
                await pool.open(wait=True, timeout=30)
            async with self._reads.connection() as connection:
                await refuse_unsafe(connection)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection."""
        for pool in {self._reads, self._writes}:
            await pool.close()

    def within(self, access: Access) -> "Database":
        """Return the same connections for a caller who reaches no more than `access`."""
        narrowed = copy(self)
        narrowed.access = access
        return narrowed

    def written_by(self, author: Author) -> "Database":
        """Return the same connections for what `author` changes: the history says so."""
        found = copy(self)
        found.author = author
        return found

    @asynccontextmanager
    async def write(self, tenant: UUID, *, is_review: bool = False) -> AsyncIterator[Connection]:
        """Open a transaction bound to one tenant, in its turn; commits at the end, rolls back on an error.

        `is_review`: its workflow alone is written, which is for those who review it too; what the caller reaches of
        others is seen.

        Whoever has its answer may commit before: what is done then is no longer in a transaction. Raises
        `NotRegistered` for a tenant that the caller does not write, as for one that does not exist.
        """
        bound = self.access.review_settings(tenant) if is_review else self.access.write_settings(tenant)
        settings = b"; ".join([bound, self.author.settings()])
        await self._make_month()
        async with self.turns.writing(), self._writes.connection() as connection:
            mark(connection, self.access)
            await connection.execute(_WRITE % settings, prepare=False)
            yield connection

    @asynccontextmanager
    async def write_aside(self, tenant: UUID) -> AsyncIterator[Connection]:
        """Open a transaction as `write` does for a review, for one who waits until others have written.

        Those need turns and connections, so this takes none of theirs: a connection of its own, in one of few places.
        Raises `NotRegistered`, and `Overloaded` where too many wait for a place.
        """
        settings = b"; ".join([self.access.review_settings(tenant), self.author.settings()])
        await self._make_month()
        async with self.turns.aside():
            connecting = Connection.connect(self._url, autocommit=True)
            async with await connecting as connection:
                await prepare(connection)
                mark(connection, self.access)
                await connection.execute(_WRITE % settings, prepare=False)
                yield connection

    async def _make_month(self) -> None:
        """See to it once a month that there is a partition for what is recorded now, however long this has run."""
        today = datetime.now(UTC)
        if (today.year, today.month) not in self._months:
            async with self._writes.connection() as connection, connection.transaction():
                found = await connection.execute("SELECT to_regclass(%s)", (f"activities_{today:%Y_%m}",))
                if await found.fetchone() == (None,):
                    await connection.execute("SELECT make_partitions(12)")
            self._months.add((today.year, today.month))

    @asynccontextmanager
    async def write_registry(
        self, tenant: UUID | None = None, *, of_park: UUID | None = None
    ) -> AsyncIterator[Connection]:
        """Open a transaction that sees what the caller reaches, to register something of a tenant, or a new one.

        Raises `NotRegistered` for a tenant that the caller does not register, or a park that it does not read.
        """
        self._check_registering(tenant, of_park)
        async with self._writes.connection() as connection, connection.transaction():
            mark(connection, self.access)
            settings = b"; ".join([self.access.read_settings(), self.author.settings()])
            await connection.execute(settings, prepare=False)
            if tenant is not None:
                await bind(connection, tenant)
            yield connection

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[Connection]:
        """Open a transaction that sees what the caller reaches and is bound to no tenant: what a regulator says of a
        report is all that it can add.
        """
        async with self.turns.writing(), self._writes.connection() as connection, connection.transaction():
            mark(connection, self.access)
            settings = b"; ".join([self.access.read_settings(), self.author.settings()])
            await connection.execute(settings, prepare=False)
            yield connection

    def _check_registering(self, tenant: UUID | None, of_park: UUID | None) -> None:
        if of_park is not None:
            self.access.check_park(of_park)
        elif tenant is not None:
            self.access.check_register(tenant)
        elif not self.access.is_all:
            raise NotRegistered(NO_PARK)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Open a read-only transaction that sees one state of what the caller reaches from first statement to last."""
        async with self._reads.connection() as connection:
            mark(connection, self.access, self._kept)
            await connection.execute(READ % self.access.read_settings(), prepare=False)
            yield connection

    async def read_beside(
        self, turn: Turn, work: Callable[[Connection], Coroutine[Any, Any, Result]], shared: str | None = None
    ) -> Result:
        """Do in a turn's thread what reads long, on a connection of its own, in a snapshot as `snapshot` opens.

        `shared` names the snapshot of another transaction, which lasts until this one has begun: what is seen is that.
        """

        async def read() -> Result:
            connecting = Connection.connect(self._url, autocommit=True)
            async with await connecting as connection:
                await prepare(connection)
                mark(connection, self.access)
                settings = self.access.read_settings()
                begun = b"; ".join([_SHARE % shared.encode(), settings]) if shared else settings
                await connection.execute(READ % begun, prepare=False)
                return await work(connection)

        return await turn.run(read)

    @asynccontextmanager
    async def told_snapshot(self) -> AsyncIterator[Told]:
        """Open a snapshot as `snapshot` does, and tell the instant as of which the same can be read again."""
        async with self._reads.connection() as connection:
            mark(connection, self.access, self._kept)
            yield await tell(connection)

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[Connection]:
        """Take a connection outside of any transaction, which sees no tenant's row, to ask who a caller is."""
        async with self._reads.connection() as connection:
            yield connection

    async def told_instant(self) -> datetime | None:
        """Return the newest instant such that everything recorded up to it can be seen, and all to come is later.

        None where a transaction that took its instant does not end within 2 seconds.
        """
        async with self._reads.connection() as connection:
            row = await (await connection.execute("SELECT told_instant()")).fetchone()
        return row[0] if row else None


@asynccontextmanager
async def opened(url: str, size: int = 1) -> AsyncIterator[Database]:
    """Open a database for a task that comes to its end, and close it then; raises as `Database.open` does."""
    database = Database(url, size)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _pool(url: str, size: int, least: int = 1) -> Pool[Connection]:
    """Make a pool. A service keeps all it reads with: a new connection takes as long as many answers."""
    return Pool(
        url,
        connection_class=Connection,
        min_size=least,
        max_size=size,
        timeout=_PATIENCE_S,
        open=False,
        kwargs={"autocommit": True},
        configure=prepare,
    )
