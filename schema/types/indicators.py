"""The indicators of a park in a year and over years, with what they rest on."""

import strawberry

from accounting.indicators import indicators as pure
from accounting.indicators.inputs import ProductEnergy, Stated
from accounting.indicators.statements import Override
from schema.indicator_enums import IndicatorStatus
from schema.scalars import ExactDecimal
from schema.types.basis import Basis
from schema.types.indicator_declarations import IndicatorWaiver
from schema.types.indicator_systems import (
    IndicatorDefinition,
    IndicatorInputDefinition,
    ParkIndicatorSystem,
    exact_or_none,
)
from schema.types.park_lines import ActivitiesBehind, ParkHeadrooms, ParkMethodEmissions


@strawberry.type(description="What an indicator lacks.")
class MissingInput:
    """A missing input."""

    code: str = strawberry.field(description="Code of the input, or PRODUCTS.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    parts: list[str] = strawberry.field(description="What of it is missing, where that is known.")


@strawberry.type(description="An amount of an input, with where it is from.")
class InputAmount:
    """An amount."""

    amount: ExactDecimal | None = strawberry.field(description="The amount; none is missing.")
    unit: str = strawberry.field(description="Its unit.")
    source: str = strawberry.field(description="Method or document.")
    lacking: list[str] = strawberry.field(description="What of it is missing.")
    activities: list[ActivitiesBehind] = strawberry.field(description="Activities behind it; none where it is stated.")

    @classmethod
    def of(cls, found: Stated, year: int) -> "InputAmount":
        """Make the type of an amount."""
        return cls(
            amount=exact_or_none(found.amount),
            unit=found.unit,
            source=found.source,
            lacking=list(found.lacking),
            activities=ActivitiesBehind.all_of(found.activities, year),
        )


@strawberry.type(description="An input of an indicator, with the amount it has in the year.")
class IndicatorInput:
    """An input."""

    definition: IndicatorInputDefinition = strawberry.field(description="What it is.")
    used: InputAmount | None = strawberry.field(description="The amount used; none where nobody stated one.")
    computed: InputAmount | None = strawberry.field(
        description="What the ledger computes, where the amount used stands in its place."
    )
    override_reason: str = strawberry.field(description="Why it does; empty otherwise.")

    @classmethod
    def of(cls, found: pure.UsedInput, override: Override | None, year: int) -> "IndicatorInput":
        """Make the type of an input."""
        replaced = override.computed if override else None
        return cls(
            definition=IndicatorInputDefinition.of(found.definition),
            used=InputAmount.of(found.stated, year) if found.stated else None,
            computed=InputAmount.of(replaced, year) if replaced else None,
            override_reason=override.reason if override else "",
        )


@strawberry.type(description="A product's energy per unit beside its quota.")
class ProductQuota:
    """A product."""

    product: str = strawberry.field(description="Name of the product.")
    unit: str = strawberry.field(description="Unit of both.")
    consumption: ExactDecimal | None = strawberry.field(description="Energy per unit; none is missing.")
    quota: ExactDecimal | None = strawberry.field(description="Grade 2 quota; none is missing.")
    ratio: ExactDecimal | None = strawberry.field(description="Consumption over quota; at most 1 where it is kept.")
    standard: str = strawberry.field(description="The standard of the quota.")

    @classmethod
    def of(cls, found: ProductEnergy) -> "ProductQuota":
        """Make the type of a product."""
        return cls(
            product=found.product,
            unit=found.unit,
            consumption=exact_or_none(found.consumption),
            quota=exact_or_none(found.quota),
            ratio=exact_or_none(found.ratio),
            standard=found.standard,
        )


@strawberry.type(description="One indicator of a park in a year.")
class IndicatorResult:
    """A result."""

    indicator: IndicatorDefinition = strawberry.field(description="What it is.")
    value: ExactDecimal | None = strawberry.field(description="Numerator over denominator; none if missing.")
    numerator: ExactDecimal | None = strawberry.field(description="Numerator; none if something of it is missing.")
    denominator: ExactDecimal | None = strawberry.field(description="Denominator; none if something of it is missing.")
    threshold: ExactDecimal | None = strawberry.field(
        description="Threshold for the park's size; none if there is none."
    )
    reference_thresholds: list[ExactDecimal] = strawberry.field(
        description="Thresholds for parks of other sizes, where there is none for this one."
    )
    status: IndicatorStatus = strawberry.field(description="How it stands.")
    missing: list[MissingInput] = strawberry.field(description="What is missing, by name.")
    inputs: list[IndicatorInput] = strawberry.field(description="What it is computed from.")
    products: list[ProductQuota] = strawberry.field(description="Products, of an indicator of quotas.")
    waiver: IndicatorWaiver | None = strawberry.field(description="Why it need not be met, if that is stated.")

    @classmethod
    def of(cls, found: pure.IndicatorResult, overrides: dict[str, Override], year: int) -> "IndicatorResult":
        """Make the type of a result."""
        code, waiver = found.indicator.code, found.waiver
        return cls(
            indicator=IndicatorDefinition.of(found.indicator),
            value=exact_or_none(found.value),
            numerator=exact_or_none(found.numerator),
            denominator=exact_or_none(found.denominator),
            threshold=exact_or_none(found.threshold),
            reference_thresholds=[one for one in map(exact_or_none, found.reference_thresholds) if one is not None],
            status=found.status,
            missing=[
                MissingInput(code=one.code, name_en=one.name_en, name_zh=one.name_zh, parts=list(one.parts))
                for one in found.missing
            ],
            inputs=[IndicatorInput.of(one, overrides.get(one.definition.code), year) for one in found.inputs],
            products=[ProductQuota.of(one) for one in found.products],
            waiver=IndicatorWaiver(indicator=code, reason=waiver.reason, document=waiver.document) if waiver else None,
        )


@strawberry.type(
    description="All indicators of a park in a calendar year, with the emissions and headrooms behind them."
)
class ParkIndicators:
    """An assessment."""

    year: int = strawberry.field(description="Calendar year.")
    basis: Basis = strawberry.field(description="Basis; the regime is that of notice 910.")
    system: ParkIndicatorSystem = strawberry.field(description="The system of indicators.")
    is_core_met: bool = strawberry.field(
        description="Whether every core indicator passes; without it no park applies for acceptance."
    )
    results: list[IndicatorResult] = strawberry.field(description="The indicators, in the order of the system.")
    open_codes: list[str] = strawberry.field(
        description="Codes of core and guiding indicators that neither pass nor are waived."
    )
    emissions: ParkMethodEmissions = strawberry.field(description="What the park emits, by lines.")
    headroom: ParkHeadrooms = strawberry.field(description="How far it is from the threshold of its core indicator.")


@strawberry.type(description="An indicator in one of several years.")
class IndicatorPoint:
    """A point."""

    year: int = strawberry.field(description="Calendar year.")
    result: IndicatorResult = strawberry.field(description="The indicator in the year.")
    change: ExactDecimal | None = strawberry.field(
        description="The value less that of the year before; none unless both were asked for and have one."
    )
    is_better: bool | None = strawberry.field(
        description="Whether it moved to its threshold's side; none without a change."
    )


@strawberry.type(description="An indicator over years.")
class IndicatorTrend:
    """A trend."""

    indicator: IndicatorDefinition = strawberry.field(description="What it is.")
    points: list[IndicatorPoint] = strawberry.field(description="The years, in their order.")
