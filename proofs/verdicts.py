"""The verdict on a history: what was found, whether it holds, and where the first bad event is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from proofs.findings import Finding, Language, Outcome

MARKS: Final = {Outcome.HELD: "✓", Outcome.OPEN: "·", Outcome.FAILED: "✗"}
"""How a finding is marked where it is printed."""
_HEAD: Final = {
    (Language.EN, True): "The history {origin} holds. Events proved: {proved}.",
    (Language.EN, False): "The history {origin} DOES NOT HOLD.",
    (Language.ZH, True): "历史 {origin} 成立：已证明 {proved} 个事件。",
    (Language.ZH, False): "历史 {origin} 不成立。",
}
_ALIKE: Final = {
    Language.EN: "… and {count} more like this, up to the next:",
    Language.ZH: "…… 另有 {count} 项同类结果，直至下一行：",
}
_MOST_ALIKE: Final = 3
"""Findings of one kind, one after the other, that are all told where they held: a year may have thousands of heads."""
_EXACT: Final = {
    Language.EN: "First bad index: {first}.",
    Language.ZH: "第一个有问题的序号：{first}。",
}
_RANGE: Final = {
    Language.EN: "First bad index: from {first} to {last}; a checkpoint or a copy kept in between would say which.",
    Language.ZH: "第一个有问题的序号：在 {first} 与 {last} 之间；其间的检查点或所保存的副本可进一步确定。",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of the history `origin`: a signed checkpoint proves its first `proved` leaf hashes."""

    origin: str
    findings: tuple[Finding, ...]
    proved: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return all(finding.outcome is not Outcome.FAILED for finding in self.findings)

    @property
    def first_bad(self) -> tuple[int, int] | None:
        """Between which indexes, both included, the first bad event lies; equal where it is known. None without a
        place.
        """
        spans = [finding.span for finding in self.findings if finding.span is not None]
        if not spans:
            return None
        return min(first for first, _ in spans), min(last for _, last in spans)

    @property
    def first_bad_index(self) -> int | None:
        """The first bad index, where it is known exactly."""
        found = self.first_bad
        return found[0] if found is not None and found[0] == found[1] else None

    def told(self, language: Language = Language.EN) -> tuple[str, ...]:
        """Return the lines that a command prints: the verdict, each finding with its mark, the first bad index."""
        lines = self.told_findings(language)
        if self.first_bad is None:
            return lines
        first, last = self.first_bad
        return *lines, (_EXACT if first == last else _RANGE)[language].format(first=first, last=last)

    def told_findings(self, language: Language = Language.EN) -> tuple[str, ...]:
        """Return the verdict, and the findings with their marks; of many alike that held, the first and the last."""
        head = _HEAD[language, self.holds].format(origin=self.origin, proved=self.proved)
        runs = groupby(self.findings, key=lambda finding: (finding.kind, finding.values.get("keys")))
        return head, *(line for _, run in runs for line in _told_run(tuple(run), language))


def _told_run(run: Sequence[Finding], language: Language) -> Iterator[str]:
    """Say findings of one kind."""
    is_folded = run[0].outcome is Outcome.HELD and len(run) > _MOST_ALIKE
    for finding in (run[0], run[-1]) if is_folded else run:
        if is_folded and finding is run[-1]:
            yield f"{MARKS[Outcome.HELD]} {_ALIKE[language].format(count=len(run) - 2)}"
        yield f"{MARKS[finding.outcome]} {finding.told(language)}"
