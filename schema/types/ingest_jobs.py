"""Files posted in bulk, as jobs."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from ledger.bulk.jobs import Job, JobState
from ledger.bulk.jobs import jobs_of as ledger_jobs_of
from schema.context import Context
from schema.global_ids import encode
from schema.ingest_enums import IngestDataset, IngestState
from schema.pages import Connection, cursor, instant_position, page, page_size
from schema.scalars import ExactDecimal, Instant
from schema.types.info import Info
from schema.types.registry import Tenant, present


@strawberry.type(description="Why a file could not be posted, or not to its end.")
class IngestFailure:
    """A failure."""

    code: str = strawberry.field(
        description="FORMAT, ENCODING, COMPRESSION, TOO_LARGE, LINE_TOO_LONG, EMPTY, HEADER, TYPE or SHEET for a file "
        "that cannot be read, of which nothing was posted; FILE_GONE or INTERNAL where the service is at fault."
    )
    message: str = strawberry.field(description="What is wrong, where in the file, and what would be accepted.")


@strawberry.type(
    description="A file posted to `/ingest/v1/activities` or `/ingest/v1/intervals`. The same bytes for the same "
    "tenant are the same job, whatever the file is called, unless they are read by another profile or run again on "
    "purpose."
)
class IngestJob:
    """A job."""

    id: strawberry.ID = strawberry.field(description="Id of the job.")
    dataset: IngestDataset = strawberry.field(description="What its rows are.")
    state: IngestState = strawberry.field(description="How far it is.")
    format: str = strawberry.field(description="NDJSON, CSV, PARQUET or XLSX.")
    coding: str = strawberry.field(description="How it was packed: identity, gzip or zstd.")
    profile: str = strawberry.field(description="Name of the profile it is read by; empty for none.")
    is_dry_run: bool = strawberry.field(description="Whether rows are only judged, and nothing is posted.")
    run: int = strawberry.field(description="Which run of the file on purpose it is, from 1.")
    digest: str = strawberry.field(description="SHA-256 of the bytes received, in hexadecimal.")
    byte_count: ExactDecimal = strawberry.field(description="Bytes received.")
    row_count: int = strawberry.field(description="Rows that have their outcome by now.")
    expected_row_count: int | None = strawberry.field(
        description="Rows there are, blank lines counted until it is done; none until the file was read through."
    )
    accepted_count: int = strawberry.field(description="Rows now in the ledger because of this file.")
    duplicate_count: int = strawberry.field(description="Rows that were there already.")
    conflict_count: int = strawberry.field(description="Rows that contradict what is there.")
    rejected_count: int = strawberry.field(description="Rows that could not be kept.")
    failure: IngestFailure | None = strawberry.field(description="Why it failed; none unless it did.")
    result: str = strawberry.field(
        description="Path of the outcomes of all rows as NDJSON, one line each in the order of the file, to fetch once "
        "the job is at its end."
    )
    recorded_at: Instant = strawberry.field(description="When the file was taken.")
    started_at: Instant | None = strawberry.field(description="When it was begun; none while it waits.")
    finished_at: Instant | None = strawberry.field(description="When it was at its end; none before.")
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @classmethod
    def of(cls, job: Job) -> "IngestJob":
        """Make the type of a job."""
        new, step = job.new, job.step
        return cls(
            id=strawberry.ID(job_id(job.id)),
            dataset=new.dataset,
            state=step.state,
            format=new.format,
            coding=new.coding,
            profile=new.profile,
            is_dry_run=new.is_dry_run,
            run=new.run,
            digest=new.digest.hex(),
            byte_count=ExactDecimal(Decimal(new.byte_count)),
            row_count=step.row_count,
            expected_row_count=step.total_rows,
            accepted_count=step.accepted,
            duplicate_count=step.duplicates,
            conflict_count=step.conflicts,
            rejected_count=step.rejected,
            failure=IngestFailure(code=step.code, message=step.message) if step.state is JobState.FAILED else None,
            result=result_path(job.id),
            recorded_at=Instant(job.recorded_at),
            started_at=_instant(job.started_at),
            finished_at=_instant(job.finished_at),
            tenant_key=new.tenant,
        )


def job_id(key: UUID) -> str:
    """Return the global id of a job."""
    return encode("IngestJob", key)


def result_path(key: UUID) -> str:
    """Return the path under which the service answers a job's result."""
    return f"/ingest/v1/jobs/{job_id(key)}/result"


async def job_connection(context: Context, tenant: UUID, first: int | None, after: str | None) -> Connection[IngestJob]:
    """Return a page of a tenant's jobs, the newest first."""
    size, before = page_size(first), instant_position(after)
    async with context.read() as connection:
        found = await ledger_jobs_of(connection, tenant, size + 1, before)
    return page(found, size, after, IngestJob.of, lambda job: cursor(job.recorded_at.isoformat(), job.id))


def _instant(moment: datetime | None) -> Instant | None:
    return Instant(moment) if moment else None
