"""Zones of a park as its operator declares them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from accounting.declarations import DeclarationKind
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.registry import tenants_where


class UnknownZone(Exception):
    """The operator of the park declares no zone of this code for any month asked for."""


async def zone_members(
    connection: Connection, park: UUID, code: str, months: tuple[date, date], known_at: datetime | None
) -> Mapping[date, frozenset[UUID]]:
    """Return the members of a zone for every month in which it is there on the first day; raises `UnknownZone`."""
    operators = [one.tenant_id for one in await tenants_where(connection, park_id=park, is_operator=True)]
    declared = await declarations_of(connection, operators, [DeclarationKind.ZONE], known_at)
    zones = [one.content for one in declared if one.content.code == code]
    members = {
        month: frozenset(member for zone in zones if zone.holds_on(month) for member in zone.members)
        for month in _months(*months)
    }
    found = {month: of_month for month, of_month in members.items() if of_month}
    if not found:
        raise UnknownZone(f"the park has no zone {code!r} from {months[0]:%Y-%m} to {months[1]:%Y-%m}")
    return found


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = (first.year * 12 + first.month - 1 + step for step in range(count))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
