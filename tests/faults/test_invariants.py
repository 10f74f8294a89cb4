"""The harness finds what it is there to find: each check fails on what a superuser does to the stored rows."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest

from ledger.history.sealing import seal
from ledger.setup import Databases
from proofs.keys import PublicKey, make_key
from schema.global_ids import encode
from tests.conftest import Server
from tests.faults.clients import ROWS, Ledgered, Violated
from tests.faults.invariants import Seen, Stored, check_histories, check_publications, check_reports, check_rows, stored
from tests.world import row, world

PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'activities'::regclass"

OTHER = (
    "(left(activity_id::text, 35) || translate(right(activity_id::text, 1), '0123456789abcdef', '123456789abcdef0'))"
)
LAST = "SELECT tenant_id, max(size) FROM checkpoints GROUP BY tenant_id HAVING count(*) > 1"


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed tenant in a database of its own, and what its client was told."""

    databases: Databases
    client: Ledgered
    key: PublicKey


@pytest.fixture(scope="module")
def made(server: Server, worker_id: str) -> Iterator[Made]:
    databases, key, client = server.create(f"faults_{worker_id}"), make_key("parkledger"), Ledgered("p", sent=1)

    async def make() -> None:
        async with world(databases) as here:
            for half in (range(ROWS // 2), range(ROWS // 2, ROWS)):
                outcomes = await here.post(*(row(client.name(0, at)) for at in half))
                client.acknowledged.setdefault(0, []).extend(encode("Activity", one.activity_id) for one in outcomes)
                await seal(here.database, key)

    asyncio.run(make())
    yield Made(databases, client, key.public)
    server.drop(f"faults_{worker_id}")


@pytest.fixture
def opened(made: Made) -> Iterator[Stored]:
    """A snapshot whose guards are off; what is done in it is taken back."""
    with stored(made.databases) as connection:
        tables = [name for (name,) in connection.execute(PARTITIONS).fetchall()]
        for table in ("activities", *tables, "history", "checkpoints"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        yield connection
        connection.rollback()


def test_what_was_told_is_there(made: Made, opened: Stored) -> None:
    seen = Seen(made.key)
    assert check_rows(opened, [made.client]) == ROWS
    events = check_histories(opened, seen)
    assert check_histories(opened, seen) == events > 1
    assert check_reports(opened, seen, []) == 0
    check_publications(opened, seen)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "DELETE FROM activities WHERE external_id IN ('p-0-3', 'p-0-4')",
            "2 acknowledged rows are lost, such as p-0-3",
        ),
        (
            f"UPDATE activities SET activity_id = {OTHER}::uuid WHERE external_id = 'p-0-3'",
            "1 acknowledged rows are l",
        ),
        (
            "UPDATE activities SET external_id = 'x' WHERE external_id = 'p-0-3'",
            "1 acknowledged rows are lost, such as",
        ),
    ],
)
def test_lost_rows_are_missed(made: Made, opened: Stored, statement: str, message: str) -> None:
    opened.execute(statement.encode())
    with pytest.raises(Violated, match=f"^{message}"):
        check_rows(opened, [made.client])


def test_rows_that_nobody_sent_or_was_told_are_found(opened: Stored) -> None:
    other = Ledgered("p")
    with pytest.raises(Violated, match=f"^{ROWS} rows are stored that nobody sent, such as p-0-0$"):
        check_rows(opened, [other])
    unanswered = Ledgered("p", sent=1)
    assert check_rows(opened, [unanswered]) == ROWS


def test_rows_that_are_there_twice_are_found(opened: Stored) -> None:
    again = f"(jsonb_populate_record(one, jsonb_build_object('activity_id', {OTHER}))).*"
    opened.execute(f"INSERT INTO activities SELECT {again} FROM activities AS one WHERE external_id = 'p-0-3'".encode())
    unanswered = Ledgered("p", sent=1)
    with pytest.raises(Violated, match="1 rows are stored twice"):
        check_rows(opened, [unanswered])


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE history SET leaf = sha256(leaf) WHERE leaf_index = 1", "the sealed prefix of .* changed"),
        (
            "DELETE FROM history WHERE leaf_index = (SELECT max(leaf_index) FROM history)",
            "the sealed prefix of .* changed",
        ),
        ("DELETE FROM checkpoints", "the sealed histories of .* are lost"),
        ("UPDATE checkpoints SET note = 'another' WHERE size > 3", "the sealed prefix of .* changed"),
    ],
)
def test_a_sealed_prefix_that_changed_is_found(made: Made, opened: Stored, statement: str, message: str) -> None:
    seen = Seen(made.key)
    check_histories(opened, seen)
    opened.execute(statement.encode())
    with pytest.raises(Violated, match=f"^{message}"):
        check_histories(opened, seen)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"DELETE FROM checkpoints WHERE (tenant_id, size) IN ({LAST})", "the history of .* events, and its last head"),
        ("UPDATE history SET leaf = sha256(leaf) WHERE leaf_index = 1", "the head of .* is not that of its leaves"),
        ("UPDATE checkpoints SET root = sha256(root)", "the head of .* is not that of its leaves"),
    ],
)
def test_a_head_that_is_not_that_of_its_events_is_found(
    made: Made, opened: Stored, statement: str, message: str
) -> None:
    opened.execute(statement.encode())
    with pytest.raises(Violated, match=f"^{message}"):
        check_histories(opened, Seen(made.key))


def test_reports_that_are_lost_or_without_their_event_are_found(made: Made, opened: Stored) -> None:
    seen = Seen(made.key)
    key = next(iter(opened.execute("SELECT gen_random_uuid()")))[0]
    with pytest.raises(Violated, match="1 reports that were published are lost"):
        check_reports(opened, seen, [key])
    seen.reports[key] = (sha256(b"").hexdigest(), "")
    with pytest.raises(Violated, match="1 reports are stored, and 0 events publish 0 of them"):
        check_publications(opened, seen)
