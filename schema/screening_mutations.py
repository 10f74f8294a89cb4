"""Declaring the screening of scope 3 categories."""

from typing import Annotated

import strawberry

from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.info import Info
from schema.types.screening import CategoryScreeningInput


@strawberry.type(description="Screening.")
class ScreeningMutations:
    """The mutations of screening."""

    @strawberry.mutation(
        description="Declare how relevant scope 3 categories are and which of them are left out. The same again writes "
        "nothing."
    )
    async def declare_screenings(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        screenings: Annotated[
            list[CategoryScreeningInput], strawberry.argument(description="Screenings, all taken or none.")
        ],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare screenings."""
        tenant = decode_uuid(tenant_id, "Tenant")
        return await declared(info.context, tenant, contents(screenings), reason)
