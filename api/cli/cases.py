"""`parkledger cases FILE`: worked examples with known answers, against a running service."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.failures import Failed
from api.cli.printing import out


def cases(
    file: Annotated[Path, typer.Argument(help="Case file (YAML).", exists=True, dir_okay=False)],
    url: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    feature: Annotated[str, typer.Option(help="Only cases of this feature.")] = "",
    verbose: Annotated[bool, typer.Option("--verbose", help="Show every answer.")] = False,
    ledger: Annotated[
        bool,
        typer.Option("--ledger", help="Also post what can be posted and ask for its footprint, in a park of its own."),
    ] = False,
) -> None:
    """Run a file of worked examples against a running service and compare the answers.

    A case is read by its feature, inputs, factors and formula, never by its id. The service does the arithmetic, with
    its own factors where the case cites a publication it holds. Cases that net certificates are run through the
    ledger, in a park of their own. Exits with 1 if a case failed.

    Example: parkledger cases tests/cases/worked-examples.yaml --url http://127.0.0.1:8000
    """
    from api.cases.reading import BadCaseFile
    from api.cases.reporting import lines
    from api.cases.running import run_file
    from api.client import Client, ServiceError

    try:
        with Client(url) as client:
            report = run_file(file, client, feature, ledger)
    except (BadCaseFile, ServiceError) as error:
        raise Failed(str(error)) from None
    if not report.results:
        raise Failed(f"{file} has no case of feature {feature!r}" if feature else f"{file} has no cases")
    for line in lines(report, verbose):
        out.print(line)
    if report.has_failed:
        raise typer.Exit(1)
