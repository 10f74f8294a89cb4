"""Jobs and their steps: a file is one job, a step is there once, and what failed may be tried again."""

import hashlib
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from accounting.management.ingest_profiles import Dataset
from ledger.bulk.jobs import JobNotFound, JobState, NewJob, StepTaken, add_step, job_of, jobs_of, take
from ledger.registry import NotRegistered
from ledger.setup import Databases
from tests.world import world

pytestmark = pytest.mark.anyio


def file_of(tenant: UUID, content: bytes = b"rows") -> NewJob:
    digest = hashlib.sha256(content).digest()
    return NewJob(tenant, Dataset.ACTIVITIES, "CSV", "identity", digest, len(content))


def test_what_makes_a_job_another() -> None:
    one = file_of(UUID(int=1))
    others = [
        file_of(UUID(int=1), b"other rows"),
        replace(one, tenant=UUID(int=2)),
        replace(one, dataset=Dataset.INTERVALS),
        replace(one, format="NDJSON"),
        replace(one, coding="gzip"),
        replace(one, profile="p", profile_id=UUID(int=3)),
        replace(one, is_dry_run=True),
        replace(one, run=2),
    ]
    assert len({one.id, *(other.id for other in others)}) == len(others) + 1
    assert file_of(UUID(int=1)).id == one.id


async def test_the_same_file_is_the_same_job(databases: Databases) -> None:
    async with world(databases) as here:
        first = await take(here.database, file_of(here.tenant))
        assert (first.step.number, first.step.state, first.started_at) == (0, JobState.QUEUED, None)
        assert await take(here.database, file_of(here.tenant)) == first
        other = await take(here.database, file_of(here.tenant, b"more"))
        async with here.database.snapshot() as connection:
            assert [job.id for job in await jobs_of(connection, here.tenant, 10)] == [other.id, first.id]
            at = (other.recorded_at, other.id)
            assert [job.id for job in await jobs_of(connection, here.tenant, 10, at)] == [first.id]
            with pytest.raises(JobNotFound):
                await job_of(connection, uuid4())


async def test_a_step_is_written_once_whoever_works_on_the_job(databases: Databases) -> None:
    async with world(databases) as here:
        job = await take(here.database, file_of(here.tenant))
        step = job.step.then(JobState.RUNNING, total_rows=3, accepted=2, rejected=1, result_bytes=9)
        async with here.database.write(here.tenant) as connection:
            await add_step(connection, job, step)
        with pytest.raises(StepTaken):
            async with here.database.write(here.tenant) as connection:
                await add_step(connection, job, replace(step, accepted=0))
        found = await take(here.database, file_of(here.tenant))
        assert found.step == step
        assert found.step.row_count == 3
        assert found.started_at is not None
        assert not found.is_finished


async def test_a_job_that_failed_is_queued_again_with_what_it_had(databases: Databases) -> None:
    async with world(databases) as here:
        job = await take(here.database, file_of(here.tenant))
        failed = job.step.then(JobState.FAILED, accepted=2, code="INTERNAL", message="why")
        async with here.database.write(here.tenant) as connection:
            await add_step(connection, job, failed)
            known = await job_of(connection, job.id)
        assert known.is_finished
        assert known.finished_at is not None
        again = await take(here.database, file_of(here.tenant))
        assert (again.step.number, again.step.state, again.step.accepted) == (2, JobState.QUEUED, 2)
        assert (again.step.code, again.step.message, again.finished_at) == ("", "", None)


async def test_a_job_needs_a_tenant(databases: Databases) -> None:
    async with world(databases) as here:
        with pytest.raises(NotRegistered):
            await take(here.database, file_of(uuid4()))


async def test_jobs_and_steps_are_never_changed(databases: Databases) -> None:
    async with world(databases) as here:
        await take(here.database, file_of(here.tenant))
    with psycopg.connect(databases.owner_url) as connection:
        for table in ("ingest_jobs", "ingest_steps"):
            with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
                connection.execute(f"DELETE FROM {table}".encode())
            with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
                connection.execute(f"TRUNCATE {table} CASCADE".encode())
