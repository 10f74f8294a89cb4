"""The file of a signed report: the same parts give the same bytes, and nothing else is read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from proofs.canonical import canonical_bytes
from reports import signed_reports
from reports.signed_reports import BadSignedReport, HistoryProof, read_signed_report, signed_report
from tests.reports.signing import Publication, published

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def made() -> Publication:
    return published()


def test_what_was_written_is_read(made: Publication) -> None:
    found = read_signed_report(made.file)
    assert (found.document, found.signature, found.proofs, found.rotations) == (
        made.document, made.signature, made.proofs, made.rotations,
    )  # fmt: skip
    assert found.published.origin == made.origin
    assert signed_report(found.document, found.signature, found.proofs, found.rotations) == made.file


def test_the_order_of_the_parts_makes_no_difference(made: Publication) -> None:
    again = signed_report(made.document, made.signature, made.proofs[::-1], made.rotations)
    assert again == made.file


def test_members_are_those_of_the_form(made: Publication) -> None:
    file = json.loads(made.file)
    assert sorted(file) == ["format", "history", "report", "rotations", "signature"]
    assert file["format"] == "parkledger-signed-report/1"
    assert canonical_bytes(file["report"]) == made.document
    assert [sorted(one) for one in file["history"]] == [
        ["after", "before", "consistency", "inclusion", "origin", "publication"],
        ["after", "before", "consistency", "origin"],
    ]
    assert sorted(file["history"][0]["publication"]) == ["event", "index", "leaf", "salt"]


def _put(path: str, value: object) -> Change:
    *inner, last = [int(part) if part.isdecimal() else part for part in path.split(".")]

    def changed(file: dict[str, Any]) -> None:
        found: Any = file
        for part in inner:
            found = found[part]
        found[last] = value

    return changed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_put("more", 1), "the file has format, history, more, report, rotations, signature; accepted are exactly"),
        (lambda file: file.pop("rotations"), "the file has format, history, report, signature; accepted are exactly"),
        (_put("format", "parkledger-signed-report/2"), "format is 'parkledger-signed-report/2'; accepted is"),
        (_put("report", []), "report is no object"),
        (_put("signature", None), "signature is None; accepted is a text"),
        (_put("history", {}), "history is dict; accepted is a list of up to 10000"),
        (_put("history.0.more", 1), "history[0] has after, before, consistency, inclusion, more, origin, publication"),
        (_put("history.1.before", 1), "history[1].before is 1; accepted is a text"),
        (_put("history.1.consistency", ["0G"]), "history[1].consistency[0] is '0G'; accepted are pairs"),
        (_put("history.1.consistency", [7]), "history[1].consistency[0] is 7; accepted is a text"),
        (_put("history.1.consistency", ["00"] * 129), "history[1].consistency is 129 elements; accepted is a list of"),
        (_put("history.0.publication.index", "1"), "history[0].publication: the index '1'; accepted is an integer"),
        (_put("history.0.publication.salt", "00"), "history[0].publication: a salt of 1 bytes"),
        (lambda file: file["history"].reverse(), "history does not have each origin once and in order"),
        (lambda file: file["history"].append(file["history"][1]), "history does not have each origin once"),
        (lambda file: file["history"].pop(0), "publication is in 0 of the histories; accepted is one"),
        (_put("rotations", ["no note"]), "rotations: no signed note"),
        (_put("rotations", [1]), "rotations is 1; accepted is a text"),
    ],
)
def test_another_form_is_refused_by_the_name_of_its_member(made: Publication, change: Change, message: str) -> None:
    file = json.loads(made.file)
    change(file)
    with pytest.raises(BadSignedReport) as caught:
        read_signed_report(canonical_bytes(file))
    assert str(caught.value).startswith(message)


def test_two_publications_are_refused(made: Publication) -> None:
    first, second = made.proofs
    twice = HistoryProof(second.origin, second.before, second.after, second.consistency, first.publication)
    with pytest.raises(BadSignedReport, match="publication is in 2 of the histories; accepted is one"):
        signed_report(made.document, made.signature, [first, twice], made.rotations)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is no canonical JSON: "),
        (b"[" * 100_000, "the file is no canonical JSON: "),
        (b'{"report":' * 70 + b"1" + b"}" * 70, "the file is no canonical JSON: "),
        (b'{"a":1.5}', "the file is no canonical JSON: "),
        (b"\xff", "the file is no canonical JSON: "),
        (b"7", "the file has int; accepted are exactly"),
    ],
)
def test_what_is_no_canonical_json_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadSignedReport) as caught:
        read_signed_report(data)
    assert str(caught.value).startswith(message)


def test_a_file_is_canonical_and_whole(made: Publication) -> None:
    for data in (made.file + b"\n", made.file[:-1], made.file.replace(b'"report":', b'"report": ', 1)):
        with pytest.raises(BadSignedReport, match="no canonical JSON"):
            read_signed_report(data)


def test_a_file_that_is_too_long_is_not_read(made: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_reports, "MAX_BYTES", len(made.file) - 1)
    with pytest.raises(BadSignedReport, match=f"a file of {len(made.file)} bytes; accepted is up to"):
        read_signed_report(made.file)


def test_what_is_no_document_is_not_written(made: Publication) -> None:
    with pytest.raises(BadSignedReport, match="cannot be written"):
        signed_report(b'{"a": 1}', made.signature, made.proofs)
