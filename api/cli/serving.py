"""`parkledger serve`: prepare the database, serve, and leave it as it was found."""

import socket
from collections.abc import Callable
from typing import Annotated

import typer
import uvicorn

from api import logs
from api.app import create_app
from api.cli.failures import Failed
from api.cli.printing import err, out
from api.settings import Settings
from ledger import setup
from ledger.setup import Databases

Host = Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]", show_default=False)]
Port = Annotated[int | None, typer.Option(help="Port to listen on. [default: 8000]", show_default=False)]


def serve(host: Host = None, port: Port = None) -> None:
    """Start the service. The database is migrated first; stop with Ctrl+C.

    Without PARKLEDGER_DATABASE_URL an embedded PostgreSQL is used, in the folder PARKLEDGER_DATA.
    """
    run(chosen(host, port), lambda url: out.print(places(url)))


def chosen(host: str | None, port: int | None) -> Settings:
    """Return the settings with what the command line overrides."""
    settings = Settings()
    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    return settings.model_copy(update=given)


def run(settings: Settings, when_ready: Callable[[str], None]) -> None:
    """Prepare the database and serve until stopped; calls `when_ready` with the address once it answers."""
    logs.configure()
    listener = _listen(settings)
    databases = prepared(settings)
    try:
        address = f"http://{settings.host}:{listener.getsockname()[1]}"
        server = _Server(databases.service_url, settings, lambda: when_ready(address))
        server.run(sockets=[listener])
    finally:
        databases.stop()


def prepared(settings: Settings) -> Databases:
    """Find or start the database and bring it up to date, saying what is done; raises `DatabaseUnavailable`."""
    databases = setup.find(settings.database_url, settings.owner_url, settings.data)
    err.print(f"database: {databases.description}")
    try:
        added = setup.prepare(databases)
    except BaseException:
        databases.stop()
        raise
    if added:
        err.print(f"factor releases loaded: {', '.join(str(number) for number in added)}")
    return databases


def places(url: str) -> str:
    """Return where to look."""
    return f"Parkledger is ready.\n  {url}/          what is where\n  {url}/graphql   the API and its editor"


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, service_url: str, settings: Settings, when_ready: Callable[[], None]) -> None:
        app = create_app(service_url, settings.connections)
        super().__init__(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is told at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        message = f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another with --port"
        raise Failed(message) from error
    return listener
