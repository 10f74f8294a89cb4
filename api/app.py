"""The ASGI application: GraphQL, the pages, health; its parts open with it and close with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, NoReturn

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute

from api import unavailable
from api.daily import maintained_daily
from api.egress.addresses import PUBLIC, AddressRules
from api.egress.delivering import delivered_continually
from api.egress.receivers import Receivers
from api.evidence.routes import EvidenceFiles, EvidenceSettings
from api.headers import SecurityHeaders
from api.identity.authentication import Authenticator
from api.identity.identification import NO_IDENTIFICATION, Identification
from api.ingest.routes import Ingest
from api.ingest.spool import Spool
from api.ingest.worker import IngestSettings, Worker
from api.ingress.signatures import NO_SECRETS, Secrets
from api.ingress.webhooks import Webhooks
from api.limiting.settings import Limiting, limiting
from api.page_routes import Pages
from api.reports.packs import Packs
from api.reports.routes import ReportFiles
from api.sealer import sealed_continually
from api.settings import Settings
from api.view import GraphQLView
from emission_factors.catalogue import Catalogue
from ledger.database import Database
from ledger.history.reading import waiting_s
from ledger.partitions import make_partitions
from ledger.pools import FAILURES
from ledger.releases import Catalogues
from proofs.keys import PrivateKey
from schema.context import Clock, Service
from schema.errors import Unavailable
from schema.service import SDL, build

_READY_S: Final = 5
"""Seconds within which a database that is there answers, however busy its disk is. Ten more go by where it says nothing
at all, until the statement is given up.
"""


def utc_now() -> datetime:
    """Return the present instant; the one place the service reads the clock."""
    return datetime.now(UTC)


def create_app(
    service_url: str,
    connections: int = 8,
    clock: Clock = utc_now,
    ingest: IngestSettings | None = None,
    identification: Identification = NO_IDENTIFICATION,
    webhooks: Secrets = NO_SECRETS,
    signing_key: PrivateKey | None = None,
    limits: Limiting | None = None,
    rules: AddressRules = PUBLIC,
    evidence: EvidenceSettings | None = None,
) -> Starlette:
    """Make the application of a migrated database; without `ingest` it takes no bulk files, without `evidence` no
    evidence files, without `identification` nobody meets any data, without `signing_key` it seals no history.
    """
    writers = max(1, connections // 2)
    limits = limits or limiting(Settings())
    database = Database(service_url, max(1, connections - writers), writers)
    database.turns.most_waiting = limits.waiting
    receivers = Receivers(rules, identification.pepper) if identification.pepper else None
    service = Service(
        database, Catalogues(), clock, identification.pepper, receivers=receivers, signing_key=signing_key
    )
    authenticator = identification.authenticator(database, clock)
    bulk = _bulk(service, authenticator, service_url, ingest, limits) if ingest else None
    files = EvidenceFiles(service, authenticator, evidence, limits.limiter) if evidence else None

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await database.open()
        await make_partitions(database)
        tasks: list[asyncio.Task[NoReturn]] = [asyncio.create_task(maintained_daily(database))]
        if signing_key:
            tasks.append(asyncio.create_task(sealed_continually(database, signing_key)))
        if receivers:
            tasks.append(asyncio.create_task(delivered_continually(service_url, receivers, clock)))
        if bulk:
            bulk.start()
        if files:
            files.start()
        try:
            yield
        finally:
            if bulk:
                await bulk.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await database.close()

    routes = _routes(service, authenticator, identification.showcase_key, limits)
    routes += [*(bulk.routes() if bulk else ()), *Webhooks(service, webhooks, limits.limiter).routes()]
    reports = ReportFiles(service, authenticator, limits.limiter)
    packs = Packs(service, reports, evidence) if evidence else None
    routes += [*(files.routes() if files else ()), *reports.routes(), *(packs.routes() if packs else ())]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers=dict.fromkeys((Unavailable, *FAILURES), unavailable.answer),
        lifespan=lifespan,
    )


def _bulk(
    service: Service, authenticator: Authenticator, service_url: str, settings: IngestSettings, limits: Limiting
) -> Ingest:
    async def catalogue() -> Catalogue:
        async with service.database.snapshot() as connection:
            return await service.catalogues.get(connection)

    spool = Spool(settings.folder)
    worker = Worker(service_url, spool, settings.limits, catalogue, service.clock, limits.limiter)
    return Ingest(service, authenticator, spool, worker, settings, limits.limiter)


def _routes(service: Service, authenticator: Authenticator, showcase_key: str, limits: Limiting) -> list[BaseRoute]:
    schema = build()
    pages = Pages(schema, service, authenticator, showcase_key, limits.limiter)
    view = GraphQLView(schema, service, authenticator, pages.editor, limits.limiter, limits.sockets)
    return [
        *pages.routes(),
        Route("/graphql", view, methods=["GET", "POST", "OPTIONS"]),
        WebSocketRoute("/graphql", view),
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
        try:
            async with asyncio.timeout(_READY_S), service.database.snapshot() as connection:
                waiting = await waiting_s(connection)
        except TimeoutError:
            raise Unavailable from None
        async with service.database.snapshot() as connection:
            catalogue = await service.catalogues.get(connection)
        return JSONResponse({"status": "ready", "factorRelease": catalogue.release.number, "secondsUnsealed": waiting})

    return ready
