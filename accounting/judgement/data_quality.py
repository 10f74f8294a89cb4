"""Data quality of a total: what its emissions rest on, weighted by emission.

Scores by the five indicators of the GHG Protocol Scope 3 Standard (2011), tables 7.6 and 7.7; rating and primary data
share as PACT defines them for a product footprint. Emissions whose quality nobody declared are reported as a share of
their own. A part weighs by its magnitude, so that a removal does not push the shares of others above 100 %.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from emission_factors import decimals


class BadQuality(ValueError):
    """A score, share or emission cannot be used; the message says which and what is accepted."""


class Indicator(StrEnum):
    """What data are scored by."""

    RELIABILITY = "RELIABILITY"
    """How far they are measured and verified."""
    COMPLETENESS = "COMPLETENESS"
    """How many of the sites they cover, and whether long enough."""
    TIME = "TIME"
    """How old they are."""
    GEOGRAPHY = "GEOGRAPHY"
    """How near the place they stand for."""
    TECHNOLOGY = "TECHNOLOGY"
    """How near the technology they stand for."""


class Rating(StrEnum):
    """Levels of the Scope 3 Standard, best first."""

    VERY_GOOD = "VERY_GOOD"
    """Score 1."""
    GOOD = "GOOD"
    """Score 2."""
    FAIR = "FAIR"
    """Score 3."""
    POOR = "POOR"
    """Score 4; also what is unknown."""

    @property
    def score(self) -> int:
        """The rating as a number from 1, the best, to 4."""
        return list(Rating).index(self) + 1


@dataclass(frozen=True, slots=True)
class IndicatorScores:
    """A score for each indicator, 1 the best; None where nobody gave one."""

    reliability: int | None
    completeness: int | None
    time: int | None
    geography: int | None
    technology: int | None

    def by_indicator(self) -> Mapping[Indicator, int | None]:
        """Return the five scores by indicator, in the order of `Indicator`."""
        values = (self.reliability, self.completeness, self.time, self.geography, self.technology)
        return dict(zip(Indicator, values, strict=True))


CRITERIA: Final[Mapping[Indicator, Mapping[Rating, str]]] = MappingProxyType(
    {
        indicator: MappingProxyType(dict(zip(Rating, texts, strict=True)))
        for indicator, texts in {
            Indicator.RELIABILITY: (
                "verified data from measurements",
                "verified data partly based on assumptions, or unverified data from measurements",
                "unverified data partly based on assumptions, or an expert's estimate",
                "an estimate by nobody qualified",
            ),
            Indicator.COMPLETENESS: (
                "all relevant sites over an adequate period",
                "more than half of the sites over an adequate period",
                "less than half of the sites over an adequate period, or more than half over a shorter one",
                "less than half of the sites over a shorter period, or unknown",
            ),
            Indicator.TIME: (
                "less than 3 years apart",
                "less than 6 years apart",
                "less than 10 years apart",
                "10 years apart or more, or unknown",
            ),
            Indicator.GEOGRAPHY: ("the same area", "a similar area", "a different area", "unknown"),
            Indicator.TECHNOLOGY: ("the same", "similar", "different", "unknown"),
        }.items()
    }
)
"""What each rating says, in our words (GHG Protocol Scope 3 Standard, 2011, table 7.6)."""


def time_rating(years_apart: Decimal | None) -> Rating:
    """Rate the years between data and what they stand for; None is unknown (Scope 3 Standard, table 7.6).

    Raises `BadQuality` for a negative number of years.

    >>> time_rating(Decimal("2.9")), time_rating(Decimal(3)), time_rating(None)
    (<Rating.VERY_GOOD: 'VERY_GOOD'>, <Rating.GOOD: 'GOOD'>, <Rating.POOR: 'POOR'>)
    """
    if years_apart is None:
        return Rating.POOR
    if not (years_apart.is_finite() and years_apart >= 0):
        raise BadQuality(f"data are {years_apart} years apart; accepted is 0 or more")
    limits = {3: Rating.VERY_GOOD, 6: Rating.GOOD, 10: Rating.FAIR}
    return next((rating for limit, rating in limits.items() if years_apart < limit), Rating.POOR)


def completeness_rating(sites_percent: Decimal | None, is_adequate_period: bool) -> Rating:
    """Rate the share of relevant sites that data cover; None is unknown (Scope 3 Standard, table 7.6).

    The table leaves exactly half open; it counts as not more than half. Raises `BadQuality` outside 0 to 100 %.
    """
    if sites_percent is None:
        return Rating.POOR
    if not (sites_percent.is_finite() and 0 <= sites_percent <= 100):
        raise BadQuality(f"data cover {sites_percent} % of the sites; accepted is 0 to 100")
    if is_adequate_period and sites_percent == 100:
        return Rating.VERY_GOOD
    if is_adequate_period:
        return Rating.GOOD if sites_percent > 50 else Rating.FAIR
    return Rating.FAIR if sites_percent > 50 else Rating.POOR


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """`score` of the emissions that have one, None where none has; `undeclared_percent` of the emissions has none."""

    score: Decimal | None
    undeclared_percent: Decimal


@dataclass(frozen=True, slots=True)
class PrimaryShare:
    """Percent of the emissions on primary data, on secondary data, and on data of which nobody said; together 100."""

    primary_percent: Decimal
    secondary_percent: Decimal
    undeclared_percent: Decimal


@dataclass(frozen=True, slots=True)
class QualityShares:
    """Percent of the emissions by how their quantity came about, and of those where nobody said; together 100."""

    percents: Mapping[str, Decimal]
    undeclared_percent: Decimal


def data_quality_rating(parts: Iterable[tuple[Decimal, Decimal | None]]) -> WeightedScore | None:
    """Return DQR = Σ share x score over pairs of emission (kg CO2e, or any share of the total) and score, 1 the best.

    Shares are of the scored emissions: an undeclared part counted at nothing would make the rating better. None where
    nothing is emitted. Raises `BadQuality` for a score that is not positive. Source: PACT Methodology, DQR.

    >>> data_quality_rating([(Decimal(60), Decimal(1)), (Decimal(15), Decimal(2)), (Decimal(25), None)])
    WeightedScore(score=Decimal('1.2'), undeclared_percent=Decimal('25'))
    """
    weighed = [(_weight(emission), _score(score)) for emission, score in parts]
    whole = sum((weight for weight, _ in weighed), Fraction(0))
    scored = [(weight, score) for weight, score in weighed if score is not None]
    covered = sum((weight for weight, _ in scored), Fraction(0))
    if not whole:
        return None
    rating = sum((weight * score for weight, score in scored), Fraction(0)) / covered if covered else None
    return WeightedScore(None if rating is None else decimals.exact(rating), _percent(whole - covered, whole))


def primary_share(parts: Iterable[tuple[Decimal, Decimal | None]]) -> PrimaryShare | None:
    """Return the primary data share from pairs of emission and the percentage of it that rests on primary data.

    The percentage is 100 or 0 for a source of one's own, and a supplier's own share for what was bought. None where
    nothing is emitted. Raises `BadQuality` for a percentage outside 0 to 100. Source: PACT Methodology, primary data
    share.
    """
    weighed = [(_weight(emission), _share(percent)) for emission, percent in parts]
    whole = sum((weight for weight, _ in weighed), Fraction(0))
    undeclared = sum((weight for weight, share in weighed if share is None), Fraction(0))
    primary = sum((weight * share for weight, share in weighed if share is not None), Fraction(0))
    if not whole:
        return None
    return PrimaryShare(
        _percent(primary, whole), _percent(whole - undeclared - primary, whole), _percent(undeclared, whole)
    )


def quality_shares(parts: Iterable[tuple[Decimal, str | None]]) -> QualityShares | None:
    """Return the share of emissions by quality, from pairs of emission and how its quantity came about.

    Codes are the caller's, such as MEASURED, BILLED and ESTIMATED. None where nothing is emitted.
    """
    weights: dict[str | None, Fraction] = {}
    for emission, quality in parts:
        weights[quality] = weights.get(quality, Fraction(0)) + _weight(emission)
    whole = sum(weights.values(), Fraction(0))
    if not whole:
        return None
    percents = {quality: _percent(weight, whole) for quality, weight in weights.items() if quality is not None}
    return QualityShares(MappingProxyType(percents), _percent(weights.get(None, Fraction(0)), whole))


def _weight(emission: Decimal) -> Fraction:
    if not emission.is_finite():
        raise BadQuality(f"a part emits {emission}; accepted is a finite number")
    return abs(Fraction(emission))


def _score(score: Decimal | None) -> Fraction | None:
    if score is not None and not (score.is_finite() and score > 0):
        raise BadQuality(f"a score is {score}; accepted is a positive number, 1 the best")
    return None if score is None else Fraction(score)


def _share(percent: Decimal | None) -> Fraction | None:
    if percent is not None and not (percent.is_finite() and 0 <= percent <= 100):
        raise BadQuality(f"primary data are {percent} %; accepted is 0 to 100")
    return None if percent is None else Fraction(percent) / 100


def _percent(part: Fraction, whole: Fraction) -> Decimal:
    return decimals.exact(100 * part / whole)
