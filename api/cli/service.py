"""Prepare the database, serve, and leave it as it was found: what `parkledger serve` and `parkledger demo` run."""

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from api import logs
from api.cli.failures import Failed
from api.cli.printing import err
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Serving:
    """A service that answers: its address, and how another thread ends it."""

    url: str
    stop: Callable[[], None]


def nothing() -> None:
    """Do nothing."""


def run(settings: Settings, when_ready: Callable[[Serving], None], when_stopping: Callable[[], None] = nothing) -> None:
    """Prepare the database and serve until stopped.

    Calls `when_ready` once the service answers and `when_stopping` while it still does; neither may wait for an answer.

    Ctrl+C and SIGTERM end it in good order: requests are finished, and a database started here is stopped.
    """
    logs.configure()
    signal.signal(signal.SIGTERM, _interrupted)
    listener = _listen(settings)
    try:
        from api.cli.preparing import prepared
        from api.cli.server import Server

        databases = prepared(settings)
        try:
            server = Server(databases.service_url, settings, when_ready, when_stopping)
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
