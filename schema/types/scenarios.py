"""Scenarios answered: by year, for the whole and each tenant, after every step, with what each step reached."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.basis import Basis as PureBasis
from accounting.explanation import in_usual_unit
from accounting.judgement.headline_totals import Total
from accounting.scenarios import abatement_curve as curves
from accounting.scenarios import answers as pure
from accounting.scenarios.abatement import BadMeasure
from accounting.scenarios.reaches import Reached, StepReach, reaches
from accounting.scenarios.stated import StatedStep, costs_of
from emission_factors.activity_types import Scope
from emission_factors.decimals import shown
from emission_factors.units import Unit
from ledger.activities.reading import ActivityFilter
from ledger.footprints.footprints import Boundary
from schema.enums import HeadlineTotal, MassUnit
from schema.errors import BadInput
from schema.pages import Connection
from schema.scalars import ExactDecimal
from schema.types.activities import Activity, After, First, activity_connection
from schema.types.basis import Basis
from schema.types.emissions import InUnit, LineGap, mass
from schema.types.info import Info
from schema.types.registry import Tenant, present
from schema.types.scenario_curves import AbatementCurve
from schema.types.scenario_definitions import ScenarioCost, ScenarioDefinition, ScenarioLever, lever_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scenario was asked on."""

    basis: PureBasis
    boundary: Boundary
    steps: Sequence[StatedStep]

    def reports(self, total: Total) -> bool:
        """Whether the regime has a total."""
        regime = self.basis.regime
        if total in (Total.SCOPE_2_MARKET, Total.TOTAL_MARKET) and not regime.has_market_based:
            return False
        return total is not Total.SCOPE_3 or Scope.SCOPE_3 in regime.scopes


@strawberry.type(
    description="CO2e by year, one value for each of the scenario's `years`; none where the regime has no such total."
)
class ScenarioEmissions:
    """A series."""

    found: strawberry.Private[Sequence[pure.Scopes]]
    asked: strawberry.Private[Asked]

    @strawberry.field(name="scope1", description="Scope 1.")
    def scope_1(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return scope 1."""
        return self._of(Total.SCOPE_1, unit)

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    def scope_2_location(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return scope 2 by location."""
        return self._of(Total.SCOPE_2_LOCATION, unit)

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    def scope_2_market(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return scope 2 by market."""
        return self._of(Total.SCOPE_2_MARKET, unit)

    @strawberry.field(name="scope3", description="Scope 3.")
    def scope_3(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return scope 3."""
        return self._of(Total.SCOPE_3, unit)

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3, as far as the regime reports them.")
    def total_location(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return the sum with scope 2 by location."""
        return self._of(Total.TOTAL_LOCATION, unit)

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3, as far as the regime reports them.")
    def total_market(self, unit: InUnit = MassUnit.KILOGRAM) -> list[ExactDecimal] | None:
        """Return the sum with scope 2 by market."""
        return self._of(Total.TOTAL_MARKET, unit)

    def _of(self, total: Total, unit: MassUnit) -> list[ExactDecimal] | None:
        return [mass(one.of(total), unit) for one in self.found] if self.asked.reports(total) else None


@strawberry.type(description="What a step changes by year, and what is emitted after it.")
class ScenarioStepEmissions:
    """A step's effect."""

    code: str = strawberry.field(description="Code of the step.")
    change: ScenarioEmissions = strawberry.field(description="Change by year, below 0 where it abates.")
    after: ScenarioEmissions = strawberry.field(description="What is emitted after it.")


@strawberry.type(
    description="A course of emissions: the reference year carried over, each step in order, and what is left. "
    "Baseline and the changes of all steps add up to the emissions, exactly before they are shown."
)
class ScenarioCourse:
    """A course."""

    years: strawberry.Private[Sequence[pure.ScenarioYear]]
    asked: strawberry.Private[Asked]

    @strawberry.field(description="The reference year carried over, before the first step.")
    def baseline(self) -> ScenarioEmissions:
        """Return the baseline."""
        return ScenarioEmissions(found=[year.baseline for year in self.years], asked=self.asked)

    @strawberry.field(description="Each step in order.")
    def steps(self) -> list[ScenarioStepEmissions]:
        """Return the effects."""
        return [
            ScenarioStepEmissions(
                code=step.code,
                change=ScenarioEmissions(found=[year.steps[at].change for year in self.years], asked=self.asked),
                after=ScenarioEmissions(found=[year.steps[at].after for year in self.years], asked=self.asked),
            )
            for at, step in enumerate(self.asked.steps)
        ]

    @strawberry.field(description="What is emitted after the last step.")
    def emissions(self) -> ScenarioEmissions:
        """Return what is left."""
        return ScenarioEmissions(found=[year.emissions for year in self.years], asked=self.asked)


@strawberry.type(description="The course of one tenant.")
class TenantScenario:
    """A tenant's course."""

    course: ScenarioCourse = strawberry.field(description="Its emissions.")
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other courses."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))


@strawberry.type(description="Quantities of an activity type in all that a step reached, by year.")
class ScenarioReached:
    """What was reached."""

    found: strawberry.Private[Reached]
    asked: strawberry.Private[Asked]
    reference_year: strawberry.Private[int]

    @strawberry.field(description="Activity type, qualifier included.")
    def activity_type(self) -> str:
        """Return the code."""
        return self.found.activity.code

    @strawberry.field(description="English name of the activity type.")
    def name_en(self) -> str:
        """Return the English name."""
        return self.found.activity.name_en

    @strawberry.field(description="Chinese name of the activity type.")
    def name_zh(self) -> str:
        """Return the Chinese name."""
        return self.found.activity.name_zh

    @strawberry.field(description="Unit of the quantities: the activity type's usual one where that is exact.")
    def unit(self) -> str:
        """Return the unit."""
        return self._in_unit()[2].code

    @strawberry.field(description="Quantity by year before the step.")
    def before(self) -> list[ExactDecimal]:
        """Return the quantities before."""
        return self._in_unit()[0]

    @strawberry.field(description="Quantity by year after the step.")
    def after(self) -> list[ExactDecimal]:
        """Return the quantities after."""
        return self._in_unit()[1]

    @strawberry.field(description="Activities of the type in the reference year, of the boundary.")
    async def activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        """Page through the activities."""
        boundary = self.asked.boundary
        wanted = ActivityFilter(
            tenants=boundary.tenants,
            site=boundary.site,
            activity_types=(self.found.activity.code,),
            base_unit=self.found.unit.code,
            first=date(self.reference_year, 1, 1),
            last=date(self.reference_year, 12, 31),
        )
        return await activity_connection(info.context, wanted, first, after)

    def _in_unit(self) -> tuple[list[ExactDecimal], list[ExactDecimal], Unit]:
        """Return both series in one unit."""
        found = self.found
        series = found.before, found.after
        usual = [[in_usual_unit(found.activity, value, found.unit) for value in values] for values in series]
        chosen = {unit for values in usual for _, unit in values}
        if len(chosen) > 1:
            usual = [[(value, found.unit) for value in values] for values in series]
        before, after = ([ExactDecimal(shown(value)) for value, _ in values] for values in usual)
        return before, after, usual[0][0][1]


@strawberry.type(description="A step as stated, with what it reached.")
class ScenarioStep:
    """A step."""

    code: str = strawberry.field(description="Its code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    lever: ScenarioLever = strawberry.field(description="What it does.")
    cost: ScenarioCost | None = strawberry.field(description="What it costs; none where nobody stated it.")
    reached: list[ScenarioReached] = strawberry.field(
        description="What it changed or whose factor it moved, by activity type: empty where that is nothing in any of "
        "the years."
    )
    factor_multipliers: list[ExactDecimal] | None = strawberry.field(
        description="What factors are multiplied by in December of each year, for a lever on factors."
    )

    @classmethod
    def of(cls, stated: StatedStep, found: StepReach, asked: Asked, reference_year: int) -> "ScenarioStep":
        """Make the type of a step."""
        multipliers = found.factor_multipliers
        return cls(
            code=stated.code,
            name_en=stated.name_en,
            name_zh=stated.name_zh,
            lever=lever_of(stated.lever),
            cost=ScenarioCost.of(stated.cost) if stated.cost else None,
            reached=[ScenarioReached(found=one, asked=asked, reference_year=reference_year) for one in found.types],
            factor_multipliers=None if multipliers is None else [ExactDecimal(one) for one in multipliers],
        )


@strawberry.type(description="A line missing from every year: of the reference year, or of what a step made of it.")
class ScenarioGap:
    """A gap."""

    step: str = strawberry.field(
        description="The first step that leads to it; empty where the reference year lacks it."
    )
    activity_type: str = strawberry.field(description="Activity type.")
    region: str = strawberry.field(description="Region.")
    supplier: str = strawberry.field(description="Supplier, empty if none.")
    gap: LineGap = strawberry.field(description="The line, and why no factor was found.")

    @classmethod
    def of(cls, found: pure.ScenarioGap) -> "ScenarioGap":
        """Make the type of a gap."""
        return cls(
            step=found.step,
            activity_type=found.activity.code,
            region=found.region,
            supplier=found.supplier,
            gap=LineGap.of(found.gap),
        )


@strawberry.type(
    description="A scenario answered. It transforms the quantities of the reference year when it is asked and stores "
    "nothing; factors are those of the reference year, with the levers on them."
)
class Scenario:
    """An answer."""

    basis: Basis = strawberry.field(description="What it was computed on.")
    reference_year: int = strawberry.field(description="The year whose quantities are carried over.")
    years: list[int] = strawberry.field(description="The years of every series, in order.")
    definition: ScenarioDefinition | None = strawberry.field(description="The definition, where a kept one was asked.")
    whole: ScenarioCourse = strawberry.field(
        description="All tenants together: the sum of what each reports, as `footprint` of a park is."
    )
    is_complete: bool = strawberry.field(description="Whether nothing is missing.")
    gaps: list[ScenarioGap] = strawberry.field(description="Lines missing from every year.")
    has_internal_supply: bool = strawberry.field(
        description="Whether tenants supply each other. What is supplied then stands in the supplier's scope 1 and the "
        "customer's scope 2, as in the footprint of the reference year (`parkConsolidation` counts it once), and a "
        "lever on the supplier's plant leaves the customers' factor as it was."
    )
    found: strawberry.Private[pure.ScenarioAnswer]
    asked: strawberry.Private[Asked]

    @strawberry.field(description="Each tenant, by id; those with nothing in the reference year are left out.")
    def tenants(self) -> list[TenantScenario]:
        """Return the courses."""
        courses: dict[UUID, list[pure.ScenarioYear]] = {}
        for year in self.found.by_tenant:
            if year.tenant is not None:
                courses.setdefault(year.tenant, []).append(year)
        return [
            TenantScenario(course=ScenarioCourse(years=years, asked=self.asked), tenant_key=tenant)
            for tenant, years in courses.items()
        ]

    @strawberry.field(description="The steps as stated, with what each reached.")
    async def steps(self) -> list[ScenarioStep]:
        """Work out what was reached beside the event loop."""
        found = await asyncio.to_thread(reaches, self.found.scenario, self.found.worked)
        stated = zip(self.asked.steps, found, strict=True)
        return [ScenarioStep.of(step, one, self.asked, self.reference_year) for step, one in stated]

    @strawberry.field(description="What a tonne costs, by step, for one of the years.")
    def abatement_curve(
        self,
        year: Annotated[int, strawberry.argument(description="One of the years.")],
        total: Annotated[
            HeadlineTotal, strawberry.argument(description="Which total is avoided.")
        ] = Total.TOTAL_LOCATION,
    ) -> AbatementCurve:
        """Return the curve."""
        if year not in self.years:
            raise BadInput(f"year: {year} is not asked for; accepted are {', '.join(map(str, self.years))}")
        if not self.asked.reports(total):
            raise BadInput(f"total: {self.asked.basis.regime.code} has no {total}")
        try:
            of_year = self.found.whole[self.years.index(year)]
            found = curves.abatement_curve(of_year, costs_of(self.asked.steps), total)
        except BadMeasure as error:
            raise BadInput(f"{error.field}: {error}") from None
        return AbatementCurve.of(found, year, total)

    @classmethod
    def of(
        cls,
        found: pure.ScenarioAnswer,
        asked: Asked,
        definition: ScenarioDefinition | None,
        *,
        has_internal_supply: bool,
    ) -> "Scenario":
        """Make the type of an answer."""
        return cls(
            basis=Basis.of(asked.basis),
            reference_year=found.scenario.reference_year,
            years=list(found.scenario.years),
            definition=definition,
            whole=ScenarioCourse(years=found.whole, asked=asked),
            is_complete=not found.gaps,
            gaps=[ScenarioGap.of(gap) for gap in found.gaps],
            has_internal_supply=has_internal_supply,
            found=found,
            asked=asked,
        )
