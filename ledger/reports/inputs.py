"""What a periodic report rests on, read in one snapshot, as known at one instant and under one release.

One footprint, by tenant, site, month and quality, serves every table. What is read besides follows from the regime of
the basis: a park under notice 910 has the lines of its method and its indicators, a park whose regime counts internal
supply by suppliers' factors has its network.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from accounting.basis import Basis
from accounting.change.base_year_series import BaseYearSeries, series
from accounting.change.denominators import months_between
from accounting.declarations import DeclarationKind
from accounting.energy.books import Books
from accounting.footprints import Footprint
from accounting.grouping import Dimension
from accounting.indicators.indicators import assess
from accounting.indicators.national import NATIONAL
from accounting.indicators.statements import IndicatorYear, park_year
from accounting.judgement.activity_uncertainty import Uncertainties
from accounting.regimes import RegimeCode
from accounting.reporting.inputs import (
    Named,
    ParkFigures,
    ParkPeriod,
    Party,
    Place,
    ReportInputs,
    Restated,
    Said,
    Stream,
    SubjectKind,
)
from accounting.scope2.instruments import Instrument
from accounting.supply.park_supply import ParkSupply
from ledger.connections import Connection
from ledger.declarations import BASE_YEAR_KINDS, declarations_of
from ledger.footprints.footprints import Boundary, footprint, supplies_of
from ledger.footprints.park_supplies import AskedSupply
from ledger.instruments.instruments import instruments_of
from ledger.management.energy_balances import AskedEnergy, energy_books
from ledger.management.indicators import AskedPark, LedgerYear, Statements, ledger_months, ledger_year, statements_of
from ledger.management.posted_months import Within, completeness
from ledger.recordings import WAS_KNOWN
from ledger.registry import NotRegistered, parks_where, sites_where, sources_where, tenants_where
from ledger.tables import Park, Site, Source, Tenant

PREVIOUS_YEARS: Final = 2
"""Years before its own that a park's report shows (notice 910 of 2025, annex 2: emissions of three years)."""
_BY: Final = (Dimension.TENANT, Dimension.SITE, Dimension.MONTH, Dimension.QUALITY)
_KINDS: Final = (
    DeclarationKind.SCREENING,
    DeclarationKind.DENOMINATOR,
    DeclarationKind.METER,
    DeclarationKind.EXPECTATION,
    DeclarationKind.TENANCY,
    DeclarationKind.SCENARIO,
    DeclarationKind.UNCERTAINTY,
    DeclarationKind.HOLDING,
    *BASE_YEAR_KINDS,
)
_RESTATED: Final = f"""
SELECT tenant_id, kind, reason, count(*) FROM activities AS activity
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND version > 1 AND local_end > %(first)s::date
    AND local_start < (%(last)s::date + interval '1 month') AND {WAS_KNOWN.format(posting="posting_id")}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608  composed of constants
Row = TypeVar("Row", Tenant, Site, Source)


@dataclass(frozen=True, slots=True)
class AskedReport:
    """Of a park, or of one `tenant` of it; `first` and `last` are first days of months, both included. What is due is
    judged `on` a day; `is_upper` says which end of a published range of standard coal coefficients applies.
    """

    park: UUID
    tenant: UUID | None
    first: date
    last: date
    on: date
    is_upper: bool | None = None


async def report_inputs(connection: Connection, basis: Basis, asked: AskedReport) -> ReportInputs:
    """Return the values of one report; `basis.known_at` is the instant whose knowledge counts, for all of them.

    Raises `NotRegistered` where there is no such park or tenant in it, `BadIndicatorInput` where what the park's
    operators state for its indicators contradicts itself.
    """
    park, tenants = await _of(connection, basis, asked)
    keys = [one.tenant_id for one in tenants]
    found = await footprint(connection, basis, Boundary(tuple(keys)), asked.first, asked.last, _BY)
    places = await _places(connection, basis, found, keys)
    period = await _park_period(connection, basis, asked, park, found)
    declared = await _declared(connection, keys, basis.known_at)
    within = Within(keys, None, basis.known_at)
    matrix, _ = await completeness(connection, within, months_between(asked.first, asked.last), asked.on)
    return ReportInputs(
        subject=_subject(park, tenants, asked),
        first=asked.first,
        last=asked.last,
        on=asked.on,
        basis=basis,
        footprint=found,
        parties={one.tenant_id: _party(one) for one in tenants},
        places=places,
        streams={
            one.source_id: Stream(one.site_id, one.code, one.name_en, one.name_zh)
            for one in _known(await sources_where(connection, tenant_id=keys), basis)
        },
        energy=period[1].energy if period else await _energy(connection, basis, asked, keys),
        declared=declared,
        base_years=_base_years(declared),
        matrix=matrix,
        instruments=_claimed(await instruments_of(connection, keys, basis.known_at), asked),
        restated=await _restated(connection, keys, asked, basis.known_at),
        uncertainties=Uncertainties(_contents(declared.get(DeclarationKind.UNCERTAINTY, ()))),
        operators={key: one.tenant for key, one in places.items()},
        park=period[0] if period else None,
        supply=await _supply(connection, basis, asked, keys),
        is_upper=asked.is_upper,
    )


async def _of(connection: Connection, basis: Basis, asked: AskedReport) -> tuple[Park, list[Tenant]]:
    parks = await parks_where(connection, park_id=asked.park)
    chosen = {"park_id": asked.park} | ({"tenant_id": asked.tenant} if asked.tenant else {})
    tenants = _known(await tenants_where(connection, **chosen), basis)
    if not parks or (asked.tenant and not tenants):
        raise NotRegistered(f"there is no park {asked.park}" if not parks else f"the park has no tenant {asked.tenant}")
    return parks[0], tenants


def _known(found: Iterable[Row], basis: Basis) -> list[Row]:
    """Leave out what was registered later than the basis knows."""
    known_at = basis.known_at
    return [one for one in found if known_at is None or one.recorded_at is None or one.recorded_at <= known_at]


async def _places(
    connection: Connection, basis: Basis, found: Footprint, tenants: Collection[UUID]
) -> dict[UUID, Place]:
    """Return the sites of tenants, and those that others run and of which one of them reports a share."""
    reported = {one.site for one in found.lines if one.site} | {one.site for one in found.gaps if one.site}
    sites = _known(await sites_where(connection, tenant_id=list(tenants)), basis)
    others = reported - {one.site_id for one in sites}
    sites += await sites_where(connection, site_id=list(others)) if others else []
    operators = await tenants_where(connection, tenant_id=list({one.tenant_id for one in sites}))
    codes = {one.tenant_id: one.code for one in operators}
    return {
        one.site_id: Place(one.tenant_id, codes[one.tenant_id], one.code, one.name_en, one.name_zh, one.region)
        for one in sites
    }


async def _park_period(
    connection: Connection, basis: Basis, asked: AskedReport, park: Park, found: Footprint
) -> tuple[ParkPeriod, LedgerYear] | None:
    """Return a park by the method of notice 910, where that is the regime."""
    if asked.tenant is not None or basis.regime.code is not RegimeCode.NDRC_910_2025:
        return None
    statements = await statements_of(connection, asked.park, basis.known_at)
    year, of_park = asked.last.year, AskedPark(asked.park, park.region, asked.is_upper)
    stated = statements.years.get(year, IndicatorYear(year))
    read = await ledger_months(connection, basis, of_park, stated, (asked.first, asked.last), found)
    is_year = (asked.first.month, asked.last.month) == (1, 12) and asked.first.year == year
    whole = park_year(NATIONAL, read.inputs, stated)
    previous = await _previous(connection, basis, of_park, statements, year) if is_year else ()
    assessment = assess(NATIONAL, whole.year) if is_year else None
    return ParkPeriod(read.emissions, whole.year.inputs, assessment, whole.overrides, previous), read


async def _previous(
    connection: Connection, basis: Basis, asked: AskedPark, statements: Statements, year: int
) -> tuple[ParkFigures, ...]:
    found = []
    for one in range(year - PREVIOUS_YEARS, year):
        stated = statements.years.get(one, IndicatorYear(one))
        read = await ledger_year(connection, basis, asked, stated)
        inputs = park_year(NATIONAL, read.inputs, stated).year.inputs
        found.append(ParkFigures(one, inputs["PARK_EMISSIONS"].amount, inputs["TOTAL_ENERGY"].amount))
    return tuple(found)


async def _energy(connection: Connection, basis: Basis, asked: AskedReport, tenants: Sequence[UUID]) -> Books:
    return await energy_books(connection, basis, AskedEnergy(tenants, asked.first, asked.last, is_upper=asked.is_upper))


async def _supply(
    connection: Connection, basis: Basis, asked: AskedReport, tenants: Sequence[UUID]
) -> ParkSupply | None:
    """Return the network of a whole park, from which its total is counted once."""
    if asked.tenant is not None or not basis.regime.has_approaches:
        return None
    found = await supplies_of(connection, basis, AskedSupply(tenants, asked.first, asked.last, is_whole=True))
    return found[0] if found else None


async def _declared(
    connection: Connection, tenants: Sequence[UUID], known_at: datetime | None
) -> dict[DeclarationKind, list[Said]]:
    found: dict[DeclarationKind, list[Said]] = defaultdict(list)
    for one in await declarations_of(connection, tenants, _KINDS, known_at):
        found[one.kind].append(Said(one.tenant, one.content))
    return dict(found)


def _contents(said: Iterable[Said]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for one in said:
        found.setdefault(one.tenant, []).append(one.content)
    return found


def _base_years(declared: Mapping[DeclarationKind, Sequence[Said]]) -> dict[UUID, BaseYearSeries]:
    found = _contents(one for kind in BASE_YEAR_KINDS for one in declared.get(kind, ()))
    return {tenant: series(contents) for tenant, contents in found.items()}


async def _restated(
    connection: Connection, tenants: Sequence[UUID], asked: AskedReport, known_at: datetime | None
) -> list[Restated]:
    given = {"tenants": tenants, "first": asked.first, "last": asked.last, "known_at": known_at}
    return [Restated(*row) for row in await (await connection.execute(_RESTATED, given)).fetchall()]


def _claimed(found: Iterable[Instrument], asked: AskedReport) -> list[Instrument]:
    return [one for one in found if one.claimed_from <= asked.last and one.claimed_to >= asked.first]


def _subject(park: Park, tenants: Sequence[Tenant], asked: AskedReport) -> Named:
    if asked.tenant is None:
        return Named(SubjectKind.PARK, park.code, park.name_en, park.name_zh, park.region)
    one = tenants[0]
    return Named(SubjectKind.TENANT, one.code, one.name_en, one.name_zh, park.region)


def _party(one: Tenant) -> Party:
    return Party(one.code, one.name_en, one.name_zh, one.is_operator, one.industry_code)
