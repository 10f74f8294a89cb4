"""Declarations about what is to come: targets, and scenarios that are kept."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from accounting.refusals import RefusalCode, Refused
from accounting.scenarios.declared_targets import DeclaredTarget, PinnedBasis
from accounting.scenarios.steps import BadScenario
from accounting.scenarios.targets import BadTarget
from ledger.registry import NotRegistered
from schema.asking import BasisArgument, basis_of
from schema.context import Context
from schema.declaration_mutations import DeclaringTenant, Reason
from schema.declaring import declared
from schema.global_ids import decode_uuid, encode
from schema.types.basis import BasisInput
from schema.types.declarations import DeclareResult
from schema.types.footprints import BoundaryInput
from schema.types.info import Info
from schema.types.scenario_definitions import ScenarioDefinitionInput
from schema.types.target_definitions import TargetDefinitionInput


@strawberry.type(description="Declarations about what is to come.")
class ScenarioMutations:
    """The mutations of targets and scenarios."""

    @strawberry.mutation(
        description="Declare targets of a tenant, or of the park that it operates. The basis is kept with them: what "
        "is left out is as adopted, the release the newest. The same again writes nothing."
    )
    async def declare_targets(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        targets: Annotated[list[TargetDefinitionInput], strawberry.argument(description="Targets, all or none.")],
        basis: BasisArgument = None,
        reason: Reason = "",
    ) -> DeclareResult:
        """Declare targets."""
        tenant = decode_uuid(tenant_id, "Tenant")
        found = await _targets(info.context, tenant_id, targets, basis)
        return await declared(info.context, tenant, found, reason)

    @strawberry.mutation(
        description="Keep a scenario: its definition alone, under its code. `keptScenario` answers it from the ledger "
        "of the day it is asked. The same again writes nothing."
    )
    async def declare_scenario(
        self,
        info: Info,
        tenant_id: DeclaringTenant,
        scenario: Annotated[ScenarioDefinitionInput, strawberry.argument(description="The definition.")],
        reason: Reason = "",
    ) -> DeclareResult:
        """Keep a scenario."""
        try:
            found = scenario.content()
        except BadScenario as error:
            raise Refused(RefusalCode.BAD_SCENARIO, _place(scenario, error), str(error)) from None
        return await declared(info.context, decode_uuid(tenant_id, "Tenant"), [found], reason)


async def _targets(
    context: Context, tenant_id: strawberry.ID, given: Sequence[TargetDefinitionInput], asked: BasisInput | None
) -> list[DeclaredTarget]:
    """Return the contents, each on the basis of its tenant or park; raises `Refused` with the place at fault."""
    bases = {is_of_park: await _pinned(context, tenant_id, asked, is_of_park) for is_of_park in _needed(given)}
    found = []
    for index, one in enumerate(given):
        try:
            found.append(one.content(bases[one.is_of_park]))
        except BadTarget as error:
            raise Refused(RefusalCode.BAD_DECLARATION, f"[{index}].{error.field}", str(error)) from None
    return found


def _needed(given: Sequence[TargetDefinitionInput]) -> set[bool]:
    return {one.is_of_park for one in given}


async def _pinned(
    context: Context, tenant_id: strawberry.ID, asked: BasisInput | None, is_of_park: bool
) -> PinnedBasis:
    """Return the basis that is kept with targets; raises `Refused` where a tenant declares one for a park of others."""
    boundary = BoundaryInput(tenant_id=tenant_id)
    if is_of_park:
        tenant = await context.tenants.load(decode_uuid(tenant_id, "Tenant"))
        if tenant is None:
            raise NotRegistered("there is no such tenant")
        if not tenant.is_operator:
            message = f"{tenant.code} does not operate its park; accepted are targets of its own"
            raise Refused(RefusalCode.BAD_DECLARATION, "isOfPark", message)
        boundary = BoundaryInput(park_id=strawberry.ID(encode("Park", tenant.park_id)))
    _, basis = await basis_of(context, boundary, asked)
    return PinnedBasis(
        regime=basis.regime.code,
        gwp_set=basis.gwp_set,
        release=basis.catalogue.release.number,
        approach=basis.approach,
        proxies=basis.proxies,
        published_by=basis.published_by,
    )


def _place(given: ScenarioDefinitionInput, error: BadScenario) -> str:
    """Return where the fault is: the field of a step by its index, or of the definition."""
    for index, step in enumerate(given.steps):
        if error.step and step.code == error.step:
            return f"steps[{index}].{error.field}"
    return error.field
