"""A growing history against what is kept of it outside: signed checkpoints, and a copy of its leaf hashes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from proofs.checkpoints import Checkpoint
from proofs.findings import Finding, FindingKind
from proofs.merkle import joined, push


class HeadComparison:
    """Grows the tree leaf by leaf and compares its root wherever a checkpoint lies.

    Two trees grow, of the recorded leaf hashes and of those that texts and salts give: where only one of a text and its
    hash was changed, the other still leads to the root of the next checkpoint, which says which one it was.
    """

    def __init__(self, heads: Iterable[Checkpoint]) -> None:
        self._roots: dict[int, list[bytes]] = defaultdict(list)
        for head in heads:
            if head.root not in self._roots[head.size]:
                self._roots[head.size].append(head.root)
        self._size = 0
        self._recorded: list[bytes] = []
        self._computed = self._recorded
        self._held: list[int] = []
        self._has_failed = False

    @property
    def proved(self) -> int:
        """How many leaf hashes are under the root of a checkpoint."""
        return self._held[-1] if self._held else 0

    def start(self) -> list[Finding]:
        """Return what the checkpoints say before the first event: none at all, two histories, an empty one."""
        if not self._roots:
            return [Finding(FindingKind.NO_CHECKPOINT)]
        findings = [
            Finding(FindingKind.TWO_ROOTS, {"size": size, "one": roots[0].hex(), "other": roots[1].hex()})
            for size, roots in sorted(self._roots.items())
            if len(roots) > 1
        ]
        return findings + self._compared(0)

    def grow(self, recorded: bytes, computed: bytes, sure: int) -> list[Finding]:
        """Add a leaf as recorded and as computed; the first `sure` leaves are known to be right from elsewhere."""
        if self._computed is self._recorded and computed != recorded:
            self._computed = list(self._recorded)
        push(self._recorded, self._size, recorded)
        if self._computed is not self._recorded:
            push(self._computed, self._size, computed)
        self._size += 1
        return self._compared(sure)

    def end(self, *, is_complete: bool) -> list[Finding]:
        """Return between which checkpoints the history grew, which of them it does not reach, and what none proves."""
        pairs = zip(self._held, self._held[1:], strict=False)
        findings = [Finding(FindingKind.GREW, {"old": old, "new": new}) for old, new in pairs]
        beyond = sorted(size for size in self._roots if size > self._size)
        if beyond and is_complete:
            cut: dict[str, str | int] = {"index": self._size, "size": beyond[0]}
            findings.append(Finding(FindingKind.ENDS_EARLY, cut, (self._size, self._size)))
        findings += self._unproved(is_newest=is_complete and not beyond)
        return findings + [_not_compared(size) for size in (beyond[1:] if is_complete else beyond)]

    def _unproved(self, *, is_newest: bool) -> list[Finding]:
        if self._has_failed or not self._roots or self._size == self.proved:
            return []
        kind = FindingKind.NOT_COVERED if is_newest else FindingKind.NOT_PROVED
        return [Finding(kind, {"first": self.proved, "last": self._size - 1})]

    def _compared(self, sure: int) -> list[Finding]:
        roots = self._roots.get(self._size)
        if roots is None:
            return []
        if self._has_failed:
            return [_not_compared(self._size)]
        if joined(self._recorded) in roots:
            return [self._hold(FindingKind.RECORDED_HASHES_FIT, self._recorded)]
        if joined(self._computed) in roots:
            return [self._hold(FindingKind.TEXTS_FIT, self._computed)]
        return [self._fail(roots[0], sure)]

    def _hold(self, kind: FindingKind, peaks: list[bytes]) -> Finding:
        if self._computed is self._recorded:
            kind = FindingKind.ROOT_HOLDS
        self._held.append(self._size)
        self._recorded = self._computed = peaks
        return Finding(kind, {"size": self._size})

    def _fail(self, said: bytes, sure: int) -> Finding:
        self._has_failed = True
        first, last = max(self.proved, sure if sure < self._size else 0), self._size - 1
        values: dict[str, str | int] = {
            "size": self._size,
            "found": joined(self._recorded).hex(),
            "said": said.hex(),
            "first": first,
            "last": last,
        }
        return Finding(FindingKind.ROOT_DIFFERS, values, (first, last))


class CopyComparison:
    """Compares leaf hashes with those of an earlier export, as far as both go."""

    def __init__(self, kept: Sequence[bytes]) -> None:
        self._kept = kept
        self.same = 0
        self._has_failed = False

    def compare(self, index: int, leaf: bytes) -> list[Finding]:
        """Compare the leaf recorded at `index`, until one differs."""
        if self._has_failed or index >= len(self._kept):
            return []
        if leaf == self._kept[index]:
            self.same = index + 1
            return []
        self._has_failed = True
        values: dict[str, str | int] = {"index": index, "found": leaf.hex(), "kept": self._kept[index].hex()}
        return [Finding(FindingKind.COPY_DIFFERS, values, (index, index))]

    def end(self, *, is_complete: bool) -> list[Finding]:
        """Return that the copy is the history's start, or that the history ends before it."""
        kept = len(self._kept)
        if not kept or self._has_failed:
            return []
        if self.same == kept:
            return [Finding(FindingKind.COPY_HOLDS, {"count": kept})]
        if not is_complete:
            return []
        return [Finding(FindingKind.COPY_IS_LONGER, {"index": self.same, "size": kept}, (self.same, self.same))]


def _not_compared(size: int) -> Finding:
    return Finding(FindingKind.NOT_COMPARED, {"size": size})
