"""The `parkledger` command: puts the families of commands together and turns expected errors into one line."""

import gc
import sys
from typing import Final

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
)

app = typer.Typer(
    help="Parkledger, the carbon ledger of a zero-carbon industrial park.\n\n"
    "Start with `parkledger demo`: a service with a demo park, an embedded database, and a page that says what is "
    "where. `parkledger serve` is the same without the demo. Settings come from the environment: "
    "PARKLEDGER_DATABASE_URL (a PostgreSQL 15 or newer instead of the embedded one), PARKLEDGER_DATA (folder of the "
    "embedded one), PARKLEDGER_KEY (what commands prove to a service who they are with; `parkledger keys` makes keys).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(serving.serve)
app.command()(upkeep.migrate)
app.command()(upkeep.maintain)
app.command()(upkeep.check)
app.command()(histories.seal)
app.command()(delivering.deliver)
app.command()(upkeep.schema)
app.command()(estimates.estimate)
app.add_typer(factors.app, name="factors")
app.add_typer(archives.app, name="archive")
app.add_typer(keys.app, name="keys")
app.add_typer(histories.app, name="history")
histories.verify_app.command(verifying.REPORT)(verifying.report)
app.add_typer(histories.verify_app, name="verify", cls=verifying.ReportUnlessNamed)
app.add_typer(reporting.app, name="report")
app.command()(posting.post)
app.command()(ingesting.ingest)
app.command()(mqtt.mqtt)
app.command()(cases.cases)

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
        printing.tell(error)
        sys.exit(1)
