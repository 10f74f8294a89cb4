"""A signed report verified offline: what holds is told, and whatever is changed is found."""

import json
import string
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proofs.canonical import canonical_bytes
from proofs.findings import Language
from proofs.keys import make_key
from proofs.signatures import sign_document
from reports.document import Bilingual
from reports.report_findings import WORDS, ReportFindingKind
from reports.signed_reports import PURPOSE
from reports.verifying import verify_report
from tests.reports.signing import AT, NAME, NEIGHBOUR, Log, key, published, small_document
from tests.reports.verified import MADE, Kind, failed, kinds, reason, verified

HELD = [
    Kind.SIGNED, Kind.RECOMPUTED, Kind.RESTS, Kind.PUBLISHED, Kind.HEADS_SIGNED, Kind.GREW, Kind.FIRST_EDITION,
]  # fmt: skip
OPEN = [Kind.NEWER_EDITION, Kind.NOT_IN_THE_FILE]


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


@settings(max_examples=10 * settings().max_examples)
@given(st.integers(0, len(MADE.file) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_fails(position: int, changed: int) -> None:
    data = bytearray(MADE.file)
    data[position] ^= changed
    assert not verified(bytes(data)).holds


@given(st.integers(0, len(MADE.file) - 1))
def test_a_file_cut_off_anywhere_is_no_report(length: int) -> None:
    assert failed(verified(MADE.file[:length])) == [Kind.UNREADABLE]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, one in inner for found in _paths(one, (*path, name)))]


PATHS = _paths(json.loads(MADE.file))[1:]


@settings(max_examples=8 * settings().max_examples)
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


KNOWN_AT = datetime.fromisoformat(small_document().rests.known_at)


@pytest.mark.parametrize(
    ("signed_at", "reason"),
    [
        (KNOWN_AT - timedelta(days=400), "what the report tells is what was known at"),
        (KNOWN_AT.replace(microsecond=0) - timedelta(seconds=1), "what the report tells is what was known at"),
        (AT + timedelta(hours=6, seconds=1), "the publication was recorded at 2026-04-01T06:00:00.000000Z"),
        (AT + timedelta(days=400), "the publication was recorded at 2026-04-01T06:00:00.000000Z"),
    ],
)
def test_a_signature_of_a_time_that_cannot_be_is_refused(signed_at: datetime, reason: str) -> None:
    signature = sign_document(MADE.document, key(), PURPOSE, signed_at)
    verdict = verified(MADE.with_(signature=signature))
    assert failed(verdict) == [Kind.BAD_TIME]
    assert reason in "\n".join(verdict.told())


def test_an_instant_at_the_end_of_time_is_no_fault_of_the_verifier() -> None:
    rests = replace(small_document().rests, known_at="9999-12-31T23:59:59-14:00")
    verdict = verified(published(small_document(rests=rests)).file)
    assert failed(verdict) == [Kind.BAD_TIME, Kind.NOT_STATED]


@pytest.mark.parametrize("signed_at", [KNOWN_AT.replace(microsecond=0), AT + timedelta(hours=6)])
def test_a_signature_may_be_as_old_as_what_it_tells_and_as_new_as_the_record(signed_at: datetime) -> None:
    assert verified(MADE.with_(signature=sign_document(MADE.document, key(), PURPOSE, signed_at))).holds


@pytest.mark.parametrize(
    ("published_at", "faults"),
    [("2026-04-01T06:00:00+00:00", []), ("2026-04-01T05:59:59+00:00", [Kind.BAD_TIME]), ("today", [Kind.BAD_TIME])],
)
def test_a_signature_is_of_the_time_that_the_publication_names(published_at: str, faults: list[Kind]) -> None:
    logs = Log(), Log(NEIGHBOUR)
    made = published(logs=logs)
    index = logs[0].publish(made.document, published_at=published_at)
    signature = sign_document(made.document, key(), PURPOSE, AT + timedelta(hours=6))
    verdict = verified(made.with_(signature=signature, proofs=(logs[0].proof(5, index), made.proofs[1])))
    assert failed(verdict) == faults


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
