"""The reporting calendar, and obligations as they are declared on it."""

from uuid import UUID

import strawberry

from accounting.management import obligations
from accounting.management.reporting_periods import PeriodKind as Cadence
from emission_factors import duties
from schema.global_ids import decode_uuid
from schema.obligation_enums import DutyBearer, DutyConfidence
from schema.period_enums import PeriodKind
from schema.report_enums import ReportKind
from schema.scalars import Day
from schema.types.info import Info
from schema.types.registry import Tenant


@strawberry.type(description="By when something is due: days after its period, or month and day of the year after.")
class DueRule:
    """A rule; calendar days, weekends and holidays move nothing."""

    days: int | None = strawberry.field(description="Calendar days after the last day of the period.")
    month: int | None = strawberry.field(description="Month of the year after the period.")
    day: int | None = strawberry.field(description="Day of that month.")

    @classmethod
    def of(cls, found: duties.DueRule) -> "DueRule":
        """Make the type of a rule."""
        return cls(days=found.days, month=found.month, day=found.day)


@strawberry.type(description="A duty of the reporting calendar: which report a rule asks for, of whom and by when.")
class ReportingDuty:
    """A duty. Whether it is owed by a company or park is declared, not derived."""

    code: str = strawberry.field(description="Stable code.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    bearer: DutyBearer = strawberry.field(description="Who owes it.")
    condition_en: str = strawberry.field(description="To whom of these the rule applies, in English.")
    condition_zh: str = strawberry.field(description="To whom of these the rule applies, in Chinese.")
    cadence: PeriodKind = strawberry.field(description="Of which periods it is owed.")
    report_kind: ReportKind | None = strawberry.field(
        description="Kind of the report of this service that answers it; none where it is listed only."
    )
    due: DueRule | None = strawberry.field(description="By when; none where the rule names no day.")
    document: str = strawberry.field(description="Document it stands in.")
    number: str = strawberry.field(description="Number of the document; empty where it was not at hand.")
    clause: str = strawberry.field(description="Clause.")
    confidence: DutyConfidence = strawberry.field(description="How sure it is that the rule says so.")
    valid_from: Day = strawberry.field(description="Of periods that end on this day or later.")
    valid_to: Day | None = strawberry.field(description="Of periods that end on this day or earlier; none is open.")
    note: str = strawberry.field(description="What a reader should know.")

    @classmethod
    def of(cls, found: duties.Duty) -> "ReportingDuty":
        """Make the type of a duty."""
        return cls(
            code=found.code,
            name_en=found.name_en,
            name_zh=found.name_zh,
            bearer=found.bearer,
            condition_en=found.condition_en,
            condition_zh=found.condition_zh,
            cadence=Cadence(found.cadence),
            report_kind=ReportKind(found.report_kind) if found.report_kind else None,
            due=DueRule.of(found.due) if found.due else None,
            document=found.document,
            number=found.number,
            clause=found.clause,
            confidence=found.confidence,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            note=found.note,
        )


@strawberry.input(description="That a duty of the reporting calendar is owed, to whom, from when.")
class ObligationInput:
    """An obligation."""

    duty: str = strawberry.field(description="Code of the duty, see `reportingCalendar`.")
    bearer_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The tenant that owes it, where the operator of its park declares it; otherwise the declarer "
        "itself owes it, or its park.",
    )
    regulator: str = strawberry.field(
        description="Who receives it: the `system` that the regulator's keys and claims are granted to."
    )
    valid_from: Day = strawberry.field(description="Of periods that end on this day or later.")
    valid_to: Day | None = strawberry.field(
        default=None, description="Of periods that end on this day or earlier; open if left out."
    )
    due_days: int | None = strawberry.field(
        default=None, description="Calendar days after the period, 0 to 366, in place of the duty's own rule."
    )
    due_month: int | None = strawberry.field(
        default=None, description="Or the month of the year after, of what is owed for a year; with `dueDay`."
    )
    due_day: int | None = strawberry.field(default=None, description="Day of that month, one of every year.")
    due_reason: str = strawberry.field(
        default="", description="Why it is due then, such as a notice of the province; needed with a day of its own."
    )
    document: str = strawberry.field(default="", description="What says that it is owed: a list, a letter, a contract.")

    def content(self) -> obligations.Obligation:
        """Return the obligation; raises `validity.BadManagement` or `duties.BadDuty`."""
        given = (self.due_days, self.due_month, self.due_day)
        return obligations.Obligation(
            duty=self.duty,
            bearer=decode_uuid(self.bearer_id, "Tenant") if self.bearer_id else None,
            regulator=self.regulator.strip(),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            due=duties.DueRule(*given) if any(one is not None for one in given) else None,
            due_reason=self.due_reason.strip(),
            document=self.document.strip(),
        )


@strawberry.type(description="That a duty of the reporting calendar is owed.")
class ReportingObligation:
    """An obligation as declared."""

    duty: ReportingDuty = strawberry.field(description="The duty.")
    regulator: str = strawberry.field(description="Who receives it.")
    valid_from: Day = strawberry.field(description="Of periods that end on this day or later.")
    valid_to: Day | None = strawberry.field(description="Of periods that end on this day or earlier; none is open.")
    due: DueRule = strawberry.field(description="By when, as declared or as the duty says.")
    due_reason: str = strawberry.field(description="Why it is due otherwise than the duty says; empty where it is not.")
    document: str = strawberry.field(description="What says that it is owed.")
    bearer_key: strawberry.Private[UUID | None]

    @strawberry.field(description="The tenant that owes it; none where the declarer does, or its park.")
    async def bearer(self, info: Info) -> Tenant | None:
        """Load the tenant with those of the other obligations."""
        row = await info.context.tenants.load(self.bearer_key) if self.bearer_key else None
        return Tenant.of(row) if row else None

    @classmethod
    def of(cls, found: obligations.Obligation) -> "ReportingObligation":
        """Make the type of an obligation."""
        return cls(
            duty=ReportingDuty.of(duties.duty(found.duty)),
            regulator=found.regulator,
            valid_from=Day(found.valid_from),
            valid_to=Day(found.valid_to) if found.valid_to else None,
            due=DueRule.of(found.rule),
            due_reason=found.due_reason,
            document=found.document,
            bearer_key=found.bearer,
        )
