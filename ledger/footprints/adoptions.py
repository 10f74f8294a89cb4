"""Adopted bases in the ledger: a tenant's own, or that of the operator of its park."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounting.change.adoption import in_force
from accounting.declarations import DeclarationKind
from accounting.regimes import RegimeCode
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.declarations import Declaration, declarations_of
from ledger.registry import tenants_where


async def adoption_of_tenant(
    connection: Connection, tenant: UUID, regime: RegimeCode, known_at: datetime | None
) -> Declaration | None:
    """Return what a tenant adopted for a regime, otherwise what its park did; raises `adoption.BadAdoption`."""
    async with beyond(connection, "the basis that the operator adopted for its park", [tenant]):
        (found,) = await tenants_where(connection, tenant_id=tenant)
        operators = await _operators(connection, found.park_id)
        return await _nearest(connection, [[tenant], operators], regime, known_at)


async def adoption_of_park(
    connection: Connection, park: UUID, regime: RegimeCode, known_at: datetime | None
) -> Declaration | None:
    """Return what the operator of a park adopted for a regime; raises `adoption.BadAdoption`."""
    return await _nearest(connection, [await _operators(connection, park)], regime, known_at)


async def _operators(connection: Connection, park: UUID) -> list[UUID]:
    return [tenant.tenant_id for tenant in await tenants_where(connection, park_id=park, is_operator=True)]


async def _nearest(
    connection: Connection, ladder: Sequence[Sequence[UUID]], regime: RegimeCode, known_at: datetime | None
) -> Declaration | None:
    asked = {tenant for rung in ladder for tenant in rung}
    declared = await declarations_of(connection, asked, [DeclarationKind.ADOPTION], known_at)
    of_regime = {one.tenant: one for one in declared if one.subject == regime.value}
    return in_force([[of_regime[tenant] for tenant in rung if tenant in of_regime] for rung in ladder])
