"""Answers to callers that do not prove who they are."""

from starlette.responses import JSONResponse, Response

from api.identity.authentication import CHALLENGE
from schema.errors import Unauthenticated


def unauthenticated(error: Unauthenticated) -> Response:
    """Return 401 in the shape of a GraphQL error, with what is accepted (RFC 6750 section 3)."""
    body = {"errors": [{"message": str(error), "extensions": {"code": error.code}}]}
    return JSONResponse(body, 401, {"www-authenticate": f'{CHALLENGE}, error="invalid_token"'})
