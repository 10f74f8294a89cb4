"""The total of a park, of a zone in it and of several parks, counted once, with what each tenant reports of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.lines import NoSupply
from accounting.supply import park_totals, supply
from accounting.supply.park import Park
from accounting.supply.park_scope3 import Members, park_scope_3
from accounting.supply.park_supply import ParkSupply
from emission_factors.activity_types import Method
from ledger.footprints.footprints import operations_of
from ledger.footprints.park_supplies import AskedSupply
from schema.scalars import Month
from schema.types.emissions import Emissions
from schema.types.info import Info
from schema.types.park_scope3 import ParkScope3
from schema.types.registry import Park as RegisteredPark
from schema.types.registry import Tenant, present
from schema.types.supplied import emissions as emissions
from schema.types.supplied import exact as exact
from schema.types.supplied import unit_of as unit_of


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What a consolidation was made of; `members` are the codes of those in it, by month."""

    supply: ParkSupply
    basis: Basis
    first: date
    last: date
    method: Method
    members: Members

    @property
    def keys(self) -> Mapping[str, UUID]:
        """Code -> tenant, of everyone in the park."""
        return {code: tenant for tenant, code in self.supply.codes.items()}

    def within(self) -> AskedSupply:
        """Return whose footprint holds the scope 3 of the members."""
        codes = {code for of_month in self.members.values() for code in of_month}
        return AskedSupply([self.keys[code] for code in sorted(codes)], self.first, self.last)


@strawberry.type(description="A month of the period without factors of internal supply, and why.")
class FailedMonth:
    """A month that is missing."""

    month: Month = strawberry.field(description="The month.")
    message: str = strawberry.field(description="What is missing or contradicts itself.")

    @classmethod
    def all_of(cls, found: Mapping[date, NoSupply]) -> "list[FailedMonth]":
        """Make the types of months."""
        return [cls(month=Month(month), message=str(error)) for month, error in sorted(found.items())]


@strawberry.type(description="What one tenant reports of the park's energy.")
class TenantStatement:
    """A statement."""

    tenant_key: strawberry.Private[UUID]
    found: strawberry.Private[supply.Statement]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(name="scope1", description="Direct emissions of all its sites.")
    def scope_1(self) -> Emissions:
        """Return scope 1."""
        return emissions(self.found.scope_1)

    @strawberry.field(
        name="scope2", description="What it bought and used; of its own supply the bought share alone is in it."
    )
    def scope_2(self) -> Emissions:
        """Return scope 2."""
        return emissions(self.found.scope_2)

    @strawberry.field(description="What it bought and sold on: scope 3 category 3 (d).")
    def resale(self) -> Emissions:
        """Return resale."""
        return emissions(self.found.resale)


@strawberry.type(description="Where everything went that entered the pools of a supplier.")
class SupplierClosure:
    """A closure."""

    tenant_key: strawberry.Private[UUID]
    found: strawberry.Private[supply.Closure]

    @strawberry.field(description="The supplier.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="What its plants emit for what they make, and what came with what it bought.")
    def entering(self) -> Emissions:
        """Return what entered."""
        return emissions(self.found.entering)

    @strawberry.field(description="Allocated to customers.")
    def to_customers(self) -> Emissions:
        """Return what left."""
        return emissions(self.found.to_others)

    @strawberry.field(description="Kept: own use and the losses it bears.")
    def kept(self) -> Emissions:
        """Return what stayed."""
        return emissions(self.found.kept)

    @strawberry.field(
        description="What became known after months were closed: customers would be allocated this much more if the "
        "months were closed again."
    )
    def drift(self) -> Emissions:
        """Return the drift."""
        return emissions(self.found.drift)

    @strawberry.field(description="Entering less to customers, kept and drift: nothing, exactly.")
    def unallocated(self) -> Emissions:
        """Return the rest."""
        return emissions(self.found.unallocated)


@strawberry.type(description="A total of scopes 1 and 2 that is counted once, found in two ways which agree.")
class CountedOnce:
    """The parts of a total."""

    park: strawberry.Private[Park]

    @strawberry.field(description="The naive sum of what all tenants report in scopes 1 and 2.")
    def reported(self) -> Emissions:
        """Return the naive sum."""
        return emissions(self.park.reported)

    @strawberry.field(description="Scope 2 of what tenants bought from each other, which is in the naive sum twice.")
    def internal(self) -> Emissions:
        """Return internal scope 2."""
        return emissions(self.park.internal)

    @strawberry.field(description="What was bought outside the park and sold on; added back.")
    def resold_import(self) -> Emissions:
        """Return resold imports."""
        return emissions(self.park.resold_import)

    @strawberry.field(
        description="Imports that leave again, as a zone's members supply others of the park: in neither total."
    )
    def reexported(self) -> Emissions:
        """Return what leaves again."""
        return emissions(self.park.reexported)

    @strawberry.field(description="Direct emissions of all tenants.")
    def direct(self) -> Emissions:
        """Return scope 1."""
        return emissions(self.park.direct)

    @strawberry.field(description="What all tenants bought outside, times its factor; outside a zone is the park too.")
    def imported(self) -> Emissions:
        """Return imports."""
        return emissions(self.park.imported)

    @strawberry.field(description="The total: reported, less internal, plus resold imports, less what leaves again.")
    def by_elimination(self) -> Emissions:
        """Return the total by elimination."""
        return emissions(self.park.by_elimination)

    @strawberry.field(description="The total again, in another way: direct plus imported, less what leaves again.")
    def by_imports(self) -> Emissions:
        """Return the total by imports."""
        return emissions(self.park.by_imports)

    @strawberry.field(description="The first total less the second: nothing, exactly.")
    def difference(self) -> Emissions:
        """Return the difference."""
        return emissions(self.park.difference)

    @strawberry.field(
        description="What tenants' scope 2 would change by, were months that suppliers closed closed again today. The "
        "totals stand on what is known today; tenants' scope 2 in closed months on what was known when they closed."
    )
    def restatement_pending(self) -> Emissions:
        """Return the change that waits."""
        return emissions(self.park.restatement)


@strawberry.type(
    description="A park's scopes 1 and 2, counted once: found by elimination and as direct plus imported, which agree."
)
class ParkConsolidation(CountedOnce):
    """A consolidation."""

    found: strawberry.Private[park_totals.ParkTotals]
    asked: strawberry.Private[Consolidated]

    @strawberry.field(description="What each tenant reports, by code.")
    def tenants(self) -> list[TenantStatement]:
        """Return the statements."""
        return [
            TenantStatement(tenant_key=self.asked.keys[code], found=one) for code, one in self.found.statements.items()
        ]

    @strawberry.field(description="The closure of each supplier, by code.")
    def closures(self) -> list[SupplierClosure]:
        """Return the closures."""
        return [
            SupplierClosure(tenant_key=self.asked.keys[code], found=one) for code, one in self.found.closures.items()
        ]

    @strawberry.field(description="Months that are missing from the sums.")
    def failed_months(self) -> list[FailedMonth]:
        """Return the months without a network."""
        return FailedMonth.all_of(self.found.failed)

    @strawberry.field(
        name="scope3",
        description="Scope 3 of the same tenants without what is in the park's scopes 1 and 2, or with a neighbour, "
        "already; read when asked.",
    )
    async def scope_3(self, info: Info) -> ParkScope3:
        """Compute scope 3 on the basis of the consolidation."""
        async with info.context.read() as connection:
            found = await operations_of(connection, self.asked.basis, self.asked.within(), [self.asked.supply])
        asked = self.asked
        chain = park_scope_3(found, asked.supply, self.found, asked.members, asked.method)
        return ParkScope3(found=chain, keys=asked.keys, first=asked.first, last=asked.last)


@strawberry.type(description="One of several parks.")
class ParkAmongParks:
    """A park with its consolidation."""

    park_key: strawberry.Private[UUID]
    consolidation: ParkConsolidation = strawberry.field(description="Its own total.")

    @strawberry.field(description="The park.")
    async def park(self, info: Info) -> RegisteredPark:
        """Load the park."""
        return RegisteredPark.of(present(await info.context.parks.load(self.park_key)))


@strawberry.type(
    description="Several parks and their sum. What one of them supplies to another stands as an import of the other: "
    "transfers are between tenants of one park."
)
class ParksConsolidation(CountedOnce):
    """Parks side by side."""

    parks: list[ParkAmongParks] = strawberry.field(description="Each park but those without activities.")
