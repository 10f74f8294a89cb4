"""One walk along an exported history: form, hash and position of each line; `log_heads` judges what they make."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from proofs.checkpoints import Checkpoint
from proofs.errors import BadEvent
from proofs.events import read_event
from proofs.exports import ExportedEvent, read_line
from proofs.findings import Finding, FindingKind
from proofs.log_heads import CopyComparison, HeadComparison

MAX_FAULTS: Final = 100
"""Faults of single lines that are listed; the rest are counted."""


class LogWalk:
    """Reads the lines in order, then ends; `findings` and `proved` say what came of it.

    After a line that is unreadable or out of place nothing later has a position, so no root is compared any more; texts
    and hashes still are.
    """

    def __init__(self, heads: Iterable[Checkpoint], kept: Sequence[bytes] = ()) -> None:
        self._heads = HeadComparison(heads)
        self._copy = CopyComparison(kept)
        self.findings: list[Finding] = self._heads.start()
        self._lines = self._next = self._faults = 0
        self._is_complete = self._are_sound = True
        self._erased: list[int] = []
        self._tenant: UUID | None = None

    @property
    def proved(self) -> int:
        """How many leaf hashes are under the root of a checkpoint."""
        return self._heads.proved

    def read(self, line: bytes) -> None:
        """Take in the next line."""
        wanted = self._next
        self._lines, self._next = self._lines + 1, wanted + 1
        try:
            entry = read_line(line)
        except BadEvent as error:
            self._fault(FindingKind.UNREADABLE_LINE, wanted, line=self._lines, reason=str(error))
            self._is_complete = self._are_sound = False
            return
        self._place(entry.index, wanted)
        computed = entry.computed_leaf()
        self._check(entry, computed)
        if self._is_complete:
            self.findings += self._copy.compare(entry.index, entry.leaf)
            self.findings += self._heads.grow(entry.leaf, computed, self._copy.same)

    def end(self) -> None:
        """Say what held of the whole, and what the checkpoints prove of it."""
        self._add_sums()
        self.findings += self._copy.end(is_complete=self._is_complete)
        self.findings += self._heads.end(is_complete=self._is_complete)
        if self._faults > MAX_FAULTS:
            self._add(FindingKind.MORE, count=self._faults - MAX_FAULTS)

    def _place(self, found: int, wanted: int) -> None:
        if self._is_complete and found != wanted:
            self._fault(FindingKind.OUT_OF_PLACE, min(found, wanted), wanted=wanted, found=found, line=self._lines)
            self._is_complete = False
        self._next = found + 1

    def _check(self, entry: ExportedEvent, computed: bytes) -> None:
        if entry.text is None:
            self._erased.append(entry.index)
        elif computed != entry.leaf:
            self._are_sound = False
            self._fault(FindingKind.LEAF_DIFFERS, entry.index, found=computed.hex(), recorded=entry.leaf.hex())
        else:
            self._check_text(entry.index, entry.text)

    def _check_text(self, index: int, text: bytes) -> None:
        try:
            tenant = read_event(text).tenant
        except BadEvent as error:
            self._fault(FindingKind.BAD_EVENT, index, reason=str(error))
            return
        self._tenant = self._tenant or tenant
        if tenant != self._tenant:
            self._fault(FindingKind.OTHER_TENANT, index, found=str(tenant), tenant=str(self._tenant))

    def _add_sums(self) -> None:
        if self._are_sound:
            self._add(FindingKind.EVENTS_HOLD, count=self._lines - len(self._erased))
        if self._erased:
            self._add(FindingKind.ERASED, count=len(self._erased), first=self._erased[0])
        if self._is_complete and self._lines:
            self._add(FindingKind.ORDER_HOLDS, last=self._lines - 1)

    def _add(self, kind: FindingKind, **values: str | int) -> None:
        self.findings.append(Finding(kind, values))

    def _fault(self, kind: FindingKind, index: int, **values: str | int) -> None:
        self._faults += 1
        if self._faults <= MAX_FAULTS:
            self.findings.append(Finding(kind, {"index": index, **values}, (index, index)))
