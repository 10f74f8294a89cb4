"""Verifying a history offline: an export against signed checkpoints, or two checkpoints against each other.

What can be said of the place of a change depends on what is at hand. A line whose text, salt, hash or position does not
fit the line itself is named exactly, and so is the end of a history that was cut off. Whoever rewrites all of that too
is caught by the next checkpoint, which gives a range from the checkpoint before; an older copy of the leaf hashes makes
it exact.
"""

from collections.abc import Iterable, Sequence

from proofs.checkpoints import Checkpoint, open_checkpoint, stated_checkpoint
from proofs.errors import BadNote, BadProof
from proofs.findings import Finding, FindingKind
from proofs.log_walk import LogWalk
from proofs.merkle import verify_consistency
from proofs.rotations import Tenure, keys_at
from proofs.verdicts import Verdict


def verify_log(
    lines: Iterable[bytes],
    checkpoints: Iterable[bytes],
    origin: str,
    trusted: Sequence[Tenure],
    kept: Sequence[bytes] = (),
) -> Verdict:
    """Check an exported history against signed checkpoints, and name the first bad index.

    `lines` are those of `exports`, read once and never held; `checkpoints` notes of any age, in any order, the ones
    that were kept outside the service above all; `trusted` from `rotations.tenures`; `kept` the leaf hashes of an
    earlier export, in order, if the verifier kept one. Nothing is raised: what is wrong is a finding.
    """
    heads, findings = _opened(checkpoints, origin, trusted)
    walk = LogWalk(heads, kept)
    for line in lines:
        walk.read(line)
    walk.end()
    return Verdict(origin, (*findings, *walk.findings), walk.proved)


def verify_growth(old: bytes, new: bytes, proof: Sequence[bytes], origin: str, trusted: Sequence[Tenure]) -> Verdict:
    """Check that the history of the checkpoint `new` starts with that of `old`, by a consistency proof and without its
    events.

    Nothing is raised: what is wrong is a finding.
    """
    heads, findings = _opened((old, new), origin, trusted)
    if len(heads) < 2:
        return Verdict(origin, tuple(findings))
    before, after = heads
    sizes = {"old": before.size, "new": after.size}
    try:
        verify_consistency(before.size, before.root, after.size, after.root, proof)
    except BadProof as error:
        findings.append(Finding(FindingKind.DID_NOT_GROW, {**sizes, "reason": str(error)}))
        return Verdict(origin, tuple(findings))
    findings.append(Finding(FindingKind.GREW, sizes))
    return Verdict(origin, tuple(findings), after.size)


def _opened(notes: Iterable[bytes], origin: str, trusted: Sequence[Tenure]) -> tuple[list[Checkpoint], list[Finding]]:
    """Return the checkpoints that a key signed which may sign a head of that size, in the order given, and what was
    found.
    """
    heads: list[Checkpoint] = []
    findings: list[Finding] = []
    for number, note in enumerate(notes, 1):
        try:
            opened = open_checkpoint(note, origin, keys_at(trusted, stated_checkpoint(note).size))
        except BadNote as error:
            findings.append(Finding(FindingKind.BAD_CHECKPOINT, {"number": number, "reason": str(error)}))
            continue
        heads.append(opened.checkpoint)
        keys = ", ".join(key.label for key in opened.signers)
        findings.append(Finding(FindingKind.SIGNED, {"size": opened.checkpoint.size, "keys": keys}))
    return heads, findings
