"""The basis of a computation, as an argument and as it was resolved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from accounting import basis as pure
from accounting import regimes
from emission_factors import regions
from emission_factors.catalogue import Catalogue
from schema.enums import GwpSet, Regime
from schema.errors import BadInput
from schema.scalars import Day, ExactDecimal
from schema.types.catalogue import FactorRelease


@strawberry.input(
    description="Everything that can change a number without a row being touched. All parts have defaults."
)
class BasisInput:
    """The basis as asked for."""

    regime: Regime = strawberry.field(
        default=regimes.RegimeCode.GHG_PROTOCOL, description="Accounting regime: gases, electricity average, scopes."
    )
    gwp_set: GwpSet | None = strawberry.field(default=None, description="GWP table; the regime's own if not given.")
    release: int | None = strawberry.field(default=None, description="Factor release; the newest if not given.")
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
        )


def resolved(asked: BasisInput | None, known: Catalogue, proxies: Sequence[str]) -> pure.Basis:
    """Return the basis to compute on; raises `BadInput` for an unknown proxy region."""
    wanted = asked or BasisInput()
    regime = regimes.REGIMES[wanted.regime]
    named = proxies if wanted.proxy_regions is None else wanted.proxy_regions
    for code in named:
        _check_region(code)
    published: date | None = wanted.published_by
    kgce: Decimal | None = wanted.electricity_kgce_per_kwh
    return pure.Basis(regime, wanted.gwp_set or regime.default_gwp_set, known, tuple(named), published, kgce)


def _check_region(code: str) -> None:
    try:
        regions.region(code)
    except regions.UnknownRegion as error:
        raise BadInput(f"proxyRegions: {error}") from None
