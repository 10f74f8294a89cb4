"""An identity provider on this machine: a key set over HTTP, and tokens signed with its keys, or wrongly."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwk, jwt

AUDIENCE = "parkledger-tests"
RSA = jwk.RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = jwk.ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
STRANGER = jwk.RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
PUBLISHED = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}


class _KeySet(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        body = json.dumps(PUBLISHED).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[str]:
    """Serve the key set; yields the issuer's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _KeySet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def claims(issuer: str, **more: Any) -> dict[str, Any]:
    """Return claims of a good token; a claim of None is left out."""
    now = int(time.time())
    stated = {"iss": issuer, "aud": AUDIENCE, "sub": "device-7", "iat": now, "exp": now + 600, **more}
    return {name: one for name, one in stated.items() if one is not None}


def token(stated: dict[str, Any], key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    """Return a token."""
    head = {"alg": alg, "kid": key.kid if key.kid else "rsa", "typ": "at+jwt", **header}
    return jwt.encode(head, stated, key, algorithms=[alg])
