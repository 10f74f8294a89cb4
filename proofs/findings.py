"""What a verifier can find, in plain words, English and Chinese: what held, what failed, what no proof covers.

The reason that a library or a reader gives for refusing something stays in English in both.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """The languages of the words."""

    EN = "en"
    ZH = "zh"


class Outcome(StrEnum):
    """What a finding means for the verdict."""

    HELD = "HELD"
    """Checked, and as it should be."""
    OPEN = "OPEN"
    """Not a fault, but nothing proves it."""
    FAILED = "FAILED"
    """Checked, and not as it should be: the verdict is that the history does not hold."""


class FindingKind(StrEnum):
    """What a verifier of a history can find. `WORDS` says each in both languages."""

    SIGNED = "SIGNED"
    EVENTS_HOLD = "EVENTS_HOLD"
    ORDER_HOLDS = "ORDER_HOLDS"
    ROOT_HOLDS = "ROOT_HOLDS"
    GREW = "GREW"
    COPY_HOLDS = "COPY_HOLDS"
    ERASED = "ERASED"
    NOT_COVERED = "NOT_COVERED"
    NOT_PROVED = "NOT_PROVED"
    NOT_COMPARED = "NOT_COMPARED"
    RECORDED_HASHES_FIT = "RECORDED_HASHES_FIT"
    TEXTS_FIT = "TEXTS_FIT"
    MORE = "MORE"
    BAD_CHECKPOINT = "BAD_CHECKPOINT"
    NO_CHECKPOINT = "NO_CHECKPOINT"
    TWO_ROOTS = "TWO_ROOTS"
    UNREADABLE_LINE = "UNREADABLE_LINE"
    BAD_EVENT = "BAD_EVENT"
    OTHER_TENANT = "OTHER_TENANT"
    LEAF_DIFFERS = "LEAF_DIFFERS"
    OUT_OF_PLACE = "OUT_OF_PLACE"
    ENDS_EARLY = "ENDS_EARLY"
    ROOT_DIFFERS = "ROOT_DIFFERS"
    COPY_DIFFERS = "COPY_DIFFERS"
    COPY_IS_LONGER = "COPY_IS_LONGER"
    DID_NOT_GROW = "DID_NOT_GROW"


@dataclass(frozen=True, slots=True)
class Wording:
    """An outcome and its sentence in both languages, with the same names in braces."""

    outcome: Outcome
    en: str
    zh: str


def held(en: str, zh: str) -> Wording:
    """Return the words of what held."""
    return Wording(Outcome.HELD, en, zh)


def left_open(en: str, zh: str) -> Wording:
    """Return the words of what nothing proves."""
    return Wording(Outcome.OPEN, en, zh)


def failed(en: str, zh: str) -> Wording:
    """Return the words of a fault."""
    return Wording(Outcome.FAILED, en, zh)


class Worded(ABC):
    """One thing that a verifier found, with the `values` of its sentence."""

    __slots__ = ()
    values: Mapping[str, str | int]

    @property
    @abstractmethod
    def wording(self) -> Wording:
        """Its outcome and its sentence."""

    @property
    def outcome(self) -> Outcome:
        """What the finding means for the verdict."""
        return self.wording.outcome

    def told(self, language: Language = Language.EN) -> str:
        """Return the finding as a sentence."""
        words = self.wording
        return (words.zh if language is Language.ZH else words.en).format_map(self.values)


WORDS: Final[Mapping[FindingKind, Wording]] = {
    FindingKind.SIGNED: held(
        "The checkpoint of {size} events is signed by {keys}.", "含 {size} 个事件的检查点由 {keys} 签名，签名有效。"
    ),
    FindingKind.EVENTS_HOLD: held(
        "Events read: {count}; text and salt of each give the leaf hash recorded for it.",
        "读取了 {count} 个事件；每个事件的文本与盐值都得出所记录的叶哈希。",
    ),
    FindingKind.ORDER_HOLDS: held(
        "The indexes run from 0 to {last} without a gap or a repetition.", "序号从 0 到 {last} 连续，无缺失、无重复。"
    ),
    FindingKind.ROOT_HOLDS: held(
        "The first {size} events give the root of their checkpoint: none was changed, removed, added or moved.",
        "前 {size} 个事件得出其检查点的根哈希：没有事件被修改、删除、添加或移动。",
    ),
    FindingKind.GREW: held(
        "From {old} to {new} events the history only grew.", "从 {old} 个到 {new} 个事件，历史只有追加。"
    ),
    FindingKind.COPY_HOLDS: held(
        "The first {count} leaf hashes are those of the copy that was kept.", "前 {count} 个叶哈希与所保存的副本一致。"
    ),
    FindingKind.ERASED: left_open(
        "Erased events: {count}, the first at index {first}; their leaf hashes are there, their texts are gone.",
        "{count} 个事件已被抹除，第一个的序号为 {first}：叶哈希仍在，文本已不存在。",
    ),
    FindingKind.NOT_COVERED: left_open(
        "The events {first} to {last} are newer than any checkpoint given; no signature covers them yet.",
        "序号 {first} 至 {last} 的事件晚于所给的任何检查点；尚无签名覆盖。",
    ),
    FindingKind.NOT_PROVED: left_open(
        "The events {first} to {last} fit their own lines, but no checkpoint could be compared that proves them.",
        "序号 {first} 至 {last} 的事件与其自身各行一致，但没有可比较的检查点予以证明。",
    ),
    FindingKind.NOT_COMPARED: left_open(
        "The checkpoint of {size} events was not compared: the history fails before it.",
        "含 {size} 个事件的检查点未作比较：历史在其之前已不成立。",
    ),
    FindingKind.RECORDED_HASHES_FIT: left_open(
        "The recorded leaf hashes give the root of {size} events: where they differ from a text, the text was changed.",
        "所记录的叶哈希得出 {size} 个事件的根哈希：与文本不一致之处，被修改的是文本。",
    ),
    FindingKind.TEXTS_FIT: left_open(
        "The texts give the root of {size} events: where a recorded leaf hash differs, the hash was changed.",
        "文本得出 {size} 个事件的根哈希：与所记录的叶哈希不一致之处，被修改的是叶哈希。",
    ),
    FindingKind.MORE: left_open("Faults not listed: {count}.", "另有 {count} 处错误未列出。"),
    FindingKind.BAD_CHECKPOINT: failed(
        "Checkpoint {number} of those given is not accepted: {reason}", "所给的第 {number} 个检查点不被接受：{reason}"
    ),
    FindingKind.NO_CHECKPOINT: failed(
        "There is no checkpoint to compare with: nothing signed says which events there must be.",
        "没有可供比较的检查点：没有任何签名说明应有哪些事件。",
    ),
    FindingKind.TWO_ROOTS: failed(
        "Two signed checkpoints of {size} events have different roots, {one} and {other}: two histories were shown.",
        "两个含 {size} 个事件的已签名检查点的根哈希不同（{one} 与 {other}）：曾出示过两份不同的历史。",
    ),
    FindingKind.UNREADABLE_LINE: failed(
        "Index {index}: line {line} is no exported event: {reason}",
        "序号 {index}：第 {line} 行不是导出的事件：{reason}",
    ),
    FindingKind.BAD_EVENT: failed(
        "Index {index}: the text is that of the leaf, but no event: {reason}",
        "序号 {index}：文本与叶哈希一致，但不是事件：{reason}",
    ),
    FindingKind.OTHER_TENANT: failed(
        "Index {index}: an event of the tenant {found} in the history of {tenant}.",
        "序号 {index}：租户 {tenant} 的历史中出现租户 {found} 的事件。",
    ),
    FindingKind.LEAF_DIFFERS: failed(
        "Index {index}: text and salt give the leaf hash {found}, recorded is {recorded}: one of them was changed.",
        "序号 {index}：文本与盐值得出叶哈希 {found}，所记录的是 {recorded}：其中之一被修改。",
    ),
    FindingKind.OUT_OF_PLACE: failed(
        "Index {index}: where {wanted} belongs, line {line} has {found}: an event was removed, added or moved.",
        "序号 {index}：应为 {wanted} 之处，第 {line} 行是 {found}：有事件被删除、添加或移动。",
    ),
    FindingKind.ENDS_EARLY: failed(
        "Index {index}: the history ends before it, but a signed checkpoint has {size} events: the tail was cut off.",
        "序号 {index}：历史在此之前结束，而已签名的检查点含 {size} 个事件：尾部被截断。",
    ),
    FindingKind.ROOT_DIFFERS: failed(
        "The first {size} events give the root {found}, their checkpoint has {said}: of the events {first} to {last}, "
        "one or more were changed, removed, added or moved.",
        "前 {size} 个事件得出根哈希 {found}，其检查点为 {said}："
        "序号 {first} 至 {last} 之间有事件被修改、删除、添加或移动。",
    ),
    FindingKind.COPY_DIFFERS: failed(
        "Index {index}: the leaf hash is {found}, in the copy that was kept {kept}.",
        "序号 {index}：叶哈希为 {found}，所保存的副本中为 {kept}。",
    ),
    FindingKind.COPY_IS_LONGER: failed(
        "Index {index}: the history ends before it, but the copy that was kept has {size} events.",
        "序号 {index}：历史在此之前结束，而所保存的副本含 {size} 个事件。",
    ),
    FindingKind.DID_NOT_GROW: failed(
        "It is not shown that the history of {new} events continues that of {old}: {reason}",
        "未能证明含 {new} 个事件的历史延续了含 {old} 个事件的历史：{reason}",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding(Worded):
    """One thing found, with the `values` of its sentence. A fault of known place has its indexes, `first` to `last`."""

    kind: FindingKind
    values: Mapping[str, str | int] = field(default_factory=dict)
    span: tuple[int, int] | None = None

    @property
    def wording(self) -> Wording:
        """Its outcome and its sentence."""
        return WORDS[self.kind]
