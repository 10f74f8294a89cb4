"""A published report packed as one file, with its signature and the proofs that it is in the history."""

from ledger.reports.proofs import GrownHistory, ReportProof
from ledger.reports.published import PublishedReport
from proofs.exports import ExportedEvent
from reports.signed_reports import HistoryProof, PublicationProof, signed_report


def packed(report: PublishedReport, content: bytes, proof: ReportProof) -> bytes:
    """Return the signed report file of canonical bytes; raises `BadSignedReport` where the parts do not fit."""
    histories = [_history(one) for one in proof.histories]
    return signed_report(content, report.signature, histories, proof.rotations)


def _history(one: GrownHistory) -> HistoryProof:
    before = None if one.before is None else one.before.encode()
    return HistoryProof(one.origin, before, one.after.encode(), tuple(one.consistency), _publication(one))


def _publication(one: GrownHistory) -> PublicationProof | None:
    if one.event is None:
        return None
    text = None if one.event.text is None else one.event.text.encode()
    event = ExportedEvent(one.event.index, one.event.leaf, one.event.salt, text)
    return PublicationProof(event, tuple(one.inclusion))
