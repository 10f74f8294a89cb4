"""Turns of transactions: one at a time under a name, others beside it, and the next when it has ended."""

import psycopg
import pytest

from ledger.connections import Connection
from ledger.setup import Databases
from ledger.taking_turns import take_turn
from tests.world import opened

pytestmark = pytest.mark.anyio


async def has_to_wait(connection: Connection, name: str) -> bool:
    """Whether somebody else has the turn, and keeps it for a while."""
    await connection.execute(b"SET LOCAL lock_timeout = '50ms'")
    try:
        await take_turn(connection, name)
    except psycopg.errors.LockNotAvailable:
        return True
    return False


async def test_one_at_a_time_has_the_turn_until_its_transaction_ends(databases: Databases) -> None:
    async with opened(databases) as database:
        async with database.snapshot() as first:
            await take_turn(first, "keys of a")
            await take_turn(first, "keys of a")
            async with database.snapshot() as second:
                assert not await has_to_wait(second, "keys of b")
                assert await has_to_wait(second, "keys of a")
        async with database.snapshot() as third:
            assert not await has_to_wait(third, "keys of a")
