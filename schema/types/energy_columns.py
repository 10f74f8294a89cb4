"""Carriers of an energy balance: coefficients with their sources, and the rows I to VI."""

import strawberry

from accounting.energy.carriers import Described
from accounting.energy.columns import Column
from schema.enums import EnergyStage
from schema.scalars import ExactDecimal
from schema.types.energy_parts import Asked, EnergyPart, Stages, maybe, parts_of
from schema.types.park_supply import exact


@strawberry.type(description="A row of I, energy available.")
class EnergySupplyRow:
    """A row of supply."""

    stage: EnergyStage = strawberry.field(description="Which row.")
    amount: ExactDecimal = strawberry.field(description="Amount, negative where it is deducted.")


@strawberry.type(
    description="The rows I to VI of one carrier, or of all together: I + II - III - IV = V, which is stated and never "
    "spread over the others."
)
class EnergyBalanceColumn:
    """A column."""

    unit: str = strawberry.field(description="Unit of the amounts.")
    found: strawberry.Private[Column]
    carriers: strawberry.Private[tuple[str, ...]]
    asked: strawberry.Private[Asked]

    @strawberry.field(description="Row I: energy available.")
    def available(self) -> ExactDecimal:
        """Return I."""
        return exact(self.found.available)

    @strawberry.field(description="The rows of I.")
    def supply(self) -> list[EnergySupplyRow]:
        """Return the rows of I."""
        return [EnergySupplyRow(stage=stage, amount=exact(amount)) for stage, amount in self.found.supply.items()]

    @strawberry.field(description="Row II: output less input of conversion.")
    def conversion(self) -> ExactDecimal:
        """Return II."""
        return exact(self.found.conversion)

    @strawberry.field(description="Row III: losses in storage and distribution.")
    def losses(self) -> ExactDecimal:
        """Return III."""
        return exact(self.found.lost)

    @strawberry.field(description="Row IV: final use, as a material included.")
    def final_use(self) -> ExactDecimal:
        """Return IV."""
        return exact(self.found.final_use)

    @strawberry.field(description="The part of IV that is used as a material.")
    def feedstock(self) -> ExactDecimal:
        """Return the feedstock."""
        return exact(self.found.feedstock)

    @strawberry.field(description="Row V: unaccounted, negative where more went than came.")
    def unaccounted(self) -> ExactDecimal:
        """Return V."""
        return exact(self.found.unaccounted)

    @strawberry.field(
        description="V in percent of what came in and what conversion added to it; none where nothing did."
    )
    def unaccounted_percent(self) -> ExactDecimal | None:
        """Return V in percent."""
        percent = self.found.unaccounted_percent
        return None if percent is None else exact(percent)

    @strawberry.field(description="The part of V that tenants of the boundary sent each other and no meter saw arrive.")
    def between_meters(self) -> ExactDecimal:
        """Return what meters differ by."""
        return exact(self.found.between_meters)

    @strawberry.field(description="Row VI: total consumption, III + IV - II = I - V.")
    def consumption(self) -> ExactDecimal:
        """Return VI."""
        return exact(self.found.consumption)

    @strawberry.field(description="The amounts the rows are the sums of, each with what was posted for it.")
    def parts(self, stages: Stages = None) -> list[EnergyPart]:
        """Return the cells."""
        return parts_of(self.asked, self.carriers, "", stages)


@strawberry.type(description="A published figure that a coefficient of a carrier comes from.")
class EnergyCoefficientSource:
    """A property of the catalogue."""

    property_id: str = strawberry.field(description="Its id in the catalogue.")
    name: str = strawberry.field(description="What it is.")
    value: ExactDecimal = strawberry.field(description="Value, the lower where a range is published.")
    value_high: ExactDecimal | None = strawberry.field(description="Upper end of a published range.")
    unit: str = strawberry.field(description="Unit.")
    locator: str = strawberry.field(description="Where in the document.")


@strawberry.type(description="A carrier of the balance, with what one unit of it is.")
class BalanceCarrier:
    """A carrier."""

    found: strawberry.Private[Described]
    column: strawberry.Private[Column | None]
    asked: strawberry.Private[Asked]

    @strawberry.field(
        description="Code: a substance of the catalogue, followed by the unit where nothing published turns what was "
        "posted into the usual one, such as `diesel/m3`."
    )
    def code(self) -> str:
        """Return the code."""
        return self.found.carrier.code

    @strawberry.field(description="Its own unit.")
    def unit(self) -> str:
        """Return the unit."""
        return self.found.carrier.unit

    @strawberry.field(
        description="Whether it draws on its surroundings, as chilled water and compressed air do: its plant's power "
        "is in the total, so that it never is."
    )
    def is_service(self) -> bool:
        """Return whether it is a service."""
        return self.found.carrier.is_service

    @strawberry.field(description="MJ per unit on the net calorific basis; none where it is missing.")
    def megajoules(self) -> ExactDecimal | None:
        """Return MJ per unit."""
        return maybe(self.found.carrier.megajoules)

    @strawberry.field(description="tce per unit by the equal value; none where it is missing.")
    def tce(self) -> ExactDecimal | None:
        """Return tce per unit."""
        return maybe(self.found.carrier.tce)

    @strawberry.field(
        description="tce per unit by the equivalent value; of electricity it is the basis's `electricityKgcePerKwh`."
    )
    def tce_equivalent(self) -> ExactDecimal | None:
        """Return tce per unit by the equivalent value."""
        return maybe(self.found.carrier.tce_equivalent)

    @strawberry.field(description="The published figures behind the coefficients.")
    def sources(self) -> list[EnergyCoefficientSource]:
        """Return the properties."""
        return [
            EnergyCoefficientSource(
                property_id=one.property_id,
                name=one.name_en,
                value=ExactDecimal(one.value),
                value_high=None if one.value_high is None else ExactDecimal(one.value_high),
                unit=one.unit,
                locator=one.locator,
            )
            for one in self.found.sources
        ]

    @strawberry.field(description="Its rows in the value asked for; none where its coefficient is missing.")
    def rows(self) -> EnergyBalanceColumn | None:
        """Return the column."""
        if self.column is None:
            return None
        unit = self.asked.unit(self.found.carrier)
        return EnergyBalanceColumn(unit=unit, found=self.column, carriers=(self.found.carrier.code,), asked=self.asked)
