"""Scenarios as they are kept: levers in order as they were stated, with their cost. What they answer is not kept."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.scenarios import levers as pure
from accounting.scenarios.abatement_curve import Cost
from accounting.scenarios.declared_scenarios import DeclaredScenario
from accounting.scenarios.moving_levers import Supply
from accounting.scenarios.stated import StatedHeatPump, StatedLever, StatedStep, StatedSubstitution
from schema.enums import InstrumentKind, ScenarioExtentKind
from schema.scalars import ExactDecimal, Month
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present
from schema.types.scenario_levers import ScenarioStepInput


@strawberry.input(description="A scenario to be kept: its definition alone, worked out again whenever it is asked.")
class ScenarioDefinitionInput:
    """A definition."""

    code: str = strawberry.field(description="The tenant's own name of it; declared again it is the next version.")
    name_en: str = strawberry.field(default="", description="English name.")
    name_zh: str = strawberry.field(default="", description="Chinese name.")
    reference_year: int = strawberry.field(description="The year whose quantities are carried over.")
    years: list[int] = strawberry.field(description="The years it is asked for, ascending.")
    steps: list[ScenarioStepInput] = strawberry.field(description="Levers in order, at most 50.")
    assumptions: str = strawberry.field(default="", description="What it assumes, in words.")

    def content(self) -> DeclaredScenario:
        """Return the definition; raises `steps.BadScenario`."""
        return DeclaredScenario(
            self.code.strip(),
            self.name_en.strip(),
            self.name_zh.strip(),
            self.reference_year,
            tuple(self.years),
            tuple(step.step() for step in self.steps),
            self.assumptions.strip(),
        )


@strawberry.type(description="What a lever applies to; an empty list restricts nothing.")
class ScenarioReach:
    """A reach."""

    activity_types: list[str] = strawberry.field(description="Activity types.")
    suppliers: list[str] = strawberry.field(description="Suppliers.")
    tenant_keys: strawberry.Private[Sequence[UUID]]
    site_keys: strawberry.Private[Sequence[UUID]]

    @strawberry.field(description="Tenants.")
    async def tenants(self, info: Info) -> list[Tenant]:
        """Load the tenants."""
        return [Tenant.of(present(one)) for one in await info.context.tenants.load_many(list(self.tenant_keys))]

    @strawberry.field(description="Sites.")
    async def sites(self, info: Info) -> list[Site]:
        """Load the sites."""
        return [Site.of(present(one)) for one in await info.context.sites.load_many(list(self.site_keys))]

    @classmethod
    def of(cls, found: pure.Reach) -> "ScenarioReach":
        """Make the type of a reach."""
        return cls(
            activity_types=sorted(found.activity_types),
            suppliers=sorted(found.suppliers),
            tenant_keys=sorted(found.tenants),
            site_keys=sorted(found.sites),
        )


@strawberry.type(description="Values by calendar year from a month on.")
class ScenarioRamp:
    """A ramp."""

    start: Month = strawberry.field(description="First month.")
    values: list[ExactDecimal] = strawberry.field(description="Values by year; the last holds on.")

    @classmethod
    def of(cls, found: pure.Ramp) -> "ScenarioRamp":
        """Make the type of a ramp."""
        return cls(start=Month(found.start), values=[ExactDecimal(value) for value in found.values])


@strawberry.type(description="How much a lever moves.")
class ScenarioExtent:
    """An extent."""

    kind: ScenarioExtentKind = strawberry.field(description="What the values are.")
    ramp: ScenarioRamp = strawberry.field(description="The values by year.")
    unit: str = strawberry.field(description="Unit of quantities, empty for shares.")

    @classmethod
    def of(cls, found: pure.Extent) -> "ScenarioExtent":
        """Make the type of an extent."""
        return cls(kind=found.kind, ramp=ScenarioRamp.of(found.ramp), unit=found.unit)


@strawberry.type(description="Less of an activity for the same service.")
class EfficiencyLever:
    """Efficiency."""

    reach: ScenarioReach = strawberry.field(description="Of what.")
    saving: ExactDecimal = strawberry.field(description="Part that is saved once all is in place.")
    ramp: ScenarioRamp = strawberry.field(description="Part that is in place by year.")

    @classmethod
    def of(cls, found: pure.Efficiency) -> "EfficiencyLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach), saving=ExactDecimal(found.saving), ramp=ScenarioRamp.of(found.ramp)
        )


@strawberry.type(description="More or less of an activity every year.")
class GrowthLever:
    """Growth."""

    reach: ScenarioReach = strawberry.field(description="Of what.")
    rate: ExactDecimal = strawberry.field(description="Growth a year as a fraction.")
    since: int = strawberry.field(description="The last year without growth.")

    @classmethod
    def of(cls, found: pure.Growth) -> "GrowthLever":
        """Make the type of the lever."""
        return cls(reach=ScenarioReach.of(found.reach), rate=ExactDecimal(found.rate), since=found.since)


@strawberry.type(description="A lower factor.")
class FactorCutLever:
    """A cut."""

    reach: ScenarioReach = strawberry.field(description="Of what.")
    kinds: list[str] = strawberry.field(description="What the factors are for.")
    cut: ExactDecimal = strawberry.field(description="Part that falls away.")
    ramp: ScenarioRamp = strawberry.field(description="Part of the cut that is reached by year.")

    @classmethod
    def of(cls, found: pure.FactorCut) -> "FactorCutLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach),
            kinds=sorted(found.kinds),
            cut=ExactDecimal(found.cut),
            ramp=ScenarioRamp.of(found.ramp),
        )


@strawberry.type(description="A published factor that falls every year.")
class FactorPathLever:
    """A path."""

    reach: ScenarioReach = strawberry.field(description="Of what.")
    kinds: list[str] = strawberry.field(description="What the factors are for.")
    rate: ExactDecimal = strawberry.field(description="Fall a year as a fraction.")
    since: int = strawberry.field(description="The last year at the factor of the reference year.")

    @classmethod
    def of(cls, found: pure.FactorPath) -> "FactorPathLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach),
            kinds=sorted(found.kinds),
            rate=ExactDecimal(found.rate),
            since=found.since,
        )


@strawberry.type(description="One activity type instead of another.")
class SubstitutionLever:
    """A substitution."""

    reach: ScenarioReach = strawberry.field(description="What is replaced.")
    extent: ScenarioExtent = strawberry.field(description="How much of it.")
    to: str = strawberry.field(description="Activity type that replaces it.")
    ratio: ExactDecimal = strawberry.field(description="How many `toUnit` of it there are.")
    per: ExactDecimal = strawberry.field(description="For how many `fromUnit` given up.")
    from_unit: str = strawberry.field(description="Unit of what is given up.")
    to_unit: str = strawberry.field(description="Unit of what replaces it.")
    supplier: str = strawberry.field(description="Who supplies it.")

    @classmethod
    def of(cls, found: StatedSubstitution) -> "SubstitutionLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach),
            extent=ScenarioExtent.of(found.extent),
            to=found.to,
            ratio=ExactDecimal(found.ratio),
            per=ExactDecimal(found.per),
            from_unit=found.from_unit,
            to_unit=found.to_unit,
            supplier=found.supplier,
        )


@strawberry.type(description="Heat by grid electricity instead of fuel.")
class HeatPumpLever:
    """A heat pump."""

    reach: ScenarioReach = strawberry.field(description="The fuel.")
    extent: ScenarioExtent = strawberry.field(description="How much of the fuel.")
    boiler_efficiency: ExactDecimal = strawberry.field(description="Of the boiler, a fraction.")
    performance: ExactDecimal = strawberry.field(description="Heat per electricity.")
    calorific_value: ExactDecimal = strawberry.field(description="Net MJ per `fromUnit`.")
    from_unit: str = strawberry.field(description="Unit the fuel is counted in.")

    @classmethod
    def of(cls, found: StatedHeatPump) -> "HeatPumpLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach),
            extent=ScenarioExtent.of(found.extent),
            boiler_efficiency=ExactDecimal(found.boiler_efficiency),
            performance=ExactDecimal(found.performance),
            calorific_value=ExactDecimal(found.calorific_value),
            from_unit=found.from_unit,
        )


@strawberry.type(description="Grid electricity supplied otherwise.")
class SupplyLever:
    """A supply."""

    reach: ScenarioReach = strawberry.field(description="Of what.")
    extent: ScenarioExtent = strawberry.field(description="How much of the electricity.")
    kind: InstrumentKind = strawberry.field(description="How it is supplied.")
    rate: ExactDecimal = strawberry.field(description="kg CO2e/MWh of it.")
    is_sold: bool = strawberry.field(description="Whether its certificates are sold to others.")

    @classmethod
    def of(cls, found: Supply) -> "SupplyLever":
        """Make the type of the lever."""
        return cls(
            reach=ScenarioReach.of(found.reach),
            extent=ScenarioExtent.of(found.extent),
            kind=found.kind,
            rate=ExactDecimal(found.rate),
            is_sold=found.is_sold,
        )


@strawberry.type(description="The inverse of an earlier step.")
class UndoLever:
    """An inverse."""

    step: str = strawberry.field(description="Code of the step that is undone.")


ScenarioLever = Annotated[
    EfficiencyLever
    | GrowthLever
    | FactorCutLever
    | FactorPathLever
    | SubstitutionLever
    | HeatPumpLever
    | SupplyLever
    | UndoLever,
    strawberry.union("ScenarioLever", description="What a step does."),
]


def lever_of(found: StatedLever) -> ScenarioLever:
    """Return a lever as a type of the API."""
    if found.efficiency:
        return EfficiencyLever.of(found.efficiency)
    if found.growth:
        return GrowthLever.of(found.growth)
    if found.factor_cut:
        return FactorCutLever.of(found.factor_cut)
    if found.factor_path:
        return FactorPathLever.of(found.factor_path)
    if found.substitution:
        return SubstitutionLever.of(found.substitution)
    if found.heat_pump:
        return HeatPumpLever.of(found.heat_pump)
    return SupplyLever.of(found.supply) if found.supply else UndoLever(step=found.undo or "")


@strawberry.type(description="What a step costs; money in one currency at the prices of one year.")
class ScenarioCost:
    """A cost."""

    investment: ExactDecimal = strawberry.field(description="Paid at the start.")
    interest: ExactDecimal = strawberry.field(description="Discount rate a year as a fraction.")
    years: int = strawberry.field(description="How long the investment lasts.")
    operating_change: ExactDecimal = strawberry.field(description="What running costs change by a year.")

    @classmethod
    def of(cls, found: Cost) -> "ScenarioCost":
        """Make the type of a cost."""
        operating: Decimal = found.operating_change
        return cls(
            investment=ExactDecimal(found.investment),
            interest=ExactDecimal(found.interest),
            years=found.years,
            operating_change=ExactDecimal(operating),
        )


@strawberry.type(description="One lever at its place in the order, as stated.")
class ScenarioStepDefinition:
    """A step."""

    code: str = strawberry.field(description="Its code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    lever: ScenarioLever = strawberry.field(description="What it does.")
    cost: ScenarioCost | None = strawberry.field(description="What it costs; none where nobody stated it.")

    @classmethod
    def of(cls, found: StatedStep) -> "ScenarioStepDefinition":
        """Make the type of a step."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            lever=lever_of(found.lever),
            cost=ScenarioCost.of(found.cost) if found.cost else None,
        )


@strawberry.type(description="A scenario that is kept: its definition alone.")
class ScenarioDefinition:
    """A definition."""

    code: str = strawberry.field(description="The tenant's own name of it.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    reference_year: int = strawberry.field(description="The year whose quantities are carried over.")
    years: list[int] = strawberry.field(description="The years it is asked for.")
    steps: list[ScenarioStepDefinition] = strawberry.field(description="Levers in order.")
    assumptions: str = strawberry.field(description="What it assumes, in words.")

    @classmethod
    def of(cls, found: DeclaredScenario) -> "ScenarioDefinition":
        """Make the type of a definition."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            reference_year=found.reference_year,
            years=list(found.years),
            steps=[ScenarioStepDefinition.of(step) for step in found.steps],
            assumptions=found.assumptions,
        )
