"""The worker of a service: a thread with an event loop and connections of its own that runs jobs, one at a time.

So parsing and merging never keep a request waiting for the service's own loop. Tenants take turns: a hundred files of
one do not keep another's from being read.
"""

import asyncio
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from api.ingest.formats import Limits
from api.ingest.formats.faults import MIB
from api.ingest.running import Catalogued, Runner, Stopped
from api.ingest.spool import Spool
from api.limiting.limiter import Limiter, of_actor
from api.settings import Settings
from emission_factors.catalogue import Catalogue
from ledger.bulk.jobs import Job, jobs_by_id
from ledger.database import Database
from ledger.pools import FAILURES, PassingFailure
from schema.context import Clock

CONNECTIONS: Final = 4
"""Two chunks under way, one connection to look things up, one to spare."""
_AGAIN_S: Final = 2.0
"""Seconds until what lost the database is tried again."""

log: Final = structlog.get_logger("parkledger.ingest")


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """Where bulk files wait, how large they may be, how many may wait and be received at a time."""

    folder: Path
    body_bytes: int
    limits: Limits
    waiting: int
    uploads: int


def ingest_settings(settings: Settings) -> IngestSettings:
    """Return what a service's settings say of bulk files."""
    return IngestSettings(
        folder=settings.ingest_folder or settings.data / "ingest",
        body_bytes=settings.ingest_body_mib * MIB,
        limits=Limits(decoded_bytes=settings.ingest_decoded_mib * MIB, ratio=settings.ingest_ratio),
        waiting=settings.ingest_waiting,
        uploads=settings.ingest_uploads,
    )


class Turns:
    """Jobs that wait, by tenant; a tenant's in the order they came, the tenants in turn."""

    def __init__(self) -> None:
        self._of_tenant: OrderedDict[UUID, deque[UUID]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._of_tenant.values()))

    def add(self, tenant: UUID, job: UUID) -> None:
        """Add a job, unless it waits already."""
        waiting = self._of_tenant.setdefault(tenant, deque())
        if job not in waiting:
            waiting.append(job)

    def next(self) -> tuple[UUID, UUID] | None:
        """Take the next tenant's first job; None where nobody waits."""
        if not self._of_tenant:
            return None
        tenant, waiting = self._of_tenant.popitem(last=False)
        job = waiting.popleft()
        if waiting:
            self._of_tenant[tenant] = waiting
        return tenant, job


class Worker:
    """Runs jobs in a thread of its own from `start` to `stop`; others hand it jobs by `submit`."""

    def __init__(
        self, url: str, spool: Spool, limits: Limits, catalogue: Catalogued, clock: Clock, limiter: Limiter
    ) -> None:
        self._limiter = limiter
        self._url, self._spool, self._limits, self._clock = url, spool, limits, clock
        self._catalogue = catalogue
        self._turns = Turns()
        self._lock = threading.Condition()
        self._is_stopping = self._has_begun = False
        self._running: UUID | None = None
        self._service_loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="ingest")

    @property
    def waiting(self) -> int:
        """How many jobs wait or run."""
        with self._lock:
            return len(self._turns) + (self._running is not None)

    def start(self) -> None:
        """Take up what waits in the folder; to be called in the service's own loop. Without work there is no thread."""
        self._service_loop = asyncio.get_running_loop()
        if self._spool.is_used:
            self._begin()

    def submit(self, job: Job) -> None:
        """Let a job wait for its turn; a job that runs is run again, which is nothing where it is done."""
        with self._lock:
            self._turns.add(job.new.tenant, job.id)
            self._lock.notify()
        self._begin()

    def _begin(self) -> None:
        with self._lock:
            if not self._has_begun and not self._is_stopping:
                self._has_begun = True
                self._thread.start()

    async def stop(self) -> None:
        """End after the chunk under way; what is not done goes on with the next start."""
        with self._lock:
            self._is_stopping = True
            self._lock.notify()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        asyncio.run(self._worked())

    async def _worked(self) -> None:
        """Work until the service ends, whatever ends the work before: nobody else would run what waits."""
        while not self._is_stopping:
            try:
                await self._connected()
            except FAILURES as error:
                log.warning("jobs wait for the database", error=str(error))
            except Exception:
                log.exception("jobs could not be run")
            self._pause()

    async def _connected(self) -> None:
        """Run jobs, those first whose files wait in the folder, until the service ends."""
        database = Database(self._url, CONNECTIONS)
        try:
            await database.open()
            await self._find_again(database)
            runner = Runner(database, self._known, self._spool, self._limits, self._clock, self._stopping, self._count)
            while (turn := self._next()) is not None:
                await self._run(runner, *turn)
        finally:
            await database.close()

    async def _run(self, runner: Runner, tenant: UUID, job: UUID) -> None:
        try:
            await runner.run(job)
        except Stopped:
            return
        except (PassingFailure, OSError) as error:
            log.warning("a job waits for the database", job=job, error=str(error))
            with self._lock:
                self._turns.add(tenant, job)
            self._pause()
        finally:
            with self._lock:
                self._running = None

    async def _find_again(self, database: Database) -> None:
        """Let the jobs wait again whose files do, and remove files of jobs that are done."""
        self._spool.sweep()
        async with database.snapshot() as connection:
            known = {job.id: job for job in await jobs_by_id(connection, self._spool.waiting_jobs())}
        for job_id in self._spool.waiting_jobs():
            if job_id in known:
                self.submit(known[job_id])

    def _next(self) -> tuple[UUID, UUID] | None:
        """Wait for a turn; None at the end of the service."""
        with self._lock:
            self._lock.wait_for(lambda: self._is_stopping or len(self._turns) > 0)
            turn = None if self._is_stopping else self._turns.next()
            self._running = turn[1] if turn else None
            return turn

    def _count(self, job: Job, rows: int) -> None:
        """Take the rows of a chunk from the budget of who sent the file."""
        self._limiter.owe(of_actor(job.actor), rows)

    def _pause(self) -> None:
        """Wait for what failed to go well again, or for the service to end."""
        with self._lock:
            self._lock.wait_for(self._stopping, _AGAIN_S)

    def _stopping(self) -> bool:
        return self._is_stopping

    async def _known(self) -> Catalogue:
        """Ask the service for the catalogue, which it holds for both."""
        return await _in_loop(self._service_loop, self._catalogue)


async def _in_loop(loop: asyncio.AbstractEventLoop | None, ask: Callable[[], object]) -> Catalogue:
    if loop is None:
        raise RuntimeError("the worker has not been started")
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(), loop))  # type: ignore[arg-type]
