"""Published reports: editions, what they rest on, what moved since, where their files are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import strawberry

from ledger.reports.published import NAMED, PublishedReport
from ledger.reports.published import Recipient as RecipientRow
from ledger.reports.staleness import Moved
from proofs.checkpoints import stated_checkpoint
from reports import document as pure
from reports.asked_reports import Asked
from reports.rendering.canonical_json import to_canonical_json
from schema.enums import Regime
from schema.errors import BadInput, Refusal
from schema.global_ids import decode_uuid, encode
from schema.period_enums import PeriodKind
from schema.report_enums import Language, ReportKind, StaleReason
from schema.scalars import Day, ExactDecimal, Instant, Month
from schema.types.basis import BasisInput
from schema.types.info import Info
from schema.types.nodes import Node
from schema.types.receipts import ReportReceipt
from schema.types.registry import Park, Tenant, present

_FILES: Mapping[str, tuple[str, bool]] = {
    "json": ("application/json", False),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True),
    "pdf": ("application/pdf", True),
    "xhtml": ("application/xhtml+xml", True),
    "signed.json": ("application/json", False),
}
"""Ending of a report's file -> its media type, and whether there is one in each language."""


@strawberry.type(description="A total of a report.")
class ReportTotal:
    """A total."""

    name: str = strawberry.field(
        description="SCOPE_1, SCOPE_2_LOCATION, SCOPE_2_MARKET, SCOPE_3, TOTAL_LOCATION, TOTAL_MARKET or OUTSIDE; "
        "those that the regime reports."
    )
    kilograms: ExactDecimal = strawberry.field(description="Kilograms of CO2e, exactly as in the document.")


@strawberry.type(description="Something that the basis of a report says, by its name in the document.")
class ReportBasisEntry:
    """A part of the basis."""

    name: str = strawberry.field(description="Name, such as regime, gwpSet, approach or publishedBy.")
    value: str = strawberry.field(description="What it is.")


@strawberry.type(description="A signed head of a history that a report rests on.")
class ReportHead:
    """A head."""

    origin: str = strawberry.field(description="Name of the history; it ends with the tenant.")
    size: int = strawberry.field(description="Events that it covers.")
    root: str = strawberry.field(description="Root of their Merkle tree (RFC 9162), in hexadecimal.")
    note: str = strawberry.field(description="The signed note (C2SP tlog-checkpoint).")

    @classmethod
    def of(cls, note: str) -> "ReportHead":
        """Make the type of a note."""
        head = stated_checkpoint(note.encode())
        return cls(origin=head.origin, size=head.size, root=head.root.hex(), note=note)


@strawberry.type(description="What a report rests on, so that it can be assembled again.")
class ReportRests:
    """What it rests on."""

    basis: list[ReportBasisEntry] = strawberry.field(description="The basis, by name.")
    factor_release: int = strawberry.field(description="Number of the factor release.")
    factor_release_hash: str = strawberry.field(description="Its content hash.")
    method_version: str = strawberry.field(description="Method by which the document was assembled.")
    judged_on: Day = strawberry.field(description="The day on which it was judged what was due.")
    heads: list[ReportHead] = strawberry.field(
        description="Of the history of each tenant whose ledger counts the first signed head that covers all that was "
        "known; none of a preview."
    )

    @classmethod
    def of(cls, rests: Mapping[str, Any]) -> "ReportRests":
        """Make the type of the document's part."""
        return cls(
            basis=[ReportBasisEntry(name=name, value=text) for name, text in sorted(rests["basis"].items())],
            factor_release=rests["factorRelease"],
            factor_release_hash=rests["factorReleaseHash"],
            method_version=rests["methodVersion"],
            judged_on=Day(datetime.fromisoformat(rests["judgedOn"]).date()),
            heads=[ReportHead.of(note) for note in rests["heads"]],
        )


@strawberry.type(description="Something that a report rests on and that moved after what it knows.")
class ReportStaleness:
    """Why a report is stale."""

    code: StaleReason = strawberry.field(description="What moved.")
    since: Instant = strawberry.field(description="Since when.")
    count: int = strawberry.field(description="How often; 1,000 stands for as many or more.")

    @classmethod
    def of(cls, found: Moved) -> "ReportStaleness":
        """Make the type."""
        return cls(code=found.reason, since=Instant(found.since), count=found.count)


@strawberry.type(description="Whether a report may not say any more what the ledger says.")
class ReportStale:
    """Whether a report is stale."""

    is_stale: bool = strawberry.field(description="Whether anything moved.")
    reasons: list[ReportStaleness] = strawberry.field(description="What did.")


@strawberry.type(description="A regulator to whom a report was published.")
class ReportRecipient:
    """A recipient."""

    regulator: str | None = strawberry.field(
        description="The system of its grant; none for every regulator that is named for the tenant."
    )
    since: Instant = strawberry.field(description="Since when.")

    @classmethod
    def of(cls, row: RecipientRow) -> "ReportRecipient":
        """Make the type of a row."""
        return cls(regulator=None if row.regulator == NAMED else row.regulator, since=Instant(row.since))


@strawberry.type(description="A file of a report; the same bytes whenever it is fetched.")
class ReportDownload:
    """A file."""

    form: str = strawberry.field(
        description="json (what was signed), xlsx, pdf, xhtml (inline XBRL), or signed.json (the document with its "
        "signature and proofs, which `parkledger verify` checks offline)."
    )
    language: Language | None = strawberry.field(description="Language; none of a file that has all of them.")
    media_type: str = strawberry.field(description="Media type.")
    path: str = strawberry.field(description="Path at this service, fetched with the same credentials.")


@strawberry.type(
    description="One edition of a periodic report as it was published: canonical bytes, signed, never changed."
)
class Report(Node):
    """An edition."""

    kind: ReportKind = strawberry.field(description="What it is made for.")
    cadence: PeriodKind = strawberry.field(description="Of a month, a quarter or a year.")
    first: Month = strawberry.field(description="First month.")
    last: Month = strawberry.field(description="Last month.")
    version: int = strawberry.field(description="Number of the edition, from 1.")
    reason: str = strawberry.field(description="Why it supersedes the one before; empty for the first.")
    known_at: Instant = strawberry.field(description="The instant whose knowledge counts.")
    published_at: Instant = strawberry.field(description="When it was signed, to the second.")
    published_by: str = strawberry.field(description="Who published it: id of a key or subject of a token.")
    sha256: str = strawberry.field(description="SHA-256 of the canonical bytes, in hexadecimal.")
    signature: str = strawberry.field(description="Detached JWS (EdDSA) over the canonical bytes.")
    key: str = strawberry.field(
        description="The key that signed, as a verifier key line. Compare it with one handed over another way."
    )
    found: strawberry.Private[PublishedReport]

    @strawberry.field(description="The tenant whose report it is; of a park's, the tenant that operates the park.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant."""
        return Tenant.of(present(await info.context.tenants.load(self.found.of.tenant)))

    @strawberry.field(description="The park, where it is a park's; none of a tenant's.")
    async def park(self, info: Info) -> Park | None:
        """Load the park."""
        row = await info.context.parks.load(self.found.of.park) if self.found.of.park else None
        return Park.of(row) if row else None

    @strawberry.field(description="The edition that this one supersedes, if the caller may read it.")
    async def supersedes(self, info: Info) -> "Report | None":
        """Load the edition before."""
        row = await info.context.reports.by_id.load(self.found.supersedes) if self.found.supersedes else None
        return Report.of(row) if row else None

    @strawberry.field(description="The edition that supersedes this one, if there is one that the caller may read.")
    async def superseded_by(self, info: Info) -> "Report | None":
        """Load the edition after."""
        row = await info.context.reports.superseding.load(self.found.id)
        return Report.of(row) if row else None

    @strawberry.field(description="Totals.")
    async def totals(self, info: Info) -> list[ReportTotal]:
        """Read them in the document."""
        return _totals((await info.context.reports.parts.load(self.found.id))["totals"])

    @strawberry.field(description="What is missing and counted nowhere, in words.")
    async def gaps(self, info: Info) -> list[str]:
        """Read them in the document."""
        return list((await info.context.reports.parts.load(self.found.id))["gaps"])

    @strawberry.field(description="What it rests on.")
    async def rests(self, info: Info) -> ReportRests:
        """Read it in the document."""
        return ReportRests.of((await info.context.reports.parts.load(self.found.id))["rests"])

    @strawberry.field(description="Regulators to whom it was published, of those that the caller may see.")
    async def recipients(self, info: Info) -> list[ReportRecipient]:
        """Load the recipients."""
        return [ReportRecipient.of(one) for one in await info.context.reports.recipients.load(self.found.id)]

    @strawberry.field(description="What regulators said of it, in order, as far as the caller may see it.")
    async def receipts(self, info: Info) -> list[ReportReceipt]:
        """Load what was said."""
        return [ReportReceipt.of(one) for one in await info.context.reports.receipts.load(self.found.id)]

    @strawberry.field(
        description="What moved since what the report knows; none for a caller that does not read the ledger of its "
        "subject, as a regulator, who would see less than moved."
    )
    async def stale(self, info: Info) -> ReportStale | None:
        """Count what moved."""
        release = (await info.context.reports.parts.load(self.found.id))["rests"]["factorRelease"]
        moved = await info.context.reports.moved.load((self.found, release))
        if moved is None:
            return None
        return ReportStale(is_stale=bool(moved), reasons=[ReportStaleness.of(one) for one in moved])

    @strawberry.field(description="Its files.")
    def downloads(self) -> list[ReportDownload]:
        """Return where they are."""
        return list(_downloads(self.found.id))

    @classmethod
    def of(cls, found: PublishedReport) -> "Report":
        """Make the type of an edition."""
        return cls(
            id=report_id(found.id),
            kind=ReportKind(found.of.kind),
            cadence=PeriodKind(found.of.cadence),
            first=Month(found.of.first),
            last=Month(found.last),
            version=found.version,
            reason=found.reason,
            known_at=Instant(found.known_at),
            published_at=Instant(found.published_at),
            published_by=found.actor,
            sha256=found.sha256,
            signature=found.signature,
            key=found.signed_by,
            found=found,
        )


@strawberry.type(description="What a first edition would say now. Nothing of it is stored or signed.")
class ReportPreview:
    """A preview."""

    known_at: Instant = strawberry.field(description="The instant whose knowledge counts.")
    totals: list[ReportTotal] = strawberry.field(description="Totals.")
    gaps: list[str] = strawberry.field(description="What is missing and counted nowhere, in words.")
    rests: ReportRests = strawberry.field(description="What it rests on.")
    line_count: int = strawberry.field(description="Inventory lines that the totals are the sums of.")
    sha256: str = strawberry.field(description="SHA-256 of `content`, in hexadecimal.")
    content: str = strawberry.field(description="The document: canonical JSON (RFC 8785), in both languages.")

    @classmethod
    def of(cls, document: pure.Document) -> "ReportPreview":
        """Make the type of a document."""
        content, rests = to_canonical_json(document), pure.canonical(document.rests)
        assert isinstance(rests, dict)  # noqa: S101  what a dataclass becomes
        return cls(
            known_at=Instant(datetime.fromisoformat(document.rests.known_at)),
            totals=_totals(document.totals),
            gaps=list(document.gaps),
            rests=ReportRests.of(rests),
            line_count=len(document.lines),
            sha256=sha256(content).hexdigest(),
            content=content.decode(),
        )


@strawberry.input(description="Something that the head of a report states and the ledger does not hold.")
class ReportIdentifierInput:
    """An identifier."""

    name: str = strawberry.field(
        description="unified_social_credit_code, legal_representative, address, contact, preparer or industry_code."
    )
    value: str = strawberry.field(description="What it states.")


@strawberry.input(description="A report of a tenant, or of a whole park, for a closed period.")
class PublishReportInput:
    """What is to be published."""

    kind: ReportKind = strawberry.field(description="What it is made for.")
    cadence: PeriodKind = strawberry.field(description="Of a month, a quarter or a year.")
    first: Month = strawberry.field(description="First month.")
    tenant_id: strawberry.ID | None = strawberry.field(default=None, description="The tenant whose report it is, or:")
    park_id: strawberry.ID | None = strawberry.field(
        default=None, description="The park, whose report its operator publishes."
    )
    regime: Regime | None = strawberry.field(
        default=None, description="Regime; the usual one of the kind, or as in the edition before, if left out."
    )
    supersedes: strawberry.ID | None = strawberry.field(
        default=None, description="The newest edition, which this one restates; none for the first edition."
    )
    reason: str = strawberry.field(default="", description="Why it is restated; needed where it supersedes.")
    known_at: Instant | None = strawberry.field(
        default=None,
        description="The instant whose knowledge counts in a restatement; now if left out. A first edition is known as "
        "of the closing of its period.",
    )
    regulators: list[str] | None = strawberry.field(
        default=None,
        description="Regulators to whom it is published, by the system of their grants; nobody by an empty list; every "
        "one that is named for the tenant, or those of the edition before, if left out.",
    )
    identifiers: list[ReportIdentifierInput] | None = strawberry.field(
        default=None, description="What its head states; as in the edition before, if left out."
    )
    is_upper: bool | None = strawberry.field(
        default=None,
        description="Which end of a published range of standard coal coefficients applies; as in the edition before, "
        "or by the net calorific value, if left out.",
    )

    def asked(self) -> Asked:
        """Return what is asked for; raises `BadInput` for an id that is none."""
        return Asked(
            kind=self.kind,
            cadence=pure.Cadence(self.cadence),
            first=self.first,
            tenant=decode_uuid(self.tenant_id, "Tenant") if self.tenant_id else None,
            park=decode_uuid(self.park_id, "Park") if self.park_id else None,
            regime=self.regime,
            supersedes=decode_uuid(self.supersedes, "Report") if self.supersedes else None,
            reason=self.reason,
            known_at=self.known_at,
            regulators=self.regulators,
            identifiers=None if self.identifiers is None else stated(self.identifiers),
            is_upper=self.is_upper,
        )


@strawberry.input(description="A report that is to be seen before its period is closed, or on another basis.")
class ReportPreviewInput:
    """What is to be previewed."""

    kind: ReportKind = strawberry.field(description="What it is made for.")
    cadence: PeriodKind = strawberry.field(description="Of a month, a quarter or a year.")
    first: Month = strawberry.field(description="First month.")
    tenant_id: strawberry.ID | None = strawberry.field(default=None, description="The tenant whose report it is, or:")
    park_id: strawberry.ID | None = strawberry.field(default=None, description="The park.")
    basis: BasisInput | None = strawberry.field(
        default=None, description="The basis; as adopted for the kind's usual regime if left out."
    )
    identifiers: list[ReportIdentifierInput] = strawberry.field(
        default_factory=list, description="What its head states."
    )
    is_upper: bool | None = strawberry.field(
        default=None,
        description="Which end of a published range of standard coal coefficients applies; by the net calorific value "
        "if left out.",
    )


@strawberry.type(description="An edition that is published from now on.")
class ReportPublished:
    """The outcome of publishing."""

    report: Report = strawberry.field(description="The edition.")


PublishReportResult = Annotated[
    ReportPublished | Refusal, strawberry.union("PublishReportResult", description="The edition, or why not.")
]


@strawberry.input(description="To whom a published report is addressed as well.")
class AddressReportInput:
    """Who may read it from now on."""

    report_id: strawberry.ID = strawberry.field(description="The edition, the newest of its report.")
    regulators: list[str] | None = strawberry.field(
        default=None,
        description="Regulators, by the system of their grants; every one that is named for the tenant (of a park's "
        "report: for the operator), now or later, if left out.",
    )


@strawberry.type(description="The report is published to these regulators too.")
class ReportAddressed:
    """The outcome of addressing."""

    report: Report = strawberry.field(description="The edition, as it was.")
    added: list[str | None] = strawberry.field(
        description="Those to whom it was not published before, none for every one that is named; empty where it was "
        "published to all of them, so that a retry is safe."
    )


AddressReportResult = Annotated[
    ReportAddressed | Refusal, strawberry.union("AddressReportResult", description="The report, or why not.")
]


@strawberry.input(description="The address of a published report that is withdrawn.")
class WithdrawReportAddressInput:
    """Who is to see a report no longer."""

    report_id: strawberry.ID = strawberry.field(description="The edition, whichever of its report.")
    reason: str = strawberry.field(description="Why: addressed by mistake, and to whom it belongs.")
    regulator: str | None = strawberry.field(
        default=None,
        description="The regulator, by the system of its grants; the address to every one that is named if left out.",
    )


@strawberry.type(description="The report is published to this regulator no longer.")
class ReportAddressWithdrawn:
    """The outcome of a withdrawal."""

    report: Report = strawberry.field(description="The edition, as it was.")
    is_new: bool = strawberry.field(description="Whether it was not withdrawn before; a retry writes nothing.")


WithdrawReportAddressResult = Annotated[
    ReportAddressWithdrawn | Refusal,
    strawberry.union("WithdrawReportAddressResult", description="The report, or why not."),
]


def report_id(key: UUID) -> strawberry.ID:
    """Return the global id of a report."""
    return strawberry.ID(encode("Report", key))


def stated(given: Iterable[ReportIdentifierInput]) -> dict[str, str]:
    """Return identifiers by name; raises `BadInput` where one comes twice."""
    found: dict[str, str] = {}
    for one in given:
        if one.name in found:
            raise BadInput(f"identifiers name {one.name[:40]!r} twice")
        found[one.name] = one.value.strip()
    return found


def _totals(found: Mapping[str, str | Decimal]) -> list[ReportTotal]:
    return [ReportTotal(name=name, kilograms=ExactDecimal(Decimal(one))) for name, one in sorted(found.items())]


def _downloads(key: UUID) -> Iterable[ReportDownload]:
    for form, (media_type, has_language) in _FILES.items():
        path = f"/reports/v1/{report_id(key)}.{form}"
        for language in Language if has_language else (None,):
            at = f"{path}?language={language.value}" if language else path
            yield ReportDownload(form=form, language=language, media_type=media_type, path=at)
