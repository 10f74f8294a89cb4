"""Scope 3 of a park: what its tenants report, which lines a neighbour answers for, and what is left."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import strawberry

from accounting.supply import park_scope3
from accounting.supply.emission_vectors import Emissions as Vector
from ledger.activities.reading import ActivityFilter
from schema.enums import Scope3Elimination
from schema.pages import Connection
from schema.scalars import ExactDecimal
from schema.types.activities import Activity, After, First, activity_connection
from schema.types.emissions import Emissions
from schema.types.info import Info
from schema.types.registry import Tenant, present
from schema.types.supplied import emissions, last_day


@strawberry.type(description="Lines of one tenant's scope 3 that are counted elsewhere in the park.")
class EliminatedLine:
    """Lines that go."""

    category: int = strawberry.field(description="Category of scope 3, 1 to 15.")
    why: Scope3Elimination = strawberry.field(description="Why.")
    activity_type: str = strawberry.field(description="Activity type; empty for resale, which the network states.")
    quantity: ExactDecimal | None = strawberry.field(description="Quantity in `unit`; none for resale.")
    unit: str = strawberry.field(description="Base unit of the quantity.")
    tenant_key: strawberry.Private[UUID]
    counterparty_key: strawberry.Private[UUID | None]
    counterparty_code: strawberry.Private[str]
    gone: strawberry.Private[Vector]
    first_month: strawberry.Private[date]
    last_month: strawberry.Private[date]

    @strawberry.field(description="Whose scope 3.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="The neighbour that answers for it; none for resale, see `energyTransfers`.")
    async def counterparty(self, info: Info) -> Tenant | None:
        """Load the neighbour."""
        key = self.counterparty_key
        return Tenant.of(present(await info.context.tenants.load(key))) if key else None

    @strawberry.field(description="What is removed.")
    def removed(self) -> Emissions:
        """Return the emissions."""
        return emissions(self.gone)

    @strawberry.field(description="The activities behind it; for resale see `energyTransfers`.")
    async def activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity] | None:
        """Page through the activities."""
        if self.counterparty_key is None:
            return None
        wanted = ActivityFilter(
            tenants=(self.tenant_key,),
            activity_types=(self.activity_type,),
            supplier=self.counterparty_code,
            first=self.first_month,
            last=last_day(self.last_month),
        )
        return await activity_connection(info.context, wanted, first, after)


@strawberry.type(description="What a tenant's wastewater works emit, against what its neighbours report of it.")
class WastewaterWorks:
    """Works of one tenant."""

    tenant_key: strawberry.Private[UUID]
    found: strawberry.Private[park_scope3.Works]

    @strawberry.field(description="Who runs them.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="Scope 1 of the sites declared as wastewater works.")
    def direct(self) -> Emissions:
        """Return direct emissions."""
        return emissions(self.found.direct)

    @strawberry.field(description="What the energy of its own supply carries that they use, posted there as used.")
    def energy(self) -> Emissions:
        """Return the emissions of energy."""
        return emissions(self.found.energy)

    @strawberry.field(description="Direct and energy: what tenants' category 5 can be told, by what each sends.")
    def emitted(self) -> Emissions:
        """Return all."""
        return emissions(self.found.emitted)

    @strawberry.field(description="What tenants state of it in category 5, which is removed.")
    def reported(self) -> Emissions:
        """Return what is reported."""
        return emissions(self.found.reported)


@strawberry.type(
    description="Scope 3 of a park without what a neighbour answers for: category 3 of energy supplied in the park and "
    "resold in it, 5 of waste and wastewater treated in it, 8 and 13 of leases in it. Lines name the neighbour's code "
    "as supplier. Other categories stay as reported."
)
class ParkScope3:
    """Scope 3 of a park."""

    found: strawberry.Private[park_scope3.ParkScope3]
    keys: strawberry.Private[Mapping[str, UUID]]
    first: strawberry.Private[date]
    last: strawberry.Private[date]

    @strawberry.field(description="The naive sum of what all tenants report in scope 3.")
    def reported(self) -> Emissions:
        """Return the naive sum."""
        return emissions(self.found.reported)

    @strawberry.field(description="What is counted elsewhere in the park: the sum of `lines`.")
    def internal(self) -> Emissions:
        """Return what goes."""
        return emissions(self.found.internal)

    @strawberry.field(
        description="Imports that leave a zone again with what its members supply to others; they stay its 3 (d)."
    )
    def leaving(self) -> Emissions:
        """Return what stays of resale."""
        return emissions(self.found.leaving)

    @strawberry.field(description="What is left: reported, less internal, plus leaving.")
    def by_elimination(self) -> Emissions:
        """Return scope 3 of the park."""
        return emissions(self.found.by_elimination)

    @strawberry.field(description="Scopes 1 to 3 by elimination.")
    def total_by_elimination(self) -> Emissions:
        """Return the total by elimination."""
        return emissions(self.found.chain.by_elimination)

    @strawberry.field(description="Scopes 1 to 3 again: direct, imported, and the scope 3 that is left.")
    def total_by_imports(self) -> Emissions:
        """Return the total by imports."""
        return emissions(self.found.chain.by_imports)

    @strawberry.field(description="The first total less the second: nothing, exactly.")
    def difference(self) -> Emissions:
        """Return the difference."""
        return emissions(self.found.chain.difference)

    @strawberry.field(description="What goes, by tenant, category, neighbour and activity type.")
    def lines(self) -> list[EliminatedLine]:
        """Return the lines."""
        return [self._line(one) for one in self.found.lines]

    @strawberry.field(description="Wastewater works of the tenants.")
    def works(self) -> list[WastewaterWorks]:
        """Return the works."""
        return [WastewaterWorks(tenant_key=self.keys[one.tenant], found=one) for one in self.found.works]

    def _line(self, one: park_scope3.Eliminated) -> EliminatedLine:
        return EliminatedLine(
            category=one.category,
            why=one.why,
            activity_type=one.activity_type,
            quantity=None if one.quantity is None else ExactDecimal(one.quantity),
            unit=one.unit,
            tenant_key=self.keys[one.tenant],
            counterparty_key=self.keys.get(one.counterparty),
            counterparty_code=one.counterparty,
            gone=one.removed,
            first_month=self.first,
            last_month=self.last,
        )
