"""Changes of interval data: series, readings, corrections, and storage as declared."""

from typing import Annotated
from uuid import UUID

import strawberry

from ledger.intervals.posting import correct_intervals, post_intervals
from ledger.intervals.series import NewSeries, add_series
from ledger.registry import NotRegistered, sources_where
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.adjustments import reason_given
from schema.types.declarations import DeclareResult
from schema.types.info import Info
from schema.types.intervals import (
    AddIntervalSeriesInput,
    AddIntervalSeriesResult,
    CorrectIntervalsInput,
    IntervalSeries,
    IntervalSeriesAdded,
    IntervalsPosted,
    PostIntervalsInput,
    PostIntervalsResult,
)
from schema.types.storage_units import StorageUnitInput


@strawberry.type(description="Changes of interval data.")
class IntervalMutations:
    """The mutations of intervals."""

    @strawberry.mutation(
        description="Add what a source measures by intervals of 15, 30 or 60 minutes. The same again writes nothing."
    )
    async def add_interval_series(
        self, info: Info, input: Annotated[AddIntervalSeriesInput, strawberry.argument(description="The series.")]
    ) -> AddIntervalSeriesResult:
        """Add a series."""
        source = decode_uuid(input.source_id, "Source")
        new = NewSeries(
            tenant=await _tenant_of(info.context, source),
            source=source,
            carrier=input.carrier,
            role=input.role,
            unit=input.unit,
            minutes=input.minutes,
            has_attribute=input.has_attribute,
            activity_type=input.activity_type,
        )
        found, is_new = await add_series(info.context.service.database, await info.context.catalogue(), new)
        return IntervalSeriesAdded(series=IntervalSeries.of(found), is_new=is_new)

    @strawberry.mutation(
        description="Post readings by interval. All are checked first; a reading that is there stays as it is, and a "
        "retry writes nothing twice."
    )
    async def post_intervals(
        self, info: Info, input: Annotated[PostIntervalsInput, strawberry.argument(description="The readings.")]
    ) -> PostIntervalsResult:
        """Post readings."""
        service = info.context.service
        tenant, key = decode_uuid(input.tenant_id, "Tenant"), _key(input.idempotency_key)
        spans = [one.span() for one in input.readings]
        said = reason_given(input.adjustment)
        return IntervalsPosted.of(await post_intervals(service.database, tenant, key, spans, service.clock(), said))

    @strawberry.mutation(
        description="Correct readings that were posted: a new version of each that says why. The old ones stay."
    )
    async def correct_intervals(
        self, info: Info, input: Annotated[CorrectIntervalsInput, strawberry.argument(description="The corrections.")]
    ) -> PostIntervalsResult:
        """Correct readings."""
        service = info.context.service
        tenant, key = decode_uuid(input.tenant_id, "Tenant"), _key(input.idempotency_key)
        spans = [one.span() for one in input.readings]
        now, said = service.clock(), reason_given(input.adjustment)
        found = await correct_intervals(service.database, tenant, key, spans, input.reason, now, said)
        return IntervalsPosted.of(found)

    @strawberry.mutation(
        description="Declare batteries and heat stores at a tenant's sites. The same again writes nothing."
    )
    async def declare_storage(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        units: Annotated[list[StorageUnitInput], strawberry.argument(description="Units, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare storage."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(units)
        return await declared(info.context, tenant, found, reason, {one.site for one in found})


async def _tenant_of(context: Context, source: UUID) -> UUID:
    async with context.read() as connection:
        found = await sources_where(connection, source_id=source)
    if not found:
        raise NotRegistered("there is no such source")
    return found[0].tenant_id


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(f"idempotencyKey: {text[:60]!r} is not a UUID") from None
