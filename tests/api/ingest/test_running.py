"""A job as one of several processes runs it: what another one has said of it ends nothing here."""

from pathlib import Path
from uuid import UUID

import pytest

from api.ingest import running
from api.ingest.formats import Limits
from api.ingest.running import Runner
from api.ingest.spool import Spool
from emission_factors.catalogue import Catalogue
from ledger.bulk.jobs import Job, JobState, add_step, job_of, take
from ledger.connections import Connection
from ledger.setup import Databases
from tests.ledger.bulk.test_jobs import file_of
from tests.world import NOW, world

pytestmark = pytest.mark.anyio


async def test_two_that_find_a_file_unreadable_leave_one_failure(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has the file in a folder of its own; a worker that went down with this would run no other job either."""
    async with world(databases) as here:
        job = await take(here.database, file_of(here.tenant))
        path = Spool(tmp_path).waiting(job.id)
        path.parent.mkdir()
        path.write_bytes(b"")
        failed = job.step.then(JobState.FAILED, code="EMPTY", message="said by the other")

        async def read_before(_: Connection, __: UUID) -> Job:
            return job

        async def catalogue() -> Catalogue:
            return here.catalogue

        async with here.database.write(here.tenant) as connection:
            await add_step(connection, job, failed)
        monkeypatch.setattr(running, "job_of", read_before)
        counted: list[int] = []
        runner = Runner(
            here.database, catalogue, Spool(tmp_path), Limits(), lambda: NOW, lambda: False,
            lambda _, rows: counted.append(rows),
        )  # fmt: skip
        await runner.run(job.id)
        async with here.database.snapshot() as connection:
            assert (await job_of(connection, job.id)).step == failed
        assert counted == []
        assert not path.exists()
