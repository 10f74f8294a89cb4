"""Tampering with a history as someone with every right on the database could, and what the verifier says of it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.exports import ExportedEvent
from proofs.findings import FindingKind, Language
from proofs.log_verification import verify_growth, verify_log
from proofs.log_walk import MAX_FAULTS
from proofs.merkle import EMPTY_ROOT, consistency_proof
from proofs.rotations import sign_rotation, tenures
from proofs.verdicts import Verdict
from tests.history import (
    LEDGER,
    ORIGIN,
    TRUSTED,
    event,
    exported,
    head,
    history,
    lines,
    numbered_key,
    renumbered,
)

K = FindingKind
Entries = list[ExportedEvent]
GOOD = history(40)
HEADS = [head(GOOD, size) for size in (16, 32, 40)]
LEAVES = [entry.leaf for entry in GOOD]
FORGED = replace(exported(900, event(20, "0.1")), index=20)
"""An event that was never recorded, with a leaf that is its own."""


def verified(entries: Entries, checkpoints: list[bytes] | None = None, kept: list[bytes] | None = None) -> Verdict:
    verdict = verify_log(lines(entries), HEADS if checkpoints is None else checkpoints, ORIGIN, TRUSTED, kept or [])
    assert all(len(verdict.told(language)) > len(verdict.findings) for language in Language)
    return verdict


def kinds(verdict: Verdict) -> list[FindingKind]:
    return [finding.kind for finding in verdict.findings]


def moved(entries: Entries, source: int, target: int) -> Entries:
    rest = entries[:source] + entries[source + 1 :]
    return [*rest[:target], entries[source], *rest[target:]]


def test_a_good_history_holds_and_says_what_was_checked() -> None:
    verdict = verified(GOOD, kept=LEAVES[:10])
    assert verdict.told() == (
        "The history park.example/history/7 holds. Events proved: 40.",
        f"✓ The checkpoint of 16 events is signed by {LEDGER.public.label}.",
        f"✓ The checkpoint of 32 events is signed by {LEDGER.public.label}.",
        f"✓ The checkpoint of 40 events is signed by {LEDGER.public.label}.",
        "✓ The first 16 events give the root of their checkpoint: none was changed, removed, added or moved.",
        "✓ The first 32 events give the root of their checkpoint: none was changed, removed, added or moved.",
        "✓ The first 40 events give the root of their checkpoint: none was changed, removed, added or moved.",
        "✓ Events read: 40; text and salt of each give the leaf hash recorded for it.",
        "✓ The indexes run from 0 to 39 without a gap or a repetition.",
        "✓ The first 10 leaf hashes are those of the copy that was kept.",
        "✓ From 16 to 32 events the history only grew.",
        "✓ From 32 to 40 events the history only grew.",
    )
    assert (verdict.holds, verdict.proved, verdict.first_bad) == (True, 40, None)


@given(st.integers(0, 39), st.data())
def test_a_flipped_bit_anywhere_in_a_line_names_its_index(index: int, data: st.DataObject) -> None:
    changed = lines(GOOD)
    line = bytearray(changed[index])
    number = range(line.rindex(b'"index":') + 8, line.rindex(b',"leaf"'))
    at = data.draw(st.integers(0, len(line) - 2).filter(lambda at: at not in number))
    line[at] ^= 1 << data.draw(st.integers(0, 7))
    changed[index] = bytes(line)
    verdict = verify_log(changed, HEADS, ORIGIN, TRUSTED)
    assert (verdict.holds, verdict.first_bad_index) == (False, index)


@pytest.mark.parametrize(("says", "first"), [(4, 4), (19, 19), (21, 20), (300, 20)])
def test_a_line_that_says_another_index_makes_that_bad_or_the_missing_one(says: int, first: int) -> None:
    verdict = verified([*GOOD[:20], replace(GOOD[20], index=says), *GOOD[21:]])
    assert (verdict.holds, verdict.first_bad_index) == (False, first)


CARELESS: list[tuple[str, Callable[[Entries], Entries], int]] = [
    ("the text is another", lambda found: replaced(found, 20, text=event(20, "12.6").canonical()), 20),
    ("the salt is another", lambda found: replaced(found, 20, salt=bytes(16)), 20),
    ("the recorded leaf is another", lambda found: replaced(found, 20, leaf=EMPTY_ROOT), 20),
    ("an event is deleted", lambda found: found[:20] + found[21:], 20),
    ("the first is deleted", lambda found: found[1:], 0),
    ("two are exchanged", lambda found: moved(moved(found, 20, 25), 24, 20), 20),
    ("one is moved back", lambda found: moved(found, 25, 20), 20),
    ("one is moved on", lambda found: moved(found, 20, 25), 20),
    ("one is inserted", lambda found: [*found[:20], FORGED, *found[20:]], 20),
    ("one is there twice", lambda found: [*found[:21], found[20], *found[21:]], 20),
    ("the tail is cut off", lambda found: found[:39], 39),
    ("the tail is cut off before a head", lambda found: found[:20], 20),
    ("everything is gone", lambda _: [], 0),
    ("text and salt of two are exchanged", lambda found: exchanged(found, 20, 30), 20),
]


def replaced(entries: Entries, index: int, **changes: bytes) -> Entries:
    found = entries[index]
    leaf, salt, text = (changes.get(name, getattr(found, name)) for name in ("leaf", "salt", "text"))
    return [*entries[:index], ExportedEvent(found.index, leaf, salt, text), *entries[index + 1 :]]


def exchanged(entries: Entries, one: int, other: int) -> Entries:
    first, second = entries[one], entries[other]
    changed = replaced(entries, one, text=second.text or b"", salt=second.salt or b"")
    return replaced(changed, other, text=first.text or b"", salt=first.salt or b"")


@pytest.mark.parametrize(("name", "tamper", "index"), CARELESS, ids=[case[0] for case in CARELESS])
def test_a_tampered_row_is_named_exactly(name: str, tamper: Callable[[Entries], Entries], index: int) -> None:
    verdict = verified(tamper(list(GOOD)))
    assert (name, verdict.holds, verdict.first_bad_index) == (name, False, index)
    assert verdict.told()[0] == "The history park.example/history/7 DOES NOT HOLD."
    assert verdict.told()[-1] == f"First bad index: {index}."
    assert K.NOT_COVERED not in kinds(verdict)


# Positions and leaf hashes fit afterwards: only what was kept outside shows it.
CAREFUL: list[tuple[str, Callable[[Entries], Entries]]] = [
    ("changed", lambda found: [*found[:20], FORGED, *found[21:]]),
    ("deleted", lambda found: renumbered(found[:20] + found[21:])),
    ("inserted in the past", lambda found: renumbered([*found[:20], FORGED, *found[20:]])),
    ("reordered", lambda found: renumbered(moved(found, 25, 20))),
]


@pytest.mark.parametrize(("name", "tamper"), CAREFUL, ids=[case[0] for case in CAREFUL])
def test_who_rewrites_hashes_too_is_caught_between_two_checkpoints(
    name: str, tamper: Callable[[Entries], Entries]
) -> None:
    entries = tamper(list(GOOD))
    verdict = verified(entries)
    assert (name, verdict.holds, verdict.proved, verdict.first_bad) == (name, False, 16, (16, 31))
    assert verdict.first_bad_index is None
    assert K.NOT_COMPARED in kinds(verdict) or len(entries) < 40
    assert verdict.told()[-1].startswith("First bad index: from 16 to 31;")
    close = verified(entries, [head(GOOD, size) for size in (16, 20, 21, 40)])
    assert close.first_bad_index == 20


@pytest.mark.parametrize(("name", "tamper"), CAREFUL, ids=[case[0] for case in CAREFUL])
@pytest.mark.parametrize("kept", [21, 40])
def test_a_copy_of_the_leaves_makes_it_exact(name: str, tamper: Callable[[Entries], Entries], kept: int) -> None:
    verdict = verified(tamper(list(GOOD)), kept=LEAVES[:kept])
    assert (name, verdict.first_bad_index) == (name, 20)
    assert K.COPY_DIFFERS in kinds(verdict)


def test_a_copy_that_ends_before_the_change_narrows_it() -> None:
    verdict = verified(renumbered(GOOD[:25] + GOOD[26:]), kept=LEAVES[:20])
    assert (verdict.first_bad, verdict.proved) == ((20, 31), 16)


def test_a_copy_against_its_own_checkpoint_does_not_narrow() -> None:
    entries = renumbered(GOOD[:10] + GOOD[11:])
    verdict = verified(entries, kept=[entry.leaf for entry in entries][:20])
    assert verdict.first_bad == (0, 15)


def test_the_last_event_inserted_with_an_early_time_is_just_the_last() -> None:
    verdict = verified([*GOOD, exported(40, event(3))])
    assert verdict.holds
    assert verdict.told()[-1] == (
        "· The events 40 to 40 are newer than any checkpoint given; no signature covers them yet."
    )


@pytest.mark.parametrize(("size", "first"), [(39, 39), (17, 17), (1, 1), (0, 0)])
def test_a_truncated_history_ends_at_its_first_missing_index(size: int, first: int) -> None:
    verdict = verified(GOOD[:size], HEADS[2:])
    assert [finding.values for finding in verdict.findings if finding.kind is K.ENDS_EARLY] == [
        {"index": first, "size": 40}
    ]
    assert (verdict.holds, verdict.first_bad_index, verdict.proved) == (False, first, 0)


def test_a_history_shorter_than_the_copy_ends_early() -> None:
    verdict = verified(GOOD[:30], HEADS[:1], LEAVES[:35])
    assert (K.COPY_IS_LONGER in kinds(verdict), verdict.first_bad_index) == (True, 30)
    assert verdict.proved == 16


def test_a_copy_of_a_history_with_a_gap_is_not_called_longer() -> None:
    verdict = verified(GOOD[:20] + GOOD[21:], kept=LEAVES)
    assert (K.COPY_IS_LONGER in kinds(verdict), K.COPY_HOLDS in kinds(verdict)) == (False, False)
    assert verdict.first_bad_index == 20


def test_which_of_text_and_recorded_hash_was_changed_is_said() -> None:
    texts = verified(replaced(GOOD, 20, text=event(20, "12.6").canonical()))
    assert K.RECORDED_HASHES_FIT in kinds(texts)
    recorded = verified(replaced(GOOD, 20, leaf=EMPTY_ROOT))
    assert K.TEXTS_FIT in kinds(recorded)
    for verdict in (texts, recorded):
        assert (verdict.holds, verdict.proved, verdict.first_bad_index) == (False, 40, 20)
        assert K.ROOT_DIFFERS not in kinds(verdict)


def test_an_exact_fault_never_hides_an_earlier_rewritten_one() -> None:
    entries = replaced(renumbered(GOOD[:18] + GOOD[19:]), 25, leaf=EMPTY_ROOT)
    assert verified(entries).first_bad == (16, 25)


def test_erased_events_keep_their_place_in_the_proof() -> None:
    entries = [replace(entry, salt=None, text=None) if entry.index in {5, 9} else entry for entry in GOOD]
    verdict = verified(entries)
    assert (verdict.holds, verdict.proved) == (True, 40)
    assert "· Erased events: 2, the first at index 5; their leaf hashes are there, their texts are gone." in (
        verdict.told()
    )
    assert "✓ Events read: 38; text and salt of each give the leaf hash recorded for it." in verdict.told()
    forged = verified(replaced(entries, 5, leaf=EMPTY_ROOT))
    assert (forged.holds, forged.first_bad) == (False, (0, 15))


def test_an_event_of_another_tenant_or_form_is_named() -> None:
    foreign = [*GOOD[:20], exported(20, event(20, tenant=UUID(int=8)))]
    verdict = verified(foreign, [head(foreign)])
    assert (kinds(verdict)[-5:], verdict.first_bad_index) == (
        [K.SIGNED, K.OTHER_TENANT, K.ROOT_HOLDS, K.EVENTS_HOLD, K.ORDER_HOLDS],
        20,
    )
    odd = [*GOOD[:20], exported(20, b'{"version":2}')]
    assert verified(odd, [head(odd)]).findings[1].told() == (
        "Index 20: the text is that of the leaf, but no event: an event of the version 2; accepted is 1"
    )


def test_without_a_checkpoint_nothing_is_proved() -> None:
    verdict = verified(GOOD, [])
    assert (verdict.holds, kinds(verdict)[0], verdict.proved) == (False, K.NO_CHECKPOINT, 0)


def test_checkpoints_that_are_not_accepted_are_named_by_their_number() -> None:
    other = head(GOOD, 32, numbered_key(9))
    verdict = verified(GOOD, [HEADS[0], other, b"text"])
    reasons = [finding.told() for finding in verdict.findings if finding.kind is K.BAD_CHECKPOINT]
    assert [reason[:44] for reason in reasons] == [
        "Checkpoint 2 of those given is not accepted:",
        "Checkpoint 3 of those given is not accepted:",
    ]
    assert (verdict.holds, verdict.proved, verdict.first_bad) == (False, 16, None)


def test_two_histories_of_one_log_are_told() -> None:
    other = head([*GOOD[:20], FORGED, *GOOD[21:]], 32)
    verdict = verified(GOOD, [HEADS[1], other])
    assert (K.TWO_ROOTS in kinds(verdict), verdict.holds, verdict.proved, verdict.first_bad) == (True, False, 32, None)
    assert kinds(verified(renumbered(GOOD[1:]), [HEADS[1], other])).count(K.ROOT_DIFFERS) == 1


def test_what_a_broken_history_no_longer_proves_is_told() -> None:
    verdict = verified(GOOD[:20] + GOOD[21:])
    assert verdict.told()[-4:] == (
        "· The events 16 to 19 fit their own lines, but no checkpoint could be compared that proves them.",
        "· The checkpoint of 32 events was not compared: the history fails before it.",
        "· The checkpoint of 40 events was not compared: the history fails before it.",
        "First bad index: 20.",
    )
    assert K.NOT_PROVED not in kinds(verified(GOOD[:16] + GOOD[17:]))


def test_an_empty_history_is_proved_by_an_empty_checkpoint() -> None:
    verdict = verified([], [head([])])
    assert (verdict.holds, kinds(verdict)) == (True, [K.SIGNED, K.ROOT_HOLDS, K.EVENTS_HOLD])


def test_a_key_signs_only_in_its_tenure() -> None:
    new = numbered_key(2)
    held = tenures(ORIGIN, LEDGER.public, [sign_rotation(ORIGIN, LEDGER, new, 20)])
    good = verify_log(lines(GOOD), [head(GOOD, 16), head(GOOD, 40, new)], ORIGIN, held)
    assert (good.holds, good.proved) == (True, 40)
    for stale in (head(GOOD, 40), head(GOOD, 16, new)):
        assert not verify_log(lines(GOOD), [stale], ORIGIN, held).holds


def test_only_so_many_faults_are_listed() -> None:
    entries = [replace(entry, salt=bytes(16)) for entry in history(MAX_FAULTS + 7)]
    verdict = verified(entries, [head(entries)])
    assert kinds(verdict).count(K.LEAF_DIFFERS) == MAX_FAULTS
    assert verdict.told()[-2:] == ("· Faults not listed: 7.", "First bad index: 0.")


def test_after_a_gap_texts_are_still_checked() -> None:
    entries = replaced(GOOD[:20] + GOOD[21:], 29, salt=bytes(16))
    verdict = verified(entries)
    assert [finding.span for finding in verdict.findings if finding.span] == [(20, 20), (30, 30)]


def test_growth_is_shown_without_the_events() -> None:
    verdict = verify_growth(HEADS[0], HEADS[2], consistency_proof(LEAVES, 16), ORIGIN, TRUSTED)
    assert (verdict.holds, verdict.proved, verdict.told()[-1]) == (
        True,
        40,
        "✓ From 16 to 40 events the history only grew.",
    )


def test_growth_that_is_not_shown_is_told() -> None:
    rewritten = [*GOOD[:10], FORGED, *GOOD[11:]]
    early, late = (
        consistency_proof([entry.leaf for entry in [*GOOD[:at], FORGED, *GOOD[at + 1 :]]], 16) for at in (10, 20)
    )
    for old, new, given_proof in (
        (HEADS[0], head(rewritten), early),
        (HEADS[0], HEADS[2], late),
        (HEADS[2], HEADS[0], ()),
        (HEADS[1], head(rewritten, 32), ()),
    ):
        verdict = verify_growth(old, new, given_proof, ORIGIN, TRUSTED)
        assert (verdict.holds, kinds(verdict)[-1], verdict.proved) == (False, K.DID_NOT_GROW, 0)
    unsigned = verify_growth(HEADS[0], head(GOOD, 40, numbered_key(9)), (), ORIGIN, TRUSTED)
    assert (unsigned.holds, kinds(unsigned)) == (False, [K.SIGNED, K.BAD_CHECKPOINT])
