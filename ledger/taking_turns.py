"""Turns of transactions: one at a time goes on under a name, so that what it found holds until it ends.

Not the turns of one process's writes, which are `ledger.turns`: these hold between processes, and the database keeps
them.
"""

from typing import Final

from ledger.connections import Connection

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


async def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has its turn under the name, and have it until this one ends.

    Names say what is judged and of whom, such as "keys of TENANT SYSTEM". Two whose hashes of 64 bits are the same wait
    for each other, which costs them time alone.
    """
    await connection.execute(_LOCK, (name,))
