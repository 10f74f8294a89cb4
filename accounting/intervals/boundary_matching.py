"""The series of a boundary put together by their roles, and matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from accounting.intervals.direct_wires import WireRatios, wire_ratios
from accounting.intervals.hourly_matching import Incomplete, Matching, Source, match
from accounting.intervals.roles import SUPPLY, SeriesRole
from accounting.intervals.series import BadSeries, Series, added, missing_spans
from accounting.intervals.storage_units import StorageUnit, one_store
from emission_factors import decimals


@dataclass(frozen=True, slots=True)
class Metered:
    """A series of a meter in MJ, or of a share; `name` is told where intervals are missing."""

    name: str
    role: SeriesRole
    has_attribute: bool
    series: Series


@dataclass(frozen=True, slots=True)
class StorageOfPeriod:
    """What is declared of storage for the days from `first` to `last`; `opening` MJ at the start where it is known."""

    units: Sequence[StorageUnit]
    first: date
    last: date
    opening: Decimal | None = None


def matched(metered: Sequence[Metered], storage: StorageOfPeriod, grid_cfe: Series | None) -> Matching | Incomplete:
    """Match the load of a boundary to its supply, storage and the grid's share of carbon-free energy.

    All series of energy have the same intervals. Raises `BadSeries` without load or supply, or where series or storage
    do not go together.
    """
    load = {one.name: one.series for one in metered if one.role is SeriesRole.LOAD}
    sources = {one.name: Source(one.series, one.has_attribute) for one in metered if one.role in SUPPLY}
    charged, discharged = (
        [one for one in metered if one.role is role]
        for role in (SeriesRole.STORAGE_CHARGE, SeriesRole.STORAGE_DISCHARGE)
    )
    missing = missing_spans({one.name: one.series for one in (*charged, *discharged)})
    if missing:
        return Incomplete((*missing_spans(load), *missing))
    meters = [added([one.series for one in found]) if found else None for found in (charged, discharged)]
    store = one_store(storage.units, storage.first, storage.last, storage.opening, *meters)
    shares = share_in(grid_cfe, next(iter(load.values())).minutes) if grid_cfe and load else None
    return match(load, sources, store, shares)


def wired(metered: Sequence[Metered]) -> WireRatios | Incomplete:
    """Return how much of what direct wires had available the load of a boundary used, and covered of itself.

    Raises `BadSeries` without load or direct wires.
    """
    load = [one for one in metered if one.role is SeriesRole.LOAD]
    wires = [one for one in metered if one.role is SeriesRole.DIRECT_WIRE]
    if not load or not wires:
        lacking = SeriesRole.DIRECT_WIRE if load else SeriesRole.LOAD
        raise BadSeries("series", f"the boundary has no electricity series of role {lacking}; add it")
    missing = missing_spans({one.name: one.series for one in (*load, *wires)})
    if missing:
        return Incomplete(missing)
    return wire_ratios(added([one.series for one in wires]), added([one.series for one in load]))


def share_in(series: Series, minutes: int) -> Series:
    """Return a series of shares in intervals of another length: repeated in shorter ones, in longer ones their mean.

    One of the longer is missing where a part of it is. Raises `BadSeries` where the intervals do not fill whole ones.
    """
    if minutes <= series.minutes:
        times = series.minutes // minutes
        return Series(series.start, minutes, tuple(value for value in series.values for _ in range(times)))
    size, rest = divmod(minutes, series.minutes)
    if rest or len(series.values) % size:
        raise BadSeries("minutes", f"{len(series.values)} shares of {series.minutes} minutes fill none of {minutes}")
    parts = [series.values[first : first + size] for first in range(0, len(series.values), size)]
    return Series(series.start, minutes, tuple(map(_mean, parts)))


def _mean(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return decimals.exact(Fraction(decimals.total(known)) / len(known))
