"""The next version of an instrument's code: which one is current, what stands against a change, and its insertion."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.activities.corrections import Superseded
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.instruments.content import InstrumentContent
from ledger.instruments.rows import (
    Change,
    append,
    cancellation_of,
    content_of,
    instrument_history,
    instruments_by_id,
)
from ledger.registry import NotRegistered, sites_where, tenants_where
from ledger.tables import InstrumentRow

NOT_MOVED: Final[Mapping[str, Any]] = {
    "counterparty_id": None,
    "counterpart_id": None,
    "moved_quantity": None,
    "transferred_on": None,
}
"""What a version says of movement that divides nothing and changes no hands."""
_AHEAD: Final = timedelta(hours=14)
"""It is a new day somewhere up to 14 hours before it is one in UTC."""
_CLAIM: Final = ("site", "claimed_from", "claimed_to", "evidence", "criteria")
"""What a tenant alone says of an instrument; the rest is what its certificates are."""


class InstrumentNotFound(Exception):
    """The tenant has no instrument of this id."""


async def current_version(connection: Connection, tenant: UUID, instrument_id: UUID) -> InstrumentRow:
    """Return the version to change; raises `Superseded`, which names the current one, where it is not that."""
    record = (await instruments_by_id(connection, [instrument_id])).get(instrument_id)
    if record is None or record.row.tenant_id != tenant:
        raise InstrumentNotFound(f"the tenant has no instrument {instrument_id}")
    if not record.is_current:
        newest = (await instrument_history(connection, record.row))[-1].row.instrument_id
        raise Superseded(f"instrument {instrument_id} is not current any more; {newest} is, change that one")
    return record.row


async def next_version(
    connection: Connection, current: InstrumentRow, change: Change, reason: str, columns: Mapping[str, Any]
) -> InstrumentRow:
    """Add a version with the columns that change; raises `Superseded` where someone else's is there."""
    link = {
        "instrument_id": new_id(),
        "version": current.version + 1,
        "supersedes": current.instrument_id,
        "change": change.value,
        "reason": reason,
    }
    found = await append(connection, InstrumentRow(**{**current.model_dump(), **NOT_MOVED, **columns, **link}))
    if found is None:
        raise Superseded(f"instrument {current.code} was changed by someone else at this moment; look again")
    return found


def refuse_final(current: InstrumentRow) -> None:
    """Raise `Refused` where nothing of the instrument can be disposed of: withdrawn, sold or cancelled."""
    refuse_withdrawn(current)
    refuse_sold(current)
    refuse_cancelled(current)


def refuse_withdrawn(current: InstrumentRow) -> None:
    """Raise `Refused` where the instrument was withdrawn."""
    if current.change == Change.WITHDRAWN:
        message = f"instrument {current.code} was withdrawn ({current.reason}); record it anew under another code"
        raise Refused(RefusalCode.INSTRUMENT_WITHDRAWN, "instrumentId", message)


def refuse_sold(current: InstrumentRow) -> None:
    """Raise `Refused` where its certificates went to others."""
    if current.is_sold:
        message = f"the certificates of {current.code} were sold; who bought them may cancel them"
        raise Refused(RefusalCode.INSTRUMENT_SOLD, "instrumentId", message)


def refuse_cancelled(current: InstrumentRow) -> None:
    """Raise `Refused` where it was cancelled for its tenant."""
    cancelled = cancellation_of(current)
    if cancelled is not None:
        message = (
            f"instrument {current.code} was cancelled on {cancelled.on}, which is final; what was recorded wrongly is "
            "withdrawn and recorded anew"
        )
        raise Refused(RefusalCode.INSTRUMENT_CANCELLED, "instrumentId", message)


async def refuse_moved(connection: Connection, current: InstrumentRow, content: InstrumentContent) -> None:
    """Raise `Refused` where a correction touches what the certificates are, after a part of them moved."""
    now = content_of(current)
    if content == replace(now, **{name: getattr(content, name) for name in _CLAIM}):
        return
    moved = [one.row for one in await instrument_history(connection, current) if one.row.counterpart_id]
    if moved:
        message = (
            f"instrument {current.code} has a part that moved ({moved[0].change}, version {moved[0].version}); its "
            "site, months of consumption, evidence and criteria can be corrected, and nothing else"
        )
        raise Refused(RefusalCode.INSTRUMENT_MOVED, "instrumentId", message)


def check_happened(on: date, now: datetime, field: str, what: str) -> None:
    """Raise `Refused` for a day that has not begun anywhere."""
    if on > (now + _AHEAD).date():
        message = f"{on} is in the future; a {what} is recorded once it has happened"
        raise Refused(RefusalCode.BAD_INSTRUMENT, field, message)


async def check_site(connection: Connection, tenant: UUID, site: UUID | None) -> None:
    """Raise `NotRegistered` where a site is named that is not the tenant's."""
    if site and not await sites_where(connection, tenant_id=tenant, site_id=site):
        raise NotRegistered("the tenant has no such site")


async def check_place(database: Database, tenant: UUID, content: InstrumentContent) -> None:
    """Raise `NotRegistered` where the site is not the tenant's, or the generator none of its park."""
    async with database.snapshot() as connection:
        found = await tenants_where(connection, tenant_id=tenant)
        if not found:
            raise NotRegistered("there is no such tenant")
        await check_site(connection, tenant, content.site)
        of_park = {"park_id": found[0].park_id, "tenant_id": content.generator}
        async with beyond(connection, "whether who generates is of the tenant's park", [tenant]):
            if content.generator and not await tenants_where(connection, **of_park):
                raise NotRegistered("the park has no such tenant as the generator")
