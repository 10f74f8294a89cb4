"""`parkledger verify FILE --key K`: a signed report verified offline, without database, service and network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from api.cli.failures import Failed
from api.cli.histories import read_file
from api.cli.printing import err, out

if TYPE_CHECKING:
    from proofs.findings import Language
    from proofs.keys import PublicKey
    from reports.report_findings import ReportVerdict

REPORT: Final = "report"
"""The command of reports, which may be left out."""


class ReportUnlessNamed(TyperGroup):
    """Commands where what begins with none of their names, nor asks for help, is a report's file or its options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command of reports in front of arguments that name none."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [REPORT, *args]
        return super().parse_args(ctx, args)


def report(
    file: Annotated[Path, typer.Argument(help="A signed report, as downloaded: .signed.json.")],
    key: Annotated[
        list[str],
        typer.Option(help="Line of a key that is trusted, name+hash+base64, or a file that holds it; repeat."),
    ],
    rendering: Annotated[
        list[Path] | None, typer.Option(help="A PDF, XLSX, XHTML or JSON that is to be of this report; repeat.")
    ] = None,
    supersedes: Annotated[
        list[Path] | None, typer.Option(help="Signed report of an edition before this one; repeat.")
    ] = None,
    since: Annotated[list[Path] | None, typer.Option("--from", help="A checkpoint kept outside; repeat.")] = None,
    language: Annotated[str, typer.Option(help="Language of the words: en or zh.")] = "en",
) -> None:
    """Verify a signed report offline: signature, numbers, histories, publication, editions. `report` may be left out.

    Needs the file and a key that was handed over another way; no database, service or network. Exits with 1 where
    anything does not hold, and says what no file can show.
    """
    from reports.verifying import verify_report

    words = language_of(language)
    data = read_file(file)
    verdict = verify_report(data, trusted_keys(key), _all(supersedes), _all(since))
    verdict = _with_renderings(verdict, data, rendering or [])
    for line in verdict.told(words):
        (out if verdict.holds else err).print(line, markup=False, highlight=False, soft_wrap=True)
    if not verdict.holds:
        raise typer.Exit(1)


def _with_renderings(verdict: "ReportVerdict", data: bytes, files: list[Path]) -> "ReportVerdict":
    """Compare renderings with a report that holds; of one that does not, none is anything."""
    if not files or not verdict.holds:
        return verdict
    from reports.signed_reports import read_signed_report
    from reports.verifying_renderings import verify_rendering

    document = read_signed_report(data).document
    return verdict.with_findings(verify_rendering(document, read_file(one), one.name) for one in files)


def trusted_keys(given: list[str]) -> "list[PublicKey]":
    """Return the key of each line that was given as `--key`, or those of the lines of each file."""
    from proofs.errors import BadKey
    from proofs.keys import read_public_key

    lines = [line for text in given for line in _lines(text)]
    try:
        return [read_public_key(line) for line in lines]
    except BadKey as error:
        raise Failed(f"--key: {error}") from None


def _lines(text: str) -> list[str]:
    if not Path(text).is_file():
        return [text]
    try:
        lines = read_file(Path(text)).decode().splitlines()
    except UnicodeDecodeError:
        raise Failed(f"--key: {text} is no text; accepted is a file of lines, name+hash+base64") from None
    return [line.strip() for line in lines if line.strip()]


def language_of(code: str) -> "Language":
    """Return the language that was given as `--language`."""
    from proofs.findings import Language

    if code not in list(Language):
        raise Failed(f"--language is {code!r}; accepted are {', '.join(Language)}")
    return Language(code)


def _all(files: list[Path] | None) -> list[bytes]:
    return [read_file(file) for file in files or ()]
