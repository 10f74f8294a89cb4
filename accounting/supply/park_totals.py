"""The park's total over months, in both ways, with each member's statement and each supplier's closure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounting.amounts import Amounts
from accounting.lines import NoSupply
from accounting.supply.emission_vectors import Emissions, summed
from accounting.supply.park import Park, consolidated
from accounting.supply.park_supply import BIOGENIC, CO2E, UNSPLIT, MonthOfSupply, ParkSupply
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


def park_totals(found: ParkSupply, method: Method) -> ParkTotals:
    """Return the totals of a park of which everyone's purchases are known, by one scope 2 method."""
    months = [_of(month, method) for month in found.months.values()]
    parties = sorted(found.codes.values())
    return ParkTotals(
        park=_sum_of_parks([consolidated(month) for month in months], parties),
        statements={party: _sum_of_statements(month.statement(party) for month in months) for party in parties},
        closures={party: _sum_of_closures(month.closure(party) for month in months) for party in _supplying(months)},
        failed=found.failed,
    )


def amounts_of(vector: Emissions) -> Amounts:
    """Return a vector as amounts in kg; what has no finite decimal is rounded to `decimals.FACTOR_DIGITS` digits."""
    named = (CO2E, UNSPLIT, BIOGENIC)
    masses = {name: decimals.exact(mass) for name, mass in vector.parts.items() if name not in named}
    co2e, unsplit, biogenic = (decimals.exact(vector.of(name)) for name in named)
    return Amounts(co2e=co2e, gases=masses, co2e_unsplit=unsplit, biogenic=biogenic)


def _of(month: MonthOfSupply, method: Method) -> Supply:
    return month.by_market if method is Method.MARKET else month.by_location


def _supplying(months: Iterable[Supply]) -> list[str]:
    """Return who supplies others, in order; of everybody else nothing is allocated."""
    return sorted({transfer.source.party for month in months for transfer in month.network.transfers})


def _sum_of_parks(parks: list[Park], parties: Iterable[str]) -> Park:
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
    )
