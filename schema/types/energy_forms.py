"""An energy balance as the printed forms state it."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import strawberry

from accounting.energy import forms
from accounting.energy.balance import Balance
from accounting.energy.columns import Sums
from schema.enums import ConversionKind, EnergyEndUse
from schema.scalars import ExactDecimal
from schema.types.info import Info
from schema.types.park_supply import exact
from schema.types.registry import Site, Tenant, present

_FINAL: Final = "IV"
_CONVERSION: Final = "II"


@strawberry.type(description="An amount of one carrier.")
class CarrierAmount:
    """An amount by carrier."""

    carrier: str = strawberry.field(description="Carrier.")
    amount: ExactDecimal = strawberry.field(description="Amount.")

    @classmethod
    def all_of(cls, sums: Sums) -> "list[CarrierAmount]":
        """Make the types of amounts, by carrier."""
        return [cls(carrier=code, amount=exact(amount)) for code, amount in sorted(sums.items())]


@strawberry.type(description="A row of the regional form.")
class EnergyFormRow:
    """A printed row."""

    number: str = strawberry.field(description="Number, such as `I.2`.")
    item: str = strawberry.field(
        description="What it states: a stage, a kind of loss, or the id of a site or tenant; empty for a head."
    )
    amounts: list[CarrierAmount] = strawberry.field(description="Amounts by carrier.")
    total: ExactDecimal | None = strawberry.field(
        description="All carriers together; null where a coefficient is missing."
    )
    site_key: strawberry.Private[UUID | None]
    tenant_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The plant's site, of a row of II.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @strawberry.field(description="The tenant, of a row of IV.")
    async def tenant(self, info: Info) -> Tenant | None:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.tenant_key))) if self.tenant_key else None

    @classmethod
    def of(cls, row: forms.Row, balance: Balance) -> "EnergyFormRow":
        """Make the type of a row; conversions are by plant, uses by tenant."""
        is_party = row.number == _FINAL and row.item in balance.members
        return cls(
            number=row.number,
            item=row.item,
            amounts=CarrierAmount.all_of(row.amounts),
            total=None if row.total is None else exact(row.total),
            site_key=UUID(row.item) if row.number == _CONVERSION and row.item else None,
            tenant_key=UUID(row.item) if is_party else None,
        )


@strawberry.type(description="One column of the enterprise form: what it was supplied and what was useful to the next.")
class EnergyFormStep:
    """A step."""

    supplied: list[CarrierAmount] = strawberry.field(description="Supplied, tce by carrier.")
    useful: list[CarrierAmount] | None = strawberry.field(
        description="Useful to the next step; null where nobody measured it."
    )
    lost: ExactDecimal | None = strawberry.field(description="Supplied less useful; null where that is not known.")
    utilisation_percent: ExactDecimal | None = strawberry.field(
        description="Useful in percent of supplied; null where that is not known."
    )

    @classmethod
    def of(cls, step: forms.Step) -> "EnergyFormStep":
        """Make the type of a step."""
        return cls(
            supplied=CarrierAmount.all_of(step.supplied),
            useful=None if step.useful is None else CarrierAmount.all_of(step.useful),
            lost=None if step.lost is None else exact(step.lost),
            utilisation_percent=None if step.utilisation_percent is None else exact(step.utilisation_percent),
        )


@strawberry.type(description="A kind of conversion in the enterprise form.")
class EnergyConversionStep:
    """A conversion."""

    kind: ConversionKind = strawberry.field(description="Which conversion.")
    step: EnergyFormStep = strawberry.field(description="Its amounts.")


@strawberry.type(description="An end use in the enterprise form.")
class EnergyEndUseStep:
    """An end use."""

    use: EnergyEndUse = strawberry.field(description="Which use.")
    step: EnergyFormStep = strawberry.field(description="Its amounts.")


@strawberry.type(
    description="The enterprise form. `physical` is in each carrier's unit, `equivalent` in tce by the equivalent "
    "value, all else in tce by the equal value."
)
class EnterpriseEnergyForm:
    """The form of an enterprise."""

    physical: list[CarrierAmount] = strawberry.field(
        description="Purchases and own production, in each carrier's unit."
    )
    equivalent: list[CarrierAmount] = strawberry.field(
        description="The same by the equivalent value, of carriers that have one."
    )
    purchase: EnergyFormStep = strawberry.field(description="Purchase and storage.")
    conversion: list[EnergyConversionStep] = strawberry.field(description="Conversion, by kind.")
    refrigeration: EnergyFormStep = strawberry.field(description="What chillers take; what they make is a service.")
    distribution: EnergyFormStep = strawberry.field(description="Distribution.")
    end_use: list[EnergyEndUseStep] = strawberry.field(description="End use, by purpose.")
    sold: list[CarrierAmount] = strawberry.field(description="What goes to others.")
    recovered: list[CarrierAmount] = strawberry.field(description="Waste heat, cold and pressure taken back.")
    unaccounted: list[CarrierAmount] = strawberry.field(description="What is unaccounted.")
    utilisation_percent: ExactDecimal | None = strawberry.field(
        description="Useful and sold energy in percent of purchases; null where a use was not measured."
    )

    @classmethod
    def of(cls, form: forms.EnterpriseForm) -> "EnterpriseEnergyForm":
        """Make the type of a form."""
        percent = form.utilisation_percent
        return cls(
            physical=CarrierAmount.all_of(form.physical),
            equivalent=CarrierAmount.all_of(form.equivalent),
            purchase=EnergyFormStep.of(form.purchase),
            conversion=_conversions(form.conversion),
            refrigeration=EnergyFormStep.of(form.refrigeration),
            distribution=EnergyFormStep.of(form.distribution),
            end_use=_uses(form.end_use),
            sold=CarrierAmount.all_of(form.sold),
            recovered=CarrierAmount.all_of(form.recovered),
            unaccounted=CarrierAmount.all_of(form.unaccounted),
            utilisation_percent=None if percent is None else exact(percent),
        )


def _conversions(steps: Mapping[ConversionKind, forms.Step]) -> list[EnergyConversionStep]:
    return [EnergyConversionStep(kind=kind, step=EnergyFormStep.of(step)) for kind, step in steps.items()]


def _uses(steps: Mapping[EnergyEndUse, forms.Step]) -> list[EnergyEndUseStep]:
    return [EnergyEndUseStep(use=use, step=EnergyFormStep.of(step)) for use, step in steps.items()]
