"""Prepare the database, serve, and leave it as it was found: what `parkledger serve` and `parkledger demo` run."""

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import uvicorn

from api import logs
from api.app import create_app
from api.cli.failures import Failed
from api.cli.printing import err
from api.settings import Settings
from ledger import setup
from ledger.setup import Databases


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
        databases = prepared(settings)
        try:
            server = _Server(databases.service_url, settings, when_ready, when_stopping)
            server.run(sockets=[listener])
        finally:
            databases.stop()
    except KeyboardInterrupt:
        err.print("stopped")


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
    """Uvicorn that says when it answers, and when it is about to stop."""

    def __init__(
        self,
        service_url: str,
        settings: Settings,
        when_ready: Callable[[Serving], None],
        when_stopping: Callable[[], None],
    ) -> None:
        app = create_app(service_url, settings.connections)
        super().__init__(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        self._host = settings.host
        self._when_ready = when_ready
        self._when_stopping = when_stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            self._when_ready(Serving(_url(self._host, sockets[0]), self._stop))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._when_stopping()
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _url(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


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
