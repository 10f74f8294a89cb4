"""Questions about what a tenant's inventory is measured against: its base year and both series."""

from typing import Annotated

import strawberry

from ledger.footprints.base_years import base_year_of
from schema.errors import NotFound
from schema.global_ids import decode_uuid
from schema.scalars import Instant
from schema.types.base_year import BaseYear
from schema.types.info import Info


@strawberry.type(description="Questions about inventories.")
class InventoryQueries:
    """The questions."""

    @strawberry.field(
        description="A tenant's base year: policy, judgements of changes, and each reported year as first reported and "
        "restated (GHG Protocol Corporate Standard, chapter 5)."
    )
    async def base_year(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant.")],
        known_at: Annotated[
            Instant | None, strawberry.argument(description="As it was known at this instant; now if left out.")
        ] = None,
    ) -> BaseYear:
        """Read the base year."""
        tenant = decode_uuid(tenant_id, "Tenant")
        if await info.context.tenants.load(tenant) is None:
            raise NotFound("there is no such tenant")
        async with info.context.read() as connection:
            return BaseYear.of(await base_year_of(connection, tenant, known_at), tenant)
