"""Impact previews: what another basis would change, before anyone adopts it."""

from uuid import UUID

import strawberry

from accounting.change import impact
from schema.types.basis import Basis
from schema.types.bridges import Bridged
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.type(description="An inventory line that gets or loses its factor.")
class ImpactLine:
    """A line of a tenant's activities."""

    activity_type: str = strawberry.field(description="Activity type.")
    region: str = strawberry.field(description="Region.")
    supplier: str = strawberry.field(description="Supplier, empty if none.")
    line: str = strawberry.field(description="Code of the inventory line within its activity type.")
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="Site.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other lines."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: impact.LineName) -> "ImpactLine":
        """Make the type of a line."""
        return cls(
            activity_type=found.activity_type,
            region=found.region,
            supplier=found.supplier,
            line=found.line,
            site_key=found.site,
        )


@strawberry.type(description="What the other basis changes for a tenant in a calendar year.")
class TenantImpact:
    """A tenant's year."""

    year: int = strawberry.field(description="Calendar year.")
    location: Bridged = strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    market: Bridged | None = strawberry.field(
        description="Scopes 1, 2 (market-based) and 3; none where one of the regimes has no market-based total."
    )
    gaps_before: int = strawberry.field(description="Lines without a factor on the first basis.")
    gaps_after: int = strawberry.field(description="Lines without a factor on the second basis.")
    gained: list[ImpactLine] = strawberry.field(description="Lines that get a factor.")
    lost: list[ImpactLine] = strawberry.field(description="Lines that lose their factor.")
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other years."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @classmethod
    def of(cls, found: impact.TenantYear) -> "TenantImpact":
        """Make the type of a tenant's year."""
        return cls(
            year=found.year,
            location=_bridged(found.location),
            market=_bridged(found.market) if found.market else None,
            gaps_before=found.gaps_before,
            gaps_after=found.gaps_after,
            gained=[ImpactLine.of(line) for line in found.gained],
            lost=[ImpactLine.of(line) for line in found.lost],
            tenant_key=present(found.tenant),
        )


@strawberry.type(description="What another basis would change, by tenant and calendar year. Nothing is stored.")
class ImpactPreview:
    """A preview."""

    basis_before: Basis = strawberry.field(description="The basis compared with.")
    basis_after: Basis = strawberry.field(description="The basis previewed.")
    years: list[TenantImpact] = strawberry.field(
        description="By year, then tenant; those that have posted nothing in a year are left out."
    )
    digest: str = strawberry.field(
        description="SHA-256 over both bases and every number; give it to `adoptBasis` to record what was looked at."
    )


def _bridged(found: impact.Impact) -> Bridged:
    return Bridged(kilograms_before=found.before, kilograms_after=found.after, exact_effects=found.effects)
