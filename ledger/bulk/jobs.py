"""Jobs: files posted in bulk, each taken once, and how far each is.

    QUEUED -> RUNNING -> RUNNING -> DONE      a step RUNNING for each chunk
    QUEUED or RUNNING -> FAILED -> QUEUED     queued again when the same file is posted again

A job is what was taken; its steps say how far it is, the last one holds. The step that counts a chunk is written in the
transaction of the chunk's rows. So a job goes on after the last chunk that is in the ledger, whatever stopped it, and
no chunk is counted twice: its step's number would be taken.
"""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from accounting.management.ingest_profiles import Dataset
from ledger.connections import Connection
from ledger.database import Database
from ledger.registry import NotRegistered, tenants_where

MOST_RUNS: Final = 1000
"""How often one file may be run on purpose."""


class JobState(StrEnum):
    """How far a file posted in bulk is."""

    QUEUED = "QUEUED"
    """It waits for its turn."""
    RUNNING = "RUNNING"
    """It is read, and its rows are posted chunk by chunk."""
    DONE = "DONE"
    """Every row has its outcome."""
    FAILED = "FAILED"
    """It could not be read, or not to the end; the failure says why."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A file to be taken: what its rows are, how it is written, and by which profile it is read.

    `digest` is the SHA-256 of the bytes received. `run` is counted up on purpose, to post a file again that was posted
    before, such as after a source it names was added. `adjustment` is why its rows may change closed months, empty
    where they may not.
    """

    tenant: UUID
    dataset: Dataset
    format: str
    coding: str
    digest: bytes
    byte_count: int
    profile: str = ""
    profile_id: UUID | None = None
    is_dry_run: bool = False
    run: int = 1
    adjustment: str = ""

    @property
    def id(self) -> UUID:
        """The id that this file as it is to be read always has; the file's name plays no part."""
        parts = (self.tenant, self.dataset, self.format, self.coding, self.digest.hex())
        text = " ".join(map(str, (*parts, self.profile_id or "", "dry" if self.is_dry_run else "", self.run)))
        text += f" {self.adjustment}" if self.adjustment else ""
        return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=5)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is: rows with an outcome and their sums since its beginning, and bytes of its result.

    `total_rows` is None until the file was read through; `code` and `message` say why it failed.
    """

    number: int
    state: JobState
    total_rows: int | None = None
    accepted: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    result_bytes: int = 0
    code: str = ""
    message: str = ""

    @property
    def row_count(self) -> int:
        """Rows that have an outcome."""
        return self.accepted + self.duplicates + self.conflicts + self.rejected

    def then(self, state: JobState, **changed: Any) -> "Step":
        """Return the step after this one: the same sums, but for what is changed."""
        return replace(self, number=self.number + 1, state=state, **{"code": "", "message": "", **changed})


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its last step. Times are those of its taking, its first chunk and its end; `actor` sent the file."""

    new: NewJob
    id: UUID
    step: Step
    recorded_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    actor: str

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen unless the file is posted again."""
        return self.step.state in (JobState.DONE, JobState.FAILED)


class JobNotFound(Exception):
    """There is no job of this id."""


class StepTaken(Exception):
    """Somebody else works on the job: the step is there already."""


_ADD_JOB: Final = """
INSERT INTO ingest_jobs (tenant_id, job_id, dataset, format, coding, digest, byte_count, profile, profile_id,
    is_dry_run, run, adjustment)
VALUES (%(tenant)s, %(job)s, %(dataset)s, %(format)s, %(coding)s, %(digest)s, %(byte_count)s, %(profile)s,
    %(profile_id)s, %(is_dry_run)s, %(run)s, %(adjustment)s)
ON CONFLICT DO NOTHING
"""
_ADD_STEP: Final = """
INSERT INTO ingest_steps (tenant_id, job_id, step, state, total_rows, row_count, accepted, duplicates, conflicts,
    rejected, result_bytes, code, message)
VALUES (%(tenant)s, %(job)s, %(number)s, %(state)s, %(total_rows)s, %(row_count)s, %(accepted)s, %(duplicates)s,
    %(conflicts)s, %(rejected)s, %(result_bytes)s, %(code)s, %(message)s)
ON CONFLICT DO NOTHING RETURNING step
"""
_JOBS: Final = """
SELECT job.tenant_id, job.dataset, job.format, job.coding, job.digest, job.byte_count, job.profile, job.profile_id,
    job.is_dry_run, job.run, job.adjustment, job.job_id, job.recorded_at, last.step, last.state, last.total_rows,
    last.accepted, last.duplicates, last.conflicts, last.rejected, last.result_bytes, last.code, last.message,
    (SELECT min(step.recorded_at) FROM ingest_steps AS step WHERE step.tenant_id = job.tenant_id
        AND step.job_id = job.job_id AND step.state = 'RUNNING') AS started_at,
    CASE WHEN last.state IN ('DONE', 'FAILED') THEN last.recorded_at END AS finished_at,
    job.actor
FROM ingest_jobs AS job CROSS JOIN LATERAL (
    SELECT * FROM ingest_steps AS step WHERE step.tenant_id = job.tenant_id AND step.job_id = job.job_id
    ORDER BY step.step DESC LIMIT 1
) AS last
"""
_BY_ID: Final = f"{_JOBS} WHERE job.job_id = ANY(%(ids)s::uuid[])"
_OF_TENANT: Final = f"""
{_JOBS} WHERE job.tenant_id = %(tenant)s AND (%(at)s::timestamptz IS NULL OR (job.recorded_at, job.job_id) <
    (%(at)s, %(before)s::uuid))
ORDER BY job.recorded_at DESC, job.job_id DESC LIMIT %(limit)s
"""


async def take(database: Database, new: NewJob) -> Job:
    """Take a file as a job, or find the job it is already; one that failed waits for its turn again.

    Raises `NotRegistered` for a tenant that does not exist.
    """
    async with database.write(new.tenant) as connection:
        if not await tenants_where(connection, tenant_id=new.tenant):
            raise NotRegistered(f"there is no tenant {new.tenant}")
        await connection.execute(_ADD_JOB, _job_parameters(new))
        with suppress(StepTaken):
            await _add(connection, new.tenant, new.id, Step(0, JobState.QUEUED))
        known = await job_of(connection, new.id)
        if known.step.state is not JobState.FAILED:
            return known
        with suppress(StepTaken):
            await add_step(connection, known, known.step.then(JobState.QUEUED))
        return await job_of(connection, new.id)


async def add_step(connection: Connection, job: Job, step: Step) -> None:
    """Write a job's next step in a transaction bound to its tenant; raises `StepTaken` where it is there already."""
    await _add(connection, job.new.tenant, job.id, step)


async def job_of(connection: Connection, job_id: UUID) -> Job:
    """Return a job; raises `JobNotFound`."""
    found = await jobs_by_id(connection, [job_id])
    if not found:
        raise JobNotFound(f"there is no job {job_id}")
    return found[0]


async def jobs_by_id(connection: Connection, ids: Collection[UUID]) -> list[Job]:
    """Return those of these jobs that there are."""
    return await _read(connection, _BY_ID, {"ids": list(ids)})


async def jobs_of(
    connection: Connection, tenant: UUID, limit: int, before: tuple[datetime, UUID] | None = None
) -> Sequence[Job]:
    """Return a tenant's jobs, the newest first; `before` is the time and id of the job to go on after."""
    at, before_id = before or (None, None)
    return await _read(connection, _OF_TENANT, {"tenant": tenant, "at": at, "before": before_id, "limit": limit})


async def _add(connection: Connection, tenant: UUID, job_id: UUID, step: Step) -> None:
    parameters = {
        "tenant": tenant,
        "job": job_id,
        "number": step.number,
        "state": step.state.value,
        "total_rows": step.total_rows,
        "row_count": step.row_count,
        "accepted": step.accepted,
        "duplicates": step.duplicates,
        "conflicts": step.conflicts,
        "rejected": step.rejected,
        "result_bytes": step.result_bytes,
        "code": step.code,
        "message": step.message,
    }
    cursor = await connection.execute(_ADD_STEP, parameters)
    if await cursor.fetchone() is None:
        raise StepTaken(f"step {step.number} of job {job_id} is there already")


async def _read(connection: Connection, query: str, parameters: dict[str, Any]) -> list[Job]:
    cursor = await connection.execute(query.encode(), parameters)
    return [_job(*row) for row in await cursor.fetchall()]


def _job(*row: Any) -> Job:
    tenant, dataset, form, coding, digest, *others = row
    byte_count, profile, profile_id, is_dry_run, run, adjustment, job_id, recorded_at, number, state, *rest = others
    *sums, started, finished, actor = rest
    new = NewJob(
        tenant, Dataset(dataset), form, coding, bytes(digest), byte_count, profile, profile_id, is_dry_run, run,
        adjustment,
    )  # fmt: skip
    return Job(new, job_id, Step(number, JobState(state), *sums), recorded_at, started, finished, actor)


def _job_parameters(new: NewJob) -> dict[str, Any]:
    return {
        "tenant": new.tenant,
        "job": new.id,
        "dataset": new.dataset.value,
        "format": new.format,
        "coding": new.coding,
        "digest": new.digest,
        "byte_count": new.byte_count,
        "profile": new.profile,
        "profile_id": new.profile_id,
        "is_dry_run": new.is_dry_run,
        "run": new.run,
        "adjustment": new.adjustment,
    }
