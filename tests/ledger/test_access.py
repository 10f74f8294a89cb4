"""What a caller reaches, by the database: policies of every table, writes, parks, sites."""

import psycopg
import pytest

from ledger.access import EVERYTHING, NOTHING, Access, NotRegistered
from ledger.registry import NewSite, NewTenant, add_site, parks_where, register_tenant, sites_where
from ledger.setup import Databases
from tests.world import world

pytestmark = pytest.mark.anyio
OPEN = {"factor_releases", "factor_datasets", "factor_release_members", "archived_months"}
"""Tables that are of no tenant."""
POLICIES = """
SELECT tablename, policyname, cmd, permissive, qual FROM pg_policies WHERE schemaname = 'public' AND cmd = 'SELECT'
"""


def test_every_tenant_table_is_read_by_what_is_reached(databases: Databases) -> None:
    with psycopg.connect(databases.owner_url) as connection:
        rows = connection.execute(POLICIES).fetchall()
    old = [table for table, _, _, _, qual in rows if "reaches_all" in qual and "reached_" not in qual]
    assert old == [], "a table is read by one tenant or all; it has no place for a caller of some"
    assert len(rows) >= 20


def test_what_has_no_identity_reads_no_tenant(databases: Databases) -> None:
    query = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT relispartition AND has_table_privilege('parkledger_service', oid, 'SELECT') ORDER BY 1"""
    with psycopg.connect(databases.owner_url) as connection:
        names = [name for (name,) in connection.execute(query).fetchall()]
    assert {"activities", "tenants", "parks", "quantity_cells"} <= set(names)
    with psycopg.connect(databases.service_url) as connection:
        connection.execute("SET ROLE parkledger_service")
        seen = {
            name: connection.execute(f"SELECT EXISTS (SELECT FROM {name})".encode()).fetchone()
            for name in names
            if name not in OPEN
        }
    assert {name for name, found in seen.items() if found == (True,)} == set()


async def test_a_write_is_for_those_who_write_the_tenant(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        narrowed = here.database.within(Access(writes=frozenset({here.tenant})))
        async with narrowed.write(here.tenant) as connection:
            assert await (await connection.execute("SELECT bound_tenant()")).fetchone() == (here.tenant,)
        for database in (narrowed, here.database.within(NOTHING)):
            with pytest.raises(NotRegistered, match="there is no such tenant"):
                async with database.write(other.tenant):
                    raise AssertionError("no transaction is opened")


async def test_registering_is_for_those_who_register(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        access = Access(
            reads=frozenset({here.tenant}), registers=frozenset({here.tenant}), parks=frozenset({here.park})
        )
        narrowed = here.database.within(access)
        assert (await add_site(narrowed, NewSite(here.tenant, "s9", "S", "厂"))).code == "s9"
        for refused in (
            lambda: add_site(narrowed, NewSite(other.tenant, "s9", "S", "厂")),
            lambda: register_tenant(narrowed, NewTenant(here.park, "t9", "T", "企")),
        ):
            with pytest.raises(NotRegistered):
                await refused()
        async with other.database.snapshot() as connection:
            assert "s9" not in {one.code for one in await sites_where(connection, tenant_id=other.tenant)}


async def test_an_operator_registers_tenants_of_its_park_alone(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        operator = here.database.within(Access(parks=frozenset({here.park}), whole_parks=frozenset({here.park})))
        assert (await register_tenant(operator, NewTenant(here.park, "t9", "T", "企"))).code == "t9"
        with pytest.raises(NotRegistered, match="there is no such park"):
            await register_tenant(operator, NewTenant(other.park, "t9", "T", "企"))


async def test_parks_are_seen_by_those_who_are_in_them(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        async with here.database.within(Access(parks=frozenset({here.park}))).snapshot() as connection:
            assert [one.park_id for one in await parks_where(connection)] == [here.park]
        async with other.database.within(EVERYTHING).snapshot() as connection:
            assert {here.park, other.park} <= {one.park_id for one in await parks_where(connection)}


async def test_who_is_narrowed_to_no_site_sees_none(databases: Databases) -> None:
    async with world(databases) as here:
        reads = frozenset({here.tenant})
        for sites, count in ((None, 1), (frozenset({here.site}), 1), (frozenset[object](), 0)):
            access = Access(reads=reads, sites=sites)  # type: ignore[arg-type]
            async with here.database.within(access).snapshot() as connection:
                assert len(await sites_where(connection, tenant_id=here.tenant)) == count
