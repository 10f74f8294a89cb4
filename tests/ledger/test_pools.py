"""Connections after the database was away: none of before is given, and new ones are made at short intervals."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Self

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import PoolTimeout
from psycopg_pool.base import AttemptWithBackoff

from ledger import pools
from ledger.connections import Connection, UnsafeDatabase
from ledger.database import Database
from ledger.pools import Pool, reaching
from ledger.setup import Databases
from tests.network import way_to

pytestmark = pytest.mark.anyio
SIZE = 8
"""At one, two, four seconds and so on from one to the next, so many closed connections would take two minutes."""


async def test_who_asks_after_a_restart_is_given_an_open_connection_at_once(databases: Databases) -> None:
    database = Database(databases.service_url, SIZE, 1)
    await database.open()
    try:
        async with AsyncExitStack() as taken:
            connections = [await taken.enter_async_context(database.outside()) for _ in range(SIZE)]
            before = [connection.info.backend_pid for connection in connections]
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", (before,))
        async with asyncio.timeout(20), database.snapshot() as connection:
            assert await (await connection.execute(b"SELECT 1")).fetchone() == (1,)
            assert connection.info.backend_pid not in before
    finally:
        await database.close()


async def test_attempts_to_connect_stay_close_together(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(Connection):
        attempts = 0

        @classmethod
        async def connect(cls, *arguments: Any, **settings: Any) -> Self:
            cls.attempts += 1
            if cls.attempts <= 15:  # five minutes, if the time between them doubled from 10 ms
                raise psycopg.OperationalError("the database is away")
            return await super().connect(*arguments, **settings)

    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(pools, "BETWEEN_ATTEMPTS_S", 0.02)
    async with Pool(databases.service_url, connection_class=Late, min_size=1, open=False) as pool:
        await pool.wait(timeout=20)
    assert Late.attempts == 16


async def test_a_server_that_says_nothing_is_given_up(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pools.REACHING, "connect_timeout", 2)  # less is taken for 2
    with way_to(databases.service_url) as way:
        way.silence()
        async with Pool(reaching(way.url), min_size=1, open=False) as pool, asyncio.timeout(20):
            with pytest.raises(PoolTimeout, match="the last attempt to connect failed"):
                await pool.getconn()


def test_what_an_url_says_itself_stands() -> None:
    said = "postgresql://me:p%20w@there/db?connect_timeout=3&keepalives_idle=5"
    here = {"host": "there", "dbname": "db", "user": "me", "password": "p w"}
    ours = {name: str(value) for name, value in pools.REACHING.items()}
    assert conninfo_to_dict(reaching(said)) == here | ours | {"connect_timeout": "3", "keepalives_idle": "5"}


async def test_a_database_that_is_refused_leaves_nothing_that_an_event_loop_would_wait_for(
    databases: Databases,
) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(UnsafeDatabase):
        await Database(make_conninfo(databases.service_url, options="-c synchronous_commit=off"), 2, 1).open()
    assert asyncio.all_tasks() == before
