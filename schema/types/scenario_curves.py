"""The abatement cost curve of a scenario: its steps by what a tonne costs."""

import strawberry

from accounting.judgement.headline_totals import Total
from accounting.scenarios import abatement_curve as curves
from emission_factors.decimals import shown
from schema.enums import HeadlineTotal
from schema.scalars import ExactDecimal


@strawberry.type(description="One step of the cost curve.")
class AbatementBlock:
    """A block."""

    step: str = strawberry.field(description="Code of the step.")
    avoided_tonnes: ExactDecimal = strawberry.field(description="Tonnes of CO2e it avoids in the year, in its place.")
    cumulative_tonnes: ExactDecimal = strawberry.field(description="Tonnes avoided by it and all that cost less.")
    recovery_factor: ExactDecimal = strawberry.field(description="Share of the investment that is paid a year.")
    annual_cost: ExactDecimal = strawberry.field(
        description="Investment times recovery factor, with the change of running costs, rounded to 50 digits."
    )
    cost_per_tonne: ExactDecimal = strawberry.field(
        description="Annual cost per tonne avoided, rounded to 50 digits; below 0 where the step saves money."
    )

    @classmethod
    def of(cls, found: curves.Block) -> "AbatementBlock":
        """Make the type of a block."""
        return cls(
            step=found.step,
            avoided_tonnes=ExactDecimal(shown(found.avoided)),
            cumulative_tonnes=ExactDecimal(shown(found.cumulative)),
            recovery_factor=ExactDecimal(found.cost.recovery_factor),
            annual_cost=ExactDecimal(found.cost.annual_cost),
            cost_per_tonne=ExactDecimal(found.cost.cost_per_tonne),
        )


@strawberry.type(description="A step that is beside the cost curve, with the tonnes it avoids; below 0 where it adds.")
class StepBesideCurve:
    """A step beside the curve."""

    step: str = strawberry.field(description="Code of the step.")
    avoided_tonnes: ExactDecimal = strawberry.field(description="Tonnes of CO2e it avoids in the year.")


@strawberry.type(
    description="The steps by what a tonne costs, cheapest first. A step avoids what it changes at its place in the "
    "order, so that no tonne is counted twice and all of them add up to what the scenario changes."
)
class AbatementCurve:
    """A curve."""

    year: int = strawberry.field(description="The year.")
    total: HeadlineTotal = strawberry.field(description="The total that is avoided.")
    blocks: list[AbatementBlock] = strawberry.field(description="Steps that have a cost and avoid something.")
    without_cost: list[StepBesideCurve] = strawberry.field(description="Steps whose cost nobody stated.")
    without_abatement: list[StepBesideCurve] = strawberry.field(
        description="Steps with a cost that avoid nothing in the year."
    )

    @classmethod
    def of(cls, found: curves.AbatementCurve, year: int, total: Total) -> "AbatementCurve":
        """Make the type of a curve."""
        without_cost, without_abatement = (
            [StepBesideCurve(step=code, avoided_tonnes=ExactDecimal(shown(tonnes))) for code, tonnes in beside.items()]
            for beside in (found.without_cost, found.without_abatement)
        )
        return cls(
            year=year,
            total=total,
            blocks=[AbatementBlock.of(block) for block in found.blocks],
            without_cost=without_cost,
            without_abatement=without_abatement,
        )
