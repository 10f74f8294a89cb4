"""What the verifier of a signed report can find, in plain words, English and Chinese, and the verdict on it.

The words of what held, failed or is not proved are those of `proofs.findings`; a reason that a reader of proofs or the
recomputation gives stays in English in both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from proofs.findings import Language, Outcome, Worded, Wording, failed, held, left_open
from proofs.verdicts import MARKS


class ReportFindingKind(StrEnum):
    """What can be found of a signed report. `WORDS` says each in both languages."""

    SIGNED = "SIGNED"
    RECOMPUTED = "RECOMPUTED"
    RESTS = "RESTS"
    HEADS_SIGNED = "HEADS_SIGNED"
    GREW = "GREW"
    PUBLISHED = "PUBLISHED"
    FIRST_EDITION = "FIRST_EDITION"
    SUPERSEDES = "SUPERSEDES"
    KEPT_HOLDS = "KEPT_HOLDS"
    RENDERING_HOLDS = "RENDERING_HOLDS"
    NOT_RECOMPUTED = "NOT_RECOMPUTED"
    NOT_IN_THE_FILE = "NOT_IN_THE_FILE"
    NEWER_EDITION = "NEWER_EDITION"
    GAPS = "GAPS"
    EARLIER_NOT_GIVEN = "EARLIER_NOT_GIVEN"
    KEPT_NOT_COMPARED = "KEPT_NOT_COMPARED"
    OTHER_SIGNATURES = "OTHER_SIGNATURES"
    UNREADABLE = "UNREADABLE"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    BAD_TIME = "BAD_TIME"
    BAD_HEAD = "BAD_HEAD"
    BAD_ROTATION = "BAD_ROTATION"
    DID_NOT_GROW = "DID_NOT_GROW"
    OTHER_HEADS = "OTHER_HEADS"
    BAD_PUBLICATION = "BAD_PUBLICATION"
    BAD_NUMBER = "BAD_NUMBER"
    NOT_STATED = "NOT_STATED"
    BAD_EDITION = "BAD_EDITION"
    TWO_ROOTS = "TWO_ROOTS"
    BAD_RENDERING = "BAD_RENDERING"
    OTHER_RENDERING = "OTHER_RENDERING"


WORDS: Final[Mapping[ReportFindingKind, Wording]] = {
    ReportFindingKind.SIGNED: held(
        "The report is signed by {key}, exactly as it stands here; the signature says that it was made at {at}.",
        "报告由 {key} 签名，内容与签名时完全一致；签名所载时间为 {at}。",
    ),
    ReportFindingKind.RECOMPUTED: held(
        "The numbers were computed again from the report's own lines, to the last digit: each line is its product, "
        "each total and each cell that says what it is the sum of is that sum. Lines: {lines}; totals: {totals}; "
        "tables: {tables}.",
        "已根据报告自身各行重新计算至最后一位：每一行等于其各项之积，每个合计及每个载明其构成的单元格等于其所述之和。"
        "行数：{lines}；合计数：{totals}；表数：{tables}。",
    ),
    ReportFindingKind.RESTS: held(
        "It states what it rests on: factor release {release} with the SHA-256 {hash}, method version {method}, what "
        "was known at {known}.",
        "报告载明其依据：因子版本 {release}（SHA-256 为 {hash}）、方法版本 {method}、截至 {known} 的已知数据。",
    ),
    ReportFindingKind.HEADS_SIGNED: held(
        "It rests on the signed heads of {count} histories, which the report itself names.",
        "报告依据 {count} 份历史的已签名检查点，报告正文载明了这些检查点。",
    ),
    ReportFindingKind.GREW: held(
        "Histories that only grew since, {count} of them: {old} events in all then, {new} in the later signed heads.",
        "此后只有追加的历史有 {count} 份：当时共 {old} 个事件，较晚的已签名检查点中共 {new} 个。",
    ),
    ReportFindingKind.PUBLISHED: held(
        "The publication is event {index} of {origin}, recorded at {at}, and names this report by its SHA-256 {hash}.",
        "发布记录是 {origin} 的第 {index} 号事件，记录于 {at}，并以 SHA-256 {hash} 指明本报告。",
    ),
    ReportFindingKind.FIRST_EDITION: held(
        "It is the first edition and supersedes none.", "这是第一版，不取代任何报告。"
    ),
    ReportFindingKind.SUPERSEDES: held(
        "Version {new} supersedes version {old}, the report with the SHA-256 {hash}, which was published before it.",
        "第 {new} 版取代第 {old} 版，即 SHA-256 为 {hash} 的报告；后者发布在前。",
    ),
    ReportFindingKind.KEPT_HOLDS: held(
        "The head of {size} events that was kept is the one of {origin} here.",
        "所保存的含 {size} 个事件的检查点与此处 {origin} 的检查点一致。",
    ),
    ReportFindingKind.RENDERING_HOLDS: held(
        "{name} is this report: made again as {form}, it has the same bytes.",
        "{name} 即本报告：重新生成的 {form} 与其逐字节一致。",
    ),
    ReportFindingKind.NOT_RECOMPUTED: left_open(
        "Numbers in tables that do not say what they are the sum of, and were not computed again: {count}.",
        "表中有 {count} 个数值未载明其构成，未重新计算。",
    ),
    ReportFindingKind.NOT_IN_THE_FILE: left_open(
        "Not in this file: that the lines are what was posted, that the factor release has the factors of the lines, "
        "and that what was posted is true. `parkledger verify pack` compares an evidence pack's rows with the history, "
        "`parkledger verify log` and `parkledger check` the ledger's.",
        "本文件无法证明：各行即为所填报的数据、因子版本含有各行所用的因子、所填报的数据属实。"
        "`parkledger verify pack` 可将证据包各行与历史比较，`parkledger verify log` 与 `parkledger check` 可核对账本。",
    ),
    ReportFindingKind.NEWER_EDITION: left_open(
        "Whether a newer edition supersedes it is not in this file: ask where it was published.",
        "是否已被更新的版本取代，本文件无法证明：请向发布方查询。",
    ),
    ReportFindingKind.GAPS: left_open(
        "The report states gaps itself: {count}, the first: {first}", "报告自身载明 {count} 处缺口，第一处：{first}"
    ),
    ReportFindingKind.EARLIER_NOT_GIVEN: left_open(
        "Version {version} supersedes the report with the SHA-256 {hash}, which was not given.",
        "第 {version} 版取代 SHA-256 为 {hash} 的报告，而该报告未提供。",
    ),
    ReportFindingKind.KEPT_NOT_COMPARED: left_open(
        "The head of {size} events of {origin} that was kept was not compared: no head here has its size. "
        "`parkledger verify log --from` compares it with the whole history.",
        "所保存的 {origin} 含 {size} 个事件的检查点未作比较：此处没有相同大小的检查点。"
        "`parkledger verify log --from` 可将其与完整历史比较。",
    ),
    ReportFindingKind.OTHER_SIGNATURES: left_open(
        "Signatures of keys that are not trusted here were not checked: {count}.",
        "有 {count} 个签名来自此处未受信任的密钥，未作核对。",
    ),
    ReportFindingKind.UNREADABLE: failed("It is no signed report: {reason}", "这不是已签名的报告：{reason}"),
    ReportFindingKind.BAD_SIGNATURE: failed(
        "The signature of the report is not accepted: {reason}", "报告的签名不被接受：{reason}"
    ),
    ReportFindingKind.BAD_TIME: failed(
        "The signature says that it was made at {at}, which cannot be: {reason}",
        "签名所载时间为 {at}，与记录不符：{reason}",
    ),
    ReportFindingKind.BAD_HEAD: failed(
        "A head of {origin} is not accepted: {reason}", "{origin} 的一个检查点不被接受：{reason}"
    ),
    ReportFindingKind.BAD_ROTATION: failed(
        "The keys of {origin} are not accepted: {reason}", "{origin} 的密钥不被接受：{reason}"
    ),
    ReportFindingKind.DID_NOT_GROW: failed(
        "It is not shown that {origin} only grew: {reason}", "未能证明 {origin} 只有追加：{reason}"
    ),
    ReportFindingKind.OTHER_HEADS: failed(
        "The heads that the report says it rests on are not those of the proofs: {reason}",
        "报告所载的检查点与证明中的检查点不符：{reason}",
    ),
    ReportFindingKind.BAD_PUBLICATION: failed(
        "The publication is not proved: {reason}", "未能证明该报告的发布：{reason}"
    ),
    ReportFindingKind.BAD_NUMBER: failed(
        "A number does not follow, {where}: {reason}", "有数值不成立，位置 {where}：{reason}"
    ),
    ReportFindingKind.NOT_STATED: failed(
        "The report does not state {name} as it must: {reason}", "报告未按要求载明 {name}：{reason}"
    ),
    ReportFindingKind.BAD_EDITION: failed(
        "The chain of editions does not hold: {reason}", "版本之间的取代关系不成立：{reason}"
    ),
    ReportFindingKind.TWO_ROOTS: failed(
        "Two signed heads of {size} events of {origin} have different roots, {one} and {other}: two histories were "
        "shown.",
        "{origin} 有两个含 {size} 个事件的已签名检查点，其根哈希不同（{one} 与 {other}）：曾出示过两份不同的历史。",
    ),
    ReportFindingKind.BAD_RENDERING: failed("{name} is not this report: {reason}", "{name} 不是本报告：{reason}"),
    ReportFindingKind.OTHER_RENDERING: failed(
        "{name} is not shown to be this report: made again as {form} with {tools} it has {made} bytes and others than "
        "these {count}. Either it was changed, or another release of Parkledger or of those libraries made it: fetch "
        "it again, or verify it with that release.",
        "未能证明 {name} 即本报告：以 {tools} 重新生成的 {form} 为 {made} 字节，与所给的 {count} 字节不同。"
        "其或被修改，或由 Parkledger 或上述库的其他版本生成：请重新下载，或以该版本验证。",
    ),
}


@dataclass(frozen=True, slots=True)
class ReportFinding(Worded):
    """One thing found, with the `values` of its sentence."""

    kind: ReportFindingKind
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def wording(self) -> Wording:
        """Its outcome and its sentence."""
        return WORDS[self.kind]


def finding(kind: ReportFindingKind, **values: str | int) -> ReportFinding:
    """Return a finding with the values of its sentence."""
    return ReportFinding(kind, values)


_HEAD: Final = {
    (Language.EN, True): "{title} HOLDS.",
    (Language.EN, False): "{title} DOES NOT HOLD.",
    (Language.ZH, True): "{title} 成立。",
    (Language.ZH, False): "{title} 不成立。",
}
UNTITLED: Final = {Language.EN: "The report", Language.ZH: "报告"}
"""What a report is called that cannot be read."""


@dataclass(frozen=True, slots=True)
class ReportVerdict:
    """What was found of a report, called `titles` in each language; `earlier` are the verdicts on the editions before
    it that were given.
    """

    findings: tuple[ReportFinding, ...]
    titles: Mapping[Language, str] = field(default_factory=lambda: UNTITLED)
    earlier: tuple["ReportVerdict", ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing failed, in the earlier editions neither."""
        found = all(finding.outcome is not Outcome.FAILED for finding in self.findings)
        return found and all(verdict.holds for verdict in self.earlier)

    def with_findings(self, more: Iterable[ReportFinding]) -> "ReportVerdict":
        """Return the verdict with more found."""
        return replace(self, findings=(*self.findings, *more))

    def told(self, language: Language = Language.EN) -> tuple[str, ...]:
        """Return the lines that a command prints: the verdict and each finding with its mark, then the earlier
        editions. What a file says stays within its line and moves no cursor.
        """
        head = _HEAD[language, self.holds].format(title=self.titles[language])
        lines = [head, *(f"{MARKS[finding.outcome]} {finding.told(language)}" for finding in self.findings)]
        return (*map(shown, lines), *(line for verdict in self.earlier for line in verdict.told(language)))


def shown(line: str) -> str:
    """Return a line with the escape of every character that is not shown as one."""
    return "".join(one if one.isprintable() or one == " " else one.encode("unicode_escape").decode() for one in line)
