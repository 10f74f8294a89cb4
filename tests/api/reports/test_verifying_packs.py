"""An evidence pack verified by its command: it holds as it was made; whatever is changed in a sheet is found and named,
also by somebody who makes sums and manifest again.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from typer.testing import CliRunner

from accounting.management.validity import last_day
from api.cli.main import app
from proofs.canonical import canonical_bytes, read_canonical
from proofs.findings import Outcome
from reports.packs import columns
from reports.packs.manifests import MANIFEST, SUMS
from reports.packs.opened import OpenedPack
from reports.packs.pack_findings import PackFindingKind, PackVerdict
from reports.packs.sealed_batches import SealedHistory, sealed_history
from reports.packs.verifying import verify_pack
from reports.packs.verifying_rows import INTERVALS, ROWS, Said, Sheet, verify_rows
from reports.reading import read_document
from reports.signed_reports import read_signed_report
from tests.api.reports.packed import sheet
from tests.published import trusted

Kind = PackFindingKind
Files = dict[str, bytes]


class Held(OpenedPack):
    """A pack in memory, of which a sheet was changed."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.names = tuple(sorted(files))

    def open(self, name: str) -> IO[bytes]:
        return io.BytesIO(self._files[name])


@pytest.fixture(scope="module")
def known(files: Files) -> tuple[SealedHistory, Said]:
    """What the history and the report say that sheets are compared with."""
    sealed = sealed_history(files[f"history/{the(files, 'rows')[5:41]}/history.ndjson"].splitlines())
    [signed] = [data for name, data in files.items() if name.startswith("report/") and name.endswith(".json")]
    document = read_document(read_signed_report(signed).document)
    known_at = datetime.fromisoformat(document.rests.known_at)
    return sealed, Said(document.first_month, last_day(document.last_month), known_at, frozenset())


def faults(files: Files, sheet_of: Sheet, known: tuple[SealedHistory, Said]) -> list[str]:
    """Return what is wrong with the sheets of one kind, told."""
    found = verify_rows(Held(files), sheet_of, the(files, "rows")[5:41], *known)
    return [one.told() for one in found if one.outcome is Outcome.FAILED]


def the(files: Files, folder: str, ending: str = "") -> str:
    """Return the path of the sheet of the tenant in a folder."""
    tenant = next(name for name in files if name.startswith("rows/"))[len("rows/") : len("rows/") + 36]
    return f"{folder}/{tenant}{ending}.csv"


def remade(files: Files, to: Path, manifest: Mapping[str, Any]) -> Path:
    """Write a pack of files as somebody would who has the tools: with sums and manifest that fit them."""
    others = {path: data for path, data in files.items() if path not in (MANIFEST, SUMS)}
    sums = "".join(f"{sha256(data).hexdigest()}  {path}\n" for path, data in sorted(others.items()))
    others[SUMS] = sums.encode()
    told: Any = read_canonical(files[MANIFEST])
    told["files"] = {path: {"sha256": sha256(data).hexdigest(), "size": len(data)} for path, data in others.items()}
    others[MANIFEST] = canonical_bytes({name: one for name, one in {**told, **manifest}.items() if one is not None})
    with zipfile.ZipFile(to, "w") as out:
        for path, data in others.items():
            out.writestr(path, data)
    return to


def verified(files: Files, tmp_path: Path, **manifest: Any) -> PackVerdict:
    return verify_pack(OpenedPack(remade(files, tmp_path / "pack.zip", manifest)), [trusted()])


def failed(verdict: PackVerdict) -> list[str]:
    """Return what failed of the pack itself, told; its report and histories hold."""
    assert verdict.report is not None
    assert verdict.report.holds
    assert all(one.holds for one in verdict.histories)
    return [one.told() for one in verdict.findings if one.outcome is Outcome.FAILED]


def changed(files: Files, path: str, change: Callable[[list[dict[str, str]]], object]) -> Files:
    """Return files with the rows of a sheet changed."""
    rows = sheet(files[path])
    names = next(csv.reader(io.StringIO(files[path].decode(), newline="")))
    change(rows)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([names, *([one[name] for name in names] for one in rows)])
    assert text.getvalue().encode() != files[path]
    return {**files, path: text.getvalue().encode()}


def with_cell(files: Files, path: str, column: str, value: str, where: Mapping[str, str]) -> tuple[Files, int]:
    """Return files with one cell changed, and the line that it is on."""
    found = [at for at, row in enumerate(sheet(files[path])) if where.items() <= row.items()]
    return changed(files, path, lambda rows: rows[found[0]].update({column: value})), found[0] + 2


def test_it_holds_as_it_was_made(pack: httpx.Response, files: Files, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(pack.content)
    result = CliRunner().invoke(app, ["verify", "pack", str(tmp_path / "pack.zip"), "--key", str(trusted())])
    lines = result.output.splitlines()
    assert (result.exit_code, lines[0]) == (0, "The evidence pack HOLDS."), result.output
    rows, intervals = the(files, "rows"), the(files, "intervals")
    assert f"✓ {rows}: rows of 3 postings, 4 of them in the report's months, give the digests" in result.output
    assert f"✓ {intervals}: rows of 3 postings, 4 of them in the report's months, give the digests" in result.output
    assert f"✓ Files: {len(files) - 1}; each is the one" in result.output
    assert [line for line in lines if line.startswith("✓ ") and ".csv: lines " in line] == [
        f"✓ {path}: lines {count}; each says what the history says."
        for path, count in (("tenants.csv", 1), ("intervals/series.csv", 1), ("evidence/index.csv", 3))
    ]
    assert sum(line.startswith("✓ report/") for line in lines) == 4, "four renderings"
    assert "of which no row is in the pack: 1. " in result.output, "the posting of April"
    for path, data in files.items():
        (tmp_path / "folder" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / path).write_bytes(data)
    folder = ["verify", "pack", str(tmp_path / "folder"), "--key", str(trusted()), "--language", "zh"]
    result = CliRunner().invoke(app, folder)
    assert (result.exit_code, result.output.splitlines()[0]) == (0, "证据包成立。")


def test_every_cell_of_a_row_is_covered(files: Files, known: tuple[SealedHistory, Said]) -> None:
    others = {
        "isCurrent": "no", "quantity": "500.0", "baseQuantity": "1", "periodStart": "2024-03-02T16:00:00Z",
        "periodEnd": "2024-03-02T17:00:00Z", "localStart": "2024-03-02T00:00:00", "localEnd": "2024-03-03T00:00:00",
        "version": "2", "recordedAt": "2024-03-02T16:00:00Z", "adjustedMonths": "2024-03-01",
    }  # fmt: skip
    assert faults(files, ROWS, known) == []
    for column in columns.ROWS:
        cell = others.get(column, "00000000-0000-7000-8000-000000000000" if column.endswith("Id") else "other")
        files_of, _ = with_cell(files, the(files, "rows"), column, cell, {"externalId": "=b"})
        said = faults(files_of, ROWS, known)
        assert said, column
        assert all(one.startswith(("rows/", the(files, "rows"))) for one in said), (column, said)


def test_every_cell_of_a_reading_is_covered(files: Files, known: tuple[SealedHistory, Said]) -> None:
    others = {
        "isCurrent": "yes", "value": "5.0000001", "stored": "0.0050", "version": "3", "start": "2024-03-31T13:00:00Z",
        "recordedAt": "2024-03-02T16:00:00Z", "adjustedMonths": "2024-03-01",
    }  # fmt: skip
    assert faults(files, INTERVALS, known) == []
    for column in columns.READINGS:
        cell = others.get(column, "00000000-0000-7000-8000-000000000000" if column == "seriesId" else "other")
        files_of, _ = with_cell(files, the(files, "intervals"), column, cell, {"value": "5"})
        assert faults(files_of, INTERVALS, known), column


@pytest.mark.parametrize("value", ["9" * 5000, "٣", "-1", "1.0", ""])
def test_a_version_that_is_none_is_told_with_its_line(
    files: Files, known: tuple[SealedHistory, Said], value: str
) -> None:
    path = the(files, "rows")
    files_of, line = with_cell(files, path, "version", value, {"externalId": "=b"})
    [said] = faults(files_of, ROWS, known)
    assert said.startswith(f"{path} is not accepted: line {line} of {path} is no row of {len(columns.ROWS)} cells")


def test_a_changed_quantity_names_file_lines_and_posting(files: Files, tmp_path: Path) -> None:
    path = the(files, "rows")
    files_of, line = with_cell(files, path, "quantity", "501", {"externalId": "=b"})
    recording = next(row["recording"] for row in sheet(files[path]) if row["externalId"] == "=b")
    [said] = failed(verified(files_of, tmp_path))
    assert said.startswith(f"{path}, lines 2 to 3: the rows of the posting {recording} are not those of event ")
    assert line in (2, 3)


def test_a_changed_correction_names_its_line(files: Files, tmp_path: Path) -> None:
    path = the(files, "rows")
    files_of, line = with_cell(files, path, "quantity", "1301", {"version": "3"})
    told, digest = failed(verified(files_of, tmp_path))
    assert told.startswith(f"{path}, line {line}: it is not what event "), told
    assert f"{path}, lines {line} to {line}: the rows of the posting" in digest


def test_another_reason_for_an_adjustment_names_its_line(files: Files, known: tuple[SealedHistory, Said]) -> None:
    for kind, reason in ((ROWS, "meter factor"), (INTERVALS, "a bill showed it")):
        path = the(files, kind.folder)
        for column, value in (("adjustment", "no reason"), ("adjustedMonths", "2024-02-01")):
            files_of, line = with_cell(files, path, column, value, {"adjustment": reason})
            [said] = faults(files_of, kind, known)
            assert said.startswith(f"{path}, line {line}: adjustment and adjustedMonths are not those of event "), said


def test_a_history_ends_with_the_head_of_the_report(files: Files, tmp_path: Path) -> None:
    path = f"history/{the(files, 'rows')[5:41]}/checkpoint.txt"
    other = verified({**files, path: files[path].replace(b"\n\n", b"\nmore\n\n", 1)}, tmp_path)
    told = [one.told() for one in other.findings if one.outcome is Outcome.FAILED]
    assert told == [f"{path} is not accepted: it is not the head that the report's own file ends with"]


def test_rows_that_were_removed_added_or_moved_are_found(files: Files, tmp_path: Path) -> None:
    path, beside = the(files, "rows"), the(files, "intervals", "-beside")
    intervals = the(files, "intervals")
    removed = changed(files, path, lambda rows: rows.pop(0))
    assert "1 rows with the digest" in failed(verified(removed, tmp_path))[0]
    invented = "ffffffff-0000-7000-8000-000000000000"
    added = changed(files, path, lambda rows: rows.append({**rows[-1], "recording": invented, "activityId": invented}))
    assert (
        f"no event of the history of {path[5:41]} says that the posting {invented}"
        in failed(verified(added, tmp_path))[0]
    )
    twice = changed(files, path, lambda rows: rows.append(rows[-1]))
    assert "is there twice or out of order" in failed(verified(twice, tmp_path))[0]
    moved = sheet(files[beside])

    def mix(rows: list[dict[str, str]]) -> None:
        rows[:] = sorted([*rows, *moved], key=lambda row: (row["recording"], row["start"]))

    hidden = changed(files, intervals, mix)
    del hidden[beside]
    assert any(said.endswith("it is of other months") for said in failed(verified(hidden, tmp_path)))
    without = {name: data for name, data in files.items() if name != path}
    assert failed(verified(without, tmp_path)) == [f"{path} is not accepted: {path} is not there"]


def test_a_correction_that_is_hidden_with_its_flag_is_counted_as_not_there(files: Files, tmp_path: Path) -> None:
    path = the(files, "rows")

    def hide(rows: list[dict[str, str]]) -> None:
        rows[:] = [row for row in rows if row["version"] != "3"]
        next(row for row in rows if row["version"] == "2")["isCurrent"] = "yes"

    verdict = verified(changed(files, path, hide), tmp_path)
    [open_one] = [
        one for one in verdict.findings
        if one.kind is Kind.OTHER_POSTINGS and one.values["file"] == path
    ]  # fmt: skip
    assert (failed(verdict), open_one.values["count"]) == ([], 2)
    flag = changed(files, path, lambda rows: next(row for row in rows if row["version"] == "2").update(isCurrent="yes"))
    assert "isCurrent is 'yes'; by the versions in the pack it is 'no'" in failed(verified(flag, tmp_path))[0]


@pytest.mark.parametrize(
    ("path", "column", "value"),
    [
        ("tenants.csv", "name", "Another company"), ("intervals/series.csv", "unit", "MWh"),
        ("intervals/series.csv", "source", "m1"), ("evidence/index.csv", "note", "by machine"),
        ("evidence/index.csv", "recordedAt", "2024-03-02T16:00:00Z"),
    ],
)  # fmt: skip
def test_the_other_sheets_say_what_the_history_says(
    files: Files, tmp_path: Path, path: str, column: str, value: str
) -> None:
    files_of, _ = with_cell(files, path, column, value, {})
    [said] = failed(verified(files_of, tmp_path))
    assert said.startswith(f"{path}, line 2: {column} is "), said


def test_a_file_that_was_changed_added_or_removed_is_found(files: Files, tmp_path: Path) -> None:
    evidence = next(name for name in files if name.startswith("evidence/") and name.endswith(".txt"))
    exchanged = failed(verified({**files, evidence: b"another reading"}, tmp_path))
    assert any(f"{evidence} has the SHA-256" in said for said in exchanged), "though the manifest fits"

    def with_one(change: Mapping[str, bytes], *, gone: str = "") -> list[str]:
        with zipfile.ZipFile(tmp_path / "raw.zip", "w") as out:
            for path, data in {**files, **change}.items():
                if path != gone:
                    out.writestr(path, data)
        return failed(verify_pack(OpenedPack(tmp_path / "raw.zip"), [trusted()]))

    for data in (files["factors.csv"] + b"\n", files["factors.csv"].swapcase()):
        assert with_one({"factors.csv": data})[0].startswith("factors.csv is not accepted: ")
    assert with_one({"more.txt": b""}) == [f"more.txt is not accepted: {MANIFEST} does not name it"]
    assert with_one({}, gone="README.txt") == ["README.txt is not accepted: README.txt is not there"]
    assert with_one({}) == []


def test_what_cannot_be_compared_is_told(files: Files, tmp_path: Path) -> None:
    path = the(files, "rows")
    recording = next(row["recording"] for row in sheet(files[path]) if row["externalId"] == "=b")
    files_of, _ = with_cell(files, path, "quantity", "501", {"externalId": "=b"})
    partial = verified(files_of, tmp_path, partial=[recording])
    assert (partial.holds, [one.values["recording"] for one in partial.findings if one.kind is Kind.PARTIAL]) == (
        True, [recording],
    )  # fmt: skip
    assert "BUT NOT ALL OF IT" in partial.told()[0]
    old = verified(files_of, tmp_path, format="parkledger-evidence-pack/1", partial=None)
    assert "BUT NOT ALL OF IT" in old.told()[0]
    assert (old.holds, [one.told()[:21] for one in old.findings if one.kind is Kind.OLD_FORM]) == (
        True, ["The rows were NOT com"],
    )  # fmt: skip
    folder = f"history/{path[5:41]}/"
    gone = {name: data for name, data in files.items() if not name.startswith(folder)}
    told = verified(gone, tmp_path)
    assert Kind.NO_HISTORY in {one.kind for one in told.findings}
    assert failed(told)[0].startswith(f"{path} is not accepted: history/{path[5:41]} is not there, without which")
    sheets = ("tenants.csv", "intervals/series.csv", "evidence/index.csv")
    bare = {name: data for name, data in gone.items() if path[5:41] not in name}
    bare |= {name: data.partition(b"\n")[0] + b"\n" for name, data in files.items() if name in sheets}
    told = verified(bare, tmp_path)
    assert (failed(told), told.told()[0]) == (
        [], "The evidence pack HOLDS, BUT NOT ALL OF IT WAS COMPARED WITH THE HISTORY.",
    ), "what the asker does not read is left out so"  # fmt: skip
    cut = {**files, f"{folder}history.ndjson": files[f"{folder}history.ndjson"].replace(b"1300", b"1301")}
    assert not verified(cut, tmp_path).holds


def test_what_is_no_pack_is_said(files: Files, tmp_path: Path) -> None:
    for number, data in enumerate((b"no zip", b"PK\x03\x04 cut")):
        (tmp_path / f"{number}.zip").write_bytes(data)
        result = CliRunner().invoke(app, ["verify", "pack", str(tmp_path / f"{number}.zip"), "--key", str(trusted())])
        assert (result.exit_code, "It is no evidence pack: " in result.output) == (1, True)
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as out:
        out.writestr("../MANIFEST.json", b"")
    result = CliRunner().invoke(app, ["verify", "pack", str(tmp_path / "out.zip"), "--key", str(trusted())])
    assert (result.exit_code, "lies outside of the pack" in result.output) == (1, True)
    manifests: list[dict[str, Any]] = [
        {"format": "parkledger-evidence-pack/9"}, {"files": [1]}, {"partial": 7}, {"files": {"a": {}}},
    ]  # fmt: skip
    for manifest in manifests:
        verdict = verify_pack(OpenedPack(remade(files, tmp_path / "pack.zip", manifest)), [trusted()])
        assert [one.kind for one in verdict.findings] == [Kind.UNREADABLE], manifest
