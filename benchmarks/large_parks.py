"""Large parks: tenants with sites, each with the streams of data that a works in Guangdong has, of all three scopes."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from ledger import registry
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.registry import NewPark, NewSite, NewTenant
from ledger.statements import add
from ledger.tables import Source

FIRST_YEAR: Final = 2023
REGION: Final = "CN-GD"
TIME_ZONE: Final = "Asia/Shanghai"
PROXY_REGIONS: Final = ("GB", "US")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a site counts with one meter, or has invoices of from one supplier."""

    activity_type: str
    unit: str
    quality: str
    supplier: str = ""


KINDS: Final = (
    Kind("stationary.natural_gas", "10^4Nm3", "MEASURED"),
    Kind("stationary.diesel", "L", "BILLED"),
    Kind("mobile.diesel", "L", "BILLED", "Fuel cards east"),
    Kind("mobile.diesel", "L", "BILLED", "Fuel cards west"),
    Kind("mobile.gasoline", "L", "BILLED"),
    Kind("refrigerant.leaked/HFC-134a", "kg", "MEASURED"),
    Kind("refrigerant.leaked/R-410A", "kg", "ESTIMATED"),
    Kind("incineration.clinical_waste", "t", "MEASURED"),
    Kind("electricity.grid", "kWh", "MEASURED"),
    Kind("electricity.grid", "kWh", "ESTIMATED"),
    Kind("electricity.own_generation", "kWh", "MEASURED"),
    Kind("steam.purchased", "GJ", "MEASURED"),
    Kind("goods.water", "m3", "BILLED"),
    Kind("freight.hgv", "t.km", "ESTIMATED"),
    Kind("waste.commercial_landfill", "t", "BILLED"),
    Kind("travel.air_domestic", "passenger.km", "ESTIMATED"),
)
"""What every site has: scopes 1, 2 and 3, two suppliers of one fuel, measured and estimated side by side."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a park is."""

    tenants: int = 24
    sites: int = 3
    months: int = 36

    @property
    def cells(self) -> int:
        """Quantity cells, once each has a row."""
        return self.tenants * self.sites * self.months * len(KINDS)


@dataclass(frozen=True, slots=True)
class Stream:
    """A source with what comes from it; it makes one cell a month."""

    site_id: UUID
    source_id: UUID
    code: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class LargePark:
    """A park whose tenants have streams but, until it is filled, no rows."""

    park_id: UUID
    size: Size
    tenants: tuple[tuple[UUID, tuple[Stream, ...]], ...]

    def months(self) -> list[date]:
        """Return the first days of the months that have rows."""
        return [date(FIRST_YEAR + month // 12, month % 12 + 1, 1) for month in range(self.size.months)]


async def register(database: Database, size: Size) -> LargePark:
    """Register a park with its tenants, sites and sources, as the ledger's own functions do."""
    new = NewPark(f"large-{uuid4().hex[:12]}", "Large park", "大园区", REGION, TIME_ZONE, PROXY_REGIONS)
    park = await registry.register_park(database, new)
    tenants = [await _tenant(database, park.park_id, number, size.sites) for number in range(size.tenants)]
    return LargePark(park.park_id, size, tuple(tenants))


async def _tenant(database: Database, park: UUID, number: int, sites: int) -> tuple[UUID, tuple[Stream, ...]]:
    new = NewTenant(park, f"t{number:02}", f"Tenant {number}", f"租户{number}")
    tenant = (await registry.register_tenant(database, new)).tenant_id
    streams: list[Stream] = []
    for place in range(sites):
        site = await registry.add_site(database, NewSite(tenant, f"s{place}", f"Site {place}", f"厂区{place}"))
        codes = enumerate(KINDS)
        streams += [Stream(site.site_id, new_id(), f"s{place}-{kind:02}", found) for kind, found in codes]
    async with database.write(tenant) as connection:
        await add(connection, *(_source(tenant, stream) for stream in streams))
    return tenant, tuple(streams)


def _source(tenant: UUID, stream: Stream) -> Source:
    return Source(
        tenant_id=tenant,
        source_id=stream.source_id,
        site_id=stream.site_id,
        code=stream.code,
        name_en=stream.kind.activity_type,
        name_zh=stream.kind.activity_type,
        kind="METER",
    )
