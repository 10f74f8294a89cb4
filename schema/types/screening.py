"""Screening of scope 3 categories: criteria of relevance, the decision, and what justifies it."""

import strawberry

from accounting.value_chain import screening as pure
from schema.enums import RelevanceCriterion, ScreeningDecision
from schema.scalars import Day, ExactDecimal


@strawberry.input(description="Whether one criterion makes a category relevant.")
class RelevanceInput:
    """A judgement."""

    criterion: RelevanceCriterion = strawberry.field(description="The criterion.")
    is_relevant: bool = strawberry.field(description="Whether it makes the category relevant.")
    reason: str = strawberry.field(
        default="", description="Why; an excluded category needs it of each criterion that makes it relevant."
    )


@strawberry.input(
    description="The screening of a scope 3 category. An exclusion needs a justification and an estimate of what is "
    "left out; that a category does not apply needs a reason. ISO 14064-1 takes it as the significance of the category."
)
class CategoryScreeningInput:
    """A screening."""

    category: int = strawberry.field(description="Number of the category, 1 to 15.")
    relevance: list[RelevanceInput] = strawberry.field(description="Criteria judged, each once.")
    decision: ScreeningDecision = strawberry.field(description="What becomes of the category.")
    justification: str = strawberry.field(default="", description="Why it is left out, or does not apply.")
    estimated_percent: ExactDecimal | None = strawberry.field(
        default=None, description="Share of the scope 3 total expected, 0 to 100 %."
    )
    estimated_tonnes: ExactDecimal | None = strawberry.field(
        default=None, description="Magnitude expected, in tonnes of CO2e a year."
    )
    document: str = strawberry.field(default="", description="Where the screening is written down.")
    screened_on: Day = strawberry.field(description="Day of the decision.")

    def content(self) -> pure.CategoryScreening:
        """Return the screening; raises `screening.BadScreening`."""
        return pure.CategoryScreening(
            category=self.category,
            judgements=tuple(pure.Judgement(one.criterion, one.is_relevant, one.reason) for one in self.relevance),
            decision=self.decision,
            justification=self.justification,
            estimated_percent=self.estimated_percent,
            estimated_tonnes=self.estimated_tonnes,
            document=self.document,
            screened_on=self.screened_on,
        )


@strawberry.type(description="Whether one criterion makes a category relevant.")
class Relevance:
    """A judgement as declared."""

    criterion: RelevanceCriterion = strawberry.field(description="The criterion.")
    is_relevant: bool = strawberry.field(description="Whether it makes the category relevant.")
    reason: str = strawberry.field(description="Why, if it was said.")


@strawberry.type(description="The screening of a scope 3 category.")
class CategoryScreening:
    """A screening as declared."""

    category: int = strawberry.field(description="Number of the category.")
    relevance: list[Relevance] = strawberry.field(description="Criteria judged.")
    is_relevant: bool = strawberry.field(description="Whether a criterion makes it relevant.")
    decision: ScreeningDecision = strawberry.field(description="What becomes of the category.")
    justification: str = strawberry.field(description="Why it is left out, or does not apply.")
    estimated_percent: ExactDecimal | None = strawberry.field(
        description="Share of the scope 3 total expected in percent, if it was estimated."
    )
    estimated_tonnes: ExactDecimal | None = strawberry.field(
        description="Magnitude expected in tonnes of CO2e a year, if it was estimated."
    )
    document: str = strawberry.field(description="Where the screening is written down.")
    screened_on: Day = strawberry.field(description="Day of the decision.")

    @classmethod
    def of(cls, found: pure.CategoryScreening) -> "CategoryScreening":
        """Make the type of a screening."""
        percent, tonnes = found.estimated_percent, found.estimated_tonnes
        return cls(
            category=found.category,
            relevance=[
                Relevance(criterion=one.criterion, is_relevant=one.is_relevant, reason=one.reason)
                for one in found.judgements
            ],
            is_relevant=bool(found.relevant_by),
            decision=found.decision,
            justification=found.justification,
            estimated_percent=None if percent is None else ExactDecimal(percent),
            estimated_tonnes=None if tonnes is None else ExactDecimal(tonnes),
            document=found.document,
            screened_on=Day(found.screened_on),
        )
