"""Instruments divided and handed over: one side loses what the other gets, in one transaction or not at all.

Both sides name each other, how much moved and, where it changed hands, on which day. What nothing is left of is sold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instrument_transfers import Division, Holding, check_transfer, divided
from accounting.scope2.instruments import Check, Criteria, Criterion, Evidence, Serials
from ledger.beyond import beyond
from ledger.connections import Connection, bind
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.instruments.content import InstrumentContent, check_content, refusing
from ledger.instruments.rows import Change, append, columns_of, content_of, instrument_of
from ledger.instruments.versions import check_happened, check_site, current_version, next_version, refuse_final
from ledger.recordings import Recording, record
from ledger.registry import CodeTaken, NotRegistered, tenants_where
from ledger.tables import InstrumentRow
from ledger.texts import LONGEST_CODE, check_text, reason_of


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken of an instrument: `code` is what its tenant will call it, `quantity` MWh, all if None.

    `serials` are the certificates, at one end of those held; None for all, or for the first ones of GEC. It is claimed
    for consumption at `site` from `claimed_from` to `claimed_to`; None leaves what the instrument says.
    """

    code: str
    quantity: Decimal | None = None
    serials: Serials | None = None
    site: UUID | None = None
    claimed_from: date | None = None
    claimed_to: date | None = None


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer of a part to a tenant of the same park; `part` is as the receiver records it, at any site if None.

    `evidence` is of the transfer, and all the receiver has; `criteria` are those the receiver has checked.
    """

    receiver: UUID
    on: date
    part: Part
    evidence: tuple[Evidence, ...]
    criteria: Mapping[Criterion, Check] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The two versions that a movement made: of the instrument it came from, and the first of the one it became."""

    source: InstrumentRow
    part: InstrumentRow


async def split_instrument(
    database: Database, tenant: UUID, instrument_id: UUID, part: Part, reason: str = ""
) -> Moved:
    """Split a part off an instrument, to be cancelled for a site and period of its own; not all of it.

    Not after it was cancelled or sold. Evidence and criteria stand for both. Raises `Refused`, `NotRegistered`,
    `CodeTaken`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(reason, is_needed=False)
    check_text(part.code, "code", LONGEST_CODE)
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_final(current)
        await check_site(connection, tenant, part.site)
        division = divided(instrument_of(current), part.quantity, part.serials)
        if division.rest is None:
            message = f"all of {current.code} would be split off; accepted is less than {current.quantity} MWh"
            raise Refused(RefusalCode.BAD_INSTRUMENT, "quantityMwh", message)
        content = _claimed(content_of(current), division.part, part)
        return await _moved(connection, current, division, content, _Movement(part.code, tenant, None, note))


async def transfer_instrument(
    database: Database, tenant: UUID, instrument_id: UUID, given: NewTransfer, now: datetime
) -> Moved:
    """Hand certificates over to another tenant of the park, all or a part; who gave everything has sold it.

    Not what was cancelled or sold, nor what `scope2.instrument_transfers` keeps with its generator or its energy.
    Raises `Refused`, `NotRegistered`, `CodeTaken`, `InstrumentNotFound` or `Superseded`.
    """
    note = reason_of(given.reason, is_needed=False)
    _check_given(tenant, given, now)
    await _check_receiver(database, tenant, given)
    async with database.write(tenant) as connection:
        current = await current_version(connection, tenant, instrument_id)
        refuse_final(current)
        check_transfer(instrument_of(current), given.on)
        division = divided(instrument_of(current), given.part.quantity, given.part.serials)
        content = _received(content_of(current), division.part, given)
        movement = _Movement(given.part.code, given.receiver, given.on, note)
        return await _moved(connection, current, division, content, movement)


@dataclass(frozen=True, slots=True)
class _Movement:
    """Where a part goes and under which code; `on` is the day it changed hands, None where it did not."""

    code: str
    receiver: UUID
    on: date | None
    note: str


async def _moved(
    connection: Connection, current: InstrumentRow, division: Division, content: InstrumentContent, to: _Movement
) -> Moved:
    """Add the source's next version, then the part's first one, which row security admits only for its own tenant."""
    check_content(content)
    with refusing():
        content.claim(to.code, to.receiver)
    key = new_id()
    given, taken = (Change.SPLIT, Change.SPLIT_OFF) if to.on is None else (Change.TRANSFERRED, Change.RECEIVED)
    what = {"moved_quantity": division.part.quantity, "transferred_on": to.on}
    sides = {"counterparty_id": to.receiver, "counterpart_id": key}
    source = await next_version(connection, current, given, to.note, _kept(division) | what | sides)
    if to.receiver != current.tenant_id:
        await bind(connection, to.receiver)
        # The instant was taken for the giver alone; the receiver's history has to tell of it too.
        await record(connection, Recording(to.receiver, uuid4()))
    sides = {"counterparty_id": current.tenant_id, "counterpart_id": source.instrument_id}
    part = await append(connection, _first(to, key, taken, columns_of(content) | what | sides))
    if part is None:
        raise CodeTaken(f"the tenant has an instrument with code {to.code!r} already, withdrawn ones included")
    return Moved(source, part)


def _first(to: _Movement, key: UUID, change: Change, columns: Mapping[str, Any]) -> InstrumentRow:
    return InstrumentRow(
        tenant_id=to.receiver,
        instrument_id=key,
        code=to.code,
        version=1,
        supersedes=None,
        change=change.value,
        reason=to.note,
        cancelled_on=None,
        cancelled_quantity=None,
        is_sold=False,
        **columns,
    )


def _kept(division: Division) -> dict[str, Any]:
    """Return the source's columns that change: what is left, or that all of it went."""
    rest = division.rest
    if rest is None:
        return {"is_sold": True}
    serials = rest.serials
    return {
        "quantity": rest.quantity,
        "first_serial": Decimal(serials.first) if serials else None,
        "last_serial": Decimal(serials.last) if serials else None,
    }


def _claimed(content: InstrumentContent, holding: Holding, part: Part) -> InstrumentContent:
    return replace(
        content,
        quantity=holding.quantity,
        serials=holding.serials,
        site=part.site or content.site,
        claimed_from=part.claimed_from or content.claimed_from,
        claimed_to=part.claimed_to or content.claimed_to,
    )


def _received(content: InstrumentContent, holding: Holding, given: NewTransfer) -> InstrumentContent:
    """Return the content as the receiver's: the giver's site, documents and checks are the giver's own."""
    checks = {criterion.value.lower(): check for criterion, check in given.criteria.items()}
    own = replace(content, site=None, evidence=given.evidence, criteria=Criteria(**checks))
    return _claimed(own, holding, given.part)


def _check_given(tenant: UUID, given: NewTransfer, now: datetime) -> None:
    check_text(given.part.code, "code", LONGEST_CODE)
    check_happened(given.on, now, "transferredOn", "transfer")
    if given.receiver == tenant:
        message = "the receiver is the giver; what stays with a tenant is split, not transferred"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "receiverId", message)
    if not given.evidence:
        message = "no document of the transfer is given; the registry's statement or the contract is one"
        raise Refused(RefusalCode.BAD_INSTRUMENT, "evidence", message)


async def _check_receiver(database: Database, tenant: UUID, given: NewTransfer) -> None:
    """Raise `NotRegistered` where the receiver is no tenant of the giver's park, or the site is not the receiver's."""
    why = "whether the receiver and its site are of the giver's park"
    async with database.snapshot() as connection, beyond(connection, why, [tenant]):
        found = await tenants_where(connection, tenant_id={tenant, given.receiver})
        if len(found) != 2 or found[0].park_id != found[1].park_id:
            raise NotRegistered("the park has no such tenant as the receiver")
        await check_site(connection, given.receiver, given.part.site)
