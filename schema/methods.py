"""Arithmetic of the standards as questions of their own: stateless, each answer with its source."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Final

import strawberry

from accounting.change.base_year import BadBaseYear
from accounting.change.intensity import BadDenominator, DenominatorConflict
from accounting.consolidation import BadStake, NoStake, StakeConflict
from accounting.judgement.data_quality import BadQuality
from accounting.judgement.monte_carlo import BadSimulation
from accounting.judgement.pedigree import BadScore
from accounting.judgement.uncertainty import BadUncertainty
from accounting.scenarios.abatement import BadMeasure
from accounting.scenarios.targets import BadTarget
from accounting.scope2.grid_losses import BadLosses
from accounting.supply.allocation import PRICE_RATIO_LIMIT, BadAllocation
from schema.enums import (
    AllocationKey,
    ConsolidationApproach,
    IntensityDenominator,
    LeaseKind,
    LeaseParty,
    PedigreeSet,
    UncertaintyForm,
)
from schema.errors import BadInput
from schema.limits import INPUTS_PER_METHOD, ITEMS_PER_METHOD, MONTHS_PER_FOOTPRINT
from schema.scalars import Day, ExactDecimal, Month
from schema.types.abatement import Abatement, AbatementInput, abated
from schema.types.allocation import (
    PhysicalAllocation,
    ProductAllocation,
    ProductInput,
    physical_judged,
    products_divided,
)
from schema.types.boundaries import (
    BaseYearChangeInput,
    BaseYearJudgement,
    BaseYearThresholdInput,
    Consolidation,
    HoldingInput,
    LeasedAsset,
    base_year_judged,
    consolidated,
    lease_placed,
)
from schema.types.cogeneration import Cogeneration, CogenerationOutputsInput, CogenerationRuleInput, plant_divided
from schema.types.data_quality import DataQualityOfTotal, DataQualityPartInput, weighed
from schema.types.footprints import MonthsInput
from schema.types.grid_losses import GridLosses, losses_of
from schema.types.intensity import DenominatorMonthInput, Intensity, related
from schema.types.simulation import SampledLineInput, Simulation, simulated
from schema.types.targets import DualControl, Target, TargetInput, dual_control_of, target_set
from schema.types.uncertainty import (
    BasicUncertaintyInput,
    CombinedUncertainty,
    PedigreeScoresInput,
    PedigreeUncertainty,
    ProductUncertainty,
    SpreadsInput,
    UncertainLineInput,
    combined,
    multiplied,
    scored,
)

Total = Annotated[ExactDecimal, strawberry.argument(description="What is divided: a mass, in any unit.")]
Approach = Annotated[ConsolidationApproach, strawberry.argument(description="How the company draws its boundary.")]

_REFUSALS: Final = (
    BadAllocation,
    BadBaseYear,
    BadDenominator,
    BadLosses,
    BadMeasure,
    BadQuality,
    BadScore,
    BadSimulation,
    BadStake,
    BadTarget,
    BadUncertainty,
    DenominatorConflict,
    NoStake,
    StakeConflict,
)


@strawberry.type(
    description="Arithmetic of the standards. Stateless: nothing is read or stored, and each answer names its source. "
    "Lists hold at most 1,000 items."
)
class Methods:
    """The methods."""

    @strawberry.field(description="What a combined heat and power plant emits, divided between its heat and its power.")
    def cogeneration(
        self,
        total: Total,
        outputs: Annotated[CogenerationOutputsInput, strawberry.argument(description="What the plant delivers.")],
        rule: Annotated[CogenerationRuleInput, strawberry.argument(description="How it is divided.")],
    ) -> Cogeneration:
        """Divide a plant's total."""
        if rule.work_potential:
            _bounded("streams", rule.work_potential.streams)
        with _refusing():
            return plant_divided(total, outputs, rule)

    @strawberry.field(description="What a process emits, divided between its products.")
    def product_allocation(
        self,
        total: Total,
        products: Annotated[list[ProductInput], strawberry.argument(description="The products.")],
        key: Annotated[AllocationKey, strawberry.argument(description="What it is divided by.")],
    ) -> ProductAllocation:
        """Divide a process's total."""
        _bounded("products", products)
        with _refusing():
            return products_divided(total, products, key)

    @strawberry.field(description="Whether products may be divided by mass or energy: their prices must be near.")
    def physical_allocation(
        self,
        prices: Annotated[list[ExactDecimal], strawberry.argument(description="Prices per unit, in one currency.")],
        limit: Annotated[
            ExactDecimal, strawberry.argument(description="Highest ratio of prices at which it is allowed.")
        ] = ExactDecimal(PRICE_RATIO_LIMIT),  # noqa: B008  a constant, not a call that changes
    ) -> PhysicalAllocation:
        """Judge a physical key."""
        _bounded("prices", prices)
        with _refusing():
            return physical_judged(prices, limit)

    @strawberry.field(description="What a company consolidates of an operation over days, by approach.")
    def consolidation(
        self,
        amount: Annotated[ExactDecimal, strawberry.argument(description="Amount of the whole operation, in any unit.")],
        approach: Approach,
        holding: Annotated[HoldingInput, strawberry.argument(description="How the operation is held.")],
        first_day: Annotated[Day, strawberry.argument(description="First day of the amount.")],
        last_day: Annotated[Day, strawberry.argument(description="Last day of the amount, included.")],
    ) -> Consolidation:
        """Consolidate an amount."""
        _bounded("stakes", holding.stakes or ())
        _bounded("equityPercents", holding.equity_percents or ())
        with _refusing():
            return consolidated(amount, approach, holding, first_day, last_day)

    @strawberry.field(description="Where one party of a lease reports the asset.")
    def lease(
        self,
        kind: Annotated[LeaseKind, strawberry.argument(description="How the lease is classified.")],
        party: Annotated[LeaseParty, strawberry.argument(description="Which side the company is on.")],
        approach: Approach,
        operated_by_lessee: Annotated[
            bool, strawberry.argument(description="False only where that is shown and disclosed.")
        ] = True,
    ) -> LeasedAsset:
        """Place a leased asset."""
        return lease_placed(kind, operated_by_lessee, party, approach)

    @strawberry.field(description="Whether changes since the last recalculation make a company restate its base year.")
    def base_year(
        self,
        emissions: Annotated[ExactDecimal, strawberry.argument(description="Base year emissions, in any unit.")],
        threshold: Annotated[BaseYearThresholdInput, strawberry.argument(description="The company's threshold.")],
        changes: Annotated[
            list[BaseYearChangeInput], strawberry.argument(description="Changes, judged together, in the same unit.")
        ],
    ) -> BaseYearJudgement:
        """Judge changes of a base year."""
        _bounded("changes", changes)
        with _refusing():
            return base_year_judged(emissions, threshold, changes)

    @strawberry.field(description="Uncertainty of a total, by error propagation; inputs that lines share act once.")
    async def uncertainty(
        self,
        lines: Annotated[
            list[UncertainLineInput], strawberry.argument(description="Lines, with at most 2,000 inputs together.")
        ],
        form: Annotated[UncertaintyForm, strawberry.argument(description="How uncertainties are stated.")],
    ) -> CombinedUncertainty:
        """Combine uncertainties beside the event loop: logarithms of 60 digits take their time."""
        _bounded("lines", lines)
        _bounded("inputs of the lines", [one for line in lines for one in line.inputs], INPUTS_PER_METHOD)
        with _refusing():
            return await asyncio.to_thread(combined, lines, form)

    @strawberry.field(description="Uncertainty of a product of independent quantities.")
    async def uncertainty_of_product(
        self, spreads: Annotated[SpreadsInput, strawberry.argument(description="Their uncertainties.")]
    ) -> ProductUncertainty:
        """Multiply uncertain quantities."""
        _bounded("percents", spreads.percents or ())
        _bounded("gsd2s", spreads.gsd2s or ())
        with _refusing():
            return await asyncio.to_thread(multiplied, spreads)

    @strawberry.field(description="Uncertainty of a quantity from its data quality scores.")
    def pedigree(
        self,
        factor_set: Annotated[
            PedigreeSet, strawberry.argument(name="set", description="Publication of the factors of scores.")
        ],
        scores: Annotated[PedigreeScoresInput, strawberry.argument(description="Scores by indicator.")],
        basic: Annotated[
            BasicUncertaintyInput | None,
            strawberry.argument(description="Basic uncertainty; the scores alone count if left out."),
        ] = None,
    ) -> PedigreeUncertainty:
        """Turn scores into an uncertainty."""
        with _refusing():
            return scored(factor_set, scores, basic)

    @strawberry.field(description="Uncertainty of a total by sampling; reproducible by its seed.")
    async def simulation(
        self,
        lines: Annotated[
            list[SampledLineInput],
            strawberry.argument(description="Lines; draws times inputs of all lines is at most 10,000,000."),
        ],
        seed: Annotated[int, strawberry.argument(description="Seed, 0 or more.")],
        draws: Annotated[
            int | None,
            strawberry.argument(
                description="Draws, 10,000 to 1,000,000; if left out, doubled from 10,000 until the result is stable."
            ),
        ] = None,
    ) -> Simulation:
        """Sample a total beside the event loop."""
        _bounded("lines", lines)
        with _refusing():
            return await asyncio.to_thread(simulated, lines, seed, draws)

    @strawberry.field(description="What a total's emissions rest on, weighted by emission.")
    def data_quality(
        self, parts: Annotated[list[DataQualityPartInput], strawberry.argument(description="Parts of the total.")]
    ) -> DataQualityOfTotal:
        """Weigh data quality."""
        _bounded("parts", parts)
        with _refusing():
            return weighed(parts)

    @strawberry.field(description="Emissions per unit of output, area, revenue, headcount and the like.")
    def intensity(
        self,
        co2e_kg: Annotated[ExactDecimal, strawberry.argument(description="Emissions of the period in kg CO2e.")],
        denominator: Annotated[IntensityDenominator, strawberry.argument(description="What they are related to.")],
        period: Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")],
        stated: Annotated[
            list[DenominatorMonthInput],
            strawberry.argument(description="The denominator by month; months outside the period do not count."),
        ],
    ) -> Intensity:
        """Relate emissions to a denominator."""
        _bounded("stated", stated)
        months = _months(period)
        with _refusing():
            return related(co2e_kg, denominator, months, stated)

    @strawberry.field(description="Electricity lost on the way to who consumes it, and what that emits.")
    def grid_losses(
        self,
        consumed: Annotated[ExactDecimal, strawberry.argument(description="Electricity consumed, in any unit.")],
        loss_rate: Annotated[ExactDecimal, strawberry.argument(description="Loss rate as a fraction, like 0.0438.")],
        factor: Annotated[ExactDecimal, strawberry.argument(description="Emission factor, a mass per that unit.")],
    ) -> GridLosses:
        """Return the losses."""
        with _refusing():
            return losses_of(consumed, loss_rate, factor)

    @strawberry.field(description="What a published method of setting targets asks for in a year.")
    def target(
        self,
        target: Annotated[TargetInput, strawberry.argument(name="input", description="The target to be worked out.")],
    ) -> Target:
        """Work out a target."""
        with _refusing():
            return target_set(target)

    @strawberry.field(description="What a cut of emissions per output over years means a year, and for the total.")
    def dual_control(
        self,
        cut: Annotated[ExactDecimal, strawberry.argument(description="Cut over all years as a fraction, like 0.17.")],
        years: Annotated[int, strawberry.argument(description="How many years, 1 to 100.")],
        base: Annotated[ExactDecimal, strawberry.argument(description="Total of the first year, in any unit.")],
        growth: Annotated[ExactDecimal, strawberry.argument(description="Growth of output a year as a fraction.")],
    ) -> DualControl:
        """Work out dual control."""
        with _refusing():
            return dual_control_of(cut, years, base, growth)

    @strawberry.field(description="What an abatement measure costs a year and per tonne avoided.")
    def abatement(
        self,
        measure: Annotated[AbatementInput, strawberry.argument(name="input", description="The measure.")],
    ) -> Abatement:
        """Cost a measure."""
        with _refusing():
            return abated(measure)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what the arithmetic refuses into an error the client may read, with the arithmetic's own message."""
    try:
        yield
    except _REFUSALS as error:
        raise BadInput(str(error)) from None


def _bounded(field: str, items: Sequence[object], most: int = ITEMS_PER_METHOD) -> None:
    if len(items) > most:
        raise BadInput(f"{field} holds {len(items)}; at most {most} are accepted")


def _months(period: MonthsInput) -> list[Month]:
    first, last = (month.year * 12 + month.month - 1 for month in (period.first, period.last))
    if not 0 <= last - first < MONTHS_PER_FOOTPRINT:
        raise BadInput(
            f"the period spans {last - first + 1} months; accepted is 1 to {MONTHS_PER_FOOTPRINT}, first before last"
        )
    return [Month(period.first.replace(year=at // 12, month=at % 12 + 1)) for at in range(first, last + 1)]
