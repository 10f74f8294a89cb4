"""Denominators that tenants declared, and which tenants of a boundary have emissions to relate to them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from accounting.basis import Basis
from accounting.change.denominators import DenominatorMonth
from accounting.declarations import DeclarationKind
from accounting.grouping import Dimension
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary, footprint


async def denominators_of(
    connection: Connection, tenants: Collection[UUID], known_at: datetime | None
) -> dict[UUID, list[DenominatorMonth]]:
    """Return tenant -> the months it declared and that hold, as they were known at `known_at`."""
    found: dict[UUID, list[DenominatorMonth]] = {}
    for one in await declarations_of(connection, tenants, [DeclarationKind.DENOMINATOR], known_at):
        found.setdefault(one.tenant, []).append(one.content)
    return found


async def tenants_with_emissions(
    connection: Connection, basis: Basis, boundary: Boundary, first: date, last: date
) -> list[UUID]:
    """Return the tenants of a boundary that report a line or a gap in these months, in the boundary's order."""
    found = await footprint(connection, basis, boundary, first, last, [Dimension.TENANT])
    reporting = {line.tenant for line in found.lines} | {gap.tenant for gap in found.gaps}
    return [tenant for tenant in boundary.tenants if tenant in reporting]
