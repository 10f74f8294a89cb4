"""The total of a park that counts nothing twice, found in two ways: by elimination, and as direct plus imported.

`sum (S1 + S2) - internal S2 + resold imports = sum S1 + sum imports x factor`. A park may be some of the parties of a
network: what the others supply to it is imported, what it supplies to them leaves it. Producer's scope 1 stays, buyer's
scope 2 goes (GHG Protocol Corporate Standard, chapter 4, on double counting; notice 910 of 2025, annex 4).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.network import Pool
from accounting.supply.pool_factors import pool_factors
from accounting.supply.supply import Input, InputKind, Supply, transfer_flows

_NONE: Final[Mapping[str, Emissions]] = MappingProxyType({})


class BadPark(ValueError):
    """A park or what is to be eliminated from it contradicts the network; `field` names the input at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Park:
    """A park total in its parts, scopes 1 and 2.

    `reported` is the naive sum of what the members report, `internal` their scope 2 for what another member supplied,
    `resold_import` what they bought outside the park and passed on, `direct` their scope 1, `imported` all that they
    bought outside. `reexported` are imports that leave the park as they came, `credited` what a regime deducts for
    exports. No part of the total are `resold_internal`, what members bought from members and passed on, and
    `restatement`, what the members' scope 2 lacks or has too much of as months were closed before all was known; the
    total stands on what is known.
    """

    members: tuple[str, ...]
    reported: Emissions
    internal: Emissions
    resold_import: Emissions
    resold_internal: Emissions
    direct: Emissions
    imported: Emissions
    reexported: Emissions
    credited: Emissions
    restatement: Emissions = NOTHING

    @property
    def by_elimination(self) -> Emissions:
        """The total as the naive sum without what is in it twice."""
        return self.reported - self.internal + self.resold_import - self.reexported - self.credited

    @property
    def by_imports(self) -> Emissions:
        """The total as direct emissions and net imports."""
        return self.direct + self.imported - self.reexported - self.credited

    @property
    def difference(self) -> Emissions:
        """The first way less the second. Nothing, exactly."""
        return self.by_elimination - self.by_imports


def consolidated(
    supply: Supply, members: Collection[str] | None = None, credited: Mapping[str, Emissions] = _NONE
) -> Park:
    """Return the total of a park; without `members` it is everyone in the network.

    An export whose code is in `credited` is deducted at the emissions per unit given there, as notice 910 and GB/T
    32150 do. Of any other, and of what is supplied to parties that are no members, the part that was imported is
    resale and leaves scope 2; own generation sent out is not deducted (GHG Protocol). Raises `BadPark` where a member
    has no part in the network, or a credit names no export of a member.
    """
    inside = _members(supply, members)
    statements = [supply.statement(party) for party in inside]
    internal = [(share, part) for share, part in _inputs(supply, inside) if _is_internal(part, inside)]
    external = [(share, part) for share, part in _inputs(supply, inside) if _is_external(part, inside)]
    return Park(
        members=inside,
        reported=summed(emissions for one in statements for emissions in (one.scope_1, one.scope_2)),
        internal=summed(part.emissions * (1 - share) for share, part in internal),
        resold_import=summed(part.emissions * share for share, part in external),
        resold_internal=summed(part.emissions * share for share, part in internal),
        direct=summed(supply.direct(party) for party in inside),
        imported=_imported(supply, inside),
        reexported=_reexported(supply, inside, credited),
        credited=_credited(supply, inside, credited),
        restatement=summed(supply.restated(one) for one in supply.network.transfers if one.consumer in inside),
    )


def _members(supply: Supply, members: Collection[str] | None) -> tuple[str, ...]:
    if members is None:
        return supply.parties
    strangers = sorted(set(members) - set(supply.parties))
    if strangers:
        raise BadPark("members", f"{', '.join(strangers)} have no part in the network; accepted are its parties")
    return tuple(sorted(set(members)))


def _inputs(supply: Supply, inside: Collection[str]) -> Iterator[tuple[Fraction, Input]]:
    """Yield every input of the members' pools with the share of it that is passed on."""
    for pool, one in supply.pools.items():
        if pool.party in inside:
            for part in one.inputs:
                yield one.resale_share, part


def _is_internal(part: Input, inside: Collection[str]) -> bool:
    return part.kind == InputKind.TRANSFER and part.source is not None and part.source.party in inside


def _is_external(part: Input, inside: Collection[str]) -> bool:
    """Whether an input crosses the park's boundary: an import, or what a party outside supplies."""
    return part.kind in (InputKind.IMPORT, InputKind.TRANSFER) and not _is_internal(part, inside)


def _imported(supply: Supply, inside: Collection[str]) -> Emissions:
    """Return quantity x factor of all that crosses the boundary inwards, from the network and not from the pools."""
    network, factors = supply.network, supply.burdens.imported
    bought = [factors[one.code] * one.quantity for one in network.imports if one.pool.party in inside]
    crossing = [one for one in network.transfers if one.consumer in inside and one.source.party not in inside]
    return summed([*bought, *(supply.carried(one) for one in crossing)])


def _reexported(supply: Supply, inside: Collection[str], credited: Mapping[str, Emissions]) -> Emissions:
    """Return the imports in what leaves the park as the carrier it came as, through however many hands."""
    transfers, exports = supply.network.transfers, supply.network.exports
    leaving = [(one.source, one.quantity) for one in transfers if one.consumer not in inside]
    leaving += [(one.pool, one.quantity) for one in exports if one.code not in credited]
    factors = _import_factors(supply, inside)
    return summed(factors[pool] * quantity for pool, quantity in leaving if quantity and pool.party in inside)


def _import_factors(supply: Supply, inside: Collection[str]) -> Mapping[Pool, Emissions]:
    """Return the imports in a unit of each pool; what is drawn to make another carrier is consumed and ends there."""
    pools = {pool: one for pool, one in supply.pools.items() if pool.party in inside}
    entering = {
        pool: summed(part.emissions for part in one.inputs if _is_external(part, inside)) for pool, one in pools.items()
    }
    between = [one for one in supply.network.transfers if {one.source.party, one.consumer} <= set(inside)]
    return pool_factors({pool: one.balance.bearing for pool, one in pools.items()}, entering, transfer_flows(between))


def _credited(supply: Supply, inside: Collection[str], credited: Mapping[str, Emissions]) -> Emissions:
    quantities = {one.code: one.quantity for one in supply.network.exports if one.pool.party in inside}
    for code in sorted(credited.keys() - quantities.keys()):
        raise BadPark("credited", f"{code} is no export of a member; accepted are {', '.join(quantities) or 'none'}")
    return summed(factor * quantities[code] for code, factor in credited.items())
