"""The electricity series of a boundary, its storage and the grid's share, read and matched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.intervals.boundary_matching import Metered, StorageOfPeriod, matched, wired
from accounting.intervals.direct_wires import WireRatios
from accounting.intervals.hourly_matching import Incomplete, Matching
from accounting.intervals.roles import SeriesRole
from accounting.intervals.series import BadSeries, Series
from accounting.intervals.storage_units import StorageUnit
from accounting.scope2.instruments import EnergyCarrier
from ledger.archived import refuse_archived_readings
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary
from ledger.intervals.cells import HOUR_MINUTES, Kind, hour_sums
from ledger.intervals.reading import incomplete_in, instants_of, read_series, totals_of
from ledger.intervals.series import IntervalSeries, series_where
from ledger.registry import tenants_where

MOST_DAYS: Final = 366
"""Days one question on intervals may span."""
MOST_INTERVALS: Final = 2_000_000
"""Intervals of all series that one matching may read."""
_WIRES: Final = (SeriesRole.LOAD, SeriesRole.DIRECT_WIRE)
_MINUTES_PER_DAY: Final = 1440
_HOUR: Final = timedelta(hours=1)
_NARROWER: Final = "ask by tenant or for fewer days"


@dataclass(frozen=True, slots=True)
class AskedMatching:
    """Whose electricity on which days, both included, of the clock of `time_zone`, in intervals of `minutes`.

    `only` names series to take, all of the boundary if empty; `grid_cfe` the series of the grid's share; `opening` MJ
    in storage at the start where it is known.
    """

    boundary: Boundary
    first: date
    last: date
    time_zone: str
    minutes: int
    only: Collection[UUID] = ()
    grid_cfe: UUID | None = None
    opening: Decimal | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadSeries:
    """A series with its readings of the period."""

    series: IntervalSeries
    readings: Series


@dataclass(frozen=True, slots=True)
class FoundMatching:
    """What was matched, and what it rests on: the series, the grid's share if any, storage as declared."""

    found: Matching | Incomplete
    inputs: tuple[IntervalSeries, ...]
    grid_cfe: ReadSeries | None
    storage: tuple[StorageUnit, ...]


async def matching_of(connection: Connection, asked: AskedMatching) -> FoundMatching:
    """Match the load of a boundary interval by interval.

    Raises `BadSeries` where there is no load or supply, where series or storage do not go together, or for a series
    named that the boundary has not.
    """
    inputs, metered = await _inputs(connection, asked, [role for role in SeriesRole if role is not SeriesRole.GRID_CFE])
    shares = await _grid_cfe(connection, asked)
    declared = await declarations_of(connection, asked.boundary.tenants, [DeclarationKind.STORAGE], asked.known_at)
    units = [
        one.content
        for one in declared
        if asked.boundary.site in (None, one.content.site) and one.content.carrier is EnergyCarrier.ELECTRICITY
    ]
    storage = StorageOfPeriod(units, asked.first, asked.last, asked.opening)
    found = matched(metered, storage, shares.readings if shares else None)
    there = tuple(one for one in units if one.overlaps(asked.first, asked.last))
    return FoundMatching(found, inputs, shares, there)


async def wires_of(
    connection: Connection, asked: AskedMatching
) -> tuple[WireRatios | Incomplete, tuple[IntervalSeries, ...]]:
    """Return how much of what direct wires had available was used at once, and the series; raises `BadSeries`."""
    inputs, metered = await _inputs(connection, asked, _WIRES)
    return wired(metered), inputs


async def totals_in(
    connection: Connection, asked: AskedMatching, series: Sequence[IntervalSeries]
) -> dict[UUID, Decimal | None]:
    """Return the sum of each series over the days asked for, MJ; None where an interval is missing.

    Raises `BadSeries` where these are more intervals than one question may read.
    """
    _check_count(asked, series)
    start, end = instants_of(asked.first, asked.last, asked.time_zone)
    return await totals_of(connection, series, start, end, asked.known_at)


async def _inputs(
    connection: Connection, asked: AskedMatching, roles: Collection[SeriesRole]
) -> tuple[tuple[IntervalSeries, ...], list[Metered]]:
    """Return the series of the boundary, and what they measured: each for itself, or in sums by hour."""
    within = await series_where(connection, asked.boundary.tenants, asked.only or None, asked.boundary.site)
    found = [one for one in within if one.role in roles and one.carrier is EnergyCarrier.ELECTRICITY]
    unknown = sorted(set(asked.only) - {one.id for one in found})
    if unknown:
        raise BadSeries("seriesIds", f"the boundary has no electricity series {unknown[0]} that can be matched")
    if _is_in_cells(asked):
        return tuple(found), await _summed(connection, asked, found, roles)
    return tuple(found), _metered(await _read(connection, asked, found, asked.minutes))


def _is_in_cells(asked: AskedMatching) -> bool:
    """Whether hourly cells answer: what is known now, of all series, in full hours of UTC."""
    start, _ = instants_of(asked.first, asked.last, asked.time_zone)
    return asked.known_at is None and not asked.only and asked.minutes == HOUR_MINUTES and start.minute == 0


async def _summed(
    connection: Connection, asked: AskedMatching, found: Sequence[IntervalSeries], roles: Collection[SeriesRole]
) -> list[Metered]:
    """Return sums of all series of a kind; where one is incomplete, the series that are, so that gaps have names."""
    start, end = instants_of(asked.first, asked.last, asked.time_zone)
    await refuse_archived_readings(connection, start, end, "from")
    boundary, hours = asked.boundary, _hours(start, end)
    carrier = EnergyCarrier.ELECTRICITY
    sums = await hour_sums(connection, boundary.tenants, boundary.site, carrier, roles, (start, end))
    summed: list[Metered] = []
    incomplete: list[IntervalSeries] = []
    for kind, series in _by_kind(found).items():
        there = sums.get(kind, {})
        whole = HOUR_MINUTES * len(series)
        runs = _runs([hour for hour in hours if hour not in there or there[hour].minutes != whole])
        if runs:
            incomplete += await _incomplete(connection, series, runs)
        else:
            values = tuple(there[hour].quantity for hour in hours)
            summed.append(Metered(" ".join(map(str, kind)), *kind, Series(start, HOUR_MINUTES, values)))
    named = sorted(incomplete, key=lambda one: one.id)
    return [*summed, *_metered(await _read(connection, asked, named, HOUR_MINUTES))]


async def _incomplete(
    connection: Connection, series: Sequence[IntervalSeries], runs: Sequence[tuple[datetime, datetime]]
) -> Sequence[IntervalSeries]:
    """Return the series that lack readings in runs of hours; all, where none does and readings are in no cell."""
    minutes = sum((end - start for start, end in runs), timedelta()) // timedelta(minutes=1)
    count = sum(minutes // one.minutes for one in series)
    if count > MOST_INTERVALS:
        message = f"readings are missing in {minutes // HOUR_MINUTES} hours; to tell of which of {len(series)} series "
        raise BadSeries("seriesIds", f"{message}takes {count} intervals, at most {MOST_INTERVALS}; {_NARROWER}")
    return await incomplete_in(connection, series, runs) or series


def _by_kind(found: Sequence[IntervalSeries]) -> dict[Kind, list[IntervalSeries]]:
    kinds: dict[Kind, list[IntervalSeries]] = {}
    for one in found:
        kinds.setdefault((one.role, one.has_attribute), []).append(one)
    return kinds


def _hours(start: datetime, end: datetime) -> list[datetime]:
    return [start + _HOUR * number for number in range((end - start) // _HOUR)]


def _runs(hours: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Return hours, in order, as runs of time: half-open."""
    known = set(hours)
    firsts = [hour for hour in hours if hour - _HOUR not in known]
    ends = [hour + _HOUR for hour in hours if hour + _HOUR not in known]
    return list(zip(firsts, ends, strict=True))


def _check_count(asked: AskedMatching, series: Sequence[IntervalSeries]) -> None:
    days = (asked.last - asked.first).days + 1
    count = sum(days * _MINUTES_PER_DAY // one.minutes for one in series)
    if count > MOST_INTERVALS:
        message = f"{len(series)} series over {days} days are {count} intervals; at most {MOST_INTERVALS}"
        raise BadSeries("seriesIds", f"{message}, {_NARROWER}")


async def _read(
    connection: Connection, asked: AskedMatching, found: Sequence[IntervalSeries], minutes: int | None
) -> list[ReadSeries]:
    _check_count(asked, found)
    start, end = instants_of(asked.first, asked.last, asked.time_zone)
    read = await read_series(connection, found, start, end, minutes, asked.known_at)
    return [ReadSeries(one, read[one.id]) for one in found]


async def _grid_cfe(connection: Connection, asked: AskedMatching) -> ReadSeries | None:
    """Return the share of the grid: the series named, else the boundary's own, else that of the park's operator."""
    if asked.grid_cfe is not None:
        found = [one for one in await series_where(connection, ids=[asked.grid_cfe]) if _is_share(one)]
        if not found:
            raise BadSeries("gridCfeSeriesId", f"there is no series {asked.grid_cfe} of role {SeriesRole.GRID_CFE}")
    else:
        found = await _shares(connection, asked.boundary.tenants, asked.boundary.site)
        async with beyond(connection, "the grid's share that the operator of the park keeps", asked.boundary.tenants):
            return await _share(connection, asked, found or await _of_operator(connection, asked.boundary))
    return await _share(connection, asked, found)


async def _share(connection: Connection, asked: AskedMatching, found: Sequence[IntervalSeries]) -> ReadSeries | None:
    if len(found) > 1:
        codes = ", ".join(one.source_code for one in found)
        raise BadSeries(
            "gridCfeSeriesId", f"several series of role {SeriesRole.GRID_CFE} ({codes}); name the one meant"
        )
    read = await _read(connection, asked, found, None)
    return read[0] if read else None


async def _shares(connection: Connection, tenants: Collection[UUID], site: UUID | None) -> list[IntervalSeries]:
    return [one for one in await series_where(connection, tenants, site=site) if _is_share(one)]


async def _of_operator(connection: Connection, boundary: Boundary) -> Sequence[IntervalSeries]:
    own = await tenants_where(connection, tenant_id=list(boundary.tenants))
    found = await tenants_where(connection, park_id=[one.park_id for one in own], is_operator=True)
    return await _shares(connection, [one.tenant_id for one in found], None)


def _is_share(series: IntervalSeries) -> bool:
    return series.role is SeriesRole.GRID_CFE


def _metered(inputs: Sequence[ReadSeries]) -> list[Metered]:
    return [Metered(str(one.series.id), one.series.role, one.series.has_attribute, one.readings) for one in inputs]
