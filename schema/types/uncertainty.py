"""Uncertainty in closed form: of a total, of a product, and from data quality scores."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import strawberry

from accounting.judgement import pedigree
from accounting.judgement import uncertainty as pure
from accounting.judgement.data_quality import IndicatorScores
from schema.enums import BasicUncertainty, DataQualityIndicator, PedigreeSet, UncertaintyFlag, UncertaintyForm
from schema.scalars import ExactDecimal

_SOURCE_OF_SUM: Final = {
    UncertaintyForm.PERCENT: "2006 IPCC Guidelines, volume 1, chapter 3, equation 3.2",
    UncertaintyForm.GSD2: "2006 IPCC Guidelines, volume 1, chapter 3, equation 3.2, on logarithms: first order",
}
_SOURCE_OF_PRODUCT: Final = {
    UncertaintyForm.PERCENT: "2006 IPCC Guidelines, volume 1, chapter 3, equation 3.1",
    UncertaintyForm.GSD2: "2006 IPCC Guidelines, volume 1, chapter 3, equation 3.1, on logarithms",
}
_SOURCE_OF_SCORES: Final = {
    PedigreeSet.GHG_PROTOCOL: "GHG Protocol Quantitative Inventory Uncertainty guidance; factors recalled, not seen",
    PedigreeSet.ECOINVENT_V2: "ecoinvent report 1, version 2, as in the package pedigree_matrix 0.2.2",
    PedigreeSet.ECOINVENT_V3: "Empirical factors in the style of ecoinvent 3, as in the package pedigree_matrix 0.2.2",
}
_COMBINED: Final = {UncertaintyForm.PERCENT: pure.combined_percent, UncertaintyForm.GSD2: pure.combined_gsd2}


@strawberry.input(description="A quantity that lines are products of, such as a factor or a reading.")
class UncertainInput:
    """An input of a line."""

    code: str = strawberry.field(description="Code; lines that name one code share it, and it acts once on their sum.")
    spread: ExactDecimal | None = strawberry.field(
        default=None,
        description="Its uncertainty in the form asked for: percent, or GSD². 0, or GSD² 1, where it is exact; left "
        "out where nobody declared it.",
    )


@strawberry.input(description="A line of a total, the product of its inputs.")
class UncertainLineInput:
    """A line."""

    name: str = strawberry.field(description="Name, to be found again in the answer.")
    emission: ExactDecimal = strawberry.field(description="What it emits; below 0 for a removal, in percent only.")
    inputs: list[UncertainInput] = strawberry.field(description="What it is the product of, each once.")


@strawberry.type(description="Uncertainty of a total; lines that declare none stay outside the interval and are named.")
class CombinedUncertainty:
    """Uncertainty of a total."""

    form: UncertaintyForm = strawberry.field(description="What `spread` is.")
    total: ExactDecimal = strawberry.field(description="Sum of all lines.")
    covered: ExactDecimal = strawberry.field(description="Sum of the lines that declare an uncertainty.")
    spread: ExactDecimal | None = strawberry.field(
        description="Uncertainty of `covered`, rounded to 50 digits; none where it has nothing to relate to."
    )
    low: ExactDecimal | None = strawberry.field(description="Lower end of the 95 % interval of `covered`.")
    high: ExactDecimal | None = strawberry.field(description="Upper end of the 95 % interval of `covered`.")
    undeclared: list[str] = strawberry.field(description="Lines that declare no uncertainty.")
    shared: list[str] = strawberry.field(description="Inputs that several lines share.")
    wide: list[str] = strawberry.field(description="Lines above 30 %, or a GSD² of 1.3.")
    flags: list[UncertaintyFlag] = strawberry.field(description="What must be said with the interval.")
    source: str = strawberry.field(description="Document and equation.")


@strawberry.input(description="Uncertainties of independent factors of a product, all in one form.", one_of=True)
class SpreadsInput:
    """Uncertainties; exactly one form is given."""

    percents: list[ExactDecimal] | None = strawberry.field(
        default=strawberry.UNSET, description="Halves of 95 % intervals in percent, 0 or more."
    )
    gsd2s: list[ExactDecimal] | None = strawberry.field(
        default=strawberry.UNSET, description="GSD² of lognormal quantities, 1 or more."
    )


@strawberry.type(description="Uncertainty of a product of independent quantities.")
class ProductUncertainty:
    """Uncertainty of a product."""

    form: UncertaintyForm = strawberry.field(description="What `spread` is.")
    spread: ExactDecimal = strawberry.field(description="Uncertainty of the product, rounded to 50 digits.")
    source: str = strawberry.field(description="Document and equation.")


@strawberry.input(description="A score for each indicator, 1 the best; the worst is assumed of what is left out.")
class PedigreeScoresInput:
    """Scores."""

    reliability: int | None = strawberry.field(default=None, description="Reliability.")
    completeness: int | None = strawberry.field(default=None, description="Completeness.")
    time: int | None = strawberry.field(default=None, description="Time.")
    geography: int | None = strawberry.field(default=None, description="Geography.")
    technology: int | None = strawberry.field(default=None, description="Technology.")


@strawberry.input(description="Uncertainty that a quantity has even with the best scores.", one_of=True)
class BasicUncertaintyInput:
    """Basic uncertainty; exactly one part is given."""

    kind: BasicUncertainty | None = strawberry.field(
        default=strawberry.UNSET, description="What the quantity is, for the figure of ecoinvent report 1, version 2."
    )
    factor: ExactDecimal | None = strawberry.field(default=strawberry.UNSET, description="A factor U_b, 1 or more.")


@strawberry.type(description="The factor one indicator brings.")
class ScoredFactor:
    """A factor."""

    indicator: DataQualityIndicator = strawberry.field(description="Indicator.")
    score: int = strawberry.field(description="Score that counts.")
    factor: ExactDecimal = strawberry.field(description="Its uncertainty factor.")
    is_assumed: bool = strawberry.field(description="Whether nobody scored it, so that the worst score stands in.")
    is_filled: bool = strawberry.field(description="Whether the publication leaves the cell blank.")


@strawberry.type(description="Uncertainty from data quality scores.")
class PedigreeUncertainty:
    """Uncertainty from scores."""

    gsd2: ExactDecimal = strawberry.field(
        description="GSD², the factor between the median and either end of the 95 % interval, rounded to 50 digits."
    )
    factor_set: PedigreeSet = strawberry.field(name="set", description="Publication of the factors.")
    factors: list[ScoredFactor] = strawberry.field(description="Factors of the five indicators.")
    basic: ExactDecimal | None = strawberry.field(description="Basic factor U_b; none where the scores alone count.")
    assumed: list[DataQualityIndicator] = strawberry.field(description="Indicators nobody scored.")
    source: str = strawberry.field(description="Publication of the factors, and how it was read.")


def combined(given: Sequence[UncertainLineInput], form: UncertaintyForm) -> CombinedUncertainty:
    """Return the uncertainty of a total; raises `BadUncertainty`."""
    found = _COMBINED[form]([_line(one) for one in given])
    return CombinedUncertainty(
        form=form,
        total=ExactDecimal(found.total),
        covered=ExactDecimal(found.covered),
        spread=_optional(found.spread),
        low=_optional(found.low),
        high=_optional(found.high),
        undeclared=list(found.undeclared),
        shared=list(found.shared),
        wide=list(found.wide),
        flags=sorted(found.flags),
        source=_SOURCE_OF_SUM[form],
    )


def multiplied(given: SpreadsInput) -> ProductUncertainty:
    """Return the uncertainty of a product; raises `BadUncertainty`."""
    if given.percents is not None and given.percents is not strawberry.UNSET:
        form, spread = UncertaintyForm.PERCENT, pure.percent_of_product(given.percents)
    else:
        form, spread = UncertaintyForm.GSD2, pure.gsd2_of_product(given.gsd2s or ())
    return ProductUncertainty(form=form, spread=ExactDecimal(spread), source=_SOURCE_OF_PRODUCT[form])


def scored(
    factor_set: PedigreeSet, given: PedigreeScoresInput, basic: BasicUncertaintyInput | None
) -> PedigreeUncertainty:
    """Return the uncertainty from scores; raises `BadScore`, `BadUncertainty`."""
    return of_scores(pedigree.pedigree_uncertainty(indicator_scores(given), factor_set, basic_factor(basic)))


def of_scores(found: pedigree.PedigreeUncertainty) -> PedigreeUncertainty:
    """Make the type of an uncertainty from scores."""
    return PedigreeUncertainty(
        gsd2=ExactDecimal(found.gsd2),
        factor_set=found.factor_set,
        factors=[_scored_factor(one) for one in found.factors],
        basic=_optional(found.basic),
        assumed=[one.indicator for one in found.factors if one.is_assumed],
        source=_SOURCE_OF_SCORES[found.factor_set],
    )


def indicator_scores(given: PedigreeScoresInput) -> IndicatorScores:
    """Return scores as given."""
    return IndicatorScores(given.reliability, given.completeness, given.time, given.geography, given.technology)


def basic_factor(given: BasicUncertaintyInput | None) -> Decimal | None:
    """Return U_b, of the kind of quantity where that is named."""
    if given is None:
        return None
    return pedigree.BASIC_FACTORS[given.kind] if given.kind else given.factor


def _line(given: UncertainLineInput) -> pure.UncertainLine:
    inputs = tuple(pure.UncertainInput(one.code, one.spread) for one in given.inputs)
    return pure.UncertainLine(given.name, given.emission, inputs)


def _scored_factor(found: pedigree.ScoredFactor) -> ScoredFactor:
    return ScoredFactor(
        indicator=found.indicator,
        score=found.score,
        factor=ExactDecimal(found.factor),
        is_assumed=found.is_assumed,
        is_filled=found.is_filled,
    )


def _optional(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)
