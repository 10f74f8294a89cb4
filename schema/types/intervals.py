"""Series of readings by interval, what is posted to them, and their readings."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, Inexact
from fractions import Fraction
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

from accounting.intervals import series as pure
from emission_factors import decimals
from ledger.intervals import posting as interval_posting
from ledger.intervals import reading as interval_reading
from ledger.intervals import series as interval_series
from ledger.intervals import spans as interval_spans
from schema.enums import EnergyCarrier, IntervalRole
from schema.errors import Refusal
from schema.global_ids import decode_uuid, encode
from schema.pages import Connection, sliced
from schema.scalars import ExactDecimal, Instant
from schema.types.activities import After, First
from schema.types.adjustments import AdjustmentInput
from schema.types.info import Info
from schema.types.registry import Site, Source, Tenant, present

SERIES: Final = "IntervalSeries"
_DEFAULT_CARRIER: Final = EnergyCarrier.ELECTRICITY


@strawberry.input(description="What a source measures by intervals; a source has one series of a carrier and role.")
class AddIntervalSeriesInput:
    """A new series."""

    source_id: strawberry.ID = strawberry.field(description="The source.")
    carrier: EnergyCarrier = strawberry.field(default=_DEFAULT_CARRIER, description="Which energy.")
    role: IntervalRole = strawberry.field(description="What the readings are.")
    unit: str = strawberry.field(description="Unit they are posted in, such as kWh, MWh, GJ; a share in fraction or %.")
    minutes: int = strawberry.field(description="Minutes of an interval: 15, 30 or 60.")
    has_attribute: bool = strawberry.field(
        default=False,
        description="Of supply: it is carbon-free, and its certificates, if any, were not sold. Only then it matches.",
    )
    activity_type: str = strawberry.field(
        default="",
        description="Activity type that the same source posts for whole months, if any: both are then compared.",
    )


@strawberry.input(description="Readings of a series, one after the other.")
class IntervalReadingsInput:
    """A span of readings."""

    series_id: strawberry.ID = strawberry.field(description="The series.")
    start: Instant = strawberry.field(description="Start of the first interval.")
    minutes: int = strawberry.field(description="Minutes of an interval, as the series has them.")
    values: list[ExactDecimal | None] = strawberry.field(
        description="Energy of each interval in the unit of the series, not power; none where it was not read."
    )

    def span(self) -> interval_spans.Span:
        """Return the readings as the ledger takes them; raises `BadInput`."""
        return interval_spans.Span(decode_uuid(self.series_id, SERIES), self.start, self.minutes, self.values)


@strawberry.input(
    description="Readings of a tenant's series, up to 10,000 values; all are checked before any is taken."
)
class PostIntervalsInput:
    """A posting."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    idempotency_key: str = strawberry.field(
        description="A UUID made by the client: the same key with the same readings answers what it answered first."
    )
    readings: list[IntervalReadingsInput] = strawberry.field(description="Readings, by series and time.")
    adjustment: AdjustmentInput | None = strawberry.field(
        default=None, description="Why closed months may change; without it new readings of such months are refused."
    )


@strawberry.input(description="Corrections of readings that were posted.")
class CorrectIntervalsInput:
    """A correction."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    idempotency_key: str = strawberry.field(description="A UUID made by the client, as for `postIntervals`.")
    reason: str = strawberry.field(description="Why the readings change.")
    readings: list[IntervalReadingsInput] = strawberry.field(
        description="What the readings should be; none withdraws a reading, so that it is missing."
    )
    adjustment: AdjustmentInput | None = strawberry.field(
        default=None, description="Why closed months may change, where readings lie in one."
    )


@strawberry.type(description="One version of a reading.")
class IntervalVersion:
    """A version."""

    version: int = strawberry.field(description="Version of the reading, from 1; the highest counts.")
    value: ExactDecimal | None = strawberry.field(description="Its value; none where it was withdrawn.")
    reason: str = strawberry.field(description="Why it was corrected; empty for the first.")
    recorded_at: Instant = strawberry.field(description="When it was recorded.")


@strawberry.type(description="What a source measures by intervals.")
class IntervalSeries:
    """A series."""

    id: strawberry.ID = strawberry.field(description="Id of the series.")
    carrier: EnergyCarrier = strawberry.field(description="Which energy.")
    role: IntervalRole = strawberry.field(description="What the readings are.")
    unit: str = strawberry.field(description="Unit of the readings.")
    minutes: int = strawberry.field(description="Minutes of an interval.")
    has_attribute: bool = strawberry.field(description="Whether it is carbon-free supply with its attributes.")
    activity_type: str = strawberry.field(description="Activity type its source posts for whole months; may be empty.")
    time_zone: str = strawberry.field(description="IANA time zone of the site, whose clock decides days.")
    recorded_at: Instant = strawberry.field(description="When the series was added.")
    found: strawberry.Private[interval_series.IntervalSeries]

    @strawberry.field(description="Start of the first interval read.")
    async def first_start(self, info: Info) -> Instant | None:
        """Load the start."""
        first, _ = await info.context.ends_of_series.load(self.found)
        return Instant(first) if first else None

    @strawberry.field(description="Start of the last interval read.")
    async def last_start(self, info: Info) -> Instant | None:
        """Load the start."""
        _, last = await info.context.ends_of_series.load(self.found)
        return Instant(last) if last else None

    @strawberry.field(description="The source.")
    async def source(self, info: Info) -> Source:
        """Load the source."""
        return Source.of(present(await info.context.sources.load(self.found.source)))

    @strawberry.field(description="The site of the source.")
    async def site(self, info: Info) -> Site:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.found.site)))

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant)))

    @strawberry.field(description="Every version of one reading; none where the interval was never posted.")
    async def versions(
        self, info: Info, start: Annotated[Instant, strawberry.argument(description="Start of the interval.")]
    ) -> list[IntervalVersion]:
        """Read the versions."""
        async with info.context.read() as connection:
            found = await interval_reading.versions_of(connection, self.found, start)
        return [
            IntervalVersion(
                version=one.version,
                value=exact(one.value),
                reason=one.reason,
                recorded_at=Instant(one.recorded_at),
            )
            for one in found
        ]

    @classmethod
    def of(cls, found: interval_series.IntervalSeries) -> "IntervalSeries":
        """Make the type of a series."""
        return cls(
            id=series_id(found.id),
            carrier=found.carrier,
            role=found.role,
            unit=found.unit,
            minutes=found.minutes,
            has_attribute=found.has_attribute,
            activity_type=found.activity_type,
            time_zone=found.time_zone,
            recorded_at=Instant(found.recorded_at),
            found=found,
        )


@strawberry.type(description="The series is there.")
class IntervalSeriesAdded:
    """A series added."""

    series: IntervalSeries = strawberry.field(description="The series.")
    is_new: bool = strawberry.field(description="Whether this request added it, or it was there just so.")


AddIntervalSeriesResult = Annotated[
    IntervalSeriesAdded | Refusal,
    strawberry.union("AddIntervalSeriesResult", description="The series, or why nothing was written."),
]


@strawberry.type(description="An interval that the ledger has another value of. It keeps its own.")
class IntervalConflict:
    """A conflict."""

    start: Instant = strawberry.field(description="Start of the interval.")
    known: ExactDecimal | None = strawberry.field(description="What the ledger has; none where it was withdrawn.")
    given: ExactDecimal = strawberry.field(description="What was given.")


@strawberry.type(description="What became of the readings of one series in a request.")
class IntervalOutcome:
    """An outcome."""

    series_id: strawberry.ID = strawberry.field(description="The series.")
    accepted_count: int = strawberry.field(description="Readings that are new, or corrected.")
    duplicate_count: int = strawberry.field(description="Readings that were there with this value.")
    conflict_count: int = strawberry.field(
        description="Readings that were there with another value, which stays; `correctIntervals` corrects them."
    )
    missing_count: int = strawberry.field(description="Intervals without a value: not posted, or withdrawn.")
    conflicts: list[IntervalConflict] = strawberry.field(description="The first 100 of the conflicts, by time.")

    @classmethod
    def of(cls, found: interval_spans.SpanOutcome) -> "IntervalOutcome":
        """Make the type of an outcome."""
        return cls(
            series_id=series_id(found.series),
            accepted_count=found.accepted,
            duplicate_count=found.duplicates,
            conflict_count=found.conflicts,
            missing_count=found.missing,
            conflicts=[
                IntervalConflict(start=Instant(one.start), known=exact(one.known), given=ExactDecimal(one.given))
                for one in found.conflicting
            ],
        )


@strawberry.type(description="A request of readings, as it was recorded.")
class IntervalsPosted:
    """What was posted."""

    recorded_at: Instant = strawberry.field(description="When it was recorded.")
    is_replay: bool = strawberry.field(description="Whether the key was used for the same request before.")
    accepted_count: int = strawberry.field(description="Readings that are new, or corrected.")
    duplicate_count: int = strawberry.field(description="Readings that were there with their value.")
    conflict_count: int = strawberry.field(description="Readings that were there with another value.")
    outcomes: list[IntervalOutcome] = strawberry.field(description="What became of each span, in input order.")

    @classmethod
    def of(cls, found: interval_posting.IntervalsPosted) -> "IntervalsPosted":
        """Make the type of a request."""
        return cls(
            recorded_at=Instant(found.recorded_at),
            is_replay=found.is_replay,
            accepted_count=sum(one.accepted for one in found.outcomes),
            duplicate_count=sum(one.duplicates for one in found.outcomes),
            conflict_count=sum(one.conflicts for one in found.outcomes),
            outcomes=[IntervalOutcome.of(one) for one in found.outcomes],
        )


PostIntervalsResult = Annotated[
    IntervalsPosted | Refusal,
    strawberry.union("PostIntervalsResult", description="What became of the readings, or why nothing was written."),
]


@strawberry.type(description="Intervals of a series that nobody read. They are missing, not zero.")
class MissingIntervals:
    """A run of missing intervals."""

    series_id: strawberry.ID = strawberry.field(description="The series.")
    start: Instant = strawberry.field(description="Start of the first.")
    end: Instant = strawberry.field(description="End of the last.")
    count: int = strawberry.field(description="How many, of the length asked for.")

    @classmethod
    def all_of(cls, found: Sequence[pure.MissingSpan]) -> "list[MissingIntervals]":
        """Make the types of runs, whose series are named by their ids."""
        return [
            cls(
                series_id=series_id(UUID(one.series)),
                start=Instant(one.start),
                end=Instant(one.end),
                count=one.intervals,
            )
            for one in found
        ]


@strawberry.type(description="A series over an interval or a day.")
class IntervalRow:
    """A row of readings."""

    start: Instant = strawberry.field(description="Start.")
    end: Instant = strawberry.field(description="End, not part of it.")
    local_start: str = strawberry.field(description="Start on the wall clock of the site, with its offset.")
    hours: ExactDecimal = strawberry.field(description="Hours from start to end; 23 or 25 where the clock is changed.")
    interval_count: int = strawberry.field(description="Intervals of the series in it.")
    missing_count: int = strawberry.field(description="How many of them nobody read.")
    value: ExactDecimal | None = strawberry.field(
        description="Sum, of shares the mean; none where an interval is missing."
    )


@strawberry.type(description="Readings of a series over days of its site's clock.")
class IntervalReadings:
    """Readings."""

    series: IntervalSeries = strawberry.field(description="The series.")
    unit: str = strawberry.field(description="Unit of the values.")
    is_complete: bool = strawberry.field(description="Whether no interval is missing.")
    total: ExactDecimal | None = strawberry.field(
        description="Sum of all; none where an interval is missing, and of shares."
    )
    missing: list[MissingIntervals] = strawberry.field(description="What nobody read, at the length of the series.")
    found: strawberry.Private[Sequence[IntervalRow]]

    @strawberry.field(description="Intervals or days, in order.")
    def rows(self, first: First = None, after: After = None) -> Connection[IntervalRow]:
        """Page through the rows."""
        return sliced(self.found, first, after, lambda row: row, lambda row: row.start.isoformat())


def interval_rows(own: pure.Series, shown: pure.Series, zone: ZoneInfo, to_base: Decimal) -> list[IntervalRow]:
    """Return the rows of a series as shown, with what is missing of its own intervals in each.

    `to_base` base units are one of the unit shown.
    """
    per = shown.minutes // own.minutes
    gaps = [value is None for value in own.values]
    return [
        _row(
            shown.at(index),
            shown.at(index + 1),
            zone,
            (per, sum(gaps[index * per : index * per + per])),
            value,
            to_base,
        )
        for index, value in enumerate(shown.values)
    ]


def day_rows(found: Sequence[pure.DaySum], zone: ZoneInfo, to_base: Decimal, *, is_mean: bool) -> list[IntervalRow]:
    """Return the rows of days on the wall clock: sums, or means of shares."""
    return [
        _row(
            *interval_reading.instants_of(one.day, one.day, zone.key),
            zone,
            (one.intervals, one.missing),
            one.total,
            decimals.product(to_base, Decimal(one.intervals)) if is_mean else to_base,
        )
        for one in found
    ]


def in_unit(value: Decimal, to_base: Decimal) -> ExactDecimal:
    """Return base units in a unit of `to_base` of them, at most 50 digits where it is no finite decimal."""
    try:
        return ExactDecimal(decimals.EXACT.divide(value, to_base).normalize(decimals.EXACT))
    except Inexact:
        return ExactDecimal(decimals.rounded(Fraction(value) / Fraction(to_base)))


def exact(value: Decimal | None) -> ExactDecimal | None:
    """Return a number as it leaves the service, if there is one."""
    return None if value is None else ExactDecimal(value)


def series_id(key: UUID) -> strawberry.ID:
    """Return the global id of a series."""
    return strawberry.ID(encode(SERIES, str(key)))


def _row(
    start: datetime, end: datetime, zone: ZoneInfo, counts: tuple[int, int], value: Decimal | None, to_base: Decimal
) -> IntervalRow:
    intervals, missing = counts
    return IntervalRow(
        start=Instant(start),
        end=Instant(end),
        local_start=start.astimezone(zone).isoformat(),
        hours=ExactDecimal(Decimal((end - start) // timedelta(minutes=1)) / 60),
        interval_count=intervals,
        missing_count=missing,
        value=None if value is None else in_unit(value, to_base),
    )
