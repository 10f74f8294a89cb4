"""The park's total over months, in both ways, with each member's statement and each supplier's closure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounting.amounts import Amounts
from accounting.lines import NoSupply
from accounting.supply.emission_vectors import Emissions, summed
from accounting.supply.park import Park, consolidated
from accounting.supply.park_supply import BIOGENIC, CO2E, UNSPLIT, ParkSupply
from accounting.supply.supply import Closure, Statement, Supply
from emission_factors import decimals
from emission_factors.activity_types import Method


@dataclass(frozen=True, slots=True)
class ParkTotals:
    """Sums over the months that have a network: the park, what each party reports, and where what entered the pools of
    each supplier went. `failed` are the months that are missing from them.
    """

    park: Park
    statements: Mapping[str, Statement]
    closures: Mapping[str, Closure]
    failed: Mapping[date, NoSupply]


def park_totals(found: ParkSupply, method: Method, zone: Mapping[date, Collection[str]] | None = None) -> ParkTotals:
    """Return the totals of a park of which everyone's purchases are known, by one scope 2 method.

    A `zone` holds the codes of its members for each month in which it is there; what the rest of the park supplies to
    them is imported. A month without members has failed.
    """
    months = {day: month.by(method) for day, month in found.months.items() if zone is None or day in zone}
    members = {day: _members(month, None if zone is None else zone[day]) for day, month in months.items()}
    parties = sorted(found.codes.values() if zone is None else {code for codes in zone.values() for code in codes})
    inside = {party: [month for day, month in months.items() if party in members[day]] for party in parties}
    supplying = _supplying(months.values())
    return ParkTotals(
        park=sum_of_parks([consolidated(month, members[day]) for day, month in months.items()], parties),
        statements={party: _sum_of_statements(one.statement(party) for one in inside[party]) for party in parties},
        closures={
            party: _sum_of_closures(one.closure(party) for one in inside[party])
            for party in parties
            if party in supplying
        },
        failed={**found.failed, **_without_zone(found, zone)},
    )


def _members(month: Supply, codes: Collection[str] | None) -> list[str]:
    """Return who has a part in the month's network."""
    return [party for party in month.parties if codes is None or party in codes]


def _without_zone(found: ParkSupply, zone: Mapping[date, Collection[str]] | None) -> dict[date, NoSupply]:
    missing = [] if zone is None else [day for day in found.months if day not in zone]
    return {day: NoSupply(f"{day:%Y-%m}: the zone is not declared for this month") for day in missing}


def amounts_of(vector: Emissions) -> Amounts:
    """Return a vector as amounts in kg; what has no finite decimal is rounded to `decimals.FACTOR_DIGITS` digits."""
    named = (CO2E, UNSPLIT, BIOGENIC)
    masses = {name: decimals.exact(mass) for name, mass in vector.parts.items() if name not in named}
    co2e, unsplit, biogenic = (decimals.exact(vector.of(name)) for name in named)
    return Amounts(co2e=co2e, gases=masses, co2e_unsplit=unsplit, biogenic=biogenic)


def _supplying(months: Iterable[Supply]) -> frozenset[str]:
    """Return who supplies others; of everybody else nothing is allocated."""
    return frozenset(transfer.source.party for month in months for transfer in month.network.transfers)


def sum_of_parks(parks: Sequence[Park], parties: Iterable[str]) -> Park:
    """Return the sum of parks, or of one park's months. What one of them supplies to another stays imported."""

    def of(part: Callable[[Park], Emissions]) -> Emissions:
        return summed(part(park) for park in parks)

    return Park(
        members=tuple(parties),
        reported=of(lambda park: park.reported),
        internal=of(lambda park: park.internal),
        resold_import=of(lambda park: park.resold_import),
        resold_internal=of(lambda park: park.resold_internal),
        direct=of(lambda park: park.direct),
        imported=of(lambda park: park.imported),
        reexported=of(lambda park: park.reexported),
        credited=of(lambda park: park.credited),
        restatement=of(lambda park: park.restatement),
    )


def _sum_of_statements(statements: Iterable[Statement]) -> Statement:
    found = list(statements)
    return Statement(
        scope_1=summed(one.scope_1 for one in found),
        used_import=summed(one.used_import for one in found),
        used_internal=summed(one.used_internal for one in found),
        resold_import=summed(one.resold_import for one in found),
        resold_internal=summed(one.resold_internal for one in found),
    )


def _sum_of_closures(closures: Iterable[Closure]) -> Closure:
    found = list(closures)
    return Closure(
        entering=summed(one.entering for one in found),
        to_others=summed(one.to_others for one in found),
        kept=summed(one.kept for one in found),
        drift=summed(one.drift for one in found),
    )
