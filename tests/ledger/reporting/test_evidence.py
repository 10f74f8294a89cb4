"""Evidence in the ledger: the same file about the same thing is one row, and one recording."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from ledger.access import NotRegistered
from ledger.reporting.evidence import EvidenceSubject, NewEvidence, add_evidence, evidence_of
from ledger.setup import Databases
from tests.world import World, world

pytestmark = pytest.mark.anyio


async def recordings(here: World) -> int:
    async with here.database.snapshot() as connection:
        query = "SELECT count(*) FROM recordings WHERE tenant_id = %s"
        row = await (await connection.execute(query, (here.tenant,))).fetchone()
    assert row is not None
    return int(row[0])


async def on_disk() -> None:
    """Keep a file that is on the disk already."""


async def test_the_same_file_again_leaves_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        march = "MONTH 2025-03"
        new = NewEvidence(here.tenant, "ab" * 32, "text/plain", 3, "a.txt", EvidenceSubject.PERIOD, march)
        before = await recordings(here)
        first = await add_evidence(here.database, new, on_disk)
        again = await add_evidence(here.database, replace(new, name="b.txt"), on_disk)
        assert (first.is_new, again.is_new, again.id, again.new) == (True, False, first.id, new)
        assert await recordings(here) == before + 1, "a retry is no event"
        other = await add_evidence(here.database, replace(new, sha256="cd" * 32), on_disk)
        assert await recordings(here) == before + 2
        async with here.database.snapshot() as connection:
            found = await evidence_of(connection, here.tenant, EvidenceSubject.PERIOD, [march])
        assert [one.id for one in found] == [first.id, other.id]


async def test_of_many_who_send_the_same_at_once_one_records_it(databases: Databases) -> None:
    async with world(databases) as here:
        subject = "MONTH 2025-03"
        new = NewEvidence(here.tenant, "ab" * 32, "text/plain", 3, "a.txt", EvidenceSubject.PERIOD, subject)
        before = await recordings(here)
        found = await asyncio.gather(*(add_evidence(here.database, new, on_disk) for _ in range(4)))
        assert sorted(one.is_new for one in found) == [False, False, False, True]
        assert len({one.id for one in found}) == 1
        assert await recordings(here) == before + 1, "the others recorded nothing"


async def test_a_file_is_kept_with_its_row_or_not_at_all(databases: Databases) -> None:
    async with world(databases) as here:
        kept: list[str] = []

        async def keep() -> None:
            kept.append("kept")

        async def fail() -> None:
            raise OSError("no space left")

        before, activity = await recordings(here), str(uuid4())
        new = NewEvidence(here.tenant, "ab" * 32, "text/plain", 3, "a.txt", EvidenceSubject.ACTIVITY, activity)
        with pytest.raises(NotRegistered, match="the tenant has no activity"):
            await add_evidence(here.database, new, keep)
        assert kept == []
        of_period = replace(new, kind=EvidenceSubject.PERIOD, subject="MONTH 2025-03")
        with pytest.raises(OSError, match="no space left"):
            await add_evidence(here.database, of_period, fail)
        async with here.database.snapshot() as connection:
            assert await evidence_of(connection, here.tenant, EvidenceSubject.PERIOD, ["MONTH 2025-03"]) == []
        assert await recordings(here) == before
        assert (await add_evidence(here.database, of_period, keep)).is_new
        assert kept == ["kept"]
