"""Looking beyond what a caller reaches: where a figure of its own depends on rows of others.

A neighbour's supply factor, a certificate that somebody else cancelled too, a holding that another tenant declared: the
arithmetic needs them, the caller gets no row of them. So that nothing else passes here, whoever looks beyond says why,
and of which tenants the answer is; those must be the caller's own. A test lists all who do.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from psycopg.pq import TransactionStatus

from ledger.access import NO_TENANT, NotRegistered
from ledger.connections import Connection

_WIDEN: Final = b"SET LOCAL app.reach = 'all'"
_NARROW: Final = b"SET LOCAL app.reach = ''"


@asynccontextmanager
async def beyond(connection: Connection, reason: str, of: Iterable[UUID]) -> AsyncIterator[None]:
    """Let the statements of a block see every tenant, for an answer about the tenants `of`.

    Raises `NotRegistered` where the caller does not read all of those, `ValueError` without a reason.
    """
    if not reason:
        raise ValueError("whoever looks beyond what a caller reaches says why")
    if connection.access.is_all or connection.is_widened:  # the outermost of blocks decides
        yield
        return
    if not connection.access.covers(of):
        raise NotRegistered(NO_TENANT)
    await connection.execute(_WIDEN, prepare=False)
    connection.is_widened = True
    try:
        yield
    finally:
        connection.is_widened = False
        if connection.info.transaction_status is TransactionStatus.INTRANS:  # one that failed sees nothing any more
            await connection.execute(_NARROW, prepare=False)
