"""Inputs and outcomes of the changes of instruments."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import Check, Criteria, Criterion, Evidence, Serials
from ledger.instruments.content import InstrumentContent, serials_of
from ledger.instruments.instruments import NewCancellation
from schema.enums import EnergyAttribute, EnergyCarrier, EvidenceKind, InstrumentCriterion, InstrumentKind
from schema.errors import Refusal
from schema.global_ids import decode_uuid
from schema.scalars import Day, ExactDecimal, Month
from schema.types.instruments import Instrument


@strawberry.input(description="Certificates of a batch by number, both ends included.")
class CertificateSerialsInput:
    """Certificates."""

    batch: str = strawberry.field(description="Batch the numbers count in.")
    first: ExactDecimal = strawberry.field(description="First number, whole.")
    last: ExactDecimal = strawberry.field(description="Last number, whole; the first for one certificate.")

    def value(self) -> Serials:
        """Return the certificates; raises `Refused`."""
        return serials_of(self.batch, self.first, self.last)


@strawberry.input(description="A document that proves a claim.")
class InstrumentEvidenceInput:
    """Evidence."""

    document: str = strawberry.field(description="Id of the document in the tenant's own files.")
    kind: EvidenceKind = strawberry.field(description="What it is.")


@strawberry.input(description="Whether a quality criterion holds, and by which documents.")
class InstrumentCheckInput:
    """A check."""

    criterion: InstrumentCriterion = strawberry.field(description="The criterion.")
    holds: bool | None = strawberry.field(default=None, description="Whether it holds; none if that was not checked.")
    evidence: list[str] = strawberry.field(default_factory=list, description="Documents that show it.")


@strawberry.input(description="An instrument to be recorded, neither cancelled nor sold yet.")
class RecordInstrumentInput:
    """A new instrument."""

    tenant_id: strawberry.ID = strawberry.field(description="The tenant whose consumption it is claimed for.")
    code: str = strawberry.field(description="The tenant's own name of it, unique for the tenant for ever.")
    kind: InstrumentKind = strawberry.field(description="What it is.")
    carrier: EnergyCarrier = strawberry.field(description="Energy it is for.")
    attribute: EnergyAttribute = strawberry.field(description="What the energy was made from.")
    market: str = strawberry.field(description="Area within which it is issued and cancelled, such as CN.")
    first_month: Month = strawberry.field(description="First month of generation.")
    last_month: Month = strawberry.field(description="Last month of generation, included.")
    quantity_mwh: ExactDecimal = strawberry.field(description="MWh it is for, above zero; 1 GEC is 1 MWh.")
    rate: ExactDecimal | None = strawberry.field(
        default=None, description="Emission rate it conveys, kg CO2e/MWh; none where it states none."
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="Site it is claimed for; any of the tenant's if not given."
    )
    claimed_from: Month = strawberry.field(description="First month of consumption it is claimed for.")
    claimed_to: Month = strawberry.field(description="Last month of consumption it is claimed for, included.")
    serials: CertificateSerialsInput | None = strawberry.field(
        default=None, description="The certificates, or those that go with the energy."
    )
    is_tradable: bool = strawberry.field(
        default=True, description="Whether it can be traded; what cannot is its generator's alone."
    )
    generator_id: strawberry.ID | None = strawberry.field(
        default=None, description="The tenant that generates, where it is one of the park's."
    )
    evidence: list[InstrumentEvidenceInput] = strawberry.field(
        default_factory=list, description="Documents that prove the claim."
    )
    criteria: list[InstrumentCheckInput] = strawberry.field(
        default_factory=list, description="Quality criteria that were checked, each once."
    )

    def content(self) -> InstrumentContent:
        """Return what the instrument says; raises `Refused` or `BadInput`."""
        return InstrumentContent(
            kind=self.kind,
            carrier=self.carrier,
            attribute=self.attribute,
            market=self.market,
            first_month=self.first_month,
            last_month=self.last_month,
            quantity=self.quantity_mwh,
            rate=self.rate,
            site=given_value(self.site_id, lambda key: decode_uuid(key, "Site")),
            claimed_from=self.claimed_from,
            claimed_to=self.claimed_to,
            serials=given_value(self.serials, CertificateSerialsInput.value),
            is_tradable=self.is_tradable,
            generator=given_value(self.generator_id, lambda key: decode_uuid(key, "Tenant")),
            evidence=documents_of(self.evidence),
            criteria=checked(Criteria(), self.criteria),
        )


@strawberry.input(description="Says that an instrument was cancelled for its tenant, once.")
class CancelInstrumentInput:
    """A cancellation."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument; it must be the current version.")
    cancelled_on: Day = strawberry.field(description="Day of cancellation.")
    quantity_mwh: ExactDecimal | None = strawberry.field(
        default=None, description="MWh cancelled; the whole instrument if not given."
    )
    serials: CertificateSerialsInput | None = strawberry.field(
        default=None, description="Certificates cancelled, some of those recorded; all of them if not given."
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="Site it is claimed for; as recorded if not given."
    )
    claimed_from: Month | None = strawberry.field(
        default=None, description="First month of consumption it is claimed for; as recorded if not given."
    )
    claimed_to: Month | None = strawberry.field(
        default=None, description="Last month of consumption it is claimed for, included; as recorded if not given."
    )
    evidence: list[InstrumentEvidenceInput] = strawberry.field(
        default_factory=list, description="Documents that prove the cancellation, added to those recorded."
    )
    criteria: list[InstrumentCheckInput] = strawberry.field(
        default_factory=list, description="Quality criteria checked now, each once; the others stay as they are."
    )
    reason: str = strawberry.field(default="", description="A note on it.")

    def cancellation(self) -> NewCancellation:
        """Return the cancellation as the ledger takes it; raises `Refused`."""
        return NewCancellation(
            self.cancelled_on,
            self.quantity_mwh,
            given_value(self.serials, CertificateSerialsInput.value),
            documents_of(self.evidence),
            checks_of(self.criteria),
            self.reason,
            given_value(self.site_id, lambda key: decode_uuid(key, "Site")),
            self.claimed_from,
            self.claimed_to,
        )


@strawberry.input(description="Says that the certificates of an instrument were sold to others.")
class SellInstrumentInput:
    """A sale."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument; it must be the current version.")
    reason: str = strawberry.field(default="", description="A note on it, such as the contract of sale.")


@strawberry.input(description="Says that an instrument should not have been recorded. It cannot be undone.")
class WithdrawInstrumentInput:
    """A withdrawal."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument; it must be the current version.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(
    description="A correction: what the instrument should say, not after it was cancelled. What is left out stays as "
    "it is; null clears what an instrument need not have."
)
class CorrectInstrumentInput:
    """A correction."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument; it must be the current version.")
    reason: str = strawberry.field(description="Why.")
    kind: InstrumentKind | None = strawberry.field(default=None, description="New kind.")
    carrier: EnergyCarrier | None = strawberry.field(default=None, description="New energy carrier.")
    attribute: EnergyAttribute | None = strawberry.field(default=None, description="New attribute.")
    market: str | None = strawberry.field(default=None, description="New market.")
    first_month: Month | None = strawberry.field(default=None, description="New first month of generation.")
    last_month: Month | None = strawberry.field(default=None, description="New last month of generation.")
    quantity_mwh: ExactDecimal | None = strawberry.field(default=None, description="New quantity, MWh.")
    rate: ExactDecimal | None = strawberry.field(
        default=strawberry.UNSET, description="New rate, kg CO2e/MWh; null if it states none."
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="New site; null for any of the tenant's."
    )
    claimed_from: Month | None = strawberry.field(default=None, description="New first month it is claimed for.")
    claimed_to: Month | None = strawberry.field(default=None, description="New last month it is claimed for.")
    serials: CertificateSerialsInput | None = strawberry.field(
        default=strawberry.UNSET, description="New certificates; null for none."
    )
    is_tradable: bool | None = strawberry.field(default=None, description="Whether it can be traded.")
    generator_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="New generator; null if it is none of the park's tenants."
    )
    evidence: list[InstrumentEvidenceInput] | None = strawberry.field(
        default=None, description="All documents, in the place of those recorded."
    )
    criteria: list[InstrumentCheckInput] = strawberry.field(
        default_factory=list, description="Quality criteria whose checks change, each once; the others stay."
    )

    def corrected(self, now: InstrumentContent) -> InstrumentContent:
        """Return what the instrument should say instead of `now`; raises `Refused` or `BadInput`."""
        needed = {
            "kind": self.kind,
            "carrier": self.carrier,
            "attribute": self.attribute,
            "market": self.market,
            "first_month": self.first_month,
            "last_month": self.last_month,
            "quantity": self.quantity_mwh,
            "claimed_from": self.claimed_from,
            "claimed_to": self.claimed_to,
            "is_tradable": self.is_tradable,
            "evidence": given_value(self.evidence, documents_of),
        }
        clearable = {
            "rate": self.rate,
            "site": given_value(self.site_id, lambda key: decode_uuid(key, "Site")),
            "serials": given_value(self.serials, CertificateSerialsInput.value),
            "generator": given_value(self.generator_id, lambda key: decode_uuid(key, "Tenant")),
        }
        changes: dict[str, Any] = {name: value for name, value in needed.items() if value is not None}
        changes |= {name: value for name, value in clearable.items() if value is not strawberry.UNSET}
        return replace(now, **changes, criteria=checked(now.criteria, self.criteria))


@strawberry.type(description="The instrument has a new version.")
class InstrumentVersionAdded:
    """A version added."""

    instrument: Instrument = strawberry.field(description="The new version.")


RecordInstrumentResult = Annotated[
    InstrumentVersionAdded | Refusal,
    strawberry.union("RecordInstrumentResult", description="The first version, or why not."),
]
CancelInstrumentResult = Annotated[
    InstrumentVersionAdded | Refusal,
    strawberry.union("CancelInstrumentResult", description="The cancelled version, or why not."),
]
SellInstrumentResult = Annotated[
    InstrumentVersionAdded | Refusal,
    strawberry.union("SellInstrumentResult", description="The sold version, or why not."),
]
WithdrawInstrumentResult = Annotated[
    InstrumentVersionAdded | Refusal,
    strawberry.union("WithdrawInstrumentResult", description="The withdrawn version, or why not."),
]
CorrectInstrumentResult = Annotated[
    InstrumentVersionAdded | Refusal,
    strawberry.union("CorrectInstrumentResult", description="The corrected version, or why not."),
]


def given_value(value: Any, convert: Callable[[Any], Any]) -> Any:
    """Convert what is given; what is left out or null passes."""
    return value if value is None or value is strawberry.UNSET else convert(value)


def documents_of(given: Iterable[InstrumentEvidenceInput]) -> tuple[Evidence, ...]:
    """Return the documents, each once."""
    return tuple(dict.fromkeys(Evidence(document.document, document.kind) for document in given))


def checks_of(given: Iterable[InstrumentCheckInput]) -> dict[Criterion, Check]:
    """Return the checks by criterion; raises `Refused` where one is given twice."""
    found: dict[Criterion, Check] = {}
    for check in given:
        if check.criterion in found:
            raise Refused(RefusalCode.BAD_INSTRUMENT, "criteria", f"{check.criterion} is given twice; give it once")
        found[check.criterion] = Check(check.holds, tuple(check.evidence))
    return found


def checked(criteria: Criteria, given: Iterable[InstrumentCheckInput]) -> Criteria:
    """Return the criteria with the checks given in the place of theirs; raises `Refused`."""
    return replace(criteria, **{criterion.value.lower(): check for criterion, check in checks_of(given).items()})
