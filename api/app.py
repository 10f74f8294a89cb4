"""The ASGI application: GraphQL, the pages, health; its parts open with it and close with it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route

from api.headers import SecurityHeaders
from api.page_routes import Pages
from api.view import GraphQLView
from ledger.database import Database
from ledger.maintenance import make_partitions
from ledger.releases import Catalogues
from schema.context import Clock, Service
from schema.service import SDL, build


def utc_now() -> datetime:
    """Return the present instant; the one place the service reads the clock."""
    return datetime.now(UTC)


def create_app(service_url: str, connections: int = 8, clock: Clock = utc_now) -> Starlette:
    """Make the application of a migrated database."""
    database = Database(service_url, connections)
    service = Service(database, Catalogues(), clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await database.open()
        await make_partitions(database)
        try:
            yield
        finally:
            await database.close()

    return Starlette(routes=_routes(service), middleware=[Middleware(SecurityHeaders)], lifespan=lifespan)


def _routes(service: Service) -> list[BaseRoute]:
    schema = build()
    pages = Pages(schema, service)
    return [
        *pages.routes(),
        Route("/graphql", GraphQLView(schema, service, pages.editor), methods=["GET", "POST", "OPTIONS"]),
        Route("/schema.graphql", _schema),
        Route("/livez", _live),
        Route("/readyz", _readiness(service)),
    ]


async def _schema(_: Request) -> PlainTextResponse:
    return PlainTextResponse(SDL.read_text(encoding="utf-8"))


async def _live(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


def _readiness(service: Service) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def ready(_: Request) -> JSONResponse:
        async with service.database.snapshot() as connection:
            catalogue = await service.catalogues.get(connection)
        return JSONResponse({"status": "ready", "factorRelease": catalogue.release.number})

    return ready
