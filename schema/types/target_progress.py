"""How far a tenant or park is on the way to a target, with the figures it is judged by."""

from decimal import Decimal

import strawberry

from accounting.scenarios import target_progress as pure
from emission_factors.decimals import shown
from ledger.declarations import Declaration as Record
from schema.enums import TargetJudgement
from schema.scalars import ExactDecimal
from schema.types.declarations import Declaration
from schema.types.footprints import Footprint
from schema.types.target_definitions import TargetDefinition
from schema.types.targets import DUAL_CONTROL_SOURCE


@strawberry.type(
    description="A calendar year in the scopes of a target. Of a park whose tenants supply each other scopes 1 and 2 "
    "are counted once, as `parkConsolidation` does."
)
class TargetYear:
    """A year."""

    year: int = strawberry.field(description="The year.")
    tonnes: ExactDecimal | None = strawberry.field(description="t CO2e; none where nothing is posted.")
    size: ExactDecimal | None = strawberry.field(
        description="The denominator over the year; none without one, or where months of it are missing."
    )
    value: ExactDecimal | None = strawberry.field(description="In the target's unit, an intensity to 50 digits.")
    footprint: Footprint | None = strawberry.field(
        description="The footprint it is taken from, with its basis and lines down to activities; none where the base "
        "value is stated."
    )


@strawberry.type(description="A cut of emissions per output over a plan: what it is a year, and for the total.")
class TargetDualControl:
    """Dual control."""

    annual_cut: ExactDecimal = strawberry.field(
        description="Cut a year that compounds to the cut: 1 - (1 - cut)^(1/years), rounded to 50 digits."
    )
    base_total: ExactDecimal | None = strawberry.field(
        description="Total of the base year, as stated or in t CO2e of its footprint."
    )
    growth: ExactDecimal | None = strawberry.field(description="Growth of output a year as a fraction, where stated.")
    total: ExactDecimal | None = strawberry.field(
        description="Total of the target year: base total (1 - cut) (1 + growth)^years, rounded to 50 digits; it may "
        "be above the base. None where base total or growth is not known."
    )
    source: str = strawberry.field(description="Document of the rule.")

    @classmethod
    def of(cls, found: pure.DualControl) -> "TargetDualControl":
        """Make the type of dual control."""
        return cls(
            annual_cut=ExactDecimal(found.annual_cut),
            base_total=_shown(found.base_total),
            growth=_plain(found.growth),
            total=_plain(found.total),
            source=DUAL_CONTROL_SOURCE,
        )


@strawberry.type(
    description="A target and where emissions are. Values are in the target's unit, rounded to 50 digits where they "
    "are quotients; none where something they need is missing."
)
class TargetProgress:
    """Progress."""

    declaration: Declaration = strawberry.field(description="The declaration of the target, with who declared it.")
    target: TargetDefinition = strawberry.field(description="The target as kept.")
    unit: str = strawberry.field(description="Unit of the values.")
    base: TargetYear = strawberry.field(description="The base year.")
    restated_base: ExactDecimal | None = strawberry.field(
        description="The base value that counts, where the tenant's base year was recalculated: times restated over "
        "first reported (GHG Protocol Corporate Standard, chapter 5); none where it was not."
    )
    value: ExactDecimal | None = strawberry.field(description="Value to be reached in the target year.")
    reduction: ExactDecimal | None = strawberry.field(description="Reduction from base to target, a fraction.")
    source: str = strawberry.field(description="Where the rate or pathway is stated.")
    path_value: ExactDecimal | None = strawberry.field(
        description="What the way to the target asks for in the year: a straight line, or the same percentage a year "
        "for methods that compound."
    )
    actual: TargetYear = strawberry.field(description="The year asked for.")
    progress: ExactDecimal | None = strawberry.field(
        description="Part of the way gone: (base - actual) / (base - target); below 0 where emissions rose."
    )
    gap: ExactDecimal | None = strawberry.field(description="Actual less path, above 0 where too much is emitted.")
    gap_tonnes: ExactDecimal | None = strawberry.field(description="The same in t CO2e.")
    judgement: TargetJudgement = strawberry.field(description="Whether emissions are where the way wants them.")
    missing: list[str] = strawberry.field(description="What is missing of either year, in words.")
    is_comparable: bool = strawberry.field(
        description="Whether the year is on the regime, GWP set and approach of the target."
    )
    dual_control: TargetDualControl | None = strawberry.field(
        description="What a cut of an intensity means a year, and for the total where growth and base total are known."
    )

    @classmethod
    def of(
        cls,
        found: pure.TargetProgress,
        declaration: Record,
        base: Footprint | None,
        actual: Footprint,
        base_year: pure.YearFigure | None,
        *,
        is_comparable: bool,
    ) -> "TargetProgress":
        """Make the type of a judgement."""
        target, declared = found.target, found.declared
        written = _plain if declared.per else _shown
        return cls(
            declaration=Declaration.of(declaration),
            target=TargetDefinition.of(declared),
            unit=declared.unit,
            base=TargetYear(
                year=declared.base_year,
                tonnes=_shown(base_year.tonnes) if base_year else None,
                size=_plain(base_year.size) if base_year else None,
                value=written(found.base_value),
                footprint=base,
            ),
            restated_base=written(found.restated_base),
            value=written(target.value) if target else None,
            reduction=_plain(target.reduction) if target else None,
            source=target.source if target else "",
            path_value=written(found.path_value),
            actual=TargetYear(
                year=found.actual.year,
                tonnes=_shown(found.actual.tonnes),
                size=_plain(found.actual.size),
                value=written(found.value),
                footprint=actual,
            ),
            progress=_plain(found.progress),
            gap=written(found.gap),
            gap_tonnes=_shown(found.gap_tonnes),
            judgement=found.judgement,
            missing=list(found.missing),
            is_comparable=is_comparable,
            dual_control=TargetDualControl.of(found.dual_control) if found.dual_control else None,
        )


def _shown(tonnes: Decimal | None) -> ExactDecimal | None:
    return None if tonnes is None else ExactDecimal(shown(tonnes))


def _plain(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
