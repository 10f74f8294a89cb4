"""The signed heads that a report rests on: of each tenant's history the first that covers what was known at an instant.

Heads are never changed, so these are the same whenever they are asked for, once what was known is sealed. Publishing
sees to that first; the service's own sealer would come to it some seconds later.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.access import EVERYTHING
from ledger.authors import OURSELVES
from ledger.connections import Connection
from ledger.database import Database
from ledger.history.heads import HistoryDamaged, WrongKey
from ledger.history.sealing import TRIES, WAIT_S, seal_tenants
from proofs.keys import PrivateKey

_COVERING: Final = """
SELECT tenant, head.note FROM unnest(%(tenants)s::uuid[]) AS asked (tenant)
CROSS JOIN LATERAL (
    SELECT recording_id FROM recordings WHERE tenant_id = tenant AND recorded_at <= %(known_at)s
    ORDER BY recorded_at DESC, recording_id DESC LIMIT 1
) AS last
LEFT JOIN history AS event ON event.tenant_id = tenant AND event.recording_id = last.recording_id
LEFT JOIN LATERAL (
    SELECT note FROM checkpoints WHERE tenant_id = tenant AND size > event.leaf_index ORDER BY size LIMIT 1
) AS head ON true
"""
"""A row for each tenant that had recorded anything, without a head where not all of it is sealed."""


async def covering_heads(connection: Connection, tenants: Collection[UUID], known_at: datetime) -> dict[UUID, str]:
    """Return the head of each tenant's history, as a C2SP note; those are left out of whom something is not sealed."""
    found = await _heads(connection, tenants, known_at)
    return {tenant: note for tenant, note in found.items() if note is not None}


async def sealed_until(database: Database, key: PrivateKey, tenants: Collection[UUID], known_at: datetime) -> None:
    """See to it that what tenants had recorded by an instant is sealed.

    Sealing is an act of the service itself, whoever asks for what it is needed for. Raises `Refused` where the history
    is damaged or another key signs it, and where another sealer is at work for more than some seconds.
    """
    whole = database.within(EVERYTHING).written_by(OURSELVES)
    for _ in range(TRIES):
        missing = await _unsealed(whole, tenants, known_at)
        if not missing:
            return
        try:
            is_done = await seal_tenants(whole, key, missing, known_at)
        except (HistoryDamaged, WrongKey) as error:
            raise Refused(RefusalCode.CANNOT_SIGN, "", str(error)) from None
        if not is_done:
            await asyncio.sleep(WAIT_S)
    message = "what the report rests on is being sealed by another process, which is not through; try again"
    raise Refused(RefusalCode.CANNOT_SIGN, "", message)


async def _unsealed(database: Database, tenants: Collection[UUID], known_at: datetime) -> list[UUID]:
    async with database.snapshot() as connection:
        found = await _heads(connection, tenants, known_at)
    return [tenant for tenant, note in found.items() if note is None]


async def _heads(connection: Connection, tenants: Collection[UUID], known_at: datetime) -> dict[UUID, str | None]:
    cursor = await connection.execute(_COVERING, {"tenants": list(tenants), "known_at": known_at})
    return dict(await cursor.fetchall())
