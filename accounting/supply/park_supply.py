"""Factors of what parties of a park supply to each other, from what they burn and buy: month by month, at read time.

Two passes. First the suppliers' own footprint, as posted: scope 1 of a plant's site goes to what the plant makes, scope
2 of what is bought to the pool it enters. Then the network of the month gives every pool its factor, by location and by
market (GHG Protocol Scope 2 Guidance, chapter 6, supplier-specific rates; chapter 5 on resale).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final
from uuid import UUID

from accounting.amounts import Amounts
from accounting.footprints import Footprint, FootprintLine
from accounting.lines import NoSupply
from accounting.supply import allocation
from accounting.supply.emission_vectors import NOTHING, Emissions, summed
from accounting.supply.network import BadNetwork, Generation, Network, Pool
from accounting.supply.park_energy import FLOWS, Carrier, Flow, Reading, import_code, network
from accounting.supply.plants import BadPlant, Plant, heat_share
from accounting.supply.pool_balances import balances
from accounting.supply.pool_factors import CircularSupply
from accounting.supply.supply import Burdens, MissingBurden, PoolSupply, Supply, supplied
from accounting.supply.transfer_terms import TransferTerms, loss_bearers
from emission_factors.activity_types import Method, Scope

CO2E: Final = "CO2E"
"""Component: all CO2e in the totals."""
UNSPLIT: Final = "UNSPLIT"
"""Component: CO2e that a publisher does not split by gas."""
BIOGENIC: Final = "CO2_BIOGENIC"
"""Component: biogenic CO2."""
Terms = Mapping[str, Sequence[TransferTerms]]
"""Code of the supplier -> its terms with customers."""
_HEAT: Final = {Carrier.STEAM: allocation.Carrier.STEAM, Carrier.HOT_WATER: allocation.Carrier.HOT_WATER}


@dataclass(frozen=True, slots=True)
class MonthOfSupply:
    """A month's network under the location-based and the market-based factors of what is bought; `closed` are the
    suppliers that have closed it.
    """

    month: date
    readings: tuple[Reading, ...]
    by_location: Supply
    by_market: Supply
    closed: "ClosedSuppliers" = field(default_factory=dict)

    def by(self, method: Method) -> Supply:
        """Return the supply under one scope 2 method."""
        return self.by_market if method is Method.MARKET else self.by_location

    def closed_pool(self, pool: Pool, method: Method) -> PoolSupply | None:
        """Return what a pool was when its supplier closed the month, None where it is open or had no factor then."""
        closing = self.closed.get(pool.party)
        found = closing.known.by(method).pools.get(pool) if closing else None
        return found if found and found.factor is not None else None


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """When a supplier closed a month, and the month as it was known then."""

    at: datetime
    known: MonthOfSupply


ClosedSuppliers = Mapping[str, ClosedMonth]
"""Tenant code -> what it closed a month with."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a park's supply: `plants` by tenant, `terms` by the supplier's code, and which suppliers
    closed which months.
    """

    plants: Mapping[UUID, Sequence[Plant]] = field(default_factory=dict)
    terms: Terms = field(default_factory=dict)
    closed: Mapping[date, ClosedSuppliers] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParkSupply:
    """The months of a park's internal supply; `failed` says why a month has no factors. `codes` are
    those of all tenants of the park, `parties` the tenants that supply or are supplied; `declared` what they declare.
    """

    codes: Mapping[UUID, str]
    parties: frozenset[UUID]
    months: Mapping[date, MonthOfSupply]
    failed: Mapping[date, NoSupply]
    declared: Declared


def vector(amounts: Amounts) -> Emissions:
    """Return amounts in kg as a vector: the mass of every gas, counted by the regime or not, CO2e and biogenic CO2."""
    whole = {CO2E: amounts.co2e, UNSPLIT: amounts.co2e_unsplit, BIOGENIC: amounts.biogenic}
    return Emissions({**amounts.gases, **amounts.outside, **whole})


def park_supply(
    codes: Mapping[UUID, str],
    readings: Mapping[date, Sequence[Reading]],
    found: Footprint,
    declared: Declared,
) -> ParkSupply:
    """Return the supply of every month that has readings.

    `found` is the footprint of the parties, as posted, by tenant, site and month. A month in which a supplier's fuel or
    purchase has no factor, or whose network contradicts itself, has failed.
    """
    lines = _by_month(found)
    months: dict[date, MonthOfSupply] = {}
    failed: dict[date, NoSupply] = {}
    for month, of_month in sorted(readings.items()):
        try:
            _refuse_gaps(found, month, of_month, codes)
            months[month] = _month(month, of_month, codes, lines.get(month, ()), declared)
        except (BadNetwork, CircularSupply, MissingBurden, BadPlant, allocation.BadAllocation, NoSupply) as error:
            failed[month] = NoSupply(f"{month:%Y-%m}: {error}")
    parties = frozenset(one.tenant for of_month in readings.values() for one in of_month)
    return ParkSupply(codes, parties, months, failed, declared)


def _month(
    month: date,
    readings: Sequence[Reading],
    codes: Mapping[UUID, str],
    lines: Sequence[FootprintLine],
    declared: Declared,
) -> MonthOfSupply:
    found = network(readings, codes.values(), loss_bearers(declared.terms, month))
    direct = _direct(lines)
    at = {plant.site: plant for of_tenant in declared.plants.values() for plant in of_tenant if plant.holds_on(month)}
    made = _made(found, direct, at)
    elsewhere = _elsewhere(found, direct, codes)
    closed = declared.closed.get(month, {})
    of_pools = balances(found)
    by_location, by_market = (
        supplied(found, Burdens(made, _imported(readings, lines, method), elsewhere), _handed(closed, method), of_pools)
        for method in (Method.LOCATION, Method.MARKET)
    )
    return MonthOfSupply(month, tuple(readings), by_location, by_market, closed)


def _handed(closed: ClosedSuppliers, method: Method) -> dict[Pool, Emissions]:
    """Return what a unit carries of every pool that had a factor when its supplier closed the month."""
    return {
        pool: one.factor
        for party, closing in closed.items()
        for pool, one in closing.known.by(method).pools.items()
        if pool.party == party and one.factor is not None
    }


def _direct(lines: Iterable[FootprintLine]) -> dict[tuple[UUID, UUID], Emissions]:
    """Return scope 1 by tenant and site."""
    parts: dict[tuple[UUID, UUID], list[Emissions]] = {}
    for line in lines:
        if line.line.scope is Scope.SCOPE_1 and line.tenant and line.site:
            parts.setdefault((line.tenant, line.site), []).append(vector(line.amounts))
    return {place: summed(found) for place, found in parts.items()}


def _made(
    found: Network, direct: Mapping[tuple[UUID, UUID], Emissions], plants: Mapping[UUID, Plant]
) -> dict[tuple[str, Pool], Emissions]:
    """Divide what each plant's site emits between what the plant makes."""
    by_site = {str(site): emissions for (_, site), emissions in direct.items()}
    products: dict[str, list[Generation]] = {}
    for one in found.generations:
        products.setdefault(one.plant, []).append(one)
    made: dict[tuple[str, Pool], Emissions] = {}
    for site, outputs in products.items():
        shares = _shares(outputs, plants.get(UUID(site)))
        for one, share in zip(outputs, shares, strict=True):
            made[site, one.pool] = by_site.get(site, NOTHING) * share
    return made


def _shares(outputs: Sequence[Generation], plant: Plant | None) -> list[Fraction]:
    if len(outputs) == 1:
        return [Fraction(1)]
    by_carrier = {Carrier(one.pool.carrier): one.quantity for one in outputs}
    heat = [carrier for carrier in by_carrier if carrier in _HEAT]
    if len(by_carrier) != 2 or Carrier.ELECTRICITY not in by_carrier or len(heat) != 1:
        made = ", ".join(sorted(by_carrier))
        raise BadPlant(
            "rule", f"the plant at {outputs[0].plant} makes {made}; accepted together are power and one heat"
        )
    share = heat_share(plant, by_carrier[heat[0]], by_carrier[Carrier.ELECTRICITY], _HEAT[heat[0]])
    return [share if one.pool.carrier == heat[0] else 1 - share for one in outputs]


def _elsewhere(
    found: Network, direct: Mapping[tuple[UUID, UUID], Emissions], codes: Mapping[UUID, str]
) -> dict[str, Emissions]:
    """Return the direct emissions that are no plant's, by party."""
    plants = {one.plant for one in found.generations}
    parts: dict[str, list[Emissions]] = {}
    for (tenant, site), emissions in direct.items():
        if str(site) not in plants:
            parts.setdefault(codes[tenant], []).append(emissions)
    return {party: summed(emitted) for party, emitted in parts.items()}


def _imported(readings: Iterable[Reading], lines: Iterable[FootprintLine], method: Method) -> dict[str, Emissions]:
    """Return the emissions per unit of what is bought outside: those of its scope 2 lines over its quantity."""
    emitted: dict[tuple[object, ...], list[Emissions]] = {}
    for line in lines:
        if line.line.scope is Scope.SCOPE_2 and line.line.method is method:
            place = (line.tenant, line.site, line.activity.code, line.supplier)
            emitted.setdefault(place, []).append(vector(line.amounts))
    bought = [one for one in readings if one.flow is Flow.BOUGHT]
    return {
        import_code(one): summed(emitted.get(_place(one), ())) / Fraction(one.quantity) if one.quantity else NOTHING
        for one in bought
    }


def _place(one: Reading) -> tuple[object, ...]:
    return (one.tenant, one.site, one.activity_type, one.counterparty)


def _refuse_gaps(found: Footprint, month: date, readings: Iterable[Reading], codes: Mapping[UUID, str]) -> None:
    """Raise `NoSupply` where fuel at a plant, or what is bought from outside, has no factor in the month.

    What is bought from a neighbour has none until its pool is worked out.
    """
    plants = {one.site for one in readings if one.flow is Flow.GENERATED}
    for gap in found.gaps:
        of_plant = gap.gap.line.scope is Scope.SCOPE_1 and gap.site in plants
        is_bought = gap.gap.line.scope is Scope.SCOPE_2 and gap.activity.code in FLOWS
        of_purchase = is_bought and gap.supplier not in codes.values()
        if gap.first_month <= month <= gap.last_month and (of_plant or of_purchase):
            raise NoSupply(f"{gap.activity.code} has no factor: {gap.gap.error}")


def _by_month(found: Footprint) -> dict[date, list[FootprintLine]]:
    lines: dict[date, list[FootprintLine]] = {}
    for line in found.lines:
        if line.month is not None:
            lines.setdefault(line.month, []).append(line)
    return lines
