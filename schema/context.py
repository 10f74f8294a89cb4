"""What a resolver may use: the service's parts, and one consistent snapshot per operation."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from strawberry.dataloader import DataLoader

from emission_factors.catalogue import Catalogue
from ledger.database import Connection, Database, Snapshot
from ledger.registry import parks_where, sites_where, sources_where, tenants_where
from ledger.releases import Catalogues, UnknownRelease
from ledger.tables import Park, Site, Source, Tenant
from schema.errors import BadInput

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service."""

    database: Database
    catalogues: Catalogues
    clock: Clock


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`known_at` is as of when to read, None for all that the snapshot sees; `told_at` as of when to ask again."""

    known_at: datetime | None
    told_at: datetime | None


@dataclass(slots=True)
class Context:
    """The context of one request; loaders and the snapshot belong to the operation and end with it."""

    service: Service
    request_id: str
    snapshot: Snapshot = field(init=False)
    parks: "DataLoader[UUID, Park | None]" = field(init=False)
    tenants: "DataLoader[UUID, Tenant | None]" = field(init=False)
    sites: "DataLoader[UUID, Site | None]" = field(init=False)
    sources: "DataLoader[UUID, Source | None]" = field(init=False)
    tenants_of_park: "DataLoader[UUID, list[Tenant]]" = field(init=False)
    sites_of_tenant: "DataLoader[UUID, list[Site]]" = field(init=False)
    sources_of_site: "DataLoader[UUID, list[Source]]" = field(init=False)

    def another(self) -> "Context":
        """Return a context for another operation of the same connection."""
        return Context(self.service, self.request_id)

    def begin_operation(self) -> None:
        """Make the operation's snapshot and loaders; a connection is taken only when first needed."""
        self.snapshot = Snapshot(self.service.database)
        self.parks = DataLoader(self._load_parks)
        self.tenants = DataLoader(self._load_tenants)
        self.sites = DataLoader(self._load_sites)
        self.sources = DataLoader(self._load_sources)
        self.tenants_of_park = DataLoader(self._load_tenants_of_park)
        self.sites_of_tenant = DataLoader(self._load_sites_of_tenant)
        self.sources_of_site = DataLoader(self._load_sources_of_site)

    async def end_operation(self) -> None:
        """Give the snapshot's connection back."""
        await self.snapshot.close()

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
