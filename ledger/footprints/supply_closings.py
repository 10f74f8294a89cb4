"""Months of supply that are closed, with every version of the closing: what was closed at any instant, and how to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.refusals import RefusalCode, Refused
from accounting.supply.closings import Closing, SupplyClosing
from ledger.connections import Connection
from ledger.database import Database
from ledger.declarations import Declaration, declarations_of, declare
from ledger.texts import reason_of

_HISTORY: Final = """
SELECT tenant_id, to_date(subject, 'YYYY-MM'), recorded_at, is_withdrawn FROM declarations
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND kind = 'SUPPLY_CLOSING'
    AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
ORDER BY recorded_at, tenant_id, subject, version
"""


@dataclass(frozen=True, slots=True)
class ToClose:
    """Which months to close; those closed already are closed `again` or left as they are."""

    months: Sequence[date]
    again: bool
    reason: str


async def closings_of(connection: Connection, tenants: Collection[UUID], known_at: datetime | None) -> list[Closing]:
    """Return every version of the tenants' closings, as it was known, in the order of recording."""
    cursor = await connection.execute(_HISTORY, {"tenants": list(tenants), "known_at": known_at})
    return [Closing(*row) for row in await cursor.fetchall()]


async def close_supply(database: Database, tenant: UUID, wanted: ToClose, today: date) -> list[Declaration]:
    """Close months of a tenant's supply, or restate them by closing them again; the closings in force, in order.

    Closing what is closed writes nothing, so that a retry is safe; `again` makes the next version and needs a reason.
    Raises `Refused` for a month that has not ended on `today`.
    """
    if wanted.again:
        reason_of(wanted.reason)
    for month in wanted.months:
        if month >= today.replace(day=1):
            message = f"{month:%Y-%m} has not ended on {today}; accepted are months that have"
            raise Refused(RefusalCode.PERIOD_IN_FUTURE, "months", message)
    async with database.snapshot() as connection:
        closed = _numbers(await declarations_of(connection, [tenant], [DeclarationKind.SUPPLY_CLOSING]))
    contents = [SupplyClosing(month, _number(closed.get(month), again=wanted.again)) for month in wanted.months]
    return await declare(database, tenant, contents, wanted.reason)


def _numbers(declared: Iterable[Declaration]) -> dict[date, int]:
    return {one.content.month: one.content.number for one in declared}


def _number(closed: int | None, *, again: bool) -> int:
    return 1 if closed is None else closed + again
