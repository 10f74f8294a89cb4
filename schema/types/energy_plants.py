"""The energy balance of a plant."""

from uuid import UUID

import strawberry

from accounting.energy.columns import PlantBalance
from schema.scalars import ExactDecimal
from schema.types.energy_forms import CarrierAmount
from schema.types.energy_parts import Asked, EnergyPart, Stages, maybe, parts_of
from schema.types.info import Info
from schema.types.park_supply import exact
from schema.types.registry import Site, present


@strawberry.type(description="What a plant takes and makes, by carrier; a plant is a site of its own.")
class PlantEnergyBalance:
    """A plant."""

    code: strawberry.Private[str]
    found: strawberry.Private[PlantBalance | None]
    asked: strawberry.Private[Asked]
    failure: str | None = strawberry.field(
        description="Why its amounts cannot be stated in the value asked for; none where they can."
    )

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(UUID(self.code))))

    @strawberry.field(description="What it converts.")
    def inputs(self) -> list[CarrierAmount]:
        """Return the inputs."""
        return CarrierAmount.all_of(self.found.inputs if self.found else {})

    @strawberry.field(description="What it converts that into.")
    def outputs(self) -> list[CarrierAmount]:
        """Return the outputs."""
        return CarrierAmount.all_of(self.found.outputs if self.found else {})

    @strawberry.field(description="What it makes of sun, wind or waste: primary production.")
    def primary(self) -> list[CarrierAmount]:
        """Return primary production."""
        return CarrierAmount.all_of(self.found.primary if self.found else {})

    @strawberry.field(description="Its final use, such as the power of a chiller.")
    def taken(self) -> list[CarrierAmount]:
        """Return the final use."""
        return CarrierAmount.all_of(self.found.taken if self.found else {})

    @strawberry.field(description="What it makes of that and of its surroundings, where it has a coefficient.")
    def services(self) -> list[CarrierAmount]:
        """Return the services."""
        return CarrierAmount.all_of(self.found.services if self.found else {})

    @strawberry.field(description="Input less output; negative where it gives more than it takes, as a heat pump does.")
    def lost(self) -> ExactDecimal | None:
        """Return the loss."""
        return exact(self.found.lost) if self.found else None

    @strawberry.field(description="Output over input; none without input.")
    def efficiency(self) -> ExactDecimal | None:
        """Return the efficiency."""
        return maybe(self.found.efficiency) if self.found else None

    @strawberry.field(description="Services over what was taken for them; in joules the coefficient of performance.")
    def performance(self) -> ExactDecimal | None:
        """Return the performance."""
        return maybe(self.found.performance) if self.found else None

    @strawberry.field(description="The amounts behind it, each with what was posted for it.")
    def parts(self, stages: Stages = None) -> list[EnergyPart]:
        """Return the cells."""
        return parts_of(self.asked, self.asked.books.carriers.keys(), self.code, stages)
