"""Transfers of energy between tenants of a park, with both meters, the terms they are on, and what they hand over."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import strawberry

from accounting.supply.emission_vectors import Emissions as Vector
from accounting.supply.network import Pool
from accounting.supply.park_energy import Carrier, purchases_of
from accounting.supply.park_supply import CO2E, MonthOfSupply, Terms
from accounting.supply.pool_balances import Balance
from accounting.supply.transfer_terms import loss_bearers
from accounting.supply.transfers import MeteredTransfer
from emission_factors.activity_types import Method
from ledger.activities.reading import ActivityFilter
from schema.enums import LossBearer, SuppliedCarrier, TransferSide
from schema.pages import Connection
from schema.scalars import ExactDecimal, Instant, Month
from schema.types.activities import Activity, After, First, activity_connection
from schema.types.emissions import Emissions
from schema.types.info import Info
from schema.types.registry import Tenant, present
from schema.types.supplied import emissions, exact, last_day, unit_of
from schema.types.supply_declarations import TransferTerms


@strawberry.type(description="What is lost in a supplier's network of a carrier in a month, over all its customers.")
class NetworkLosses:
    """Losses of a network."""

    quantity: ExactDecimal = strawberry.field(description="Posted as lost.")
    percent_of_supplied: ExactDecimal | None = strawberry.field(
        description="Per cent of all that entered the network; none where nothing did."
    )
    borne_by: LossBearer = strawberry.field(description="Whose emissions they are, by the terms of the supplier.")

    @classmethod
    def of(cls, balance: Balance, bearer: LossBearer) -> "NetworkLosses":
        """Make the type of the losses in a balance."""
        lost = balance.own_losses + balance.shared_losses
        percent = exact(100 * lost / balance.supplied) if balance.supplied else None
        return cls(quantity=exact(lost), percent_of_supplied=percent, borne_by=bearer)


def losses_of(month: MonthOfSupply, party: str, carrier: str, terms: Terms) -> NetworkLosses:
    """Return the losses of a party's network of a carrier."""
    pool = Pool(party, carrier)
    bearer = loss_bearers(terms, month.month).get(pool, LossBearer.SUPPLIER)
    return NetworkLosses.of(month.by_location.pools[pool].balance, bearer)


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
    missing_side: TransferSide | None = strawberry.field(
        description="Who has posted nothing of it; the other side stands alone."
    )
    mismatch: ExactDecimal | None = strawberry.field(
        description="Supplied less received; none where a side is missing."
    )
    mismatch_percent: ExactDecimal | None = strawberry.field(
        description="The mismatch in per cent of what was supplied; none where that is nothing or a side is missing."
    )
    tolerance: ExactDecimal = strawberry.field(
        description="By what fraction of what was supplied the meters may differ, by the terms or by default."
    )
    is_beyond_tolerance: bool | None = strawberry.field(
        description="Whether the meters differ by more; none where a side is missing."
    )
    terms: TransferTerms | None = strawberry.field(
        description="The supplier's terms, with the two meters; none where none are declared."
    )
    network_losses: NetworkLosses = strawberry.field(description="What the supplier's network loses beside it.")
    co2e_per_unit: ExactDecimal = strawberry.field(description="kg CO2e per unit at the supplier's meter.")
    frozen_at: Instant | None = strawberry.field(
        description="When the supplier closed the month, from which on a unit carries the same; none where it is open."
    )
    supplier_key: strawberry.Private[UUID]
    consumer_key: strawberry.Private[UUID]
    carried: strawberry.Private[Vector]
    found: strawberry.Private[MeteredTransfer]

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

    @strawberry.field(description="The supplier's activities behind it.")
    async def supplier_activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        """Page through what the supplier posted."""
        types = (f"supplied.{self.carrier.value.lower()}",)
        wanted = self._filter(self.supplier_key, types, self.found.transfer.consumer)
        return await activity_connection(info.context, wanted, first, after)

    @strawberry.field(description="The customer's activities behind it.")
    async def consumer_activities(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        """Page through what the customer posted."""
        types = purchases_of(Carrier(self.carrier))
        wanted = self._filter(self.consumer_key, types, self.found.transfer.source.party)
        return await activity_connection(info.context, wanted, first, after)

    def _filter(self, tenant: UUID, types: tuple[str, ...], counterparty: str) -> ActivityFilter:
        return ActivityFilter(
            tenants=(tenant,),
            activity_types=types,
            supplier=counterparty,
            first=self.found.month,
            last=last_day(self.found.month),
        )

    @classmethod
    def of(
        cls, found: MeteredTransfer, month: MonthOfSupply, method: Method, keys: Mapping[str, UUID], terms: Terms
    ) -> "EnergyTransfer":
        """Make the type of a transfer."""
        transfer, solved = found.transfer, month.by(method)
        source, share = transfer.source, found.mismatch_share
        factor = solved.pools[source].handed
        is_frozen = solved.pools[source].closed is not None
        return cls(
            month=Month(found.month),
            carrier=Carrier(source.carrier),
            unit=unit_of(source.carrier),
            supplied=exact(transfer.quantity),
            received=None if transfer.received is None else exact(transfer.received),
            missing_side=found.missing,
            mismatch=None if found.mismatch is None else exact(found.mismatch),
            mismatch_percent=None if share is None else exact(100 * share),
            tolerance=ExactDecimal(found.tolerance),
            is_beyond_tolerance=found.is_beyond_tolerance,
            terms=TransferTerms.of(found.terms) if found.terms else None,
            network_losses=losses_of(month, source.party, source.carrier, terms),
            co2e_per_unit=exact(factor.of(CO2E)) if factor else ExactDecimal(Decimal(0)),
            frozen_at=Instant(month.closed[source.party].at) if is_frozen else None,
            supplier_key=keys[source.party],
            consumer_key=keys[transfer.consumer],
            carried=solved.carried(transfer),
            found=found,
        )
