"""A connection of the service: its role, what its transaction reaches, and a snapshot with the instant it holds.

Every connection works as `parkledger_service`, which owns no table and bypasses no policy; opening the database refuses
a role that would.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from ledger.access import EVERYTHING, Access, binding
from ledger.remembered import Kept

SERVICE_ROLE: Final = "parkledger_service"
_PRIVILEGES: Final = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace
) FROM pg_roles WHERE rolname = current_user
"""
_DURABLE: Final = """
SELECT name FROM pg_settings WHERE (name IN ('fsync', 'full_page_writes') AND setting <> 'on')
    OR (name = 'synchronous_commit' AND setting = 'off') ORDER BY name
"""
_ISOLATION: Final = "SELECT current_setting('default_transaction_isolation')"
READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE archived_months IN ACCESS SHARE MODE; %s"
"""Locked before the snapshot is taken, so that no month is archived while it lasts: that would be gone from what it
reads, and nothing in it would say so. See `ledger.upkeep.archives`.
"""
_TELL: Final = b"BEGIN; SELECT told_instant(); COMMIT; %s; SELECT newest_instant()"
"""One message, so that between the instant told and the snapshot there is the least time for another to be recorded."""
_TRIES: Final = 3
"""Snapshots taken until nothing was recorded between the instant told and the snapshot."""


class UnsafeDatabase(RuntimeError):
    """The database would not keep what it acknowledges, or the role would see past row security."""


class Connection(AsyncConnection[TupleRow]):
    """A connection that knows what its transaction reaches; see `ledger.beyond`."""

    access: Access = EVERYTHING
    is_widened: bool = False
    kept: Kept | None = None
    """What those who read share of what was worked out; None where something is written."""


@dataclass(frozen=True, slots=True)
class Told:
    """A snapshot and the instant whose knowledge it holds; none could be told where a writer is stuck in its commit.

    Not `is_now`: more was recorded meanwhile, so that what is read has to be read as of the instant.
    """

    connection: Connection
    instant: datetime | None
    is_now: bool


async def bind(connection: Connection, tenant: UUID) -> None:
    """Bind the transaction to a tenant."""
    await connection.execute(binding(tenant))


def mark(connection: Connection, access: Access, kept: Kept | None = None) -> None:
    """Note what the transaction to come reaches, and what those before it worked out."""
    connection.access, connection.is_widened, connection.kept = access, False, kept


async def tell(connection: Connection) -> Told:
    """Begin a snapshot on an idle connection. The instant is asked for first, and outside of it: whoever waits for
    commits inside a snapshot does not see them.
    """
    message = _TELL % (READ % connection.access.read_settings())
    for attempt in range(_TRIES):
        if attempt:
            await connection.rollback()
        cursor = await connection.execute(message, prepare=False)
        (instant,), (newest,) = await _rows(cursor)
        if instant is None or newest == instant:
            return Told(connection, instant, True)
    return Told(connection, instant, False)


async def _rows(cursor: AsyncCursor[TupleRow]) -> list[TupleRow]:
    """Return the row of each statement of a message that returns one."""
    found = []
    while True:
        if cursor.description and (row := await cursor.fetchone()) is not None:
            found.append(row)
        if not cursor.nextset():
            return found


async def prepare(connection: Connection) -> None:
    """Make a connection the service's, whatever its login, the database or the server have as defaults."""
    await connection.execute(f"SET ROLE {SERVICE_ROLE}".encode())
    await connection.execute(b"SET default_transaction_isolation = 'read committed'")
    await connection.execute(b"SET jit = off")  # statements of milliseconds, whose costs the planner overestimates


async def refuse_unsafe(connection: Connection) -> None:
    """Raise `UnsafeDatabase` where the role or the server's settings break a promise."""
    cursor = await connection.execute(_PRIVILEGES.encode())
    row = await cursor.fetchone()
    if row is None or row[0]:
        raise UnsafeDatabase(
            f"the service must work as {SERVICE_ROLE}, which owns no table and is no superuser; this one does or is"
        )
    isolation = await (await connection.execute(_ISOLATION.encode())).fetchone()
    if isolation != ("read committed",):  # set before, so that something between here and the server changes it
        found = isolation and isolation[0]
        raise UnsafeDatabase(f"transactions must be READ COMMITTED unless they say otherwise; they are {found} here")
    unsafe = [name for (name,) in await (await connection.execute(_DURABLE.encode())).fetchall()]
    if unsafe:
        raise UnsafeDatabase(f"{', '.join(unsafe)} must be on in PostgreSQL, or an acknowledged row can be lost")
