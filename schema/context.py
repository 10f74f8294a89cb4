"""What a resolver may use: the service's parts, and one consistent snapshot per operation."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from accounting.basis import Basis
from accounting.supply.park_supply import ParkSupply
from emission_factors.catalogue import Catalogue
from ledger.activities.reading import ActivityFilter, ActivityRecord, first_activities
from ledger.authors import Author
from ledger.connections import Connection
from ledger.database import Database
from ledger.footprints.footprints import supplies_of
from ledger.footprints.park_supplies import AskedSupply
from ledger.identity.principals import ANONYMOUS, Principal
from ledger.intervals.reading import Ends, ends_of
from ledger.intervals.series import IntervalSeries
from ledger.registry import parks_where, sites_where, sources_where, tenants_where
from ledger.releases import Catalogues, UnknownRelease
from ledger.snapshots import Snapshot
from ledger.tables import Park, Site, Source, Tenant
from proofs.keys import PrivateKey
from schema.errors import BadInput, Unauthenticated, Unavailable
from schema.report_loading import ReportLoaders

Clock = Callable[[], datetime]
Identify = Callable[[], Awaitable[Principal]]
"""Says again who a caller is; raises `Unauthenticated`."""
Gone = Callable[[], Awaitable[None]]
"""Waits until the client that asks has gone."""
Result = TypeVar("Result")


class Meter(Protocol):
    """Counts what callers ask for and post."""

    def spend(self, principal: Principal, cost: int, rows: int) -> float:
        """Take from a caller's budgets; return the seconds to wait where one has too little, and nothing is taken."""


class Receivers(Protocol):
    """What webhooks may be sent to, and what they are signed with."""

    def check(self, url: str) -> None:
        """Raise `Refused` for an address that is not accepted."""

    def secret(self, target: UUID, number: int) -> str:
        """Return a target's secret of a number, as its receiver keeps it."""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service; `pepper` is what digests of API keys are made under, None where there are none;
    without `signing_key` it publishes no report.

    Its database is as narrow as whoever asks: a context has a service of its own.
    """

    database: Database
    catalogues: Catalogues
    clock: Clock
    pepper: bytes | None = field(default=None, repr=False)
    receivers: Receivers | None = None
    signing_key: PrivateKey | None = field(default=None, repr=False)

    def within(self, principal: Principal, request_id: str = "") -> "Service":
        """Return the service as a principal may use it, in a request that its changes are noted with."""
        author = Author(principal.actor, request_id)
        return replace(self, database=self.database.within(principal.access).written_by(author))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`known_at` is as of when to read, None for all that the snapshot sees; `told_at` as of when to ask again."""

    known_at: datetime | None
    told_at: datetime | None


@dataclass(slots=True)
class Context:
    """The context of one request; loaders and the snapshot belong to the operation and end with it.

    `service` reaches what the principal does, so that no resolver can reach more. Over a WebSocket `identify` says anew
    at each operation who the caller is, or why not. `rows_posted` are those of the operation, before they are checked.
    """

    service: Service
    request_id: str
    principal: Principal = ANONYMOUS
    identify: Identify | None = None
    meter: Meter | None = None
    gone: Gone | None = None
    refused: Unauthenticated | Unavailable | None = field(default=None, init=False)
    keeps_snapshot: bool = field(default=True, init=False)
    rows_posted: int = field(default=0, init=False)
    snapshot: Snapshot = field(init=False)
    parks: "DataLoader[UUID, Park | None]" = field(init=False)
    tenants: "DataLoader[UUID, Tenant | None]" = field(init=False)
    sites: "DataLoader[UUID, Site | None]" = field(init=False)
    sources: "DataLoader[UUID, Source | None]" = field(init=False)
    tenants_of_park: "DataLoader[UUID, list[Tenant]]" = field(init=False)
    sites_of_tenant: "DataLoader[UUID, list[Site]]" = field(init=False)
    sources_of_site: "DataLoader[UUID, list[Source]]" = field(init=False)
    ends_of_series: "DataLoader[IntervalSeries, Ends]" = field(init=False)
    park_supplies: "DataLoader[tuple[Basis, AskedSupply], list[ParkSupply]]" = field(init=False)
    first_activities: "DataLoader[tuple[ActivityFilter, int], list[ActivityRecord]]" = field(init=False)
    reports: ReportLoaders = field(init=False)

    def __post_init__(self) -> None:
        """Narrow the service to the principal."""
        self.service = self.service.within(self.principal, self.request_id)

    def another(self, identify: Identify | None) -> "Context":
        """Return a context for another operation of the same connection."""
        return Context(self.service, self.request_id, ANONYMOUS, identify, self.meter)

    async def renew(self) -> None:
        """Ask again who the caller is, where it is asked at each operation."""
        if self.identify is None:
            return
        try:
            self.principal, self.refused = await self.identify(), None
        except (Unauthenticated, Unavailable) as error:
            self.principal, self.refused = ANONYMOUS, error
        self.service = self.service.within(self.principal, self.request_id)

    def begin_operation(self) -> None:
        """Make the operation's snapshot and loaders; a connection is taken only when first needed."""
        self.snapshot = Snapshot(self.service.database, is_kept=self.keeps_snapshot)
        self.parks = DataLoader(self._load_parks)
        self.tenants = DataLoader(self._load_tenants)
        self.sites = DataLoader(self._load_sites)
        self.sources = DataLoader(self._load_sources)
        self.tenants_of_park = DataLoader(self._load_tenants_of_park)
        self.sites_of_tenant = DataLoader(self._load_sites_of_tenant)
        self.sources_of_site = DataLoader(self._load_sources_of_site)
        self.ends_of_series = DataLoader(self._load_ends_of_series)
        self.park_supplies = DataLoader(self._load_park_supplies)
        self.first_activities = DataLoader(self._load_first_activities, cache=False)
        self.reports = ReportLoaders(self.read)

    def begin_changes(self) -> None:
        """Let each reading of this operation be of its moment: a mutation reads what it has written, and holds no
        connection while it waits for its turn to write.
        """
        self.keeps_snapshot = False
        self.snapshot = Snapshot(self.service.database, is_kept=False)

    async def end_operation(self) -> None:
        """Give the snapshot's connection back, and let go of the loaders, which refer to this context."""
        await self.snapshot.close()
        del self.parks, self.tenants, self.sites, self.sources
        del self.tenants_of_park, self.sites_of_tenant, self.sources_of_site, self.ends_of_series, self.reports
        del self.park_supplies, self.first_activities

    async def while_asked(self, work: Awaitable[Result]) -> Result:
        """Do what takes long, and only as long as the client waits for it; raises `BadInput` where it has gone."""
        task = asyncio.ensure_future(work)
        begun: list[asyncio.Future[Any]] = [task]
        if self.gone:
            begun.append(asyncio.ensure_future(self.gone()))
        try:
            await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise BadInput("the client did not wait for the answer")
            return task.result()
        finally:
            for one in begun:
                one.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Take the operation's snapshot for one or more statements."""
        return self.snapshot.use()

    async def knowledge(self, asked: datetime | None) -> Knowledge:
        """Return as of which instant to read what is asked for as of one, or as of now."""
        told = await self.snapshot.told()
        if told.instant is None:
            return Knowledge(asked, None)
        if asked is not None and asked < told.instant:
            return Knowledge(asked, asked)
        return Knowledge(None if told.is_now else told.instant, told.instant)

    async def catalogue(self, release: int | None = None, known_at: datetime | None = None) -> Catalogue:
        """Return the catalogue of a release, the newest loaded by `known_at` if none is named; raises `BadInput`."""
        try:
            async with self.read() as connection:
                return await self.service.catalogues.get(connection, release, known_at)
        except UnknownRelease as error:
            raise BadInput(str(error)) from None

    async def _load_parks(self, keys: list[UUID]) -> list[Park | None]:
        async with self.read() as connection:
            found = {park.park_id: park for park in await parks_where(connection, park_id=keys)}
        return [found.get(key) for key in keys]

    async def _load_tenants(self, keys: list[UUID]) -> list[Tenant | None]:
        async with self.read() as connection:
            found = {tenant.tenant_id: tenant for tenant in await tenants_where(connection, tenant_id=keys)}
        return [found.get(key) for key in keys]

    async def _load_sites(self, keys: list[UUID]) -> list[Site | None]:
        async with self.read() as connection:
            found = {site.site_id: site for site in await sites_where(connection, site_id=keys)}
        return [found.get(key) for key in keys]

    async def _load_sources(self, keys: list[UUID]) -> list[Source | None]:
        async with self.read() as connection:
            found = {source.source_id: source for source in await sources_where(connection, source_id=keys)}
        return [found.get(key) for key in keys]

    async def _load_tenants_of_park(self, keys: list[UUID]) -> list[list[Tenant]]:
        async with self.read() as connection:
            found = await tenants_where(connection, park_id=keys)
        return [[tenant for tenant in found if tenant.park_id == key] for key in keys]

    async def _load_sites_of_tenant(self, keys: list[UUID]) -> list[list[Site]]:
        async with self.read() as connection:
            found = await sites_where(connection, tenant_id=keys)
        return [[site for site in found if site.tenant_id == key] for key in keys]

    async def _load_sources_of_site(self, keys: list[UUID]) -> list[list[Source]]:
        async with self.read() as connection:
            found = await sources_where(connection, site_id=keys)
        return [[source for source in found if source.site_id == key] for key in keys]

    async def _load_ends_of_series(self, keys: list[IntervalSeries]) -> list[Ends]:
        async with self.read() as connection:
            found = await ends_of(connection, keys)
        return [found[key.id] for key in keys]

    async def _load_park_supplies(self, keys: list[tuple[Basis, AskedSupply]]) -> list[list[ParkSupply]]:
        async with self.read() as connection:
            return [await supplies_of(connection, basis, asked) for basis, asked in keys]

    async def _load_first_activities(self, keys: list[tuple[ActivityFilter, int]]) -> list[list[ActivityRecord]]:
        found: dict[tuple[ActivityFilter, int], list[ActivityRecord]] = {}
        async with self.read() as connection:
            for limit in {limit for _, limit in keys}:
                asked = list(dict.fromkeys(wanted for wanted, each in keys if each == limit))
                pages = await first_activities(connection, asked, limit)
                found |= {(wanted, limit): page for wanted, page in zip(asked, pages, strict=True)}
        return [found[key] for key in keys]
