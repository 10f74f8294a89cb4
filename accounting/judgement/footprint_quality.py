"""What a footprint rests on: how its quantities came about, how good its data are, and how much of them are primary.

Scores are those of the GHG Protocol Scope 3 Standard (2011), table 7.6: 1 is the best, 4 the worst. What a tenant
declared of a quantity or a factor on that scale comes first; of the two the worse counts. Otherwise, by conventions of
ours: time and geography are read from the factor, reliability from how the quantity came about. Completeness and
technology are known only where they are declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from accounting.judgement.activity_uncertainty import DeclaredUncertainty
from accounting.judgement.data_quality import (
    Indicator,
    IndicatorScores,
    PrimaryShare,
    QualityShares,
    Rating,
    WeightedScore,
    data_quality_rating,
    primary_share,
    quality_shares,
    time_rating,
)
from accounting.judgement.footprint_uncertainty import Part
from accounting.judgement.pedigree import FactorSet
from accounting.value_chain.scope3 import primary_percent
from emission_factors import decimals, regions
from emission_factors.activity_types import Scope
from emission_factors.factors import Origin, Status

_RELIABILITY: Final = MappingProxyType({"MEASURED": Rating.GOOD, "BILLED": Rating.GOOD, "ESTIMATED": Rating.FAIR})
"""Quality of a quantity -> its rating where nobody had it verified: a meter of one's own or the seller's gives
`unverified data from measurements`, an estimate is `partly based on assumptions`."""
_OWN: Final = frozenset({Origin.SUPPLIER, Origin.CUSTOM, Origin.INSTRUMENT, Origin.CALLER})
"""Factors that somebody in the value chain gave, for what is delivered there."""


@dataclass(frozen=True, slots=True)
class FootprintQuality:
    """Data quality of a total; each part is None where nothing is emitted. `score` is over all indicators known."""

    shares: QualityShares | None
    primary: PrimaryShare | None
    score: WeightedScore | None
    indicators: Mapping[Indicator, WeightedScore]


def quality_of(parts: Sequence[Part]) -> FootprintQuality:
    """Return the data quality of the sum of parts, weighted by emission."""
    alike = _alike(parts)
    scores = [(emission, one.scores.by_indicator()) for one, emission in alike.items()]
    by_indicator = {
        indicator: data_quality_rating((emission, _decimal(found[indicator])) for emission, found in scores)
        for indicator in Indicator
    }
    return FootprintQuality(
        shares=quality_shares((emission, one.quality) for one, emission in alike.items()),
        primary=primary_share((emission, one.primary_percent) for one, emission in alike.items()),
        score=data_quality_rating((emission, _mean(found)) for emission, found in scores),
        indicators=MappingProxyType({key: found for key, found in by_indicator.items() if found is not None}),
    )


def scores_of(part: Part) -> IndicatorScores:
    """Return what is known of a part by each indicator, 1 to 4; None where nothing is."""
    declared = [_declared(one.declared) for one in (part.quantity, part.rate)]
    derived = {
        Indicator.RELIABILITY: _reliability(part),
        Indicator.TIME: time_rating(_years_apart(part)),
        Indicator.GEOGRAPHY: _geography(part),
    }
    found = {indicator: _score(indicator, declared, derived) for indicator in Indicator}
    return IndicatorScores(*found.values())


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a part."""

    quality: str
    primary_percent: Decimal | None
    scores: IndicatorScores


def _alike(parts: Sequence[Part]) -> Mapping[_Said, Decimal]:
    """Add up the magnitudes of parts of which the same is said: a few fractions to come instead of thousands."""
    sums: dict[_Said, Decimal] = {}
    for part in parts:
        said = _Said(part.line.quality, _primary_percent(part), scores_of(part))
        sums[said] = decimals.EXACT.add(sums.get(said, Decimal(0)), part.emission.copy_abs())
    return sums


def _declared(found: DeclaredUncertainty | None) -> Mapping[Indicator, int | None]:
    """Return scores declared on the scale of the standard; ecoinvent's five levels are another scale."""
    if found is None or found.scored is None or found.scored.factor_set is not FactorSet.GHG_PROTOCOL:
        return {}
    return found.scored.scores.by_indicator()


def _score(
    indicator: Indicator, declared: Sequence[Mapping[Indicator, int | None]], derived: Mapping[Indicator, Rating]
) -> int | None:
    given = [score for scores in declared if (score := scores.get(indicator)) is not None]
    if given:
        return max(given)
    rating = derived.get(indicator)
    return rating.score if rating else None


def _reliability(part: Part) -> Rating:
    """Rate the quantity; a factor whose copies disagree is no better than an assumption."""
    rating = _RELIABILITY[part.line.quality]
    return Rating.FAIR if part.factor.status is Status.CONFLICTING else rating


def _years_apart(part: Part) -> Decimal:
    """Return the years from the factor's year to the farther end of the quantity's months."""
    ends: tuple[date, date] = (part.line.first_month, part.line.last_month)
    return Decimal(max(abs(end.year - part.factor.data_year) for end in ends))


def _geography(part: Part) -> Rating:
    """Rate the factor's region: of the place or of who delivers there, of a wider area around it, or a proxy."""
    factor = part.factor
    if factor.origin in _OWN or factor.region == part.line.region:
        return Rating.VERY_GOOD
    return Rating.GOOD if factor.region in regions.ladder(part.line.region) else Rating.FAIR


def _primary_percent(part: Part) -> Decimal | None:
    """Return 100 for primary data, 0 for secondary, None where nobody said (Scope 3 Standard, 2011, chapter 7).

    In scopes 1 and 2 a quantity of one's own that was measured or billed is primary; in scope 3 the factor decides, as
    it does for the categories.
    """
    if part.line.line.scope is Scope.SCOPE_3:
        return primary_percent(part.line.resolved)
    return Decimal(0 if part.line.quality == "ESTIMATED" else 100)


def _mean(scores: Mapping[Indicator, int | None]) -> Decimal | None:
    known = [score for score in scores.values() if score is not None]
    return decimals.exact(Fraction(sum(known), len(known))) if known else None


def _decimal(score: int | None) -> Decimal | None:
    return None if score is None else Decimal(score)
