"""The sealer: what it leaves out while somebody writes, what is left where it dies, what it seals of everything."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import polars as pl
import psycopg
import pytest

from accounting.intervals.roles import SeriesRole
from ledger.bulk import activities as bulk
from ledger.bulk.chunks import Chunk
from ledger.database import Database
from ledger.declarations import declare
from ledger.history import sealing
from ledger.history.key_rotations import rotate
from ledger.history.reading import Stored, all_events
from ledger.history.sealed_activities import ACTIVITY_COLUMNS
from ledger.history.sealed_rows import ADJUSTMENT_COLUMNS, ADMINISTERED, POSTING_COLUMNS, READING_COLUMNS
from ledger.history.sealing import SealingBusy, seal, seal_everything
from ledger.history.verification import verify_history
from ledger.identity.principals import NO_TENANT_ID
from ledger.setup import Databases
from ledger.tables import Activity, AdjustmentRow, IntervalReading, Posting
from proofs.events import Event, read_event
from proofs.keys import PrivateKey, make_key
from tests.conftest import Server
from tests.ledger.history.sealed_world import floor, superuser
from tests.ledger.instruments.test_transfers import handed, issued, neighbour
from tests.ledger.intervals.test_cells import add, correct, post, span
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
SLOW = """
import asyncio, sys
from pathlib import Path
from ledger.history import sealing
from ledger.database import Database
from proofs.keys import read_private_key
sealing.EVENTS_AT_ONCE = 1
async def main():
    database = Database(sys.argv[1], 2)
    await database.open()
    await sealing.seal(database, read_private_key("tests", Path(sys.argv[2]).read_bytes()))
asyncio.run(main())
"""
"""A sealer that commits each event for itself."""


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"sealing_{worker_id}")
    server.drop(f"sealing_{worker_id}")


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return make_key("tests")


async def stored(database: Database, tenant: UUID) -> list[Stored]:
    async with database.snapshot() as connection:
        return [one async for one in all_events(connection, tenant)]


async def events(database: Database, tenant: UUID) -> list[Event]:
    return [read_event(str(one.text).encode()) for one in await stored(database, tenant)]


async def kinds(here: World) -> list[str]:
    return [event.kind for event in await events(here.database, here.tenant)]


async def test_nothing_is_sealed_past_a_transaction_that_is_under_way(
    own_databases: Databases, key: PrivateKey
) -> None:
    async with world(own_databases) as here:
        await seal(here.database, key)
        before = await stored(here.database, here.tenant)
        async with here.database.write(here.tenant) as slow:
            await slow.execute("SELECT recording_instant()")
            await here.post(row("b"))
            assert await seal(here.database, key) == (0, None), "no instant can be told"
            assert await stored(here.database, here.tenant) == before
        await seal(here.database, key)
        assert (await kinds(here))[len(before) :] == ["postActivities"]


async def test_who_began_before_and_ends_after_is_sealed_after(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        async with here.database.write(here.tenant) as slow:
            await slow.execute("SELECT count(*) FROM sources")
            await here.post(row("b"))
            await seal(here.database, key)
            before = await stored(here.database, here.tenant)
            await slow.execute("SELECT recorded_instant()")
        await seal(here.database, key)
        after = await stored(here.database, here.tenant)
        assert (after[: len(before)], len(after)) == (before, len(before) + 1)


async def test_what_is_sealed_never_changes_while_many_write(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        is_done, sealed = asyncio.Event(), list[list[Stored]]()

        async def write(name: str) -> None:
            for number in range(8):
                await here.post(row(f"{name}{number}"))
                await declare(here.database, here.tenant, [floor(str(number))])

        async def watch() -> None:
            while not is_done.is_set():
                await seal(here.database, key)
                sealed.append(await stored(here.database, here.tenant))

        watching = asyncio.create_task(watch())
        await asyncio.gather(*(write(name) for name in "xyz"))
        is_done.set()
        await watching
        await seal(here.database, key)
        last = await stored(here.database, here.tenant)
        assert all(last[: len(one)] == one for one in sealed)
        assert len({len(one) for one in sealed}) > 1, "it was sealed while they wrote"
        async with here.database.snapshot() as connection:
            verdict = await verify_history(connection, here.tenant, key.public)
        assert verdict.holds, verdict.told()
        assert (await kinds(here)).count("postActivities") == 24
        assert verdict.open == ()


async def test_two_sealers_take_turns(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        for number in range(5):
            await here.post(row(f"{number}"))
        await asyncio.gather(*(seal(here.database, key) for _ in range(3)))
        await seal(here.database, key)
        assert (await kinds(here)).count("postActivities") == 5
        async with here.database.snapshot() as connection:
            assert (await verify_history(connection, here.tenant, key.public)).holds


async def test_everything_is_sealed_or_it_is_said_that_another_is_at_work(
    own_databases: Databases, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "TRIES", 2)
    monkeypatch.setattr(sealing, "WAIT_S", 0)
    async with world(own_databases) as here:
        await here.post(row("a"))
        async with here.database.write_registry() as other:
            await other.execute(sealing._LOCK.encode())
            with pytest.raises(SealingBusy, match="stop the services and try again"):
                await rotate(here.database, key, make_key("next"))
            assert await stored(here.database, here.tenant) == []
        assert await seal_everything(here.database, key) >= len(await stored(here.database, here.tenant)) > 0
        assert await seal_everything(here.database, key) == 0
        assert "rotateLogKey" not in await kinds(here)


async def test_a_sealer_that_is_killed_leaves_a_prefix(server: Server, worker_id: str, tmp_path: Path) -> None:
    databases, key = server.create(f"killed_{worker_id}"), make_key("tests")
    file = tmp_path / "key.pem"
    file.write_bytes(key.pem())
    try:
        async with world(databases) as here:
            for number in range(60):
                await declare(here.database, here.tenant, [floor(str(number + 1))])
            command = (sys.executable, "-c", SLOW, databases.service_url, str(file))
            sealer = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
            while not (left := await stored(here.database, here.tenant)):
                assert sealer.poll() is None, "it ended before it sealed anything"
                await asyncio.sleep(0.005)
            sealer.kill()
            sealer.wait()
            left = await stored(here.database, here.tenant)
            assert 0 < len(left) < 65
            await seal_everything(here.database, key)
            all_of_them = await stored(here.database, here.tenant)
            assert (all_of_them[: len(left)], len(all_of_them)) == (left, 65)
            async with here.database.snapshot() as connection:
                assert (await verify_history(connection, here.tenant, key.public)).holds
    finally:
        server.drop(f"killed_{worker_id}")


async def test_readings_files_and_the_whole_service_are_sealed(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        series = await add(here, SeriesRole.LOAD, 60)
        await post(here, span(series, 1, 2))
        await correct(here, span(series, 3))
        await bulk.merge(here.database, here.catalogue, here.tenant, a_file(3), NOW)
        await seal(here.database, key)
        stated = [
            (event.kind, {table: one["count"] for table, one in json.loads(event.canonical())["body"]["rows"].items()})
            for event in await events(here.database, here.tenant)
        ]
        assert stated[5:] == [
            ("addSource", {"sources": 1}),
            ("addIntervalSeries", {"interval_series": 1}),
            ("postIntervals", {"postings": 1, "interval_readings": 2}),
            ("postIntervals", {"postings": 1, "interval_readings": 1}),
            ("postActivities", {"activities": 3}),
        ]
        async with superuser(own_databases) as connection:
            change = "UPDATE interval_readings SET value = value + 1 WHERE tenant_id = %s AND value = 7.2"
            assert (await connection.execute(change, (here.tenant,))).rowcount == 1
            assert (await verify_history(connection, here.tenant, key.public)).first_bad_index == 7


async def test_what_is_of_no_tenant_is_of_the_whole_service(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        await seal(here.database, key)
        found = await events(here.database, NO_TENANT_ID)
        assert [event.kind for event in found[:2]] == ["loadFactorRelease", "grant"]
        assert {event.kind for event in found[2:]} == {"registerPark"}
        async with superuser(own_databases) as connection:
            await connection.execute("ALTER TABLE factor_datasets DISABLE TRIGGER USER")
            change = "UPDATE factor_datasets SET factors = replace(factors, '0.5366', '0.5306')"
            assert (await connection.execute(change)).rowcount > 0
            assert (await verify_history(connection, NO_TENANT_ID, key.public)).first_bad_index == 0
        async with superuser(own_databases) as connection:
            await connection.execute("ALTER TABLE parks DISABLE TRIGGER USER")
            await connection.execute("UPDATE parks SET region = 'CN-BJ' WHERE park_id = %s", (here.park,))
            verdict = await verify_history(connection, NO_TENANT_ID, key.public)
            assert verdict.first_bad_index == len(found) - 1


def test_every_column_of_every_table_with_an_instant_is_sealed(databases: Databases) -> None:
    query = """
    SELECT table_name::text, array_agg(column_name::text) FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name IN (SELECT table_name FROM information_schema.columns
        WHERE column_default LIKE '%recorded_instant()%' OR column_default LIKE '%recorded_of_service()%')
    GROUP BY 1
    """
    with psycopg.connect(databases.owner_url) as connection:
        found = {name: set(columns) for name, columns in connection.execute(query).fetchall()}
    assert set(found) == set(ADMINISTERED)
    unsealed = {"access_grants": {"digest"}}
    for name, columns in found.items():
        table = ADMINISTERED[name]
        sealed = set(re.findall(r"\w+", f"{table.key} {table.columns}"))
        assert columns - sealed - {"tenant_id", "recorded_at"} == unsealed.get(name, set()), name


def test_every_column_of_activities_and_readings_is_sealed() -> None:
    for table, columns, left in (
        (Activity, ACTIVITY_COLUMNS, {"tenant_id", "posting_id", "recorded_at"}),
        (IntervalReading, READING_COLUMNS, {"tenant_id"}),
        (Posting, POSTING_COLUMNS, {"tenant_id", "recorded_at", "outcomes"}),
        (AdjustmentRow, ADJUSTMENT_COLUMNS, {"tenant_id"}),
    ):
        assert set(table.model_fields) - set(columns.split(", ")) == left


def a_file(rows: int) -> Chunk:
    """Return a file's rows."""
    return Chunk(1, pl.DataFrame([row_of(number) for number in range(rows)]))


def row_of(number: int) -> dict[str, str]:
    """Return one of them."""
    return {
        "source": "m2",
        "externalId": f"f{number}",
        "activityType": "electricity.grid",
        "quantity": str(number),
        "unit": "kWh",
        "periodStart": "2025-03-01T00:00:00+08:00",
        "periodEnd": "2025-04-01T00:00:00+08:00",
        "quality": "BILLED",
    }


async def test_a_transfer_is_an_event_of_both_histories(own_databases: Databases, key: PrivateKey) -> None:
    async with world(own_databases) as here:
        receiver = await neighbour(here)
        given = await handed(here, (await issued(here)).instrument_id, receiver, "60")
        await seal(here.database, key)
        for tenant, kind, side in (
            (here.tenant, "instrument:TRANSFERRED", given.source),
            (receiver, "instrument:RECEIVED", given.part),
        ):
            last = read_event(str((await stored(here.database, tenant))[-1].text).encode())
            assert (last.kind, last.recorded_at) == (kind, side.recorded_at)
            async with here.database.snapshot() as connection:
                verdict = await verify_history(connection, tenant, key.public)
            assert verdict.holds, verdict.told()
