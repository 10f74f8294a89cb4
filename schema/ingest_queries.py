"""Questions about files posted in bulk."""

from typing import Annotated

import strawberry

from ledger.bulk.jobs import JobNotFound, job_of
from ledger.registry import tenants_where
from schema.errors import NotFound
from schema.global_ids import decode_uuid
from schema.pages import Connection
from schema.types.info import Info
from schema.types.ingest_jobs import IngestJob, job_connection
from schema.types.registry import After, First

JobId = Annotated[
    strawberry.ID, strawberry.argument(description="The job, by the id that its taking was answered with.")
]


@strawberry.type(description="Questions about files posted in bulk.")
class IngestQueries:
    """The queries of jobs."""

    @strawberry.field(description="How far a file posted in bulk is.")
    async def ingest_job(self, info: Info, id: JobId) -> IngestJob:
        """Return a job."""
        key = decode_uuid(id, "IngestJob")
        try:
            async with info.context.read() as connection:
                return IngestJob.of(await job_of(connection, key))
        except JobNotFound as error:
            raise NotFound(str(error)) from None

    @strawberry.field(description="Files that a tenant posted in bulk, the newest first.")
    async def ingest_jobs(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant.")],
        first: First = None,
        after: After = None,
    ) -> Connection[IngestJob]:
        """Page through a tenant's jobs."""
        tenant = decode_uuid(tenant_id, "Tenant")
        async with info.context.read() as connection:
            if not await tenants_where(connection, tenant_id=tenant):
                raise NotFound(f"there is no tenant {tenant}")
        return await job_connection(info.context, tenant, first, after)
