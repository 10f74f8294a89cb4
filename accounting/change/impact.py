"""What another basis would change, tenant by tenant and year by year, before anyone adopts it.

Both footprints count the same activities; what is between them is the basis alone: the factor release, the GWP table,
the regime, the approach.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from accounting.basis import Basis
from accounting.change.bridge import Effect
from accounting.change.bridge_lines import Side
from accounting.change.footprint_bridge import BridgedLine, BridgeGroup, footprint_bridge, grouped
from accounting.footprints import FootprintGap, FootprintLine
from accounting.grouping import Dimension
from emission_factors import decimals
from emission_factors.activity_types import Method


class LineName(NamedTuple):
    """An inventory line of a tenant's activities at a site."""

    tenant: UUID | None
    site: UUID | None
    activity_type: str
    region: str
    supplier: str
    line: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Kilograms of CO2e on one basis and on the other: `before + sum of effects = after`, exactly."""

    before: Decimal
    after: Decimal
    effects: Mapping[Effect, Decimal]


NO_IMPACT = Impact(Decimal(0), Decimal(0), dict.fromkeys(Effect, Decimal(0)))
"""The impact on a tenant of whom neither footprint counts anything."""


@dataclass(frozen=True, slots=True)
class TenantYear:
    """What changes for a tenant in a calendar year.

    `location` and `market` are totals of scopes 1, 2 and 3 with scope 2 by either method; `market` is None where one of
    the regimes has no market-based total. `gained` are lines that get a factor, `lost` those that lose theirs.
    """

    tenant: UUID | None
    year: int
    location: Impact
    market: Impact | None
    gaps_before: int
    gaps_after: int
    gained: tuple[LineName, ...]
    lost: tuple[LineName, ...]


def impacts(before: Side, after: Side) -> list[TenantYear]:
    """Return what changes in one calendar year for each tenant that has lines or gaps, in the order of their ids."""
    methods = [Method.LOCATION]
    if before.basis.regime.has_market_based and after.basis.regime.has_market_based:
        methods.append(Method.MARKET)
    lines = footprint_bridge(before, after, None, has_same_activities=True).lines
    found = {method: _by_tenant(lines, method) for method in methods}
    sides = (before.footprint, after.footprint)
    tenants = {line.tenant for side in sides for line in side.lines} | {
        gap.tenant for side in sides for gap in side.gaps
    }
    named = [_names(of) for side in sides for of in (side.gaps, side.lines)]
    return [
        _of_tenant(tenant, before.first_year, [names.get(tenant, set()) for names in named], found)
        for tenant in sorted(tenants, key=str)
    ]


def digest(before: Basis, after: Basis, found: Iterable[TenantYear]) -> str:
    """Return the SHA-256 of a preview, over both bases and every number: what was looked at before adopting."""
    hashed = hashlib.sha256(f"{_named(before)}\n{_named(after)}\n".encode())
    for one in found:
        hashed.update(f"{one.tenant} {one.year} {_written(one.location)} {_written(one.market)}\n".encode())
        for name, lines in (("gained", one.gained), ("lost", one.lost)):
            hashed.update("".join(f"{name} {' '.join(map(str, line))}\n" for line in lines).encode())
    return hashed.hexdigest()


def _by_tenant(lines: Iterable[BridgedLine], method: Method) -> Mapping[object, Impact]:
    groups = grouped([one for one in lines if one.line.method in (None, method)], [Dimension.TENANT])
    return {group.key[Dimension.TENANT]: _impact(group) for group in groups}


def _impact(group: BridgeGroup) -> Impact:
    return Impact(group.before, group.after, group.effects)


def _of_tenant(
    tenant: UUID | None,
    year: int,
    named: Sequence[set[LineName]],
    found: Mapping[Method, Mapping[object, Impact]],
) -> TenantYear:
    """Return what changes for a tenant; `named` are its gaps and lines before, and those after."""
    first, had, second, has = named
    market = found.get(Method.MARKET)
    return TenantYear(
        tenant=tenant,
        year=year,
        location=found[Method.LOCATION].get(tenant, NO_IMPACT),
        market=None if market is None else market.get(tenant, NO_IMPACT),
        gaps_before=len(first),
        gaps_after=len(second),
        gained=tuple(sorted((first - second) & has, key=_in_order)),
        lost=tuple(sorted((second - first) & had, key=_in_order)),
    )


def _names(found: Sequence[FootprintLine] | Sequence[FootprintGap]) -> dict[UUID | None, set[LineName]]:
    """Return the names of lines or gaps by tenant."""
    names: dict[UUID | None, set[LineName]] = {}
    for one in found:
        name = LineName(one.tenant, one.site, one.activity.code, one.region, one.supplier, _code(one))
        names.setdefault(one.tenant, set()).add(name)
    return names


def _code(one: FootprintLine | FootprintGap) -> str:
    return one.line.code if isinstance(one, FootprintLine) else one.gap.line.code


def _in_order(name: LineName) -> tuple[str, ...]:
    return tuple(str(part or "") for part in name)


def _named(basis: Basis) -> str:
    release = basis.catalogue.release
    choices = (basis.approach, basis.published_by, basis.electricity_kgce_per_kwh, basis.known_at)
    parts = (basis.regime.code, basis.gwp_set, release.number, release.content_hash, *choices, *basis.proxies)
    return " ".join(map(str, parts))


def _written(impact: Impact | None) -> str:
    if impact is None:
        return "none"
    numbers = (impact.before, impact.after, *(impact.effects[effect] for effect in Effect))
    return " ".join(decimals.plain(number) for number in numbers)
