"""How the quantities of a footprint were found as they were known: what from, and how many rows were read besides."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import strawberry

from accounting.basis import Basis
from ledger.cells.known import Plan, plans_of
from schema.context import Context


@strawberry.type(
    description="How the quantities of some tenants were found as of an instant. Whichever way is taken, the sums are "
    "the same to the last digit; the fewer rows are read besides, the sooner they are there."
)
class Knowledge:
    """One way."""

    is_from_current_cells: bool = strawberry.field(
        description="Whether the quantity cells of now are the base, less what was recorded since; otherwise the sums "
        "of spans of recordings around the instant, see `parkledger maintain`."
    )
    tenant_count: int = strawberry.field(description="Tenants whose quantities were found in this way.")
    row_count: int = strawberry.field(description="Rows read besides the base, at most.")


async def knowledge_of(
    context: Context, basis: Basis, tenants: Sequence[UUID], first: date, last: date
) -> list[Knowledge]:
    """Return the ways that were taken for the operations of tenants, current cells first; none without tenants."""
    if basis.known_at is None:
        return [Knowledge(is_from_current_cells=True, tenant_count=len(tenants), row_count=0)] if tenants else []
    async with context.read() as connection:
        plans = await plans_of(connection, tenants, first, last, basis.known_at)
    return [_way(of, is_from_now) for is_from_now in (True, False) if (of := _taking(plans, is_from_now))]


def _taking(plans: Sequence[Plan], is_from_now: bool) -> list[Plan]:
    return [plan for plan in plans if plan.is_from_now == is_from_now]


def _way(plans: Sequence[Plan], is_from_now: bool) -> Knowledge:
    count = sum(plan.row_count for plan in plans)
    return Knowledge(is_from_current_cells=is_from_now, tenant_count=len(plans), row_count=count)
