"""Questions about interval data: series, readings, matching by the hour, direct wires."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Final

import strawberry
from strawberry.dataloader import DataLoader

from accounting.basis import Basis
from accounting.intervals.boundary_matching import share_in
from accounting.intervals.residual_mixes import GivenMix, NoResidualMix, residual_mix
from accounting.intervals.roles import SHARE_UNIT, SeriesRole
from accounting.intervals.series import BadSeries, Series, by_day, coarser, missing_spans
from emission_factors.decimals import product
from ledger.connections import Connection as DatabaseConnection
from ledger.footprints.footprints import Boundary
from ledger.intervals.matching import AskedMatching, FoundMatching, matching_of, totals_in, wires_of
from ledger.intervals.reading import instants_of, read_series
from ledger.intervals.series import IntervalSeries as Record
from ledger.intervals.series import series_where
from ledger.periods import zone_of
from schema.asking import BasisArgument, basis_of, boundary_of
from schema.context import Context
from schema.enums import IntervalResolution
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.limits import DAYS_OF_INTERVALS
from schema.pages import Connection, sliced
from schema.scalars import Day, ExactDecimal, Instant
from schema.types.activities import After, First
from schema.types.footprints import BoundaryInput
from schema.types.info import Info
from schema.types.interval_matching import (
    SHOWN_IN,
    TO_BASE,
    DirectWires,
    HourlyMatching,
    Mixed,
    ResidualMixInput,
    Totals,
    matched_series,
)
from schema.types.intervals import (
    SERIES,
    IntervalReadings,
    IntervalRow,
    IntervalSeries,
    MissingIntervals,
    day_rows,
    in_unit,
    interval_rows,
)
from schema.types.registry import present

FirstDay = Annotated[
    Day, strawberry.argument(name="from", description="First day, on the wall clock of the site or park.")
]
LastDay = Annotated[Day, strawberry.argument(name="to", description="Last day, included; at most 366 days in all.")]
Minutes = Annotated[
    int, strawberry.argument(description="Minutes of the intervals: 15, 30 or 60; no shorter than any series has.")
]
Whose = Annotated[BoundaryInput, strawberry.argument(description="Whose.")]
_HOUR: Final = 60
_YEARS: Final = (1990, 9998)


@strawberry.type(description="Questions about interval data.")
class IntervalQueries:
    """The queries of intervals."""

    @strawberry.field(description="What sources of a park, tenant or site measure by intervals, oldest first.")
    async def interval_series(
        self, info: Info, boundary: Whose, first: First = None, after: After = None
    ) -> Connection[IntervalSeries]:
        """Page through the series."""
        within, _ = await boundary_of(info.context, boundary)
        async with info.context.read() as connection:
            found = await series_where(connection, within.tenants, site=within.site)
        return sliced(found, first, after, IntervalSeries.of, lambda one: str(one.id))

    @strawberry.field(description="Readings of a series, as long as asked for; days are those of its site's clock.")
    async def interval_readings(
        self,
        info: Info,
        series_id: Annotated[strawberry.ID, strawberry.argument(description="The series.")],
        first_day: FirstDay,
        last_day: LastDay,
        resolution: Annotated[
            IntervalResolution, strawberry.argument(description="How long the rows are; no shorter than its intervals.")
        ] = IntervalResolution.HOUR,
        known_at: Annotated[
            Instant | None, strawberry.argument(description="Only what was recorded by then; now if left out.")
        ] = None,
    ) -> IntervalReadings:
        """Read a series."""
        _check_days(first_day, last_day)
        async with _reading(info.context) as connection:
            series = await _one_series(connection, series_id)
            start, end = instants_of(first_day, last_day, series.time_zone)
            found = (await read_series(connection, [series], start, end, None, known_at))[series.id]
            rows = _rows(series, found, resolution)
        total = None if series.base_unit == SHARE_UNIT else found.total()
        return IntervalReadings(
            series=IntervalSeries.of(series),
            unit=series.unit,
            is_complete=found.is_complete,
            total=None if total is None else in_unit(total, series.to_base),
            missing=MissingIntervals.all_of(missing_spans({str(series.id): found})),
            found=rows,
        )

    @strawberry.field(
        description="Load of a boundary matched to carbon-free electricity: by the sums of the period and interval by "
        "interval, with storage and the grid, and what the rest emits market-based each way."
    )
    async def hourly_matching(
        self,
        info: Info,
        boundary: Whose,
        first_day: FirstDay,
        last_day: LastDay,
        minutes: Minutes = _HOUR,
        series_ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description="Only these series; all of electricity in the boundary if left out."),
        ] = None,
        grid_cfe_series_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Series of the grid's share of carbon-free energy; that of the boundary, else of the "
                "park's operator, if left out."
            ),
        ] = None,
        storage_opening: Annotated[
            ExactDecimal | None,
            strawberry.argument(
                description="kWh of attributes in storage at the start. If left out, storage declared from the first "
                "day on begins with what is declared, and other storage empty."
            ),
        ] = None,
        residual_mix: Annotated[
            ResidualMixInput | None,
            strawberry.argument(description="Residual mix; the one of the catalogue for place and time if left out."),
        ] = None,
        basis: BasisArgument = None,
    ) -> HourlyMatching:
        """Match load and carbon-free energy."""
        _check_days(first_day, last_day)
        within, on = await basis_of(info.context, boundary, basis)
        asked = AskedMatching(
            boundary=within,
            first=first_day,
            last=last_day,
            time_zone=await _clock_of(info.context, within),
            minutes=minutes,
            only=[decode_uuid(one, SERIES) for one in series_ids or ()],
            grid_cfe=decode_uuid(grid_cfe_series_id, SERIES) if grid_cfe_series_id else None,
            opening=None if storage_opening is None else product(storage_opening, TO_BASE),
            known_at=on.known_at,
        )
        async with _reading(info.context) as connection:
            found = await matching_of(connection, asked)
        mixed = _mixed(on, found, asked, residual_mix.mix() if residual_mix else None)
        return HourlyMatching(
            first_day=first_day,
            last_day=last_day,
            time_zone=asked.time_zone,
            minutes=minutes,
            unit=SHOWN_IN.code,
            no_residual_mix=mixed.reason,
            found=found,
            mix=mixed,
            totals=_totals(info.context, asked),
        )

    @strawberry.field(
        description="Direct wires to a boundary over a year: used in the interval it was generated, as a share of "
        "generation and of load, held against the rules on direct connections of green power."
    )
    async def direct_wires(
        self,
        info: Info,
        boundary: Whose,
        year: Annotated[int, strawberry.argument(description="The year.")],
        minutes: Minutes = _HOUR,
        known_at: Annotated[
            Instant | None, strawberry.argument(description="Only what was recorded by then; now if left out.")
        ] = None,
    ) -> DirectWires:
        """Hold direct wires against the rules."""
        if not _YEARS[0] <= year <= _YEARS[1]:
            raise BadInput(f"year is {year}; accepted is {_YEARS[0]} to {_YEARS[1]}")
        within, _ = await boundary_of(info.context, boundary)
        zone = await _clock_of(info.context, within)
        asked = AskedMatching(within, date(year, 1, 1), date(year, 12, 31), zone, minutes, known_at=known_at)
        async with _reading(info.context) as connection:
            found, inputs = await wires_of(connection, asked)
        series = matched_series(inputs, _totals(info.context, asked))
        return DirectWires.of(found, series, year, zone, minutes)


@asynccontextmanager
async def _reading(context: Context) -> AsyncIterator[DatabaseConnection]:
    """Take the operation's snapshot; series that do not go together are the question's fault."""
    try:
        async with context.read() as connection:
            yield connection
    except BadSeries as error:
        raise BadInput(f"{error.field}: {error}") from None


def _totals(context: Context, asked: AskedMatching) -> Totals:
    async def load(series: list[Record]) -> list[Decimal | None]:
        async with _reading(context) as connection:
            found = await totals_in(connection, asked, series)
        return [found[one.id] for one in series]

    return DataLoader(load)


async def _one_series(connection: DatabaseConnection, text: str) -> Record:
    found = await series_where(connection, ids=[decode_uuid(text, SERIES)])
    if not found:
        raise NotFound("there is no such series")
    return found[0]


async def _clock_of(context: Context, within: Boundary) -> str:
    """Return the time zone of the site, or of the park where the boundary is no one site."""
    if within.site is not None:
        return present(await context.sites.load(within.site)).time_zone
    if not within.tenants:
        raise BadInput("boundary: the park has no tenants, and nothing to match")
    tenant = present(await context.tenants.load(within.tenants[0]))
    return present(await context.parks.load(tenant.park_id)).time_zone


def _check_days(first: date, last: date) -> None:
    days = (last - first).days + 1
    if not 1 <= days <= DAYS_OF_INTERVALS:
        raise BadInput(f"from {first} to {last} are {days} days; accepted is 1 to {DAYS_OF_INTERVALS}")


def _rows(series: Record, found: Series, resolution: IntervalResolution) -> list[IntervalRow]:
    """Return what is shown of a series; raises `BadSeries` where its intervals are longer than asked for."""
    zone, is_share = zone_of(series.time_zone), series.base_unit == SHARE_UNIT
    if resolution.minutes is None:
        return day_rows(by_day(found, zone), zone, series.to_base, is_mean=is_share)
    if resolution.minutes < series.minutes:
        message = f"the series is read every {series.minutes} minutes, which shows none of {resolution.minutes}"
        raise BadSeries("resolution", message)
    shown = (share_in if is_share else coarser)(found, resolution.minutes)
    return interval_rows(found, shown, zone, series.to_base)


def _mixed(basis: Basis, found: FoundMatching, asked: AskedMatching, given: GivenMix | None) -> Mixed:
    regions = {one.region for one in found.inputs if one.role is SeriesRole.LOAD}
    places = {(region, month) for region in regions for month in _months(asked.first, asked.last)}
    try:
        return Mixed(residual_mix(basis, places, given), "", basis.gwp_set)
    except NoResidualMix as error:
        return Mixed(None, str(error), basis.gwp_set)


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=31)).replace(day=1)) <= last:
        months.append(following)
    return months
