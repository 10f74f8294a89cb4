"""What a browser can reach: the pages, their files, the editor's files, and the examples as JSON."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from strawberry import Schema

from api.examples import Example, all_examples, filled
from api.first_park import FirstPark, NotAnswered, first_park
from api.headers import EDITOR_POLICY, PAGE_POLICY
from api.identity.authentication import Authenticator
from api.limiting.limiter import Limiter
from api.limiting.meters import meter_of, rate_limited
from api.pages import ASSETS_FOLDER, EDITOR_FOLDER, Shown, editor_page, has_editor, home_page, notice_of
from ledger.identity.principals import ANONYMOUS
from ledger.pools import FAILURES
from schema.context import Service
from schema.errors import RateLimited, Unauthenticated, Unavailable

_PAGE_POINTS: Final = 5
"""What a page costs that is filled in: a few small questions."""
_YEAR_S: Final = 365 * 24 * 3600

Endpoint = Callable[[Request], Awaitable[Response]]


class Pages:
    """The pages of one service. What they show of a park is what the showcase key sees, nothing without one."""

    def __init__(
        self, schema: Schema, service: Service, authenticator: Authenticator, showcase_key: str, limiter: Limiter
    ) -> None:
        self._schema = schema
        self._service = service
        self._authenticator = authenticator
        self._showcase_key = showcase_key
        self._limiter = limiter

    def routes(self) -> list[BaseRoute]:
        """Return the routes of everything but the editor's page, which shares its address with the API."""
        return [
            Route("/", self._metered(self.home)),
            Route("/examples.json", self._metered(self.examples)),
            Mount("/assets", OwnFiles(directory=ASSETS_FOLDER)),
            # Not checked at the start: the editor may be built while the service runs.
            Mount("/editor", EditorFiles(directory=EDITOR_FOLDER, check_dir=False)),
        ]

    async def home(self, _: Request) -> HTMLResponse:
        """Answer the page at `/`."""
        park, notice = await self._park()
        return _page(home_page(park, all_examples(), notice, self._showcase_key), PAGE_POLICY)

    async def editor(self, request: Request) -> Response:
        """Answer the editor's page, or the one that says how to get it."""
        if has_editor():
            return _page(editor_page(None, ()), EDITOR_POLICY)
        return await self._metered(self._how_to_editor)(request)

    async def _how_to_editor(self, _: Request) -> HTMLResponse:
        park, notice = await self._park()
        return _page(editor_page(park, all_examples(), notice, self._showcase_key), PAGE_POLICY)

    async def examples(self, _: Request) -> JSONResponse:
        """Answer the examples, filled in as far as the showcase key sees, and the key."""
        park, _notice = await self._park()
        known = park.known() if park else {}
        examples = _as_json([filled(example, known) for example in all_examples()])
        answer = {"examples": examples, "key": self._showcase_key}
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    def _metered(self, endpoint: Endpoint) -> Endpoint:
        """Take what a page costs from the budget of the address that asks for it."""

        async def answer(request: Request) -> Response:
            meter = meter_of(self._limiter, request)
            wait = meter.spend(ANONYMOUS, _PAGE_POINTS, 0)
            return rate_limited(RateLimited(wait), meter.fields(ANONYMOUS)) if wait else await endpoint(request)

        return answer

    async def _park(self) -> tuple[FirstPark | None, str]:
        """Return the first park, if any is shown, and what the reader should be told about the data."""
        if not self._showcase_key:
            return None, notice_of(Shown.NEEDS_KEY)
        try:
            principal = await self._authenticator.principal(self._showcase_key)
            park = await first_park(self._schema, self._service, principal)
        except Unauthenticated:  # a demonstration whose park is not loaded yet has no such key
            return None, notice_of(Shown.NO_PARK)
        except (NotAnswered, Unavailable, *FAILURES):
            return None, notice_of(Shown.NO_ANSWER)
        return park, notice_of(Shown.PARK if park else Shown.NO_PARK)


class OwnFiles(StaticFiles):
    """Style sheet, script and icon of the pages, which a browser asks about before it uses them again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


class EditorFiles(StaticFiles):
    """The editor's files; those with a hash in their name never change."""

    async def check_config(self) -> None:
        """Take a folder that is not there for one without files: what is asked for is answered with 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        is_hashed = path.startswith("assets")
        response.headers["cache-control"] = f"public, max-age={_YEAR_S}, immutable" if is_hashed else "no-cache"
        # A worker is governed by the policy of its own file.
        response.headers["content-security-policy"] = EDITOR_POLICY
        return response


def _page(text: str, policy: str) -> HTMLResponse:
    return HTMLResponse(text, headers={"content-security-policy": policy, "cache-control": "no-store"})


def _as_json(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Return the examples with the names of the wire."""
    return [
        {_camel_case(name): value for name, value in (asdict(example) | {"is_ready": example.is_ready}).items()}
        for example in examples
    ]


def _camel_case(name: str) -> str:
    if name == "example_id":
        return "id"
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
