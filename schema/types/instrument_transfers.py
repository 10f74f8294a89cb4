"""Inputs and outcomes of dividing instruments and of handing them over."""

from typing import Annotated

import strawberry

from ledger.instruments.transfers import NewTransfer, Part
from schema.errors import Refusal
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal, Month
from schema.types.instrument_inputs import (
    CertificateSerialsInput,
    InstrumentCheckInput,
    InstrumentEvidenceInput,
    checks_of,
    documents_of,
    given_value,
)
from schema.types.instruments import Instrument


@strawberry.input(
    description="Splits a part off an instrument, so that the part can be cancelled for a site and period of its own."
)
class SplitInstrumentInput:
    """A split."""

    instrument_id: strawberry.ID = strawberry.field(
        description="The instrument; it must be the current version, neither cancelled nor sold."
    )
    code: str = strawberry.field(description="The tenant's own name of the part, unique for the tenant for ever.")
    quantity_mwh: ExactDecimal | None = strawberry.field(
        default=None, description="MWh of the part, less than the whole; 1 for each of the GEC named if not given."
    )
    serials: CertificateSerialsInput | None = strawberry.field(
        default=None,
        description="Certificates of the part, at one end of those recorded; the first ones of GEC if not given.",
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="Site the part is claimed for; that of the instrument if not given."
    )
    claimed_from: Month | None = strawberry.field(
        default=None, description="First month of consumption of the part; that of the instrument if not given."
    )
    claimed_to: Month | None = strawberry.field(
        default=None, description="Last month of consumption, included; that of the instrument if not given."
    )
    reason: str = strawberry.field(default="", description="A note on it.")

    def part(self) -> Part:
        """Return the part as the ledger takes it; raises `Refused` or `BadInput`."""
        return Part(
            self.code,
            self.quantity_mwh,
            given_value(self.serials, CertificateSerialsInput.value),
            given_value(self.site_id, lambda key: decode_uuid(key, "Site")),
            self.claimed_from,
            self.claimed_to,
        )


@strawberry.input(
    description="Hands certificates over to another tenant of the park. The receiver's instrument has no document or "
    "check of the giver's."
)
class TransferInstrumentInput:
    """A transfer."""

    instrument_id: strawberry.ID = strawberry.field(
        description="The giver's instrument; it must be the current version, neither cancelled nor sold."
    )
    receiver_id: strawberry.ID = strawberry.field(description="The tenant that receives; of the giver's park.")
    code: str = strawberry.field(description="The receiver's own name of it, unique for the receiver for ever.")
    transferred_on: Day = strawberry.field(description="Day on which the certificates changed hands.")
    quantity_mwh: ExactDecimal | None = strawberry.field(
        default=None, description="MWh handed over; 1 for each of the GEC named, or all, if not given."
    )
    serials: CertificateSerialsInput | None = strawberry.field(
        default=None,
        description="Certificates handed over, at one end of those recorded; the first ones of GEC if not given.",
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="Site of the receiver it is claimed for; any if not given."
    )
    claimed_from: Month | None = strawberry.field(
        default=None, description="First month of the receiver's consumption; as the giver's if not given."
    )
    claimed_to: Month | None = strawberry.field(
        default=None, description="Last month of the receiver's consumption, included; as the giver's if not given."
    )
    evidence: list[InstrumentEvidenceInput] = strawberry.field(
        description="Documents of the transfer, at least one: the registry's statement, the contract."
    )
    criteria: list[InstrumentCheckInput] = strawberry.field(
        default_factory=list, description="Quality criteria the receiver has checked, each once."
    )
    reason: str = strawberry.field(default="", description="A note on it, kept on both sides.")

    def transfer(self) -> NewTransfer:
        """Return the transfer as the ledger takes it; raises `Refused` or `BadInput`."""
        part = Part(
            self.code,
            self.quantity_mwh,
            given_value(self.serials, CertificateSerialsInput.value),
            given_value(self.site_id, lambda key: decode_uuid(key, "Site")),
            self.claimed_from,
            self.claimed_to,
        )
        return NewTransfer(
            decode_uuid(self.receiver_id, "Tenant"),
            self.transferred_on,
            part,
            documents_of(self.evidence),
            checks_of(self.criteria),
            self.reason,
        )


@strawberry.type(description="An instrument was divided; the two are the whole.")
class InstrumentSplit:
    """A split."""

    part: Instrument = strawberry.field(description="The part, an instrument of its own.")
    rest: Instrument = strawberry.field(description="The new version of the instrument: what is left of it.")


@strawberry.type(description="Certificates changed hands.")
class InstrumentTransferred:
    """A transfer."""

    given: Instrument = strawberry.field(
        description="The new version of the giver's instrument: what is left of it; sold, where all of it went."
    )
    received: Instrument | None = strawberry.field(
        description="The receiver's instrument; none where the caller does not reach the receiver's ledger. Its id "
        "stands in the movement of `given`."
    )


SplitInstrumentResult = Annotated[
    InstrumentSplit | Refusal,
    strawberry.union("SplitInstrumentResult", description="The part and the rest, or why not."),
]
TransferInstrumentResult = Annotated[
    InstrumentTransferred | Refusal,
    strawberry.union("TransferInstrumentResult", description="Both sides of the transfer, or why not."),
]
