"""The `parkledger` command: puts the families of commands together and turns expected errors into one line."""

import sys

import typer

from api.cli import cases, demo, estimates, factors, failures, posting, printing, serving, upkeep

app = typer.Typer(
    help="Parkledger, the carbon ledger of a zero-carbon industrial park.\n\n"
    "Start with `parkledger demo`: a service with a demo park, an embedded database, and a page that says what is "
    "where. `parkledger serve` is the same without the demo. Settings come from the environment: "
    "PARKLEDGER_DATABASE_URL (a PostgreSQL 15 or newer instead of the embedded one), PARKLEDGER_DATA (folder of the "
    "embedded one).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(serving.serve)
app.command()(upkeep.migrate)
app.command()(upkeep.check)
app.command()(upkeep.schema)
app.command()(estimates.estimate)
app.add_typer(factors.app, name="factors")
app.command()(posting.post)
app.command()(cases.cases)


def main() -> None:
    """Run the command; an expected failure is one line and exit code 1, a bug keeps its traceback."""
    try:
        app()
    except Exception as error:
        if not failures.is_expected(error):
            raise
        printing.tell(error)
        sys.exit(1)
