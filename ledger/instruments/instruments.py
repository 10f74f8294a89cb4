"""Contractual instruments of tenants: recorded, cancelled, sold, corrected, withdrawn. Each change is a new version
that supersedes one; of two changes at once one wins. Whether an instrument counts is judged when a footprint is asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import Cancellation, Check, Criterion, Evidence, Instrument, Serials
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.instruments.content import InstrumentContent, check_content, refusing
from ledger.instruments.rows import Change, append, columns_of, content_of, instrument_of, instrument_rows
from ledger.instruments.versions import (
    check_happened,
    check_place,
    check_site,
    current_version,
    next_version,
    refuse_cancelled,
    refuse_final,
    refuse_moved,
    refuse_withdrawn,
)
from ledger.registry import CodeTaken
from ledger.tables import InstrumentRow
from ledger.texts import LONGEST_CODE, check_text, reason_of


@dataclass(frozen=True, slots=True)
class NewInstrument:
    """An instrument to record; `code` is the tenant's own name of it, unique for the tenant for ever."""

    tenant_id: UUID
    code: str
    content: InstrumentContent


@dataclass(frozen=True, slots=True)
class NewCancellation:
    """A cancellation: `quantity` MWh, all if None; `serials` of what was cancelled, those recorded if None.

    `site` and the months of consumption are what it is claimed for; None leaves them as recorded. `evidence` is added
    to what is there; `criteria` replaces the checks it names.
    """

    on: date
    quantity: Decimal | None = None
    serials: Serials | None = None
    evidence: tuple[Evidence, ...] = ()
    criteria: Mapping[Criterion, Check] = field(default_factory=dict)
    reason: str = ""
    site: UUID | None = None
    claimed_from: date | None = None
    claimed_to: date | None = None


async def record_instrument(database: Database, new: NewInstrument) -> InstrumentRow:
    """Record an instrument, neither cancelled nor sold; raises `Refused`, `NotRegistered` or `CodeTaken`."""
    check_text(new.code, "code", LONGEST_CODE)
    check_content(new.content)
    with refusing():
        new.content.claim(new.code, new.tenant_id)
    await check_place(database, new.tenant_id, new.content)
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

    It is for one site and period; what is for several is divided first, by `split_instrument`. Raises `Refused`,
    `NotRegistered`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(given.reason, is_needed=False)
    check_happened(given.on, now, "cancelledOn", "cancellation")
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_final(current)
        await check_site(connection, tenant, given.site)
        content = _cancelled(content_of(current), given)
        cancellation = Cancellation(given.on, content.quantity if given.quantity is None else given.quantity)
        check_content(content)
        with refusing():
            content.claim(current.code, tenant, cancellation)
        kept = {"cancelled_on": cancellation.on, "cancelled_quantity": cancellation.quantity}
        return await next_version(connection, current, Change.CANCELLED, note, kept | columns_of(content))


async def sell_instrument(database: Database, tenant: UUID, instrument_id: UUID, reason: str = "") -> InstrumentRow:
    """Say that the certificates went to others; once, and not after they were cancelled.

    Raises `Refused`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(reason, is_needed=False)
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_final(current)
        return await next_version(connection, current, Change.SOLD, note, {"is_sold": True})


async def correct_instrument(
    database: Database, tenant: UUID, instrument_id: UUID, content: InstrumentContent, reason: str
) -> InstrumentRow:
    """Change what an instrument says, and why; not after it was cancelled. What was sold stays sold.

    Once a part of it moved, only the claim and its proofs are corrected: the parts go on adding up. Raises `Refused`,
    `NotRegistered`, `InstrumentNotFound` or `Superseded`.
    """
    why = reason_of(reason)
    check_content(content)
    await check_place(database, tenant, content)
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_withdrawn(current)
        refuse_cancelled(current)
        await refuse_moved(connection, current, content)
        with refusing():
            content.claim(current.code, tenant)
        return await next_version(connection, current, Change.CORRECTED, why, columns_of(content))


async def withdraw_instrument(database: Database, tenant: UUID, instrument_id: UUID, reason: str) -> InstrumentRow:
    """Say that an instrument should not have been recorded, and why; it counts for nothing from then on.

    Cancelled and sold ones can be withdrawn too: that is how a mistaken cancellation is undone. It is final, and the
    code stays taken. Raises `Refused`, `InstrumentNotFound` or `Superseded`.
    """
    why = reason_of(reason)
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_withdrawn(current)
        return await next_version(connection, current, Change.WITHDRAWN, why, {})


async def instruments_of(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None = None
) -> list[Instrument]:
    """Return the instruments of tenants that are not withdrawn, as known at an instant, in the order of recording.

    The id of each is the text of its version's UUID.
    """
    return [instrument_of(record.row) for record in await instrument_rows(connection, tenants, known_at=known_at)]


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
    return replace(
        content,
        serials=named,
        evidence=evidence,
        criteria=replace(content.criteria, **checks),
        site=given.site or content.site,
        claimed_from=given.claimed_from or content.claimed_from,
        claimed_to=given.claimed_to or content.claimed_to,
    )
