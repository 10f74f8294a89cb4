"""The completeness matrix: sources by months."""

from collections.abc import Sequence

import strawberry

from accounting.explanation import in_usual_unit
from accounting.management import completeness
from emission_factors import decimals
from emission_factors.activity_types import activity_type
from emission_factors.units import unit
from schema.management_enums import CompletenessStatus
from schema.pages import Connection, sliced
from schema.scalars import Day, ExactDecimal, Month
from schema.types.activities import After, First
from schema.types.expected_data import Expectation
from schema.types.info import Info
from schema.types.registry import Site, Source, Tenant, present


@strawberry.type(description="A month of a source.")
class CompletenessMonth:
    """A month of the matrix."""

    month: Month = strawberry.field(description="The month.")
    status: CompletenessStatus = strawberry.field(description="How it stands.")
    row_count: int = strawberry.field(description="Rows whose period touches the month.")
    due: Day | None = strawberry.field(description="The last day in time, where something is due and not there.")
    reason: str = strawberry.field(description="Why nothing is due, where that is declared.")
    only_type: strawberry.Private[str]
    found: strawberry.Private[completeness.MatrixMonth]

    @strawberry.field(
        description="What was posted, in `unit`: of a longer period the month's part. None for several activity types "
        "or units."
    )
    def quantity(self) -> ExactDecimal | None:
        """Return the quantity."""
        shown = self._shown()
        return shown[0] if shown else None

    @strawberry.field(description="The activity type's usual unit, or the base unit; none where no quantity is shown.")
    def unit(self) -> str | None:
        """Return the unit."""
        shown = self._shown()
        return shown[1] if shown else None

    def _shown(self) -> tuple[ExactDecimal, str] | None:
        if self.found.quantity is None:
            return None
        base = unit(self.found.unit)
        if not self.only_type:
            return ExactDecimal(self.found.quantity), base.code
        quantity, shown_in = in_usual_unit(activity_type(self.only_type), self.found.quantity, base)
        return ExactDecimal(quantity), shown_in.code

    @classmethod
    def of(cls, found: completeness.MatrixMonth, only_type: str) -> "CompletenessMonth":
        """Make the type of a month."""
        return cls(
            month=Month(found.month),
            status=found.status,
            row_count=found.row_count,
            due=Day(found.due) if found.due else None,
            reason=found.reason,
            only_type=only_type,
            found=found,
        )


@strawberry.type(description="What is expected of a source, or of a whole site, and what was posted month by month.")
class CompletenessRow:
    """A row of the matrix."""

    activity_types: list[str] = strawberry.field(
        description="What it posts or is to post; `activities` takes them with the tenant, the source and the months."
    )
    is_derived: bool = strawberry.field(
        description="Whether the expectation is not declared, but derived from what was posted: every month from the "
        "first on, for a source that posted at least three months and more than half of those between."
    )
    found: strawberry.Private[completeness.MatrixRow]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other rows."""
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant)))

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site:
        """Load the site with those of the other rows."""
        return Site.of(present(await info.context.sites.load(self.found.site)))

    @strawberry.field(description="The source; none where the expectation is of a whole site.")
    async def source(self, info: Info) -> Source | None:
        """Load the source with those of the other rows."""
        key = self.found.source
        return Source.of(present(await info.context.sources.load(key))) if key else None

    @strawberry.field(description="What is expected last; none where nothing is.")
    def expectation(self) -> Expectation | None:
        """Return the expectation."""
        return Expectation.of(self.found.expectation) if self.found.expectation else None

    @strawberry.field(description="Every month asked for, in order.")
    def months(self) -> list[CompletenessMonth]:
        """Return the months."""
        types = self.found.activity_types
        return [CompletenessMonth.of(one, types[0] if len(types) == 1 else "") for one in self.found.months]

    @strawberry.field(description="The statuses alone, in the order of the months asked for.")
    def statuses(self) -> list[CompletenessStatus]:
        """Return the statuses."""
        return [one.status for one in self.found.months]

    @classmethod
    def of(cls, found: completeness.MatrixRow) -> "CompletenessRow":
        """Make the type of a row."""
        return cls(activity_types=list(found.activity_types), is_derived=found.is_derived, found=found)


@strawberry.type(description="How many months of sources stand how.")
class CompletenessCount:
    """A count."""

    status: CompletenessStatus = strawberry.field(description="The status.")
    months: int = strawberry.field(description="Months of sources.")


@strawberry.type(description="Which source has posted which month.")
class Completeness:
    """The matrix."""

    on: Day = strawberry.field(description="The day on which it is judged what is due.")
    months: list[Month] = strawberry.field(description="The months asked for, in order.")
    counts: list[CompletenessCount] = strawberry.field(description="Months by status over all rows.")
    complete_percent: ExactDecimal | None = strawberry.field(
        description="Posted, zero included, in percent of posted and missing; none where nothing is due."
    )
    found: strawberry.Private[Sequence[completeness.MatrixRow]]

    @strawberry.field(description="The rows: sources by tenant, then expectations of whole sites.")
    def rows(self, first: First = None, after: After = None) -> Connection[CompletenessRow]:
        """Page through the rows."""
        return sliced(self.found, first, after, CompletenessRow.of, lambda row: row.key)

    @classmethod
    def of(cls, rows: Sequence[completeness.MatrixRow], months: Sequence[Month], on: Day) -> "Completeness":
        """Make the type of a matrix."""
        counted = completeness.counted(rows)
        share = counted.complete
        return cls(
            on=on,
            months=list(months),
            counts=[CompletenessCount(status=status, months=count) for status, count in counted.by_status.items()],
            complete_percent=None if share is None else ExactDecimal(decimals.exact(100 * share)),
            found=rows,
        )
