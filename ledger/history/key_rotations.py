"""Histories are handed on from one signing key to another."""

from typing import Final

from ledger.database import Database
from ledger.history.heads import head_of, origin_of
from ledger.history.sealing import SEALERS, seal_everything
from proofs.keys import PrivateKey
from proofs.rotations import sign_rotation

_WAIT: Final = f"SELECT pg_advisory_xact_lock({SEALERS})"
"""The turn of a sealer; here it is waited for."""
_SEALED: Final = "SELECT DISTINCT tenant_id FROM checkpoints ORDER BY tenant_id"
_ROTATE: Final = "INSERT INTO log_rotations (tenant_id, size, note) VALUES (%s, %s, %s)"


async def rotate(database: Database, old: PrivateKey, new: PrivateKey) -> int:
    """Hand every history on from one key to another, each by a statement that both sign; return their number.

    All that was recorded is sealed by the old key first; the statement is itself an event, the first that the new key
    seals. A service that still has the old key signs nothing more. Raises as `seal_everything` does.
    """
    await seal_everything(database, old)
    async with database.snapshot() as connection:
        rows = await (await connection.execute(_SEALED)).fetchall()
    for (tenant,) in rows:
        async with database.write_registry(tenant) as connection:
            await connection.execute(_WAIT.encode())
            size = (await head_of(connection, tenant, old.public)).range.size
            note = sign_rotation(origin_of(old.name, tenant), old, new, size)
            await connection.execute(_ROTATE, (tenant, size, note.decode()))
    return len(rows)
