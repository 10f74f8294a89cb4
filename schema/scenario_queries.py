"""Questions about what may come: scenarios stated or kept, and how far targets are."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final

import strawberry

from accounting.declarations import DeclarationKind
from accounting.scenarios.answers import ScenarioAnswer, answered
from accounting.scenarios.declared_scenarios import DeclaredScenario
from accounting.scenarios.stated import StatedStep
from accounting.scenarios.steps import BadScenario, Scenario
from ledger.declarations import declarations_of
from ledger.management.scenarios import reference_cells
from schema.asking import BasisArgument, basis_of
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid, encode
from schema.limits import VALUES_PER_SCENARIO
from schema.target_figures import progress_in
from schema.types.basis import BasisInput
from schema.types.footprints import BoundaryInput
from schema.types.info import Info
from schema.types.registry import present
from schema.types.scenario_definitions import ScenarioDefinition
from schema.types.scenario_levers import ScenarioStepInput
from schema.types.scenarios import Asked
from schema.types.scenarios import Scenario as ScenarioType
from schema.types.target_progress import TargetProgress

FIRST_YEAR: Final = 1990
"""Before it no activity can be posted."""
LAST_YEAR: Final = 2100
"""The last year a scenario may start from."""


class BadStep(BadInput):
    """A scenario cannot be as stated; `extensions` name the step, if it is one, and the field."""

    def __init__(self, error: BadScenario) -> None:
        super().__init__(f"{error.field}: {error}")
        self.extensions: dict[str, Any] = {**(self.extensions or {}), "step": error.step, "field": error.field}


@strawberry.type(description="Questions about what may come.")
class ScenarioQueries:
    """The queries of scenarios and targets."""

    @strawberry.field(
        description="What would be emitted with levers applied in order to the quantities of a reference year, by year "
        "and tenant, after each step. Nothing is stored; an error names the step and the field."
    )
    async def scenario(
        self,
        info: Info,
        boundary: Annotated[BoundaryInput, strawberry.argument(description="Whose.")],
        reference_year: Annotated[int, strawberry.argument(description="The year whose quantities are carried over.")],
        years: Annotated[
            list[int], strawberry.argument(description="Years to answer for, ascending, at most 50 after the first.")
        ],
        steps: Annotated[list[ScenarioStepInput], strawberry.argument(description="Levers in order, at most 50.")],
        basis: BasisArgument = None,
    ) -> ScenarioType:
        """Answer a scenario."""
        try:
            stated = [step.step() for step in steps]
            found = Scenario(reference_year, tuple(years), tuple(step.step() for step in stated))
        except BadScenario as error:
            raise BadStep(error) from None
        return await answer_of(info.context, boundary, basis, found, stated, None)

    @strawberry.field(description="A kept scenario answered: by its definition in force, from the ledger of today.")
    async def kept_scenario(
        self,
        info: Info,
        tenant_id: Annotated[strawberry.ID, strawberry.argument(description="The tenant that keeps it.")],
        code: Annotated[str, strawberry.argument(description="Its code.")],
        boundary: Annotated[
            BoundaryInput | None,
            strawberry.argument(
                description="Whose; if left out the tenant's, or the whole park's where the tenant operates it."
            ),
        ] = None,
        basis: BasisArgument = None,
    ) -> ScenarioType:
        """Answer a kept scenario."""
        kept = await _kept(info.context, tenant_id, code, basis)
        within = boundary or await _usual_boundary(info.context, tenant_id)
        definition = ScenarioDefinition.of(kept)
        return await answer_of(info.context, within, basis, kept.scenario(), kept.steps, definition)

    @strawberry.field(
        description="How far a tenant or park is on the way to its targets in a calendar year: base, path, what the "
        "ledger says, the gap, and what is missing. Of a park the targets that its operator declared for it."
    )
    async def target_progress(
        self,
        info: Info,
        boundary: Annotated[BoundaryInput, strawberry.argument(description="Whose: a tenant or a park.")],
        year: Annotated[int, strawberry.argument(description="The calendar year.")],
        basis: Annotated[
            BasisInput | None,
            strawberry.argument(
                description="What the year is computed on; if left out each target's own regime, GWP set, approach and "
                "proxy regions, with the newest release."
            ),
        ] = None,
    ) -> list[TargetProgress]:
        """Judge the targets in force."""
        if not FIRST_YEAR <= year <= info.context.service.clock().year:
            raise BadInput(f"year: {year} has no figures; accepted is {FIRST_YEAR} to the present year")
        return await progress_in(info.context, boundary, year, basis)


async def answer_of(
    context: Context,
    boundary: BoundaryInput,
    asked: BasisInput | None,
    scenario: Scenario,
    steps: Sequence[StatedStep],
    definition: ScenarioDefinition | None,
) -> ScenarioType:
    """Read the reference year once, then work beside the event loop."""
    if not FIRST_YEAR <= scenario.reference_year <= LAST_YEAR:
        raise BadInput(f"referenceYear: {scenario.reference_year}; accepted is {FIRST_YEAR} to {LAST_YEAR}")
    within, on = await basis_of(context, boundary, asked)
    _check_size(len(within.tenants), scenario)
    async with context.read() as connection:
        start = await reference_cells(connection, on, within, scenario)
    try:
        found: ScenarioAnswer = await asyncio.to_thread(answered, scenario, on, start.cells, start.own)
    except BadScenario as error:
        raise BadStep(error) from None
    on_what = Asked(on, within, steps)
    return ScenarioType.of(found, on_what, definition, has_internal_supply=start.has_internal_supply)


async def _kept(context: Context, tenant_id: strawberry.ID, code: str, basis: BasisInput | None) -> DeclaredScenario:
    known_at = basis.known_at if basis else None
    async with context.read() as connection:
        kept = await declarations_of(
            connection, [decode_uuid(tenant_id, "Tenant")], [DeclarationKind.SCENARIO], known_at
        )
    for one in kept:
        if isinstance(one.content, DeclaredScenario) and one.subject == code.strip():
            return one.content
    known = ", ".join(one.subject for one in kept) or "none"
    raise NotFound(f"the tenant keeps no scenario {code[:80]!r}; it keeps {known}")


async def _usual_boundary(context: Context, tenant_id: strawberry.ID) -> BoundaryInput:
    tenant = present(await context.tenants.load(decode_uuid(tenant_id, "Tenant")))
    if tenant.is_operator:
        return BoundaryInput(park_id=strawberry.ID(encode("Park", tenant.park_id)))
    return BoundaryInput(tenant_id=tenant_id)


def _check_size(tenants: int, scenario: Scenario) -> None:
    values = (tenants + 1) * len(scenario.years) * (len(scenario.steps) + 1)
    if values > VALUES_PER_SCENARIO:
        asked = f"{tenants} tenants, {len(scenario.years)} years and {len(scenario.steps)} steps"
        message = f"{asked} make {values} values of each total; at most {VALUES_PER_SCENARIO} are answered"
        raise BadInput(f"years: {message}, ask for fewer years at once")
