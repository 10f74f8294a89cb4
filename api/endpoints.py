"""What the endpoints beside GraphQL share: who asks, what it may ask for, and how it is told that it may not."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.faults import STATUS, Fault, Refused
from api.identity.authentication import Authenticator, credential_of
from api.identity.responses import unauthenticated
from api.limiting.limiter import Limiter
from api.limiting.meters import RequestMeter, meter_of, rate_limited
from ledger.database import Database
from ledger.identity.principals import ANONYMOUS, Right
from ledger.turns import Overloaded
from schema.context import Service
from schema.errors import RateLimited, Unauthenticated

Endpoint = Callable[[Request], Awaitable[Response]]

log: Final = structlog.get_logger("parkledger.endpoints")


@dataclass(frozen=True, slots=True)
class Callers:
    """Who may ask the endpoints of one kind, of one service; `offer` is what they do for whom, such as "reports are
    for", and is told to a caller that does not say who it is.
    """

    service: Service
    authenticator: Authenticator
    limiter: Limiter
    offer: str

    async def database(self, request: Request, cost: int, *needed: Sequence[Right], rows: int = 0) -> Database:
        """Return the database as the caller reaches it, who needs one right of each of `needed`, and a budget of `cost`
        points and `rows` not yet spent.

        Raises `RateLimited`, `Unauthenticated`, or `Refused` where a right is lacking.
        """
        principal = await self.authenticator.principal(credential_of(request.scope["headers"]))
        request.state.principal = principal
        meter: RequestMeter = request.state.meter
        if wait := meter.spend(principal, cost, rows):
            raise RateLimited(wait)
        if not principal.is_known:
            raise Unauthenticated(f"{self.offer} callers that say who they are: Authorization: Bearer and a key")
        for rights in needed:
            if not principal.rights.intersection(rights):
                message = f"the right {' or '.join(rights)} is needed; {principal.actor} lacks it"
                raise Refused(Fault.FORBIDDEN, message)
        return self.service.within(principal).database

    def spend(self, request: Request, cost: int) -> None:
        """Take more points from the caller that `database` found, as of a file whose size was not known before.

        Raises `RateLimited` where the budget does not have them, and takes none.
        """
        meter: RequestMeter = request.state.meter
        if cost and (wait := meter.spend(request.state.principal, cost, 0)):
            raise RateLimited(wait)

    def told(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint with a meter in `request.state.meter`, its answers with what is left of the caller's
        budgets, its refusals in the shape of GraphQL errors, which clients of the service know.
        """

        async def answer(request: Request) -> Response:
            meter = request.state.meter = meter_of(self.limiter, request)
            request.state.principal = ANONYMOUS
            try:
                response = await _answered(request, endpoint)
            except RateLimited as error:
                return rate_limited(error, meter.fields(request.state.principal))
            except Unauthenticated as error:
                return meter.refused(error) if "authorization" in request.headers else unauthenticated(error)
            response.headers.update(meter.fields(request.state.principal))
            return response

        return answer


def check_parameters(request: Request, accepted: Sequence[str]) -> None:
    """Raise `Refused` where a parameter is none of those accepted, or is given twice."""
    given = request.query_params
    for name in given:
        if name not in accepted or len(given.getlist(name)) > 1:
            message = f"{name[:40]!r} is unknown or given twice; accepted: {', '.join(accepted)}"
            raise Refused(Fault.BAD_REQUEST, message)


async def _answered(request: Request, endpoint: Endpoint) -> Response:
    try:
        return await endpoint(request)
    except Refused as error:
        return _refusal(error)
    except Overloaded as error:
        return _refusal(Refused(Fault.OVERLOADED, str(error)))
    except ClientDisconnect:
        log.info("a client hung up before its file was whole", path=request.url.path)
        return Response(status_code=400)


def _refusal(error: Refused) -> Response:
    headers = {} if error.wait_s is None else {"retry-after": str(error.wait_s)}
    body = {"errors": [{"message": str(error), "extensions": {"code": error.fault.value}}]}
    return JSONResponse(body, STATUS[error.fault], headers)
