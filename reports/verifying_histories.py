"""The histories of a signed report: heads signed by keys that may sign them, growth between them, the publication."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from proofs.checkpoints import Checkpoint, OpenedCheckpoint, open_checkpoint, stated_checkpoint
from proofs.errors import BadEvent, BadNote, BadProof
from proofs.events import Event, read_event, time_text
from proofs.keys import PublicKey
from proofs.merkle import verify_consistency, verify_inclusion
from proofs.notes import parse_note
from proofs.rotations import Tenure, keys_at, stated_rotation, tenures_with
from reports.report_findings import ReportFinding, ReportFindingKind, finding
from reports.signed_reports import HistoryProof, SignedReport

KIND: Final = "publishReport"
"""Of the event by which a report is published."""
TABLE: Final = "reports"
"""Whose new row the event shows; its `sha256` is that of the document."""


class NotPublished(ValueError):
    """An event is not the publication of a document; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The event that published a document: where it is, when it was recorded, and when it says that the document was
    published, None where it does not say it.
    """

    origin: str
    index: int
    recorded_at: datetime
    published_at: str | None = None


@dataclass(slots=True)
class Histories:
    """What was found of the histories of one report. `heads` are signed; `signers` may have signed the report."""

    findings: list[ReportFinding] = field(default_factory=list)
    heads: list[Checkpoint] = field(default_factory=list)
    tenures: dict[str, tuple[Tenure, ...]] = field(default_factory=dict)
    publication: Publication | None = None
    signers: tuple[PublicKey, ...] = ()
    unknown_signatures: int = 0

    def fail(self, kind: ReportFindingKind, reason: object, **values: str | int) -> None:
        """Add what does not hold."""
        self.findings.append(finding(kind, reason=str(reason), **values))

    def opened(self, note: bytes, origin: str) -> OpenedCheckpoint:
        """Return the head of a note that a key signed which may sign a head of that size. Raises `BadNote`."""
        return open_checkpoint(note, origin, keys_at(self.tenures[origin], stated_checkpoint(note).size))

    def head(self, note: bytes, origin: str) -> Checkpoint | None:
        """Add the head of a note to those of the report; None with a finding where it is not accepted."""
        try:
            found = self.opened(note, origin)
        except BadNote as error:
            self.fail(ReportFindingKind.BAD_HEAD, error, origin=origin)
            return None
        self.unknown_signatures += len(parse_note(note).signatures) - len(found.signers)
        self.heads.append(found.checkpoint)
        return found.checkpoint


def verify_histories(
    report: SignedReport, digest: str, heads: Sequence[str], trusted: Sequence[PublicKey]
) -> Histories:
    """Check the histories of the report whose document has the SHA-256 `digest` and says that it rests on `heads`."""
    found = Histories()
    rotations = _by_origin(found, report)
    grown = []
    for proof in report.proofs:
        try:
            found.tenures[proof.origin] = _tenures(proof.origin, trusted, rotations.get(proof.origin, []))
        except BadNote as error:
            found.fail(ReportFindingKind.BAD_ROTATION, error, origin=proof.origin)
            continue
        grown += _verified(found, proof, digest)
    _tell(found, report, heads, grown)
    return found


def published_by(event: Event, digest: str) -> str | None:
    """Return when an event says that the document with the SHA-256 `digest` was published, None where it does not say
    it. Raises `NotPublished` unless it is the publication.
    """
    if event.kind != KIND:
        raise NotPublished(f"the event is a {event.kind!r}; accepted is {KIND!r}")
    changes = event.body.get("changes")
    rows = changes if isinstance(changes, Sequence) else ()
    named = [row["after"] for row in rows if isinstance(row, Mapping) and row.get("table") == TABLE]
    hashes = [after.get("sha256") if isinstance(after, Mapping) else None for after in named]
    if hashes != [digest]:
        said = ", ".join(str(one) for one in hashes) or "no document"
        raise NotPublished(f"the event publishes {said}; this document has the SHA-256 {digest}")
    [after] = named
    stated = after.get("published_at") if isinstance(after, Mapping) else None
    return None if stated is None else str(stated)


def _by_origin(found: Histories, report: SignedReport) -> Mapping[str, list[bytes]]:
    rotations: dict[str, list[bytes]] = {}
    for note in report.rotations:
        rotations.setdefault(stated_rotation(note).origin, []).append(note)
    for origin in sorted(rotations.keys() - {proof.origin for proof in report.proofs}):
        found.fail(ReportFindingKind.BAD_ROTATION, "the report does not rest on this history", origin=origin)
    return rotations


def _tenures(origin: str, trusted: Iterable[PublicKey], rotations: Sequence[bytes]) -> tuple[Tenure, ...]:
    """Return who may sign which heads, from every trusted key that signs this history. Raises `BadNote`."""
    tenures: dict[Tenure, None] = {}
    faults = []
    for known in trusted:
        try:
            tenures |= dict.fromkeys(tenures_with(origin, known, rotations))
        except BadNote as error:
            faults.append(error)
    if not tenures:
        raise faults[0] if faults else BadNote("no key is trusted")
    return tuple(tenures)


def _verified(found: Histories, proof: HistoryProof, digest: str) -> list[tuple[int, int]]:
    """Check one history; return its sizes before and after where it is shown that it only grew."""
    after = found.head(proof.after, proof.origin)
    if after is None:
        return []
    if proof.publication is not None:
        _publication(found, proof, after, digest)
    before = None if proof.before is None else found.head(proof.before, proof.origin)
    if before is None:
        if proof.consistency and proof.before is None:
            reason = f"{len(proof.consistency)} hashes prove the growth from a head that is not there"
            found.fail(ReportFindingKind.DID_NOT_GROW, reason, origin=proof.origin)
        return []
    try:
        verify_consistency(before.size, before.root, after.size, after.root, proof.consistency)
    except BadProof as error:
        found.fail(ReportFindingKind.DID_NOT_GROW, error, origin=proof.origin)
        return []
    return [(before.size, after.size)]


def _publication(found: Histories, proof: HistoryProof, head: Checkpoint, digest: str) -> None:
    """Check that the publication is an event of the tree of `head`, and publishes the document."""
    published = proof.publication
    assert published is not None  # noqa: S101  asked by the caller
    exported = published.event
    try:
        if exported.text is None:
            raise NotPublished(f"the text of event {exported.index} was erased, so that it names no document")
        if exported.computed_leaf() != exported.leaf:
            raise NotPublished(f"text and salt of event {exported.index} give another leaf hash than the one stated")
        verify_inclusion(exported.leaf, exported.index, head.size, published.inclusion, head.root)
        event = read_event(exported.text)
        if (f"{event.tenant}", event.sequence) != (proof.origin.rpartition("/")[2], exported.index):
            raise NotPublished(f"event {event.sequence} of {event.tenant} stands as {exported.index} of {proof.origin}")
        published_at = published_by(event, digest)
    except (BadProof, BadEvent, NotPublished) as error:
        found.fail(ReportFindingKind.BAD_PUBLICATION, error)
        return
    found.publication = Publication(proof.origin, exported.index, event.recorded_at, published_at)
    found.signers = keys_at(found.tenures[proof.origin], exported.index + 1)
    at = time_text(event.recorded_at)
    found.findings.append(
        finding(ReportFindingKind.PUBLISHED, index=exported.index, origin=proof.origin, at=at, hash=digest)
    )


def _tell(found: Histories, report: SignedReport, heads: Sequence[str], grown: Sequence[tuple[int, int]]) -> None:
    stated = [proof.before.decode() for proof in report.proofs if proof.before is not None]
    if list(heads) != stated:
        reason = f"it names {len(heads)}, the proofs start at {len(stated)}"
        if len(heads) == len(stated):
            at = next(at for at, (one, other) in enumerate(zip(heads, stated, strict=True)) if one != other)
            reason = f"the {at + 1}. is another one"
        found.fail(ReportFindingKind.OTHER_HEADS, reason)
    elif len(grown) == len(stated):
        found.findings.append(finding(ReportFindingKind.HEADS_SIGNED, count=len(stated)))
        old, new = sum(old for old, _ in grown), sum(new for _, new in grown)
        found.findings.append(finding(ReportFindingKind.GREW, count=len(grown), old=old, new=new))
    if found.unknown_signatures:
        found.findings.append(finding(ReportFindingKind.OTHER_SIGNATURES, count=found.unknown_signatures))
