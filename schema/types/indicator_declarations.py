"""What a park's operator declares for its indicators: systems of an authority, and amounts of a year."""

import strawberry

from accounting.indicators import statements
from schema.scalars import ExactDecimal
from schema.types.indicator_systems import ParkIndicatorSystem


@strawberry.input(description="An amount of one input of an indicator system.")
class StatedAmountInput:
    """An amount."""

    code: str = strawberry.field(description="Code of the input, as `indicatorSystems` lists it.")
    amount: ExactDecimal = strawberry.field(description="The amount.")
    unit: str = strawberry.field(description="Its unit, which is that of the input.")
    source: str = strawberry.field(description="Document that states it.")
    override_reason: str = strawberry.field(
        default="",
        description="Why it stands in the place of what the ledger computes; needed for such an input, and only there.",
    )

    def stated(self) -> statements.StatedAmount:
        """Return the amount; raises `BadIndicatorInput`."""
        return statements.StatedAmount(
            self.code.strip(), self.amount, self.unit.strip(), self.source.strip(), self.override_reason.strip()
        )


@strawberry.input(description="What a product takes in energy per unit, and the grade 2 quota of its GB standard.")
class StatedProductInput:
    """A product."""

    product: str = strawberry.field(description="Name of the product.")
    unit: str = strawberry.field(description="Unit of both figures, such as kgce/t.")
    consumption: ExactDecimal | None = strawberry.field(default=None, description="Energy per unit; none is not known.")
    quota: ExactDecimal | None = strawberry.field(default=None, description="Grade 2 quota; none is not known.")
    standard: str = strawberry.field(default="", description="The standard of the quota.")

    def stated(self) -> statements.StatedProduct:
        """Return the product; raises `BadIndicatorInput`."""
        return statements.StatedProduct(
            self.product.strip(), self.unit.strip(), self.consumption, self.quota, self.standard.strip()
        )


@strawberry.input(description="Why a guiding indicator need not be met.")
class IndicatorWaiverInput:
    """A waiver."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    reason: str = strawberry.field(description="The objective reason.")
    document: str = strawberry.field(default="", description="Document that holds it.")

    def stated(self) -> statements.StatedWaiver:
        """Return the waiver; raises `BadIndicatorInput`."""
        return statements.StatedWaiver(self.indicator.strip(), self.reason.strip(), self.document.strip())


@strawberry.input(
    description="What a park states for a calendar year beside what the ledger computes. It is stated whole: stated "
    "again it is the next version, and what that leaves out is not stated any more."
)
class IndicatorYearInput:
    """A year."""

    year: int = strawberry.field(description="Calendar year.")
    inputs: list[StatedAmountInput] = strawberry.field(default_factory=list, description="Amounts, each input once.")
    products: list[StatedProductInput] | None = strawberry.field(
        default=None, description="Products with quotas; an empty list says that the park has none, left out nothing."
    )
    waivers: list[IndicatorWaiverInput] = strawberry.field(
        default_factory=list, description="Indicators that need not be met, each once."
    )

    def content(self) -> statements.IndicatorYear:
        """Return the year; raises `BadIndicatorInput`."""
        products = None if self.products is None else tuple(one.stated() for one in self.products)
        return statements.IndicatorYear(
            self.year,
            tuple(one.stated() for one in self.inputs),
            products,
            tuple(one.stated() for one in self.waivers),
        )


@strawberry.type(description="An authority's own system of indicators, as a park's operator declared it.")
class DeclaredIndicatorSystem:
    """A system as declared."""

    code: str = strawberry.field(description="Code of the system.")
    system: ParkIndicatorSystem = strawberry.field(description="The system.")

    @classmethod
    def of(cls, found: statements.DeclaredSystem) -> "DeclaredIndicatorSystem":
        """Make the type of a system."""
        return cls(code=found.code, system=ParkIndicatorSystem.of(found.system()))


@strawberry.type(description="An amount that a park states.")
class StatedAmount:
    """An amount as declared."""

    code: str = strawberry.field(description="Code of the input.")
    amount: ExactDecimal = strawberry.field(description="The amount.")
    unit: str = strawberry.field(description="Its unit.")
    source: str = strawberry.field(description="Document that states it.")
    override_reason: str = strawberry.field(description="Why it stands in the place of what the ledger computes.")


@strawberry.type(description="A product with its energy quota.")
class StatedProduct:
    """A product as declared."""

    product: str = strawberry.field(description="Name of the product.")
    unit: str = strawberry.field(description="Unit of both figures.")
    consumption: ExactDecimal | None = strawberry.field(description="Energy per unit; none is missing.")
    quota: ExactDecimal | None = strawberry.field(description="Grade 2 quota; none is missing.")
    standard: str = strawberry.field(description="The standard of the quota.")


@strawberry.type(description="Why an indicator need not be met.")
class IndicatorWaiver:
    """A waiver as declared."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    reason: str = strawberry.field(description="The objective reason.")
    document: str = strawberry.field(description="Document that holds it; empty if none is named.")


@strawberry.type(description="What a park states for its indicators in a year.")
class StatedIndicatorYear:
    """A year as declared."""

    year: int = strawberry.field(description="Calendar year.")
    inputs: list[StatedAmount] = strawberry.field(description="Amounts.")
    products: list[StatedProduct] | None = strawberry.field(
        description="Products with quotas; none where nothing was said of them."
    )
    waivers: list[IndicatorWaiver] = strawberry.field(description="Waivers.")

    @classmethod
    def of(cls, found: statements.IndicatorYear) -> "StatedIndicatorYear":
        """Make the type of a year."""
        products = None if found.products is None else [_product(one) for one in found.products]
        return cls(
            year=found.year,
            inputs=[_amount(one) for one in found.inputs],
            products=products,
            waivers=[
                IndicatorWaiver(indicator=one.indicator, reason=one.reason, document=one.document)
                for one in found.waivers
            ],
        )


def _amount(one: statements.StatedAmount) -> StatedAmount:
    return StatedAmount(
        code=one.code,
        amount=ExactDecimal(one.amount),
        unit=one.unit,
        source=one.source,
        override_reason=one.override_reason,
    )


def _product(one: statements.StatedProduct) -> StatedProduct:
    return StatedProduct(
        product=one.product,
        unit=one.unit,
        consumption=None if one.consumption is None else ExactDecimal(one.consumption),
        quota=None if one.quota is None else ExactDecimal(one.quota),
        standard=one.standard,
    )
