"""Connections: how the service becomes its own role, binds a tenant, and reads one consistent snapshot.

A reader that is told an instant with its snapshot can ask again as of it and sees the same; see `ledger.recordings`.

Every connection works as `parkledger_service`, which owns no table and bypasses no policy; opening the database refuses
a role that would. A write transaction is bound to one tenant by a literal `SET LOCAL app.tenant`, because a distributed
PostgreSQL passes only that form on.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import AsyncConnection, IsolationLevel
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import SQLModel

SERVICE_ROLE: Final = "parkledger_service"
Connection = AsyncConnection[TupleRow]
FAILURES: Final = (psycopg.Error, PoolTimeout)
"""What a statement or the wait for a connection may raise; anything else is a fault of ours."""

STAGE: Final = """
CREATE TEMP TABLE IF NOT EXISTS stage (
    activity_id uuid, source_id uuid, site_id uuid, external_id text, activity_type text, supplier text,
    quantity numeric, unit text, base_quantity numeric, base_unit text, period_start timestamptz,
    period_end timestamptz, local_start timestamp, local_end timestamp, quality text, document text
) ON COMMIT DELETE ROWS
"""
"""Rows wait here between COPY and the one statement that posts them: COPY is refused on a table under row security."""

_PRIVILEGES: Final = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace
) FROM pg_roles WHERE rolname = current_user
"""
_DURABLE: Final = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'"


class UnsafeDatabase(RuntimeError):
    """The database would not keep what it acknowledges, or the role would see past row security."""


_SNAPSHOT: Final = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL app.reach = 'all'; SELECT newest_instant()
"""
_TRIES: Final = 3
"""Snapshots taken until nothing was recorded between the instant told and the snapshot."""


@dataclass(frozen=True, slots=True)
class Told:
    """A snapshot and the instant whose knowledge it holds; none could be told where a writer is stuck in its commit.

    Not `is_now`: more was recorded meanwhile, so that what is read has to be read as of the instant.
    """

    connection: Connection
    instant: datetime | None
    is_now: bool


class Database:
    """A pool of connections of one service process."""

    def __init__(self, url: str, size: int = 8) -> None:
        self._pool = AsyncConnectionPool(
            url, min_size=1, max_size=size, open=False, configure=_prepare, check=AsyncConnectionPool.check_connection
        )
        self._month: tuple[int, int] | None = None
        self.interval_months: set[date] = set()
        """Months of readings whose partitions are known to be there; see `ledger.partitions`."""

    async def open(self) -> None:
        """Connect; raises `UnsafeDatabase` where the role or the server's settings break a promise."""
        await self._pool.open(wait=True, timeout=30)
        async with self._pool.connection() as connection:
            await _refuse_unsafe(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def write(self, tenant: UUID) -> AsyncIterator[Connection]:
        """Open a transaction bound to one tenant; commits at the end, rolls back on an error."""
        await self._make_month()
        async with self._pool.connection() as connection, connection.transaction():
            await bind(connection, tenant)
            yield connection

    async def _make_month(self) -> None:
        """See to it once a month that there is a partition for what is recorded now, however long this has run."""
        today = datetime.now(UTC)
        if self._month != (today.year, today.month):
            async with self.write_registry() as connection:
                found = await connection.execute("SELECT to_regclass(%s)", (f"activities_{today:%Y_%m}",))
                if await found.fetchone() == (None,):
                    await connection.execute("SELECT make_partitions(12)")
            self._month = (today.year, today.month)

    @asynccontextmanager
    async def write_registry(self, tenant: UUID | None = None) -> AsyncIterator[Connection]:
        """Open a transaction that may also look across tenants, to register a park or a tenant."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET LOCAL app.reach = 'all'")
            if tenant is not None:
                await bind(connection, tenant)
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Open a read-only transaction that sees one state of the whole park from first statement to last."""
        async with self._pool.connection() as connection:
            await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
            try:
                async with connection.transaction():
                    await connection.execute("SET LOCAL app.reach = 'all'")
                    yield connection
            finally:
                await connection.set_isolation_level(None)
                await connection.set_read_only(None)

    @asynccontextmanager
    async def told_snapshot(self) -> AsyncIterator[Told]:
        """Open a snapshot as `snapshot` does, and tell the instant as of which the same can be read again."""
        async with self._pool.connection() as connection:
            await connection.set_autocommit(True)
            try:
                yield await _told(connection)
            finally:
                await connection.execute("ROLLBACK")
                await connection.set_autocommit(False)

    async def told_instant(self) -> datetime | None:
        """Return the newest instant such that everything recorded up to it can be seen, and all to come is later.

        None where a transaction that took its instant does not end within 2 seconds.
        """
        async with self._pool.connection() as connection:
            return await _told_instant(connection)


class Snapshot:
    """One consistent view for one operation, opened at first use; resolvers may ask in parallel, SQL runs in turn."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._opened: Any = None
        self._told: Told | None = None

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Connection]:
        """Take the snapshot's connection for one or more statements."""
        async with self._lock:
            yield (await self._open()).connection

    async def told(self) -> Told:
        """Return the snapshot with the instant whose knowledge it holds; its connection is for `use` alone."""
        async with self._lock:
            return await self._open()

    async def close(self) -> None:
        """Give the connection back, if one was taken."""
        async with self._lock:
            if self._opened is not None:
                await self._opened.__aexit__(None, None, None)
                self._opened = self._told = None

    async def _open(self) -> Told:
        if self._told is None:
            self._opened = self._database.told_snapshot()
            self._told = await self._opened.__aenter__()
        return self._told


async def bind(connection: Connection, tenant: UUID) -> None:
    """Bind the transaction to a tenant. SET takes no parameters; a parsed UUID needs no quoting beyond its form."""
    await connection.execute(f"SET LOCAL app.tenant = '{UUID(str(tenant))}'".encode())


_DIALECT: Final = PGDialect_psycopg()  # type: ignore[no-untyped-call]


async def run(connection: Connection, statement: sa.Executable) -> Sequence[TupleRow]:
    """Execute a SQLAlchemy statement on a psycopg connection and return its rows, if it returns any."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    parameters = {name: _adapted(value) for name, value in compiled.construct_params().items()}
    cursor = await connection.execute(str(compiled), parameters)
    return await cursor.fetchall() if cursor.description else []


async def add(connection: Connection, *rows: SQLModel) -> None:
    """Insert rows of the declared tables; what the database defaults (the time of recording) is left to it."""
    for row in rows:
        values = {name: value for name, value in row.model_dump().items() if name != "recorded_at"}
        table = type(row)
        await run(connection, sa.insert(table).values({getattr(table, name): value for name, value in values.items()}))


def _adapted(value: object) -> object:
    return (
        Jsonb(value)
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(x, dict) for x in value))
        else value
    )


async def _told(connection: Connection) -> Told:
    """Begin a snapshot on an idle connection. The instant is asked for first, and outside of it: whoever waits for
    commits inside a snapshot does not see them.
    """
    for attempt in range(_TRIES):
        if attempt:
            await connection.execute("ROLLBACK")
        instant = await _told_instant(connection)
        cursor = await connection.execute(_SNAPSHOT.encode(), prepare=False)
        while cursor.nextset():
            pass
        row = await cursor.fetchone()
        if instant is None or row == (instant,):
            return Told(connection, instant, True)
    return Told(connection, instant, False)


async def _told_instant(connection: Connection) -> datetime | None:
    row = await (await connection.execute("SELECT told_instant()")).fetchone()
    return row[0] if row else None


async def _prepare(connection: Connection) -> None:
    await connection.execute(f"SET ROLE {SERVICE_ROLE}".encode())
    await connection.execute(STAGE.encode())
    await connection.commit()


async def _refuse_unsafe(connection: Connection) -> None:
    cursor = await connection.execute(_PRIVILEGES.encode())
    row = await cursor.fetchone()
    if row is None or row[0]:
        raise UnsafeDatabase(
            f"the service must work as {SERVICE_ROLE}, which owns no table and is no superuser; this one does or is"
        )
    unsafe = [name for (name,) in await (await connection.execute(_DURABLE.encode())).fetchall()]
    if unsafe:
        raise UnsafeDatabase(f"{', '.join(unsafe)} must be on, or an acknowledged row can be lost")
