"""Declared uncertainties: of a tenant's quantities, and of factors."""

from decimal import Decimal
from uuid import UUID

import strawberry

from accounting.judgement import activity_uncertainty as pure
from schema.enums import PedigreeSet, Quality, UncertaintyForm
from schema.global_ids import decode_uuid
from schema.scalars import ExactDecimal
from schema.types.info import Info
from schema.types.registry import Site, present
from schema.types.uncertainty import (
    BasicUncertaintyInput,
    PedigreeScoresInput,
    PedigreeUncertainty,
    basic_factor,
    indicator_scores,
    of_scores,
)


@strawberry.input(description="Data quality scores, and the publication that gives each a factor.")
class ScoredUncertaintyInput:
    """Scores."""

    factor_set: PedigreeSet = strawberry.field(name="set", description="Publication of the factors of scores.")
    scores: PedigreeScoresInput = strawberry.field(description="Scores by indicator; the worst where left out.")
    basic: BasicUncertaintyInput | None = strawberry.field(
        default=None, description="Basic uncertainty; the scores alone count if left out."
    )


@strawberry.input(description="An uncertainty; exactly one form is given.", one_of=True)
class DeclaredSpreadInput:
    """An uncertainty."""

    percent: ExactDecimal | None = strawberry.field(
        default=strawberry.UNSET, description="Half the 95 % interval in percent, 0 where exact."
    )
    gsd2: ExactDecimal | None = strawberry.field(
        default=strawberry.UNSET, description="GSD² of a lognormal quantity, 1 where exact."
    )
    scored: ScoredUncertaintyInput | None = strawberry.field(
        default=strawberry.UNSET, description="Data quality scores that make a GSD²."
    )


@strawberry.input(
    description="How uncertain the tenant's quantities of an activity type are, or a factor. Of several that cover a "
    "quantity one applies: for its site before all sites, then the longer activity type, then its quality before all."
)
class DeclaredUncertaintyInput:
    """A declared uncertainty."""

    activity_type: str = strawberry.field(
        default="",
        description="Activity type: a code, what codes begin with up to a dot or slash, as `electricity.`, or `*`.",
    )
    factor_id: str = strawberry.field(
        default="", description="Or the factor, by its factor id; its declaration goes before what is published."
    )
    quality: Quality | None = strawberry.field(default=None, description="Quantities of this quality; all if left out.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="Quantities of this site; all sites of the tenant if left out."
    )
    uncertainty: DeclaredSpreadInput = strawberry.field(description="The uncertainty.")
    document: str = strawberry.field(description="Where it comes from: a calibration, a study, a guideline's default.")

    def content(self) -> pure.DeclaredUncertainty:
        """Return the declaration; raises `BadUncertainty`, `BadScore`."""
        if self.activity_type:
            pure.check_activity_type(self.activity_type)
        return pure.DeclaredUncertainty(
            activity_type=self.activity_type,
            factor_id=self.factor_id,
            quality=self.quality.value if self.quality else "",
            site=decode_uuid(self.site_id, "Site") if self.site_id else None,
            percent=_given(self.uncertainty.percent),
            gsd2=_given(self.uncertainty.gsd2),
            scored=_scored(self.uncertainty.scored),
            document=self.document,
        )


@strawberry.type(description="How uncertain a tenant's quantities of an activity type are, or a factor.")
class DeclaredUncertainty:
    """An uncertainty as declared."""

    activity_type: str = strawberry.field(
        description="Activity type, what codes begin with, or `*`; empty for a factor's."
    )
    factor_id: str = strawberry.field(description="Factor; empty for the uncertainty of quantities.")
    quality: Quality | None = strawberry.field(description="Quantities of this quality; none is all.")
    form: UncertaintyForm = strawberry.field(description="What `spread` is.")
    spread: ExactDecimal = strawberry.field(description="The uncertainty.")
    scored: PedigreeUncertainty | None = strawberry.field(description="The scores it was made of, where it was.")
    document: str = strawberry.field(description="Where it comes from.")
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="Quantities of this site; none is all of the tenant's.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: pure.DeclaredUncertainty) -> "DeclaredUncertainty":
        """Make the type of a declaration."""
        return cls(
            activity_type=found.activity_type,
            factor_id=found.factor_id,
            quality=Quality(found.quality) if found.quality else None,
            form=found.spread.form,
            spread=ExactDecimal(found.spread.value),
            scored=of_scores(found.scored.uncertainty) if found.scored else None,
            document=found.document,
            site_key=found.site,
        )


def _given(value: ExactDecimal | None) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _scored(given: ScoredUncertaintyInput | None) -> pure.Scored | None:
    if not isinstance(given, ScoredUncertaintyInput):
        return None
    return pure.Scored(indicator_scores(given.scores), given.factor_set, basic_factor(given.basic))
