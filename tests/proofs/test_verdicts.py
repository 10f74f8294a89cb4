"""What a command prints of a history, and what makes it fail."""

from proofs.findings import Finding, FindingKind, Language, Outcome
from proofs.verdicts import Verdict


def test_a_verdict_is_told_in_chinese() -> None:
    bad = Finding(FindingKind.ENDS_EARLY, {"index": 39, "size": 40}, (39, 39))
    assert Verdict("park.example", (bad,), 32).told(Language.ZH) == (
        "历史 park.example 不成立。",
        "✗ 序号 39：历史在此之前结束，而已签名的检查点含 40 个事件：尾部被截断。",
        "第一个有问题的序号：39。",
    )
    good = Finding(FindingKind.GREW, {"old": 1, "new": 2})
    assert Verdict("park.example", (good,), 2).told(Language.ZH) == (
        "历史 park.example 成立：已证明 2 个事件。",
        "✓ 从 1 个到 2 个事件，历史只有追加。",
    )


def test_what_no_proof_covers_is_no_failure() -> None:
    later = Finding(FindingKind.NOT_COVERED, {"first": 40, "last": 40})
    assert (later.outcome, Verdict("park.example", (later,), 40).holds) == (Outcome.OPEN, True)
    assert not Verdict("park.example", (later, Finding(FindingKind.NO_CHECKPOINT))).holds


def test_many_alike_that_held_are_told_by_the_first_and_the_last() -> None:
    grew = tuple(Finding(FindingKind.GREW, {"old": size, "new": size + 1}) for size in range(1, 6))
    bad = tuple(Finding(FindingKind.ENDS_EARLY, {"index": index, "size": 9}, (index, index)) for index in range(4))
    verdict = Verdict("park.example", (*grew, *bad, *grew[:3]), 2)
    assert verdict.told_findings()[1:4] == (
        "✓ From 1 to 2 events the history only grew.",
        "✓ … and 3 more like this, up to the next:",
        "✓ From 5 to 6 events the history only grew.",
    )
    assert len(verdict.told_findings()) == 1 + 3 + 4 + 3
    assert Verdict("park.example", grew, 2).told(Language.ZH)[2] == "✓ …… 另有 3 项同类结果，直至下一行："
