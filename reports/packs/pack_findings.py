"""What the verifier of an evidence pack can find, in plain words, English and Chinese, and the verdict on it.

A reason that a reader of proofs gives stays in English in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from proofs.findings import Language, Outcome, Worded, Wording, failed, held, left_open
from proofs.verdicts import MARKS, Verdict
from reports.report_findings import ReportVerdict, shown


class PackFindingKind(StrEnum):
    """What can be found of a pack. `WORDS` says each in both languages."""

    FILES_HOLD = "FILES_HOLD"
    HISTORY_FITS = "HISTORY_FITS"
    ROWS_HOLD = "ROWS_HOLD"
    SHEETS_HOLD = "SHEETS_HOLD"
    FACTORS_HOLD = "FACTORS_HOLD"
    LEFT_OUT = "LEFT_OUT"
    NO_HISTORY = "NO_HISTORY"
    OLD_FORM = "OLD_FORM"
    PARTIAL = "PARTIAL"
    OTHER_POSTINGS = "OTHER_POSTINGS"
    NAMES_NOT_COMPARED = "NAMES_NOT_COMPARED"
    NOT_COMPARED = "NOT_COMPARED"
    FACTORS_NOT_COMPARED = "FACTORS_NOT_COMPARED"
    MORE = "MORE"
    UNREADABLE = "UNREADABLE"
    BAD_FILE = "BAD_FILE"
    NOT_SEALED = "NOT_SEALED"
    BATCH_DIFFERS = "BATCH_DIFFERS"
    BAD_ROW = "BAD_ROW"


WORDS: Final[Mapping[PackFindingKind, Wording]] = {
    PackFindingKind.FILES_HOLD: held(
        "Files: {count}; each is the one that the manifest names, and there is no other.",
        "共 {count} 个文件，均为清单所列的文件，且没有其他文件。",
    ),
    PackFindingKind.HISTORY_FITS: held(
        "The history of {tenant} is there up to the head of {size} events that the report's own file ends with.",
        "租户 {tenant} 的历史完整至报告文件所载的含 {size} 个事件的检查点。",
    ),
    PackFindingKind.ROWS_HOLD: held(
        "{file}: rows of {batches} postings, {count} of them in the report's months, give the digests that the history "
        "of their tenant has.",
        "{file}：{batches} 次填报的各行（其中 {count} 行属于报告月份）得出的摘要与该租户历史中的一致。",
    ),
    PackFindingKind.SHEETS_HOLD: held(
        "{file}: lines {count}; each says what the history says.", "{file}：共 {count} 行，均与历史所载一致。"
    ),
    PackFindingKind.FACTORS_HOLD: held(
        "{file}: factors {count}; each is that of the factor release {release} ({hash}), which is here, or of the "
        "report's own table.",
        "{file}：共 {count} 个排放因子，均与本机所载的第 {release} 号因子发布版（{hash}）或报告自身的因子表一致。",
    ),
    PackFindingKind.LEFT_OUT: left_open("The pack says that it does not have: {what}", "证据包载明未包含：{what}"),
    PackFindingKind.NO_HISTORY: left_open(
        "The history of {tenant} is not in the pack: what was posted by it was not compared.",
        "证据包中没有租户 {tenant} 的历史：其填报数据未作比较。",
    ),
    PackFindingKind.OLD_FORM: left_open(
        "The rows were NOT compared with the history: a pack of the form {form} does not have all that is hashed of a "
        "row. A service of this release makes the pack again with it.",
        "各行未与历史比较：{form} 形式的证据包不含行摘要所需的全部内容；可由本版本的服务重新生成证据包。",
    ),
    PackFindingKind.PARTIAL: left_open(
        "{file}, lines {first} to {last}: NOT compared, as the pack says that rows of the posting {recording} were "
        "archived.",
        "{file} 第 {first} 至 {last} 行未作比较：证据包载明填报 {recording} 的部分行已归档。",
    ),
    PackFindingKind.OTHER_POSTINGS: left_open(
        "{file}: postings in the history of {tenant}, known at the report's instant, of which no row is in the pack: "
        "{count}. That they have none in the report's months is not shown here.",
        "{file}：租户 {tenant} 的历史中另有 {count} 次在报告时点已知的填报，其各行不在证据包中："
        "此处无法证明其不含报告月份的数据。",
    ),
    PackFindingKind.NAMES_NOT_COMPARED: left_open(
        "{file}: codes of sites and sources that no event shows in full were not compared: {count}.",
        "{file}：有 {count} 个站点或来源的代码未在任何事件中完整载明，未作比较。",
    ),
    PackFindingKind.NOT_COMPARED: left_open("{file} was not compared: {reason}", "{file} 未作比较：{reason}"),
    PackFindingKind.FACTORS_NOT_COMPARED: left_open(
        "{file} was not compared: the factor release {release} ({hash}) that the report names does not ship with this "
        "Parkledger.",
        "{file} 未作比较：报告所用的第 {release} 号因子发布版（{hash}）未随本版 Parkledger 提供。",
    ),
    PackFindingKind.MORE: left_open("{file}: faults not listed: {count}.", "{file}：另有 {count} 处错误未列出。"),
    PackFindingKind.UNREADABLE: failed("It is no evidence pack: {reason}", "这不是证据包：{reason}"),
    PackFindingKind.BAD_FILE: failed("{file} is not accepted: {reason}", "{file} 不被接受：{reason}"),
    PackFindingKind.NOT_SEALED: failed(
        "{file}, lines {first} to {last}: no event of the history of {tenant} says that the posting {recording} was "
        "recorded. The rows were added, or are not sealed up to this head, or the event was erased.",
        "{file} 第 {first} 至 {last} 行：租户 {tenant} 的历史中没有记录填报 {recording} 的事件。"
        "这些行系后来添加、尚未封存至此检查点，或其事件已被抹除。",
    ),
    PackFindingKind.BATCH_DIFFERS: failed(
        "{file}, lines {first} to {last}: the rows of the posting {recording} are not those of event {index}: {reason}",
        "{file} 第 {first} 至 {last} 行：填报 {recording} 的各行与第 {index} 号事件不符：{reason}",
    ),
    PackFindingKind.BAD_ROW: failed("{file}, line {line}: {reason}", "{file} 第 {line} 行：{reason}"),
}


@dataclass(frozen=True, slots=True)
class PackFinding(Worded):
    """One thing found, with the `values` of its sentence."""

    kind: PackFindingKind
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def wording(self) -> Wording:
        """Its outcome and its sentence."""
        return WORDS[self.kind]


def finding(kind: PackFindingKind, **values: str | int) -> PackFinding:
    """Return a finding with the values of its sentence."""
    return PackFinding(kind, values)


_HEAD: Final = {
    Language.EN: (
        "The evidence pack DOES NOT HOLD.",
        "The evidence pack HOLDS, BUT NOT ALL OF IT WAS COMPARED WITH THE HISTORY.",
        "The evidence pack HOLDS.",
    ),
    Language.ZH: ("证据包不成立。", "证据包成立，但并非全部内容都与历史作了比较。", "证据包成立。"),
}
_LACKING: Final = frozenset({
    PackFindingKind.NO_HISTORY, PackFindingKind.OLD_FORM, PackFindingKind.PARTIAL, PackFindingKind.NOT_COMPARED,
})  # fmt: skip
"""Findings after which something that was posted and is in the pack, or belongs into it, was not compared."""


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """What was found of a pack, and the verdicts on its report and on the histories that are there."""

    findings: tuple[PackFinding, ...]
    report: ReportVerdict | None = None
    histories: tuple[Verdict, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing failed, in its parts neither."""
        found = all(finding.outcome is not Outcome.FAILED for finding in self.findings)
        return found and self.report is not None and self.report.holds and all(one.holds for one in self.histories)

    @property
    def is_compared(self) -> bool:
        """Whether all that was posted could be compared with the history."""
        return not any(finding.kind in _LACKING for finding in self.findings)

    def told(self, language: Language = Language.EN) -> tuple[str, ...]:
        """Return the lines that a command prints: the verdict and each finding with its mark, then the parts. What a
        file says stays within its line and moves no cursor.
        """
        head = _HEAD[language][self.holds + (self.holds and self.is_compared)]
        lines = [head, *(f"{MARKS[one.outcome]} {one.told(language)}" for one in self.findings)]
        of_report = self.report.told(language) if self.report else ()
        of_histories = [line for one in self.histories for line in one.told(language)]
        return tuple(shown(line) for line in (*lines, *of_report, *of_histories))
