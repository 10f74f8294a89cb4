"""Tenancies: what tenants rent in a park."""

from uuid import UUID

import strawberry

from accounting.management import tenancies
from ledger.declarations import Declaration as Record
from schema.global_ids import decode_uuid, encode
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present


@strawberry.input(description="What a tenant rents: a building or part of one, for how long, and for which industry.")
class TenancyInput:
    """A tenancy."""

    place: str = strawberry.field(description="The building or part of it, as the contract names it.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="The tenant's site there, if it has one."
    )
    floor_area_m2: ExactDecimal = strawberry.field(description="Floor area in m2, more than 0.")
    industry_code: str = strawberry.field(
        default="", description="Class of GB/T 4754 of what is done there, 4 digits such as 2720."
    )
    valid_from: Day = strawberry.field(description="First day of the lease.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="The lease contract.")

    def content(self) -> tenancies.Tenancy:
        """Return the tenancy; raises `validity.BadManagement`."""
        return tenancies.Tenancy(
            place=self.place.strip(),
            site=decode_uuid(self.site_id, "Site") if self.site_id else None,
            floor_area=self.floor_area_m2,
            industry_code=self.industry_code.strip(),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document.strip(),
        )


@strawberry.type(description="What a tenant rents in a park.")
class Tenancy:
    """A tenancy as declared."""

    place: str = strawberry.field(description="The building or part of it.")
    floor_area_m2: ExactDecimal = strawberry.field(description="Floor area in m2.")
    industry_code: str = strawberry.field(description="Class of GB/T 4754, empty where not known.")
    valid_from: Day = strawberry.field(description="First day of the lease.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="The lease contract.")
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The tenant's site there, if it has one.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: tenancies.Tenancy) -> "Tenancy":
        """Make the type of a tenancy."""
        return cls(
            place=found.place,
            floor_area_m2=ExactDecimal(found.floor_area),
            industry_code=found.industry_code,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            site_key=found.site,
        )


@strawberry.type(description="A tenancy with its tenant.")
class ParkTenancy:
    """A tenancy of a park."""

    declaration_id: strawberry.ID = strawberry.field(description="The declaration's version; withdraw it by this id.")
    tenancy: Tenancy = strawberry.field(description="The tenancy.")
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(description="Who rents.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other tenancies."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @classmethod
    def of(cls, found: Record) -> "ParkTenancy":
        """Make the type of a declaration."""
        return cls(
            declaration_id=strawberry.ID(encode("Declaration", str(found.id))),
            tenancy=Tenancy.of(found.content),
            tenant_key=found.tenant,
        )


@strawberry.type(description="Who rents what in a park on a day.")
class ParkTenancies:
    """The tenancies of a park."""

    on: Day = strawberry.field(description="The day.")
    floor_area_m2: ExactDecimal = strawberry.field(description="Floor area of all of them in m2.")
    tenancies: list[ParkTenancy] = strawberry.field(description="The tenancies, by tenant and place.")
