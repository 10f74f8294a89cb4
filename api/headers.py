"""Security headers on every answer, and the content security policies of the pages.

Everything comes from the service itself; nothing of it may be framed, sniffed or told to others as referrer, and what
does not say how long it may be kept is kept by nobody.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSED: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_OWN: Final = f"{_CLOSED}; script-src 'self'; connect-src 'self'"

PAGE_POLICY: Final = f"{_OWN}; style-src 'self'; img-src 'self'"
"""For our own pages: scripts and styles from files only, none inline."""

EDITOR_POLICY: Final = (
    f"{_OWN}; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:"
)
"""For the editor: Monaco writes style elements as it goes; scripts come from files all the same."""

_DEFAULTS: Final = {
    "content-security-policy": _CLOSED,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_TRANSPORT: Final = ("strict-transport-security", f"max-age={365 * 24 * 3600}; includeSubDomains")
"""Where the caller came by TLS, as whoever ends it in front of the service says by X-Forwarded-Proto."""


class SecurityHeaders:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault(*_TRANSPORT)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
