"""Inputs and outcomes of the mutations."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Annotated, Any

import strawberry
from strawberry.types import get_object_definition
from strawberry.types.arguments import InputContext

from accounting.clauses import clause_of
from ledger.activities import batches
from ledger.activities.batches import RowOutcome
from ledger.activities.corrections import NewContent
from ledger.activities.posting import PostingResult
from ledger.activities.rows import PostedRow
from ledger.tables import OwnFactorRow
from schema.enums import Code, Outcome, Quality
from schema.errors import Refusal
from schema.global_ids import encode, encode_each
from schema.scalars import Day, Instant, PostedDecimal, PostedTime
from schema.types.activities import Activity
from schema.types.adjustments import AdjustmentInput
from schema.types.catalogue import EmissionFactor
from schema.types.estimates import FactorInput
from schema.types.registry import Park, Site, Source, Tenant


@strawberry.input(description="A park to be registered.")
class RegisterParkInput:
    """A new park."""

    code: str = strawberry.field(description="Short code, unique in the service.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    region: str = strawberry.field(description="Region, such as CN-GD.")
    time_zone: str = strawberry.field(description="IANA time zone, such as Asia/Shanghai.")
    proxy_regions: list[str] = strawberry.field(
        default_factory=list,
        description="Regions whose published factors may stand in where the park's own regions have none, in order.",
    )


@strawberry.input(description="A tenant to be registered.")
class RegisterTenantInput:
    """A new tenant."""

    park_id: strawberry.ID = strawberry.field(description="The park.")
    code: str = strawberry.field(description="Short code, unique in the park.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    is_operator: bool = strawberry.field(default=False, description="Whether it runs the park.")
    industry_code: str = strawberry.field(default="", description="Industry code (GB/T 4754).")


@strawberry.input(description="A site to be added.")
class AddSiteInput:
    """A new site."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant.")
    code: str = strawberry.field(description="Short code, unique for the tenant.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    region: str | None = strawberry.field(default=None, description="Region; the park's if not given.")
    time_zone: str | None = strawberry.field(default=None, description="IANA time zone; the park's if not given.")


@strawberry.input(description="A source of data to be added.")
class AddSourceInput:
    """A new source."""

    site_id: strawberry.ID = strawberry.field(description="The site.")
    code: str = strawberry.field(description="What the tenant's own system calls it; unique for the tenant.")
    name_en: str = strawberry.field(description="English name.")
    name_zh: str = strawberry.field(description="Chinese name.")
    kind: str = strawberry.field(default="METER", description="What it is, such as METER, INVOICE, WEIGHBRIDGE.")


@strawberry.input(description="One row to be posted.")
class ActivityRowInput:
    """A row."""

    source: str = strawberry.field(description="Code of the source.")
    external_id: str = strawberry.field(description="Id of the row in its own system; unique for the source, for ever.")
    activity_type: str = strawberry.field(description="Activity type, with its qualifier if it takes one.")
    quantity: PostedDecimal = strawberry.field(description="Quantity, not negative, as a string.")
    unit: str = strawberry.field(description="Unit; money names its price year, such as CNY_2024.")
    period_start: PostedTime = strawberry.field(description="Start of the period, RFC 3339 with offset.")
    period_end: PostedTime = strawberry.field(description="End of the period, not part of it.")
    supplier: str = strawberry.field(default="", description="Supplier, if its own factor may apply.")
    quality: Quality = strawberry.field(default=Quality.BILLED, description="How the quantity came about.")
    document: str = strawberry.field(default="", description="Document that proves it.")


@strawberry.input(description="A batch of rows of one tenant.")
class PostActivitiesInput:
    """A batch."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant whose sources the rows are of.")
    idempotency_key: strawberry.ID = strawberry.field(
        description="A UUID of this batch. A retry with the same key and rows answers the same and adds nothing."
    )
    rows: list[ActivityRowInput] = strawberry.field(description="1 to 1,000 rows.")
    adjustment: AdjustmentInput | None = strawberry.field(
        default=None, description="Why rows may change closed months; without it such rows are rejected."
    )
    posted: strawberry.Private[list[PostedRow]] = field(default_factory=list)
    """The rows as the ledger takes them; `rows` only tells the schema what they look like."""


def _batch_of(_type: type, given: Mapping[str, Any], _context: InputContext) -> PostActivitiesInput:
    """Make a batch of values that GraphQL has coerced already, leaves all of them: there are a thousand rows, and
    Strawberry's general conversion, field by field, takes as long as all the rest of the posting.
    """
    rows = [row if isinstance(row, PostedRow) else _posted(row) for row in given["rows"]]
    key = given["idempotencyKey"]
    said = given.get("adjustment")
    return PostActivitiesInput(
        tenant_id=given["tenantId"],
        idempotency_key=key,
        rows=[],
        adjustment=None if said is None else AdjustmentInput(reason=said["reason"]),
        posted=rows,
    )


def _posted(row: Mapping[str, Any]) -> PostedRow:
    """Return a row that was not coerced in bulk (see `schema.fast_inputs`)."""
    return PostedRow(
        row["source"],
        row["externalId"],
        row["activityType"],
        row["quantity"],
        row["unit"],
        row["periodStart"],
        row["periodEnd"],
        row["supplier"],
        row["quality"],
        row["document"],
    )


get_object_definition(PostActivitiesInput, strict=True).from_input = _batch_of


@strawberry.input(description="A correction: what the activity should say. What is not given stays as it is.")
class CorrectActivityInput:
    """A correction."""

    activity_id: strawberry.ID = strawberry.field(description="The activity; it must be the current version.")
    reason: str = strawberry.field(description="Why.")
    activity_type: str | None = strawberry.field(default=None, description="New activity type.")
    quantity: PostedDecimal | None = strawberry.field(default=None, description="New quantity.")
    unit: str | None = strawberry.field(default=None, description="New unit.")
    period_start: PostedTime | None = strawberry.field(default=None, description="New start of the period.")
    period_end: PostedTime | None = strawberry.field(default=None, description="New end of the period.")
    supplier: str | None = strawberry.field(default=None, description="New supplier.")
    quality: Quality | None = strawberry.field(default=None, description="New data quality.")
    document: str | None = strawberry.field(default=None, description="New document.")
    adjustment: AdjustmentInput | None = strawberry.field(
        default=None, description="Why closed months may change, where the old or the new content lies in one."
    )

    def changed(self) -> NewContent:
        """Return the change as the ledger takes it."""
        return NewContent(
            self.activity_type,
            self.quantity,
            self.unit,
            self.period_start,
            self.period_end,
            self.supplier,
            self.quality,
            self.document,
        )


@strawberry.input(description="Says that an activity did not happen.")
class VoidActivityInput:
    """A voiding."""

    activity_id: strawberry.ID = strawberry.field(description="The activity; it must be the current version.")
    reason: str = strawberry.field(description="Why.")
    adjustment: AdjustmentInput | None = strawberry.field(
        default=None, description="Why closed months may change, where the activity lies in one."
    )


@strawberry.input(description="A supplier's or the tenant's own factor.")
class AddSupplierFactorInput:
    """A new own factor."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant whose footprint it serves.")
    supplier: str = strawberry.field(
        default="", description="Supplier it is of; rows that name the supplier use it. Empty: the tenant's own figure."
    )
    activity_type: str = strawberry.field(description="Activity type it is for, with its qualifier if it takes one.")
    lines: list[str] = strawberry.field(
        default_factory=list,
        description="Inventory lines it serves. If empty the type's own lines; for electricity the market-based "
        "one, as a supplier's rate never enters the location-based total.",
    )
    unit: str = strawberry.field(description="Unit of quantity the factor is per.")
    factor: FactorInput = strawberry.field(description="The factor.")
    valid_from: Day = strawberry.field(description="First day it is valid for.")
    valid_to: Day | None = strawberry.field(default=None, description="Last day it is valid for; open if not given.")
    supersedes: strawberry.ID | None = strawberry.field(default=None, description="An earlier version it replaces.")


@strawberry.type(description="The outcome of one row.")
class PostedRowOutcome:
    """An outcome."""

    outcome: Outcome = strawberry.field(description="What became of it.")
    activity_id: strawberry.ID | None = strawberry.field(
        description="The fact in the ledger, the earlier one if repeated."
    )
    code: Code | None = strawberry.field(description="Why it was rejected.")
    field: str = strawberry.field(description="Field at fault, empty if accepted.")
    message: str = strawberry.field(description="What was wrong, with the offending value; empty if accepted.")
    clause: str = strawberry.field(
        description="Document and clause of the rule behind a rejection; empty where it rests on no standard."
    )
    conflicting_fields: list[str] = strawberry.field(description="Fields that differ from what was posted before.")

    @classmethod
    def of(cls, outcomes: Sequence[RowOutcome]) -> "list[PostedRowOutcome]":
        """Make the types of outcomes."""
        ids = [found.activity_id for found in outcomes if found.activity_id]
        encoded = iter(encode_each("Activity", ids))
        return [cls._of(found, strawberry.ID(next(encoded)) if found.activity_id else None) for found in outcomes]

    @classmethod
    def _of(cls, found: RowOutcome, activity_id: strawberry.ID | None) -> "PostedRowOutcome":
        return cls(
            outcome=found.outcome,
            activity_id=activity_id,
            code=found.code,
            field=found.field,
            message=found.message,
            clause=clause_of(found.code) if found.code else "",
            conflicting_fields=list(found.conflicting_fields),
        )


@strawberry.type(description="A batch was taken; each row has its outcome.")
class ActivitiesPosted:
    """The result of a posting."""

    outcomes: list[PostedRowOutcome] = strawberry.field(description="Outcome of each row, in input order.")
    accepted_count: int = strawberry.field(description="Rows now in the ledger because of this batch.")
    duplicate_count: int = strawberry.field(description="Rows that were there already.")
    conflict_count: int = strawberry.field(description="Rows that contradict what is there.")
    rejected_count: int = strawberry.field(description="Rows that could not be kept.")
    recorded_at: Instant = strawberry.field(description="When the batch was recorded.")
    is_replay: bool = strawberry.field(description="Whether this answers an earlier request of the same key again.")

    @classmethod
    def of(cls, found: PostingResult) -> "ActivitiesPosted":
        """Make the type of a posting's result."""
        kinds = [outcome.outcome for outcome in found.outcomes]
        return cls(
            outcomes=PostedRowOutcome.of(found.outcomes),
            accepted_count=kinds.count(batches.Outcome.ACCEPTED),
            duplicate_count=kinds.count(batches.Outcome.DUPLICATE),
            conflict_count=kinds.count(batches.Outcome.CONFLICT),
            rejected_count=kinds.count(batches.Outcome.REJECTED),
            recorded_at=Instant(found.recorded_at),
            is_replay=found.is_replay,
        )


@strawberry.type(description="The park was registered.")
class ParkRegistered:
    """A park registered."""

    park: Park = strawberry.field(description="The park.")


@strawberry.type(description="The tenant was registered.")
class TenantRegistered:
    """A tenant registered."""

    tenant: Tenant = strawberry.field(description="The tenant.")


@strawberry.type(description="The site was added.")
class SiteAdded:
    """A site added."""

    site: Site = strawberry.field(description="The site.")


@strawberry.type(description="The source was added.")
class SourceAdded:
    """A source added."""

    source: Source = strawberry.field(description="The source.")


@strawberry.type(description="The activity has a new version.")
class ActivityVersionAdded:
    """A version added."""

    activity: Activity = strawberry.field(description="The new version.")


@strawberry.type(description="The factor was registered.")
class SupplierFactorAdded:
    """An own factor added."""

    id: strawberry.ID = strawberry.field(description="Id of the factor, to supersede it with.")
    lines: list[str] = strawberry.field(description="Inventory lines it serves.")
    factor: EmissionFactor = strawberry.field(description="The factor as selection sees it.")

    @classmethod
    def of(cls, row: OwnFactorRow, factor: EmissionFactor) -> "SupplierFactorAdded":
        """Make the type of a stored factor."""
        return cls(id=strawberry.ID(encode("OwnFactor", row.factor_id)), lines=row.lines, factor=factor)


RegisterParkResult = Annotated[
    ParkRegistered | Refusal, strawberry.union("RegisterParkResult", description="The park, or why not.")
]
RegisterTenantResult = Annotated[
    TenantRegistered | Refusal, strawberry.union("RegisterTenantResult", description="The tenant, or why not.")
]
AddSiteResult = Annotated[SiteAdded | Refusal, strawberry.union("AddSiteResult", description="The site, or why not.")]
AddSourceResult = Annotated[
    SourceAdded | Refusal, strawberry.union("AddSourceResult", description="The source, or why not.")
]
PostActivitiesResult = Annotated[
    ActivitiesPosted | Refusal,
    strawberry.union("PostActivitiesResult", description="Outcomes of the rows, or why the whole batch was refused."),
]
CorrectActivityResult = Annotated[
    ActivityVersionAdded | Refusal,
    strawberry.union("CorrectActivityResult", description="The new version, or why not."),
]
VoidActivityResult = Annotated[
    ActivityVersionAdded | Refusal, strawberry.union("VoidActivityResult", description="The new version, or why not.")
]
AddSupplierFactorResult = Annotated[
    SupplierFactorAdded | Refusal, strawberry.union("AddSupplierFactorResult", description="The factor, or why not.")
]
