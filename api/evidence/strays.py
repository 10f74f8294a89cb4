"""Files of evidence that no row names: what is left where the database failed in the commit itself, after the file had
its name. They are removed once nobody can be about to commit them.

A file is judged and removed while no transaction keeps one (`ledger.reporting.evidence.nobody_keeps`), so that none
that is kept meanwhile under the same hash is taken away. Folders of tenants that this database does not know are left
alone: they belong to another one.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from api.evidence.folder import EvidenceFolder, KeptFile
from ledger.database import Database
from ledger.reporting.evidence import nobody_keeps, without_rows

AGE: Final = timedelta(hours=24)
"""How old a file is before it is judged: longer than any request takes."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Strays:
    """What was found: files removed and their bytes, files of tenants that this database does not know, and whether
    some were left for another time since files were being kept.
    """

    removed: int = 0
    byte_count: int = 0
    foreign: int = 0
    is_put_off: bool = False


async def remove_strays(database: Database, folder: EvidenceFolder, now: datetime) -> Strays:
    """Remove the files of a folder that are older than `AGE` and named by no row of the database."""
    found = await asyncio.to_thread(lambda: list(folder.kept_before(now - AGE)))
    done = Strays()
    for tenant, files in groupby(found, key=lambda one: one.tenant):
        kept = list(files)
        for at in range(0, len(kept), _AT_ONCE):
            done = _with(done, await _removed(database, folder, tenant, kept[at : at + _AT_ONCE]))
    return done


async def _removed(database: Database, folder: EvidenceFolder, tenant: UUID, files: Iterable[KeptFile]) -> Strays:
    by_hash = {one.sha256: one for one in files}
    async with database.snapshot() as connection:
        suspected = await without_rows(connection, tenant, by_hash)
    if suspected is None:
        return Strays(foreign=len(by_hash))
    if not suspected:
        return Strays()
    async with nobody_keeps(database) as connection:
        if connection is None:
            return Strays(is_put_off=True)
        strays = [by_hash[digest] for digest in await without_rows(connection, tenant, suspected) or ()]
        gone = [one for one in strays if await asyncio.to_thread(folder.remove, one)]
    return Strays(len(gone), sum(one.byte_count for one in gone))


def _with(one: Strays, other: Strays) -> Strays:
    return Strays(
        one.removed + other.removed,
        one.byte_count + other.byte_count,
        one.foreign + other.foreign,
        one.is_put_off or other.is_put_off,
    )
