"""Questions about a park's indicators: how it stands in a year, over years, and by which systems it can be judged."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.indicators import indicators as pure
from accounting.indicators.inputs import BadIndicatorInput
from accounting.indicators.national import NATIONAL
from accounting.indicators.park_headroom import park_headroom
from accounting.indicators.statements import IndicatorYear, StatedYear, park_year
from accounting.indicators.systems import IndicatorSystem
from accounting.regimes import RegimeCode
from ledger.management.indicators import AskedPark, LedgerYear, Statements, ledger_year, statements_of
from schema.asking import BasisArgument, basis_of
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.limits import YEARS_PER_PREVIEW
from schema.scalars import Instant
from schema.types.basis import Basis as BasisType
from schema.types.basis import BasisInput
from schema.types.footprints import BoundaryInput
from schema.types.indicator_systems import IndicatorDefinition, ParkIndicatorSystem, exact_or_none
from schema.types.indicators import IndicatorPoint, IndicatorResult, IndicatorTrend, ParkIndicators
from schema.types.info import Info
from schema.types.park_lines import ParkHeadrooms, ParkMethodEmissions

ParkId = Annotated[strawberry.ID, strawberry.argument(description="The park.")]
SystemCode = Annotated[
    str | None, strawberry.argument(description="Code of the indicator system; the national one if left out.")
]
IsUpper = Annotated[
    bool | None,
    strawberry.argument(
        description="Which end of a published range of standard coal coefficients applies, such as natural gas's; its "
        "net calorific value decides if left out. As in `energyBalance`."
    ),
]
_YEARS = range(1990, 2101)


@strawberry.type(description="Questions about the indicators of parks.")
class IndicatorQueries:
    """The queries of indicators."""

    @strawberry.field(
        description="The indicators of a zero-carbon park in a calendar year (notice 910 of 2025), computed from the "
        "ledger and from what the operator states. The regime is that of the notice, whatever `basis` names; "
        "`electricityKgcePerKwh` goes before what is stated for the year."
    )
    async def park_indicators(
        self,
        info: Info,
        park_id: ParkId,
        year: Annotated[int, strawberry.argument(description="Calendar year.")],
        system: SystemCode = None,
        basis: BasisArgument = None,
        is_upper: IsUpper = None,
    ) -> ParkIndicators:
        """Assess a year."""
        asked = await _asked(info.context, park_id, system, basis, is_upper)
        found = await _year(info.context, asked, year)
        assessed = _assessed(asked.system, found)
        overrides = dict(found.stated.overrides)
        headroom = park_headroom(
            asked.system, found.stated.year.inputs, found.ledger.emissions.emissions, found.ledger.gas
        )
        return ParkIndicators(
            year=year,
            basis=BasisType.of(asked.basis),
            system=ParkIndicatorSystem.of(asked.system),
            is_core_met=assessed.is_core_met,
            results=[IndicatorResult.of(one, overrides, year) for one in assessed.results],
            open_codes=[one.indicator.code for one in assessed.open],
            emissions=ParkMethodEmissions.of(found.ledger.emissions, year),
            headroom=ParkHeadrooms.of(headroom),
        )

    @strawberry.field(description="Every indicator of a park over calendar years, at most 10, and how each moved.")
    async def indicator_trends(
        self,
        info: Info,
        park_id: ParkId,
        years: Annotated[list[int], strawberry.argument(description="Calendar years, each once.")],
        system: SystemCode = None,
        basis: BasisArgument = None,
        is_upper: IsUpper = None,
    ) -> list[IndicatorTrend]:
        """Assess years."""
        _check_years(years)
        asked = await _asked(info.context, park_id, system, basis, is_upper)
        found = {year: await _year(info.context, asked, year) for year in sorted(years)}
        for year in found.values():
            _assessed(asked.system, year)
        trends = pure.trends(asked.system, {year: one.stated.year for year, one in found.items()})
        return [_trend(one, found) for one in trends]

    @strawberry.field(description="The indicator systems a park can be judged by: the national one, and declared ones.")
    async def indicator_systems(
        self,
        info: Info,
        park_id: ParkId,
        known_at: Annotated[
            Instant | None, strawberry.argument(description="As known at this instant; now if left out.")
        ] = None,
    ) -> list[ParkIndicatorSystem]:
        """List systems."""
        found = await _statements(info.context, await _park(info.context, park_id), known_at)
        return [ParkIndicatorSystem.of(one) for one in found.systems.values()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked, as resolved."""

    park: AskedPark
    basis: Basis
    system: IndicatorSystem
    statements: Statements


@dataclass(frozen=True, slots=True)
class _Found:
    """A year: what the ledger holds, and what the system's indicators rest on."""

    ledger: LedgerYear
    stated: StatedYear


async def _asked(
    context: Context, park_id: strawberry.ID, system: str | None, given: BasisInput | None, is_upper: bool | None
) -> _Asked:
    key = await _park(context, park_id)
    under = replace(given or BasisInput(), regime=RegimeCode.NDRC_910_2025)
    _, basis = await basis_of(context, BoundaryInput(park_id=park_id), under)
    park = await context.parks.load(key)
    statements = await _statements(context, key, basis.known_at)
    chosen = statements.systems.get(system or NATIONAL.code)
    if chosen is None or park is None:
        raise BadInput(f"system: the park has no {system!r}; accepted are {', '.join(statements.systems)}")
    return _Asked(AskedPark(key, park.region, is_upper), basis, chosen, statements)


async def _statements(context: Context, park: UUID, known_at: datetime | None) -> Statements:
    try:
        async with context.read() as connection:
            return await statements_of(connection, park, known_at)
    except BadIndicatorInput as error:
        raise BadInput(str(error)) from None


async def _park(context: Context, park_id: strawberry.ID) -> UUID:
    key = decode_uuid(park_id, "Park")
    if await context.parks.load(key) is None or not context.principal.access.has_whole_park(key):
        raise NotFound("there is no such park")
    return key


async def _year(context: Context, asked: _Asked, year: int) -> _Found:
    if year not in _YEARS:
        raise BadInput(f"year: {year} is none of a park; accepted are {_YEARS[0]} to {_YEARS[-1]}")
    stated = asked.statements.years.get(year, IndicatorYear(year))
    async with context.read() as connection:
        found = await ledger_year(connection, asked.basis, asked.park, stated)
    return _Found(found, park_year(asked.system, found.inputs, stated))


def _assessed(system: IndicatorSystem, found: _Found) -> pure.Assessment:
    try:
        return pure.assess(system, found.stated.year)
    except BadIndicatorInput as error:
        raise BadInput(f"{error.field}: {error}") from None


def _check_years(years: list[int]) -> None:
    if not 1 <= len(years) <= YEARS_PER_PREVIEW or len(set(years)) != len(years):
        raise BadInput(f"years: {len(years)} are given; accepted are 1 to {YEARS_PER_PREVIEW}, each once")


def _trend(found: pure.Trend, years: dict[int, _Found]) -> IndicatorTrend:
    return IndicatorTrend(
        indicator=IndicatorDefinition.of(found.indicator),
        points=[
            IndicatorPoint(
                year=one.year,
                result=IndicatorResult.of(one.result, dict(years[one.year].stated.overrides), one.year),
                change=exact_or_none(one.change),
                is_better=one.is_better,
            )
            for one in found.points
        ],
    )
