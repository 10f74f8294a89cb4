"""The factors of a pack: made again of its report and the release that this names; whatever is changed is named."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emission_factors.releases import UnknownRelease, shipped_catalogue
from proofs.findings import Outcome
from reports.packs import verifying_factors
from reports.packs.columns import csv_lines
from reports.packs.factors import FACTORS, SHEET
from reports.packs.pack_findings import PackFindingKind
from reports.packs.verifying_factors import verify_factors
from reports.signed_reports import read_signed_report
from tests.api.reports.packed import sheet
from tests.api.reports.test_verifying_packs import Files, Held, changed, failed, verified, with_cell

NEWEST = shipped_catalogue().release
Rows = list[dict[str, str]]


def document(files: Files) -> bytes:
    [data] = [data for name, data in files.items() if name.startswith("report/") and name.endswith(".signed.json")]
    return read_signed_report(data).document


def said(files: Files) -> list[tuple[Outcome, str]]:
    return [(one.outcome, one.told()) for one in verify_factors(Held(files), document(files))]


def test_they_are_those_of_the_report_and_its_release(files: Files, tmp_path: Path) -> None:
    count, release = len(sheet(files[SHEET])), f"the factor release {NEWEST.number} ({NEWEST.content_hash})"
    assert count > 1
    held = f"factors.csv: factors {count}; each is that of {release}, which is here, or of the report's own table."
    assert said(files) == [(Outcome.HELD, held)]
    verdict = verified(files, tmp_path)
    assert (failed(verdict), verdict.told()[0]) == ([], "The evidence pack HOLDS.")
    assert held in [one.told() for one in verdict.findings]


def test_a_pack_with_another_figure_does_not_hold(files: Files, tmp_path: Path) -> None:
    """Though its sums and its manifest fit it."""
    factor = sheet(files[SHEET])[1]
    files_of, line = with_cell(files, SHEET, "asPrinted", "0.0001", {"factorId": factor["factorId"]})
    verdict = verified(files_of, tmp_path)
    assert not verdict.holds
    [told] = failed(verdict)
    right = f"by the report and its factor release it is {factor['asPrinted']!r}"
    assert told == f"factors.csv, line {line}: asPrinted is '0.0001', {right}"


@pytest.mark.parametrize("column", FACTORS)
def test_every_cell_is_compared(files: Files, column: str) -> None:
    files_of, line = with_cell(files, SHEET, column, "other", {"factorId": sheet(files[SHEET])[0]["factorId"]})
    [(outcome, told)] = said(files_of)
    assert outcome is Outcome.FAILED
    assert told.startswith(f"factors.csv, line {line}: {column} is 'other', by the report and its factor release it ")


def dropped(rows: Rows) -> None:
    del rows[0]


def cut(rows: Rows) -> None:
    del rows[-1]


def added(rows: Rows) -> None:
    rows.append(rows[0] | {"factorId": "mine"})


def turned(rows: Rows) -> None:
    rows.reverse()


@pytest.mark.parametrize(
    ("change", "at_end", "reason"),
    [
        (dropped, False, "factorId is "),
        (cut, True, "the factor {last} of the report is not there"),
        (added, True, "'mine' is no factor of the report"),
        (turned, False, "factorId is "),
    ],
)
def test_lines_are_those_of_the_report(
    files: Files, change: Callable[[Rows], object], at_end: bool, reason: str
) -> None:
    files_of = changed(files, SHEET, change)
    last = len(sheet(files_of[SHEET])) + (1 if change is added else 2)
    [(outcome, told)] = said(files_of)
    told_of = reason.format(last=sheet(files[SHEET])[-1]["factorId"])
    assert outcome is Outcome.FAILED
    assert told.startswith(f"factors.csv, line {last if at_end else 2}: {told_of}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "its cells are right, but its bytes are others"),
        (lambda data: data + b'"', "unexpected end of data"),
        (lambda data: data + b"\xff", "'utf-8' codec can't decode byte 0xff"),
        (lambda data: data[:0], "it has other columns than factorId, "),
        (
            lambda data: data.replace(b",note\n", b",note,more\n", 1),
            "it has other columns than factorId, ",
        ),
        (lambda data: data[:-1] + b",more\n", "it has 25 cells; accepted are 24"),
    ],
)
def test_bytes_are_those_of_the_report(files: Files, data: Callable[[bytes], bytes], reason: str) -> None:
    [(outcome, told)] = said({**files, SHEET: data(files[SHEET])})
    assert (outcome, reason in told) == (Outcome.FAILED, True), told


def test_a_pack_without_them_does_not_hold(files: Files, tmp_path: Path) -> None:
    bare = {name: data for name, data in files.items() if name != SHEET}
    assert failed(verified(bare, tmp_path)) == ["factors.csv is not accepted: factors.csv is not there"]


def test_a_release_that_is_not_here_is_said(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a release that an operator made of data of his own: nothing here knows what it holds."""

    def unknown(number: int) -> Any:
        raise UnknownRelease(f"no release {number} ships with the service")

    monkeypatch.setattr(verifying_factors, "shipped_catalogue", unknown)
    verdict = verified(files, tmp_path)
    told = [one for one in verdict.findings if one.kind is PackFindingKind.FACTORS_NOT_COMPARED]
    assert (verdict.holds, [one.outcome for one in told]) == (True, [Outcome.OPEN])
    assert told[0].told().startswith(f"factors.csv was not compared: the factor release {NEWEST.number} (")


def test_a_release_of_the_same_number_with_other_content_is_another(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying_factors, "shipped_catalogue", lambda _: shipped_catalogue(1))
    assert [outcome for outcome, _ in said(files)] == [Outcome.OPEN]


@pytest.mark.parametrize(
    "data", [b"{}", b'{"rests":{"factorRelease":"x","factorReleaseHash":""}}', b"[]", b"no JSON", b"\xff"]
)
def test_a_document_that_cannot_be_read_is_a_finding(files: Files, data: bytes) -> None:
    [found] = verify_factors(Held(files), data)
    assert found.told().startswith("factors.csv is not accepted: the report's own factors cannot be read: ")


def test_a_document_whose_lines_are_none_is_a_finding(files: Files) -> None:
    rests = f'{{"factorRelease":{NEWEST.number},"factorReleaseHash":"{NEWEST.content_hash}"}}'
    [found] = verify_factors(Held(files), f'{{"rests":{rests},"lines":[{{}}],"tables":[]}}'.encode())
    assert found.told() == "factors.csv is not accepted: the report's own factors cannot be read: KeyError 'factors'"


def test_its_lines_are_numbered_as_an_editor_does(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note may have several lines."""
    rows = list(csv.reader(io.StringIO(files[SHEET].decode(), newline="")))
    rows[1][-1] = "two\nlines"
    made = csv_lines(rows)
    [(_, told)] = said({**files, SHEET: made})
    assert told.startswith("factors.csv, line 2: note is 'two\\nlines', by the report")
    monkeypatch.setattr(verifying_factors, "factor_lines", lambda *_: made)
    rows[2][-1] = "other"
    [(_, told)] = said({**files, SHEET: csv_lines(rows)})
    assert told.startswith("factors.csv, line 4: note is 'other', by the report")
