"""What the totals of a footprint rest on: shares by quality, primary data, and data quality scores."""

from typing import Final

import strawberry

from accounting.judgement import footprint_quality as pure
from accounting.judgement.headline_totals import Total
from schema.enums import DataQualityIndicator
from schema.footprint_detail import FootprintDetail, Parts
from schema.types.data_quality import (
    DataQualityRating,
    PrimaryDataShare,
    QualityShares,
    primary_data_share,
    quality_shares,
    rating,
)
from schema.types.footprint_uncertainty import within

_SOURCE: Final = (
    "GHG Protocol Scope 3 Standard (2011), chapter 7, table 7.6; WBCSD PACT methodology: weighted by emission"
)


@strawberry.type(description="Rating of a total by one indicator.")
class IndicatorRating:
    """A rating by an indicator."""

    indicator: DataQualityIndicator = strawberry.field(description="Indicator.")
    rating: DataQualityRating = strawberry.field(description="Score from 1, the best, to 4.")


@strawberry.type(description="What a total rests on, weighted by emission; each part is none where nothing is emitted.")
class TotalQuality:
    """Data quality of a total."""

    shares: QualityShares | None = strawberry.field(description="Shares by how quantities came about.")
    primary_share: PrimaryDataShare | None = strawberry.field(
        description="Share of primary data: in scopes 1 and 2 what was measured or billed, in scope 3 as for the "
        "categories: what has the supplier's factor; a factor of the tenant's own does not say."
    )
    rating: DataQualityRating | None = strawberry.field(
        description="Mean score over the indicators known of each line, 1 the best, 4 the worst."
    )
    indicators: list[IndicatorRating] = strawberry.field(
        description="Scores by indicator: declared ones first; else time and geography of the factor, reliability of "
        "the quantity. Completeness and technology are known only where declared."
    )

    @classmethod
    def of(cls, found: pure.FootprintQuality) -> "TotalQuality":
        """Make the type of a total's quality."""
        return cls(
            shares=quality_shares(found.shares),
            primary_share=primary_data_share(found.primary),
            rating=rating(found.score),
            indicators=[
                IndicatorRating(indicator=indicator, rating=one)
                for indicator, score in found.indicators.items()
                if (one := rating(score)) is not None
            ],
        )


@strawberry.type(description="What a footprint rests on.")
class FootprintQuality:
    """Data quality of a footprint."""

    parts: strawberry.Private[Parts]
    detail: strawberry.Private[FootprintDetail]

    @strawberry.field(description="Documents.")
    def source(self) -> str:
        """Return the source."""
        return _SOURCE

    @strawberry.field(name="scope1", description="Scope 1.")
    async def scope_1(self) -> TotalQuality:
        """Return scope 1."""
        return await self._of(Total.SCOPE_1)

    @strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    async def scope_2_location(self) -> TotalQuality:
        """Return scope 2 by location."""
        return await self._of(Total.SCOPE_2_LOCATION)

    @strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    async def scope_2_market(self) -> TotalQuality:
        """Return scope 2 by market."""
        return await self._of(Total.SCOPE_2_MARKET)

    @strawberry.field(name="scope3", description="Scope 3.")
    async def scope_3(self) -> TotalQuality:
        """Return scope 3."""
        return await self._of(Total.SCOPE_3)

    @strawberry.field(description="Scopes 1, 2 (location-based) and 3.")
    async def total_location(self) -> TotalQuality:
        """Return the sum with scope 2 by location."""
        return await self._of(Total.TOTAL_LOCATION)

    @strawberry.field(description="Scopes 1, 2 (market-based) and 3.")
    async def total_market(self) -> TotalQuality:
        """Return the sum with scope 2 by market."""
        return await self._of(Total.TOTAL_MARKET)

    async def _of(self, total: Total) -> TotalQuality:
        parts = within(self.parts, total)
        return TotalQuality.of(await self.detail.beside(lambda: pure.quality_of(parts)))
