"""Bulk: chunks of a file merged into the ledger, each in one transaction, with the outcomes of `postActivities`.

    chunk -> checked in columns -> COPY into the stage -> versions -> activities -> quantity cells -> committed

Two chunks are under way at a time, and the next is read and checked. The second is put into the ledger while the first
ends, and then waits for it: cells, the caller's note of how far the file is and the commit come in the order of the
file. So what is committed is always the file up to some row, and of two rows that say one fact the first counts.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

import polars as pl
import psycopg

from emission_factors.catalogue import Catalogue
from ledger.activities.closed_months import ClosedMonths, closed_months
from ledger.activities.earlier import earlier_versions, registered
from ledger.activities.sources import source_places
from ledger.bulk import stage as bulk_stage
from ledger.bulk.checks import CheckedChunk, Judge, check_chunk, key_of
from ledger.bulk.chunks import Chunk
from ledger.bulk.closed import mark_added, without_closed
from ledger.bulk.copying import Copied, copied
from ledger.bulk.outcomes import Merged, added_of, needs_versions, outcomes_of
from ledger.bulk.stage import Known, Way
from ledger.bulk.sums import cell_sums
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.recordings import Recording, record

SameTransaction = Callable[[Connection, Merged], Awaitable[None]]
"""What a caller does in the transaction of a chunk, once its rows are in: note how far the file is. It may be called
again for the same chunk, after a transaction that was undone.
"""
_UNDONE: Final = (psycopg.errors.UniqueViolation, psycopg.errors.FeatureNotSupported)
"""A fact was in the ledger; or the server inserts under row security only with ON CONFLICT (Citus)."""
FIRST_WAY: Final = Way.FRESH
"""How a file is taken at first; once that does not bear what is in the ledger, the rest is taken another way."""


async def nothing_more(connection: Connection, merged: Merged) -> None:
    """Do nothing else in the transaction of a chunk."""


async def merge(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    chunk: Chunk,
    now: datetime,
    same_transaction: SameTransaction = nothing_more,
    adjustment: str = "",
) -> Merged:
    """Merge one chunk and return its outcomes, committed before this returns.

    Rows of closed months are rejected, unless `adjustment` says why not. Merged again, what is in the ledger is a
    duplicate and nothing is added. A database error passes through with nothing written.
    """
    file = _File(database, catalogue, tenant, now, same_transaction, adjustment)
    return await file.merged(await file.checked(chunk), None)


async def merge_all(
    database: Database,
    catalogue: Catalogue,
    tenant: UUID,
    chunks: Iterable[Chunk],
    now: datetime,
    same_transaction: SameTransaction = nothing_more,
    adjustment: str = "",
) -> AsyncGenerator[Merged, None]:
    """Merge the chunks of a file, and yield the outcomes of each once it is committed, in their order.

    `chunks` are read in a thread, three ahead at most. Whoever stops early closes the generator
    (`contextlib.aclosing`): what was not committed then is undone. An error leaves what was committed before and
    nothing else.
    """
    file = _File(database, catalogue, tenant, now, same_transaction, adjustment)
    unread = iter(chunks)
    ahead = asyncio.create_task(file.next(unread))
    under_way: list[tuple[CheckedChunk, asyncio.Task[Merged]]] = []
    try:
        while (checked := await ahead) is not None:
            ahead = asyncio.create_task(file.next(unread))
            before = under_way[-1] if under_way else None
            under_way.append((checked, asyncio.create_task(file.merged(checked, before))))
            if before:
                yield await under_way.pop(0)[1]
        for _, task in under_way:
            yield await task
    finally:
        merging = [task for _, task in under_way]
        for task in merging:
            task.cancel()
        # A thread that reads cannot be cancelled, and the file is closed next.
        await asyncio.gather(ahead, *merging, return_exceptions=True)


async def preview(
    database: Database, catalogue: Catalogue, tenant: UUID, chunk: Chunk, now: datetime, adjustment: str = ""
) -> Merged:
    """Return the outcomes a chunk would have, and write nothing. The ids of rows that would be accepted are null.

    Rows of other chunks of the file are not known here: a fact said again in a later chunk looks accepted in both.
    """
    checked = await _File(database, catalogue, tenant, now, nothing_more).checked(chunk)
    async with database.write(tenant) as connection:
        if not adjustment:
            checked = await without_closed(connection, tenant, checked, await closed_months(connection, tenant))
        keys = dict(zip(map(key_of, checked.facts.iter_rows(named=True)), checked.facts["activity_id"], strict=True))
        known = dict.fromkeys(keys[key] for key in await registered(connection, tenant, list(keys)))
        earlier = await earlier_versions(connection, tenant, needs_versions(checked, known))
    outcomes = await asyncio.to_thread(outcomes_of, checked, known, earlier)
    return Merged(chunk.first_row, new_id(), outcomes.with_columns(_known_ids(checked)))


Before = tuple[CheckedChunk, asyncio.Task[Merged]] | None
"""The chunk that comes before in the file and its merge, where that is under way."""


class _Undone(Exception):
    """What is in the ledger cannot be borne the way it was tried; the transaction is undone."""


@dataclass(slots=True)
class _File:
    """A file that is merged: where to, and the way its facts are added by now."""

    database: Database
    catalogue: Catalogue
    tenant: UUID
    now: datetime
    same_transaction: SameTransaction
    adjustment: str = ""
    way: Way = field(default_factory=lambda: FIRST_WAY)

    async def next(self, unread: Iterator[Chunk]) -> CheckedChunk | None:
        """Read and check the next chunk; None where there is none."""
        chunk = await asyncio.to_thread(next, unread, None)
        return None if chunk is None else await self.checked(chunk)

    async def checked(self, chunk: Chunk) -> CheckedChunk:
        """Check a chunk against the tenant's sources of this moment."""
        codes = {code for code in chunk.completed()["source"].unique() if "\x00" not in code}
        async with self.database.write(self.tenant) as connection:
            places = await source_places(connection, self.tenant, codes)
        return await asyncio.to_thread(check_chunk, chunk, Judge(places, self.catalogue, self.now))

    async def merged(self, checked: CheckedChunk, before: Before) -> Merged:
        """Merge a chunk; it is committed after the one before."""
        if before and checked.shares_facts_with(before[0]):
            await before[1]
        data = await asyncio.to_thread(copied, checked.facts)
        way = self.way
        while True:
            try:
                return await self._merged(checked, data, before, way)
            except _Undone as error:
                is_refused = isinstance(error.__cause__, psycopg.errors.FeatureNotSupported)
                way = Way.CAREFUL if is_refused else Way(way + 1)
                self.way = max(self.way, way)

    async def _merged(self, checked: CheckedChunk, data: Copied, before: Before, way: Way) -> Merged:
        posting = new_id()
        async with self.database.write(self.tenant) as connection:
            closed = await closed_months(connection, self.tenant)
            if closed and not self.adjustment:
                checked, data = await self._open(connection, checked, data, closed)
            known = await self._add(connection, posting, checked, data, way)
            earlier = await earlier_versions(connection, self.tenant, needs_versions(checked, known))
            outcomes = await asyncio.to_thread(outcomes_of, checked, known, earlier)
            added = added_of(checked, known)
            sums = await asyncio.to_thread(cell_sums, added)
            merged = Merged(checked.chunk.first_row, posting, outcomes)
            if before:
                await before[1]
            if len(added):
                await bulk_stage.add_to_cells(connection, self.tenant, sums)
            if not checked.facts.is_empty():
                await bulk_stage.strike(connection)
            await self.same_transaction(connection, merged)
            if len(added):
                await mark_added(connection, self.tenant, posting, added, closed, self.adjustment)
                await record(connection, _recording(self.tenant, posting, added))
        return merged

    async def _open(
        self, connection: Connection, checked: CheckedChunk, data: Copied, closed: ClosedMonths
    ) -> tuple[CheckedChunk, Copied]:
        """Refuse the rows of closed months; the chunk and its data are the same where it has none."""
        left = await without_closed(connection, self.tenant, checked, closed)
        return (left, data) if left is checked else (left, await asyncio.to_thread(copied, left.facts))

    async def _add(self, connection: Connection, posting: UUID, checked: CheckedChunk, data: Copied, way: Way) -> Known:
        """Put facts into the ledger, but not yet into the cells; return those that were there already."""
        if checked.facts.is_empty():
            return {}
        ids = checked.facts["activity_id"]
        try:
            await bulk_stage.stage(connection, data)
            return await bulk_stage.add_facts(connection, self.tenant, posting, ids, way)
        except _UNDONE as error:
            if way is Way.CAREFUL:
                raise
            raise _Undone from error


def _recording(tenant: UUID, posting: UUID, added: pl.DataFrame) -> Recording:
    first, last = added["local_start"].dt.date().min(), added["local_end"].dt.date().max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise TypeError("rows that were added have no months")
    ids = added["activity_id"]
    months = first.replace(day=1), last.replace(day=1)
    return Recording(tenant, posting, len(added), UUID(ids[0]), UUID(ids[-1]), *months)


def _known_ids(checked: CheckedChunk) -> pl.Expr:
    """Return the ids of outcomes without those that were made for the chunk and are of no row."""
    made = pl.col("activityId").is_in(checked.facts["activity_id"].implode())
    return pl.when(made).then(None).otherwise(pl.col("activityId")).alias("activityId")
