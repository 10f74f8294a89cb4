"""The energy balance of a park, tenant or site: carriers, total, plants, printed forms and diagram."""

from collections.abc import Iterator
from uuid import UUID

import strawberry

from accounting.basis import Basis as PureBasis
from accounting.energy.balance import MissingCoefficient
from accounting.energy.columns import Column, summed
from accounting.energy.flows import EnergyValue as Value
from accounting.energy.forms import enterprise_form, regional_form
from accounting.energy.sankey import sankey
from accounting.energy.stocks import MissingLevel
from schema.enums import EnergyValue
from schema.scalars import Day, ExactDecimal
from schema.types.basis import Basis
from schema.types.energy_columns import BalanceCarrier, EnergyBalanceColumn
from schema.types.energy_forms import EnergyFormRow, EnterpriseEnergyForm
from schema.types.energy_parts import UNITS, Asked, maybe
from schema.types.energy_plants import PlantEnergyBalance
from schema.types.energy_sankey import EnergySankey
from schema.types.info import Info
from schema.types.registry import Site, present


@strawberry.type(description="A store whose change of stock is left out, for a level is not declared.")
class MissingStockLevel:
    """A missing level."""

    activity_type: str = strawberry.field(description="What burns the fuel.")
    day: Day = strawberry.field(
        description="Day at the end of which no level is declared, or none in a unit that fits."
    )
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="The store's site.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, found: MissingLevel) -> "MissingStockLevel":
        """Make the type of a missing level."""
        return cls(activity_type=found.store.activity_type, day=Day(found.day), site_key=found.store.site)


@strawberry.type(
    description="The energy balance of a park, tenant or site over whole months. Amounts are in `value`, or each "
    "carrier's in its own unit where that is null; then there is no total."
)
class EnergyBalance:
    """A balance."""

    asked: strawberry.Private[Asked]
    on: strawberry.Private[PureBasis]

    @strawberry.field(description="What amounts are in; null for each carrier's own unit.")
    def value(self) -> EnergyValue | None:
        """Return the value."""
        return self.asked.value

    @strawberry.field(description="Unit of the total; null without a value.")
    def unit(self) -> str | None:
        """Return the unit."""
        return None if self.asked.value is None else UNITS[self.asked.value]

    @strawberry.field(description="The basis it is computed on.")
    def basis(self) -> Basis:
        """Return the basis."""
        return Basis.of(self.on)

    @strawberry.field(description="Carriers of energy, by code.")
    def carriers(self) -> list[BalanceCarrier]:
        """Return the carriers."""
        return list(self._carriers(is_service=False))

    @strawberry.field(description="Services, by code: beside the carriers, and in no total.")
    def services(self) -> list[BalanceCarrier]:
        """Return the services."""
        return list(self._carriers(is_service=True))

    @strawberry.field(description="All carriers together; null where a coefficient is missing, or without a value.")
    def total(self) -> EnergyBalanceColumn | None:
        """Return the total."""
        found = self.asked.sheet.total
        return None if found is None else self._summed(found)

    @strawberry.field(
        description="The carriers together that have a coefficient: the total, or less than it where one is missing."
    )
    def known_total(self) -> EnergyBalanceColumn | None:
        """Return the sum of what can be added; none without a value."""
        return None if self.asked.value is None else self._summed(summed(self.asked.sheet.columns.values()))

    @strawberry.field(description="Carriers without a coefficient in the value, so that they cannot be added.")
    def missing(self) -> list[str]:
        """Return the codes."""
        return list(self.asked.sheet.missing)

    @strawberry.field(description="Stores whose change of stock is left out.")
    def missing_stock_levels(self) -> list[MissingStockLevel]:
        """Return the missing levels."""
        return [MissingStockLevel.of(one) for one in self.asked.books.missing_levels]

    @strawberry.field(description="Output over input of all plants that convert; null without one or without a total.")
    def conversion_efficiency(self) -> ExactDecimal | None:
        """Return the efficiency of conversion."""
        total = self.asked.sheet.total
        return None if total is None else maybe(total.conversion_efficiency)

    @strawberry.field(description="The plants, each with its own balance; without a value their amounts are in tce.")
    def plants(self) -> list[PlantEnergyBalance]:
        """Return the plants."""
        return [self._plant(code) for code in self.asked.books.balance.plants]

    @strawberry.field(
        description="The rows of the regional balance form, those without an amount left out but for heads."
    )
    def regional_form(self) -> list[EnergyFormRow]:
        """Return the rows."""
        return [EnergyFormRow.of(row, self.asked.books.balance) for row in regional_form(self.asked.sheet)]

    @strawberry.field(
        description="The enterprise balance form (GB/T 28751, GB/T 3484), tce by the equal value; null where a carrier "
        "has none."
    )
    def enterprise_form(self) -> EnterpriseEnergyForm | None:
        """Return the form."""
        try:
            return EnterpriseEnergyForm.of(enterprise_form(self.asked.books.balance))
        except MissingCoefficient:
            return None

    @strawberry.field(
        description="The flows as a diagram that closes at every carrier and plant; null without a value, or where a "
        "coefficient is missing."
    )
    def sankey(self) -> EnergySankey | None:
        """Return the diagram."""
        if self.asked.value is None or self.asked.sheet.missing:
            return None
        return EnergySankey.of(sankey(self.asked.books.balance, self.asked.value))

    def _summed(self, found: Column) -> EnergyBalanceColumn:
        energy = tuple(self.asked.sheet.columns)
        unit = UNITS[self.asked.value] if self.asked.value else ""
        return EnergyBalanceColumn(unit=unit, found=found, carriers=energy, asked=self.asked)

    def _carriers(self, *, is_service: bool) -> Iterator[BalanceCarrier]:
        columns = {**self.asked.sheet.columns, **self.asked.sheet.services}
        for code, one in self.asked.books.carriers.items():
            if one.carrier.is_service == is_service:
                yield BalanceCarrier(found=one, column=columns.get(code), asked=self.asked)

    def _plant(self, code: str) -> PlantEnergyBalance:
        try:
            found = self.asked.books.balance.plant(code, self.asked.value or Value.EQUAL)
        except MissingCoefficient as error:
            return PlantEnergyBalance(code=code, found=None, asked=self.asked, failure=str(error))
        return PlantEnergyBalance(code=code, found=found, asked=self.asked, failure=None)
