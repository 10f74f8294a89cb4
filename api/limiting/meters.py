"""What a request takes from its caller's budgets, what its answer tells of them, and the refusal where one is spent."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from api.identity.responses import unauthenticated
from api.limiting.limiter import Limiter, caller_of, of_address, retry_after
from ledger.identity.principals import Principal
from schema.errors import RateLimited, Unauthenticated


@dataclass(frozen=True, slots=True)
class RequestMeter:
    """The meter of one request: whose budgets are meant follows from who asks, or else from where."""

    limiter: Limiter
    address: str

    def spend(self, principal: Principal, cost: int, rows: int) -> float:
        """Take from the caller's budgets; return the seconds to wait where one has too little, and nothing is taken."""
        return self.limiter.spend(caller_of(principal, self.address), cost, rows)

    def check(self, principal: Principal) -> None:
        """Raise `RateLimited` where the caller's budget of cost is spent, whatever it asks for."""
        wait = self.limiter.wait(caller_of(principal, self.address))
        if wait:
            raise RateLimited(wait)

    def fields(self, principal: Principal) -> Mapping[str, str]:
        """Return the fields of an answer that tell the caller what is left."""
        return self.limiter.fields(caller_of(principal, self.address))

    def fail(self) -> float:
        """Count a credential that proved nobody; return the seconds to wait where the address sent too many of them."""
        return self.limiter.fail(of_address(self.address))

    def refused(self, error: Unauthenticated) -> Response:
        """Return the answer to a credential that proved nobody: 401, or 429 where the address sent too many."""
        wait = self.fail()
        return rate_limited(RateLimited(wait), {}) if wait else unauthenticated(error)


def meter_of(limiter: Limiter, request: HTTPConnection) -> RequestMeter:
    """Return the meter of a request."""
    return RequestMeter(limiter, request.client.host if request.client else "")


def rate_limited(error: RateLimited, fields: Mapping[str, str]) -> Response:
    """Return 429 in the shape of a GraphQL error, with when to come again."""
    body = {"errors": [{"message": str(error), "extensions": error.extensions}]}
    return JSONResponse(body, 429, {**fields, "retry-after": retry_after(error.wait_s)})
