"""Targets, progress towards them, and China's dual control of total and intensity."""

from decimal import Decimal
from typing import Annotated, Final

import strawberry

from accounting.scenarios import targets as pure
from accounting.scenarios.declared_targets import StatedCut, StatedMethod, StatedRate
from schema.enums import Scope, Scope2Method, TargetAmbition, TargetFramework, TargetMethod, TargetMetric
from schema.errors import BadInput
from schema.scalars import ExactDecimal

DUAL_CONTROL_SOURCE: Final = "国办发〔2024〕39号, dual control of carbon emissions: total and intensity"


@strawberry.input(description="How fast emissions fall.")
class TargetRateInput:
    """A rate."""

    ambition: TargetAmbition | None = strawberry.field(
        default=None,
        description="Which of the framework's rates; if left out the least it accepts for the scopes.",
    )
    annual: ExactDecimal | None = strawberry.field(
        default=None, description="Reduction a year as a fraction, such as 0.042, instead of the framework's."
    )
    source: str = strawberry.field(default="", description="Document that states `annual`; needed with it.")
    counts_from: int | None = strawberry.field(
        default=None,
        description="Year from which `annual` counts where the base year is later; the base year if left out.",
    )


@strawberry.input(description="Emission intensity of a sector over time, in the unit of the base value.")
class SectorPathwayInput:
    """A pathway."""

    base: ExactDecimal = strawberry.field(description="In the base year.")
    target: ExactDecimal = strawberry.field(description="In the target year.")
    final: ExactDecimal = strawberry.field(description="In 2050.")
    market_share: ExactDecimal = strawberry.field(
        default=ExactDecimal(Decimal(1)),
        description="The company's share of the sector's output in the base year over that in the target year.",
    )
    source: str = strawberry.field(description="Where the pathway is published.")


@strawberry.input(description="A reduction over all years that a plan or policy sets.")
class TargetReductionInput:
    """A reduction."""

    reduction: ExactDecimal = strawberry.field(description="Part of the base value that falls away, such as 0.3.")
    source: str = strawberry.field(description="The plan or policy.")


@strawberry.input(description="A cut of emissions per output over a plan period: dual control.")
class IntensityCutInput:
    """A cut."""

    cut: ExactDecimal = strawberry.field(description="Part that falls away over all years, such as 0.17.")
    source: str = strawberry.field(description="The plan that sets it.")
    growth: ExactDecimal | None = strawberry.field(
        default=None, description="Growth of output a year as a fraction, for what the cut means for the total."
    )
    base_total: ExactDecimal | None = strawberry.field(
        default=None, description="Total of the base year; the footprint's in t CO2e if a kept target leaves it out."
    )


@strawberry.input(description="How the value of the target year follows from the base year.", one_of=True)
class TargetMethodInput:
    """A method; exactly one part is given."""

    absolute_contraction: TargetRateInput | None = strawberry.field(
        default=strawberry.UNSET, description="The same share of base year emissions less every year."
    )
    sectoral_decarbonisation: SectorPathwayInput | None = strawberry.field(
        default=strawberry.UNSET, description="The intensity converges to that of the sector."
    )
    economic_intensity: TargetRateInput | None = strawberry.field(
        default=strawberry.UNSET, description="Emissions per value added fall by the same percentage every year."
    )
    own_percentage: TargetReductionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Emissions fall by a percentage that a plan or policy sets."
    )
    intensity_cut: IntensityCutInput | None = strawberry.field(
        default=strawberry.UNSET, description="Emissions per output fall by a percentage over a plan period."
    )

    def stated(self) -> StatedMethod:
        """Return the method; raises `targets.BadTarget`."""
        pathway, own, cut = self.sectoral_decarbonisation, self.own_percentage, self.intensity_cut
        return StatedMethod(
            absolute_contraction=_rate(self.absolute_contraction),
            sectoral_decarbonisation=_pathway(pathway) if pathway else None,
            economic_intensity=_rate(self.economic_intensity),
            own_percentage=StatedCut(own.reduction, own.source) if own else None,
            intensity_cut=StatedCut(cut.cut, cut.source, cut.growth, cut.base_total) if cut else None,
        )


@strawberry.input(description="A target to be worked out.")
class TargetInput:
    """A target asked for."""

    framework: TargetFramework = strawberry.field(description="Whose rules, in which version.")
    scopes: list[Scope] = strawberry.field(description="One or more of scopes 1, 2 and 3.")
    scope_2_method: Scope2Method | None = strawberry.field(
        name="scope2Method", default=None, description="Which scope 2 total, where scope 2 is in it."
    )
    base_year: int = strawberry.field(description="Base year.")
    base_value: ExactDecimal = strawberry.field(description="Emissions or intensity of the base year, above 0.")
    target_year: int = strawberry.field(description="Target year, at most 100 years after the base year.")
    method: TargetMethodInput = strawberry.field(description="The method.")


@strawberry.type(description="A target: from what to what, by whose rules.")
class Target:
    """A target."""

    found: strawberry.Private[pure.Target]

    framework: TargetFramework = strawberry.field(description="Whose rules, in which version.")
    method: TargetMethod = strawberry.field(description="How the value follows.")
    metric: TargetMetric = strawberry.field(description="What it is measured in.")
    scopes: list[Scope] = strawberry.field(description="Scopes it is for.")
    scope_2_method: Scope2Method | None = strawberry.field(
        name="scope2Method", description="Which scope 2 total, where scope 2 is in it."
    )
    base_year: int = strawberry.field(description="Base year.")
    base_value: ExactDecimal = strawberry.field(description="Value of the base year.")
    target_year: int = strawberry.field(description="Target year.")
    value: ExactDecimal = strawberry.field(
        description="Value to be reached, rounded to 50 digits, in the unit of the base value."
    )
    reduction: ExactDecimal = strawberry.field(
        description="Reduction from base to target as a fraction of the base value, rounded to 50 digits."
    )
    source: str = strawberry.field(description="Where the rate or the pathway is stated.")

    @strawberry.field(
        description="Part of the way gone: (base - current) / (base - target), rounded to 50 digits; below 0 where "
        "emissions rose."
    )
    def progress(
        self,
        current: Annotated[ExactDecimal, strawberry.argument(description="Value now, in the unit of the base value.")],
    ) -> ExactDecimal:
        """Return the progress."""
        try:
            return ExactDecimal(self.found.progress(current))
        except pure.BadTarget as error:
            raise BadInput(str(error)) from None


@strawberry.type(description="A cut of emissions per output over years, and what it means a year and for the total.")
class DualControl:
    """Dual control."""

    annual_cut: ExactDecimal = strawberry.field(
        description="Cut a year that compounds to the cut, a fraction rounded to 50 digits: 1 - (1 - cut)^(1/years)."
    )
    total: ExactDecimal = strawberry.field(
        description="Total after the years, rounded to 50 digits: base (1 - cut) (1 + growth)^years; it may be above "
        "the base."
    )
    source: str = strawberry.field(description="Document of the rule.")


def target_set(given: TargetInput) -> Target:
    """Work out a target; raises `BadTarget`."""
    found = _by_method(given)
    return Target(
        found=found,
        framework=found.framework,
        method=found.method,
        metric=found.method.metric,
        scopes=sorted(found.scopes),
        scope_2_method=found.scope_2_method,
        base_year=found.base_year,
        base_value=ExactDecimal(found.base_value),
        target_year=found.target_year,
        value=ExactDecimal(found.value),
        reduction=ExactDecimal(found.reduction),
        source=found.source,
    )


def dual_control_of(cut: ExactDecimal, years: int, base: ExactDecimal, growth: ExactDecimal) -> DualControl:
    """Work out dual control; raises `BadTarget`."""
    return DualControl(
        annual_cut=ExactDecimal(pure.annual_cut(cut, years)),
        total=ExactDecimal(pure.total_after(base, cut, growth, years)),
        source=DUAL_CONTROL_SOURCE,
    )


def _by_method(given: TargetInput) -> pure.Target:
    starting = pure.Starting(
        given.framework,
        frozenset(given.scopes),
        given.scope_2_method,
        given.base_year,
        given.base_value,
        given.target_year,
    )
    return given.method.stated().target(starting)


def _rate(given: TargetRateInput | None) -> StatedRate | None:
    return StatedRate(given.ambition, given.annual, given.source, given.counts_from) if given else None


def _pathway(given: SectorPathwayInput) -> pure.Pathway:
    return pure.Pathway(given.base, given.target, given.final, given.source, given.market_share)
