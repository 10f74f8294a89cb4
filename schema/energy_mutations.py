"""Declarations of energy: how much fuel lies in store."""

from typing import Annotated

import strawberry

from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.energy_stocks import EnergyStockInput
from schema.types.info import Info


@strawberry.type(description="Declarations of energy.")
class EnergyMutations:
    """The mutations of energy."""

    @strawberry.mutation(
        description="Declare how much fuel lies in store at sites of a tenant at the end of days. What it changes by "
        "over a period needs the level at the end of the day before the period and of its last day. The same again "
        "writes nothing."
    )
    async def declare_energy_stocks(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        stocks: Annotated[list[EnergyStockInput], strawberry.argument(description="Levels, all taken or none.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare stocks."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(stocks)
        return await declared(info.context, tenant, found, reason, {one.site for one in found})
