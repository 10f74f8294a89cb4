"""A small world for tests of the ledger: a park, a tenant, a site and sources, made by the ledger's own functions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from accounting.basis import Basis
from accounting.footprints import Footprint
from accounting.grouping import Dimension
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.catalogue import Catalogue
from emission_factors.gases import GwpSet
from emission_factors.releases import shipped_catalogue
from ledger import registry
from ledger.activities.batches import RowOutcome
from ledger.activities.posting import post
from ledger.activities.rows import PostedRow, Quality
from ledger.cells.cells import Mismatch, mismatches
from ledger.database import Database
from ledger.footprints.footprints import Boundary, footprint
from ledger.registry import NewPark, NewSite, NewSource, NewTenant
from ledger.releases import Catalogues
from ledger.setup import Databases

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """One tenant with one site and its sources, in a park of its own."""

    database: Database
    catalogue: Catalogue
    park: UUID
    tenant: UUID
    site: UUID

    async def post(self, *rows: PostedRow, key: UUID | None = None, now: datetime = NOW) -> list[RowOutcome]:
        """Post rows and return their outcomes."""
        found = await post(self.database, Catalogues(self.catalogue), self.tenant, key or uuid4(), rows, now)
        return list(found.outcomes)

    async def cells(self) -> dict[tuple[str, str, str, date], tuple[Decimal, int]]:
        """Return the tenant's cells, all qualities: (activity type, supplier, base unit, month) -> quantity, rows."""
        key = "activity_type, supplier, base_unit, month"
        sums = "sum(quantity), sum(row_count)::bigint"
        query = f"SELECT {key}, {sums} FROM quantity_cells WHERE tenant_id = %s GROUP BY {key}".encode()
        async with self.database.snapshot() as connection:
            rows = await (await connection.execute(query, (self.tenant,))).fetchall()
        return {tuple(row[:4]): (row[4], row[5]) for row in rows}

    async def mismatches(self) -> list[Mismatch]:
        """Return the tenant's cells that are not the sum of their rows."""
        async with self.database.snapshot() as connection:
            return [found for found in await mismatches(connection) if found.tenant_id == self.tenant]

    async def row_count(self) -> int:
        """Return how many activity rows the tenant has."""
        async with self.database.snapshot() as connection:
            query = "SELECT count(*) FROM activities WHERE tenant_id = %s"
            row = await (await connection.execute(query, (self.tenant,))).fetchone()
        return int(row[0]) if row else 0

    async def footprint(
        self,
        first: date,
        last: date,
        *by: Dimension,
        regime: RegimeCode = RegimeCode.GHG_PROTOCOL,
        gwp_set: GwpSet = GwpSet.AR6,
        release: int | None = None,
    ) -> Footprint:
        """Return the tenant's footprint."""
        catalogue = shipped_catalogue(release) if release else self.catalogue
        basis = Basis(REGIMES[regime], gwp_set, catalogue, ("GB",))
        async with self.database.snapshot() as connection:
            return await footprint(connection, basis, Boundary((self.tenant,)), first, last, by)


def row(external_id: str, quantity: object = "1", unit: str = "kWh", **more: object) -> PostedRow:
    """Return a row of source m1: electricity of March 2025, unless told otherwise."""
    fields: dict[str, object] = {
        "source": "m1",
        "external_id": external_id,
        "activity_type": "electricity.grid",
        "quantity": quantity,
        "unit": unit,
        "period_start": "2025-03-01T00:00:00+08:00",
        "period_end": "2025-04-01T00:00:00+08:00",
        "quality": Quality.BILLED,
    }
    return PostedRow(**{**fields, **more})  # type: ignore[arg-type]


@asynccontextmanager
async def opened(databases: Databases) -> AsyncIterator[Database]:
    """Open the database as the service does."""
    database = Database(databases.service_url, 4)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def world(databases: Databases, time_zone: str = "Asia/Shanghai") -> AsyncIterator[World]:
    """Open the database with a new park, tenant, site and the sources m1, m2 and m3."""
    async with opened(databases) as database:
        code = uuid4().hex[:12]
        park = await registry.register_park(database, NewPark(code, "Park", "园区", "CN-GD", time_zone, ("GB",)))
        tenant = await registry.register_tenant(database, NewTenant(park.park_id, code, "Tenant", "租户"))
        site = await registry.add_site(database, NewSite(tenant.tenant_id, "s1", "Site", "厂区"))
        for name in ("m1", "m2", "m3"):
            source = NewSource(tenant.tenant_id, site.site_id, name, "Meter", "电表", "METER")
            await registry.add_source(database, source)
        yield World(database, shipped_catalogue(), park.park_id, tenant.tenant_id, site.site_id)
