"""Batteries and heat stores as tenants declare them."""

from decimal import Decimal
from typing import Final
from uuid import UUID

import strawberry

from accounting.intervals import storage_units
from schema.enums import EnergyCarrier
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, present

_DEFAULT_CARRIER: Final = EnergyCarrier.ELECTRICITY


@strawberry.input(description="A battery or heat store at a site of the tenant.")
class StorageUnitInput:
    """A storage unit."""

    site_id: strawberry.ID = strawberry.field(description="The site.")
    name: str = strawberry.field(description="Its name; a site may have several.")
    carrier: EnergyCarrier = strawberry.field(default=_DEFAULT_CARRIER, description="What it stores.")
    efficiency: ExactDecimal = strawberry.field(description="Efficiency of a round trip, above 0 to 1.")
    capacity: ExactDecimal | None = strawberry.field(
        default=None, description="What it holds at most, in `unit`; without limit if left out."
    )
    charge_power: ExactDecimal | None = strawberry.field(
        default=None, description="What it takes at most in an hour, in `unit`; without limit if left out."
    )
    discharge_power: ExactDecimal | None = strawberry.field(
        default=None, description="What it gives at most in an hour, in `unit`; without limit if left out."
    )
    opening: ExactDecimal = strawberry.field(
        default=Decimal(0), description="Attributes it holds as the first day begins, in `unit`."
    )
    unit: str = strawberry.field(default="kWh", description="Unit of energy, such as kWh or MWh.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="Where this is written.")

    def content(self) -> storage_units.StorageUnit:
        """Return the unit; raises `BadSeries`."""
        return storage_units.StorageUnit(
            site=decode_uuid(self.site_id, "Site"),
            name=self.name,
            carrier=self.carrier,
            efficiency=self.efficiency,
            capacity=self.capacity,
            charge_power=self.charge_power,
            discharge_power=self.discharge_power,
            opening=self.opening,
            unit=self.unit,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document,
        )


@strawberry.type(description="A battery or heat store.")
class StorageUnit:
    """A storage unit as declared."""

    name: str = strawberry.field(description="Its name.")
    carrier: EnergyCarrier = strawberry.field(description="What it stores.")
    efficiency: ExactDecimal = strawberry.field(description="Efficiency of a round trip, 0 to 1.")
    capacity: ExactDecimal | None = strawberry.field(description="What it holds at most; none where nothing is said.")
    charge_power: ExactDecimal | None = strawberry.field(description="What it takes at most in an hour.")
    discharge_power: ExactDecimal | None = strawberry.field(description="What it gives at most in an hour.")
    opening: ExactDecimal = strawberry.field(description="Attributes it holds as the first day begins.")
    unit: str = strawberry.field(description="Unit of these.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="Where this is written.")
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: storage_units.StorageUnit) -> "StorageUnit":
        """Make the type of a storage unit."""
        return cls(
            name=found.name,
            carrier=found.carrier,
            efficiency=ExactDecimal(found.efficiency),
            capacity=_exact(found.capacity),
            charge_power=_exact(found.charge_power),
            discharge_power=_exact(found.discharge_power),
            opening=ExactDecimal(found.opening),
            unit=found.unit,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            site_key=found.site,
        )


def _exact(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
