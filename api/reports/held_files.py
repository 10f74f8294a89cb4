"""Files that are the same bytes each time: what is said of one, and the answer to a caller that has it already."""

import base64
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_OF_THE_BODY: Final = ("content-digest",)
"""Fields that speak of a body, which a 304 has not (RFC 9110, 15.4.5; RFC 9530, section 2)."""


def digest_headers(digest: bytes) -> dict[str, str]:
    """Return what is said of a file of this SHA-256, that is the same bytes each time, for one caller alone."""
    return {
        "etag": f'"{digest.hex()}"',
        "content-digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        "cache-control": "private, no-cache",
        "vary": "Authorization",
    }


def held(request: Request, headers: Mapping[str, str]) -> Response | None:
    """Return 304 where the caller says that it has the file of these headers already, else nothing.

    It does so by the file's entity tag, weakly compared, or by `*`, which is any (RFC 9110, 13.1.2).
    """
    named = [part.strip() for field in request.headers.getlist("if-none-match") for part in field.split(",")]
    if named != ["*"] and headers["etag"] not in [tag.removeprefix("W/") for tag in named]:
        return None
    return Response(status_code=304, headers={name: headers[name] for name in headers if name not in _OF_THE_BODY})
