"""Bridges between footprints: what leads from one to the other, line by line."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import strawberry

from accounting.change import footprint_bridge as pure
from accounting.change.bridge import BridgeLine, Effect
from accounting.grouping import Dimension
from emission_factors import decimals
from emission_factors.activity_types import Scope
from schema.enums import MassUnit, Scope2Method
from schema.pages import Connection, sliced
from schema.scalars import ExactDecimal
from schema.types.activities import After, First
from schema.types.basis import Basis, BasisInput
from schema.types.catalogue import InventoryLine
from schema.types.emissions import InUnit, mass
from schema.types.footprints import MonthsInput
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.input(description="One of the two footprints of a bridge.")
class BridgedFootprintInput:
    """Months and basis."""

    period: MonthsInput = strawberry.field(description="Which months, both included.")
    basis: BasisInput | None = strawberry.field(
        default=None, description="Regime, GWP set, factor release, day of knowledge and the like."
    )


@strawberry.type(
    description="What a difference comes from, by the additive logarithmic mean Divisia index (LMDI I, Ang 2005), "
    "which leaves no residual. Before and all five add up to after."
)
class BridgeEffects:
    """The effects of one difference, to a nanogram; see `shown`."""

    found: strawberry.Private[Mapping[Effect, Decimal]]

    @strawberry.field(description="More or less was done, or an operation appears or disappears.")
    def activity(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the effect of activity."""
        return mass(self.found[Effect.ACTIVITY], unit)

    @strawberry.field(description="A unit of activity emits another mass of gas.")
    def factor(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the effect of factors."""
        return mass(self.found[Effect.FACTOR], unit)

    @strawberry.field(description="A mass of gas counts for another mass of CO2e.")
    def gwp(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the effect of GWPs."""
        return mass(self.found[Effect.GWP], unit)

    @strawberry.field(description="Another share of an operation is consolidated, or a lease places it elsewhere.")
    def boundary(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the effect of the boundary."""
        return mass(self.found[Effect.BOUNDARY], unit)

    @strawberry.field(
        description="A line is worked out in another way (supplier's figure for a published one, another kind of "
        "average, a certificate), or only one of the two counts it; its numbers do not compare."
    )
    def method(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the effect of methods."""
        return mass(self.found[Effect.METHOD], unit)


@strawberry.type(description="Emissions before and after, and what their difference comes from.")
class Bridged:
    """Two numbers and the effects between them."""

    kilograms_before: strawberry.Private[Decimal]
    kilograms_after: strawberry.Private[Decimal]
    exact_effects: strawberry.Private[Mapping[Effect, Decimal]]

    @strawberry.field(description="CO2e before.")
    def before(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return what it was."""
        return mass(self.kilograms_before, unit)

    @strawberry.field(description="CO2e after.")
    def after(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return what it is."""
        return mass(self.kilograms_after, unit)

    @strawberry.field(description="After less before.")
    def difference(self, unit: InUnit = MassUnit.KILOGRAM) -> ExactDecimal:
        """Return the difference of what is shown."""
        return mass(_difference(self.kilograms_before, self.kilograms_after), unit)

    @strawberry.field(description="What the difference comes from.")
    def effects(self) -> BridgeEffects:
        """Return the effects."""
        return BridgeEffects(found=shown(self.kilograms_before, self.kilograms_after, self.exact_effects))


@strawberry.type(description="The bridge of one combination of the dimensions asked for; the others are none.")
class BridgeGroup(Bridged):
    """A group."""

    scope: Scope | None = strawberry.field(description="Scope, if grouped by it.")
    category: str | None = strawberry.field(description="Category within its scope, if grouped by it.")
    activity_type: str | None = strawberry.field(description="Activity type, if grouped by it.")
    gas: str | None = strawberry.field(
        description="Gas, if grouped by it; UNSPLIT for what the publisher does not split."
    )
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
    def of(cls, found: pure.BridgeGroup) -> "BridgeGroup":
        """Make the type of a group."""
        key = found.key
        return cls(
            kilograms_before=found.before,
            kilograms_after=found.after,
            exact_effects=found.effects,
            scope=key.get(Dimension.SCOPE),  # type: ignore[arg-type]
            category=key.get(Dimension.CATEGORY),  # type: ignore[arg-type]
            activity_type=key.get(Dimension.ACTIVITY_TYPE),  # type: ignore[arg-type]
            gas=key.get(Dimension.GAS),  # type: ignore[arg-type]
            tenant_key=key.get(Dimension.TENANT),  # type: ignore[arg-type]
            site_key=key.get(Dimension.SITE),  # type: ignore[arg-type]
        )


@strawberry.type(description="A line's numbers in one of the two footprints: their product is its CO2e.")
class BridgeNumbers:
    """The numbers of a line."""

    quantity: ExactDecimal = strawberry.field(description="Quantity of the whole operation, in the line's unit.")
    factor: ExactDecimal = strawberry.field(
        description="kg of gas per unit, negative where the line reduces a balance; the mean, to 50 digits, where "
        "several factors apply."
    )
    gwp: ExactDecimal = strawberry.field(description="kg CO2e per kg of gas.")
    share: ExactDecimal = strawberry.field(description="Share of the quantity that is reported.")
    factor_kind: str = strawberry.field(
        description="Who gave the factor, and which kind and calibre a published one is; where that changes, all "
        "is METHOD."
    )

    @classmethod
    def of(cls, found: BridgeLine | None) -> "BridgeNumbers | None":
        """Make the type of a line's numbers, None where the footprint does not have it."""
        if found is None:
            return None
        return cls(
            quantity=ExactDecimal(found.quantity),
            factor=ExactDecimal(found.factor),
            gwp=ExactDecimal(found.gwp),
            share=ExactDecimal(found.share),
            factor_kind=found.method,
        )


@strawberry.type(description="One gas of one inventory line in both footprints, and what its difference comes from.")
class BridgeLineChange(Bridged):
    """A line."""

    found: strawberry.Private[pure.BridgedLine]

    @strawberry.field(description="The inventory line, where a lease puts it.")
    def line(self) -> InventoryLine:
        """Return the line."""
        return InventoryLine.of(self.found.line)

    @strawberry.field(description="Scope.")
    def scope(self) -> Scope:
        """Return the scope."""
        return self.found.line.scope

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

    @strawberry.field(description="Gas; UNSPLIT for CO2e that the publisher does not split.")
    def gas(self) -> str:
        """Return the gas."""
        return self.found.gas

    @strawberry.field(description="Region whose factors apply.")
    def region(self) -> str:
        """Return the region."""
        return self.found.place.region

    @strawberry.field(description="Supplier, empty if none.")
    def supplier(self) -> str:
        """Return the supplier."""
        return self.found.place.supplier

    @strawberry.field(description="Base unit of the quantities.")
    def unit(self) -> str:
        """Return the unit."""
        return self.found.unit.code

    @strawberry.field(description="Calendar year, counted from 0 for the one the period begins in.")
    def year(self) -> int:
        """Return the year."""
        return self.found.place.year

    @strawberry.field(description="Its numbers before; none where that footprint does not have the line.")
    def numbers_before(self) -> BridgeNumbers | None:
        """Return the numbers before."""
        return BridgeNumbers.of(self.found.before)

    @strawberry.field(description="Its numbers after; none where that footprint does not have the line.")
    def numbers_after(self) -> BridgeNumbers | None:
        """Return the numbers after."""
        return BridgeNumbers.of(self.found.after)

    @strawberry.field(description="Tenant that reports it.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other lines."""
        key = self.found.place.tenant
        return Tenant.of(present(await info.context.tenants.load(key))) if key else None

    @strawberry.field(description="Site.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other lines."""
        key = self.found.place.site
        return Site.of(present(await info.context.sites.load(key))) if key else None

    @classmethod
    def of(cls, found: pure.BridgedLine) -> "BridgeLineChange":
        """Make the type of a line."""
        return cls(
            kilograms_before=found.bridged.before,
            kilograms_after=found.bridged.after,
            exact_effects=found.bridged.effects,
            found=found,
        )


@strawberry.type(description="What leads from one footprint to another; every sum in it is exact, to the digit shown.")
class FootprintBridge(Bridged):
    """A bridge."""

    basis_before: Basis = strawberry.field(description="The basis of the first footprint.")
    basis_after: Basis = strawberry.field(description="The basis of the second footprint.")
    scope2_method: Scope2Method = strawberry.field(description="The scope 2 total that both count, once.")
    gaps_before: int = strawberry.field(description="Lines without a factor before: missing, not zero.")
    gaps_after: int = strawberry.field(description="Lines without a factor after: missing, not zero.")
    found: strawberry.Private[pure.FootprintBridge]
    by: strawberry.Private[Sequence[Dimension]]

    @strawberry.field(
        description="The bridge of each combination of the dimensions of `groupBy`, in the order of a footprint's."
    )
    def groups(self) -> list[BridgeGroup]:
        """Return the groups, by key."""
        found = pure.grouped(self.found.lines, self.by) if self.by else []
        return [BridgeGroup.of(group) for group in found]

    @strawberry.field(description="Lines, gas by gas, the largest difference first, whatever its sign.")
    def lines(self, first: First = None, after: After = None) -> Connection[BridgeLineChange]:
        """Page through the lines."""
        ordered = sorted(enumerate(self.found.lines), key=lambda pair: -abs(pair[1].difference))
        return sliced(ordered, first, after, lambda pair: BridgeLineChange.of(pair[1]), lambda pair: str(pair[0]))


def shown(before: Decimal, after: Decimal, effects: Mapping[Effect, Decimal]) -> Mapping[Effect, Decimal]:
    """Return effects rounded to a nanogram; the largest takes the rest, so that what is shown adds up as well."""
    rounded = {effect: decimals.shown(value) for effect, value in effects.items()}
    largest = max(rounded, key=lambda effect: abs(rounded[effect]))
    rest = decimals.EXACT.subtract(_difference(before, after), decimals.total(rounded.values()))
    return {**rounded, largest: decimals.EXACT.add(rounded[largest], rest)}


def _difference(before: Decimal, after: Decimal) -> Decimal:
    return decimals.EXACT.subtract(decimals.shown(after), decimals.shown(before))
