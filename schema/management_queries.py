"""Questions about managing a park: who is in it and who may come, which data are there, what has to be looked into."""

from datetime import date
from typing import Annotated

import strawberry

from accounting.change.denominators import months_between
from accounting.declarations import DeclarationKind
from accounting.management.findings import FindingKind as Kind
from accounting.management.planning import Planned
from accounting.management.prospects import Stage
from accounting.management.tenancies import area_on
from accounting.management.validity import holds_on
from ledger.declarations import declarations_of
from ledger.footprints.footprints import Boundary
from ledger.management.findings import AskedFindings, findings_of
from ledger.management.posted_months import Within, completeness
from ledger.management.prospects import planned_park, prospects_of
from ledger.periods import zone_of
from ledger.registry import parks_where, tenants_where
from schema.asking import BasisArgument, basis_of, boundary_of, check_months
from schema.context import Context
from schema.errors import BadInput, NotFound
from schema.global_ids import decode_uuid
from schema.management_enums import FindingKind, ProspectStage
from schema.scalars import Day, ExactDecimal, Instant, Month
from schema.types.basis import Basis
from schema.types.completeness import Completeness
from schema.types.findings import Findings
from schema.types.footprints import BoundaryInput, MonthsInput
from schema.types.info import Info
from schema.types.prospects import ParkProspect, PlannedFootprint
from schema.types.tenancies import ParkTenancies, ParkTenancy

ParkId = Annotated[strawberry.ID, strawberry.argument(description="The park.")]
Period = Annotated[MonthsInput, strawberry.argument(description="Which months, both included.")]
Whose = Annotated[BoundaryInput, strawberry.argument(description="Whose.")]
On = Annotated[
    Day | None, strawberry.argument(description="The day it is judged on; today by the park's clock if left out.")
]
Stages = Annotated[list[ProspectStage] | None, strawberry.argument(description="Stages; every one if left out.")]
MOST_DAYS = 1100
"""Days ahead that what ends may be asked for: three years."""
YEARS = range(1990, 2101)
"""Years that may be planned for."""


@strawberry.type(description="Questions about managing a park.")
class ManagementQueries:
    """The queries of management."""

    @strawberry.field(description="Who rents what in a park on a day.")
    async def tenancies(self, info: Info, park_id: ParkId, on: On = None) -> ParkTenancies:
        """Return the tenancies that hold on a day."""
        within = await _park(info.context, park_id)
        day = on or await _today(info.context, within)
        async with info.context.read() as connection:
            declared = await declarations_of(connection, within.tenants, [DeclarationKind.TENANCY])
        found = [one for one in declared if holds_on(one.content, day)]
        area = area_on([one.content for one in found], day)
        return ParkTenancies(
            on=Day(day), floor_area_m2=ExactDecimal(area), tenancies=[ParkTenancy.of(one) for one in found]
        )

    @strawberry.field(description="Companies that may come to a park, as its operator declares them, by code.")
    async def prospects(
        self,
        info: Info,
        park_id: ParkId,
        stages: Stages = None,
        include_came: Annotated[bool, strawberry.argument(description="Also those that became tenants.")] = False,
    ) -> list[ParkProspect]:
        """Return the prospects."""
        await _park(info.context, park_id)
        asked = stages or list(Stage)
        async with info.context.read() as connection:
            key = decode_uuid(park_id, "Park")
            found = await prospects_of(connection, None, key, asked, has_come=include_came)
        return [ParkProspect.of(one) for one in found]

    @strawberry.field(
        description="A park's footprint with and without those who may come: their projected loads, at the factors of "
        "a reference year."
    )
    async def planned_footprint(
        self,
        info: Info,
        park_id: ParkId,
        year: Annotated[int, strawberry.argument(description="The year that is planned for.")],
        reference_year: Annotated[
            int | None,
            strawberry.argument(description="The year whose activities and factors it rests on; `year` if left out."),
        ] = None,
        basis: BasisArgument = None,
        stages: Stages = None,
    ) -> PlannedFootprint:
        """Compute the park with its prospects."""
        reference = year if reference_year is None else reference_year
        for one in (year, reference):
            if one not in YEARS:
                raise BadInput(f"{one} is no year to plan for; accepted is {YEARS[0]} to {YEARS[-1]}")
        _, on = await basis_of(info.context, BoundaryInput(park_id=park_id), basis)
        key = decode_uuid(park_id, "Park")
        async with info.context.read() as connection:
            park = (await parks_where(connection, park_id=key))[0]
            asked = Planned(year, reference, park.region)
            found = await planned_park(connection, on, key, asked, stages or list(Stage))
        return PlannedFootprint.of(found, Basis.of(on), year, reference)

    @strawberry.field(
        description="Which source has posted which month, against what is declared to be expected of it, or derived "
        "from what it posted before."
    )
    async def completeness(
        self,
        info: Info,
        boundary: Whose,
        period: Period,
        on: On = None,
        known_at: Annotated[
            Instant | None, strawberry.argument(description="As it was known at this instant; now if left out.")
        ] = None,
    ) -> Completeness:
        """Return the completeness matrix."""
        check_months(period)
        within, _ = await boundary_of(info.context, boundary)
        day = on or await _today(info.context, within)
        months = months_between(period.first, period.last)
        async with info.context.read() as connection:
            asked = Within(within.tenants, within.site, known_at)
            rows, _ = await completeness(connection, asked, months, day)
        return Completeness.of(rows, [Month(month) for month in months], Day(day))

    @strawberry.field(
        description="What somebody should look into: gaps, spikes, meters, factors, transfers, what ends soon. Nothing "
        "of it is stored; what is repaired is gone."
    )
    async def findings(
        self,
        info: Info,
        boundary: Whose,
        period: Period,
        kinds: Annotated[
            list[FindingKind] | None, strawberry.argument(description="Kinds; every one if left out.")
        ] = None,
        on: On = None,
        within_days: Annotated[
            int, strawberry.argument(description="How far ahead of the day something may end, 0 to 1,100 days.")
        ] = 90,
        basis: BasisArgument = None,
    ) -> Findings:
        """Return the findings."""
        check_months(period)
        if not 0 <= within_days <= MOST_DAYS:
            raise BadInput(f"withinDays is {within_days}; accepted is 0 to {MOST_DAYS}")
        within, resolved = await basis_of(info.context, boundary, basis)
        day = on or await _today(info.context, within)
        wanted = kinds or list(Kind)
        asked = AskedFindings(resolved, within, period.first, period.last, day, within_days, frozenset(wanted))
        async with info.context.read() as connection:
            found = await findings_of(connection, asked)
        return Findings.of(found, [kind for kind in Kind if kind in asked.kinds], Day(day))


async def _park(context: Context, park_id: strawberry.ID) -> Boundary:
    within, _ = await boundary_of(context, BoundaryInput(park_id=park_id))
    return within


async def _today(context: Context, within: Boundary) -> date:
    """Return the day it is in the park; raises `NotFound` for a park without tenants, whose day nobody needs."""
    async with context.read() as connection:
        tenants = await tenants_where(connection, tenant_id=list(within.tenants[:1]))
        if not tenants:
            raise NotFound("the park has no tenant yet")
        park = (await parks_where(connection, park_id=tenants[0].park_id))[0]
    return context.service.clock().astimezone(zone_of(park.time_zone)).date()
