"""Contractual instruments of tenants: recorded, cancelled, sold, corrected, withdrawn. Each change is a new version
that supersedes one; of two changes at once one wins. Whether an instrument counts is judged when a footprint is asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.instruments import Cancellation, Check, Criterion, Evidence, Instrument, Serials
from accounting.refusals import RefusalCode, Refused
from ledger.corrections import Superseded
from ledger.database import Connection, Database
from ledger.identifiers import new_id
from ledger.instrument_content import (
    InstrumentContent,
    check_content,
    refusing,
)
from ledger.instrument_rows import (
    Change,
    append,
    cancellation_of,
    columns_of,
    content_of,
    instrument_history,
    instrument_of,
    instrument_rows,
    instruments_by_id,
)
from ledger.registry import CodeTaken, NotRegistered, sites_where, tenants_where
from ledger.tables import InstrumentRow
from ledger.texts import LONGEST_CODE, check_text, reason_of

_AHEAD: Final = timedelta(hours=14)
"""It is a new day somewhere up to 14 hours before it is one in UTC."""


class InstrumentNotFound(Exception):
    """The tenant has no instrument of this id."""


@dataclass(frozen=True, slots=True)
class NewInstrument:
    """An instrument to record; `code` is the tenant's own name of it, unique for the tenant for ever."""

    tenant_id: UUID
    code: str
    content: InstrumentContent


@dataclass(frozen=True, slots=True)
class NewCancellation:
    """A cancellation: `quantity` MWh, all if None; `serials` of what was cancelled, those recorded if None.

    `evidence` is added to what is there; `criteria` replaces the checks it names.
    """

    on: date
    quantity: Decimal | None = None
    serials: Serials | None = None
    evidence: tuple[Evidence, ...] = ()
    criteria: Mapping[Criterion, Check] = field(default_factory=dict)
    reason: str = ""


async def record_instrument(database: Database, new: NewInstrument) -> InstrumentRow:
    """Record an instrument, neither cancelled nor sold; raises `Refused`, `NotRegistered` or `CodeTaken`."""
    check_text(new.code, "code", LONGEST_CODE)
    check_content(new.content)
    with refusing():
        new.content.claim(new.code, new.tenant_id)
    await _check_place(database, new.tenant_id, new.content)
    row = InstrumentRow(
        tenant_id=new.tenant_id,
        instrument_id=new_id(),
        code=new.code,
        version=1,
        supersedes=None,
        change=Change.RECORDED.value,
        reason="",
        cancelled_on=None,
        cancelled_quantity=None,
        is_sold=False,
        **columns_of(new.content),
    )
    async with database.write(new.tenant_id) as connection:
        found = await append(connection, row)
    if found is None:
        raise CodeTaken(f"the tenant has an instrument with code {new.code!r} already, withdrawn ones included")
    return found


async def cancel_instrument(
    database: Database, tenant: UUID, instrument_id: UUID, given: NewCancellation, now: datetime
) -> InstrumentRow:
    """Say that an instrument was cancelled for its tenant, in full or in part; once, and not after it was sold.

    Raises `Refused`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(given.reason, is_needed=False)
    if given.on > (now + _AHEAD).date():
        message = f"{given.on} is in the future; a cancellation is recorded once it has happened"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "cancelledOn", message)
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, instrument_id)
        _refuse_withdrawn(current)
        _refuse_sold(current)
        _refuse_cancelled(current)
        content = _cancelled(content_of(current), given)
        cancellation = Cancellation(given.on, content.quantity if given.quantity is None else given.quantity)
        check_content(content)
        with refusing():
            content.claim(current.code, tenant, cancellation)
        kept = {"cancelled_on": cancellation.on, "cancelled_quantity": cancellation.quantity}
        return await _supersede(connection, current, Change.CANCELLED, note, kept | columns_of(content))


async def sell_instrument(database: Database, tenant: UUID, instrument_id: UUID, reason: str = "") -> InstrumentRow:
    """Say that the certificates went to others; once, and not after they were cancelled.

    Raises `Refused`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(reason, is_needed=False)
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, instrument_id)
        _refuse_withdrawn(current)
        _refuse_sold(current)
        _refuse_cancelled(current)
        return await _supersede(connection, current, Change.SOLD, note, {"is_sold": True})


async def correct_instrument(
    database: Database, tenant: UUID, instrument_id: UUID, content: InstrumentContent, reason: str
) -> InstrumentRow:
    """Change what an instrument says, and why; not after it was cancelled. What was sold stays sold.

    Raises `Refused`, `NotRegistered`, `InstrumentNotFound` or `Superseded`.
    """
    why = reason_of(reason)
    check_content(content)
    await _check_place(database, tenant, content)
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, instrument_id)
        _refuse_withdrawn(current)
        _refuse_cancelled(current)
        with refusing():
            content.claim(current.code, tenant)
        return await _supersede(connection, current, Change.CORRECTED, why, columns_of(content))


async def withdraw_instrument(database: Database, tenant: UUID, instrument_id: UUID, reason: str) -> InstrumentRow:
    """Say that an instrument should not have been recorded, and why; it counts for nothing from then on.

    Cancelled and sold ones can be withdrawn too: that is how a mistaken cancellation is undone. It is final, and the
    code stays taken. Raises `Refused`, `InstrumentNotFound` or `Superseded`.
    """
    why = reason_of(reason)
    async with database.write(tenant) as connection:
        current = await _current(connection, tenant, instrument_id)
        _refuse_withdrawn(current)
        return await _supersede(connection, current, Change.WITHDRAWN, why, {})


async def instruments_of(connection: Connection, tenants: Collection[UUID]) -> list[Instrument]:
    """Return the current instruments of tenants that are not withdrawn, in the order of recording.

    The id of each is the text of its version's UUID.
    """
    return [instrument_of(record.row) for record in await instrument_rows(connection, tenants)]


async def _current(connection: Connection, tenant: UUID, instrument_id: UUID) -> InstrumentRow:
    """Return the version to change; raises `Superseded`, which names the current one, where it is not that."""
    record = (await instruments_by_id(connection, [instrument_id])).get(instrument_id)
    if record is None or record.row.tenant_id != tenant:
        raise InstrumentNotFound(f"the tenant has no instrument {instrument_id}")
    if not record.is_current:
        newest = (await instrument_history(connection, record.row))[-1].row.instrument_id
        raise Superseded(f"instrument {instrument_id} is not current any more; {newest} is, change that one")
    return record.row


async def _supersede(
    connection: Connection, current: InstrumentRow, change: Change, reason: str, columns: Mapping[str, Any]
) -> InstrumentRow:
    link = {
        "instrument_id": new_id(),
        "version": current.version + 1,
        "supersedes": current.instrument_id,
        "change": change.value,
        "reason": reason,
    }
    found = await append(connection, InstrumentRow(**{**current.model_dump(), **columns, **link}))
    if found is None:
        raise Superseded(f"instrument {current.code} was changed by someone else at this moment; look again")
    return found


def _cancelled(content: InstrumentContent, given: NewCancellation) -> InstrumentContent:
    """Return the content with the certificates that were cancelled, and with what proves it."""
    recorded, named = content.serials, given.serials or content.serials
    if (
        recorded
        and named
        and not (recorded.batch == named.batch and recorded.first <= named.first <= named.last <= recorded.last)
    ):
        message = (
            f"certificates {named.first} to {named.last} of {named.batch} are not among those recorded, "
            f"{recorded.first} to {recorded.last} of {recorded.batch}"
        )
        raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)
    checks = {criterion.value.lower(): check for criterion, check in given.criteria.items()}
    evidence = tuple(dict.fromkeys((*content.evidence, *given.evidence)))
    return replace(content, serials=named, evidence=evidence, criteria=replace(content.criteria, **checks))


def _refuse_withdrawn(current: InstrumentRow) -> None:
    if current.change == Change.WITHDRAWN:
        message = f"instrument {current.code} was withdrawn ({current.reason}); record it anew under another code"
        raise Refused(RefusalCode.INSTRUMENT_WITHDRAWN, "instrumentId", message)


def _refuse_sold(current: InstrumentRow) -> None:
    if current.is_sold:
        message = f"the certificates of {current.code} were sold; who bought them may cancel them"
        raise Refused(RefusalCode.INSTRUMENT_SOLD, "instrumentId", message)


def _refuse_cancelled(current: InstrumentRow) -> None:
    cancelled = cancellation_of(current)
    if cancelled is not None:
        message = (
            f"instrument {current.code} was cancelled on {cancelled.on}, which is final; what was recorded wrongly is "
            "withdrawn and recorded anew"
        )
        raise Refused(RefusalCode.INSTRUMENT_CANCELLED, "instrumentId", message)


async def _check_place(database: Database, tenant: UUID, content: InstrumentContent) -> None:
    """Raise `NotRegistered` where the site is not the tenant's, or the generator none of its park."""
    async with database.snapshot() as connection:
        found = await tenants_where(connection, tenant_id=tenant)
        if not found:
            raise NotRegistered("there is no such tenant")
        if content.site and not await sites_where(connection, tenant_id=tenant, site_id=content.site):
            raise NotRegistered("the tenant has no such site")
        of_park = {"park_id": found[0].park_id, "tenant_id": content.generator}
        if content.generator and not await tenants_where(connection, **of_park):
            raise NotRegistered("the park has no such tenant as the generator")
