"""The HTTP server of the command line's service. Loading this module loads the whole application."""

import gc
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from api.app import create_app
from api.cli.service import Serving
from api.egress.addresses import address_rules
from api.evidence.routes import evidence_settings
from api.identity.identification import Identification
from api.ingest.worker import ingest_settings
from api.ingress.signatures import NO_SECRETS, secrets_in
from api.limiting.settings import limiting
from api.settings import Settings
from api.view import MESSAGE_BYTES
from proofs.keys import PrivateKey

_COLLECTIONS: Final = (10_000, 100, 10)
"""Objects made before the collector looks for cycles among the youngest, and how often it looks further. An operation
leaves none, and the rows of sixty waiting postings are a hundred thousand objects that a look further walks for nothing
while everyone waits.
"""


class Server(uvicorn.Server):
    """Uvicorn that says when it answers, and when it is about to stop."""

    def __init__(
        self,
        service_url: str,
        settings: Settings,
        identification: Identification,
        when_ready: Callable[[Serving], None],
        when_stopping: Callable[[], None],
        signing_key: PrivateKey,
    ) -> None:
        bulk = ingest_settings(settings)
        webhooks = secrets_in(settings.webhook_secrets) if settings.webhook_secrets else NO_SECRETS
        app = create_app(
            service_url,
            settings.connections,
            ingest=bulk,
            evidence=evidence_settings(settings),
            identification=identification,
            webhooks=webhooks,
            signing_key=signing_key,
            limits=limiting(settings),
            rules=address_rules(settings),
        )
        super().__init__(
            uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws_max_size=MESSAGE_BYTES)
        )
        self._host = settings.host
        self._when_ready = when_ready
        self._when_stopping = when_stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so once requests are answered."""
        await super().startup(sockets)
        gc.freeze()  # what the start made stays for good: no request's collection need walk it
        gc.set_threshold(*_COLLECTIONS)
        if self.started and sockets:
            self._when_ready(Serving(_url(self._host, sockets[0]), self._stop))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so, and stop."""
        self._when_stopping()
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True


def _url(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"
