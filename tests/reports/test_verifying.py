"""A signed report verified offline: what holds is told, and whatever is changed is found."""

import json
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proofs.canonical import canonical_bytes
from proofs.exports import ExportedEvent
from proofs.findings import Language, Outcome
from proofs.keys import make_key
from proofs.merkle import inclusion_proof
from proofs.notes import add_signature
from proofs.rotations import sign_rotation
from proofs.signatures import sign_document
from reports.document import Bilingual, Cadence
from reports.report_findings import WORDS, ReportFindingKind, ReportVerdict
from reports.signed_reports import PURPOSE, PublicationProof
from reports.verifying import verify_report
from tests.reports.signing import AT, NAME, NEIGHBOUR, Log, Publication, key, published, small_document

Kind = ReportFindingKind
HELD = [
    Kind.SIGNED, Kind.RECOMPUTED, Kind.RESTS, Kind.PUBLISHED, Kind.HEADS_SIGNED, Kind.GREW, Kind.FIRST_EDITION,
]  # fmt: skip
OPEN = [Kind.NEWER_EDITION, Kind.NOT_IN_THE_FILE]
MADE = published()
STRANGER = UUID("33333333-3333-7333-8333-333333333333")


def verified(data: bytes, *earlier: bytes, kept: tuple[bytes, ...] = ()) -> ReportVerdict:
    return verify_report(data, [key().public], earlier, kept)


def failed(verdict: ReportVerdict) -> list[ReportFindingKind]:
    found = [finding.kind for finding in verdict.findings if finding.outcome is Outcome.FAILED]
    assert verdict.holds is not bool(found)
    return found


def reason(verdict: ReportVerdict, kind: ReportFindingKind) -> str:
    return str(next(finding.values["reason"] for finding in verdict.findings if finding.kind is kind))


def kinds(verdict: ReportVerdict) -> list[ReportFindingKind]:
    return [finding.kind for finding in verdict.findings]


def test_a_published_report_holds_and_says_what_was_checked() -> None:
    verdict = verified(MADE.file)
    assert verdict.holds
    assert kinds(verdict) == HELD + OPEN
    told = "\n".join(verdict.told())
    digest = sha256(MADE.document).hexdigest()
    assert told.startswith("Greenhouse gas inventory (GHG Protocol): Huarui Biomedicine Co., Ltd. <Foshan> & ")
    assert "2025-01 – 2025-12, v1 HOLDS.\n" in told
    assert f"✓ The report is signed by {key().public.label}, exactly as it stands here" in told
    assert "Lines: 3; totals: 2; tables: 1." in told
    assert f"is event 6 of {MADE.origin}, recorded at 2026-04-01T06:00:00.000000Z, and names this report by" in told
    assert digest in told
    assert "✓ Histories that only grew since, 2 of them: 8 events in all then, 11 in the later signed heads." in told
    assert "· Not in this file: that the lines are what was posted" in told


def test_it_is_told_in_chinese_too() -> None:
    lines = verified(MADE.file).told(Language.ZH)
    assert lines[0] == "温室气体清单（GHG Protocol）: 佛山华睿生物医药有限公司（一厂）, 2025-01 – 2025-12, v1 成立。"
    assert len(lines) == len(verified(MADE.file).told()) == 1 + len(HELD + OPEN)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in line) for line in lines)


@pytest.mark.parametrize("kind", list(Kind))
def test_both_languages_say_the_same_values(kind: ReportFindingKind) -> None:
    names = [set(_named(text)) for text in (WORDS[kind].en, WORDS[kind].zh)]
    assert names[0] == names[1]


def _named(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(MADE.file) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_fails(position: int, changed: int) -> None:
    data = bytearray(MADE.file)
    data[position] ^= changed
    assert not verified(bytes(data)).holds


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(MADE.file) - 1))
def test_a_file_cut_off_anywhere_is_no_report(length: int) -> None:
    assert failed(verified(MADE.file[:length])) == [Kind.UNREADABLE]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, one in inner for found in _paths(one, (*path, name)))]


PATHS = _paths(json.loads(MADE.file))[1:]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), st.sampled_from([None, True, 7, -1, "", "x", "7", [], ["x"], {}, {"x": "x"}]))
def test_anything_in_the_place_of_anything_fails_and_is_told(path: tuple[Any, ...], value: Any) -> None:
    file = json.loads(MADE.file)
    found: Any = file
    for name in path[:-1]:
        found = found[name]
    assume(found[path[-1]] != value or type(found[path[-1]]) is not type(value))
    found[path[-1]] = value
    verdict = verified(canonical_bytes(file))
    assert failed(verdict)
    assert all(verdict.told(language) for language in Language)


def test_another_key_does_not_verify() -> None:
    other = make_key(NAME)
    assert failed(verify_report(MADE.file, [other.public])) == [
        Kind.BAD_SIGNATURE, Kind.BAD_HEAD, Kind.BAD_HEAD,
    ]  # fmt: skip
    assert failed(verify_report(MADE.file, [])) == [Kind.BAD_SIGNATURE, Kind.BAD_ROTATION, Kind.BAD_ROTATION]
    assert verify_report(MADE.file, [other.public, key().public]).holds


def _heavier(content: bytes) -> bytes:
    """Return a document with one line changed, and everything that follows from it."""
    document = json.loads(content)
    line, cells = document["lines"][2], [row["cells"] for row in document["tables"][0]["rows"]]
    line["quantity"] = line["co2e"] = line["gases"]["CO2"] = "90"
    document["totals"] = {"SCOPE_1": "109.75", "TOTAL_LOCATION": "109.75"}
    for one in cells:
        one[0] = "0.10975"
    return canonical_bytes(document)


def test_a_changed_line_with_everything_hashed_again_but_not_signed() -> None:
    content = _heavier(MADE.document)
    own, other = Log(), Log(NEIGHBOUR)
    forged = published(logs=(own, other))
    forged_own = Log(events=own.events[:6])
    index = forged_own.publish(content)
    forged_own.add()
    proof = replace(forged_own.proof(5, index), after=forged.proofs[0].after)
    verdict = verified(forged.with_(document=content, proofs=(proof, forged.proofs[1])))
    assert failed(verdict) == [Kind.BAD_SIGNATURE, Kind.BAD_PUBLICATION, Kind.DID_NOT_GROW]
    assert "is not over this document" in reason(verdict, Kind.BAD_SIGNATURE)
    assert Kind.RECOMPUTED in kinds(verdict)


def test_a_forger_with_a_key_of_his_own_that_is_called_alike() -> None:
    other = make_key(NAME)
    forged = published(logs=(Log(signer=other), Log(NEIGHBOUR, other)))
    assert verify_report(forged.file, [other.public]).holds
    assert failed(verified(forged.file)) == [Kind.BAD_SIGNATURE, Kind.BAD_HEAD, Kind.BAD_HEAD]


def test_a_number_that_does_not_follow_is_found_even_if_signed() -> None:
    document = small_document(totals={"SCOPE_1": Decimal("119.76"), "TOTAL_LOCATION": Decimal("119.75")})
    verdict = verified(published(document).file)
    assert failed(verdict) == [Kind.BAD_NUMBER]
    assert verdict.told()[2] == (
        "✗ A number does not follow, totals: SCOPE_1 is 119.76; what it is made of comes to 119.75"
    )


def test_numbers_that_nobody_can_compute_again_are_counted() -> None:
    table = small_document().tables[0]
    rows = (*table.rows, replace(table.rows[0], code="X", sums=None))
    verdict = verified(published(small_document(tables=(replace(table, rows=rows),))).file)
    assert verdict.holds
    assert "were not computed again: 1." in "\n".join(verdict.told())


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("factor_release", 0, "rests.factorRelease as it must: 0; accepted is a number from 1 on"),
        ("factor_release_hash", "5E" * 32, "rests.factorReleaseHash as it must: '5E5E"),
        ("method_version", "", "rests.methodVersion as it must: it is empty"),
        ("basis", {"gwpSet": "AR6"}, "rests.basis as it must: it names no regime"),
        ("known_at", "2026-03-31", "rests.knownAt as it must: '2026-03-31'; accepted is an instant with its offset"),
        ("known_at", "today", "rests.knownAt as it must: 'today'; accepted is an instant with its offset"),
        ("known_at", "2026-04-01T06:00:00.000001+00:00", "is later than the publication, which was recorded at 2026"),
    ],
)
def test_what_it_rests_on_is_stated(member: str, value: Any, message: str) -> None:
    document = small_document()
    verdict = verified(published(small_document(rests=replace(document.rests, **{member: value}))).file)
    assert failed(verdict) == [Kind.NOT_STATED]
    assert message in "\n".join(verdict.told())


def test_gaps_are_told() -> None:
    verdict = verified(published(small_document(gaps=("2025-06: no gas", "more"))).file)
    assert verdict.holds
    assert "· The report states gaps itself: 2, the first: 2025-06: no gas" in verdict.told()


# ---- histories


def test_proofs_of_another_report_prove_nothing() -> None:
    other = published(small_document(reason="another"))
    verdict = verified(MADE.with_(proofs=other.proofs))
    assert failed(verdict) == [Kind.BAD_PUBLICATION]
    assert "this document has the SHA-256" in reason(verdict, Kind.BAD_PUBLICATION)


def test_proofs_swapped_between_histories() -> None:
    own, other = MADE.proofs
    after = replace(own, after=other.after), replace(other, after=own.after)
    assert failed(verified(MADE.with_(proofs=after))) == [Kind.BAD_HEAD, Kind.BAD_HEAD]
    steps = replace(own, consistency=other.consistency), replace(other, consistency=own.consistency)
    assert failed(verified(MADE.with_(proofs=steps))) == [Kind.DID_NOT_GROW, Kind.DID_NOT_GROW]
    before = replace(own, before=other.before), replace(other, before=own.before)
    assert failed(verified(MADE.with_(proofs=before))) == [Kind.BAD_HEAD, Kind.BAD_HEAD, Kind.OTHER_HEADS]


def test_heads_swapped_in_time() -> None:
    own, other = MADE.proofs
    log = MADE.logs[0]
    turned = replace(own, before=log.head(), after=log.head(5), consistency=())
    verdict = verified(MADE.with_(proofs=(turned, other)))
    assert failed(verdict) == [Kind.BAD_PUBLICATION, Kind.DID_NOT_GROW, Kind.OTHER_HEADS]


def test_a_history_that_was_rewritten_does_not_grow() -> None:
    own, other = MADE.proofs
    rewritten = Log(events=MADE.logs[0].events[:2])
    rewritten.add("voidActivity")
    rewritten.events += MADE.logs[0].events[3:]
    index = 6
    proof = replace(rewritten.proof(5, index), before=own.before)
    verdict = verified(MADE.with_(proofs=(proof, other)))
    assert failed(verdict) == [Kind.DID_NOT_GROW]
    assert "the old root of 5 leaves is said to be" in reason(verdict, Kind.DID_NOT_GROW)


def test_heads_are_those_that_the_document_names() -> None:
    own, other = MADE.proofs
    log = MADE.logs[0]
    verdict = verified(MADE.with_(proofs=(log.proof(4, 6), other)))
    assert failed(verdict) == [Kind.OTHER_HEADS]
    assert "the 1. is another one" in reason(verdict, Kind.OTHER_HEADS)
    fewer = verified(MADE.with_(proofs=(replace(own, before=None, consistency=()), other)))
    assert reason(fewer, Kind.OTHER_HEADS) == "it names 2, the proofs start at 1"
    loose = verified(MADE.with_(proofs=(replace(own, before=None), other)))
    assert failed(loose) == [Kind.DID_NOT_GROW, Kind.OTHER_HEADS]


def test_the_publication_may_be_in_a_history_that_the_document_does_not_rest_on() -> None:
    own, other = Log(), Log(NEIGHBOUR)
    made = published(logs=(own, other))
    content = canonical_bytes(_with(json.loads(made.document), "rests.heads", [other.head().decode()]))
    index = own.publish(content)
    signature = sign_document(content, key(), PURPOSE, AT)
    data = made.with_(document=content, signature=signature, proofs=(own.proof(None, index), other.proof(3)))
    assert verified(data).holds


def test_a_report_that_rests_on_nothing_does_not_hold() -> None:
    own = Log()
    made = published(logs=(own, Log(NEIGHBOUR)))
    content = canonical_bytes(_with(json.loads(made.document), "rests.heads", []))
    index = own.publish(content)
    signature = sign_document(content, key(), PURPOSE, AT)
    verdict = verified(made.with_(document=content, signature=signature, proofs=(own.proof(None, index),)))
    assert failed(verdict) == [Kind.NOT_STATED]
    assert "rests.heads" in "\n".join(verdict.told())


def test_nothing_in_a_file_writes_lines_of_its_own() -> None:
    name = Bilingual("Huarui\x1b[2J\n✓ The report is signed\u202e", "华睿\r\x9b")
    document = small_document(gaps=("one\n✓ It is the first edition",))
    made = published(replace(document, subject=replace(document.subject, name=name)))
    for language in Language:
        lines = verified(made.file[:-1] + b" ", made.file).told(language), verified(made.file).told(language)
        assert all(line.isprintable() for line in (*lines[0], *lines[1]))
    told = verified(made.file).told()
    assert r"Huarui\x1b[2J\n✓ The report is signed\u202e" in told[0]
    assert sum(line.startswith("✓") for line in told) == len(HELD)


def _with(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    first, last = path.split(".")
    document[first][last] = value
    return document


def _event(**changes: object) -> Callable[[Log, bytes], int]:
    """Return what adds the publication with other members of its event."""

    def add(log: Log, content: bytes) -> int:
        kind = str(changes.get("kind", "publishReport"))
        row = {"table": "reports", "before": None, "after": {"sha256": sha256(content).hexdigest()}}
        return log.add(kind, changes=changes.get("changes", [row]))

    return add


@pytest.mark.parametrize(
    ("add", "message"),
    [
        (_event(kind="postActivities"), "the event is a 'postActivities'; accepted is 'publishReport'"),
        (_event(changes=[]), "the event publishes no document; this document has the SHA-256 "),
        (_event(changes="none"), "the event publishes no document; this document has the SHA-256 "),
        (_event(changes=[{"table": "reports", "after": None}]), "the event publishes None; this document"),
        (_event(changes=[{"table": "reports", "after": {"sha256": "00"}}]), "the event publishes 00; this document"),
        (_event(changes=[{"table": "tenants", "after": {"sha256": "00"}}]), "the event publishes no document"),
    ],
)
def test_the_publication_names_this_document(add: Callable[[Log, bytes], int], message: str) -> None:
    own, other = Log(), Log(NEIGHBOUR)
    made = published(logs=(own, other))
    index = add(own, made.document)
    verdict = verified(made.with_(proofs=(own.proof(5, index), other.proof(3))))
    assert failed(verdict) == [Kind.BAD_PUBLICATION]
    assert reason(verdict, Kind.BAD_PUBLICATION).startswith(message)


def test_an_erased_publication_names_nothing() -> None:
    own, other = MADE.proofs
    assert own.publication is not None
    erased = ExportedEvent(own.publication.event.index, own.publication.event.leaf)
    proof = replace(own, publication=replace(own.publication, event=erased))
    verdict = verified(MADE.with_(proofs=(proof, other)))
    assert failed(verdict) == [Kind.BAD_PUBLICATION]
    assert reason(verdict, Kind.BAD_PUBLICATION) == "the text of event 6 was erased, so that it names no document"


def test_an_event_of_another_place_or_tenant_is_not_the_publication() -> None:
    own, other = Log(), Log(NEIGHBOUR)
    made = published(logs=(own, other))
    stray = Log(NEIGHBOUR, events=list(other.events))
    own.events.append(replace(stray.events[stray.publish(made.document)], index=len(own.events)))
    verdict = verified(made.with_(proofs=(own.proof(5, len(own.events) - 1), other.proof(3))))
    assert reason(verdict, Kind.BAD_PUBLICATION) == (f"event 3 of {NEIGHBOUR} stands as 8 of {own.origin}")
    own.events.append(replace(own.events[6], index=9))
    moved = verified(made.with_(proofs=(own.proof(5, 9), other.proof(3))))
    assert "event 6 of" in reason(moved, Kind.BAD_PUBLICATION)


def test_a_publication_after_the_head_is_not_included() -> None:
    _, other = MADE.proofs
    log = MADE.logs[0]
    published_late = PublicationProof(log.events[6], inclusion_proof(log.leaves, 6))
    proof = replace(log.proof(5, None, 6), publication=published_late)
    verdict = verified(MADE.with_(proofs=(proof, other)))
    assert failed(verdict) == [Kind.BAD_PUBLICATION]
    assert reason(verdict, Kind.BAD_PUBLICATION).startswith("leaf 6 of a tree of 6 leaves")


def test_signatures_of_witnesses_are_told_as_unchecked() -> None:
    own, other = MADE.proofs
    witness = make_key("witness.example.org")
    verdict = verified(MADE.with_(proofs=(own, replace(other, after=add_signature(other.after, witness)))))
    assert verdict.holds
    assert "· Signatures of keys that are not trusted here were not checked: 1." in verdict.told()


# ---- keys that were handed on


def _handed_on(size: int) -> tuple[Publication, Any]:
    """Return a report of histories that were handed to another key after `size` events of the first."""
    new = make_key(NAME)
    own, other = Log(), Log(NEIGHBOUR)
    first = published(logs=(own, other))
    note = sign_rotation(own.origin, key(), new, size)
    later = own.proof(5, 6)
    signed = replace(later, after=own.head(signer=new))
    return replace(first, proofs=(signed, other.proof(3)), rotations=(note,)), new


def test_a_rotation_after_the_publication() -> None:
    made, new = _handed_on(8)
    assert verified(made.file).holds
    assert failed(verify_report(made.file, [new.public])) == [Kind.BAD_HEAD]  # the other history was not handed on
    assert verify_report(made.file, [new.public, key().public]).holds


def test_a_key_signs_no_report_after_it_was_replaced() -> None:
    made, new = _handed_on(5)
    verdict = verified(made.file)
    assert failed(verdict) == [Kind.BAD_SIGNATURE]
    assert "names 0 of the trusted keys" in reason(verdict, Kind.BAD_SIGNATURE)
    signature = sign_document(made.document, new, PURPOSE, AT)
    assert verified(made.with_(signature=signature)).holds


def test_a_rotation_that_is_missing_or_of_another_history() -> None:
    made, new = _handed_on(8)
    assert failed(verified(made.with_(rotations=()))) == [Kind.BAD_HEAD]
    stray = sign_rotation(f"{NAME}/another", key(), new, 8)
    verdict = verified(made.with_(rotations=(*made.rotations, stray)))
    assert failed(verdict) == [Kind.BAD_ROTATION]
    assert reason(verdict, Kind.BAD_ROTATION) == "the report does not rest on this history"


# ---- editions


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


def test_a_backdated_signature_is_seen_beside_the_record() -> None:
    signature = sign_document(MADE.document, key(), PURPOSE, AT - timedelta(days=400))
    told = "\n".join(verified(MADE.with_(signature=signature)).told())
    assert "the signature says that it was made at 2025-02-25T00:00:00Z" in told
    assert "recorded at 2026-04-01T06:00:00.000000Z" in told
