"""`parkledger verify FILE --key K` within this process: how it is called, and what it says and ends with."""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.failures import is_expected
from api.cli.main import app
from proofs.keys import make_key
from reports.reading import read_document
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, render
from tests.reports.signing import NAME, key, published, small_document

MADE = published()


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", *map(str, arguments)], env={"COLUMNS": "200"})
    error = result.exception if isinstance(result.exception, Exception) else None
    assert error is None or is_expected(error), error
    return result.exit_code, f"{result.output}{error or ''}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.signed.json"
    path.write_bytes(MADE.file)
    return path


@pytest.fixture
def known(tmp_path: Path) -> Path:
    path = tmp_path / "keys.txt"
    path.write_text(f"{make_key(NAME).public}\n\n{key().public}\n")
    return path


def test_the_command_may_be_left_out_and_options_may_come_first(file: Path, known: Path) -> None:
    line = str(key().public)
    for arguments in ((file, "--key", line), ("--key", line, file), ("report", file, "--key", line)):
        code, said = run(*arguments)
        assert (code, "v1 HOLDS." in said) == (0, True), said
    assert run(file, "--key", known)[0] == 0
    assert run(file, f"--key={make_key(NAME).public}", "--key", line)[0] == 0


def test_help_and_nothing_at_all_show_both_commands() -> None:
    for code, arguments in ((0, ("--help",)), (2, ())):
        found, said = run(*arguments)
        assert found == code
        assert "verify FILE --key K" in said
        assert "  log     " in said
        assert "  report  " in said
        assert "  pack    " in said
    assert "Verify a signed report offline" in run("report", "--help")[1]
    assert "Verify the history" in run("log", "--help")[1]


def test_a_file_that_is_called_as_a_command_is_given_with_its_folder(
    file: Path, known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.rename(file.parent / "log")
    monkeypatch.chdir(file.parent)
    assert run("./log", "--key", known)[0] == 0


def test_a_key_must_be_given(file: Path) -> None:
    code, said = run(file)
    assert (code, "Missing option '--key'" in said) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing.json",), "nothing.json cannot be read: No such file or directory"),
        (("--language", "fr"), "--language is 'fr'; accepted are en, zh"),
        (("--from", "nothing.txt"), "nothing.txt cannot be read: No such file or directory"),
        (("--supersedes", "nothing.txt"), "nothing.txt cannot be read: No such file or directory"),
        (("--rendering", "nothing.pdf"), "nothing.pdf cannot be read: No such file or directory"),
        (("--key", "abc"), "--key: 'abc' is no verifier key"),
    ],
)
def test_what_cannot_be_used_is_one_line(file: Path, arguments: tuple[str, ...], message: str) -> None:
    files = () if arguments == ("nothing.json",) else (file,)
    code, said = run(*files, *arguments, "--key", str(key().public))
    assert (code, said.startswith(message)) == (1, True), said


def test_a_key_file_that_is_no_text(file: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff")
    code, said = run(file, "--key", tmp_path / "key")
    assert (code, "is no text; accepted is a file of lines, name+hash+base64" in said) == (1, True)


def test_what_does_not_hold_ends_with_1(file: Path, known: Path) -> None:
    code, said = run(file, "--key", str(make_key(NAME).public))
    assert (code, "DOES NOT HOLD." in said, "✗ The signature of the report is not accepted" in said) == (1, True, True)
    file.write_bytes(MADE.file[:-2])
    code, said = run(file, "--key", known, "--language", "zh")
    assert (code, said.startswith("报告 不成立。\n✗ 这不是已签名的报告：")) == (1, True)


def test_editions_and_heads_are_given(file: Path, known: Path, tmp_path: Path) -> None:
    (tmp_path / "head").write_bytes(MADE.logs[0].head(5))
    digest = sha256(MADE.document).hexdigest()
    second = published(small_document(version=2, supersedes=digest), MADE.logs)
    (tmp_path / "second").write_bytes(second.file)
    code, said = run(tmp_path / "second", "--supersedes", file, "--from", tmp_path / "head", "--key", known)
    assert code == 0
    assert "✓ Version 2 supersedes version 1" in said
    assert "· The head of 5 events" in said


@pytest.fixture(scope="module")
def renderings() -> dict[Form, bytes]:
    document = read_document(MADE.document)
    return {form: render(document, form, Language.ZH).content for form in Form}


@pytest.fixture(params=list(Form))
def rendering(request: pytest.FixtureRequest, renderings: dict[Form, bytes], tmp_path: Path) -> Path:
    path = tmp_path / f"shown.{request.param.lower()}"
    path.write_bytes(renderings[request.param])
    return path


def test_a_rendering_is_proved_to_be_of_the_report(file: Path, known: Path, rendering: Path) -> None:
    code, said = run(file, "--key", known, "--rendering", rendering)
    assert (code, f"✓ {rendering.name} is this report: made again as " in said) == (0, True), said
    data = bytearray(rendering.read_bytes())
    data[len(data) // 2] ^= 1
    rendering.write_bytes(data)
    code, said = run(file, "--key", known, "--rendering", rendering)
    form = rendering.suffix[1:].upper()
    told = {
        "JSON": "is not this report: as JSON the report has",
        "PDF": "is not shown to be this report: made again as PDF with parkledger",
        "XLSX": "is not shown to be this report: made again as XLSX with parkledger",
        "IXBRL": "is not shown to be this report: made again as IXBRL with parkledger",
    }[form]
    assert (code, f"✗ {rendering.name} {told}" in said) == (1, True), said
    if form != "JSON":
        assert "or another release of Parkledger or of those libraries made it" in said
    if form == "XLSX":
        assert f", xlsxwriter {version('xlsxwriter')} it has " in said
        assert f" bytes and others than these {len(data)}. " in said


def test_what_is_no_rendering(file: Path, known: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("totals")
    code, said = run(file, "--key", known, "--rendering", tmp_path / "a.txt")
    assert (code, "✗ a.txt is not this report: it is no PDF, XLSX, XHTML or JSON" in said) == (1, True)
