"""What parties of a park supply to each other: transfers, factors of pools, and the total that is counted once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import strawberry

from accounting.lines import NoSupply
from accounting.supply import park_totals, supply
from accounting.supply.emission_vectors import Emissions as Vector
from accounting.supply.network import Transfer
from accounting.supply.park_energy import Carrier
from accounting.supply.park_supply import CO2E
from emission_factors import decimals
from schema.enums import EnergySupplyInput, SuppliedCarrier
from schema.scalars import ExactDecimal, Month
from schema.types.emissions import Emissions
from schema.types.info import Info
from schema.types.registry import Tenant, present


def unit_of(carrier: str) -> str:
    """Return the base unit a carrier is counted in."""
    return "Nm3" if carrier == Carrier.COMPRESSED_AIR else "MJ"


def exact(value: Fraction) -> ExactDecimal:
    """Return a ratio as it leaves the service, at most 50 digits of it."""
    return ExactDecimal(decimals.exact(value))


def emissions(vector: Vector) -> Emissions:
    """Return a vector as a type of the API."""
    return Emissions(amounts=park_totals.amounts_of(vector))


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

    @strawberry.field(description="Entering less to customers and kept: nothing, exactly.")
    def unallocated(self) -> Emissions:
        """Return the rest."""
        return emissions(self.found.unallocated)


@strawberry.type(
    description="A park's scopes 1 and 2, counted once: found by elimination and as direct plus imported, which agree."
)
class ParkConsolidation:
    """A consolidation."""

    found: strawberry.Private[park_totals.ParkTotals]
    keys: strawberry.Private[Mapping[str, UUID]]

    @strawberry.field(description="The naive sum of what all tenants report in scopes 1 and 2.")
    def reported(self) -> Emissions:
        """Return the naive sum."""
        return emissions(self.found.park.reported)

    @strawberry.field(description="Scope 2 of what tenants bought from each other, which is in the naive sum twice.")
    def internal(self) -> Emissions:
        """Return internal scope 2."""
        return emissions(self.found.park.internal)

    @strawberry.field(description="What was bought outside the park and sold on inside it; added back.")
    def resold_import(self) -> Emissions:
        """Return resold imports."""
        return emissions(self.found.park.resold_import)

    @strawberry.field(description="Direct emissions of all tenants.")
    def direct(self) -> Emissions:
        """Return scope 1."""
        return emissions(self.found.park.direct)

    @strawberry.field(description="What all tenants bought outside the park, times its factor.")
    def imported(self) -> Emissions:
        """Return imports."""
        return emissions(self.found.park.imported)

    @strawberry.field(description="The total: reported, less internal, plus resold imports.")
    def by_elimination(self) -> Emissions:
        """Return the total by elimination."""
        return emissions(self.found.park.by_elimination)

    @strawberry.field(description="The total again, in another way: direct plus imported.")
    def by_imports(self) -> Emissions:
        """Return the total by imports."""
        return emissions(self.found.park.by_imports)

    @strawberry.field(description="The first total less the second: nothing, exactly.")
    def difference(self) -> Emissions:
        """Return the difference."""
        return emissions(self.found.park.difference)

    @strawberry.field(description="What each tenant reports, by code.")
    def tenants(self) -> list[TenantStatement]:
        """Return the statements."""
        return [TenantStatement(tenant_key=self.keys[code], found=one) for code, one in self.found.statements.items()]

    @strawberry.field(description="The closure of each supplier, by code.")
    def closures(self) -> list[SupplierClosure]:
        """Return the closures."""
        return [SupplierClosure(tenant_key=self.keys[code], found=one) for code, one in self.found.closures.items()]

    @strawberry.field(description="Months that are missing from the sums.")
    def failed_months(self) -> list[FailedMonth]:
        """Return the months without a network."""
        return FailedMonth.all_of(self.found.failed)


@strawberry.type(description="What a supplier of the park delivered to a neighbour in a month, at both meters.")
class EnergyTransfer:
    """A transfer with two sides."""

    month: Month = strawberry.field(description="Month.")
    carrier: SuppliedCarrier = strawberry.field(description="What was delivered.")
    unit: str = strawberry.field(description="Unit of the quantities.")
    supplied: ExactDecimal = strawberry.field(
        description="At the supplier's meter, which decides the emissions; the customer's where there is none."
    )
    received: ExactDecimal | None = strawberry.field(
        description="At the customer's meter; none where the customer posted none."
    )
    mismatch: ExactDecimal = strawberry.field(description="Supplied less received.")
    co2e_per_unit: ExactDecimal = strawberry.field(description="kg CO2e per unit at the supplier's meter.")
    supplier_key: strawberry.Private[UUID]
    consumer_key: strawberry.Private[UUID]
    carried: strawberry.Private[Vector]

    @strawberry.field(description="Who supplies.")
    async def supplier(self, info: Info) -> Tenant:
        """Load the supplier."""
        return Tenant.of(present(await info.context.tenants.load(self.supplier_key)))

    @strawberry.field(description="Who is supplied.")
    async def consumer(self, info: Info) -> Tenant:
        """Load the customer."""
        return Tenant.of(present(await info.context.tenants.load(self.consumer_key)))

    @strawberry.field(description="What it hands over to the customer's scope 2.")
    def emissions(self) -> Emissions:
        """Return the emissions."""
        return emissions(self.carried)

    @classmethod
    def of(cls, month: date, found: Transfer, solved: supply.Supply, keys: Mapping[str, UUID]) -> "EnergyTransfer":
        """Make the type of a transfer."""
        factor = solved.pools[found.source].factor
        return cls(
            month=Month(month),
            carrier=Carrier(found.source.carrier),
            unit=unit_of(found.source.carrier),
            supplied=exact(found.quantity),
            received=None if found.received is None else exact(found.received),
            mismatch=exact(found.mismatch),
            co2e_per_unit=exact(factor.of(CO2E)) if factor else ExactDecimal(Decimal(0)),
            supplier_key=keys[found.source.party],
            consumer_key=keys[found.consumer],
            carried=solved.carried(found),
        )


@strawberry.type(description="One thing that makes a pool's factor.")
class SupplyInput:
    """An input of a pool."""

    kind: EnergySupplyInput = strawberry.field(description="How it enters.")
    code: str = strawberry.field(description="The plant's site, the purchase, or the transfer.")
    quantity: ExactDecimal = strawberry.field(description="Quantity, of a draw in the unit of what is drawn.")
    entered: strawberry.Private[Vector]

    @strawberry.field(description="What it brings with it.")
    def emissions(self) -> Emissions:
        """Return the emissions."""
        return emissions(self.entered)


@strawberry.type(description="What a unit from a supplier of the park carries in a month, and what made it so.")
class SupplyFactor:
    """The factor of a pool."""

    month: Month = strawberry.field(description="Month.")
    carrier: SuppliedCarrier = strawberry.field(description="Carrier.")
    unit: str = strawberry.field(description="Unit of the quantities.")
    delivered: ExactDecimal = strawberry.field(description="Quantity that all that enters is divided by.")
    unaccounted: ExactDecimal = strawberry.field(description="Supplied above everything that left; below 0 if less.")
    inputs: list[SupplyInput] = strawberry.field(description="What enters the pool.")
    supplier_key: strawberry.Private[UUID]
    factor: strawberry.Private[Vector]

    @strawberry.field(description="Whose supply.")
    async def supplier(self, info: Info) -> Tenant:
        """Load the supplier."""
        return Tenant.of(present(await info.context.tenants.load(self.supplier_key)))

    @strawberry.field(description="kg CO2e per unit.")
    def co2e_per_unit(self) -> ExactDecimal:
        """Return the factor in CO2e."""
        return exact(self.factor.of(CO2E))

    @classmethod
    def of(cls, month: date, found: supply.PoolSupply, factor: Vector, key: UUID) -> "SupplyFactor":
        """Make the type of a pool."""
        return cls(
            month=Month(month),
            carrier=Carrier(found.pool.carrier),
            unit=unit_of(found.pool.carrier),
            delivered=exact(found.balance.bearing),
            unaccounted=exact(found.balance.unaccounted),
            inputs=[
                SupplyInput(kind=one.kind, code=one.code, quantity=exact(one.quantity), entered=one.emissions)
                for one in found.inputs
            ],
            supplier_key=key,
            factor=factor,
        )
