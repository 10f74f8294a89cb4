"""Seeded parks to measure on: tenants with their meters, and hourly readings of them that are the same in every run."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from ledger import registry
from ledger.database import Database
from ledger.registry import NewPark, NewSite, NewSource, NewTenant
from ledger.setup import Databases

FIRST_HOUR: Final = datetime(2023, 1, 1, tzinfo=UTC)
HOURS: Final = 3 * 365 * 24
"""Readings lie in three years; a meter with more of them begins again, under other ids."""
_METERED: Final = (
    ("electricity.grid", "kWh"),
    ("stationary.natural_gas", "m3"),
    ("steam.purchased", "GJ"),
    ("mobile.diesel", "L"),
    ("electricity.own_generation", "kWh"),
)
"""What the meters of a site count, in turn."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A source with what it counts."""

    code: str
    source_id: UUID
    activity_type: str
    unit: str


@dataclass(frozen=True, slots=True)
class SeededTenant:
    """A tenant with one site and its meters."""

    tenant_id: UUID
    site_id: UUID
    meters: tuple[Meter, ...]


@dataclass(frozen=True, slots=True)
class SeededPark:
    """A park with its tenants."""

    park_id: UUID
    tenants: tuple[SeededTenant, ...]


def register(databases: Databases, tenants: int = 1, meters: int = 20) -> SeededPark:
    """Register a park of tenants with a site and meters each, by the ledger's own functions."""
    return asyncio.run(_registered(databases, tenants, meters))


async def _registered(databases: Databases, tenants: int, meters: int) -> SeededPark:
    database = Database(databases.service_url, 2)
    await database.open()
    try:
        code = uuid4().hex[:12]
        park = await registry.register_park(database, NewPark(code, "Park", "园区", "CN-GD", "Asia/Shanghai", ("GB",)))
        found = [await _tenant(database, park.park_id, f"t{number}", meters) for number in range(tenants)]
        return SeededPark(park.park_id, tuple(found))
    finally:
        await database.close()


async def _tenant(database: Database, park: UUID, code: str, meters: int) -> SeededTenant:
    tenant = await registry.register_tenant(database, NewTenant(park, code, f"Tenant {code}", "租户"))
    site = await registry.add_site(database, NewSite(tenant.tenant_id, "s1", "Site", "厂区"))
    found = [await _meter(database, tenant.tenant_id, site.site_id, number) for number in range(meters)]
    return SeededTenant(tenant.tenant_id, site.site_id, tuple(found))


async def _meter(database: Database, tenant: UUID, site: UUID, number: int) -> Meter:
    code = f"M{number}"
    source = await registry.add_source(database, NewSource(tenant, site, code, "Meter", "电表", "METER"))
    activity_type, unit = _METERED[number % len(_METERED)]
    return Meter(code, source.source_id, activity_type, unit)


def readings(tenant: SeededTenant, first: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield rows as a client posts them: hour by hour the reading of each meter, from reading `first` on.

    The same first and count give the same rows.
    """
    chance = random.Random(first)  # noqa: S311  data, no secret
    for number in range(first, first + count):
        meter = tenant.meters[number % len(tenant.meters)]
        starts = FIRST_HOUR + timedelta(hours=(number // len(tenant.meters)) % HOURS)
        yield {
            "source": meter.code,
            "externalId": f"{meter.code}-{number}",
            "activityType": meter.activity_type,
            "quantity": f"{chance.randrange(10**6) / 1000:.3f}",
            "unit": meter.unit,
            "periodStart": starts.isoformat(),
            "periodEnd": (starts + timedelta(hours=1)).isoformat(),
            "quality": "MEASURED",
        }
