"""What clients were told, and the proof that the ledger holds exactly that."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from ledger.cells import cells
from ledger.database import Database
from ledger.setup import Databases
from schema.global_ids import decode_uuid


class Fact(msgspec.Struct):
    """A row that was acknowledged: its tenant, its id as told, what it says now and how often it was corrected."""

    tenant: str
    source: str
    external_id: str
    activity_id: str
    quantity: str
    period_start: str
    current_id: str
    current_quantity: str
    corrections: int = 0


class Acknowledged(msgspec.Struct):
    """What the service said: the facts it has, mutations it answered, seconds that took, what should not have been."""

    facts: list[Fact] = []
    accepted: int = 0
    answered: int = 0
    seconds: float = 0
    lost_answers: int = 0
    repeats: int = 0
    corrections: int = 0
    errors: list[str] = []


class Version(NamedTuple):
    """A version of a fact as it is stored, or has to be."""

    activity_id: UUID
    source: str
    quantity: Decimal
    period_start: datetime


_STORED: Final = """
SELECT version.tenant_id, version.external_id, version.activity_id, source.code, activity.quantity,
       activity.period_start
FROM activity_versions AS version
JOIN activities AS activity USING (tenant_id, activity_id)
JOIN sources AS source ON source.tenant_id = version.tenant_id AND source.source_id = version.source_id
WHERE version.tenant_id = ANY(%s) ORDER BY version.version
"""
_ROWS: Final = "SELECT count(*) FROM activities WHERE tenant_id = ANY(%s)"


def prove(databases: Databases, tenants: Sequence[UUID], facts: Sequence[Fact], accepted: int) -> int:
    """Return how many rows of tenants are stored, all of them acknowledged, each once and with its content.

    `accepted` is how often a row was told to be accepted. Raises `RuntimeError` where a row is lost, doubled, changed
    or was never sent, and where the cells are not the sums of the rows.
    """
    if accepted != len(facts):
        raise RuntimeError(f"{accepted:,} times a row was told to be accepted, of {len(facts):,} facts")
    stored, rows = _stored(databases, tenants)
    if rows != sum(len(versions) for versions in stored.values()):
        raise RuntimeError(f"{rows:,} rows are stored, and not as many versions")
    for fact in facts:
        _prove_fact(fact, stored.pop((UUID(fact.tenant), fact.external_id), []))
    if stored:
        raise RuntimeError(f"{len(stored):,} facts are stored that nobody sent, such as {next(iter(stored))}")
    asyncio.run(_prove_cells(databases))
    return rows


def _stored(databases: Databases, tenants: Sequence[UUID]) -> tuple[dict[tuple[UUID, str], list[Version]], int]:
    found: dict[tuple[UUID, str], list[Version]] = {}
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET LOCAL app.reach = 'all'")
        for tenant, external_id, *version in connection.execute(_STORED, (list(tenants),)):
            found.setdefault((tenant, external_id), []).append(Version(*version))
        rows = connection.execute(_ROWS, (list(tenants),)).fetchone()
    return found, rows[0] if rows else 0


def _prove_fact(fact: Fact, versions: Sequence[Version]) -> None:
    starts = datetime.fromisoformat(fact.period_start)
    first = Version(decode_uuid(fact.activity_id, "Activity"), fact.source, Decimal(fact.quantity), starts)
    last = Version(decode_uuid(fact.current_id, "Activity"), fact.source, Decimal(fact.current_quantity), starts)
    if len(versions) != 1 + fact.corrections or (versions[0], versions[-1]) != (first, last):
        raise RuntimeError(f"acknowledged was {fact}; stored is {versions}")


async def _prove_cells(databases: Databases) -> None:
    database = Database(databases.service_url, 2)
    await database.open()
    try:
        async with database.snapshot() as connection:
            found = await cells.mismatches(connection)
    finally:
        await database.close()
    if found:
        raise RuntimeError(f"{len(found):,} cells are not the sum of their rows, such as {found[0]}")
