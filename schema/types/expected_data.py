"""What sources measure with and what they are to post, as declared."""

from uuid import UUID

import strawberry

from accounting.management import expectations, meters
from schema.global_ids import decode_uuid
from schema.management_enums import ExpectationFrequency
from schema.scalars import Day, ExactDecimal, Month
from schema.types.info import Info
from schema.types.registry import Site, Source, present


@strawberry.input(description="The instrument at a source, from a day on.")
class MeterInput:
    """A meter."""

    source_id: strawberry.ID = strawberry.field(description="The source, one of the tenant's.")
    instrument: str = strawberry.field(description="Number of the instrument.")
    multiplier: ExactDecimal = strawberry.field(
        description="What a reading is multiplied by to be in `unit`; 1 if none."
    )
    unit: str = strawberry.field(description="Unit of a reading times the multiplier, such as kWh.")
    accuracy_class: str = strawberry.field(default="", description="Accuracy class, such as 0.5S.")
    calibrated_on: Day | None = strawberry.field(default=None, description="Last calibration.")
    calibration_due: Day | None = strawberry.field(default=None, description="By when the next one is due.")
    rollover: ExactDecimal | None = strawberry.field(
        default=None, description="Reading at which the register begins again at zero, such as 999999."
    )
    valid_from: Day = strawberry.field(description="First day of the instrument.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, included; open if left out.")
    document: str = strawberry.field(default="", description="Certificate or data sheet.")

    def content(self) -> meters.Meter:
        """Return the meter; raises `validity.BadManagement`."""
        return meters.Meter(
            source=decode_uuid(self.source_id, "Source"),
            instrument=self.instrument.strip(),
            multiplier=self.multiplier,
            unit=self.unit,
            accuracy_class=self.accuracy_class.strip(),
            calibrated_on=self.calibrated_on,
            calibration_due=self.calibration_due,
            rollover=self.rollover,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            document=self.document.strip(),
        )


@strawberry.type(description="The instrument at a source.")
class Meter:
    """A meter as declared."""

    instrument: str = strawberry.field(description="Number of the instrument.")
    multiplier: ExactDecimal = strawberry.field(description="What a reading is multiplied by.")
    unit: str = strawberry.field(description="Unit of a reading times the multiplier.")
    accuracy_class: str = strawberry.field(description="Accuracy class.")
    calibrated_on: Day | None = strawberry.field(description="Last calibration.")
    calibration_due: Day | None = strawberry.field(description="By when the next one is due.")
    rollover: ExactDecimal | None = strawberry.field(description="Reading at which the register begins again at zero.")
    valid_from: Day = strawberry.field(description="First day of the instrument.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    document: str = strawberry.field(description="Certificate or data sheet.")
    source_key: strawberry.Private[UUID]

    @strawberry.field(description="The source.")
    async def source(self, info: Info) -> Source:
        """Load the source."""
        return Source.of(present(await info.context.sources.load(self.source_key)))

    @classmethod
    def of(cls, found: meters.Meter) -> "Meter":
        """Make the type of a meter."""
        return cls(
            instrument=found.instrument,
            multiplier=ExactDecimal(found.multiplier),
            unit=found.unit,
            accuracy_class=found.accuracy_class,
            calibrated_on=Day(found.calibrated_on) if found.calibrated_on else None,
            calibration_due=Day(found.calibration_due) if found.calibration_due else None,
            rollover=None if found.rollover is None else ExactDecimal(found.rollover),
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            document=found.document,
            source_key=found.source,
        )


@strawberry.input(description="Months for which nothing is due, and why.")
class ExemptionInput:
    """Months that are exempt."""

    first: Month = strawberry.field(description="First month.")
    last: Month = strawberry.field(description="Last month, included.")
    reason: str = strawberry.field(description="Why nothing is due, such as that the plant was shut down.")


@strawberry.input(description="What a source, or a whole site, is to post, and how often.")
class ExpectationInput:
    """An expectation."""

    source_id: strawberry.ID | None = strawberry.field(default=None, description="The source; or a site, not both.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="The site, any of whose sources may post it; then `activityType` is needed."
    )
    activity_type: str = strawberry.field(default="", description="Activity type; any of the source's if left out.")
    every: ExpectationFrequency = strawberry.field(description="How often.")
    valid_from: Day = strawberry.field(description="From this day's month on.")
    valid_to: Day | None = strawberry.field(default=None, description="To this day's month; open if left out.")
    not_applicable: list[ExemptionInput] = strawberry.field(
        default_factory=list, description="Months for which nothing is due."
    )
    due_days: int = strawberry.field(
        default=expectations.DUE_DAYS, description="Days after the month, quarter or year by which it is due, 0 to 366."
    )
    grace_days: int = strawberry.field(
        default=expectations.GRACE_DAYS, description="Days after that until it is a finding, 0 to 366."
    )
    document: str = strawberry.field(default="", description="What was agreed.")

    def content(self) -> expectations.Expectation:
        """Return the expectation; raises `validity.BadManagement`."""
        return expectations.Expectation(
            source=decode_uuid(self.source_id, "Source") if self.source_id else None,
            site=decode_uuid(self.site_id, "Site") if self.site_id else None,
            activity_type=self.activity_type,
            every=self.every,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            not_applicable=tuple(
                expectations.Exemption(one.first, one.last, one.reason.strip()) for one in self.not_applicable
            ),
            due_days=self.due_days,
            grace_days=self.grace_days,
            document=self.document.strip(),
        )


@strawberry.type(description="Months for which nothing is due, and why.")
class Exemption:
    """Months that are exempt."""

    first: Month = strawberry.field(description="First month.")
    last: Month = strawberry.field(description="Last month, included.")
    reason: str = strawberry.field(description="Why nothing is due.")


@strawberry.type(description="What a source, or a whole site, is to post.")
class Expectation:
    """An expectation, declared or derived."""

    activity_type: str = strawberry.field(description="Activity type; empty takes any.")
    every: ExpectationFrequency = strawberry.field(description="How often.")
    valid_from: Day = strawberry.field(description="First day.")
    valid_to: Day | None = strawberry.field(description="Last day, included; none is open.")
    not_applicable: list[Exemption] = strawberry.field(description="Months for which nothing is due.")
    due_days: int = strawberry.field(description="Days after the month, quarter or year by which it is due.")
    grace_days: int = strawberry.field(description="Days after that until it is a finding.")
    document: str = strawberry.field(description="What was agreed.")
    source_key: strawberry.Private[UUID | None]
    site_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The source, if it is of one.")
    async def source(self, info: Info) -> Source | None:
        """Load the source."""
        return Source.of(present(await info.context.sources.load(self.source_key))) if self.source_key else None

    @strawberry.field(description="The site, if it is of a whole one.")
    async def site(self, info: Info) -> Site | None:
        """Load the site."""
        return Site.of(present(await info.context.sites.load(self.site_key))) if self.site_key else None

    @classmethod
    def of(cls, found: expectations.Expectation) -> "Expectation":
        """Make the type of an expectation."""
        return cls(
            activity_type=found.activity_type,
            every=found.every,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            not_applicable=[
                Exemption(first=Month(one.first), last=Month(one.last), reason=one.reason)
                for one in found.not_applicable
            ],
            due_days=found.due_days,
            grace_days=found.grace_days,
            document=found.document,
            source_key=found.source,
            site_key=found.site,
        )
