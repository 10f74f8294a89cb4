"""One job from its file to its last outcome: read, merged chunk by chunk, each chunk's step committed with its rows."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

import polars
import structlog

from accounting.declarations import DeclarationKind
from accounting.management.ingest_profiles import Dataset, IngestProfile
from api.ingest.formats import Block, ContentCoding, FileFormat, Limits, ReadableFile, UnreadableFile, opened
from api.ingest.locks import held
from api.ingest.results import result_lines
from api.ingest.spool import Result, Spool, result_at
from emission_factors.catalogue import Catalogue
from ledger.activities.batches import Outcome
from ledger.authors import Author
from ledger.bulk import activities as bulk
from ledger.bulk import intervals as bulk_intervals
from ledger.bulk.chunks import Chunk
from ledger.bulk.jobs import Job, JobNotFound, JobState, Step, StepTaken, add_step, job_of
from ledger.bulk.outcomes import Merged
from ledger.connections import Connection
from ledger.database import Database
from ledger.declarations import history_of
from ledger.pools import PassingFailure
from schema.context import Clock
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.intervals import SERIES

FILE_GONE: Final = "FILE_GONE"
"""The code of a job whose file, or what was written of its result, is no longer on the disk."""
INTERNAL: Final = "INTERNAL"
"""The code of a job that ended in a bug."""

log: Final = structlog.get_logger("parkledger.ingest")

Merging = AsyncGenerator[Merged, None]
Catalogued = Callable[[], Awaitable[Catalogue]]


class Stopped(Exception):
    """The service is about to end; the job goes on when it starts again."""


@dataclass(frozen=True, slots=True)
class Runner:
    """What jobs are run with. `is_stopping` is asked between chunks, `count` told of the rows of each."""

    database: Database
    catalogue: Catalogued
    spool: Spool
    limits: Limits
    clock: Clock
    is_stopping: Callable[[], bool]
    count: Callable[[Job, int], None]

    async def run(self, job_id: UUID) -> None:
        """Run a job to its end, unless another process does.

        Raises `Stopped` where the service ends first, and `PassingFailure` where the database fails; then the
        job is to be run again, and goes on after the last chunk committed.
        """
        with held(self.spool.waiting(job_id)) as handle:
            if handle is None:
                return
            try:
                async with self.database.snapshot() as connection:
                    job = await job_of(connection, job_id)
            except JobNotFound:
                return  # the file of another database's job, in the same folder
            if job.is_finished or await self._ended(job):
                self.spool.finish(job_id, handle)

    async def _ended(self, job: Job) -> bool:
        """Run a job, and return whether it is at its end: with every outcome, or with why there is none."""
        try:
            await _Run(self, job).to_the_end()
        except StepTaken:
            log.info("another process runs the job", job=job.id)
            return False
        except UnreadableFile as error:
            return await self._failed(job, error.fault.value, str(error))
        except FileNotFoundError as error:
            return await self._failed(job, FILE_GONE, f"{Path(str(error.filename)).name} is gone; post the file again")
        except (Stopped, PassingFailure):
            raise
        except Exception as error:
            # One job's bug must not keep the others waiting.
            log.error("unexpected error", job=job.id, exc_info=error)
            return await self._failed(job, INTERNAL, f"an unexpected error occurred; it was logged with job {job.id}")
        return True

    async def _failed(self, job: Job, code: str, message: str) -> bool:
        with suppress(StepTaken):  # another process says so, too, and the worker has other jobs to run
            async with self.database.write(job.new.tenant) as connection:
                now = await job_of(connection, job.id)
                await add_step(connection, now, now.step.then(JobState.FAILED, code=code, message=message[:2000]))
        return True

    async def profile_of(self, job: Job) -> IngestProfile | None:
        """Return the profile a job is read by: the version that held when its file was posted."""
        if job.new.profile_id is None:
            return None
        async with self.database.snapshot() as connection:
            versions = await history_of(connection, job.new.tenant, DeclarationKind.INGEST_PROFILE)
        profile: IngestProfile = next(one.content for one in versions if one.id == job.new.profile_id)
        return profile


class _Run:
    """A job while it runs. Two chunks are under way at a time, so the last step committed may lag behind the newest."""

    def __init__(self, runner: Runner, job: Job) -> None:
        author = Author(job.actor, f"job {job.id}")
        self._runner = replace(runner, database=runner.database.written_by(author))
        self._job = job
        self._step = job.step
        self._newest = job.step
        self._blocks: dict[int, Block] = {}

    async def to_the_end(self) -> None:
        """Read the file and post what is not posted yet."""
        profile = await self._runner.profile_of(self._job)
        async with self._opened(profile) as file:
            expected = max(file.rows, self._step.row_count)
            await self._alone(self._step.then(JobState.RUNNING, total_rows=expected))
            with result_at(self._runner.spool.result(self._job.id), self._step.result_bytes) as result:
                await self._post(file, result)
        done = self._step.row_count
        await self._alone(self._step.then(JobState.DONE, total_rows=done))

    @asynccontextmanager
    async def _opened(self, profile: IngestProfile | None) -> AsyncIterator[ReadableFile]:
        new = self._job.new
        reading = opened(
            self._runner.spool.waiting(self._job.id),
            FileFormat(new.format),
            ContentCoding(new.coding),
            profile,
            self._runner.limits,
            new.dataset,
        )
        file = await asyncio.to_thread(reading.__enter__)
        try:
            yield file
        finally:
            await asyncio.to_thread(reading.__exit__, None, None, None)

    async def _post(self, file: ReadableFile, result: Result) -> None:
        async def note(connection: Connection, merged: Merged) -> None:
            await self._noted(connection, merged, result)

        async with aclosing(await self._merging(file, note)) as merging:
            async for merged in merging:
                self._blocks.pop(merged.first_row, None)
                if self._runner.is_stopping():
                    raise Stopped
        self._step = self._newest

    async def _merging(self, file: ReadableFile, note: bulk.SameTransaction) -> Merging:
        runner, new = self._runner, self._job.new
        chunks = self._chunks(file)
        if new.is_dry_run:
            return self._previewed(chunks, note)
        if new.dataset is Dataset.INTERVALS:
            return bulk_intervals.merge_all(runner.database, new.tenant, chunks, runner.clock(), note, new.adjustment)
        catalogue = await runner.catalogue()
        return bulk.merge_all(runner.database, catalogue, new.tenant, chunks, runner.clock(), note, new.adjustment)

    async def _previewed(self, chunks: Iterator[Chunk], note: bulk.SameTransaction) -> Merging:
        runner, new = self._runner, self._job.new
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            now = runner.clock()
            if new.dataset is Dataset.INTERVALS:
                merged = await bulk_intervals.preview(runner.database, new.tenant, chunk, now, new.adjustment)
            else:
                catalogue = await runner.catalogue()
                merged = await bulk.preview(runner.database, catalogue, new.tenant, chunk, now, new.adjustment)
            async with runner.database.write(new.tenant) as connection:
                await note(connection, merged)
            yield merged

    def _chunks(self, file: ReadableFile) -> Iterator[Chunk]:
        for block in file.blocks(self._step.row_count):
            self._blocks[block.first_row] = block
            is_named = self._job.new.dataset is Dataset.INTERVALS
            yield Chunk(block.first_row, _with_series_ids(block.frame)) if is_named else block.chunk

    async def _noted(self, connection: Connection, merged: Merged, result: Result) -> None:
        """Write a chunk's outcomes to the result, and the step that counts them into the chunk's transaction.

        Lines are on the disk before the commit, and what was written for a transaction that was undone is dropped by
        the next: the step says how long the result is. The step comes first, as only one process can write it.
        """
        if self._newest.row_count == merged.first_row:
            self._step = self._newest  # chunks end in their order, so the one before is committed
        block, is_dry_run = self._blocks[merged.first_row], self._job.new.is_dry_run
        lines = await asyncio.to_thread(result_lines, merged.outcomes, block, is_dry_run=is_dry_run)
        step = _counted(self._step, merged, self._step.result_bytes + len(lines))
        await add_step(connection, self._job, step)
        await asyncio.to_thread(_write, result, self._step.result_bytes, lines)
        self._newest = step
        self._runner.count(self._job, step.row_count - merged.first_row)

    async def _alone(self, step: Step) -> None:
        """Write a step of which no row is part."""
        async with self._runner.database.write(self._job.new.tenant) as connection:
            await add_step(connection, self._job, step)
        self._step = self._newest = step


def _with_series_ids(frame: polars.DataFrame) -> polars.DataFrame:
    """Return readings with the series that are named by a global id named by the id alone, as the ledger knows it."""
    given = frame["series"].unique()
    known = {text: name for text in given if text and (name := _series_id(text)) is not None}
    return frame.with_columns(polars.col("series").replace(known)) if known else frame


def _series_id(text: str) -> str | None:
    try:
        return str(decode_uuid(text, SERIES))
    except BadInput:
        return None


def _write(result: Result, after: int, lines: bytes) -> None:
    result.back_to(after)
    result.append(lines)


def _counted(before: Step, merged: Merged, result_bytes: int) -> Step:
    counts = merged.counts
    return before.then(
        JobState.RUNNING,
        accepted=before.accepted + counts[Outcome.ACCEPTED],
        duplicates=before.duplicates + counts[Outcome.DUPLICATE],
        conflicts=before.conflicts + counts[Outcome.CONFLICT],
        rejected=before.rejected + counts[Outcome.REJECTED],
        result_bytes=result_bytes,
    )
