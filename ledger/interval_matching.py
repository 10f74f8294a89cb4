"""The electricity series of a boundary, its storage and the grid's share, read and matched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from ledger.database import Connection
from ledger.declarations import declarations_of
from ledger.footprints import Boundary
from ledger.interval_reading import instants_of, read_series
from ledger.interval_series import IntervalSeries, series_where
from ledger.registry import tenants_where

MOST_DAYS: Final = 366
"""Days one question on intervals may span."""
MOST_INTERVALS: Final = 2_000_000
"""Intervals of all series that one matching may read."""
_WIRES: Final = (SeriesRole.LOAD, SeriesRole.DIRECT_WIRE)
_MINUTES_PER_DAY: Final = 1440


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
    inputs: tuple[ReadSeries, ...]
    grid_cfe: ReadSeries | None
    storage: tuple[StorageUnit, ...]


async def matching_of(connection: Connection, asked: AskedMatching) -> FoundMatching:
    """Match the load of a boundary interval by interval.

    Raises `BadSeries` where there is no load or supply, where series or storage do not go together, or for a series
    named that the boundary has not.
    """
    inputs = await _inputs(connection, asked, [role for role in SeriesRole if role is not SeriesRole.GRID_CFE])
    shares = await _grid_cfe(connection, asked)
    declared = await declarations_of(connection, asked.boundary.tenants, [DeclarationKind.STORAGE], asked.known_at)
    units = [
        one.content
        for one in declared
        if asked.boundary.site in (None, one.content.site) and one.content.carrier is EnergyCarrier.ELECTRICITY
    ]
    storage = StorageOfPeriod(units, asked.first, asked.last, asked.opening)
    found = matched(_metered(inputs), storage, shares.readings if shares else None)
    there = tuple(one for one in units if one.overlaps(asked.first, asked.last))
    return FoundMatching(found, tuple(inputs), shares, there)


async def wires_of(
    connection: Connection, asked: AskedMatching
) -> tuple[WireRatios | Incomplete, tuple[ReadSeries, ...]]:
    """Return how much of what direct wires had available was used at once, and the series; raises `BadSeries`."""
    inputs = await _inputs(connection, asked, _WIRES)
    return wired(_metered(inputs)), tuple(inputs)


async def _inputs(connection: Connection, asked: AskedMatching, roles: Collection[SeriesRole]) -> list[ReadSeries]:
    within = await series_where(connection, asked.boundary.tenants, asked.only or None, asked.boundary.site)
    found = [one for one in within if one.role in roles and one.carrier is EnergyCarrier.ELECTRICITY]
    unknown = sorted(set(asked.only) - {one.id for one in found})
    if unknown:
        raise BadSeries("seriesIds", f"the boundary has no electricity series {unknown[0]} that can be matched")
    return await _read(connection, asked, found, asked.minutes)


async def _read(
    connection: Connection, asked: AskedMatching, found: Sequence[IntervalSeries], minutes: int | None
) -> list[ReadSeries]:
    days = (asked.last - asked.first).days + 1
    count = sum(days * _MINUTES_PER_DAY // one.minutes for one in found)
    if count > MOST_INTERVALS:
        message = f"{len(found)} series over {days} days are {count} intervals; at most {MOST_INTERVALS}"
        raise BadSeries("seriesIds", f"{message}, ask by tenant or for fewer days")
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
        found = found or await _shares(connection, await _operators(connection, asked.boundary), None)
    if len(found) > 1:
        codes = ", ".join(one.source_code for one in found)
        raise BadSeries(
            "gridCfeSeriesId", f"several series of role {SeriesRole.GRID_CFE} ({codes}); name the one meant"
        )
    read = await _read(connection, asked, found, None)
    return read[0] if read else None


async def _shares(connection: Connection, tenants: Collection[UUID], site: UUID | None) -> list[IntervalSeries]:
    return [one for one in await series_where(connection, tenants, site=site) if _is_share(one)]


async def _operators(connection: Connection, boundary: Boundary) -> list[UUID]:
    own = await tenants_where(connection, tenant_id=list(boundary.tenants))
    found = await tenants_where(connection, park_id=[one.park_id for one in own], is_operator=True)
    return [one.tenant_id for one in found]


def _is_share(series: IntervalSeries) -> bool:
    return series.role is SeriesRole.GRID_CFE


def _metered(inputs: Sequence[ReadSeries]) -> list[Metered]:
    return [Metered(str(one.series.id), one.series.role, one.series.has_attribute, one.readings) for one in inputs]
