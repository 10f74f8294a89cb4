"""The registry: parks, their tenants, the tenants' sites and sources. Small, append-only by privilege, read whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from accounting.refusals import RefusalCode, Refused
from emission_factors import regions
from ledger.access import NO_PARK, NO_TENANT
from ledger.access import NotRegistered as NotRegistered
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.periods import zone_of
from ledger.statements import add, text_of
from ledger.tables import Park, Site, Source, Tenant
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_CODE, is_storable

LONGEST_NAME: Final = 200


class CodeTaken(Exception):
    """The code is in use already; nothing was registered."""


@dataclass(frozen=True, slots=True)
class NewPark:
    """A park to be registered."""

    code: str
    name_en: str
    name_zh: str
    region: str
    time_zone: str
    proxy_regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A tenant to be registered; `is_operator` marks the company that runs the park."""

    park_id: UUID
    code: str
    name_en: str
    name_zh: str
    is_operator: bool = False
    industry_code: str = ""


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site to be added; region and time zone are the park's where they are not given."""

    tenant_id: UUID
    code: str
    name_en: str
    name_zh: str
    region: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be added; `kind` says what it is, such as METER or INVOICE."""

    tenant_id: UUID
    site_id: UUID
    code: str
    name_en: str
    name_zh: str
    kind: str


async def register_park(database: Database, new: NewPark) -> Park:
    """Register a park; raises `Refused` or `CodeTaken`."""
    _check(new.code, new.name_en, new.name_zh)
    for region in (new.region, *new.proxy_regions):
        _check_region(region)
    zone_of(new.time_zone)
    async with database.write_registry() as connection:
        await take_turn(connection, f"park {new.code}")
        if await parks_where(connection, code=new.code):
            raise CodeTaken(f"there is a park with code {new.code!r} already")
        park = Park(
            park_id=new_id(),
            code=new.code,
            name_en=new.name_en,
            name_zh=new.name_zh,
            region=new.region,
            time_zone=new.time_zone,
            proxy_regions=list(new.proxy_regions),
        )
        await add(connection, park)
        return (await parks_where(connection, park_id=park.park_id))[0]


async def register_tenant(database: Database, new: NewTenant) -> Tenant:
    """Register a tenant of a park; raises `Refused`, `NotRegistered` or `CodeTaken`."""
    _check(new.code, new.name_en, new.name_zh)
    tenant = Tenant(
        tenant_id=new_id(),
        park_id=new.park_id,
        code=new.code,
        name_en=new.name_en,
        name_zh=new.name_zh,
        is_operator=new.is_operator,
        industry_code=new.industry_code,
    )
    async with database.write_registry(tenant.tenant_id, of_park=new.park_id) as connection:
        # Codes are unique in a park, which no key that begins with the tenant can enforce: the park is locked.
        await take_turn(connection, f"tenants of {new.park_id}")
        await _park(connection, new.park_id)
        if await tenants_where(connection, park_id=new.park_id, code=new.code):
            raise CodeTaken(f"the park has a tenant with code {new.code!r} already")
        await add(connection, tenant)
        return (await tenants_where(connection, tenant_id=tenant.tenant_id))[0]


async def add_site(database: Database, new: NewSite) -> Site:
    """Add a site to a tenant; raises `Refused`, `NotRegistered` or `CodeTaken`."""
    _check(new.code, new.name_en, new.name_zh)
    async with database.write_registry(new.tenant_id) as connection:
        await take_turn(connection, f"sites of {new.tenant_id}")
        park = await _park_of(connection, new.tenant_id)
        if await sites_where(connection, tenant_id=new.tenant_id, code=new.code):
            raise CodeTaken(f"the tenant has a site with code {new.code!r} already")
        site = Site(
            tenant_id=new.tenant_id,
            site_id=new_id(),
            code=new.code,
            name_en=new.name_en,
            name_zh=new.name_zh,
            region=_check_region(new.region or park.region),
            time_zone=zone_of(new.time_zone or park.time_zone).key,
        )
        await add(connection, site)
        return (await sites_where(connection, tenant_id=new.tenant_id, site_id=site.site_id))[0]


async def add_source(database: Database, new: NewSource) -> Source:
    """Add a source to a site; raises `Refused`, `NotRegistered` or `CodeTaken`."""
    _check(new.code, new.name_en, new.name_zh)
    async with database.write_registry(new.tenant_id) as connection:
        await take_turn(connection, f"sources of {new.tenant_id}")
        if not await sites_where(connection, tenant_id=new.tenant_id, site_id=new.site_id):
            raise NotRegistered("the tenant has no such site")
        if await sources_where(connection, tenant_id=new.tenant_id, code=new.code):
            raise CodeTaken(f"the tenant has a source with code {new.code!r} already")
        source = Source(
            tenant_id=new.tenant_id,
            source_id=new_id(),
            site_id=new.site_id,
            code=new.code,
            name_en=new.name_en,
            name_zh=new.name_zh,
            kind=new.kind,
        )
        await add(connection, source)
        return (await sources_where(connection, tenant_id=new.tenant_id, source_id=source.source_id))[0]


async def neighbours_among(connection: Connection, tenant: UUID, asked: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the tenants asked about that are of the tenant's park; whoever knows an id may name it."""
    async with beyond(connection, "whether tenants that are named are of the tenant's park", [tenant]):
        own = await tenants_where(connection, tenant_id=tenant)
        parks = [one.park_id for one in own]
        found = await tenants_where(connection, tenant_id=list(asked), park_id=parks)
    return frozenset(one.tenant_id for one in found)


async def parks_where(connection: Connection, **equal: object) -> list[Park]:
    """Return the parks whose columns equal the given values, oldest first."""
    return [Park.model_validate(row) for row in await _rows(connection, Park, equal)]


async def tenants_where(connection: Connection, **equal: object) -> list[Tenant]:
    """Return the tenants whose columns equal the given values, oldest first."""
    return [Tenant.model_validate(row) for row in await _rows(connection, Tenant, equal)]


async def sites_where(connection: Connection, **equal: object) -> list[Site]:
    """Return the sites whose columns equal the given values, oldest first."""
    return [Site.model_validate(row) for row in await _rows(connection, Site, equal)]


async def sources_where(connection: Connection, **equal: object) -> list[Source]:
    """Return the sources whose columns equal the given values, oldest first."""
    return [Source.model_validate(row) for row in await _rows(connection, Source, equal)]


async def _rows(connection: Connection, table: type[Any], equal: dict[str, object]) -> Sequence[dict[str, object]]:
    """Select by equality, a list meaning any of its members; ids are UUIDv7, so their order is the order of adding."""
    lists = frozenset(name for name, value in equal.items() if isinstance(value, list | set))
    given = {name: list(value) if isinstance(value, list | set) else value for name, value in equal.items()}
    declared = table.__table__
    cursor = await connection.execute(_select(declared, tuple(given), lists), given)
    return [dict(zip(declared.columns.keys(), row, strict=True)) for row in await cursor.fetchall()]


@cache
def _select(table: sa.Table, names: tuple[str, ...], lists: frozenset[str]) -> bytes:
    columns = table.columns
    conditions = [
        columns[name] == (sa.any_(sa.bindparam(name)) if name in lists else sa.bindparam(name)) for name in names
    ]
    identity = [column for column in columns if column.primary_key][-1]
    return text_of(sa.select(*columns).where(*conditions).order_by(identity))


async def _park(connection: Connection, park_id: UUID) -> Park:
    found = await parks_where(connection, park_id=park_id)
    if not found:
        raise NotRegistered(NO_PARK)
    return found[0]


async def _park_of(connection: Connection, tenant_id: UUID) -> Park:
    tenants = await tenants_where(connection, tenant_id=tenant_id)
    if not tenants:
        raise NotRegistered(NO_TENANT)
    return await _park(connection, tenants[0].park_id)


def _check(code: str, *names: str) -> None:
    if not code.strip() or len(code) > LONGEST_CODE or not is_storable(code):
        message = f"{code[:40]!r} is not a code: 1 to {LONGEST_CODE} characters"
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "code", message)
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or not is_storable(name):
            message = f"{name[:40]!r} is not a name: 1 to {LONGEST_NAME} characters, in English and in Chinese"
            raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "name", message)


def _check_region(code: str) -> str:
    try:
        return regions.region(code).code
    except regions.UnknownRegion as error:
        raise Refused(RefusalCode.UNKNOWN_REGION, "region", str(error)) from None
