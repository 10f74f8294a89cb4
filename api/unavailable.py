"""What is answered while the database does not: 503 and when to come again, instead of a wait and a 500."""

from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.faults import RETRY_AFTER_S, STATUS, Fault
from ledger.pools import is_away
from schema.errors import Unavailable

TRY_LATER: Final = 1013
"""Why a WebSocket is closed that may come again later (IANA WebSocket Close Code Number Registry)."""
_FIELDS: Final = {"retry-after": str(RETRY_AFTER_S[Fault.UNAVAILABLE])}

log: Final = structlog.get_logger("parkledger.endpoints")


def answer(request: Request, error: Exception) -> Response:
    """Answer a request in which the database failed; any other error of it is raised again, for it is a bug."""
    if isinstance(error, Unavailable):
        return refusal(request, error)
    if request.scope["type"] != "http" or not is_away(error):
        raise error
    log.warning("the database does not answer", path=request.url.path, error=str(error))
    return refusal(request, Unavailable())


def refusal(request: Request, found: Unavailable) -> Response:
    """Return 503 in the shape of a GraphQL error."""
    request_id = getattr(request.state, "request_id", "")
    extensions = {"code": found.code, **({"requestId": request_id} if request_id else {})}
    body = {"errors": [{"message": found.message, "extensions": extensions}]}
    return JSONResponse(body, STATUS[Fault.UNAVAILABLE], _FIELDS)
