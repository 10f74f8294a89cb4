"""Questions about differences: the bridge between two footprints, and what another basis would change."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import strawberry

from accounting.basis import Basis as PureBasis
from accounting.change.bridge import BadBridge
from accounting.change.bridge_lines import Side
from accounting.change.footprint_bridge import footprint_bridge, grouped
from accounting.change.impact import digest, impacts
from accounting.footprints import Footprint
from accounting.grouping import Dimension
from emission_factors.activity_types import Method
from ledger.footprints.footprints import Boundary, footprint
from schema.asking import basis_of, check_months
from schema.context import Context
from schema.enums import Dimension as FootprintDimension
from schema.enums import Scope2Method
from schema.errors import BadInput
from schema.limits import YEARS_PER_PREVIEW
from schema.scalars import Month
from schema.types.basis import Basis, BasisInput
from schema.types.bridges import BridgedFootprintInput, FootprintBridge
from schema.types.footprints import BoundaryInput, MonthsInput, distinct
from schema.types.impacts import ImpactPreview, TenantImpact
from schema.types.info import Info

BoundaryArgument = Annotated[BoundaryInput, strawberry.argument(description="Whose.")]


@strawberry.type(description="Questions about differences.")
class BridgeQueries:
    """The queries of bridges."""

    @strawberry.field(
        description="What leads from one footprint to another: of other months, another basis, another day of "
        "knowledge. Effects add up to the difference exactly, in total, in every group and in every line."
    )
    async def footprint_bridge(
        self,
        info: Info,
        boundary: BoundaryArgument,
        before: Annotated[BridgedFootprintInput, strawberry.argument(description="The first footprint.")],
        after: Annotated[BridgedFootprintInput, strawberry.argument(description="The second footprint.")],
        scope2_method: Annotated[
            Scope2Method, strawberry.argument(description="Which scope 2 total both count.")
        ] = Method.LOCATION,
        group_by: Annotated[
            list[FootprintDimension] | None,
            strawberry.argument(description="Dimensions of `groups`; not MONTH, as the two have other months."),
        ] = None,
    ) -> FootprintBridge:
        """Compute both footprints in one snapshot and bridge them."""
        by = _groups(group_by or [])
        first = await _side(info.context, boundary, before.period, before.basis)
        second = await _side(info.context, boundary, after.period, after.basis)
        is_same = before.period == after.period and first.basis.known_at == second.basis.known_at
        found = footprint_bridge(first, second, scope2_method, is_same)
        return FootprintBridge(
            kilograms_before=found.before,
            kilograms_after=found.after,
            exact_effects=found.effects,
            basis_before=Basis.of(first.basis),
            basis_after=Basis.of(second.basis),
            scope2_method=scope2_method,
            gaps_before=len(first.footprint.gaps),
            gaps_after=len(second.footprint.gaps),
            found=found,
            by=by,
        )

    @strawberry.field(
        description="What another basis would change in the footprints of whole calendar years, tenant by tenant: a "
        "new factor release, GWP set, regime or approach. Nothing is stored; `adoptBasis` is an act of its own."
    )
    async def impact_preview(
        self,
        info: Info,
        boundary: BoundaryArgument,
        first_year: Annotated[int, strawberry.argument(description="First calendar year.")],
        last_year: Annotated[int, strawberry.argument(description="Last calendar year, included; at most ten.")],
        to: Annotated[BasisInput, strawberry.argument(description="The basis to preview.")],
        from_: Annotated[
            BasisInput | None,
            strawberry.argument(name="from", description="The basis compared with; as adopted if not given."),
        ] = None,
    ) -> ImpactPreview:
        """Bridge each year's two footprints in one snapshot."""
        within, start = await basis_of(info.context, boundary, from_)
        _, end = await basis_of(info.context, boundary, to)
        if start.known_at != end.known_at:
            raise BadInput("knownAt differs: a preview is of one state of knowledge; footprintBridge compares two")
        found = []
        for year in _years(first_year, last_year):
            months = MonthsInput(first=Month(date(year, 1, 1)), last=Month(date(year, 12, 1)))
            before = await _footprint(info.context, within, months, start)
            after = await _footprint(info.context, within, months, end)
            found += impacts(Side(before, start, year), Side(after, end, year))
        return ImpactPreview(
            basis_before=Basis.of(start),
            basis_after=Basis.of(end),
            years=[TenantImpact.of(one) for one in found],
            digest=digest(start, end, found),
        )


def _groups(asked: list[Dimension]) -> list[Dimension]:
    by = distinct(asked)
    try:
        grouped((), by)
    except BadBridge as error:
        raise BadInput(f"groupBy: {error}") from None
    return by


def _years(first: int, last: int) -> range:
    if not 1990 <= first <= last < first + YEARS_PER_PREVIEW or last > 9999:
        accepted = f"1 to {YEARS_PER_PREVIEW} years from 1990 on, the first before the last"
        raise BadInput(f"firstYear {first} to lastYear {last}; accepted is {accepted}")
    return range(first, last + 1)


async def _side(context: Context, asked: BoundaryInput, period: MonthsInput, given: BasisInput | None) -> Side:
    check_months(period)
    within, on = await basis_of(context, asked, given)
    return Side(await _footprint(context, within, period, on), on, period.first.year)


async def _footprint(context: Context, within: Boundary, period: MonthsInput, on: PureBasis) -> Footprint:
    """Return a footprint by tenant and site whose lines lie in one calendar year each, as a bridge takes them."""
    parts = []
    for first, last in _by_year(period):
        async with context.read() as connection:
            parts.append(await footprint(connection, on, within, first, last, [Dimension.TENANT, Dimension.SITE]))
    return Footprint(
        tuple(line for part in parts for line in part.lines), tuple(gap for part in parts for gap in part.gaps)
    )


def _by_year(period: MonthsInput) -> Iterator[tuple[date, date]]:
    for year in range(period.first.year, period.last.year + 1):
        yield max(period.first, date(year, 1, 1)), min(period.last, date(year, 12, 1))
