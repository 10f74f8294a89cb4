"""Editions verified together, and heads that a reader kept: what was superseded, and where a history has two roots."""

from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from proofs.keys import make_key
from reports.document import Cadence
from tests.reports.signing import NAME, NEIGHBOUR, Log, Publication, published, small_document
from tests.reports.verified import MADE, Kind, failed, kinds, reason, verified

STRANGER = UUID("33333333-3333-7333-8333-333333333333")


def _editions() -> tuple[Publication, Publication]:
    """Return two editions in the same histories."""
    logs = Log(), Log(NEIGHBOUR)
    first = published(logs=logs)
    return first, _second(first, logs)


def _second(first: Publication, logs: tuple[Log, Log], **more: Any) -> Publication:
    changed = {"version": 2, "supersedes": sha256(first.document).hexdigest(), "reason": "a meter", **more}
    return published(small_document(**changed), logs)


def test_an_edition_supersedes_the_one_before() -> None:
    first, second = _editions()
    verdict = verified(second.file, first.file)
    assert verdict.holds
    assert [one.holds for one in verdict.earlier] == [True]
    assert kinds(verdict).count(Kind.SUPERSEDES) == kinds(verdict).count(Kind.FIRST_EDITION) == 1
    assert f"Version 2 supersedes version 1, the report with the SHA-256 {sha256(first.document).hexdigest()}" in (
        "\n".join(verdict.told())
    )
    assert Kind.EARLIER_NOT_GIVEN in kinds(verified(second.file))
    assert verified(first.file).holds


def test_three_editions_in_any_order() -> None:
    logs = Log(), Log(NEIGHBOUR)
    first = published(logs=logs)
    second = _second(first, logs)
    third = _second(second, logs, version=3)
    assert verified(third.file, first.file, second.file).holds
    gap = verified(third.file, first.file)
    assert failed(gap) == [Kind.BAD_EDITION]
    assert Kind.EARLIER_NOT_GIVEN in kinds(gap)


def test_an_earlier_report_claimed_as_later() -> None:
    first, second = _editions()
    verdict = verified(first.file, second.file)
    assert failed(verdict) == [Kind.BAD_EDITION]
    assert "version 2, is not one of them" in reason(verdict, Kind.BAD_EDITION)


def test_an_edition_published_before_the_one_that_it_supersedes() -> None:
    logs = Log(), Log(NEIGHBOUR)
    late = published(logs=(Log(), Log(NEIGHBOUR)))
    second = _second(late, logs)
    index = logs[0].publish(late.document)
    first = late.with_(proofs=(logs[0].proof(5, index), late.proofs[1]))
    verdict = verified(second.file, first)
    assert reason(verdict, Kind.BAD_EDITION) == (
        f"it was published as event 6, the one that it supersedes as event {index}"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"version": 3}, "version 3 follows version 1"),
        ({"cadence": Cadence.QUARTER}, "cadence is QUARTER and was YEAR"),
        ({"last_month": small_document().first_month}, "lastMonth is 2025-01-01 and was 2025-12-01"),
        ({"subject": replace(small_document().subject, code="other")}, "subject is tenant other and was tenant huarui"),
    ],
)
def test_an_edition_is_of_the_same_report(more: dict[str, Any], message: str) -> None:
    logs = Log(), Log(NEIGHBOUR)
    first = published(logs=logs)
    verdict = verified(_second(first, logs, **more).file, first.file)
    assert failed(verdict) == [Kind.BAD_EDITION]
    assert reason(verdict, Kind.BAD_EDITION) == message


def test_a_version_without_the_one_before_and_a_first_one_that_supersedes() -> None:
    alone = verified(published(small_document(version=2)).file)
    assert reason(alone, Kind.BAD_EDITION) == "version 2 says that it supersedes none"
    first = verified(published(small_document(supersedes="00")).file)
    assert reason(first, Kind.BAD_EDITION) == "version 1 says that it supersedes 00"
    none = verified(published(small_document(version=0, supersedes="00")).file)
    assert reason(none, Kind.BAD_EDITION) == "version 0 says that it supersedes 00"


def test_an_earlier_edition_that_does_not_hold() -> None:
    first, second = _editions()
    verdict = verified(second.file, first.file[:-1])
    assert not verdict.holds
    assert failed(verdict.earlier[0]) == [Kind.UNREADABLE]
    assert "The report DOES NOT HOLD." in verdict.told()


# ---- heads that were kept


def test_heads_that_were_kept() -> None:
    log = MADE.logs[0]
    same = verified(MADE.file, kept=(log.head(), log.head(5)))
    assert kinds(same).count(Kind.KEPT_HOLDS) == 2
    between = verified(MADE.file, kept=(log.head(3),))
    assert between.holds
    assert Kind.KEPT_NOT_COMPARED in kinds(between)


def test_a_head_that_was_kept_of_another_history() -> None:
    fork = Log()
    for _ in range(4):
        fork.add()
    fork.add("voidActivity")
    verdict = verified(MADE.file, kept=(fork.head(),))
    assert failed(verdict) == [Kind.TWO_ROOTS]
    assert "Two signed heads of 5 events of" in "\n".join(verdict.told())


def test_heads_that_were_kept_and_are_not_accepted() -> None:
    log = MADE.logs[0]
    strange = verified(MADE.file, kept=(log.head(signer=make_key(NAME)), b"no note", Log(STRANGER).head()))
    assert failed(strange) == [Kind.BAD_HEAD] * 3


def test_two_files_that_show_two_histories() -> None:
    first, _ = _editions()
    fork = Log(), Log(NEIGHBOUR)
    fork[0].add("voidActivity")
    second = _second(first, fork)
    verdict = verified(second.file, first.file)
    assert Kind.TWO_ROOTS in failed(verdict)
