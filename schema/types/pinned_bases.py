"""The basis that a closed period pins, regime by regime."""

from uuid import UUID

import strawberry

from accounting.regimes import RegimeCode
from ledger.reporting.pinned_bases import PinnedBasis
from schema.enums import ConsolidationApproach, GwpSet, Regime
from schema.global_ids import encode
from schema.scalars import Day
from schema.types.info import Info
from schema.types.registry import Tenant


@strawberry.type(description="The basis of one regime as a closed period pins it: reports on the period are on it.")
class PinnedRegimeBasis:
    """A pinned basis."""

    regime: Regime = strawberry.field(description="The regime.")
    gwp_set: GwpSet = strawberry.field(description="GWP table.")
    release: int = strawberry.field(description="Number of the factor release.")
    release_hash: str = strawberry.field(description="Hash of the release's content.")
    approach: ConsolidationApproach | None = strawberry.field(
        description="Consolidation approach; none where the regime takes legal entities and parks whole."
    )
    published_by: Day | None = strawberry.field(description="Only factors published by this day are used.")
    proxy_regions: list[str] = strawberry.field(description="Regions whose published factors may stand in, in order.")
    adopted_by: strawberry.ID | None = strawberry.field(
        description="The declaration of the adopted basis; none where nobody had adopted one for the regime."
    )
    adopting_tenant: strawberry.Private[UUID | None]

    @strawberry.field(description="Who adopted it: the tenant, or the operator of its park; none where nobody had.")
    async def adopted_by_tenant(self, info: Info) -> Tenant | None:
        """Load the tenant, where the caller sees it."""
        if self.adopting_tenant is None:
            return None
        found = await info.context.tenants.load(self.adopting_tenant)
        return Tenant.of(found) if found else None

    @classmethod
    def of(cls, regime: RegimeCode, found: PinnedBasis) -> "PinnedRegimeBasis":
        """Make the type of a pinned basis."""
        by = found.adopted_by
        return cls(
            regime=regime,
            gwp_set=found.gwp_set,
            release=found.release.number,
            release_hash=found.release.content_hash,
            approach=found.approach,
            published_by=Day(found.published_by) if found.published_by else None,
            proxy_regions=list(found.proxy_regions),
            adopted_by=strawberry.ID(encode("Declaration", by.declaration)) if by else None,
            adopting_tenant=by.tenant if by else None,
        )
