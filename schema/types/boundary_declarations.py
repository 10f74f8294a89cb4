"""Holdings and leases: who reports what share of a tenant's sites, and in which scope."""

from uuid import UUID

import strawberry

from accounting import boundary
from schema.enums import FinancialControl, LeaseKind, LeaseParty
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.input(
    description="What a company holds of the tenant's operations at a site, or at all its sites. Once holdings of a "
    "site are declared they say for every day who holds what; a day they leave open is a gap."
)
class SiteHoldingInput:
    """A holding."""

    holder_id: strawberry.ID = strawberry.field(description="The tenant that holds it; the declaring one too.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="The site; every site without holdings of its own if left out."
    )
    equity_percent: ExactDecimal = strawberry.field(description="Economic interest, 0 to 100 %.")
    financial_control: FinancialControl = strawberry.field(description="Whether it directs financial policies.")
    has_operational_control: bool = strawberry.field(description="Whether it has full authority to run the site.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="The contract or register that shows it.")

    def content(self) -> boundary.Holding:
        """Return the holding; raises `consolidation.BadStake`."""
        return boundary.Holding(
            holder=decode_uuid(self.holder_id, "Tenant"),
            site=decode_uuid(self.site_id, "Site") if self.site_id else None,
            equity_percent=self.equity_percent,
            financial=self.financial_control,
            has_operational_control=self.has_operational_control,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document,
        )


@strawberry.input(description="A site of the tenant that it leases in or lets, and how.")
class LeasedSiteInput:
    """A lease."""

    site_id: strawberry.ID = strawberry.field(description="The site whose fuel and energy the tenant posts.")
    party: LeaseParty = strawberry.field(description="Which side of the lease the tenant is on.")
    kind: LeaseKind = strawberry.field(description="How the lease is classified.")
    is_operated_by_lessee: bool = strawberry.field(
        default=True, description="False only where that is shown and disclosed."
    )
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    counterparty: str = strawberry.field(default="", description="The other party.")
    document: str = strawberry.field(default="", description="The lease contract.")

    def content(self) -> boundary.LeasedSite:
        """Return the lease; raises `boundary.LeaseConflict`."""
        return boundary.LeasedSite(
            site=decode_uuid(self.site_id, "Site"),
            party=self.party,
            lease_kind=self.kind,
            is_operated_by_lessee=self.is_operated_by_lessee,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            counterparty=self.counterparty,
            document=self.document,
        )


@strawberry.type(description="What a company holds of a tenant's operations.")
class SiteHolding:
    """A holding as declared."""

    equity_percent: ExactDecimal = strawberry.field(description="Economic interest in percent.")
    financial_control: FinancialControl = strawberry.field(description="Whether the holder directs financial policies.")
    has_operational_control: bool = strawberry.field(description="Whether the holder has full authority to run it.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="What shows it.")
    holder_key: strawberry.Private[UUID]
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="Who holds it.")
    async def holder(self, info: Info) -> Tenant:
        """Load the holder."""
        return Tenant.of(present(await info.context.tenants.load(self.holder_key)))

    @strawberry.field(description="The site; none is every site without holdings of its own.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: boundary.Holding) -> "SiteHolding":
        """Make the type of a holding."""
        return cls(
            equity_percent=ExactDecimal(found.equity_percent),
            financial_control=found.financial,
            has_operational_control=found.has_operational_control,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            holder_key=found.holder,
            site_key=found.site,
        )


@strawberry.type(description="A site that is leased in or let.")
class LeasedSite:
    """A lease as declared."""

    party: LeaseParty = strawberry.field(description="Which side the tenant is on.")
    kind: LeaseKind = strawberry.field(description="How the lease is classified.")
    is_operated_by_lessee: bool = strawberry.field(description="Whether the lessee operates it.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    counterparty: str = strawberry.field(description="The other party.")
    document: str = strawberry.field(description="The lease contract.")
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: boundary.LeasedSite) -> "LeasedSite":
        """Make the type of a lease."""
        return cls(
            party=found.party,
            kind=found.lease_kind,
            is_operated_by_lessee=found.is_operated_by_lessee,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            counterparty=found.counterparty,
            document=found.document,
            site_key=found.site,
        )
