"""The database of a command, found or started and brought up to date."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.cli.printing import err
from api.settings import Settings
from ledger import setup
from ledger.database import Database, opened
from ledger.setup import Databases

T = TypeVar("T")


def prepared(settings: Settings) -> Databases:
    """Find or start the database and bring it up to date, saying what is done; raises `DatabaseUnavailable`."""
    databases = setup.find(settings.database_url, settings.owner_url, settings.data)
    err.print(f"database: {databases.description}")
    try:
        added = setup.prepare(databases)
    except BaseException:
        databases.stop()
        raise
    if added:
        err.print(f"factor releases loaded: {', '.join(str(number) for number in added)}")
    return databases


def with_database(settings: Settings, do: Callable[[Database], Awaitable[T]], connections: int = 1) -> T:
    """Do something with a prepared database as the process itself; a server that was started for it is stopped then.

    Raises `DatabaseUnavailable`, `UnsafeDatabase`, and what `do` raises.
    """
    databases = prepared(settings)
    try:
        return asyncio.run(_done(databases.service_url, do, connections))
    finally:
        databases.stop()


async def _done(url: str, do: Callable[[Database], Awaitable[T]], connections: int) -> T:
    async with opened(url, connections) as database:
        return await do(database)
