"""Denominators as tenants declare them, and footprints related to them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import strawberry

from accounting.amounts import added
from accounting.change import denominators, intensity
from accounting.grouping import Totals
from accounting.regimes import Regime
from emission_factors.activity_types import Scope
from schema.enums import IntensityDenominator, IntensityStatus
from schema.global_ids import decode_uuid
from schema.scalars import ExactDecimal, Month
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present

_SOURCE: Final = "GHG Protocol Corporate Standard (2004), chapter 9, ratio indicators"


@strawberry.input(description="What a tenant, or one site of it, produced, occupied or earned in a month.")
class DenominatorInput:
    """A denominator of a month."""

    denominator: IntensityDenominator = strawberry.field(description="What it is.")
    product: str = strawberry.field(
        default="", description="Name of the product, for OUTPUT; the others are of the whole tenant or site."
    )
    unit: str = strawberry.field(
        default="",
        description="For OUTPUT a unit of the table, such as t, or what a piece is called; for REVENUE, OUTPUT_VALUE "
        "and VALUE_ADDED a currency such as CNY or 10^4CNY, at prices of the month. The others have a unit of their "
        "own: m2, person, bed-day, dose, tce. Stated in another unit it is another denominator, beside the first.",
    )
    month: Month = strawberry.field(description="The month.")
    value: ExactDecimal = strawberry.field(description="Value, 0 or more.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="The site; the whole tenant if left out. Neither is worked out of the other."
    )
    document: str = strawberry.field(default="", description="What shows it.")

    def content(self) -> denominators.DenominatorMonth:
        """Return the denominator; raises `intensity.BadDenominator`."""
        return denominators.DenominatorMonth(
            denominator=self.denominator,
            product=self.product.strip(),
            unit=denominators.unit_of(self.denominator, self.unit),
            month=self.month,
            value=self.value,
            site=decode_uuid(self.site_id, "Site") if self.site_id else None,
            document=self.document.strip(),
        )


@strawberry.type(description="A denominator of a month, as declared.")
class DeclaredDenominator:
    """A denominator."""

    denominator: IntensityDenominator = strawberry.field(description="What it is.")
    product: str = strawberry.field(description="The product of OUTPUT, else empty.")
    unit: str = strawberry.field(description="Unit.")
    month: Month = strawberry.field(description="The month.")
    value: ExactDecimal = strawberry.field(description="Value.")
    document: str = strawberry.field(description="What shows it.")
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The site; none is the whole tenant.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: denominators.DenominatorMonth) -> "DeclaredDenominator":
        """Make the type of a denominator."""
        return cls(
            denominator=found.denominator,
            product=found.product,
            unit=found.unit,
            month=Month(found.month),
            value=ExactDecimal(found.value),
            document=found.document,
            site_key=found.site,
        )


@strawberry.type(description="A denominator of the boundary in one month: the sum over its tenants.")
class DenominatorMonth:
    """A month."""

    month: Month = strawberry.field(description="The month.")
    value: ExactDecimal = strawberry.field(description="Value.")


@strawberry.type(description="Months that a tenant did not state.")
class MissingDenominator:
    """What is missing."""

    months: list[Month] = strawberry.field(description="The months, in order.")
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))


@strawberry.type(
    description="A footprint per unit of a denominator, t CO2e rounded to 50 digits. The figures are none unless the "
    "status is DEFINED, and where the regime does not report the scope. Emissions are those of the footprint, without "
    "its gaps; denominators are as tenants declared them, and are not multiplied with shares of holdings."
)
class FootprintIntensity:
    """An intensity."""

    denominator: IntensityDenominator = strawberry.field(description="What emissions are related to.")
    product: str = strawberry.field(description="The product of OUTPUT, else empty.")
    per: str = strawberry.field(description="Unit of the denominator; empty where no month names one.")
    status: IntensityStatus = strawberry.field(
        description="Whether there is an intensity: a group has one where each tenant with emissions stated each month."
    )
    size: ExactDecimal | None = strawberry.field(
        description="Sum, or for area and headcount mean, of `months`; none where there is no month."
    )
    months: list[DenominatorMonth] = strawberry.field(description="Months that every tenant stated, in order.")
    missing: list[MissingDenominator] = strawberry.field(description="Who did not state which months.")
    source: str = strawberry.field(description="Document and clause.")
    whole: strawberry.Private[denominators.Gathered]
    totals: strawberry.Private[Totals]
    regime: strawberry.Private[Regime]
    left_out_keys: strawberry.Private[Sequence[UUID]]

    @strawberry.field(description="Tenants that state a denominator and have no emissions here; theirs do not count.")
    async def left_out(self, info: Info) -> list[Tenant]:
        """Load the tenants."""
        return [Tenant.of(present(await info.context.tenants.load(key))) for key in self.left_out_keys]

    @strawberry.field(name="scope1", description="Scope 1.")
    def scope_1(self) -> ExactDecimal | None:
        """Return scope 1 per unit."""
        return self._per_unit("scope_1")

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    def scope_2_location(self) -> ExactDecimal | None:
        """Return scope 2 by location per unit."""
        return self._per_unit("scope_2_location")

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    def scope_2_market(self) -> ExactDecimal | None:
        """Return scope 2 by market per unit."""
        return self._per_unit("scope_2_market")

    @strawberry.field(name="scope3", description="Scope 3.")
    def scope_3(self) -> ExactDecimal | None:
        """Return scope 3 per unit."""
        return self._per_unit("scope_3")

    @strawberry.field(name="scopes1And2Location", description="Scopes 1 and 2, location-based.")
    def scopes_1_and_2_location(self) -> ExactDecimal | None:
        """Return scopes 1 and 2 by location per unit."""
        return self._per_unit("scope_1", "scope_2_location")

    @strawberry.field(name="scopes1And2Market", description="Scopes 1 and 2, market-based.")
    def scopes_1_and_2_market(self) -> ExactDecimal | None:
        """Return scopes 1 and 2 by market per unit."""
        return self._per_unit("scope_1", "scope_2_market")

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    def total_location(self) -> ExactDecimal | None:
        """Return all scopes by location per unit."""
        return self._per_unit("scope_1", "scope_2_location", "scope_3")

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3.")
    def total_market(self) -> ExactDecimal | None:
        """Return all scopes by market per unit."""
        return self._per_unit("scope_1", "scope_2_market", "scope_3")

    def _per_unit(self, *scopes: str) -> ExactDecimal | None:
        has_scopes = "scope_3" not in scopes or Scope.SCOPE_3 in self.regime.scopes
        if not has_scopes or ("scope_2_market" in scopes and not self.regime.has_market_based):
            return None
        co2e = added(getattr(self.totals, scope) for scope in scopes).co2e
        return _optional(self.whole.intensity(co2e).tonnes_per_unit)

    @classmethod
    def of(
        cls,
        whole: denominators.Gathered,
        wanted: denominators.Wanted,
        totals: Totals,
        regime: Regime,
        left_out: Sequence[UUID],
    ) -> "FootprintIntensity":
        """Make the type of a footprint's denominator."""
        found: intensity.Intensity = whole.intensity(totals.scope_1.co2e)
        missing = [
            MissingDenominator(months=[Month(month) for month in months], tenant_key=tenant)
            for tenant, months in whole.missing.items()
        ]
        return cls(
            denominator=whole.denominator,
            product=wanted.product,
            per=whole.unit,
            status=found.status,
            size=_optional(found.denominator),
            months=[DenominatorMonth(month=Month(one.month), value=ExactDecimal(one.value)) for one in whole.months],
            missing=missing,
            source=_SOURCE,
            whole=whole,
            totals=totals,
            regime=regime,
            left_out_keys=left_out,
        )


def _optional(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
