"""A tenant whose history is sealed, in a database of its own, and what a superuser may do to it and take back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.change.denominators import DenominatorMonth
from accounting.change.intensity import Denominator
from ledger.activities.corrections import NewContent, correct
from ledger.authors import Author
from ledger.connections import Connection
from ledger.database import Database
from ledger.declarations import declare
from ledger.history.reading import Stored, all_events, newest_head
from ledger.history.sealing import seal
from ledger.history.verification import LedgerVerdict, verify_history
from ledger.setup import Databases
from proofs.events import Event, read_event
from proofs.keys import PrivateKey, make_key
from tests.world import NOW, World, row, world

TABLES = (
    "history", "checkpoints", "recordings", "activities", "postings", "declarations", "sources", "interval_readings",
    "log_rotations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed tenant: events 0 to 4 register, 5 and 6 post three rows each, 7 corrects, 8 and 9 declare."""

    databases: Databases
    world: World
    key: PrivateKey
    kept: tuple[bytes, ...]
    corrected: UUID

    async def events(self) -> list[Event]:
        """Return the events as the service reads them."""
        async with self.world.database.snapshot() as connection:
            return [read_event(str(one.text).encode()) async for one in all_events(connection, self.world.tenant)]

    async def stored(self) -> list[Stored]:
        """Return the events as they are stored."""
        async with self.world.database.snapshot() as connection:
            return [one async for one in all_events(connection, self.world.tenant)]

    async def verified(self) -> LedgerVerdict:
        """Verify as the command does."""
        async with self.world.database.snapshot() as connection:
            return await verify_history(connection, self.world.tenant, self.key.public, self.kept)

    async def tampered(self, *statements: str, kept: Sequence[bytes] | None = None) -> LedgerVerdict:
        """Verify after what a superuser did, and take it back. `{tenant}` in a statement is the tenant."""
        async with superuser(self.databases) as connection:
            changed = 0
            for statement in statements:
                text = statement.replace("{tenant}", f"'{self.world.tenant}'")
                changed += (await connection.execute(text.encode())).rowcount
            assert changed > 0, "nothing was tampered with"
            known = self.kept if kept is None else kept
            return await verify_history(connection, self.world.tenant, self.key.public, known)


@asynccontextmanager
async def superuser(databases: Databases) -> AsyncIterator[Connection]:
    """Open a transaction of a superuser who has switched every guard off; it is rolled back."""
    connection = await Connection.connect(databases.owner_url)
    try:
        partitions = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = ANY(%s::regclass[])"
        cursor = await connection.execute(partitions, (["activities", "interval_readings"],))
        for name in (*TABLES, *(name for (name,) in await cursor.fetchall())):
            await connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER ALL".encode())
        await connection.execute("ALTER TABLE history DROP CONSTRAINT history_pkey")
        yield connection
    finally:
        await connection.rollback()
        await connection.close()


@asynccontextmanager
async def sealed_world(databases: Databases) -> AsyncIterator[Sealed]:
    """Make the tenant and seal it twice: a head of 7 events and one of 10, both kept outside."""
    key = make_key("tests.parkledger")
    async with world(databases) as found:
        author = Author("pk-7", "request-1")
        by = World(found.database.written_by(author), found.catalogue, found.park, found.tenant, found.site)
        outcomes = await by.post(*(row(f"a{number}", str(number + 1)) for number in range(3)))
        await by.post(*(row(f"b{number}", "2") for number in range(3)))
        await seal(found.database, key)
        heads = [await _head(found.database, found.tenant)]
        first = outcomes[0].activity_id
        assert first is not None
        new = await correct(by.database, by.catalogue, by.tenant, first, NewContent(quantity="9.50"), "misread", NOW)
        await declare(by.database, by.tenant, [floor("40")], "counted")
        await declare(by.database, by.tenant, [floor("41")], "counted again")
        await seal(found.database, key)
        heads.append(await _head(found.database, found.tenant))
        yield Sealed(databases, found, key, tuple(heads), new)


def floor(count: str) -> DenominatorMonth:
    """Return what a tenant declares: its floor area in a month."""
    return DenominatorMonth(Denominator.AREA, "", "m2", date(2025, 3, 1), Decimal(count), None, "payroll")


async def _head(database: Database, tenant: UUID) -> bytes:
    async with database.snapshot() as connection:
        head = await newest_head(connection, tenant)
    assert head is not None
    return head.note.encode()
