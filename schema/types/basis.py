"""The basis of a computation, as an argument and as it was resolved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry

from accounting import basis as pure
from accounting import regimes
from accounting.change.adoption import Choice
from accounting.consolidation import Approach
from emission_factors import regions
from emission_factors.catalogue import Catalogue
from schema.enums import ConsolidationApproach, GwpSet, Regime
from schema.errors import BadInput
from schema.global_ids import encode
from schema.scalars import Day, ExactDecimal, Instant
from schema.types.catalogue import FactorRelease


@strawberry.input(
    description="Everything that can change a number without a row being touched. All parts have defaults: of a "
    "footprint `release`, `gwpSet`, `approach` and `publishedBy` are as the tenant or its park adopted them for the "
    "regime; see `adoptBasis`."
)
class BasisInput:
    """The basis as asked for."""

    regime: Regime = strawberry.field(
        default=regimes.RegimeCode.GHG_PROTOCOL, description="Accounting regime: gases, electricity average, scopes."
    )
    gwp_set: GwpSet | None = strawberry.field(
        default=None, description="GWP table; as adopted, or the regime's own, if not given."
    )
    release: int | None = strawberry.field(
        default=None, description="Factor release; as adopted, or the newest, if not given."
    )
    published_by: Day | None = strawberry.field(
        default=None,
        description="Use only factors published on or before this day, as a report of that day would have.",
    )
    proxy_regions: list[str] | None = strawberry.field(
        default=None,
        description="Regions whose published factors may stand in where the site's own have none, in order. For a "
        "footprint the park's are taken if not given; for an estimate none.",
    )
    electricity_kgce_per_kwh: ExactDecimal | None = strawberry.field(
        default=None, description="Equivalent value of electricity in kgce per kWh for the year, where known."
    )
    approach: ConsolidationApproach | None = strawberry.field(
        default=None,
        description="How the organisational boundary is drawn, with the holdings and leases that tenants declared; "
        "as adopted, or operational control, if not given. Chinese regimes take legal entities and parks whole, and "
        "have none.",
    )
    known_at: Instant | None = strawberry.field(
        default=None,
        description="The instant whose knowledge counts: activities, corrections, factors of tenants, instruments and "
        "declarations recorded later are not seen; the release, if not given, is the newest loaded by then. Now if not "
        "given.",
    )


@strawberry.type(description="The basis a number was computed on.")
class Basis:
    """The basis as resolved."""

    regime: Regime = strawberry.field(description="Accounting regime.")
    regime_name_en: str = strawberry.field(description="English name of the regime.")
    regime_name_zh: str = strawberry.field(description="Chinese name of the regime.")
    regime_source: str = strawberry.field(description="Documents and clauses the regime's rules come from.")
    gwp_set: GwpSet = strawberry.field(description="GWP table.")
    release: FactorRelease = strawberry.field(description="Factor release.")
    published_by: Day | None = strawberry.field(description="Only factors published by this day were used.")
    proxy_regions: list[str] = strawberry.field(description="Regions that may stand in.")
    approach: ConsolidationApproach | None = strawberry.field(
        description="Consolidation approach; none where the regime takes legal entities and parks whole."
    )
    known_at: Instant | None = strawberry.field(
        description="The instant whose knowledge counts. Where none was asked for, that of the newest change that was "
        "seen: asked again with it, whatever was recorded since, the answer is the same. None if that cannot be told, "
        "because a change is being written that does not come to its end."
    )
    adopted_by: strawberry.ID | None = strawberry.field(
        description="The declaration of the adopted basis, where that decided what the question left out; see "
        "`adoptBasis`."
    )

    @classmethod
    def of(cls, found: pure.Basis) -> "Basis":
        """Make the type of a basis."""
        return cls(
            regime=found.regime.code,
            regime_name_en=found.regime.name_en,
            regime_name_zh=found.regime.name_zh,
            regime_source=found.regime.source,
            gwp_set=found.gwp_set,
            release=FactorRelease.of(found.catalogue.release),
            published_by=Day(found.published_by) if found.published_by else None,
            proxy_regions=list(found.proxies),
            approach=found.approach,
            known_at=_known_at(found),
            adopted_by=strawberry.ID(encode("Declaration", str(found.adopted_by))) if found.adopted_by else None,
        )


def _known_at(found: pure.Basis) -> Instant | None:
    instant = found.told_at or found.known_at
    return Instant(instant) if instant else None


def choice_of(asked: BasisInput) -> Choice:
    """Return what a question names of what can be adopted."""
    return Choice(asked.release, asked.gwp_set, asked.published_by, asked.approach)


def with_choice(asked: BasisInput, found: Choice) -> BasisInput:
    """Return what is asked with a completed choice in it."""
    return replace(
        asked,
        release=found.release,
        gwp_set=found.gwp_set,
        published_by=Day(found.published_by) if found.published_by else None,
        approach=found.approach,
    )


def resolved(
    asked: BasisInput | None, known: Catalogue, proxies: Sequence[str], adopted_by: UUID | None = None
) -> pure.Basis:
    """Return the basis to compute on; `adopted_by` is the declaration that completed what was asked.

    Raises `BadInput` for an unknown proxy region.
    """
    wanted = asked or BasisInput()
    regime = regimes.REGIMES[wanted.regime]
    named = proxies if wanted.proxy_regions is None else wanted.proxy_regions
    for code in named:
        _check_region(code)
    published: date | None = wanted.published_by
    kgce: Decimal | None = wanted.electricity_kgce_per_kwh
    return pure.Basis(
        regime,
        wanted.gwp_set or regime.default_gwp_set,
        known,
        tuple(named),
        published,
        kgce,
        _approach(regime, wanted.approach),
        wanted.known_at,
        adopted_by,
    )


def _approach(regime: regimes.Regime, asked: ConsolidationApproach | None) -> Approach | None:
    if asked is not None and not regime.has_approaches:
        raise BadInput(f"approach: {regime.code} takes legal entities and parks whole ({regime.source}); leave it out")
    return asked or regime.default_approach


def _check_region(code: str) -> None:
    try:
        regions.region(code)
    except regions.UnknownRegion as error:
        raise BadInput(f"proxyRegions: {error}") from None
