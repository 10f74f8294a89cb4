"""What a company consolidates, where a leased asset belongs, and whether a base year is recalculated."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import strawberry

from accounting import consolidation
from accounting.change import base_year
from emission_factors.decimals import rounded
from schema.enums import (
    BaseYearChangeKind,
    ConsolidationApproach,
    FinancialControl,
    LeaseKind,
    LeaseParty,
    LeasePlacement,
)
from schema.errors import BadInput
from schema.scalars import Day, ExactDecimal

_SOURCE_OF_SHARES: Final = "GHG Protocol Corporate Standard (2004), chapter 3"
_SOURCE_OF_LEASES: Final = (
    "GHG Protocol Corporate Standard (2004), appendix F; Scope 3 Standard (2011), appendix A, tables A.1 and A.2"
)
_SOURCE_OF_BASE_YEAR: Final = "GHG Protocol Corporate Standard (2004), chapter 5"


@strawberry.input(description="A company's hold on one operation over days on which it does not change.")
class StakeInput:
    """A stake."""

    equity_percent: ExactDecimal = strawberry.field(description="Economic interest, 0 to 100.")
    financial_control: FinancialControl = strawberry.field(description="Financial control.")
    has_operational_control: bool = strawberry.field(description="Full authority over operating policies.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day; open if left out.")


@strawberry.input(description="How an operation is held: exactly one of stakes and a chain.", one_of=True)
class HoldingInput:
    """A holding."""

    stakes: list[StakeInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Stakes over time; every day asked for needs one, 0 % where sold."
    )
    equity_percents: list[ExactDecimal] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Equity shares through a chain of companies, from the top down, in percent. They say nothing of "
        "control, so that EQUITY_SHARE is the one approach.",
    )


@strawberry.type(description="Days on which the consolidated share is one number.")
class ConsolidatedSpan:
    """A span."""

    first_day: Day = strawberry.field(description="First day.")
    last_day: Day = strawberry.field(description="Last day, included.")
    days: int = strawberry.field(description="How many days.")
    share: ExactDecimal = strawberry.field(description="Consolidated share, 0 to 1.")


@strawberry.type(description="What a company consolidates of an operation.")
class Consolidation:
    """A consolidation."""

    approach: ConsolidationApproach = strawberry.field(description="The approach.")
    spans: list[ConsolidatedSpan] = strawberry.field(description="The days asked for, cut where the share changes.")
    mean_share: ExactDecimal = strawberry.field(
        description="Mean share, each day weighing the same, rounded to 50 digits: what the amount is multiplied by."
    )
    amount: ExactDecimal = strawberry.field(description="Amount of the whole operation.")
    consolidated: ExactDecimal = strawberry.field(description="Amount times mean share, exactly, in the same unit.")
    source: str = strawberry.field(description="Document and clause.")


@strawberry.type(description="Where a company reports a leased asset.")
class LeasedAsset:
    """A placement."""

    placement: LeasePlacement = strawberry.field(description="Where it belongs.")
    scope_3_category: int | None = strawberry.field(
        name="scope3Category", description="Scope 3 category; none inside scopes 1 and 2."
    )
    source: str = strawberry.field(description="Documents and clauses.")


@strawberry.input(description="A company's stated threshold for recalculating its base year.")
class BaseYearThresholdInput:
    """A threshold."""

    percent: ExactDecimal = strawberry.field(
        description="Percent of base year emissions, above 0 and below 100; 5 is customary, and the most SBTi accepts."
    )
    source: str = strawberry.field(description="Document that states it; the standard prescribes none.")


@strawberry.input(description="Why base year emissions would be another figure today, and by how much.")
class BaseYearChangeInput:
    """A change."""

    kind: BaseYearChangeKind = strawberry.field(description="Kind; some count and some never do.")
    delta: ExactDecimal = strawberry.field(description="What base year emissions would be more by, or less, below 0.")
    reason: str = strawberry.field(description="Why, in words.")
    effective_on: Day = strawberry.field(description="When it took effect; kept with the change, and not counted with.")


@strawberry.type(description="A change of base year emissions.")
class BaseYearChange:
    """A change."""

    kind: BaseYearChangeKind = strawberry.field(description="Kind.")
    delta: ExactDecimal = strawberry.field(description="What base year emissions would be more by.")
    reason: str = strawberry.field(description="Why, in words.")
    effective_on: Day = strawberry.field(description="When it took effect.")

    @classmethod
    def of(cls, found: base_year.Change) -> "BaseYearChange":
        """Make the type of a change."""
        return cls(
            kind=found.kind, delta=ExactDecimal(found.delta), reason=found.reason, effective_on=Day(found.effective)
        )


@strawberry.type(description="Changes since the last recalculation, judged together.")
class BaseYearJudgement:
    """A judgement."""

    emissions: ExactDecimal = strawberry.field(description="Base year emissions before.")
    delta: ExactDecimal = strawberry.field(description="Sum of the changes that count.")
    percent: ExactDecimal = strawberry.field(
        description="Size of the sum in percent of base year emissions, rounded to 50 digits."
    )
    threshold_percent: ExactDecimal = strawberry.field(description="The threshold; reaching it triggers.")
    threshold_source: str = strawberry.field(description="Document that states the threshold.")
    is_triggered: bool = strawberry.field(description="Whether recalculation is triggered, compared exactly.")
    restated: ExactDecimal = strawberry.field(
        description="Base year emissions from now on: with the sum where recalculation is triggered, else as before."
    )
    counted: list[BaseYearChange] = strawberry.field(description="Changes that count, in the order given.")
    not_counted: list[BaseYearChange] = strawberry.field(
        description="Growth, decline and moves that never count, in the order given."
    )
    source: str = strawberry.field(description="Document and clause of the method.")

    @classmethod
    def of(cls, found: base_year.Significance, policy: base_year.Policy) -> "BaseYearJudgement":
        """Make the type of a judgement."""
        return cls(
            emissions=ExactDecimal(found.base),
            delta=ExactDecimal(found.delta),
            percent=ExactDecimal(found.percent),
            threshold_percent=ExactDecimal(policy.threshold_percent),
            threshold_source=policy.source,
            is_triggered=found.is_triggered,
            restated=ExactDecimal(found.restated),
            counted=[BaseYearChange.of(change) for change in found.counted],
            not_counted=[BaseYearChange.of(change) for change in found.not_counted],
            source=_SOURCE_OF_BASE_YEAR,
        )


def consolidated(
    amount: Decimal, approach: ConsolidationApproach, holding: HoldingInput, first: date, last: date
) -> Consolidation:
    """Consolidate an amount; raises `BadInput`, `BadStake`, `StakeConflict`, `NoStake`."""
    if last < first:
        raise BadInput(f"the days end on {last}, before they begin on {first}")
    stakes = _stakes(holding, approach, first, last)
    mean = consolidation.mean_share(stakes, approach, first, last)
    return Consolidation(
        approach=approach,
        spans=[_span(span) for span in consolidation.spans(stakes, approach, first, last)],
        mean_share=ExactDecimal(rounded(mean)),
        amount=ExactDecimal(amount),
        consolidated=ExactDecimal(consolidation.consolidated(amount, mean)),
        source=_SOURCE_OF_SHARES,
    )


def lease_placed(
    kind: LeaseKind, is_operated_by_lessee: bool, party: LeaseParty, approach: ConsolidationApproach
) -> LeasedAsset:
    """Place a leased asset."""
    found = consolidation.leased(consolidation.Lease(kind, is_operated_by_lessee), party, approach)
    return LeasedAsset(placement=found, scope_3_category=found.category, source=_SOURCE_OF_LEASES)


def base_year_judged(
    emissions: Decimal, threshold: BaseYearThresholdInput, given: Sequence[BaseYearChangeInput]
) -> BaseYearJudgement:
    """Judge changes of a base year; raises `BadBaseYear`."""
    policy = base_year.Policy(threshold.percent, threshold.source)
    changes = [base_year.Change(one.kind, one.delta, one.reason, one.effective_on) for one in given]
    return BaseYearJudgement.of(base_year.significance(emissions, policy, changes), policy)


def _stakes(
    holding: HoldingInput, approach: ConsolidationApproach, first: date, last: date
) -> list[consolidation.Stake]:
    if holding.stakes is not None and holding.stakes is not strawberry.UNSET:
        return [_stake(stake) for stake in holding.stakes]
    if approach is not ConsolidationApproach.EQUITY_SHARE:
        raise BadInput(f"a chain of equity shares says nothing of control; {approach} needs stakes")
    equity = consolidation.indirect_equity([consolidation.percent(one) for one in holding.equity_percents or ()])
    return [consolidation.Stake(equity, FinancialControl.NONE, False, first, last)]


def _stake(given: StakeInput) -> consolidation.Stake:
    equity = consolidation.percent(given.equity_percent)
    return consolidation.Stake(
        equity, given.financial_control, given.has_operational_control, given.valid_from, given.valid_to
    )


def _span(found: consolidation.Span) -> ConsolidatedSpan:
    return ConsolidatedSpan(
        first_day=Day(found.first), last_day=Day(found.last), days=found.days, share=ExactDecimal(rounded(found.share))
    )
