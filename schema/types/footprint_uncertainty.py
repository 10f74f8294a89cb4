"""The uncertainty of a footprint's totals: in closed form from what is declared, or by sampling it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final
from uuid import UUID

import strawberry

from accounting.judgement import footprint_uncertainty as pure
from accounting.judgement.headline_totals import Total
from accounting.judgement.monte_carlo import (
    LEAST_DRAWS,
    BadSimulation,
    SampledLine,
    Simulation,
    simulate,
    simulate_until_stable,
)
from accounting.judgement.uncertainty import BadUncertainty, CombinedUncertainty
from emission_factors.decimals import shown
from schema.enums import MassUnit, Quality, Scope, Scope2Method, UncertaintyFlag, UncertaintyForm
from schema.errors import BadInput
from schema.footprint_detail import FootprintDetail, Parts
from schema.limits import DRAWS_PER_SIMULATION, PRODUCTS_PER_FOOTPRINT_SIMULATION, UNCERTAIN_NAMES
from schema.pages import Connection, sliced
from schema.scalars import ExactDecimal
from schema.types.activities import After, First
from schema.types.emissions import InUnit, mass
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present

_SOURCES: Final = {
    UncertaintyForm.PERCENT: "2006 IPCC Guidelines, volume 1, chapter 3, equations 3.1 and 3.2",
    UncertaintyForm.GSD2: "2006 IPCC Guidelines, volume 1, chapter 3, equations 3.1, 3.2, on logarithms: first order",
}
_SAMPLED: Final = "2006 IPCC Guidelines, volume 1, chapter 3, approach 2"

Form = Annotated[
    UncertaintyForm,
    strawberry.argument(description="How uncertainties are stated; what was declared otherwise: GSD² = 1 + U/100."),
]


@strawberry.type(description="Emissions of which something is to be said, by quantity and factor.")
class ConcernedEmissions:
    """Emissions that something is said of."""

    found: strawberry.Private[pure.Concerned]

    @strawberry.field(description="Activity type of the quantities.")
    def activity_type(self) -> str:
        """Return the activity type."""
        return self.found.activity_type

    @strawberry.field(description="How the quantities came about.")
    def quality(self) -> Quality:
        """Return the quality."""
        return Quality(self.found.quality)

    @strawberry.field(description="Factor.")
    def factor_id(self) -> str:
        """Return the factor."""
        return self.found.factor_id

    @strawberry.field(description="Whether nobody declared the uncertainty of the quantities.")
    def lacks_quantity(self) -> bool:
        """Return whether the quantity is undeclared."""
        return self.found.lacks_quantity

    @strawberry.field(description="Whether nobody declared or published the uncertainty of the factor.")
    def lacks_factor(self) -> bool:
        """Return whether the factor is undeclared."""
        return self.found.lacks_factor

    @strawberry.field(description="CO2e of them.")
    def co2e(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the CO2e."""
        return mass(self.found.emission, unit)

    @strawberry.field(description="Lines they come from.")
    def line_count(self) -> int:
        """Return the number of lines."""
        return self.found.line_count


@strawberry.type(
    description="Uncertainty of a total. What declares none stays outside the interval and is named; inputs that lines "
    "share are fully correlated. Lists hold the largest 100."
)
class TotalUncertainty:
    """Uncertainty of a total."""

    found: strawberry.Private[CombinedUncertainty]
    parts: strawberry.Private[Parts]

    @strawberry.field(description="CO2e of the total.")
    def total(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the total."""
        return mass(self.found.total, unit)

    @strawberry.field(description="CO2e of what declares an uncertainty, quantity and factor both.")
    def covered(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the sum covered."""
        return mass(self.found.covered, unit)

    @strawberry.field(
        description="Uncertainty of `covered` in the form asked for, to 12 places; none where nothing is covered."
    )
    def spread(self) -> ExactDecimal | None:
        """Return the spread."""
        return None if self.found.spread is None else ExactDecimal(shown(self.found.spread))

    @strawberry.field(description="Lower end of the 95 % interval of `covered`.")
    def low(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return the lower end."""
        return None if self.found.low is None else mass(self.found.low, unit)

    @strawberry.field(description="Upper end of the 95 % interval of `covered`.")
    def high(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal | None:
        """Return the upper end."""
        return None if self.found.high is None else mass(self.found.high, unit)

    @strawberry.field(description="What must be said with the interval.")
    def flags(self) -> list[UncertaintyFlag]:
        """Return the flags."""
        return sorted(self.found.flags)

    @strawberry.field(description="What stays outside the interval, and what would have to be declared.")
    def undeclared(self) -> list[ConcernedEmissions]:
        """Return the largest."""
        return _concerned(pure.undeclared(self.parts))

    @strawberry.field(description="Lines outside the interval; a line that two factors complete counts for each.")
    def undeclared_count(self) -> int:
        """Return how many lines are undeclared."""
        return sum(not part.is_declared for part in self.parts)

    @strawberry.field(description="What is above 30 %, or a GSD² of 1.3: too uncertain for a first-order formula.")
    def wide(self) -> list[ConcernedEmissions]:
        """Return the largest."""
        return _concerned(pure.wide(self.parts, self.found))

    @strawberry.field(description="Quantities and factors that several lines share.")
    def shared(self) -> list[str]:
        """Return the codes of the largest."""
        return list(self.found.shared[:UNCERTAIN_NAMES])

    @strawberry.field(description="How many quantities and factors several lines share.")
    def shared_count(self) -> int:
        """Return how many inputs are shared."""
        return len(self.found.shared)


@strawberry.type(description="Uncertainty of a quantity or of a factor.")
class InputUncertainty:
    """Uncertainty of an input."""

    code: str = strawberry.field(description="What it is; lines with one code share it.")
    spread: ExactDecimal | None = strawberry.field(
        description="Its uncertainty in the form asked for; none where nobody declared it."
    )
    stated_as: UncertaintyForm | None = strawberry.field(description="The form it was stated in.")
    document: str = strawberry.field(description="Where it comes from.")

    @classmethod
    def of(cls, found: pure.Input, form: UncertaintyForm) -> "InputUncertainty":
        """Make the type of an input."""
        return cls(
            code=found.code,
            spread=ExactDecimal(shown(found.spread.in_form(form))) if found.spread else None,
            stated_as=found.spread.form if found.spread else None,
            document=found.document,
        )


@strawberry.type(description="What one factor makes of a line, with the uncertainty of its two inputs.")
class UncertainFootprintLine:
    """A part of a footprint."""

    part: strawberry.Private[pure.Part]
    form: strawberry.Private[UncertaintyForm]

    @strawberry.field(description="Activity type.")
    def activity_type(self) -> str:
        """Return the activity type."""
        return self.part.line.activity.code

    @strawberry.field(description="Scope.")
    def scope(self) -> Scope:
        """Return the scope."""
        return self.part.line.line.scope

    @strawberry.field(description="Scope 2 method, for scope 2 lines.")
    def method(self) -> Scope2Method | None:
        """Return the method."""
        return self.part.line.line.method

    @strawberry.field(description="Category within the scope.")
    def category(self) -> str:
        """Return the category."""
        return self.part.line.line.category

    @strawberry.field(description="How the quantity came about.")
    def quality(self) -> Quality:
        """Return the quality."""
        return Quality(self.part.line.quality)

    @strawberry.field(description="Supplier, empty if none.")
    def supplier(self) -> str:
        """Return the supplier."""
        return self.part.line.supplier

    @strawberry.field(description="Factor.")
    def factor_id(self) -> str:
        """Return the factor."""
        return self.part.factor.factor_id

    @strawberry.field(description="CO2e.")
    def co2e(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the CO2e."""
        return mass(self.part.emission, unit)

    @strawberry.field(description="Uncertainty of the quantity.")
    def of_quantity(self) -> InputUncertainty:
        """Return that of the quantity."""
        return InputUncertainty.of(self.part.quantity, self.form)

    @strawberry.field(description="Uncertainty of the factor.")
    def of_factor(self) -> InputUncertainty:
        """Return that of the factor."""
        return InputUncertainty.of(self.part.rate, self.form)

    @strawberry.field(description="Uncertainty of the product, to 12 decimal places; none where one is undeclared.")
    def spread(self) -> ExactDecimal | None:
        """Return that of the product."""
        found = self.part.spread(self.form)
        return None if found is None else ExactDecimal(shown(found))

    @strawberry.field(description="Who reports it.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other lines."""
        return await _tenant(info, self.part.line.tenant)

    @strawberry.field(description="Site it happens at.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other lines."""
        key = self.part.line.site
        return Site.of(present(await info.context.sites.load(key))) if key else None


@strawberry.type(
    description="Uncertainty of a footprint by error propagation, approach 1 of the IPCC: each line is a quantity "
    "times a factor. A factor is one input wherever it is used; a tenant's quantities of one activity type, quality "
    "and supplier at a site are one over all months. Where tenants differ about a factor, the wider uncertainty holds."
)
class FootprintUncertainty:
    """Uncertainty of a footprint."""

    form: UncertaintyForm = strawberry.field(description="How spreads are stated.")
    parts: strawberry.Private[Parts]
    detail: strawberry.Private[FootprintDetail]

    @strawberry.field(description="Document and equations.")
    def source(self) -> str:
        """Return the source."""
        return _SOURCES[self.form]

    @strawberry.field(name="scope1", description="Scope 1.")
    async def scope_1(self) -> TotalUncertainty:
        """Return scope 1."""
        return await self._of(Total.SCOPE_1)

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    async def scope_2_location(self) -> TotalUncertainty:
        """Return scope 2 by location."""
        return await self._of(Total.SCOPE_2_LOCATION)

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    async def scope_2_market(self) -> TotalUncertainty:
        """Return scope 2 by market."""
        return await self._of(Total.SCOPE_2_MARKET)

    @strawberry.field(name="scope3", description="Scope 3.")
    async def scope_3(self) -> TotalUncertainty:
        """Return scope 3."""
        return await self._of(Total.SCOPE_3)

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    async def total_location(self) -> TotalUncertainty:
        """Return the sum with scope 2 by location."""
        return await self._of(Total.TOTAL_LOCATION)

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3.")
    async def total_market(self) -> TotalUncertainty:
        """Return the sum with scope 2 by market."""
        return await self._of(Total.TOTAL_MARKET)

    @strawberry.field(description="Lines with the uncertainty of their quantity and factor, largest CO2e first.")
    def lines(self, first: First = None, after: After = None) -> Connection[UncertainFootprintLine]:
        """Page through the parts."""
        ordered = list(enumerate(self.parts))
        return sliced(
            ordered,
            first,
            after,
            lambda pair: UncertainFootprintLine(part=pair[1], form=self.form),
            lambda pair: str(pair[0]),
        )

    async def _of(self, total: Total) -> TotalUncertainty:
        parts = within(self.parts, total)
        try:
            found = await self.detail.beside(lambda: pure.uncertainty_of(parts, self.form))
        except BadUncertainty as error:
            raise BadInput(str(error)) from None
        return TotalUncertainty(found=found, parts=parts)


@strawberry.type(
    description="A total by sampling, to 9 digits. The same footprint, seed, draws and generator give the same result."
)
class SimulatedTotal:
    """A simulated total."""

    found: strawberry.Private[Simulation]

    @strawberry.field(description="Mean.")
    def mean(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the mean."""
        return mass(self.found.mean, unit)

    @strawberry.field(description="Median.")
    def median(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the median."""
        return mass(self.found.median, unit)

    @strawberry.field(description="2.5 percentile.")
    def low(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the lower end."""
        return mass(self.found.low, unit)

    @strawberry.field(description="97.5 percentile.")
    def high(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the upper end."""
        return mass(self.found.high, unit)

    @strawberry.field(description="Standard error of the mean.")
    def standard_error(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the error of the mean."""
        return mass(self.found.standard_error, unit)

    @strawberry.field(description="Standard error of `low`.")
    def low_error(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the error of the lower end."""
        return mass(self.found.low_error, unit)

    @strawberry.field(description="Standard error of `high`.")
    def high_error(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the error of the upper end."""
        return mass(self.found.high_error, unit)

    @strawberry.field(
        description="Whether 95 % of repetitions would find both ends within 1 % of the interval's width."
    )
    def is_stable(self) -> bool:
        """Return whether the interval is stable."""
        return self.found.is_stable

    @strawberry.field(description="How many draws were made.")
    def draws(self) -> int:
        """Return the draws."""
        return self.found.draws

    @strawberry.field(description="The seed.")
    def seed(self) -> int:
        """Return the seed."""
        return self.found.seed

    @strawberry.field(description="Program, version and random number generator.")
    def generator(self) -> str:
        """Return the generator."""
        return self.found.generator

    @strawberry.field(description="Pairs of quantity and factor without a distribution, which the total leaves out.")
    def undeclared_count(self) -> int:
        """Return how many are left out."""
        return len(self.found.undeclared)


@strawberry.type(
    description="Totals of a footprint by sampling, approach 2 of the IPCC: a percentage is a normal distribution, "
    "GSD² a lognormal one with the emission as its median; what lines share is drawn once. None where nothing is "
    "declared."
)
class FootprintSimulation:
    """Totals by sampling."""

    parts: strawberry.Private[Parts]
    detail: strawberry.Private[FootprintDetail]
    seed_asked: strawberry.Private[int]
    draws_asked: strawberry.Private[int | None]

    @strawberry.field(description="Document and approach.")
    def source(self) -> str:
        """Return the source."""
        return _SAMPLED

    @strawberry.field(name="scope1", description="Scope 1.")
    async def scope_1(self) -> SimulatedTotal | None:
        """Sample scope 1."""
        return await self._of(Total.SCOPE_1)

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    async def scope_2_location(self) -> SimulatedTotal | None:
        """Sample scope 2 by location."""
        return await self._of(Total.SCOPE_2_LOCATION)

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    async def scope_2_market(self) -> SimulatedTotal | None:
        """Sample scope 2 by market."""
        return await self._of(Total.SCOPE_2_MARKET)

    @strawberry.field(name="scope3", description="Scope 3.")
    async def scope_3(self) -> SimulatedTotal | None:
        """Sample scope 3."""
        return await self._of(Total.SCOPE_3)

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    async def total_location(self) -> SimulatedTotal | None:
        """Sample the sum with scope 2 by location."""
        return await self._of(Total.TOTAL_LOCATION)

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3.")
    async def total_market(self) -> SimulatedTotal | None:
        """Sample the sum with scope 2 by market."""
        return await self._of(Total.TOTAL_MARKET)

    async def _of(self, total: Total) -> SimulatedTotal | None:
        lines = pure.sampled_lines(within(self.parts, total))
        if not any(line.is_declared for line in lines):
            return None
        work = _sampling(lines, self.seed_asked, self.draws_asked)
        try:
            return SimulatedTotal(found=await self.detail.beside(work))
        except BadSimulation as error:
            raise BadInput(str(error)) from None


def within(parts: Parts, total: Total) -> Parts:
    """Return the parts of a total."""
    return [part for part in parts if total.takes(part.line.line)]


def _sampling(lines: Sequence[SampledLine], seed: int, draws: int | None) -> Callable[[], Simulation]:
    """Return the sampling of lines, until it is stable if `draws` is None; raises `BadInput` for too much of it."""
    products = sum(line.is_declared for line in lines)
    least = LEAST_DRAWS if draws is None else draws
    if least * products > PRODUCTS_PER_FOOTPRINT_SIMULATION:
        raise BadInput(
            f"{least} draws of {products} pairs of quantity and factor are {least * products} products; at most "
            f"{PRODUCTS_PER_FOOTPRINT_SIMULATION} are made for a total: ask for less of the park, or take approach 1"
        )
    if draws is not None:
        return lambda: simulate(lines, draws, seed)
    most = min(DRAWS_PER_SIMULATION, PRODUCTS_PER_FOOTPRINT_SIMULATION // products)
    return lambda: simulate_until_stable(lines, seed, most)


def _concerned(found: Sequence[pure.Concerned]) -> list[ConcernedEmissions]:
    return [ConcernedEmissions(found=one) for one in found[:UNCERTAIN_NAMES]]


async def _tenant(info: Info, key: UUID | None) -> Tenant | None:
    return Tenant.of(present(await info.context.tenants.load(key))) if key else None
