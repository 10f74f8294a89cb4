"""Proofs that a report rests on: of other histories, other heads, other events, and keys that were handed on."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from proofs.canonical import canonical_bytes
from proofs.exports import ExportedEvent
from proofs.keys import make_key
from proofs.merkle import inclusion_proof
from proofs.notes import add_signature
from proofs.rotations import sign_rotation
from proofs.signatures import sign_document
from reports.signed_reports import PURPOSE, PublicationProof
from reports.verifying import verify_report
from tests.reports.signing import AT, NAME, NEIGHBOUR, Log, Publication, key, published, small_document
from tests.reports.verified import MADE, Kind, failed, reason, verified


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
