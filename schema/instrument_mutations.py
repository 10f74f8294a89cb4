"""Changes of instruments the API makes: each a new version, read back after it was committed."""

from typing import Annotated

import strawberry

from ledger.instruments.instruments import (
    NewInstrument,
    cancel_instrument,
    correct_instrument,
    record_instrument,
    sell_instrument,
    withdraw_instrument,
)
from ledger.instruments.rows import content_of, instruments_by_id
from ledger.instruments.transfers import split_instrument, transfer_instrument
from ledger.instruments.versions import InstrumentNotFound
from ledger.tables import InstrumentRow
from schema.context import Context
from schema.global_ids import decode_uuid
from schema.types.info import Info
from schema.types.instrument_inputs import (
    CancelInstrumentInput,
    CancelInstrumentResult,
    CorrectInstrumentInput,
    CorrectInstrumentResult,
    InstrumentVersionAdded,
    RecordInstrumentInput,
    RecordInstrumentResult,
    SellInstrumentInput,
    SellInstrumentResult,
    WithdrawInstrumentInput,
    WithdrawInstrumentResult,
)
from schema.types.instrument_transfers import (
    InstrumentSplit,
    InstrumentTransferred,
    SplitInstrumentInput,
    SplitInstrumentResult,
    TransferInstrumentInput,
    TransferInstrumentResult,
)
from schema.types.instruments import Instrument
from schema.types.registry import present


@strawberry.type(description="Changes of instruments.")
class InstrumentMutations:
    """The mutations of instruments."""

    @strawberry.mutation(description="Record a certificate or contract claimed for energy a tenant consumes.")
    async def record_instrument(
        self, info: Info, input: Annotated[RecordInstrumentInput, strawberry.argument(description="The instrument.")]
    ) -> RecordInstrumentResult:
        """Record an instrument."""
        new = NewInstrument(decode_uuid(input.tenant_id, "Tenant"), input.code, input.content())
        return await _added(info.context, await record_instrument(info.context.service.database, new))

    @strawberry.mutation(
        description="Say that an instrument was cancelled for its tenant, in full or in part; once and finally. For "
        "several sites or periods it is split first."
    )
    async def cancel_instrument(
        self, info: Info, input: Annotated[CancelInstrumentInput, strawberry.argument(description="The cancellation.")]
    ) -> CancelInstrumentResult:
        """Cancel an instrument."""
        service = info.context.service
        given = input.cancellation()
        known = await _known(info.context, input.instrument_id)
        row = await cancel_instrument(service.database, known.tenant_id, known.instrument_id, given, service.clock())
        return await _added(info.context, row)

    @strawberry.mutation(description="Say that the certificates of an instrument were sold to others; once.")
    async def sell_instrument(
        self, info: Info, input: Annotated[SellInstrumentInput, strawberry.argument(description="The sale.")]
    ) -> SellInstrumentResult:
        """Sell an instrument."""
        known = await _known(info.context, input.instrument_id)
        row = await sell_instrument(info.context.service.database, known.tenant_id, known.instrument_id, input.reason)
        return await _added(info.context, row)

    @strawberry.mutation(
        description="Withdraw an instrument: a last version that says it should not have been recorded. It may have "
        "been cancelled or sold."
    )
    async def withdraw_instrument(
        self, info: Info, input: Annotated[WithdrawInstrumentInput, strawberry.argument(description="The withdrawal.")]
    ) -> WithdrawInstrumentResult:
        """Withdraw an instrument."""
        known = await _known(info.context, input.instrument_id)
        row = await withdraw_instrument(
            info.context.service.database, known.tenant_id, known.instrument_id, input.reason
        )
        return await _added(info.context, row)

    @strawberry.mutation(
        description="Correct what an instrument says: a new version that says why. The old one stays. What was "
        "cancelled is withdrawn and recorded anew instead."
    )
    async def correct_instrument(
        self, info: Info, input: Annotated[CorrectInstrumentInput, strawberry.argument(description="The correction.")]
    ) -> CorrectInstrumentResult:
        """Correct an instrument."""
        known = await _known(info.context, input.instrument_id)
        content = input.corrected(content_of(known))
        row = await correct_instrument(
            info.context.service.database, known.tenant_id, known.instrument_id, content, input.reason
        )
        return await _added(info.context, row)

    @strawberry.mutation(
        description="Split a part off an instrument, to be cancelled for a site and period of its own: a batch for two "
        "sites is two instruments. The part and the rest are the whole."
    )
    async def split_instrument(
        self, info: Info, input: Annotated[SplitInstrumentInput, strawberry.argument(description="The split.")]
    ) -> SplitInstrumentResult:
        """Split an instrument."""
        part = input.part()
        known = await _known(info.context, input.instrument_id)
        database = info.context.service.database
        moved = await split_instrument(database, known.tenant_id, known.instrument_id, part, input.reason)
        rest, found = await _read_back(info.context, moved.source, moved.part)
        return InstrumentSplit(part=present(found), rest=present(rest))

    @strawberry.mutation(
        description="Hand certificates over to another tenant of the park, all or a part; before they are cancelled. "
        "The receiver holds an instrument of its own."
    )
    async def transfer_instrument(
        self, info: Info, input: Annotated[TransferInstrumentInput, strawberry.argument(description="The transfer.")]
    ) -> TransferInstrumentResult:
        """Transfer an instrument."""
        service = info.context.service
        transfer = input.transfer()
        known = await _known(info.context, input.instrument_id)
        moved = await transfer_instrument(
            service.database, known.tenant_id, known.instrument_id, transfer, service.clock()
        )
        given, received = await _read_back(info.context, moved.source, moved.part)
        return InstrumentTransferred(given=present(given), received=received)


async def _known(context: Context, text: str) -> InstrumentRow:
    key = decode_uuid(text, "Instrument")
    async with context.read() as connection:
        record = (await instruments_by_id(connection, [key])).get(key)
    if record is None:
        raise InstrumentNotFound("there is no such instrument")
    return record.row


async def _added(context: Context, row: InstrumentRow) -> InstrumentVersionAdded:
    (found,) = await _read_back(context, row)
    return InstrumentVersionAdded(instrument=present(found))


async def _read_back(context: Context, *rows: InstrumentRow) -> list[Instrument | None]:
    """Read new versions back in a snapshot opened after they were committed, none where one is not in reach."""
    await context.end_operation()
    context.begin_operation()
    async with context.read() as connection:
        found = await instruments_by_id(connection, [row.instrument_id for row in rows])
    return [Instrument.of(found[row.instrument_id]) if row.instrument_id in found else None for row in rows]
