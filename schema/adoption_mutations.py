"""Adopting a basis: an explicit act with a reason, recorded as a declaration."""

from typing import Annotated

import strawberry

from accounting.refusals import RefusalCode, Refused
from ledger.releases import UnknownRelease
from ledger.texts import reason_of
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant
from schema.declaring import declared
from schema.global_ids import decode_uuid
from schema.types.adoptions import AdoptedBasisInput
from schema.types.declarations import DeclareResult
from schema.types.info import Info


@strawberry.type(description="Decisions about the basis.")
class AdoptionMutations:
    """The mutations of adoptions."""

    @strawberry.mutation(
        description="Adopt a basis for a regime: from now on it decides what questions leave out, for the tenant, or "
        "for its whole park where the tenant operates it and others have none of their own. Nothing is computed anew; "
        "before it, `impactPreview` shows what it changes. The same again writes nothing."
    )
    async def adopt_basis(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        basis: Annotated[AdoptedBasisInput, strawberry.argument(description="The basis.")],
        reason: Annotated[str, strawberry.argument(description="Why it is adopted.")],
    ) -> DeclareResult:
        """Adopt a basis."""
        try:
            found = basis.content()
        except ValueError as error:
            raise Refused(RefusalCode.BAD_DECLARATION, "basis", str(error)) from None
        await _check_release(info.context, found.release)
        return await declared(info.context, decode_uuid(tenant_id, "Tenant"), [found], reason_of(reason))


async def _check_release(context: Context, number: int) -> None:
    try:
        async with context.read() as connection:
            await context.service.catalogues.get(connection, number)
    except UnknownRelease as error:
        raise Refused(RefusalCode.BAD_DECLARATION, "basis.release", str(error)) from None
