"""Prepare the database, serve, and leave it as it was found: what `parkledger serve` and `parkledger demo` run."""

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from api import logs
from api.cli.failures import Failed
from api.cli.printing import err
from api.identity.identification import Identification
from api.settings import Settings
from ledger.setup import Databases
from proofs.keys import PrivateKey


@dataclass(frozen=True, slots=True)
class Serving:
    """A service that answers: its address, and how another thread ends it."""

    url: str
    stop: Callable[[], None]


def nothing() -> None:
    """Do nothing."""


def leave(_: Databases) -> None:
    """Leave a prepared database as it is."""


def run(
    settings: Settings,
    identification: Identification,
    signing_key: PrivateKey,
    when_ready: Callable[[Serving], None],
    when_stopping: Callable[[], None] = nothing,
    when_prepared: Callable[[Databases], None] = leave,
) -> None:
    """Prepare the database and serve until stopped.

    Calls `when_prepared` before anything is served, `when_ready` once the service answers and `when_stopping` while it
    still does; the last two may not wait for an answer.

    Ctrl+C and SIGTERM end it in good order: requests are finished, and a database started here is stopped.
    """
    logs.configure(settings.log_level)
    signal.signal(signal.SIGTERM, _interrupted)
    listener = _listen(settings)
    try:
        from api.cli.preparing import prepared
        from api.cli.server import Server

        databases = prepared(settings)
        try:
            when_prepared(databases)
            server = Server(databases.service_url, settings, identification, when_ready, when_stopping, signing_key)
            server.run(sockets=[listener])
        finally:
            databases.stop()
    except KeyboardInterrupt:
        err.print("stopped")


def places(url: str) -> str:
    """Return where to look."""
    return f"Parkledger is ready.\n  {url}/          what is where\n  {url}/graphql   the API and its editor"


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


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
