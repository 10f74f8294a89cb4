"""Parks, tenants, sites and sources: registered once, under codes of their own."""

import asyncio
from uuid import uuid4

import pytest

from accounting.refusals import RefusalCode, Refused
from ledger import registry
from ledger.registry import CodeTaken, NewPark, NewSite, NewSource, NewTenant, NotRegistered
from ledger.setup import Databases
from tests.world import world

pytestmark = pytest.mark.anyio


async def test_sites_take_region_and_clock_from_the_park(databases: Databases) -> None:
    async with world(databases) as here:
        site = await registry.add_site(here.database, NewSite(here.tenant, "s2", "Site", "厂区"))
        other = await registry.add_site(
            here.database, NewSite(here.tenant, "s3", "Site", "厂区", "CN-ZJ", "Asia/Urumqi")
        )
        assert (site.region, site.time_zone) == ("CN-GD", "Asia/Shanghai")
        assert (other.region, other.time_zone) == ("CN-ZJ", "Asia/Urumqi")
        assert site.recorded_at is not None


async def test_codes_are_unique_where_they_belong(databases: Databases) -> None:
    async with world(databases) as here:
        tenant = NewTenant(here.park, "t2", "T", "租")
        await registry.register_tenant(here.database, tenant)
        with pytest.raises(CodeTaken, match="'t2'"):
            await registry.register_tenant(here.database, tenant)
        with pytest.raises(CodeTaken, match="'s1'"):
            await registry.add_site(here.database, NewSite(here.tenant, "s1", "S", "站"))
        with pytest.raises(CodeTaken, match="'m1'"):
            await registry.add_source(here.database, NewSource(here.tenant, here.site, "m1", "M", "表", "METER"))


async def test_of_many_at_once_with_one_code_one_is_registered(databases: Databases) -> None:
    async with world(databases) as here:
        tries = [registry.register_tenant(here.database, NewTenant(here.park, "same", "T", "租")) for _ in range(6)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, CodeTaken) for result in results) == 5
        async with here.database.snapshot() as connection:
            assert len(await registry.tenants_where(connection, park_id=here.park, code="same")) == 1


async def test_what_does_not_exist_is_told(databases: Databases) -> None:
    async with world(databases) as here:
        with pytest.raises(NotRegistered, match="park"):
            await registry.register_tenant(here.database, NewTenant(uuid4(), "t", "T", "租"))
        with pytest.raises(NotRegistered, match="tenant"):
            await registry.add_site(here.database, NewSite(uuid4(), "s", "S", "站"))
        with pytest.raises(NotRegistered, match="site"):
            await registry.add_source(here.database, NewSource(here.tenant, uuid4(), "x", "M", "表", "METER"))


@pytest.mark.parametrize(
    ("park", "code", "field"),
    [
        (NewPark(" ", "P", "园", "CN-GD", "Asia/Shanghai"), RefusalCode.TEXT_NOT_ACCEPTED, "code"),
        (NewPark("p", "", "园", "CN-GD", "Asia/Shanghai"), RefusalCode.TEXT_NOT_ACCEPTED, "name"),
        (NewPark("p", "P", "园", "CN-XX", "Asia/Shanghai"), RefusalCode.UNKNOWN_REGION, "region"),
        (NewPark("p", "P", "园", "CN-GD", "Mars/Base"), RefusalCode.UNKNOWN_TIME_ZONE, "timeZone"),
        (NewPark("p", "P", "园", "CN-GD", "Asia/Shanghai", ("UK",)), RefusalCode.UNKNOWN_REGION, "region"),
    ],
)
async def test_bad_parks_are_refused_and_not_registered(
    databases: Databases, park: NewPark, code: RefusalCode, field: str
) -> None:
    async with world(databases) as here:
        with pytest.raises(Refused) as refused:
            await registry.register_park(here.database, park)
        assert (refused.value.code, refused.value.field) == (code, field)
        async with here.database.snapshot() as connection:
            assert await registry.parks_where(connection, code=park.code) == []
