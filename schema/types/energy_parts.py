"""The amounts of an energy balance at the finest, and what was posted for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Final
from uuid import UUID

import strawberry

from accounting.energy.balance import Cell
from accounting.energy.books import Books
from accounting.energy.columns import Sheet
from accounting.energy.flows import EnergyCarrier, Stage
from accounting.energy.flows import EnergyValue as Value
from accounting.energy.quantities import Term
from schema.enums import ConversionKind, EnergyEndUse, EnergyLossKind, EnergyStage
from schema.scalars import Day, ExactDecimal
from schema.types.info import Info
from schema.types.park_supply import exact
from schema.types.registry import Site, Tenant, present

_TCE: Final = "tce"
UNITS: Final[Mapping[Value, str]] = {Value.JOULES: "MJ", Value.EQUAL: _TCE, Value.EQUIVALENT: _TCE}
"""Value -> the unit of amounts in it."""
Stages = Annotated[list[EnergyStage] | None, strawberry.argument(description="Only these stages; all if left out.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a balance is of: the books, their sheet in the value amounts are in, and the days asked about."""

    books: Books
    sheet: Sheet
    first_day: date
    last_day: date

    @property
    def value(self) -> Value | None:
        """What amounts are in; None for each carrier's own unit."""
        return self.sheet.value

    def coefficient(self, carrier: EnergyCarrier) -> Fraction | None:
        """Return what a unit of a carrier is in the value; 1 in its own unit, None where it is missing."""
        return Fraction(1) if self.value is None else carrier.coefficient(self.value)

    def unit(self, carrier: EnergyCarrier) -> str:
        """Return the unit amounts of a carrier are in."""
        return carrier.unit if self.value is None else UNITS[self.value]


@strawberry.type(
    description="A posted quantity that an amount is a sum of; ask `activities` with its tenant, site, activity type "
    "and days for the rows. Of a change of stock it is what declared levels differ by."
)
class EnergySource:
    """A term of an amount."""

    activity_type: str = strawberry.field(description="Activity type.")
    supplier: str = strawberry.field(description="Supplier or customer, as posted; empty where none was.")
    quantity: ExactDecimal = strawberry.field(
        description="Quantity in the carrier's unit, negative where it is deducted."
    )
    unit: str = strawberry.field(description="The carrier's unit.")
    first_day: Day = strawberry.field(description="First day of the period asked about.")
    last_day: Day = strawberry.field(description="Last day of the period asked about.")
    tenant_key: strawberry.Private[UUID]
    site_key: strawberry.Private[UUID]

    @strawberry.field(description="Who posted it.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key)))

    @strawberry.field(description="Where.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key)))

    @classmethod
    def of(cls, term: Term, unit: str, asked: Asked) -> "EnergySource":
        """Make the type of a term."""
        return cls(
            activity_type=term.origin.activity_type,
            supplier=term.origin.counterparty,
            quantity=exact(term.quantity),
            unit=unit,
            first_day=Day(asked.first_day),
            last_day=Day(asked.last_day),
            tenant_key=term.origin.tenant,
            site_key=term.origin.site,
        )


@strawberry.type(
    description="One amount of a balance: a carrier at a stage, of a tenant, at a plant or to a neighbour where it is "
    "one. Rows are sums of these, but for deliveries between tenants of the boundary, which neither come nor leave."
)
class EnergyPart:
    """A cell of the balance."""

    cell: strawberry.Private[Cell]
    asked: strawberry.Private[Asked]

    @strawberry.field(description="Where in the balance it stands.")
    def stage(self) -> EnergyStage:
        """Return the stage."""
        return self.cell.stage

    @strawberry.field(description="Carrier, a substance of the catalogue.")
    def carrier(self) -> str:
        """Return the carrier."""
        return self.cell.carrier

    @strawberry.field(description="Amount, in the column's unit; negative of a change of stock that was built up.")
    def amount(self) -> ExactDecimal | None:
        """Return the amount; none where the coefficient is missing."""
        of_one = self.asked.coefficient(self._carrier)
        return None if of_one is None else exact(self._quantity * of_one)

    @strawberry.field(description="Quantity in the carrier's own unit.")
    def quantity(self) -> ExactDecimal:
        """Return the quantity."""
        return exact(self._quantity)

    @strawberry.field(description="The carrier's own unit.")
    def unit(self) -> str:
        """Return the unit."""
        return self._carrier.unit

    @strawberry.field(description="What kind of conversion, of one.")
    def conversion(self) -> ConversionKind | None:
        """Return the kind of conversion."""
        is_one = self.cell.stage in (Stage.CONVERSION_INPUT, Stage.CONVERSION_OUTPUT)
        return ConversionKind(self.cell.detail) if is_one else None

    @strawberry.field(description="What it is used for, of a final use.")
    def end_use(self) -> EnergyEndUse | None:
        """Return the end use."""
        is_one = self.cell.stage in (Stage.FINAL_USE, Stage.FEEDSTOCK, Stage.USEFUL)
        return EnergyEndUse(self.cell.detail) if is_one else None

    @strawberry.field(description="Where it is lost, of a loss.")
    def loss(self) -> EnergyLossKind | None:
        """Return the kind of loss."""
        return EnergyLossKind(self.cell.detail) if self.cell.stage is Stage.LOSS else None

    @strawberry.field(description="Whether it is a side of a delivery between tenants of the boundary, eliminated.")
    def is_internal(self) -> bool:
        """Return whether it is eliminated."""
        return self.asked.books.balance.is_internal(self.cell)

    @strawberry.field(description="Whose it is.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(UUID(self.cell.party))))

    @strawberry.field(description="The plant that takes or makes it, if one does; a plant is a site of its own.")
    async def plant(self, info: Info) -> Site | None:
        """Load the plant's site."""
        if not self.cell.plant:
            return None
        return Site.of(present(await info.context.sites.load(UUID(self.cell.plant))))

    @strawberry.field(description="The neighbour it was delivered by or to, of a delivery in the park.")
    async def counterparty(self, info: Info) -> Tenant | None:
        """Load the neighbour."""
        if not self.cell.counterparty:
            return None
        return Tenant.of(present(await info.context.tenants.load(UUID(self.cell.counterparty))))

    @strawberry.field(description="The posted quantities it is the sum of.")
    def sources(self) -> list[EnergySource]:
        """Return the terms."""
        terms = self.asked.books.terms.get(self.cell, ())
        return [EnergySource.of(term, self._carrier.unit, self.asked) for term in terms]

    @property
    def _carrier(self) -> EnergyCarrier:
        return self.asked.books.carriers[self.cell.carrier].carrier

    @property
    def _quantity(self) -> Fraction:
        return self.asked.books.balance.cells[self.cell]


def parts_of(asked: Asked, carriers: Collection[str], plant: str, stages: Collection[Stage] | None) -> list[EnergyPart]:
    """Return the parts of carriers, of one plant unless `plant` is empty, at some stages or at all."""
    found = sorted(asked.books.balance.cells, key=lambda cell: (cell.carrier, list(Stage).index(cell.stage), cell[2:]))
    return [
        EnergyPart(cell=cell, asked=asked)
        for cell in found
        if cell.carrier in carriers and plant in ("", cell.plant) and (stages is None or cell.stage in stages)
    ]


def maybe(amount: Fraction | None) -> ExactDecimal | None:
    """Return an amount as it leaves the service, none where there is none."""
    return None if amount is None else exact(amount)
