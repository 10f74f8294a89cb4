"""`parkledger serve`: the service, until it is stopped."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.printing import out

if TYPE_CHECKING:
    from api.settings import Settings

Host = Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]", show_default=False)]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on. [default: 8000]", show_default=False, min=0, max=65535)
]


def serve(host: Host = None, port: Port = None) -> None:
    """Start the service. The database is migrated first; stop with Ctrl+C.

    Without PARKLEDGER_DATABASE_URL an embedded PostgreSQL is used, in the folder PARKLEDGER_DATA. With it,
    PARKLEDGER_KEY_PEPPER must hold the secret under which API keys are kept, and PARKLEDGER_SIGNING_KEY_FILE name the
    file of the key that signs the history.
    """
    from api.cli.service import places, run
    from api.identity.identification import identification
    from api.signing import signing_key

    settings = chosen(host, port)
    run(settings, identification(settings), signing_key(settings), lambda serving: out.print(places(serving.url)))


def chosen(host: str | None, port: int | None) -> "Settings":
    """Return the settings with what the command line overrides."""
    from api.settings import Settings

    settings = Settings()
    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    return settings.model_copy(update=given)
