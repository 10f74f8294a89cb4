"""GraphQL over HTTP: the view, with a request id on every answer and a clear 400 for every malformed body."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast
from uuid import uuid4

import msgspec
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry import Schema
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage

from api.faults import RETRY_AFTER_S, STATUS, Fault
from api.identity.authentication import CHALLENGE, Authenticator, bearer, credential_of
from api.limiting.bodies import BodyTooLong, capped
from api.limiting.limiter import Limiter, caller_of, retry_after
from api.limiting.meters import RequestMeter, meter_of, rate_limited
from api.limiting.sockets import Sockets, TooManySockets
from api.unavailable import TRY_LATER, refusal
from ledger import turns
from ledger.identity.principals import ANONYMOUS, Principal
from ledger.texts import has_half
from schema.context import Context, Service
from schema.errors import Overloaded, RateLimited, Unauthenticated, Unavailable
from schema.limits import BODY_BYTES

REQUEST_ID: Final = "x-request-id"
MESSAGE_BYTES: Final = 1 << 20
"""Bytes of one message over WebSocket; a posting of a thousand rows goes over HTTP."""
_OPERATIONS: Final = 20
"""Operations a WebSocket may have under way."""
_GREETING: Final = timedelta(seconds=5)
"""How long a WebSocket may be open before it says what it wants."""


class BadBody(Exception):
    """The body is no GraphQL request."""


class _Messages(ASGIWebSocketAdapter):
    """The messages of a WebSocket, those alone that are objects of the shape the protocol has."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Yield message after message; anything else ends the connection with 4400."""
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                message = _message(await self.ws.receive_text())
                if message is not None:
                    yield message
                elif not ignore_parsing_errors:
                    raise NonJsonMessageReceived
        except KeyError:
            raise NonTextMessageReceived from None
        except WebSocketDisconnect:
            return


class _Operations(BaseGraphQLTransportWSHandler[Context, None]):
    """Gives each operation of a WebSocket a context of its own: snapshot and loaders belong to the operation.

    Who the caller is the first message says, or the header of the request; it is looked up anew at each operation.
    """

    _credential: str | None = None

    @property
    def context(self) -> Context:
        """A new context; the library asks for one when an operation begins."""
        return self._made.another(self._identify)

    @context.setter
    def context(self, made: Context) -> None:
        self._made = made

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Keep what the caller presents; one that proves nobody is told so, with 4401."""
        given = (message.get("payload") or {}).get("Authorization")
        try:
            self._credential = bearer(given) if isinstance(given, str) else None
            principal = await self._identify()
        except Unauthenticated:
            code, reason = (TRY_LATER, "Too many refused") if self._state.meter.fail() else (4401, "Unauthorized")
            await self.websocket.close(code=code, reason=reason)
            return
        except Unavailable:
            await self.websocket.close(code=TRY_LATER, reason="Unavailable")
            return
        if not self._state.socket.claim(caller_of(principal, self._state.meter.address)):
            await self.websocket.close(code=TRY_LATER, reason="Too many connections")
            return
        await super().handle_connection_init(message)

    @property
    def _state(self) -> Any:
        return cast("_Messages", self.websocket).ws.state

    async def _identify(self) -> Principal:
        if self._credential is None:
            return await cast("GraphQLView", self.view).identify(cast("_Messages", self.websocket).ws.scope["headers"])
        return await cast("GraphQLView", self.view).principal(self._credential)


class GraphQLView(GraphQL[Context, None]):
    """Serves operations by POST, all of them and subscriptions over WebSocket, and the editor's page to browsers."""

    websocket_adapter_class = _Messages
    graphql_transport_ws_handler_class = _Operations

    def __init__(
        self,
        schema: Schema,
        service: Service,
        authenticator: Authenticator,
        editor: Callable[[Request], Awaitable[Response]],
        limiter: Limiter,
        sockets: Sockets,
    ) -> None:
        super().__init__(
            schema,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=_GREETING,
            max_subscriptions_per_connection=_OPERATIONS,
        )
        self._service = service
        self._authenticator = authenticator
        self._editor = editor
        self._limiter = limiter
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what cannot be read gets a 400 in the shape of a GraphQL error."""
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        if scope["type"] == "websocket":
            await self._listen(scope, receive, send)
            return
        request = Request(scope, capped(receive, BODY_BYTES))
        request.state.meter = meter = meter_of(self._limiter, request)
        response = await self._answered(request, meter)
        response.headers[REQUEST_ID] = request_id
        await response(scope, receive, send)

    async def _answered(self, request: Request, meter: RequestMeter) -> Response:
        principal = ANONYMOUS
        try:
            await _refuse_large(request)
            principal = request.state.principal = await self.identify(request.scope["headers"])
            meter.check(principal)
            response = await self.run(request)
            _mark(response, getattr(request.state, "refused", None))
        except Unauthenticated as error:
            return meter.refused(error)
        except RateLimited as error:
            return rate_limited(error, meter.fields(principal))
        except Unavailable as error:
            response = refusal(request, error)
        except (HTTPException, BodyTooLong) as error:
            response = _refusal(getattr(error, "status_code", 413), getattr(error, "reason", str(error)))
        except (BadBody, RecursionError) as error:
            response = _refusal(400, str(error) or "the body is nested too deeply")
        response.headers.update(meter.fields(principal))
        return response

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = WebSocket(scope, receive, send)
        connection.state.meter = meter = meter_of(self._limiter, connection)
        try:
            with self._sockets.opened(meter.address) as connection.state.socket:
                await super().__call__(scope, receive, send)
        except TooManySockets as error:
            await connection.close(TRY_LATER, str(error))

    async def get_context(self, request: Any, response: Any) -> Context:  # noqa: ARG002  the view's signature
        """Make the context of one request; that of a WebSocket learns at each operation who asks."""
        principal = getattr(request.state, "principal", ANONYMOUS)
        gone = partial(_gone, request) if isinstance(request, Request) else None
        return Context(self._service, request.state.request_id, principal, meter=request.state.meter, gone=gone)

    async def identify(self, headers: Iterable[tuple[bytes, bytes]]) -> Principal:
        """Return who sends a request with these headers; raises `Unauthenticated`."""
        return await self._authenticator.principal(credential_of(headers))

    async def principal(self, credential: str) -> Principal:
        """Return who presents a credential; raises `Unauthenticated`."""
        return await self._authenticator.principal(credential)

    def decode_json(self, data: str | bytes) -> object:
        """Read a body; anything but an object is refused here, before the library trips over it."""
        found = _decoded(data)
        if not isinstance(found, dict):
            raise BadBody("the body must be an object with query, variables and operationName")
        if not isinstance(found.get("variables", {}), dict | None):
            raise BadBody("variables must be an object")
        name = found.get("operationName")
        if isinstance(name, str) and has_half(name):  # the library tells it again, in a body that could not be written
            raise BadBody("operationName holds half a character")
        return found

    def encode_json(self, data: object) -> bytes:
        """Write an answer; half a surrogate pair, which is no character of UTF-8, goes out as the escape it came in."""
        try:
            return msgspec.json.encode(data)
        except UnicodeEncodeError:
            return json.dumps(data, separators=(",", ":")).encode()

    async def process_result(self, request: Request, result: Any) -> GraphQLHTTPResponse:
        """Leave `data` out where the operation never ran, as GraphQL over HTTP asks."""
        answer = await super().process_result(request, result)
        request.state.refused = next(filter(None, map(_refused, result.errors or ())), None)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            answer.pop("data", None)
        return answer

    async def render_graphql_ide(self, request: Request) -> Response:
        """Return the editor, or the page that says how to get it."""
        return await self._editor(request)


async def _gone(request: Request) -> None:
    """Wait until the client closes its connection; its body was read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refused(error: GraphQLError) -> Exception | None:
    """Return the refusal of the whole request that an error is, which its status says too."""
    found = error.original_error or error
    refusals = Unauthenticated | RateLimited | Overloaded | Unavailable | turns.Overloaded
    return found if isinstance(found, refusals) else None


def _mark(response: Response, refused: Exception | None) -> None:
    """Let the status say that a request was refused as a whole, and when to come again."""
    if isinstance(refused, Unauthenticated):
        response.status_code = 401
        response.headers["www-authenticate"] = CHALLENGE
    elif isinstance(refused, RateLimited):
        response.status_code = 429
        response.headers["retry-after"] = retry_after(refused.wait_s)
    elif refused is not None:
        fault = Fault.UNAVAILABLE if isinstance(refused, Unavailable) else Fault.OVERLOADED
        response.status_code = STATUS[fault]
        response.headers["retry-after"] = str(RETRY_AFTER_S[fault])


def _decoded(data: str | bytes) -> object:
    """Read JSON with the faster of two readers; what it refuses, the more lenient one reads or says why not."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        return json.loads(data)
    except ValueError as error:
        raise BadBody(f"the body is not JSON: {error}") from None


def _message(text: str) -> dict[str, Any] | None:
    """Return a message of the protocol, None for what is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        return None
    payload, known = found.get("payload", {}), found.get("id", "")
    if not isinstance(payload, dict | None) or not isinstance(known, str):
        return None
    if found["type"] == "subscribe" and not _is_operation(payload or {}):
        return None
    return found


def _is_operation(payload: dict[str, Any]) -> bool:
    kinds = {"query": str, "variables": dict | None, "operationName": str | None}
    return "query" in payload and all(isinstance(payload[name], kinds[name]) for name in kinds if name in payload)


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
