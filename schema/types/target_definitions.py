"""Targets as they are kept: whose rules, of what, from which base, on which basis."""

from collections.abc import Callable
from decimal import Decimal

import strawberry

from accounting.change.denominators import unit_of
from accounting.change.intensity import BadDenominator
from accounting.scenarios.declared_targets import (
    DeclaredTarget,
    PerUnit,
    PinnedBasis,
    StatedCut,
    StatedRate,
)
from accounting.scenarios.declared_targets import TargetStatus as Status
from accounting.scenarios.targets import BadTarget, Pathway
from schema.enums import (
    ConsolidationApproach,
    GwpSet,
    IntensityDenominator,
    Regime,
    Scope,
    Scope2Method,
    TargetAmbition,
    TargetFramework,
    TargetMethod,
    TargetMetric,
    TargetStatus,
)
from schema.scalars import Day, ExactDecimal
from schema.types.targets import TargetMethodInput


@strawberry.input(description="What an intensity is per, as `declareDenominators` states it.")
class TargetDenominatorInput:
    """A denominator."""

    denominator: IntensityDenominator = strawberry.field(description="What it is.")
    product: str = strawberry.field(default="", description="Name of the product, for OUTPUT.")
    unit: str = strawberry.field(default="", description="Unit, where the denominator has none of its own: 10^4CNY, t.")

    def per(self) -> PerUnit:
        """Return the denominator; raises `targets.BadTarget`."""
        try:
            return PerUnit(self.denominator, self.product.strip(), unit_of(self.denominator, self.unit))
        except BadDenominator as error:
            raise BadTarget(f"per.{error.field}", str(error)) from None


@strawberry.input(
    description="A target to be kept. Values are t CO2e, or t CO2e per unit of the denominator; the basis of its base "
    "year is kept with it."
)
class TargetDefinitionInput:
    """A target."""

    code: str = strawberry.field(description="The tenant's own name of it; declared again it is the next version.")
    name_en: str = strawberry.field(default="", description="English name.")
    name_zh: str = strawberry.field(default="", description="Chinese name.")
    is_of_park: bool = strawberry.field(
        default=False, description="Whether it is of the whole park; only its operator declares that."
    )
    status: TargetStatus = strawberry.field(default=Status.ADOPTED, description="How binding it is.")
    framework: TargetFramework = strawberry.field(description="Whose rules, in which version.")
    scopes: list[Scope] = strawberry.field(description="One or more of scopes 1, 2 and 3.")
    scope_2_method: Scope2Method | None = strawberry.field(
        name="scope2Method", default=None, description="Which scope 2 total, where scope 2 is in it."
    )
    base_year: int = strawberry.field(description="Base year.")
    base_value: ExactDecimal | None = strawberry.field(
        default=None, description="Value of the base year; the ledger's footprint of it if left out."
    )
    base_source: str = strawberry.field(default="", description="What shows the base value; needed with it.")
    target_year: int = strawberry.field(description="Target year, at most 100 years after the base year.")
    method: TargetMethodInput = strawberry.field(description="How the value of the target year follows.")
    per: TargetDenominatorInput | None = strawberry.field(
        default=None, description="What it is per, for the methods of intensities, and only for them."
    )

    def content(self, basis: PinnedBasis) -> DeclaredTarget:
        """Return the target; raises `targets.BadTarget`."""
        return DeclaredTarget(
            code=self.code.strip(),
            name_en=self.name_en.strip(),
            name_zh=self.name_zh.strip(),
            is_of_park=self.is_of_park,
            status=self.status,
            framework=self.framework,
            scopes=tuple(sorted(set(self.scopes))),
            scope_2_method=self.scope_2_method,
            base_year=self.base_year,
            base_value=self.base_value,
            base_source=self.base_source.strip(),
            basis=basis,
            target_year=self.target_year,
            method=self.method.stated(),
            per=self.per.per() if self.per else None,
        )


@strawberry.type(description="What an intensity is per.")
class TargetDenominator:
    """A denominator."""

    denominator: IntensityDenominator = strawberry.field(description="What it is.")
    product: str = strawberry.field(description="The product of OUTPUT, else empty.")
    unit: str = strawberry.field(description="Unit.")


@strawberry.type(description="The basis of a target: of its base year, and but for the release of every year after.")
class TargetBasis:
    """A kept basis."""

    regime: Regime = strawberry.field(description="Accounting regime.")
    gwp_set: GwpSet = strawberry.field(description="GWP table.")
    release: int = strawberry.field(description="Number of the factor release of the base year's figure.")
    approach: ConsolidationApproach | None = strawberry.field(description="Consolidation approach; none without.")
    proxy_regions: list[str] = strawberry.field(description="Regions that may stand in, in order.")
    published_by: Day | None = strawberry.field(description="Only factors published by this day are used.")

    @classmethod
    def of(cls, found: PinnedBasis) -> "TargetBasis":
        """Make the type of a basis."""
        return cls(
            regime=found.regime,
            gwp_set=found.gwp_set,
            release=found.release,
            approach=found.approach,
            proxy_regions=list(found.proxies),
            published_by=Day(found.published_by) if found.published_by else None,
        )


@strawberry.type(description="Emission intensity of a sector over time.")
class StatedPathway:
    """A pathway."""

    base: ExactDecimal = strawberry.field(description="In the base year.")
    target: ExactDecimal = strawberry.field(description="In the target year.")
    final: ExactDecimal = strawberry.field(description="In 2050.")
    market_share: ExactDecimal = strawberry.field(description="Share of output in the base year over the target year.")

    @classmethod
    def of(cls, found: Pathway) -> "StatedPathway":
        """Make the type of a pathway."""
        return cls(
            base=ExactDecimal(found.base),
            target=ExactDecimal(found.target),
            final=ExactDecimal(found.final),
            market_share=ExactDecimal(found.market_share),
        )


@strawberry.type(description="How the value of the target year follows, as stated.")
class StatedTargetMethod:
    """A method."""

    method: TargetMethod = strawberry.field(description="Which.")
    ambition: TargetAmbition | None = strawberry.field(description="Which of the framework's rates, where named.")
    annual: ExactDecimal | None = strawberry.field(description="Reduction a year as a fraction, where stated.")
    counts_from: int | None = strawberry.field(description="Year from which `annual` counts, where stated.")
    cut: ExactDecimal | None = strawberry.field(description="Reduction over all years as a fraction, where stated.")
    growth: ExactDecimal | None = strawberry.field(description="Growth of output a year as a fraction, where stated.")
    base_total: ExactDecimal | None = strawberry.field(description="Total of the base year in t CO2e, where stated.")
    pathway: StatedPathway | None = strawberry.field(description="The sector's pathway, where there is one.")
    source: str = strawberry.field(description="Document; empty where the rate is the framework's own.")

    @classmethod
    def of(cls, found: DeclaredTarget) -> "StatedTargetMethod":
        """Make the type of a method."""
        method = found.method
        rate = method.absolute_contraction or method.economic_intensity or StatedRate()
        cut, pathway = method.own_percentage or method.intensity_cut, method.sectoral_decarbonisation
        return cls(
            method=method.kind,
            ambition=rate.ambition,
            annual=_optional(rate.annual),
            counts_from=rate.counts_from,
            cut=_of(cut, lambda one: one.cut),
            growth=_of(cut, lambda one: one.growth),
            base_total=_of(cut, lambda one: one.base_total),
            pathway=StatedPathway.of(pathway) if pathway else None,
            source=(cut or pathway or rate).source,
        )


@strawberry.type(description="A target that is kept.")
class TargetDefinition:
    """A definition."""

    code: str = strawberry.field(description="The tenant's own name of it.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    is_of_park: bool = strawberry.field(description="Whether it is of the whole park.")
    status: TargetStatus = strawberry.field(description="How binding it is.")
    framework: TargetFramework = strawberry.field(description="Whose rules, in which version.")
    metric: TargetMetric = strawberry.field(description="What it is measured in.")
    unit: str = strawberry.field(description="Unit of its values.")
    scopes: list[Scope] = strawberry.field(description="Scopes it is for.")
    scope_2_method: Scope2Method | None = strawberry.field(
        name="scope2Method", description="Which scope 2 total, where scope 2 is in it."
    )
    base_year: int = strawberry.field(description="Base year.")
    base_value: ExactDecimal | None = strawberry.field(description="Base value as stated; none is the ledger's.")
    base_source: str = strawberry.field(description="What shows the base value.")
    target_year: int = strawberry.field(description="Target year.")
    method: StatedTargetMethod = strawberry.field(description="How the value of the target year follows.")
    per: TargetDenominator | None = strawberry.field(description="What an intensity is per.")
    basis: TargetBasis = strawberry.field(description="The basis it is kept on.")

    @classmethod
    def of(cls, found: DeclaredTarget) -> "TargetDefinition":
        """Make the type of a definition."""
        per = found.per
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            is_of_park=found.is_of_park,
            status=found.status,
            framework=found.framework,
            metric=found.metric,
            unit=found.unit,
            scopes=list(found.scopes),
            scope_2_method=found.scope_2_method,
            base_year=found.base_year,
            base_value=_optional(found.base_value),
            base_source=found.base_source,
            target_year=found.target_year,
            method=StatedTargetMethod.of(found),
            per=TargetDenominator(denominator=per.denominator, product=per.product, unit=per.unit) if per else None,
            basis=TargetBasis.of(found.basis),
        )


def _of(cut: StatedCut | None, part: Callable[[StatedCut], Decimal | None]) -> ExactDecimal | None:
    return _optional(part(cut)) if cut else None


def _optional(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
