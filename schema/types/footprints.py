"""Footprints: totals by scope, groups, lines down to activities, and what is missing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from accounting import footprints as pure
from accounting import grouping, outside
from accounting.amounts import added
from accounting.basis import Basis as PureBasis
from accounting.explanation import in_usual_unit
from accounting.grouping import Dimension as PureDimension
from emission_factors.activity_types import Scope
from emission_factors.units import Unit
from ledger.activities.reading import ActivityFilter
from ledger.footprints.footprints import Boundary
from schema.enums import IntensityDenominator, Quality, Scope2Method
from schema.errors import BadInput
from schema.footprint_detail import FootprintDetail
from schema.intensities import Related, related
from schema.pages import Connection, sliced
from schema.scalars import ExactDecimal, Month
from schema.types.activities import Activity, After, First, activity_connection
from schema.types.basis import Basis
from schema.types.catalogue import InventoryLine
from schema.types.denominators import FootprintIntensity
from schema.types.emissions import Emissions, Explanation, LineGap
from schema.types.footprint_judgement import Judged
from schema.types.info import Info
from schema.types.knowledge import Knowledge, knowledge_of
from schema.types.matching import InstrumentMatching
from schema.types.outside import OutsideScopes
from schema.types.registry import Site, Tenant, present
from schema.types.required_totals import RequiredTotal, totals_required
from schema.types.scope3 import Scope3Category, scope3_categories_of


@strawberry.input(description="Whose footprint: a park, a tenant or a site.", one_of=True)
class BoundaryInput:
    """A boundary; exactly one part is given."""

    park_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Every tenant of a park.")
    tenant_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="One tenant.")
    site_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="One site.")


@strawberry.input(description="A period of whole months, both included.")
class MonthsInput:
    """Months."""

    first: Month = strawberry.field(description="First month.")
    last: Month = strawberry.field(description="Last month.")


@strawberry.type(description="Sums by scope. The two scope 2 totals stand side by side and are never added.")
class ScopeTotals:
    """Totals."""

    found: strawberry.Private[grouping.Totals]

    @strawberry.field(name="scope1", description="Scope 1.")
    def scope_1(self) -> Emissions:
        """Return scope 1."""
        return Emissions(amounts=self.found.scope_1)

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    def scope_2_location(self) -> Emissions:
        """Return scope 2 by location."""
        return Emissions(amounts=self.found.scope_2_location)

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    def scope_2_market(self) -> Emissions:
        """Return scope 2 by market."""
        return Emissions(amounts=self.found.scope_2_market)

    @strawberry.field(name="scope3", description="Scope 3.")
    def scope_3(self) -> Emissions:
        """Return scope 3."""
        return Emissions(amounts=self.found.scope_3)

    @strawberry.field(
        description="Lines outside the scopes that emit. Claims such as offsets are in no total, and the biogenic CO2 "
        "of lines in the scopes stands with those; see `outsideScopes`."
    )
    def outside(self) -> Emissions:
        """Return what is outside."""
        return Emissions(amounts=self.found.outside)

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    def total_location(self) -> Emissions:
        """Return the sum with scope 2 by location."""
        return Emissions(amounts=added((self.found.scope_1, self.found.scope_2_location, self.found.scope_3)))

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3.")
    def total_market(self) -> Emissions:
        """Return the sum with scope 2 by market."""
        return Emissions(amounts=added((self.found.scope_1, self.found.scope_2_market, self.found.scope_3)))


@strawberry.type(description="Totals of one combination of the dimensions asked for; the others are none.")
class FootprintGroup(Judged):
    """A group."""

    scope: Scope | None = strawberry.field(description="Scope, if grouped by it.")
    category: str | None = strawberry.field(description="Category within its scope, if grouped by it.")
    activity_type: str | None = strawberry.field(description="Activity type, if grouped by it.")
    gas: str | None = strawberry.field(
        description="Gas, if grouped by it; UNSPLIT for what the publisher does not split."
    )
    month: Month | None = strawberry.field(description="Month, if grouped by it.")
    quality: Quality | None = strawberry.field(description="How the quantities came about, if grouped by it.")
    totals: ScopeTotals = strawberry.field(description="Totals of the group.")
    tenant_key: strawberry.Private[UUID | None]
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="Tenant, if grouped by it.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other groups."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key))) if self.tenant_key else None

    @strawberry.field(description="Site, if grouped by it.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other groups."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: grouping.Group, detail: FootprintDetail) -> "FootprintGroup":
        """Make the type of a group."""
        key: Mapping[PureDimension, object] = found.key
        return cls(
            scope=key.get(PureDimension.SCOPE),  # type: ignore[arg-type]
            category=key.get(PureDimension.CATEGORY),  # type: ignore[arg-type]
            activity_type=key.get(PureDimension.ACTIVITY_TYPE),  # type: ignore[arg-type]
            gas=key.get(PureDimension.GAS),  # type: ignore[arg-type]
            month=key.get(PureDimension.MONTH),  # type: ignore[arg-type]
            quality=key.get(PureDimension.QUALITY),  # type: ignore[arg-type]
            totals=ScopeTotals(found=found.totals),
            tenant_key=key.get(PureDimension.TENANT),  # type: ignore[arg-type]
            site_key=key.get(PureDimension.SITE),  # type: ignore[arg-type]
            detail=detail,
            group_key=key,
        )


@strawberry.type(description="One inventory line of a footprint: a quantity, its factor, what it emits, and why.")
class FootprintLine:
    """A line."""

    found: strawberry.Private[pure.FootprintLine]
    basis: strawberry.Private[PureBasis]
    tenants: strawberry.Private[tuple[UUID, ...]]
    only_site: strawberry.Private[UUID | None]

    @strawberry.field(description="The inventory line.")
    def line(self) -> InventoryLine:
        """Return the line."""
        return InventoryLine.of(self.found.line)

    @strawberry.field(description="Scope.")
    def scope(self) -> Scope:
        """Return the scope."""
        return self.found.line.scope

    @strawberry.field(description="Scope 2 method, for scope 2 lines.")
    def method(self) -> Scope2Method | None:
        """Return the method."""
        return self.found.line.method

    @strawberry.field(description="Activity type, qualifier included.")
    def activity_type(self) -> str:
        """Return the activity type."""
        return self.found.activity.code

    @strawberry.field(description="English name of the activity type.")
    def name_en(self) -> str:
        """Return the English name."""
        return self.found.activity.name_en

    @strawberry.field(description="Chinese name of the activity type.")
    def name_zh(self) -> str:
        """Return the Chinese name."""
        return self.found.activity.name_zh

    @strawberry.field(description="Region whose factors apply.")
    def region(self) -> str:
        """Return the region."""
        return self.found.region

    @strawberry.field(description="How the quantity came about, where the footprint keeps that apart.")
    def quality(self) -> Quality | None:
        """Return the quality."""
        return Quality(self.found.quality) if self.found.quality else None

    @strawberry.field(description="Supplier, empty if none.")
    def supplier(self) -> str:
        """Return the supplier."""
        return self.found.supplier

    @strawberry.field(description="First month of the quantity.")
    def first_month(self) -> Month:
        """Return the first month."""
        return Month(self.found.first_month)

    @strawberry.field(description="Last month of the quantity.")
    def last_month(self) -> Month:
        """Return the last month."""
        return Month(self.found.last_month)

    @strawberry.field(description="Quantity in `unit`.")
    def quantity(self) -> ExactDecimal:
        """Return the quantity."""
        return ExactDecimal(self._shown()[0])

    @strawberry.field(description="Unit of the quantity: the activity type's usual one where that is exact.")
    def unit(self) -> str:
        """Return the unit."""
        return self._shown()[1].code

    @strawberry.field(
        description="Share of the quantity that the boundary takes in, 1 for all; the emissions are of that share."
    )
    def share(self) -> ExactDecimal:
        """Return the share."""
        return ExactDecimal(self.found.share)

    @strawberry.field(description="Activities summed in the line.")
    def row_count(self) -> int:
        """Return the number of rows; a row over several months counts in each."""
        return self.found.row_count

    @strawberry.field(description="What it emits.")
    def emissions(self) -> Emissions:
        """Return the emissions."""
        return Emissions(amounts=self.found.amounts)

    @strawberry.field(description="Why: steps, factor with its citation, rule, losing candidates.")
    def explanation(self) -> Explanation:
        """Return the explanation."""
        quantity, shown_in = self._shown()
        return Explanation(
            resolved=self.found.resolved,
            quantity=quantity,
            counted_in=shown_in,
            gwp=self.basis.gwp_set,
            share=self.found.share,
        )

    @strawberry.field(description="Tenant, where the footprint keeps tenants apart.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other lines."""
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant))) if self.found.tenant else None

    @strawberry.field(description="Site, where the footprint keeps sites apart.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other lines."""
        return Site.of(present(await info.context.sites.load(self.found.site))) if self.found.site else None

    @strawberry.field(description="The activities behind the line, with their documents.")
    async def activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        """Page through the activities whose period touches the line's months."""
        last_day = (self.found.last_month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        wanted = ActivityFilter(
            tenants=(self.found.tenant,) if self.found.tenant else self.tenants,
            site=self.found.site or self.only_site,
            activity_types=(self.found.activity.code,),
            supplier=self.found.supplier,
            base_unit=self.found.unit.code,
            region=self.found.region,
            quality=self.found.quality or None,
            first=self.found.first_month,
            last=last_day,
            known_at=self.basis.known_at,
        )
        return await activity_connection(info.context, wanted, first, after)

    def _shown(self) -> tuple[Decimal, Unit]:
        return in_usual_unit(self.found.activity, self.found.quantity, self.found.unit)


@strawberry.type(description="A line missing from the totals: a quantity for which no factor was found.")
class FootprintGap:
    """A gap of a footprint."""

    activity_type: str = strawberry.field(description="Activity type.")
    region: str = strawberry.field(description="Region.")
    supplier: str = strawberry.field(description="Supplier, empty if none.")
    quantity: ExactDecimal = strawberry.field(description="Quantity without a factor.")
    unit: str = strawberry.field(description="Base unit of the quantity.")
    first_month: Month = strawberry.field(description="First month.")
    last_month: Month = strawberry.field(description="Last month.")
    gap: LineGap = strawberry.field(description="The line, and why no factor was found.")

    @classmethod
    def of(cls, found: pure.FootprintGap) -> "FootprintGap":
        """Make the type of a gap."""
        return cls(
            activity_type=found.activity.code,
            region=found.region,
            supplier=found.supplier,
            quantity=ExactDecimal(found.quantity),
            unit=found.unit.code,
            first_month=Month(found.first_month),
            last_month=Month(found.last_month),
            gap=LineGap.of(found.gap),
        )


@strawberry.type(description="A footprint. Every total is the exact sum of its lines; gaps are missing, not zero.")
class Footprint(Judged):
    """A footprint."""

    basis: Basis = strawberry.field(description="The basis it was computed on.")
    first_month: Month = strawberry.field(description="First month.")
    last_month: Month = strawberry.field(description="Last month.")
    is_complete: bool = strawberry.field(description="Whether every line posted has a factor.")
    gaps: list[FootprintGap] = strawberry.field(description="Lines without a factor.")
    found: strawberry.Private[pure.Footprint]
    pure_basis: strawberry.Private[PureBasis]
    by: strawberry.Private[Sequence[PureDimension]]
    tenants: strawberry.Private[tuple[UUID, ...]]
    only_site: strawberry.Private[UUID | None]
    grouped: strawberry.Private[Sequence[grouping.Group] | None]

    @strawberry.field(
        description="What contractual instruments cover, and what of them is refused; none where nobody holds any."
    )
    def instruments(self) -> InstrumentMatching | None:
        """Return the matching."""
        return InstrumentMatching.of(self.found.matching) if self.found.matching else None

    @strawberry.field(
        description="How the quantities of the boundary's tenants were found as they were known. Not of the answer "
        "itself: the same instant may be answered in another way tomorrow."
    )
    async def knowledge(self, info: Info) -> list[Knowledge]:
        """Return the ways that were taken."""
        return await knowledge_of(info.context, self.pure_basis, self.tenants, self.first_month, self.last_month)

    @strawberry.field(description="The totals that a report under the regime must contain, in the report's order.")
    def required_totals(self) -> list[RequiredTotal]:
        """Return the required totals."""
        return totals_required(self.found, self.pure_basis.regime.code)

    @strawberry.field(description="The footprint per unit of a denominator that its tenants declared month by month.")
    async def intensity(
        self,
        info: Info,
        denominator: Annotated[IntensityDenominator, strawberry.argument(description="What it is related to.")],
        product: Annotated[str, strawberry.argument(description="The product, for OUTPUT.")] = "",
        unit: Annotated[str, strawberry.argument(description="The unit; the only one stated if left out.")] = "",
    ) -> FootprintIntensity:
        """Relate the footprint to a denominator."""
        within = Boundary(self.tenants, self.only_site)
        asked = Related(grouping.totals(self.found.lines), self.pure_basis, within, self.first_month, self.last_month)
        return await related(info.context, asked, denominator, product, unit)

    @strawberry.field(description="The fifteen scope 3 categories, in order, with what was decided about each.")
    async def scope3_categories(self, info: Info) -> list[Scope3Category]:
        """Return each category, those without lines too."""
        is_whole = self.only_site is None
        return await scope3_categories_of(info.context, self.found, self.pure_basis, self.tenants, is_whole=is_whole)

    @strawberry.field(description="Totals.")
    def totals(self) -> ScopeTotals:
        """Return the totals."""
        return ScopeTotals(found=grouping.totals(self.found.lines))

    @strawberry.field(description="What stands beside the scopes: in no total, never netted.")
    def outside_scopes(self) -> OutsideScopes:
        """Return what is outside."""
        return OutsideScopes(found=outside.outside_scopes(self.found.lines))

    @strawberry.field(
        description="Totals for each combination of the dimensions of `groupBy`, in the order of these: scopes and "
        "categories of scope 3 by number, months in time, tenants and sites as registered, the rest by code."
    )
    def groups(self) -> list[FootprintGroup]:
        """Return the groups, by key."""
        if not self.by:
            return []
        found = grouping.grouped(self.found.lines, self.by) if self.grouped is None else self.grouped
        return [FootprintGroup.of(group, self.detail) for group in found]

    @strawberry.field(description="Inventory lines, largest CO2e first.")
    def lines(self, first: First = None, after: After = None) -> Connection[FootprintLine]:
        """Page through the lines."""
        ordered = sorted(enumerate(self.found.lines), key=lambda pair: -pair[1].amounts.co2e)
        return sliced(ordered, first, after, lambda pair: self._line(pair[1]), lambda pair: str(pair[0]))

    def _line(self, found: pure.FootprintLine) -> FootprintLine:
        return FootprintLine(found=found, basis=self.pure_basis, tenants=self.tenants, only_site=self.only_site)

    @classmethod
    def of(
        cls,
        found: pure.Footprint,
        basis: PureBasis,
        months: MonthsInput,
        by: Sequence[PureDimension],
        tenants: tuple[UUID, ...],
        only_site: UUID | None,
        grouped: Sequence[grouping.Group] | None = None,
    ) -> "Footprint":
        """Make the type of a footprint; its groups are made where they are asked for, unless `grouped` has them."""
        return cls(
            basis=Basis.of(basis),
            first_month=months.first,
            last_month=months.last,
            is_complete=not found.gaps,
            gaps=[FootprintGap.of(gap) for gap in found.gaps],
            found=found,
            pure_basis=basis,
            by=by,
            tenants=tenants,
            only_site=only_site,
            detail=FootprintDetail(basis, Boundary(tenants, only_site), months.first, months.last, by),
            group_key=None,
            grouped=grouped,
        )


def distinct(by: Sequence[PureDimension]) -> list[PureDimension]:
    """Return the dimensions to group by; raises `BadInput` where one is named twice."""
    if len(set(by)) != len(by):
        raise BadInput(f"groupBy names a dimension twice: {', '.join(by)}")
    return list(by)
