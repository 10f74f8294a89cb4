"""An endpoint beside GraphQL, within what its caller may ask for."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from api.identity.responses import unauthenticated
from api.limiting.limiter import Limiter
from api.limiting.meters import meter_of, rate_limited
from ledger.principals import ANONYMOUS
from schema.errors import RateLimited, Unauthenticated

Endpoint = Callable[[Request], Awaitable[Response]]


def metered(limiter: Limiter, endpoint: Endpoint) -> Endpoint:
    """Return the endpoint with a meter in `request.state.meter`, its answers with what is left of the caller's budgets.

    The endpoint says in `request.state.principal` who asks; `RateLimited` and `Unauthenticated` become 429 and 401, in
    the shape of GraphQL errors, which clients of the service know.
    """

    async def answer(request: Request) -> Response:
        meter = request.state.meter = meter_of(limiter, request)
        request.state.principal = ANONYMOUS
        try:
            response = await endpoint(request)
        except RateLimited as error:
            return rate_limited(error, meter.fields(request.state.principal))
        except Unauthenticated as error:
            meter.note_failure()
            return unauthenticated(error)
        response.headers.update(meter.fields(request.state.principal))
        return response

    return answer
