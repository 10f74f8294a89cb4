"""The bulk endpoint: `POST /ingest/v1/activities` and `/ingest/v1/intervals`, and where a job's result is fetched."""

import asyncio
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from accounting.declarations import DeclarationKind
from api.endpoints import Callers
from api.faults import Fault, Refused
from api.identity.authentication import Authenticator
from api.ingest.formats.faults import sized
from api.ingest.requests import Asked, asked
from api.ingest.spool import Received, Spool
from api.ingest.worker import IngestSettings, Worker
from api.limiting.limiter import Limiter
from ledger.access import Access
from ledger.bulk.jobs import Job, JobNotFound, JobState, NewJob, job_of, take
from ledger.database import Database
from ledger.declarations import declarations_of
from ledger.identity.principals import Right
from ledger.registry import NotRegistered, tenants_where
from schema.context import Service
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.ingest_jobs import job_id, result_path

NDJSON: Final = "application/x-ndjson"


class Ingest:
    """The bulk endpoint of one service."""

    def __init__(
        self,
        service: Service,
        authenticator: Authenticator,
        spool: Spool,
        worker: Worker,
        settings: IngestSettings,
        limiter: Limiter,
    ) -> None:
        self._callers = Callers(service, authenticator, limiter, "files are taken from")
        self._spool = spool
        self._worker = worker
        self._settings = settings
        self._uploads = 0

    def start(self) -> None:
        """Take up the files that wait; to be called in the service's loop, when its database is open."""
        self._worker.start()

    async def stop(self) -> None:
        """End the work between two chunks."""
        await self._worker.stop()

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        told = self._callers.told
        return [
            Route("/ingest/v1/jobs/{id}", told(self.job)),
            Route("/ingest/v1/jobs/{id}/result", told(self.result)),
            Route("/ingest/v1/{dataset}", told(self.post), methods=["POST"]),
        ]

    async def post(self, request: Request) -> Response:
        """Take a file: to the disk, then as a job, then 202. A client that hangs up half-way leaves nothing."""
        # The rows of a file are taken from its caller's budget as they are posted; here it must have one.
        database = await self._callers.database(request, 1, [Right.ACTIVITY_WRITE], rows=1)
        _check_whole(database.access)
        wanted = asked(request)
        self._refuse_large(request)
        self._refuse_busy()
        profile_id = await self._profile(database, wanted)
        self._uploads += 1
        try:
            limit = self._settings.body_bytes
            async with self._spool.received(request.stream(), limit, wanted.digests) as received:
                job = await self._taken(database, _new(wanted, profile_id, received), received)
        finally:
            self._uploads -= 1
        if not job.is_finished:
            self._worker.submit(job)  # now that nobody holds the file any more
        status = 200 if job.step.state is JobState.DONE else 202
        return JSONResponse(as_json(job), status, {"location": f"/ingest/v1/jobs/{job_id(job.id)}"})

    async def job(self, request: Request) -> Response:
        """Answer how far a job is."""
        return JSONResponse(as_json(await self._job(request)), headers={"cache-control": "no-store"})

    async def result(self, request: Request) -> Response:
        """Answer the outcomes of a job that is at its end, one line for each row."""
        job = await self._job(request, is_whole=True)
        if not job.is_finished:
            raise Refused(Fault.NOT_FINISHED, f"the job is {job.step.state}; its result comes when it is done")
        path = self._spool.result(job.id)
        if job.step.result_bytes == 0:
            return Response(b"", media_type=NDJSON)
        if not path.is_file():
            raise Refused(Fault.NOT_FOUND, "the result is not on this machine, or was removed from it")
        return FileResponse(path, media_type=NDJSON, filename=f"{job.id}.ndjson")

    async def _taken(self, database: Database, new: NewJob, received: Received) -> Job:
        try:
            job = await take(database, new)
        except NotRegistered as error:
            raise Refused(Fault.NOT_FOUND, str(error)) from None
        if job.is_finished:
            return job
        if job.step.state is JobState.QUEUED or not self._spool.waiting(job.id).exists():
            await asyncio.to_thread(self._spool.keep, received, job.id)
        return job

    async def _profile(self, database: Database, wanted: Asked) -> UUID | None:
        """Return the version of the profile that holds now, after making sure that there is the tenant."""
        async with database.snapshot() as connection:
            if not await tenants_where(connection, tenant_id=wanted.tenant):
                raise Refused(Fault.NOT_FOUND, f"tenant: there is no tenant {wanted.tenant}")
            kinds = [DeclarationKind.INGEST_PROFILE]
            declared = await declarations_of(connection, [wanted.tenant], kinds) if wanted.profile else []
        if not wanted.profile:
            return None
        for one in declared:
            if one.subject == wanted.profile and one.content.dataset is wanted.dataset:
                return one.id
        names = ", ".join(repr(one.subject) for one in declared if one.content.dataset is wanted.dataset) or "none"
        message = f"profile: the tenant has no profile {wanted.profile[:80]!r} for {wanted.dataset}; it has {names}"
        raise Refused(Fault.NOT_FOUND, message)

    def _refuse_large(self, request: Request) -> None:
        stated, most = request.headers.get("content-length", "0"), self._settings.body_bytes
        if not stated.isdigit() or int(stated) > most:
            raise Refused(Fault.TOO_LARGE, f"the body has {stated[:40]} bytes; at most {sized(most)} are taken")

    def _refuse_busy(self) -> None:
        if self._worker.waiting >= self._settings.waiting:
            raise Refused(Fault.BUSY, f"{self._worker.waiting} files wait to be posted; try again later")
        if self._uploads >= self._settings.uploads:
            raise Refused(Fault.BUSY, f"{self._uploads} files are being received; try again later")

    async def _job(self, request: Request, *, is_whole: bool = False) -> Job:
        try:
            database = await self._callers.database(request, 1, [Right.ACTIVITY_READ, Right.ACTIVITY_WRITE])
            if is_whole:
                _check_whole(database.access)
            key = decode_uuid(request.path_params["id"], "IngestJob")
            async with database.snapshot() as connection:
                return await job_of(connection, key)
        except BadInput as error:
            raise Refused(Fault.BAD_REQUEST, f"id: {error}") from None
        except JobNotFound as error:
            raise Refused(Fault.NOT_FOUND, str(error)) from None


def as_json(job: Job) -> dict[str, Any]:
    """Return a job as the endpoint tells it; GraphQL tells the same and more."""
    return {
        "id": job_id(job.id),
        "state": job.step.state.value,
        "isDryRun": job.new.is_dry_run,
        "rowCount": job.step.row_count,
        "expectedRowCount": job.step.total_rows,
        "acceptedCount": job.step.accepted,
        "duplicateCount": job.step.duplicates,
        "conflictCount": job.step.conflicts,
        "rejectedCount": job.step.rejected,
        "failure": {"code": job.step.code, "message": job.step.message} if job.step.code else None,
        "recordedAt": job.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "result": result_path(job.id),
    }


def _check_whole(access: Access) -> None:
    """Raise `Refused` for a caller that is narrowed to sites: a file is merged for the whole tenant, later."""
    if access.sites is not None:
        message = (
            "the caller reaches some sites of the tenant alone, and a file is of the whole tenant; post its rows by "
        )
        raise Refused(Fault.FORBIDDEN, f"{message}postActivities or postIntervals")


def _new(wanted: Asked, profile_id: UUID | None, received: Received) -> NewJob:
    return NewJob(
        tenant=wanted.tenant,
        dataset=wanted.dataset,
        format=wanted.format.value,
        coding=wanted.coding.value,
        digest=received.digest,
        byte_count=received.byte_count,
        profile=wanted.profile,
        profile_id=profile_id,
        is_dry_run=wanted.is_dry_run,
        run=wanted.run,
        adjustment=wanted.adjustment,
    )
