"""The thread that runs jobs outlives whatever ends its work: no other would run what waits."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from api.ingest import worker
from api.ingest.formats import Limits
from api.ingest.spool import Spool
from api.ingest.worker import Worker
from api.limiting.limiter import Limiter
from api.limiting.limiter import Limits as Budgets
from emission_factors.catalogue import Catalogue
from ledger.bulk.jobs import Job, JobState, job_of, take
from ledger.database import Database
from ledger.setup import Databases
from tests.ledger.bulk.test_jobs import file_of
from tests.world import NOW, World, world

pytestmark = pytest.mark.anyio


async def test_a_job_is_run_after_the_database_was_away_and_after_a_bug(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [psycopg.OperationalError("the database is away"), ValueError("a bug")]

    class Failing(Database):
        async def open(self) -> None:
            if failures:
                raise failures.pop(0)
            await super().open()

    monkeypatch.setattr(worker, "Database", Failing)
    monkeypatch.setattr(worker, "_AGAIN_S", 0.01)
    async with world(databases) as here:

        async def catalogue() -> Catalogue:
            return here.catalogue

        job = await take(here.database, file_of(here.tenant))
        path = Spool(tmp_path).waiting(job.id)
        path.parent.mkdir()
        path.write_bytes(b"")
        made = Worker(
            databases.service_url, Spool(tmp_path), Limits(), catalogue, lambda: NOW, Limiter(Budgets(100, 100))
        )
        made.start()
        try:
            found = await at_its_end(here, job)
        finally:
            await made.stop()
        assert (found.step.state, found.step.code, failures) == (JobState.FAILED, "EMPTY", [])
        assert (made.waiting, path.exists()) == (0, False)


async def at_its_end(here: World, job: Job) -> Job:
    async with asyncio.timeout(30):
        while True:
            async with here.database.snapshot() as connection:
                found = await job_of(connection, job.id)
            if found.is_finished:
                return found
            await asyncio.sleep(0.01)
