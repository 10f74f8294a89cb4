"""Editions of a report: each names the one before it by its document's SHA-256, and was published after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.document import Document
from reports.report_findings import ReportFinding, ReportFindingKind, finding
from reports.verifying_histories import Publication


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: its document, the SHA-256 of its bytes, and its publication where that is proved."""

    document: Document
    digest: str
    publication: Publication | None


def verify_editions(newest: Edition, given: Sequence[Edition]) -> Iterator[ReportFinding]:
    """Follow the editions from the newest one back as far as they were given; say where the chain breaks or ends."""
    others = {edition.digest: edition for edition in given}
    edition: Edition | None = newest
    while edition is not None:
        before = others.pop(edition.document.supersedes or "", None)
        yield from _ended(edition) if before is None else _followed(edition, before)
        edition = before
    for digest, edition in others.items():
        yield _broken(f"the report with the SHA-256 {digest}, version {edition.document.version}, is not one of them")


def _ended(edition: Edition) -> Iterator[ReportFinding]:
    """Say that nothing is superseded, or not given."""
    document = edition.document
    if document.version < 1 or (document.version == 1) != (document.supersedes is None):
        yield _broken(f"version {document.version} says that it supersedes {document.supersedes or 'none'}")
    elif document.supersedes is None:
        yield finding(ReportFindingKind.FIRST_EDITION)
    else:
        yield finding(ReportFindingKind.EARLIER_NOT_GIVEN, version=document.version, hash=document.supersedes)


def _followed(edition: Edition, before: Edition) -> Iterator[ReportFinding]:
    """Check an edition against the one that it names."""
    new, old = edition.document, before.document
    faults = [f"{name} is {said} and was {was}" for name, said, was in _identity(new, old) if said != was]
    if new.version != old.version + 1:
        faults.append(f"version {new.version} follows version {old.version}")
    if edition.publication is not None and before.publication is not None:
        faults += _order(edition.publication, before.publication)
    for fault in faults:
        yield _broken(fault)
    if not faults:
        yield finding(ReportFindingKind.SUPERSEDES, new=new.version, old=old.version, hash=before.digest)


def _identity(new: Document, old: Document) -> list[tuple[str, str, str]]:
    """Return what two editions have in common, by name."""
    return [
        ("kind", new.kind, old.kind),
        ("cadence", new.cadence, old.cadence),
        ("subject", f"{new.subject.kind} {new.subject.code}", f"{old.subject.kind} {old.subject.code}"),
        ("firstMonth", f"{new.first_month}", f"{old.first_month}"),
        ("lastMonth", f"{new.last_month}", f"{old.last_month}"),
    ]


def _order(new: Publication, old: Publication) -> Iterator[str]:
    if new.origin != old.origin:
        yield f"it was published in {new.origin}, the one before it in {old.origin}"
    elif new.index <= old.index:
        yield f"it was published as event {new.index}, the one that it supersedes as event {old.index}"


def _broken(reason: str) -> ReportFinding:
    return finding(ReportFindingKind.BAD_EDITION, reason=reason)
