"""What regulators say of reports."""

from typing import Annotated

import strawberry

from ledger.reports.receipts import NewerEdition, Said
from ledger.reports.receipts import ReportReceipt as Record
from schema.errors import Refusal
from schema.global_ids import decode_uuid, encode
from schema.obligation_enums import ReceiptState
from schema.scalars import Instant


@strawberry.type(
    description="What a regulator says of one edition of a report. A return holds, also after an acknowledgement."
)
class ReportReceipt:
    """A receipt."""

    id: strawberry.ID = strawberry.field(description="Id of the receipt.")
    report_id: strawberry.ID = strawberry.field(description="The edition.")
    regulator: str = strawberry.field(description="Who says it: the system of the regulator's grant.")
    state: ReceiptState = strawberry.field(description="What is said.")
    comment: str = strawberry.field(description="In its words; empty for none.")
    reference: str = strawberry.field(description="The regulator's own number for it; empty for none.")
    actor: str = strawberry.field(description="Id of the key, or subject of the token.")
    recorded_at: Instant = strawberry.field(description="When.")
    is_new: bool = strawberry.field(
        description="In the answer to saying it: whether this request wrote it, or it was said just so before."
    )

    @classmethod
    def of(cls, found: Record) -> "ReportReceipt":
        """Make the type of a receipt."""
        return cls(
            id=strawberry.ID(encode("ReportReceipt", found.id)),
            report_id=strawberry.ID(encode("Report", found.report)),
            regulator=found.regulator,
            state=found.state,
            comment=found.comment,
            reference=found.reference,
            actor=found.actor,
            recorded_at=Instant(found.recorded_at),
            is_new=found.is_new,
        )


@strawberry.input(description="That a report is received and accepted.")
class AcknowledgeReportInput:
    """An acknowledgement."""

    report_id: strawberry.ID = strawberry.field(description="The edition.")
    comment: str = strawberry.field(default="", description="What is worth saying, up to 1,000 characters.")
    reference: str = strawberry.field(default="", description="The regulator's own number, up to 200 characters.")

    def said(self) -> Said:
        """Return what is to be said."""
        return Said(decode_uuid(self.report_id, "Report"), ReceiptState.ACKNOWLEDGED, self.comment, self.reference)


@strawberry.input(description="That a report is sent back.")
class ReturnReportInput:
    """A return."""

    report_id: strawberry.ID = strawberry.field(description="The edition.")
    comment: str = strawberry.field(description="What is wrong, 1 to 1,000 characters.")
    reference: str = strawberry.field(default="", description="The regulator's own number, up to 200 characters.")

    def said(self) -> Said:
        """Return what is to be said."""
        return Said(decode_uuid(self.report_id, "Report"), ReceiptState.RETURNED, self.comment, self.reference)


@strawberry.type(description="The report is received.")
class ReportReceived:
    """The receipt in force."""

    receipt: ReportReceipt = strawberry.field(description="What is said of the report.")


@strawberry.type(description="The report was superseded; nothing was written. The newer edition is to be looked at.")
class ReportSuperseded:
    """Where to look."""

    message: str = strawberry.field(description="Which edition superseded which.")
    newer_id: strawberry.ID = strawberry.field(description="The newest edition that is published to the caller.")
    version: int = strawberry.field(description="Its number.")

    @classmethod
    def of(cls, error: NewerEdition) -> "ReportSuperseded":
        """Make the type of what was told."""
        return cls(message=str(error), newer_id=strawberry.ID(encode("Report", error.report)), version=error.version)


ReceiveReportResult = Annotated[
    ReportReceived | ReportSuperseded | Refusal,
    strawberry.union("ReceiveReportResult", description="What is said of the report now, or why nothing was written."),
]
