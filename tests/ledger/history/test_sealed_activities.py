"""The digests of activities: the same made of texts as within the database, in either form, and none for other rows."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import pytest

from ledger.activities.corrections import NewContent, correct, void
from ledger.connections import Connection
from ledger.history import sealing
from ledger.history.sealables import FORM, RECORDINGS, ROW_BY_ROW, Contents, Key, Sealable
from ledger.history.sealed_activities import ACTIVITY_COLUMNS, IN_TEXTS
from ledger.history.sealed_rows import contents_of
from ledger.history.sealing import seal
from ledger.history.verification import verify_history
from ledger.setup import Databases
from proofs.events import read_event
from proofs.keys import PrivateKey, make_key
from proofs.row_digests import FORMS, RowDigest
from proofs.row_forms import ACTIVITIES, TABLES, shown_row
from tests.conftest import Server
from tests.ledger.history.sealed_world import superuser
from tests.ledger.history.test_sealing import stored
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
_ROWS: Final = f"""
SELECT {IN_TEXTS.format(f"SELECT {ACTIVITY_COLUMNS} FROM activities WHERE activity_id = one.activity_id")}
FROM activities AS one WHERE tenant_id = %s AND posting_id = %s ORDER BY activity_id
"""
_OTHER: Final = {
    "uuid": "(substr({0}::text, 1, 35) || CASE right({0}::text, 1) WHEN 'f' THEN 'e' ELSE 'f' END)::uuid",
    "text": "{0} || 'x'",
    "numeric": "round({0}, scale({0}) + 1)",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "timestamp without time zone": "{0} + interval '1 microsecond'",
    "integer": "{0} + 1",
}
"""Type of a column -> another value of it, as near as can be."""
_CHECKS: Final = """
SELECT conname FROM pg_constraint WHERE conrelid = 'activities'::regclass AND contype = 'c'
"""
_TYPES: Final = """
SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = 'activities'
"""


@pytest.fixture(scope="module")
def own_databases(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"digests_{worker_id}")
    server.drop(f"digests_{worker_id}")


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return make_key("tests")


@pytest.fixture(scope="module")
async def here(own_databases: Databases) -> AsyncIterator[World]:
    """A tenant with a batch of rows that differ, one of rows that are alike, a correction and a voiding."""
    async with world(own_databases) as found:
        outcomes = await found.post(
            row("柴油\x1f\n1", "3.0"),
            row("\x03", "2.5", document="票据"),
            row("c" * 200, supplier="s", source="m2"),
            row("d", "0", unit="MWh", period_end="2025-03-02T00:00:00.000001+08:00"),
        )
        await found.post(*(row(f"e{number}", str(number)) for number in range(3)))
        first, second, *_ = (one.activity_id for one in outcomes)
        assert first
        assert second
        await correct(found.database, found.catalogue, found.tenant, first, NewContent(quantity="9.50"), "misread", NOW)
        await void(found.database, found.catalogue, found.tenant, second, "twice", NOW)
        yield found


async def recordings(connection: Connection, here: World) -> list[Sealable]:
    query = f"{RECORDINGS} WHERE tenant_id = %s AND row_count > 0 ORDER BY recorded_at".encode()
    return [Sealable(*one) for one in await (await connection.execute(query, (here.tenant,))).fetchall()]


async def digests(connection: Connection, found: list[Sealable], form: int) -> list[object]:
    contents = await contents_of(connection, found, dict.fromkeys((one.key for one in found), form))
    assert {one.form for one in contents.values()} == {form}
    return [contents[one.key].rows.get("activities") for one in found]


@pytest.mark.parametrize("form", FORMS)
async def test_the_database_and_the_texts_of_rows_give_one_digest(here: World, form: int) -> None:
    async with here.database.snapshot() as connection:
        found = await recordings(connection, here)
        assert [one.row_count for one in found] == [4, 3, 1, 1]
        made = []
        for one in found:
            digest = RowDigest(form, ACTIVITIES)
            for (texts,) in await (await connection.execute(_ROWS.encode(), one.key)).fetchall():
                digest.add(shown_row(TABLES[ACTIVITIES], texts))
            made.append({"count": digest.count, "sha256": digest.hexdigest()})
        assert await digests(connection, found, form) == made


def test_the_forms_that_are_known_are_those_of_the_ledger() -> None:
    assert FORMS == (ROW_BY_ROW, FORM)


async def test_the_kinds_of_the_rows_are_told(here: World) -> None:
    async with here.database.snapshot() as connection:
        contents = await contents_of(connection, await recordings(connection, here))
    assert [one.kinds for one in contents.values()] == [("ORIGINAL",), ("ORIGINAL",), ("CORRECTION",), ("VOID",)]


@asynccontextmanager
async def without_checks(databases: Databases) -> AsyncIterator[Connection]:
    """Open a transaction in which activities may say anything; it is rolled back."""
    async with superuser(databases) as connection:
        for (name,) in await (await connection.execute(_CHECKS)).fetchall():
            await connection.execute(f"ALTER TABLE activities DROP CONSTRAINT {name}".encode())
        for name in ACTIVITY_COLUMNS.split(", ")[1:]:
            await connection.execute(f"ALTER TABLE activities ALTER {name} DROP NOT NULL".encode())
        yield connection


async def after(connection: Connection, found: Sealable, change: str) -> object:
    """Return the digest of a recording after a change, which is taken back."""
    async with connection.transaction(force_rollback=True):
        assert (await connection.execute(change.encode())).rowcount > 0, change
        return (await digests(connection, [found], FORM))[0]


async def test_a_change_of_any_column_of_any_row_is_another_digest(own_databases: Databases, here: World) -> None:
    async with without_checks(own_databases) as connection:
        one = (await recordings(connection, here))[1]
        types: dict[str, str] = dict(await (await connection.execute(_TYPES)).fetchall())
        [before] = await digests(connection, [one], FORM)
        for external_id in ("e0", "e1"):
            where = f"WHERE tenant_id = '{here.tenant}' AND external_id = '{external_id}'"
            for name in ACTIVITY_COLUMNS.split(", "):
                values = [_OTHER[types[name]].format(name), "NULL"]
                if name == "supersedes":
                    values = [f"'{here.site}'"]
                elif name == "activity_id":
                    values = values[:1]
                for value in values:
                    change = f"UPDATE activities SET {name} = {value} {where}"
                    assert await after(connection, one, change) != before, change
            assert await after(connection, one, f"DELETE FROM activities {where}") != before
        assert (await digests(connection, [one], FORM)) == [before]


async def test_what_moves_from_one_row_to_another_is_another_digest(own_databases: Databases, here: World) -> None:
    async with without_checks(own_databases) as connection:
        one = (await recordings(connection, here))[1]
        [before] = await digests(connection, [one], FORM)
        for second, third in (
            ("'e2'", "'e1'"),
            ("'e'", "'1e2'"),
            ("'e1' || chr(3) || 'e2'", "''"),
            ("'e1' || chr(3) || 'e2'", "NULL"),
            ("''", "'e1' || chr(3) || 'e2'"),
            ("NULL", "'e1' || chr(3) || 'e2'"),
        ):
            said = f"CASE external_id WHEN 'e1' THEN {second} WHEN 'e2' THEN {third} ELSE external_id END"
            change = f"UPDATE activities SET external_id = {said} WHERE posting_id = '{one.id}'"
            assert await after(connection, one, change) != before, change


async def test_what_was_sealed_in_the_form_before_is_verified_in_it(
    own_databases: Databases, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before(connection: Connection, found: Sequence[Sealable]) -> dict[Key, Contents]:
        return await contents_of(connection, found, {one.key: ROW_BY_ROW for one in found})

    async with world(own_databases) as one:
        await one.post(row("a"), row("b"))
        with monkeypatch.context() as patch:
            patch.setattr(sealing, "contents_of", before)
            await seal(one.database, key)
        await one.post(row("c"), row("d"))
        await seal(one.database, key)
        events = [read_event(str(event.text).encode()) for event in await stored(one.database, one.tenant)]
        assert [event.body["form"] for event in events] == [ROW_BY_ROW] * 6 + [FORM]
        async with superuser(own_databases) as connection:
            assert (await verify_history(connection, one.tenant, key.public)).holds
            for index, external_id in ((6, "d"), (5, "b")):
                change = "UPDATE activities SET document = 'other' WHERE tenant_id = %s AND external_id = %s"
                await connection.execute(change, (one.tenant, external_id))
                verdict = await verify_history(connection, one.tenant, key.public)
                assert verdict.first_bad_index == index, verdict.told()


async def test_an_event_of_a_form_that_is_not_known_is_told(
    own_databases: Databases, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(connection: Connection, found: Sequence[Sealable]) -> dict[Key, Contents]:
        contents = await contents_of(connection, found)
        for one in contents.values():
            one.form = 3
        return contents

    async with world(own_databases) as one:
        await seal(one.database, key)
        await one.post(row("a"))
        monkeypatch.setattr(sealing, "contents_of", later)
        await seal(one.database, key)
        async with one.database.snapshot() as connection:
            verdict = await verify_history(connection, one.tenant, key.public)
        assert [fault.index for fault in verdict.faults] == [5]
        assert "it is of the form 3; accepted are 1 and 2" in verdict.told()[-2]
