"""The `parkledger` command: puts the families of commands together and turns expected errors into one line."""

import gc
import sys
from importlib import metadata
from typing import Annotated, Final

import typer

from api.cli import (
    archives,
    cases,
    delivering,
    demo,
    estimates,
    factors,
    failures,
    histories,
    ingesting,
    keys,
    mqtt,
    posting,
    printing,
    reporting,
    serving,
    upkeep,
    verifying,
    verifying_packs,
)

app = typer.Typer(
    help="Parkledger, the carbon ledger of a zero-carbon industrial park.\n\n"
    "Start with `parkledger demo`: a service with a demo park, an embedded database, and a page that says what is "
    "where. `parkledger serve` is the same without the demo. Settings come from the environment: "
    "PARKLEDGER_DATABASE_URL (a PostgreSQL 15 or newer instead of the embedded one), PARKLEDGER_DATA (folder of the "
    "embedded one), PARKLEDGER_KEY (what commands prove to a service who they are with; `parkledger keys` makes keys).",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _tell_version(is_wanted: bool) -> None:
    if is_wanted:
        printing.out.print(f"parkledger {_version()}")
        raise typer.Exit


def _version() -> str:
    try:
        return metadata.version("parkledger")
    except metadata.PackageNotFoundError:
        return "of a checkout that is not installed"


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """Take the options of the command itself."""


app.command(short_help="Start the service with a demo park in it.")(demo.demo)
app.command()(serving.serve)
app.command(short_help="Bring the database up to date.")(upkeep.migrate)
app.command(short_help="Make the partitions of the year to come, tidy what is kept.")(upkeep.maintain)
app.command(short_help="Compare every stored sum with the rows it is of.")(upkeep.check)
app.command(short_help="Seal what was recorded into the history.")(histories.seal)
app.command(short_help="Send the webhooks that are due.")(delivering.deliver)
app.command(short_help="Print the GraphQL schema.")(upkeep.schema)
app.command(short_help="Estimate one activity from the shipped factors.")(estimates.estimate)
app.add_typer(factors.app, name="factors", short_help="Search the factors, show one, import an edition.")
app.add_typer(archives.app, name="archive", short_help="Move months long past out of the database, with proof.")
app.add_typer(keys.app, name="keys", short_help="Create, list, rotate and revoke API keys.")
app.add_typer(histories.app, name="history", short_help="Export the history, hand it to another key.")
histories.verify_app.command(verifying.REPORT)(verifying.report)
histories.verify_app.command()(verifying_packs.pack)
app.add_typer(
    histories.verify_app,
    name="verify",
    cls=verifying.ReportUnlessNamed,
    short_help="Verify a signed report, a pack or the history.",
)
app.add_typer(reporting.app, name="report", short_help="Publish, list and fetch reports and their packs.")
app.command(short_help="Post a CSV file of activities, row by row told.")(posting.post)
app.command(short_help="Post a file of any length: CSV, NDJSON, Parquet, XLSX.")(ingesting.ingest)
app.command(short_help="Post the messages of an MQTT broker.")(mqtt.mqtt)
app.command(short_help="Run a file of worked examples against a service.")(cases.cases)

_NEW_OBJECTS: Final = 100_000
"""How many new objects there are when garbage is looked for. A start makes a million that stay; at Python's own 700,
walking them over and over takes a fifth of it.
"""


def main() -> None:
    """Run the command; an expected failure is one line and exit code 1, a bug keeps its traceback."""
    gc.set_threshold(_NEW_OBJECTS)
    try:
        app()
    except Exception as error:
        if not failures.is_expected(error):
            raise
        printing.tell(failures.said(error))
        sys.exit(1)
