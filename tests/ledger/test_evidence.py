"""Evidence in the ledger: the same file about the same thing is one row, and one recording."""

from dataclasses import replace

import pytest

from ledger.evidence import EvidenceSubject, NewEvidence, add_evidence, evidence_of
from ledger.setup import Databases
from tests.world import World, world

pytestmark = pytest.mark.anyio


async def recordings(here: World) -> int:
    async with here.database.snapshot() as connection:
        query = "SELECT count(*) FROM recordings WHERE tenant_id = %s"
        row = await (await connection.execute(query, (here.tenant,))).fetchone()
    assert row is not None
    return int(row[0])


async def test_the_same_file_again_leaves_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        march = "MONTH 2025-03"
        new = NewEvidence(here.tenant, "ab" * 32, "text/plain", 3, "a.txt", EvidenceSubject.PERIOD, march)
        before = await recordings(here)
        first = await add_evidence(here.database, new)
        again = await add_evidence(here.database, replace(new, name="b.txt"))
        assert (first.is_new, again.is_new, again.id, again.new) == (True, False, first.id, new)
        assert await recordings(here) == before + 1, "a retry is no event"
        other = await add_evidence(here.database, replace(new, sha256="cd" * 32))
        assert await recordings(here) == before + 2
        async with here.database.snapshot() as connection:
            found = await evidence_of(connection, here.tenant, EvidenceSubject.PERIOD, [march])
        assert [one.id for one in found] == [first.id, other.id]
