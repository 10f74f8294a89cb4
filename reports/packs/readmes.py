"""The README of a pack, in English and Chinese: what is in it, and how all of it is verified offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reports.packs.manifests import MANIFEST, SUMS


@dataclass(frozen=True, slots=True)
class Contents:
    """What the README speaks of: paths of the signed report, its renderings, earlier editions and histories."""

    title: str
    sha256: str
    known_at: datetime
    signed: str
    renderings: Sequence[str]
    editions: Sequence[str]
    histories: Sequence[str]
    left_out: Sequence[str]


_ENGLISH: Final = """\
EVIDENCE PACK
{title}
SHA-256 of the document {sha256}, known at {known_at}

report/      the report as published, signed, with the proofs that it is in the history; renderings made of it
editions/    every edition before it, signed
history/     for each tenant that the report rests on, every change of its ledger up to a signed head
tenants.csv  who the tenants are, whose folders and rows go by their ids
rows/        for each tenant, the activities of the report's months, every version, as known at its instant
intervals/   for each tenant, the metered intervals of those months, every version; series.csv says what each is of
             -beside.csv of both: rows of other months that were posted with them, which the same digest covers
factors.csv  the factors used, with publisher, document, table, year and licence
evidence/    files about the reporting period and about its activities, by their SHA-256; index.csv says about what

Files of one report are the same bytes whenever they are made.

HOW TO VERIFY IT OFFLINE
K is the key of the ledger. Take it from the operator another way: the key.txt beside a history is only what the
service said.

All of it at once, and every row against the digest that the history has of its posting:

       parkledger verify pack . --key K

Or part by part, which does not compare the rows:

1. Every file is the one that was packed ({manifest} says the same as JSON):

       sha256sum -c {sums}

2. The report: signature, numbers, histories, publication, editions, renderings:

       {verify}

3. Each history: every event under the signed head:

{logs}

What verifies this is open source: parkledger, or by hand with any JOSE library and SHA-256 (RFC 9162, C2SP notes).
"""
_CHINESE: Final = """\
证据包
{title}
报告文件的 SHA-256：{sha256}，数据截至 {known_at}

report/      已发布并签名的报告（含其列入历史记录的证明）及由其生成的各种格式
editions/    此前的各个版本，均已签名
history/     报告所依据的每个租户：截至签名检查点的全部账本变更
tenants.csv  各租户的标识、代码与名称
rows/        每个租户：报告所涵盖月份的活动数据（全部版本），以报告时点已知者为准
intervals/   每个租户：上述月份的区间计量数据（全部版本）；series.csv 说明各序列的计量对象
             两者的 -beside.csv：与其一同填报的其他月份的各行，由同一摘要覆盖
factors.csv  所用排放因子：发布机构、文件、表号、年份、许可
evidence/    关于报告期及其活动的证据文件，以 SHA-256 命名；index.csv 说明各文件所证明的对象

同一报告的各文件，无论何时生成，字节完全相同。

离线验证
K 为账本的公钥，请通过其他途径向运营方获取：历史旁的 key.txt 仅为本服务所声明。

一次验证全部内容，并将每一行与历史中其填报的摘要比较：

       parkledger verify pack . --key K --language zh

或逐项验证（不比较各行）：

1. 每个文件均为打包时的文件（{manifest} 以 JSON 给出相同内容）：

       sha256sum -c {sums}

2. 报告：签名、数值、历史、发布、版本、各种格式：

       {verify} --language zh

3. 每份历史：签名检查点之下的全部事件：

{logs}

验证程序为开源软件 parkledger；也可使用任意 JOSE 库与 SHA-256（RFC 9162、C2SP）自行验证。
"""
_LEFT_OUT: Final = "Not in this pack / 本包未包含:\n"


def readme(of: Contents) -> bytes:
    """Return the README in both languages."""
    given = {
        "title": of.title,
        "sha256": of.sha256,
        "known_at": of.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "manifest": MANIFEST,
        "sums": SUMS,
        "verify": _verify(of),
        "logs": "\n".join(f"       parkledger verify log --file {folder} --key K" for folder in of.histories),
    }
    left_out = _LEFT_OUT + "".join(f"- {one}\n" for one in of.left_out) if of.left_out else ""
    parts = [_ENGLISH.format(**given), _CHINESE.format(**given), left_out]
    return "\n".join(part for part in parts if part).encode()


def _verify(of: Contents) -> str:
    checkpoints = [f"--from {folder}/checkpoint.txt" for folder in of.histories]
    renderings = [f"--rendering {path}" for path in of.renderings]
    editions = [f"--supersedes {path}" for path in of.editions]
    return " \\\n           ".join([f"parkledger verify {of.signed} --key K", *renderings, *editions, *checkpoints])
