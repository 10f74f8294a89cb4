"""The service's role and its snapshots."""

import asyncio
import threading
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from accounting.management.reporting_periods import PeriodStep
from accounting.refusals import Refused
from ledger.access import Access
from ledger.activities.posting import post
from ledger.activities.rows import PostedRow
from ledger.connections import Connection, UnsafeDatabase
from ledger.database import Database
from ledger.releases import Catalogues
from ledger.setup import Databases
from ledger.snapshots import Snapshot, shared_snapshot
from tests.periods import MARCH, step
from tests.world import NOW, World, opened, row, world

pytestmark = pytest.mark.anyio


async def test_the_service_owns_nothing_and_bypasses_nothing(databases: Databases) -> None:
    async with opened(databases) as database, database.snapshot() as connection:
        query = b"SELECT current_user, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert await (await connection.execute(query)).fetchone() == ("parkledger_service", False, False, False)


async def test_even_a_superusers_url_is_stepped_down(databases: Databases) -> None:
    database = Database(databases.owner_url, 1)
    await database.open()
    try:
        async with database.snapshot() as connection:
            row = await (await connection.execute(b"SELECT current_user")).fetchone()
            assert row == ("parkledger_service",)
    finally:
        await database.close()


async def test_a_service_role_that_owns_a_table_is_refused(databases: Databases) -> None:
    with psycopg.connect(databases.owner_url) as owner:
        owner.execute("CREATE TABLE stray (a int)")
        owner.execute("GRANT CREATE ON SCHEMA public TO parkledger_service")
        owner.execute("ALTER TABLE stray OWNER TO parkledger_service")
    database = Database(databases.service_url, 1)
    try:
        with pytest.raises(UnsafeDatabase, match="owns no table"):
            await database.open()
    finally:
        await database.close()
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute("DROP TABLE stray")
            owner.execute("REVOKE CREATE ON SCHEMA public FROM parkledger_service")


@pytest.mark.parametrize("setting", ["off", "local"])
async def test_a_database_that_may_lose_what_it_acknowledged_is_refused(databases: Databases, setting: str) -> None:
    database = Database(make_conninfo(databases.service_url, options=f"-c synchronous_commit={setting}"), 1)
    try:
        if setting == "off":
            with pytest.raises(UnsafeDatabase, match="synchronous_commit must be on in PostgreSQL, or an ack"):
                await database.open()
        else:
            await database.open()
    finally:
        await database.close()


@pytest.mark.parametrize("of", ["DATABASE {database}", "ROLE {role} IN DATABASE {database}"])
async def test_another_default_of_isolation_changes_nothing(databases: Databases, of: str) -> None:
    """Who waited for a lock sees what the one before committed, whatever role and database have as their default."""
    with psycopg.connect(databases.service_url) as asked:
        names = asked.execute("SELECT quote_ident(session_user), quote_ident(current_database())").fetchone()
    assert names is not None
    named = of.format(role=names[0], database=names[1])
    with psycopg.connect(databases.owner_url) as owner:
        owner.execute(f"ALTER {named} SET default_transaction_isolation = 'repeatable read'".encode())
    try:
        with psycopg.connect(databases.service_url) as asked:
            assert asked.execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)
        async with world(databases) as here:
            database = here.database
            for begun in (
                database.write(here.tenant),
                database.write_aside(here.tenant),
                database.write_registry(here.tenant),
                database.receive(),
                database.outside(),
            ):
                async with begun as connection:
                    assert await isolation(connection) == "read committed"
            submitted = (step(here, MARCH, PeriodStep.SUBMIT) for _ in range(4))
            told = await asyncio.gather(*submitted, return_exceptions=True)
            assert [type(one) for one in told].count(type(None)) == 1
            assert {one.code.value for one in told if isinstance(one, Refused)} == {"PERIOD_STATE"}
    finally:
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute(f"ALTER {named} RESET default_transaction_isolation".encode())


async def isolation(connection: Connection) -> object:
    row = await (await connection.execute("SHOW transaction_isolation")).fetchone()
    return row[0] if row else None


async def test_a_database_that_says_otherwise_is_refused(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxied(connection: Connection) -> None:
        await connection.execute(b"SET ROLE parkledger_service")

    monkeypatch.setattr("ledger.database.prepare", proxied)
    serial = make_conninfo(databases.service_url, options="-c default_transaction_isolation=serializable")
    database = Database(serial, 1)
    try:
        with pytest.raises(UnsafeDatabase, match=r"must be READ COMMITTED unless .* serializable here"):
            await database.open()
    finally:
        await database.close()


async def test_a_snapshot_sees_one_state_however_many_ask(databases: Databases) -> None:
    async with world(databases) as here:
        snapshot = Snapshot(here.database)
        query = b"SELECT count(*) FROM activities WHERE tenant_id = '%s'"

        async def count() -> int:
            async with snapshot.use() as connection:
                found = await (await connection.execute(query % str(here.tenant).encode())).fetchone()
            return int(found[0]) if found else -1

        assert await count() == 0
        await here.post(row("a"))
        assert await asyncio.gather(*(count() for _ in range(20))) == [0] * 20
        await snapshot.close()
        assert await count() == 1
        await snapshot.close()


async def test_a_snapshot_cannot_write(databases: Databases) -> None:
    async with opened(databases) as database:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            async with database.snapshot() as connection:
                await connection.execute(b"INSERT INTO parks VALUES (gen_random_uuid(), 'x', 'x', 'x', 'CN', 'UTC')")


async def test_more_operations_than_connections_all_answer(databases: Databases) -> None:
    async with opened(databases) as database:

        async def ask() -> int:
            snapshot = Snapshot(database)
            async with snapshot.use() as connection:
                row = await (await connection.execute(b"SELECT 1")).fetchone()
            await snapshot.close()
            return int(row[0]) if row else 0

        assert sum(await asyncio.gather(*(ask() for _ in range(50)))) == 50


async def test_who_reads_does_not_wait_for_who_writes(databases: Databases) -> None:
    async with world(databases) as here:
        database = Database(databases.service_url, 1, 1)
        await database.open()
        try:
            async with asyncio.timeout(20), database.write(here.tenant), database.snapshot() as connection:
                assert await (await connection.execute(b"SELECT 1")).fetchone() == (1,)
        finally:
            await database.close()


async def test_a_snapshot_that_is_not_kept_sees_what_is_written_and_holds_no_connection(databases: Databases) -> None:
    query = b"SELECT count(*) FROM activities WHERE tenant_id = '%s'"
    async with world(databases) as here:
        database = Database(databases.service_url, 1)
        await database.open()
        try:
            snapshot = Snapshot(database, is_kept=False)
            for count in range(3):
                async with snapshot.use() as connection:
                    found = await connection.execute(query % str(here.tenant).encode())
                    assert await found.fetchone() == (count,)
                told = await snapshot.told()
                assert told.instant is not None
                assert not told.is_now
                async with asyncio.timeout(20):
                    await posted(database, here, row(f"r{count}"))
        finally:
            await database.close()


async def posted(database: Database, here: World, one: PostedRow) -> None:
    """Post a row over the connections of another database object than the world's."""
    await post(database, Catalogues(here.catalogue), here.tenant, uuid4(), [one], NOW)


async def test_what_is_read_beside_is_the_callers_and_of_the_snapshot_that_is_shared(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        theirs = here.database.within(Access(reads=frozenset({here.tenant})))

        async def seen(connection: Connection) -> tuple[object, ...]:
            query = b"SELECT current_user, (SELECT count(*) FROM activities), (SELECT count(*) FROM sites)"
            found = await (await connection.execute(query)).fetchone()
            assert found is not None
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                await connection.execute(b"CREATE TABLE of_a_snapshot (a int)")
            return (*found, threading.get_ident() == main)

        async def beside(shared: str | None = None) -> tuple[object, ...]:
            async with theirs.beside.turn() as turn:
                return await theirs.read_beside(turn, seen, shared)

        main = threading.get_ident()
        async with theirs.snapshot() as connection:
            shared = await shared_snapshot(connection)
            await here.post(row("a"))
            await other.post(row("b"))
            assert await beside(shared) == ("parkledger_service", 0, 1, False)
        assert await beside() == ("parkledger_service", 1, 1, False)
        with pytest.raises(psycopg.Error, match="snapshot"):
            await beside(shared)


async def test_a_connection_that_the_server_closed_is_replaced(databases: Databases) -> None:
    database = Database(databases.service_url, 1)
    await database.open()
    try:
        found = []
        for _ in range(2):
            async with database.snapshot() as connection:
                found.append(connection.info.backend_pid)
            with psycopg.connect(databases.owner_url) as owner:
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", (found[-1],))
        assert found[0] != found[1]
    finally:
        await database.close()


async def test_writes_wait_for_their_turn(databases: Databases) -> None:
    async with world(databases) as here:
        database = Database(databases.service_url, 4, 4)
        await database.open()
        try:
            with database.turns.reading():
                async with database.write(here.tenant):
                    second = asyncio.ensure_future(posted(database, here, row("a")))
                    async with database.snapshot() as connection:
                        await connection.execute(b"SELECT 1")
                    assert not second.done()
                await asyncio.wait_for(second, 20)
        finally:
            await database.close()
