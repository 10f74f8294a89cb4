"""GraphQL over HTTP: the view, with a request id on every answer and a clear 400 for every malformed body."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import uuid4

from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse

from schema.context import Context, Service
from schema.limits import BODY_BYTES

REQUEST_ID: Final = "x-request-id"


class BadBody(Exception):
    """The body is no GraphQL request."""


class GraphQLView(GraphQL[Context, None]):
    """Serves operations by POST and the editor's page to browsers."""

    def __init__(self, schema: Schema, service: Service, editor: Callable[[Request], Awaitable[HTMLResponse]]) -> None:
        super().__init__(schema, allow_queries_via_get=False, subscription_protocols=())
        self._service = service
        self._editor = editor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what cannot be read gets a 400 in the shape of a GraphQL error."""
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        request = Request(scope, receive)
        try:
            await _refuse_large(request)
            response = await self.run(request)
        except HTTPException as error:
            response = _refusal(error.status_code, error.reason)
        except (BadBody, RecursionError) as error:
            response = _refusal(400, str(error) or "the body is nested too deeply")
        response.headers[REQUEST_ID] = request_id
        await response(scope, receive, send)

    async def get_context(self, request: Any, response: Any) -> Context:  # noqa: ARG002  the view's signature
        """Make the context of one request."""
        return Context(self._service, request.state.request_id)

    def decode_json(self, data: str | bytes) -> object:
        """Read a body; anything but an object is refused here, before the library trips over it."""
        try:
            found = json.loads(data)
        except ValueError as error:
            raise BadBody(f"the body is not JSON: {error}") from None
        if not isinstance(found, dict):
            raise BadBody("the body must be an object with query, variables and operationName")
        if not isinstance(found.get("variables", {}), dict | None):
            raise BadBody("variables must be an object")
        return found

    async def process_result(self, request: Request, result: Any) -> GraphQLHTTPResponse:
        """Leave `data` out where the operation never ran, as GraphQL over HTTP asks."""
        answer = await super().process_result(request, result)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            answer.pop("data", None)
        return answer

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:
        """Return the editor, or the page that says how to get it."""
        return await self._editor(request)


def _request_id(scope: Scope) -> str:
    """Return the caller's own request id if it is a plain short one, or a new one."""
    for name, value in scope.get("headers", ()):
        if name == REQUEST_ID.encode() and 0 < len(value) <= 64 and value.replace(b"-", b"").isalnum():
            return str(value.decode())
    return str(uuid4())


async def _refuse_large(request: Request) -> None:
    stated = request.headers.get("content-length", "0")
    if not stated.isdigit() or int(stated) > BODY_BYTES:
        raise HTTPException(413, f"the body has {stated} bytes; at most {BODY_BYTES} are taken")


def _refusal(status: int, message: str) -> Response:
    code = "BAD_USER_INPUT"
    headers = {"allow": "GET, POST"} if status == 405 else {}
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status, headers)
