"""What the service tells as it happens. Between two events nothing is held: no connection, no snapshot."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import strawberry

from ledger.bulk.jobs import Job, JobNotFound, job_of
from schema.context import Context
from schema.errors import NotFound
from schema.global_ids import decode_uuid
from schema.ingest_queries import JobId
from schema.types.info import Info
from schema.types.ingest_jobs import IngestJob

LOOK_EVERY_S: Final = 0.25
"""Seconds between two looks at a job. The database is looked at, as any process of the service may run the job."""


@strawberry.type(description="What can be listened to, over WebSocket by the protocol graphql-transport-ws.")
class Subscription:
    """The subscriptions."""

    @strawberry.subscription(
        description="A file posted in bulk: how far it is now, again whenever it is further, and last when it is at "
        "its end."
    )
    async def ingest_job_progress(self, info: Info, id: JobId) -> AsyncGenerator[IngestJob, None]:
        """Yield a job with each of its steps that is seen."""
        told = -1
        while True:
            job = await _seen(info.context, id)
            if job.step.number > told:
                told = job.step.number
                yield IngestJob.of(job)
                if job.is_finished:
                    return
            # What the fields of the event read is given back before the next one; see `PerOperation`.
            await info.context.end_operation()
            info.context.begin_operation()
            await asyncio.sleep(LOOK_EVERY_S)
            await info.context.renew()  # a key that was revoked meanwhile is told nothing more
            if info.context.refused:
                raise info.context.refused


async def _seen(context: Context, job_id: strawberry.ID) -> Job:
    key = decode_uuid(job_id, "IngestJob")
    try:
        async with context.service.database.snapshot() as connection:
            return await job_of(connection, key)
    except JobNotFound as error:
        raise NotFound(str(error)) from None
