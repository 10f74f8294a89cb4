"""Stock of fuel as tenants declare it."""

from uuid import UUID

import strawberry

from accounting.energy import stocks
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, present


@strawberry.input(description="How much of a fuel lies in store at a site at the end of a day.")
class EnergyStockInput:
    """A level."""

    site_id: strawberry.ID = strawberry.field(description="The site.")
    activity_type: str = strawberry.field(description="The type of combustion that burns the fuel.")
    day: Day = strawberry.field(description="The day, at the end of which it lies there.")
    quantity: ExactDecimal = strawberry.field(description="How much; zero for an empty store.")
    unit: str = strawberry.field(description="Unit, as quantities of the activity type are posted in.")
    document: str = strawberry.field(default="", description="Where the level was read or counted.")

    def content(self) -> stocks.EnergyStock:
        """Return the content; raises `BadStock`."""
        return stocks.EnergyStock(
            site=decode_uuid(self.site_id, "Site"),
            activity_type=self.activity_type,
            day=self.day,
            quantity=self.quantity,
            unit=self.unit,
            document=self.document,
        )


@strawberry.type(description="How much of a fuel lay in store at a site at the end of a day.")
class EnergyStock:
    """A level as declared."""

    activity_type: str = strawberry.field(description="The type of combustion that burns the fuel.")
    day: Day = strawberry.field(description="The day, at the end of which it lay there.")
    quantity: ExactDecimal = strawberry.field(description="How much.")
    unit: str = strawberry.field(description="Unit.")
    document: str = strawberry.field(description="Where the level was read or counted.")
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: stocks.EnergyStock) -> "EnergyStock":
        """Make the type of a level."""
        return cls(
            activity_type=found.activity_type,
            day=Day(found.day),
            quantity=ExactDecimal(found.quantity),
            unit=found.unit,
            document=found.document,
            site_key=found.site,
        )
