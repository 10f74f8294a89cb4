"""Plants as tenants declare them."""

from uuid import UUID

import strawberry

from accounting.supply import plants
from schema.enums import PlantAllocation, PlantKind
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, present

DEFAULT_RULE = plants.AllocationRule.EFFICIENCY


@strawberry.input(
    description="The plant at a site of the tenant. A plant is a site of its own: its fuel is what is posted there, "
    "and what it makes is posted as `generated.*`."
)
class PlantInput:
    """A plant."""

    site_id: strawberry.ID = strawberry.field(description="The site.")
    kind: PlantKind = strawberry.field(description="What it is.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    allocation: PlantAllocation = strawberry.field(
        default=DEFAULT_RULE, description="How it divides what it emits, if it makes heat and power."
    )
    heat_efficiency: ExactDecimal | None = strawberry.field(
        default=None, description="Efficiency of making the heat alone, a fraction; the default of the method if none."
    )
    power_efficiency: ExactDecimal | None = strawberry.field(
        default=None, description="Efficiency of making the power alone, a fraction; the default of the method if none."
    )
    enthalpy_kj_per_kg: ExactDecimal | None = strawberry.field(
        default=None, description="Enthalpy of the steam, for work potential."
    )
    entropy_kj_per_kg_k: ExactDecimal | None = strawberry.field(
        default=None, description="Entropy of the steam, for work potential."
    )
    supply_temperature_k: ExactDecimal | None = strawberry.field(
        default=None, description="Temperature of supply in K, for the Carnot rule."
    )
    capacity: str = strawberry.field(default="", description="Capacity with its unit, as its plate says.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="Where this is agreed with the customers.")

    def content(self) -> plants.Plant:
        """Return the plant; raises `plants.BadPlant`."""
        return plants.Plant(
            site=decode_uuid(self.site_id, "Site"),
            plant_kind=self.kind,
            name_en=self.name_en,
            name_zh=self.name_zh,
            rule=self.allocation,
            heat_efficiency=self.heat_efficiency,
            power_efficiency=self.power_efficiency,
            enthalpy=self.enthalpy_kj_per_kg,
            entropy=self.entropy_kj_per_kg_k,
            supply_k=self.supply_temperature_k,
            capacity=self.capacity,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document,
        )


@strawberry.type(description="The plant at a site.")
class Plant:
    """A plant as declared."""

    kind: PlantKind = strawberry.field(description="What it is.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    allocation: PlantAllocation = strawberry.field(description="How it divides what it emits.")
    heat_efficiency: ExactDecimal | None = strawberry.field(description="Efficiency of making the heat alone.")
    power_efficiency: ExactDecimal | None = strawberry.field(description="Efficiency of making the power alone.")
    capacity: str = strawberry.field(description="Capacity, as its plate says.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="Where this is agreed.")
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: plants.Plant) -> "Plant":
        """Make the type of a plant."""
        heat, power = found.heat_efficiency, found.power_efficiency
        return cls(
            kind=found.plant_kind,
            name_en=found.name_en,
            name_zh=found.name_zh,
            allocation=found.rule,
            heat_efficiency=None if heat is None else ExactDecimal(heat),
            power_efficiency=None if power is None else ExactDecimal(power),
            capacity=found.capacity,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            site_key=found.site,
        )
