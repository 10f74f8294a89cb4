"""A signed report verified offline: from the file and a trusted key, without service, database, network or clock.

    verdict = verify_report(file.read_bytes(), [read_public_key(line)])
    verdict.holds, verdict.told()

Signature, every number, what the report rests on, signed heads, growth, publication and editions are checked, and each
finding says in plain words what was checked and what could not be. Nothing is raised: what is wrong is a finding.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final

from proofs.errors import BadSignature
from proofs.events import time_text
from proofs.findings import Language
from proofs.keys import PublicKey
from proofs.signatures import verify_document
from reports.document import Document
from reports.reading import BadDocument, read_document
from reports.recomputing import NotADocument, recompute
from reports.rendering import heads, languages
from reports.report_findings import UNTITLED, ReportFinding, ReportFindingKind, ReportVerdict, finding
from reports.signed_reports import PURPOSE, BadSignedReport, SignedReport, read_signed_report
from reports.verifying_editions import Edition, verify_editions
from reports.verifying_heads import verify_kept, verify_one_history
from reports.verifying_histories import Histories, Publication, verify_histories

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_NUMBERS: Final = 20
"""Numbers that do not follow which are listed; where there are more, the rest is not."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as far as it could be read, and what was found of it on its own."""

    findings: tuple[ReportFinding, ...]
    edition: Edition | None = None
    histories: Histories | None = None


def verify_report(
    data: bytes, trusted: Iterable[PublicKey], earlier: Sequence[bytes] = (), kept: Sequence[bytes] = ()
) -> ReportVerdict:
    """Check a signed report, and return what was found.

    `trusted` are the keys that were handed over another way; rotations in the file lead from them to those before and
    after. `earlier` are the files of editions that it supersedes, in any order; `kept` signed heads that were kept
    outside the service.
    """
    keys = list(dict.fromkeys(trusted))
    read = _verified(data, keys)
    before = [_verified(one, keys) for one in earlier]
    if read.edition is None or read.histories is None:
        return ReportVerdict(read.findings, earlier=tuple(_verdict(one) for one in before))
    histories = [one.histories for one in before if one.histories is not None]
    findings = [
        *read.findings,
        *verify_editions(read.edition, [one.edition for one in before if one.edition is not None]),
        *verify_one_history([read.histories, *histories]),
        *verify_kept(kept, read.histories),
        finding(ReportFindingKind.NEWER_EDITION),
        finding(ReportFindingKind.NOT_IN_THE_FILE),
    ]
    return ReportVerdict(tuple(findings), _titles(read.edition), tuple(_verdict(one) for one in before))


def _verdict(read: _Read) -> ReportVerdict:
    return ReportVerdict(read.findings, _titles(read.edition) if read.edition else UNTITLED)


def _verified(data: bytes, trusted: Sequence[PublicKey]) -> _Read:
    try:
        report = read_signed_report(data)
    except BadSignedReport as error:
        return _Read((_failed(ReportFindingKind.UNREADABLE, error),))
    try:
        document = read_document(report.document)
    except BadDocument as error:
        return _Read((*_signature(report, trusted), _failed(ReportFindingKind.UNREADABLE, error)))
    digest = sha256(report.document).hexdigest()
    histories = verify_histories(report, digest, document.rests.heads, trusted)
    findings = [
        *_signature(report, histories.signers if histories.publication else trusted, document, histories.publication),
        *_numbers(report.document, document),
        *_rests(document, histories),
        *histories.findings,
        *_gaps(document),
    ]
    return _Read(tuple(findings), Edition(document, digest, histories.publication), histories)


def _signature(
    report: SignedReport,
    trusted: Iterable[PublicKey],
    document: Document | None = None,
    publication: Publication | None = None,
) -> Iterator[ReportFinding]:
    try:
        found = verify_document(report.document, report.signature, PURPOSE, trusted)
    except BadSignature as error:
        yield _failed(ReportFindingKind.BAD_SIGNATURE, error)
        return
    at = f"{found.signed_at:%Y-%m-%dT%H:%M:%SZ}"
    yield finding(ReportFindingKind.SIGNED, key=found.key.label, at=at)
    for reason in _time_faults(found.signed_at, document, publication):
        yield _failed(ReportFindingKind.BAD_TIME, reason, at=at)


def _time_faults(signed_at: datetime, document: Document | None, publication: Publication | None) -> Iterator[str]:
    """Say why a report was not signed when its signature says so, to the second: before what it tells was known, after
    its publication was recorded, or at another time than the publication names. Nobody's clock is asked.
    """
    known = _instant(document.rests.known_at) if document else None
    if document is not None and known is not None and signed_at < known.replace(microsecond=0):
        yield f"what the report tells is what was known at {document.rests.known_at}"
    if publication is None:
        return
    if signed_at > publication.recorded_at:
        yield f"the publication was recorded at {time_text(publication.recorded_at)}"
    if publication.published_at is not None and _instant(publication.published_at) != signed_at:
        yield f"the publication says {publication.published_at}"


def _numbers(content: bytes, document: Document) -> Iterator[ReportFinding]:
    """Say what of the numbers does not follow from the report's own lines, or that all do."""
    try:
        wrong = recompute(json.loads(content))
    except NotADocument as error:
        yield _failed(ReportFindingKind.BAD_NUMBER, error, where="$")
        return
    for one in wrong[:_MOST_NUMBERS]:
        yield _failed(ReportFindingKind.BAD_NUMBER, one.message, where=one.where)
    if not wrong:
        counts = {"lines": len(document.lines), "totals": len(document.totals), "tables": len(document.tables)}
        yield finding(ReportFindingKind.RECOMPUTED, **counts)
        if others := _unsummed(document):
            yield finding(ReportFindingKind.NOT_RECOMPUTED, count=others)


def _unsummed(document: Document) -> int:
    """Return how many numbers stand in tables that do not say what they are the sum of."""
    return sum(
        isinstance(cell, Decimal) and not row.adds and column.code not in (row.sums or {})
        for table in document.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    )


def _rests(document: Document, histories: Histories) -> Iterator[ReportFinding]:
    """Say what the report rests on, and what of it it does not state."""
    rests, faults = document.rests, []
    if rests.factor_release < 1:
        faults.append(("factorRelease", f"{rests.factor_release}; accepted is a number from 1 on"))
    if not _SHA256.fullmatch(rests.factor_release_hash):
        faults.append(("factorReleaseHash", f"{rests.factor_release_hash!r}; accepted are 64 digits 0-9 and a-f"))
    if not rests.method_version:
        faults.append(("methodVersion", "it is empty"))
    if not rests.basis.get("regime"):
        faults.append(("basis", "it names no regime"))
    if not rests.heads:
        faults.append(("heads", "it names none; accepted is a signed head of each history that it rests on"))
    known = _instant(rests.known_at)
    if known is None:
        faults.append(("knownAt", f"{rests.known_at!r}; accepted is an instant with its offset"))
    elif histories.publication is not None and histories.publication.recorded_at < known:
        recorded = time_text(histories.publication.recorded_at)
        faults.append(("knownAt", f"{rests.known_at} is later than the publication, which was recorded at {recorded}"))
    for name, reason in faults:
        yield _failed(ReportFindingKind.NOT_STATED, reason, name=f"rests.{name}")
    if not faults:
        release, digest = rests.factor_release, rests.factor_release_hash
        stated = {"method": rests.method_version, "known": rests.known_at}
        yield finding(ReportFindingKind.RESTS, release=release, hash=digest, **stated)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _gaps(document: Document) -> Iterator[ReportFinding]:
    if document.gaps:
        yield finding(ReportFindingKind.GAPS, count=len(document.gaps), first=document.gaps[0])


def _titles(edition: Edition) -> dict[Language, str]:
    """Return what the report is called: kind, subject, months, version."""
    document = edition.document
    found = {}
    for language in Language:
        shown = languages.Language(language.value)
        name = f"{heads.title(document, shown)}: {shown.of(document.subject.name)}"
        found[language] = f"{name}, {heads.period(document)}, v{document.version}"
    return found


def _failed(kind: ReportFindingKind, reason: object, **values: str) -> ReportFinding:
    return finding(kind, reason=str(reason), **values)
