"""Indicator systems: what each indicator divides by what, and its thresholds by size of park."""

from fractions import Fraction

import strawberry

from accounting.indicators.computed import COMPUTED
from accounting.indicators.national import NATIONAL
from accounting.indicators.systems import Band, Indicator, IndicatorSystem, InputDefinition, Term
from emission_factors import decimals
from schema.indicator_enums import IndicatorDirection, IndicatorForm, IndicatorRole
from schema.scalars import ExactDecimal


def exact(value: Fraction) -> ExactDecimal:
    """Return a ratio as it leaves the service, at most 50 digits of it."""
    return ExactDecimal(decimals.exact(value))


def exact_or_none(value: Fraction | None) -> ExactDecimal | None:
    """Return a ratio as it leaves the service, none where there is none."""
    return None if value is None else exact(value)


@strawberry.type(description="An amount that indicators of a system ask for.")
class IndicatorInputDefinition:
    """A definition."""

    code: str = strawberry.field(description="Code, the same wherever the amount is asked for.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    unit: str = strawberry.field(description="The one unit it is in.")
    part_of: str = strawberry.field(
        description="Code of the input it is part of and at most as much as; empty if none."
    )
    is_signed: bool = strawberry.field(description="Whether it may be below zero, as net amounts can.")
    is_computed: bool = strawberry.field(
        description="Whether the ledger computes it; otherwise the operator states it with `stateIndicatorYear`."
    )

    @classmethod
    def of(cls, found: InputDefinition) -> "IndicatorInputDefinition":
        """Make the type of a definition."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            unit=found.unit,
            part_of=found.part_of,
            is_signed=found.is_signed,
            is_computed=found.code in COMPUTED,
        )


@strawberry.type(description="A threshold for parks of some size; an end left out is no bound.")
class IndicatorBand:
    """A band."""

    threshold: ExactDecimal = strawberry.field(description="The threshold; the value at it meets it.")
    least: ExactDecimal | None = strawberry.field(description="From this size on.")
    below: ExactDecimal | None = strawberry.field(description="To below this size.")

    @classmethod
    def of(cls, found: Band) -> "IndicatorBand":
        """Make the type of a band."""
        return cls(threshold=exact(found.threshold), least=exact_or_none(found.least), below=exact_or_none(found.below))


@strawberry.type(description="What an indicator is: its definition, formula and thresholds.")
class IndicatorDefinition:
    """An indicator."""

    code: str = strawberry.field(description="Code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    definition: str = strawberry.field(description="What is divided by what, in words.")
    is_own_definition: bool = strawberry.field(
        description="Whether the definition is ours, as the document names the indicator and does not define it."
    )
    source: str = strawberry.field(description="Document and clause.")
    form: IndicatorForm = strawberry.field(description="How the value is found.")
    numerator: list[str] = strawberry.field(
        description="Terms added up: products of inputs by code, with `-` before one that is subtracted."
    )
    denominator: list[str] = strawberry.field(description="Terms added up, as in the numerator.")
    unit: str = strawberry.field(description="Unit of the value; 1 is a share.")
    direction: IndicatorDirection = strawberry.field(description="On which side of the threshold it is met.")
    role: IndicatorRole = strawberry.field(description="What it decides.")
    is_waivable: bool = strawberry.field(description="Whether it may be waived for an objective reason.")
    banded_by: str = strawberry.field(description="Code of the input whose size chooses the threshold; empty if none.")
    bands: list[IndicatorBand] = strawberry.field(description="Thresholds; a size in none of them has none.")

    @classmethod
    def of(cls, found: Indicator) -> "IndicatorDefinition":
        """Make the type of an indicator."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            definition=found.definition,
            is_own_definition=found.is_own_definition,
            source=found.source,
            form=found.form,
            numerator=[_term(one) for one in found.numerator],
            denominator=[_term(one) for one in found.denominator],
            unit=found.unit,
            direction=found.direction,
            role=found.role,
            is_waivable=found.is_waivable,
            banded_by=found.banded_by,
            bands=[IndicatorBand.of(one) for one in found.bands],
        )


@strawberry.type(
    description="A system of indicators of an authority: the national one, or one a park's operator declared."
)
class ParkIndicatorSystem:
    """A system."""

    code: str = strawberry.field(description="Code to ask for it by.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    source: str = strawberry.field(description="Document it is from.")
    is_national: bool = strawberry.field(description="Whether it is that of notice 910, which every park has.")
    inputs: list[IndicatorInputDefinition] = strawberry.field(description="Amounts its indicators ask for.")
    indicators: list[IndicatorDefinition] = strawberry.field(description="Its indicators, in its order.")

    @classmethod
    def of(cls, found: IndicatorSystem) -> "ParkIndicatorSystem":
        """Make the type of a system."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            source=found.source,
            is_national=found.code == NATIONAL.code,
            inputs=[IndicatorInputDefinition.of(one) for one in found.inputs],
            indicators=[IndicatorDefinition.of(one) for one in found.indicators],
        )


def _term(found: Term) -> str:
    return ("-" if found.is_subtracted else "") + " * ".join(found.inputs)
