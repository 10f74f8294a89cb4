"""What the findings rest on, read from the ledger in one snapshot: only what the kinds asked for need."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.change.denominators import months_between
from accounting.declarations import DeclarationKind
from accounting.grouping import Dimension
from accounting.management import findings_data, findings_energy, findings_expiry, findings_factors
from accounting.management.findings import Finding, FindingKind, in_order
from accounting.management.findings_balances import MeteredMonth, differing_intervals, unaccounted
from accounting.management.findings_expiry import Let, Measured
from accounting.supply.transfer_terms import TransferTerms
from ledger.beyond import beyond
from ledger.cells.typed import readings_of
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary, footprint
from ledger.instruments.instruments import instruments_of
from ledger.intervals.checks import IntervalDifference, interval_differences
from ledger.management.energy_balances import AskedEnergy, energy_books
from ledger.management.posted_months import Within, completeness, sites_of_sources
from ledger.registry import tenants_where


@dataclass(frozen=True, slots=True)
class AskedFindings:
    """Of whom, over which months, both included; judged on `today`, with what ends within `within_days` of it."""

    basis: Basis
    boundary: Boundary
    first: date
    last: date
    today: date
    within_days: int
    kinds: frozenset[FindingKind]


async def findings_of(connection: Connection, asked: AskedFindings) -> list[Finding]:
    """Return the findings of the kinds asked for, the severest and newest first."""
    found: list[Finding] = []
    for kinds, read in _READERS.items():
        if kinds & asked.kinds:
            found += await read(connection, asked)
    site = asked.boundary.site
    return in_order([one for one in found if one.kind in asked.kinds and site in (None, one.subject.site or site)])


async def _of_data(connection: Connection, asked: AskedFindings) -> list[Finding]:
    tenants, site = asked.boundary.tenants, asked.boundary.site
    months = months_between(asked.first, asked.last)
    within = Within(tenants, site, asked.basis.known_at)
    rows, posted = await completeness(connection, within, months, asked.today)
    declared = await declarations_of(connection, tenants, [DeclarationKind.METER], asked.basis.known_at)
    meters = [one.content for one in declared]
    found = list(findings_data.gaps(rows, asked.today))
    for series in findings_data.series_of(posted, asked.today):
        found += findings_data.unusual(series, meters, set(months))
    return found


async def _of_expiry(connection: Connection, asked: AskedFindings) -> list[Finding]:
    tenants, known_at = asked.boundary.tenants, asked.basis.known_at
    kinds = [DeclarationKind.METER, DeclarationKind.TENANCY]
    declared = await declarations_of(connection, tenants, kinds, known_at)
    sites = await sites_of_sources(connection, tenants)
    meters = [
        Measured(one.tenant, sites[one.content.source], one.id, one.content)
        for one in declared
        if one.kind is DeclarationKind.METER
    ]
    let = [Let(one.tenant, one.id, one.content) for one in declared if one.kind is DeclarationKind.TENANCY]
    held = await instruments_of(connection, tenants, known_at)
    return [
        *findings_expiry.calibrations(meters, asked.today),
        *findings_expiry.tenancies(let, asked.today, asked.within_days),
        *findings_expiry.instruments(held, asked.today, asked.within_days),
    ]


async def _of_factors(connection: Connection, asked: AskedFindings) -> list[Finding]:
    by = [Dimension.TENANT]
    found = await footprint(connection, asked.basis, asked.boundary, asked.first, asked.last, by)
    return [*findings_factors.stale(found.lines), *findings_factors.missing(found.gaps)]


async def _of_transfers(connection: Connection, asked: AskedFindings) -> list[Finding]:
    """Read everyone of the park: a transfer has a side that the tenants asked about do not post."""
    async with beyond(connection, "the other side of a transfer", asked.boundary.tenants):
        return await _unmatched(connection, asked)


async def _unmatched(connection: Connection, asked: AskedFindings) -> list[Finding]:
    own = await tenants_where(connection, tenant_id=list(asked.boundary.tenants))
    everyone = await tenants_where(connection, park_id=list({tenant.park_id for tenant in own}))
    codes = {tenant.tenant_id: tenant.code for tenant in everyone}
    readings = await readings_of(connection, codes, asked.first, asked.last, asked.basis.known_at)
    links = findings_energy.links_of(readings, set(codes.values()))
    terms: dict[str, list[TransferTerms]] = {}
    for one in await declarations_of(connection, codes, [DeclarationKind.TRANSFER_TERMS], asked.basis.known_at):
        terms.setdefault(codes[one.tenant], []).append(one.content)
    tenants = {code: tenant for tenant, code in codes.items()}
    found = findings_energy.unmatched(links, tenants, terms)
    return [one for one in found if _concerns(one, asked.boundary.tenants)]


async def _of_intervals(connection: Connection, asked: AskedFindings) -> list[Finding]:
    tenants, known_at = asked.boundary.tenants, asked.basis.known_at
    found = await interval_differences(connection, tenants, asked.first, asked.last, known_at)
    return list(differing_intervals(_over(asked.today, (_metered(one) for one in found))))


def _metered(one: IntervalDifference) -> MeteredMonth:
    return MeteredMonth(
        tenant=one.tenant,
        site=one.site,
        source=one.source,
        month=one.month,
        activity_type=one.activity_type,
        unit=one.unit,
        metered=one.metered,
        missing=one.missing,
        posted=one.posted,
    )


async def _of_balance(connection: Connection, asked: AskedFindings) -> list[Finding]:
    wanted = AskedEnergy(asked.boundary.tenants, asked.first, asked.last, asked.boundary.site)
    books = await energy_books(connection, asked.basis, wanted)
    return list(unaccounted(books, asked.first, asked.last))


def _over(today: date, found: Iterable[MeteredMonth]) -> list[MeteredMonth]:
    """Leave out the month that is not over: its bill has not come."""
    return [one for one in found if one.month < today.replace(day=1)]


def _concerns(one: Finding, tenants: Collection[UUID]) -> bool:
    return one.subject.tenant in tenants or one.subject.counterparty in tenants


_Reader = Callable[[Connection, AskedFindings], Awaitable[Sequence[Finding]]]
_READERS: Final[Mapping[frozenset[FindingKind], _Reader]] = MappingProxyType(
    {
        frozenset({FindingKind.GAP, FindingKind.SPIKE, FindingKind.METER_RESET}): _of_data,
        frozenset(
            {FindingKind.CALIBRATION_DUE, FindingKind.EXPIRING_INSTRUMENT, FindingKind.EXPIRING_TENANCY}
        ): _of_expiry,
        frozenset({FindingKind.STALE_FACTOR, FindingKind.MISSING_FACTOR}): _of_factors,
        frozenset({FindingKind.UNMATCHED_TRANSFER}): _of_transfers,
        frozenset({FindingKind.INTERVALS_DIFFER}): _of_intervals,
        frozenset({FindingKind.UNACCOUNTED_ENERGY}): _of_balance,
    }
)
"""Kinds that are read together -> how."""
