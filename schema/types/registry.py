"""Parks, tenants, sites and sources."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from ledger.tables import Park as ParkRow
from ledger.tables import Site as SiteRow
from ledger.tables import Source as SourceRow
from ledger.tables import Tenant as TenantRow
from schema.errors import NotFound
from schema.global_ids import encode
from schema.pages import Connection, sliced
from schema.scalars import Instant
from schema.types.info import Info
from schema.types.nodes import Node

RowT = TypeVar("RowT")
First = Annotated[int | None, strawberry.argument(description="How many items at most, 1 to 500; 50 if not given.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the item to continue after.")]


@strawberry.type(
    description="An industrial park: its tenants share a region's factors and its choice of proxy regions."
)
class Park(Node):
    """A park."""

    code: str = strawberry.field(description="Short code, unique in the service.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    region: str = strawberry.field(description="Region of the park, ISO 3166-2 or a grid region; sites take it over.")
    time_zone: str = strawberry.field(description="IANA time zone; sites take it over.")
    proxy_regions: list[str] = strawberry.field(
        description="Regions whose published factors may stand in where the park's own regions have none, in order."
    )
    recorded_at: Instant = strawberry.field(description="When the park was registered.")
    key: strawberry.Private[UUID]

    @strawberry.field(description="Tenants of the park, the operator among them.")
    async def tenants(self, info: Info, first: First = None, after: After = None) -> Connection["Tenant"]:
        """Page through the park's tenants in the order of their registration."""
        rows = await info.context.tenants_of_park.load(self.key)
        return sliced(rows, first, after, Tenant.of, lambda row: str(row.tenant_id))

    @classmethod
    def of(cls, row: ParkRow) -> "Park":
        """Make the type of a table row."""
        return cls(
            id=strawberry.ID(encode("Park", row.park_id)),
            code=row.code,
            name_en=row.name_en,
            name_zh=row.name_zh,
            region=row.region,
            time_zone=row.time_zone,
            proxy_regions=row.proxy_regions,
            recorded_at=_recorded(row.recorded_at),
            key=row.park_id,
        )


@strawberry.type(description="A company in the park; the park's operator is one too.")
class Tenant(Node):
    """A tenant."""

    code: str = strawberry.field(description="Short code, unique in the park.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    is_operator: bool = strawberry.field(description="Whether the tenant runs the park and its utilities.")
    industry_code: str = strawberry.field(description="Industry code (GB/T 4754), empty where not given.")
    recorded_at: Instant = strawberry.field(description="When the tenant was registered.")
    key: strawberry.Private[UUID]
    park_key: strawberry.Private[UUID]

    @strawberry.field(description="The park the tenant is in.")
    async def park(self, info: Info) -> Park:
        """Load the park with those of the other tenants."""
        return Park.of(present(await info.context.parks.load(self.park_key)))

    @strawberry.field(description="Sites of the tenant.")
    async def sites(self, info: Info, first: First = None, after: After = None) -> Connection["Site"]:
        """Page through the tenant's sites in the order of their adding."""
        rows = await info.context.sites_of_tenant.load(self.key)
        return sliced(rows, first, after, Site.of, lambda row: str(row.site_id))

    @classmethod
    def of(cls, row: TenantRow) -> "Tenant":
        """Make the type of a table row."""
        return cls(
            id=strawberry.ID(encode("Tenant", row.tenant_id)),
            code=row.code,
            name_en=row.name_en,
            name_zh=row.name_zh,
            is_operator=row.is_operator,
            industry_code=row.industry_code,
            recorded_at=_recorded(row.recorded_at),
            key=row.tenant_id,
            park_key=row.park_id,
        )


@strawberry.type(description="A place of a tenant. Its region chooses factors, its time zone decides months.")
class Site(Node):
    """A site."""

    code: str = strawberry.field(description="Short code, unique for the tenant.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    region: str = strawberry.field(description="Region whose factors apply.")
    time_zone: str = strawberry.field(description="IANA time zone that decides which month an instant is in.")
    recorded_at: Instant = strawberry.field(description="When the site was added.")
    key: strawberry.Private[UUID]
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="The tenant the site belongs to.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other sites."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="Sources of data at the site.")
    async def sources(self, info: Info, first: First = None, after: After = None) -> Connection["Source"]:
        """Page through the site's sources in the order of their adding."""
        rows = await info.context.sources_of_site.load(self.key)
        return sliced(rows, first, after, Source.of, lambda row: str(row.source_id))

    @classmethod
    def of(cls, row: SiteRow) -> "Site":
        """Make the type of a table row."""
        return cls(
            id=strawberry.ID(encode("Site", row.site_id)),
            code=row.code,
            name_en=row.name_en,
            name_zh=row.name_zh,
            region=row.region,
            time_zone=row.time_zone,
            recorded_at=_recorded(row.recorded_at),
            key=row.site_id,
            tenant_key=row.tenant_id,
        )


@strawberry.type(description="A meter or other stream of data at a site.")
class Source(Node):
    """A source."""

    code: str = strawberry.field(description="What the tenant's own system calls the source; rows are posted with it.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    kind: str = strawberry.field(description="What it is, such as METER, INVOICE, WEIGHBRIDGE, INVENTORY.")
    recorded_at: Instant = strawberry.field(description="When the source was added.")
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The site the source is at.")
    async def site(self, info: Info) -> Site:
        """Load the site with those of the other sources."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, row: SourceRow) -> "Source":
        """Make the type of a table row."""
        return cls(
            id=strawberry.ID(encode("Source", row.source_id)),
            code=row.code,
            name_en=row.name_en,
            name_zh=row.name_zh,
            kind=row.kind,
            recorded_at=_recorded(row.recorded_at),
            site_key=row.site_id,
        )


def present(row: RowT | None) -> RowT:
    """Return a row that a foreign key promises; raises `NotFound` where it is not in reach."""
    if row is None:
        raise NotFound("what this belongs to is not in reach")
    return row


def _recorded(instant: datetime | None) -> Instant:
    assert instant is not None  # noqa: S101  the database sets it; only a row not yet read back lacks it
    return Instant(instant)
