"""Factors of what tenants of a park supply: what a unit carries, what made it so, and whether it is frozen."""

from collections.abc import Mapping
from uuid import UUID

import strawberry

from accounting.supply import supply
from accounting.supply.emission_vectors import NOTHING
from accounting.supply.emission_vectors import Emissions as Vector
from accounting.supply.park_energy import Carrier, Reading, import_code
from accounting.supply.park_supply import CO2E, MonthOfSupply, Terms
from accounting.supply.supply import InputKind
from emission_factors.activity_types import Method
from ledger.activities.reading import ActivityFilter
from schema.enums import EnergySupplyInput, SuppliedCarrier
from schema.pages import Connection
from schema.scalars import ExactDecimal, Instant, Month
from schema.types.activities import Activity, After, First, activity_connection
from schema.types.emissions import Emissions
from schema.types.energy_transfers import NetworkLosses, losses_of
from schema.types.info import Info
from schema.types.registry import Site, Tenant, present
from schema.types.supplied import emissions, exact, last_day, unit_of


@strawberry.type(description="One thing that makes a pool's factor.")
class SupplyInput:
    """An input of a pool."""

    kind: EnergySupplyInput = strawberry.field(description="How it enters.")
    code: str = strawberry.field(description="The plant's site, the purchase, or the transfer.")
    quantity: ExactDecimal = strawberry.field(description="Quantity, of a draw in the unit of what is drawn.")
    entered: strawberry.Private[Vector]
    site_key: strawberry.Private[UUID | None]
    behind: strawberry.Private[ActivityFilter]

    @strawberry.field(description="What it brings with it.")
    def emissions(self) -> Emissions:
        """Return the emissions."""
        return emissions(self.entered)

    @strawberry.field(description="The plant's site, or where it is bought; none for a transfer.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @strawberry.field(
        description="The activities behind it, as they stand today: all of a plant's site, fuel among them; what was "
        "bought; what was drawn; what the other party supplied."
    )
    async def activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        """Page through the activities."""
        return await activity_connection(info.context, self.behind, first, after)


@strawberry.type(description="What a unit from a supplier of the park carries in a month, and what made it so.")
class SupplyFactor:
    """The factor of a pool."""

    month: Month = strawberry.field(description="Month.")
    carrier: SuppliedCarrier = strawberry.field(description="Carrier.")
    unit: str = strawberry.field(description="Unit of the quantities.")
    delivered: ExactDecimal = strawberry.field(description="Quantity that all that enters is divided by.")
    unaccounted: ExactDecimal = strawberry.field(description="Supplied above everything that left; below 0 if less.")
    inputs: list[SupplyInput] = strawberry.field(description="What enters the pool, as known when it was frozen if so.")
    losses: NetworkLosses = strawberry.field(description="What its network loses.")
    is_frozen: bool = strawberry.field(description="Whether the supplier closed the month, so that it stands.")
    frozen_at: Instant | None = strawberry.field(description="When; on what was known then it stands.")
    current: "SupplyFactor | None" = strawberry.field(
        description="What it would be on what is known today; none where it is not frozen."
    )
    supplier_key: strawberry.Private[UUID]
    factor: strawberry.Private[Vector]
    drifted: strawberry.Private[Vector]

    @strawberry.field(description="Whose supply.")
    async def supplier(self, info: Info) -> Tenant:
        """Load the supplier."""
        return Tenant.of(present(await info.context.tenants.load(self.supplier_key)))

    @strawberry.field(description="kg CO2e per unit.")
    def co2e_per_unit(self) -> ExactDecimal:
        """Return the factor in CO2e."""
        return exact(self.factor.of(CO2E))

    @strawberry.field(
        description="What customers would be allocated above what they are, were the month closed again today; nothing "
        "where it is not frozen."
    )
    def drift(self) -> Emissions:
        """Return the drift."""
        return emissions(self.drifted)

    @classmethod
    def all_of(
        cls, month: MonthOfSupply, method: Method, keys: Mapping[str, UUID], terms: Terms
    ) -> "list[SupplyFactor]":
        """Make the types of the pools that supply others."""
        pools = [pool for pool in month.by(method).pools.values() if pool.handed is not None and pool.balance.to_others]
        return [cls._of(month, pool, method, keys, terms) for pool in pools]

    @classmethod
    def _of(
        cls, month: MonthOfSupply, pool: supply.PoolSupply, method: Method, keys: Mapping[str, UUID], terms: Terms
    ) -> "SupplyFactor":
        closed = month.closed_pool(pool.pool, method)
        if closed is None:
            return cls._shown(month, pool, keys, terms)
        found = cls._shown(month.closed[pool.pool.party].known, closed, keys, terms)
        found.is_frozen, found.frozen_at = True, Instant(month.closed[pool.pool.party].at)
        found.current, found.drifted = cls._shown(month, pool, keys, terms), pool.drift
        return found

    @classmethod
    def _shown(
        cls, month: MonthOfSupply, pool: supply.PoolSupply, keys: Mapping[str, UUID], terms: Terms
    ) -> "SupplyFactor":
        party, carrier = pool.pool
        bought = {import_code(reading): reading for reading in month.readings}
        return cls(
            month=Month(month.month),
            carrier=Carrier(carrier),
            unit=unit_of(carrier),
            delivered=exact(pool.balance.bearing),
            unaccounted=exact(pool.balance.unaccounted),
            inputs=[_input(one, pool, month, keys, bought.get(one.code)) for one in pool.inputs],
            losses=losses_of(month, party, carrier, terms),
            is_frozen=False,
            frozen_at=None,
            current=None,
            supplier_key=keys[party],
            factor=pool.factor or NOTHING,
            drifted=NOTHING,
        )


def _input(
    one: supply.Input,
    pool: supply.PoolSupply,
    month: MonthOfSupply,
    keys: Mapping[str, UUID],
    bought: Reading | None,
) -> SupplyInput:
    return SupplyInput(
        kind=one.kind,
        code=one.code,
        quantity=exact(one.quantity),
        entered=one.emissions,
        site_key=_site(one, bought),
        behind=_behind(one, pool, month, keys, bought),
    )


def _site(one: supply.Input, bought: Reading | None) -> UUID | None:
    if one.kind is InputKind.TRANSFER:
        return None
    return bought.site if one.kind is InputKind.IMPORT and bought else UUID(one.code)


def _behind(
    one: supply.Input,
    pool: supply.PoolSupply,
    month: MonthOfSupply,
    keys: Mapping[str, UUID],
    bought: Reading | None,
) -> ActivityFilter:
    """Return which activities make an input."""
    party, counterparty = pool.pool.party, None
    types: tuple[str, ...] = ()
    if one.kind is InputKind.IMPORT and bought:
        types, counterparty = (bought.activity_type,), bought.counterparty
    if one.source is not None and one.kind is InputKind.DRAW:
        types = (f"drawn.{one.source.carrier.lower()}",)
    if one.source is not None and one.kind is InputKind.TRANSFER:
        party, types, counterparty = one.source.party, (f"supplied.{one.source.carrier.lower()}",), pool.pool.party
    return ActivityFilter(
        tenants=(keys[party],),
        site=_site(one, bought),
        activity_types=types,
        supplier=counterparty,
        first=month.month,
        last=last_day(month.month),
    )
