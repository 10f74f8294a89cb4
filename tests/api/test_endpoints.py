"""Endpoints beside GraphQL: who may ask, what is taken from whose budget, and how a refusal is told."""

import json
from collections.abc import Sequence
from typing import Any, cast

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api.endpoints import Callers, check_parameters
from api.faults import RETRY_AFTER_S, STATUS, Fault, Refused
from api.identity.authentication import Authenticator
from api.limiting.limiter import Limiter, Limits
from api.reports.routes import ReportFiles
from ledger.access import EVERYTHING
from ledger.database import Database
from ledger.identity.principals import ANONYMOUS, RIGHTS, Principal, Right, Role
from ledger.releases import Catalogues
from ledger.turns import Overloaded
from schema.context import Service
from tests.world import NOW

pytestmark = pytest.mark.anyio
READER = Principal("k1", Role.AUDITOR, RIGHTS[Role.AUDITOR], EVERYTHING)
READ, WRITE = Right.REPORT_READ, Right.ACTIVITY_WRITE


class Known:
    """An authenticator that knows who asks."""

    def __init__(self, principal: Principal) -> None:
        self.found = principal

    async def principal(self, credential: str) -> Principal:
        """Return who it is, who presents nothing."""
        assert credential == ""
        return self.found


def callers(principal: Principal = READER, cost: int = 100) -> Callers:
    service = Service(Database("postgresql://nowhere.invalid/none"), Catalogues(), lambda: NOW)
    limiter = Limiter(Limits(cost=cost, rows=10), lambda: 1000.0)
    return Callers(service, cast("Authenticator", Known(principal)), limiter, "reports are for")


def request(query: str = "") -> Request:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/x", "headers": [], "client": None}
    return Request({**scope, "query_string": query.encode()})


async def told(by: Callers, *needed: Sequence[Right], cost: int = 1, rows: int = 0) -> tuple[int, str, Any]:
    """Return status, code and message of an endpoint that only asks who asks, and reaches what it may."""

    async def endpoint(request: Request) -> Response:
        database = await by.database(request, cost, *needed, rows=rows)
        assert database.access == EVERYTHING
        return Response()

    answer = await by.told(endpoint)(request())
    if not answer.body:
        return answer.status_code, "", ""
    [error] = json.loads(bytes(answer.body))["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    ("needed", "lacking"),
    [
        ([], ""),
        ([[READ]], ""),
        ([[WRITE, READ]], ""),
        ([[READ], [READ, WRITE]], ""),
        ([[WRITE]], "activity:write"),
        ([[READ], [WRITE, Right.PERIOD_WRITE]], "activity:write or period:write"),
    ],
)
async def test_one_right_of_each_kind_is_needed(needed: list[list[Right]], lacking: str) -> None:
    message = f"the right {lacking} is needed; k1 lacks it"
    assert await told(callers(), *needed) == ((403, "FORBIDDEN", message) if lacking else (200, "", ""))


async def test_who_does_not_say_who_it_is_is_told_how() -> None:
    message = "reports are for callers that say who they are: Authorization: Bearer and a key"
    assert await told(callers(ANONYMOUS), [READ]) == (401, "UNAUTHENTICATED", message)


async def test_what_is_asked_for_is_taken_from_the_budget() -> None:
    by = callers(cost=10)
    assert await told(by, cost=8) == (200, "", "")
    assert (await told(by, cost=3))[:2] == (429, "RATE_LIMITED")
    assert await told(by, cost=1, rows=10) == (200, "", "")
    assert (await told(by, rows=1))[:2] == (429, "RATE_LIMITED")
    assert await told(by) == (200, "", "")
    assert (await told(by))[:2] == (429, "RATE_LIMITED")


@pytest.mark.parametrize(
    ("error", "status", "code", "wait"),
    [
        (Overloaded("3 wait"), 503, "OVERLOADED", "1"),
        (Refused(Fault.BUSY, "m"), 503, "BUSY", "5"),
        (Refused(Fault.BUSY, "m", 2), 503, "BUSY", "2"),
        (Refused(Fault.NOT_SEALED, "m"), 409, "NOT_SEALED", "5"),
        (Refused(Fault.MEDIA_TYPE, "m"), 415, "UNSUPPORTED_MEDIA_TYPE", None),
    ],
)
async def test_reports_are_refused_as_files_are(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str, wait: str | None
) -> None:
    async def raising(_: ReportFiles, __: Request) -> Response:
        raise error

    monkeypatch.setattr(ReportFiles, "get", raising)
    by = callers()
    [route] = ReportFiles(by.service, by.authenticator, by.limiter).routes()
    assert isinstance(route, Route)
    answer = await route.endpoint(request())
    assert json.loads(bytes(answer.body)) == {"errors": [{"message": str(error), "extensions": {"code": code}}]}
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, wait)
    assert "ratelimit" in answer.headers, "what is left is told with a refusal too"


async def test_a_client_that_hangs_up_is_no_bug() -> None:
    async def gone(_: Request) -> Response:
        raise ClientDisconnect

    assert (await callers().told(gone)(request())).status_code == 400


@pytest.mark.parametrize("query", ["b=1", "a=1&a=1", "a=1&A=1"])
def test_parameters_are_known_and_given_once(query: str) -> None:
    check_parameters(request(), ["a", "c"])
    check_parameters(request("c=&a=1"), ["a", "c"])
    name = query[-3]
    with pytest.raises(Refused, match=f"'{name}' is unknown or given twice; accepted: a, c") as refused:
        check_parameters(request(query), ["a", "c"])
    assert refused.value.fault is Fault.BAD_REQUEST


def test_every_fault_has_a_status() -> None:
    assert STATUS.keys() == set(Fault)
    assert {status for fault, status in STATUS.items() if fault in RETRY_AFTER_S} == {409, 503, 507}
