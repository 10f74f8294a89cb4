"""Uncertainties the API takes: of quantities by activity type, and of factors."""

from collections.abc import Sequence
from typing import Annotated, Final

import strawberry

from accounting.judgement.activity_uncertainty import DeclaredUncertainty
from accounting.refusals import RefusalCode, Refused
from emission_factors.catalogue import Catalogue
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import contents, declared
from schema.global_ids import decode_uuid
from schema.types.declarations import DeclareResult
from schema.types.declared_uncertainty import DeclaredUncertaintyInput
from schema.types.info import Info

_NOT_OF_A_RELEASE: Final = ("own:", "instrument:")
"""What ids of factors that tenants gave begin with."""


@strawberry.type(description="Uncertainties.")
class UncertaintyMutations:
    """The mutations of uncertainties."""

    @strawberry.mutation(
        description="Declare how uncertain quantities and factors are. The same again writes nothing. What is not "
        "declared stays outside the interval of a total, and is named there."
    )
    async def declare_uncertainties(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        uncertainties: Annotated[
            list[DeclaredUncertaintyInput], strawberry.argument(description="Uncertainties, all taken or none.")
        ],
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare uncertainties."""
        tenant, found = decode_uuid(tenant_id, "Tenant"), contents(uncertainties)
        _check_factors(found, await info.context.catalogue())
        return await declared(info.context, tenant, found, reason, {one.site for one in found if one.site})


def _check_factors(found: Sequence[DeclaredUncertainty], known: Catalogue) -> None:
    """Raise `Refused` for a factor id that the newest release does not know."""
    for index, one in enumerate(found):
        if one.factor_id and not one.factor_id.startswith(_NOT_OF_A_RELEASE) and one.factor_id not in known.factors:
            message = (
                f"release {known.release.number} has no factor {one.factor_id!r}; search emissionFactors for its id"
            )
            raise Refused(RefusalCode.BAD_DECLARATION, f"[{index}].factorId", message)
