"""Signed heads against each other: those of several files, and those that were kept outside."""

from collections.abc import Iterator, Sequence

from proofs.checkpoints import Checkpoint, stated_checkpoint
from proofs.errors import BadNote
from reports.report_findings import ReportFinding, ReportFindingKind, finding
from reports.verifying_histories import Histories


def verify_one_history(found: Sequence[Histories]) -> Iterator[ReportFinding]:
    """Say where two signed heads of one size of one history differ."""
    seen: dict[tuple[str, int], Checkpoint] = {}
    for head in (head for histories in found for head in histories.heads):
        yield from _compared(seen.setdefault((head.origin, head.size), head), head)


def verify_kept(kept: Sequence[bytes], histories: Histories) -> Iterator[ReportFinding]:
    """Compare each head that was kept with those of its history, where there is one of its size."""
    known = {(head.origin, head.size): head for head in histories.heads}
    for note in kept:
        try:
            origin = stated_checkpoint(note).origin
        except BadNote as error:
            yield finding(ReportFindingKind.BAD_HEAD, origin="?", reason=str(error))
            continue
        yield from _kept(note, origin, histories, known)


def _kept(
    note: bytes, origin: str, histories: Histories, known: dict[tuple[str, int], Checkpoint]
) -> Iterator[ReportFinding]:
    if origin not in histories.tenures:
        reason = "it was kept, and the report does not rest on this history"
        yield finding(ReportFindingKind.BAD_HEAD, origin=origin, reason=reason)
        return
    try:
        head = histories.opened(note, origin).checkpoint
    except BadNote as error:
        yield finding(ReportFindingKind.BAD_HEAD, origin=origin, reason=str(error))
        return
    other = known.get((origin, head.size))
    if other is None:
        yield finding(ReportFindingKind.KEPT_NOT_COMPARED, origin=origin, size=head.size)
    elif other.root == head.root:
        yield finding(ReportFindingKind.KEPT_HOLDS, origin=origin, size=head.size)
    else:
        yield from _compared(other, head)


def _compared(one: Checkpoint, other: Checkpoint) -> Iterator[ReportFinding]:
    if one.root != other.root:
        roots = {"one": one.root.hex(), "other": other.root.hex()}
        yield finding(ReportFindingKind.TWO_ROOTS, origin=one.origin, size=one.size, **roots)
