"""A published report, verified: what was found of it, told by kinds."""

from proofs.findings import Outcome
from reports.report_findings import ReportFindingKind, ReportVerdict
from reports.verifying import verify_report
from tests.reports.signing import key, published

Kind = ReportFindingKind
MADE = published()


def verified(data: bytes, *earlier: bytes, kept: tuple[bytes, ...] = ()) -> ReportVerdict:
    """Return the verdict on a file under the key of the log."""
    return verify_report(data, [key().public], earlier, kept)


def failed(verdict: ReportVerdict) -> list[ReportFindingKind]:
    """Return what failed; the verdict holds where nothing did."""
    found = [finding.kind for finding in verdict.findings if finding.outcome is Outcome.FAILED]
    assert verdict.holds is not bool(found)
    return found


def reason(verdict: ReportVerdict, kind: ReportFindingKind) -> str:
    """Return the reason that a finding gives."""
    return str(next(finding.values["reason"] for finding in verdict.findings if finding.kind is kind))


def kinds(verdict: ReportVerdict) -> list[ReportFindingKind]:
    """Return every finding."""
    return [finding.kind for finding in verdict.findings]
