"""Adopted bases: which basis a tenant or park decided on for a regime."""

import strawberry

from accounting.change import adoption
from accounting.regimes import REGIMES
from schema.enums import ConsolidationApproach, GwpSet, Regime
from schema.scalars import Day


@strawberry.input(description="The basis to be adopted for a regime. Everything it names is recorded in full.")
class AdoptedBasisInput:
    """An adoption."""

    regime: Regime = strawberry.field(description="The regime it is for; other regimes keep theirs.")
    release: int = strawberry.field(description="Factor release: a number, so that a newer one changes nothing.")
    gwp_set: GwpSet | None = strawberry.field(default=None, description="GWP table; the regime's own if not given.")
    approach: ConsolidationApproach | None = strawberry.field(
        default=None, description="Consolidation approach; operational control if not given, where the regime has any."
    )
    published_by: Day | None = strawberry.field(
        default=None, description="Use only factors of the release that were published by this day."
    )
    preview: str = strawberry.field(
        default="", description="Digest of the impact preview that was looked at, to be recorded with it."
    )

    def content(self) -> adoption.Adoption:
        """Return the adoption; raises `adoption.BadAdoption`."""
        regime = REGIMES[self.regime]
        return adoption.Adoption(
            regime=regime.code,
            gwp_set=self.gwp_set or regime.default_gwp_set,
            release=self.release,
            approach=self.approach or regime.default_approach,
            published_by=self.published_by,
            preview=self.preview,
        )


@strawberry.type(description="The basis adopted for a regime: it decides what questions leave out.")
class Adoption:
    """An adoption as declared."""

    regime: Regime = strawberry.field(description="The regime it is for.")
    gwp_set: GwpSet = strawberry.field(description="GWP table.")
    release: int = strawberry.field(description="Number of the factor release.")
    approach: ConsolidationApproach | None = strawberry.field(
        description="Consolidation approach; none where the regime takes legal entities and parks whole."
    )
    published_by: Day | None = strawberry.field(description="Only factors published by this day are used.")
    preview: str = strawberry.field(description="Digest of the impact preview that was looked at; empty if none.")

    @classmethod
    def of(cls, found: adoption.Adoption) -> "Adoption":
        """Make the type of an adoption."""
        return cls(
            regime=found.regime,
            gwp_set=found.gwp_set,
            release=found.release,
            approach=found.approach,
            published_by=Day(found.published_by) if found.published_by else None,
            preview=found.preview,
        )
