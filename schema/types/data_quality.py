"""What a total's emissions rest on: rating, share of primary data, and shares by how quantities came about."""

from collections.abc import Sequence
from typing import Final

import strawberry

from accounting.judgement import data_quality as pure
from schema.enums import Quality
from schema.scalars import ExactDecimal

_SOURCE: Final = "WBCSD PACT methodology: data quality rating, primary data share; GHG Protocol Scope 3 Standard (2011)"


@strawberry.input(description="A part of a total, with what was declared of its data.")
class DataQualityPartInput:
    """A part."""

    emission: ExactDecimal = strawberry.field(description="What it emits; it weighs by its size, removals too.")
    score: ExactDecimal | None = strawberry.field(
        default=None, description="Data quality score above 0, 1 the best; left out where nobody gave one."
    )
    primary_percent: ExactDecimal | None = strawberry.field(
        default=None,
        description="Percent of it that rests on primary data: 100 or 0 for a source of one's own, a supplier's share "
        "for what was bought; left out where nobody said.",
    )
    quality: Quality | None = strawberry.field(
        default=None, description="How its quantity came about; left out where nobody said."
    )


@strawberry.type(description="Data quality rating of the emissions that have a score.")
class DataQualityRating:
    """A rating."""

    score: ExactDecimal | None = strawberry.field(
        description="Mean score weighted by emission, 1 the best; none where nothing is scored."
    )
    undeclared_percent: ExactDecimal = strawberry.field(description="Percent of the emissions without a score.")


@strawberry.type(description="Percent of the emissions by what they rest on; together 100.")
class PrimaryDataShare:
    """Primary data."""

    primary_percent: ExactDecimal = strawberry.field(description="On primary data.")
    secondary_percent: ExactDecimal = strawberry.field(description="On secondary data.")
    undeclared_percent: ExactDecimal = strawberry.field(description="On data of which nobody said.")


@strawberry.type(description="Percent of the emissions whose quantity came about one way.")
class QualityShare:
    """A share."""

    quality: Quality = strawberry.field(description="How the quantity came about.")
    percent: ExactDecimal = strawberry.field(description="Percent of the emissions.")


@strawberry.type(description="Percent of the emissions by how their quantities came about; together 100.")
class QualityShares:
    """Shares."""

    shares: list[QualityShare] = strawberry.field(description="What was declared, as it first comes.")
    undeclared_percent: ExactDecimal = strawberry.field(description="Percent of which nobody said.")


@strawberry.type(description="What a total's emissions rest on; each part is none where nothing is emitted.")
class DataQualityOfTotal:
    """Data quality."""

    rating: DataQualityRating | None = strawberry.field(description="Rating by scores.")
    primary_share: PrimaryDataShare | None = strawberry.field(description="Share of primary data.")
    qualities: QualityShares | None = strawberry.field(description="Shares by how quantities came about.")
    source: str = strawberry.field(description="Documents.")


def weighed(parts: Sequence[DataQualityPartInput]) -> DataQualityOfTotal:
    """Weigh what was declared of the parts of a total; raises `BadQuality`."""
    return DataQualityOfTotal(
        rating=rating(pure.data_quality_rating((part.emission, part.score) for part in parts)),
        primary_share=primary_data_share(pure.primary_share((part.emission, part.primary_percent) for part in parts)),
        qualities=quality_shares(pure.quality_shares((part.emission, part.quality) for part in parts)),
        source=_SOURCE,
    )


def rating(found: pure.WeightedScore | None) -> DataQualityRating | None:
    """Make the type of a rating."""
    if found is None:
        return None
    score = None if found.score is None else ExactDecimal(found.score)
    return DataQualityRating(score=score, undeclared_percent=ExactDecimal(found.undeclared_percent))


def primary_data_share(found: pure.PrimaryShare | None) -> PrimaryDataShare | None:
    """Make the type of a primary data share."""
    if found is None:
        return None
    return PrimaryDataShare(
        primary_percent=ExactDecimal(found.primary_percent),
        secondary_percent=ExactDecimal(found.secondary_percent),
        undeclared_percent=ExactDecimal(found.undeclared_percent),
    )


def quality_shares(found: pure.QualityShares | None) -> QualityShares | None:
    """Make the type of shares by quality."""
    if found is None:
        return None
    shares = [
        QualityShare(quality=Quality(code), percent=ExactDecimal(percent)) for code, percent in found.percents.items()
    ]
    return QualityShares(shares=shares, undeclared_percent=ExactDecimal(found.undeclared_percent))
