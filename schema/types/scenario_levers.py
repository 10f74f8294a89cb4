"""Levers of a scenario as they are stated: one input for each, and one step that holds exactly one of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import strawberry

from accounting.scenarios import levers as pure
from accounting.scenarios.abatement_curve import Cost
from accounting.scenarios.moving_levers import Supply
from accounting.scenarios.stated import StatedHeatPump, StatedLever, StatedStep, StatedSubstitution
from accounting.scenarios.steps import BadScenario
from accounting.scope2.coverage import ENERGY_UNIT
from schema.enums import InstrumentKind, ScenarioExtentKind
from schema.global_ids import decode_uuid
from schema.scalars import ExactDecimal, Month

_ONE = ExactDecimal(Decimal(1))
_NONE = ExactDecimal(Decimal(0))


@strawberry.input(description="What a lever applies to; what is left out restricts nothing.")
class ScenarioReachInput:
    """A reach."""

    activity_types: list[str] = strawberry.field(
        default_factory=list,
        description="Activity types at the lever's place in the order; one without qualifier stands for all of its.",
    )
    tenant_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Tenants whose quantities of the reference year are reached."
    )
    site_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description="Sites, likewise.")
    suppliers: list[str] = strawberry.field(
        default_factory=list, description="Suppliers as posted, such as one whose product gets better."
    )

    def reach(self) -> pure.Reach:
        """Return the reach; raises `levers.BadLever`."""
        return pure.Reach(
            frozenset(self.activity_types),
            _keys(self.tenant_ids, "Tenant"),
            _keys(self.site_ids, "Site"),
            frozenset(self.suppliers),
        )


@strawberry.input(
    description="Values by calendar year: none before `start`, the first from that month to the end of its year, the "
    "last from its year on."
)
class ScenarioRampInput:
    """A ramp."""

    start: Month = strawberry.field(description="First month.")
    values: list[ExactDecimal] = strawberry.field(
        default_factory=lambda: [_ONE], description="Values by year, 1 to 50 of them; all at once if left out."
    )

    def ramp(self) -> pure.Ramp:
        """Return the ramp; raises `levers.BadLever`."""
        return pure.Ramp(self.start, tuple(self.values))


@strawberry.input(description="How much a lever moves: shares from 0 to 1, or quantities a year.")
class ScenarioExtentInput:
    """An extent."""

    kind: ScenarioExtentKind = strawberry.field(
        default=pure.ExtentKind.SHARE_OF_REST, description="What the values of the ramp are."
    )
    ramp: ScenarioRampInput = strawberry.field(description="The values by year.")
    unit: str = strawberry.field(default="", description="Unit of quantities, such as MWh; nothing for shares.")

    def extent(self) -> pure.Extent:
        """Return the extent; raises `levers.BadLever`."""
        return pure.Extent(self.kind, self.ramp.ramp(), self.unit)


@strawberry.input(
    description="Less of an activity for the same service: quantity x (1 - saving x ramp). Chillers, air changes, heat "
    "recovery, leak control, solvent recovery."
)
class EfficiencyLeverInput:
    """Efficiency."""

    reach: ScenarioReachInput = strawberry.field(default_factory=ScenarioReachInput, description="Of what.")
    saving: ExactDecimal = strawberry.field(description="Part that is saved once all is in place, 0 to 1.")
    ramp: ScenarioRampInput = strawberry.field(description="Part that is in place by year, 0 to 1.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        return StatedLever(efficiency=pure.Efficiency(self.reach.reach(), self.saving, self.ramp.ramp()))


@strawberry.input(description="More or less of an activity every year: quantity x (1 + rate)^(year - since).")
class GrowthLeverInput:
    """Growth."""

    reach: ScenarioReachInput = strawberry.field(default_factory=ScenarioReachInput, description="Of what.")
    rate: ExactDecimal = strawberry.field(description="Growth a year as a fraction, such as 0.05; below 0 for decline.")
    since: int = strawberry.field(description="The last year without growth.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        return StatedLever(growth=pure.Growth(self.reach.reach(), self.rate, self.since))


@strawberry.input(
    description="A lower factor, such as that of a supplier's better product: factor x (1 - cut x ramp). Factors of "
    "tenants and suppliers change too."
)
class FactorCutLeverInput:
    """A cut."""

    reach: ScenarioReachInput = strawberry.field(default_factory=ScenarioReachInput, description="Of what.")
    kinds: list[str] = strawberry.field(
        description="What the factors are for, such as electricity.grid; see `emissionFactors`."
    )
    cut: ExactDecimal = strawberry.field(description="Part that falls away, 0 to 1.")
    ramp: ScenarioRampInput = strawberry.field(description="Part of the cut that is reached by year, 0 to 1.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        cut = pure.FactorCut(self.reach.reach(), frozenset(self.kinds), self.cut, self.ramp.ramp())
        return StatedLever(factor_cut=cut)


@strawberry.input(
    description="A published factor that falls every year, such as that of a grid: factor x (1 - rate)^(year - since). "
    "What a supplier or a tenant answers for stays."
)
class FactorPathLeverInput:
    """A path."""

    reach: ScenarioReachInput = strawberry.field(default_factory=ScenarioReachInput, description="Of what.")
    kinds: list[str] = strawberry.field(
        description="What the factors are for, such as electricity.grid; see `emissionFactors`."
    )
    rate: ExactDecimal = strawberry.field(description="Fall a year as a fraction, such as 0.011; below 0 for a rise.")
    since: int = strawberry.field(description="The last year at the factor of the reference year.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        path = pure.FactorPath(self.reach.reach(), frozenset(self.kinds), self.rate, self.since)
        return StatedLever(factor_path=path)


@strawberry.input(
    description="One activity type instead of another: a fuel, a refrigerant, a propellant, a material, a journey."
)
class SubstitutionLeverInput:
    """A substitution."""

    reach: ScenarioReachInput = strawberry.field(description="What is replaced; names its activity types.")
    extent: ScenarioExtentInput = strawberry.field(description="How much of it.")
    to: str = strawberry.field(description="Activity type that replaces it.")
    ratio: ExactDecimal = strawberry.field(default=_ONE, description="How many `toUnit` of it there are.")
    per: ExactDecimal = strawberry.field(default=_ONE, description="For how many `fromUnit` given up.")
    from_unit: str = strawberry.field(description="Unit of what is given up.")
    to_unit: str = strawberry.field(description="Unit of what replaces it.")
    supplier: str = strawberry.field(default="", description="Who supplies it.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        substitution = StatedSubstitution(
            self.reach.reach(),
            self.extent.extent(),
            self.to,
            self.ratio,
            self.per,
            self.from_unit,
            self.to_unit,
            self.supplier,
        )
        return StatedLever(substitution=substitution)


@strawberry.input(
    description="Heat by grid electricity instead of fuel: fuel - Q / boiler efficiency, electricity + Q / "
    "performance: heat pumps and, with a performance of about 1, electric boilers."
)
class HeatPumpLeverInput:
    """A heat pump."""

    reach: ScenarioReachInput = strawberry.field(description="The fuel; names its activity types.")
    extent: ScenarioExtentInput = strawberry.field(description="How much of the fuel.")
    boiler_efficiency: ExactDecimal = strawberry.field(description="Of the boiler, a fraction of the net heat value.")
    performance: ExactDecimal = strawberry.field(description="Heat per electricity (COP).")
    calorific_value: ExactDecimal = strawberry.field(
        default=_ONE, description="Net MJ per `fromUnit`; 1 where the fuel is counted in MJ."
    )
    from_unit: str = strawberry.field(default=ENERGY_UNIT, description="Unit the fuel is counted in.")

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        pump = StatedHeatPump(
            self.reach.reach(),
            self.extent.extent(),
            self.boiler_efficiency,
            self.performance,
            self.calorific_value,
            self.from_unit,
        )
        return StatedLever(heat_pump=pump)


@strawberry.input(
    description="Grid electricity supplied otherwise: sun on the roof with or without storage (SELF_USE, the matched "
    "quantity), a line of its own (DIRECT_SUPPLY), certificates and contracts. The regime decides what counts. What an "
    "instrument or an earlier lever supplies already is not reached."
)
class SupplyLeverInput:
    """A supply."""

    reach: ScenarioReachInput = strawberry.field(default_factory=ScenarioReachInput, description="Of what.")
    extent: ScenarioExtentInput = strawberry.field(description="How much of the electricity.")
    kind: InstrumentKind = strawberry.field(description="How it is supplied; all its proofs are supposed.")
    rate: ExactDecimal = strawberry.field(default=_NONE, description="kg CO2e/MWh of it, where the regime takes it.")
    is_sold: bool = strawberry.field(
        default=False, description="Whether the certificates of own generation or of a line are sold to others."
    )

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        return StatedLever(supply=Supply(self.reach.reach(), self.extent.extent(), self.kind, self.rate, self.is_sold))


@strawberry.input(description="What a step does.", one_of=True)
class ScenarioLeverInput:
    """A lever; exactly one part is given."""

    efficiency: EfficiencyLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="Less of an activity for the same service."
    )
    growth: GrowthLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="More or less of an activity every year."
    )
    factor_cut: FactorCutLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="A lower factor, such as of a supplier's better product."
    )
    factor_path: FactorPathLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="A published factor that falls every year, such as that of a grid."
    )
    substitution: SubstitutionLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="One activity type instead of another."
    )
    heat_pump: HeatPumpLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="Heat by electricity instead of fuel."
    )
    supply: SupplyLeverInput | None = strawberry.field(
        default=strawberry.UNSET, description="Grid electricity supplied otherwise."
    )
    undo: str | None = strawberry.field(
        default=strawberry.UNSET, description="Code of the last step that still stands: its exact inverse."
    )

    def stated(self) -> StatedLever:
        """Return the lever; raises `levers.BadLever`."""
        given: Iterable[_Stating | None] = (
            self.efficiency or None,
            self.growth or None,
            self.factor_cut or None,
            self.factor_path or None,
            self.substitution or None,
            self.heat_pump or None,
            self.supply or None,
        )
        for one in given:
            if one is not None:
                return one.stated()
        return StatedLever(undo=self.undo)


class _Stating(Protocol):
    def stated(self) -> StatedLever: ...


@strawberry.input(description="What a step costs; money in one currency at the prices of one year.")
class ScenarioCostInput:
    """A cost."""

    investment: ExactDecimal = strawberry.field(description="Paid at the start, 0 or more.")
    interest: ExactDecimal = strawberry.field(description="Discount rate a year as a fraction, such as 0.08.")
    years: int = strawberry.field(description="How long the investment lasts, 1 to 100 years.")
    operating_change: ExactDecimal = strawberry.field(
        default=_NONE, description="What running costs change by a year; below 0 for a saving."
    )

    def cost(self) -> Cost:
        """Return the cost."""
        return Cost(self.investment, self.interest, self.years, self.operating_change)


@strawberry.input(description="One lever at its place in the order.")
class ScenarioStepInput:
    """A step."""

    code: str = strawberry.field(description="A code of your own, each once.")
    name_en: str = strawberry.field(default="", description="English name.")
    name_zh: str = strawberry.field(default="", description="Chinese name.")
    lever: ScenarioLeverInput = strawberry.field(description="What it does.")
    cost: ScenarioCostInput | None = strawberry.field(default=None, description="What it costs, for the cost curve.")

    def step(self) -> StatedStep:
        """Return the step; raises `steps.BadScenario`."""
        try:
            lever = self.lever.stated()
        except pure.BadLever as error:
            raise BadScenario(self.code, error.field, str(error)) from None
        return StatedStep(self.code, self.name_en, self.name_zh, lever, self.cost.cost() if self.cost else None)


def _keys(ids: Iterable[strawberry.ID], kind: str) -> frozenset[UUID]:
    return frozenset(decode_uuid(one, kind) for one in ids)
